"""A glossary's SQL as what a prompt might have said: aggregates, expressions and conditions over certain columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.expression import Binary, In, IsNull, Literal, Node, Ref, Unary
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS
from datamorph.core.glossary import Term
from datamorph.core.inference import is_aggregate
from datamorph.core.table import TableRef, TableSchema
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Both,
    Compare,
    Condition,
    Constant,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
)
from datamorph.planning.offline.names import Link, words_of

_CERTAIN = 1.1
_PIECE = re.compile(r"'(?:[^']|'')*'|`[^`]+`|[A-Za-z_]\w*|[()]")


@dataclass(frozen=True, slots=True)
class TermReading:
    """Turns a term's SQL into what the prompt might have said."""

    table: TableRef
    schema: TableSchema

    def expression(self, term: Term) -> Expression:
        """A measure with an aggregate for each call, or a value of one row."""
        if not is_aggregate(parse_expression(term.expression)):
            return self._rows(term.expression)
        calls = list(_calls(term.expression))
        aggregates = [self._aggregate(name, argument, term.where) for name, argument, _, _ in calls]
        if len(calls) == 1 and calls[0][2:] == (0, len(term.expression)):
            return aggregates[0]
        return Apply(_with_places(term.expression, [(start, end) for _, _, start, end in calls]), tuple(aggregates))

    def count(self, term: Term) -> Expression:
        """How many rows meet the term's condition."""
        return Aggregate("count", counted=self._rows_of_table(), condition=self.condition(term.expression))

    def _aggregate(self, name: str, argument: str, where: str) -> Aggregate:
        condition = self.condition(where) if where else None
        if name == "count_if":
            tests = [self.condition(argument), *([condition] if condition else [])]
            return Aggregate("count", counted=self._rows_of_table(), condition=_all(tests))
        if name != "count":
            return Aggregate(name, self._rows(argument), condition=condition)
        is_distinct = bool(re.match(r"distinct\b", argument, re.IGNORECASE))
        if is_distinct and (column := self.schema.get(argument[len("distinct") :].strip(" `"))):
            return Aggregate("count", counted=self._noun(column.name), is_distinct=True, condition=condition)
        tests = [] if argument == "*" else [Negation(Missing(self._rows(argument)))]
        return Aggregate(
            "count", counted=self._rows_of_table(), condition=_all([*tests, *([condition] if condition else [])])
        )

    def _rows_of_table(self) -> Noun:
        return Noun(self.table.name, words_of(self.table.name), (Link(self.table, "", _CERTAIN),))

    def _noun(self, column: str) -> Noun:
        """A certain column; its text is no name that the prompt could define."""
        return Noun(f"{self.table.name}.{column}", (), (Link(self.table, column, _CERTAIN),))

    def _rows(self, text: str) -> Expression:
        """An expression over the columns of one row."""
        spans = list(self._columns(text))
        nouns = tuple(self._noun(column) for column, _, _ in spans)
        if len(spans) == 1 and text.strip(" `") == spans[0][0]:
            return nouns[0]
        return Apply(_with_places(text, [(start, end) for _, start, end in spans]), nouns)

    def _columns(self, text: str) -> Iterator[tuple[str, int, int]]:
        for match in _PIECE.finditer(text):
            column = self.schema.get(match[0].strip("`")) if match[0][0] not in "'()" else None
            if column is not None and not text[match.end() :].lstrip().startswith("("):
                yield column.name, match.start(), match.end()

    def condition(self, text: str) -> Condition:
        """A condition over the columns of one row."""
        found = self._test(parse_expression(text))
        return found or Compare(Apply(f"({self._template(text)})", self._nouns(text)), "=", Constant(True))

    def _template(self, text: str) -> str:
        return _with_places(text, [(start, end) for _, start, end in self._columns(text)])

    def _nouns(self, text: str) -> tuple[Noun, ...]:
        return tuple(self._noun(column) for column, _, _ in self._columns(text))

    def _test(self, node: Node) -> Condition | None:
        """Comparisons of columns with constants, tied by and, or, not; None for anything else."""
        match node:
            case Binary(operator="and" | "or" as operator):
                parts = [self._test(node.left), self._test(node.right)]
                kept = tuple(part for part in parts if part is not None)
                return Both(operator, kept) if len(kept) == len(parts) else None
            case Unary(operator="not"):
                inner = self._test(node.operand)
                return Negation(inner) if isinstance(inner, Compare | Missing) else None
            case IsNull(operand=Ref(name=name)):
                return Missing(self._noun(self._own(name)))
            case In(operand=Ref(name=name)):
                values = [_constant(option) for option in node.options]
                kept = tuple(value for value in values if value is not None)
                return OneOf(self._noun(self._own(name)), kept) if len(kept) == len(values) else None
            case Binary(left=Ref(name=name), right=Literal() as fixed, operator=operator):
                value = _constant(fixed)
                return Compare(self._noun(self._own(name)), operator, value) if value else None
            case _:
                return None

    def _own(self, name: str) -> str:
        column = self.schema.get(name)
        return column.name if column else name


def _constant(node: Node) -> Constant | None:
    """A text, a whole number, true or false; nothing else is written alike in prompts and in SQL."""
    is_plain = isinstance(node, Literal) and node.type in ("string", "int", "bigint", "boolean")
    return Constant(node.value) if is_plain and isinstance(node, Literal) else None


def _all(tests: Sequence[Condition]) -> Condition | None:
    if len(tests) <= 1:
        return tests[0] if tests else None
    return Both("and", tuple(tests))


def _with_places(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text as a template, with ``{}`` for each span."""
    parts: list[str] = []
    end = 0
    for start, stop in spans:
        parts += [text[end:start], "\x01"]
        end = stop
    whole = "".join([*parts, text[end:]])
    return whole.replace("\x01", "{}")


def _calls(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Aggregate calls: the function, what stands within its parentheses, where the call starts and ends."""
    opened: tuple[str, int, int] | None = None
    depth, name, at = 0, "", 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "(":
            function = FUNCTIONS.get(name)
            if opened is None and function is not None and function.is_aggregate:
                opened = (name, at, depth)
            depth += 1
        elif piece == ")":
            depth -= 1
            if opened is not None and depth == opened[2]:
                inside = text[text.index("(", opened[1]) + 1 : match.start()].strip()
                yield opened[0], inside, opened[1], match.end()
                opened = None
        name, at = piece.lower(), match.start()
