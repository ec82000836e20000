"""The header of a SQL model: YAML in the comment that begins the file, which SQL formatters leave as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, cast

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from datamorph.core.checks import Check
from datamorph.core.document import read_document
from datamorph.core.increment import Incremental
from datamorph.core.problem import shown
from datamorph.core.spec import Schedule
from datamorph.core.steps.step import ColumnName
from datamorph.core.target import Table, WriteMode
from datamorph.errors import SpecError

_HEADER = re.compile(r"\s*/\*[ \t]*---[ \t]*\n(?P<yaml>.*?)^[ \t]*---[ \t]*\*/", re.DOTALL | re.MULTILINE)
_OPENED = re.compile(r"\s*/\*[ \t]*---")
MOST_TOLD = 5

Tag = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,63}$")]
_OWNER = re.compile(r"|[a-z_][a-z0-9_]{0,62}|[^@\s]+@[^@\s]+")


def _owner(value: str) -> str:
    if not _OWNER.fullmatch(value):
        raise ValueError("an owner is a team in snake case or an e-mail address")
    return value


Owner = Annotated[str, AfterValidator(_owner)]


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Columns = Annotated[tuple[ColumnName, ...], BeforeValidator(_one_or_more)]


class _Frozen(BaseModel):
    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class ColumnNote(_Frozen):
    """What a model says of one of its columns: a text alone is its description.

    Attributes:
        type: in the place of the type that is told from the query.
    """

    description: str = ""
    type: str = ""

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        return {"description": data} if isinstance(data, str) else cast(object, data)


def _schedule(value: object) -> object:
    return {"cron": value} if isinstance(value, str) else value


class ModelHeader(_Frozen):
    """What a SQL model says besides its SELECT. Everything may be left out.

    Attributes:
        owner: a team's name in snake case, or an e-mail address; the domain's team by default.
        grain: columns that identify a row. It is checked: none is NULL, and no combination stands twice.
        write: see ``Target``; ``merge`` and ``scd2`` go by the grain.
        partition: columns whose values make a partition, for ``replace_partitions``.
        incremental: table to how only its new rows are read.
    """

    description: str = Field(default="", max_length=20_000)
    owner: Owner = ""
    grain: Columns = ()
    write: WriteMode = "replace"
    partition: Columns = ()
    changed_at: ColumnName | None = None
    incremental: dict[Table, Incremental] = Field(default_factory=dict[Table, Incremental])
    checks: tuple[Check, ...] = ()
    columns: dict[ColumnName, ColumnNote] = Field(default_factory=dict[ColumnName, ColumnNote])
    tags: Annotated[tuple[Tag, ...], BeforeValidator(_one_or_more)] = ()
    schedule: Annotated[Schedule | None, BeforeValidator(_schedule)] = None


class HeaderMistake(Exception):
    """What is wrong with a header, and in which line of the file."""

    def __init__(self, message: str, *, hint: str, line: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.line = message, hint, line


@dataclass(frozen=True, slots=True)
class HeaderFound:
    """A header as it stands in a file.

    Attributes:
        lines: line of the file in which each field stands.
        body: the rest of the file, beginning with as many characters as the header has: offsets stay those of the file.
    """

    header: ModelHeader
    lines: Mapping[str, int]
    body: str


def read_header(text: str) -> HeaderFound:
    """Split a model's file into its header and its SELECT; a file without a header is all SELECT.

    Raises:
        HeaderMistake: the header is not closed, not YAML, or says what no header has.
    """
    match = _HEADER.match(text)
    if match is None:
        if opened := _OPENED.match(text):
            hint = "end it with a line --- */ (and write no */ in it)"
            raise HeaderMistake("the header is not closed", hint=hint, line=text.count("\n", 0, opened.end()) + 1)
        return HeaderFound(ModelHeader(), {}, text)
    before = text.count("\n", 0, match.start("yaml"))
    document = "\n" * before + match["yaml"]
    data, lines = _read(document, before + 1)
    try:
        header = ModelHeader.model_validate(data)
    except ValidationError as error:
        raise _wrong(error, document, lines) from error
    blank = re.sub(r"[^\n]", " ", match[0])
    return HeaderFound(header, lines, blank + text[match.end() :])


def _read(document: str, first: int) -> tuple[dict[str, object], dict[str, int]]:
    try:
        data = read_document(document, origin="the header")
    except SpecError as error:
        told = re.sub(r"\s+", " ", error.problem.removeprefix("the header is not readable YAML: "))
        found = re.findall(r"line (\d+)", told)
        told = re.sub(r',? in "<unicode string>", line \d+, column \d+:?', "", told)
        line = int(found[-1]) if found else first
        raise HeaderMistake(f"the header is not readable YAML: {told}", hint="correct that line", line=line) from error
    if data is None:
        return {}, {}
    if not isinstance(data, dict):
        raise HeaderMistake("the header is no list of fields", hint="write description: ...", line=first)
    root = _node(document)
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in root.value} if root else {}
    return {str(key): value for key, value in cast("dict[object, object]", data).items()}, lines


def _node(document: str) -> Any:
    return cast(Any, yaml.compose(document, Loader=yaml.CSafeLoader))


def _wrong(error: ValidationError, document: str, lines: Mapping[str, int]) -> HeaderMistake:
    found = error.errors(include_url=False, include_context=False)[0]
    place = ".".join(str(part) for part in found["loc"]) or "header"
    message = found["msg"].removeprefix("Value error, ")
    if found["type"] == "extra_forbidden":
        known = ModelHeader.model_fields if len(found["loc"]) == 1 else ColumnNote.model_fields
        message, hint = "there is no such field", f"the fields are {', '.join(known)}"
    else:
        hint = "see docs/sql-models.md"
    given = "" if isinstance(found["input"], dict | list) else f" (got {shown(found['input'])})"
    line = _line(_node(document), found["loc"]) or lines.get(str(found["loc"][0]) if found["loc"] else "", 1)
    return HeaderMistake(f"{place}: {message}{given}", hint=hint, line=line)


def _line(node: Any, path: Iterable[str | int]) -> int:
    """Line of the deepest part of the document on that path."""
    line = 0
    for part in path:
        entry = _entry(node, part)
        if entry is None:
            return line
        line, node = entry
    return line


def _entry(node: Any, part: str | int) -> tuple[int, Any] | None:
    if isinstance(node, yaml.MappingNode):
        pairs = cast("list[tuple[Any, Any]]", node.value)
        return next(((key.start_mark.line + 1, value) for key, value in pairs if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        found = node.value[part]
        return found.start_mark.line + 1, found
    return None
