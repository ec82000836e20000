"""Two engines, one meaning: whether the staged rows are those that the other compiler's query gives."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportAttributeAccessIssue=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from datamorph.core.check_text import OTHER_ENGINE
from datamorph.core.checks import Check, CheckResult
from datamorph.core.expectations import STAGED
from datamorph.core.plan import Plan
from datamorph.errors import QueryError
from datamorph.platform.ports import Ports
from datamorph.ports import StagedOutput

NAME = "engines_agree"
RELATIVE_TOLERANCE = 1e-6
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Expected:
    """What the dry run computed: the rows on the second engine, or why it did not."""

    rows: pa.Table | None
    reason: str = ""


def dry_run(ports: Ports, plan: Plan) -> Expected:
    """Compute the result on the query engine, where the inputs are small enough for that."""
    if not plan.query:
        return Expected(None, "hand-written code runs on the engine only")
    rows = sum(table.rows for table in plan.inputs.values())
    limit = ports.settings.verify_rows
    if rows > limit:
        return Expected(None, f"{rows:,} input rows are more than verify_rows = {limit:,}")
    inputs = {name: table.files for name, table in plan.inputs.items()}
    try:
        found = ports.queries.query(plan.query, inputs=inputs, timeout_s=ports.settings.query_timeout_s)
    except QueryError as error:
        raise QueryError(f"the dry run failed: {error.problem}", fix=error.fix) from error
    return Expected(found)


def agreement(ports: Ports, plan: Plan, staged: StagedOutput, expected: Expected) -> tuple[CheckResult, ...]:
    """The verdict on both engines' rows; none where only one has computed them."""
    if expected.rows is None:
        return ()
    rows = ports.queries.query(f"SELECT * FROM {STAGED}", inputs={STAGED: staged.files})
    return (compare_rows(rows, expected.rows, engine=plan.engine.engine),)


def compare_rows(staged: pa.Table, expected: pa.Table, *, engine: str) -> CheckResult:
    """Compare two tables as multisets of rows, floating point to six digits.

    Args:
        staged: what the engine wrote.
        expected: what the query engine computed from the same pinned inputs.
    """
    check = Check(type=OTHER_ENGINE, kwargs={})
    observed: dict[str, Any] = {"engine": engine, "rows": staged.num_rows, "other_rows": expected.num_rows}
    if staged.num_rows != expected.num_rows:
        return CheckResult(NAME, check, False, {**observed, "differs": "number of rows"})
    expected = expected.select(staged.column_names)
    left, right = (_sorted(table) for table in (_comparable(staged, expected), _comparable(expected, staged)))
    for name in left.column_names:
        unequal = _unequal(left[name], right[name])
        if unequal:
            rows = [{"engine": engine, **_row(left, i)} for i in unequal[:SHOWN]]
            rows += [{"engine": "duckdb", **_row(right, i)} for i in unequal[:SHOWN]]
            facts = {**observed, "differs": name, "differing_rows": len(unequal)}
            return CheckResult(NAME, check, False, facts, tuple(rows))
    return CheckResult(NAME, check, True, observed)


def _comparable(table: pa.Table, other: pa.Table) -> pa.Table:
    """The table in types that both have: engines differ in the width of numbers, not in values."""
    columns = [_common(table[name], other[name].type) for name in table.column_names]
    return pa.table(columns, names=table.column_names)


def _common(column: pa.ChunkedArray, other: pa.DataType) -> pa.ChunkedArray:
    type_ = column.type
    if pa.types.is_nested(type_):
        return pa.chunked_array([pa.array([repr(value) for value in column.to_pylist()], pa.string())])
    if pa.types.is_timestamp(type_):
        return pc.cast(pc.cast(column, pa.timestamp("us")), pa.int64())
    if pa.types.is_integer(type_) and pa.types.is_integer(other):
        return pc.cast(column, pa.int64())
    if any(is_kind(type_) for is_kind in (pa.types.is_floating, pa.types.is_integer, pa.types.is_decimal)):
        return pc.cast(column, pa.float64(), safe=False)
    return column if pa.types.is_boolean(type_) else pc.cast(column, pa.large_string())


def _sorted(table: pa.Table) -> pa.Table:
    """Rows in an order that noise in the last digits of a double does not change."""
    doubles = [f.name for f in table.schema if pa.types.is_floating(f.type)]
    exact = [name for name in table.column_names if name not in doubles]
    keys = {f"k{i}": table[name] for i, name in enumerate(exact)}
    keys |= {f"n{i}": pc.is_null(table[name]) for i, name in enumerate(doubles)}
    keys |= {f"r{i}": _rounded(table[name]) for i, name in enumerate(doubles)}
    if not keys:
        return table
    order = pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys])
    return table.take(order)


def _rounded(column: pa.ChunkedArray) -> pa.Array:
    values = _numbers(column) + 0.0  # -0.0 is 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.power(10.0, 8 - np.floor(np.log10(np.abs(values))))
        rounded = np.where(np.isfinite(scale) & np.isfinite(values), np.round(values * scale) / scale, values)
    return pa.array(rounded)


def _numbers(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    return cast("np.ndarray[Any, np.dtype[np.float64]]", column.to_numpy(zero_copy_only=False).astype(np.float64))


def _unequal(left: pa.ChunkedArray, right: pa.ChunkedArray) -> list[int]:
    """Positions at which two columns differ."""
    if pa.types.is_floating(left.type) and pa.types.is_floating(right.type):
        same_null = np.array(pc.equal(pc.is_null(left), pc.is_null(right)))
        close = np.isclose(_numbers(left), _numbers(right), rtol=RELATIVE_TOLERANCE, atol=1e-9, equal_nan=True)
        return [int(i) for i in np.flatnonzero(~(close & same_null))]
    if left.type != right.type:
        right = pc.cast(right, left.type)
    same = pc.or_kleene(pc.equal(left, right), pc.and_(pc.is_null(left), pc.is_null(right)))
    return [int(i) for i in np.flatnonzero(~np.array(pc.fill_null(same, False), dtype=bool))]


def _row(table: pa.Table, index: int) -> dict[str, Any]:
    return {name: table[name][index].as_py() for name in table.column_names}
