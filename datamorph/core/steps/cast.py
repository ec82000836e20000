"""Step cast: change the types of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from datamorph.core.datatype import can_cast, parse_type
from datamorph.core.expression import Cast as CastNode
from datamorph.core.expression import Ref
from datamorph.core.functions import Dialect
from datamorph.core.inference import cast_hint
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column
from datamorph.core.row_facts import RowFacts
from datamorph.core.sql_expression import identifier, render
from datamorph.core.steps.derive import with_columns
from datamorph.core.steps.ordering import undisturbed
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
    require_unique,
    select,
)  # fmt: skip
from datamorph.core.table import Column, TableSchema


class Cast(UnaryStep):
    """Give columns other types.

    Fractions are cut. A value that does not fit fails the run, or becomes NULL with ``on_error: "null"``.
    """

    kind: ClassVar[str] = "cast"
    example: ClassVar[str] = """
- {name: typed, cast: {from: orders, columns: {note: int, amount: double}, on_error: "null"}}
"""
    columns: dict[ColumnName, str] = Field(min_length=1)
    on_error: Literal["fail", "null"] = "fail"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        require_columns(self.columns, schema, problems)
        require_unique(self.columns, problems)
        types: dict[str, str] = {}
        for name, text in self.columns.items():
            try:
                types[name.casefold()] = parse_type(text)
            except ValueError as error:
                problems.add("unknown_type", str(error), hint="use one of those types")
        for found in schema:
            self._check(found, types.get(found.name.casefold(), found.type), problems)
        return TableSchema(tuple(Column(c.name, types.get(c.name.casefold(), c.type)) for c in schema))

    def _check(self, found: Column, type_: str, problems: Problems) -> None:
        if not can_cast(found.type, type_):
            message = f"cannot cast {found.name!r} from {found.type} to {type_}"
            problems.add("cast", message, hint=cast_hint(found.type, type_))

    def _nodes(self, schema: TableSchema) -> dict[str, CastNode]:
        is_safe = self.on_error == "null"
        return {
            exact(name, schema): CastNode(Ref(exact(name, schema)), parse_type(text), is_safe)
            for name, text in self.columns.items()
        }

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        code = {cast: column(node, schema) for cast, node in self._nodes(schema).items()}
        return [f"{name} = {self.from_}.{with_columns(code)}"]

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        code = {cast: render(node, schema, dialect) for cast, node in self._nodes(schema).items()}
        columns = [aliased(code.get(n, identifier(n, dialect)), n, dialect) for n in schema.names]
        return select(columns, self.table(dialect))

    def explain(self) -> str:
        """See Step.explain."""
        return f"turn {listed(f'{name} into {text}' for name, text in self.columns.items())}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        return StepLineage(self.passed_on(frames))

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """A cast may change what comes first, so only orders over other columns stay."""
        return undisturbed(inputs[self.from_], self.columns)

    def row_facts(self, inputs: Mapping[str, RowFacts]) -> RowFacts:
        """The same rows, with other values in those columns."""
        return inputs[self.from_].without(self.columns)
