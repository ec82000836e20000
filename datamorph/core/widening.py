"""How a raw table's columns follow what is loaded: what may become what without a value being lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.datatype import as_decimal, decimal_size, is_decimal, is_integer
from datamorph.core.table import Column, TableSchema

EXACT_IN_DOUBLE = 2**53
MOST_DIGITS = 38
UNKNOWN = "void"
"""The type of a column that has no value in a file."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """A column whose new values the table's column cannot hold, whatever it became."""

    column: str
    old: str
    new: str


def widest(old: str, new: str) -> str | None:
    """The narrowest type that holds every value of both, as it is; None where text alone would."""
    if old == new:
        return old
    found = {old, new}
    if found == {"date", "timestamp_ntz"}:
        return "timestamp_ntz"
    if found <= {"int", "bigint", "float", "double"}:
        return _number(found)
    if all(is_integer(type_) or is_decimal(type_) for type_ in found):
        (p1, s1), (p2, s2) = (decimal_size(type_) or as_decimal(type_) for type_ in (old, new))
        scale, whole = max(s1, s2), max(p1 - s1, p2 - s2)
        return f"decimal({whole + scale},{scale})" if whole + scale <= MOST_DIGITS else None
    return None


def _number(found: set[str]) -> str:
    return "double" if found & {"float", "double"} else "bigint"


def together(schemas: Sequence[TableSchema]) -> TableSchema:
    """Columns of files that are loaded at once into a new table: what does not fit together becomes text."""
    columns = dict[str, Column]()
    for column in (column for schema in schemas for column in schema):
        known = columns.get(column.name.casefold())
        type_ = column.type if known is None else _either(known.type, column.type)
        columns[column.name.casefold()] = Column(known.name if known else column.name, type_)
    return TableSchema(tuple(columns.values()))


def settled(schema: TableSchema) -> TableSchema:
    """The columns as a table has them: one without any value is text."""
    return TableSchema(tuple(Column(c.name, "string") if c.type == UNKNOWN else c for c in schema))


def _either(old: str, new: str) -> str:
    if UNKNOWN in (old, new):
        return new if old == UNKNOWN else old
    return widest(old, new) or "string"


def fit(table: TableSchema, profile: TableProfile, new: TableSchema) -> TableSchema | Sequence[Misfit]:
    """The table's columns after a load: its own, wider where they must be, then those that are new.

    Args:
        profile: of the table as it is. A column without any value takes the type of its first ones.
    """
    fitted, misfits = list[Column](), list[Misfit]()
    for column in table:
        other = new.get(column.name)
        known = profile.columns.get(column.name)
        type_ = column.type if other is None else _fitted(column.type, other.type, known, profile.rows)
        if type_ is None:
            misfits.append(Misfit(column.name, column.type, other.type if other else ""))
        fitted.append(Column(column.name, type_ or column.type, description=column.description))
    added = [column for column in new if column.name not in table]
    return misfits or settled(TableSchema((*fitted, *added)))


def _fitted(old: str, new: str, known: ColumnProfile | None, rows: int) -> str | None:
    if new == UNKNOWN:
        return old
    if known is not None and known.nulls == rows:
        return new
    if old == "string":
        return old
    found = widest(old, new)
    if found == "double" and old == "bigint" and not _is_exact(known):
        return None
    return found


def _is_exact(known: ColumnProfile | None) -> bool:
    ends = (known.minimum, known.maximum) if known else (None, None)
    return all(isinstance(end, int) and abs(end) <= EXACT_IN_DOUBLE for end in ends)
