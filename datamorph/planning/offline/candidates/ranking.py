"""The weights of the features, from a small file that people can read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

OWN = "one table / "
"""What the names of weights start with that count for a catalog of one table alone."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was fitted.

    Attributes:
        weights: by feature of a reading.
        confidence: by fact about the best reading, how far it may be trusted; a table alone has its own.
        thresholds: the least confidence with which a reading is taken without asking: ``one table`` and
            ``several tables``.
    """

    weights: Mapping[str, float]
    confidence: Mapping[str, float]
    thresholds: Mapping[str, float]

    def answer_from(self, *, is_alone: bool) -> float:
        """The least confidence for a catalog of one table, or of several."""
        return self.thresholds["one table" if is_alone else "several tables"]

    def trust(self, facts: Mapping[str, float], *, is_alone: bool) -> float:
        """How likely a reading with these facts is right, 0 to 1."""
        mark = OWN if is_alone else ""
        score = sum(self.confidence.get(f"{mark}{name}", 0.0) * value for name, value in facts.items())
        return 1 / (1 + math.exp(-max(min(score, 30.0), -30.0)))


def own_weights(weights: Mapping[str, float]) -> Mapping[str, float]:
    """The weights for a catalog of one table, which is asked in another manner than a database."""
    return {**weights} | {name.removeprefix(OWN): weight for name, weight in weights.items() if name.startswith(OWN)}


@lru_cache(maxsize=1)
def load_ranking() -> Ranking:
    """The ranking that ships with the package."""
    found = json.loads((files("datamorph.planning.offline.candidates") / "ranking.json").read_text(encoding="utf-8"))
    return Ranking(found["weights"], found["confidence"], found["answer_from"])
