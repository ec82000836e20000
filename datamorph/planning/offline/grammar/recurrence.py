"""Times at which a pipeline runs, as they were said, and the cron expression for them."""

from __future__ import annotations

from dataclasses import dataclass, field

_NOON, _DAY, _HOUR = 12, 24, 60
_DEFAULT_HOURS = {"morning": 6, "evening": 18, "noon": 12}
_UNSAID = frozenset({"afternoon", "twice", "thrice"})
"""Periods of which the hours have to be said."""
COUNTS = {"twice": 2, "thrice": 3}
_LATE, _LATEST = frozenset({"evening", "afternoon"}), 8
"""Halves of the day in which 3 is 15; at night it is 8 and later that is."""


@dataclass(slots=True)
class RunTimes:
    """What was said so far.

    Attributes:
        clocks: hour and minute, each once.
        bare: clocks up to twelve of which it is not said in which half of the day.
        minute: of every hour, where it runs hourly.
        every: number and unit, as in ``every 15 minutes``.
        hours: from and to, where it runs every hour between.
        zone: where the clocks are; empty where it is not said.
    """

    period: str = ""
    days: tuple[int, ...] = ()
    is_each: bool = False
    month_day: int = 0
    clocks: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    bare: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    minute: int | None = None
    every: tuple[int, str] = (0, "")
    hours: tuple[int, int] = (0, 0)
    literal: str = ""
    zone: str = ""

    @property
    def recurs(self) -> bool:
        """True where it is said how often, and not only at what time."""
        return bool(self.period or (self.days and self.is_each) or self.month_day or self.every[0] or self.literal)

    def is_plain(self) -> bool:
        """True where nothing but runs can be meant: an interval, or how often and at what time."""
        often = self.period in ("day", "night", "hour", "morning", "evening", "noon", "twice", "thrice")
        return bool(self.literal or self.every[0] or self.clocks or often)

    def cron(self) -> str:
        """The five fields; empty where they cannot say it, or not everything is said."""
        if self.literal:
            return self.literal
        days = ",".join(map(str, sorted(self.days))) if self.days else "*"
        days = "1-5" if days == "1,2,3,4,5" else days
        if self.every[0] or self.period == "hour":
            return self._often(days)
        clocks = sorted({self._late(*clock) for clock in self.clocks}) or [(_DEFAULT_HOURS.get(self.period, 0), 0)]
        is_said = bool(self.clocks) or self.period not in _UNSAID
        is_counted = len(self.clocks) == COUNTS.get(self.period, len(self.clocks))
        is_early = self.period in _LATE and any(hour < _NOON for hour, _ in clocks)  # ``every evening at 09:00``
        if not (is_said and is_counted) or is_early or len({minute for _, minute in clocks}) > 1:
            return ""
        at = f"{clocks[0][1]} {','.join(str(hour) for hour, _ in clocks)}"
        return self._days(at, days)

    def _late(self, hour: int, minute: int) -> tuple[int, int]:
        """``every evening at 9`` is 21:00."""
        first = 1 if self.period in _LATE else _LATEST if self.period == "night" else _DAY
        is_late = (hour, minute) in self.bare and first <= hour < _NOON
        at_midnight = self.period == "night" and (hour, minute) in self.bare and hour == _NOON
        return (hour + _NOON if is_late else 0 if at_midnight else hour), minute

    def _days(self, at: str, days: str) -> str:
        months = {"quarter": "1,4,7,10", "year": "1"}.get(self.period, "*")
        if self.period == "week" and days == "*":
            days = "0"
        if self.month_day and (days != "*" or self.period not in ("", "month", "quarter", "year")):
            return ""
        if self.month_day or self.period in ("month", "quarter", "year"):
            return f"{at} {self.month_day or 1} {months} *" if days == "*" else ""
        return f"{at} * * {days}"

    def _often(self, days: str) -> str:
        count, unit = self.every
        hours = f"{self.hours[0]}-{self.hours[1]}" if self.hours[1] else "*"
        if self.month_day or (self.clocks and unit != "day") or (self.minute is not None and unit):
            return ""
        if unit == "minute":
            return f"*/{count} {hours} * * {days}" if count and _HOUR % count == 0 and count < _HOUR else ""
        if unit == "hour" and count > 1:
            return f"0 */{count} * * {days}" if _DAY % count == 0 and hours == "*" else ""
        if unit == "day":
            clocks = self.clocks or [(0, 0)]
            return f"{clocks[0][1]} {clocks[0][0]} */{count} * *" if len(clocks) == 1 and days == "*" else ""
        return f"{self.minute or 0} {hours} * * {days}"
