"""Binds conditions to terms."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.expressions import ExpressionBinder
from datamorph.planning.offline.build.terms import (
    ColumnLeaf,
    Term,
    combine,
    compare_date,
    constant,
    enclosed,
    infix,
)  # fmt: skip
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.units import unit_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Constant,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Text,
    Within,
)  # fmt: skip

_TEXT_TESTS = {"contains": "contains({}, {})", "startswith": "startswith({}, {})"}


class Binder(ExpressionBinder):
    """Turns expressions and conditions into terms."""

    def condition(self, condition: Condition) -> Term:  # noqa: PLR0911 (one line per kind)
        """The term of a condition."""
        match condition:
            case Compare():
                return self._compare(condition)
            case OneOf():
                return self._one_of(condition)
            case Missing():
                return combine("{} IS NULL", self.expression(condition.operand), is_atom=False)
            case Within():
                return self._within(condition)
            case Text():
                return self._text(condition)
            case Both():
                parts = [self.condition(part) for part in condition.parts]
                return combine(
                    f" {condition.operator.upper()} ".join(["{}"] * len(parts)), *map(enclosed, parts), is_atom=False
                )
            case Negation():
                return self._negation(condition.part)
            case _:
                raise Refused(
                    "out_of_scope", "that existence test cannot stand here", hint="say it as a filter of its own"
                )

    def _negation(self, part: Condition) -> Term:
        inner = self.condition(part)
        if isinstance(part, Missing):
            return Term(inner.text.replace("IS NULL", "IS NOT NULL"), inner.leaves, is_atom=False)
        if isinstance(part, Compare | Within):
            return combine("NOT {}", enclosed(inner), is_atom=False)
        self.scope.dialog.assume("rows without a value are kept where a value is excluded") if isinstance(
            part, OneOf
        ) else None
        return combine("coalesce(NOT {}, true)", enclosed(inner))

    def _dated(self, left: Expression, *values: Expression) -> Term:
        """The left side; a table that is compared with a date means its date."""
        is_date = any(isinstance(value, Constant) and value.is_date for value in values)
        if is_date and isinstance(left, Noun) and self.item(left) is None and self.scope.is_table(left):
            return self.date(left)
        return self.expression(left)

    def _compare(self, found: Compare) -> Term:
        left = self._dated(found.left, found.right)
        if isinstance(found.right, Constant):
            return self._with_constant(left, found.operator, found.right)
        return infix(found.operator, left, self.expression(found.right))

    def _with_constant(self, left: Term, operator: str, value: Constant) -> Term:
        type_ = self.type_of(left)
        if value.is_date and is_time(type_):
            return compare_date(left, operator, str(value.value), type_)
        if value.is_date:
            raise Refused(
                "impossible", f"{value.value} is compared with something that is not a date", hint="name a date column"
            )
        if is_time(type_) and isinstance(value.value, int):
            return infix(operator, combine("year({})", left), constant(value.value))
        if type_ == "string" and operator not in ("=", "<>") and not isinstance(value.value, str):
            raise Refused(
                "impossible", f"a text is compared with the number {value.value}", hint="compare a numeric column"
            )
        return infix(operator, left, constant(self._in_units(left, value), type_))

    def _in_units(self, left: Term, value: Constant) -> int | float | str | bool | None:
        """The number in the unit of the column, where its name says one."""
        number = value.value
        if not value.unit or not isinstance(number, int | float):
            return number
        said = UNITS.get(value.unit)
        words = self.scope.names.column_words
        columns = [f for f in self.leaves_of(left)]
        held = next((UNITS[u] for f in columns if (u := unit_of(f.column, words[f.table, f.column]))), None)
        if said and held and said[0] == held[0]:
            converted = number * said[1] / held[1]
            return int(converted) if float(converted).is_integer() else converted
        if value.unit not in ("", "%"):
            self.scope.dialog.assume(f"the column is in the unit that the prompt uses ({value.unit})")
        return number

    def _one_of(self, found: OneOf) -> Term:
        left = self._dated(found.left, *found.values)
        type_ = self.type_of(left)
        values = [self._known_value(left, value) for value in found.values]
        if len(values) == 1 and (values[0].is_date or is_time(type_)):
            return self._with_constant(left, "=", values[0])
        terms = [constant(value.value, type_) for value in values]
        if len(terms) == 1:
            return infix("=", left, terms[0])
        return combine(f"{{}} IN ({', '.join(['{}'] * len(terms))})", left, *terms, is_atom=False)

    def _known_value(self, left: Term, value: Constant) -> Constant:
        """The value in the spelling that the column holds."""
        found = left.leaves[0] if left.leaves else None
        if not isinstance(found, ColumnLeaf) or value.is_date:
            return value
        if not isinstance(value.value, str):
            if self.type_of(left) != "string":
                return value
            value = Constant(value.written or str(value.value))
        held = self.scope.tables[found.table].profile.columns.get(found.column)
        texts = [v for v in held.values if isinstance(v, str)] if held else []
        exact = next(
            (v for v in texts if v.casefold().replace("_", " ") == str(value.value).casefold().replace("_", " ")), None
        )
        if exact is not None:
            return Constant(exact)
        if texts:
            message = f"{found.column} never is {value.value!r}"
            raise Refused("impossible", message, hint=f"it is one of {', '.join(map(repr, texts[:6]))}")
        return value

    def _within(self, found: Within) -> Term:
        left = self._dated(found.left, found.low)
        type_ = self.type_of(left)
        if found.low.is_date or is_time(type_):
            low = self._with_constant(left, ">=", found.low)
            return combine("{} AND {}", low, self._with_constant(left, "<=", found.high), is_atom=False)
        low, high = (constant(self._in_units(left, value), type_) for value in (found.low, found.high))
        return combine("{} BETWEEN {} AND {}", left, low, high, is_atom=False)

    def _text(self, found: Text) -> Term:
        left = self.noun(found.left)
        if found.test in _TEXT_TESTS:
            return combine(_TEXT_TESTS[found.test], left, constant(found.pattern))
        length = len(found.pattern)
        return infix("=", combine(f"right({{}}, {length})", left), constant(found.pattern))
