"""Publications of a table as one line each, and the way back to an earlier one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pyiceberg.table import Table, update
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.snapshots import Snapshot as IcebergSnapshot

from datamorph.adapters.lake.properties import COMPACTED, KEY, ORDER_BY, PROFILE, text_of
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
    return [_publication(table, group) for group in reversed(groups.values())]


def publication_of(table: Table, snapshot: IcebergSnapshot) -> Snapshot:
    """The line of one publication, by its last snapshot."""
    profile = text_of(snapshot, PROFILE)
    same = (s for s in table.metadata.snapshots if profile and text_of(s, PROFILE) == profile)
    return _publication(table, [s for s in same if s.snapshot_id != snapshot.snapshot_id] + [snapshot])


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


def _publication(table: Table, group: Sequence[IcebergSnapshot]) -> Snapshot:
    last = group[-1]
    properties = dict(last.summary.additional_properties) if last.summary else {}
    operation = last.summary.operation.value if last.summary else "append"
    return Snapshot(
        snapshot_id=last.snapshot_id,
        published_at=datetime.fromtimestamp(last.timestamp_ms / 1000, UTC),
        operation="compact" if text_of(last, COMPACTED) else "overwrite" if len(group) > 1 else operation,
        rows=int(properties.get("total-records", 0)),
        files=int(properties.get("total-data-files", 0)),
        is_current=last.snapshot_id == table.metadata.current_snapshot_id,
        properties=properties,
        tags=tags_of(table, last.snapshot_id),
    )


def tags_of(table: Table, snapshot_id: int) -> tuple[str, ...]:
    """The names that people gave to a snapshot."""
    refs = table.metadata.refs.items()
    return tuple(sorted(n for n, ref in refs if n != MAIN_BRANCH and ref.snapshot_id == snapshot_id))
