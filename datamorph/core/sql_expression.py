"""Expressions as SQL text, in DuckDB's or Spark's dialect, with one meaning on both."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import cast

from datamorph.core import datatype as dt
from datamorph.core.duckdb_cast import duckdb_cast, duckdb_type
from datamorph.core.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    In,
    IsNull,
    Like,
    Literal,
    Member,
    Node,
    Over,
    Ref,
    Star,
    Unary,
)  # fmt: skip
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS, Dialect
from datamorph.core.inference import field_name, infer, over_window
from datamorph.core.lowering import lowered
from datamorph.core.table import TableSchema

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
# Words that DuckDB or sqlglot does not take for a name; quoting one too many only costs two characters.
_RESERVED = frozenset(
    (
        "all alter analyse analyze and anti any array as asc asof asymmetric at authorization between binary both by "
        "case cast check collate collation column concurrently constraint create cross cube current_catalog "
        "current_date current_time current_timestamp current_user default deferrable desc describe distinct div do "
        "drop else end except false fetch for force foreign freeze from full glob grant group having if ilike in "
        "initially inner insert install intersect interval into is isnull join lambda last lateral leading left like "
        "limit localtime localtimestamp lock map minus natural no not notnull null nulls offset on only or order "
        "outer over overlaps partition partitioned_by pivot pivot_longer pivot_wider placing positional primary "
        "qualify recursive references regexp returning revoke right rlike rollback rollup select semi session_user "
        "show similar some summarize symmetric table tablesample then to trailing true uncache union unique unpack "
        "unpivot using values variadic verbose when where window with xor"
    ).split()
)
_PRECEDENCE = {"or": 1, "and": 2, "not": 3, "=": 4, "<>": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "<=>": 4,
               "+": 6, "-": 6, "*": 7, "/": 7, "%": 7, "div": 7}  # fmt: skip
_PREDICATE = 4
_ATOM = 9
_SHORT_DECIMAL = 18


def identifier(name: str, dialect: Dialect) -> str:
    """A name as it stands in SQL, quoted only where it must be."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return f'"{name.replace(chr(34), chr(34) * 2)}"' if dialect == "duckdb" else f"`{name.replace('`', '``')}`"


def text_literal(value: str, dialect: Dialect) -> str:
    """A text constant; Spark reads backslashes as escapes, DuckDB does not."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'") if dialect == "spark" else value.replace("'", "''")
    return f"'{escaped}'"


def sql_expression(text: str, schema: TableSchema, dialect: Dialect, *, over: str = "", frame: str = "") -> str:
    """An expression's text in a dialect; it was type-checked before.

    Args:
        over: the ``OVER (...)`` of its rankings, if it is computed over a window.
        frame: the ``OVER (...)`` of its aggregates then.
    """
    return render(over_window(parse_expression(text), over, frame or over), schema, dialect)


def render(node: Node, schema: TableSchema, dialect: Dialect) -> str:
    """A tree's text in a dialect."""
    return render_lowered(lowered(node, schema, dialect), schema, dialect)


def render_lowered(node: Node, schema: TableSchema, dialect: Dialect) -> str:
    """The text of a tree that is lowered already."""
    return _text(node, schema, dialect)


def _text(node: Node, schema: TableSchema, dialect: Dialect) -> str:
    return _render(node, schema, dialect)[0]


def _inner(node: Node, schema: TableSchema, dialect: Dialect, level: int) -> str:
    text, precedence = _render(node, schema, dialect)
    return f"({text})" if precedence < level else text


@singledispatch
def _render(node: Node, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    raise TypeError(f"no SQL for {node!r}")


@_render.register
def _(node: Ref, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    column = schema.get(node.name)
    return identifier(column.name if column else node.name, dialect), _ATOM


@_render.register
def _(node: Member, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    struct, name = _inner(node.operand, schema, dialect, _ATOM), field_name(node, schema)
    if dialect == "duckdb":
        return f"STRUCT_EXTRACT({struct}, {text_literal(name, dialect)})", _ATOM
    return f"{struct}.{identifier(name, dialect)}", _ATOM


@_render.register
def _(node: Star, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    return "*", _ATOM


@_render.register
def _(node: Literal, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    value = node.value
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value], _ATOM
    if node.type == "double":
        return f"CAST({value!r} AS DOUBLE)", _ATOM
    if isinstance(value, int | float) and not dt.is_decimal(node.type):
        return repr(value), _ATOM if value >= 0 else _PREDICATE
    quoted = text_literal(str(value), dialect)
    return (quoted if node.type == "string" else f"CAST({quoted} AS {type_name(node.type, dialect)})"), _ATOM


@_render.register
def _(node: Binary, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    level = _PRECEDENCE[node.operator]
    if node.operator in ("/", "%", "div"):
        return _quotient(node, schema, dialect)
    left, right = _inner(node.left, schema, dialect, level), _inner(node.right, schema, dialect, level + 1)
    if dialect == "duckdb" and (wide := _widened(node, schema)):
        left = f"CAST({_text(node.left, schema, dialect)} AS {wide})"
    operator = "IS NOT DISTINCT FROM" if node.operator == "<=>" and dialect == "duckdb" else node.operator.upper()
    return f"{left} {operator} {right}", level


def _widened(node: Binary, schema: TableSchema) -> str:
    """The type that keeps DuckDB from computing a long decimal in 18 digits; empty where it is long enough."""
    if node.operator not in ("+", "-", "*"):
        return ""
    result, left = infer(node, schema), infer(node.left, schema)
    if not dt.is_decimal(result) or dt.as_decimal(result)[0] <= _SHORT_DECIMAL or left == "void":
        return ""
    precision, scale = dt.as_decimal(left)
    return dt.decimal_type(max(precision, _SHORT_DECIMAL + 1), scale).upper()


def _quotient(node: Binary, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    """``/`` is a double and NULL over zero, whatever its operands: engines differ on both."""
    operands = [_as_double(n, schema) if node.operator == "/" else n for n in (node.left, node.right)]
    left, right = _inner(operands[0], schema, dialect, 7), _inner(operands[1], schema, dialect, 8)
    if not isinstance(node.right, Literal) or not node.right.value:
        right = f"NULLIF({_text(operands[1], schema, dialect)}, 0)"
    operator = "//" if node.operator == "div" and dialect == "duckdb" else node.operator.upper()
    return f"{left} {operator} {right}", 7


def _as_double(node: Node, schema: TableSchema) -> Node:
    return Cast(node, "double") if dt.is_decimal(infer(node, schema)) else node


@_render.register
def _(node: Unary, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    if node.operator == "not":
        if isinstance(node.operand, IsNull):
            return f"{_inner(node.operand.operand, schema, dialect, _PREDICATE + 1)} IS NOT NULL", _PREDICATE
        return f"NOT {_inner(node.operand, schema, dialect, _PREDICATE + 1)}", 3
    return f"-{_inner(node.operand, schema, dialect, _ATOM)}", 8


@_render.register
def _(node: IsNull, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    return f"{_inner(node.operand, schema, dialect, _PREDICATE + 1)} IS NULL", _PREDICATE


@_render.register
def _(node: In, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    options = ", ".join(_text(option, schema, dialect) for option in node.options)
    return f"{_inner(node.operand, schema, dialect, _PREDICATE + 1)} IN ({options})", _PREDICATE


@_render.register
def _(node: Between, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    operand, low, high = (_inner(n, schema, dialect, _PREDICATE + 1) for n in (node.operand, node.low, node.high))
    return f"{operand} BETWEEN {low} AND {high}", _PREDICATE


@_render.register
def _(node: Like, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    escape = " ESCAPE '\\'" if dialect == "duckdb" and "\\" in node.pattern else ""
    pattern = text_literal(node.pattern, dialect)
    return f"{_inner(node.operand, schema, dialect, _PREDICATE + 1)} LIKE {pattern}{escape}", _PREDICATE


@_render.register
def _(node: Cast, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    text = _text(node.operand, schema, dialect)
    if dialect == "duckdb":
        return duckdb_cast(text, infer(node.operand, schema), node.type, is_safe=node.is_safe), _ATOM
    return f"{'TRY_CAST' if node.is_safe else 'CAST'}({text} AS {node.type.upper()})", _ATOM


@_render.register
def _(node: Case, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    parts = [
        f"WHEN {_text(condition, schema, dialect)} THEN {_text(value, schema, dialect)}"
        for condition, value in node.branches
    ]
    default = [f"ELSE {_text(node.default, schema, dialect)}"] if node.default else []
    return f"CASE {' '.join([*parts, *default])} END", _ATOM


@_render.register
def _(node: Call, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    return _call(node, schema, dialect), _ATOM


@_render.register
def _(node: Over, schema: TableSchema, dialect: Dialect) -> tuple[str, int]:
    return _call(cast(Call, node.operand), schema, dialect, over=f" {node.window}"), _ATOM


def _call(node: Call, schema: TableSchema, dialect: Dialect, *, over: str = "") -> str:
    function = FUNCTIONS[node.name]
    arguments = [_text(argument, schema, dialect) for argument in node.arguments]
    types = [_type(argument, schema) for argument in node.arguments]
    if node.is_distinct:
        arguments[0] = f"DISTINCT {arguments[0]}"
    if dialect == "spark" and not over and (name := function.over_groups(types)):
        return f"{name.upper()}({arguments[0]}, {arguments[0]})"
    template = function.sql.get(dialect)
    called = template(arguments, types) if template else f"{node.name.upper()}({', '.join(arguments)})"
    around = function.around.get(dialect)
    return around(types).format(called + over) if around else called + over


def _type(node: Node, schema: TableSchema) -> str:
    return "bigint" if isinstance(node, Star) else infer(node, schema)


def type_name(type_: str, dialect: Dialect) -> str:
    """A type's name in a dialect."""
    return duckdb_type(type_) if dialect == "duckdb" else type_.upper()
