"""Weekends and weekdays as two groups: ``split into weekend and weekday by sold_on``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.weekends import weekend_of
from datamorph.planning.offline.model import Conditional, Constant, Negation, Noun, Period
from datamorph.planning.offline.phrases import phrase_set

_SPLIT = phrase_set(("split into", "split by", "split up into", "divided into", "broken down into", "separated into",
                     "separately for", "separate for", "for", "on", "grouped into", "broken down by", "compare",
                     "comparing", "split between", "in two groups"))  # fmt: skip
_KINDS = frozenset({"weekend", "weekday"})
_AND = (",", "and", "/", "versus", "vs", "or", "against", "&", "from", "&")
_DAY = frozenset("the calendar day days date by according to of on going week based using".split())
_SATURDAY = frozenset("saturday saturdays sunday sundays and or are is the a weekend weekends being "
                      "= means counts count as sat sun".split())  # fmt: skip
_LABEL = phrase_set(("label column", "label the column", "name the column", "call the column", "column", "label it",
                     "in a column", "in column", "the column is", "as column", "name it", "call it"))  # fmt: skip


def read_day_type(reader: Reader) -> Item | None:
    """A group of two: Saturdays and Sundays, and the other days."""
    start = reader.position
    is_said = reader.take(_SPLIT) is not None or reader.take(PER_PHRASES) is not None
    first = _kind(reader)
    is_pair = bool(first) and reader.word(*_AND)
    reader.skip(("and",))
    second = _kind(reader) if is_pair else ""
    if not is_said or {first, second} != set(_KINDS):
        reader.position = start
        return None
    reader.skip(("days", "day"))
    date = _date(reader)
    _explain_weekend(reader)
    date = date or _date(reader)
    name = _label(reader) or read_name(reader) or "day_type"
    weekend = weekend_of(Period("date", date))
    found = Conditional(((weekend, Constant("weekend")), (Negation(weekend), Constant("weekday"))))
    return Item(found, frozenset({"day", "type", "weekend", "weekday", name.lower()}), name, name)


def _kind(reader: Reader) -> str:
    reader.skip(ARTICLES)
    said = reader.lower().rstrip("s")
    if said not in _KINDS:
        return ""
    reader.next()
    return said


def _date(reader: Reader) -> Noun | None:
    """``by the calendar day of sold_on``."""
    mark = reader.position
    reader.word(",")
    if reader.word("by", "of", "according", "based", "using", "on", "going"):
        reader.skip(_DAY)
        noun = reader.noun()
        if (
            noun is not None
            and noun.links[0].column
            and noun.links[0].column in reader.names.dates[noun.links[0].table]
        ):
            return noun
    reader.position = mark
    return None


def _explain_weekend(reader: Reader) -> None:
    """``(Saturday and Sunday are weekend)``."""
    mark = reader.position
    is_open = reader.word("(", ",")
    said = reader.position
    reader.skip(_SATURDAY)
    words = {token.lower.rstrip("s") for token in reader.tokens[said : reader.position]}
    if is_open and {"saturday", "sunday", "weekend"} <= words:
        reader.word(")")
        return
    reader.position = mark


def _label(reader: Reader) -> str:
    """``Label column day_type with values weekend / weekday``."""
    mark = reader.position
    reader.skip((".", ",", ";"))
    if reader.take(_LABEL) is None or not (reader.is_kind("name") or reader.is_kind("word")):
        reader.position = mark
        return ""
    name = reader.unlinked().text
    behind = reader.position
    reader.skip(("with", "the", "values", "value", "being", "(", "as"))
    if {_kind(reader), _kind(reader) if reader.word(*_AND) else ""} == set(_KINDS):
        reader.word(")")
    else:
        reader.position = behind
    return name
