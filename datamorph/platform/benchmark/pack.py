"""Packs on disk: a suite of pipeline prompts (``suite.yaml``) or a set of questions (``cases.jsonl``).

Both formats are described in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from datamorph.core.spec import read_document
from datamorph.core.table import TableRef
from datamorph.errors import SourceError, SpecError

SUITE, QUESTIONS = "suite.yaml", "cases.jsonl"
_ID = r"^[\w][\w.-]*$"

Mode = Literal["pipeline", "question"]


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _SuiteSource(_Read):
    table: str
    file: str
    description: str = ""


class _SuiteCase(_Read):
    id: str = Field(pattern=_ID)
    prompt: str
    expect: Literal["answer", "ask", "refuse"]
    gold: str = ""
    target: tuple[str, ...] = ()
    domains: tuple[str, ...] | None = None
    ordered: bool = False
    tags: tuple[str, ...] = ()
    mention: tuple[str, ...] = ()
    meta: dict[str, Any] = {}


class _Suite(_Read):
    name: str = ""
    sources: tuple[_SuiteSource, ...] = Field(min_length=1)
    cases: tuple[_SuiteCase, ...] = Field(min_length=1)


class _QuestionCase(_Read):
    id: str = Field(pattern=_ID)
    db: str = Field(pattern=_ID)
    question: str
    gold: str
    ordered: bool = False
    shape: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One prompt of a pack.

    Attributes:
        db: the database of a question pack; empty for a suite, whose sources are all in the catalog.
        gold: DuckDB SQL that gives the right rows; empty where no answer is due.
        target: columns that the prompt names, compared by name; else the best order of columns counts.
        domains: the prompt is planned over the tables of these domains only; None for all.
        mention: words of which an expected question or refusal should hold one.
        meta: what the spec should say besides its rows, such as the schedule.
    """

    id: str
    prompt: str
    mode: Mode
    expect: Literal["answer", "ask", "refuse"]
    gold: str
    db: str = ""
    target: tuple[str, ...] = ()
    domains: tuple[str, ...] | None = None
    ordered: bool = False
    tags: tuple[str, ...] = ()
    mention: tuple[str, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A table of a suite and the CSV, Parquet or JSON file that holds its rows."""

    table: TableRef
    file: Path
    description: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """All cases of a folder; ``sources`` are a suite's tables, questions have a folder for each database."""

    folder: Path
    mode: Mode
    cases: tuple[Case, ...]
    sources: tuple[SourceFile, ...] = ()


def open_pack(folder: Path) -> Pack:
    """Read the cases of a pack.

    Raises:
        SourceError: no pack, or a file of it is missing or malformed, with its place.
    """
    if (folder / SUITE).is_file():
        return _open_suite(folder)
    if (folder / QUESTIONS).is_file():
        return _open_questions(folder)
    state = "has neither" if folder.is_dir() else "is no folder, so there is neither"
    raise SourceError(
        f"{str(folder)!r} {state} {SUITE} nor {QUESTIONS}", fix="name the folder of a pack; see docs/benchmarks.md"
    )


def _open_suite(folder: Path) -> Pack:
    file = folder / SUITE
    try:
        data = read_document(_text(file), origin=str(file))
        suite = _Suite.model_validate(data)
    except ValidationError as error:
        raise _malformed(str(file), error) from error
    except SpecError as error:
        raise SourceError(error.problem, fix="correct it there") from error
    cases = tuple(_suite_case(case, folder) for case in suite.cases)
    return Pack(folder, "pipeline", _unique(cases, file), tuple(_source(one, folder) for one in suite.sources))


def _source(source: _SuiteSource, folder: Path) -> SourceFile:
    try:
        table = TableRef.parse(source.table)
    except ValueError as error:
        raise SourceError(f"{folder / SUITE}: {error}", fix="write raw.domain.name") from error
    file = folder / source.file
    if not file.is_file():
        raise SourceError(f"{folder / SUITE}: there is no file {source.file!r}", fix=f"add {file}")
    return SourceFile(table, file, source.description)


def _suite_case(case: _SuiteCase, folder: Path) -> Case:
    return Case(
        id=case.id,
        prompt=case.prompt,
        mode="pipeline",
        expect=case.expect,
        gold=_text(folder / case.gold) if case.expect == "answer" else "",
        target=case.target,
        domains=case.domains,
        ordered=case.ordered,
        tags=(*case.tags, f"expect:{case.expect}"),
        mention=case.mention,
        meta=tuple((name, json.dumps(value, sort_keys=True)) for name, value in case.meta.items()),
    )


def _open_questions(folder: Path) -> Pack:
    file = folder / QUESTIONS
    cases = [
        _question_case(line, f"{file}, line {number}")
        for number, line in enumerate(_text(file).splitlines(), 1)
        if line.strip()
    ]
    if missing := next((case.db for case in cases if not (folder / "data" / case.db).is_dir()), None):
        raise SourceError(f"{file}: there is no database {missing!r}", fix=f"add {folder / 'data' / missing}")
    return Pack(folder, "question", _unique(cases, file))


_QUESTION = TypeAdapter(_QuestionCase)


def _question_case(line: str, place: str) -> Case:
    try:
        found = _QUESTION.validate_json(line)
    except ValidationError as error:
        raise _malformed(place, error) from error
    return Case(
        id=found.id,
        prompt=found.question,
        mode="question",
        expect="answer",
        gold=found.gold,
        db=found.db,
        ordered=found.ordered,
        tags=(*([found.shape] if found.shape else []), *found.tags),
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}", fix="add the file to the pack") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file} is not UTF-8 text", fix="save it as UTF-8") from error


def _malformed(place: str, error: ValidationError) -> SourceError:
    first = error.errors(include_url=False, include_context=False)[0]
    where = ".".join(map(str, first["loc"])) or "document"
    given = repr(first["input"])[:80]
    return SourceError(f"{place}: {where}: {first['msg']} (got {given})", fix="correct it there")


def _unique(cases: Iterable[Case], file: Path) -> tuple[Case, ...]:
    listed = tuple(cases)
    if not listed:
        raise SourceError(f"{file} has no case", fix="add one")
    identifier, times = Counter(case.id for case in listed).most_common(1)[0]
    if times > 1:
        raise SourceError(f"{file}: the id {identifier!r} stands {times} times", fix="give every case its own id")
    return listed
