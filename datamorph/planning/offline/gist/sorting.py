"""How many rows are wanted and in which order: ``the ten most recent``, ``sorted by price, smallest first``."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.conditions import NEAR, Conditions
from datamorph.planning.offline.gist.marks import Mark, is_table
from datamorph.planning.offline.gist.shape import Made
from datamorph.planning.offline.gist.words import IN_TIME
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, type_of

_MOST = 1000
_CLOSE = 4
_LIMITS = frozenset({"limit", "first", "top"})
_BEFORE_LIMITS = _LIMITS | {"only", "the", "keep"}
_OLDEST = frozenset({"earliest", "oldest", "first"})
_CHRONOLOGICAL = frozenset({"chronologically", "in chronological order"})
_PLAIN_ORDERS = frozenset({"alphabetical", "alphabetically", "in alphabetical order", "a-z", "a to z", "from a to z"})
_BEFORE_KEYS = frozenset({",", "by", "on", "then", "the", "its", "their", "our", "my", "it", "them", "table", "sheet",
                          "list", "of", "also", "rows", "result", "output", "by the", "all"})  # fmt: skip
_EITHER = frozenset({"ascending", "descending", "asc", "desc", "sorted ascending", "sorted descending", "sorted asc",
                     "sorted desc", "in ascending order", "in descending order"})  # fmt: skip
_OF = frozenset({"of", "by"})
_RECENT = frozenset({"most recent", "most recently"})


class Sorting(Conditions):
    """Rows in an order, all of them or those that come first."""

    # How many

    def read_limit(self) -> None:
        """``first 5``, ``limit 10``, ``the ten most recent``, ``5 orders with the largest total``."""
        leaders = [place for place, mark in enumerate(self.marks) if not mark.use and _is_leader(mark)]
        numbers = [place for place in range(len(self.marks)) if self._is_limit(place)]
        if not numbers:
            return
        if len(numbers) > 1:
            raise Unfit("it is open how many rows are wanted")
        place = numbers[0]
        before = self.at(place - 1)
        text = before.text.lower()
        if not (leaders or text in _BEFORE_LIMITS):
            return
        if any("per" in mark.cues and not mark.use for mark in self.marks):
            self._by_order()
        self.rows.count = int(self.marks[place].number)
        self.marks[place].use = "how many"
        if text in _LIMITS:
            before.use = "how many"
            leaders = [i for i in leaders if i != place - 1] if text != "top" else leaders
        self._leading(leaders)

    def _is_limit(self, place: int) -> bool:
        """True for a whole number that nothing is compared with."""
        mark = self.marks[place]
        is_whole = mark.kind == "number" and not mark.use and isinstance(mark.number, int)
        return is_whole and 0 < mark.number < _MOST and not self.is_compared(place)

    def _by_order(self) -> None:
        """``the last ten orders by order date``."""
        for place, mark in enumerate(self.marks):
            if "per" not in mark.cues or mark.use:
                continue
            at = self.name_beside(place, 1)
            link = self.column(self.marks[at]) if at is not None and mark.text.lower() == "by" else None
            if link is None or at is None or self.rows.order:
                raise Unfit("the first of each")
            mark.use = self.marks[at].use = "order"
            leaders = [one for one in self.marks if _is_leader(one)]
            if len(leaders) != 1:
                raise Unfit("it is open which come first")
            first = leaders[0].text.lower()
            is_desc = first not in _OLDEST if first in IN_TIME else bool(leaders[0].cues["leader"])
            leaders[0].use = "order"
            self.rows.order.append((link, is_desc))

    def _leading(self, leaders: list[int]) -> None:
        """By what the first rows come first."""
        if len(leaders) > 1:
            raise Unfit("it is open what comes first")
        for leader in leaders:
            mark = self.marks[leader]
            if mark.use:
                continue
            text = mark.text.lower()
            is_in_time = text in IN_TIME or text in _RECENT
            is_desc = text not in _OLDEST if is_in_time else bool(mark.cues.get("leader"))
            link = self._sortable_behind(leader, in_time=is_in_time)
            if link is None and is_in_time and len(self.dates()) == 1:
                link = self.dates()[0]
            if link is None:
                raise Unfit("it is open by what the first come first")
            mark.use = "order"
            self.rows.order.append((link, is_desc))

    def _sortable_behind(self, leader: int, *, in_time: bool) -> Link | None:
        """``5 orders with the largest total``: the first date or number close behind."""
        for mark in self.marks[leader + 1 : leader + NEAR]:
            is_open = mark.kind == "name" and not mark.use
            link = self.column(mark, kinds="time" if in_time else "number") if is_open else None
            if link is not None:
                mark.use = "order"
                return link
        return None

    # In which order

    def read_sorts(self) -> None:
        """``sorted by price, smallest first``, ``order by category, price desc``."""
        for place, mark in enumerate(self.marks):
            if "sort" in mark.cues and not mark.use:
                mark.use = "order"
                self._sort_keys(place + 1)
        self._by_date()
        for mark in self.marks:
            if "order" in mark.cues and not mark.use:
                link = self.column(mark) if mark.columns else None
                if not self.rows.order or (link is not None and link != self.rows.order[-1][0]):
                    self.rows.order.append((self._directed(mark), False))
                    self._turn_last(mark)
                    continue
                if len(self.rows.order) != 1:
                    raise Unfit("it is open what is in that order")
                self._turn_last(mark)

    def _by_date(self) -> None:
        """``vets by hire date, earliest first``: in which order they stand."""
        is_directed = any("order" in mark.cues and not mark.use for mark in self.marks)
        for place, mark in enumerate(self.marks):
            at = self.name_beside(place, 1) if mark.text.lower() == "by" and not mark.use else None
            link = self.column(self.marks[at]) if at is not None and not is_table(self.marks[at]) else None
            if link is not None and at is not None and is_directed and not self.rows.order:
                mark.use = self.marks[at].use = "order"
                self.rows.order.append((link, False))

    def _directed(self, mark: Mark) -> Link | Made:
        """What is in an order that only its direction tells: ``oldest first``, ``in chronological order of hiring``."""
        place = self.marks.index(mark)
        link = self.column(mark, kinds="time" if mark.in_time else "any") or self._of_what(place)
        if link is not None:
            return link
        if mark.in_time or mark.text.lower() in _CHRONOLOGICAL:
            return self.date()
        one = self._one_made()
        if one is not None:
            return one
        return self._only_named(mark.text.lower())

    def _only_named(self, text: str) -> Link:
        """The one column that may be meant: the only text for *A to Z*, the only number for *highest first*."""
        open_marks = [mark for mark in self.marks if mark.kind == "name" and not mark.use and not is_table(mark)]
        named = {link for mark in open_marks if (link := self.column(mark)) is not None}
        is_text = text in _PLAIN_ORDERS
        if text not in _EITHER:
            named = {link for link in named if (type_of(self.brief, link) == "string") == is_text}
            named = named if is_text else {link for link in named if self.is_kind(link, "number")}
        if len(named) != 1:
            raise Unfit("it is open what is in that order")
        return next(iter(named))

    def _of_what(self, place: int) -> Link | None:
        """``in descending order of amount``, ``in order of hiring``."""
        tie = self.at(place + 1)
        if tie.text.lower() not in _OF:
            return None
        at = self.next(place + 2)
        label = label_of(self.brief, self.fact)
        if self.at(at).kind == "label" and label:
            tie.use = self.marks[at].use = "order"
            return Link(self.fact, label, 1.0)
        link = self.column(self.at(at)) if self.at(at).kind == "name" else self.event(self.at(at))
        if link is not None:
            tie.use = "order"
            self.marks[at].use = self.marks[at].use or "order"
        return link

    def _sort_keys(self, place: int) -> None:
        """The columns behind ``sorted by``, each with its own direction."""
        known = len(self.rows.order)
        for mark in self.marks[place:]:
            link = self.column(mark) if mark.kind == "name" and not mark.use and not is_table(mark) else None
            if link is not None:
                mark.use = "order"
                self.rows.order.append((link, False))
            elif "order" in mark.cues and len(self.rows.order) > known:
                self._turn_last(mark)
            elif "order" in mark.cues:
                return
            elif not (
                mark.kind in ("talk", "done", "and") or mark.text.lower() in _BEFORE_KEYS or self.fact in mark.tables
            ):
                break
        if len(self.rows.order) == known:
            self._sort_made(place)

    def _sort_made(self, place: int) -> None:
        """``sorted by that total``: by what is made."""
        one = self._one_made()
        if one is None:
            raise Unfit("it is open what is sorted by")
        self.rows.order.append((one, False))
        for mark in self.marks[place : place + _CLOSE]:
            if mark.kind == "break":
                break
            if mark.kind in ("other", "function", "money", "count", "length", "part"):
                mark.use = mark.use or "order"

    def _is_led(self) -> bool:
        """``the 3 oldest``: which rows come first is told by a word of its own."""
        return any(_is_leader(mark) and mark.use in ("order", "how many") for mark in self.marks)

    def _one_made(self) -> Made | None:
        """What is made, if it is one new column: ``sorted by that total``."""
        made = [one for one in self.rows.made if not one.replaces]
        return made[0] if len(made) == 1 else None

    def _turn_last(self, mark: Mark) -> None:
        """``price, largest first``: the direction of the column that was named last."""
        link, is_desc = self.rows.order[-1]
        if self.rows.count and is_desc != bool(mark.cues["order"]) and self._is_led():
            raise Unfit("the first are chosen in one order and shown in another")
        self.rows.order[-1] = (link, bool(mark.cues["order"]))
        mark.use = "order"


def _is_leader(mark: Mark) -> bool:
    """``largest``, ``latest``: which come first."""
    return "leader" in mark.cues or mark.text.lower() in IN_TIME
