"""Publications of a table as one line each, and the way back to an earlier one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from pyiceberg.table import Table, update
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.snapshots import Snapshot as IcebergSnapshot

from datamorph.adapters.lake.properties import COMPACTED, EXPIRED, KEY, ORDER_BY, PROFILE, text_of
from datamorph.adapters.lake.schema import set_current_schema
from datamorph.ports import Snapshot


def publications(table: Table) -> Sequence[Snapshot]:
    """Every publication that is still kept, newest first.

    One transaction leaves a snapshot that deletes the old rows and one that adds the new ones: only the
    second is a state that readers ever saw.
    """
    groups: dict[str, list[IcebergSnapshot]] = {}
    for snapshot in table.metadata.snapshots:
        groups.setdefault(text_of(snapshot, PROFILE) or str(snapshot.snapshot_id), []).append(snapshot)
    undone = _undone(table)
    return [_publication(table, group, undone) for group in reversed(groups.values())]


def publication_of(table: Table, snapshot: IcebergSnapshot) -> Snapshot:
    """The line of one publication, by its last snapshot."""
    profile = text_of(snapshot, PROFILE)
    same = (s for s in table.metadata.snapshots if profile and text_of(s, PROFILE) == profile)
    return _publication(table, [s for s in same if s.snapshot_id != snapshot.snapshot_id] + [snapshot], _undone(table))


def make_current(table: Table, snapshot: IcebergSnapshot) -> None:
    """Let readers see that snapshot, with the schema, key and order that it had."""
    metadata = table.metadata
    main = {"ref-name": MAIN_BRANCH, "type": "branch", "snapshot-id": snapshot.snapshot_id}
    updates: list[update.TableUpdate] = []
    updates.append(update.SetSnapshotRefUpdate.model_validate(main))
    if snapshot.schema_id is not None and snapshot.schema_id != metadata.current_schema_id:
        updates.append(set_current_schema(snapshot.schema_id))
    properties = {name: text for name in (ORDER_BY, KEY) if (text := text_of(snapshot, name))}
    if properties:
        updates.append(update.SetPropertiesUpdate(updates=properties))
    requirements = (
        update.AssertTableUUID(uuid=metadata.table_uuid),
        update.AssertRefSnapshotId.model_validate({"ref": MAIN_BRANCH, "snapshot-id": metadata.current_snapshot_id}),
    )
    table.catalog.commit_table(table, requirements, tuple(updates))


def _undone(table: Table) -> frozenset[int]:
    """Snapshots that are later than the first known ancestor of the current one, and are none of its ancestors."""
    known = {snapshot.snapshot_id: snapshot for snapshot in table.metadata.snapshots}
    line, next_ = dict[int, IcebergSnapshot](), table.current_snapshot()
    while next_ is not None and next_.snapshot_id not in line:
        line[next_.snapshot_id] = next_
        next_ = known.get(next_.parent_snapshot_id or 0)
    since = min((snapshot.sequence_number or 0 for snapshot in line.values()), default=0)
    return frozenset(
        s.snapshot_id for s in known.values() if s.snapshot_id not in line and (s.sequence_number or 0) > since
    )


def _state(table: Table, snapshot: IcebergSnapshot) -> int:
    """The snapshot whose rows it has: its own, or those of the one whose files were joined."""
    found: IcebergSnapshot | None = snapshot
    state = snapshot.snapshot_id
    while found is not None and (before := text_of(found, COMPACTED)):
        state = int(before)
        found = table.snapshot_by_id(state)
    return state


def _current_since(table: Table, snapshot: IcebergSnapshot) -> tuple[datetime, ...]:
    """By Iceberg's own log; its publication where another writer kept none. Not before what has expired: who knows."""
    log = [entry.timestamp_ms for entry in table.metadata.snapshot_log if entry.snapshot_id == snapshot.snapshot_id]
    known = int(table.properties.get(EXPIRED, "0"))
    return tuple(_instant(since) for since in sorted(log or [snapshot.timestamp_ms]) if since > known)


def _instant(timestamp_ms: int) -> datetime:
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC)


def _publication(table: Table, group: Sequence[IcebergSnapshot], undone: Collection[int]) -> Snapshot:
    last = group[-1]
    properties = dict(last.summary.additional_properties) if last.summary else {}
    operation = last.summary.operation.value if last.summary else "append"
    return Snapshot(
        snapshot_id=last.snapshot_id,
        published_at=_instant(last.timestamp_ms),
        operation="compact" if text_of(last, COMPACTED) else "overwrite" if len(group) > 1 else operation,
        rows=int(properties.get("total-records", 0)),
        files=int(properties.get("total-data-files", 0)),
        is_current=last.snapshot_id == table.metadata.current_snapshot_id,
        properties=properties,
        tags=tags_of(table, last.snapshot_id),
        state=_state(table, last),
        is_undone=last.snapshot_id in undone,
        current_since=_current_since(table, last),
    )


def tags_of(table: Table, snapshot_id: int) -> tuple[str, ...]:
    """The names that people gave to a snapshot."""
    refs = table.metadata.refs.items()
    return tuple(sorted(n for n, ref in refs if n != MAIN_BRANCH and ref.snapshot_id == snapshot_id))
