"""For those who operate pipelines: why a run ended so, a spec change that may help, and what becomes of warnings."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from datamorph.core.catalog import Catalog
from datamorph.core.checks import Check
from datamorph.core.diagnosis import ROW, Diagnosis, diagnose
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.provenance import Provenance
from datamorph.core.run import EventKind, RunEvent, Stage
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.errors import NotFoundError, SettingsError
from datamorph.platform.ports import Ports
from datamorph.ports import Pipeline


@runtime_checkable
class SpecChanger(Protocol):
    """A planner that can be asked for a change of a spec: one with a language model."""

    def change(
        self, failed: PipelineSpec, findings: tuple[str, ...], catalog: Catalog
    ) -> Proposal | Questions | Refusal:
        """See LanguageModelPlanner.change."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """A language model's proposal; nothing is changed by it.

    Attributes:
        explanation: what it says about the failure.
        spec: the changed spec, which passed every gate; None when it proposes none.
        diff: against the spec that failed.
    """

    explanation: tuple[str, ...]
    spec: PipelineSpec | None = None
    diff: str = ""
    cost_usd: float = 0.0


def explain_run(ports: Ports, run_id: str) -> Diagnosis:
    """Tell from its events why a run ended as it did; see ``Platform.why``."""
    events = [event for _, event in ports.log.events(run_id)]
    return diagnose(ports.log.find(run_id), events)


def propose_change(ports: Ports, diagnosis: Diagnosis) -> Change:
    """Ask the language model for a spec that does not fail so; see ``Platform.propose_change``."""
    planner = ports.planner
    if not isinstance(planner, SpecChanger):
        raise SettingsError(
            "there is no language model to ask", fix="set DATAMORPH_PLANNER, see docs/language-model.md"
        )
    if not diagnosis.spec:
        raise NotFoundError(f"run {diagnosis.run_id!r} has no spec to change", fix="say the prompt otherwise")
    spec = parse_spec(diagnosis.spec, origin=f"the spec of run {diagnosis.run_id}")
    lake = ports.lake.catalog()
    offered = Catalog(tuple(t for t in lake.tables if t.ref in spec.sources.values()), lake.glossary)
    findings = (line for line in diagnosis.findings if not line.startswith(ROW))  # rows stay here
    outcome = planner.change(spec, (diagnosis.summary, *findings), offered)
    understood = outcome.understanding
    cost = _recorded_usd(ports, diagnosis.run_id, understood.provenance)
    if not isinstance(outcome, Proposal):
        told = (outcome.message, outcome.hint) if isinstance(outcome, Refusal) else ("it asks back",)
        return Change(told, cost_usd=cost)
    meanings = tuple(f"{phrase.text}: {phrase.meaning}" for phrase in understood.phrases)
    before, after = diagnosis.spec.splitlines(), outcome.spec.to_yaml().splitlines()
    diff = "\n".join(difflib.unified_diff(before, after, "failed", "proposed", lineterm=""))
    return Change((*understood.assumptions, *meanings), outcome.spec, diff, cost)


def _recorded_usd(ports: Ports, run_id: str, provenance: Provenance | None) -> float:
    """What the question cost; it is put on the run's record, where costs are added up."""
    if provenance is None:
        return 0.0
    told = {"what": "asked for a change", "provenance": provenance.facts()}
    ports.log.append(run_id, [RunEvent(Stage.PLAN, EventKind.PROGRESS, ports.now(), None, told)])
    return provenance.cost_usd


def settle_checks(ports: Ports, name: str, *, accept: Sequence[str], drop: Sequence[str]) -> Pipeline:
    """Make warnings of a saved pipeline block, or remove them; see ``Platform.settle_checks``."""
    pipeline = ports.pipelines.load(name)
    warnings = {check.name for check in pipeline.spec.checks if check.severity == "warn"}
    for wanted in (*accept, *drop):
        if wanted not in warnings:
            listed = ", ".join(sorted(warnings)) or "none"
            raise NotFoundError(f"{name} has no warning {wanted!r}", fix=f"its warnings are {listed}")
    kept = tuple(_settled(check, accept) for check in pipeline.spec.checks if not _is(check, drop))
    spec = pipeline.spec.model_copy(update={"checks": kept})
    return ports.pipelines.save(Pipeline(spec, pipeline.transform, pipeline.query))


def _settled(check: Check, accept: Sequence[str]) -> Check:
    return check.model_copy(update={"severity": "error"}) if _is(check, accept) else check


def _is(check: Check, names: Sequence[str]) -> bool:
    return check.severity == "warn" and check.name in names
