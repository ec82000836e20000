"""Weekends and weekdays: ``on a weekend``, ``on weekdays``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Apply, Compare, Condition, Constant, Expression, Negation


def read_weekend(reader: Reader, date: Expression, *, is_certain: bool = False) -> Condition | None:
    """``on a weekend``, ``on weekdays``: Saturdays and Sundays, or the other days, counted from a Monday."""
    start = reader.position
    reader.skip(("on", "at", "during", "a", "the"))
    said = reader.lower().rstrip("s")
    if (reader.position == start and not is_certain) or said not in ("weekend", "weekday"):
        reader.position = start
        return None
    reader.next()
    found = weekend_of(date)
    return found if said == "weekend" else Negation(found)


def weekend_of(date: Expression) -> Compare:
    """Saturdays and Sundays, counted from a Monday."""
    return Compare(Apply("((datediff({}, DATE '1900-01-01') % 7 + 7) % 7)", (date,)), ">=", Constant(5))
