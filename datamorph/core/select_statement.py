"""One SELECT that a person wrote: parsed, held against the frames that it may read, and said in either dialect."""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import OptimizeError, SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.parsers.spark import SparkParser

from datamorph.core.expression import ExpressionError
from datamorph.core.expression_parser import MAX_DEPTH
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.problem import nearest
from datamorph.core.table import TableSchema

MORE_FUNCTIONS = frozenset(
    "add_months case cast cume_dist date_add date_sub exists first_value last_day last_value ntile nvl percent_rank "
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
        text = self.tree.sql(dialect=dialect, pretty=True)
        if not braces:
            return text
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


def parse_select(query: str, frames: Mapping[str, TableSchema]) -> SelectStatement:
    """Parse one SELECT in Spark's dialect over these frames.

    Raises:
        ExpressionError: it is anything else, reads something else, or calls what is not allowed.
    """
    _check_functions(_one(query, _NamesDialect))
    tree = _one(query, _Dialect)
    for node in tree.walk():
        if isinstance(node, _CHANGES):
            hint = "select from the frames only"
            raise ExpressionError("not_a_select", f"{node.key.upper()} stands in the query", hint=hint)
    reads = _check_tables(tree, frames)
    qualified = _qualified(tree, {name: frames[name] for name in reads})
    return SelectStatement(qualified, tuple(qualified.named_selects), reads)


@lru_cache(maxsize=256)
def _one(query: str, dialect: type[Spark]) -> exp.Query:
    try:
        trees = sqlglot.parse(query, dialect=dialect)
    except RecursionError as error:
        raise ExpressionError("too_deep", "the query is nested too deeply", hint="split it over steps") from error
    except (SqlglotError, ValueError, LookupError, TypeError, AttributeError) as error:
        first = str(error).split("\n")[0][:200]
        raise ExpressionError("syntax", f"cannot read the query: {first}", hint="write Spark SQL") from error
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, exp.Query) or isinstance(tree, exp.Table):
        hint = "write exactly one SELECT, without ;"
        raise ExpressionError("not_a_select", f"{query[:80]!r} is not one SELECT", hint=hint)
    if max(node.depth for node in tree.find_all(exp.Expr)) > 2 * MAX_DEPTH:
        raise ExpressionError("too_deep", "the query is nested too deeply", hint="split it over steps")
    return tree


def _check_functions(tree: exp.Query) -> None:
    allowed = FUNCTIONS.keys() | MORE_FUNCTIONS
    for node in tree.find_all(exp.Func):
        name = (node.name if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
        if isinstance(node, exp.Connector | exp.Binary):
            continue
        if name not in allowed:
            raise ExpressionError("unknown_function", f"function {name!r} is not allowed", hint=nearest(name, allowed))


def _check_tables(tree: exp.Query, frames: Mapping[str, TableSchema]) -> frozenset[str]:
    defined = {cte.alias.casefold() for cte in tree.find_all(exp.CTE)}
    reads: set[str] = set()
    for table in tree.find_all(exp.Table):
        name = ".".join(part.name for part in table.parts)
        if name.casefold() in defined:
            continue
        if name not in frames:
            raise ExpressionError("unknown_frame", f"the query reads {name!r}", hint=nearest(name, frames))
        reads.add(name)
    return frozenset(reads)


def _qualified(tree: exp.Query, frames: Mapping[str, TableSchema]) -> exp.Query:
    schema: dict[str, object] = {name: {column.name: column.type for column in found} for name, found in frames.items()}
    try:
        qualified = qualify(tree.copy(), schema=schema, dialect="spark", quote_identifiers=False)
    except (OptimizeError, SqlglotError) as error:
        first = str(error).split("\n")[0][:200]
        raise ExpressionError("unknown_column", first, hint="name columns of the frames that are read") from error
    return qualified
