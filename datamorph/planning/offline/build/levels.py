"""Whether something is decided per row or per group."""

from __future__ import annotations

from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Both,
    Compare,
    Condition,
    Conditional,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Within,
)


def is_group_level(work: Work, condition: Condition) -> bool:
    """True for a condition on measures."""
    if isinstance(condition, Both):
        return any(is_group_level(work, part) for part in condition.parts)
    if isinstance(condition, Negation):
        return is_group_level(work, condition.part)
    if isinstance(condition, Compare):
        return _reads_measure(work, condition.left) or _reads_measure(work, condition.right)
    if isinstance(condition, Within | OneOf):
        return _reads_measure(work, condition.left)
    return isinstance(condition, Missing) and _reads_measure(work, condition.operand)


def is_group_item(work: Work, item: Item) -> bool:
    """True for a computed column that reads measures."""
    return bool(aggregates_in(item.expression)) or _reads_measure(work, item.expression)


def _reads_measure(work: Work, expression: Expression) -> bool:
    if isinstance(expression, Aggregate):
        return True
    if isinstance(expression, Noun):
        return measure_of(work, expression) is not None or computed_of(work, expression) is not None
    if isinstance(expression, Arithmetic):
        return _reads_measure(work, expression.left) or _reads_measure(work, expression.right)
    if isinstance(expression, Apply):
        return any(_reads_measure(work, operand) for operand in expression.operands)
    if isinstance(expression, Conditional):
        return any(is_group_level(work, c) or _reads_measure(work, v) for c, v in expression.branches)
    return False


def computed_of(work: Work, noun: Noun) -> Item | None:
    """The column over measures that a noun names."""
    if noun.links:
        return None
    name = noun.text.lower().replace(" ", "_")
    items = [item for item in work.draft.computed if item.name and item.name.lower() == name]
    return items[0] if items and is_group_item(work, items[0]) else None


def measure_of(work: Work, noun: Noun) -> Item | None:
    """The measure that a noun mentions, if the prompt has one of that name or those words."""
    if noun.links:
        return None
    for item in [*work.draft.measures, *work.draft.windows]:
        if item.name and item.name.lower() == noun.text.lower().replace(" ", "_"):
            return item
    made = [Made(str(i), item.words, is_measure=True) for i, item in enumerate(work.draft.measures)]
    found = find(noun, made)
    return work.draft.measures[int(found.name)] if found else None
