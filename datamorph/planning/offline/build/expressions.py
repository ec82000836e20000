"""Binds expressions over rows to terms."""

from __future__ import annotations

from datamorph.core.datatype import is_integer, is_number, is_time
from datamorph.planning.offline.build.aggregates import AggregateBinder
from datamorph.planning.offline.build.elapsed import elapsed
from datamorph.planning.offline.build.terms import Term, combine, constant, infix
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.calls import AS_TEXT
from datamorph.planning.offline.grammar.timing import moved_by
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Conditional,
    Constant,
    Elapsed,
    Expression,
    Noun,
    Period,
    Shifted,
    Window,
)


class ExpressionBinder(AggregateBinder):
    """Turns expressions into terms."""

    def expression(self, expression: Expression) -> Term:  # noqa: C901, PLR0911 (one line per kind)
        """The term of an expression over rows."""
        match expression:
            case Noun():
                return self.noun(expression)
            case Constant():
                return constant(expression.value)
            case Arithmetic():
                return self._arithmetic(expression)
            case Elapsed():
                return self._elapsed(expression.later, expression.earlier, expression.unit)
            case Apply():
                return self._apply(expression)
            case Shifted():
                return self._shifted(expression)
            case Period():
                return self.period(expression)
            case Conditional():
                return self.conditional(expression)
            case Aggregate():
                return self.aggregate(expression)
            case Window():
                raise Refused("out_of_scope", "a window inside an expression", hint="give it a name first")

    def _apply(self, found: Apply) -> Term:
        terms = [self.expression(operand) for operand in found.operands]
        return self._as_text(terms[0]) if found.template == AS_TEXT else combine(found.template, *terms)

    def _as_text(self, term: Term) -> Term:
        """A column as text: whole numbers and dates are written in one way only."""
        type_ = self.type_of(term)
        if type_ in ("", "string"):
            return term
        if is_number(type_) and not is_integer(type_):
            hint = "say with how many decimals it is written"
            raise Refused("impossible", f"a {type_} can be written in several ways as text", hint=hint)
        return combine("cast({} as string)", term)

    def _arithmetic(self, found: Arithmetic) -> Term:
        if found.operator == "-":
            return self._elapsed(found.left, found.right, "")
        return infix(found.operator, self.expression(found.left), self.expression(found.right))

    def _elapsed(self, later: Expression, earlier: Expression, unit: str) -> Term:
        """A difference: of dates it is the time between them."""
        left, right = self.expression(later), self.expression(earlier)
        types = self.type_of(left), self.type_of(right)
        if all(map(is_time, types)):
            return elapsed(unit, left, right, types)
        return infix("-", left, right)

    def _shifted(self, found: Shifted) -> Term:
        """A date some time later.

        Raises:
            Refused: a moment has a time of day, of which nothing is said.
        """
        term = self.expression(found.of)
        if self.type_of(term) != "date" and not self.wants_days:
            message = f"whether the time of day of {found.of.text!r} is kept is not said"
            raise Refused("impossible", message, hint=f"say 'the date of {found.of.text}'")
        moved = moved_by(found.of, found.amount, found.unit)
        return combine(moved.template, term)

    def conditional(self, found: Conditional) -> Term:
        """``CASE WHEN ... THEN ... END``; true or false over one condition stays a plain test."""
        parts = [combine("WHEN {} THEN {}", self.condition(c), self.expression(v)) for c, v in found.branches]
        default = [combine("ELSE {}", self.expression(found.default))] if found.default is not None else []
        return combine(f"CASE {' '.join(['{}'] * (len(parts) + len(default)))} END", *parts, *default)
