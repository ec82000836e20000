"""Numbers of a measurement: accuracy, coverage, precision and time, by tag and shape."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from datamorph.core.cost import TokenUsage
from datamorph.platform.benchmark.scoring import Scored


@dataclass(frozen=True, slots=True)
class Line:
    """All cases that have something in common.

    Attributes:
        wrong: wrong tables, and tables where none was due.
        asked: questions where an answer was due, or a refusal.
        refused: refusals where an answer was due, or a question.
        failed: outcomes that cannot be run, and crashes.
    """

    name: str
    cases: int
    right: int
    answered: int
    right_answers: int
    wrong: int
    asked: int
    refused: int
    failed: int
    median_ms: float
    p95_ms: float
    max_ms: float

    @property
    def accuracy(self) -> float:
        """Share of all cases that are right."""
        return self.right / self.cases

    @property
    def coverage(self) -> float:
        """Share of all cases that were answered with a table."""
        return self.answered / self.cases

    @property
    def precision(self) -> float | None:
        """Share of the answers that are right; None without answers."""
        return self.right_answers / self.answered if self.answered else None


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a language model had to do for a measurement.

    Attributes:
        plans: outcomes that it was asked for.
        kept: those that an earlier, equal request had paid for.
        answers: of it, repairs included.
        usage: tokens of all plans, the kept ones too.
        cost_usd: of all plans, the kept ones too.
        spent_usd: in this measurement.
        price: whose rates that follows, and of which day.
        lost: plans without an answer; they count as failed.
        reason: why the first of them has none.
    """

    model: str
    plans: int
    kept: int
    answers: int
    usage: TokenUsage
    cost_usd: float
    spent_usd: float
    price: str
    lost: int
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The whole measurement.

    Attributes:
        lines: one for each tag and shape, the last one for all.
        expectations: how often something besides the rows was as expected, with how often it was looked at.
        use: of a language model; None where none was asked.
    """

    lines: tuple[Line, ...]
    expectations: Mapping[str, tuple[int, int]]
    use: ModelUse | None = None

    @property
    def total(self) -> Line:
        """All cases."""
        return self.lines[-1]


def build_report(scored: Sequence[Scored]) -> Report:
    """Count what was scored; at least one case."""
    tags = sorted({tag for one in scored for tag in one.case.tags})
    lines = [_line(tag, [one for one in scored if tag in one.case.tags]) for tag in tags]
    on_topic = [one.is_on_topic for one in scored if one.is_on_topic is not None]
    with_meta = [one.has_meta for one in scored if one.has_meta is not None]
    expectations = {
        "right but for extra columns": (sum(one.has_more for one in scored), len(scored)),
        "question or refusal on topic": (sum(on_topic), len(on_topic)),
        "schedule or increment as asked": (sum(with_meta), len(with_meta)),
    }
    looked_at = {name: counted for name, counted in expectations.items() if counted[1]}
    return Report((*lines, _line("all", scored)), looked_at, _use(scored))


def _use(scored: Sequence[Scored]) -> ModelUse | None:
    found = [one.provenance for one in scored if one.provenance]
    if not found:
        return None
    lost = [one.lost for one in found if one.lost]
    return ModelUse(
        model=found[0].model,
        plans=len(found),
        kept=sum(one.is_cached for one in found),
        answers=sum(attempt.usage != TokenUsage() for one in found for attempt in one.attempts),
        usage=sum((one.usage for one in found), TokenUsage()),
        cost_usd=sum(one.cost_usd for one in found),
        spent_usd=sum(one.cost_usd for one in found if not one.is_cached),
        price=next((one.price for one in found if one.price), ""),
        lost=len(lost),
        reason=lost[0] if lost else "",
    )


def _line(name: str, scored: Sequence[Scored]) -> Line:
    verdicts = [one.verdict for one in scored]
    answered = [one for one in scored if one.did == "answer"]
    times = sorted(one.seconds * 1000 for one in scored)
    return Line(
        name=name,
        cases=len(scored),
        right=verdicts.count("right"),
        answered=len(answered),
        right_answers=sum(one.is_right for one in answered),
        wrong=verdicts.count("wrong"),
        asked=verdicts.count("asked"),
        refused=verdicts.count("refused"),
        failed=verdicts.count("failed"),
        median_ms=statistics.median(times),
        p95_ms=times[min(int(0.95 * len(times)), len(times) - 1)],
        max_ms=times[-1],
    )
