"""The shape of the predecessor's JSON specs: what such a document may say, before anything is made of it.

Its parts run in a fixed order: joins, derived columns, filters, aggregations, then order and limit. ``core.adoption``
turns it into a PipelineSpec.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from datamorph.errors import SpecError

MAX_BYTES = 1_000_000
MISTAKES_SHOWN = 5
Scalar: TypeAlias = bool | int | float | str | None


def _many(value: Any) -> Any:
    """One name where several may stand."""
    return [value] if isinstance(value, str) else value


def _filled(key: str) -> Callable[[Any], Any]:
    """A text in the place of an object is its most important field."""
    return lambda value: {key: value} if isinstance(value, str) else value


Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_many)]


class _Old(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class OldTable(_Old):
    """A table that is read."""

    name: str
    alias: str | None = None


class OldJoin(_Old):
    """Two tables and what must be equal: a column of each, or a condition such as ``a.x = b.y``."""

    left_table: str | None = None
    right_table: str | None = None
    left_column: str | None = None
    right_column: str | None = None
    condition: str | None = Field(default=None, validation_alias=AliasChoices("condition", "on"))
    join_type: str = "inner"


class OldFilter(_Old):
    """A condition in SQL, or a column compared with a value."""

    condition: str | None = None
    column: str | None = None
    operator: str = "="
    value: Scalar | tuple[Scalar, ...] = None


class OldMeasure(_Old):
    """A function of a column, or several measures with the groups that they share."""

    function: str | None = None
    column: str = "*"
    alias: str | None = None
    group_by: Names = ()
    measures: dict[str, str] | tuple[OldMeasure, ...] = ()


class OldColumn(_Old):
    """A computed column."""

    name: str
    expression: str


class OldOrder(_Old):
    """A column to sort by."""

    column: str
    direction: Literal["asc", "desc"] = "asc"


class OldSchedule(_Old):
    """When it runs."""

    cron: str
    timezone: str = "UTC"


def _columns(value: Any) -> Any:
    """Derived columns as a list, also where they are written as a mapping."""
    if not isinstance(value, dict):
        return value
    return [{"name": name, "expression": text} for name, text in cast("dict[str, Any]", value).items()]


class OldSpec(_Old):
    """A whole document."""

    name: str | None = None
    description: str = ""
    prompt: str = ""
    source_tables: tuple[Annotated[OldTable, BeforeValidator(_filled("name"))], ...] = Field(min_length=1)
    target_table: str
    transformations: tuple[str, ...] = ()
    join_conditions: tuple[Annotated[OldJoin, BeforeValidator(_filled("condition"))], ...] = ()
    derived_columns: Annotated[tuple[OldColumn, ...], BeforeValidator(_columns)] = ()
    filters: tuple[Annotated[OldFilter, BeforeValidator(_filled("condition"))], ...] = ()
    aggregations: tuple[OldMeasure, ...] = ()
    group_by: Names = ()
    order_by: Annotated[
        tuple[Annotated[OldOrder, BeforeValidator(_filled("column"))], ...], BeforeValidator(_many)
    ] = ()
    limit: Annotated[int, Field(ge=1, strict=True)] | None = None
    schedule: Annotated[OldSchedule, BeforeValidator(_filled("cron"))] | None = None

    @model_validator(mode="before")
    @classmethod
    def _distribute(cls, data: Any) -> Any:
        """Transformations that are objects belong to the part that their type names."""
        if not isinstance(data, dict):
            return cast(object, data)
        fields = dict(cast("dict[str, Any]", data))
        given = fields.get("transformations")
        if isinstance(given, list):
            texts: list[Any] = []
            for number, item in enumerate(cast("list[Any]", given)):
                _place(item, number, fields, texts)
            fields["transformations"] = texts
        return fields


_PARTS = {
    "join": "join_conditions", "derive": "derived_columns", "filter": "filters", "aggregate": "aggregations",
    "aggregation": "aggregations",
}  # fmt: skip


def _place(item: Any, number: int, fields: dict[str, Any], texts: list[Any]) -> None:
    if not isinstance(item, dict):
        texts.append(item)
        return
    rest = dict(cast("dict[str, Any]", item))
    kind = rest.pop("type", None)
    part = _PARTS.get(kind) if isinstance(kind, str) else None
    if part is None:
        raise ValueError(f"transformations.{number}: type {kind!r:.80} is not one of {', '.join(_PARTS)}")
    before: Any = _columns(fields.get(part)) or cast("list[Any]", [])
    if not isinstance(before, list):
        raise ValueError(f"{part} is no list")
    fields[part] = [*cast("list[Any]", before), rest]


def parse_old_spec(data: object, *, origin: str) -> OldSpec:
    """Read plain data as a document of the predecessor.

    Raises:
        SpecError: not of that shape, with one sentence per mistake.
    """
    try:
        return OldSpec.model_validate(data)
    except (ValidationError, RecursionError) as error:
        raise SpecError(f"{origin} cannot be imported: {_mistakes(error)}", fix="see docs/cli.md, import") from error


def _mistakes(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    found = error.errors(include_url=False, include_context=False)
    lines = [
        f"{'.'.join(map(str, one['loc'])) or 'document'}: {one['msg'].removeprefix('Value error, ')}" for one in found
    ]
    more = [f"and {len(found) - MISTAKES_SHOWN} more"] if len(found) > MISTAKES_SHOWN else []
    return "; ".join([line[:300] for line in lines[:MISTAKES_SHOWN]] + more)


def read_json(text: str, *, origin: str) -> object:
    """Plain data from JSON, without keys that stand twice and numbers that JSON does not have.

    Raises:
        SpecError: not readable so, or too large.
    """
    if len(text) > MAX_BYTES:
        raise SpecError(f"{origin} has {len(text):,} characters", fix=f"a spec has at most {MAX_BYTES:,}")
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{origin} is not readable JSON: {error!s:.300}", fix="correct that place") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key stands twice in {sorted(found)!s:.120}")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
