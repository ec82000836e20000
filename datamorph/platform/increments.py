"""How far each source was read: watermarks live in the snapshot that they led to, so they can never disagree."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from datamorph.core.increment import Incremental, Watermark, literal, through
from datamorph.core.plan import PinnedTable
from datamorph.core.spec import PipelineSpec
from datamorph.core.sql_expression import sql_expression
from datamorph.errors import SourceError, SpecError
from datamorph.platform.ports import Ports
from datamorph.ports import Snapshot

WATERMARKS = "watermarks"
VIEW = "source"


def read_watermarks(spec: PipelineSpec, snapshot: Snapshot | None) -> dict[str, Watermark]:
    """How far the published snapshot has read each source.

    Raises:
        SpecError: rows would be appended to a table that does not say how far it was read.
    """
    if snapshot is None or not spec.incremental:
        return {}
    recorded = json.loads(snapshot.properties.get(WATERMARKS, "{}"))
    known = {name: Watermark.from_json(recorded[name]) for name in spec.incremental if name in recorded}
    missing = sorted(set(spec.incremental) - set(known))
    if missing and spec.target.write == "append":
        problem = f"{spec.target.table} does not say how far {', '.join(missing)} was read: rows might come twice"
        raise SpecError(problem, fix="make the table anew: datamorph run --pipeline NAME --full, or build NAME --full")
    return known


def advance(
    ports: Ports, spec: PipelineSpec, inputs: Mapping[str, PinnedTable], before: Mapping[str, Watermark]
) -> dict[str, Watermark]:
    """How far the sources will have been read when this run is published.

    Raises:
        SourceError: rows would never be read: they have no value to go by, or arrived too late.
    """
    found = {
        name: _advance(ports, name, incremental, inputs[name], before.get(name))
        for name, incremental in spec.incremental.items()
    }
    return {name: mark for name, mark in found.items() if mark is not None}


def _advance(
    ports: Ports, name: str, incremental: Incremental, pinned: PinnedTable, before: Watermark | None
) -> Watermark | None:
    by = sql_expression(_quoted(incremental.by), pinned.schema, "duckdb")
    facts = _query(ports, pinned, f"MAX({by}) AS newest, COUNT(*) - COUNT({by}) AS missing")
    if facts["missing"]:
        problem = f"{facts['missing']:,} rows of {pinned.ref} have no {incremental.by}: they would never be read"
        raise SourceError(problem, fix=f"fill {incremental.by}, or read {name} without incremental")
    if facts["newest"] is None:
        return before
    if before is not None and incremental.late == "fail":
        _check_late(ports, name, incremental, pinned, before)
    value = through(facts["newest"], incremental)
    return Watermark(value, _settled(ports, incremental, pinned, value))


def _check_late(ports: Ports, name: str, incremental: Incremental, pinned: PinnedTable, before: Watermark) -> None:
    late = _settled(ports, incremental, pinned, before.through) - before.rows
    if late > 0:
        sign = "<=" if incremental.read == "newer" else "<"
        problem = (
            f"{late:,} rows of {pinned.ref} with {incremental.by} {sign} {before.through} arrived after it was read"
        )
        fix = (
            f"datamorph run --pipeline NAME --full, or build NAME --full, reads all; "
            f"or raise incremental.{name}.lookback for the next time"
        )
        raise SourceError(problem, fix=fix)


def _settled(ports: Ports, incremental: Incremental, pinned: PinnedTable, value: str | int) -> int:
    """Rows that the next run will not read again."""
    column = pinned.schema.get(incremental.by)
    sign = "<=" if incremental.read == "newer" else "<"
    condition = f"{_quoted(incremental.by)} {sign} {literal(value, column.type if column else 'string')}"
    rendered = sql_expression(condition, pinned.schema, "duckdb")
    return int(_query(ports, pinned, f"COUNT(CASE WHEN {rendered} THEN 1 END) AS settled")["settled"])


def _query(ports: Ports, pinned: PinnedTable, columns: str) -> dict[str, Any]:
    sql = f"SELECT {columns} FROM {VIEW}"
    return ports.queries.query(sql, inputs={VIEW: pinned.files}, timeout_s=ports.settings.query_timeout_s).to_pylist()[
        0
    ]


def _quoted(name: str) -> str:
    return f"`{name.replace('`', '``')}`"
