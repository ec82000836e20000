"""Operators: ``over``, ``or more``, ``older than``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import COMPARISONS, POSTFIX
from datamorph.planning.offline.model import Constant, Expression
from datamorph.planning.offline.phrases import Phrases

COMPARED = Phrases(COMPARISONS)
_POSTFIX = Phrases(POSTFIX)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_AGES = {"older": "<", "younger": ">"}


def of_age(said: str, operator: str, right: Expression) -> str:
    """``older than 2020-01-01`` is before that day, ``older than 5`` is more than 5."""
    is_time = isinstance(right, Constant) and (right.is_date or is_year(right))
    if said not in _AGES or not is_time:
        return operator
    return _AGES[said] + ("=" if operator.endswith("=") else "")


def is_year(value: Constant) -> bool:
    """True for a whole number that may be a year."""
    return isinstance(value.value, int) and not value.unit and _FIRST_YEAR <= value.value <= _LAST_YEAR


_ONWARDS = frozenset("on onwards onward upwards up forward forwards to until till through".split())


def is_bare_from(reader: Reader, place: int) -> bool:
    """``sales from 2024``, the year of which was just read: of that year, or since then."""
    return reader.tokens[place].lower == "from" and reader.lower() not in _ONWARDS


def take_postfix(reader: Reader) -> str | None:
    """``or more`` behind a number, unless it begins the next comparison: ``over 10 or under 5``."""
    start = reader.position
    operator = reader.take(_POSTFIX)
    following = reader.peek()
    if operator and following is not None and (following.lower == "than" or following.kind in ("number", "date")):
        reader.position = start
        return None
    return operator
