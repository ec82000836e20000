"""Binds a draft's nouns to columns and its expressions to terms."""

from __future__ import annotations

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.elapsed import elapsed
from datamorph.planning.offline.build.terms import (
    ColumnLeaf,
    NameLeaf,
    Term,
    combine,
    constant,
    infix,
    leaf,
)  # fmt: skip
from datamorph.planning.offline.build.weekdays import weekday
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.units import unit_of
from datamorph.planning.offline.lexicon.names import AMOUNTS, MONEY
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Condition,
    Conditional,
    Constant,
    Elapsed,
    Expression,
    Noun,
    Period,
    Window,
)
from datamorph.planning.offline.names import Link, canonical
from datamorph.planning.offline.scope import Scope

_TEXT_TESTS = {"contains": "contains({}, {})", "startswith": "startswith({}, {})"}


class ExpressionBinder:
    """Turns expressions into terms; keeps the names that the prompt defines."""

    def __init__(self, scope: Scope, *, scale: float = 1.0, date_format: str = "") -> None:
        self.scope = scope
        self._date_format = date_format
        self._scale = scale
        self.defined: list[Item] = []
        self.root: TableRef | None = None
        self.scales_several = False
        self.said_dates: tuple[Noun, ...] = ()

    def define(self, item: Item) -> None:
        """Let later nouns mean this item by its name or its words."""
        self.defined.append(item)

    def noun(self, noun: Noun) -> Term:
        """The column or defined item that a noun means."""
        item = self.item(noun)
        if item is not None:
            return leaf(NameLeaf(item.name))
        link = self.scope.column(noun)
        if link is None:
            raise Refused("impossible", f"no column fits {noun.text!r}", hint=self._nearest(noun))
        return leaf(ColumnLeaf(link.table, link.column))

    def item(self, noun: Noun) -> Item | None:
        """The defined item that a noun names."""
        for item in self.defined:
            if item.name and item.name.lower() == noun.text.lower().replace(" ", "_"):
                return item
        if noun.links:
            return None
        found = [item for item in self.defined if noun.words and canonical(noun.words) <= canonical(item.words)]
        return found[0] if len(found) == 1 else None

    def _nearest(self, noun: Noun) -> str:
        names = sorted({f"{link.table.name}.{link.column}" for link in noun.links if link.column})
        return f"there is {', '.join(names[:4])}" if names else "name a column of the tables in scope"

    def type_of(self, term: Term) -> str:
        """Type of a term that is one column; empty otherwise."""
        found = term.leaves[0] if len(term.leaves) == 1 and len(term.text) == 1 else None
        if not isinstance(found, ColumnLeaf):
            return ""
        column = self.scope.tables[found.table].schema.get(found.column)
        return column.type if column else ""

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
                return combine(expression.template, *map(self.expression, expression.operands))
            case Period():
                return self.period(expression)
            case Conditional():
                return self.conditional(expression)
            case Aggregate():
                return self.aggregate(expression)
            case Window():
                raise Refused("out_of_scope", "a window inside an expression", hint="give it a name first")

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

    def conditional(self, found: Conditional) -> Term:
        """``CASE WHEN ... THEN ... END``; true or false over one condition stays a plain test."""
        parts = [combine("WHEN {} THEN {}", self.condition(c), self.expression(v)) for c, v in found.branches]
        default = [combine("ELSE {}", self.expression(found.default))] if found.default is not None else []
        return combine(f"CASE {' '.join(['{}'] * (len(parts) + len(default)))} END", *parts, *default)

    def period(self, period: Period) -> Term:
        """A part of a date column."""
        date = self.date(period.of)
        templates = {
            "year": "year({})", "quarter": "quarter({})" if period.style == "number" else "date_trunc('quarter', {})",
            "month": "month({})" if period.style == "number" else "date_trunc('month', {})",
            "week": "date_trunc('week', {})", "hour": "hour({})", "date": "{}", "day": "cast({} as date)",
        }  # fmt: skip
        if period.part == "weekday":
            return weekday(date, period.style, self.scope.dialog)
        if self._date_format and period.part in ("month", "day", "date"):
            return combine(f"date_format({{}}, '{self._date_format}')", date)
        if self.type_of(date) == "date" and period.part == "day":
            return date
        if period.part not in templates:
            message = f"{period.part} of a date is not supported by this planner yet"
            raise Refused("out_of_scope", message, hint="group by day, week, month, quarter or year")
        found = combine(templates[period.part], date)
        if "date_trunc" in found.text:
            self.scope.dialog.assume(f"a {period.part} is shown by its first day")
            if self.type_of(date) != "date":
                return combine("cast({} as date)", found)
        return found

    def date(self, noun: Noun | None) -> Term:
        """The date column that a noun means, or the only one there is."""
        if noun is not None and (link := self._time_column(noun)) is not None:
            return leaf(link)
        tables = [t for t in ([self.root] if self.root else self.scope.mentioned or self.scope.evident) if t]
        if noun is not None:
            entity = self.scope.entity(noun)
            tables = [entity] if entity else tables
        found = [ColumnLeaf(t, c.name) for t in tables for c in self.scope.tables[t].schema if is_time(c.type)]
        if not found:
            what = noun.text if noun else "the rows"
            raise Refused("impossible", f"no date column for {what!r}", hint="name the date column")
        named = [l for l in found if noun and set(noun.words) <= set(self.scope.names.column_words[l.table, l.column])]
        found = named if len(named) == 1 else self._said_dates(found) if noun is None else found
        if len(found) == 1:
            if noun is None:
                self.scope.dialog.assume(f"the date is {found[0].column}")
            return leaf(found[0])
        choices = [(l.column, f"{l.column} ({l.table.name})") for l in found]
        picked = self.scope.dialog.choose("date", "Which date is meant?", choices)
        return leaf(next(l for l in found if l.column == picked))

    def _said_dates(self, found: list[ColumnLeaf]) -> list[ColumnLeaf]:
        """The one of several dates that the prompt names where it speaks of a time, else all of them."""
        links = {(link.table, link.column) for noun in self.said_dates for link in noun.links[:1]}
        said = [one for one in found if (one.table, one.column) in links]
        return said if len(said) == 1 else found

    def _time_column(self, noun: Noun) -> ColumnLeaf | None:
        times = tuple(link for link in noun.links if link.column and self._is_time(link.table, link.column))
        if not times or not any(link.score > 0.55 for link in times):  # noqa: PLR2004
            return None
        link = self.scope.column(Noun(noun.text, noun.words, times, noun.position))
        return ColumnLeaf(link.table, link.column) if link else None

    def _is_time(self, table: TableRef, column: str) -> bool:
        found = self.scope.tables[table].schema.get(column)
        return found is not None and is_time(found.type)

    def aggregate(self, found: Aggregate) -> Term:
        """An aggregate call."""
        if found.function == "count":
            return self._count(found)
        if found.argument is None:
            found = Aggregate(found.function, self.only_number(found.function))
        argument = self.argument(found)
        if found.condition is not None:
            argument = combine("CASE WHEN {} THEN {} END", self.condition(found.condition), argument)
        if found.function == "percentile":
            return combine(f"percentile({{}}, {found.fraction:g})", argument)
        result = combine(f"{found.function}({{}})", argument)
        if self._scale != 1 and not _is_share(found.argument) and self._is_small(argument):
            return combine(f"{{}} / {1 / self._scale:g}", result, is_atom=False)
        return result

    def _is_small(self, term: Term) -> bool:
        """True for what a remark on cents is about: columns that are called so, where any is."""
        words = self.scope.names.column_words
        leaves = self.leaves_of(term)
        tables = {found.table for found in leaves} | {self.root}
        small = {spot for spot, said in words.items() if spot[0] in tables and "cent" in said}
        read = {(found.table, found.column) for found in leaves}
        if small or not self.scales_several or any(MONEY & set(words[spot]) for spot in read):
            return not small or bool(small & read)
        choices = [("yes", "yes, in cents"), ("no", "no")]
        asked = sorted(spot[1] for spot in read if not unit_of(spot[1], words[spot]))
        return any(self.scope.dialog.choose(f"cents_{one}", f"Is {one} in cents?", choices) == "yes" for one in asked)

    def leaves_of(self, term: Term) -> list[ColumnLeaf]:
        """Source columns that a term reads, also through what the prompt defines."""
        found = [one for one in term.leaves if isinstance(one, ColumnLeaf)]
        for item in [item for item in self.defined if item.name in term.names]:
            known = self.defined
            self.defined = [other for other in known if other is not item]
            found += self.leaves_of(self.expression(item.expression))
            self.defined = known
        return found

    def argument(self, found: Aggregate) -> Term:
        """What an aggregate reads of every row."""
        argument = found.argument
        if isinstance(argument, Noun) and found.function in ("min", "max") and self.item(argument) is None:
            if not any(link.column and link.score > 0.55 for link in argument.links):  # noqa: PLR2004
                return self.date(argument)
        is_thing = isinstance(argument, Noun) and self.item(argument) is None and self.scope.is_table(argument)
        if is_thing and isinstance(argument, Noun):
            raise Refused(
                "impossible", f"the {found.function} of {argument.text!r} is not said", hint="name one of its columns"
            )
        if isinstance(argument, Noun) and self.item(argument) is None and found.function not in ("min", "max"):
            argument = self._numeric(argument, found.function)
        assert argument is not None  # noqa: S101
        term = self.expression(argument)
        if found.is_in_time and self.type_of(term) and not is_time(self.type_of(term)):
            raise Refused(
                "impossible", "the first or last of what is not a date", hint="say minimum or maximum, or name a date"
            )
        return term

    def _numeric(self, noun: Noun, function: str) -> Noun:
        """The noun with its numeric columns only, as what is summed or averaged is a number."""
        numbers = tuple(link for link in noun.links if link.column and self._is_number(link.table, link.column))
        if not numbers:
            if self.scope.entity(noun) is not None or any(link.column for link in noun.links):
                raise Refused("impossible", f"{noun.text!r} is not a number, so it has no {function}",
                              hint=f"say {function} of which column")  # fmt: skip
            return noun
        return Noun(noun.text, noun.words, numbers, noun.position)

    def _is_number(self, table: TableRef, column: str) -> bool:
        found = self.scope.tables[table].schema.get(column)
        return found is not None and is_number(found.type)

    def only_number(self, function: str) -> Noun:
        """The one number that can be added up when the prompt names none."""
        found = [
            (t, c.name) for t in self.scope.mentioned for c in self.scope.tables[t].schema if self._is_amount(t, c.name)
        ]
        found = found or self._amounts_around()
        main = [(t, c) for t, c in found if self.scope.names.column_words[t, c][-1] in AMOUNTS]
        found = main if len(main) == 1 else found
        if not found:
            raise Refused("impossible", f"{function} of what is not said", hint="name a numeric column")
        name = found[0][1]
        if len(found) > 1:
            choices = [(f"{t.name}.{c}", f"{c} ({t.name})") for t, c in found]
            picked = self.scope.dialog.choose("total", f"{function} of which column?", choices)
            found = [(t, c) for t, c in found if f"{t.name}.{c}" == picked]
            name = found[0][1]
        else:
            self.scope.dialog.assume(f"'{'total' if function == 'sum' else function}' is {function}({name})")
        return Noun(name, (name,), self._certain(*found[0]))

    def _amounts_around(self) -> list[tuple[TableRef, str]]:
        """Amounts of tables whose rows belong to those that the prompt is about."""
        near = {
            t for t in self.scope.tables for m in self.scope.mentioned if t != m and self.scope.relations.between(t, m)
        }
        return [
            (t, c.name)
            for t in sorted(near)
            for c in self.scope.tables[t].schema
            if self._is_amount(t, c.name) and self.scope.names.column_words[t, c.name][-1] in AMOUNTS
        ]

    def _certain(self, table: TableRef, column: str) -> tuple[Link, ...]:
        return (Link(table, column, 1.0),)

    def _is_amount(self, table: TableRef, column: str) -> bool:
        words = self.scope.names.column_words[table, column]
        is_key = words[-1] in ("id", "key", "number", "code") or column in self.scope.relations.key(table)
        return self._is_number(table, column) and not is_key

    def _count(self, found: Aggregate) -> Term:
        noun = found.counted
        condition = self.condition(found.condition) if found.condition is not None else None
        key = self._counted_key(noun, found) if noun is not None else None
        if key is not None:
            inner = combine("CASE WHEN {} THEN {} END", condition, key) if condition else key
            return combine("count(DISTINCT {})", inner)
        return combine("count_if({})", condition) if condition else Term("count(*)")

    def _counted_key(self, noun: Noun, found: Aggregate) -> Term | None:
        """What to count once each; None counts rows."""
        if not self.scope.is_table(noun):
            link = self.scope.column(noun)
            if link is None:
                raise Refused("impossible", f"nothing fits {noun.text!r}", hint="count the rows of a table or a column")
            return leaf(ColumnLeaf(link.table, link.column)) if found.is_distinct else self._plain_count(noun, link)
        table = self.scope.entity(noun)
        if table is None or table == self.root:
            return None
        return self.key_of(table)

    def _plain_count(self, noun: Noun, link: Link) -> Term | None:
        """``number of destinations``: different ones; of a number it is not clear."""
        if self._is_amount(link.table, link.column):
            choices = [
                ("sum", f"the sum of {link.column}"),
                ("distinct", f"how many different values {link.column} has"),
            ]
            if self.scope.dialog.choose(f"count_{link.column}", f"Number of {noun.text!r}: which?", choices) == "sum":
                raise Refused("impossible", f"say 'total {noun.text}' for the sum", hint="or count the rows of a table")
        self.scope.dialog.assume(f"{noun.text!r} are counted once each, by {link.column}")
        return leaf(ColumnLeaf(link.table, link.column))

    def key_of(self, table: TableRef) -> Term:
        """The column that stands for a row of another table: the root's reference to it if there is one."""
        if self.root is not None:
            for relation in self.scope.relations.between(self.root, table):
                if len(relation.columns) == 1:
                    return leaf(ColumnLeaf(self.root, relation.columns[0]))
        key = self.scope.relations.key(table)
        if len(key) != 1:
            raise Refused("impossible", f"nothing identifies a row of {table.name}", hint="name the column to count")
        return leaf(ColumnLeaf(table, key[0]))

    def condition(self, condition: Condition) -> Term:
        """The term of a condition; see ``Binder``."""
        raise NotImplementedError


def aggregates_match(one: Expression, other: Aggregate) -> bool:
    """True for two ways to ask for the same aggregate."""
    return (
        isinstance(one, Aggregate)
        and one.function == other.function
        and one.argument == other.argument
        and one.counted == other.counted
    )


def _is_share(argument: Expression | None) -> bool:
    """True for ones and zeros, which have no unit."""
    return isinstance(argument, Conditional) and isinstance(argument.branches[0][1], Constant)
