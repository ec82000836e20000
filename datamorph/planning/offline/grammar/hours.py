"""The hour of a moment as a number that is compared or put into classes: ``the hour of sold_at is 6 to 9``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Noun, Period

_OF = ("of", "from", "in")


def read_hour(reader: Reader) -> Period | None:
    """``the hour of the day of sold_at``, ``hour(sold_at)``."""
    start = reader.position
    reader.skip(ARTICLES)
    is_said = reader.word("hour", "hours")
    is_call = is_said and reader.word("(")
    noun = _moment(reader) if is_call or (is_said and reader.word(*_OF)) else None
    if noun is None or (is_call and not reader.word(")")):
        reader.position = start
        return None
    return Period("hour", noun)


def _moment(reader: Reader) -> Noun | None:
    """The column, behind ``the day of`` where that is said."""
    mark = reader.position
    reader.skip(ARTICLES)
    if not (reader.word("day") and reader.word("of")):
        reader.position = mark
    reader.skip(ARTICLES)
    noun = reader.column()
    is_time = noun is not None and any(link.column in reader.names.dates[link.table] for link in noun.links[:1])
    return noun if is_time else None
