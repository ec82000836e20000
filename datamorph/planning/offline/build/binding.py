"""Binds conditions to terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.classes import settled
from datamorph.planning.offline.build.expressions import ExpressionBinder
from datamorph.planning.offline.build.terms import (
    PLACE,
    ColumnLeaf,
    Term,
    combine,
    compare_date,
    constant,
    enclosed,
    infix,
)  # fmt: skip
from datamorph.planning.offline.build.units import converted, ratio_of, with_unit
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Conditional,
    Constant,
    Elapsed,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Text,
    Within,
)
from datamorph.planning.offline.names import words_of

_WHOLE = 1e-9
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_ASKED = ("second", "minute", "hour", "day", "cent", "euro")
_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
_TEXT_TESTS = {"contains": "contains({}, {})", "startswith": "startswith({}, {})"}


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").strip()


def _is_number(value: Expression) -> bool:
    return isinstance(value, Constant) and isinstance(value.value, int | float) and not isinstance(value.value, bool)


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
                self._refuse_rows(condition.operand)
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

    def conditional(self, found: Conditional) -> Term:
        """``CASE WHEN ... END``; classes of numbers have borders of their own."""
        return super().conditional(settled(found, self._number, self.scope.dialog))

    def _number(self, left: Expression, value: Constant) -> tuple[Term, float] | None:
        if value.is_date or isinstance(value.value, bool) or not isinstance(value.value, int | float):
            return None
        term = self.expression(left)
        limit = self.limit(term, value)
        return (term, limit) if isinstance(limit, int | float) else None

    def _refuse_rows(self, operand: Expression) -> None:
        """``visits missing a note``: what is missing is not the visit, which has its key.

        Raises:
            Refused: the operand is the table itself.
        """
        table = self.scope.entity(operand) if isinstance(operand, Noun) and self.scope.is_table(operand) else None
        if table is not None and all(getattr(leaf, "table", None) == table for leaf in self.expression(operand).leaves):
            raise Refused("impossible", f"it is not said what of {table.name} is missing", hint="name the column")

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
        """The left side; a table that is compared with a date or a number means its date or a number of it."""
        is_date = any(isinstance(value, Constant) and value.is_date for value in values)
        if not isinstance(left, Noun) or self.item(left) is not None or not self.scope.is_table(left):
            return self.expression(left)
        if is_date:
            return self.date(left)
        is_number = any(map(_is_number, values)) or any(map(self._is_column, values))
        if (table := self.scope.entity(left)) is not None and is_number:
            return self.expression(self.number_of(left, table))
        return self.expression(left)

    def _is_column(self, value: Expression) -> bool:
        """``refunds higher than the fare``: a column that a table's number is compared with."""
        return isinstance(value, Noun) and bool(value.links) and not self.scope.is_table(value)

    def number_of(self, noun: Noun, table: TableRef) -> Noun:
        """``orders over 500``: which number of an order, never its key.

        Raises:
            Refused: it has none.
        """
        found = [c.name for c in self.scope.tables[table].schema if self._is_amount(table, c.name)]
        if not found:
            raise Refused("impossible", f"{noun.text} have no number to compare", hint="name a numeric column")
        if len(found) == 1:
            self.scope.dialog.assume(f"the number of {noun.text} is {found[0]}")
        choices = [(name, name) for name in found]
        picked = self.scope.dialog.choose(f"number_{noun.text}", f"Which number of {noun.text} is meant?", choices)
        return Noun(picked, (picked,), self._certain(table, picked))

    def _compare(self, found: Compare) -> Term:
        is_free = found.operator == "=" and not isinstance(found.right, Noun)
        left = self._dated(found.left, *([] if is_free else [found.right]))
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
        if is_time(type_) and isinstance(value.value, int) and not _FIRST_YEAR <= value.value <= _LAST_YEAR:
            raise Refused("impossible", f"a date is compared with {value.value}", hint="name the number that is meant")
        if is_time(type_) and isinstance(value.value, int):
            return infix(operator, combine("year({})", left), constant(value.value))
        if type_ == "string" and operator not in ("=", "<>") and not isinstance(value.value, str):
            raise Refused(
                "impossible", f"a text is compared with the number {value.value}", hint="compare a numeric column"
            )
        return infix(operator, left, constant(self.limit(left, value), type_))

    def in_unit(self, term: Term, unit: str) -> Term:
        """The term in the unit that the prompt wants it in."""
        leaves, held = self.leaves_of(term), self._held(term)
        found = converted(term, unit, held)
        if found is None and leaves:
            found = converted(term, unit, [self._asked_unit(leaves[0].column, unit, held)])
        return found or term

    def limit(self, left: Term, value: Constant, shown: str = "") -> int | float | str | bool | None:
        """The number in the unit of what it is compared with, where a name says one.

        Args:
            shown: the unit that the prompt wants the left side in.
        """
        number, unit = value.value, value.unit
        if unit in ("", "%") or not isinstance(number, int | float):
            return number
        held = [shown] if shown else self._held(left, unit)
        if not held:
            self.scope.dialog.assume(f"the column is in the unit that the prompt uses ({unit})")
            return number
        ratio = ratio_of(unit, held)
        if ratio is None:
            names = [one.column for one in self.leaves_of(left)]
            if shown or not names or not kind_of(unit):
                message = f"{number} {unit} is compared with a number in {held[0] or 'another unit'}"
                raise Refused("impossible", message, hint="say both in the same unit")
            ratio = ratio_of(unit, [self._asked_unit(names[0], unit, held)]) or 1
        found = number * ratio
        return round(found) if abs(found - round(found)) < _WHOLE else found

    def _held(self, term: Term, unit: str = "") -> list[str]:
        """The units that the names of a term's columns say; an empty one for a computed column that tells none."""
        words = self.scope.names.column_words
        columns = [one for one in term.leaves if isinstance(one, ColumnLeaf)]
        held = [found for one in columns if (found := unit_of(one.column, words[one.table, one.column]))]
        for item in [item for item in self.defined if item.name in term.names]:
            held += self._made_unit(item)
        if not held and columns and self._scale != 1 and kind_of(unit) == "money":
            return ["cent"]
        return held

    def _made_unit(self, item: Item) -> list[str]:
        if isinstance(item.expression, Noun):
            known = self.defined
            self.defined = [other for other in known if other is not item]
            held = self._held(self.expression(item.expression))
            self.defined = known
            return held
        made = item.expression.unit if isinstance(item.expression, Elapsed) else ""
        return [made or item.unit or unit_of(item.name, words_of(item.name))]

    def _asked_unit(self, column: str, unit: str, held: Sequence[str]) -> str:
        """The unit that a column is in, as its name says none of that kind."""
        near = [name for name in _ASKED if name != unit and kind_of(name) == kind_of(unit)]
        if not near and held:
            raise Refused("impossible", f"{column} is not in {unit}", hint="say it in the unit of the column")
        choices = [(name, f"in {name}s") for name in (unit, *near)]
        return self.scope.dialog.choose(f"unit_{column}", f"In which unit is {column}?", choices)

    def _one_of(self, found: OneOf) -> Term:
        left = self._dated(found.left, *found.values)
        type_ = self.type_of(left)
        values = [known for value in found.values for known in self._known_values(left, value)]
        unit = next((value.unit for value in reversed(values) if value.unit), "")
        if len(values) == 1 and (values[0].is_date or is_time(type_)):
            return self._with_constant(left, "=", values[0])
        terms = [constant(self.limit(left, with_unit(value, unit)), type_) for value in values]
        if len(terms) == 1:
            return infix("=", left, terms[0])
        return combine(f"{{}} IN ({', '.join(['{}'] * len(terms))})", left, *terms, is_atom=False)

    def _known_values(self, left: Term, value: Constant) -> list[Constant]:
        """The value in the spellings that the column holds; one in quotes only as it is written, if it is there."""
        found = left.leaves[0] if left.leaves else None
        if not isinstance(found, ColumnLeaf) or value.is_date:
            return [value]
        if not isinstance(value.value, str):
            if self.type_of(left) != "string":
                return [value]
            value = Constant(value.written or str(value.value))
        held = self.scope.tables[found.table].profile.columns.get(found.column)
        texts = [v for v in held.values if isinstance(v, str)] if held else []
        spelled = [v for v in texts if _folded(v) == _folded(str(value.value))]
        if len(spelled) > 1 and value.written == value.value and value.value in spelled:
            return [Constant(value.value)]
        if len(spelled) > 1:
            listed = ", ".join(map(repr, spelled))
            self.scope.dialog.assume(f"{found.column} is spelled in several ways, all are meant: {listed}")
        if spelled:
            return [Constant(text) for text in spelled]
        if texts:
            message = f"{found.column} never is {value.value!r}"
            raise Refused("impossible", message, hint=f"it is one of {', '.join(map(repr, texts[:6]))}")
        return [value]

    def _within(self, found: Within) -> Term:
        left = self._dated(found.left, found.low)
        type_ = self.type_of(left)
        if found.low.is_date or is_time(type_):
            low = self._with_constant(left, ">=", found.low)
            return combine("{} AND {}", low, self._with_constant(left, "<=", found.high), is_atom=False)
        low, high = (
            constant(self.limit(left, value), type_) for value in (with_unit(found.low, found.high.unit), found.high)
        )
        return combine("{} BETWEEN {} AND {}", left, low, high, is_atom=False)

    def _text(self, found: Text) -> Term:
        left, pattern = self.noun(found.left), found.pattern
        if not self._is_cased(left, found):
            left, pattern = combine("lower({})", left), pattern.lower()
        if found.test in _TEXT_TESTS:
            return combine(_TEXT_TESTS[found.test], left, constant(pattern))
        return infix("=", combine(f"right({{}}, {len(pattern)})", left), constant(pattern))

    def _is_cased(self, left: Term, found: Text) -> bool:
        """True unless the column holds the text in other capital letters; in both ways it is asked."""
        leaf = left.leaves[0] if left.leaves else None
        if not isinstance(leaf, ColumnLeaf) or left.text != PLACE:
            return True
        held = self.scope.tables[leaf.table].profile.columns.get(leaf.column)
        texts = [value for value in held.values if isinstance(value, str)] if held else []
        test = _MATCHES[found.test]
        loose = [text for text in texts if test(text.lower(), found.pattern.lower())]
        exact = [text for text in texts if test(text, found.pattern)]
        if loose == exact:
            return True
        if not exact:
            self.scope.dialog.assume(f"{found.pattern!r} is found in {leaf.column} in any capital or small letters")
            return False
        question = f"Is {found.pattern!r} meant in {leaf.column} exactly as it is written?"
        ways = [("any", "in capital and small letters"), ("exact", "exactly as written")]
        return self.scope.dialog.choose(f"letters_{leaf.column}", question, ways) == "exact"
