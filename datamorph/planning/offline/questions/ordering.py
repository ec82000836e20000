"""The order of rows: ``sorted by age``, ``from tallest to shortest``, ``in alphabetical order``, ``by frequency``."""

from __future__ import annotations

from datamorph.planning.offline.questions.averages import Averages
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.cursor import SKIPPED
from datamorph.planning.offline.questions.query import Shown


class Ordering(Averages):
    """Reads what decides the order of rows."""

    def _order(self) -> None:
        direction = self.next().means
        self.skip(SKIPPED)
        if not direction and self.tag().kind in ("direction", "order"):
            direction = self.next().means
            self.skip(SKIPPED)
        if direction and self.tag().kind == "end" and len(self.query.shown) == 1:
            self.query.orders.append((self.query.shown[0], direction in ("desc", "ralpha")))
            return
        if direction in ("alpha", "ralpha") and self.tag().kind not in ("column", "table", "count"):
            label = (self.query.shown or self.query.implied)[:1]
            if not label or label[0].function:
                raise Unclear("order of what")
            self.query.orders.append((label[0], direction == "ralpha"))
            return
        self._order_keys(direction)

    def _direction(self) -> None:
        direction = self.next().means
        if self.tag().phrase.lower() == "by":
            self.at += 1
        self._order_keys(direction)

    def _order_keys(self, direction: str) -> None:
        while True:
            shown = self._order_key()
            said_behind = self._direction_behind()
            self.query.orders.append((shown, (said_behind or direction) in ("desc", "ralpha")))
            if self.tag().kind in ("table", "column", "extreme", "measure"):
                raise Unclear("an order that goes on")
            if self.tag().kind not in ("and", "mark") or self.peek(1).kind != "column":
                return
            self.at += 1

    def _direction_behind(self) -> str:
        is_tied = self.tag().kind in ("mark", "glue") and self.peek(1).kind in ("direction", "order")
        self.at += 1 if is_tied else 0
        if self.tag().kind == "direction" or (self.tag().kind == "order" and self.tag().means):
            return self.next().means
        return ""

    def from_to(self) -> bool:
        """``from tallest to shortest``: the order of what the adjectives measure, or of the column before."""
        first, ahead = self.peek(1), 2
        while self.peek(ahead).phrase.lower() in ("to", "the"):
            ahead += 1
        if ahead == 2 or self.peek(ahead).kind != "extreme":  # noqa: PLR2004 (nothing between the two)
            return False
        leaf, is_reversed = self.dimension(first.phrase)
        self.query.orders.append((Shown("", leaf), (first.means == "desc") != is_reversed))
        self.at += ahead + 1
        return True

    def _order_key(self) -> Shown:
        self.skip(SKIPPED | {"relative"})
        if self.tag().kind == "per" and self.peek(1).kind in ("table", "column"):
            self.at += 1
        if self.tag().kind == "table" and self.peek(1).kind in ("column", "glue") and self._has_own(1):
            self.at += 1
        if self.tag().kind == "frequency_of":
            return self._frequency_of()
        if self.tag().kind == "count":
            phrase = self.next().phrase
            return self.quantity(phrase) or self.counted()
        if self.tag().kind == "measure":
            function = self.next().means
            return Shown(function, self.measured())
        if self.tag().kind != "column":
            raise Unclear("order of what")
        self.at += 1
        return Shown("", self.columns.column(self.at - 1))

    def _has_own(self, ahead: int) -> bool:
        while self.peek(ahead).kind == "glue":
            ahead += 1
        return self.peek(ahead).kind == "column"

    def _frequency_of(self) -> Shown:
        """``ordered by frequency``: how often each value that is shown stands there."""
        self.at += 1
        leaves = [shown.leaf for shown in self.query.shown if shown.leaf and not shown.function]
        if len(leaves) != 1 or len(self.query.shown) != 1:
            raise Unclear("frequency of what")
        self.query.groups += [leaf for leaf in leaves if leaf not in self.query.groups]
        return Shown("count", table=leaves[0].table)

    def _by_age(self) -> None:
        leaf = self.dimension("oldest")
        self.query.orders.append((Shown("", leaf[0]), (self.next().means == "desc") != leaf[1]))
