"""Days seen from the day of the run, each with a date of a far century that stands in for it while a prompt is read.

All that is read of dates (bounds, ranges, the day after) holds for a stand-in, too: days may be counted from it. In the
finished spec an expression over ``current_date()`` takes its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["day", "months", "week", "month", "quarter", "year"]
_UNITS: tuple[Unit, ...] = ("day", "months", "week", "month", "quarter", "year")
_FIRST_YEAR, _YEARS_EACH = 4000, 150
_ORIGIN = _YEARS_EACH // 2
_APART = 10
"""Days between two stand-ins, so that a few can be counted from each; days of the run themselves lie side by side."""
FARTHEST = 1_000
"""So many days, weeks, months or years from the day of the run."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DATE = re.compile(r"\b4\d{3}-\d{2}-\d{2}\b")
_LITERAL = re.compile(r"\bDATE\s+'(4\d{3}-\d{2}-\d{2})'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RunDay:
    """A day seen from the day of the run.

    Attributes:
        unit: ``day`` and ``months`` count from the day itself, the others from the first day of its week, month ...
        offset: so many units later.
        days: and so many days more.
    """

    unit: Unit
    offset: int
    days: int = 0

    @property
    def stand_in(self) -> str:
        """The date that stands in for it."""
        apart = 1 if self.unit == "day" else _APART
        return (_origin(self.unit) + timedelta(days=self.offset * apart + self.days)).isoformat()

    @property
    def sql(self) -> str:
        """It as an expression of a spec."""
        if self.unit == "day":
            return _added("current_date()", self.offset + self.days)
        return _added(_first_day(self.unit, self.offset), self.days)

    @property
    def words(self) -> str:
        """It as people say it."""
        if self.unit == "day":
            return _counted(self.offset + self.days, "day", of="the day of the run")
        if self.unit == "months":
            return _counted(self.days, "day", of=_counted(self.offset, "month", of="the day of the run"))
        if self.days == -1:
            return RunDay(self.unit, self.offset - 1).words.replace("the first day", "the last day", 1)
        which = {-1: "the last", 0: "the current", 1: "the next"}.get(self.offset, "the")
        far = "" if abs(self.offset) <= 1 else f" {_counted(self.offset, self.unit, of='the current one')}"
        return _counted(self.days, "day", of=f"the first day of {which} {self.unit}{far}")

    @classmethod
    def of(cls, text: str) -> RunDay | None:
        """What a date stands in for; None for one that stands for itself."""
        if _DATE.fullmatch(text) is None:
            return None
        found = date.fromisoformat(text)
        place = (found.year - _FIRST_YEAR) // _YEARS_EACH
        if place >= len(_UNITS):
            return None
        unit = _UNITS[place]
        days = (found - _origin(unit)).days
        if unit == "day":
            return cls(unit, days)
        offset = round(days / _APART)
        return cls(unit, offset, days - offset * _APART)


def holds_stand_in(text: str) -> bool:
    """True where the text has a date that may be a stand-in."""
    return _DATE.search(text) is not None


def expressed(text: str) -> str:
    """An expression of a spec with days of the run in the place of their stand-ins."""
    return _LITERAL.sub(lambda match: found.sql if (found := RunDay.of(match[1])) else match[0], text)


def spoken(text: str) -> str:
    """A text for people with words in the place of stand-ins."""
    text = _LITERAL.sub(lambda match: match[1], text)
    return _DATE.sub(lambda match: found.words if (found := RunDay.of(match[0])) else match[0], text)


def _origin(unit: Unit) -> date:
    return date(_FIRST_YEAR + _YEARS_EACH * _UNITS.index(unit) + _ORIGIN, 1, 1)


def _first_day(unit: Unit, offset: int) -> str:
    if unit == "months":
        return f"add_months(current_date(), {offset})" if offset else "current_date()"
    first = f"date_trunc('{unit}', current_date())"
    if unit == "week":
        return _added(first, offset * 7)
    return f"add_months({first}, {offset * _MONTHS[unit]})" if offset else first


def _added(day: str, days: int) -> str:
    return f"date_add({day}, {days})" if days else day


def _counted(number: int, unit: str, *, of: str) -> str:
    side, many = ("before" if number < 0 else "after"), ("" if abs(number) == 1 else "s")
    return f"{abs(number)} {unit}{many} {side} {of}" if number else of
