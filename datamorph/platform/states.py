"""Which rows a snapshot has: joining small files makes a new snapshot of a table, and changes none of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError
from datamorph.platform.ports import Ports
from datamorph.platform.properties import RUN_ID
from datamorph.ports import Snapshot


def state_in(history: Sequence[Snapshot], snapshot_id: str) -> str:
    """The snapshot that first had the rows of this one; itself where it has expired."""
    return next((str(line.state) for line in history if str(line.snapshot_id) == snapshot_id), snapshot_id)


def run_in(history: Sequence[Snapshot], snapshot: Snapshot) -> str:
    """The run that made a snapshot's rows, whoever joined its files since."""
    first = next((line for line in history if line.snapshot_id == snapshot.state), snapshot)
    return first.properties.get(RUN_ID, "")


def same_states(ports: Ports, read: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """True when these snapshots are of the same tables and have the same rows."""
    if read.keys() != now.keys():
        return False
    changed = [(table, read[table], now[table]) for table in now if read[table] != now[table]]
    return all(_has_same_rows(ports, *found) for found in changed)


def _has_same_rows(ports: Ports, table: str, one: str, other: str) -> bool:
    try:
        history = ports.lake.history(TableRef.parse(table))
    except NotFoundError:
        return False
    return state_in(history, one) == state_in(history, other)
