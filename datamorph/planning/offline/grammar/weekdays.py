"""Weekdays as groups: ``per weekday``, ``by name of the weekday``, ``day of the week (1 = Monday)``."""

from __future__ import annotations

from itertools import pairwise

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.phrases import Phrases

_WEEKDAYS = Phrases({
    "weekday": "", "weekdays": "", "day of the week": "", "day of week": "", "days of the week": "",
    "weekday name": "name", "name of the weekday": "name", "day name": "name", "name of the day": "name",
    "weekday names": "name", "weekday number": "number", "number of the weekday": "number", "day number": "number",
    "iso weekday": "number", "day of the week number": "number", "day of the week name": "name"})  # fmt: skip
_OTHERS = ("or", "versus", "vs", "and", "against")
_NUMBERS = frozenset({"1", "=", "monday", "mon", "first", "number", "7", "sunday", "sun", "to", ",", "is", "-", "for",
                      "up", "through", "until", "till", "and", "on", "\u2026", "\u2013", "starting",
                      "with"})  # fmt: skip
_SUNDAY = frozenset({"sunday", "sun"})
_NAMES = frozenset({"name", "names", "monday", "mon", "to", "sunday", "sun", "-", ",", "tuesday", "as", "text", "e.g"})


def read_weekday(reader: Reader) -> str | None:
    """How the weekday that stands here is shown, empty where that is not said; None without one."""
    start = reader.position
    style = reader.take(_WEEKDAYS)
    if style is None or reader.lower() in _OTHERS:
        reader.position = start
        return None
    return read_weekday_note(reader) or style


def read_weekday_note(reader: Reader) -> str:
    """How weekdays are shown, in parentheses: ``(1 = Monday)``, ``(Monday to Sunday)``; empty without that."""
    mark = reader.position
    if reader.word("("):
        for style, words in (("number", _NUMBERS), ("name", _NAMES)):
            reader.position = mark + 1
            reader.skip(words)
            said = {token.lower for token in reader.tokens[mark : reader.position]}
            is_number = bool({"1", "number"} & said)
            if is_number and _begins_on_sunday(reader, mark):
                break
            if reader.position > mark + 1 and is_number is (style == "number") and reader.word(")"):
                return style
    reader.position = mark
    return ""


def _begins_on_sunday(reader: Reader, opened: int) -> bool:
    """``(1 = Sunday)``, ``(Sunday = 1)``, ``(Sunday first)``: numbered in another way than weekdays are here."""
    said = [token.lower for token in reader.tokens[opened : reader.position]]
    told = [word for word in said if word in _SUNDAY | {"1", "7", "first", "monday", "mon"}]
    pairs = {frozenset(pair) for pair in pairwise(told)}
    is_last = bool(pairs & {frozenset({"7", day}) for day in _SUNDAY}) or "7" not in said
    is_first = bool(pairs & {frozenset({one, day}) for one in ("1", "first") for day in _SUNDAY})
    return bool(_SUNDAY & set(said)) and not (is_last and not is_first)
