"""Sets of conditions: each run of words is one value of one column, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datamorph.planning.offline.candidates.features import Evidence
from datamorph.planning.offline.candidates.hits import Hit

_MOST_ALTERNATIVES, _MOST_SETS = 5, 14


def condition_sets(evidence: Evidence, hits: Sequence[Hit], weights: Mapping[str, float]) -> list[tuple[Hit, ...]]:
    """The likeliest sets of conditions that do not overlap, best first."""
    sets: list[tuple[float, int, tuple[Hit, ...]]] = [(0.0, 0, ())]
    for cluster in _clusters(hits):
        options = sorted(((_score(evidence, hit, weights), hit) for hit in cluster), key=lambda o: (-o[0], o[1].start, -o[1].end, o[1].column))
        grown = list(sets)
        for score, taken, chosen in sets:
            for gain, hit in options[: _MOST_ALTERNATIVES * 2]:
                if taken & hit.mask or any(h.column == hit.column and h.operator == hit.operator == "=" for h in chosen):
                    continue
                grown.append((score + gain, taken | hit.mask, (*chosen, hit)))
                for gain2, other in options[:_MOST_ALTERNATIVES]:
                    if other.start > hit.start and not (taken | hit.mask) & other.mask and other.column != hit.column:
                        grown.append((score + gain + gain2, taken | hit.mask | other.mask, (*chosen, hit, other)))
        grown.sort(key=lambda s: (-s[0], len(s[2]), [(h.start, h.end, h.column) for h in s[2]]))
        sets = grown[:_MOST_SETS]
    return [chosen for _, _, chosen in sets]


def _score(evidence: Evidence, hit: Hit, weights: Mapping[str, float]) -> float:
    found, _ = evidence.hit(hit)
    explained = sum(1 for i in range(hit.start, hit.end) if not evidence.question.stops >> i & 1)
    return sum(weights.get(name, 0.0) * value for name, value in found.items()) - explained * weights.get("left: words", -0.5)


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
