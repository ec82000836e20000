"""How a raw table's columns follow what is loaded: what may become what without a value being lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.datatype import as_decimal, decimal_size, is_decimal, is_integer, is_nested
from datamorph.core.nested import array_of, element_type, struct_fields, struct_of
from datamorph.core.table import Column, TableSchema

EXACT_IN_DOUBLE = 2**53
MOST_DIGITS = 38
UNKNOWN = "void"
"""The type of a column that has no value in a file, and of the elements of arrays that are all empty."""

_UNSETTLED = re.compile(r"(?<![^<:,])void(?=[>,]|$)")


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
    if UNKNOWN in found:
        return new if old == UNKNOWN else old
    return _nested(old, new) if is_nested(old) and is_nested(new) else _simple(old, new)


def _simple(old: str, new: str) -> str | None:
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


def _nested(old: str, new: str) -> str | None:
    """Fields that are new go behind the others; a value without them has NULL there."""
    elements = element_type(old), element_type(new)
    if elements[0] is not None and elements[1] is not None:
        found = widest(elements[0], elements[1])
        return array_of(found) if found else None
    fields, others = struct_fields(old), struct_fields(new)
    if fields is None or others is None or not fields.keys() & others.keys():
        return None
    merged = {name: widest(type_, others[name]) if name in others else type_ for name, type_ in fields.items()}
    merged |= {name: type_ for name, type_ in others.items() if name not in fields}
    known = {name: type_ for name, type_ in merged.items() if type_ is not None}
    return struct_of(known) if len(known) == len(merged) else None


def _number(found: set[str]) -> str:
    return "double" if found & {"float", "double"} else "bigint"


def together(schemas: Sequence[TableSchema]) -> TableSchema:
    """Columns of files that are loaded at once into a new table: what does not fit together becomes text."""
    columns = dict[str, Column]()
    for column in (column for schema in schemas for column in schema):
        known = columns.get(column.name.casefold())
        type_ = column.type if known is None else widest(known.type, column.type) or "string"
        note = known.description if known and known.description else column.description
        columns[column.name.casefold()] = Column(known.name if known else column.name, type_, description=note)
    return TableSchema(tuple(columns.values()))


def settled(schema: TableSchema) -> TableSchema:
    """The columns as a table has them: what has no value is text."""
    return TableSchema(tuple(replace(c, type=_UNSETTLED.sub("string", c.type)) for c in schema))


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
