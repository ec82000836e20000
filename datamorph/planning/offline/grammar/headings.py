"""A name and its groups before a formula: ``Load factor per line: total boarded / total seats``."""

from __future__ import annotations

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.formulas import read_formula
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.measures import finish, read_plain
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.spoken import spoken_name
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Arithmetic, Expression, Noun
from datamorph.planning.offline.phrases import phrase_set

_STARTS = frozenset({".", ";", "!", "?", ":"})
_VERBS = frozenset("compute calculate derive show give list report build add we need want please work out me i".split())
_IS = phrase_set(("=", ":", "is", "as", "being", "meaning", "defined as", "i.e", "that is", "calculated as",
                  "computed as", "which is", "measured as", "taken as"))  # fmt: skip
_DEFINING = frozenset({"=", "i.e", "that is", "meaning", "defined as", "which is"})
_MOST_WORDS = 5
_LONGEST_NAME = 4


def read_heading(reader: Reader, draft: Draft) -> Item | None:
    """The measure that a formula defines; what stands before it are its name and the groups."""
    start = reader.position
    if start and reader.tokens[start - 1].text not in _STARTS:
        return None
    reader.skip(_VERBS | ARTICLES)
    first = reader.position
    while _is_name(reader, first):
        reader.next()
        said = reader.position
        if (titled := _titled(reader, first)) is not None:
            return titled
        groups = read_groups(reader) if reader.take(PER_PHRASES) is not None else []
        tables = _whole(reader) if groups else []
        reader.word(",")
        separator = reader.take(_IS) if groups else None
        reader.word(".") if separator == "i.e" else None
        found = read_formula(reader) if separator is not None else None
        if found is None and separator in _DEFINING and (plain := read_plain(reader)) is not None:
            found = plain.expression
        if found is not None:
            draft.tables += tables
            groups = [] if any(is_divisor(found, group.expression) for group in groups) else groups
            words = [token for token in reader.tokens[first:said] if token.lower not in GLUE]
            name = snake_case(spoken_name(reader, tuple(token.text.lower() for token in words)))
            item = Item(found, frozenset(token.lemma for token in words), name, name)
            finish(reader, item)
            known = {group.words for group in draft.groups}
            draft.groups += [group for group in groups if group.words not in known]
            return item
        reader.position = said
    reader.position = start
    return None


_FEWEST = 2


def _titled(reader: Reader, first: int) -> Item | None:
    """``Ratio of cars to seats: total cars / total seats``: the formula says all that its name does."""
    said = reader.position
    words = reader.tokens[first:said]
    is_title = reader.lower() == ":" and len(words) >= _FEWEST
    is_value = any(reader.values.exact(token.text) for token in words)
    reader.next() if is_title else None
    found = read_formula(reader) if is_title and not is_value else None
    if found is None:
        reader.position = said
        return None
    name = "_".join(token.lower for token in words if token.lower not in GLUE)
    item = Item(found, frozenset(token.lemma for token in words), name, name)
    finish(reader, item)
    return item


def _whole(reader: Reader) -> list[Noun]:
    """``over all bookings``: the rows that the name is of."""
    mark = reader.position
    if reader.word("over", "across", "for", "of", "in", "among") and (reader.skip(ARTICLES) or True):
        table = read_table(reader)
        if table is not None:
            return [table]
    reader.position = mark
    return []


def is_divisor(formula: Expression, key: Expression) -> bool:
    """``fare per passenger: total fare / total passengers``: what it is divided by is no group."""
    if not isinstance(formula, Arithmetic) or not isinstance(key, Noun):
        return False
    if formula.operator in ("*", "+", "-"):
        return is_divisor(formula.left, key) or is_divisor(formula.right, key)
    right = formula.right
    noun = (right.argument or right.counted) if isinstance(right, Aggregate) else None
    spots = {(link.table, link.column) for link in noun.links[:1]} if isinstance(noun, Noun) else set[object]()
    return formula.operator == "/" and any((link.table, link.column) in spots for link in key.links)


def _is_name(reader: Reader, first: int) -> bool:
    """True for a word that may stand in a name: not one that chooses rows."""
    token = reader.peek()
    if token is None or not token.is_word or reader.position >= first + _MOST_WORDS + _LONGEST_NAME:
        return False
    return token.lower not in NEVER_GLUE and not isinstance(token.value, int | float | str)


__all__ = ["read_heading"]


_HOLDING = frozenset({"with", "holding", "containing", "listing", "of", "for", "showing"})
_COLUMN = frozenset({"column", "field"})


def read_column_heading(reader: Reader) -> str:
    """``a column titles with``: the name of what stands behind it; empty without one."""
    start = reader.position
    reader.skip(ARTICLES | {"and", "also", "add", "plus", "one", "new", "text", "single", "further", "extra"})
    if reader.word(*_COLUMN):
        reader.word("called", "named")
        token = reader.peek()
        is_named = token is not None and token.is_word and token.lower not in GLUE
        if is_named and reader.lower(1) in _HOLDING:
            reader.position += 2
            return token.text if token is not None else ""
        if is_named and reader.lower(1) in ("that", "which") and reader.lower(2) in _HOLDS:
            reader.position += 3
            return token.text if token is not None else ""
    reader.position = start
    return ""


_HOLDS = frozenset({"holds", "contains", "lists", "shows", "has", "gives"})
