"""People's own terms in a prompt: a glossary's measures, conditions and values, read as if the prompt had said them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from datamorph.core.catalog import Catalog
from datamorph.core.expression import Binary, In, IsNull, Node, Ref, Unary
from datamorph.core.expression import Literal as Fixed
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS
from datamorph.core.glossary import Term
from datamorph.core.inference import is_aggregate, type_of
from datamorph.core.table import TableRef, TableSchema, snake_case
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Both,
    Compare,
    Condition,
    Constant,
    Draft,
    Expression,
    Item,
    Missing,
    Negation,
    Noun,
    OneOf,
)  # fmt: skip
from datamorph.planning.offline.names import Link, NameIndex, words_of
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import Token, singular

_CERTAIN = 1.1
_PIECE = re.compile(r"'(?:[^']|'')*'|`[^`]+`|[A-Za-z_]\w*|[()]")
_ADDED_UP = (("the", "sum", "of"), ("sum", "of"), ("the", "total"), ("total",), ("overall",))
_BEING = frozenset({"is", "are", "was", "were", "being"})
_RELATIVE = frozenset({"who", "that", "which", "only"})

Kind: TypeAlias = Literal["measure", "condition", "value"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A term that the prompt says; ``start`` is the place of its token."""

    term: Term
    table: TableRef
    kind: Kind
    start: int

    @property
    def meaning(self) -> str:
        """What it stands for, as the file says it."""
        return self.term.expression + (f" where {self.term.where}" if self.term.where else "")


class Mentions:
    """All terms of a prompt.

    Args:
        tokens: of the prompt; ``self.tokens`` has one token for each term instead.
    """

    def __init__(self, tokens: tuple[Token, ...], catalog: Catalog, names: NameIndex) -> None:
        self._schemas = {table.ref: table.schema for table in catalog.tables}
        self._names = names
        phrases = _phrases(catalog.glossary.terms)
        self.found: list[Mention] = []
        self.tokens = tuple(self._with_terms(tokens, phrases)) if phrases else tokens
        made = {m.term.name: self._item(m) for m in self.found if m.kind != "condition"}
        self.items = {m.start: made[m.term.name] for m in self.found if m.term.name in made}

    def _with_terms(self, tokens: Sequence[Token], phrases: dict[tuple[str, ...], Term]) -> list[Token]:
        """The tokens with every term as one token, which names a measure, a computed column or a table."""
        longest, place = max(map(len, phrases)), 0
        made: list[Token] = []
        while place < len(tokens):
            length = next((n for n in range(longest, 0, -1) if self._at(tokens, place, n, phrases)), 0)
            term = self._at(tokens, place, length, phrases)
            if term is None or term.table is None:
                made.append(tokens[place])
                place += 1
                continue
            end = place + length
            mention = Mention(term, term.table, self._kind(term), len(made))
            self.found.append(mention)
            if mention.kind != "condition" or not (_without_being(made) or self._is_table(tokens, end, term.table)):
                made.append(self._token(mention, tokens[place], tokens[end - 1]))
            place = end
        return made

    def _is_table(self, tokens: Sequence[Token], place: int, table: TableRef) -> bool:
        """True for ``active customers``: the table stands behind the condition."""
        words = words_of(tokens[place].text) if place < len(tokens) and tokens[place].is_word else ()
        return any(link.table == table and not link.column for link in self._names.links(words))

    def _at(
        self, tokens: Sequence[Token], place: int, length: int, phrases: dict[tuple[str, ...], Term]
    ) -> Term | None:
        """The term that exactly these tokens say; a sum may be called a total of it."""
        run = tokens[place : place + length]
        if not length or len(run) < length or any(token.kind == "text" for token in run):
            return None
        term = phrases.get(tuple(token.lemma for token in run))
        return term if term is not None and term.table in self._schemas else None

    def _kind(self, term: Term) -> Kind:
        if is_aggregate(parse_expression(term.expression)):
            return "measure"
        schema = self._schemas[term.table] if term.table else TableSchema(())
        return "condition" if type_of(term.expression, schema) == "boolean" else "value"

    def _token(self, mention: Mention, first: Token, last: Token) -> Token:
        name = mention.table.name if mention.kind == "condition" else snake_case(mention.term.name)
        kind = "name" if "_" in name else "word"
        lemma = singular(name) if kind == "word" else name
        return Token(name, name, lemma, kind, first.start, last.end)

    def _item(self, mention: Mention) -> Item:
        name = snake_case(mention.term.name)
        words = frozenset(words_of(name))
        expression = _Reading(mention.table, self._schemas[mention.table], self._names).expression(mention.term)
        return Item(expression, words, name, name)

    def apply(self, draft: Draft, scope: Scope) -> None:
        """Put conditions into the draft, and tell the scope what the terms are about and what they were taken for."""
        for mention in self.found:
            scope.dialog.assume(f"'{mention.term.name}' is {mention.meaning} (glossary.yaml)")
            scope.mention(mention.table)
            if mention.kind == "condition":
                reading = _Reading(mention.table, self._schemas[mention.table], self._names)
                condition = reading.condition(mention.term.expression)
                if condition not in draft.conditions:
                    draft.conditions.append(condition)

    def complete(self, draft: Draft) -> None:
        """Add the measures and values that the prompt uses only to sort by, or in a condition."""
        for mention in self.found:
            item = self.items.get(mention.start)
            listed = draft.measures if mention.kind == "measure" else draft.computed
            if item is not None and all(known is not item for known in listed):
                listed.append(item)


def _without_being(made: list[Token]) -> bool:
    """Take back ``who are`` before a condition: ``customers who are big spenders`` has its table."""
    count = len(made)
    while made and made[-1].lower in _BEING:
        made.pop()
    if len(made) == count:
        return False
    while made and made[-1].lower in _RELATIVE:
        made.pop()
    return True


def _phrases(terms: Sequence[Term]) -> dict[tuple[str, ...], Term]:
    """Terms by their phrases, each word as its lemma."""
    found: dict[tuple[str, ...], Term] = {}
    for term in terms:
        for phrase in (term.name, *term.synonyms):
            words = tuple(singular(word) for word in re.findall(r"[^\W_]+", phrase.lower()))
            found[words] = term
            if term.expression.lower().startswith(("sum(", "count(")):
                found |= {(*(singular(w) for w in lead), *words): term for lead in _ADDED_UP}
    return found


@dataclass(frozen=True, slots=True)
class _Reading:
    """Turns a term's SQL into what the prompt might have said."""

    table: TableRef
    schema: TableSchema
    names: NameIndex

    def expression(self, term: Term) -> Expression:
        """A measure with an aggregate for each call, or a value of one row."""
        if not is_aggregate(parse_expression(term.expression)):
            return self._rows(term.expression)
        calls = list(_calls(term.expression))
        aggregates = [self._aggregate(name, argument, term.where) for name, argument, _, _ in calls]
        if len(calls) == 1 and calls[0][2:] == (0, len(term.expression)):
            return aggregates[0]
        return Apply(_with_places(term.expression, [(start, end) for _, _, start, end in calls]), tuple(aggregates))

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
            case Binary(left=Ref(name=name), right=Fixed() as fixed, operator=operator):
                value = _constant(fixed)
                return Compare(self._noun(self._own(name)), operator, value) if value else None
            case _:
                return None

    def _own(self, name: str) -> str:
        column = self.schema.get(name)
        return column.name if column else name


def _constant(node: Node) -> Constant | None:
    """A text, a whole number, true or false; nothing else is written alike in prompts and in SQL."""
    is_plain = isinstance(node, Fixed) and node.type in ("string", "int", "bigint", "boolean")
    return Constant(node.value) if is_plain and isinstance(node, Fixed) else None


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
