"""How many rows are wanted, and by what the first of them come first: ``the ten most recent``, ``limit 10``."""

from __future__ import annotations

from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.gaps import NEAR
from datamorph.planning.offline.gist.likes import Likes
from datamorph.planning.offline.gist.marks import ROWS, Mark, is_table
from datamorph.planning.offline.gist.words import IN_TIME, MONEYS
from datamorph.planning.offline.names import Link

_MOST = 1000
_LIMITS = frozenset({"limit", "first", "top"})
_BEFORE_LIMITS = _LIMITS | {"only", "the", "keep", "take", "just"}
_OLDEST = frozenset({"earliest", "oldest", "first", "least recent", "least recently"})
_PRICED = frozenset({"priciest", "cheapest", "dearest", "costliest", "most expensive", "least expensive"})
_PRICES = MONEYS | {"deposit", "balance", "budget", "salary", "wage", "fine", "rent", "fare", "penalty"}
_VALUES = frozenset({"value", "values"})
_BEGINNINGS = frozenset(map(root, """
    signup sign join register registration create creation order book hire enrol enroll open start begin publish release
    post receive submit add insert place issue request record enter
    """.split()))  # fmt: skip
"""What happens when rows come to be: the newest of them are the last of which it did."""


class Limits(Likes):
    """The first rows of an order."""

    def read_limit(self) -> None:
        """``first 5``, ``limit 10``, ``the ten most recent``, ``5 orders with the largest total``."""
        leaders = [place for place, mark in enumerate(self.marks) if not mark.use and is_leader(mark)]
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
        if any(self._is_per(at) for at in range(len(self.marks))):
            self._by_order()
        self.rows.count = int(self.marks[place].number)
        self.marks[place].use = "how many"
        if text in _LIMITS:
            before.use = "limit" if self._is_plain_limit(place) else "how many"
            leaders = [i for i in leaders if i != place - 1] if text != "top" else leaders
        self._leading(leaders)

    def _is_limit(self, place: int) -> bool:
        """True for a whole number that nothing is compared with."""
        mark = self.marks[place]
        is_whole = mark.kind == "number" and not mark.use and isinstance(mark.number, int)
        return is_whole and 0 < mark.number < _MOST and not self.is_compared(place)

    def _is_plain_limit(self, place: int) -> bool:
        """``first 10 rows``, ``limit 10``: of an order that is said elsewhere, which ``the first 10 orders`` may be."""
        before, behind = self.at(place - 1), self.at(place + 1)
        return before.text.lower() == "limit" or behind.text.lower() in ROWS or behind.kind == "break"

    def _is_per(self, place: int) -> bool:
        """True for ``per`` and ``by`` that no order is said with: ``sort the sales by date``."""
        mark, at = self.marks[place], place - 1
        if "per" not in mark.cues or mark.use:
            return False
        while self.at(at).kind == "talk" or self.fact in self.at(at).tables:
            at -= 1
        return not (mark.text.lower() == "by" and "sort" in self.at(at).cues)

    def _by_order(self) -> None:
        """``the last ten orders by order date``."""
        for place, mark in enumerate(self.marks):
            if not self._is_per(place):
                continue
            at = self.name_beside(place, 1)
            link = self.column(self.marks[at]) if at is not None and mark.text.lower() == "by" else None
            if link is None or at is None or self.rows.order:
                raise Unfit("the first of each")
            mark.use = self.marks[at].use = "order"
            leaders = [one for one in self.marks if is_leader(one)]
            if len(leaders) != 1:
                raise Unfit("it is open which come first")
            leaders[0].use = "order"
            self.rows.order.append((link, _is_descending(leaders[0])))

    def _leading(self, leaders: list[int]) -> None:
        """By what the first rows come first."""
        if len(leaders) > 1:
            raise Unfit("it is open what comes first")
        for leader in leaders:
            mark = self.marks[leader]
            if mark.use:
                continue
            is_in_time = mark.text.lower() in IN_TIME
            link = self._sortable_behind(leader, in_time=is_in_time)
            if link is None:
                link = self._recent(leader) if is_in_time else self._priced(mark)
            if link is None:
                raise Unfit("it is open by what the first come first")
            mark.use = "order"
            self.rows.order.append((link, _is_descending(mark)))

    def _sortable_behind(self, leader: int, *, in_time: bool) -> Link | None:
        """``5 orders with the largest total``: the first date or number close behind, shown as well if values are."""
        for at in range(leader + 1, min(leader + NEAR, len(self.marks))):
            mark = self.marks[at]
            is_open = mark.kind == "name" and not mark.use
            link = self.column(mark, kinds="time" if in_time else "number") if is_open else None
            if link is not None:
                is_shown = any(one.text.lower() in _VALUES for one in self.marks[leader:at])
                mark.use = "" if is_shown else "order"
                return link
            if mark.kind in ("break", "and") or (is_open and not is_table(mark)):
                return None
        return None

    def _recent(self, leader: int) -> Link | None:
        """``the 10 who joined last``: by what happened, the only date, or the one named of those that begin a row."""
        link = self.event_near(leader)
        if link is not None:
            return link
        if len(self.dates()) == 1:
            return self.dates()[0]
        named = {link for mark in self.marks if (link := self._begun(mark)) is not None}
        return next(iter(named)) if len(named) == 1 else None

    def _begun(self, mark: Mark) -> Link | None:
        """The date of these rows that a mark names, if it tells when they came to be."""
        link = self.column(mark, kinds="time") if mark.kind == "name" else None
        if link is None or link.table != self.fact:
            return None
        words = {root(word) for word in self.event_words(link)}
        own = {root(word) for word in self.brief.said.names.table_words[self.fact]}
        return link if words and (words <= own or words & _BEGINNINGS) else None

    def _priced(self, mark: Mark) -> Link | None:
        """``the five cheapest rooms``: the one column of prices that the rows have."""
        if mark.text.lower() not in _PRICED:
            return None
        words = self.brief.said.names.column_words
        found = [name for name in self.brief.said.numbers(self.fact) if set(words[self.fact, name]) & _PRICES]
        return Link(self.fact, found[0], 1.0) if len(found) == 1 else None


def is_leader(mark: Mark) -> bool:
    """``largest``, ``latest``: which come first."""
    return "leader" in mark.cues or mark.text.lower() in IN_TIME


def _is_descending(leader: Mark) -> bool:
    """True where the largest or the latest come first."""
    text = leader.text.lower()
    return text not in _OLDEST if text in IN_TIME else bool(leader.cues.get("leader"))
