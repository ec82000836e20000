"""Things that a question may show, in its order, and the lists that they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product

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

_MOST_ITEMS, _MOST_LISTS, _MOST_BOUNDS = 5, 14, 4
_JOINING = frozenset("and the their its of each all also as well along with or number different a an for s".split())
_WHOLE = frozenset({"information", "details", "info", "everything"})
EXTREMES = {"max": True, "min": False}
"""Aggregates that also order rows: True for the largest first."""


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


class Items:
    """Things that may be shown of one table, given the words that conditions leave."""

    def __init__(self, evidence: Evidence, allowed: int, operators: dict[tuple[int, int], tuple[str, int]]) -> None:
        self._evidence, self._allowed = evidence, allowed
        self._folds = evidence.question.folds
        self.mentions = find_mentions(evidence, allowed)
        self.cues = aggregate_cues(evidence, allowed, self.mentions)
        self._items = self._all_items()
        free = [(place, found) for place, found in operators.items() if allowed >> place[0] & 1]
        self._operators = dict(free[:_MOST_BOUNDS])
        self._bounds = frozenset(start for start, _ in self._operators)

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
                   or (self._evidence.table.columns[c].is_time and cue.function in EXTREMES)]  # fmt: skip
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
        table = self._evidence.table.match.mask
        found: Features = {f"list: {min(len(chosen), 4)}": 1.0}
        if any(table & item.mask for item in chosen):
            found["list: says the table's name"] = 1.0
        if any(item.mask and not item.mask & ~table for item in chosen):
            found["list: only says the table"] = 1.0
        for left, right in pairwise(chosen):
            is_joined = all(word in _JOINING for word in self._folds[left.end : right.start]) or right.start < left.end
            found["list: joined" if is_joined else "list: apart"] = 1.0
        if rest and self._goes_on(chosen[-1], rest[0]):
            found["list: cut"] = 1.0
        return found

    def _goes_on(self, last: Item, following: Item) -> bool:
        """True when ``and`` or a comma ties the next thing to the last one."""
        if following.start < last.end:
            return True
        gap, words = self._folds[last.end : following.start], self._evidence.question.words
        text = self._evidence.question.text[words[last.end - 1].end : words[following.start].start]
        return ("and" in gap or "," in text) and all(word in _JOINING for word in gap)

    def _grouped(self, picks: tuple[Show, ...]) -> tuple[int, ...]:
        plain = tuple(show.column for show in picks if not show.function)
        return plain if plain and len(plain) < len(picks) else ()

    def _distinct(self, shape: Shape, features: Features, explained: int) -> Iterator[Shaped]:
        yield Shaped(shape, features, explained)
        distinct = self._evidence.cues.distinct & self._allowed
        if distinct and not shape.groups and not any(s.function for s in shape.shown):
            yield Shaped(replace(shape, is_distinct=True), {**features, "shape: distinct": 1.0}, explained | distinct)

    def _whole(self) -> int:
        """Words that ask for every column."""
        return self._allowed & sum(1 << i for i, w in enumerate(self._folds) if w in _WHOLE)

    def _all(self) -> tuple[Show, ...]:
        return tuple(Show("", place) for place in range(len(self._evidence.table.columns)))

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


def _apart(items: list[Item]) -> list[Item]:
    """Items without those whose words another one says, so that masks add up."""
    found: list[Item] = []
    taken = 0
    for item in items:
        if not taken & item.mask:
            found.append(item)
            taken |= item.mask
    return found
