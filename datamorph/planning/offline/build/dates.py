"""Binds what is said of a time to date columns, and to parts of dates."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.columns import ColumnBinder
from datamorph.planning.offline.build.terms import ColumnLeaf, Term, combine, leaf
from datamorph.planning.offline.build.weekdays import weekday
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.deeds import is_deed_of
from datamorph.planning.offline.model import Noun, Period
from datamorph.planning.offline.names import WEAK

_STEM = 3


class DateBinder(ColumnBinder):
    """Turns periods into terms; finds the date that rows have."""

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
        if self._date_format and period.part in ("month", "day", "date") and period.style != "number":
            return combine(f"date_format({{}}, '{self._date_format}')", date)
        if period.part == "day" and period.style == "number":
            return combine("day({})", date)
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
        is_choice = len(found) > 1
        named = [l for l in found if noun and set(noun.words) <= set(self.scope.names.column_words[l.table, l.column])]
        found = named if len(named) == 1 else self._said_dates(found) if noun is None else found
        is_rows = noun is None or self.scope.is_table(noun)
        found = self._done(found) if is_rows and len(found) > 1 else found
        if len(found) == 1:
            if noun is None or (is_rows and is_choice):
                self.scope.dialog.assume(f"the date is {found[0].column}")
            return leaf(found[0])
        choices = [(l.column, f"{l.column} ({l.table.name})") for l in found]
        picked = self.scope.dialog.choose("date", "Which date is meant?", choices)
        return leaf(next(l for l in found if l.column == picked))

    def _done(self, found: list[ColumnLeaf]) -> list[ColumnLeaf]:
        """The one of several dates that says when that was done: ``tickets opened per month``."""
        words = self.scope.names.column_words
        said = [l for l in found if any(is_deed_of(deed, words[l.table, l.column]) for deed in self.deeds)]
        if len(said) == 1:
            return said
        own = [l for l in found if self._is_full(l) and any(is_deed_of(word, words[l.table, l.column], _STEM)
                                       for word in self.scope.names.table_words[l.table])]  # fmt: skip
        return own if not self.deeds and len(own) == 1 else found

    def _is_full(self, date: ColumnLeaf) -> bool:
        """False for a date that some rows do not have: a delivery that is not delivered yet has another one, too."""
        profile = self.scope.tables[date.table].profile.columns.get(date.column)
        return profile is None or not profile.nulls

    def _said_dates(self, found: list[ColumnLeaf]) -> list[ColumnLeaf]:
        """The one of several dates that the prompt names where it speaks of a time, else all of them."""
        links = {(link.table, link.column) for noun in self.said_dates for link in noun.links[:1]}
        said = [one for one in found if (one.table, one.column) in links]
        return said if len(said) == 1 else found

    def _time_column(self, noun: Noun) -> ColumnLeaf | None:
        times = tuple(link for link in noun.links if link.column and self._is_time(link.table, link.column))
        if not times or not any(link.score > WEAK for link in times):
            return None
        link = self.scope.column(Noun(noun.text, noun.words, times, noun.position))
        return ColumnLeaf(link.table, link.column) if link else None

    def _is_time(self, table: TableRef, column: str) -> bool:
        found = self.scope.tables[table].schema.get(column)
        return found is not None and is_time(found.type)
