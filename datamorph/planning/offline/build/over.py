"""What is computed over measures: ``net = gross - costs``, ``busy when there are 3 sales or more``."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.build.aggregates import aggregates_match
from datamorph.planning.offline.build.levels import measure_of
from datamorph.planning.offline.build.terms import NameLeaf, Term, combine, infix, leaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
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
    Within,
)


def over_measures(work: Work, expression: Expression) -> Term:
    """The term over measures that were computed before."""
    match expression:
        case Noun() if (item := measure_of(work, expression)) is not None:
            return leaf(NameLeaf(item.name))
        case Arithmetic():
            left, right = over_measures(work, expression.left), over_measures(work, expression.right)
            return infix(expression.operator, left, right)
        case Apply():
            return combine(expression.template, *(over_measures(work, one) for one in expression.operands))
        case Conditional():
            parts = [
                combine("WHEN {} THEN {}", _condition(work, condition), over_measures(work, value))
                for condition, value in expression.branches
            ]
            if expression.default is not None:
                parts.append(combine("ELSE {}", over_measures(work, expression.default)))
            return combine(f"CASE {' '.join(['{}'] * len(parts))} END", *parts)
        case Aggregate():
            return _measure(work, expression)
        case _:
            return work.binder.expression(expression)


def _measure(work: Work, expression: Aggregate) -> Term:
    bound = work.binder.aggregate(expression)
    for item in work.binder.defined:
        if aggregates_match(item.expression, expression) or work.binder.expression(item.expression) == bound:
            return leaf(NameLeaf(item.name))
    message = "a computed column reads a measure that is not asked for"
    raise Refused("impossible", message, hint="ask for the measure too")


def _condition(work: Work, condition: Condition) -> Term:
    match condition:
        case Compare():
            left, right = over_measures(work, condition.left), over_measures(work, condition.right)
            return infix(condition.operator, left, right)
        case Within():
            sides = (condition.left, condition.low, condition.high)
            return combine("{} BETWEEN {} AND {}", *(over_measures(work, side) for side in sides), is_atom=False)
        case Both():
            parts = [_condition(work, part) for part in condition.parts]
            return combine(f" {condition.operator.upper()} ".join(["({})"] * len(parts)), *parts, is_atom=False)
        case Negation():
            return combine("NOT ({})", _condition(work, condition.part), is_atom=False)
        case Missing():
            return combine("{} IS NULL", over_measures(work, condition.operand), is_atom=False)
        case _:
            raise Refused("out_of_scope", "that test of a group is not supported", hint="compare a measure")


def require_measures(work: Work) -> None:
    """Measures that only a computed column reads are taken too, without being shown."""
    draft = work.draft
    for item in draft.computed if draft.groups else ():
        if not isinstance(item.expression, Conditional):
            continue
        for found in _read(item.expression):
            if all(not aggregates_match(known.expression, found) for known in draft.measures):
                name = f"{item.name or 'flag'}_of"
                draft.measures.append(Item(found, frozenset(), name, name, is_hidden=True))


def _read(expression: Expression) -> Iterator[Aggregate]:
    """Aggregates of an expression and of its conditions."""
    match expression:
        case Aggregate():
            yield expression
        case Arithmetic():
            yield from _read(expression.left)
            yield from _read(expression.right)
        case Conditional():
            for condition, value in expression.branches:
                yield from _tested(condition)
                yield from _read(value)
        case _:
            return


def _tested(condition: Condition) -> Iterator[Aggregate]:
    match condition:
        case Compare():
            yield from _read(condition.left)
            yield from _read(condition.right)
        case Within():
            yield from _read(condition.left)
        case Both():
            for part in condition.parts:
                yield from _tested(part)
        case Negation():
            yield from _tested(condition.part)
        case _:
            return
