"""Expressions rewritten so that every engine means what a spec means: what one does otherwise is compiled away.

- Whole numbers: Sail wraps where they overflow. They are widened, or computed in 38 digits and cast back, which fails
  loudly. DuckDB fails by itself.
- ``round`` of a double: classic Spark rounds its decimal text (0.285 to 0.29), all others its value (0.28).
- NaN: engines sort it to different ends of a quantile, which leaves it out. ``sqrt`` below zero is NULL, as is
  division by zero, and ``-x`` keeps the sign that a NaN must have: Sail sorts a negative one first.
- ``avg`` of a decimal is a double. A decimal beside a double is cast to one: Sail would do the opposite, and fail.
- ``coalesce`` that ends in a constant is a ``case``: Sail cannot group by it after a union.
"""

from __future__ import annotations

from collections.abc import Callable

from datamorph.core import datatype as dt
from datamorph.core.bounds import bounds, combined, fits
from datamorph.core.expression import (
    Between,
    Binary,
    Call,
    Case,
    Cast,
    In,
    IsNull,
    Literal,
    Node,
    Over,
    Unary,
    children,
    rebuilt,
    rewrite,
)
from datamorph.core.functions import Dialect
from datamorph.core.inference import infer
from datamorph.core.table import TableSchema

EXACT = "decimal(38,0)"
COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "<=>"})
_MIXING = frozenset({"coalesce", "greatest", "least"})
Change = Callable[[Call, TableSchema], Node]


def lowered(node: Node, schema: TableSchema, dialect: Dialect) -> Node:
    """The tree as that dialect must compute it; it was type-checked before."""
    calls = _CALLS[dialect]

    def change(found: Node) -> Node:
        found = _alike(found, schema) if dialect == "spark" else found
        if isinstance(found, Binary) and found.operator in ("+", "-", "*"):
            return _arithmetic(found, schema, dialect)
        if isinstance(found, Unary) and found.operator == "-" and infer(found.operand, schema) in dt.FLOATS:
            return Binary("-", Literal(0.0, "double"), found.operand)
        if isinstance(found, Over) and isinstance(found.operand, Cast):
            return Cast(Over(found.operand.operand, found.window), found.operand.type)
        if isinstance(found, Call) and found.name in calls:
            return calls[found.name](found, schema)
        return found

    return rewrite(node, change)


def _alike(node: Node, schema: TableSchema) -> Node:
    """Decimals that are compared with a double, or stand beside one, as doubles too."""
    if isinstance(node, Binary) and node.operator not in COMPARISONS:
        return node
    if isinstance(node, Call) and node.name not in _MIXING:
        return node
    if not isinstance(node, Binary | Call | In | Between | Case):
        return node
    values = _values(node)
    types = {value: infer(value, schema) for value in values}
    if not any(type_ in dt.FLOATS for type_ in types.values()):
        return node
    doubles = {value: _double(value) for value, type_ in types.items() if dt.is_decimal(type_)}
    return _with_values(node, lambda value: doubles.get(value, value)) if doubles else node


def _double(value: Node) -> Node:
    return Literal(float(value.value or 0), "double") if isinstance(value, Literal) else Cast(value, "double")


def _values(node: Binary | Call | In | Between | Case) -> list[Node]:
    """The children that are held against each other; a condition of a case is not."""
    if isinstance(node, Case):
        return [*(value for _, value in node.branches), *([node.default] if node.default else [])]
    return list(children(node))


def _with_values(node: Binary | Call | In | Between | Case, change: Callable[[Node], Node]) -> Node:
    if isinstance(node, Case):
        branches = tuple((condition, change(value)) for condition, value in node.branches)
        return Case(branches, change(node.default) if node.default else None)
    return rebuilt(node, change)


def _arithmetic(node: Binary, schema: TableSchema, dialect: Dialect) -> Node:
    left, right = infer(node.left, schema), infer(node.right, schema)
    if not (dt.is_integer(left) and dt.is_integer(right)):
        return node
    found = combined(node.operator, *(bounds(side, lambda n: infer(n, schema)) for side in (node.left, node.right)))
    natural = dt.common_type(left, right) or "bigint"
    if fits(found, natural) or (natural == "bigint" and dialect == "duckdb"):
        return node
    if fits(found, "bigint"):
        return _cast_one(node, infer(node, schema))
    return Cast(Binary(node.operator, _exact(node.left), node.right, is_exact=True), "bigint")


def _cast_one(node: Binary, type_: str) -> Node:
    """One operand in the wider type is enough; a column reads better than a constant."""
    if isinstance(node.left, Literal):
        return Binary(node.operator, node.left, Cast(node.right, type_))
    return Binary(node.operator, Cast(node.left, type_), node.right)


def _exact(node: Node) -> Node:
    """The operand in 38 digits; a sum that is in them already goes on without a cast back."""
    if isinstance(node, Cast) and isinstance(node.operand, Binary) and node.operand.is_exact:
        return node.operand if node.operand.operator in ("+", "-") else Cast(node, EXACT)
    return Cast(node, EXACT)


def _sum(node: Call, schema: TableSchema) -> Node:
    if infer(node.arguments[0], schema) != "bigint":
        return node
    return Cast(Call("sum", (Cast(node.arguments[0], EXACT),), node.is_distinct), "bigint")


def _avg(node: Call, schema: TableSchema) -> Node:
    if not dt.is_decimal(infer(node.arguments[0], schema)):
        return node
    return Call("avg", (Cast(node.arguments[0], "double"),), node.is_distinct)


def _numbers_only(node: Call, schema: TableSchema) -> Node:
    value, *rest = node.arguments
    if infer(value, schema) not in dt.FLOATS:
        return node
    return Call(node.name, (Call("nanvl", (value, Literal(None, "void"))), *rest))


def _isnan(node: Call, schema: TableSchema) -> Node:
    return Binary("and", node, Unary("not", IsNull(node.arguments[0])))


def _sqrt(node: Call, schema: TableSchema) -> Node:
    value = node.arguments[0]
    if isinstance(value, Call) and value.name == "abs":
        return node
    return Call("sqrt", (Case(((Binary(">=", value, Literal(0, "int")), value),)),))


def _coalesce(node: Call, schema: TableSchema) -> Node:
    *values, last = node.arguments
    if not isinstance(last, Literal) or last.value is None:
        return node
    return Case(tuple((Unary("not", IsNull(value)), value) for value in values), last)


def _nullif(node: Call, schema: TableSchema) -> Node:
    """Compared as doubles where one is a double; the value that stays is the first, in its own type."""
    value, other = node.arguments
    comparison = Binary("=", value, other)
    compared = _alike(comparison, schema)
    return node if compared == comparison else Case(((compared, Literal(None, "void")),), value)


def _date_trunc(node: Call, schema: TableSchema) -> Node:
    unit, value = node.arguments
    is_whole = isinstance(unit, Literal) and unit.value == "day" and infer(value, schema) == "date"
    return value if is_whole else node


def _round(node: Call, schema: TableSchema) -> Node:
    value, *rest = node.arguments
    digits = rest[0].value if rest and isinstance(rest[0], Literal) else 0
    if not digits or infer(value, schema) not in dt.FLOATS:
        return node
    scale = Literal(10.0 ** int(digits), "double")
    return Binary("/", Call("round", (Binary("*", value, scale),)), scale)


_SHARED: dict[str, Change] = {
    "median": _numbers_only, "percentile": _numbers_only, "isnan": _isnan, "sqrt": _sqrt,
    "date_trunc": _date_trunc,
}  # fmt: skip
_CALLS: dict[Dialect, dict[str, Change]] = {
    "duckdb": _SHARED,
    "spark": {**_SHARED, "sum": _sum, "avg": _avg, "round": _round, "coalesce": _coalesce, "nullif": _nullif},
}
