"""Domain objects as plain data, for ``--json`` and the HTTP API alike.

Identifiers of snapshots are text, because many JSON readers lose digits of 64-bit numbers; so are decimals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from datamorph.core.catalog import CatalogTable
    from datamorph.core.checks import CheckResult
    from datamorph.core.plan import Plan, Questions
    from datamorph.core.result import RunResult
    from datamorph.core.run import RunEvent
    from datamorph.platform import Answer

_IDS = ("snapshot_id", "state")
BEYOND = "a time beyond the calendar"


def timestamp(value: datetime) -> str:
    """ISO 8601; an instant is given in UTC with a Z, a local time without."""
    if value.tzinfo is None:
        return value.isoformat()
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def plain(value: Any) -> Any:
    """Any value as JSON keeps it; what JSON does not have becomes text, NaN becomes null."""
    if value is None or isinstance(value, bool | int):
        return value
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), _nested)
    return write(value)


def _nested(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): str(item) if key in _IDS else plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_defaults=True)
    if is_dataclass(value) and not hasattr(value, "tier"):
        return plain({field.name: getattr(value, field.name) for field in fields(value) if field.init})
    return str(value)


_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str),
    (float, lambda value: value if math.isfinite(value) else None),
    (datetime, timestamp),
    (date, date.isoformat),
    (time, time.isoformat),
    (timedelta, timedelta.total_seconds),
    (bytes, bytes.hex),
)


def rows(table: pa.Table) -> list[dict[str, Any]]:
    """Rows of an Arrow table."""
    columns = [values(column) for column in table.columns]
    return [plain(dict(zip(table.column_names, row, strict=True))) for row in zip(*columns, strict=True)]


def values(column: pa.ChunkedArray) -> list[Any]:
    """Values of an Arrow column; for days and instants that Python's calendar does not have, that is said."""
    try:
        return column.to_pylist()
    except (OverflowError, ValueError):
        return [_value(scalar) for scalar in column]


def _value(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (OverflowError, ValueError):
        return BEYOND


def table(found: CatalogTable, units: Mapping[str, str]) -> dict[str, Any]:
    """A table of the catalog with its columns, their statistics and the units that the glossary says."""
    profile = found.profile
    columns = [
        {"name": c.name, "type": c.type, **_statistics(profile.columns.get(c.name)), "description": c.description,
         **({"unit": units[c.name]} if units.get(c.name) else {})}
        for c in found.schema
    ]  # fmt: skip
    facts = plain({"table": found.ref, "snapshot_id": found.snapshot_id, "rows": profile.rows})
    keys = plain({"key": found.primary_key, "order_by": found.order_by, "description": found.description})
    return {**facts, **keys, "columns": columns}


def _statistics(profile: Any) -> dict[str, Any]:
    names = ("nulls", "distinct", "minimum", "maximum")
    return {name: plain(getattr(profile, name)) for name in names} if profile else {}


def questions(found: Questions, exit_code: int) -> dict[str, Any]:
    """What the planner asks."""
    return {**plain(found), "exit_code": exit_code}


def plan(found: Plan) -> dict[str, Any]:
    """A plan with its code; of the inputs only the snapshots, not the files."""
    inputs = {name: {"table": str(t.ref), "snapshot_id": str(t.snapshot_id), "rows": t.rows}
              for name, t in found.inputs.items()}  # fmt: skip
    kept = (
        "run_id",
        "prompt",
        "planner",
        "explanation",
        "understanding",
        "spec",
        "order",
        "transform",
        "query",
        "engine",
    )
    change = plain(found.change) if found.change else None
    return {
        **plain({name: getattr(found, name) for name in kept}),
        "table": str(found.spec.target.table),
        "columns": [{"name": column.name, "type": column.type} for column in found.schema],
        "inputs": inputs,
        "change": change,
    }


def check(found: CheckResult) -> dict[str, Any]:
    """A check with what it observed, as run events keep it."""
    return plain({
        "name": found.name,
        "type": found.check.type,
        "kwargs": found.check.kwargs,
        "severity": "warn" if found.is_handled else found.check.severity,
        "passed": found.passed,
        "observed": found.observed,
        "failing": found.failing,
    })  # fmt: skip


def result(found: RunResult) -> dict[str, Any]:
    """What came of a run."""
    kept = (
        "run_id",
        "table",
        "snapshot_id",
        "rows",
        "quarantined",
        "is_unchanged",
        "seconds",
        "folder",
        "loaded",
        "refused",
    )
    columns = [{"name": column.name, "type": column.type} for column in found.schema]
    return {
        **plain({name: getattr(found, name) for name in kept}),
        "columns": columns,
        "checks": [check(one) for one in found.checks],
    }


def answer(found: Answer) -> dict[str, Any]:
    """Rows, SQL and how the question was read."""
    return {
        "question": found.question,
        "run_id": found.run_id,
        "sql": found.sql,
        "understanding": plain(found.understanding),
        "columns": list(found.table.column_names),
        "rows": rows(found.table),
    }


def events(found: Sequence[tuple[int, RunEvent]]) -> list[dict[str, Any]]:
    """Events of a run with their numbers."""
    return [{"number": number, **plain(event)} for number, event in found]
