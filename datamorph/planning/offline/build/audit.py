"""Nothing that was said may be lost: what no step has taken up is refused."""

from __future__ import annotations

from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Expression, Noun, Period


def audit(work: Work) -> None:
    """Check that every part of the draft has its place in the plan.

    Raises:
        Refused: a part has none.
    """
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


def _is_spread(expression: Expression) -> bool:
    found = aggregates_in(expression)
    return any(a.condition is not None or not isinstance(a.argument, Noun | None) for a in found)


def _has_unit(expression: Expression) -> bool:
    return any(a.function != "count" for a in aggregates_in(expression))
