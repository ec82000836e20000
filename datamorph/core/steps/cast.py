"""Step cast: change the types of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from datamorph.core.datatype import is_nested, is_number, is_time, parse_type
from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, type_name
from datamorph.core.steps.derive import with_columns
from datamorph.core.steps.step import (
    ColumnName,
    Frames,
    Order,
    StepLineage,
    UnaryStep,
    aliased,
    exact,
    listed,
    require_columns,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Cast(UnaryStep):
    """Give columns other types. A value that does not fit fails the run, or becomes NULL if so said."""

    kind: ClassVar[str] = "cast"
    columns: dict[ColumnName, str] = Field(min_length=1)
    on_error: Literal["fail", "null"] = "fail"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.columns, schema, problems)
        types: dict[str, str] = {}
        for name, text in self.columns.items():
            try:
                types[name.casefold()] = parse_type(text)
            except ValueError as error:
                problems.add("unknown_type", str(error), hint="use one of those types")
        for column in schema:
            self._check(column, types.get(column.name.casefold(), column.type), problems)
        return TableSchema(tuple(Column(c.name, types.get(c.name.casefold(), c.type)) for c in schema))

    def _check(self, column: Column, type_: str, problems: Problems) -> None:
        is_odd = (is_time(column.type) and is_number(type_)) or (is_number(column.type) and is_time(type_))
        if column.type != type_ and (is_nested(column.type) or is_odd):
            problems.add("cast", f"cannot cast {column.name!r} from {column.type} to {type_}", hint="derive it instead")

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema, method = self.source(frames), "cast" if self.on_error == "fail" else "try_cast"
        code = {
            exact(n, schema): f'F.col({quoted(column_name(exact(n, schema)))}).{method}("{parse_type(t)}")'
            for n, t in self.columns.items()
        }
        return [f"{name} = {self.from_}.{with_columns(code)}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        function = "CAST" if self.on_error == "fail" else "TRY_CAST"
        types = {name.casefold(): parse_type(text) for name, text in self.columns.items()}
        columns: list[str] = []
        for column in self.source(frames):
            text = identifier(column.name, dialect)
            if type_ := types.get(column.name.casefold()):
                text = f"{function}({text} AS {type_name(type_, dialect)})"
            columns.append(aliased(text, column.name, dialect))
        return select(columns, self.from_)

    def explain(self) -> str:
        """See Step.explain."""
        return f"turn {listed(f'{name} into {text}' for name, text in self.columns.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage(self.passed_on(frames))

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """A cast may change what comes first, so only orders over other columns stay."""
        cast = {name.casefold() for name in self.columns}
        kept = inputs[self.from_]
        return () if any(item.removesuffix(" desc").casefold() in cast for item in kept) else kept
