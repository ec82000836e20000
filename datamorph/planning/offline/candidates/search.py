"""All readings of a question, weighed: the beam over conditions and shapes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from datamorph.core.catalog import CatalogTable
from datamorph.planning.offline.candidates.conditions import condition_sets
from datamorph.planning.offline.candidates.cues import read_cues
from datamorph.planning.offline.candidates.features import Evidence, Features
from datamorph.planning.offline.candidates.hits import Hit, HitFinder
from datamorph.planning.offline.candidates.reading import Reading, Shape
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


class Search:
    """Readings of one question over some tables."""

    def __init__(self, question: str, tables: Sequence[CatalogTable], weights: Mapping[str, float]) -> None:
        self.question = Question(question)
        self.cues = read_cues(self.question)
        self.tables: list[QuestionTable] = [read_table(table, self.question) for table in tables]
        self._weights = weights

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
        evidence = Evidence(self.question, self.cues, self.tables[place])
        hits = HitFinder(self.question, self.tables[place]).find()
        for chosen in condition_sets(evidence, hits, self._weights):
            yield from self._with(place, evidence, chosen)

    def _with(self, place: int, evidence: Evidence, hits: tuple[Hit, ...]) -> Iterator[Reading]:
        taken = named = 0
        base: Features = {f"conditions: {min(len(hits), 3)}": 1.0}
        for hit in hits:
            found, names = evidence.hit(hit)
            add(base, found)
            taken |= hit.mask
            named |= names
        columns = {hit.column for hit in hits}
        is_one_row = any(evidence.table.columns[hit.column].is_unique and hit.operator == "=" for hit in hits)
        for show in single_shows(evidence, taken):
            features = dict(base)
            explained = taken | named | self.cues.opened | cue_mask(self.cues, show)
            add(features, aggregate_features(evidence, show, taken, is_one_row=is_one_row))
            if show.column != ROWS:
                allowed = self.question.all & ~taken & ~named
                add(features, evidence.column(show.column, allowed))
                explained |= evidence.cover(show.column, allowed)[1]
                if show.column in columns:
                    features["show: a column of a condition"] = 1.0
                    if show.function == "count":
                        features["count: a column of a condition"] = 1.0
            add(features, leftover_features(evidence, explained))
            yield self.weighed(place, shape_of(show), hits, features)

    def weighed(self, place: int, shape: Shape, hits: tuple[Hit, ...], features: Features) -> Reading:
        """A reading with its score."""
        weights = self._weights
        score = sum(weights.get(name, 0.0) * value for name, value in features.items())
        return Reading(place, shape, hits, features, score)


def add(features: Features, more: Features) -> None:
    """Add numbers of the same name up."""
    for name, value in more.items():
        features[name] = features.get(name, 0.0) + value
