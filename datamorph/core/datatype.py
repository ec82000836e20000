"""Spark SQL types as text, and what follows from combining them.

A type is its Spark SQL name in lower case without spaces (``decimal(10,2)``, ``array<bigint>``). ``void`` is
the type of NULL. Timestamps without a zone are ``timestamp_ntz``, UTC instants are ``timestamp``.
"""

from __future__ import annotations

import re

INTEGERS = ("tinyint", "smallint", "int", "bigint")
FLOATS = ("float", "double")
TIMES = ("date", "timestamp_ntz", "timestamp")
MAX_PRECISION = 38
_DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_SYNONYMS = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "real": "float",
             "numeric": "decimal", "bool": "boolean", "text": "string", "varchar": "string"}  # fmt: skip
SIMPLE = frozenset({*INTEGERS, *FLOATS, *TIMES, "string", "boolean", "binary", "void"})


def parse_type(text: str) -> str:
    """The canonical form of a simple type: ``"DECIMAL(10, 2)"`` is ``decimal(10,2)``.

    Raises:
        ValueError: not a simple type (nested types are read from data, never written by hand).
    """
    compact = re.sub(r"\s+", "", text.lower())
    head, _, tail = compact.partition("(")
    canonical = _SYNONYMS.get(head, head) + (f"({tail}" if tail else "")
    if canonical == "decimal":
        canonical = "decimal(10,0)"
    sized = decimal_size(canonical)
    is_legal_decimal = sized is not None and sized[1] <= sized[0] <= MAX_PRECISION and sized[0] > 0
    if canonical not in SIMPLE - {"void"} and not is_legal_decimal:
        raise ValueError(f"type {text!r} is not one of {', '.join(sorted(SIMPLE - {'void'}))}, decimal(p,s)")
    return canonical


def decimal_size(type_: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal, or None."""
    match = _DECIMAL.fullmatch(type_)
    return (int(match[1]), int(match[2])) if match else None


def is_integer(type_: str) -> bool:
    """True for whole numbers of any width."""
    return type_ in INTEGERS


def is_decimal(type_: str) -> bool:
    """True for exact numbers with a scale."""
    return type_.startswith("decimal(")


def is_number(type_: str) -> bool:
    """True for everything that can be added."""
    return type_ in INTEGERS or type_ in FLOATS or is_decimal(type_)


def is_time(type_: str) -> bool:
    """True for dates and timestamps."""
    return type_ in TIMES


def is_nested(type_: str) -> bool:
    """True for arrays, structs and maps."""
    return "<" in type_


def common_type(left: str, right: str) -> str | None:
    """The type that holds values of both, or None when there is none without a cast."""
    if right in {left, "void"}:
        return left
    if left == "void":
        return right
    if is_number(left) and is_number(right):
        return _common_number(left, right)
    if is_time(left) and is_time(right):
        return max(left, right, key=TIMES.index)
    return None


def as_decimal(type_: str) -> tuple[int, int]:
    """Precision and scale that hold every value of an integer or decimal type."""
    return decimal_size(type_) or (_DIGITS[type_], 0)


def decimal_type(precision: int, scale: int) -> str:
    """A decimal cut to 38 digits in total, as Spark does when the scale alone still fits."""
    return f"decimal({min(precision, MAX_PRECISION)},{min(scale, MAX_PRECISION)})"


def _common_number(left: str, right: str) -> str:
    if left in FLOATS or right in FLOATS:
        return "float" if left == right == "float" else "double"
    if is_integer(left) and is_integer(right):
        return max(left, right, key=INTEGERS.index)
    (p1, s1), (p2, s2) = as_decimal(left), as_decimal(right)
    scale = max(s1, s2)
    return decimal_type(max(p1 - s1, p2 - s2) + scale, scale)
