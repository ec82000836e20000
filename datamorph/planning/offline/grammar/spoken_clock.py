"""Times of day in words: ``quarter past one``, ``half past six``, ``ten minutes to five``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader

_PARTS = {"quarter": 15, "half": 30}
_HOURS, _HOUR = 12, 60
_PAST, _TO = ("past", "after"), ("to", "before", "till")


def spoken_clock(reader: Reader) -> tuple[int, int] | None:
    """Hour and minute, up to twelve o'clock; the reader stands behind them then."""
    mark = reader.position
    reader.word("a")
    minutes = _minutes(reader)
    is_past = reader.word(*_PAST)
    if not minutes or not (is_past or reader.word(*_TO)):
        reader.position = mark
        return None
    hour = _number(reader)
    if reader.word("midnight", "noon", "midday"):
        hour = 0 if reader.tokens[reader.position - 1].lower == "midnight" else _HOURS
    elif 1 <= hour <= _HOURS:
        reader.next()
    else:
        reader.position = mark
        return None
    return (hour, minutes) if is_past else ((hour - 1) % (2 * _HOURS), _HOUR - minutes)


def _minutes(reader: Reader) -> int:
    """How many minutes stand there, with their unit; 0 where none do."""
    part = _PARTS.get(reader.lower(), 0)
    number = part or _number(reader)
    if not 0 < number < _HOUR:
        return 0
    reader.next()
    if not part:
        reader.word("minutes", "minute", "mins", "min")
    return number


def _number(reader: Reader) -> int:
    token = reader.peek()
    return token.value if token is not None and isinstance(token.value, int) and not token.unit else 0
