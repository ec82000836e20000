"""The text of a ``sources.yaml`` to the sources that it describes, and to its mistakes with their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from datamorph.core.problem import nearest, shown
from datamorph.core.secret import Secret
from datamorph.core.source_spec import KINDS, Authentication, Dlt, Files, Http, HttpCursor, Postgres, SourceSpec
from datamorph.core.table import TableRef, Tier
from datamorph.core.yaml_lines import Lines
from datamorph.errors import SpecError

_PARTS: Mapping[str, type[BaseModel]] = {
    "files": Files, "postgres": Postgres, "http": Http, "dlt": Dlt, "auth": Authentication, "cursor": HttpCursor,
    "password": Secret, "bearer": Secret, "secret": Secret,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """What is wrong in a sources file.

    Attributes:
        file: as people name it.
        line: from 1.
        where: the place in the document: ``raw.shop.orders.files.nulls``.
        message: with the offending value quoted.
        hint: what to write instead.
    """

    file: str
    line: int
    where: str
    message: str
    hint: str

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{self.file}:{self.line}: {place}{self.message} ({self.hint})"


@dataclass(frozen=True, slots=True)
class SourcesFile:
    """What a sources file says.

    Attributes:
        sources: the right ones, in the order of the file.
        lines: line of each of them.
        broken: problems of the others, by the name that stands in the file; the file's own by an empty name.
    """

    sources: Mapping[TableRef, SourceSpec] = field(default_factory=dict[TableRef, SourceSpec])
    lines: Mapping[TableRef, int] = field(default_factory=dict[TableRef, int])
    broken: Mapping[str, Sequence[SourceProblem]] = field(default_factory=dict[str, Sequence[SourceProblem]])

    @property
    def problems(self) -> tuple[SourceProblem, ...]:
        """All mistakes, in order of their lines."""
        return tuple(sorted((one for found in self.broken.values() for one in found), key=lambda one: one.line))


def read_sources(text: str, *, file: str = "sources.yaml") -> SourcesFile:
    """Parse a sources file; a wrong source does not hide the others."""
    try:
        lines = Lines(text, origin=file)
    except SpecError as error:
        return SourcesFile(broken={"": [SourceProblem(file, 1, "", error.problem, error.fix)]})
    entries = _entries(lines, file)
    if isinstance(entries, SourceProblem):
        return SourcesFile(broken={"": [entries]})
    sources, places, broken = dict[TableRef, SourceSpec](), dict[TableRef, int](), dict[str, list[SourceProblem]]()
    for name, value in entries.items():
        ref, found = _ref(name), _source(value, ("sources", name), lines, file)
        if isinstance(ref, str):
            problem = SourceProblem(file, lines.of(("sources", name)), name, ref, "write raw.DOMAIN.NAME")
            broken[name] = [problem, *(found if isinstance(found, list) else [])]
        elif isinstance(found, list):
            broken[name] = found
        elif other := _same_queue(found, sources):
            where = ("sources", name, "files", "events")
            told = f"the queue is that of {other} too, and whoever reads a message removes it"
            broken[name] = [SourceProblem(file, lines.of(where), ".".join(where[1:]), told, "give each source its own")]
        else:
            sources[ref], places[ref] = found, lines.of(("sources", name))
    return SourcesFile(sources, places, broken)


def _same_queue(spec: SourceSpec, others: Mapping[TableRef, SourceSpec]) -> TableRef | None:
    """The source that reads the same queue."""
    queue = spec.files.events if spec.files else None
    known = ((ref, other.files.events) for ref, other in others.items() if other.files)
    return next((ref for ref, events in known if queue and events == queue), None)


def sources_schema() -> dict[str, Any]:
    """The JSON Schema of a sources file, for editors."""
    pattern = r"^raw\.[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$"
    found = TypeAdapter(SourceSpec).json_schema(ref_template="#/$defs/{model}")
    definitions = {**found.pop("$defs", {}), "Source": found}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sources.yaml of DataMorph",
        "type": "object",
        "additionalProperties": False,
        "required": ["sources"],
        "properties": {
            "sources": {
                "type": "object",
                "patternProperties": {pattern: {"$ref": "#/$defs/Source"}},
                "additionalProperties": False,
            }
        },
        "$defs": definitions,
    }


def _entries(lines: Lines, file: str) -> Mapping[str, object] | SourceProblem:
    data: object = lines.data if lines.data is not None else {}
    if not isinstance(data, dict):
        return SourceProblem(file, 1, "", f"the file is {shown(data)}", "begin with sources:")
    document = cast("dict[object, object]", data)
    extra = [str(key) for key in document if key != "sources"]
    if extra:
        return SourceProblem(
            file, lines.of((extra[0],)), "", f"there is no field {extra[0]!r}", "put it below sources:"
        )
    found: object = document.get("sources") or {}
    if not isinstance(found, dict):
        return SourceProblem(file, lines.of(("sources",)), "sources", f"it is {shown(found)}", "write raw.DOMAIN.NAME:")
    return {str(key): value for key, value in cast("dict[object, object]", found).items()}


def _ref(name: str) -> TableRef | str:
    try:
        ref = TableRef.parse(name)
    except ValueError as error:
        return str(error)
    if ref.tier is not Tier.RAW or ref.is_quarantine:
        return f"sources fill tables of the raw tier, {name!r} is not one"
    return ref


def _source(value: object, path: tuple[str, ...], lines: Lines, file: str) -> SourceSpec | list[SourceProblem]:
    try:
        return SourceSpec.model_validate(value)
    except ValidationError as error:
        return [_problem(found, path, lines, file) for found in error.errors(include_url=False, include_context=False)]


def _problem(found: Any, path: tuple[str, ...], lines: Lines, file: str) -> SourceProblem:
    place = tuple(part for part in found["loc"] if part != "[key]")
    where = ".".join(str(part) for part in (*path[1:], *place))
    line = lines.of((*path, *place))
    if found["type"] == "extra_forbidden":
        holder = next((_PARTS[part] for part in reversed(place[:-1]) if part in _PARTS), SourceSpec)
        return SourceProblem(file, line, where, "there is no such field", nearest(str(place[-1]), holder.model_fields))
    message = found["msg"].removeprefix("Value error, ")
    given = (
        ""
        if isinstance(found["input"], dict | list | BaseModel) or _is_secret(place)
        else f", not {shown(found['input'])}"
    )
    hint = f"a source has one of {', '.join(KINDS)}" if not place else "see docs/sources.md"
    return SourceProblem(file, line, where, f"{message}{given}", hint)


def _is_secret(place: Sequence[object]) -> bool:
    """A value that may be a secret in the wrong place is not repeated."""
    return any(part in ("password", "auth", "secrets", "url", "headers") for part in place)
