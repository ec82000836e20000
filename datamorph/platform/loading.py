"""From a source to a raw table: what is new is staged, set apart where it cannot be read, and published once."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datamorph.core.load_record import LoadRecord
from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunState, Stage
from datamorph.core.source_spec import S3, Files, SourceSpec
from datamorph.core.table import TableRef, TableSchema, Tier
from datamorph.errors import DataMorphError, NotFoundError, PublishConflictError, SettingsError, SourceError
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.load_publishing import Change, Changes
from datamorph.platform.load_quarantine import publish_apart
from datamorph.platform.load_staging import StagedLoad, Stager
from datamorph.platform.load_table import LoadedTable, read_table
from datamorph.platform.ports import Ports
from datamorph.ports import Pending, Snapshot, Source

FINGERPRINT, RUN_ID = "source_fingerprint", "run_id"
MOST_ATTEMPTS = 5
_NOT_READING = {"files": {"path", "changed", "events"}, "postgres": {"url", "password", "lookback"}}


@dataclass(frozen=True, slots=True)
class Load:
    """One load.

    Attributes:
        full: from the beginning: what is there now is all that the table will hold.
        is_strict: nothing is refused without an error.
        fingerprint: recorded with the snapshot.
    """

    ref: TableRef
    spec: SourceSpec
    full: bool = False
    is_strict: bool = False
    fingerprint: str = ""

    @property
    def reading(self) -> str:
        """Changes with every option that changes which rows are read of the same bytes."""
        kind = self.spec.kind
        options = getattr(self.spec, kind).model_dump(mode="json", exclude=_NOT_READING.get(kind, set()))
        return hashlib.sha256(json.dumps([kind, options], sort_keys=True).encode()).hexdigest()[:16]


def load_file(
    ports: Ports,
    path: str,
    table: str,
    *,
    description: str | None,
    nulls: Sequence[str],
    force: bool,
    observe: Observe | None,
) -> RunResult:
    """Load files as the whole content of a raw table; see ``Platform.load``."""
    ref = raw_table(table)
    if Path(path).expanduser().is_dir() or (path.startswith(S3) and path.endswith("/")):
        fix = f"name files: {path.rstrip('/')}/*.csv; or make it a source: see docs/sources.md"
        raise SourceError(f"{path!r} is a folder", fix=fix)
    place = path if path.startswith(S3) else str(Path(path).expanduser().absolute())
    files = Files(path=place, nulls=tuple(nulls), bad_lines="refuse")
    load = Load(ref, SourceSpec(files=files, description=description or ""), full=True, is_strict=True)
    source = ports.source(load.spec)
    pending = source.pending(LoadRecord())
    if pending.refused:
        raise next(iter(pending.refused.values()))
    load = replace(load, fingerprint=_fingerprint(ports.settings.home, pending, nulls))
    current = None if force else _current(ports, ref)
    if current is not None and current.properties.get(FINGERPRINT) == load.fingerprint:
        return _unchanged(ports, ref, {})
    return _run(ports, load, source, observe)


def load_source(ports: Ports, ref: TableRef, spec: SourceSpec, *, full: bool, observe: Observe | None) -> RunResult:
    """Load what is new of a source; see ``Platform.load_source``."""
    load = Load(ref, spec, full=full)
    source = ports.source(spec)
    table = read_table(ports, ref, needs_record=not full)
    if not full and table.pinned is not None and table.record.reading == load.reading:
        pending = source.pending(table.record)
        if not pending.pieces:
            source.settle(table.record)
            return _unchanged(ports, ref, pending.refused)
    return _run(ports, load, source, observe)


def raw_table(text: str) -> TableRef:
    """The raw table of that name.

    Raises:
        SettingsError: not a table's name, or not in the raw tier.
    """
    try:
        ref = TableRef.parse(text)
    except ValueError as error:
        raise SettingsError(str(error), fix="write raw.DOMAIN.NAME, such as raw.shop.orders") from error
    if ref.tier is not Tier.RAW:
        raise SettingsError(
            f"files are loaded into the raw tier, not {ref.tier.value}", fix=f"use raw.{ref.domain}.{ref.name}"
        )
    return ref


def _run(ports: Ports, load: Load, source: Source, observe: Observe | None) -> RunResult:
    """Load and publish; again, as a run of its own, from the table of today when others published meanwhile."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        now = ports.now()
        what = Path(load.spec.place).name if load.spec.kind == "files" else load.spec.place
        run = Run(ports.new_id(), f"load {what} into {load.ref}", RunState.RUNNING, now, now, table=str(load.ref))
        ports.log.open(run)
        try:
            return _attempt(ports, load, source, Journal(ports.log, run, clock=ports.now, observe=observe))
        except PublishConflictError:
            if attempt == MOST_ATTEMPTS:
                raise
        time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 (spreads writers)
    raise AssertionError("unreachable")


def _attempt(ports: Ports, load: Load, source: Source, journal: Journal) -> RunResult:
    with journal.stage(Stage.STAGE) as facts:
        table = read_table(ports, load.ref, needs_record=not load.full)
        staged, change = _staged(ports, load, source, table, journal)
        output = change.staged
        facts.update(into=output.prefix, rows=output.rows, bytes=output.bytes, files=list(output.files))
        if staged.refused:
            facts["refused"] = {name: error.problem for name, error in staged.refused.items()}
    if change.is_same:
        with journal.stage(Stage.PUBLISH, ends=RunState.PUBLISHED) as facts:
            facts["note"] = "the table holds these rows already"
        return _unchanged(ports, load.ref, staged.refused)
    with journal.stage(Stage.AUDIT) as facts:
        profile = ports.queries.profile([*change.kept, *change.staged.files], change.staged.schema)
        facts.update(columns=len(change.staged.schema))
        if bad := sum(piece.loaded.bad for piece in staged.pieces.values()):
            facts["quarantined"] = bad
    with journal.stage(Stage.PUBLISH, ends=RunState.PUBLISHED) as facts:
        publish_apart(ports, load.ref, staged.pieces, change.record, journal.run.run_id)
        publication = replace(
            change.publication(table.snapshot_id),
            properties=_properties(load, staged, journal.run.run_id),
            profile=profile,
            description=load.spec.description or None,
            key=staged.key,
        )
        snapshot = ports.lake.publish(load.ref, change.staged, publication)
        facts.update(snapshot_id=snapshot.snapshot_id, rows=snapshot.rows)
    try:
        source.settle(change.record)
    except SourceError as error:  # the rows are published; an event that stays comes again, and needs nothing then
        staged = replace(staged, refused={**staged.refused, load.spec.place: error})
    return _result(ports, load.ref, snapshot, seconds=journal.seconds, staged=staged)


def _staged(
    ports: Ports, load: Load, source: Source, table: LoadedTable, journal: Journal
) -> tuple[StagedLoad, Change]:
    run_id = journal.run.run_id
    pending, base = _pending(load, source, table)
    into = Path(ports.lake.staging_prefix(load.ref, run_id))
    stager = Stager(ports, source, load.spec, base)
    found = stager.stage(pending.pieces, into, run_id, journal.reporter(Stage.STAGE))
    staged = replace(found, refused={**pending.refused, **found.refused})
    _require_something(load, pending, staged)
    changes = Changes(ports, run_id, staged, load.reading, into)
    writes = {piece.write for piece in pending.pieces if piece.name in staged.pieces}
    return staged, _change(changes, load, table, base, writes)


def _pending(load: Load, source: Source, table: LoadedTable) -> tuple[Pending, LoadedTable | None]:
    """What to load, and the table that it is added to: None where it becomes the whole content.

    Raises:
        SourceError: the table has to be loaded anew, and files whose rows it holds are gone.
    """
    if load.full or table.pinned is None:
        return source.pending(LoadRecord()), None
    reason = _why_anew(load, table)
    pending = source.pending(table.record)
    if not reason:
        gone = [table.record.pieces[piece.name].part for piece in pending.pieces if piece.name in table.record.pieces]
        is_known = load.spec.kind != "files" or table.files_of(gone) is not None
        reason = "" if is_known else "its files were joined since a changed file was loaded"
    if not reason:
        return pending, table
    anew = source.pending(LoadRecord())
    there = {*anew.refused, *(piece.name for piece in anew.pieces)}
    gone = [name for name in table.record.pieces if name not in there] if load.spec.files else []
    if gone:
        names = ", ".join(map(repr, gone[:3]))
        problem = f"{load.ref} has to be loaded anew ({reason}), and {len(gone)} of its files are gone: {names}"
        raise SourceError(problem, fix=f"restore them, or give their rows up: datamorph load {load.ref} --full")
    return anew, None


def _why_anew(load: Load, table: LoadedTable) -> str:
    if table.record.reading != load.reading:
        return "it was read with other options" if table.record.reading else "nothing says what it has loaded"
    is_changed = table.pinned is not None and not table.pinned.is_bare
    return "others changed the table" if is_changed and load.spec.kind == "files" else ""


def _require_something(load: Load, pending: Pending, staged: StagedLoad) -> None:
    """Raises: SourceError: nothing at all, or something is refused where nothing may be."""
    if staged.refused and (load.is_strict or not staged.pieces):
        raise next(iter(staged.refused.values()))
    if not staged.pieces and not pending.pieces:
        raise SourceError(f"{load.ref}: there is nothing at {load.spec.place!r}", fix="put a file there, or correct it")


def _change(
    changes: Changes, load: Load, table: LoadedTable, base: LoadedTable | None, writes: Collection[str]
) -> Change:
    if "all" in writes and not load.full:
        return changes.whole(table)
    if base is None or "all" in writes:
        return changes.anew()
    return changes.merged(base) if "merge" in writes else changes.added(base)


def _properties(load: Load, staged: StagedLoad, run_id: str) -> dict[str, str]:
    place = Path(load.spec.place).name if load.spec.kind == "files" else load.spec.place
    names = {"source": place, "source_kind": load.spec.kind, "pieces": str(len(staged.pieces))}
    return {RUN_ID: run_id, **names, **({FINGERPRINT: load.fingerprint} if load.fingerprint else {})}


def _fingerprint(home: Path, pending: Pending, nulls: Sequence[str]) -> str:
    """Hash of what is read and how: a table that was loaded with the same one is as it would become."""
    digest = hashlib.sha256("\x1f".join(nulls).encode())
    for piece in pending.pieces:
        digest.update(piece.loaded.version.encode())
        if piece.loaded.version:
            continue
        with (home / piece.name).open("rb") as data:
            while block := data.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _current(ports: Ports, ref: TableRef) -> Snapshot | None:
    try:
        return next((found for found in ports.lake.history(ref) if found.is_current), None)
    except NotFoundError:
        return None


def _unchanged(ports: Ports, ref: TableRef, refused: Mapping[str, DataMorphError]) -> RunResult:
    snapshot = _current(ports, ref)
    if snapshot is None:
        raise PublishConflictError(f"{ref} was dropped meanwhile", fix="load it again")
    found = _result(ports, ref, snapshot)
    return replace(found, is_unchanged=True, refused={name: error.problem for name, error in refused.items()})


def _result(
    ports: Ports,
    ref: TableRef,
    snapshot: Snapshot,
    *,
    seconds: Mapping[str, float] | None = None,
    staged: StagedLoad | None = None,
) -> RunResult:
    staged = staged or StagedLoad(TableSchema(()))
    return RunResult(
        run_id=snapshot.properties.get(RUN_ID, ""),
        table=str(ref),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=ports.lake.pin(ref).schema,
        quarantined=sum(piece.loaded.bad for piece in staged.pieces.values()),
        seconds=seconds or {},
        loaded=tuple(staged.pieces),
        refused={name: error.problem for name, error in staged.refused.items()},
    )
