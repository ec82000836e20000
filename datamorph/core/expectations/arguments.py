"""What the arguments of checks may be: a rule takes the argument and the column's type, and tells what is wanted."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias, cast

from datamorph.core import datatype as dt
from datamorph.core.pattern import check_regex
from datamorph.core.sql_expression import text_literal
from datamorph.core.table import TableRef

Rule: TypeAlias = Callable[[Any, str], str]
"""``(argument, type of the column)`` to what it must be instead, or nothing."""

MAX_VALUES = 1000
_FORMAT = re.compile(r"(?:%[YmdHMSyjfbBp%]|[^%A-Za-z])+")
_TYPES = {
    "bytetype": "tinyint", "shorttype": "smallint", "integertype": "int", "longtype": "bigint", "floattype": "float",
    "doubletype": "double", "stringtype": "string", "booleantype": "boolean", "datetype": "date",
    "timestamptype": "timestamp", "timestampntztype": "timestamp_ntz", "binarytype": "binary",
    "int32": "int", "int64": "bigint", "float32": "float", "float64": "double", "str": "string", "date32[day]": "date",
}  # fmt: skip


def name(value: Any, type_: str) -> str:
    """A column's name."""
    return "" if isinstance(value, str) else "a column's name"


def names(value: Any, type_: str) -> str:
    """Several columns."""
    found = _listed(value)
    return "" if found and all(isinstance(item, str) for item in found) else "a list of columns"


def count(value: Any, type_: str) -> str:
    """A number of things, or nothing."""
    is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return "" if value is None or is_count else "a number of rows"


def whole(value: Any, type_: str) -> str:
    """A number of things."""
    return count(value, type_) if value is not None else "a whole number"


def number(value: Any, type_: str) -> str:
    """Any number that a double holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a number"
    return "" if abs(value) <= sys.float_info.max else "a number that a double holds"


def positive(value: Any, type_: str) -> str:
    """A number above zero."""
    return number(value, type_) or ("" if value > 0 else "a number above 0")


def limit(value: Any, type_: str) -> str:
    """A number, or nothing."""
    return "" if value is None else number(value, type_)


def numeric_limit(value: Any, type_: str) -> str:
    """A bound for what is computed from a column of numbers."""
    return limit(value, type_) if dt.is_number(type_) else f"for a column of numbers, not {type_}"


def share(value: Any, type_: str) -> str:
    """A share of the rows."""
    return "" if not number(value, type_) and 0 <= value <= 1 else "a share between 0 and 1"


def flag(value: Any, type_: str) -> str:
    """True or false."""
    return "" if isinstance(value, bool) else "true or false"


def text(value: Any, type_: str) -> str:
    """Any text that engines take."""
    return "" if isinstance(value, str) and is_text(value) else "a text"


def condition(value: Any, type_: str) -> str:
    """An expression; its columns and type are checked where the schema is known."""
    return "" if isinstance(value, str) and value.strip() and is_text(value) else "a condition in Spark SQL"


def one_of(*choices: str) -> Rule:
    """One of these words."""
    return lambda value, type_: "" if value in choices else f"one of {', '.join(choices)}"


def regex(value: Any, type_: str) -> str:
    """A pattern that all engines read alike."""
    if type_ != "string":
        return f"for a column of text, not {type_}"
    return check_regex(value) if isinstance(value, str) and is_text(value) else "a regular expression"


def regexes(value: Any, type_: str) -> str:
    """Several patterns."""
    found = _listed(value)
    return next(filter(None, (regex(item, type_) for item in found)), "") if found else "a list of patterns"


def like(value: Any, type_: str) -> str:
    """A pattern of LIKE, in which a backslash is a backslash."""
    if type_ != "string":
        return f"for a column of text, not {type_}"
    return "" if isinstance(value, str) and is_text(value) else "a LIKE pattern"


def likes(value: Any, type_: str) -> str:
    """Several patterns of LIKE."""
    found = _listed(value)
    return next(filter(None, (like(item, type_) for item in found)), "") if found else "a list of LIKE patterns"


def date_format(value: Any, type_: str) -> str:
    """A format of strptime whose letters mean the same in Python and in SQL."""
    if type_ != "string":
        return f"for a column of text, not {type_}"
    is_format = isinstance(value, str) and _FORMAT.fullmatch(value) and "%" in value
    return "" if is_format else "a format such as %Y-%m-%d, with %Y %m %d %H %M %S %y %j %f %b %B %p"


def length(value: Any, type_: str) -> str:
    """A number of characters, for a column of text."""
    return count(value, type_) if type_ == "string" else f"for a column of text, not {type_}"


def bound(value: Any, type_: str) -> str:
    """An end of a range of the column's type."""
    if type_ in ("boolean", "binary") or dt.is_nested(type_):
        return f"for a column with an order, not {type_}"
    return "" if value is None else constant_of(value, type_)


def values(value: Any, type_: str) -> str:
    """Values of the column's type."""
    found = _listed(value)
    if not found or len(found) > MAX_VALUES:
        return f"a list of 1 to {MAX_VALUES:,} values"
    if dt.is_nested(type_) or type_ == "binary":
        return f"for a column of plain values, not {type_}"
    return next(filter(None, (constant_of(item, type_) for item in found)), "")


def pairs(value: Any, type_: str) -> str:
    """Pairs of scalars; NULL is allowed on either side."""
    found = [_listed(item) for item in _listed(value)]
    scalars = all(item is None or isinstance(item, str | int | float) for pair in found for item in pair)
    fits = found and len(found) <= MAX_VALUES and all(len(pair) == 2 for pair in found) and scalars  # noqa: PLR2004
    return "" if fits and all(is_text(i) for p in found for i in p if isinstance(i, str)) else "a list of pairs"


def type_name(value: Any, type_: str) -> str:
    """A column type: Spark SQL's name, Spark's class or pandas' dtype."""
    return "" if isinstance(value, str) and canonical_type(value) else "a type such as bigint or LongType"


def type_names(value: Any, type_: str) -> str:
    """Several types."""
    found = _listed(value)
    return "" if found and all(not type_name(item, type_) for item in found) else "a list of types"


def quantile_ranges(value: Any, type_: str) -> str:
    """``{quantiles: [...], value_ranges: [[low, high], ...]}``, of equal length."""
    if not dt.is_number(type_):
        return f"for a column of numbers, not {type_}"
    found = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    quantiles, ranges = _listed(found.get("quantiles")), [_listed(r) for r in _listed(found.get("value_ranges"))]
    fits = quantiles and len(quantiles) == len(ranges) and not any(share(q, "") for q in quantiles)
    fits = fits and all(len(r) == 2 and not any(limit(end, "") for end in r) for r in ranges)  # noqa: PLR2004
    return "" if fits and set(found) == {"quantiles", "value_ranges"} else "{quantiles: [0.5], value_ranges: [[0, 9]]}"


def table(value: Any, type_: str) -> str:
    """Another table of the lake."""
    try:
        TableRef.parse(value)
    except (ValueError, AttributeError):
        return "a table, written tier.domain.name"
    return ""


def moment_column(value: Any, type_: str) -> str:
    """For a column of dates or timestamps."""
    return positive(value, type_) if dt.is_time(type_) else f"for a date or a timestamp, not {type_}"


def anything(value: Any, type_: str) -> str:
    """What only the library that runs the check can judge."""
    return ""


def canonical_type(text_: str) -> str:
    """A type's Spark SQL name from any of the names that people use for it; empty when it is none."""
    plain = text_.strip().lower().removesuffix("()")
    plain = plain.replace("decimaltype", "decimal").replace(" ", "")
    try:
        return dt.parse_type(_TYPES.get(plain, plain))
    except ValueError:
        return ""


def constant_of(value: object, type_: str) -> str:
    """What a constant to compare a column of that type with must be; empty when it is."""
    if dt.is_number(type_):
        return number(value, type_)
    if dt.is_time(type_):
        return "" if isinstance(value, str) and dt.is_moment(value, type_) else f"a {type_} such as '2024-01-31'"
    if type_ == "boolean":
        return "" if isinstance(value, bool) else "a boolean"
    return "" if isinstance(value, str) and is_text(value) else f"a {type_}"


def is_text(value: str) -> bool:
    """False for what no engine takes as text: NUL and halves of surrogate pairs."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def constant(value: object) -> str:
    """A constant in SQL."""
    return text_literal(value, "duckdb") if isinstance(value, str) else "NULL" if value is None else repr(value)


def moment(value: datetime) -> str:
    """An instant in SQL, as UTC without a zone."""
    return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S.%f}'"


def _listed(value: object) -> list[Any]:
    return list(cast("list[object]", value)) if isinstance(value, list | tuple) else []
