"""What rows are grouped by: columns, things with their names, parts of the calendar."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Key
from datamorph.planning.offline.gist.wheres import Wheres
from datamorph.planning.offline.gist.words import DOING, RHYTHMS
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of

_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_BESIDE = frozenset({"with", "including", "showing", "along with", "together with"})
_TELLING = frozenset({"of", "they", "it", "when", "that", "he", "she"})
_CLOSE = 3
"""So many marks behind a part of the calendar it is told of what it is."""
_TIED = frozenset({",", "/", "+", "|"})


class Keys(Wheres):
    """Keys of groups."""

    def read_numbers_of_parts(self) -> None:
        """``the quarter number of paid_on``: how a part of the calendar is written."""
        for place, part in enumerate(self.marks):
            number, behind = self.at(place + 1), self.at(place + 2)
            is_of_date = (
                number.text.lower() in ("number of", "numbers of") and self.column(behind, kinds="time") is not None
            )
            if "part" in part.cues and (number.text.lower() in ("number", "numbers", "num") or is_of_date):
                number.kind, number.cues = "form", {"form": "number"}

    def read_repeated(self) -> None:
        """``city by city``: one mention is enough."""
        for place in range(len(self.marks) - 2):
            first, by, second = self.marks[place : place + 3]
            if "per" in by.cues and first.kind == second.kind == "name" and first.text.lower() == second.text.lower():
                first.use = "key"

    def read_keys(self) -> None:
        """``per club``, ``for each city of the club``, ``monthly``."""
        place = 0
        while place < len(self.marks):
            mark = self.marks[place]
            is_rhythm = "part" in mark.cues and mark.text.lower().split()[0] in RHYTHMS and not mark.use
            if is_rhythm:
                self.part(place)
            elif mark.text.lower() == "by" and not mark.use and self._is_doer(place):
                mark.use = self.marks[self.next(place + 1)].use = "who did it"
            elif "per" in mark.cues and not mark.use and self._is_per_row(place):
                mark.use = self.marks[self.next(place + 1)].use = "of each row"
            elif "order" in self.at(place - 1).cues and mark.text.lower() == "by" and not self.at(place - 1).columns:
                pass  # ``desc by channel`` tells the order
            elif "per" in mark.cues and not mark.use and (end := self._listed_keys(place + 1)) is not None:
                mark.use = "per"
                place = end - 1
            place += 1

    def _is_doer(self, place: int) -> bool:
        """``payment made by members``: who did it, and no key, which would be *by member*."""
        before, doer = self.at(place - 1), self.at(self.next(place + 1))
        is_done = before.kind == "deed" or before.text.lower() in DOING
        return is_done and doer.kind == "name" and bool(doer.tables) and self.is_plural(doer)

    def _is_per_row(self, place: int) -> bool:
        """``average minutes per visit``: the average is over visits anyway."""
        at = self.next(place + 1)
        is_fact = at < len(self.marks) and self.table(self.marks[at]) == self.fact
        return is_fact and any(mark.cues.get("function") == "avg" for mark in self.marks)

    def _listed_keys(self, place: int) -> int | None:
        """Keys that stand behind ``per``; None where none does."""
        end = None
        while True:
            at = self.next(place, skip=("talk", "done", "distinct") if end is None else ("talk", "done", "per"))
            if at >= len(self.marks) or not self.key(at):
                return end
            for mark in self.marks[place:at]:
                mark.use = "per" if "distinct" in mark.cues else mark.use
            end = place = self._behind_key(at)
            after = self.next(place)
            is_tied = after < len(self.marks) and (self.marks[after].kind == "and" or self.marks[after].text in _TIED)
            if not is_tied:
                return end
            place = after + 1
            then = self.next(place, skip=("talk", "done", "per"))
            self._refuse_owned(place, then)
            is_beside = any(mark.text.lower() in _BESIDE for mark in self.marks[place:then])
            if is_beside or not self._could_be_key(then):
                return end

    def _refuse_owned(self, place: int, then: int) -> None:
        """``lowest lap per club and the skater``, ``per club, also the gate``: of the one row, and no key."""
        words = {mark.text.lower() for mark in self.marks[place:then]}
        is_extreme = any(mark.cues.get("function") in ("min", "max") for mark in self.marks[:place])
        if is_extreme and ("also" in words or ("the" in words and self.at(then).tables)):
            raise Unfit("it may be of the one row")

    def _behind_key(self, place: int) -> int:
        """Behind a key and what tells whose it is: ``city of the member's home club``."""
        end = place + 1
        while True:
            at = self.next(end)
            is_tied = at > end and any(self.marks[i].text.lower() in ("of", "for", "in") for i in range(end, at))
            if not is_tied or at >= len(self.marks) or not self._qualifies(at):
                return end
            while at < len(self.marks) and self._qualifies(at):
                self.marks[at].use = "whose"
                end = at + 1
                at = self.next(end)

    def _qualifies(self, place: int) -> bool:
        """A thing on the way from the rows to the key."""
        mark = self.marks[place]
        if mark.use or mark.kind not in ("name", "deed") or mark.values or self.table(mark) == self.fact:
            return False
        link = self.column(mark, kinds="key")
        return self.table(mark) is not None or (link is not None and self.refers(link))

    def _could_be_key(self, place: int) -> bool:
        if place >= len(self.marks) or self.marks[place].use:
            return False
        mark = self.marks[place]
        is_plural = mark.text.lower() != self.brief.lemmas[mark.end - 1] and bool(mark.tables)
        if "part" in self.at(place + 1).cues and self.event(mark) is not None:
            return True  # ``kind and issue year``
        return "part" in mark.cues or (mark.kind == "name" and not is_plural and (
            self.column(mark, kinds="key") is not None))  # fmt: skip

    def key(self, place: int) -> bool:
        """Take a mark for a key, if it can be one."""
        mark = self.marks[place]
        behind = self.marks[place + 1] if place + 1 < len(self.marks) else None
        if behind is not None and behind.kind == "name" and self._qualifies(place) and self.column(behind, kinds="key"):
            mark.use = "whose"  # ``home club city``
            return self.key(place + 1)
        if behind is not None and "part" in behind.cues and not mark.use and self.event(mark) is not None:
            mark.use = "date"  # ``issue year``
            return self.key(place + 1)
        if "part" in mark.cues and not mark.use and self.column(mark, kinds="key") is None:
            return self.part(place)
        return mark.use in ("", "key") and self._column_or_thing(place)

    def _column_or_thing(self, place: int) -> bool:
        """Take the name of a column or of a table for a key."""
        mark = self.marks[place]
        link = self.column(mark, kinds="key") if mark.kind == "name" else None
        if any(known.part and known.link == link for known in self.gist.keys):
            mark.use = "date"
            return True
        table = self.table(mark) if mark.kind == "name" else None
        if table is not None and (link is None or not mark.columns or mark.columns[0].score < 1.0):
            key = self._thing(table, place)
        elif link is not None:
            label = label_of(self.brief, link.table)
            key = Key(link, owner=link.table if link.column == label and link.table != self.fact else None)
        else:
            return False
        mark.use = "key"
        key.place, key.is_spelled = place, mark.text.lower() == key.link.column.lower()
        self.add_key(key)
        return True

    def _thing(self, table: TableRef, place: int) -> Key:
        """``per club``: the column that refers to it, or its name where that is said."""
        if table == self.fact:
            raise Unfit("each row would be a group")
        label = label_of(self.brief, table)
        labelled = [mark for mark in self.marks if not mark.use and self._is_column(mark, table, label)]
        names = [mark for i, mark in enumerate(self.marks) if mark.kind == "label" and not mark.use
                 and self.labelled(i) in (None, table)]  # fmt: skip
        if labelled or names:
            for mark in labelled or names[:1]:
                mark.use = "key"
            if not label:
                raise Unfit("it has no one name")
            return Key(Link(table, label, 1.0), owner=table)
        path = next((hops for hops in self.brief.said.relations.paths(self.fact, table)), ())
        if len(path) != 1 or len(path[0]) != 1 or len(path[0][0].columns) != 1:
            raise Unfit("it is not clear what tells them apart")
        return Key(Link(self.fact, path[0][0].columns[0], 1.0))

    def part(self, place: int) -> bool:
        """A part of the calendar, and how it is written."""
        mark = self.marks[place]
        part = mark.cues["part"]
        link = self._happening(place) or self.date(place)
        form = self.form(place)
        mark.use = "key"
        self.add_key(Key(link, part, form, place=place))
        return True

    def _happening(self, place: int) -> Link | None:
        """``the year of issue``, ``the hour they start in``: the date of what is said to happen, right behind."""
        if self.at(place + 1).text.lower() not in _TELLING:
            return None
        for at in range(place + 2, place + 2 + _CLOSE):
            mark = self.at(at)
            if (link := self.event(mark)) is not None and mark.kind != "name":
                mark.use = mark.use or "date"
                return link
            if mark.kind != "talk":
                break
        return None

    def form(self, place: int) -> str:
        """What is said of how the part is written, around it."""
        mark = self.marks[place]
        if mark.cues["part"] in ("year", "day"):
            return ""
        if "form" in mark.cues:
            return str(mark.cues["form"])
        beside = self._number_beside(place) or self._label_beside(place)
        if beside:
            return beside
        for step in (1, 2, 3, 4, 5, -1, -2):
            at = place + step
            if 0 <= at < len(self.marks) and "form" in self.marks[at].cues and not self.marks[at].use:
                self.marks[at].use = "form"
                return str(self.marks[at].cues["form"])
        return ""

    def _number_beside(self, place: int) -> str:
        """``month number``: the word right there, unless it counts something."""
        for step in (1, 2, -1):
            near = self.at(place + step)
            is_number = near.kind == "count" and near.text.lower() in ("number", "numbers")
            if is_number and not near.use and not self._is_of(place + step):
                near.use, near.kind, near.cues = "form", "form", {}
                return "number"
        return ""

    def _label_beside(self, place: int) -> str:
        """``name of the weekday``."""
        if self.marks[place].cues["part"] not in ("weekday", "month"):
            return ""
        near = [m for m in self.marks[max(place - 3, 0) : place + 4] if m.kind == "label" and not m.use]
        if not near:
            return ""
        near[0].use = "form"
        return "name"

    def _is_column(self, mark: Mark, table: TableRef, column: str) -> bool:
        found = self.column(mark)
        return found is not None and (found.table, found.column) == (table, column)

    def _is_of(self, place: int) -> bool:
        """``number of visits``: of what stands behind."""
        return self.marks[place].text.lower().endswith(" of") or self.at(place + 1).text.lower() == "of"

    def add_key(self, key: Key) -> None:
        """Group by it, once."""
        same = [
            k
            for k in self.gist.keys
            if (k.link.table, k.link.column, k.part) == (key.link.table, key.link.column, key.part)
        ]
        if same:
            same[0].form = same[0].form or key.form
            same[0].is_spelled = same[0].is_spelled or key.is_spelled
            same[0].place = max(same[0].place, key.place)
        else:
            self.gist.keys.append(key)

    def read_values_as_keys(self) -> None:
        """``card vs cash vs transfer: what does each add up to``: every value of a column is one of its groups."""
        held: dict[tuple[TableRef, str], list[Mark]] = {}
        for mark in self.marks:
            spots = {(v.table, v.column) for v in mark.values if v.table in self.near and not mark.use}
            if len(spots) == 1:
                held.setdefault(next(iter(spots)), []).append(mark)
        for (table, column), marks in held.items():
            if len(marks) > 1 and self._are_all(table, column, marks):
                self._refuse_apart(marks)
                for mark in marks:
                    mark.use = "key"
                self.add_key(Key(Link(table, column, 1.0), place=self.marks.index(marks[0])))

    def _refuse_apart(self, marks: list[Mark]) -> None:
        """``sum for card and sum for cash``, ``for card and cash per club``: a number for each, or one for both."""
        between = self.marks[self.marks.index(marks[0]) : self.marks.index(marks[-1])]
        is_measured = any("function" in mark.cues or "count" in mark.cues for mark in between)
        if is_measured or (self.gist.keys and any(mark.kind == "and" for mark in between)):
            raise Unfit("each value may be a number of its own")

    def _are_all(self, table: TableRef, column: str, marks: list[Mark]) -> bool:
        """True where they name every value that the column is known to hold."""
        known = self.brief.said.tables[table].profile.columns.get(column)
        every = {value for value in (known.values if known else ()) if isinstance(value, str)}
        said = {v.value for mark in marks for v in mark.values if (v.table, v.column) == (table, column)}
        return bool(every) and said == every

    def read_weekdays(self) -> None:
        """``(Monday, Tuesday, ...)``, ``week shown as its Monday``: how the key is written."""
        days = [mark for mark in self.marks if not mark.use and mark.text.lower().rstrip("s") in _DAYS]
        keys = [key for key in self.gist.keys if key.part in ("weekday", "week")]
        if len(keys) == 1 and days:
            if keys[0].part == "week" and {day.text.lower().rstrip("s") for day in days} != {"monday"}:
                raise Unfit("weeks begin on Monday")
            keys[0].form = "name" if keys[0].part == "weekday" else "start"
            for day in days:
                day.use = "form"
