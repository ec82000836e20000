"""Values as text that is safe to print: no control characters, no escape sequences, no false precision."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias, TypeGuard

from rich.text import Text

from datamorph.documents import timestamp

_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[P-_][^\x1b]*\x1b\\|[ -~])")
_NAMED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
_HARMLESS = frozenset("\u00a0\u200c\u200d\u202f\u2009\ufeff\u3000\u00ad")
_GROUPED_FROM, _PLAIN_BELOW = 10_000, 1e15
_SIGNIFICANT, _FEWEST, _MOST = 6, 2, 6

Number: TypeAlias = int | float | Decimal


def safe(text: str) -> str:
    """One line of text without terminal escape sequences; other control characters are spelled out."""
    if text.isprintable():
        return text
    return "".join(map(_printable, _ESCAPE_SEQUENCE.sub("", text)))


def safe_lines(text: str) -> str:
    """Text of several lines, made safe line by line; tabs become spaces."""
    return "\n".join(map(safe, text.expandtabs(4).splitlines()))


def _printable(character: str) -> str:
    if character.isprintable() or character in _HARMLESS:
        return character
    return _NAMED.get(character) or character.encode("unicode_escape").decode()


def is_number(value: object) -> TypeGuard[Number]:
    """True for int, float and Decimal; a boolean is not a number here."""
    return isinstance(value, Number) and not isinstance(value, bool)


def cells(name: str, values: Sequence[object], *, missing: str = "null") -> list[Text]:
    """The cells of one column: numbers of a column share their number of decimals and their grouping.

    Thousands are grouped, but in whole numbers only from 10,000 on (a year stays ``2013``), and never in a
    column named like an id.
    """
    write = _number_format(name, [value for value in values if is_number(value)])
    return [_cell(value, write, missing) for value in values]


def _cell(value: object, write: Callable[[Number], str], missing: str) -> Text:
    if value is None:
        return Text(missing, style="dim")
    return Text(write(value) if is_number(value) else text(value))


def text(value: object) -> str:
    """One value, whatever its type: timestamps in ISO 8601 and UTC, nested values as JSON."""
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), str)
    return safe(write(value))


def instant(value: datetime) -> str:
    """An instant to the second, UTC: ``2026-01-31T06:00:00Z``."""
    return timestamp(value.replace(microsecond=0))


def seconds(duration: float) -> str:
    """A duration as people read it: ``0.21 s``, ``2 min 5 s``."""
    minutes, rest = divmod(duration, 60)
    return f"{int(minutes)} min {rest:.0f} s" if minutes else f"{rest:.2f} s"


def _nested(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=text)


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, str),
    (bool, lambda value: str(value).lower()),
    (int, lambda value: f"{value:,}"),
    (datetime, timestamp),
    (date, date.isoformat),
    (bytes, lambda value: f"0x{value.hex()}"),
    (list, _nested),
    (dict, _nested),
)
"""The first kind that fits decides; a boolean is an int and a datetime is a date."""


def _number_format(name: str, values: Sequence[Number]) -> Callable[[Number], str]:
    finite = [value for value in values if math.isfinite(value)]
    largest = max((abs(value) for value in finite), default=0)
    is_id = name.lower() == "id" or name.lower().endswith("_id")
    is_short = largest < _GROUPED_FROM and all(isinstance(value, int) for value in finite)
    comma = "" if is_short or is_id else ","
    places = _places([float(value) for value in finite if isinstance(value, float)], float(largest))

    def write(value: Number) -> str:
        if not isinstance(value, float):
            return f"{value:{comma}}"
        return f"{value:{comma}.{places}f}" if _is_shown_by(value, places) else f"{value:.{_SIGNIFICANT}g}"

    return write


def _places(values: Sequence[float], largest: float) -> int:
    """Decimals that show the largest value to six significant digits, fewer where all are round."""
    digits = len(str(int(largest)))
    most = min(_MOST, max(_FEWEST, _SIGNIFICANT - digits + (digits == 1)))
    return next((n for n in range(1, most) if all(round(value, n) == value for value in values)), most)


def _is_shown_by(value: float, places: int) -> bool:
    return math.isfinite(value) and (value == 0 or 10**-places <= abs(value) < _PLAIN_BELOW)
