"""Checks that a table's rows of today pass, made from its profile, for a person to accept or to change."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from datamorph.core import datatype as dt
from datamorph.core.catalog import CatalogTable, ColumnProfile
from datamorph.core.checks import Check
from datamorph.core.table import Column

MOST_VALUES = 20
ROWS_PER_VALUE = 5
"""Few values in many rows are a set; few rows tell nothing about it."""
MARGIN = 0.1
MOST_NULLS = 0.1


def suggest(table: CatalogTable) -> tuple[Check, ...]:
    """Row count, keys, missing values, sets, ranges and lengths, with room for rows to come."""
    rows = table.profile.rows
    if not rows:
        return ()
    found = [_check("table_row_count_to_be_between", min_value=max(rows // 2, 1), max_value=rows * 2)]
    for column in table.schema:
        profile = table.profile.columns.get(column.name)
        if profile is not None:
            found += _of_column(column, profile, table)
    return tuple(found)


def _of_column(column: Column, profile: ColumnProfile, table: CatalogTable) -> Iterator[Check]:
    rows, name, kwargs = table.profile.rows, column.name, {"column": column.name}
    if not profile.nulls:
        yield _check("column_values_to_not_be_null", **kwargs)
    elif profile.nulls / rows <= MOST_NULLS:
        yield _check("column_values_to_not_be_null", **kwargs, mostly=_share(1 - 2 * profile.nulls / rows))
    if table.profile.is_unique(name) and column.type not in dt.FLOATS and rows > 1:
        yield _check("column_values_to_be_unique", **kwargs)
    elif _is_set(column, profile, rows):
        yield _check("column_values_to_be_in_set", **kwargs, value_set=list(profile.values))
        return
    yield from _ends(column, profile)


def _is_set(column: Column, profile: ColumnProfile, rows: int) -> bool:
    is_code = column.type == "string" or dt.is_integer(column.type)
    return is_code and 0 < len(profile.values) <= min(MOST_VALUES, rows / ROWS_PER_VALUE)


def _ends(column: Column, profile: ColumnProfile) -> Iterator[Check]:
    if dt.is_number(column.type) and profile.minimum is not None and profile.maximum is not None:
        low, high = _range(float(profile.minimum), float(profile.maximum))
        yield _check("column_values_to_be_between", column=column.name, min_value=low, max_value=high)
    elif dt.is_time(column.type) and profile.minimum is not None:
        yield _check("column_values_to_be_between", column=column.name, min_value=str(profile.minimum)[:10])
    elif column.type == "string" and profile.longest:
        longest = math.ceil(profile.longest * 1.5)
        yield _check("column_value_lengths_to_be_between", column=column.name, max_value=longest)


def _range(low: float, high: float) -> tuple[float | int, float | int]:
    """The range with a margin, rounded outward to two digits of the span; what was never negative stays so."""
    span = (high - low) or abs(high) or 1.0
    digits = 1 - math.floor(math.log10(span))
    scale = 10.0**digits
    lower = math.floor((low - MARGIN * span) * scale) / scale
    upper = math.ceil((high + MARGIN * span) * scale) / scale
    return _number(max(lower, 0.0) if low >= 0 else lower), _number(min(upper, 0.0) if high <= 0 else upper)


def _number(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 12)


def _share(value: float) -> float:
    return math.floor(value * 100) / 100


def _check(kind: str, **kwargs: Any) -> Check:
    return Check(type=f"expect_{kind}", kwargs=kwargs)
