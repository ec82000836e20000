"""The time between two moments, in a unit, with functions that every engine has."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import Term, combine
from datamorph.planning.offline.dialog import Refused

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_PARTS = (("hour({})", 3600), ("cast(date_format({}, 'mm') as int)", 60), ("cast(date_format({}, 'ss') as int)", 1))


def elapsed(unit: str, later: Term, earlier: Term, types: tuple[str, str]) -> Term:
    """The later moment minus the earlier one.

    Args:
        unit: ``second`` to ``week``; empty where the prompt says none.
        types: of both sides.

    Raises:
        Refused: moments without a unit, or dates in less than days.
    """
    if "date" in types:
        if unit not in ("", "day", "week"):
            raise Refused("impossible", f"dates have no {unit}s", hint="say days")
        days = combine("datediff({}, {})", later, earlier)
        return days if unit != "week" else combine("{} / 7", days, is_atom=False)
    if not unit:
        raise Refused("impossible", "the unit of the time between is not said", hint="say in minutes, hours or days")
    seconds = combine("datediff({}, {}) * 86400", later, earlier, is_atom=False)
    for template, factor in _PARTS:
        times = "" if factor == 1 else f" * {factor}"
        part = combine(f"({template} - {template}){times}", later, earlier, is_atom=False)
        seconds = combine("{} + {}", seconds, part, is_atom=False)
    return combine(f"({{}}) / {_SECONDS[unit]}.0", seconds, is_atom=False)
