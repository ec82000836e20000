"""Rows chosen by their number among neighbours: ``number the orders of each customer ..., keep row_number = 2``."""

from __future__ import annotations

from datamorph.planning.offline.build.windows import add_windows
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import Compare, Condition, Constant, Noun, OneOf


def numbered_by(work: Work, condition: Condition) -> str:
    """The window column that a condition on rows compares with a number, empty where it is another condition."""
    left = condition.left if isinstance(condition, Compare | OneOf) else None
    if not isinstance(left, Noun) or work.is_grouped:
        return ""
    names = {item.name.lower(): item.name for item in work.draft.windows if item.name}
    return names.get(left.text.lower().replace(" ", "_"), "")


def keep_numbered(work: Work) -> None:
    """Compute the windows, and keep the rows of the numbers that are asked for."""
    found = [(name, c) for c in work.draft.conditions if (name := numbered_by(work, c))]
    tests = [f"{name} {text}" for name, condition in found if (text := _test(condition))]
    if not tests or len(tests) < len(found):
        return
    add_windows(work)
    work.draft.windows = []
    work.frames.add("filter", "kept", where=" AND ".join(tests))


def _test(condition: Condition) -> str:
    """``= 2``; empty for what is no comparison with one number."""
    if isinstance(condition, Compare) and isinstance(condition.right, Constant):
        value = condition.right.value
        return f"{condition.operator} {value}" if isinstance(value, int | float) else ""
    if isinstance(condition, OneOf) and len(condition.values) == 1:
        value = condition.values[0].value
        return f"= {value}" if isinstance(value, int | float) else ""
    return ""
