"""While a document of the predecessor is adopted: the steps so far, and what its columns are called by now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from datamorph.core.expression import Call, ExpressionError, Member, Node, Ref, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS
from datamorph.core.inference import is_aggregate
from datamorph.core.problem import nearest
from datamorph.core.steps.step import spare
from datamorph.core.table import TableSchema
from datamorph.errors import SpecError

_QUOTED = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`)""")
_QUALIFIED = re.compile(r"(?<![\w.`])((?:[^\W\d]\w*\s*\.\s*){1,3})([^\W\d]\w*)(?![\w.(`])")


@dataclass(slots=True)
class Scope:
    """What was made of a document so far.

    Attributes:
        origin: what to call the document in errors.
        steps: the steps, as plain data.
        assumptions: what was decided.
        frame: the frame that the next step reads.
        schema: its columns, where they are known.
        first: the source that joins begin with; its columns keep their names.
        joined: sources that are part of the frame.
        columns: ``(source, column in lower case)`` to its name in the frame; None where its values are not there.
        shared: names in lower case that several of the joined sources have, so that they mean nothing alone.
    """

    origin: str
    steps: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    assumptions: list[str] = field(default_factory=list[str])
    frame: str = ""
    schema: TableSchema | None = None
    first: str = ""
    joined: list[str] = field(default_factory=list[str])
    columns: dict[tuple[str, str], str | None] = field(default_factory=dict[tuple[str, str], "str | None"])
    shared: set[str] = field(default_factory=set[str])
    _tables: dict[str, str] = field(default_factory=dict[str, str])

    def name_table(self, frame: str, names: Iterable[str]) -> None:
        """Let a source be called by these names."""
        for name in names:
            self._tables[name.lower()] = frame

    def table(self, name: str, place: str) -> str:
        """The source that is called so."""
        found = self._tables.get(re.sub(r"\s+", "", name).lower())
        if found is None:
            refuse(place, f"no table {name!r} in source_tables", nearest(name, self._tables), self)
        return found

    def assume(self, text: str) -> None:
        """Note a decision, once."""
        if text not in self.assumptions:
            self.assumptions.append(text)

    def add(self, name: str, kind: str, body: dict[str, Any], *, reads: bool = True) -> None:
        """Add a step; the next one reads it."""
        taken = {*self._tables.values(), *(step["name"] for step in self.steps)}
        name = _numbered(name, taken)
        self.steps.append({"name": name, kind: {"from": self.frame, **body} if reads else body})
        self.frame = name

    def column(self, name: str, place: str) -> str:
        """What a column, with or without a table before it, is called by now."""
        table, dot, column = name.strip().rpartition(".")
        if not dot:
            self._require_clear([column], place)
        return self._column(table, column, place) if dot else column

    def _require_clear(self, names: Iterable[str], place: str) -> None:
        for name in names:
            if name.lower() in self.shared:
                hint = f"write the table before it, such as {self.first}.{name}"
                refuse(place, f"{name!r} is ambiguous: several of the joined tables have it", hint, self)

    def _column(self, table: str, column: str, place: str) -> str:
        source = self.table(table, place)
        key = (source, column.lower())
        found = self.columns.get(key, column if source == self.first else None)
        if found is None:
            problem = f"{table}.{column} is ambiguous by now"
            hint = "load the tables first, so that their columns are known, or write a name that only one of them has"
            refuse(place, problem, hint, self)
        return found

    def expression(self, text: str, place: str) -> tuple[str, Node]:
        """An expression with the names of now, checked to be one; and its tree."""
        parts = _QUOTED.split(text)
        bare = "".join([*(_QUALIFIED.sub(" ", part) for part in parts[::2])])
        parts[::2] = [_QUALIFIED.sub(lambda found: self._renamed(found, place), part) for part in parts[::2]]
        quoted = [part[1:-1] for part in parts[1::2] if part[0] != "'"]
        self._require_clear([*re.findall(r"[^\W\d]\w*", bare), *quoted], place)
        found = "".join(parts).strip()
        try:
            node = parse_expression(found)
        except ExpressionError as error:
            refuse(place, error.message, error.hint, self)
        for part in walk(node):
            self._require_known(part, text, place)
        return found, node

    def _require_known(self, node: Node, text: str, place: str) -> None:
        if isinstance(node, Call) and node.name not in FUNCTIONS:
            hint = nearest(node.name, sorted(FUNCTIONS))
            refuse(place, f"function {node.name!r} in {text!r:.120} is not allowed", hint, self)
        if isinstance(node, Member) and isinstance(node.operand, Ref) and node.operand.name.lower() in self._tables:
            problem = f"{node.operand.name}.{node.name} in {text!r:.120} may be a column or a field"
            refuse(place, problem, "write it without back-ticks", self)

    def row_expression(self, text: str, place: str) -> tuple[str, Node]:
        """The same where a value per row is needed."""
        found, node = self.expression(text, place)
        if is_aggregate(node) or any(isinstance(n, Call) and FUNCTIONS[n.name].is_window for n in walk(node)):
            hint = "an aggregate belongs to aggregations; a window is a step of its own in a spec"
            refuse(place, f"{text!r:.120} is no value of one row", hint, self)
        return found, node

    def _renamed(self, found: re.Match[str], place: str) -> str:
        return spelled(self._column(found[1].strip().rstrip(".").strip(), found[2], place))


def refuse(place: str, problem: str, hint: str, scope: Scope) -> NoReturn:
    """Say what cannot be carried over.

    Raises:
        SpecError: always.
    """
    raise SpecError(f"{scope.origin} cannot be imported: {place}: {problem}", fix=hint)


def spelled(column: str) -> str:
    """A column's name as it stands in an expression."""
    try:
        if parse_expression(column) == Ref(column):
            return column
    except ExpressionError:
        pass
    return "`" + column.replace("`", "``") + "`"


def _numbered(name: str, taken: Iterable[str]) -> str:
    names = set(taken)
    return next(new for new in (name, *(f"{name}_{n}" for n in range(2, 2000)), spare(name, names)) if new not in names)
