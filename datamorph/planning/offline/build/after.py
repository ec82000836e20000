"""Conditions on values over neighbouring rows, which are decided after these are computed."""

from __future__ import annotations

from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Within,
)


def take_conditions(work: Work) -> None:
    """Put conditions on windows aside until the windows are there."""
    made = [Made(item.name or item.text, item.words) for item in work.draft.windows]
    work.after += [one for one in work.draft.conditions if _is_after(one, made)]
    work.draft.conditions = [one for one in work.draft.conditions if not _is_after(one, made)]


def _is_after(condition: Condition, made: list[Made]) -> bool:
    match condition:
        case Both():
            return any(_is_after(part, made) for part in condition.parts)
        case Negation():
            return _is_after(condition.part, made)
        case Compare():
            return _is_window(condition.left, made) or _is_window(condition.right, made)
        case Within() | OneOf():
            return _is_window(condition.left, made)
        case Missing():
            return _is_window(condition.operand, made)
        case _:
            return False


def _is_window(expression: Expression, made: list[Made]) -> bool:
    return isinstance(expression, Noun) and not expression.links and find(expression, made) is not None
