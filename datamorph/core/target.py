"""The table that a pipeline publishes, and how new rows meet the rows that are there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from datamorph.core.checks import Check
from datamorph.core.datatype import is_nested, is_time
from datamorph.core.problem import Problems
from datamorph.core.steps.step import ColumnName, exact, listed, require_columns, require_unique
from datamorph.core.table import Column, TableRef, TableSchema

VERSION_COLUMNS = ("valid_from", "valid_to", "is_current")
MOST_TRACKED = 40
WriteMode: TypeAlias = Literal["replace", "append", "merge", "replace_partitions", "scd2"]


def _parse_table(value: object) -> TableRef:
    if isinstance(value, TableRef):
        return value
    if not isinstance(value, str):
        raise ValueError("a table is written tier.domain.name")
    return TableRef.parse(value)


Table: TypeAlias = Annotated[TableRef, BeforeValidator(_parse_table), PlainSerializer(str, return_type=str)]


class Target(BaseModel):
    """The table that a pipeline publishes.

    Attributes:
        write: ``replace`` all rows (default); ``append`` the new ones; ``merge`` them by ``key``: a row whose key
            exists replaces it; ``replace_partitions``: rows with the new rows' values of ``partition_by`` go;
            ``scd2`` keeps every version of a key (Kimball's slowly changing dimension of type 2).
        key: columns that identify a row.
        partition_by: columns whose values make a partition.
        changed_at: the column that says since when a version holds, for ``scd2``.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    table: Table
    write: WriteMode = "replace"
    key: tuple[ColumnName, ...] = ()
    partition_by: tuple[ColumnName, ...] = ()
    changed_at: ColumnName | None = None

    def output(self, schema: TableSchema) -> TableSchema:
        """Columns of the table, given those of the result."""
        if self.write != "scd2":
            return schema
        since = schema.get(self.changed_at or "")
        type_ = since.type if since else "timestamp"
        versions = zip(VERSION_COLUMNS, (type_, type_, "boolean"), strict=True)
        return TableSchema((*schema, *(Column(name, found) for name, found in versions)))

    def checks(self) -> tuple[Check, ...]:
        """What must hold for the mode to mean anything: no rows without a key, no key twice."""
        if self.write == "merge":
            return (*_not_null(self.key), _unique(self.key))
        if self.write == "scd2":
            return (*_not_null((*self.key, VERSION_COLUMNS[0])), _unique((*self.key, VERSION_COLUMNS[0])))
        return _not_null(self.partition_by) if self.write == "replace_partitions" else ()

    def check(self, schema: TableSchema, *, is_incremental: bool, problems: Problems) -> None:
        """Report what keeps the mode from working on a result of this schema."""
        for names in (self.key, self.partition_by, () if self.changed_at is None else (self.changed_at,)):
            require_columns(names, schema, problems)
            require_unique(names, problems)
        for name in (*self.key, *self.partition_by):
            if self.write != "replace" and (found := schema.get(name)) and is_nested(found.type):
                problems.add("type", f"{name!r} of type {found.type} identifies nothing", hint="use plain columns")
        rule = _RULES.get(self.write)
        if rule:
            rule(self, schema, problems)
        if self.write == "replace" and is_incremental:
            hint = "write: merge, append, replace_partitions or scd2"
            problems.add("write", "an incremental read would replace the table by the new rows alone", hint=hint)
        if self.write == "append" and not is_incremental:
            hint = "read a source incrementally, or write: replace"
            problems.add("write", "append would add the same rows again at every run", hint=hint)


def _not_null(names: Sequence[str]) -> tuple[Check, ...]:
    return tuple(_check("expect_column_values_to_not_be_null", column=name) for name in names)


def _unique(names: Sequence[str]) -> Check:
    if len(names) == 1:
        return _check("expect_column_values_to_be_unique", column=names[0])
    return _check("expect_compound_columns_to_be_unique", column_list=list(names))


def _check(type_: str, **kwargs: Any) -> Check:
    return Check(type=type_, kwargs=kwargs)


def _need(names: Sequence[str], field: str, target: Target, problems: Problems) -> None:
    if not names:
        problems.add("no_key", f"{target.write} without {field}", hint=f"name the columns in target.{field}")


def _check_merge(target: Target, schema: TableSchema, problems: Problems) -> None:
    _need(target.key, "key", target, problems)


def _check_append(target: Target, schema: TableSchema, problems: Problems) -> None:
    if target.key:
        hint = "write: merge, or drop target.key"
        problems.add("write", f"append cannot keep {listed(target.key)} unique against earlier rows", hint=hint)


def _check_partitions(target: Target, schema: TableSchema, problems: Problems) -> None:
    _need(target.partition_by, "partition_by", target, problems)


def _check_scd2(target: Target, schema: TableSchema, problems: Problems) -> None:
    _need(target.key, "key", target, problems)
    _need([target.changed_at] if target.changed_at else [], "changed_at", target, problems)
    since = schema.get(target.changed_at or "")
    if since and not is_time(since.type):
        problems.add("type", f"changed_at {since.name!r} is {since.type}", hint="use a date or a timestamp")
    for name in VERSION_COLUMNS:
        if name in schema:
            problems.add("duplicate_column", f"{name!r} is made by scd2", hint=f"rename {name} in a step before")
    tracked = tracked_columns(target, schema)
    if len(tracked) > MOST_TRACKED:
        problems.add(
            "write", f"scd2 over {len(tracked)} columns", hint=f"select at most {MOST_TRACKED} besides the key"
        )
    for name in tracked:
        if (found := schema.get(name)) and is_nested(found.type):
            problems.add("type", f"scd2 cannot compare {name!r} of type {found.type}", hint="select plain columns")


def tracked_columns(target: Target, schema: TableSchema) -> tuple[str, ...]:
    """Columns whose change makes a new version."""
    fixed = {exact(name, schema) for name in (*target.key, target.changed_at or "")}
    return tuple(name for name in schema.names if name not in fixed)


_RULES: dict[str, Callable[[Target, TableSchema, Problems], None]] = {
    "append": _check_append, "merge": _check_merge, "replace_partitions": _check_partitions, "scd2": _check_scd2,
}  # fmt: skip
