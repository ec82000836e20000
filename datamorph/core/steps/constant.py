"""Constants that a step holds for a column, such as what to fill in: whether they fit its type, and as literals."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TypeAlias

from datamorph.core import datatype as dt
from datamorph.core.expression import Literal

Constant: TypeAlias = bool | int | float | str


def fits(value: Constant, type_: str) -> bool:
    """True when a column of the type can hold exactly that value."""
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, str):
        return type_ == "string" or (dt.is_time(type_) and dt.is_moment(value, type_))
    if dt.is_integer(type_):
        return isinstance(value, int) and dt.fits_integer(value, type_)
    return math.isfinite(value) and (type_ in dt.FLOATS or (dt.is_decimal(type_) and _is_exact(value, type_)))


def literal(value: Constant, type_: str) -> Literal:
    """A value that fits as a literal of the column's type."""
    if dt.is_decimal(type_):
        return Literal(dt.fit_decimal(repr(value), type_), type_)
    if type_ in dt.FLOATS:
        return Literal(float(value), "double")
    if dt.is_time(type_):
        return Literal(dt.moment_text(str(value)), type_)
    return Literal(value, "int" if dt.is_integer(type_) else type_)


def _is_exact(value: float, type_: str) -> bool:
    try:
        return Decimal(dt.fit_decimal(repr(value), type_)) == Decimal(repr(value))
    except ValueError:
        return False
