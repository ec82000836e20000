"""Weekdays as groups: ``per weekday``, ``by name of the weekday``, ``day of the week (1 = Monday)``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.phrases import Phrases

_WEEKDAYS = Phrases({
    "weekday": "", "weekdays": "", "day of the week": "", "day of week": "", "days of the week": "",
    "weekday name": "name", "name of the weekday": "name", "day name": "name", "name of the day": "name",
    "weekday names": "name", "weekday number": "number", "number of the weekday": "number", "day number": "number",
    "iso weekday": "number", "day of the week number": "number", "day of the week name": "name"})  # fmt: skip
_OTHERS = ("or", "versus", "vs", "and", "against")
_NUMBERS = frozenset({"1", "=", "monday", "mon", "first", "number", "7", "sunday", "to", ",", "is", "-", "for"})
_NAMES = frozenset({"name", "names", "monday", "mon", "to", "sunday", "sun", "-", ",", "tuesday", "as", "text", "e.g"})


def read_weekday(reader: Reader) -> str | None:
    """How the weekday that stands here is shown, empty where that is not said; None without one."""
    start = reader.position
    style = reader.take(_WEEKDAYS)
    if style is None or reader.lower() in _OTHERS:
        reader.position = start
        return None
    return _noted(reader) or style


def _noted(reader: Reader) -> str:
    """``(1 = Monday)``, ``(Monday to Sunday)``."""
    mark = reader.position
    if reader.word("("):
        for style, words in (("number", _NUMBERS), ("name", _NAMES)):
            reader.position = mark + 1
            reader.skip(words)
            said = {token.lower for token in reader.tokens[mark : reader.position]}
            is_number = bool({"1", "number"} & said)
            if reader.position > mark + 1 and is_number is (style == "number") and reader.word(")"):
                return style
    reader.position = mark
    return ""
