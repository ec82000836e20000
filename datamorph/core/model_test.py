"""Unit tests of a SQL model: rows that are given, rows that must come out. ``name.test.yaml`` beside ``name.sql``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from datamorph.core.document import read_document
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.problem import nearest
from datamorph.core.sql_expression import identifier, text_literal
from datamorph.core.table import TableSchema
from datamorph.core.target import Table
from datamorph.errors import SpecError

Value: TypeAlias = Any
"""A value as YAML has it: text, a number, a boolean, null, or lists and mappings of them."""
Row: TypeAlias = dict[str, Value]
MOST_SHOWN = 10


class _Frozen(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Given(_Frozen):
    """Rows of one table; a list alone is its rows. What a row leaves out is NULL.

    Attributes:
        columns: names and types, for a table that is not in the lake.
    """

    columns: dict[str, str] = Field(default_factory=dict[str, str])
    rows: tuple[Row, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        return {"rows": cast(object, data)} if isinstance(data, list) else {} if data is None else data


class ModelTest(_Frozen):
    """One case: the model over the given rows yields the expected ones, in any order.

    Attributes:
        given: the tables that the model reads; one that is left out is empty.
        expect: all rows of the result. Columns that they do not name are not compared.
        variables: in the place of the project's own.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_ .,:'-]{0,119}$")
    description: str = ""
    given: dict[Table, Given]
    expect: tuple[Row, ...]
    variables: dict[str, Any] = Field(default_factory=dict[str, Any])

    @field_validator("expect")
    @classmethod
    def _rows_name_the_same_columns(cls, value: tuple[Row, ...]) -> tuple[Row, ...]:
        if any(row.keys() != value[0].keys() for row in value):
            raise ValueError("every expected row names the same columns")
        return value


@dataclass(frozen=True, slots=True)
class Differs:
    """One row that came out almost as expected.

    Attributes:
        columns: those that differ, to what was expected and what came out.
    """

    row: Mapping[str, Value]
    columns: Mapping[str, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """What came of one case.

    Attributes:
        problem: why it could not be run; empty where it was.
        missing: expected rows that did not come out.
        surplus: rows that came out and are not expected.
        changed: rows that are expected and came out with other values.
    """

    model: str
    test: str
    problem: str = ""
    missing: tuple[Row, ...] = ()
    surplus: tuple[Row, ...] = ()
    changed: tuple[Differs, ...] = ()

    __test__: ClassVar[bool] = False  # not a test of pytest

    @property
    def passed(self) -> bool:
        """True when exactly the expected rows came out."""
        return not (self.problem or self.missing or self.surplus or self.changed)

    def lines(self) -> Iterator[str]:
        """The difference for people: ``~`` changed, ``-`` expected and missing, ``+`` not expected."""
        if self.problem:
            yield self.problem
        for differs in self.changed[:MOST_SHOWN]:
            same = {name: value for name, value in differs.row.items() if name not in differs.columns}
            told = "; ".join(
                f"{name} is {_told(got)}, not {_told(want)}" for name, (want, got) in differs.columns.items()
            )
            yield f"~ {_row(same) or 'the row'}: {told}"
        yield from (f"- {_row(row)}" for row in self.missing[:MOST_SHOWN])
        yield from (f"+ {_row(row)}" for row in self.surplus[:MOST_SHOWN])
        hidden = sum(max(0, len(rows) - MOST_SHOWN) for rows in (self.changed, self.missing, self.surplus))
        if hidden:
            yield f"and {hidden:,} more rows"


_TESTS = TypeAdapter(list[ModelTest])


def parse_tests(text: str, *, file: str) -> tuple[ModelTest, ...]:
    """Read the cases of a test file.

    Raises:
        SpecError: not YAML, not a list of cases, or two of one name.
    """
    data = read_document(text, origin=file)
    if data is None:
        return ()
    try:
        tests = _TESTS.validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "document"
        message = first["msg"].removeprefix("Value error, ")
        fix = "a test has name, given: {table: [rows]} and expect: [rows]; see docs/sql-models.md"
        raise SpecError(f"{file}: {place}: {message}", fix=fix) from error
    twice = next((name for name, times in Counter(test.name for test in tests).items() if times > 1), None)
    if twice:
        raise SpecError(f"{file}: two tests are named {twice!r}", fix="give each a name of its own")
    return tuple(tests)


def rows_sql(rows: Sequence[Row], schema: TableSchema, *, what: str) -> str:
    """A SELECT in DuckDB's dialect that yields the rows with the columns and types of a schema.

    Raises:
        SpecError: a row names a column that the schema does not have.
    """
    for number, row in enumerate(rows, 1):
        for name in row:
            if name not in schema:
                raise SpecError(f"{what}, row {number}: no column {name!r}", fix=nearest(name, schema.names))
    given = [{name.casefold(): value for name, value in row.items()} for row in rows]
    selects = [
        "SELECT " + ", ".join(_cell(row.get(c.name.casefold()), c.type, c.name) for c in schema) for row in given
    ]
    empty = "SELECT " + ", ".join(_cell(None, column.type, column.name) for column in schema) + " WHERE FALSE"
    return "\nUNION ALL\n".join(selects or [empty])


def compare(model: str, test: str, expected: Sequence[Row], found: Sequence[Row]) -> TestOutcome:
    """Hold rows against each other as multisets; doubles to nine digits."""
    missing, surplus = _left(expected, found), _left(found, expected)
    changed: list[Differs] = []
    for row in list(missing):
        near = max(surplus, key=lambda other, row=row: _alike(row, other), default=None)
        if near is not None and _alike(row, near):
            columns = {name: (row[name], near[name]) for name in row if _key(row[name]) != _key(near[name])}
            changed.append(Differs(row, columns))
            missing.remove(row)
            surplus.remove(near)
    return TestOutcome(model, test, missing=tuple(missing), surplus=tuple(surplus), changed=tuple(changed))


def _cell(value: Value, type_: str, name: str) -> str:
    text = "NULL" if value is None else text_literal(_text(value), "duckdb")
    return f"CAST({text} AS {duckdb_type(type_)}) AS {identifier(name, 'duckdb')}"


def _text(value: Value) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_text(item) for item in cast('list[Any]', value))}]"
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return f"{{{', '.join(f'{name!r}: {_text(item)}' for name, item in fields.items())}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _left(rows: Sequence[Row], others: Sequence[Row]) -> list[Row]:
    """Rows beyond those that the others have too."""
    counts = Counter(_identity(row) for row in others)
    left: list[Row] = []
    for row in rows:
        key = _identity(row)
        if counts[key]:
            counts[key] -= 1
        else:
            left.append(row)
    return left


def _identity(row: Row) -> Hashable:
    return tuple((name, _key(row[name])) for name in sorted(row))


def _key(value: Value) -> str:
    if isinstance(value, float):
        return "nan" if math.isnan(value) else f"{value + 0.0:.9g}"
    return repr(value)


def _alike(row: Row, other: Row) -> int:
    """Columns that have the same value."""
    return sum(_key(row[name]) == _key(other[name]) for name in row)


def _row(row: Mapping[str, Value]) -> str:
    return ", ".join(f"{name} {_told(value)}" for name, value in row.items())


def _told(value: Value) -> str:
    return "NULL" if value is None else str(value)
