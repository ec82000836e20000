"""Borders of classes: a number that two classes name is told, a class that can never hold is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

from datamorph.planning.offline.build.terms import Term
from datamorph.planning.offline.dialog import Dialog, Refused
from datamorph.planning.offline.model import Both, Compare, Condition, Conditional, Constant, Expression, Within

Number: TypeAlias = Callable[[Expression, Constant], tuple[Term, float] | None]
"""What is classed and a limit in its unit; None for a limit that is no number."""

_HINT = "give each class limits of its own, in rising order, each with its unit"


@dataclass(frozen=True, slots=True)
class _Span:
    """Numbers between two bounds; a bound is the number and -1, 0 or 1: just below it, itself, just above it."""

    of: Term
    low: tuple[float, int] = (-inf, 0)
    high: tuple[float, int] = (inf, 0)

    def holds(self, other: _Span) -> bool:
        return self.of == other.of and self.low <= other.low and self.high >= other.high

    def meet(self, other: _Span) -> _Span:
        return _Span(self.of, max(self.low, other.low), min(self.high, other.high))


def settled(found: Conditional, number: Number, dialog: Dialog) -> Conditional:
    """The classes with borders that no two of them share.

    Raises:
        Refused: a class holds no number that the classes before it leave over.
    """
    spans = [_span(condition, number) for condition, _ in found.branches]
    branches = list(found.branches)
    for place, (condition, label) in enumerate(found.branches):
        span = spans[place]
        others = [n for n, other in enumerate(spans) if span and other and _is_shared(span, other)]
        if span is None or not others:
            continue
        owner = others[0] if isinstance(condition, Within) else min(place, others[0])
        dialog.assume(f"{span.high[0]:g} belongs to {_shown(found.branches[owner][1])}")
        if isinstance(condition, Within):
            branches[place] = _below(condition), label
            spans[place] = _Span(span.of, span.low, (span.high[0], -1))
    _require_reachable(spans, branches)
    return Conditional(tuple(branches), found.default)


def _below(condition: Within) -> Condition:
    """The range without its upper limit."""
    low, high = (">=", condition.low), ("<", condition.high)
    return Both("and", tuple(Compare(condition.left, *limit) for limit in (low, high)))


def _is_shared(span: _Span, other: _Span) -> bool:
    """True where one class ends with the number that the other begins with."""
    return span.of == other.of and span.high == other.low and span.low < other.low


def _require_reachable(spans: list[_Span | None], branches: list[tuple[Condition, Expression]]) -> None:
    for place, span in enumerate(spans):
        if span is None:
            continue
        label = _shown(branches[place][1])
        if span.high < span.low:
            raise Refused("impossible", f"no number is in the class {label}", hint=_HINT)
        for before, other in enumerate(spans[:place]):
            if other is not None and other.holds(span):
                taken = _shown(branches[before][1])
                raise Refused("impossible", f"all numbers of {label} are in {taken} already", hint=_HINT)


def _span(condition: Condition, number: Number) -> _Span | None:
    """The numbers that a condition lets through; None for a condition of another kind."""
    match condition:
        case Compare(left, operator, Constant() as right):
            found = number(left, right)
            return _half(found[0], operator, found[1]) if found else None
        case Within():
            low, high = number(condition.left, condition.low), number(condition.left, condition.high)
            return _Span(low[0], (low[1], 0), (high[1], 0)) if low and high else None
        case Both("and", parts):
            spans = [span for part in parts if (span := _span(part, number)) is not None]
            if len(spans) < len(parts) or len({span.of for span in spans}) > 1:
                return None
            met = spans[0]
            for span in spans[1:]:
                met = met.meet(span)
            return met
        case _:
            return None


def _half(of: Term, operator: str, number: float) -> _Span | None:
    spans = {
        "<": _Span(of, high=(number, -1)),
        "<=": _Span(of, high=(number, 0)),
        ">": _Span(of, low=(number, 1)),
        ">=": _Span(of, low=(number, 0)),
        "=": _Span(of, (number, 0), (number, 0)),
    }
    return spans.get(operator)


def _shown(label: Expression) -> str:
    return repr(label.value) if isinstance(label, Constant) else "the next class"
