"""Times of day, in words and digits: ``quarter past one``, ``ten minutes to five``, ``7:30 in the evening``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader

_PARTS = {"quarter": 15, "half": 30}
_HOURS, _HOUR, _NOON, _DAY = 12, 60, 12, 24
_HALVES = {"morning": 0, "afternoon": _NOON, "evening": _NOON}
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


def clock_at(reader: Reader, *, is_said: bool = True) -> tuple[int, int] | None:
    """Hour and minute in digits, or *noon*; a bare number counts only behind a word that makes it a time."""
    for word, hour in (("noon", _NOON), ("midday", _NOON), ("midnight", 0), ("lunchtime", _NOON)):
        if reader.word(word):
            return hour, 0
    token = reader.peek()
    is_number = token is not None and (token.kind == "number" or (is_said and isinstance(token.value, int)))
    text, _, minutes = str(token.value if token is not None and is_number else "").partition(":")
    if token is None or not text.isdigit() or int(text) >= _DAY or int(minutes or 0) >= _HOUR:
        return None
    if token.unit not in ("", ":"):
        return None
    following = reader.lower(1)
    half = following if following in ("am", "pm", "a.m", "p.m", "a.m.", "p.m.") else ""
    is_hour = following in ("o'clock", "h", "hrs", "uhr", "utc", "sharp")
    if not (is_said or half or minutes or is_hour) or (half and not 1 <= int(text) <= _NOON):
        return None
    reader.next()
    hour = int(text)
    if half:
        reader.next()
        hour = hour % _NOON + (_NOON if half.startswith("p") else 0)
    elif reader.lower() == "in" and reader.lower(1) == "the" and reader.lower(2) in _HALVES:
        hour = hour % _NOON + _HALVES[reader.lower(2)] if hour <= _NOON else hour
        reader.position += 3
    return hour, int(minutes or 0)


def half_of_day(reader: Reader, hour: int, minute: int) -> tuple[int, int]:
    """``quarter past six in the evening``, ``half past two pm``."""
    if reader.word("am", "a.m"):
        return hour % _NOON, minute
    if reader.word("pm", "p.m"):
        return hour % _NOON + _NOON, minute
    if reader.lower() == "in" and reader.lower(1) == "the" and reader.lower(2) in _HALVES:
        hour = hour % _NOON + _HALVES[reader.lower(2)]
        reader.position += 3
    return hour, minute


def minutes_past(reader: Reader) -> int | None:
    """Minutes past the full hour: ``23 minutes past``, ``minute 23``, ``quarter to``, ``the half hour``."""
    is_led = reader.position > 0 and reader.tokens[reader.position - 1].text == ":"
    if is_led or reader.word("minute", ":"):
        return _count(reader, ("past", "after"))
    if reader.word("half"):
        return 30 if reader.word("past", "hour") else None
    count = 15 if reader.word("quarter") else None
    if count is None:
        count = _count(reader, ())
        reader.word("minutes", "minute", "min", "mins")
    if count is None:
        return None
    if reader.word("past", "after"):
        return count
    return _HOUR - count if reader.word("to", "before") else None


def _count(reader: Reader, tails: tuple[str, ...]) -> int | None:
    """A number below sixty, and words behind it."""
    token = reader.peek()
    if token is None or not isinstance(token.value, int) or not 0 < token.value < _HOUR or token.unit:
        return None
    reader.next()
    reader.word(*tails)
    return token.value
