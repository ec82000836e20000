"""In which order the rows of a result stand, and how many of them are wanted."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.measuring import Measuring
from datamorph.planning.offline.gist.shape import Key, Measure
from datamorph.planning.offline.recipes.resolve import type_of

_MOST_FIRST = 1000
_NEAR = 4
"""So many marks away, words still belong together."""
_BOTH = frozenset(
    {"highest", "largest", "biggest", "lowest", "smallest", "greatest", "minimum", "maximum", "least", "bottom"}
)


_OF_KEYS = ("alphabet", "chrono", "a-z", "z-a", "a to z", "z to a")
"""In what stands for an order of names or dates."""


class Order(Measuring):
    """Orders and the first of them."""

    def read_leaders(self) -> None:
        """``top 5``, ``the three smallest``, ``five clubs with the most``: how many come first."""
        leaders = [place for place, mark in enumerate(self.marks) if "leader" in mark.cues and not mark.use]
        if not leaders:
            return
        numbers = [
            place for place, mark in enumerate(self.marks)
            if mark.kind == "number" and not mark.use and isinstance(mark.number, int) and 0 < mark.number < _MOST_FIRST
            and not self.is_compared(place)
        ]  # fmt: skip
        for leader in leaders:
            mark = self.marks[leader]
            if self._is_function(leader):
                continue
            beside = [n for n in numbers if abs(n - leader) == 1 or (n < leader and self._leads_to(n, leader))]
            is_only = mark.text.lower().removeprefix("the ") not in _BOTH
            if not beside and not is_only:
                continue
            self._refuse_row(leader, beside)
            if len(beside) > 1 or (self.gist.count and beside):
                raise Unfit("it is open how many come first")
            if not beside and not self._is_one(leader):
                continue
            mark.use = "leader"
            mark.cues.pop("function", None)
            self.gist.descending = mark.cues["leader"]
            self.gist.count = int(self.marks[beside[0]].number) if beside else 1
            if beside:
                self.marks[beside[0]].use = "how many"
            self._ranked(max([leader, *beside]) if not beside or abs(beside[0] - leader) == 1 else beside[0])
            self._of_each(max([leader, *beside]))

    def _refuse_row(self, leader: int, beside: list[int]) -> None:
        """``the most expensive product`` of products is a row."""
        thing = self.at(self.next(leader + 1))
        if not beside and self.fact in thing.tables and not self.is_plural(thing):
            raise Unfit("rows may be wanted")

    def _of_each(self, place: int) -> None:
        """``the best two within each home club``: of each key that stands right behind."""
        if self.gist.each:
            return
        pers = [i for i in range(place + 1, min(place + 5, len(self.marks))) if self.marks[i].use == "per"]
        after = [key for key in self.gist.keys if pers and pers[0] < key.place <= pers[0] + 3]
        others = [key for key in self.gist.keys if not any(key is one for one in after)]
        if after and others:
            self.gist.each = after
        elif len(self.gist.keys) > 1 and not after:
            spread = max(key.place for key in self.gist.keys) - min(key.place for key in self.gist.keys)
            if spread > _NEAR:
                raise Unfit("it is open of what they are the first")

    def _is_function(self, leader: int) -> bool:
        """``bottom, top and median of the rate``: the largest number, beside other functions."""
        mark = self.marks[leader]
        for step in (1, -1):
            at = leader + step
            while 0 <= at < len(self.marks) and (
                self.marks[at].kind in ("break", "and", "talk") or self._is_number_named(at)
            ):
                at += step
            if 0 <= at < len(self.marks) and "function" in self.marks[at].cues and self.marks[at].kind != "talk":
                mark.cues = {"function": "max" if mark.cues["leader"] else "min"}
                mark.kind = "function"
                return True
        return False

    def _is_number_named(self, at: int) -> bool:
        """``cheapest price, dearest price``: the number that the largest is of."""
        mark = self.marks[at]
        return mark.kind == "name" and not mark.tables and self.column(mark, kinds="number") is not None

    def read_limits(self) -> None:
        """``limit 3``, ``first 3``, ``keep the top five`` behind an order."""
        if self.gist.count:
            return
        for place, mark in enumerate(self.marks):
            before = self.at(place - 1)
            is_limit = before.text.lower() in ("limit", "first", "top", "keep")
            if mark.kind == "number" and not mark.use and is_limit and isinstance(mark.number, int):
                self.gist.count, mark.use = int(mark.number), "how many"
                before.use = before.use or "how many"

    def _is_one(self, leader: int) -> bool:
        """``the discipline with the most bookings``: one, where the thing in front is said in the singular."""
        before = [m for m in self.marks[:leader] if m.kind in ("name", "part")][-1:]
        return bool(before) and not self.is_plural(before[0]) and leader - self.marks.index(before[0]) <= _NEAR

    def _ranked(self, place: int) -> None:
        """``2 members``: what comes first, of each of the keys that stand behind *per*."""
        at = self.next(place + 1, skip=("talk", "done", "deed"))
        mark = self.at(at)
        if mark.kind not in ("name", "part") or mark.use:
            return
        if self.table(mark) == self.fact or (
            mark.kind == "name" and self.column(mark, kinds="key") is None and not mark.tables
        ):
            return
        each = list(self.gist.keys)
        known = len(each)
        if self.key(at) and len(self.gist.keys) > known:
            self.gist.each = each

    def _leads_to(self, number: int, leader: int) -> bool:
        """``5 clubs with the most``: what is ranked stands between."""
        between = self.marks[number + 1 : leader]
        is_thing = all(m.kind in ("talk", "name", "part", "done", "deed") for m in between)
        return len(between) <= _NEAR + 1 and is_thing and any(m.kind in ("name", "part") for m in between)

    def read_orders(self) -> None:
        """``highest first``, ``sorted by city``."""
        gist = self.gist
        for place, mark in enumerate(self.marks):
            if "order" in mark.cues and not mark.use:
                mark.use = "order"
                self._refuse_second(mark)
                if gist.sorted_by is None:
                    key = self._directed_key(mark) or self._key_before(place) or self._by_behind(place)
                    gist.sorted_by = key or self.only_measure()
                if gist.descending not in (None, mark.cues["order"]):
                    raise Unfit("there are two directions")
                gist.descending = mark.cues["order"]
            elif "sort" in mark.cues and not mark.use:
                self._sort(place)
        if gist.descending is not None and gist.sorted_by is None:
            gist.sorted_by = self.only_measure()

    def _refuse_second(self, mark: Mark) -> None:
        """``sorted by shop name, highest amount first``: two orders, one of a key and one of a number."""
        first = self.gist.sorted_by
        if self.gist.count and self.gist.descending is not None and self._directed_key(mark) is not None:
            raise Unfit("the first are chosen in one order and shown in another")
        if isinstance(first, Key) and mark.columns and first.link not in mark.columns:
            raise Unfit("there are two orders")

    def _key_before(self, place: int) -> Key | None:
        """``max level per gauge, gauge ascending``: a key that is named again, to tell what the order is of."""
        link = self.column(self.at(place - 1), kinds="key") if self.at(place - 2).kind in ("break", "and") else None
        return next((key for key in self.gist.keys if link is not None and key.link == link), None)

    def _by_behind(self, place: int) -> Key | Measure | None:
        """``desc by owed``, ``descending by value``: the key that is named, or else the one number that there is."""
        tie, mark = self.at(place + 1), self.at(place + 2)
        if tie.text.lower() != "by" or tie.use:
            return None
        link = self.column(mark, kinds="key") if mark.kind == "name" else None
        keys = [key for key in self.gist.keys if key.link == link]
        if link is not None and not keys:
            raise Unfit("what is in that order is not shown")
        tie.use = "order"
        mark.use = mark.use or ("order" if mark.kind in ("function", "count", "money") or keys else "")
        return keys[0] if keys else self._measure_named(mark) or self.only_measure()

    def _directed_key(self, mark: Mark) -> Key | None:
        """The key that an order is of by its words: ``oldest first``, ``alphabetically``, ``highest tier first``."""
        link = self.column(mark, kinds="key")
        named = [key for key in self.gist.keys if link is not None and key.link == link]
        if named:
            return named[0]
        dated = [key for key in self.gist.keys if key.part or is_time(type_of(self.brief, key.link))]
        if mark.in_time and dated:
            return dated[0]
        is_of_key = mark.in_time or any(word in mark.text.lower() for word in _OF_KEYS)
        if "alphabet" in mark.text.lower() and self.gist.keys:
            texts = [key for key in self.gist.keys if not key.part and type_of(self.brief, key.link) == "string"]
            if not texts:
                raise Unfit("it is no text")
            return texts[0]
        return self.gist.keys[0] if is_of_key and self.gist.keys else None

    def _sort(self, place: int) -> None:
        mark = self.marks[place]
        mark.use = "order"
        at = self._sorted_by(place)
        target = self.marks[at] if at < len(self.marks) else None
        if target is not None and target.kind in ("name", "part"):
            link = self.column(target, kinds="key")
            keys = [k for k in self.gist.keys if link is not None and k.link == link] or [
                k for k in self.gist.keys if k.part and k.part == target.cues.get("part")]  # fmt: skip
            if keys:
                target.use = target.use or "order"
                self.gist.sorted_by = keys[0]
                self.gist.descending = self.gist.descending or False
                return
        ends = (i for i, m in enumerate(self.marks) if i > place and m.text in (",", ";", "."))
        behind = [m for m in self.marks[place + 1 : next(ends, len(self.marks))] if "order" in m.cues]
        if target is None and not behind and self.gist.descending is None:
            self.gist.sorted_by, self.gist.descending = self._calendar_key(), False
            return
        self.gist.sorted_by = self._measure_named(target) or self.only_measure()
        if self.gist.descending is None:
            self.gist.descending = bool(behind[0].cues["order"]) if behind else False
        if target is not None and ("function" in target.cues or "count" in target.cues) and not target.use:
            target.use = "order"
        for mark in behind[:1]:
            mark.use = "order"

    def _sorted_by(self, place: int) -> int:
        """``sorted alphabetically by city``: what stands behind the direction, if anything does."""
        first = at = self.next(place + 1)
        while "order" in self.at(at).cues:
            at = self.next(at + 1)
        is_tied = at > first and self.at(at).text.lower() == "by"
        return self.next(at + 1) if is_tied else first

    def _calendar_key(self) -> Key:
        """``per quarter, sorted``: as the calendar has them; of anything else it is open by what."""
        first = next(iter(self.gist.keys), None)
        if first is None or not (first.part or is_time(type_of(self.brief, first.link))):
            raise Unfit("it is open by what it is sorted")
        return first

    def _measure_named(self, mark: Mark | None) -> Measure | None:
        """``order by count``, ``sorted by the sum``."""
        if mark is None:
            return None
        function = "count" if "count" in mark.cues else mark.cues.get("function", "")
        found = [m for m in self.gist.measures if function and m.function == function]
        return found[0] if len(found) == 1 else None

    def only_measure(self) -> Measure:
        """The measure that an order without a name is by."""
        shown = self.gist.measures
        if len(shown) != 1:
            raise Unfit("it is open which number decides the order")
        return shown[0]
