"""Constant arguments of functions: which values every engine takes, and takes alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from datamorph.core.datatype import is_moment
from datamorph.core.expression import Call, ExpressionError, Literal, Value
from datamorph.core.pattern import check_date_pattern, check_regex, check_replacement

Rule: TypeAlias = Callable[[Sequence[Value], Sequence[str]], str]
"""``(constants by position, None for other arguments; types)`` to what to write instead, or nothing."""

UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute")
MAX_WIDTH = 10_000


def check_constants(node: Call, types: Sequence[str]) -> None:
    """Refuse constants that fail at run time or that engines read differently.

    Raises:
        ExpressionError: with what to write instead.
    """
    values = [argument.value if isinstance(argument, Literal) else None for argument in node.arguments]
    rule = _RULES.get(node.name)
    hint = rule(values, types) if rule else ""
    if hint:
        shown = ", ".join(repr(value) for value in values if value is not None)
        raise ExpressionError("constant", f"{node.name} does not take {shown}", hint=hint)


def _within(position: int, least: float, most: float) -> Rule:
    def rule(values: Sequence[Value], types: Sequence[str]) -> str:
        if len(values) <= position:
            return ""
        value = cast("float", values[position])
        return "" if least <= value <= most else f"argument {position + 1} is between {least:,} and {most:,}"

    return rule


def _unit(values: Sequence[Value], types: Sequence[str]) -> str:
    if values[0] not in UNITS:
        return f"use {', '.join(UNITS)}"
    return "a date has no time of day: truncate to a day or more" if _is_too_fine(values[0], types[1]) else ""


def _is_too_fine(unit: object, type_: str) -> bool:
    return type_ == "date" and unit in ("hour", "minute")


def _regex(values: Sequence[Value], types: Sequence[str]) -> str:
    pattern, replacement = str(values[1]), str(values[2])
    return check_regex(pattern) or check_replacement(replacement, pattern)


def _part(values: Sequence[Value], types: Sequence[str]) -> str:
    if not values[1]:
        return "give a separator of at least one character"
    return "" if values[2] else "parts count from 1, or from -1 at the end"


def _substring(values: Sequence[Value], types: Sequence[str]) -> str:
    return _within(1, 1, MAX_WIDTH)(values, types) or _within(2, 0, MAX_WIDTH)(values, types)


def _date(values: Sequence[Value], types: Sequence[str]) -> str:
    if any(value is None for value in values):
        return ""
    year, month, day = (cast("int", value) for value in values)
    text = f"{year:04d}-{month:02d}-{day:02d}" if min(year, month, day) > 0 else ""
    return "" if is_moment(text, "date") else "give a day that exists, in the years 1 to 9999"


def _pad(values: Sequence[Value], types: Sequence[str]) -> str:
    return _within(1, 1, MAX_WIDTH)(values, types) or ("" if values[2] else "give a character to pad with")


_RULES: dict[str, Rule] = {
    "percentile": _within(1, 0, 1),
    "round": _within(1, 0, 18),
    "lag": _within(1, 1, MAX_WIDTH),
    "lead": _within(1, 1, MAX_WIDTH),
    "substring": _substring,
    "left": _within(1, 0, MAX_WIDTH),
    "right": _within(1, 0, MAX_WIDTH),
    "lpad": _pad,
    "split_part": _part,
    "regexp_replace": _regex,
    "date_trunc": _unit,
    "make_date": _date,
    "date_add": _within(1, -1_000_000, 1_000_000),
    "add_months": _within(1, -12_000, 12_000),
    "date_format": lambda values, types: check_date_pattern(str(values[1])),
}
