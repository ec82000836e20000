"""Old snapshots go, with the files that only they needed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pyiceberg.catalog import Catalog
from pyiceberg.table import Table, update
from pyiceberg.table.refs import MAIN_BRANCH
from pyiceberg.table.snapshots import Snapshot as IcebergSnapshot

from datamorph.adapters.lake.history import publications
from datamorph.adapters.lake.properties import EXPIRED, PROFILE, text_of
from datamorph.adapters.lake.references import files_of_snapshots
from datamorph.ports import Freed


def expire_snapshots(catalog: Catalog, table: Table, *, keep: int, since: datetime, pinned: Collection[int]) -> Freed:
    """Forget publications in one commit, then remove the files that no kept snapshot names.

    Args:
        keep: so many of the latest publications stay.
        since: publications that readers saw at that time or later stay.
        pinned: snapshots that someone reads.
    """
    going = _going(table, keep=keep, since=since, pinned=pinned)
    if not going:
        return Freed()
    old = files_of_snapshots(table.metadata, going, table.io)
    requirements = (
        update.AssertTableUUID(uuid=table.metadata.table_uuid),
        update.AssertRefSnapshotId.model_validate(
            {"ref": MAIN_BRANCH, "snapshot-id": table.metadata.current_snapshot_id}
        ),
    )
    removal = update.RemoveSnapshotsUpdate.model_validate({"snapshot-ids": [s.snapshot_id for s in going]})
    seen = update.SetPropertiesUpdate(updates={EXPIRED: str(_seen_last(table, going))})
    catalog.commit_table(table, requirements, (removal, seen))
    left = catalog.load_table(table.name())
    unneeded = old - files_of_snapshots(left.metadata, left.metadata.snapshots, left.io)
    freed = Freed(snapshots=len(going))
    for uri in sorted(unneeded):
        freed += remove(left, uri)
    return freed


def _seen_last(table: Table, going: Sequence[IcebergSnapshot]) -> int:
    """When readers began to see the last of these, in milliseconds; or those that went before."""
    ids, log = {s.snapshot_id for s in going}, table.metadata.snapshot_log
    since = [entry.timestamp_ms for entry in log if entry.snapshot_id in ids] + [s.timestamp_ms for s in going]
    return max(*since, int(table.properties.get(EXPIRED, "0")))


def remove(table: Table, uri: str) -> Freed:
    """Delete one file that nothing names; one that is gone already is no matter."""
    try:
        size = len(table.io.new_input(uri))
        table.io.delete(uri)
    except FileNotFoundError:
        return Freed()
    return Freed(files=1, bytes=size)


def _going(table: Table, *, keep: int, since: datetime, pinned: Collection[int]) -> Sequence[IcebergSnapshot]:
    """Snapshots of the publications that nobody needs: not the latest, not tagged, replaced long ago, not read."""
    lines = publications(table)
    named = {ref.snapshot_id for ref in table.metadata.refs.values()} | set(pinned)
    replaced_at = [datetime.max.replace(tzinfo=since.tzinfo), *(line.published_at for line in lines)]
    going = [
        line.snapshot_id
        for position, line in enumerate(lines)
        if position >= max(keep, 1) and line.snapshot_id not in named and replaced_at[position] < since
    ]
    kept = {line.snapshot_id for line in lines} - set(going)
    profiles = {text_of(s, PROFILE) for s in table.metadata.snapshots if s.snapshot_id in kept} - {""}
    return [
        s for s in table.metadata.snapshots if s.snapshot_id not in kept | named and text_of(s, PROFILE) not in profiles
    ]
