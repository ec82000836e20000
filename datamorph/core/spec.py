"""PipelineSpec: the meaning of a prompt, as a document that people and programs read.

On disk it is YAML with one key per step (``{name: kept, filter: {from: joined, where: total > 1000}}``). It says
what, never how; ``typecheck`` decides whether it can run, ``pyspark`` and ``sql`` compile it.
"""

from __future__ import annotations

import hashlib
import keyword
import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationError,
    field_validator,
    model_serializer,
    model_validator,
)  # fmt: skip

from datamorph.core.checks import Check
from datamorph.core.document import read_document, write_document
from datamorph.core.evolution import upgraded
from datamorph.core.increment import Incremental
from datamorph.core.problem import shown
from datamorph.core.steps import STEPS, Step
from datamorph.core.steps.python import Python
from datamorph.core.steps.step import FrameName
from datamorph.core.table import TableRef
from datamorph.core.target import Table, Target
from datamorph.errors import SpecError

SPEC_VERSION = 1
MAX_STEPS = 200
"""In one chain they are as deep a plan as every engine is tried with."""
MISTAKES_SHOWN = 5
_RESERVED = frozenset({"transform", "spark"})


class _Frozen(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, ser_json_inf_nan="constants"
    )


class NamedStep(_Frozen):
    """A step with the name of the frame it yields."""

    name: FrameName
    step: SerializeAsAny[Step]

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        """Read ``{name: n, filter: {...}}``: exactly one key beside the name, a known kind."""
        fields = cast("dict[str, object]", data) if isinstance(data, dict) else {}
        if not fields or isinstance(fields.get("step"), Step):
            return cast(object, data)
        kinds = [key for key in fields if key != "name"]
        if len(kinds) != 1 or kinds[0] not in STEPS:
            raise ValueError(f"a step has a name and one of {', '.join(sorted(STEPS))}, not {kinds}")
        try:
            step = STEPS[kinds[0]].model_validate(fields[kinds[0]])
        except ValidationError as error:
            raise ValueError(document_mistakes(error)) from error
        return {"name": fields.get("name"), "step": step}

    @model_serializer
    def _fold(self) -> dict[str, Any]:
        return {"name": self.name, self.step.kind: self.step.model_dump(by_alias=True, exclude_defaults=True)}


class Schedule(_Frozen):
    """When a pipeline runs by itself."""

    cron: Annotated[str, Field(pattern=r"^\S+ \S+ \S+ \S+ \S+$")]
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}$", max_length=64)] = "UTC"


class PipelineSpec(_Frozen):
    """What a pipeline means. Frames are the sources and the steps before; the last step is the result."""

    spec_version: Literal[1] = SPEC_VERSION
    name: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,127}$")]
    prompt: str = Field(default="", max_length=20_000)
    description: str = Field(default="", max_length=20_000)
    sources: dict[FrameName, Table] = Field(min_length=1)
    steps: tuple[NamedStep, ...] = Field(default=(), max_length=MAX_STEPS)
    target: Target
    incremental: dict[FrameName, Incremental] = Field(default_factory=dict[str, Incremental])
    checks: tuple[Check, ...] = ()
    schedule: Schedule | None = None
    assumptions: tuple[str, ...] = ()

    @field_validator("sources")
    @classmethod
    def _sources_are_usable(cls, value: dict[str, TableRef]) -> dict[str, TableRef]:
        _check_names(value)
        return value

    @field_validator("steps")
    @classmethod
    def _steps_are_usable(cls, value: tuple[NamedStep, ...]) -> tuple[NamedStep, ...]:
        _check_names(step.name for step in value)
        return value

    @property
    def result(self) -> str:
        """Name of the frame that is published."""
        return self.steps[-1].name if self.steps else next(iter(self.sources))

    @property
    def has_sql(self) -> bool:
        """False when a step only runs on an engine, so that there is no SELECT to verify it with."""
        return all(step.step.has_sql for step in self.steps)

    @property
    def code_to_approve(self) -> str:
        """Hand-written code, which a person must approve; empty where there is none."""
        return "\n\n".join(step.step.code for step in self.steps if isinstance(step.step, Python))

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """The checks asked for, then those that the write mode needs."""
        return (*self.checks, *(check for check in self.target.checks() if check not in self.checks))

    def to_yaml(self) -> str:
        """The document as people see it; ``parse_spec`` reads it back unchanged."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return write_document({"spec_version": self.spec_version, **data})

    def hash(self) -> str:
        """Twelve hex digits that change when the meaning does."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()[:12]

    def rows_hash(self) -> str:
        """The hash of what decides about the rows: words, schedule and checks that only judge are left out."""
        acting = tuple(check for check in self.checks if check.quarantines)
        told = {"prompt": "", "description": "", "checks": acting, "schedule": None, "assumptions": ()}
        return self.model_copy(update=told).hash()


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if name in _RESERVED or keyword.iskeyword(name):
            raise ValueError(f"frame name {name!r} is reserved in Python")


def parse_schedule(cron: str, timezone: str) -> Schedule:
    """A schedule from its two texts.

    Raises:
        SpecError: not five fields of cron, or no name of a time zone.
    """
    try:
        return Schedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        fix = 'write cron in five fields and a zone by name: "0 6 * * *", Europe/Vienna'
        raise SpecError(f"the schedule is not readable: {document_mistakes(error)}", fix=fix) from error


def parse_spec(text: str, *, origin: str = "the spec") -> PipelineSpec:
    """Read a spec from YAML (or JSON, which is YAML).

    Args:
        origin: what to call the document in errors, such as its path.

    Raises:
        SpecError: not YAML, aliases (a YAML bomb needs them), too large, or not the shape of a spec.
    """
    return build_spec(read_document(text, origin=origin), origin=origin)


def build_spec(data: object, *, origin: str = "the spec") -> PipelineSpec:
    """Make a spec from plain data, with one readable sentence per mistake.

    Raises:
        SpecError: not the shape of a spec.
    """
    data = upgraded(data, known=SPEC_VERSION, origin=origin)
    try:
        return PipelineSpec.model_validate(data)
    except (ValidationError, RecursionError) as error:
        raise SpecError(f"{origin} is not a spec: {_sentences(error)}", fix="see docs/spec.md") from error


def _sentences(error: ValidationError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return document_mistakes(error)


def document_mistakes(error: ValidationError) -> str:
    """One readable sentence per mistake in a document, the first few."""
    found = error.errors(include_url=False, include_context=False)
    lines = [_mistake(_place(e["loc"]), e["msg"], e["input"]) for e in found[:MISTAKES_SHOWN]]
    return "; ".join(lines) + (f"; and {len(found) - MISTAKES_SHOWN} more" if len(found) > MISTAKES_SHOWN else "")


def _place(location: Iterable[str | int]) -> str:
    """The place in the document, without pydantic's own words for the kinds of value that it tried there."""
    return (
        ".".join(str(part) for part in location if not re.match(r"constrained-str|dict\[|JoinKey|\[key\]", str(part)))
        or "document"
    )


def _mistake(where: str, message: str, given: object) -> str:
    message = message.removeprefix("Value error, ")
    return f"{where}: {message}" if isinstance(given, dict | list) else f"{where}: {message} (got {shown(given)})"
