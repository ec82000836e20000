"""Rows of some days of the week: ``on a Saturday or Sunday``, ``started Monday to Friday``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.recipes.resolve import nulls

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.conditions import Conditions
    from datamorph.planning.offline.gist.marks import Mark

_NAMES = "monday tuesday wednesday thursday friday saturday sunday".split()
_SHORT = {"mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thurs": 4, "fri": 5, "sat": 6, "sun": 7}
_THROUGH = frozenset({"to", "through", "till", "until", "-", "\u2013"})
_TIES = frozenset({",", "/", "or", "and", "&"})
_ANY = frozenset({"a", "any"})
_WEEKEND = [6, 7]
_NUMBER = "((datediff({0}, date '1900-01-01') % 7 + 7) % 7 + 1)"
"""1 for Monday to 7 for Sunday."""


def read_days_of_week(made: Conditions) -> None:
    """Find them; one day alone may be the last or the next that was, unless *a* or its plural say otherwise."""
    if any(key.part in ("weekday", "week") for key in made.gist.keys):
        return
    place = 0
    while place < len(made.marks):
        if _day(made.marks[place]) and not made.marks[place].use:
            place = _take(made, place)
        place += 1


def _take(made: Conditions, start: int) -> int:
    """Ask for the days that begin at a place; the place of the last."""
    days, end = _run(made, start)
    first, before = made.marks[start], made.at(start - 1)
    is_any = first.text.lower().endswith("s") or before.text.lower() in _ANY
    is_short = any(mark.text.lower() in _SHORT for mark in made.marks[start : end + 1])
    if len(days) == 1 and (is_short or not is_any):
        return end
    denied = made.denied(start)
    for mark in made.marks[start : end + 1]:
        mark.use = "filter"
    if before.text == "(" and _is_of_weekend(made, start - 1):
        if days != _WEEKEND:
            raise Unfit("it is open which days are meant")
        return end
    link = made.date(start)
    test = f"{_NUMBER} in ({', '.join(map(str, days))})"
    if denied is not None:
        made.marks[denied].use = "filter"
        test = f"({{0}} is null or not ({test}))" if nulls(made.brief, link) else f"not ({test})"
    made.ask([link], test, start)
    return end


def _is_of_weekend(made: Conditions, opening: int) -> bool:
    """``a weekend (Saturday or Sunday)``: what the parenthesis explains is asked for already."""
    return made.at(opening - 1).text.lower() in ("weekend", "weekends") and made.at(opening - 1).use == "filter"


def _run(made: Conditions, start: int) -> tuple[list[int], int]:
    """The days of a list or a range, and where the last of them stands."""
    days, end = [_day(made.marks[start])], start
    while True:
        tie, at = made.at(end + 1), made.next(end + 2)
        behind = made.at(at)
        word = tie.text.lower()
        if not _day(behind) or behind.use or word not in _TIES | _THROUGH:
            return sorted(set(days)), end
        if word in _THROUGH and _day(behind) <= days[-1]:
            raise Unfit("it is open which days are meant")
        days += range(days[-1] + 1, _day(behind) + 1) if word in _THROUGH else [_day(behind)]
        end = at


def _day(mark: Mark) -> int:
    """Which day of the week a mark names; 0 for none."""
    word = mark.text.lower()
    name = word.removesuffix("s")
    if mark.values or mark.columns or mark.kind not in ("other", "form"):
        return 0
    return _NAMES.index(name) + 1 if name in _NAMES else _SHORT.get(word, 0)
