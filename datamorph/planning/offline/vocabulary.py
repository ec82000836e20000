"""People's own terms in a prompt: a glossary's measures, conditions and values, read as if the prompt had said them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from datamorph.core.catalog import Catalog
from datamorph.core.expression_parser import parse_expression
from datamorph.core.glossary import Term
from datamorph.core.inference import is_aggregate, type_of
from datamorph.core.table import TableRef, TableSchema, snake_case
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.lexicon.cues import COUNTS, EXCLUDING
from datamorph.planning.offline.model import Both, Negation
from datamorph.planning.offline.names import NameIndex, words_of
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.term_reading import TermReading
from datamorph.planning.offline.tokens import Token, singular

_ADDED_UP = (("the", "sum", "of"), ("sum", "of"), ("the", "total"), ("total",), ("overall",))
_ARTICLES = frozenset({"the", "all", "a", "an", "any", "those", "these", "every", "each"})
_BEING = frozenset({"is", "are", "was", "were", "being"})
_RELATIVE = frozenset({"who", "that", "which", "only"})

_COUNTS = frozenset(tuple(phrase.split()) for phrase in COUNTS)
_LONGEST_COUNT = max(map(len, _COUNTS))

Kind: TypeAlias = Literal["measure", "counted", "condition", "value"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A term that the prompt says.

    Attributes:
        kind: ``counted`` is a condition whose rows are counted: ``number of big orders``.
        start: the place of its token.
        is_negated: the prompt wants the other rows: ``without big orders``.
    """

    term: Term
    table: TableRef
    kind: Kind
    start: int
    is_negated: bool = False

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
        made = {(m.term.name, m.kind): self._item(m) for m in self.found if m.kind != "condition"}
        self.items = {m.start: made[m.term.name, m.kind] for m in self.found if m.kind != "condition"}

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
            place = self._add(term, term.table, tokens, (place, end), made)
        return made

    def _add(
        self, term: Term, table: TableRef, tokens: Sequence[Token], span: tuple[int, int], made: list[Token]
    ) -> int:
        """Record a term, put what stands for it behind the tokens that are made already, and say where to go on."""
        first, last = tokens[span[0]], tokens[span[1] - 1]
        kind = self._kind(term)
        has_table = kind == "condition" and self._is_table(tokens, span[1], table)
        is_counted = kind == "condition" and _without_count(made)
        is_negated = kind == "condition" and not is_counted and _without_negation(made)
        is_said = has_table or (kind == "condition" and not is_counted and (_without_being(made) or is_negated))
        mention = Mention(term, table, "counted" if is_counted else kind, len(made), is_negated=is_negated)
        self.found.append(mention)
        if is_counted or not is_said or not (has_table or made):
            made.append(self._token(mention, first, last))
        return span[1] + (is_counted and has_table)

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
        name = mention.table.name if mention.kind == "condition" else _name(mention)
        kind = "name" if "_" in name else "word"
        lemma = singular(name) if kind == "word" else name
        return Token(name, name, lemma, kind, first.start, last.end)

    def _item(self, mention: Mention) -> Item:
        name, reading = _name(mention), TermReading(mention.table, self._schemas[mention.table])
        expression = reading.count(mention.term) if mention.kind == "counted" else reading.expression(mention.term)
        words = words_of(name)  # of several, some may be those of another measure: order count, number of orders
        return Item(expression, frozenset(words if len(words) == 1 else ()), name, name)

    def apply(self, draft: Draft, scope: Scope) -> None:
        """Put conditions into the draft, and tell the scope what the terms are about and what they were taken for."""
        for mention in self.found:
            scope.mention(mention.table)
            told = f"'{mention.term.name}' is {mention.meaning} (glossary.yaml)"
            if mention.kind != "condition":
                scope.dialog.assume(told)
                continue
            scope.dialog.assume(f"{told}; {'such rows are left out' if mention.is_negated else 'only such rows count'}")
            reading = TermReading(mention.table, self._schemas[mention.table])
            found = reading.condition(mention.term.expression)
            condition = Negation(Both("and", (found,))) if mention.is_negated else found
            if condition not in draft.conditions:
                draft.conditions.append(condition)

    def complete(self, draft: Draft) -> None:
        """Add the measures and values that the prompt uses only to sort by, or in a condition."""
        for mention in self.found:
            item = self.items.get(mention.start)
            listed = draft.computed if mention.kind == "value" else draft.measures
            if item is not None and all(known is not item for known in listed):
                listed.append(item)


def _name(mention: Mention) -> str:
    """The column that a measure or value of that name becomes."""
    name = snake_case(mention.term.name)
    return f"{name}_count" if mention.kind == "counted" else name


def _without_count(made: list[Token]) -> bool:
    """Take back ``number of the`` before a condition: its rows are counted beside whatever else is asked for."""
    end = len(made)
    while end and made[end - 1].lower in _ARTICLES:
        end -= 1
    for length in range(min(_LONGEST_COUNT, end), 0, -1):
        if tuple(token.lower for token in made[end - length : end]) in _COUNTS:
            del made[end - length :]
            return True
    return False


def _without_negation(made: list[Token]) -> bool:
    """Take back ``not``, ``without the``, ``remove all`` before a condition: the other rows are meant."""
    end = len(made)
    while end and made[end - 1].lower in _ARTICLES:
        end -= 1
    if end and made[end - 1].lower.endswith("n't"):
        del made[end - 1 :]
        _drop_relative(made)
        return True
    if not end or made[end - 1].lower not in EXCLUDING:
        return False
    del made[end - 1 :]
    return True


def _drop_relative(made: list[Token]) -> None:
    while made and made[-1].lower in _RELATIVE:
        made.pop()


def _without_being(made: list[Token]) -> bool:
    """Take back ``who are`` before a condition: ``customers who are big spenders`` has its table."""
    count = len(made)
    while made and made[-1].lower in _BEING:
        made.pop()
    if len(made) == count:
        return False
    _drop_relative(made)
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
