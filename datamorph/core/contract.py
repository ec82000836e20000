"""Data contracts: what a table promises to those who read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from datamorph.core.checks import Check
from datamorph.core.datatype import is_nested, parse_type
from datamorph.core.lineage import trace
from datamorph.core.problem import Problem
from datamorph.core.spec import PipelineSpec, document_mistakes, read_document
from datamorph.core.table import Column, SchemaChange, TableRef, TableSchema, compare_schemas
from datamorph.core.target import Table
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.errors import SpecError

MOST_NAMED = 12


def _type(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("a type is a name such as bigint")
    return value if is_nested(value) else parse_type(value)


class _Frozen(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Freshness(_Frozen):
    """How old the newest row may be."""

    column: str
    within_hours: float = Field(gt=0)


class Consumer(_Frozen):
    """Somebody outside of DataMorph who reads the table; pipelines that read it are known by themselves."""

    name: str = Field(min_length=1)
    columns: tuple[str, ...] = ()
    contact: str = ""


class Contract(_Frozen):
    """What a table promises.

    Attributes:
        columns: name to type; the table may have more.
        checks: what its rows pass at every publication, beside its pipeline's own checks.
        owner: who answers for it.
        consumers: readers outside of DataMorph, with the columns that they use (none: all of ``columns``).
    """

    contract_version: Literal[1] = 1
    table: Table
    owner: str = Field(min_length=1)
    description: str = ""
    columns: dict[str, Annotated[str, BeforeValidator(_type)]] = Field(min_length=1)
    checks: tuple[Check, ...] = ()
    freshness: Freshness | None = None
    consumers: tuple[Consumer, ...] = ()

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """The checks, freshness among them."""
        if self.freshness is None:
            return self.checks
        return (*self.checks, Check(type="expect_table_to_be_fresh", kwargs=self.freshness.model_dump()))

    @property
    def promised(self) -> TableSchema:
        """The promised columns."""
        return TableSchema(tuple(Column(name, type_) for name, type_ in self.columns.items()))

    def breaches(self, schema: TableSchema) -> SchemaChange:
        """What a table of this schema breaks: ``removed`` and ``retyped``; a type may widen."""
        return compare_schemas(self.promised, schema)

    def problems(self, schema: TableSchema, tables: Mapping[TableRef, TableSchema]) -> list[Problem]:
        """Why its checks cannot run on a table of this schema."""
        return [problem for check in self.all_checks for problem in check.problems(schema, tables)]


@dataclass(frozen=True, slots=True)
class Reader:
    """A pipeline or somebody else who reads columns of a table.

    Attributes:
        kind: ``pipeline``, or ``consumer`` for one that a contract names.
    """

    kind: str
    name: str
    columns: tuple[str, ...]
    contact: str = ""

    def __str__(self) -> str:
        more = len(self.columns) - MOST_NAMED
        listed = ", ".join(self.columns[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        contact = f" ({self.contact})" if self.contact else ""
        return f"{self.kind} {self.name}{contact} reads {listed}"


def parse_contract(text: str, *, origin: str) -> Contract:
    """Read a contract from YAML.

    Raises:
        SpecError: not YAML, or not the shape of a contract, with the place.
    """
    data = read_document(text, origin=origin)
    if not isinstance(data, dict):
        raise SpecError(f"{origin} is not a contract", fix="see docs/quality.md")
    try:
        return Contract.model_validate(cast("dict[str, object]", data))
    except ValidationError as error:
        mistakes = document_mistakes(error)
        raise SpecError(f"{origin} is not a contract: {mistakes}", fix="see docs/quality.md") from error


def pipeline_readers(
    table: TableRef, specs: Iterable[PipelineSpec], tables: Mapping[TableRef, TableSchema]
) -> list[Reader]:
    """Pipelines that read a table, with the columns that their result depends on; broken ones read nothing."""
    found: list[Reader] = []
    for spec in specs:
        if table in spec.sources.values() and spec.target.table != table:
            checked = typecheck(spec, tables)
            if isinstance(checked, CheckedSpec):
                columns = sorted(name for ref, name in trace(checked).read if ref == table)
                found.append(Reader("pipeline", spec.name, tuple(columns)))
    return found


def named_readers(contract: Contract | None) -> list[Reader]:
    """Those whom the contract names."""
    if contract is None:
        return []
    return [
        Reader("consumer", found.name, found.columns or tuple(contract.columns), found.contact)
        for found in contract.consumers
    ]


def broken_readers(readers: Sequence[Reader], lost: Iterable[str]) -> list[Reader]:
    """Readers of columns that go or change their type, with just those columns."""
    folded = {name.casefold() for name in lost}
    hit = [(reader, tuple(c for c in reader.columns if c.casefold() in folded)) for reader in readers]
    return [Reader(reader.kind, reader.name, columns, reader.contact) for reader, columns in hit if columns]
