"""Blocks of rows: ``session number per rider, new after more than 30 minutes, by started_at``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.expressions import ELAPSED
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Noun, Window
from datamorph.planning.offline.phrases import phrase_set

_NUMBER = phrase_set(("session number", "number of the session", "running session number", "session counter"))
_LONGER = phrase_set(("after more than", "after over"))
_AS_LONG = phrase_set(("after at least",))


def read_session(reader: Reader) -> Window | None:
    """The number of the block that a row is in, where blocks end with a pause that is said."""
    start = reader.position
    found = _session(reader)
    if found is None:
        reader.position = start
    return found


def _session(reader: Reader) -> Window | None:
    if reader.take(_NUMBER) is None:
        return None
    per: tuple[Noun, ...] = ()
    if reader.take(PER_PHRASES) is not None:
        per = tuple(item.expression for item in read_groups(reader) if isinstance(item.expression, Noun))
    reader.word(",")
    if not reader.word("new"):
        return None
    is_as_long = reader.take(_AS_LONG) is not None
    if not is_as_long and reader.take(_LONGER) is None:
        return None
    number, unit = reader.peek(), reader.peek(1)
    part = ELAPSED.get(unit.lemma, "") if unit is not None else ""
    if number is None or not isinstance(number.value, int) or number.value < 1 or not part:
        return None
    reader.position += 2
    reader.word(",")
    date = reader.noun() if reader.word("by") else None
    return Window("session", date, per, rows=number.value, unit=part, is_ahead=is_as_long)
