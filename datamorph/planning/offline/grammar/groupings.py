"""What a row of the result is: ``per country``, ``monthly``, ``one row per customer``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.crosstab import groups_before
from datamorph.planning.offline.grammar.day_types import read_day_type
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups, read_rhythm
from datamorph.planning.offline.grammar.measures import finish, read_measure
from datamorph.planning.offline.grammar.statements import Statements
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import read_year
from datamorph.planning.offline.grammar.weekparts import read_each_of_them, read_week_parts, read_years_apart
from datamorph.planning.offline.model import Aggregate, Arithmetic, Compare, Noun, Period
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import phrase_set

_BEHIND_YEAR = frozenset({"", ",", ".", ";", ":", "in", "as", "with", "(", ")", "and"})
_GROUPING = frozenset("group grouped grouping aggregate summarise summarize split break roll divide".split())
_BASED = phrase_set(("based on", "using", "going by", "according to", "judging by", "taken from"))
_VERBS = frozenset({"add", "compute", "calculate", "derive", "create", "define"})


class Groupings(Statements):
    """Reads groups, and what a row of the result is."""

    def measure(self) -> bool:
        """See Statements.measure; not where rows are counted that only their name stands for."""
        return not self._is_behind_rows() and super().measure()

    def _is_behind_rows(self) -> bool:
        """``rides per dock and average length``: the rides are counted as well."""
        draft, tokens, place = self.draft, self.reader.tokens, self.reader.position
        lead = place - 1 if place and tokens[place - 1].lower in ("the", "total") else place
        is_first = bool(draft.groups) and draft.grouped_by == "per" and not (draft.measures or draft.outputs)
        is_first = is_first and not any(token.lower in _GROUPING for token in tokens[:place])
        is_of_rows = len(draft.tables) == 1 or (not draft.tables and bool(draft.conditions))
        return is_first and is_of_rows and lead > 0 and tokens[lead - 1].lower == "and"

    def rhythm(self) -> bool:
        """``monthly revenue``."""
        item = read_rhythm(self.reader)
        if item is not None and not self._is_grouped(item):
            self.draft.groups.append(item)
            self.draft.grouped_by = self.draft.grouped_by or "per"
        return item is not None

    def day_type(self) -> bool:
        """See grammar.day_types."""
        item = read_day_type(self.reader)
        if item is not None:
            self.draft.groups.append(item)
            self.reader.defined.append(item)
        return item is not None

    def _title(self) -> bool:
        """``Late parcels: ...`` where the result is called so: what the prompt is about."""
        reader, name = self.reader, self.draft.target_name
        if reader.position or not name:
            return False
        words = set(words_of(name))
        while reader.is_kind("word") and reader.tokens[reader.position].lemma in words:
            reader.next()
        return reader.position > 0 and not reader.links(0, reader.position) and reader.word(":")

    def week_parts(self) -> bool:
        """See grammar.weekparts."""
        item = read_week_parts(self.reader)
        if item is None:
            reader, draft = self.reader, self.draft
            return read_each_of_them(reader, draft) or read_years_apart(reader, draft) or self._title()
        if not self._is_grouped(item):
            self.draft.groups.append(item)
        return True

    def groups(self) -> bool:
        """``per ...``."""
        start = self.reader.position
        if (said := self.reader.take(PER_PHRASES)) is None:
            return False
        if self.reader.word("all"):
            return self._mention()
        if start and self.reader.tokens[start - 1].text == "(":
            return self._counts_by()
        groups = self._dated(groups_before(self.reader), said)
        if groups is None:
            return True
        self._within_year(groups)
        self._date_beside(groups)
        self.draft.grouped_by = self.draft.grouped_by or said if groups else self.draft.grouped_by
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return bool(groups)

    def _within_year(self, groups: list[Item]) -> None:
        """``per channel and quarter of sold_on 2024``: a year behind a part of a date."""
        key = groups[-1].expression if groups else None
        if not isinstance(key, Period) or key.of is None or key.part == "year":
            return
        mark = self.reader.position
        year = read_year(self.reader)
        if year is None or self.reader.lower() not in _BEHIND_YEAR or self.reader.is_kind("text"):
            self.reader.position = mark
        else:
            self.draft.conditions.append(Compare(Period("year", key.of), "=", year))

    def _date_beside(self, groups: list[Item]) -> None:
        """``per year (sold_on)``, ``by month, based on sold_on``: the date that the part is of."""
        reader, mark = self.reader, self.reader.position
        parts = [(group, group.expression) for group in groups if isinstance(group.expression, Period)]
        if len(parts) != 1 or parts[0][1].of is not None:
            return
        key, part = parts[0]
        in_brackets = bool(reader.word("("))
        reader.word(",")
        noun = reader.noun() if in_brackets or reader.take(_BASED) is not None else None
        if noun is None or (in_brackets and not reader.word(")", ",")) or not self._is_date(noun):
            reader.position = mark
            return
        key.expression = replace(part, of=noun)
        key.words |= frozenset(noun.words)

    def _is_date(self, noun: Noun) -> bool:
        link = noun.links[0] if noun.links else None
        return link is not None and link.column in self.reader.names.dates.get(link.table, ())

    def _dated(self, groups: list[Item], said: str) -> list[Item] | None:
        """``monthly bookings by booked_at``: the date that the months are of; None where that is all that is said."""
        parts = {group.expression.part for group in groups[1:] if isinstance(group.expression, Period)}
        noun = groups[0].expression if said == "by" and len(parts) == len(groups) - 1 else None
        if not isinstance(noun, Noun):
            return groups
        for known in self.draft.groups:
            period = known.expression
            if self._is_date(noun) and isinstance(period, Period) and period.of is None and parts <= {period.part}:
                known.expression = replace(period, of=noun)
                known.words |= frozenset(noun.words)
                return None
        return groups

    def _counts_by(self) -> bool:
        """``number of customers (by e-mail)``: the column that tells what was counted apart."""
        noun, last = self.reader.noun(), self._last.expression if self._last else None
        if noun is None or not isinstance(last, Aggregate) or last.counted is None:
            return False
        places = {(link.table, link.column) for link in last.counted.links if link.column}
        return any((link.table, link.column) in places for link in noun.links)

    def start(self) -> bool:
        """``from orders``, ``in the flights table``, ``one row per customer``."""
        reader = self.reader
        reader.word("build", "make", "create", "give", "with", "output", "return", "list", "show", "get", "report")
        reader.skip(("exactly", "a", "table", "with", "me"))
        if reader.word("every", "each"):
            return self._subject()
        if self._subject_with_measure():
            return True
        if reader.word("all"):
            return self._mention()
        if (
            reader.word("one", "1", "single")
            and reader.word("row", "record", "line", "entry")
            and reader.word("per", "for")
        ):
            reader.word("each", "every")
            groups = read_groups(reader)
            if len(groups) == 1 and isinstance(groups[0].expression, Noun):
                self.draft.one_row_per = groups[0].expression
            self.draft.groups += [group for group in groups if not self._is_grouped(group)]
            return bool(groups)
        return False

    def _subject_with_measure(self) -> bool:
        """``list products together with their number of sales``: one row for each product."""
        reader, start = self.reader, self.reader.position
        table = read_table(reader) if start else None
        mark = reader.position
        is_with = table is not None and (reader.word("together", "along") or reader.lower() == "with")
        reader.word("with")
        reader.skip(("their", "its", "the"))
        measure = read_measure(reader) if is_with else None
        reader.position = mark
        if table is None or measure is None or not isinstance(measure.expression, Aggregate):
            reader.position = start
            return False
        item = Item(table, frozenset(table.words), table.text, is_subject=True)
        self.draft.groups += [] if self._is_grouped(item) else [item]
        return True

    def _mention(self) -> bool:
        """``across all customers``: which table, without a group for each of its rows."""
        table = read_table(self.reader)
        if table is not None:
            self.draft.tables.append(table)
        return table is not None

    def _subject(self) -> bool:
        """``list every customer with ...``: what a row of the result is."""
        table = read_table(self.reader)
        if table is None or (
            self.reader.lower() in ("and", ",", "in") and self.reader.lower(1) in ("tables", "columns")
        ):
            return False
        item = Item(table, frozenset(table.words), table.text, is_subject=True)
        if not self._is_grouped(item):
            self.draft.groups.append(item)
        return True

    def named_per(self) -> bool:
        """``revenue per track as unit price times quantity``."""
        reader = self.reader
        reader.skip(_VERBS | {"the"})
        if not reader.is_kind("word") or (reader.links(reader.position, 1) and reader.match(PER_PHRASES)):
            return False
        name = reader.unlinked()
        groups = read_groups(reader) if reader.take(PER_PHRASES) is not None else []
        expression = read_expression(reader) if groups and reader.word("as", "=", ":", "being") else None
        if expression is None or not isinstance(expression, Arithmetic):
            return False
        item = Item(Aggregate("sum", expression), frozenset(name.words), name.text, name.text.lower())
        finish(reader, item)
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return self._keep(item)
