"""One case on its way to a verdict: planned, run in DuckDB, compared with the gold rows, written down."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.provenance import Provenance
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.typecheck import require_checked
from datamorph.errors import DataMorphError, SourceError
from datamorph.planning.reach import reachable
from datamorph.platform.benchmark.comparison import holds_table, is_same_table
from datamorph.platform.benchmark.database import Database
from datamorph.platform.benchmark.pack import Case
from datamorph.platform.ports import Ports
from datamorph.ports import Planner

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = ("parquet", "ask.json", "refuse.json", "meta.json")
"""What outcomes are written as, behind the id of their case."""

Verdict: TypeAlias = Literal["right", "wrong", "asked", "refused", "failed"]
Outcome: TypeAlias = Proposal | Questions | Refusal


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one case.

    Attributes:
        did: what the planner did; ``fail`` means that there is an outcome that cannot be run, or none at all.
        is_right: the rows are those of the gold SQL, or the planner asked or refused where that was due.
        has_more: the rows would be right without some columns.
        is_on_topic: a question or refusal that was due mentions what the pack expects; None where it expects nothing.
        has_meta: the spec says what the pack expects besides rows; None where it expects nothing.
        seconds: to plan.
        provenance: what a language model had to do with it.
        told: the outcome on a few lines.
    """

    case: Case
    did: Literal["answer", "ask", "refuse", "fail"]
    is_right: bool
    seconds: float
    told: str
    has_more: bool = False
    is_on_topic: bool | None = None
    has_meta: bool | None = None
    provenance: Provenance | None = None

    @property
    def verdict(self) -> Verdict:
        """One word for it."""
        if self.is_right:
            return "right"
        missed: dict[str, Verdict] = {"answer": "wrong", "ask": "asked", "refuse": "refused", "fail": "failed"}
        return missed[self.did]


@dataclass(frozen=True, slots=True)
class Scoring:
    """One case on its way to a verdict."""

    ports: Ports
    planner: Planner
    database: Database
    case: Case
    answers: Path | None

    def score(self) -> Scored:
        """Plan, run, compare, write down."""
        catalog = self.database.catalog
        scope = catalog if self.case.domains is None else catalog.within(self.case.domains)
        started = time.perf_counter()
        try:
            outcome = self.planner.plan(self.case.prompt, reachable(self.case.prompt, scope), mode=self.case.mode)
        except Exception as error:  # a planner that breaks on one prompt is a finding, not the end of the measurement
            return self._missed("fail", time.perf_counter() - started, f"{type(error).__name__}: {error}")
        scored = self._judged(outcome, time.perf_counter() - started)
        return replace(scored, provenance=outcome.understanding.provenance)

    def _judged(self, outcome: Outcome, seconds: float) -> Scored:
        provenance = outcome.understanding.provenance
        if provenance and provenance.lost:  # the offline planner's outcome says nothing of the language model's
            return self._missed("fail", seconds, f"  no answer of the language model: {provenance.lost}")
        if isinstance(outcome, Proposal):
            return self._answered(outcome, seconds)
        return self._missed("ask" if isinstance(outcome, Questions) else "refuse", seconds, told(outcome), outcome)

    def _missed(
        self, did: Literal["ask", "refuse", "fail"], seconds: float, text: str, outcome: Outcome | None = None
    ) -> Scored:
        is_due = did == self.case.expect
        said = json.dumps(_document(outcome), ensure_ascii=False) if outcome else text
        self._write(f"{did}.json", said) if outcome else None
        mentioned = any(word.lower() in said.lower() for word in self.case.mention)
        return Scored(
            self.case, did, is_due, seconds, text, is_on_topic=mentioned if is_due and self.case.mention else None
        )

    def _answered(self, outcome: Proposal, seconds: float) -> Scored:
        try:
            rows = self._rows(outcome.spec)
        except DataMorphError as error:
            return self._missed("fail", seconds, f"{told(outcome)}\n  {error.problem}")
        meta = _meta(outcome.spec)
        self._write_rows(rows, meta)
        expected = dict(self.case.meta)
        has_meta = all(meta.get(name) == json.loads(value) for name, value in expected.items()) if expected else None
        if self.case.expect != "answer":
            return Scored(self.case, "answer", is_right=False, seconds=seconds, told=told(outcome), has_meta=has_meta)
        gold = self._gold()
        target, is_ordered = self.case.target, self.case.ordered
        is_right = is_same_table(gold, rows, target=target, is_ordered=is_ordered)
        has_more = not is_right and holds_table(gold, rows, target=target, is_ordered=is_ordered)
        return Scored(self.case, "answer", is_right, seconds, told(outcome), has_more, has_meta=has_meta)

    def _rows(self, spec: PipelineSpec) -> pa.Table:
        schemas = {table.ref: table.schema for table in self.database.catalog.tables}
        checked = require_checked(spec, schemas, writable=self.ports.settings.writable)
        inputs = {name: [self.database.files[ref]] for name, ref in spec.sources.items()}
        timeout = self.ports.settings.query_timeout_s
        return self.ports.queries.query(compile_sql(checked), inputs=inputs, timeout_s=timeout)

    def _gold(self) -> pa.Table:
        inputs = {name: [file] for name, file in self.database.names.items()}
        try:
            return self.ports.queries.query(self.case.gold.strip().rstrip(";"), inputs=inputs)
        except DataMorphError as error:
            raise SourceError(f"the gold SQL of {self.case.id} fails: {error.problem}", fix="correct it") from error

    def _write(self, ending: str, text: str) -> None:
        if self.answers is not None:
            (self.answers / f"{self.case.id}.{ending}").write_text(text, encoding="utf-8")

    def _write_rows(self, rows: pa.Table, meta: dict[str, Any]) -> None:
        if self.answers is not None:
            import pyarrow.parquet as pq  # noqa: PLC0415 (only where answers are written)

            pq.write_table(rows, self.answers / f"{self.case.id}.parquet")
            self._write("meta.json", json.dumps(meta))


def _meta(spec: PipelineSpec) -> dict[str, Any]:
    """What a spec says besides its rows."""
    meta: dict[str, Any] = {"schedule": spec.schedule.cron} if spec.schedule else {}
    for read in spec.incremental.values():
        meta["incremental"] = {"key": list(spec.target.key), "cursor": read.by}
    return meta


def _document(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Questions):
        asked = [{"id": q.id, "text": q.text, "choices": {c.value: c.label for c in q.choices},
                  "takes_words": q.takes_words} for q in outcome.questions]  # fmt: skip
        return {"questions": asked}
    if isinstance(outcome, Refusal):
        return {"reason": outcome.reason, "message": outcome.message, "hint": outcome.hint}
    return {}


def told(outcome: Outcome) -> str:
    """An outcome on a few lines, for people who look for what went wrong."""
    if isinstance(outcome, Questions):
        return "\n".join(f"  asks {q.id}: {q.text} {[choice.label for choice in q.choices]}" for q in outcome.questions)
    if isinstance(outcome, Refusal):
        return f"  refuses ({outcome.reason}): {outcome.message} ({outcome.hint})"
    spec = outcome.spec
    steps = [f"  {step.name}: {step.step.explain()}" for step in spec.steps]
    assumed = [f"  assumed: {text}" for text in outcome.understanding.assumptions]
    return "\n".join([f"  reads {', '.join(map(str, spec.sources.values()))}", *steps, *assumed])
