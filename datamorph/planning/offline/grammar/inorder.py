"""Orders in other words: ``in order of taken_at``, ``in date order``, ``walk its trips by day``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import DIRECTION, read_direction, read_keys
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import SortKey
from datamorph.planning.offline.phrases import phrase_set

_IN_ORDER = phrase_set((
    "in order of", "in the order of", "in order by", "in ascending order of", "in sequence of",
    "following the order of", "in order along"))  # fmt: skip
_FALLING = phrase_set(("in descending order of", "in decreasing order of", "in reverse order of"))
_TIMES = frozenset({"date", "time", "day", "calendar", "month", "week", "chronological"})
_WALKS = frozenset({"walk", "go", "step", "run", "move", "look", "walking", "going", "stepping", "looking", "follow"})
_ALONG = frozenset({"through", "over", "along", "down", "at", "across"})
_STARTS = frozenset({"", ".", ",", ";", ":", "(", "and", "-", "\u2013", "\u2014"})


def read_in_order(reader: Reader, draft: Draft) -> list[SortKey] | None:
    """Sort keys of an order that is not said by ``sort``."""
    start = reader.position
    for construct in (_of_keys, _in_time, _by_direction):
        reader.position = start
        keys = construct(reader)
        if keys:
            return keys
    reader.position = start
    return _walked(reader, draft)


def _of_keys(reader: Reader) -> list[SortKey] | None:
    reader.word(",")
    is_falling = reader.take(_FALLING) is not None
    if not is_falling and reader.take(_IN_ORDER) is None:
        return None
    if reader.lower() in ("date", "time") and not reader.links(reader.position, 1):
        reader.next()
        return [SortKey(None, is_falling, is_by_group=not is_falling, is_in_time=True)]
    keys = _columns(reader)
    return [replace(key, is_descending=True) for key in keys] if is_falling else keys


def _columns(reader: Reader) -> list[SortKey]:
    """Columns with their directions; a word that names none ends the list."""
    keys: list[SortKey] = []
    mark = reader.position
    while (noun := reader.defined_noun() or reader.noun()) is not None and (not noun.links or noun.links[0].column):
        keys.append(SortKey(noun, read_direction(reader) or False))
        mark = reader.position
        if not reader.word(",", "and", "then"):
            break
        reader.skip(("and", "then", "by"))
    reader.position = mark
    return keys


def _in_time(reader: Reader) -> list[SortKey] | None:
    """``in date order``, ``in fare order``."""
    reader.word(",")
    if not reader.word("in", "by"):
        return None
    reader.skip(ARTICLES)
    mark = reader.position
    if reader.lower() in _TIMES and reader.lower(1) == "order":
        reader.position += 2
        return [SortKey(None, is_by_group=True, is_in_time=True)]
    reader.position = mark
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not reader.word("order"):
        return None
    return [SortKey(noun)]


def _by_direction(reader: Reader) -> list[SortKey] | None:
    """``ascending by month``, ``descending by total fare``: at the start of a clause."""
    before = reader.tokens[reader.position - 1].text if reader.position else ""
    if before not in _STARTS:
        return None
    direction = reader.take(DIRECTION)
    if direction is None or not reader.word("by", "on"):
        return None
    return [replace(key, is_descending=direction) for key in read_keys(reader)]


def _walked(reader: Reader, draft: Draft) -> list[SortKey] | None:
    """``walk its sailings by departure``: rows are looked at one after the other in that order."""
    start = reader.position
    if reader.word(*_WALKS):
        reader.skip(_ALONG)
        reader.skip(ARTICLES)
        table = read_table(reader)
        is_by = table is not None and (reader.take(_IN_ORDER) is not None or reader.word("by", "along"))
        keys = _columns(reader) if is_by else []
        if keys and table is not None:
            draft.tables.append(table)
            return keys
    reader.position = start
    return None
