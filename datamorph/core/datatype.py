"""Spark SQL types as text, and what follows from combining them.

A type is its Spark SQL name in lower case without spaces (``decimal(10,2)``, ``array<bigint>``). ``void`` is
the type of NULL. Timestamps without a zone are ``timestamp_ntz``, UTC instants are ``timestamp``.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

INTEGERS = ("tinyint", "smallint", "int", "bigint")
FLOATS = ("float", "double")
TIMES = ("date", "timestamp_ntz", "timestamp")
MAX_PRECISION = 38
_DIGITS = {"tinyint": 3, "smallint": 5, "int": 10, "bigint": 20}
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
_BYTES = {"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(rf"{_DATE.pattern}([ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]{{1,6}})?)?)?")
_ZONE = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})?")
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


def can_cast(source: str, target: str) -> bool:
    """True when a cast means the same on every engine; doubles are written as text differently everywhere."""
    if source in (target, "void"):
        return True
    if is_nested(source) or is_nested(target) or (source in FLOATS and target == "string"):
        return False
    if "string" in (source, target):
        return True
    if "binary" in (source, target):
        return False
    return is_time(source) == is_time(target)


def integer_range(type_: str) -> tuple[int, int]:
    """Least and greatest value of an integer type."""
    end = 2 ** (8 * _BYTES[type_] - 1)
    return (-end, end - 1)


def fits_integer(value: int, type_: str) -> bool:
    """True when an integer type holds the value."""
    low, high = integer_range(type_)
    return low <= value <= high


def fit_decimal(digits: str, type_: str) -> str:
    """A number rounded half up to the scale of a decimal type, written without exponent.

    Raises:
        ValueError: not a number, or too large for the type.
    """
    precision, scale = as_decimal(type_)
    try:
        with localcontext(prec=MAX_PRECISION + 1):
            value = Decimal(digits).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    except InvalidOperation as error:
        raise ValueError(f"{digits[:80]} does not fit {type_}") from error
    if not value.is_finite() or (value.adjusted() >= precision - scale and value):
        raise ValueError(f"{digits[:80]} does not fit {type_}")
    return format(value, "f")


def is_moment(text: str, type_: str) -> bool:
    """True for ``2024-01-31`` and ``2024-01-31 23:59:59.5``; a ``timestamp`` may end in ``Z`` or ``+02:00``."""
    pattern = _DATE.pattern if type_ == "date" else _TIME.pattern + (_ZONE.pattern if type_ == "timestamp" else "")
    if not re.fullmatch(pattern, text):
        return False
    try:
        return bool(date.fromisoformat(text) if type_ == "date" else datetime.fromisoformat(text))
    except ValueError:
        return False


def moment_text(text: str) -> str:
    """A moment as every engine reads it: classic Spark takes a zone only after seconds."""
    return datetime.fromisoformat(text).isoformat(" ") if ":" in text else text


def are_comparable(left: str, right: str) -> bool:
    """True when engines compare two columns alike: the same plain type, or numbers that need no conversion to meet.

    A decimal and a double have no common type without loss, and two decimals none beyond 38 digits.
    """
    if left == right:
        return not is_nested(left)
    if not (is_number(left) and is_number(right)):
        return False
    if left in FLOATS or right in FLOATS:
        return not (is_decimal(left) or is_decimal(right))
    return digits_needed(left, right) <= MAX_PRECISION


def digits_needed(left: str, right: str) -> int:
    """Digits of the decimal that holds every value of two exact types."""
    (p1, s1), (p2, s2) = as_decimal(left), as_decimal(right)
    return max(p1 - s1, p2 - s2) + max(s1, s2)


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
