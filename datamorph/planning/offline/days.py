"""Days and months of the calendar, as ISO 8601 writes them; it begins with the year 1 and ends with 9999."""

from __future__ import annotations

from datetime import date, timedelta

from datamorph.planning.offline.dialog import Refused

_DECEMBER = 12


def shifted(day: str, days: int) -> str:
    """The day that many days later.

    Raises:
        Refused: the calendar has no such day.
    """
    try:
        return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
    except OverflowError:
        raise Refused("impossible", f"no day is {days} days from {day}", hint="name a day of the calendar") from None


def next_month(month: str) -> str:
    """The first day behind ``2018-03``.

    Raises:
        Refused: the calendar ends with it.
    """
    year, number = int(month[:4]), int(month[5:])
    try:
        return date(year + number // _DECEMBER, number % _DECEMBER + 1, 1).isoformat()
    except ValueError:
        raise Refused("impossible", f"no month follows {month}", hint="name a month of the calendar") from None
