"""Formats of dates and times in texts: checked, and read by a regular expression and a rearrangement to ISO 8601.

Date parsers differ from engine to engine; a regular expression, a replacement and a cast of ISO 8601 do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MONTHS = "JAN01FEB02MAR03APR04MAY05JUN06JUL07AUG08SEP09OCT10NOV11DEC12"
"""English month names, each followed by its number."""
# What a token may be, and how its digits are found again in a text that fits.
_TOKENS = {
    "yyyy": ("[1-9][0-9]{3}", "[0-9]{4}"),
    "yy": ("[0-9]{2}", "[0-9]{2}"),
    "MMM": ("|".join(re.findall("[A-Z]+", MONTHS)), "[A-Z]{3}"),
    "MM": ("0[1-9]|1[0-2]", "[0-9]{2}"),
    "M": ("0?[1-9]|1[0-2]", "[0-9]+"),
    "dd": ("0[1-9]|[12][0-9]|3[01]", "[0-9]{2}"),
    "d": ("0?[1-9]|[12][0-9]|3[01]", "[0-9]+"),
    "HH": ("[01][0-9]|2[0-3]", "[0-9]{2}"),
    "H": ("[01]?[0-9]|2[0-3]", "[0-9]+"),
    "mm": ("[0-5][0-9]", "[0-9]{2}"),
    "ss": ("[0-5][0-9]", "[0-9]{2}"),
    "SSSSSS": ("[0-9]{6}", "[0-9]{6}"),
    "SSS": ("[0-9]{3}", "[0-9]{3}"),
}
_UNITS = "yMdHmsS"
_ONE_OR_TWO = frozenset({"M", "d", "H"})
_PART = re.compile("|".join([*sorted(_TOKENS, key=len, reverse=True), "'T'", "."]), re.DOTALL)
_BETWEEN = re.compile(r"'T'|[-/.,:_ T]")
HINT = f"use {' '.join(_TOKENS)}, each once, with blanks or any of - / . , : _ T between"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format such as ``dd.MM.yyyy HH:mm``."""

    text: str

    @property
    def _parts(self) -> list[str]:
        return _PART.findall(self.text)

    @property
    def _tokens(self) -> list[str]:
        return [part for part in self._parts if part in _TOKENS]

    @property
    def has_month_name(self) -> bool:
        """True when the month is a name, so that the text must be put in upper case first."""
        return "MMM" in self._tokens

    @property
    def has_time(self) -> bool:
        """True when it tells more than a day."""
        return any(token[0] in "HmsS" for token in self._tokens)

    @property
    def is_iso(self) -> bool:
        """True when what fits is ISO 8601 already."""
        return self.text in ("yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss")

    @property
    def has_short_number(self) -> bool:
        """True when a number may have one digit, so that the rearranged text has a zero too many."""
        return not _ONE_OR_TWO.isdisjoint(self._tokens)

    def problem(self) -> str:
        """What is wrong with the format; empty when it is fine."""
        odd = [part for part in self._parts if part not in _TOKENS and not _BETWEEN.fullmatch(part)]
        if odd:
            return f"{odd[0]!r} is not part of a format"
        units = [token[0] for token in self._tokens]
        if len(set(units)) < len(units):
            return "a part of the date stands twice"
        if missing := [unit for unit in "yMd" if unit not in units]:
            return f"it has no {({'y': 'year', 'M': 'month', 'd': 'day'})[missing[0]]}"
        clock = [unit for unit in "HmsS" if unit in units]
        if clock != list("HmsS")[: len(clock)]:
            return "minutes need hours, and seconds need minutes"
        return "M, d or H stands beside another number" if self._is_ambiguous() else ""

    def _is_ambiguous(self) -> bool:
        pairs = zip(self._parts, self._parts[1:], strict=False)
        numbers = _TOKENS.keys() - {"MMM"}
        return any({*pair} <= numbers and not _ONE_OR_TWO.isdisjoint(pair) for pair in pairs)

    def pattern(self) -> str:
        """The regular expression that a whole text must match."""
        return "^" + "".join(f"({_TOKENS[p][0]})" if p in _TOKENS else _literal(p) for p in self._parts) + r"\z"

    def search(self) -> str:
        """The regular expression with one group for each part, for a text that fits."""
        return "".join(f"({_TOKENS[p][1]})" if p in _TOKENS else _literal(p) for p in self._parts)

    def rearranged(self) -> str:
        """The replacement that makes it ISO 8601; a short number keeps a zero too many: ``2024-012-05``."""
        found = {token[0]: (token, number) for number, token in enumerate(self._tokens, 1)}
        group = {unit: _group(*found[unit]) if unit in found else "00" for unit in _UNITS}
        day = f"{group['y']}-{group['M']}-{group['d']}"
        if "H" not in found:
            return day
        fraction = f".{group['S']}" if "S" in found else ""
        return f"{day} {group['H']}:{group['m']}:{group['s']}{fraction}"


def _group(part: str, number: int) -> str:
    before = "20" if part == "yy" else "0" if part in _ONE_OR_TWO else ""
    return f"{before}${number}"


def _literal(part: str) -> str:
    return "[.]" if part == "." else part.strip("'")
