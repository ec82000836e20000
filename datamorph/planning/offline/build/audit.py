"""Nothing that was said may be lost: what no step has taken up is refused."""

from __future__ import annotations

from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.headings import is_divisor
from datamorph.planning.offline.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Expression,
    Noun,
    OneOf,
    Period,
    Within,
)

_FIRST, _LAST = "0000", "9999"


def audit(work: Work) -> None:
    """Check that every part of the draft has its place in the plan.

    Raises:
        Refused: a part has none.
    """
    _check_both(work)
    _check_divisors(work)
    _check_times(work)
    _check_values(work)
    draft = work.draft
    expressions = [item.expression for item in [*draft.groups, *draft.measures, *draft.computed]]
    lost = {
        "a value for missing entries": any(noun is None for noun, _ in draft.fills),
        "groups without rows": draft.keeps_all and not work.is_grouped,
        "values as columns": draft.is_pivot and not any(_is_spread(e) for e in expressions),
        "a format of dates": bool(draft.date_format) and not any(isinstance(e, Period) for e in expressions),
        "a unit": draft.scale != 1 and not any(_has_unit(e) for e in expressions),
        "a computed column": not work.is_grouped and any(is_group_item(work, item) for item in draft.computed),
    }
    for what, is_lost in lost.items():
        if is_lost:
            raise Refused("impossible", f"{what}: nothing in the result takes it up", hint="say what it applies to")


def _check_divisors(work: Work) -> None:
    """``fare per passenger, total fare divided by total passengers``: is that one number, or one per group?

    Raises:
        Refused: a measure is divided by the sum of what the rows are grouped by.
    """
    for group in work.draft.groups:
        if any(is_divisor(item.expression, group.expression) for item in work.draft.measures):
            message = f"'per {group.text}' can say what is divided by, or what the rows are grouped by"
            raise Refused("impossible", message, hint="say only what is divided by what")


def _check_times(work: Work) -> None:
    """``sales in February and sales in March``: no row is of both times, so both cannot be asked of one row.

    Raises:
        Refused: two times of the same date have no day in common.
    """
    spans = [span for condition in work.draft.conditions for span in _spans(condition)]
    for place, (date, low, high) in enumerate(spans):
        for other, first, last in spans[:place]:
            if date == other and (_is_before(high, first) or _is_before(last, low)):
                raise Refused("impossible", "no row is of both times", hint="say 'or' between the two times")


def _check_values(work: Work) -> None:
    """``patients with EMERG stays and with ELECT stays``: no row holds two values at once, so other rows are meant.

    Raises:
        Refused: the same column is to have this value and that one.
    """
    said = [one for condition in work.draft.conditions for one in _held(condition)]
    for place, one in enumerate(said):
        for other in said[:place]:
            if one.left.links[:1] == other.left.links[:1] and not _texts(one) & _texts(other):
                text = " and ".join(sorted(_texts(other) | _texts(one)))
                raise Refused("impossible", f"no row is {text} at once", hint="say 'or', or of what there are both")


def _held(condition: Condition) -> list[OneOf]:
    if isinstance(condition, Both):
        return [one for part in condition.parts for one in _held(part)] if condition.operator == "and" else []
    return [condition] if isinstance(condition, OneOf) and condition.left.links else []


def _texts(one: OneOf) -> set[str]:
    return {str(value.value).casefold() for value in one.values}


def _spans(condition: Condition) -> list[tuple[object, str, str]]:
    """Which date has to be within which days; years and months are the beginning of their days."""
    if isinstance(condition, Both):
        return [span for part in condition.parts for span in _spans(part)] if condition.operator == "and" else []
    if isinstance(condition, OneOf):
        days = [str(value.value) for value in condition.values if value.is_date]
        is_day = bool(days) and len(days) == len(condition.values)
        return [(condition.left.links[:1], min(days), max(days))] if is_day else []
    if not isinstance(condition, Compare | Within):
        return []
    left = condition.left
    noun = left.of if isinstance(left, Period) else left
    date = noun.links[:1] if isinstance(noun, Noun) else noun
    is_day = isinstance(left, Noun) or (isinstance(left, Period) and left.part in ("date", "year"))
    if isinstance(condition, Within):
        return [(date, str(condition.low.value), str(condition.high.value))] if is_day and condition.low.is_date else []
    right = condition.right
    is_year = isinstance(left, Period) and left.part == "year"
    if not is_day or not isinstance(right, Constant) or not (right.is_date or is_year):
        return []
    value, operator = str(right.value), condition.operator
    low = value if operator in ("=", ">", ">=") else _FIRST
    return [(date, low, value if operator in ("=", "<", "<=") else _LAST)]


def _is_before(day: str, other: str) -> bool:
    shared = min(len(day), len(other))
    return day[:shared] < other[:shared]


def _check_both(work: Work) -> None:
    """Of ``shops that sold both Rye and Eclair`` only rows of the two are left: no other measure may be of those.

    Raises:
        Refused: something else is computed, or the groups are others.
    """
    draft = work.draft
    named = {id(c.left) for c in draft.conditions if isinstance(c, OneOf)}
    counts = [c.left for c in draft.conditions if isinstance(c, Compare) and isinstance(c.left, Aggregate)]
    is_both = any(a.is_distinct and id(a.counted) in named for a in counts)
    is_more = draft.measures or draft.windows or draft.computed or draft.top or len(draft.groups) > 1 or len(counts) > 1
    if is_both and is_more:
        message = "those that have both of two values, and something else of them"
        raise Refused("out_of_scope", message, hint="ask for those that have both alone")


def _is_spread(expression: Expression) -> bool:
    found = aggregates_in(expression)
    return any(a.condition is not None or not isinstance(a.argument, Noun | None) for a in found)


def _has_unit(expression: Expression) -> bool:
    return any(a.function != "count" for a in aggregates_in(expression))
