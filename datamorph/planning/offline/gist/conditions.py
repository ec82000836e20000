"""Conditions of rows: columns that are compared, gaps, flags, parts of texts, and rows of other tables."""

from __future__ import annotations

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Existence, RowGist, Test
from datamorph.planning.offline.gist.wheres import Wheres
from datamorph.planning.offline.gist.words import WEEKENDS
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, nulls, type_of

NEAR = 6
"""So many marks away, words still belong together."""
_OPERATORS = frozenset({">", "<", ">=", "<=", "=", "<>"})
_ONE = frozenset({"one", "1", "a", "an", "any", "some", "least", "more", "once", "ever"})
_ONCE = ("or more", "at least once")
_TIES = frozenset("with have has had having who that which least whose in".split())
_LACKING = frozenset({"without", "no", "lacking", "lack", "lacks"})
_HAVING = frozenset({"with", "have", "having", "has"})
_ANSWERS = {"true": True, "yes": True, "false": False, "no": False}
_EITHER = 2
"""Of more tests than two it is open which the *or* joins."""
_WEEKEND = "((datediff({0}, date '1900-01-01') % 7 + 7) % 7 + 1) in (6, 7)"


class Conditions(Wheres):
    """What is asked of each row by itself."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rows = RowGist(self.fact)

    def name_beside(self, place: int, step: int) -> int | None:
        """The name right beside, over words that ask for nothing."""
        at = place + step
        while 0 <= at < len(self.marks) and (self.marks[at].kind in ("talk", "done") and abs(at - place) < NEAR):
            at += step
        is_name = 0 <= at < len(self.marks) and self.marks[at].kind == "name" and not self.marks[at].use
        return at if is_name else None

    # Columns beside columns and numbers

    def read_compared_columns(self) -> None:
        """``delivered_on > due_on``, ``stock is smaller than the reorder level``."""
        for place, mark in enumerate(self.marks):
            if mark.use or mark.cues.get("compared") not in _OPERATORS:
                continue
            before, behind = self.name_beside(place, -1), self.name_beside(place, 1)
            if before is not None and behind is not None:
                self._compare(self.marks[before], mark, self.marks[behind])

    def _compare(self, before: Mark, sign: Mark, behind: Mark) -> None:
        """One column against another of its kind."""
        first, second = self.column(before), self.column(behind)
        if first is None or second is None or first == second:
            return
        types = type_of(self.brief, first), type_of(self.brief, second)
        if all(map(is_time, types)) or all(map(is_number, types)):
            self.rows.conditions.append(([first, second], f"{{0}} {sign.cues['compared']} {{1}}"))
            sign.use = before.use = behind.use = "filter"

    def read_numbers(self) -> None:
        """``price above 100``, ``10 or more in stock``."""
        for place, mark in enumerate(self.marks):
            found = self._operator(place) if mark.kind == "number" and not mark.use else None
            if found is None:
                continue
            operator, spot = found
            if "share" in self.at(place + 1).cues or self.brief.said.tokens[mark.start].unit:
                raise Unfit("units are not compared")
            link, at = self._subject(spot, place)
            self.marks[at].use = mark.use = "filter"
            denied = self.denied(min(at, spot))
            if denied is not None:
                self.marks[denied].use = "filter"
            self.rows.tests.append(Test(operator, mark.number, link=link, is_denied=denied is not None))

    def _operator(self, place: int) -> tuple[str, int] | None:
        """How a number is compared, and where that is said: ``above 100``, ``100 or more``, ``= 100``."""
        before, behind = self.at(place - 1), self.at(place + 1)
        if "compared" in before.cues and not before.use:
            before.use = "filter"
            return before.cues["compared"], place - 1
        if "behind" in behind.cues:
            behind.use = "filter"
            return behind.cues["behind"], place
        return ("=", place - 1) if before.text == "=" else None

    def _subject(self, spot: int, number: int) -> tuple[Link, int]:
        """The column that is compared: right before, else right behind."""
        before = range(spot - 1, max(spot - NEAR, -1), -1)
        behind = range(number + 1, min(number + NEAR, len(self.marks)))
        found = self._first_number(before, over=("talk", "done", "denied", "deed"))
        found = found or self._first_number(behind, over=("talk", "done", "behind"))
        if found is None:
            raise Unfit("it is open which number is compared")
        return found

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

    # Gaps and flags

    def read_empty(self) -> None:
        """``phone is empty``, ``credit_limit not null``, ``without a phone``."""
        for place, mark in enumerate(self.marks):
            text = mark.text.lower()
            if mark.use:
                continue
            if "missing" in text and self.at(place + 1).text.lower() in ("from", "in"):
                mark.kind, mark.cues = "denied", {}
            elif "empty" in mark.cues:
                self._empty(self._column_beside(place), is_empty=bool(mark.cues["empty"]))
                mark.use = "filter"
            elif text in _LACKING and self._is_lacking(place):
                self._empty(self.name_beside(place, 1), is_empty=True)
                mark.use = "filter"

    def read_having(self) -> None:
        """``customers with a credit limit``: that have one."""
        for place, mark in enumerate(self.marks):
            is_one = self.at(place + 1).text.lower() in ("a", "an") and mark.text.lower() in _HAVING
            at = self.name_beside(place, 1) if is_one else None
            link = self.column(self.marks[at]) if at is not None else None
            if link is not None and at is not None and not self.marks[at].values and nulls(self.brief, link):
                self._empty(at, is_empty=False)

    def _is_lacking(self, place: int) -> bool:
        """True for ``without a phone``; ``without phone and email`` may be about what is shown."""
        at = self.name_beside(place, 1)
        if at is None or self.rows.is_whole:
            return False
        mark, after = self.marks[at], self.at(at + 1)
        is_listed = after.text in (",", "and")
        return self.column(mark) is not None and not self._child(mark) and not is_listed and not mark.values

    def _column_beside(self, place: int) -> int | None:
        """The column right before, else right behind, that no table is named by as well."""
        for step in (-1, 1):
            at = self.name_beside(place, step)
            mark = self.marks[at] if at is not None else None
            if mark is not None and self.column(mark) is not None and (not mark.tables or mark.columns[0].score >= 1.0):
                return at
        return None

    def _empty(self, at: int | None, *, is_empty: bool) -> None:
        """The column that is named there has no value, or has one; a flag has one where it is true."""
        link = self.column(self.marks[at]) if at is not None else None
        if link is None or at is None:
            raise Unfit("it is open what is empty")
        if self.denied(at) is not None:
            raise Unfit("two words turn it round")
        self.marks[at].use = "filter"
        if type_of(self.brief, link) == "boolean" and not is_empty:
            self.rows.conditions.append(([link], "{0}"))
        else:
            self.rows.conditions.append(([link], "{0} is null" if is_empty else "{0} is not null"))

    def read_flags(self) -> None:
        """``discontinued``, ``not rush``: a column of yes and no."""
        for place, mark in enumerate(self.marks):
            link = self.column(mark) if mark.kind == "name" and not mark.use else None
            if link is not None and type_of(self.brief, link) == "boolean":
                is_true = self._is_true(place)
                mark.use = "filter"
                self.rows.conditions.append(([link], "{0}" if is_true else "not {0}"))

    def _is_true(self, place: int) -> bool:
        """``rush = true``, ``not rush``: what a flag says; alone in a list it may be a column that is shown."""
        said = [self.marks[i] for i in range(place - 2, place + 4) if 0 <= i < len(self.marks)]
        answers = [mark for mark in said if mark.text.lower() in _ANSWERS and not mark.use]
        if answers:
            answers[0].use = "filter"
            return _ANSWERS[answers[0].text.lower()]
        denied = self.denied(place)
        if denied is not None:
            self.marks[denied].use = "filter"
        elif self.is_listed(place):
            raise Unfit("it is open whether the flag is shown")
        return denied is None

    # Texts and dates

    def read_likes(self) -> None:
        """``SKU starts with 'TB-'``, ``names containing Drawer``."""
        for place, mark in enumerate(self.marks):
            if "like" not in mark.cues or mark.use:
                continue
            behind = self.at(self.next(place + 1))
            text = behind.text.strip("'\"") if behind.kind == "text" else behind.text if behind.kind == "other" else ""
            at = self.name_beside(place, -1)
            link = self.column(self.marks[at]) if at is not None else self._own_label(place)
            if not text or link is None or type_of(self.brief, link) != "string":
                raise Unfit("it is open which text is compared")
            if mark.text.lower() == "like" and "%" not in text:
                raise Unfit("it may be an example")
            if self.denied(at if at is not None else place) is not None:
                raise Unfit("texts are not denied")
            if mark.text.lower() not in ("like", "is like") and ("%" in text or "_" in text):
                raise Unfit("it would stand for any letter")
            escaped = text.replace("'", "''").replace("{", "{{").replace("}", "}}")
            self.rows.conditions.append(([link], mark.cues["like"].replace("{1}", escaped)))
            mark.use = behind.use = "filter"
            if at is not None:
                self.marks[at].use = "filter"

    def _own_label(self, place: int) -> Link | None:
        """``whose name contains``: the name of the rows."""
        before = self.at(place - 1)
        label = label_of(self.brief, self.fact)
        if before.kind != "label" or not label:
            return None
        before.use = "filter"
        return Link(self.fact, label, 1.0)

    def read_weekends(self) -> None:
        """``on a weekend``: Saturday or Sunday."""
        for place, mark in enumerate(self.marks):
            if mark.text.lower() in WEEKENDS and mark.kind == "other":
                if self.denied(place) is not None:
                    raise Unfit("weekends are not denied")
                self.rows.conditions.append(([self.date(place)], _WEEKEND))
                mark.use = "filter"

    # Rows of other tables

    def read_existence(self) -> None:
        """``with at least one rental``, ``that were never rented``, ``who have a cancelled order``."""
        for place, mark in enumerate(self.marks):
            child = self._child(mark) if mark.kind in ("name", "deed") and not mark.use else None
            if child is not None:
                self._exists(child, place)

    def _child(self, mark: Mark) -> TableRef | None:
        """A table whose rows belong to these."""
        between = self.brief.said.relations.between
        found = [t for t in mark.tables if t not in self.near and len(between(t, self.fact)) == 1]
        return found[0] if len(found) == 1 else None

    def _is_tied(self, place: int) -> bool:
        """``with orders``, ``who have a late one``: that there is a row of the other table."""
        start = self.marks[place].start
        return bool(_TIES & set(self.brief.words[max(start - NEAR, 0) : start]))

    def _exists(self, child: TableRef, place: int) -> None:
        """The rows have one of another table, or none."""
        mark, denied = self.marks[place], self.denied(place)
        if mark.kind == "name" and denied is None and not self._is_tied(place):
            raise Unfit("it is open what the other table is for")
        one = Existence(child, is_denied=denied is not None)
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
