"""Text to expression: a subset of Spark SQL.

sqlglot does the parsing with every function left anonymous. What the subset lacks is refused with a hint, never
passed on and never left out.
"""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any, ClassVar, cast

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark
from sqlglot.errors import SqlglotError
from sqlglot.parsers.spark import SparkParser

from datamorph.core.datatype import fit_decimal, is_decimal, is_moment, is_number, is_time, moment_text, parse_type
from datamorph.core.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    ExpressionError,
    In,
    IsNull,
    Like,
    Literal,
    Member,
    Node,
    Ref,
    Star,
    Unary,
)  # fmt: skip

MAX_DEPTH = 100
MAX_LENGTH = 4000


class _Parser(SparkParser):
    """Spark's grammar with nothing known of its functions: the allow-list decides, not sqlglot."""

    FUNCTIONS: ClassVar[dict[str, Callable[..., Any]]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        name: SparkParser.FUNCTION_PARSERS[name] for name in ("CAST", "TRY_CAST")
    }
    NO_PAREN_FUNCTIONS: ClassVar[dict[Any, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {"CASE": SparkParser.NO_PAREN_FUNCTION_PARSERS["CASE"]}
    STRICT_CAST = True


class _Tokenizer(Spark.Tokenizer):
    """Quotes are doubled as in standard SQL, and a backslash is a backslash: regular expressions stay readable."""

    STRING_ESCAPES: ClassVar[list[str]] = ["'", '"']


class _Dialect(Spark):
    Tokenizer = _Tokenizer
    tokenizer_class = _Tokenizer
    Parser = _Parser
    parser_class = _Parser


EXPRESSIONS = _Dialect()


@lru_cache(maxsize=4096)
def parse_expression(text: str) -> Node:
    """Parse one expression.

    Raises:
        ExpressionError: it does not parse, is too long or too deep, or holds what a spec may not say.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError("too_long", f"expression of {len(text)} characters", hint=f"at most {MAX_LENGTH}")
    if text.count("(") > MAX_DEPTH:
        raise _too_deep()
    try:
        trees = sqlglot.parse(text, dialect=EXPRESSIONS)
    except RecursionError as error:
        raise _too_deep() from error
    except (SqlglotError, ValueError, LookupError, TypeError, AttributeError) as error:
        first = str(error).split("\n")[0][:200]
        raise ExpressionError("syntax", f"cannot read {text[:200]!r}: {first}", hint="write Spark SQL") from error
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError("syntax", f"{text[:200]!r} is not one expression", hint="write exactly one, without ;")
    if _depth(trees[0]) > MAX_DEPTH:
        raise _too_deep()
    return _convert(trees[0])


def _too_deep() -> ExpressionError:
    hint = f"at most {MAX_DEPTH} levels: use in (...) for many values, or split it over derive steps"
    return ExpressionError("too_deep", "expression nested too deeply", hint=hint)


def _depth(tree: exp.Expr) -> int:
    """Levels of the tree, counted without recursion."""
    deepest, open_nodes = 0, [(tree, 1)]
    while open_nodes:
        node, depth = open_nodes.pop()
        deepest = max(deepest, depth)
        open_nodes += [(child, depth + 1) for child in node.iter_expressions()]
    return deepest


_BINARY: dict[type[exp.Expr], str] = {
    exp.And: "and", exp.Or: "or", exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
    exp.IntDiv: "div", exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "<=>",
}  # fmt: skip


# What the converters read of sqlglot's nodes; any other part, such as a FORMAT of a cast, would be lost in silence.
_READ = frozenset({"this", "expression", "expressions", "to", "ifs", "true", "low", "high"})
_READ_ELSEWHERE = frozenset({"is_string", "quoted", "table", "db", "catalog", "typed", "safe"})


_ALSO_READ: dict[type[exp.Expr], frozenset[str]] = {
    exp.Case: frozenset({"default"}), exp.Like: frozenset({"negate"}),
}  # fmt: skip


def _convert(tree: exp.Expr) -> Node:
    read = _READ | _ALSO_READ.get(type(tree), frozenset())
    is_whole = all(name in read | _READ_ELSEWHERE for name, value in tree.args.items() if value)
    if is_whole and (operator := _BINARY.get(type(tree))):
        return Binary(operator, _convert(tree.this), _convert(tree.expression))
    convert = _CONVERTERS.get(type(tree))
    if convert is None or not is_whole:
        raise ExpressionError(
            "unsupported",
            f"{_text(tree)!r} is not part of a spec's expressions",
            hint="use columns, constants, operators, case, cast and the listed functions",
        )
    return convert(tree)


def _text(tree: exp.Expr) -> str:
    try:
        return tree.sql(dialect="spark")[:80]
    except (SqlglotError, ValueError, LookupError, TypeError, AttributeError):
        return tree.key


def _column(tree: exp.Expr) -> Node:
    parts = [part.name for part in cast(exp.Column, tree).parts]
    if not all(parts):
        raise ExpressionError("syntax", "a name is empty", hint="write the column's name")
    if isinstance(tree.this, exp.Star):
        raise ExpressionError("qualified", f"{'.'.join(parts)!r} is qualified", hint="write the column's name alone")
    return reduce(Member, parts[1:], cast(Node, Ref(parts[0])))


def _literal(tree: exp.Expr) -> Node:
    text = tree.name
    if tree.is_string:
        return Literal(text, "string")
    if text.isascii() and text.isdigit():
        value = int(text)
        if value >= 2**63:
            raise ExpressionError(
                "overflow", f"{text} does not fit a bigint", hint="write cast('...' as decimal(38,0))"
            )
        return Literal(value, "int" if value < 2**31 else "bigint")
    try:
        number = float(text)
    except ValueError as error:
        raise ExpressionError("syntax", f"{text!r} is not a number", hint="write digits, such as 12.5") from error
    if number in (float("inf"), float("-inf")):
        raise ExpressionError("overflow", f"{text} does not fit a double", hint="write a smaller number")
    return Literal(number, "double")


def _cast(tree: exp.Expr) -> Node:
    try:
        type_ = parse_type(_type_name(cast(exp.Cast, tree).to))
    except ValueError as error:
        raise ExpressionError("unknown_type", str(error), hint="use one of those types") from error
    is_safe = isinstance(tree, exp.TryCast)
    if is_decimal(type_) and not is_safe and (digits := _digits(tree.this)):
        return Literal(_fitted(digits, type_), type_)
    operand = _convert(tree.this)
    if is_time(type_) and not is_safe and isinstance(operand, Literal) and operand.type == "string":
        return Literal(_moment(str(operand.value), type_), type_)
    if isinstance(operand, Literal) and type_ == "double" and is_number(operand.type):
        return Literal(float(operand.value or 0), "double")
    return Cast(operand, type_, is_safe=is_safe)


def _type_name(type_: exp.DataType) -> str:
    """The type as it was written, not as sqlglot would translate it: ``uuid`` and ``varchar(10)`` are no strings."""
    name = type_.this.name if isinstance(type_.this, exp.DataType.Type) else str(type_.this)
    name = {"TEXT": "string", "TIMESTAMPTZ": "timestamp", "TIMESTAMPNTZ": "timestamp_ntz"}.get(name, name)
    sizes = ",".join(size.name for size in type_.expressions)
    return f"{name}({sizes})" if sizes else name


def _digits(tree: exp.Expr) -> str:
    """The digits of a number as they were written, with its sign; empty for anything else."""
    if isinstance(tree, exp.Paren):
        return _digits(tree.this)
    if isinstance(tree, exp.Neg):
        digits = _digits(tree.this)
        return digits and (digits.removeprefix("-") if digits.startswith("-") else f"-{digits}")
    return tree.name if isinstance(tree, exp.Literal) and not tree.is_string else ""


def _fitted(digits: str, type_: str) -> str:
    try:
        return fit_decimal(digits, type_)
    except ValueError as error:
        raise ExpressionError("overflow", str(error), hint="use a wider decimal") from error


def _moment(text: str, type_: str) -> str:
    if not is_moment(text, type_):
        example = "DATE '2024-01-31'" if type_ == "date" else "TIMESTAMP '2024-01-31 00:00:00'"
        raise ExpressionError("constant", f"{text!r} is no {type_}", hint=f"write {example}")
    return moment_text(text)


def _case(tree: exp.Expr) -> Node:
    subject = _convert(tree.this) if tree.this else None
    branches: list[tuple[Node, Node]] = []
    for branch in cast("list[exp.If]", tree.args["ifs"]):
        condition = _convert(branch.this)
        branches.append((Binary("=", subject, condition) if subject else condition, _convert(branch.args["true"])))
    default = tree.args.get("default")
    return Case(tuple(branches), _convert(default) if default else None)


def _call(tree: exp.Expr) -> Node:
    name, arguments = str(tree.this).lower(), cast("list[exp.Expr]", tree.expressions)
    if name == "if" and len(arguments) == 3:  # noqa: PLR2004 (condition, then, else)
        condition, value, default = map(_convert, arguments)
        return Case(((condition, value),), default)
    is_distinct = bool(arguments) and isinstance(arguments[0], exp.Distinct)
    if is_distinct:
        arguments = cast("list[exp.Expr]", arguments[0].expressions)
    return Call(name, tuple(map(_convert, arguments)), is_distinct)


def _in(tree: exp.Expr) -> Node:
    if not tree.expressions:
        raise ExpressionError("unsupported", "a subquery is not an expression", hint="use a semi or anti join step")
    return In(_convert(tree.this), tuple(map(_convert, tree.expressions)))


def _like(tree: exp.Expr) -> Node:
    if not isinstance(tree.expression, exp.Literal):
        raise ExpressionError("unsupported", "like needs a constant pattern", hint="write like 'abc%'")
    found = Like(_convert(tree.this), tree.expression.name)
    return Unary("not", found) if tree.args.get("negate") else found


def _is(tree: exp.Expr) -> Node:
    operand = _convert(tree.this)
    if isinstance(tree.expression, exp.Null):
        return IsNull(operand)
    if isinstance(tree.expression, exp.Boolean):
        return Binary("<=>", operand, Literal(bool(tree.expression.this), "boolean"))
    raise ExpressionError("unsupported", "is takes null, true or false", hint="use = for other values")


def _negative(tree: exp.Expr) -> Node:
    operand = _convert(tree.this)
    if isinstance(operand, Literal) and isinstance(operand.value, int | float) and operand.type != "boolean":
        return Literal(-operand.value, operand.type)
    return Unary("-", operand)


_CONVERTERS: dict[type[exp.Expr], Callable[[exp.Expr], Node]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda tree: Literal(bool(tree.this), "boolean"),
    exp.Null: lambda tree: Literal(None, "void"),
    exp.Star: lambda tree: Star(),
    exp.Paren: lambda tree: _convert(tree.this),
    exp.Not: lambda tree: Unary("not", _convert(tree.this)),
    exp.Neg: _negative,
    exp.Is: _is,
    exp.In: _in,
    exp.Between: lambda tree: Between(_convert(tree.this), _convert(tree.args["low"]), _convert(tree.args["high"])),
    exp.Like: _like,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Case: _case,
    exp.DPipe: lambda tree: Call("concat", (_convert(tree.this), _convert(tree.expression))),
    exp.Anonymous: _call,
}
