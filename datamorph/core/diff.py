"""What differs between two states of a table: rows by key, or as multisets; columns; samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.datatype import FLOATS, is_decimal, is_integer, is_nested
from datamorph.core.table import SchemaChange, TableSchema, compare_schemas

BEFORE, AFTER = "before", "after"
SAMPLES = 5


@dataclass(frozen=True, slots=True)
class ColumnDiff:
    """One column in the rows that both states have.

    Attributes:
        changed: rows in which its value is another one.
        nulls: how many more rows have no value, over all rows.
        total: by how much its sum has grown, for numbers.
    """

    name: str
    changed: int = 0
    nulls: int = 0
    total: float | None = None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row of both states: its key, and the values that differ, old and new."""

    key: Mapping[str, Any]
    values: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class TableDiff:
    """What differs between two states of a table.

    Attributes:
        table: ``tier.domain.name``.
        before: the older state, in words: a snapshot's id, or that there was no table.
        after: the newer state, in words.
        key: columns that identify a row; empty when rows are compared as a multiset, where none is "changed".
        note: why there is no key, where one was declared.
        columns: only those that differ.
    """

    table: str
    before: str
    after: str
    rows_before: int
    rows_after: int
    added: int
    removed: int
    changed: int
    change: SchemaChange
    key: tuple[str, ...] = ()
    note: str = ""
    columns: tuple[ColumnDiff, ...] = ()
    added_rows: tuple[Mapping[str, Any], ...] = ()
    removed_rows: tuple[Mapping[str, Any], ...] = ()
    changed_rows: tuple[RowChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Both states hold the same."""
        return not (self.added or self.removed or self.changed) and self.change.kind == "same"

    @property
    def takes_away(self) -> bool:
        """Readers would miss rows, values or columns that they had."""
        return bool(self.removed or self.changed or self.change.kind == "breaking")

    def told(self) -> str:
        """One clause: ``3 rows added, 1 removed, 2 changed (amount 2)``."""
        by_column = ", ".join(f"{column.name} {column.changed:,}" for column in self.columns if column.changed)
        changed = f"{self.changed:,} changed" + (f" ({by_column})" if by_column else "")
        columns = [f"{what} {', '.join(names)}" for what, names in _column_changes(self.change) if names]
        return "; ".join([f"{self.added:,} rows added, {self.removed:,} removed, {changed}", *columns])


def _column_changes(change: SchemaChange) -> Sequence[tuple[str, tuple[str, ...]]]:
    retyped = (*change.widened, *change.retyped)
    return ("new columns", change.added), ("without columns", change.removed), ("other types of", retyped)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states to compare: what is written as SQL over the views ``before`` and ``after``, in DuckDB's dialect."""

    before: TableSchema
    after: TableSchema
    key: tuple[str, ...] = ()

    @property
    def change(self) -> SchemaChange:
        """Of the columns."""
        return compare_schemas(self.before, self.after)

    @property
    def common(self) -> tuple[str, ...]:
        """Columns of both, by exact name."""
        return tuple(name for name in self.after.names if name in self.before.names)

    @property
    def values(self) -> tuple[str, ...]:
        """Common columns beside the key."""
        return tuple(name for name in self.common if name not in self.key)

    def duplicates_sql(self) -> str:
        """A row where some key stands twice on one side."""
        keys = ", ".join(map(_name, self.key))
        sides = (f"(SELECT 1 AS n FROM {s} GROUP BY {keys} HAVING COUNT(*) > 1 LIMIT 1)" for s in (BEFORE, AFTER))
        return " UNION ALL ".join(sides)

    def keyed_sql(self) -> str:
        """One row: the counts, each column's facts, and samples of every kind of difference."""
        facts = [
            f"COUNT(*) FILTER (WHERE {_ADDED}) AS added",
            f"COUNT(*) FILTER (WHERE {_REMOVED}) AS removed",
            f"COUNT(*) FILTER (WHERE {_BOTH} AND ({self._any_differs()})) AS changed",
            *(f"{sql} AS {_name(f'{what}_{n}')}" for n, c in enumerate(self.values) for what, sql in self._facts(c)),
            f"{self._sample(_ADDED, AFTER)} AS added_rows",
            f"{self._sample(_REMOVED, BEFORE)} AS removed_rows",
            f"{self._changed_sample()} AS changed_rows",
        ]
        on = " AND ".join(f"b.{_name(k)} IS NOT DISTINCT FROM a.{_name(k)}" for k in self.key)
        sides = (f"(SELECT *, TRUE AS {_HERE} FROM {side}) AS {side[0]}" for side in (BEFORE, AFTER))
        return f"SELECT {', '.join(facts)} FROM {' FULL OUTER JOIN '.join(sides)} ON {on}"

    def multiset_sql(self) -> str:
        """Each differing row with how many more of it there are afterwards; only rows that differ."""
        columns = ", ".join(self._as_common(name) for name in self.common)
        sides = (f"SELECT {columns}, {sign} AS {_HERE} FROM {side}" for side, sign in ((BEFORE, -1), (AFTER, 1)))
        names = ", ".join(map(_name, self.common))
        both = " UNION ALL ".join(sides)
        return f"SELECT {names}, SUM({_HERE}) AS {_HERE} FROM ({both}) GROUP BY {names} HAVING SUM({_HERE}) <> 0"

    def multiset_counts_sql(self) -> str:
        """The counts over ``multiset_sql``."""
        counts = ", ".join(
            f"COALESCE(SUM(GREATEST({sign}{_HERE}, 0)), 0)::BIGINT AS {what}"
            for what, sign in (("added", ""), ("removed", "-"))
        )
        return f"SELECT {counts} FROM ({self.multiset_sql()})"

    def multiset_sample_sql(self, *, is_added: bool) -> str:
        """A few of the rows over ``multiset_sql``."""
        names = ", ".join(map(_name, self.common))
        sign = ">" if is_added else "<"
        return f"SELECT {names} FROM ({self.multiset_sql()}) WHERE {_HERE} {sign} 0 ORDER BY ALL LIMIT {SAMPLES}"

    def columns_of(self, row: Mapping[str, Any]) -> tuple[ColumnDiff, ...]:
        """The columns that differ, from the row of ``keyed_sql``."""
        found = [
            ColumnDiff(c, row[f"changed_{n}"], row[f"nulls_{n}"], _number(row.get(f"total_{n}")))
            for n, c in enumerate(self.values)
        ]
        return tuple(column for column in found if column.changed or column.nulls or column.total)

    def changes_of(self, row: Mapping[str, Any]) -> tuple[RowChange, ...]:
        """The changed rows, from the row of ``keyed_sql``."""
        return tuple(self._row_change(found) for found in row["changed_rows"] or ())

    def _row_change(self, found: Mapping[str, Any]) -> RowChange:
        old, new = found[BEFORE], found[AFTER]
        values = {name: (old[name], new[name]) for name in self.values if _differ(old[name], new[name])}
        return RowChange({name: new[name] for name in self.key}, values)

    def _any_differs(self) -> str:
        return " OR ".join(map(self._differs, self.values)) or "FALSE"

    def _differs(self, name: str) -> str:
        return f"{self._side('b', name)} IS DISTINCT FROM {self._side('a', name)}"

    def _facts(self, name: str) -> Sequence[tuple[str, str]]:
        b, a = f"b.{_name(name)}", f"a.{_name(name)}"
        nulls = f"COUNT(*) FILTER (WHERE a.{_HERE} AND {a} IS NULL) - COUNT(*) FILTER (WHERE b.{_HERE} AND {b} IS NULL)"
        found = [("changed", f"COUNT(*) FILTER (WHERE {_BOTH} AND {self._differs(name)})"), ("nulls", nulls)]
        if all(_is_number(schema.get(name)) for schema in (self.before, self.after)):
            total = f"COALESCE(SUM({a}::DOUBLE), 0) - COALESCE(SUM({b}::DOUBLE), 0)"
            found.append(("total", total))
        return found

    def _sample(self, where: str, side: str) -> str:
        names = (self.before if side == BEFORE else self.after).names
        row = ", ".join(f"{_text(n)}: {side[0]}.{_name(n)}" for n in names)
        return f"ARG_MIN({{{row}}}, {side[0]}.{_name(self.key[0])}, {SAMPLES}) FILTER (WHERE {where})"

    def _changed_sample(self) -> str:
        sides = ", ".join(
            f"{_text(side)}: {{{', '.join(f'{_text(n)}: {side[0]}.{_name(n)}' for n in self.common)}}}"
            for side in (BEFORE, AFTER)
        )
        where = f"{_BOTH} AND ({self._any_differs()})"
        return f"ARG_MIN({{{sides}}}, a.{_name(self.key[0])}, {SAMPLES}) FILTER (WHERE {where})"

    def _side(self, side: str, name: str) -> str:
        return f"{side}.{_name(name)}" + ("" if self._is_same_type(name) else "::VARCHAR")

    def _as_common(self, name: str) -> str:
        return _name(name) if self._is_same_type(name) else f"{_name(name)}::VARCHAR AS {_name(name)}"

    def _is_same_type(self, name: str) -> bool:
        old, new = self.before.get(name), self.after.get(name)
        return old is not None and new is not None and old.type == new.type


_HERE = "_here"
_ADDED = f"b.{_HERE} IS NULL"
_REMOVED = f"a.{_HERE} IS NULL"
_BOTH = f"a.{_HERE} AND b.{_HERE}"


def can_be_key(key: Sequence[str], before: TableSchema, after: TableSchema) -> bool:
    """True when both states have these columns, with types that can be compared."""
    return bool(key) and all(
        (old := before.get(name)) and (new := after.get(name)) and old.type == new.type and not is_nested(new.type)
        and name in before.names and name in after.names
        for name in key
    )  # fmt: skip


def _differ(old: Any, new: Any) -> bool:
    return not (old == new or (old != old and new != new))  # noqa: PLR0124 (NaN)


def _is_number(column: Any) -> bool:
    return column is not None and (is_integer(column.type) or is_decimal(column.type) or column.type in FLOATS)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
