"""Time zones as people say them: ``Europe/Vienna``, ``Vienna time``, ``CET``."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from datamorph.planning.offline.grammar.reader import Reader

_ABBREVIATED = ("utc", "gmt", "cet", "eet", "wet")
"""Those that mean one zone everywhere; *est* and *ist* do not."""
_LONGEST = 2
_SLASHES = (5, 3)


def zone_at(reader: Reader) -> str:
    """The IANA name of the zone that is said at this place, and the reader behind it; empty where none is."""
    if reader.word(*_ABBREVIATED):
        return reader.tokens[reader.position - 1].lower.upper()
    return _address(reader) or _city(reader)


def _address(reader: Reader) -> str:
    """``Europe/Vienna``."""
    for length in _SLASHES if reader.lower(1) == "/" else ():
        words = [reader.lower(n) for n in range(length)]
        spelled = "".join(words) if all(words) else ""
        name = next((name for name in available_zones() if name.lower() == spelled), "")
        if name:
            reader.position += length
            return name
    return ""


def _city(reader: Reader) -> str:
    """``Vienna time``, ``New York local time``."""
    for length in range(_LONGEST, 0, -1):
        rest = [word for word in (reader.lower(length), reader.lower(length + 1)) if word]
        behind = 2 if rest == ["local", "time"] else 1 if rest[:1] == ["time"] else 0
        place = "_".join(reader.lower(n) for n in range(length))
        zones = [name for name in available_zones() if name.lower().split("/")[1:] == [place]] if behind else []
        if len(zones) == 1:
            reader.position += length + behind
            return zones[0]
    return ""


@cache
def available_zones() -> tuple[str, ...]:
    """Names of all zones, in order."""
    return tuple(sorted(available_timezones()))
