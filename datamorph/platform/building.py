"""Many SQL models in the order in which data moves: each is tested, then run; a failure stops only what reads it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from datamorph.core.model_test import TestOutcome
from datamorph.core.result import RunResult
from datamorph.errors import CheckFailedError, DataMorphError
from datamorph.platform.approval import Approval
from datamorph.platform.journal import Observe
from datamorph.platform.models import plan_model, run_tests
from datamorph.platform.ports import Ports
from datamorph.platform.publishing import run_plan
from datamorph.platform.scanning import ScannedModel

State: TypeAlias = Literal["built", "unchanged", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class BuildOutcome:
    """What came of building one model.

    Attributes:
        tests: outcomes of its unit tests, as far as they were run.
        error: why it failed; None where it did not.
        reason: why it was skipped.
    """

    model: ScannedModel
    state: State
    seconds: float = 0.0
    tests: Sequence[TestOutcome] = ()
    result: RunResult | None = None
    error: DataMorphError | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """See ``Platform.build``."""

    full: bool = False
    force: bool = False
    approve: bool = False


def build_models(
    ports: Ports, models: Sequence[ScannedModel], options: BuildOptions, *, observe: Observe | None
) -> Iterator[BuildOutcome]:
    """Build models in the given order; what reads a model that was not built is skipped."""
    missing: dict[str, str] = {}
    for found in models:
        stopped = _stopped(found, missing)
        outcome = BuildOutcome(found, "skipped", reason=stopped) if stopped else _built(ports, found, options, observe)
        if outcome.state in ("failed", "skipped"):
            missing[found.name] = "failed" if outcome.state == "failed" else "was skipped"
        yield outcome


def require_passed(name: str, outcomes: Sequence[TestOutcome]) -> None:
    """Stop before anything is run.

    Raises:
        CheckFailedError: a unit test failed.
    """
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if failed:
        lines = [line for outcome in failed for line in (outcome.test, *(f"  {line}" for line in outcome.lines()))]
        problem = "\n".join([f"nothing was run: {name} fails its unit tests", *lines])
        raise CheckFailedError(problem, fix=f"correct the model or its tests, see: datamorph test {name}")


def _stopped(found: ScannedModel, missing: Mapping[str, str]) -> str:
    reads = map(str, found.model.reads) if found.model else ()
    return next((f"{table} {missing[table]}" for table in reads if table in missing), "")


def _built(ports: Ports, found: ScannedModel, options: BuildOptions, observe: Observe | None) -> BuildOutcome:
    started = time.perf_counter()
    tests: Sequence[TestOutcome] = ()
    try:
        tests = run_tests(ports, found) if found.compiled else ()
        require_passed(found.name, tests)
        plan = plan_model(ports, found, full=options.full, observe=observe)
        force = options.force or options.full
        result = run_plan(ports, plan, force=force, approval=Approval(options.approve), observe=observe)
    except DataMorphError as error:
        return BuildOutcome(found, "failed", time.perf_counter() - started, tests, error=error)
    state: State = "unchanged" if result.is_unchanged else "built"
    return BuildOutcome(found, state, time.perf_counter() - started, tests, result)
