"""Shapes beyond one column: several things shown, groups, bounds on groups, every column."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.candidates.features import Features
from datamorph.planning.offline.candidates.items import Shaped
from datamorph.planning.offline.candidates.orders import Orders
from datamorph.planning.offline.candidates.reading import Shape, Show
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.text import mask

_MANY = 50


class Lists(Orders):
    """Shapes of one table, given the words that conditions leave."""

    def shapes(self) -> Iterator[Shaped]:
        """All shapes that the cues speak for."""
        yield from self._plain()
        yield from self._extreme()
        yield from self._ordered()
        yield from self._per()
        yield from self._having()
        yield from self._everything()

    def _plain(self) -> Iterator[Shaped]:
        for picks, features, explained in self._lists(self._items):
            groups = self._grouped(picks)
            more = {"shape: grouped by what is shown": 1.0} if groups else {}
            if len(picks) == 1 and not groups:
                continue
            yield from self._distinct(Shape(picks, groups), {**features, **more}, explained)

    def distinct_single(self) -> Iterator[Shaped]:
        """One column, each value once."""
        for item in self._items:
            for show in item.options:
                if not show.function and self._evidence.cues.distinct & self._allowed:
                    features = {"shape: distinct": 1.0, "list: 1": 1.0}
                    yield Shaped(Shape((show,), is_distinct=True), features, item.mask | self._evidence.cues.distinct)

    def _per(self) -> Iterator[Shaped]:
        """``the number of ... for each city``."""
        per = self._evidence.cues.per & self._allowed
        group = next((m for m in self.mentions if m.start >= per.bit_length()), None) if per else None
        if group is None:
            return
        items = [i for i in self._items if not i.mask & group.mask and any(s.function for s in i.options)]
        for column, _ in group.options:
            for picks, features, explained in self._lists(items):
                if all(s.function for s in picks):
                    words, more = explained | group.mask | per, {**features, "shape: per group": 1.0}
                    yield Shaped(Shape((Show("", column), *picks), (column,)), more, words)
                    yield Shaped(Shape(picks, (column,)), {**more, "shape: group is not shown": 1.0}, words)

    def _having(self) -> Iterator[Shaped]:
        """``cities with more than 3 stores``: a bound on how many rows there are."""
        for (start, end), (operator, cue) in self._operators.items():
            if operator in ("between", "="):
                continue
            number = next(n.value for n in self._evidence.question.numbers if (n.start, n.end) == (start, end))
            for measure, words in self._bounded(start, cue):
                yield from self._with_bound(measure, operator, number, words | cue | mask(start, end))

    def _with_bound(self, measure: Show, operator: str, number: float, words: int) -> Iterator[Shaped]:
        items = [i for i in self._items if not i.mask & words]
        more: Features = {"shape: bound on groups": 1.0, f"bound: {measure.function}": 1.0}
        more |= {"bound: large": 1.0} if number > _MANY else {}
        for picks, features, explained in self._lists(items or self._implied()):
            plain = tuple(s.column for s in picks if not s.function)
            if plain:
                shape = Shape(picks, plain, having=((measure, operator, number),))
                yield Shaped(shape, {**features, **more}, explained | words)

    def _bounded(self, start: int, cue: int) -> Iterator[tuple[Show, int]]:
        yield Show("count", ROWS), 0
        for item in self._items:
            if item.end <= start and item.options[0].function in ("avg", "sum", "max", "min") and not item.mask & cue:
                yield item.options[0], item.mask

    def _everything(self) -> Iterator[Shaped]:
        """``all information about ...``: every column."""
        if words := self._whole():
            yield Shaped(Shape(self._all()), {"shape: every column": 1.0}, words)
