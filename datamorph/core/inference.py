"""Types of expressions: what each yields over a schema, and why it may not run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import singledispatch

from datamorph.core import datatype as dt
from datamorph.core.bounds import bounds, fits
from datamorph.core.constants import check_constants
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
    Over,
    Ref,
    Star,
    Unary,
    children,
    replace,
    walk,
)  # fmt: skip
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS, Function
from datamorph.core.nested import find_field, struct_fields
from datamorph.core.pattern import check_like
from datamorph.core.problem import Problems, nearest
from datamorph.core.table import TableSchema

_FITS: dict[str, Callable[[str], bool]] = {
    "any": lambda type_: True,
    "number": dt.is_number,
    "float": lambda type_: type_ in dt.FLOATS,
    "integer": dt.is_integer,
    "text": lambda type_: type_ == "string",
    "time": dt.is_time,
    "label": lambda type_: type_ in ("string", "date") or dt.is_integer(type_),
    "boolean": lambda type_: type_ == "boolean",
}
_ARITHMETIC = frozenset("+-*/%") | {"div"}
_LOGIC = frozenset({"and", "or"})
_ANY_MIX = frozenset({"count", "lag", "lead"})
_CHOOSES = frozenset({"coalesce", "case"})
"""What only passes values on, so that they need no order and no equality."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A parsed expression with the type of its result."""

    node: Node
    type: str


def check_expression(text: str, schema: TableSchema, problems: Problems, *, allows: str = "") -> Typed | None:
    """Parse and type one expression of a step; report what is wrong and return None then.

    Args:
        allows: ``aggregate`` where a measure is expected, ``window`` where a window function is.
    """
    try:
        node = parse_expression(text)
        _check_position(node, allows)
        return Typed(node, infer(node, schema))
    except ExpressionError as error:
        problems.add(error.code, f"{error.message} in {text[:120]!r}", hint=error.hint)
        return None


def is_aggregate(node: Node) -> bool:
    """True when the expression holds an aggregate function."""
    return any(isinstance(n, Call) and n.name in FUNCTIONS and FUNCTIONS[n.name].is_aggregate for n in walk(node))


def over_window(node: Node, window: str, frame: str) -> Node:
    """The expression with every ranking computed over a window, and every aggregate over a frame of its rows."""

    def change(found: Node) -> Node | None:
        function = FUNCTIONS.get(found.name) if isinstance(found, Call) else None
        if function and function.is_window:
            return Over(found, window)
        return Over(found, frame) if function and function.is_aggregate else None

    return replace(node, change) if window else node


def type_of(text: str, schema: TableSchema) -> str:
    """Type of an expression that was checked before."""
    return infer(parse_expression(text), schema)


def field_name(node: Member, schema: TableSchema) -> str:
    """A field's own spelling."""
    return find_field(struct_fields(infer(node.operand, schema)) or {}, node.name) or node.name


@singledispatch
def infer(node: Node, schema: TableSchema) -> str:
    """The Spark type that the expression yields over the schema.

    Raises:
        ExpressionError: an unknown column or function, or arguments that do not fit.
    """
    raise ExpressionError("unsupported", f"{node!r} stands alone", hint="write an expression")


@infer.register
def _(node: Ref, schema: TableSchema) -> str:
    column = schema.get(node.name)
    if column is None:
        raise ExpressionError("unknown_column", f"no column {node.name!r}", hint=nearest(node.name, schema.names))
    return column.type


@infer.register
def _(node: Member, schema: TableSchema) -> str:
    if isinstance(node.operand, Ref) and node.operand.name not in schema:
        shown = f"{node.operand.name}.{node.name}"
        raise ExpressionError("qualified", f"{shown!r} is qualified", hint="write the column's name alone")
    type_ = infer(node.operand, schema)
    fields = struct_fields(type_)
    if fields is None:
        hint = "explode an array first" if type_.startswith("array") else "only structs have fields"
        raise ExpressionError("type", f"{node.name!r} of {type_}", hint=hint)
    found = find_field(fields, node.name)
    if found is None:
        raise ExpressionError("unknown_column", f"no field {node.name!r}", hint=nearest(node.name, fields))
    return fields[found]


@infer.register
def _(node: Literal, schema: TableSchema) -> str:
    return node.type


@infer.register
def _(node: Unary, schema: TableSchema) -> str:
    type_ = infer(node.operand, schema)
    return _need(type_, "boolean", "not") if node.operator == "not" else _need(type_, "number", "-")


@infer.register
def _(node: IsNull, schema: TableSchema) -> str:
    infer(node.operand, schema)
    return "boolean"


@infer.register
def _(node: Cast, schema: TableSchema) -> str:
    source = infer(node.operand, schema)
    if not dt.can_cast(source, node.type):
        raise ExpressionError("cast", f"cannot cast {source} to {node.type}", hint=cast_hint(source, node.type))
    return node.type


def cast_hint(source: str, target: str) -> str:
    """What to do where a cast is refused."""
    if source in dt.FLOATS and target == "string":
        return "engines write doubles differently: cast to a decimal(p,s) first"
    return "use a function of that type, such as year(...) or datediff(...)"


@infer.register
def _(node: Over, schema: TableSchema) -> str:
    return infer(node.operand, schema)


@infer.register
def _(node: In, schema: TableSchema) -> str:
    _compare([infer(n, schema) for n in (node.operand, *node.options)], "in")
    return "boolean"


@infer.register
def _(node: Between, schema: TableSchema) -> str:
    _compare([infer(n, schema) for n in (node.operand, node.low, node.high)], "between")
    return "boolean"


@infer.register
def _(node: Like, schema: TableSchema) -> str:
    _need(infer(node.operand, schema), "text", "like")
    if hint := check_like(node.pattern):
        raise ExpressionError("constant", f"like does not take {node.pattern!r}", hint=hint)
    return "boolean"


@infer.register
def _(node: Case, schema: TableSchema) -> str:
    for condition, _value in node.branches:
        _need(infer(condition, schema), "boolean", "case when")
    values = [value for _, value in node.branches] + ([node.default] if node.default else [])
    return _compare([infer(value, schema) for value in values], "case")


@infer.register
def _(node: Binary, schema: TableSchema) -> str:
    left, right = infer(node.left, schema), infer(node.right, schema)
    if node.operator in _LOGIC:
        _need(left, "boolean", node.operator)
        return _need(right, "boolean", node.operator)
    if node.is_exact:
        return "decimal(38,0)"
    if node.operator in _ARITHMETIC:
        return _arithmetic(node, left, right, schema)
    _compare([left, right], node.operator)
    return "boolean"


@infer.register
def _(node: Call, schema: TableSchema) -> str:
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise ExpressionError("unknown_function", f"function {node.name!r} is not allowed",
                              hint=nearest(node.name, sorted(FUNCTIONS)))  # fmt: skip
    if not function.least <= len(node.arguments) <= function.most:
        raise ExpressionError("arity", f"{node.name} takes {function.least} to {function.most} arguments",
                              hint=f"it was given {len(node.arguments)}")  # fmt: skip
    types = [_argument(node, function, position, schema) for position in range(len(node.arguments))]
    _check_distinct(node, function)
    check_constants(node, types)
    if function.kind(0) == "any" and node.name not in _ANY_MIX:
        _compare(types or ["void"], node.name)
    return function.returns(types)


def _argument(node: Call, function: Function, position: int, schema: TableSchema) -> str:
    argument, kind = node.arguments[position], function.kind(position)
    if isinstance(argument, Star):
        if node.name != "count" or node.is_distinct:
            raise ExpressionError("star", "* is for count(*) only", hint="name a column")
        return "bigint"
    requirement, _, kept = kind.rpartition(":")
    if requirement and not isinstance(argument, Literal):
        raise ExpressionError("constant", f"argument {position + 1} of {node.name} must be a constant",
                              hint="write a number or a quoted text")  # fmt: skip
    type_ = _need(infer(argument, schema), kept.rstrip("?"), node.name)
    if (
        type_ == "void"
        and not kept.endswith("?")
        and (kept != "any" or (function.is_aggregate and node.name != "count"))
    ):
        raise ExpressionError("type", f"{node.name} of null", hint="give a value, or cast(null as ...)")
    return type_


def _check_distinct(node: Call, function: Function) -> None:
    if node.is_distinct and not function.distinct:
        raise ExpressionError("distinct", f"{node.name} does not take distinct", hint="dedupe in a step before")


def _need(type_: str, kind: str, what: str) -> str:
    if type_ != "void" and not _FITS[kind](type_):
        hint = "compare with is null" if kind == "boolean" else f"cast it, or use a {kind} column"
        raise ExpressionError("type", f"{what} needs a {kind}, not {type_}", hint=hint)
    return type_


def _compare(types: list[str], what: str) -> str:
    result = types[0]
    if what not in _CHOOSES and (nested := next(filter(dt.is_nested, types), None)):
        raise ExpressionError("type", f"{what} cannot compare {nested}", hint="use plain columns")
    for type_ in types[1:]:
        common = dt.common_type(result, type_)
        if common is None:
            raise ExpressionError("type", f"{what} mixes {result} and {type_}", hint=_mix_hint(result, type_))
        if _needs_too_many_digits(result, type_):
            message = f"{what} mixes {result} and {type_}, which need {dt.digits_needed(result, type_)} digits"
            raise ExpressionError("overflow", message, hint="cast one side to double, or to fewer digits")
        result = common
    return result


def _needs_too_many_digits(left: str, right: str) -> bool:
    are_exact = all(dt.is_integer(type_) or dt.is_decimal(type_) for type_ in (left, right))
    return are_exact and dt.digits_needed(left, right) > dt.MAX_PRECISION


def _mix_hint(left: str, right: str) -> str:
    if "string" in (left, right) and (dt.is_time(left) or dt.is_time(right)):
        return "write DATE '2024-01-31' or TIMESTAMP '2024-01-31 00:00:00'"
    return f"cast one side: cast(... as {left if right == 'string' else right})"


def _arithmetic(node: Binary, left: str, right: str, schema: TableSchema) -> str:
    operator = node.operator
    for type_ in (left, right):
        if dt.is_time(type_):
            raise ExpressionError("type", f"{operator} on {type_}", hint="use datediff(end, start) for days")
        _need(type_, "integer" if operator == "div" else "number", operator)
    if "void" in (left, right):
        return right if left == "void" else left
    if operator == "div":
        return "bigint"
    if operator == "/" or left in dt.FLOATS or right in dt.FLOATS:
        return "double"
    if dt.is_integer(left) and dt.is_integer(right):
        return _whole(node, left, right, schema)
    return _decimal_result(operator, dt.as_decimal(left), dt.as_decimal(right))


def _whole(node: Binary, left: str, right: str, schema: TableSchema) -> str:
    """Whole numbers grow to int, and to bigint where an int could overflow."""
    common = dt.common_type(left, right) or left
    if node.operator == "%" or common == "bigint":
        return common
    return "int" if fits(bounds(node, lambda found: infer(found, schema)), "int") else "bigint"


def _decimal_result(operator: str, left: tuple[int, int], right: tuple[int, int]) -> str:
    (p1, s1), (p2, s2) = left, right
    if operator == "*":
        precision, scale = p1 + p2 + 1, s1 + s2
    else:
        scale = max(s1, s2)
        precision = max(p1 - s1, p2 - s2) + scale + 1
    if precision > dt.MAX_PRECISION:
        raise ExpressionError("overflow", f"the result needs {precision} digits", hint="cast to double first")
    return dt.decimal_type(precision, scale)


def _check_position(node: Node, allows: str, inside: str = "") -> None:
    """Aggregates and window functions stand where a step computes them, and never in one another."""
    call = node if isinstance(node, Call) else None
    function = FUNCTIONS.get(call.name) if call else None
    if call and function and (function.is_window or function.is_aggregate):
        if function.is_window and allows != "window":
            raise ExpressionError("position", "a window function stands outside a window step", hint="use window")
        if not allows:
            raise ExpressionError("position", "an aggregate stands outside an aggregate step", hint="use aggregate")
        if inside:
            raise ExpressionError("position", f"{call.name} stands inside {inside}", hint="compute it in a step before")
        if allows == "window" and (call.is_distinct or function.is_of_groups):
            what = "distinct" if call.is_distinct else call.name
            raise ExpressionError("distinct", f"a window takes no {what}", hint="aggregate in a step before, and join")
        inside = call.name
    for child in children(node):
        _check_position(child, allows, inside)
