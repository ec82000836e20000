"""A request for groups of rows; every mark must find a use."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.extras import read_extras, read_shares
from datamorph.planning.offline.gist.layout import read_layout
from datamorph.planning.offline.gist.likes import Likes
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.naming import read_names
from datamorph.planning.offline.gist.order import Order
from datamorph.planning.offline.gist.parts import read_parts
from datamorph.planning.offline.gist.percents import prepare_percents, read_percents
from datamorph.planning.offline.gist.shape import Gist, Key, Measure
from datamorph.planning.offline.gist.spellings import read_spellings
from datamorph.planning.offline.gist.words import WHOLE
from datamorph.planning.offline.gist.zeros import read_zeros
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, nulls, type_of

_EACH = frozenset({"each", "every", "for each", "of each", "in each", "on each", "at each", "with each"})
_USED = frozenset({"filter", "measure", "key", "whose", "span", "named again"})
_CALLED = frozenset({"as", "called", "named"})
_WITH = frozenset({"with", "and", "plus", "including", "showing", "also", "alongside"})
_PAIRS = frozenset({"pair", "combination", "group"})
_LEADING = 3
"""So many marks in front of a name stands what ties it to the rest."""
_ASKING = frozenset({"what", "which", "where", "how", "who", "whom"})


class Groups(Order, Likes):
    """Groups and what is measured of them."""

    def compose(self) -> Gist:
        """The request.

        Raises:
            Unfit: something has no use, or has several.
        """
        self._read()
        self._context()
        read_shares(self)
        read_zeros(self)
        self.read_weekdays()
        read_names(self)
        if not (self._is_measured() or any(self.fact in mark.tables and mark.use for mark in self.marks)):
            raise Unfit("it is not named")
        if not self.gist.keys and any(test.measure is not None for test in self.gist.tests):
            raise Unfit("a limit of groups without groups")
        dated = [m for m in self.gist.measures if m.of is not None and is_time(type_of(self.brief, m.of))]
        if dated and len(dated) < len(self.gist.measures):
            raise Unfit("rows may be wanted, and no dates")
        label = label_of(self.brief, self.fact)
        own_key = self.brief.said.relations.key(self.fact)
        if any(
            k.link.table == self.fact and (k.link.column == label or (k.link.column,) == own_key)
            for k in self.gist.keys
        ):
            raise Unfit("each row would be a group")
        self._things()
        self._merge_parts()
        parts = {key.part: key.form for key in self.gist.keys if key.part}
        if ("year" in parts and parts.get("month", "x") == "") or ("year" in parts and parts.get("quarter", "x") == ""):
            raise Unfit("it is open how months are written beside the year")
        left = [mark for mark in self.marks if mark.is_open]
        if left:
            raise Unfit(f"no use for {[mark.text for mark in left]}")
        functions = {measure.function for measure in self.gist.measures}
        is_sorted = any("sort" in mark.cues or mark.in_time for mark in self.marks) and not self.gist.keys
        if not functions or (is_sorted and functions <= {"min", "max"}):
            raise Unfit("nothing is measured")
        return self.gist

    def _read(self) -> None:
        """Each in turn takes the marks that it has a use for, so what is surer comes first."""
        read_spellings(self)
        read_layout(self)
        prepare_percents(self)
        self.read_products()
        self.refuse_formulas()
        self._refuse_rows()
        self.read_joins()
        self.read_spans()
        self.read_rounding()
        self.read_numbers_of_parts()
        self.read_postpositive()
        self.read_repeated()
        self.read_keys()
        self.read_values_as_keys()
        self.read_compared_columns()
        self.read_empty()
        self.read_states()
        read_parts(self)
        self.read_leaders()
        self.read_measures()
        self.gist.measures.sort(key=lambda measure: bool(measure.where))
        self.read_limits()
        read_extras(self)
        self.read_gaps()
        self.read_likes()
        self.read_values()
        self.read_tests()
        self.read_weekends()
        self.read_flags()
        self.gist.conditions = self.rows.conditions
        read_percents(self)
        self.read_orders()
        self.read_weekdays()

    def _is_measured(self) -> bool:
        """True where a number of the rows is measured, which names them; rows that are counted must be named."""
        named = {(link.table, link.column) for mark in self.marks if mark.use for link in mark.columns}
        of = [(m.of.table, m.of.column) if m.of is not None else None for m in self.gist.measures]
        is_of_rows = any(one is not None and one[0] == self.fact for one in of)
        return is_of_rows and (None not in of or any(one in named for one in of))

    def _merge_parts(self) -> None:
        """``by year and month, written as YYYY-MM``: one key says both."""
        keys = self.gist.keys
        if any(key.form == "yyyy-mm" for key in keys):
            self.gist.keys = [key for key in keys if key.part != "year"]

    def _refuse_rows(self) -> None:
        """``all columns`` are those of rows."""
        for mark in self.marks:
            found = WHOLE.match(self.brief.said.tokens, mark.start)
            if found is not None and not self._is_of_form(mark.start + found[0]):
                raise Unfit("rows are asked for")

    def _is_of_form(self, end: int) -> bool:
        """``the full day name``: how a part of the calendar is written."""
        return any(mark.start < end <= mark.end and ("form" in mark.cues or "part" in mark.cues) for mark in self.marks)

    def _things(self) -> None:
        """Rows that belong to no thing are no group of things; left in, they would be one without a name."""
        self._things_without_rows()
        for key in self.gist.keys:
            if key.part or (key.owner is None and key.link.table == self.fact):
                continue
            target = key.owner or key.link.table
            hops = [hop for path in self.brief.said.relations.paths(self.fact, target) for hop in path]
            lost = any(
                one.coverage < 1.0 or nulls(self.brief, Link(one.table, c, 1.0))
                for hop in hops
                for one in hop
                for c in one.columns
            )
            is_chosen = bool(self.gist.count or self.gist.outer) or any(
                test.measure is not None for test in self.gist.tests
            )
            if lost and not is_chosen:
                raise Unfit(f"some rows belong to no {target.name}")
            self.gist.inner = self.gist.inner or lost

    def _things_without_rows(self) -> None:
        """``classes per club in Leeds, zeros included``: clubs elsewhere have none of them either."""
        gist = self.gist
        links = [one.link for one in (*gist.picked, *gist.tests) if one.link is not None] + [
            link for link, _ in gist.spans
        ]
        if gist.outer is not None and any(link.table != self.fact for link in links):
            raise Unfit("it is open which things without rows are meant")

    def _context(self) -> None:
        """Tables, keys and measures that are named again, and entries of the list of columns that are keys."""
        self._listed_rows()
        for place, mark in enumerate(self.marks):
            is_name = mark.kind == "name" and self.at(place - 1).text.lower() in _CALLED
            if mark.is_open and not is_name and not (self._again(place) or self._key_again(place)):
                self._listed_key(place)
        for place, mark in enumerate(self.marks):
            if mark.is_open and mark.kind == "per":
                self._loose_per(place)  # of a key that is named behind it

    def _listed_rows(self) -> None:
        """``club_name and visits``: an entry of the list that stands for how many there are."""
        counts = [m for m in self.gist.measures if m.what == Measure("count").what and not m.name]
        if not counts or self.brief.said.amounts(self.fact):
            return
        for place, mark in enumerate(self.marks):
            is_rows = mark.kind == "name" and not mark.use and self.fact in mark.tables and self.is_plural(mark)
            if (
                is_rows
                and self.is_listed(place)
                and (self.at(place - 1).kind == "and" or self.at(place - 1).text == ",")
            ):
                counts[0].name, counts[0].is_shown, mark.use = mark.text.lower(), True, "measure"
                return

    def _used(self) -> set[tuple[TableRef, str]]:
        """Columns that the request is made of."""
        gist = self.gist
        links = [key.link for key in gist.keys]
        links += [measure.of for measure in gist.measures if measure.of is not None]
        links += [one.link for one in gist.picked] + [one.link for one in gist.tests if one.link is not None]
        links += [link for link, _ in gist.spans]
        return {(link.table, link.column) for link in links}

    def _again(self, place: int) -> bool:
        """A column, a table, a number or an amount that the request has already."""
        mark = self.marks[place]
        link, table = self.column(mark), self.table(mark)
        is_known = link is not None and (link.table, link.column) in self._used()
        is_table = table is not None and mark.kind != "deed" and (table == self.fact or not mark.values)
        is_amount = mark.kind == "money" and any(measure.of is not None for measure in self.gist.measures)
        is_deed = mark.kind == "deed" and (self.fact in mark.tables or bool(set(mark.tables) & set(self.near)))
        is_over = "compared" in mark.cues and mark.text.lower() == "over"
        is_all = is_over and (self._word(place + 1) in ("all", "the") or self.fact in self.at(place + 1).tables)
        is_number = mark.kind in ("count", "form") and self._is_number_again(mark)
        for key in self.gist.keys:
            key.is_spelled = key.is_spelled or (link == key.link and mark.text.lower() == key.link.column.lower())
        is_all = is_all or (self._word(place) == "exactly" and self.at(place + 1).kind != "number")
        is_range = self._word(place) == "range" and {"min", "max"} <= {one.function for one in self.gist.measures}
        if is_range or is_known or is_table or is_amount or is_deed or is_all or is_number:
            mark.use = "named again"
        return mark.use != ""

    def _is_number_again(self, mark: Mark) -> bool:
        """``and the number``, ``by name``."""
        has_count = any(measure.function == "count" for measure in self.gist.measures)
        is_plain = mark.text.lower() in ("name", "names", "number", "numbers")
        return (has_count and (mark.kind == "count" or is_plain)) or (
            mark.kind == "form" and is_plain and self._has_label()
        )

    def _word(self, place: int) -> str:
        return self.at(place).text.lower()

    def _key_again(self, place: int) -> bool:
        """``each``, ``month`` and how it is written, ``name``."""
        mark = self.marks[place]
        if mark.kind == "per":
            self._loose_per(place)
        elif mark.kind == "part":
            self._part_again(place)
        elif mark.kind == "form":
            self._form_again(mark)
        elif mark.kind == "label":
            self._label(place)
        return mark.use != ""

    def _form_again(self, mark: Mark) -> None:
        """``numbered``, ``1 to 12``: how the one key is written that is a part of the calendar, maybe said twice."""
        form = str(mark.cues["form"])
        parts = [key for key in self.gist.keys if key.part and key.form in ("", form)]
        if len(parts) == 1:
            parts[0].form, mark.use = form, "form"

    def _part_again(self, place: int) -> None:
        """A part of the calendar that is a key already, or that the list of columns makes one."""
        mark = self.marks[place]
        again = [key for key in self.gist.keys if key.part == mark.cues["part"]]
        if again:
            mark.use = "named again"
            again[0].form = again[0].form or self.form(place)
        elif mark.cues["part"] == "day" and (self._has_day() or any(key.part == "weekday" for key in self.gist.keys)):
            mark.use = "named again"
        elif self.is_listed(place, forms=True):
            self.part(place)

    def _listed_key(self, place: int) -> bool:
        """``purpose, card takings``, ``which channels had``: what the numbers are told for."""
        mark = self.marks[place]
        link = self.column(mark, kinds="key") if mark.kind == "name" and not mark.values else None
        if link is None:
            return False
        is_context = self.refers(link)
        self._refuse_beside_keys(place, link)
        if any(key.part and key.link == link for key in self.gist.keys):
            mark.use = "date"
        elif is_context and any(key.link.table != self.fact for key in self.gist.keys):
            mark.use = "named again"
        elif self.is_listed(place) or self._is_asked(place) or self._is_head(place, link):
            mark.use = "key"
            is_name = link.column == label_of(self.brief, link.table) and link.table != self.fact
            is_spelled = mark.text.lower() == link.column.lower()
            if any(measure.is_implied for measure in self.gist.measures):
                raise Unfit("it is open whether rows are wanted")
            self.add_key(Key(link, owner=link.table if is_name else None, place=place, is_spelled=is_spelled))
        elif is_context:
            mark.use = "named again"
        return mark.use != ""

    def _refuse_beside_keys(self, place: int, link: Link) -> None:
        """``per carrier, with the tail number``, ``per carrier: destinations``: of one row, or counted."""
        mark = self.marks[place]
        is_behind = any(one.use == "per" for one in self.marks[:place])
        if not is_behind or link.table != self.fact or any(key.link == link for key in self.gist.keys):
            return
        leads = {self.marks[at].text.lower() for at in self.clause_before(place) if place - at <= _LEADING}
        is_of_row = any(measure.function in ("min", "max") for measure in self.gist.measures)
        if (is_of_row and leads & _WITH) or (self.is_listed(place) and self.is_plural(mark)):
            raise Unfit(f"it is open what {mark.text!r} is for")

    def _is_asked(self, place: int) -> bool:
        """``which channels``."""
        start = self.marks[place].start
        return start > 0 and self.brief.words[start - 1] in ("which", "what") and self.is_plural(self.marks[place])

    def _is_head(self, place: int, link: Link) -> bool:
        """``club names with their number of visits``: the prompt begins with what the things are called."""
        is_name = link.table != self.fact and link.column == label_of(self.brief, link.table)
        behind = self.at(self.next(place + 1))
        tie = {self._word(at) for at in range(place + 1, self.marks.index(behind))} if behind.use else set[str]()
        is_first = all(mark.kind in ("talk", "done", "count") for mark in self.marks[:place])
        return is_name and is_first and behind.use == "measure" and bool(tie & _WITH)

    def _loose_per(self, place: int) -> None:
        """``each``, ``by card``: no key stands behind it, and nothing is lost."""
        at = self.next(place + 1)
        between = {self._word(i) for i in range(place + 1, min(at, len(self.marks)))}
        is_each = self._word(place) in _EACH and bool(self.gist.keys)
        is_used = self.at(at).use in _USED and not between & _ASKING
        if self._word(place) == "by" and self.at(at).kind == "label":
            is_used = bool(self.at(at).use)
        is_of_all = self._word(place).endswith(" per") and bool(_PAIRS & between) and len(self.gist.keys) > 1
        if is_each or is_used or is_of_all:
            self.marks[place].use = "named again"

    def _has_day(self) -> bool:
        """True where a date is shown already."""
        of_time = any(m.of is not None and is_time(type_of(self.brief, m.of)) for m in self.gist.measures)
        return of_time or any(is_time(type_of(self.brief, key.link)) and not key.part for key in self.gist.keys)

    def _refers_to(self, key: Key, table: TableRef | None) -> bool:
        relations = self.brief.said.relations
        return table is not None and any(
            key.link.column in hop.columns for hop in relations.between(key.link.table, table)
        )

    def _label(self, place: int) -> None:
        """``names of members``, ``member name``: of the thing that is named right there, or of the only one."""
        table = self.labelled(place)
        before = self.at(place - 1)
        is_own = before.end == self.marks[place].start and not before.tables and before.columns and before.use
        if is_own and type_of(self.brief, before.columns[0]) != "string":
            raise Unfit("it is open whose name is meant")
        owners = {key.owner for key in self.gist.keys if key.owner is not None}
        labelled = owners or {
            key.link.table for key in self.gist.keys if key.link.column == label_of(self.brief, key.link.table)
        }
        if (table is None and labelled) or (table is not None and table in labelled):
            self.marks[place].use = "named again"
            return
        named = {self.table(mark) for mark in self.marks if mark.kind == "name"} - {None, self.fact}
        table = next(iter(named)) if table is None and len(named) == 1 else table
        label = label_of(self.brief, table) if table is not None else ""
        is_tied = (
            not self.gist.keys or self.labelled(place) or any(self._refers_to(key, table) for key in self.gist.keys)
        )
        if table is None or not label or table == self.fact or not is_tied:
            raise Unfit("it is open whose name is meant")
        self.marks[place].use = "key"
        self.add_key(Key(Link(table, label, 1.0), owner=table))

    def _has_label(self) -> bool:
        return any(
            key.owner is not None or key.link.column == label_of(self.brief, key.link.table) for key in self.gist.keys
        )
