"""What is measured of the rows: functions of columns, rows and things that are counted, amounts."""

from __future__ import annotations

from typing import TypeAlias

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.keys import Keys
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.products import products_of
from datamorph.planning.offline.gist.shape import Formula, Measure
from datamorph.planning.offline.gist.words import AFTER, IN_TIME, RHYTHMS, VAGUE
from datamorph.planning.offline.names import Link

Operand: TypeAlias = tuple[Link | None, int | None]
"""A column, and where it is named."""
_FAR = 6
_PLACES = frozenset({"table", "sheet", "dataset", "data", "list", "log", "file", "records", "rows"})
_RECKONED = frozenset("* x \u00d7 times multiplied multiply multiplying minus less divided divide dividing".split())
_BEHIND_NOUNS = frozenset("count counts number numbers volume tally tallies".split())


class Measuring(Keys):
    """Measures."""

    def read_postpositive(self) -> None:
        """``min / median / max, overall``: that there are no groups, where other functions are said."""
        cues = [mark for mark in self.marks if "function" in mark.cues or "count" in mark.cues]
        for mark in cues:
            is_after = mark.text.lower() in AFTER
            if is_after and any(one is not mark and one.text.lower() not in AFTER for one in cues):
                mark.kind, mark.cues = "talk", {}
        for place, mark in enumerate(self.marks):
            if "count" in mark.cues and self.at(place + 1).text.lower() == "how many":
                mark.kind, mark.cues = "talk", {}  # ``count how many``
            if mark.text.lower() == "amount" and self._is_of_rows_behind(place):
                mark.kind, mark.cues = "count", {"count": True}
            if "function" in mark.cues and self.at(place + 1).kind == "count" and self._is_number_behind(place + 2):
                self.marks[place + 1].kind, self.marks[place + 1].cues = "talk", {}  # ``mean number of minutes``
            if "compared" in mark.cues and self.at(place + 1).kind == "number":
                mark.cues = {"compared": mark.cues["compared"]}  # ``min 10``

    def read_products(self) -> None:
        """``quantity times unit price``: what is measured of each row; ``-`` and ``/`` may only part a list."""
        for one in products_of(self):
            signs = {self.marks[at].text.lower() for at in range(one.start, one.end)}
            if not (signs & _RECKONED or self.at(one.start - 1).text == "("):
                continue
            first = self.marks[one.start]
            first.kind, first.columns, first.values = "name", one.links[:1], []
            first.formula = Formula(tuple(one.links), one.sql)
            if "count" in self.at(one.start - 1).cues:
                self.marks[one.start - 1].kind, self.marks[one.start - 1].cues = "talk", {}  # ``counting a times b``
            for mark in self.marks[one.start + 1 : one.end]:
                mark.use = "formula"

    def _is_of_rows_behind(self, place: int) -> bool:
        """``amount of visits``: their number, if they have no amounts."""
        noun = self.at(place + 2)
        is_of = self.at(place + 1).text.lower() == "of" and self.fact in noun.tables and self.is_plural(noun)
        return is_of and not self.brief.said.amounts(self.fact)

    def _is_number_behind(self, place: int) -> bool:
        at = self.next(place)
        return at < len(self.marks) and self.column(self.marks[at], kinds="number") is not None

    def read_measures(self) -> None:
        """What each function is of, what is counted, and which amounts are wanted."""
        for place, mark in enumerate(self.marks):
            is_column = mark.kind == "name" and self.column(mark) is not None
            if not (mark.use or is_column or self._is_running(place)):
                self._measure(place)
        self._distinct_alone()
        self._running_sums()
        self._bare_counts()
        for mark in self.marks:
            if mark.kind == "money" and not mark.use and not (self.gist.measures and mark.text.lower() in VAGUE):
                self._money(mark)
        if not self.gist.measures:
            self._plural()
        else:
            self._listed_count()

    def _measure(self, place: int) -> None:
        mark = self.marks[place]
        if mark.text.lower() == "how many" and self.at(place + 1).shortly == "unit":
            mark.kind, mark.cues = "function", {"function": "sum"}  # ``how many kilometres``
        if mark.cues.get("function") == "avg" and "count" in self.at(place + 1).cues:
            raise Unfit("numbers of groups are averaged")
        if "count" in mark.cues and self._counts_nothing(place) and self._counted(place)[0] is None:
            return
        if "count" in mark.cues and not ("function" in mark.cues and self._operand(place) is not None):
            self._count(place)
        elif "function" in mark.cues:
            self._function(place)

    def _running_sums(self) -> None:
        """``running total of the amount`` alone: its sum is measured, and not shown."""
        for place, mark in enumerate(self.marks):
            if mark.use or not self._is_running(place):
                continue
            if self.gist.measures:
                mark.use = "running"
                continue
            operand = self._operand(place)
            if operand is None or operand[1] is None or operand[1] < place:
                raise Unfit("it is open what else is measured")
            self._function(place)
            self.gist.measures[-1].is_shown = False

    def _bare_counts(self) -> None:
        """``and the number``: of the rows, unless something is counted already."""
        for mark in self.marks:
            if not mark.use and mark.kind == "count":
                mark.use = "measure"
                if self._is_of_rows(mark) or not self._is_counted_before(mark):
                    self.add_measure(Measure("count"))

    def _is_counted_before(self, mark: Mark) -> bool:
        """True for a count that says one again; one in front of a part that is counted is that of all rows.

        Raises:
            Unfit: behind such a part it may be either.
        """
        counts = [one for one in self.gist.measures if one.function == "count"]
        parts = [one.where[0].place for one in counts if one.where]
        if not parts or len(parts) < len(counts):
            return bool(counts)
        is_behind = self.marks.index(mark) > min(parts)
        if is_behind and self.gist.keys:
            raise Unfit("it is open which rows are counted")
        return is_behind

    def _is_running(self, place: int) -> bool:
        """``running total``: no total by itself."""
        is_sum = self.marks[place].cues.get("function") == "sum"
        return is_sum and self.at(place - 1).text.lower() in ("running", "cumulative", "rolling")

    def _is_of_rows(self, mark: Mark) -> bool:
        """``how many rows``, ``sum / count / average``: rows are counted, whatever else is."""
        place = self.marks.index(mark)
        is_entry = self.at(place - 1).text in ("/", "|") and self.at(place + 1).text in ("/", "|")
        return (
            mark.text.lower() == "transactions"
            or is_entry
            or self.at(place + 1).text.lower() in ("rows", "records", "entries")
        )

    def _counts_nothing(self, place: int) -> bool:
        """``and the number``: of what was counted before, if anything was; ``count(*)`` counts rows."""
        return self.marks[place].kind == "count" and self.at(place + 1).text != "("

    def add_measure(self, measure: Measure) -> Measure:
        """Measure it, once."""
        same = [one for one in self.gist.measures if one.what == measure.what]
        if same:
            return same[0]
        self.gist.measures.append(measure)
        return measure

    def _function(self, place: int) -> None:
        mark = self.marks[place]
        operand = self._in_time(place) if mark.text.lower() in IN_TIME else self._operand(place)
        if operand is None:
            raise Unfit(f"it is open what {mark.text!r} is of")
        mark.use = "measure"
        link, at = operand
        if mark.cues["function"] == "avg" and at is not None and at < place and self._is_rhythmic(at):
            raise Unfit("totals of each period may be averaged")
        if at is not None and self.marks[at].shortly == "head" and mark.cues["function"] == "sum":
            raise Unfit("it is open what is added up")
        if at is not None and not self.marks[at].use:
            self.marks[at].use = "measure"
        if link is None:
            self.add_measure(Measure("count"))
        else:
            formula = self.marks[at].formula if at is not None else None
            self.add_measure(Measure(mark.cues["function"], link, formula=formula))

    def _is_rhythmic(self, place: int) -> bool:
        """``the daily sales amount``."""
        return any(
            "part" in mark.cues and mark.text.lower() in RHYTHMS for mark in self.marks[max(place - 2, 0) : place]
        )

    def _in_time(self, place: int) -> Operand | None:
        """The date that something is first or last by, where dates are wanted and no rows.

        Raises:
            Unfit: ``first reading of every day``: that row may be wanted.
        """
        said = {m.text.lower() for m in self.marks if m.text.lower() in IN_TIME}
        is_dated = any(m.cues.get("part") == "day" or self.column(m, kinds="time") is not None for m in self.marks)
        both = bool(said & {"first", "earliest", "oldest"}) and bool(said & {"last", "latest", "newest"})
        rows, behind = self.at(place + 1), self.at(place + 2)
        is_row = self.fact in rows.tables and not self.is_plural(rows)
        is_of_each = is_row and ("per" in behind.cues or behind.text.lower() in ("of", "on", "in"))
        if is_of_each and not both and any(mark.cues.get("part") == "day" for mark in self.marks[place + 2 :]):
            raise Unfit("rows may be wanted, and no dates")
        return (self.date(), None) if is_dated or both else None

    def _operand(self, place: int) -> Operand | None:
        """The column that a function is of, and where it is named; no column for rows that are counted."""
        for places in (range(place + 1, len(self.marks)), range(place - 1, -1, -1)):
            at = next((i for i in places if not self._is_passed(i, is_behind=places.step > 0)), None)
            found = self._named_operand(place, at) if at is not None else None
            if found is not None:
                return found
            if at is not None and places.step > 0 and self._names_text(at):
                return None  # ``total name`` is no total of amounts
        named = {link: at for at in range(len(self.marks) - 1, -1, -1) if (link := self._number(at)) is not None}
        if len(named) == 1:
            return next(iter(named.items()))
        found = self.amount()
        return (found, None) if found is not None else None

    def _number(self, place: int) -> Link | None:
        mark = self.marks[place]
        return self.column(mark, kinds="number") if mark.kind == "name" else None

    def _names_text(self, place: int) -> bool:
        mark = self.marks[place]
        is_open = mark.kind == "name" and not mark.use
        is_key = is_open and not mark.tables and self.column(mark, kinds="key") is not None
        is_thing = is_open and bool(mark.tables) and self.fact not in mark.tables and not mark.columns
        return mark.kind == "label" or is_key or is_thing

    def _is_passed(self, at: int, *, is_behind: bool) -> bool:
        """What may stand between a function and its column: ``count, sum and mean of the``."""
        mark = self.marks[at]
        if mark.text == ":" and is_behind:
            return False
        is_between = mark.kind in ("talk", "done", "and", "deed", "count") or mark.text in (",", "/", ":", "(")
        return is_between or "function" in mark.cues

    def _named_operand(self, place: int, at: int) -> Operand | None:
        """The column that a mark means as what a function is of."""
        mark, function = self.marks[at], self.marks[place].cues.get("function")
        link = self._number(at)
        if link is None and mark.kind == "name" and function in ("min", "max"):
            link = self.column(mark, kinds="time")
        if link is None and mark.kind == "length":
            link = self.length()
        if link is None and mark.kind == "money":
            link = self.amount()
        if link is None and mark.kind == "name" and self.fact in mark.tables:
            has_amounts = bool(self.brief.said.amounts(self.fact))
            link = self.amount() if has_amounts else None
            return (link, at) if link is not None or (function == "sum" and not has_amounts) else None
        return (link, at) if link is not None else None

    def _count(self, place: int) -> None:
        mark = self.marks[place]
        at, distinct = self._counted(place)
        table = self.table(self.marks[at]) if at is not None else None
        mark.use = "measure"
        if distinct is not None:
            self.marks[distinct].use = "measure"
        if self.at(place + 1).text == "(" and self.at(place + 2).kind == "name" and not self.marks[place + 2].tables:
            raise Unfit("values are counted")
        if at is None or (table == self.fact and distinct is None):
            if at is not None and not self.marks[at].use:
                self.marks[at].use = "measure"
            self.add_measure(Measure("count"))
            return
        if distinct is None:
            raise Unfit("the rows that are counted are others")
        link = self._identity(self.marks[at])
        self.marks[at].use = self.marks[at].use or "measure"
        self.add_measure(Measure("count", link, distinct=True))

    def _identity(self, mark: Mark) -> Link:
        """What tells apart the things that a mark names, as a column of the fact or of what it refers to."""
        link, table = self.column(mark, kinds="key"), self.table(mark)
        if table is not None and table != self.fact:
            path = next((hops for hops in self.brief.said.relations.paths(self.fact, table)), ())
            if len(path) == 1 and len(path[0]) == 1 and len(path[0][0].columns) == 1:
                return Link(self.fact, path[0][0].columns[0], 1.0)
        if link is None:
            raise Unfit(f"it is open what {mark.text!r} are")
        return link

    def _counted(self, place: int) -> tuple[int | None, int | None]:
        """Where the thing that is counted is named, and where it is said that each counts once."""
        before = self.at(place - 1)
        word = self.marks[place].text.lower()
        is_thing = before.kind == "name" and bool(before.tables)
        if is_thing and word in ("number", "numbers") and not self.gist.keys and not self.is_plural(before):
            raise Unfit("it may be what the rows are called by")
        if is_thing and word in _BEHIND_NOUNS and before.use in ("", "measure"):
            return place - 1, place - 2 if "distinct" in self.at(place - 2).cues else None
        at, distinct = self._counted_behind(place)
        return (at, distinct) if at is not None else self._counted_before(place, distinct)

    def _counted_behind(self, place: int) -> tuple[int | None, int | None]:
        """``number of different members``."""
        distinct = None
        for at in range(place + 1, min(place + _FAR, len(self.marks))):
            mark = self.marks[at]
            if "distinct" in mark.cues:
                distinct = at
            elif mark.kind == "name" and (mark.tables or (distinct is not None and mark.columns)):
                return at, distinct
            elif not (
                mark.kind in ("talk", "done", "deed") or mark.text == "(" or (mark.kind == "name" and mark.values)
            ):
                break
        return None, distinct

    def _counted_before(self, place: int, distinct: int | None) -> tuple[int | None, int | None]:
        """``distinct member count``."""
        for at in range(place - 1, max(place - 3, -1), -1):
            mark = self.marks[at]
            if "distinct" in mark.cues and distinct is None:
                distinct = at
            elif mark.kind == "name" and mark.tables and mark.use in ("", "measure"):
                return at, at - 1 if "distinct" in self.at(at - 1).cues else distinct
            elif mark.kind != "talk":
                break
        return None, distinct

    def _distinct_alone(self) -> None:
        """``unique visitors per club``: they are counted."""
        for place, mark in enumerate(self.marks):
            if "distinct" not in mark.cues or mark.use or not (self.gist.keys or self.gist.measures):
                continue
            at = self.next(place + 1, skip=("talk", "done", "deed"))
            if mark.text.lower() in ("each once", "counted once", "each counted once"):
                at = next(
                    (i for i in range(place - 1, max(place - 4, -1), -1) if self.marks[i].kind == "name"),
                    len(self.marks),
                )
            if at < len(self.marks) and self.marks[at].kind == "name":
                link = self._identity(self.marks[at])
                mark.use, self.marks[at].use = "measure", self.marks[at].use or "measure"
                self.add_measure(Measure("count", link, distinct=True))

    def _money(self, mark: Mark) -> None:
        mark.use = "measure"
        formulas = [one for one in self.marks if one.formula is not None and one.use in ("", "measure")]
        if formulas:
            formulas[0].use = "measure"
            self.add_measure(Measure("sum", formulas[0].columns[0], formula=formulas[0].formula))
            return
        found = self.amount() if self.brief.said.amounts(self.fact) else None
        if found is None:
            raise Unfit(f"no one column of {self.fact.name} holds {mark.text!r}")
        if not any(m.of == found for m in self.gist.measures):
            self.add_measure(Measure("sum", found))

    def _plural(self) -> None:
        """``visits per club``: they are counted, unless each has an amount that could be added up."""
        if not self.gist.keys or self.brief.said.amounts(self.fact):
            return
        for mark in self.marks:
            if mark.kind == "name" and not mark.use and self.fact in mark.tables and self.is_plural(mark):
                behind = self.at(self.next(self.marks.index(mark) + 1))
                if behind.use not in ("per", "key"):
                    continue
                mark.use = "measure"
                self.add_measure(Measure("count", is_implied=True))
                return

    def _listed_count(self) -> None:
        """``method | payments | sum``: an entry of the list that says how many."""
        for place, mark in enumerate(self.marks):
            is_entry = (
                mark.kind == "name" and not mark.use and place and self.fact in mark.tables and self.is_listed(place)
            )
            is_place = self.at(place + 1).text.lower() in _PLACES  # ``the sales table``
            if is_entry and not is_place and self.is_plural(mark) and self.marks[place - 1].text in ("|", ",", "/"):
                mark.use = "measure"
                self.add_measure(Measure("count"))
