"""Only what is touched is written: of the published files, a run gets those that hold the keys of its new rows."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from datamorph.core.plan import PinnedTable, Plan
from datamorph.errors import QueryError
from datamorph.platform.ports import Ports

MOST_KEYS = 1_000_000
"""New rows with more keys than that touch most files anyway."""

FEWEST_FILES = 2


def narrow(ports: Ports, plan: Plan) -> Plan:
    """The same plan over the published files that its new rows touch; the others stay as they are.

    Which keys are new is computed on the query engine. That engine's rows are compared with the run's own
    before anything is published; where the inputs are too large for that, only ``merge`` is narrowed, whose key is
    checked over the whole table.
    """
    published = plan.inputs.get(plan.writing.frame)
    if published is None or not _can_be_narrowed(plan, published):
        return plan
    touched = _touched(ports, plan, published)
    if touched is None or len(touched) == len(published.files):
        return plan
    uris = dict(zip(published.files, published.uris, strict=False))
    kept = PinnedTable(
        ref=published.ref,
        snapshot_id=published.snapshot_id,
        schema=published.schema,
        files=touched,
        rows=count_rows(ports, touched),
        bytes=sum(Path(file).stat().st_size for file in touched),
        is_bare=True,
        uris=tuple(uris[file] for file in touched) if uris else (),
    )
    narrowed = replace(
        plan,
        inputs={**plan.inputs, plan.writing.frame: kept},
        writing=replace(plan.writing, replaces=touched),
    )
    is_compared = sum(table.rows for table in narrowed.inputs.values()) <= ports.settings.verify_rows
    return narrowed if is_compared or plan.spec.target.write == "merge" else plan


def kept_files(ports: Ports, plan: Plan) -> Sequence[str]:
    """The published files that stay beside what the plan stages."""
    writing = plan.writing
    over = writing.over if writing.over is not None else writing.based_on
    if not over or not (writing.appends or writing.replaces is not None):
        return ()
    gone = set(writing.replaces or ())
    return [file for file in ports.lake.pin(plan.spec.target.table, over).files if file not in gone]


def _can_be_narrowed(plan: Plan, published: PinnedTable) -> bool:
    """The files that stay must be what the run would have written: the same columns, in the same order.

    A run that may set rows apart judges all rows that it publishes, so it writes all of them.
    """
    wanted = [(column.name, column.type) for column in plan.schema]
    return (
        bool(plan.writing.touches)
        and not any(check.quarantines for check in plan.checks)
        and published.is_bare
        and len(published.files) >= FEWEST_FILES
        and [(column.name, column.type) for column in published.schema] == wanted
    )


def _touched(ports: Ports, plan: Plan, published: PinnedTable) -> tuple[str, ...] | None:
    """At least one file, so that the run's frame has its columns; None when too many keys are new."""
    inputs = {name: table.files for name, table in plan.inputs.items() if name != plan.writing.frame}
    timeout_s = ports.settings.query_timeout_s
    try:
        values = ports.queries.query(plan.writing.touches, inputs=inputs, most_rows=MOST_KEYS, timeout_s=timeout_s)
    except QueryError:
        return None
    smallest = min(published.files, key=lambda file: Path(file).stat().st_size)
    return ports.lake.files_holding(published, values) or (smallest,)


def count_rows(ports: Ports, files: Sequence[str]) -> int:
    """Rows in these files."""
    if not files:
        return 0
    return int(ports.queries.query("SELECT COUNT(*) AS n FROM frame", inputs={"frame": files}).to_pylist()[0]["n"])
