"""Binds aggregates to calls over columns."""

from __future__ import annotations

from abc import ABC, abstractmethod

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.amounts import AmountBinder
from datamorph.planning.offline.build.dates import DateBinder
from datamorph.planning.offline.build.terms import ColumnLeaf, NameLeaf, Term, combine, leaf
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.units import unit_of
from datamorph.planning.offline.lexicon.names import MONEY
from datamorph.planning.offline.model import Aggregate, Condition, Conditional, Constant, Expression, Noun
from datamorph.planning.offline.names import WEAK, Link

_MOST_DATES, _SOME = 2, (10, 100)
"""What is offered where nobody says how many rows are the latest."""


class AggregateBinder(AmountBinder, DateBinder, ABC):
    """Turns aggregates into terms."""

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
        if found.function == "text_list":
            return combine(f"text_list({{}}, '{self._separator(found)}')", argument)
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

    def _separator(self, found: Aggregate) -> str:
        """What stands between the values of a text; of a bare comma a person says whether a blank follows it."""
        choices = [(", ", "a comma and a blank"), (",", "a comma alone")]
        is_open = found.separator == "?"
        return (
            self.scope.dialog.choose("separator", "What stands between them?", choices) if is_open else found.separator
        )

    def argument(self, found: Aggregate) -> Term:
        """What an aggregate reads of every row."""
        argument = found.argument
        if isinstance(argument, Noun) and found.function in ("min", "max") and self.item(argument) is None:
            if not any(link.column and link.score > WEAK for link in argument.links):
                return self.date(argument)
        is_thing = isinstance(argument, Noun) and self.item(argument) is None and self.scope.is_table(argument)
        if is_thing and isinstance(argument, Noun) and found.is_in_time:
            self._ask_how_many(argument)
        if is_thing and isinstance(argument, Noun) and (one := self._one_amount(argument)) is not None:
            self.scope.dialog.assume(f"the {found.function} of {argument.text} is that of {one.text}")
            argument = one
        elif is_thing and isinstance(argument, Noun):
            raise Refused(
                "impossible", f"the {found.function} of {argument.text!r} is not said", hint="name one of its columns"
            )
        if (
            isinstance(argument, Noun)
            and self.item(argument) is None
            and found.function not in ("min", "max", "text_list")
        ):
            argument = self._numeric(argument, found.function)
        assert argument is not None  # noqa: S101
        term = self.expression(argument)
        if found.is_in_time and self.type_of(term) and not is_time(self.type_of(term)):
            raise Refused(
                "impossible", "the first or last of what is not a date", hint="say minimum or maximum, or name a date"
            )
        return term

    def _ask_how_many(self, noun: Noun) -> None:
        """``the latest invoices``: nobody says how many, nor since when.

        Raises:
            Asked: with some numbers of rows by each date.
        """
        table = next(link.table for link in noun.links if not link.column)
        choices = [
            (f"{count} {noun.text} by {column}", f"the {count} {noun.text} by {column}")
            for column in self.scope.names.dates[table][:_MOST_DATES]
            for count in _SOME
        ]
        if choices:
            self.scope.dialog.require_words(noun.text, f"How many {noun.text}, and by which date?", choices)

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
        if found.is_distinct and (item := self.item(noun)) is not None and not isinstance(item.expression, Aggregate):
            return leaf(NameLeaf(item.name))
        if not self.scope.is_table(noun):
            link = self.scope.column(noun)
            if link is not None and not found.is_distinct and self._is_rows_done(noun, link):
                return None
            if link is None:
                raise Refused("impossible", f"nothing fits {noun.text!r}", hint="count the rows of a table or a column")
            return leaf(ColumnLeaf(link.table, link.column)) if found.is_distinct else self._plain_count(noun, link)
        table = self.scope.entity(noun)
        if table is None or table == self.root:
            return None
        return self.key_of(table)

    def _is_rows_done(self, noun: Noun, link: Link) -> bool:
        """``tickets opened``: rows, and when they were made; no different moments."""
        is_date = self._is_time(link.table, link.column)
        own = set(self.scope.names.table_words[link.table])
        return is_date and bool(own & set(noun.words)) and set(noun.words) - own <= {*self.deeds}

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

    @abstractmethod
    def expression(self, expression: Expression) -> Term:
        """The term of an expression over rows; see ``ExpressionBinder``."""

    @abstractmethod
    def condition(self, condition: Condition) -> Term:
        """The term of a condition; see ``Binder``."""


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
