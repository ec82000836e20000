"""What the tests of intersect and except share: frames with equal rows, NULLs and columns in another order."""

from __future__ import annotations

from typing import Any

from datamorph.core.table import TableSchema

TABLES = {"orders": TableSchema.of(Id="bigint", v="int"), "shops": TableSchema.of(V="decimal(5,2)", id="int")}
ODD = "case id when 1 then 0.0 when 2 then -0.0 when 3 then cast('NaN' as double) else weight end"
ORDERS = [(1, 2), (1, 2), (2, None), (3, 4), (None, None)]
SHOPS = [("2.00", 1), (None, 2), ("4.50", 3)]


def set_cases(kind: str) -> dict[str, list[dict[str, Any]]]:
    """Cases of the engine suite for a set operation over two and three frames."""
    few = {"name": "few", "filter": {"from": "orders", "where": "id <= 3 or id = 5"}}
    late = {"name": "late", "filter": {"from": "orders", "where": "id >= 3"}}
    return {
        "whole rows with nulls": [few, late, {"name": "out", kind: {"of": ["few", "late"]}}],
        "three frames with equal rows": [
            {"name": "codes", "select": {"from": "orders", "columns": ["shop", "amount"]}},
            {"name": "first", "filter": {"from": "codes", "where": "amount > 1 or amount is null"}},
            {"name": "second", "filter": {"from": "codes", "where": "amount < 5 or shop is null"}},
            {"name": "out", kind: {"of": ["codes", "first", "second"]}},
        ],
        "other order, case and types": [
            {"name": "codes", "select": {"from": "orders", "columns": ["shop", {"Nr.": "quantity"}, {"w": "weight"}]}},
            {"name": "parts", "select": {"from": "orders", "columns": [{"W": "amount"}, {"nr.": "id"}, "shop"]}},
            {"name": "out", kind: {"of": ["codes", "parts"]}},
        ],
        "NaN and signed zeros": [
            {"name": "odd", "derive": {"from": "orders", "columns": {"x": ODD}}},
            {"name": "first", "select": {"from": "odd", "columns": ["x"]}},
            {"name": "rest", "filter": {"from": "odd", "where": "id > 1"}},
            {"name": "second", "derive": {"from": "rest", "columns": {"x": "0.0 - x"}}},
            {"name": "third", "select": {"from": "second", "columns": ["x"]}},
            {"name": "out", kind: {"of": ["first", "third"]}},
        ],
        "with itself": [few, {"name": "out", kind: {"of": ["few", "few"]}}],
        "with nothing": [
            few,
            {"name": "none", "filter": {"from": "few", "where": "id < 0"}},
            {"name": "out", kind: {"of": ["few", "none"]}},
        ],
    }
