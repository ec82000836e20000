"""Comparisons that name no column but a unit: ``calls longer than 10 minutes``, ``bags heavier than 20 kg``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import named_tables
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import COMPARISONS, POSTFIX
from datamorph.planning.offline.lexicon.names import KEY_WORDS, MONEY
from datamorph.planning.offline.model import Compare, Condition, Noun, Within
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_OPERATORS = Phrases({
    phrase: operator for phrase, operator in COMPARISONS.items()
    if operator in (">", ">=", "<", "<=") and phrase not in ("after", "before", "since", "until", "from", "through")
} | {"dearer than": ">", "more expensive than": ">", "lighter than": "<", "quicker than": "<",
     "slower than": ">"})  # fmt: skip
_POSTFIX = Phrases(POSTFIX)
_LEADS = frozenset(
    "that which lasted lasting lasts took taking take takes of weighing weighed costing with is are were was at".split()
)
_OF_KIND = {
    "time": frozenset({"duration", "length", "minute", "second", "hour", "elapsed", "runtime"}),
    "weight": frozenset({"weight", "kg", "gram"}),
    "length": frozenset({"distance", "length", "mile", "km", "height", "width"}),
    "money": MONEY,
    "temperature": frozenset({"temperature", "degree", "celsius", "fahrenheit"}),
}


def read_size(reader: Reader) -> Condition | None:
    """The only column of the named tables that is in units of that kind, compared with a number."""
    start = reader.position
    reader.skip(_LEADS)
    if (found := _between(reader)) is not None:
        return found
    reader.position = start
    reader.skip(_LEADS)
    operator = reader.take(_OPERATORS)
    place = reader.position
    number = read_number(reader)
    operator = operator or (reader.take(_POSTFIX) if number is not None else None)
    if number is None or operator is None or not number.unit or reader.lower() in ("after", "before", "ago", "later"):
        reader.position = start
        return None
    kind = kind_of(number.unit)
    links = tuple(Link(table, column, 1.0) for table, column in _columns(reader, kind))
    if len(links) != 1:
        reader.position = start
        return None
    operator = reader.take(_POSTFIX) or operator
    return Compare(Noun(reader.tokens[place].text, (), links, place), operator, number)


def _between(reader: Reader) -> Condition | None:
    """``between 1 and 5 minutes long``."""
    low = read_number(reader) if reader.word("between", "from") else None
    place = reader.position
    high = read_number(reader) if low is not None and reader.word("and", "to") else None
    if low is None or high is None or not high.unit or (low.unit and low.unit != high.unit):
        return None
    links = tuple(Link(table, column, 1.0) for table, column in _columns(reader, kind_of(high.unit)))
    reader.word("long", "old", "away", "heavy", "high")
    return Within(Noun(reader.tokens[place].text, (), links, place), low, high) if len(links) == 1 else None


def _columns(reader: Reader, kind: str) -> list[tuple[TableRef, str]]:
    tables = named_tables(reader)
    return [
        (table, column)
        for (table, column), words in sorted(reader.names.column_words.items())
        if table in tables
        and words[-1] not in KEY_WORDS
        and column not in reader.names.dates[table]
        and (_OF_KIND.get(kind, frozenset[str]()) & set(words) or (kind and kind_of(unit_of(column, words)) == kind))
    ]
