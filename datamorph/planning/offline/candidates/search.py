"""All readings of a question, weighed: the beam over conditions and shapes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from datamorph.core.catalog import CatalogTable
from datamorph.planning.offline.candidates.conditions import alternatives, condition_sets
from datamorph.planning.offline.candidates.cues import read_cues
from datamorph.planning.offline.candidates.features import Evidence, Features
from datamorph.planning.offline.candidates.hits import Hit, HitFinder
from datamorph.planning.offline.candidates.joined import join_tables
from datamorph.planning.offline.candidates.lists import Lists
from datamorph.planning.offline.candidates.ranking import own_weights
from datamorph.planning.offline.candidates.reading import Reading, Shape, Show
from datamorph.planning.offline.candidates.schema import QuestionTable, read_table
from datamorph.planning.offline.candidates.shapes import (
    ROWS,
    aggregate_features,
    cue_mask,
    leftover_features,
    shape_of,
    single_shows,
)
from datamorph.planning.offline.candidates.text import Question
from datamorph.planning.offline.relations import Relations

_MOST_LISTED, _WHOLE, _GOOD, _MOST_SETS, _MOST_SHAPES = 4, 0.97, 0.8, 14, 300


@dataclass(frozen=True, slots=True)
class Base:
    """A set of conditions: its features, the words of its values (taken), those right before, those of its columns."""

    hits: tuple[Hit, ...]
    features: Features
    taken: int
    named: int
    before: int
    explained: int
    columns: frozenset[int]
    is_one_row: bool
    shown: dict[Show, Features] = field(default_factory=dict[Show, Features])


class Search:
    """Readings of one question over some tables."""

    def __init__(
        self, question: Question, tables: Sequence[CatalogTable], relations: Relations, weights: Mapping[str, float]
    ) -> None:
        self.question = question
        self.cues = read_cues(self.question)
        alone = [read_table(table, self.question) for table in tables]
        self.is_alone = len(alone) == 1
        self.tables: list[QuestionTable] = [*alone, *join_tables(alone, relations, question)]
        self._named = [sum(1 << p for p, (_, fit) in t.match.fits.items() if fit > _GOOD) for t in alone]
        self.weights = own_weights(weights) if self.is_alone else weights
        self.known = _known(self.tables)
        """Words that some table or column is called."""

    def readings(self, most: int) -> list[Reading]:
        """The likeliest readings, best first, with probabilities over all that were weighed."""
        found = [reading for place in range(len(self.tables)) for reading in self._of_table(place)]
        found.sort(key=lambda r: -r.score)
        top = found[0].score if found else 0.0
        total = sum(math.exp(r.score - top) for r in found)
        for reading in found[:most]:
            reading.probability = math.exp(reading.score - top) / total
        return found[:most]

    def _of_table(self, place: int) -> Iterator[Reading]:
        table = self.tables[place]
        evidence = Evidence(self.question, self.cues, table)
        finder = HitFinder(self.question, table)
        about = self._about(place)
        most = _MOST_SETS if self.is_alone else _MOST_SETS // 2
        for rank, chosen in enumerate(condition_sets(evidence, finder.find(), self.weights, most)):
            base = self._conditions(evidence, chosen, about)
            yield from self._single(place, evidence, base)
            if rank < _MOST_LISTED:
                yield from self._listed(place, evidence, base, finder.operators)

    def _uses_all(self, table: QuestionTable, shape: Shape, hits: tuple[Hit, ...]) -> bool:
        """True when every table that is joined plays a part."""
        if not table.joined:
            return True
        shows = [*shape.shown, *(show for show, _ in shape.orders), *(show for show, _, _ in shape.having)]
        places = {show.column for show in shows} | {hit.column for hit in hits} | set(shape.groups)
        used = {table.columns[place].leaf.table for place in places if place != ROWS}
        needed = {relation.target for relation in table.joined}
        if len(table.joined) == 1 and (ROWS in places or table.match.mask & self._named_of(table)):
            return needed <= used
        return needed <= used and (len(table.joined) > 1 or table.table.ref in used)

    def _named_of(self, table: QuestionTable) -> int:
        return next((m for t, m in zip(self.tables, self._named, strict=False) if t.table.ref == table.table.ref), 0)

    def _about(self, place: int) -> Features:
        """How well the question names the table."""
        if self.is_alone:
            return {}
        table = self.tables[place]
        share = _share(table, table.match.mask)
        head = _share(table, table.match.mask & self.cues.head)
        found: Features = {"table: named": share, "table: head names it": head}
        if share > _WHOLE:
            found["table: named in full"] = 1.0
        best = max(_share(t, t.match.mask) for t in self.tables if t is not table)
        if table.joined:
            found[f"table: joined with {len(table.joined)}"] = 1.0
        found["table: named better than others"] = share - best
        found["table: extra words"] = max(len(table.name.words) - table.match.mask.bit_count(), 0)
        return found

    def _conditions(self, evidence: Evidence, hits: tuple[Hit, ...], about: Features) -> Base:
        taken = named = 0
        features: Features = {f"conditions: {min(len(hits), 3)}": 1.0, **about}
        for hit in hits:
            found, names = evidence.hit(hit)
            add(features, found)
            taken |= hit.mask
            named |= names
        groups = alternatives(self.question, hits)
        if len(groups) < len(hits):
            features["conditions: either"] = 1.0
            if "both" in self.question.folds:
                features["conditions: either of both"] = 1.0
        is_one_row = len(groups) == len(hits) and any(
            evidence.table.columns[hit.column].is_unique and hit.operator == "=" for hit in hits
        )
        explained = taken | named | self.cues.opened | (evidence.table.match.mask if about else 0)
        before = sum({1 << (hit.start - 1) for hit in hits if hit.start})
        return Base(
            hits, features, taken, named & ~taken, before, explained, frozenset(h.column for h in hits), is_one_row
        )

    def _single(self, place: int, evidence: Evidence, base: Base) -> Iterator[Reading]:
        for show in single_shows(evidence, base.taken, is_one_row=base.is_one_row):
            if not self._uses_all(evidence.table, shape_of(show), base.hits):
                continue
            features = dict(base.features)
            explained = base.explained | cue_mask(self.cues, show)
            add(features, self._show(evidence, show, base))
            if show.column != ROWS:
                explained |= evidence.cover(show.column, self.question.all & ~base.taken & ~base.named)[1]
            self._leave(evidence, features, explained)
            yield self.weighed(place, shape_of(show), base.hits, features, explained)

    def _show(self, evidence: Evidence, show: Show, base: Base) -> Features:
        """Features of one thing shown."""
        if show not in base.shown:
            base.shown[show] = self._of_show(evidence, show, base)
        return base.shown[show]

    def _of_show(self, evidence: Evidence, show: Show, base: Base) -> Features:
        features = aggregate_features(evidence, show, base.taken, base.named, is_one_row=base.is_one_row)
        if show.column == ROWS:
            head = _share(evidence.table, evidence.table.match.mask & self.cues.head)
            return {**features, "rows: the table is the head": head}
        allowed = self.question.all & ~base.taken & ~base.named
        add(features, evidence.column(show.column, allowed))
        said = evidence.cover(show.column, allowed)[1]
        if said and not said & ~base.before:
            features["show: only says what a value is"] = 1.0
        if show.column in base.columns:
            features["show: a column of a condition"] = 1.0
            if show.function == "count":
                features["count: a column of a condition"] = 1.0
        return features

    def _listed(
        self, place: int, evidence: Evidence, base: Base, operators: dict[tuple[int, int], tuple[str, int]]
    ) -> Iterator[Reading]:
        lists = Lists(evidence, self.question.all & ~base.taken & ~base.named, operators)
        for shaped in islice(chain(lists.shapes(), lists.distinct_single()), _MOST_SHAPES):
            if not self._uses_all(evidence.table, shaped.shape, base.hits):
                continue
            features = dict(base.features)
            add(features, shaped.features)
            shows = shaped.shape.shown
            for show in shows:
                for name, value in self._show(evidence, show, base).items():
                    features[name] = features.get(name, 0.0) + value / len(shows)
            explained = base.explained | shaped.explained
            self._leave(evidence, features, explained)
            yield self.weighed(place, shaped.shape, base.hits, features, explained)

    def _leave(self, evidence: Evidence, features: Features, explained: int) -> None:
        """What the words say that a reading leaves out."""
        if explained not in evidence.left:
            found = leftover_features(evidence, explained)
            others = sum(1 for named in self._named if named & ~explained & ~self.question.stops)
            if others and not self.is_alone:
                found["left: names of other tables"] = min(others, 3)
            evidence.left[explained] = found
        add(features, evidence.left[explained])

    def weighed(self, place: int, shape: Shape, hits: tuple[Hit, ...], features: Features, explained: int) -> Reading:
        """A reading with its score."""
        weights = self.weights
        score = sum(weights.get(name, 0.0) * value for name, value in features.items())
        return Reading(place, shape, hits, features, explained, score)


def add(features: Features, more: Features) -> None:
    """Add numbers of the same name up."""
    for name, value in more.items():
        features[name] = features.get(name, 0.0) + value


def _known(tables: Sequence[QuestionTable]) -> int:
    found = 0
    for table in tables:
        found |= table.match.mask
        for match in table.matches:
            found |= match.mask
    return found


def _share(table: QuestionTable, mask: int) -> float:
    """Share of a table's name that the words of a mask say."""
    best: dict[int, float] = {}
    for place, (which, score) in table.match.fits.items():
        if mask >> place & 1:
            best[which] = max(best.get(which, 0.0), score)
    return sum(table.name.weights[which] * score for which, score in best.items()) / sum(table.name.weights)
