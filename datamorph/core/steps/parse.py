"""Step parse: turn texts into values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from datamorph.core.functions import Dialect
from datamorph.core.problem import Problems
from datamorph.core.pyspark_expression import column_name, quoted
from datamorph.core.sql_expression import identifier, text_literal
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
from datamorph.core.texts.column import TextColumn
from datamorph.core.texts.parsers import AnyParser, Reading
from datamorph.core.texts.sql import TextSql


class Parse(UnaryStep):
    """Turn texts into values: each column is read from itself, or from the column of texts named in ``of``.

    Attributes:
        columns: how to read each column, by ``as``.
        on_error: a text that does not fit becomes NULL (``"null"``) or fails the run (``fail``), the empty text too.

    NULL stays NULL. Blanks around a text do not count; apart from that the whole text must fit, in ASCII digits.

    - ``as: date``, ``timestamp_ntz`` or ``timestamp`` (in UTC): the first of the ``formats`` that fits counts, so put
      the likelier of two before the other. Formats consist of ``yyyy`` (1000 to 9999), ``yy`` (2000 to 2099), ``MM``,
      ``M`` (one digit or two), ``MMM`` (an English name such as Jan, in any case), ``dd``, ``d``, ``HH``, ``H``,
      ``mm``, ``ss``, ``SSS``, ``SSSSSS`` and, between them, blanks and ``- / . , : _ T``. 31.02. is no date.
    - ``as: money``: the decimal mark is a ``point`` or a ``comma``; thousands are set apart in groups of three by the
      other mark, a blank or, with a point, an apostrophe. A minus, a plus or parentheses (negative) may stand around;
      so may ``$ € £ ¥``, three capital letters, euro(s) or dollar(s). They are dropped, not converted. More digits
      than ``type`` (decimal(18,2) unless given) has after the mark are rounded half away from zero.
    - ``as: phone``: digits as E.164, such as +493012345. ``+`` or ``00`` tell the country, else the number gets
      ``country`` in place of its ``trunk`` prefix (``0`` unless given; ``""`` for none). Blanks, ``- ( ) / .`` are
      dropped. 7 to 15 digits; anything else, such as an extension, does not fit.
    - ``as: email``: an address in lower case, or with only its domain so (``lower: domain``). Before the ``@`` stand
      letters, digits or ``. _ % + ' -``, after it names of letters, digits or ``-`` with dots between; the last has
      letters only, at least two.
    """

    kind: ClassVar[str] = "parse"
    example: ClassVar[str] = """
- name: parsed
  parse:
    from: orders
    columns:
      note: {as: date, formats: [yyyy-MM-dd, dd.MM.yyyy, d MMM yyyy]}
      fee: {as: money, of: status, decimal: comma}
      caller: {as: phone, of: status, country: 49}
      mail: {as: email, of: status}
    on_error: "null"
"""
    columns: dict[ColumnName, AnyParser] = Field(min_length=1)
    on_error: Literal["null", "fail"] = "null"

    def output(self, frames: Frames, problems: Problems) -> TableSchema:
        """See Step.output."""
        schema = self.source(frames)
        sources = {name: parser.of or name for name, parser in self.columns.items()}
        require_columns(dict.fromkeys(sources.values()), schema, problems)
        require_unique(self.columns, problems)
        found = {column.name: column for column in schema}
        for name, parser in self.columns.items():
            before = len(problems.found)
            parser.check(problems)
            self._check_text(schema.get(sources[name]), problems)
            key = exact(name, schema)
            found[key] = Column(key, parser.type if len(problems.found) == before else "string")
        return TableSchema(tuple(found.values()))

    def _check_text(self, source: Column | None, problems: Problems) -> None:
        if source and source.type != "string":
            message = f"{source.name!r} is {source.type}, parse reads texts"
            problems.add("type", message, hint="use a cast step, or name a column of texts in of")

    def _source(self, name: str, schema: TableSchema) -> str:
        return exact(self.columns[name].of or name, schema)

    def pyspark(self, frames: Frames, name: str) -> list[str]:
        """See Step.pyspark."""
        schema = self.source(frames)
        code = {exact(new, schema): self._pyspark(new, self._source(new, schema)) for new in self.columns}
        return [f"{name} = {self.from_}.{with_columns(code)}"]

    def _pyspark(self, new: str, source: str) -> str:
        text = TextColumn.named(source)

        def read(reading: Reading) -> str:
            clean = reading.clean(text)
            return f"F.when({clean.matches(reading.pattern)}, {reading.value(clean)})"

        values = [read(reading) for reading in self.columns[new].readings()]
        if self.on_error == "fail":
            failure = f"F.raise_error(F.concat(F.lit({quoted(self._complaint(new, source))}), {text.code}))"
            values.append(f"F.when(F.col({quoted(column_name(source))}).isNotNull(), {failure})")
        return f"F.coalesce({', '.join(values)})" if len(values) > 1 else values[0]

    def _complaint(self, new: str, source: str) -> str:
        return f"{source} is not {self.columns[new].noun}: "

    def sql(self, frames: Frames, dialect: Dialect) -> str:
        """See Step.sql."""
        schema = self.source(frames)
        code = {new.casefold(): self._sql(new, self._source(new, schema), dialect) for new in self.columns}
        names = self.output(frames, Problems()).names
        columns = [aliased(code.get(n.casefold(), identifier(n, dialect)), n, dialect) for n in names]
        return select(columns, self.table(dialect))

    def _sql(self, new: str, source: str, dialect: Dialect) -> str:
        text = TextSql(identifier(source, dialect), dialect)

        def read(reading: Reading) -> str:
            clean = reading.clean(text)
            return f"CASE WHEN {clean.matches(reading.pattern)} THEN {reading.value(clean)} END"

        values = [read(reading) for reading in self.columns[new].readings()]
        if self.on_error == "fail":
            complaint = f"CONCAT({text_literal(self._complaint(new, source), dialect)}, {text.code})"
            failure = f"{'ERROR' if dialect == 'duckdb' else 'RAISE_ERROR'}({complaint})"
            values.append(f"CASE WHEN {text.code} IS NOT NULL THEN {failure} END")
        return f"COALESCE({', '.join(values)})" if len(values) > 1 else values[0]

    def explain(self) -> str:
        """See Step.explain."""
        return f"read {listed(self._words(name) for name in self.columns)}"

    def _words(self, name: str) -> str:
        parser = self.columns[name]
        return f"{name}{f' from {parser.of}' if parser.of else ''} as {parser.noun}"

    def lineage(self, frames: Frames) -> StepLineage:
        """See Step.lineage."""
        schema = self.source(frames)
        read = {exact(name, schema): self.origins([self._source(name, schema)]) for name in self.columns}
        return StepLineage({**self.passed_on(frames), **read})

    def order(self, inputs: Mapping[str, Order]) -> Order:
        """Rows stay in place, but a column that was read anew sorts no more."""
        return undisturbed(inputs[self.from_], self.columns)
