"""The plug points. An adapter is any class with these methods; it need not inherit.

Each port has one conformance suite in ``tests/conformance/`` that every adapter must pass.
"""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from datamorph.core.catalog import Catalog, CatalogTable, TableProfile
from datamorph.core.checks import Check
from datamorph.core.contract import Contract
from datamorph.core.language_model import Exchange, ModelRequest
from datamorph.core.plan import PinnedTable, Proposal, Questions, Refusal
from datamorph.core.run import Run, RunEvent
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef, TableSchema

if TYPE_CHECKING:
    import pyarrow as pa

Report: TypeAlias = Callable[[str, Mapping[str, Any]], None]
"""Progress while something runs: ``(what, facts)``."""


@dataclass(frozen=True, slots=True)
class StagedOutput:
    """Parquet files that one run has written; no reader sees them until a lake publishes them.

    Attributes:
        prefix: the folder or S3 prefix that belongs to this run alone.
        files: absolute paths or URIs, in row order where the transform sorts.
        bytes: their size.
    """

    prefix: str
    files: tuple[str, ...]
    schema: TableSchema
    rows: int
    bytes: int
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class TransformJob:
    """What an engine needs to know, and all that it may see.

    Attributes:
        code: Python source that defines ``transform(**frames) -> DataFrame``.
        inputs: frame name to the pinned table that it is read from.
        into: a prefix that does not exist yet; the output's Parquet files go there.
        columns: the output's columns in order, with the types that they must have.
        timeout_s: the engine is stopped after that many seconds.
    """

    run_id: str
    code: str
    inputs: Mapping[str, PinnedTable]
    into: str
    columns: TableSchema
    timeout_s: float = 3600.0


class Engine(Protocol):
    """Executes ``glue_scripts/run_transform.py`` with a job: Sail, JVM Spark, Glue or EMR."""

    name: str

    def prepare(self) -> None:
        """Begin to start up, so that a job that follows soon waits less. Never needed, never waits itself."""
        ...

    def release(self) -> None:
        """Give back what was prepared and not used."""
        ...

    def run(self, job: TransformJob, report: Report) -> StagedOutput:
        """Run the transform and write its rows under ``job.into``.

        Raises:
            EngineError: the engine failed; ``into`` may hold partial files, no table changed.
            StorageFullError: no space left for the output.
        """
        ...


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published state of a table.

    Attributes:
        published_at: when it became current, UTC.
        operation: Iceberg's word: ``append``, ``overwrite``, ``delete``.
        properties: ``run_id`` and whatever else the publisher recorded, as text.
        tags: names that people gave to it; a tagged snapshot never expires.
    """

    snapshot_id: int
    published_at: datetime
    operation: str
    rows: int
    files: int
    is_current: bool
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """What goes into one commit besides the files.

    Attributes:
        properties: text for the snapshot: ``run_id``, ``spec_hash`` ...
        order_by: the order that readers should see, such as ``("flights desc", "origin")``; a table
            itself has none, so it is kept as a table property.
        key: columns that identify a row; becomes the table's primary key in the catalog.
        appends: add the rows to those that are there, instead of replacing them.
        based_on: the snapshot that the rows were computed from (0: there was no table); publishing is refused
            when another one is current by then. None asks for nothing.
        replaces: files, as ``based_on`` was pinned, whose rows the new ones take the place of; the others stay as
            they are. None: all of them.
        over: the snapshot whose files stay, where it is not the current one (0: none stays).
    """

    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    profile: TableProfile = field(default_factory=TableProfile)
    description: str | None = None
    order_by: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    appends: bool = False
    based_on: int | None = None
    replaces: tuple[str, ...] | None = None
    over: int | None = None

    @property
    def keeps_files(self) -> bool:
        """Files of an earlier snapshot stay."""
        return (self.appends or self.replaces is not None) and self.over != 0


class Lake(Protocol):
    """Keeps the published tables: Iceberg over SQLite in a folder, over Glue on S3."""

    def catalog(self) -> Catalog:
        """All published tables with the profile of their current snapshot, in order of reference."""
        ...

    def pin(self, ref: TableRef, snapshot_id: int | None = None) -> PinnedTable:
        """The table at a snapshot (the current one by default), as plain Parquet files.

        Where bare files would not hold exactly the snapshot's rows (delete files, files older than a
        schema change), they are written anew to a place of their own first.

        Raises:
            NotFoundError: no such table or snapshot, with the nearest names.
        """
        ...

    def files_holding(self, pinned: PinnedTable, values: pa.Table) -> tuple[str, ...]:
        """The pinned files that hold at least one row with the values of some row of ``values``.

        Args:
            pinned: a snapshot whose files are the table's own (``is_bare``).
            values: wanted values, in columns named like the table's.
        """
        ...

    def staging_prefix(self, ref: TableRef, run_id: str) -> str:
        """A fresh folder on this machine for one run's files, which publishing adopts.

        In a local lake it lies inside the table's data folder, so that nothing is copied: an unreferenced file
        there is invisible to readers. To a lake on S3 the files are uploaded when they are published.
        """
        ...

    def publish(self, ref: TableRef, staged: StagedOutput, publication: Publication) -> Snapshot:
        """Replace the table's rows by the staged files, or add to them, in one commit; create it when it is new.

        Readers see the old rows or the new ones, never a mixture and never none. Publishing the same
        ``run_id`` again changes nothing and returns its snapshot.

        Raises:
            PublishConflictError: other writers won every attempt, or one changed what the rows are based on.
            StorageFullError: no space left for the metadata; the table is unchanged.
        """
        ...

    def history(self, ref: TableRef) -> Sequence[Snapshot]:
        """Every published state that is still kept, newest first; one line per publication."""
        ...

    def profiles(self, ref: TableRef, *, most: int = 30) -> Sequence[TableProfile]:
        """Profiles of the latest publications that are still kept, newest first; those without one are left out.

        Raises:
            NotFoundError: no such table.
        """
        ...

    def rollback(self, ref: TableRef, snapshot_id: int) -> Snapshot:
        """Make an earlier snapshot current again. Later ones stay in the history.

        Raises:
            NotFoundError: no such table, or no such snapshot of it.
        """
        ...


@dataclass(frozen=True, slots=True)
class Freed:
    """What housekeeping has removed."""

    snapshots: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: Freed) -> Freed:
        return Freed(self.snapshots + other.snapshots, self.files + other.files, self.bytes + other.bytes)


class Upkeep(Protocol):
    """Housekeeping of a lake; readers and runs notice nothing of it. Every lake does it."""

    def tag(self, ref: TableRef, name: str, snapshot_id: int | None) -> Snapshot | None:
        """Name a snapshot, which then never expires; a name that is taken moves. None takes the name away.

        Raises:
            NotFoundError: no such table, snapshot, or tag to take away.
        """
        ...

    def drop(self, ref: TableRef) -> Snapshot:
        """Take a table out of the catalog, and return the state it had. Its files stay, so it can come back."""
        ...

    def undrop(self, ref: TableRef) -> Snapshot:
        """Bring back the table of that name that was dropped last, with its history.

        Raises:
            NotFoundError: none was dropped, or too long ago.
            LakeError: there is a table of that name again.
        """
        ...

    def compact(self, ref: TableRef, *, run_id: str) -> Snapshot | None:
        """Write many small files into few, in one commit; None where it is not worth it.

        Raises:
            PublishConflictError: another writer published meanwhile; the table is as that one left it.
        """
        ...

    def expire(self, ref: TableRef, *, keep: int, since: datetime, pinned: Collection[int]) -> Freed:
        """Forget old publications, and remove the files that only they needed.

        The current one, tagged ones, the latest ``keep``, those that were current at ``since`` or later and those
        in ``pinned`` stay.
        """
        ...

    def sweep(self, *, before: datetime, dropped_before: datetime, alive: Collection[str]) -> Freed:
        """Remove files that no table names and that did not change since ``before``.

        Args:
            before: no later than the start of any living run: what a commit writes has no name until it is done.
            dropped_before: tables that were dropped before then are given up.
            alive: ids of runs whose staged files are left alone.
        """
        ...


class QueryEngine(Protocol):
    """Runs SQL over Parquet files in this process, for people and for checks. It never writes tables."""

    def query(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], most_rows: int | None = None, timeout_s: float = 60.0
    ) -> pa.Table:
        """Run one SELECT in DuckDB's dialect and return its rows.

        Args:
            inputs: view name to Parquet files; a name with dots (``raw.shop.orders``) is reached as a
                qualified name too. Nothing else can be read: no other file, no network, no setting.
            most_rows: an error beyond that many rows.

        Raises:
            QueryError: it does not parse or bind, is too large or too slow.
        """
        ...

    def write(
        self, sql: str, *, inputs: Mapping[str, Sequence[str]], into: str, schema: TableSchema, timeout_s: float = 60.0
    ) -> StagedOutput:
        """Run one SELECT and write its rows, in their order, as a Parquet file below ``into``; no table changes.

        Args:
            into: a prefix that does not exist yet.
            schema: the columns that the SELECT yields.

        Raises:
            QueryError: see ``query``.
            StorageFullError: no space left for the rows.
        """
        ...

    def profile(self, files: Sequence[str], schema: TableSchema) -> TableProfile:
        """Statistics of every column over these files."""
        ...


class ContractStore(Protocol):
    """Keeps what tables promise to their readers, as files that people write."""

    def tables(self) -> Sequence[TableRef]:
        """Tables that have a contract, sorted.

        Raises:
            SpecError: a file that is not named after a table.
        """
        ...

    def load(self, ref: TableRef) -> Contract | None:
        """The contract of a table; None where it has none.

        Raises:
            SpecError: it cannot be read, with the place.
        """
        ...


class CheckLibrary(Protocol):
    """Runs checks that no scan compiles, in the library that they come from."""

    def run(
        self, checks: Sequence[Check], files: Sequence[str], *, report_into: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Run the checks over these files.

        Args:
            report_into: a folder for a report to read in a browser; none without it.

        Returns:
            For each check ``success`` and what was observed, in the library's own words.

        Raises:
            CheckRunError: the library is not installed (with the command that installs it), or refuses a check.
        """
        ...


class Source(Protocol):
    """Turns data outside the lake into staged Parquet files."""

    def stage(self, location: str, into: str, report: Report, *, nulls: Sequence[str] = ()) -> StagedOutput:
        """Read everything at ``location`` and write it under ``into``, with a discovered schema.

        Args:
            nulls: texts that stand for a missing value where the format has none; the empty field always does.

        Raises:
            SourceError: missing, unreadable, empty, malformed (with the line where it is known).
            StorageFullError: no space left.
        """
        ...


class RunLog(Protocol):
    """The record of every run. What ``append`` returned from survives a killed process."""

    def open(self, run: Run) -> None:
        """Record a new run and hold it for this process until it ends or the process dies."""
        ...

    def append(self, run_id: str, events: Iterable[RunEvent], change: Run | None = None) -> None:
        """Add events and, in the same transaction, the run's new state.

        Raises:
            ValueError: the state may not follow the recorded one (``core.run.TRANSITIONS``).
        """
        ...

    def runs(self, *, most: int = 50) -> Sequence[Run]:
        """The latest runs, newest first."""
        ...

    def events(self, run_id: str, *, after: int = 0) -> Sequence[tuple[int, RunEvent]]:
        """Events of a run with their sequence numbers (from 1, without gaps), after the given one.

        Raises:
            NotFoundError: no such run.
        """
        ...

    def interrupt_dead(self) -> Sequence[Run]:
        """Mark active runs whose process is gone as interrupted, and return them."""
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A saved pipeline: its spec and the files compiled from it.

    Attributes:
        folder: where it is kept, for people; empty before it is saved.
        document: the spec as it stands there, with a person's own comments; empty before it is saved.
        plan: how a language model planned it, as JSON; empty where none did. A save without it keeps what is there.
    """

    spec: PipelineSpec
    transform: str
    query: str
    folder: str = ""
    document: str = ""
    plan: str = ""


class PipelineStore(Protocol):
    """Keeps pipelines as readable files that people may edit and review."""

    def save(self, pipeline: Pipeline) -> Pipeline:
        """Write or replace a pipeline at once: a reader sees all of the old or all of the new."""
        ...

    def load(self, name: str) -> Pipeline:
        """Read one pipeline.

        Raises:
            NotFoundError: no such pipeline, with the nearest names.
            SpecError: its spec does not parse, with the line.
        """
        ...

    def names(self) -> Sequence[str]:
        """Names of all pipelines, sorted; broken ones included."""
        ...

    def remove(self, name: str) -> None:
        """Delete a pipeline; its table stays."""
        ...


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of the folder of SQL models, as it stands there.

    Attributes:
        path: within the folder, with slashes: ``processed/flights/daily.sql``.
        location: where it is, for people and their editors.
        tests: text of the file of unit tests beside it; empty where there is none.
        problem: why it cannot be read; empty where it can.
    """

    path: str
    location: str
    text: str
    tests: str = ""
    problem: str = ""


class ModelStore(Protocol):
    """Keeps the SQL models, which people write."""

    def files(self) -> Sequence[ModelFile]:
        """Every ``.sql`` file, in order of path, and every file of tests without a model; hidden files are left out."""
        ...

    def variables(self) -> str:
        """The YAML document of the variables that all models share; empty where there is none."""
        ...

    def version(self) -> str:
        """Text that changes when a file is added, removed or written; cheap to find out."""
        ...


class Planner(Protocol):
    """Turns a sentence into a spec, or says what is missing."""

    name: str

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """Plan one prompt over the tables of a catalog.

        Args:
            mode: ``pipeline`` for an instruction whose result is published, ``question`` for a question
                whose rows are shown.
            answers: question id to the value of the chosen answer, from an earlier outcome.

        Returns:
            A proposal has no unexplained content word. The same arguments give the same outcome.
        """
        ...


class LanguageModel(Protocol):
    """A language model behind a provider's interface, or what it once answered."""

    name: str
    model: str

    def count_tokens(self, request: ModelRequest) -> int:
        """How long a request is, counted by the provider or, where it does not count, estimated from above.

        Raises:
            LanguageModelError: as for ``complete``; nothing was charged.
        """
        ...

    def complete(self, request: ModelRequest) -> Exchange:
        """Ask once, and again only where that may help; never longer than the adapter's limit.

        Raises:
            LanguageModelError: no answer; ``charged_tries`` of its tries may have been charged.
        """
        ...


class SpendingLedger(Protocol):
    """What was spent on each day, by all processes together."""

    def reserve(self, day: date, usd: float, *, cap: float) -> str:
        """Set the most that a call can cost aside; it counts until it is settled, also when the process dies.

        Raises:
            BudgetError: the day would come to more than the cap; nothing was set aside.
        """
        ...

    def settle(self, reservation: str, usd: float) -> None:
        """Replace what was set aside by what the call did cost."""
        ...

    def spent(self, day: date) -> float:
        """USD of a day, with what is set aside."""
        ...


class PlanCache(Protocol):
    """Remembers outcomes of planning as text."""

    def recall(self, key: str) -> str | None:
        """What was kept under a key, byte for byte; None when nothing was."""
        ...

    def keep(self, key: str, text: str) -> None:
        """Keep a text; a reader sees all of it or none."""
        ...


__all__ = [
    "CatalogTable", "CheckLibrary", "ContractStore", "Engine", "Freed", "Lake", "LanguageModel", "ModelFile",
    "ModelStore", "Pipeline", "PipelineStore", "PlanCache", "Planner", "Publication", "QueryEngine", "Report", "RunLog",
    "Snapshot", "Source", "SpendingLedger", "StagedOutput", "TransformJob", "Upkeep",
]  # fmt: skip
