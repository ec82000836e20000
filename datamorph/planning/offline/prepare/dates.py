"""Formats of dates that texts are written in, by examples and as people spell them: ``05.03.2024``, ``dd/mm/yyyy``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from datamorph.core.texts.date_format import DateFormat
from datamorph.planning.offline.lexicon.words import MONTHS

_SPELLED = re.compile(r"([dmy]{1,4})([-/. ])([dmy]{1,4})\2([dmy]{1,4})", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_ISO = re.compile(r"\d{4}([-/.])(\d{1,2})\1(\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})([ -])([A-Za-z]{3})\2(\d{4})")
_NAMED_FIRST = re.compile(r"([A-Za-z]{3}) (\d{1,2}), (\d{4})")
_COMPACT = re.compile(r"(19|20)\d{6}")
_MOST_MONTHS = 12


def spelled(text: str) -> str:
    """``dd/mm/yyyy`` as the format that it means; empty for anything else."""
    found = _SPELLED.fullmatch(text)
    if found is None:
        return ""
    parts = [part.lower() for part in (found[1], found[3], found[4])]
    if sorted({part[0] for part in parts}) != ["d", "m", "y"]:
        return ""
    made = [part.upper() if part[0] == "m" else part for part in parts]
    return found[2].join(made)


def formats_of(texts: Iterable[str]) -> list[str]:
    """The formats of examples; those in which day and month cannot be told apart are not among them."""
    found: list[str] = []
    for text in texts:
        made = _format(text)
        if made and made not in found:
            found.append(made)
    return found


def _format(text: str) -> str:
    if iso := _ISO.fullmatch(text):
        return iso[1].join(("yyyy", _width("M", iso[2]), _width("d", iso[3])))
    if named := _NAMED.fullmatch(text):
        return named[2].join((_width("d", named[1]), "MMM", "yyyy")) if named[3].lower() in MONTHS else ""
    if first := _NAMED_FIRST.fullmatch(text):
        return f"MMM {_width('d', first[2])}, yyyy" if first[1].lower() in MONTHS else ""
    if _COMPACT.fullmatch(text):
        return "yyyyMMdd"
    return _by_numbers(text)


def _by_numbers(text: str) -> str:
    """``28.04.2024``: a number over twelve tells which is the day, and so does a dot."""
    numbers = _NUMBERS.fullmatch(text)
    if numbers is None:
        return ""
    one, two = int(numbers[1]), int(numbers[3])
    widths = "" if len(numbers[1]) == len(numbers[3]) == len("05") else "short"
    day, month = ("d", "M") if widths else ("dd", "MM")
    if one > _MOST_MONTHS or (numbers[2] == "." and two <= _MOST_MONTHS):
        return numbers[2].join((day, month, "yyyy"))
    return numbers[2].join((month, day, "yyyy")) if two > _MOST_MONTHS else ""


def _width(letter: str, digits: str) -> str:
    return letter if len(digits) == 1 else letter * 2


def unclear(texts: Iterable[str], formats: Sequence[str]) -> list[str]:
    """Texts that none of the formats reads."""
    patterns = [re.compile(DateFormat(one).pattern().replace(r"\z", r"\Z")) for one in formats]
    return [text for text in texts if text.strip() and not any(p.search(text.strip().upper()) for p in patterns)]


def either_way(text: str) -> tuple[str, str] | None:
    """The formats with the day first and with the month first, where a text may be either."""
    numbers = _NUMBERS.fullmatch(text.strip())
    if numbers is None:
        return None
    sign = numbers[2]
    return sign.join(("d", "M", "yyyy")), sign.join(("M", "d", "yyyy"))
