"""From a file to a raw table: read, profile, publish. The same file twice changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunState, Stage
from datamorph.core.table import TableRef, Tier
from datamorph.errors import NotFoundError, SettingsError, SourceError
from datamorph.platform.journal import Journal, Observe
from datamorph.platform.ports import Ports
from datamorph.ports import Publication, Snapshot

FINGERPRINT, RUN_ID = "source_fingerprint", "run_id"


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
    """Load one file as the whole content of a raw table; see ``Platform.load``."""
    ref = raw_table(table)
    file = Path(path).expanduser().absolute()
    fingerprint = _fingerprint(file, nulls)
    current = None if force else _current(ports, ref, fingerprint)
    if current is not None:
        return _result(ports, ref, current, is_unchanged=True)
    now = ports.now()
    run = Run(ports.new_id(), f"load {file.name} into {ref}", RunState.RUNNING, now, now, table=str(ref))
    ports.log.open(run)
    journal = Journal(ports.log, run, clock=ports.now, observe=observe)
    with journal.stage(Stage.STAGE) as facts:
        into = ports.lake.staging_prefix(ref, run.run_id)
        report = journal.reporter(Stage.STAGE)
        staged = ports.source.stage(str(file), into, report, nulls=nulls)
        facts.update(into=into, rows=staged.rows, bytes=staged.bytes, files=list(staged.files))
    with journal.stage(Stage.AUDIT) as facts:
        profile = ports.queries.profile(staged.files, staged.schema)
        facts.update(columns=len(staged.schema))
    with journal.stage(Stage.PUBLISH, ends=RunState.PUBLISHED) as facts:
        properties = {RUN_ID: run.run_id, "source": file.name, FINGERPRINT: fingerprint}
        publication = Publication(properties=properties, profile=profile, description=description)
        snapshot = ports.lake.publish(ref, staged, publication)
        facts.update(snapshot_id=snapshot.snapshot_id, rows=snapshot.rows)
    return _result(ports, ref, snapshot, journal=journal)


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


def _fingerprint(file: Path, nulls: Sequence[str]) -> str:
    digest = hashlib.sha256("\x1f".join(nulls).encode())
    try:
        with file.open("rb") as data:
            while block := data.read(1 << 20):
                digest.update(block)
    except FileNotFoundError as error:
        raise SourceError(f"there is no file {str(file)!r}", fix="check the path") from error
    except OSError as error:
        raise SourceError(f"{str(file)!r} cannot be read: {error.strerror}", fix="name a readable file") from error
    return digest.hexdigest()


def _current(ports: Ports, ref: TableRef, fingerprint: str) -> Snapshot | None:
    try:
        history = ports.lake.history(ref)
    except NotFoundError:
        return None
    return next((s for s in history if s.is_current and s.properties.get(FINGERPRINT) == fingerprint), None)


def _result(
    ports: Ports, ref: TableRef, snapshot: Snapshot, *, journal: Journal | None = None, is_unchanged: bool = False
) -> RunResult:
    return RunResult(
        run_id=snapshot.properties.get(RUN_ID, ""),
        table=str(ref),
        snapshot_id=snapshot.snapshot_id,
        rows=snapshot.rows,
        schema=ports.lake.pin(ref).schema,
        seconds=journal.seconds if journal else {},
        is_unchanged=is_unchanged,
    )
