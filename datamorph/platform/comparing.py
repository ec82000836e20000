"""Differences between two states of a table: of two snapshots, or of the table and what a run has staged."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.diff import AFTER, BEFORE, Comparison, TableDiff, can_be_key
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import NotFoundError
from datamorph.platform.ports import Ports
from datamorph.platform.recorded import staged_state
from datamorph.ports import Snapshot


@dataclass(frozen=True, slots=True)
class State:
    """One state of a table, as files that hold exactly its rows."""

    name: str
    schema: TableSchema
    files: tuple[str, ...]
    rows: int


def state_of(pinned: PinnedTable) -> State:
    """A snapshot."""
    return State(f"snapshot {pinned.snapshot_id}", pinned.schema, pinned.files, pinned.rows)


def diff_snapshots(ports: Ports, ref: TableRef, before: int | None, after: int | None) -> TableDiff:
    """Compare two snapshots: by default the current one with the one that it took the place of.

    Raises:
        NotFoundError: no such snapshot, or there is no earlier one.
    """
    history = ports.lake.history(ref)
    new = after if after is not None else next(s.snapshot_id for s in history if s.is_current)
    old = before if before is not None else _earlier(ref, history, new)
    states = [state_of(ports.lake.pin(ref, snapshot_id)) for snapshot_id in (old, new)]
    return compare_states(ports, ref, *states, key=_key(ports, ref))


def diff_staged(ports: Ports, run_id: str) -> TableDiff:
    """Compare a table, as it is now, with what it would be after a run that has staged its rows.

    Raises:
        NotFoundError: no such run, or its staged rows are gone.
    """
    staged = staged_state(ports, run_id)
    ref = staged.table
    try:
        before = state_of(ports.lake.pin(ref))
    except NotFoundError:
        before = State("no table", TableSchema(()), (), 0)
    after = State(f"run {run_id}", staged.schema, staged.files, staged.rows)
    return compare_states(ports, ref, before, after, key=staged.key)


def compare_states(ports: Ports, ref: TableRef, before: State, after: State, *, key: Sequence[str]) -> TableDiff:
    """Compare two states; files that both have are not read."""
    old, new = _apart(before, after)
    is_keyed = can_be_key(key, before.schema, after.schema)
    comparison = Comparison(before.schema, after.schema, tuple(key) if is_keyed else ())
    note = ""
    if is_keyed and old and new and _query(ports, comparison.duplicates_sql(), old, new):
        comparison, note = Comparison(before.schema, after.schema), f"{', '.join(key)} is not unique"
    same: dict[str, Any] = {"added": 0, "removed": 0, "changed": 0}
    found = same | (_differences(ports, comparison, old, new) if old or new else {})
    return TableDiff(
        table=str(ref),
        before=before.name,
        after=after.name,
        rows_before=before.rows,
        rows_after=after.rows,
        **found,
        change=comparison.change,
        key=comparison.key,
        note=note,
    )


def _differences(ports: Ports, comparison: Comparison, old: Sequence[str], new: Sequence[str]) -> dict[str, Any]:
    if not (old and new):
        return _one_sided(ports, old, new)
    if comparison.key:
        row = _query(ports, comparison.keyed_sql(), old, new)[0]
        return {
            **{what: row[what] for what in ("added", "removed", "changed")},
            "columns": comparison.columns_of(row),
            "added_rows": tuple(row["added_rows"] or ()),
            "removed_rows": tuple(row["removed_rows"] or ()),
            "changed_rows": comparison.changes_of(row),
        }
    if not comparison.common:
        counts = _query(ports, _COUNTS, old, new)[0]
        return {"added": counts[AFTER], "removed": counts[BEFORE]}
    counts = _query(ports, comparison.multiset_counts_sql(), old, new)[0]
    samples = {
        f"{what}_rows": tuple(_query(ports, comparison.multiset_sample_sql(is_added=what == "added"), old, new))
        for what in ("added", "removed")
        if counts[what]
    }
    return {**counts, **samples}


_COUNTS = f"SELECT (SELECT COUNT(*) FROM {BEFORE}) AS {BEFORE}, (SELECT COUNT(*) FROM {AFTER}) AS {AFTER}"


def _one_sided(ports: Ports, old: Sequence[str], new: Sequence[str]) -> dict[str, Any]:
    """All rows of the files that only one state has."""
    side, what = (AFTER, "added") if new else (BEFORE, "removed")
    inputs = {side: list(new or old)}
    counted = ports.queries.query(f"SELECT COUNT(*) AS n FROM {side}", inputs=inputs).to_pylist()[0]["n"]
    sample = ports.queries.query(f"SELECT * FROM {side} LIMIT 5", inputs=inputs).to_pylist()
    return {what: counted, f"{what}_rows": tuple(sample)}


def _apart(before: State, after: State) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files that only one of them has, where both have the same columns."""
    if before.schema != after.schema:
        return before.files, after.files
    old, new = set(before.files), set(after.files)
    return tuple(f for f in before.files if f not in new), tuple(f for f in after.files if f not in old)


def _query(ports: Ports, sql: str, old: Sequence[str], new: Sequence[str]) -> list[Mapping[str, Any]]:
    inputs = {BEFORE: list(old), AFTER: list(new)}
    return ports.queries.query(sql, inputs=inputs, timeout_s=ports.settings.diff_timeout_s).to_pylist()


def _earlier(ref: TableRef, history: Sequence[Snapshot], snapshot_id: int) -> int:
    """The publication before a snapshot: not one whose files it only joined, nor one that a rollback left behind."""
    ids = [line.snapshot_id for line in history]
    if snapshot_id not in ids:
        known = ", ".join(map(str, ids[:10]))
        raise NotFoundError(f"{ref} has no snapshot {snapshot_id}", fix=f"choose one of {known}")
    new, *older = history[ids.index(snapshot_id) :]
    lines = (line for line in older if line.state != new.state and line.is_undone <= new.is_undone)
    if (found := next(lines, None)) is None:
        fix = f"see datamorph history {ref}"
        raise NotFoundError(f"{ref} has no snapshot before {snapshot_id}", fix=fix)
    return found.snapshot_id


def _key(ports: Ports, ref: TableRef) -> tuple[str, ...]:
    table = ports.lake.catalog().get(ref)
    return table.primary_key if table else ()
