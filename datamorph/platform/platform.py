"""The platform as programs see it. This surface is stable."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from datamorph.core.catalog import CatalogTable
from datamorph.core.checks import Check, CheckResult
from datamorph.core.contract import Reader
from datamorph.core.diagnosis import Diagnosis
from datamorph.core.diff import TableDiff
from datamorph.core.model_test import TestOutcome
from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunEvent
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef, TableSchema
from datamorph.platform import (
    building,
    comparing,
    contracts,
    loading,
    models,
    moments,
    operating,
    planning,
    publishing,
    quality,
    reading,
    recorded,
    rerunning,
    upkeep,
)
from datamorph.platform.approval import Approval, Decide
from datamorph.platform.contracts import ContractState
from datamorph.platform.inbox import Inbox
from datamorph.platform.journal import Observe
from datamorph.platform.operating import Change
from datamorph.platform.ports import Ports
from datamorph.platform.quality import ProfileState
from datamorph.platform.reading import Answer
from datamorph.platform.scanning import ProjectScan, ScannedModel, scan_project
from datamorph.platform.sources import Sources
from datamorph.platform.stages import Stages
from datamorph.platform.upkeep import Compacted
from datamorph.platform.vocabulary import Vocabulary, described, read_vocabulary
from datamorph.ports import Freed, Pipeline, Snapshot
from datamorph.settings import Settings

if TYPE_CHECKING:
    import pyarrow as pa


class Platform:
    """One project's lake, pipelines and run log, with everything that can be done with them.

    All methods raise ``datamorph.errors.DataMorphError`` subclasses, which say what to do next.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @property
    def settings(self) -> Settings:
        """The settings that it was opened with."""
        return self._ports.settings

    def now(self) -> datetime:
        """Its clock, UTC."""
        return self._ports.now()

    def load(
        self,
        path: str | os.PathLike[str],
        table: str,
        *,
        description: str | None = None,
        nulls: Sequence[str] = (),
        force: bool = False,
        observe: Observe | None = None,
    ) -> RunResult:
        """Load a file, or those of a pattern, as the whole content of a raw table.

        Args:
            table: ``raw.domain.name``.
            description: what a row is, in words; planners read it.
            nulls: texts that stand for a missing value in CSV, such as ``NA``; the empty field always does.
            force: load even if the table holds this very file already.
        """
        return loading.load_file(
            self._ports, os.fspath(path), table, description=description, nulls=nulls, force=force, observe=observe
        )

    @property
    def sources(self) -> Sources:
        """Where raw tables come from, as ``sources.yaml`` says; loads what is new of them."""
        return Sources(self._ports)

    def plan(
        self,
        prompt: str,
        *,
        domains: Sequence[str] | None = None,
        answers: Mapping[str, str] | None = None,
        observe: Observe | None = None,
    ) -> Plan | Questions | Refusal:
        """Turn a sentence into a plan, or into what is missing for one. Nothing is computed yet.

        Args:
            domains: plan over the tables of these domains only.
            answers: question id to the value of the chosen answer, from an earlier ``Questions``.
        """
        return planning.plan_prompt(self._ports, prompt, domains=domains, answers=answers, observe=observe)

    def plan_spec(
        self, spec: PipelineSpec, *, full: bool = False, partition: str = "", day: date | None = None,
        observe: Observe | None = None,
    ) -> Plan:  # fmt: skip
        """Plan a spec that exists already against the tables of today.

        Args:
            full: read incremental sources from the beginning, and make the table anew.
            partition: compute the rows of this one alone, or of a range, FIRST...LAST; see ``core.partition``.
            day: what ``current_date()`` is; by default the day on which it begins, see ``core.run_day``.

        Raises: SpecError: it does not fit the tables of today; SourceError: rows would be left out for ever.
        """
        return planning.plan_spec(self._ports, spec, full=full, partition=partition, day=day, observe=observe)

    def prepare(self) -> None:
        """Begin to start the engine while a prompt is still being planned; use it when a run will follow."""
        self._ports.engine.prepare()

    def close(self) -> None:
        """Give back what was prepared and not used."""
        self._ports.close()

    def run(
        self,
        plan: Plan | Questions | Refusal,
        *,
        force: bool = False,
        approve: bool = False,
        decide: Decide | None = None,
        observe: Observe | None = None,
    ) -> RunResult:
        """Compute a plan's table, audit it and publish it.

        Args:
            force: compute even if spec and inputs are those of the published snapshot.
            approve: allow replacing a table that another pipeline made, changes that break its readers, and an edited
                pipeline to remove or change rows.
            decide: asked, where that was not given, whether the rows that an edited pipeline would remove or change
                may be; shown the difference.

        Raises:
            ApprovalError: a person's word is needed; nothing was published.
            PublishConflictError: others kept publishing what the rows are computed from.
            CheckFailedError: the staged rows fail a check; nothing was published.
            QuestionsOpenError, RefusedError: it is not a plan: a question is open, or the prompt was refused.
        """
        found, word = planning.require_plan(plan), Approval(approve, decide)
        return publishing.run_plan(self._ports, found, force=force, approval=word, observe=observe)

    @property
    def stages(self) -> Stages:
        """Runs stage by stage, and those that wait: for an answer, for approval."""
        return Stages(self._ports)

    @property
    def inbox(self) -> Inbox:
        """The folder of prompts."""
        return Inbox(self._ports)

    def rerun(
        self, run_id: str, *, same_inputs: bool = True, approve: bool = False, observe: Observe | None = None
    ) -> RunResult:
        """Repeat a run: on the very snapshots that it read (only times and its id differ), or on the tables of today.

        Args:
            approve: publish it even if the table was published by others since.

        Raises: NotFoundError, ApprovalError: see ``rerunning``.
        """
        return rerunning.rerun(self._ports, run_id, same_inputs=same_inputs, approve=approve, observe=observe)

    def ask(
        self, question: str, *, domains: Sequence[str] | None = None, answers: Mapping[str, str] | None = None
    ) -> Answer | Questions | Refusal:
        """Answer a question with rows and the SQL that gave them; nothing is published."""
        return reading.ask_question(self._ports, question, domains=domains, answers=answers)

    def read(self, table: str | TableRef, *, snapshot_id: int | None = None, most: int | None = None) -> pa.Table:
        """Rows of a table in its reading order, now or as of a snapshot; at most ``most`` of them."""
        return reading.read_table(self._ports, table, snapshot_id=snapshot_id, most=most)

    def read_staged(self, run_id: str, *, most: int | None = None) -> pa.Table:
        """Rows that a run staged, whether they were published or failed a check."""
        limit, inputs = f" LIMIT {int(most)}" if most is not None else "", recorded.staged_files(self._ports, run_id)
        return self._ports.queries.query(f"SELECT * FROM staged{limit}", inputs={"staged": inputs})

    def query(self, sql: str, *, most_rows: int | None = None, as_of: str | None = None) -> pa.Table:
        """Run one read-only SELECT in DuckDB's dialect; tables are written ``tier.domain.name``.

        Args:
            as_of: a time in ISO 8601 (UTC where it names no zone): all tables as they were then. A snapshot's id or a
                tag: its table there, the others as they were at its time.
        """
        return reading.query_lake(self._ports, sql, most_rows=most_rows, as_of=as_of)

    def diff(self, table: str | TableRef, before: str | None = None, after: str | None = None) -> TableDiff:
        """What differs between two states (a snapshot's id, a tag or a time), by default the last two."""
        ref = reading.find_table(self._ports, table)
        ids = [moments.snapshots_at(self._ports, [ref], text)[ref] if text else None for text in (before, after)]
        return comparing.diff_snapshots(self._ports, ref, *ids)

    def diff_staged(self, run_id: str) -> TableDiff:
        """What publishing the rows that a run has staged would change, or has changed, in its table as it is now."""
        return comparing.diff_staged(self._ports, run_id)

    def tables(self) -> Sequence[CatalogTable]:
        """All published tables, in order of reference; descriptions of the glossary win over the lake's own."""
        catalog = self._ports.lake.catalog()
        glossary = read_vocabulary(self.settings.home, catalog).glossary
        return [described(table, glossary) for table in catalog.tables]

    def vocabulary(self) -> Vocabulary:
        """The project's glossary as it stands in its file, with every mistake in it."""
        return read_vocabulary(self.settings.home, self._ports.lake.catalog())

    def history(self, table: str | TableRef) -> Sequence[Snapshot]:
        """Every published state of a table, newest first."""
        return self._ports.lake.history(reading.find_table(self._ports, table))

    def rollback(self, table: str | TableRef, snapshot_id: int) -> Snapshot:
        """Make an earlier snapshot of a table current again."""
        return self._ports.lake.rollback(reading.find_table(self._ports, table), snapshot_id)

    def demanded_checks(self, table: TableRef) -> Sequence[Check]:
        """Checks that a table's contract demands; none where there is no readable contract."""
        return contracts.demanded_checks(self._ports, table)

    def contracts(self) -> Sequence[ContractState]:
        """Every data contract, with its readers, judged on the tables of today."""
        return list(contracts.contract_states(self._ports))

    def readers(self, table: str | TableRef) -> Sequence[Reader]:
        """Who reads a table: pipelines, and those whom its contract names."""
        return contracts.readers_of(self._ports, reading.find_table(self._ports, table))

    def profile(self, table: str | TableRef) -> ProfileState:
        """Statistics of a table's columns, and how far they are from its own past."""
        return quality.profile_state(self._ports, reading.find_table(self._ports, table))

    def suggest_checks(self, table: str | TableRef) -> Sequence[Check]:
        """Checks that the table's rows of today pass, made from its profile."""
        return quality.suggest_checks(self._ports, reading.find_table(self._ports, table))

    def check(self, pipeline: str, *, report_into: str = "") -> Sequence[CheckResult]:
        """Judge a pipeline's checks on its table as it is published; nothing changes.

        Args:
            report_into: a folder for Great Expectations' Data Docs; none without it.
        """
        return quality.check_published(self._ports, pipeline, report_into=report_into)

    def tag(self, table: str | TableRef, name: str, snapshot_id: int | None = None) -> Snapshot:
        """Name a snapshot, by default the current one: it never expires, and ``as_of`` finds it."""
        ref = reading.find_table(self._ports, table)
        return cast(Snapshot, self._ports.upkeep.tag(ref, name, snapshot_id or self._ports.lake.pin(ref).snapshot_id))

    def untag(self, table: str | TableRef, name: str) -> None:
        """Take a tag away; its snapshot may expire then."""
        self._ports.upkeep.tag(reading.find_table(self._ports, table), name, None)

    def drop(self, table: str | TableRef) -> Snapshot:
        """Take a table out of the lake; ``undrop`` brings it back for ``dropped_days`` days."""
        return self._ports.upkeep.drop(reading.find_table(self._ports, table))

    def undrop(self, table: str | TableRef) -> Snapshot:
        """Bring back a table that was dropped, with its history."""
        return self._ports.upkeep.undrop(reading.parse_ref(table))

    def compact(self, table: str | TableRef | None = None) -> Sequence[Compacted]:
        """Join many small files into few, of one table or of all; readers notice nothing."""
        return upkeep.compact(self._ports, self._refs(table))

    def expire(
        self, table: str | TableRef | None = None, *, keep: int | None = None, days: float | None = None
    ) -> Mapping[str, Freed]:
        """Forget old snapshots, of one table or of all.

        Args:
            keep: so many of the latest stay, whatever their age.
            days: what was current in these last days stays. Tagged ones and those that a living run reads stay, too.
        """
        return upkeep.expire(self._ports, self._refs(table), keep=keep, days=days)

    def sweep(self, *, days: float | None = None) -> Freed:
        """Remove files that no table names and that are older than that; never those of living runs."""
        return upkeep.sweep(self._ports, days=days)

    def _refs(self, table: str | TableRef | None) -> Sequence[TableRef]:
        if table is None:
            return [found.ref for found in self._ports.lake.catalog().tables]
        return [reading.find_table(self._ports, table)]

    def pipelines(self) -> Sequence[str]:
        """Names of all saved pipelines."""
        return self._ports.pipelines.names()

    def pipeline(self, name: str) -> Pipeline:
        """One saved pipeline."""
        return self._ports.pipelines.load(name)

    def models(self, *selectors: str) -> Sequence[ScannedModel]:
        """SQL models in the order in which data moves; without selectors all of them, broken ones last.

        Args:
            selectors: ``curated.sales.totals``, ``totals``, ``curated.*``, ``tag:daily``; with ``+`` before it also
                what it is computed from, with ``+`` behind it what is computed from it.

        Raises:
            NotFoundError: a selector names nothing.
        """
        return models.select_models(self._ports, selectors)

    def model(self, name: str) -> ScannedModel:
        """One SQL model, by a name that may be short."""
        return models.find_model(self._ports, name)

    def plan_model(
        self, found: ScannedModel, *, full: bool = False, partition: str = "", observe: Observe | None = None
    ) -> Plan:
        """Plan a SQL model over the tables of today; a ``SpecError`` has every problem with file, line and column."""
        return models.plan_model(self._ports, found, full=full, partition=partition, observe=observe)

    def test_model(self, found: ScannedModel, *, on_engine: bool = False) -> Sequence[TestOutcome]:
        """Run a SQL model's unit tests (of its SELECT, not of its write mode) in DuckDB, or on the engine."""
        return models.run_tests(self._ports, found, on_engine=on_engine)

    def build(
        self,
        *selectors: str,
        full: bool = False,
        force: bool = False,
        approve: bool = False,
        observe: Observe | None = None,
    ) -> Iterator[building.BuildOutcome]:
        """Test, run and publish SQL models in the order in which data moves, each as its outcome is asked for.

        A model that fails is an outcome like any other; what reads it is skipped, and all others are built.

        Args:
            selectors: see ``models``.
            full: read incremental sources from the beginning, and make the tables anew.
            force: compute what is unchanged, too.
            approve: allow changes that break a table's readers.
        """
        options = building.BuildOptions(full, force, approve)
        return building.build_models(self._ports, self.models(*selectors), options, observe=observe)

    def written_version(self) -> str:
        """Text that changes when a file of the pipelines, SQL models or contracts does, or the sources file."""
        return f"{self._ports.written_version()} {self.sources.version()}"

    def scan(self, tables: Mapping[TableRef, TableSchema]) -> ProjectScan:
        """Everything that computes tables, checked against these and each other; see ``scan_project``."""
        return scan_project(self._ports, tables)

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """The latest runs, newest first."""
        return self._ports.log.runs(most=most)

    def find_run(self, run_id: str) -> Run:
        """One run by its id."""
        return self._ports.log.find(run_id)

    def why(self, run_id: str) -> Diagnosis:
        """Why a run ended as it did, told from its events."""
        return operating.explain_run(self._ports, run_id)

    def propose_change(self, diagnosis: Diagnosis) -> Change:
        """Ask the language model, where one is set, for a spec that does not fail so; nothing is changed by it."""
        return operating.propose_change(self._ports, diagnosis)

    def settle_checks(self, name: str, *, accept: Sequence[str] = (), drop: Sequence[str] = ()) -> Pipeline:
        """Make warnings of a saved pipeline block (``accept``) or remove them (``drop``), by their names."""
        return operating.settle_checks(self._ports, name, accept=accept, drop=drop)

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """Events of a run, numbered from 1."""
        return self._ports.log.events(run_id, after=after)
