"""Order items of steps, ``"flights desc"``: parsed, checked and rendered. NULLs come last in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias

from pydantic import StringConstraints

from datamorph.core.datatype import FLOATS, is_nested
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import exact
from datamorph.core.table import Column, TableSchema

OrderItem: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=270)]


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One column to sort by."""

    column: str
    is_descending: bool = False

    @classmethod
    def parse(cls, item: str) -> OrderKey:
        """Read ``"name"``, ``"name asc"`` or ``"name desc"``; other words belong to the name."""
        head, _, tail = item.rpartition(" ")
        return cls(head, tail.lower() == "desc") if head and tail.lower() in ("asc", "desc") else cls(item)

    def __str__(self) -> str:
        if self.is_descending:
            return f"{self.column} desc"
        is_ambiguous = self.column.rpartition(" ")[2].lower() in ("asc", "desc")
        return f"{self.column} asc" if is_ambiguous else self.column


def check_order(items: Sequence[str], schema: TableSchema, problems: Problems) -> None:
    """Report unknown columns and types that have no order."""
    for key in map(OrderKey.parse, items):
        column = schema.get(key.column)
        if column is None:
            problems.unknown_column(key.column, schema.names)
        elif is_nested(column.type):
            problems.add("type", f"cannot sort by {key.column!r} of type {column.type}", hint="sort by a plain column")


def order_columns(items: Sequence[str]) -> list[str]:
    """Names of the columns sorted by."""
    return [OrderKey.parse(item).column for item in items]


def order_sql(items: Sequence[str], schema: TableSchema, dialect: Dialect) -> str:
    """The text after ORDER BY."""
    keys = [OrderKey.parse(item) for item in items]
    return ", ".join(
        f"{identifier(exact(key.column, schema), dialect)}{' DESC' if key.is_descending else ''} NULLS LAST"
        for key in keys
    )


def order_pyspark(items: Sequence[str], schema: TableSchema) -> str:
    """The arguments of ``orderBy``."""
    keys = [OrderKey.parse(item) for item in items]
    return ", ".join(
        f"F.col({quoted(column_name(exact(key.column, schema)))}).{'desc' if key.is_descending else 'asc'}_nulls_last()"
        for key in keys
    )


def partition_pyspark(names: Iterable[str], schema: TableSchema) -> str:
    """The arguments of ``partitionBy``; Sail would part -0.0 from 0.0."""
    columns = [schema.get(name) or Column(name, "") for name in names]
    return ", ".join(
        f"F.col({quoted(column_name(c.name))}) + 0.0" if c.type in FLOATS else quoted(column_name(c.name))
        for c in columns
    )


def order_words(items: Sequence[str]) -> str:
    """``flights (largest first), then origin``."""
    keys = [OrderKey.parse(item) for item in items]
    return ", then ".join(f"{key.column} (largest first)" if key.is_descending else key.column for key in keys)


def surviving(order: Sequence[str], renamed: Mapping[str, str]) -> tuple[str, ...]:
    """The leading part of an order whose columns still exist, under their new names."""
    folded = {old.casefold(): new for old, new in renamed.items()}
    kept: list[str] = []
    for key in map(OrderKey.parse, order):
        if key.column.casefold() not in folded:
            break
        kept.append(str(OrderKey(folded[key.column.casefold()], key.is_descending)))
    return tuple(kept)


def undisturbed(order: Sequence[str], changed: Iterable[str]) -> tuple[str, ...]:
    """The leading part of an order whose columns keep their values."""
    folded = {name.casefold() for name in changed}
    return surviving(order, {name: name for name in order_columns(order) if name.casefold() not in folded})
