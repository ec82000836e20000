"""The Jinja of dbt in one model: ref, source, var, config and is_incremental become plain SQL and a header."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from datamorph.core.dbt.project import Properties

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_NEWER = re.compile(
    r"\s*(?:where|and)\s+(?P<by>[\w.]+)\s*(?P<sign>>=?)\s*\(\s*select\s+"
    r"(?:coalesce\s*\(\s*)?max\s*\(\s*(?P<own>[\w.]+)\s*\)(?:\s*,[^()]*\))?(?:\s+as\s+\w+)?\s+"
    r"from\s+\{\{\s*this\s*\}\}\s*\)\s*",
    re.IGNORECASE,
)
_ENVIRONMENT = Environment(autoescape=True)  # it only parses


class Untranslatable(Exception):
    """What a model says that has no certain meaning here, and the line."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.what, self.line = what, line


@dataclass(frozen=True, slots=True)
class Newer:
    """An incremental block that is understood: rows beyond the largest value of ``by``; with it where ``is_again``."""

    by: str
    is_again: bool


@dataclass(slots=True)
class Translated:
    """A model without dbt's own Jinja.

    Attributes:
        first_line: line of dbt's file in which the SQL begins.
        reads: tables, as they stand in the SQL.
        variables: names with their defaults, None where there is none.
        newer: its incremental block, where it is understood.
        has_unknown_block: True where one is not.
    """

    sql: str = ""
    first_line: int = 1
    reads: list[str] = field(default_factory=list[str])
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    newer: Newer | None = None
    has_unknown_block: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What names mean: each gives a table, or None where nothing is called so."""

    ref: Callable[[str], str | None]
    source: Callable[[str, str], str | None]


def translate(sql: str, names: Names) -> Translated:
    """Translate one model.

    Raises:
        Untranslatable: it calls a macro, or reads what is not known.
    """
    found = Translated()
    text = _without_incremental(sql, found)
    parts, end = list[str](), 0
    for tag in _TAG.finditer(text):
        parts += [text[end : tag.start()], _tag(tag[0], text.count("\n", 0, tag.start()) + 1, names, found)]
        end = tag.end()
    whole = "".join([*parts, text[end:]])
    found.first_line = whole[: len(whole) - len(whole.lstrip())].count("\n") + 1
    found.sql = whole.strip().removesuffix(";").rstrip() + "\n"
    return found


def read_config(sql: str) -> Properties:
    """What ``config(...)`` says in a model; empty where its arguments are computed."""
    found: Properties = {}
    for tag in _TAG.finditer(sql):
        if re.match(r"\{\{-?\s*config\s*\(", tag[0]):
            with suppress(Untranslatable):
                expression = _expression(tag[0], 1)
                found |= _constants(expression, 1)[1] if isinstance(expression, nodes.Call) else {}
    return found


def _tag(tag: str, line: int, names: Names, found: Translated) -> str:
    if tag.startswith("{#"):
        return tag
    if tag.startswith("{%"):
        _refuse_calls(tag, line)
        return tag
    expression = _expression(tag, line)
    if isinstance(expression, nodes.Call) and isinstance(expression.node, nodes.Name):
        return _call(expression, expression.node.name, line, names, found) or "\n" * tag.count("\n")
    if isinstance(expression, nodes.Name) and expression.name in ("this", "target"):
        raise Untranslatable(f"{{{{ {expression.name} }}}} outside of is_incremental()", line)
    if any(True for _ in expression.find_all((nodes.Call, nodes.Getattr))):
        raise Untranslatable(tag, line)
    return tag


def _call(call: nodes.Call, name: str, line: int, names: Names, found: Translated) -> str:
    arguments, _ = _constants(call, line)
    if name == "config":
        return ""
    if name == "var" and arguments:
        found.variables.setdefault(str(arguments[0]), arguments[1] if len(arguments) > 1 else None)
        return f"{{{{ {arguments[0]} }}}}"
    table: str | None = None
    if name == "ref" and arguments:
        table = names.ref(str(arguments[-1]))
    elif name == "source" and len(arguments) == 2:  # noqa: PLR2004 (source, table)
        table = names.source(str(arguments[0]), str(arguments[1]))
    else:
        raise Untranslatable(f"the macro {name}", line)
    if table is None:
        raise Untranslatable(f"{name}({', '.join(map(repr, arguments))}), which is not in the project", line)
    if table not in found.reads:
        found.reads.append(table)
    return table


def _constants(call: nodes.Call, line: int) -> tuple[list[Any], dict[str, Any]]:
    try:
        return [one.as_const() for one in call.args], {one.key: one.value.as_const() for one in call.kwargs}
    except nodes.Impossible as error:
        raise Untranslatable("a call whose arguments are computed", line) from error


def _expression(tag: str, line: int) -> nodes.Node:
    try:
        (output,) = _ENVIRONMENT.parse(tag).body
    except (TemplateSyntaxError, ValueError) as error:
        raise Untranslatable(tag, line) from error
    return output.nodes[0] if isinstance(output, nodes.Output) else output


def _refuse_calls(tag: str, line: int) -> None:
    """Statements are kept as they are: sets, loops and conditions over constants mean the same here."""
    inner = tag[2:-2].strip("-+ \n\t")
    word = inner.split(maxsplit=1)[0] if inner else ""
    if word not in ("set", "for", "endfor", "if", "elif", "else", "endif", "endset"):
        raise Untranslatable(f"{{% {word} %}}", line)
    if called := re.search(r"\b(\w+(?:\.\w+)*)\s*\(", inner):
        if called[1] not in ("in", "not", "and", "or", "if", "elif"):
            raise Untranslatable(f"the call {called[1]}() in {{% {word} %}}", line)


def _without_incremental(sql: str, found: Translated) -> str:
    """The SQL of a table that is built from the beginning; incremental blocks are noted."""
    while block := next(_blocks(sql), None):
        start, end, body, otherwise = block
        newer = _NEWER.fullmatch(body)
        if newer and _last(newer["by"]) == _last(newer["own"]) and not found.newer:
            found.newer = Newer(_last(newer["by"]), newer["sign"] == ">=")
        else:
            found.has_unknown_block = True
        lines = "\n" * (sql.count("\n", start, end) - otherwise.count("\n"))  # lines stay where they are
        sql = sql[:start] + otherwise + lines + sql[end:]
    return sql


def _blocks(sql: str) -> Iterator[tuple[int, int, str, str]]:
    """``{% if is_incremental() %}`` to its ``endif``: where, what is in it, and what is behind its ``else``."""
    tags = [(tag, tag[0][2:-2].strip("-+ \n\t")) for tag in _TAG.finditer(sql) if tag[0].startswith("{%")]
    for number, (tag, inner) in enumerate(tags):
        if not re.fullmatch(r"if\s+is_incremental\(\s*\)", inner):
            continue
        depth, middle = 0, None
        for other, said in tags[number:]:
            word = said.split(maxsplit=1)[0]
            depth += (word == "if") - (word == "endif")
            middle = other if word == "else" and depth == 1 and middle is None else middle
            if depth == 0:
                body = sql[tag.end() : (middle or other).start()]
                otherwise = sql[middle.end() : other.start()] if middle else ""
                yield tag.start(), other.end(), body, otherwise
                break


def _last(name: str) -> str:
    return name.rpartition(".")[2].lower()
