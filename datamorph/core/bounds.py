"""How large a whole number can get: what keeps sums of integers from wrapping, and code plain where they cannot."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from datamorph.core import datatype as dt
from datamorph.core.expression import Binary, Call, Cast, Literal, Node

Bounds: TypeAlias = tuple[int, int]
"""Least and greatest value, both included."""

MAX_ROWS = 2**40
MAX_DEPTH = 4
_FUNCTIONS: dict[str, Bounds] = {
    "year": (-300_000, 300_000),
    "quarter": (1, 4),
    "month": (1, 12),
    "day": (1, 31),
    "hour": (0, 23),
    "length": (0, 2**31 - 1),
    "datediff": (-(2**28), 2**28),
    "count": (0, MAX_ROWS),
    "count_if": (0, MAX_ROWS),
}


def bounds(node: Node, type_of: Callable[[Node], str], depth: int = MAX_DEPTH) -> Bounds:
    """Bounds of an integer expression, from its constants and functions, and its type where nothing else is known."""
    if isinstance(node, Literal) and isinstance(node.value, int):
        return (node.value, node.value)
    if isinstance(node, Call) and node.name in _FUNCTIONS:
        return _FUNCTIONS[node.name]
    if isinstance(node, Cast) and node.type == "bigint" and depth and dt.is_integer(type_of(node.operand)):
        return bounds(node.operand, type_of, depth - 1)
    if isinstance(node, Binary) and node.operator in ("+", "-", "*") and depth and not node.is_exact:
        left, right = (bounds(side, type_of, depth - 1) for side in (node.left, node.right))
        found = combined(node.operator, left, right)
        return found if fits(found, "bigint") else dt.integer_range("bigint")
    return dt.integer_range(type_of(node))


def combined(operator: str, left: Bounds, right: Bounds) -> Bounds:
    """Bounds of ``left operator right`` for ``+``, ``-`` and ``*``."""
    ends = {
        "+": lambda: [left[0] + right[0], left[1] + right[1]],
        "-": lambda: [left[0] - right[1], left[1] - right[0]],
        "*": lambda: [l * r for l in left for r in right],
    }[operator]()
    return (min(ends), max(ends))


def fits(found: Bounds, type_: str) -> bool:
    """True when an integer type holds every value within the bounds."""
    low, high = dt.integer_range(type_)
    return low <= found[0] and found[1] <= high
