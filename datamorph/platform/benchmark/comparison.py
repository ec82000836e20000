"""Whether two tables hold the same rows: execution accuracy."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice, product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ORDERS = 5000
"""Orders of columns that are tried at most."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?")
Column = list[Any]


def is_same_table(gold: pa.Table, found: pa.Table, *, target: Sequence[str] = (), is_ordered: bool = False) -> bool:
    """True when ``found`` has the rows and columns of ``gold``, and no more.

    Rows are compared as a multiset, or in order; numbers to six significant digits; columns by the names of
    ``target``, else in any order.
    """
    if gold.num_rows != found.num_rows or gold.num_columns != found.num_columns:
        return False
    return holds_table(gold, found, target=target, is_ordered=is_ordered)


def holds_table(gold: pa.Table, found: pa.Table, *, target: Sequence[str] = (), is_ordered: bool = False) -> bool:
    """The same, whatever other columns ``found`` has."""
    if gold.num_rows != found.num_rows or gold.num_columns > found.num_columns:
        return False
    wanted, got = _columns(gold), _columns(found)
    if target:
        places = {_plain_name(name): place for place, name in enumerate(found.column_names)}
        picks = [places.get(name.lower(), -1) for name in target]
        return min(picks) >= 0 and _same_rows(wanted, [got[i] for i in picks], is_ordered=is_ordered)
    return any(_same_rows(wanted, [got[i] for i in picks], is_ordered=is_ordered) for picks in _orders(wanted, got))


def _plain_name(name: str) -> str:
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _columns(table: pa.Table) -> list[Column]:
    return [[_comparable(value) for value in column.to_pylist()] for column in table.columns]


def _comparable(value: Any) -> Any:
    """Numbers and booleans as float, dates and texts that are dates as UTC text."""
    if isinstance(value, bool | int | float | Decimal):
        return None if math.isnan(value) else float(value)
    if isinstance(value, str) and _ISO.fullmatch(value):
        with suppress(ValueError):
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return f"{value} 00:00:00"
    return value if value is None or isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def _orders(wanted: list[Column], got: list[Column]) -> Iterator[tuple[int, ...]]:
    options = [[i for i, c in enumerate(got) if _same_rows([w], [c], is_ordered=False)] for w in wanted]
    orders = (picks for picks in product(*options) if len(set(picks)) == len(picks))
    return islice(orders, MOST_ORDERS)


def _same_rows(wanted: list[Column], found: list[Column], *, is_ordered: bool) -> bool:
    if not is_ordered:
        is_noisy = [any(isinstance(v, float) and v % 1 for v in (*a, *b)) for a, b in zip(wanted, found, strict=True)]
        wanted, found = _sorted(wanted, is_noisy), _sorted(found, is_noisy)
    return all(all(map(_same, a, b)) for a, b in zip(wanted, found, strict=True))


def _sorted(columns: list[Column], is_noisy: list[bool]) -> list[Column]:
    """Rows in an order of their own, exact columns first, so that rounding errors cannot misalign them."""
    places = sorted(range(len(columns)), key=lambda place: is_noisy[place])

    def key(row: tuple[Any, ...]) -> list[tuple[int, Any]]:
        return [
            (1, float(f"{row[i]:.9g}") if is_noisy[i] else row[i]) if isinstance(row[i], float) else (0, repr(row[i]))
            for i in places
        ]

    rows = sorted(zip(*columns, strict=True), key=key)
    return [list(column) for column in zip(*rows, strict=True)] if rows else columns


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9)
    return one == other
