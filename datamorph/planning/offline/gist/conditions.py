"""Conditions of rows: columns that are compared, gaps, flags, parts of texts, and rows of other tables."""

from __future__ import annotations

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.gaps import NEAR, Gaps
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Existence, Test
from datamorph.planning.offline.gist.weekdays import read_days_of_week
from datamorph.planning.offline.gist.words import WEEKENDS
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.recipes.resolve import UNITS, type_of

_OPERATORS = frozenset({">", "<", ">=", "<=", "=", "<>"})
_ONE = frozenset({"one", "1", "a", "an", "any", "some", "least", "more", "once", "ever"})
_ONCE = ("or more", "at least once")
_TIES = frozenset("with have has had having who that which least whose in".split())
_RANGING = frozenset({"between", "from", "in", "range", "ranging"})
_THROUGH = frozenset({"and", "to", "-", "\u2013", "up", "up to", "through", "including", "till", "until"})
_INCLUSIVE = frozenset({"inclusive", "inclusively", "included", "including", "both"})
_EXCLUSIVE = frozenset({"exclusive", "exclusively", "excluding", "not", "excluded"})
_DUE = frozenset({"due", "deadline"})
_DEADLINES = frozenset({"deadline", "deadlines"})
_EITHER = 2
"""Of more tests than two it is open which the *or* joins."""
_IN_TIME = Phrases({
    **dict.fromkeys(("after", "later than", "past", "beyond", "behind"), ">"),
    **dict.fromkeys(("before", "earlier than", "ahead of", "prior to", "sooner than"), "<"),
    **dict.fromkeys(("on or before", "no later than", "not later than", "not after", "by"), "<="),
    **dict.fromkeys(("on or after", "no earlier than", "not earlier than", "not before"), ">="),
})  # fmt: skip
"""How one date is compared with another."""
_WEEKEND = "((datediff({0}, date '1900-01-01') % 7 + 7) % 7 + 1) in (6, 7)"


class Conditions(Gaps):
    """What is asked of each row by itself."""

    # Columns beside columns and numbers

    def read_compared_columns(self) -> None:
        """``delivered_on > due_on``, ``stock is smaller than the reorder level``."""
        for place, mark in enumerate(self.marks):
            if mark.use or mark.cues.get("compared") not in _OPERATORS or "function" in mark.cues:
                continue
            before, behind = self.name_beside(place, -1), self.name_beside(place, 1)
            if before is not None and behind is not None:
                self._compare(self.marks[before], mark, self.marks[behind])
        for place in range(len(self.marks)):
            self._compare_dates(place)

    def _compare_dates(self, place: int) -> None:
        """``paid past its due date``, ``shipped_on later than promised_on``: one date against another."""
        mark = self.marks[place]
        found = _IN_TIME.match(self.brief.said.tokens, mark.start) if not mark.use else None
        if found is None:
            self._compare_late(place)
            return
        end = place
        while end < len(self.marks) and self.marks[end].start < mark.start + found[0]:
            end += 1
        first, second = self._dated(range(place - 1, place - NEAR, -1)), self._dated(range(end, end + NEAR))
        if first is None or second is None or first[0] == second[0]:
            return
        self.ask([first[0], second[0]], f"{{0}} {found[1]} {{1}}", place)
        for one in (*self.marks[place:end], self.marks[first[1]], self.marks[second[1]]):
            one.use = "filter"

    def _compare_late(self, place: int) -> None:
        """``paid late``: after the one date by which it was due."""
        mark, due = self.marks[place], self._due()
        first = self._dated(range(place - 1, place - NEAR, -1)) if mark.text.lower() == "late" and due else None
        if first is None or due is None or first[0] == due or mark.kind != "other" or self.denied(place) is not None:
            return
        self.ask([first[0], due], "{0} > {1}", place)
        mark.use = self.marks[first[1]].use = "filter"

    def _due(self) -> Link | None:
        """The one date of the rows that is called due, or a deadline."""
        words = self.brief.said.names.column_words
        found = [link for link in self.dates() if _DUE & set(words[link.table, link.column])]
        return found[0] if len(found) == 1 else None

    def _dated(self, places: range) -> tuple[Link, int] | None:
        """The first date that is named there, by its name or by what happened then; nothing else may stand before."""
        for at in places:
            mark = self.at(at)
            link = (
                (self.column(mark, kinds="time") if mark.kind == "name" else self.event(mark)) if not mark.use else None
            )
            if link is None and mark.text.lower() in _DEADLINES and not mark.use:
                link = self._due()
            if link is not None:
                return link, at
            if mark.kind not in ("talk", "done"):
                return None
        return None

    def _compare(self, before: Mark, sign: Mark, behind: Mark) -> None:
        """One column against another of its kind."""
        first, second = self.column(before), self.column(behind)
        if first is None or second is None or first == second:
            return
        is_order = sign.cues["compared"] not in ("=", "<>")
        if is_order and not all(self.is_kind(one, "number") or self.is_kind(one, "time") for one in (first, second)):
            return  # ``repairs under their staff_id``
        types = type_of(self.brief, first), type_of(self.brief, second)
        if all(map(is_time, types)) or all(map(is_number, types)):
            self.ask([first, second], f"{{0}} {sign.cues['compared']} {{1}}", self.marks.index(sign))
            sign.use = before.use = behind.use = "filter"

    def read_numbers(self) -> None:
        """``price above 100``, ``10 or more in stock``."""
        self._ranges()
        for place, mark in enumerate(self.marks):
            found = self._operator(place) if mark.kind == "number" and not mark.use else None
            if found is None:
                continue
            operator, spot = found
            if "share" in self.at(place + 1).cues or self.brief.said.tokens[mark.start].unit:
                raise Unfit("units are not compared")
            link, at = self._subject(spot, place)
            if at is not None:
                self.marks[at].use = "filter"
            mark.use = "filter"
            denied = self.denied(min(at if at is not None else spot, spot))
            if denied is not None and any(one.kind == "or" for one in self.marks[denied:]):
                raise Unfit("it is open what is left out")
            if denied is not None:
                self.marks[denied].use = "filter"
            self.rows.tests.append(Test(operator, mark.number, link=link, is_denied=denied is not None))

    def _operator(self, place: int) -> tuple[str, int] | None:
        """How a number is compared, and where that is said: ``above 100``, ``100 or more``, ``= 100``."""
        before, behind = self.at(place - 1), self.at(place + 1 + bool(self._unit(place)))
        if "compared" in before.cues and not before.use:
            before.use = "filter"
            return before.cues["compared"], place - 1
        if "behind" in behind.cues:
            behind.use = "filter"
            return behind.cues["behind"], place
        return ("=", place - 1) if before.text == "=" else None

    def _subject(self, spot: int, number: int) -> tuple[Link, int | None]:
        """The column that is compared, and where it is named: right before, right behind, or told by the unit."""
        before = range(spot - 1, max(spot - NEAR, -1), -1)
        behind = range(number + 1, min(number + NEAR, len(self.marks)))
        unit = self._unit(number)
        found = self._first_number(before, over=("talk", "done", "denied", "deed"))
        found = found or (None if unit else self._first_number(behind, over=("talk", "done", "behind")))
        measured = [link for link in self._numbers() if unit and unit in self._words(link)]
        if found is None and len(measured) == 1:
            found = measured[0], None
        if found is None and not unit:
            found = self._compared_before(spot) or self._only_number(spot)
        if found is None:
            raise Unfit("it is open which number is compared")
        if unit:
            if unit not in self._words(found[0]):
                raise Unfit("units are not compared")
            self.marks[number + 1].use = "filter"
        return found

    def _compared_before(self, spot: int) -> tuple[Link, None] | None:
        """``salary >= 60000 and <= 80000``: the column of the limit that stands right before."""
        at = spot - 1 if "compared" in self.at(spot).cues else spot
        while self.at(at).kind in ("and", "or", "talk", "behind") or (
            self.at(at).kind == "denied" and not self.at(at).use
        ):
            at -= 1
        is_limit = self.at(at).kind == "number" and self.at(at).use == "filter"
        link = self.rows.tests[-1].link if is_limit and self.rows.tests else None
        return (link, None) if link is not None else None

    def _only_number(self, spot: int) -> tuple[Link, None] | None:
        """``invoices over 200``: the one amount that the rows have, right behind their name."""
        at = spot - 1
        while self.at(at).kind in ("talk", "done", "money", "deed"):
            at -= 1
        is_of_rows = self.fact in self.at(at).tables and self.marks[spot].cues.get("compared", "=") != "="
        link = self.amount() if is_of_rows and self.brief.said.amounts(self.fact) else None
        for mark in self.marks[at + 1 : spot] if link is not None else ():
            mark.use = mark.use or ("filter" if mark.text.lower() == "worth" else "")
        return (link, None) if link is not None else None

    def _ranges(self) -> None:
        """``salary between 60000 and 80000``, ``prices from 5 to 10``, ``60000-80000 (inclusive)``: both ends count."""
        for place, mark in enumerate(self.marks):
            second = self._range_end(place) if mark.kind == "number" and not mark.use else None
            if second is None:
                continue
            lead = self.at(place - 1).text.lower() in _RANGING
            if not lead and self.marks[place + 1].text.lower() not in ("-", "\u2013"):
                continue
            words = {self.marks[at].text.lower() for at in range(place + 1, min(second + 4, len(self.marks)))}
            if words & _EXCLUSIVE or self.brief.said.tokens[mark.start].unit:
                raise Unfit("it is open whether the ends count")
            link, at = self._subject(place - lead, second)
            self.ask([link], f"{{0}} between {mark.number} and {self.marks[second].number}", place)
            for one in (*self.marks[place - lead : second + 1], *([self.marks[at]] if at is not None else [])):
                one.use = "filter"
            for one in self.marks[second + 1 : second + 4]:
                if one.text.lower() in _INCLUSIVE:
                    one.use = "filter"

    def _range_end(self, place: int) -> int | None:
        """Where the second number stands, behind *and*, *to* or a dash."""
        at = place + 1
        while self.at(at).text.lower() in _THROUGH:
            at += 1
        is_end = at > place + 1 and self.at(at).kind == "number" and not self.at(at).use
        return at if is_end and not self.is_compared(at) else None

    def _unit(self, number: int) -> str:
        """``kg`` behind a number, as columns have it in their names; empty where no column of the rows does."""
        mark = self.at(number + 1)
        word = self.brief.lemmas[mark.start] if mark.end - mark.start == 1 else ""
        unit = UNITS.get(word, word)
        is_unit = word in UNITS or word in UNITS.values()
        return unit if is_unit and any(unit in self._words(link) for link in self._numbers()) else ""

    def _numbers(self) -> list[Link]:
        return [Link(self.fact, name, 1.0) for name in self.brief.said.numbers(self.fact)]

    def _words(self, link: Link) -> tuple[str, ...]:
        return self.brief.said.names.column_words[link.table, link.column]

    def _first_number(self, places: range, *, over: tuple[str, ...]) -> tuple[Link, int] | None:
        """The first column of numbers, with where it is named; marks of some kinds may stand in between."""
        for at in places:
            mark = self.marks[at]
            link = self.column(mark, kinds="number") if mark.kind == "name" and not mark.use else None
            if link is not None:
                return link, at
            if mark.kind not in over:
                break
        return None

    # Dates

    def read_weekends(self) -> None:
        """``on a weekend``: Saturday or Sunday."""
        for place, mark in enumerate(self.marks):
            if mark.text.lower() in WEEKENDS and mark.kind == "other":
                if self.denied(place) is not None:
                    raise Unfit("weekends are not denied")
                self.ask([self.date(place)], _WEEKEND, place)
                mark.use = "filter"
        read_days_of_week(self)

    # Rows of other tables

    def read_existence(self) -> None:
        """``with at least one rental``, ``that were never rented``, ``who have a cancelled order``."""
        for place, mark in enumerate(self.marks):
            child = self.child(mark) if mark.kind in ("name", "deed") and not mark.use else None
            if child is not None:
                self._exists(child, place)

    def _is_tied(self, place: int) -> bool:
        """``with orders``, ``who have a late one``: that there is a row of the other table."""
        start = self.marks[place].start
        is_said = self.at(place + 1).text.lower() in ("exists", "exist")
        return is_said or bool(_TIES & set(self.brief.words[max(start - NEAR, 0) : start]))

    def _exists(self, child: TableRef, place: int) -> None:
        """The rows have one of another table, or none."""
        mark, denied = self.marks[place], self.denied(place)
        if mark.kind == "name" and denied is None and not self._is_tied(place):
            raise Unfit("it is open what the other table is for")
        one = Existence(child, is_denied=denied is not None, where=list(mark.where))
        if denied is not None:
            self.marks[denied].use = "filter"
        mark.use = "filter"
        for at in range(max(place - NEAR, 0), place):
            self._qualify(one, at)
        self._use_up_once(place)
        if any(known.table == child for known in self.rows.existence):
            raise Unfit("the other table is named twice")
        self.rows.existence.append(one)

    def _qualify(self, one: Existence, at: int) -> None:
        """``a cancelled order``, ``at least one order``: which row of the other table, and that one is enough."""
        mark, behind = self.marks[at], self.at(at + 1)
        spots = {(v.table, v.column, v.value) for v in mark.values if v.table == one.table}
        if len(spots) == 1 and not mark.use and mark.kind == "name":
            ((_, column, value),) = spots
            one.picked.append((column, value))
            mark.use = "filter"
        elif mark.text.lower() in _ONE and not mark.use:
            mark.use = "filter"
        elif mark.cues.get("compared") == ">=" and behind.text.lower() in ("one", "1"):
            mark.use = behind.use = "filter"

    def _use_up_once(self, place: int) -> None:
        """``rented at least once``, ``one or more rentals``: one row is enough, which goes without saying."""
        for phrase in _ONCE:
            near = [mark for mark in (self.at(place - 1), self.at(place + 1)) if mark.text.lower() == phrase]
            if near:
                near[0].use = "filter"

    # All of them together

    def read_alternatives(self) -> None:
        """``price below 80 or stock = 0``: either of two tests."""
        found = [place for place, mark in enumerate(self.marks) if mark.kind == "or" and not mark.use]
        if len(found) != 1:
            return
        rows = self.rows
        used = [place for place, mark in enumerate(self.marks) if mark.use == "filter"]
        is_between = any(place < found[0] for place in used) and any(place > found[0] for place in used)
        tests = len(rows.tests) + len(rows.conditions) + len(self.gist.picked)
        if is_between and tests == _EITHER and not self.gist.spans:
            self.marks[found[0]].use = "filter"
            rows.is_any = True
            for mark in self.marks[: found[0]]:
                mark.use = mark.use or ("filter" if mark.text.lower() == "either" else "")
