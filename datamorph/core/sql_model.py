"""A SQL model: one file, one SELECT, one table. What it reads is told by its SQL; what is wrong, by line and column.

The file's place is the table's name: ``processed/flights/daily.sql`` makes ``processed.flights.daily``.
"""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from datamorph.core.model_header import HeaderFound, HeaderMistake, ModelHeader, read_header
from datamorph.core.select_statement import SelectError, offset_of, read_select, tables_read
from datamorph.core.sql_template import Rendered, TemplateMistake, Variable, render
from datamorph.core.table import TableRef, Tier

MAX_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class ModelProblem:
    """Why a model cannot run, at its place in the file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message} ({self.hint})"


@dataclass(frozen=True, slots=True)
class SqlModel:
    """A model that can be read. Whether it fits the tables is for ``compile_model`` to say.

    Attributes:
        file: the file as people name it, from the project's folder on.
        text: the whole file.
        tree: the SELECT with its variables filled in; shared, copy it to change it.
        reads: each table that it reads, to the place in the SELECT's text where it is read first.
    """

    ref: TableRef
    file: str
    text: str
    found: HeaderFound
    rendered: Rendered
    tree: exp.Query
    reads: Mapping[TableRef, int]

    @property
    def header(self) -> ModelHeader:
        """What it says besides its SELECT."""
        return self.found.header

    @property
    def owner(self) -> str:
        """Who answers for it: a team in snake case, or an e-mail address."""
        return self.header.owner or self.ref.domain

    @property
    def version(self) -> str:
        """Twelve hex digits that change with the file and the variables that it uses."""
        return hashlib.sha256(f"{self.text}\0{self.rendered.text}".encode()).hexdigest()[:12]

    def problem_at(self, offset: int | None, message: str, *, hint: str) -> ModelProblem:
        """A problem at a place of the SELECT's text; where none is known, at the SELECT's beginning."""
        if offset is None:
            offset = len(self.rendered.text) - len(self.rendered.text.lstrip())
        return problem_at(self.file, self.text, self.rendered.source_offset(offset), message, hint=hint)

    def problem_in(self, field: str, message: str, *, hint: str) -> ModelProblem:
        """A problem of a field of the header."""
        return ModelProblem(self.file, self.found.lines.get(field, 1), 1, message, hint)


def model_ref(path: str, *, file: str) -> TableRef | ModelProblem:
    """The table that a file makes, by its place in the folder of models: ``processed/flights/daily.sql``."""
    *folders, name = path.removesuffix(".sql").split("/")
    hint = f"put it at TIER/DOMAIN/NAME.sql, such as processed/{folders[-1] if folders else 'sales'}/{name}.sql"
    if len(folders) != 2:  # noqa: PLR2004 (tier, domain)
        return ModelProblem(file, 1, 1, "a model lies two folders deep, in its tier and its domain", hint)
    try:
        return TableRef.parse(".".join((*folders, name)))
    except ValueError as error:
        return ModelProblem(file, 1, 1, str(error), hint)


def problem_at(file: str, text: str, offset: int, message: str, *, hint: str) -> ModelProblem:
    """A problem at a place of a file's text."""
    before = text[:offset]
    column = offset - (before.rfind("\n") + 1) + 1
    return ModelProblem(file, before.count("\n") + 1, column, message, hint)


def parse_model(
    text: str, *, ref: TableRef, file: str, variables: Mapping[str, Variable] | None = None
) -> SqlModel | ModelProblem:
    """Read a model's file.

    Args:
        ref: the table that it makes.
        file: what to call it in problems.
        variables: what Jinja may put into it.
    """
    text = text.replace("\r\n", "\n")
    if len(text) > MAX_LENGTH:
        hint = f"a model has at most {MAX_LENGTH:,} characters"
        return ModelProblem(file, 1, 1, f"the file has {len(text):,} characters", hint)
    if ref.tier is Tier.RAW:
        hint = f"move the file to processed/{ref.domain}/ or curated/{ref.domain}/"
        return ModelProblem(file, 1, 1, f"{ref} is a raw table, which only loads fill", hint)
    try:
        found = read_header(text)
        rendered = render(found.body, variables or {})
    except HeaderMistake as error:
        return ModelProblem(file, error.line, 1, error.message, error.hint)
    except TemplateMistake as error:
        return problem_at(file, text, error.offset, error.message, hint=error.hint)
    try:
        tree = read_select(rendered.text)
    except SelectError as error:
        begin = len(rendered.text) - len(rendered.text.lstrip())
        offset = rendered.source_offset(begin if error.offset is None else error.offset)
        message = error.message if rendered.text.strip() else "the file has no SELECT"
        return problem_at(file, text, offset, message, hint=error.hint)
    return _with_reads(SqlModel(ref, file, text, found, rendered, tree, {}))


def _with_reads(model: SqlModel) -> SqlModel | ModelProblem:
    reads: dict[TableRef, int] = {}
    for name, table in tables_read(model.tree).items():
        offset = offset_of(table)
        try:
            reads.setdefault(TableRef.parse(name.lower()), offset or 0)
        except ValueError as error:
            hint = "write tier.domain.name, or define it with WITH"
            return model.problem_at(offset, str(error), hint=hint)
    if not reads:
        return model.problem_at(None, "the SELECT reads no table", hint="write FROM tier.domain.name")
    if model.ref in reads:
        hint = "read another table; a model's own rows are met by write: merge, append or scd2"
        return model.problem_at(reads[model.ref], f"{model.ref} reads itself", hint=hint)
    return SqlModel(model.ref, model.file, model.text, model.found, model.rendered, model.tree, reads)


def unnamed_columns(model: SqlModel) -> Iterator[ModelProblem]:
    """Columns that the SELECT computes and gives no name; and a SELECT of none at all."""
    if not model.tree.selects:
        yield model.problem_at(None, "the SELECT names no column", hint="write SELECT column, ... FROM ...")
    for number, one in enumerate(model.tree.selects, 1):
        if not one.is_star and not one.output_name:
            yield model.problem_at(offset_of(one), f"column {number} has no name", hint="write AS name behind it")
