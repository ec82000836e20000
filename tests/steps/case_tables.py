"""The tables that all cases of the steps read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.core.plan import PinnedTable
from datamorph.core.spec import NamedStep, build_spec
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, require_checked

ORDERS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 5, 6], pa.int64()),
        "shop": ["a", "b", "a", None, "c", "b"],
        "amount": pa.array([Decimal("10.50"), Decimal("3.25"), None, Decimal("7.00"), Decimal("0.00"), Decimal("3.25")], pa.decimal128(10, 2)),
        "weight": [1.5, 2.675, None, -4.0, 0.0, 1e6],
        "quantity": pa.array([1, 2, 3, None, 0, 7], pa.int32()),
        "ordered_on": [dt.date(2024, 1, 31), dt.date(2024, 2, 29), None, dt.date(2023, 12, 31), dt.date(2024, 3, 1), dt.date(2024, 3, 1)],
        "ordered_at": pa.array([dt.datetime(2024, 1, 31, 23, 59, 58, 123456), dt.datetime(2024, 2, 29, 1), None, dt.datetime(2023, 12, 31, 12, 30), dt.datetime(2024, 3, 1), dt.datetime(1969, 7, 20, 20, 17)], pa.timestamp("us")),
        "email": ["Ann@Example.com", "bob@x.org", None, "no-at", "", "  pad@y.de "],
        "is_gift": [True, False, None, True, False, True],
        "weird name": ["ä", "b", "c", "d", "e", "f"],
    }
)  # fmt: skip
SHOPS = pa.table(
    {"shop": ["a", "b", "d"], "name": ["Alpha", "Beta", "Delta"], "id": pa.array([10, 20, 40], pa.int64())}
)
BASKETS = pa.table(
    {
        "id": pa.array([1, 2, 3, 4, 4], pa.int64()),
        "tags": pa.array([["x", "y"], [], None, ["z", None], ["z", None]], pa.list_(pa.string())),
        "x.y": ["a", "b", None, "d", "d"],
        "items": pa.array(
            [
                [{"sku": "s1", "unit price": 1.5, "parts": [1, 2]}, None],
                [{"sku": None, "unit price": 2.0, "parts": None}],
                None,
                [],
                [],
            ],
            pa.list_(pa.struct({"sku": pa.string(), "unit price": pa.float64(), "parts": pa.list_(pa.int32())})),
        ),
    }
)
TYPES = {
    "orders": TableSchema.of(**{
        "id": "bigint", "shop": "string", "amount": "decimal(10,2)", "weight": "double", "quantity": "int",
        "ordered_on": "date", "ordered_at": "timestamp_ntz", "email": "string", "is_gift": "boolean",
        "weird name": "string",
    }),
    "shops": TableSchema.of(shop="string", name="string", id="bigint"),
    "baskets": TableSchema.of(**{
        "id": "bigint", "tags": "array<string>", "x.y": "string",
        "items": "array<struct<sku:string,`unit price`:double,parts:array<int>>>",
    }),
}  # fmt: skip
SOURCES = {"orders": "raw.t.orders", "shops": "raw.t.shops", "baskets": "raw.t.baskets"}


def pin_tables(folder) -> dict[str, PinnedTable]:
    """Write the tables as Parquet and pin them."""
    tables = {}
    for name, rows in {"orders": ORDERS, "shops": SHOPS, "baskets": BASKETS}.items():
        file = folder / f"{name}.parquet"
        pq.write_table(rows, file)
        ref = TableRef.parse(SOURCES[name])
        tables[name] = PinnedTable(ref, 1, TYPES[name], (str(file),), rows.num_rows, file.stat().st_size)
    return tables


def checked_spec(steps) -> CheckedSpec:
    """The steps of a case as a checked spec over the sources that they read."""
    used = {name for step in steps for name in NamedStep.model_validate(step).step.inputs()}
    sources = {name: ref for name, ref in SOURCES.items() if name in used}
    spec = build_spec({"name": "t", "sources": sources, "steps": steps, "target": {"table": "curated.t.out"}})
    return require_checked(spec, {TableRef.parse(ref): TYPES[name] for name, ref in SOURCES.items()})
