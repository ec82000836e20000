"""One SELECT that a person wrote: parsed, held against the frames that it may read, and said in either dialect."""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, TypeAlias

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.optimizer.qualify import qualify
from sqlglot.parsers.spark import SparkParser

from datamorph.core.expression import ExpressionError
from datamorph.core.expression_parser import MAX_DEPTH
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.problem import nearest
from datamorph.core.table import TableSchema

Offset: TypeAlias = int
"""Characters before a place in the query's text."""

MORE_FUNCTIONS = frozenset(
    "add_months case cast cume_dist date_add date_sub exists first_value if last_day last_value ntile nvl percent_rank "
    "substr try_cast".split()
)
_CHANGES = (
    exp.Create, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Command, exp.Drop, exp.Alter, exp.TruncateTable,
    exp.Set, exp.Use, exp.Into, exp.Lateral,
    exp.TableSample, exp.Hint, exp.Parameter, exp.Placeholder, exp.SessionParameter,
)  # fmt: skip


class _Parser(SparkParser):
    STRICT_CAST = True


class _Dialect(Spark):
    Parser = _Parser
    parser_class = _Parser


class _NamesParser(_Parser):
    """Every function keeps the name that it was called by."""

    FUNCTIONS: ClassVar = {}


class _NamesDialect(Spark):
    Parser = _NamesParser
    parser_class = _NamesParser


@dataclass(frozen=True, slots=True)
class SelectStatement:
    """A checked SELECT.

    Attributes:
        columns: names of its output, in order.
        reads: names of the frames that it reads.
    """

    tree: exp.Query
    columns: tuple[str, ...]
    reads: frozenset[str]

    def render(self, dialect: Dialect, *, braces: bool = False) -> str:
        """Its text, every column qualified; with ``braces`` frames stand as ``{name}`` for ``spark.sql``."""
        if not braces:
            tree = self.tree.transform(_counting) if dialect == "duckdb" else self.tree
            return tree.sql(dialect=dialect, pretty=True)
        tree = self.tree.copy()
        marks = {name: f"__frame_{number}__" for number, name in enumerate(sorted(self.reads))}
        defined = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            if table.name.casefold() not in defined:
                table.set("this", exp.to_identifier(marks[table.name]))
        text = tree.sql(dialect=dialect, pretty=True).replace("{", "{{").replace("}", "}}")
        for name, mark in marks.items():
            text = text.replace(mark, f"{{{name}}}")
        return text


def _counting(node: exp.Expr) -> exp.Expr:
    """DuckDB's own count_if of NULLs alone is NULL, not 0."""
    if not isinstance(node, exp.CountIf):
        return node
    return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=exp.Literal.number(1))]))


class SelectError(ExpressionError):
    """What is wrong with a query, and where in its text, as far as that is known."""

    def __init__(self, code: str, message: str, *, hint: str, offset: Offset | None = None) -> None:
        super().__init__(code, message, hint=hint)
        self.offset = offset


def parse_select(query: str, frames: Mapping[str, TableSchema]) -> SelectStatement:
    """Parse one SELECT in Spark's dialect over these frames.

    Raises:
        SelectError: it is anything else, reads something else, or calls what is not allowed.
    """
    tree = read_select(query)
    reads = tables_read(tree)
    for name, table in reads.items():
        if name not in frames:
            hint = nearest(name, frames)
            raise SelectError("unknown_frame", f"the query reads {name!r}", hint=hint, offset=offset_of(table))
    return qualified_select(tree, {name: frames[name] for name in reads})


def read_select(query: str) -> exp.Query:
    """Parse one SELECT whose tables and columns are not known yet. The tree is shared: copy it to change it.

    Raises:
        SelectError: it is not one SELECT, or calls what is not allowed.
    """
    _check_functions(_one(query, _NamesDialect))
    tree = _one(query, _Dialect)
    for node in tree.walk():
        if isinstance(node, _CHANGES):
            hint = "select from the frames only"
            message = f"{node.key.upper()} stands in the query"
            raise SelectError("not_a_select", message, hint=hint, offset=offset_of(node))
    return tree


def tables_read(tree: exp.Query) -> dict[str, exp.Table]:
    """Each table that the query does not define itself, by its dotted name, where it is read first."""
    defined = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    found: dict[str, exp.Table] = {}
    for table in tree.find_all(exp.Table, bfs=False):
        name = ".".join(part.name for part in table.parts)
        if name.casefold() not in defined:
            found.setdefault(name, table)
    return found


def qualified_select(tree: exp.Query, frames: Mapping[str, TableSchema]) -> SelectStatement:
    """The statement over the frames that it reads: every column belongs to one of them, every star is spelled out.

    Raises:
        SelectError: a column is none of theirs, or of two of them.
    """
    schema: dict[str, object] = {name: {column.name: column.type for column in found} for name, found in frames.items()}
    try:
        qualified = qualify(tree.copy(), schema=schema, dialect="spark", quote_identifiers=False)
    except (OptimizeError, SqlglotError) as error:
        raise _unknown_column(str(error).split("\n")[0][:300], tree, frames) from error
    return SelectStatement(qualified, tuple(qualified.named_selects), frozenset(frames))


def offset_of(node: exp.Expr) -> Offset | None:
    """Where a part of the query begins, if the parser kept it for anything in it."""
    starts = [int(found.meta["start"]) for found in node.walk() if "start" in found.meta]
    return min(starts, default=None)


def _unknown_column(message: str, tree: exp.Query, frames: Mapping[str, TableSchema]) -> SelectError:
    """sqlglot tells line and column where the name ends; the name itself is looked for in the tree."""
    named = re.search(r"[Cc]olumn:? '?([^' ]+)'?", message)
    name = named[1].rpartition(".")[2] if named else ""
    owners = [frame for frame, schema in frames.items() if name in schema]
    columns = [node for node in tree.find_all(exp.Column) if node.name == name]
    if place := re.search(r"Line: (\d+), Col: (\d+)$", message):
        wanted = {"line": int(place[1]), "col": int(place[2])}
        columns = [node for node in columns if wanted.items() <= node.this.meta.items()] or columns
    offset = min((found for node in columns if (found := offset_of(node)) is not None), default=None)
    if not name:
        return SelectError("unknown_column", message, hint="name columns of the frames that are read", offset=offset)
    if len(owners) > 1:
        told, hint = f"column {name!r} is in {' and '.join(owners)}", f"write which one: table.{name}"
        return SelectError("unknown_column", told, hint=hint, offset=offset)
    known = dict.fromkeys(column.name for schema in frames.values() for column in schema)
    return SelectError("unknown_column", f"no column {name!r}", hint=nearest(name, known), offset=offset)


@lru_cache(maxsize=256)
def _one(query: str, dialect: type[Spark]) -> exp.Query:
    try:
        trees = sqlglot.parse(query, dialect=dialect)
    except RecursionError as error:
        raise SelectError("too_deep", "the query is nested too deeply", hint="split it over steps") from error
    except (SqlglotError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise _unreadable(query, error) from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Table):
        hint = "write exactly one SELECT, without ;"
        raise SelectError("not_a_select", f"{query.strip()[:80]!r} is not one SELECT", hint=hint)
    if max(node.depth for node in tree.find_all(exp.Expr)) > 2 * MAX_DEPTH:
        raise SelectError("too_deep", "the query is nested too deeply", hint="split it over steps")
    return tree


def _unreadable(query: str, error: Exception) -> SelectError:
    if isinstance(error, TokenError):
        hint, offset = "close it", _unclosed(query)
        return SelectError("syntax", "cannot read the query: a quote or a comment is open", hint=hint, offset=offset)
    told = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
    what = str(told.get("description") or str(error).split("\n")[0])
    line, column = told.get("line"), told.get("col")
    lines = query.splitlines(keepends=True)
    offset = sum(map(len, lines[: line - 1])) + column - len(told.get("highlight") or "") if line and column else None
    what = re.sub(r" but got <Token .*? text: (.*?), line: .*", r" before '\1'", what)[:200]
    return SelectError("syntax", f"cannot read the query: {what}", hint="write Spark SQL", offset=offset)


def _unclosed(query: str) -> Offset | None:
    """Where a quote or a comment begins that nothing ends."""
    whole = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|(?P<open>['\"`]|/\*)"
    return next((found.start() for found in re.finditer(whole, query, re.DOTALL) if found["open"]), None)


def _check_functions(tree: exp.Query) -> None:
    allowed = FUNCTIONS.keys() | MORE_FUNCTIONS
    for node in tree.find_all(exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        if isinstance(node, exp.Connector | exp.Binary):
            continue
        if name not in allowed:
            hint, message = nearest(name, sorted(allowed)), f"function {name!r} is not allowed"
            raise SelectError("unknown_function", message, hint=hint, offset=offset_of(node))
