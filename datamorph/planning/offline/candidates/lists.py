"""Shapes beyond one column: several things shown, groups, orders, the first of an order, bounds on groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.features import Evidence, Features
from datamorph.planning.offline.candidates.mentions import (
    Cue,
    Mention,
    aggregate_cues,
    find_mentions,
    is_right_before,
    leads_to,
)
from datamorph.planning.offline.candidates.reading import Shape, Show
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.text import mask

_MOST_ITEMS, _MOST_LISTS, _MANY = 5, 14, 50
_JOINING = frozenset("and the their its of each all also as well along with or number different a an for s".split())
_AMOUNTS = frozenset("most least fewest largest greatest smallest highest lowest maximum minimum max min".split())
_WHOLE = frozenset({"information", "details", "info", "everything"})
_EXTREMES = {"max": True, "min": False}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may be shown, with the words that say it."""

    start: int
    end: int
    options: tuple[Show, ...]
    mask: int


@dataclass(frozen=True, slots=True)
class Shaped:
    """A shape with its own features and the words that it explains."""

    shape: Shape
    features: Features
    explained: int


class Lists:
    """Shapes of one table, given the words that conditions leave."""

    def __init__(self, evidence: Evidence, allowed: int, operators: dict[tuple[int, int], tuple[str, int]]) -> None:
        self._evidence, self._allowed = evidence, allowed
        self._folds = evidence.question.folds
        self.mentions = find_mentions(evidence, allowed)
        self.cues = aggregate_cues(evidence, allowed, self.mentions)
        self._items = self._all_items()
        self._operators = {place: found for place, found in operators.items() if allowed >> place[0] & 1}
        self._bounds = frozenset(start for start, _ in self._operators)

    def shapes(self) -> Iterator[Shaped]:
        """All shapes that the cues speak for."""
        yield from self._plain()
        yield from self._extreme()
        yield from self._ordered()
        yield from self._per()
        yield from self._having()
        yield from self._everything()

    def _all_items(self) -> list[Item]:
        found: list[Item] = []
        used: set[int] = set()
        for cue in self.cues:
            mention = next((m for m in self.mentions if m.start >= cue.end), None)
            near = leads_to if cue.function != "count" else is_right_before
            if mention is not None and not near(self._evidence, cue.end, mention.start):
                mention = None
            found.extend(self._aggregated(cue, mention))
            if mention is not None:
                used.add(mention.start)
        for mention in self.mentions:
            if mention.start not in used:
                options = tuple(Show("", column) for column, _ in mention.options)
                options = (*options, *self._carried(found, mention))
                found.append(Item(mention.start, mention.end, options, mention.mask))
        return sorted(found, key=lambda item: (item.start, item.end))

    def _carried(self, found: list[Item], mention: Mention) -> list[Show]:
        """``average height and weight``: the aggregate goes on."""
        before = [i for i in found if i.end <= mention.start and i.options[0].function in ("avg", "sum", "max", "min")]
        column = mention.options[0][0]
        if not before or not self._evidence.table.columns[column].is_number:
            return []
        last = max(before, key=lambda i: i.end)
        joined = all(word in ("and", "the", "or") for word in self._folds[last.end : mention.start])
        return [Show(last.options[0].function, column)] if joined else []

    def _aggregated(self, cue: Cue, mention: Mention | None) -> list[Item]:
        if cue.function == "count":
            options = [Show("count", ROWS)]
            if mention is not None:
                column = mention.options[0][0]
                options.append(Show("count", column, is_distinct=True))
                if self._evidence.table.columns[column].is_number:
                    options.append(Show("sum", column))
                    options.append(Show("", column))
            words = mask(cue.start, cue.end) | (mention.mask if mention is not None and len(options) > 1 else 0)
            return [Item(cue.start, mention.end if mention is not None else cue.end, tuple(options), words)]
        if mention is None:
            return []
        columns = [c for c, _ in mention.options if self._evidence.table.columns[c].is_number
                   or (self._evidence.table.columns[c].is_time and cue.function in _EXTREMES)]  # fmt: skip
        words = mask(cue.start, cue.end) | mention.mask
        return [Item(cue.start, mention.end, tuple(Show(cue.function, c) for c in columns), words)] if columns else []

    def _lists(self, items: list[Item]) -> Iterator[tuple[tuple[Show, ...], Features, int]]:
        """Prefixes of the items, each with one option per item."""
        items = items[:_MOST_ITEMS]
        for size in range(1, len(items) + 1):
            chosen = items[:size]
            features = self._list_features(chosen, items[size:])
            explained = sum(item.mask for item in _apart(chosen))
            for count, picks in enumerate(product(*(item.options for item in chosen))):
                if count >= _MOST_LISTS:
                    break
                if len(set(picks)) == len(picks):
                    yield picks, features, explained

    def _list_features(self, chosen: list[Item], rest: list[Item]) -> Features:
        found: Features = {f"list: {min(len(chosen), 4)}": 1.0}
        if any(self._evidence.table.match.mask & item.mask for item in chosen):
            found["list: says the table's name"] = 1.0
        if any(item.mask and not item.mask & ~self._evidence.table.match.mask for item in chosen):
            found["list: only says the table"] = 1.0
        for left, right in zip(chosen, chosen[1:], strict=False):
            is_joined = all(word in _JOINING for word in self._folds[left.end : right.start]) or right.start < left.end
            found["list: joined" if is_joined else "list: apart"] = 1.0
        if rest:
            gap = self._folds[chosen[-1].end : rest[0].start]
            text = self._evidence.question.text[
                self._evidence.question.words[chosen[-1].end - 1].end : self._evidence.question.words[rest[0].start].start
            ]
            is_inside = rest[0].start < chosen[-1].end
            if (is_inside or "and" in gap or "," in text) and all(word in _JOINING for word in gap):
                found["list: cut"] = 1.0
        return found

    def _grouped(self, picks: tuple[Show, ...]) -> tuple[int, ...]:
        plain = tuple(show.column for show in picks if not show.function)
        return plain if plain and len(plain) < len(picks) else ()

    def _plain(self) -> Iterator[Shaped]:
        for picks, features, explained in self._lists(self._items):
            groups = self._grouped(picks)
            more = {"shape: grouped by what is shown": 1.0} if groups else {}
            if len(picks) == 1 and not groups:
                continue
            yield from self._distinct(Shape(picks, groups), {**features, **more}, explained)

    def _distinct(self, shape: Shape, features: Features, explained: int) -> Iterator[Shaped]:
        yield Shaped(shape, features, explained)
        if self._evidence.cues.distinct & self._allowed and not shape.groups and not any(s.function for s in shape.shown):
            once = Shape(shape.shown, shape.groups, shape.orders, shape.limit, shape.having, is_distinct=True)
            yield Shaped(once, {**features, "shape: distinct": 1.0}, explained | self._evidence.cues.distinct)

    def distinct_single(self) -> Iterator[Shaped]:
        """One column, each value once."""
        for item in self._items:
            for show in item.options:
                if not show.function and self._evidence.cues.distinct & self._allowed:
                    features = {"shape: distinct": 1.0, "list: 1": 1.0}
                    yield Shaped(Shape((show,), is_distinct=True), features, item.mask | self._evidence.cues.distinct)

    def _measures(self, cue: Cue) -> list[tuple[Show, int, str]]:
        """What an extreme may be about: the column behind it, else any number that is named, or a count."""
        found: list[tuple[Show, int, str]] = []
        columns = self._evidence.table.columns
        for mention in self.mentions:
            for column, _ in mention.options:
                if not (columns[column].is_number or columns[column].is_time) or mention.end <= cue.start or columns[column].is_key:
                    continue
                how = "behind" if is_right_before(self._evidence, cue.end, mention.start) else (
                    "itself" if mention.start <= cue.start < mention.end else "later")  # fmt: skip
                found.append((Show("", column), mention.mask, how))
        if not any(how != "later" for _, _, how in found):
            in_time = self._folds[cue.start] in said.IN_TIME
            numbers = [c for c, column in enumerate(columns) if (column.is_time if in_time else column.is_number) and not column.is_key]
            found += [(Show("", c), 0, "guessed") for c in numbers[:3] if all(s.column != c for s, _, _ in found)]
        found.append((Show("count", ROWS), 0, "rows"))
        return found

    def _extreme(self) -> Iterator[Shaped]:
        for cue in self.cues:
            if cue.function not in _EXTREMES:
                continue
            yield from self._itself(cue)
            limit, number = self._limit(cue)
            for measure, words, how in self._measures(cue):
                for picks, features, explained in self._lists(self._beside(cue, words)):
                    if any(show.function and show != measure for show in picks) or (how == "guessed" and measure in picks):
                        continue
                    more: Features = {"shape: first of an order": 1.0, f"order: measure {how}": 1.0}
                    if measure.function:
                        more |= self._rows_features(cue)
                    if limit > 1:
                        more["shape: first few"] = 1.0
                    groups = tuple(s.column for s in picks if not s.function) if measure.function else ()
                    if measure.function and not groups:
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

    def _beside(self, cue: Cue, words: int) -> list[Item]:
        """What is shown of the rows that come first."""
        items: list[Item] = []
        for item in self._items:
            if item.mask & words and any(s.function for s in item.options):
                continue
            is_count = item.options[0].function == "count" and not self._is_near(cue, item)
            if not item.mask & words and not item.start <= cue.start < item.end and (not item.options[0].function or is_count):
                items.append(Item(item.start, item.end, item.options[:1], item.mask) if is_count else item)
        return items or self._implied()

    def _rows_features(self, cue: Cue) -> Features:
        """What speaks for an order by how many rows there are."""
        count = self._evidence.cues.count & ~mask(0, cue.end)
        found: Features = {}
        if self._is_common(cue):
            found["order: rows that are common"] = 1.0
        elif self._folds[cue.start] not in _AMOUNTS:
            found["order: rows by an adjective"] = 1.0
        if count and self._is_near(cue, Item((count & -count).bit_length() - 1, 0, (), 0)):
            found["order: rows by a number of"] = 1.0
        return found

    def _is_near(self, cue: Cue, item: Item) -> bool:
        return is_right_before(self._evidence, cue.end, item.start)

    def _goes_down(self, cue: Cue, measure: Show) -> bool:
        """Largest first; the youngest has the latest date of birth."""
        is_date = not measure.function and self._evidence.table.columns[measure.column].is_time
        return _EXTREMES[cue.function] != (is_date and self._folds[cue.start] in said.BY_AGE)

    def _is_common(self, cue: Cue) -> bool:
        return any(word in said.COMMON for word in self._folds[cue.end : cue.end + 2])

    def _whole_list(self) -> Iterator[tuple[tuple[Show, ...], Features, int]]:
        """Every column, or else the label of the rows."""
        if words := self._whole():
            yield self._all(), {"shape: every column": 1.0}, words
        else:
            yield from self._lists(self._implied())

    def _implied(self) -> list[Item]:
        """What is shown when only the table is named."""
        columns = self._evidence.table.columns
        label = next((i for i, c in enumerate(columns) if c.words[-1] in ("name", "title")), None)
        return [Item(0, 0, (Show("", label),), 0)] if label is not None else []

    def _limit(self, cue: Cue) -> tuple[int, int]:
        for number in self._evidence.question.numbers:
            behind = self._folds[number.end : number.end + 1]
            near = number.end == cue.start or number.start == cue.end or behind != ("of",)
            if near and number.start not in self._bounds and self._allowed >> number.start & 1 and number.value.is_integer() and 0 < number.value < 100:  # noqa: PLR2004
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
        keys = [((show,), item.mask) for item in behind[:1] for show in item.options]
        if len(behind) > 1:
            keys.append((tuple(i.options[0] for i in behind[:2]), behind[0].mask | behind[1].mask))
        if not keys:
            keys = [((show,), 0) for item in before[:1] for show in item.options]
        for key, keyed in keys:
            for picks, features, explained in self._lists(before) if before else self._whole_list():
                groups = self._grouped(picks) or (tuple(s.column for s in picks if not s.function) if key[0].function else ())
                more: Features = {"shape: ordered": 1.0}
                shape = Shape(picks, groups, tuple((one, bool(down)) for one in key))
                if key[0].function == "" and groups:
                    continue
                yield from self._distinct(shape, {**features, **more}, explained | keyed | words)

    def _per(self) -> Iterator[Shaped]:
        """``the number of ... for each city``."""
        per = self._evidence.cues.per & self._allowed
        if not per:
            return
        place = per.bit_length() - 1
        group = next((m for m in self.mentions if m.start > place), None)
        if group is None:
            return
        items = [i for i in self._items if not i.mask & group.mask and any(s.function for s in i.options)]
        for column, _ in group.options:
            for picks, features, explained in self._lists(items):
                if not all(s.function for s in picks):
                    continue
                more: Features = {"shape: per group": 1.0}
                shape = Shape((Show("", column), *picks), (column,))
                yield Shaped(shape, {**features, **more}, explained | group.mask | per)
                bare = Shape(picks, (column,))
                yield Shaped(bare, {**features, **more, "shape: group is not shown": 1.0}, explained | group.mask | per)

    def _having(self) -> Iterator[Shaped]:
        """``cities with more than 3 stores``: a bound on how many rows there are."""
        for (start, end), (operator, cue) in self._operators.items():
            if operator in ("between", "="):
                continue
            number = next(n.value for n in self._evidence.question.numbers if (n.start, n.end) == (start, end))
            for measure, words in self._bounded(start, cue):
                items = [i for i in self._items if not i.mask & (words | cue)]
                for picks, features, explained in self._lists(items or self._implied()):
                    plain = tuple(s.column for s in picks if not s.function)
                    if not plain:
                        continue
                    shape = Shape(picks, plain, having=((measure, operator, number),))
                    more: Features = {"shape: bound on groups": 1.0, f"bound: {measure.function or 'value'}": 1.0}
                    if number > _MANY:
                        more["bound: large"] = 1.0
                    yield Shaped(shape, {**features, **more}, explained | words | mask(start, end) | cue)

    def _bounded(self, start: int, cue: int) -> Iterator[tuple[Show, int]]:
        yield Show("count", ROWS), 0
        for item in self._items:
            if item.end <= start and item.options[0].function in ("avg", "sum", "max", "min") and not item.mask & cue:
                yield item.options[0], item.mask

    def _whole(self) -> int:
        """Words that ask for every column."""
        return self._allowed & sum(1 << i for i, w in enumerate(self._folds) if w in _WHOLE)

    def _everything(self) -> Iterator[Shaped]:
        """``all information about ...``: every column."""
        if words := self._whole():
            yield Shaped(Shape(self._all()), {"shape: every column": 1.0}, words)

    def _all(self) -> tuple[Show, ...]:
        return tuple(Show("", place) for place in range(len(self._evidence.table.columns)))


def _apart(items: list[Item]) -> list[Item]:
    """Items without those whose words another one says, so that masks add up."""
    found: list[Item] = []
    taken = 0
    for item in items:
        if not taken & item.mask:
            found.append(item)
            taken |= item.mask
    return found
