"""Fit the weights of the question planner's readings on packs, cross-validated over databases.

    python benchmarks/fit_ranking.py PACK... [--part open|closed|all] [--priors 0.3,1,3] [--write]
    python benchmarks/fit_ranking.py PACK... --part closed --check

The weights maximise the likelihood that a reading with the gold rows is the best one (a log-linear model with
an L2 prior, the strongest one that costs no accuracy). Those for a table alone are fitted around those for several
tables; a kind of catalog that no pack has keeps its own. ``confidence`` is a logistic regression on cross-validated
readings of questions that the exact reader leaves, and on questions that are asked of a database that is not theirs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from reading_labels import Judge, Labelled, labelled, packed
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from datamorph.planning.offline.candidates import weigh as weighing
from datamorph.planning.offline.candidates.ranking import OWN, own_weights
from datamorph.planning.offline.candidates.search import Search
from datamorph.platform.benchmark.pack import Case, Pack, open_pack
from datamorph.platform.benchmark.picking import is_closed

RANKING = Path(weighing.__file__).with_name("ranking.json")
FOLDS, FEWEST, MOST, DIGITS, TRUST_PRIOR = 4, 12, 100, 3, 2.0
LEAST = 0.02
"""A weight for one table that differs less from that for several is left out."""
EQUAL = 0.004
"""Accuracy that a simpler model may cost: less than questions asked anew would change it."""
PRECISION, FOREIGN = 0.92, 0.007
"""Sought of the answers together with the exact reader's, and the most that questions about other data may get."""
KINDS = ("one table", "several tables")
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of a question.

    Attributes:
        kind: of its catalog: ``one table`` or ``several tables``.
        is_read: the exact reader answered; the readings are not asked.
        is_doubtful: the best reading is asked about, whatever its odds.
        facts: about the best reading.
    """

    pack: str
    shape: str
    kind: str
    is_right: bool
    is_read: bool = False
    is_doubtful: bool = True
    facts: Mapping[str, float] = field(default_factory=dict)


def fit_kinds(data: Sequence[Labelled], prior: float, kept: Mapping[str, float]) -> Weights:
    """Weights for each kind of catalog; those of a kind without questions are kept."""
    found = dict(kept)
    for is_alone in (False, True):
        own = [one for one in data if one.is_alone == is_alone]
        mark = OWN if is_alone else ""
        around = {name: weight for name, weight in found.items() if not name.startswith(OWN)} if is_alone else {}
        if own:
            found = {name: weight for name, weight in found.items() if name.startswith(OWN) != is_alone}
            fitted = fit(own, names_of(own), prior, around)
            telling = {name: weight for name, weight in fitted.items() if abs(weight - around.get(name, 0.0)) >= LEAST}
            found |= {f"{mark}{name}": weight for name, weight in telling.items()}
    return found


def names_of(data: Sequence[Labelled]) -> list[str]:
    """Features that occur in enough questions."""
    seen: Counter[str] = Counter()
    for one in data:
        seen.update({name for features in one.features for name in features})
    return sorted(name for name, count in seen.items() if count >= FEWEST)


def fit(data: Sequence[Labelled], names: Sequence[str], prior: float, around: Mapping[str, float]) -> Weights:
    """Weights under which right readings are likeliest, as near to others as the prior asks."""
    center = np.array([around.get(name, 0.0) for name in names])
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
        away = weights - center
        return prior * float(away @ away) - gain, 2 * prior * away - slope

    found = minimize(loss, center, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return {name: round(float(weight), DIGITS) for name, weight in zip(names, found.x, strict=True)}


def kind_of(name: str) -> str:
    """The kind of catalog that a weight or a fact is for."""
    return KINDS[not name.startswith(OWN)]


def fold_of(db: str) -> int:
    """Which part of the cross-validation a database belongs to."""
    return int(hashlib.sha256(f"fold {db}".encode()).hexdigest(), 16) % FOLDS


def shape_of(case: Case) -> str:
    """The shape of a question, as its pack calls it."""
    return case.tags[0] if case.tags else ""


@cache
def read(folder: Path, case: Case) -> bool | None:
    """Whether the exact reader answers right; None where it does not answer."""
    return packed(PACKS[folder], case).read(case)


PACKS: dict[Path, Pack] = {}


def named_facts(search: Search, meanings: list[weighing.Weighed]) -> Weights:
    """What the facts about a best reading are called among the weights."""
    mark = OWN if search.is_alone else ""
    return {f"{mark}{name}": value for name, value in weighing.facts(search, meanings).items()}


def judge(pack: Pack, case: Case, weights: Weights) -> Judged:
    """The best meaning of a question under some weights."""
    exact = read(pack.folder, case)
    search = packed(pack, case).search(case.prompt, weights)
    kind = KINDS[not search.is_alone]
    if exact is not None:
        return Judged(pack.folder.name, shape_of(case), kind, exact, is_read=True)
    if not (meanings := weighing.weigh(search)):
        return Judged(pack.folder.name, shape_of(case), kind, is_right=False)
    is_right = Judge(pack, case).is_right(search, meanings[0].reading)
    is_doubtful = weighing.is_doubtful(search, meanings)
    facts = named_facts(search, meanings)
    return Judged(pack.folder.name, shape_of(case), kind, is_right, is_doubtful=is_doubtful, facts=facts)


def foreign(pack: Pack, cases: Sequence[Case], weights: Weights) -> list[Judged]:
    """Questions that are asked of the database of another one: whatever is answered is wrong."""
    found: list[Judged] = []
    half = len(cases) // 2
    for case, other in zip(cases[::3], [*cases[half::3], *cases[:half:3]], strict=False):
        if case.db.rsplit("_", 1)[0] == other.db.rsplit("_", 1)[0]:
            continue
        search = packed(pack, other).search(case.prompt, weights)
        if meanings := weighing.weigh(search):
            is_out = weighing.is_foreign(search, meanings[0].reading)
            is_doubtful = is_out or weighing.is_doubtful(search, meanings)
            facts, kind = named_facts(search, meanings), KINDS[not search.is_alone]
            found.append(Judged(pack.folder.name, "foreign", kind, False, is_doubtful=is_doubtful, facts=facts))
    return found


def fit_confidence(judged: Sequence[Judged]) -> Weights:
    """How the facts about a best reading tell whether it is right, where nothing else keeps it from being taken."""
    judged = [one for one in judged if one.facts and not one.is_doubtful]
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
    if one.is_doubtful:
        return float(one.is_read)
    return 1 / (1 + float(np.exp(-sum(confidence.get(name, 0.0) * value for name, value in one.facts.items()))))


def taken(judged: Sequence[Judged], confidence: Weights, at: Mapping[str, float]) -> list[Judged]:
    """Those that are answered."""
    return [one for one in judged if trust(one, confidence) >= at[one.kind]]


def threshold(kind: str, judged: Sequence[Judged], confidence: Weights) -> float:
    """The least confidence with which answers are precise enough, and rare where they are never right."""
    own, strange = ([o for o in judged if o.kind == kind and (o.shape == "foreign") == is_out] for is_out in (0, 1))
    for percent in range(40, 95):
        at = {kind: percent / 100}
        answered, wrong = taken(own, confidence, at), taken(strange, confidence, at)
        is_precise = sum(one.is_right for one in answered) >= PRECISION * len(answered)
        if is_precise and len(wrong) <= FOREIGN * max(len(strange), 1):
            return percent / 100
    return 0.95


def show(title: str, judged: Sequence[Judged], confidence: Weights, at: Mapping[str, float]) -> None:
    """Print coverage, precision and accuracy."""
    groups = {(one.pack, "" if one.shape != "foreign" else one.shape) for one in judged}
    for pack, shape in sorted(groups | {(one.pack, one.shape) for one in judged}):
        some = [o for o in judged if o.pack == pack and (o.shape == shape or (not shape and o.shape != "foreign"))]
        answered = taken(some, confidence, at)
        right = sum(one.is_right for one in answered)
        print(f"{title:14}{pack:16}{shape or 'all':8}{len(some):6} forced {np.mean([o.is_right for o in some]):6.1%} "
              f"coverage {len(answered) / len(some):6.1%} precision {right / max(len(answered), 1):6.1%} "
              f"accuracy {right / len(some):6.1%}", flush=True)  # fmt: skip


def crossed_accuracy(data: Sequence[Labelled], prior: float, kept: Mapping[str, float]) -> float:
    """Share of questions whose best reading is right under weights of other databases."""
    right = 0
    for fold in range(FOLDS):
        fitted = fit_kinds([one for one in data if fold_of(one.case.db) != fold], prior, kept)
        for one in data:
            held = own_weights(fitted) if one.is_alone else fitted
            if fold_of(one.case.db) == fold and one.features:
                scores = [sum(held.get(n, 0.0) * v for n, v in features.items()) for features in one.features]
                right += one.is_right[scores.index(max(scores))]
    return right / len(data)


def chosen_prior(data: Sequence[Labelled], priors: Sequence[float], kept: Mapping[str, float]) -> float:
    """The strongest prior that is as accurate as the best."""
    if len(priors) == 1:
        return priors[0]
    found = {prior: crossed_accuracy(data, prior, kept) for prior in priors}
    print("  ".join(f"prior {prior}: {accuracy:.1%}" for prior, accuracy in found.items()), flush=True)
    return max(prior for prior in priors if found[prior] >= max(found.values()) - EQUAL)


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--part", choices=("open", "closed", "all"), default="open")
    parser.add_argument("--priors", default="0.3,1,3", help="strengths of the prior to compare, with commas")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true", help="fit nothing: measure the weights as they are")
    args = parser.parse_args()
    wanted = {"open": lambda db: not is_closed(db), "closed": is_closed, "all": lambda _: True}[args.part]
    PACKS.update({pack.folder: pack for pack in map(open_pack, args.packs)})
    parts = [(pack, sorted((c for c in pack.cases if wanted(c.db)), key=lambda c: c.db)) for pack in PACKS.values()]
    ranking = json.loads(RANKING.read_text(encoding="utf-8"))
    if args.check:
        judged = [judge(pack, case, ranking["weights"]) for pack, cases in parts for case in cases]
        judged += [one for pack, cases in parts for one in foreign(pack, cases, ranking["weights"])]
        show("as shipped", judged, ranking["confidence"], ranking["answer_from"])
        return
    data = [one for pack, cases in parts for one in labelled(pack, cases, ranking["weights"], MOST)]
    kept: Weights = ranking["weights"]
    found = sum(any(one.is_right) for one in data) / len(data)
    print(f"{len(data)} questions, a right reading in {found:.1%}", flush=True)
    prior = chosen_prior(data, [float(text) for text in args.priors.split(",")], kept)
    crossed: list[Judged] = []
    for fold in range(FOLDS):
        held = fit_kinds([one for one in data if fold_of(one.case.db) != fold], prior, kept)
        for pack, cases in parts:
            part = [case for case in cases if fold_of(case.db) == fold]
            crossed += [judge(pack, case, held) for case in part] + foreign(pack, part, held)
    confidence, kinds = fit_confidence(crossed), sorted({one.kind for one in crossed})
    confidence |= {name: weight for name, weight in ranking["confidence"].items() if kind_of(name) not in kinds}
    thresholds = ranking["answer_from"] | {kind: threshold(kind, crossed, confidence) for kind in kinds}
    print(f"prior {prior}, answers from {thresholds}")
    show("cross-valid.", crossed, confidence, thresholds)
    if args.write:
        text = {"weights": fit_kinds(data, prior, kept), "confidence": confidence, "answer_from": thresholds}
        RANKING.write_text(json.dumps(text, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
