"""Fit the weights of the question planner's readings on packs, cross-validated over databases.

    python benchmarks/fit_ranking.py PACK [PACK ...] [--part open|all] [--rounds 2] [--write]

The weights maximise the likelihood that a reading with the gold rows is the best one (a log-linear model with
an L2 prior); ``confidence`` is a logistic regression on cross-validated readings and on questions that are asked
of a database that is not theirs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from questions_dev import Case, load_cases, score
from reading_labels import CACHE, Judge, Labelled, is_closed, labelled, search_of
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from datamorph.core.plan import Proposal
from datamorph.planning.offline.candidates import weigh as weighing

RANKING = Path(weighing.__file__).with_name("ranking.json")
FOLDS, FEWEST, PRIOR, MOST, DIGITS = 4, 6, 0.3, 150, 3
TRUST_PRIOR = 2.0
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """The best meaning of a question: facts about it, and whether it is right.

    Attributes:
        is_read: the exact reader answered; the readings are not asked.
    """

    pack: str
    shape: str
    facts: Mapping[str, float]
    is_right: bool
    is_read: bool = False


def names_of(data: Sequence[Labelled]) -> list[str]:
    """Features that occur in enough questions."""
    seen: Counter[str] = Counter()
    for one in data:
        seen.update({name for features in one.features for name in features})
    return sorted(name for name, count in seen.items() if count >= FEWEST)


def fit(data: Sequence[Labelled], names: Sequence[str]) -> Weights:
    """Weights under which right readings are likeliest."""
    kept = [one for one in data if any(one.is_right)]
    place = {name: i for i, name in enumerate(names)}
    cells = [
        (row, place[name], value)
        for row, features in enumerate(f for one in kept for f in one.features)
        for name, value in features.items()
        if name in place
    ]
    sizes = [len(one.features) for one in kept]
    starts, owner = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(kept)), sizes)
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    matrix = csr_matrix((values, (rows, columns)), shape=(sum(sizes), len(names)))
    right = np.array([is_right for one in kept for is_right in one.is_right], dtype=float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total, good = np.add.reduceat(raised, starts), np.add.reduceat(raised * right, starts)
        gain = float((np.log(good + 1e-300) - np.log(total)).sum())
        slope = matrix.T @ (raised * right / (good[owner] + 1e-300) - raised / total[owner])
        return PRIOR * float(weights @ weights) - gain, 2 * PRIOR * weights - slope

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return {name: round(float(weight), DIGITS) for name, weight in zip(names, found.x, strict=True)}


def fold_of(db: str) -> int:
    """Which part of the cross-validation a database belongs to."""
    return int(hashlib.sha256(f"fold {db}".encode()).hexdigest(), 16) % FOLDS


def judge(pack: Path, case: Case, weights: Weights) -> Judged:
    """The best meaning of a question under some weights."""
    known = score(pack, case, CACHE)
    is_read = isinstance(known.outcome, Proposal) and not known.outcome.understanding.candidates
    search = search_of(pack / "data" / case.db, case.question, weights)
    meanings = weighing.weigh(search)
    if is_read or not meanings:
        return Judged(pack.name, case.shape, {}, known.verdict == "right", is_read=is_read)
    is_right = Judge(pack / "data" / case.db, case).is_right(search, meanings[0].reading)
    return Judged(pack.name, case.shape, weighing.facts(search, meanings), is_right)


def foreign(pack: Path, cases: Sequence[Case], weights: Weights) -> list[Judged]:
    """Questions that are asked of the database of another one: whatever is answered is wrong."""
    found: list[Judged] = []
    for case, other in zip(cases[::6], [*cases[len(cases) // 2 :: 6], *cases[: len(cases) // 2 : 6]], strict=False):
        if case.db.rsplit("_", 1)[0] == other.db.rsplit("_", 1)[0]:
            continue
        search = search_of(pack / "data" / other.db, case.question, weights)
        if meanings := weighing.weigh(search):
            found.append(Judged(pack.name, "foreign", weighing.facts(search, meanings), is_right=False))
    return found


def fit_confidence(judged: Sequence[Judged]) -> Weights:
    """How the facts about a best reading tell whether it is right."""
    judged = [one for one in judged if one.facts]
    names = sorted({name for one in judged for name in one.facts})
    matrix = np.array([[one.facts.get(name, 0.0) for name in names] for one in judged])
    right = np.array([one.is_right for one in judged], dtype=float)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        gain = float((right * scores - np.logaddexp(0, scores)).sum())
        return TRUST_PRIOR * float(weights @ weights) - gain, 2 * TRUST_PRIOR * weights - matrix.T @ (
            right - 1 / (1 + np.exp(-scores))
        )

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return {name: round(float(weight), DIGITS) for name, weight in zip(names, found.x, strict=True)}


def trust(one: Judged, confidence: Weights) -> float:
    """The confidence in a best reading."""
    if not one.facts:
        return float(one.is_read)
    return 1 / (1 + float(np.exp(-sum(confidence.get(name, 0.0) * value for name, value in one.facts.items()))))


def show(title: str, judged: Sequence[Judged], confidence: Weights, at: Mapping[str, float]) -> None:
    """Print coverage, precision and accuracy."""
    for pack in sorted({one.pack for one in judged}):
        for shape in sorted({one.shape for one in judged if one.pack == pack}):
            some = [one for one in judged if one.pack == pack and one.shape == shape]
            taken = [
                one
                for one in some
                if trust(one, confidence) >= at["several tables" if one.facts.get("several tables") else "one table"]
            ]
            right = sum(one.is_right for one in taken)
            print(f"{title:14}{pack:16}{shape:8}{len(some):6} forced {np.mean([o.is_right for o in some]):6.1%} "
                  f"coverage {len(taken) / len(some):6.1%} precision {right / max(len(taken), 1):6.1%} "
                  f"accuracy {right / len(some):6.1%}")  # fmt: skip


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--part", choices=("open", "closed", "all"), default="open")
    parser.add_argument("--shapes", default="single,join,nested", help="shapes to fit on, with commas")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--one", type=float, default=0.45, help="confidence to answer from with one table")
    parser.add_argument("--several", type=float, default=0.65, help="the same with several tables")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true", help="fit nothing: measure the weights as they are")
    args = parser.parse_args()
    thresholds = {"one table": args.one, "several tables": args.several}
    wanted = {"open": lambda db: not is_closed(db), "closed": is_closed, "all": lambda _: True}[args.part]
    cases = {
        pack: [c for c in load_cases(pack) if wanted(c.db) and c.shape in args.shapes.split(",")] for pack in args.packs
    }
    ranking = json.loads(RANKING.read_text()) if RANKING.exists() else {"weights": {}, "confidence": {}}
    if args.check:
        judged = [judge(pack, c, ranking["weights"]) for pack in args.packs for c in cases[pack]]
        show("as shipped", judged, ranking["confidence"], ranking["answer_from"])
        return
    weights: Weights = ranking["weights"]
    for _ in range(args.rounds):
        data = [one for pack in args.packs for one in labelled(pack, cases[pack], weights, MOST)]
        names = names_of(data)
        found = sum(any(one.is_right) for one in data) / len(data)
        print(f"{len(data)} questions, {len(names)} features, a right reading in {found:.1%}")
        weights = fit(data, names)
    crossed: list[Judged] = []
    strange: list[Judged] = []
    for fold in range(FOLDS):
        held = fit([one for one in data if fold_of(one.case.db) != fold], names)
        for pack in args.packs:
            part = [case for case in cases[pack] if fold_of(case.db) == fold]
            crossed += [judge(pack, case, held) for case in part]
            strange += foreign(pack, part, held)
    confidence = fit_confidence([*crossed, *strange])
    show("cross-valid.", [*crossed, *strange], confidence, thresholds)
    for at in (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75):
        for pack in sorted({one.pack for one in crossed}):
            taken = [o for o in crossed if o.pack == pack and trust(o, confidence) >= at]
            total = sum(o.pack == pack for o in crossed)
            right = sum(o.is_right for o in taken)
            print(f"  from {at}: {pack} precision {right / max(len(taken), 1):.1%} accuracy {right / total:.1%}")
    if args.write:
        text = {"weights": weights, "confidence": confidence, "answer_from": thresholds}
        RANKING.write_text(json.dumps(text, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
