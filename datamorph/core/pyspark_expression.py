"""Expressions as PySpark source, the way a person writes it: ``F.col("amount") > 1000``."""

from __future__ import annotations

import re
from functools import singledispatch
from typing import cast

from datamorph.core import datatype as dt
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
from datamorph.core.functions import FUNCTIONS
from datamorph.core.inference import field_name, infer, over_window
from datamorph.core.lowering import lowered
from datamorph.core.sql_expression import render_lowered
from datamorph.core.table import TableSchema

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# Python's precedence: comparison binds looser than |, & and arithmetic.
_COMPARISON, _OR, _AND, _SUM, _PRODUCT, _UNARY, _ATOM = 1, 2, 3, 5, 6, 7, 9
_OPERATORS = {
    "or": ("|", _OR), "and": ("&", _AND), "=": ("==", _COMPARISON), "<>": ("!=", _COMPARISON),
    "<": ("<", _COMPARISON), "<=": ("<=", _COMPARISON), ">": (">", _COMPARISON), ">=": (">=", _COMPARISON),
    "+": ("+", _SUM), "-": ("-", _SUM), "*": ("*", _PRODUCT), "/": ("/", _PRODUCT), "%": ("%", _PRODUCT),
}  # fmt: skip


def quoted(text: str) -> str:
    """A Python string literal in double quotes; what does not print is escaped, so that no editor hides it."""
    escapes = {'"': '\\"', "\\": "\\\\"}
    return f'"{"".join(escapes.get(c) or (c if c.isprintable() else _escaped(c)) for c in text)}"'


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def column_name(name: str) -> str:
    """A column's name as ``F.col`` takes it: in back-ticks where a dot, a star or outer blanks would mislead it."""
    is_plain = name == name.strip() and not any(c in name for c in ".`*")
    return name if is_plain else f"`{name.replace('`', '``')}`"


def pyspark_expression(text: str, schema: TableSchema, *, over: str = "", frame: str = "") -> str:
    """Source of a Column for an expression that was type-checked before.

    Args:
        over: variable of the window of its rankings, if it is computed over one.
        frame: variable of the window of its aggregates then.
    """
    return column(over_window(parse_expression(text), over, frame or over), schema)


def named_column(text: str, schema: TableSchema, name: str) -> str:
    """Source of a Column under a name: ``F.sum("amount").alias("total")``."""
    return f"{_inner(lowered(parse_expression(text), schema, 'spark'), schema, _ATOM)}.alias({quoted(name)})"


def column(node: Node, schema: TableSchema) -> str:
    """Source of a Column; constants become ``F.lit``."""
    return _text(lowered(node, schema, "spark"), schema)


def _text(node: Node, schema: TableSchema) -> str:
    return _code(node, schema)[0]


def _inner(node: Node, schema: TableSchema, level: int) -> str:
    code, precedence = _code(node, schema)
    return f"({code})" if precedence < level else code


def _operand(node: Node, schema: TableSchema, level: int) -> str:
    """An operand beside a Column: a plain constant needs no ``F.lit`` there."""
    return python_value(node) if _is_plain(node) else _inner(node, schema, level)


def _is_plain(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is not None and not _is_typed(node.type)


def _is_typed(type_: str) -> bool:
    """True for constants that Python has no plain value for."""
    return dt.is_time(type_) or dt.is_decimal(type_)


def python_value(node: Node) -> str:
    """A constant as a Python value."""
    value = node.value if isinstance(node, Literal) else None
    return quoted(value) if isinstance(value, str) else repr(value)


@singledispatch
def _code(node: Node, schema: TableSchema) -> tuple[str, int]:
    raise TypeError(f"no PySpark for {node!r}")


@_code.register
def _(node: Ref, schema: TableSchema) -> tuple[str, int]:
    return f"F.col({quoted(column_name(_exact(node, schema)))})", _ATOM


def _exact(node: Ref, schema: TableSchema) -> str:
    found = schema.get(node.name)
    return found.name if found else node.name


@_code.register
def _(node: Member, schema: TableSchema) -> tuple[str, int]:
    """``F.col("address.city")``; ``getField`` takes any name."""
    path, inner = [field_name(node, schema)], node.operand
    while isinstance(inner, Member):
        path, inner = [field_name(inner, schema), *path], inner.operand
    names = [_exact(inner, schema), *path] if isinstance(inner, Ref) else []
    if names and all(map(_PLAIN_NAME.fullmatch, names)):
        return f"F.col({quoted('.'.join(names))})", _ATOM
    return _inner(inner, schema, _ATOM) + "".join(f".getField({quoted(name)})" for name in path), _ATOM


@_code.register
def _(node: Literal, schema: TableSchema) -> tuple[str, int]:
    code = f"F.lit({python_value(node)})"
    return (f'{code}.cast("{node.type}")' if _is_typed(node.type) or node.type == "bigint" else code), _ATOM


@_code.register
def _(node: Binary, schema: TableSchema) -> tuple[str, int]:
    if node.operator == "<=>":
        return f"{_inner(node.left, schema, _ATOM)}.eqNullSafe({_operand(node.right, schema, 0)})", _ATOM
    if node.operator == "div":
        return f"F.expr({quoted(render_lowered(node, schema, 'spark'))})", _ATOM
    symbol, level = _OPERATORS[node.operator]
    if node.operator in "/%":
        return _quotient(node, schema, symbol)
    step = level + 1
    if _is_plain(node.left) and not _is_plain(node.right):
        return f"{python_value(node.left)} {symbol} {_inner(node.right, schema, step)}", level
    left = _inner(node.left, schema, level if level > _COMPARISON else step)
    return f"{left} {symbol} {_operand(node.right, schema, step)}", level


def _quotient(node: Binary, schema: TableSchema, symbol: str) -> tuple[str, int]:
    """``/`` is a double and NULL over zero, whatever its operands: engines differ on both."""
    left, right = (_as_double(n, schema) if node.operator == "/" else n for n in (node.left, node.right))
    divisor = _operand(right, schema, _UNARY)
    if not _is_plain(node.right) or not getattr(node.right, "value", 0):
        divisor = f"F.nullif({_text(right, schema)}, F.lit(0))"
    return f"{_inner(left, schema, _PRODUCT)} {symbol} {divisor}", _PRODUCT


def _as_double(node: Node, schema: TableSchema) -> Node:
    return Cast(node, "double") if dt.is_decimal(infer(node, schema)) else node


@_code.register
def _(node: Unary, schema: TableSchema) -> tuple[str, int]:
    if node.operator == "not" and isinstance(node.operand, IsNull):
        return f"{_inner(node.operand.operand, schema, _ATOM)}.isNotNull()", _ATOM
    return f"{'~' if node.operator == 'not' else '-'}{_inner(node.operand, schema, _UNARY)}", _UNARY


@_code.register
def _(node: IsNull, schema: TableSchema) -> tuple[str, int]:
    return f"{_inner(node.operand, schema, _ATOM)}.isNull()", _ATOM


@_code.register
def _(node: In, schema: TableSchema) -> tuple[str, int]:
    options = ", ".join(_operand(option, schema, 0) for option in node.options)
    return f"{_inner(node.operand, schema, _ATOM)}.isin({options})", _ATOM


@_code.register
def _(node: Between, schema: TableSchema) -> tuple[str, int]:
    low, high = _operand(node.low, schema, 0), _operand(node.high, schema, 0)
    return f"{_inner(node.operand, schema, _ATOM)}.between({low}, {high})", _ATOM


@_code.register
def _(node: Like, schema: TableSchema) -> tuple[str, int]:
    return f"{_inner(node.operand, schema, _ATOM)}.like({quoted(node.pattern)})", _ATOM


@_code.register
def _(node: Cast, schema: TableSchema) -> tuple[str, int]:
    if node.is_safe:
        # Column.try_cast came with Spark 4.
        return f"F.expr({quoted(render_lowered(node, schema, 'spark'))})", _ATOM
    return f'{_inner(node.operand, schema, _ATOM)}.cast("{node.type}")', _ATOM


@_code.register
def _(node: Case, schema: TableSchema) -> tuple[str, int]:
    (condition, value), *others = node.branches
    code = f"F.when({_text(condition, schema)}, {_operand(value, schema, 0)})"
    for condition, value in others:
        code += f".when({_text(condition, schema)}, {_operand(value, schema, 0)})"
    return code + (f".otherwise({_operand(node.default, schema, 0)})" if node.default else ""), _ATOM


@_code.register
def _(node: Call, schema: TableSchema) -> tuple[str, int]:
    function = FUNCTIONS[node.name]
    if name := function.over_groups(_types(node, schema)):
        argument = _argument(node.arguments[0], schema, function.kind(0))
        return f"F.{name}({argument}, {argument})", _ATOM
    return _called(node, schema), _ATOM


@_code.register
def _(node: Over, schema: TableSchema) -> tuple[str, int]:
    return f"{_called(cast(Call, node.operand), schema)}.over({node.window})", _ATOM


def _called(node: Call, schema: TableSchema) -> str:
    function = FUNCTIONS[node.name]
    arguments = [_argument(argument, schema, function.kind(i)) for i, argument in enumerate(node.arguments)]
    if function.pyspark:
        return function.pyspark(arguments, _types(node, schema))
    name = function.distinct if node.is_distinct else node.name
    return f"F.{name}({', '.join(arguments)})"


def _types(node: Call, schema: TableSchema) -> list[str]:
    return ["bigint" if isinstance(argument, Star) else infer(argument, schema) for argument in node.arguments]


def _argument(node: Node, schema: TableSchema, kind: str) -> str:
    """PySpark functions take a column's name for a column, and Python values for constants."""
    if kind.startswith("constant:"):
        return python_value(node)
    if isinstance(node, Star):
        return '"*"'
    return quoted(column_name(_exact(node, schema))) if isinstance(node, Ref) else _text(node, schema)
