"""Outcomes of planning: a plan, questions or a refusal, each with what was understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from datamorph.core.checks import Check
from datamorph.core.engine_choice import EngineChoice
from datamorph.core.increment import Watermark
from datamorph.core.provenance import Provenance
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import SchemaChange, TableRef, TableSchema


@dataclass(frozen=True, slots=True)
class Phrase:
    """A part of the prompt and what it was taken to mean."""

    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a prompt that was weighed.

    Attributes:
        reading: what it would compute, in plain English.
        score: how likely it is, 0 to 1; the candidates of one prompt add up to at most 1.
        reasons: what spoke for it and against it, strongest first.
    """

    reading: str
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing that a prompt left open: what some of its words name, or how two tables are joined.

    Attributes:
        about: the words of the prompt, or the table that is joined.
        options: what it may be, likeliest first; their scores add up to 1.
    """

    about: str
    options: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """How a prompt was read.

    Attributes:
        phrases: parts of the prompt in order, each with its meaning.
        assumptions: what the prompt left open and how it was settled; shown before anything runs.
        unexplained: content words without a meaning. A plan never has any.
        answered: words of the prompt that a person put into other words by an answer: their own, with those.
        candidates: the readings that were weighed, likeliest first; empty where only one was possible.
        decisions: the single words and joins that were weighed, where a prompt is not weighed as a whole.
        provenance: the record of a language model's planning; None where none was asked.
    """

    phrases: tuple[Phrase, ...] = ()
    assumptions: tuple[str, ...] = ()
    unexplained: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    decisions: tuple[Decision, ...] = ()
    provenance: Provenance | None = None
    answered: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question: ``value`` is what is sent back, ``label`` what is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """What the planner must know, with two to four ways to answer.

    ``id`` is stable for the same prompt and catalog: an answer is ``{id: choice.value}``.

    Attributes:
        takes_words: it is about words of the prompt: any other text is an answer too, and is read in their place.
    """

    id: str
    text: str
    choices: tuple[Choice, ...]
    takes_words: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a planner answers when it understood everything: the spec and how it got there."""

    spec: PipelineSpec
    understanding: Understanding = Understanding()


@dataclass(frozen=True, slots=True)
class Questions:
    """The prompt has more than one reading: nothing is run until it is settled."""

    prompt: str
    questions: tuple[Question, ...]
    understanding: Understanding = Understanding()
    run_id: str = ""


RefusalReason: TypeAlias = Literal["unsafe", "impossible", "out_of_scope", "unreadable"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The prompt is not done: it is unsafe, impossible with this data, out of scope or unreadable."""

    prompt: str
    reason: RefusalReason
    message: str
    hint: str
    understanding: Understanding = Understanding()
    run_id: str = ""


@dataclass(frozen=True, slots=True)
class PinnedTable:
    """A table at one snapshot, as the Parquet files that hold exactly its rows.

    Attributes:
        files: absolute paths or URIs, in the order of the snapshot's manifest.
        rows: number of rows in them.
        bytes: their size.
        is_bare: the files are the table's own; otherwise they are a copy of its rows.
        uris: the same files where engines elsewhere read them, in the same order; empty where only this machine does.
    """

    ref: TableRef
    snapshot_id: int
    schema: TableSchema
    files: tuple[str, ...]
    rows: int
    bytes: int
    is_bare: bool = False
    uris: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writing:
    """How a plan's rows become the table.

    Attributes:
        appends: they are added to the rows that are there.
        based_on: snapshot of the target that they are computed from, 0 for a new table; None where it does not matter.
        watermarks: how far each incremental source is read then, by frame name.
        merge: where failing rows are set apart first, the SELECT that puts the others into the table: it reads
            ``accepted`` and, when there is a table, ``published``. The transform yields the new rows alone then.
        batch: columns of those new rows.
        published: the table that they meet.
        is_full: the table is made anew, from all rows of the sources.
        frame: the frame that the target's own rows are read by; empty where none does.
        touches: the keys or partitions of the new rows, as one SELECT in DuckDB's dialect; empty where all rows go.
        replaces: files of the target that the rows take the place of; None for all.
        over: snapshot whose other files stay, where that is not ``based_on``: a run that is repeated.
        partition: the partition, or FIRST...LAST of a range, whose rows alone are computed; empty for all.
    """

    appends: bool = False
    based_on: int | None = None
    watermarks: Mapping[str, Watermark] = field(default_factory=dict[str, Watermark])
    merge: str = ""
    batch: TableSchema | None = None
    published: PinnedTable | None = None
    is_full: bool = False
    frame: str = ""
    touches: str = ""
    replaces: tuple[str, ...] | None = None
    over: int | None = None
    partition: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that will happen, before it happens.

    Attributes:
        spec: the meaning of the prompt.
        schema: columns of the target as the type checker derived them.
        order: order items that readers of the target should see, empty when none was asked for.
        transform: PySpark source that defines ``transform(...)``.
        query: the same meaning as one SELECT in DuckDB's dialect, over views named like the sources.
        inputs: each frame that the transform reads, pinned to a snapshot: the sources, and the target itself where
            the write mode needs its rows.
        change: effect on the published table's schema; None when the table is new.
        explanation: the steps in plain English, one sentence each, with what is predicted of their rows.
        predicted_rows: rows that each frame will have, from the statistics of the inputs, where they tell.
        planner: who wrote the spec: ``offline``, ``person`` or a language model's name.
        demanded: checks that the table's contract adds.
        model: the file of the SQL model that the spec was compiled from, which stays its only source: such a spec is
            not saved as a pipeline. Empty for pipelines.
        rerun_of: the run that is repeated on its own inputs; empty for a run of its own.
        engine: where it will run, and why.
        day: what ``current_date()`` is in it; None where the spec does not ask for the day.
    """

    run_id: str
    prompt: str
    spec: PipelineSpec
    schema: TableSchema
    transform: str
    query: str
    inputs: Mapping[str, PinnedTable]
    order: tuple[str, ...] = ()
    change: SchemaChange | None = None
    understanding: Understanding = Understanding()
    explanation: tuple[str, ...] = ()
    predicted_rows: Mapping[str, int] = field(default_factory=dict[str, int])
    planner: str = "offline"
    writing: Writing = Writing()
    model: str = ""
    demanded: tuple[Check, ...] = ()
    engine: EngineChoice = field(default_factory=EngineChoice)
    day: date | None = None

    @property
    def checks(self) -> tuple[Check, ...]:
        """Everything that the rows must pass: the spec's own checks, then those of the table's contract."""
        own = self.spec.all_checks
        return (*own, *(check for check in self.demanded if check not in own))

    rerun_of: str = ""
