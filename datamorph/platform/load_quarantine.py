"""Lines that could not be read: ``raw.domain.name__quarantine`` holds them, with file, line and reason.

It is published before the table. Should the load die in between, its lines there carry a run that the table's record
does not know; they go with the next load, which reads the same files again: no line is lost or told twice.
"""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.core.expectations.arguments import constant, moment
from datamorph.core.load_record import LoadRecord
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef, TableSchema, quarantine_of
from datamorph.errors import LakeError, NotFoundError
from datamorph.platform.ports import Ports
from datamorph.ports import Publication, StagedOutput, StagedPiece

COLUMNS = TableSchema.of(
    _file="string", _line="bigint", _reason="string", _text="string", _run_id="string", _quarantined_at="timestamp"
)
QUARANTINE_OF = "quarantine_of"
EARLIER, NEW = "earlier", "new"


def publish_apart(
    ports: Ports, table: TableRef, pieces: Mapping[str, StagedPiece], record: LoadRecord, run_id: str
) -> int:
    """Make the quarantine hold exactly the lines that the record counts; how many there are.

    Raises:
        LakeError: lines and record do not add up.
    """
    ref = quarantine_of(table)
    before = _published(ports, ref)
    new = [piece.apart for piece in pieces.values() if piece.apart]
    if not new and (before is None or before.rows == record.bad):
        return record.bad
    content = _content(ports, ref, before, new, record, run_id)
    if content.rows != record.bad:
        problem = f"{ref} would have {content.rows:,} lines, the files of {table} have {record.bad:,}"
        raise LakeError(problem, fix=f"load it from the beginning: datamorph load {table} --full")
    publication = Publication(
        properties={"run_id": run_id, QUARANTINE_OF: str(table)},
        profile=ports.queries.profile(content.files, COLUMNS),
        description=f"Lines that could not be loaded into {table}: _file, _line and _reason say where and why.",
        based_on=before.snapshot_id if before else 0,
    )
    ports.lake.publish(ref, content, publication)
    return content.rows


def _content(
    ports: Ports, ref: TableRef, before: PinnedTable | None, new: list[str], record: LoadRecord, run_id: str
) -> StagedOutput:
    """Earlier lines that the record still counts, and the new ones."""
    selects, inputs = list[str](), dict[str, list[str]]()
    if before is not None and before.schema.names == COLUMNS.names:
        held = [(name, piece.run_id) for name, piece in record.pieces.items() if piece.bad and piece.run_id != run_id]
        pairs = ", ".join(f"({constant(name)}, {constant(run)})" for name, run in held)
        condition = f"(_file, _run_id) IN ({pairs})" if pairs else "FALSE"
        selects.append(f"SELECT * FROM {EARLIER} WHERE {condition}")
        inputs[EARLIER] = list(before.files)
    if new:
        at = f"{moment(ports.now())} AT TIME ZONE 'UTC'"
        selects.append(f"SELECT *, {constant(run_id)} AS _run_id, {at} AS _quarantined_at FROM {NEW}")
        inputs[NEW] = new
    into = ports.lake.staging_prefix(ref, run_id)
    timeout_s = ports.settings.engine_timeout_s
    return ports.queries.write(
        " UNION ALL ".join(selects), inputs=inputs, into=into, schema=COLUMNS, timeout_s=timeout_s
    )


def _published(ports: Ports, ref: TableRef) -> PinnedTable | None:
    try:
        return ports.lake.pin(ref)
    except NotFoundError:
        return None
