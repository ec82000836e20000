"""Sets of conditions: each run of words is one value of one column, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datamorph.planning.offline.candidates.features import Evidence
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.text import Question

_MOST_ALTERNATIVES, _MOST_SETS, _MOST_BETWEEN, _MOST_CLUSTERS = 5, 14, 5, 12


def condition_sets(
    evidence: Evidence, hits: Sequence[Hit], weights: Mapping[str, float], most: int = _MOST_SETS
) -> list[tuple[Hit, ...]]:
    """The likeliest sets of conditions that do not overlap, best first."""
    sets: list[tuple[float, int, tuple[Hit, ...]]] = [(0.0, 0, ())]
    for cluster in _clusters(hits)[:_MOST_CLUSTERS]:
        options = sorted(
            ((_score(evidence, hit, weights), hit) for hit in cluster),
            key=lambda o: (-o[0], o[1].start, -o[1].end, o[1].column),
        )
        grown = list(sets)
        for score, taken, chosen in sets:
            for gain, hit in options[: _MOST_ALTERNATIVES * 2]:
                if taken & hit.mask or not _may_follow(evidence, chosen, hit):
                    continue
                grown.append((score + gain, taken | hit.mask, (*chosen, hit)))
                for gain2, other in options[:_MOST_ALTERNATIVES]:
                    if (
                        other.start > hit.start
                        and not (taken | hit.mask) & other.mask
                        and _may_follow(evidence, (*chosen, hit), other)
                    ):
                        grown.append((score + gain + gain2, taken | hit.mask | other.mask, (*chosen, hit, other)))
        grown.sort(key=lambda s: (-s[0], len(s[2]), [(h.start, h.end, h.column) for h in s[2]]))
        sets = grown[:most]
    return [chosen for _, _, chosen in sets]


def _may_follow(evidence: Evidence, chosen: Sequence[Hit], hit: Hit) -> bool:
    """Two values of one column stand near each other, with ``or``, ``and`` or a comma between them."""
    for other in chosen:
        if other.column == hit.column and other.operator == hit.operator == "=":
            first, second = sorted((other, hit), key=lambda h: h.start)
            between = evidence.question.folds[first.end : second.start]
            if len(between) > _MOST_BETWEEN or ("or" not in between and "and" not in between):
                return False
    return True


def alternatives(question: Question, hits: Sequence[Hit]) -> list[tuple[Hit, ...]]:
    """Conditions that must all hold, each a group of which one must hold: ``or`` stands between those of a group."""
    groups: list[list[Hit]] = []
    for hit in sorted(hits, key=lambda h: h.start):
        if groups:
            last = groups[-1][-1]
            is_or = "or" in question.folds[last.end : hit.start]
            same = last.column == hit.column and last.operator == hit.operator == "="
            if is_or or same:
                groups[-1].append(hit)
                continue
        groups.append([hit])
    return [tuple(group) for group in groups]


def _score(evidence: Evidence, hit: Hit, weights: Mapping[str, float]) -> float:
    found, _ = evidence.hit(hit)
    explained = sum(1 for i in range(hit.start, hit.end) if not evidence.question.stops >> i & 1)
    return sum(weights.get(name, 0.0) * value for name, value in found.items()) - explained * weights.get(
        "left: words", -0.5
    )


def _clusters(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits that overlap, directly or through others."""
    found: list[list[Hit]] = []
    reach = -1
    for hit in sorted(hits, key=lambda h: (h.start, -h.end, h.column)):
        if hit.start >= reach or not found:
            found.append([])
        found[-1].append(hit)
        reach = max(reach, hit.end)
    return found
