"""What a query may say: one SELECT over the given tables, no function that reaches outside them."""

from __future__ import annotations

import logging
from collections.abc import Collection
from difflib import get_close_matches

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datamorph.errors import QueryError

TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series"})
FORBIDDEN_FUNCTIONS = frozenset({
    "current_setting", "getenv", "getvariable", "write_log", "nextval", "currval", "query", "query_table",
    "json_serialize_plan", "json_execute_serialized_sql", "current_query",
})  # fmt: skip
MAX_CHARACTERS = 1_000_000
_CHANGES = (
    exp.Create, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Drop, exp.Alter, exp.TruncateTable, exp.Command,
    exp.Copy, exp.Attach, exp.Detach, exp.Set, exp.Pragma, exp.Use, exp.Into, exp.Transaction, exp.Commit,
    exp.Rollback, exp.Kill, exp.Describe, exp.Show, exp.Summarize,
)  # fmt: skip
_STATEMENTS = frozenset({"show", "describe", "desc", "summarize"})
"""DuckDB reads these as statements also within parentheses, where the parser takes them for a name and its alias."""


def check_query(sql: str, tables: Collection[str]) -> None:
    """Refuse everything but one SELECT (WITH and set operations included) over these tables.

    Args:
        tables: names that the query may read, such as ``raw.shop.orders``.

    Raises:
        QueryError: with the reason.
    """
    query = _parse_one(sql)
    if not isinstance(query, exp.Select | exp.SetOperation | exp.Subquery):
        raise QueryError(f"only SELECT is allowed here, not {_word(query)}", fix="ask with one SELECT")
    for node in query.walk():
        if isinstance(node, _CHANGES):
            raise QueryError(f"only SELECT is allowed here, not {_word(node)}", fix="remove that part")
        if _is_statement(node):
            raise QueryError(f"only SELECT is allowed here, not {node.name.upper()}", fix="quote it where it is a name")
        if isinstance(node, exp.Func) and _function(node) in FORBIDDEN_FUNCTIONS:
            raise QueryError(f"function {_function(node)!r} is not allowed", fix="remove it")
    known = {name.casefold() for name in tables} | {cte.alias.casefold() for cte in query.find_all(exp.CTE)}
    for table in query.find_all(exp.Table):
        _check_table(table, known, tables)


def _parse_one(sql: str) -> exp.Expr:
    if len(sql) > MAX_CHARACTERS:
        raise QueryError(f"the query has {len(sql):,} characters", fix=f"a query has at most {MAX_CHARACTERS:,}")
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    try:
        parsed = sqlglot.parse(sql, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise QueryError(f"the query does not parse: {_first_line(error)}", fix="correct it there") from error
    statements = [statement for statement in parsed if statement and not isinstance(statement, exp.Semicolon)]
    if len(statements) != 1:
        found = "is empty" if not statements else f"has {len(statements)} statements"
        raise QueryError(f"the query {found}", fix="give exactly one SELECT")
    return statements[0]


def _is_statement(node: exp.Expr) -> bool:
    """True for a name of one part that is reserved: DuckDB itself would need it quoted."""
    if not isinstance(node, exp.Column | exp.Table) or len(node.parts) != 1:
        return False
    name = node.parts[0]
    return isinstance(name, exp.Identifier) and not name.quoted and name.name.lower() in _STATEMENTS


def _check_table(table: exp.Table, known: Collection[str], tables: Collection[str]) -> None:
    if isinstance(table.this, exp.Func):
        if _function(table.this) not in TABLE_FUNCTIONS:
            allowed = ", ".join(sorted(TABLE_FUNCTIONS))
            raise QueryError(
                f"function {_function(table.this)!r} is not allowed in FROM", fix=f"read a table, or use {allowed}"
            )
        return
    name = ".".join(part.name for part in table.parts)
    if name.casefold() not in known:
        near = get_close_matches(name.casefold(), [known.casefold() for known in tables], cutoff=0.5)
        choices = near or sorted(tables)[:10]
        fix = f"did you mean {' or '.join(choices)}?" if choices else "there are no tables yet: load one first"
        raise QueryError(f"there is no table {name!r}", fix=fix)


def _function(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def _word(node: exp.Expr) -> str:
    return node.name.upper() if isinstance(node, exp.Command) else node.key.upper()


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
