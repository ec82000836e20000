"""Shapes with an order: the first rows of it, or all of them."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.features import Features
from datamorph.planning.offline.candidates.items import EXTREMES, Item, Items, Shaped
from datamorph.planning.offline.candidates.mentions import Cue, is_right_before
from datamorph.planning.offline.candidates.reading import Shape, Show
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.text import mask

_AMOUNTS = frozenset("most least fewest largest greatest smallest highest lowest maximum minimum max min".split())
_MOST_GUESSED, _MOST_ROWS = 3, 99


class Orders(Items):
    """Adds orders to what may be shown."""

    def _extreme(self) -> Iterator[Shaped]:
        for cue in self.cues:
            if cue.function in EXTREMES:
                yield from self._itself(cue)
                for measure, words, how in self._measures(cue):
                    yield from self._of_measure(cue, measure, words, how)

    def _of_measure(self, cue: Cue, measure: Show, words: int, how: str) -> Iterator[Shaped]:
        """Rows, or groups for a count, that come first by a measure."""
        limit, number = self._limit(cue)
        more: Features = {"shape: first of an order": 1.0, f"order: measure {how}": 1.0}
        more |= self._rows_features(cue) if measure.function else {}
        more |= {"shape: first few": 1.0} if limit > 1 else {}
        for picks, features, explained in self._lists(self._beside(cue, words)):
            groups = tuple(s.column for s in picks if not s.function) if measure.function else ()
            is_other = any(show.function and show != measure for show in picks)
            if is_other or (how == "guessed" and measure in picks) or bool(measure.function) != bool(groups):
                continue
            shape = Shape(picks, groups, ((measure, self._goes_down(cue, measure)),), limit)
            yield Shaped(shape, {**features, **more}, explained | words | mask(cue.start, cue.end) | number)

    def _itself(self, cue: Cue) -> Iterator[Shaped]:
        """``the top 3 rates``: the measure is what is shown."""
        limit, number = self._limit(cue)
        for measure, words, how in self._measures(cue) if limit > 1 else []:
            if how in ("behind", "later") and words:
                shape = Shape((measure,), (), ((measure, self._goes_down(cue, measure)),), limit)
                more: Features = {"shape: first few of itself": 1.0, "list: 1": 1.0}
                yield Shaped(shape, more, words | number | mask(cue.start, cue.end))

    def _measures(self, cue: Cue) -> list[tuple[Show, int, str]]:
        """What an extreme may be about: the column behind it, else any number that is named, or a count."""
        found: list[tuple[Show, int, str]] = []
        columns = self._evidence.table.columns
        for mention in self.mentions:
            for place, _ in mention.options:
                column = columns[place]
                if mention.end <= cue.start or column.is_key or not (column.is_number or column.is_time):
                    continue
                is_itself = mention.start <= cue.start < mention.end
                is_behind = is_right_before(self._evidence, cue.end, mention.start)
                how = "behind" if is_behind else "itself" if is_itself else "later"
                found.append((Show("", place), mention.mask, how))
        if not any(how != "later" for _, _, how in found):
            found += [(show, 0, "guessed") for show in self._guessed(cue) if all(show != s for s, _, _ in found)]
        found.append((Show("count", ROWS), 0, "rows"))
        return found

    def _guessed(self, cue: Cue) -> list[Show]:
        """Columns that an extreme may be about when none is named: times for ``latest``, else numbers."""
        in_time = self._folds[cue.start] in said.IN_TIME
        fits = [(i, c.is_time if in_time else c.is_number) for i, c in enumerate(self._evidence.table.columns)]
        found = [Show("", i) for i, is_fit in fits if is_fit and not self._evidence.table.columns[i].is_key]
        return found[:_MOST_GUESSED]

    def _beside(self, cue: Cue, words: int) -> list[Item]:
        """What is shown of the rows that come first."""
        items: list[Item] = []
        for item in self._items:
            if item.mask & words or item.start <= cue.start < item.end:
                continue
            if not item.options[0].function:
                items.append(item)
            elif item.options[0].function == "count" and not self._is_near(cue, item.start):
                items.append(Item(item.start, item.end, item.options[:1], item.mask))
        return items or self._implied()

    def _rows_features(self, cue: Cue) -> Features:
        """What speaks for an order by how many rows there are."""
        count = self._evidence.cues.count & ~mask(0, cue.end)
        found: Features = {}
        if self._is_common(cue):
            found["order: rows that are common"] = 1.0
        elif self._folds[cue.start] not in _AMOUNTS:
            found["order: rows by an adjective"] = 1.0
        if count and self._is_near(cue, (count & -count).bit_length() - 1):
            found["order: rows by a number of"] = 1.0
        return found

    def _is_near(self, cue: Cue, start: int) -> bool:
        return is_right_before(self._evidence, cue.end, start)

    def _goes_down(self, cue: Cue, measure: Show) -> bool:
        """Largest first; the youngest has the latest date of birth."""
        is_date = not measure.function and self._evidence.table.columns[measure.column].is_time
        return EXTREMES[cue.function] != (is_date and self._folds[cue.start] in said.BY_AGE)

    def _is_common(self, cue: Cue) -> bool:
        return any(word in said.COMMON for word in self._folds[cue.end : cue.end + 2])

    def _limit(self, cue: Cue) -> tuple[int, int]:
        """How many rows come first, and the words that say so."""
        for number in self._evidence.question.numbers:
            is_free = number.start not in self._bounds and self._allowed >> number.start & 1
            is_near = number.end == cue.start or number.start == cue.end
            if not is_free or not (is_near or self._folds[number.end : number.end + 1] != ("of",)):
                continue
            if number.value.is_integer() and 0 < number.value <= _MOST_ROWS:
                return int(number.value), mask(number.start, number.end)
        return 1, 0

    def _ordered(self) -> Iterator[Shaped]:
        """``sorted by age``, ``in descending order of age``."""
        order = self._evidence.cues.ordered & self._allowed
        if not order:
            return
        start, far = (order & -order).bit_length() - 1, order.bit_length() - 1
        behind = [i for i in self._items if i.start > start]
        before = [i for i in self._items if i.end <= start]
        if not before and self._folds[start] in ("sort", "order") and len(behind) > 1:
            before, behind = behind[:1], behind[1:]
        down = self._evidence.cues.descending
        words = order | down | mask(start, far + 1)
        for key, keyed in self._order_keys(before, behind):
            for picks, features, explained in self._lists(before) if before else self._whole_list():
                plain = tuple(show.column for show in picks if not show.function)
                groups = self._grouped(picks) or (plain if key[0].function else ())
                if groups and not key[0].function:
                    continue
                shape = Shape(picks, groups, tuple((one, bool(down)) for one in key))
                yield from self._distinct(shape, {**features, "shape: ordered": 1.0}, explained | keyed | words)

    def _order_keys(self, before: list[Item], behind: list[Item]) -> list[tuple[tuple[Show, ...], int]]:
        """What rows are put in order by, with the words that say it: the first thing behind, or the first two."""
        found: list[tuple[tuple[Show, ...], int]] = [((s,), item.mask) for item in behind[:1] for s in item.options]
        if len(behind) > 1:
            found.append((tuple(item.options[0] for item in behind[:2]), behind[0].mask | behind[1].mask))
        return found or [((show,), 0) for item in before[:1] for show in item.options]
