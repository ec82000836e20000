"""Formulas that a prompt writes as SQL or as a spreadsheet does: ``100 * paid / price``, ``IF(price<5,"a","b")``."""

from __future__ import annotations

import re

from datamorph.core.expression import Binary, Call, Case, Cast, In, IsNull, Ref, Unary, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS
from datamorph.core.inference import check_expression
from datamorph.core.problem import Problems
from datamorph.planning.offline.made.about import About, Read

_MADE = (Binary, Call, Case, Cast)
_TRUE = frozenset({"=", "<>", "<", ">", "<=", ">=", "and", "or"})
_STOPS = frozenset(".;?!:→")
_SIGNS = frozenset("*/-+")
_MOST = 60
_SPOKEN = (
    (re.compile(r"\bifnull\s*\(", re.IGNORECASE), "coalesce("),
    (re.compile(r"\bnvl\s*\(", re.IGNORECASE), "coalesce("),
    (re.compile(r"\b(varchar|text|string)\b(?=\s*\))", re.IGNORECASE), "string"),
    (re.compile(r"\bdatediff\s*\(\s*'?days?'?\s*,\s*(\w+)\s*,\s*(\w+)\s*\)", re.IGNORECASE), r"datediff(\2, \1)"),
)
_DAY = re.compile(r"(?<!date )(?<!DATE )'(\d{4}-\d\d-\d\d)'")
_WHOLE = re.compile(r"round\(([^,()]+)\)", re.IGNORECASE)


def formula_at(said: About, kind: str, place: int) -> Read | None:
    """The longest formula that begins there: one that yields a value, or one that is true or false."""
    if not _may_begin(said, place):
        return None
    depth, last = 0, min(len(said), place + _MOST)
    ends: list[int] = []
    for end in range(place, last):
        word = said.words[end]
        depth += (word == "(") - (word == ")")
        if depth < 0 or word in _STOPS or (word == "," and not depth):
            break
        if not depth:
            ends.append(end + 1)
    for end in reversed(ends):
        is_whole = end > place + 1 and _may_end(said, end - 1)
        sql = _checked(said, kind, said.text(place, end)) if is_whole else ""
        if sql:
            return Read(end, sql, _own(said, sql))
    return None


def _own(said: About, sql: str) -> str:
    """The column that a formula fills or changes the form of."""
    node = parse_expression(sql)
    is_form = isinstance(node, Cast) or (isinstance(node, Call) and node.name in ("coalesce", "round", "ceil", "floor"))
    columns = {one.name for one in walk(node) if isinstance(one, Ref)}
    return columns.pop() if is_form and len(columns) == 1 else ""


def _may_begin(said: About, place: int) -> bool:
    word = said.words[place]
    before = said.words[place - 1] if place else ""
    if before in _SIGNS or (before == "(" and place > 1 and _is_call(said, place - 2)):
        return False
    token = said.tokens[place]
    is_start = word in ("(", "case") or token.kind == "number" or word in said.column_names
    return is_start or (token.is_word and said.words[place + 1 : place + 2] == ("(",) and _is_call(said, place))


def _may_end(said: About, place: int) -> bool:
    token = said.tokens[place]
    return token.lower in (")", "end", "null") or token.kind in ("number", "text") or token.lower in said.column_names


def _is_call(said: About, place: int) -> bool:
    word = said.words[place]
    return word in FUNCTIONS or word in ("cast", "ifnull", "nvl", "if")


def _checked(said: About, kind: str, text: str) -> str:
    for pattern, instead in _SPOKEN:
        text = pattern.sub(instead, text)
    text = _DAY.sub(r"date '\1'", text)
    text = _WHOLE.sub(r"round(\1, 0)", text)
    typed = check_expression(text, said.about.schema, Problems())
    node = typed.node if typed is not None else None
    if node is None or not any(isinstance(one, Ref) for one in walk(node)):
        return ""
    told = node.operand if isinstance(node, Unary) else node
    is_true = isinstance(told, IsNull | In) or (isinstance(node, Binary) and node.operator in _TRUE)
    fits = is_true if kind == "holds" else isinstance(node, _MADE) and not is_true
    return text if fits else ""
