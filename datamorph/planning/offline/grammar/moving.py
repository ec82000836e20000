"""Moving averages: ``7-day moving average``, ``average over the current and the two rows before``."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.grammar.gaps import PREVIOUS
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import TIME_PARTS
from datamorph.planning.offline.tokens import singular

_LEAD = frozenset({"trailing", "rolling", "moving", "sliding", "running"})
_AVERAGES = ("average", "mean", "avg")
_SUMS = ("sum", "total")
UNIT = frozenset({"day", "days", "month", "months", "week", "weeks", "row", "rows", "period", "periods", "hour",
                  "hours", "year", "years", "order", "orders", "quarter", "quarters", "value", "values", "entry",
                  "entries", "reading", "readings"})  # fmt: skip
"""What rows that follow each other are counted in."""
_CURRENT = frozenset({"current", "this", "present", "same", "its", "own"})
_BEFORE = frozenset({"before", "preceding", "prior", "earlier", "previous"})
_REMARK = frozenset({"that", "have", "has", "exist", "exists", "there", "are", "with", "data", "only", "present", "of",
                     "the", "a", "any", "fewer", "less", "at", "start", "beginning", "in", "first", "including", ",",
                     "included", "inclusive", "itself", "current", "this", "and", "up", "to", "before", "it",
                     "preceding", "previous", "or", "while", "not", "yet", "enough", "today", "one", "blanks", "blank",
                     "ignored", "nulls", "null", "skipped", "plus", "its", "two", "three"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moving:
    """How many rows an average sees, 0 where that stands behind what is averaged, and what a row has to be."""

    rows: int
    unit: str = ""
    is_sum: bool = False


def read_head(reader: Reader) -> Moving | None:
    """``7-day moving average``, ``trailing average``, ``average`` before ``over the last 3 months``."""
    start = reader.position
    is_moving = reader.lower() in _LEAD
    reader.skip(_LEAD)
    rows, unit = read_count(reader)
    is_moving = is_moving or reader.lower() in _LEAD
    reader.skip(_LEAD)
    rows, unit = (rows, unit) if rows else read_count(reader)
    is_sum = reader.lower() in _SUMS
    if not reader.word(*_AVERAGES, *_SUMS) or not (is_moving or rows or _is_over_rows(reader)):
        reader.position = start
        return None
    return Moving(rows, unit, is_sum)


def _is_over_rows(reader: Reader) -> bool:
    """``average of the current and the two months before``."""
    mark = reader.position
    found, _ = read_frame(reader)
    reader.position = mark
    return found > 0


def read_count(reader: Reader) -> tuple[int, str]:
    """``7 day``, ``three months``: how many rows, 0 without a number of rows, and of which part of the calendar."""
    token = reader.peek()
    if token and isinstance(token.value, int) and reader.lower(1) in UNIT and not token.unit:
        unit = singular(reader.lower(1))
        reader.position += 2
        return token.value, unit if unit in TIME_PARTS else ""
    return 0, ""


def read_frame(reader: Reader) -> tuple[int, str]:
    """``over the last 7 rows``, ``over the current and the six preceding days``: how many rows are seen."""
    mark = reader.position
    if reader.word("over", "of", "across", "on", "(", "for", "from"):
        reader.skip(ARTICLES)
        rows, unit = _with_current(reader), ""
        if rows:
            said = {singular(token.lower) for token in reader.tokens[mark : reader.position]} & set(TIME_PARTS)
            unit = next(iter(said)) if len(said) == 1 else ""
        else:
            rows, unit = _last(reader)
        if rows:
            reader.word(")")
            return rows, unit
    reader.position = mark
    return 0, ""


def _with_current(reader: Reader) -> int:
    """``current row and the 2 before it``, ``this and the two preceding months``."""
    mark = reader.position
    if reader.lower() in _CURRENT or (mark and reader.tokens[mark - 1].lower in ("this", "each")):
        reader.skip(_CURRENT)
        reader.skip(UNIT)
        reader.skip((",", "and", "plus", "with", "the", "its"))
        is_before = reader.lower() in _BEFORE
        reader.skip(_BEFORE | {"last"})
        token = reader.peek()
        if token is not None and is_before and token.lower in UNIT and token.lower == singular(token.lower):
            reader.next()  # ``the current and the preceding month``
            return 2
        if token is not None and isinstance(token.value, int) and not token.unit:
            reader.next()
            is_before = is_before or reader.lower() in _BEFORE or reader.lower(1) in _BEFORE
            reader.skip(_BEFORE)
            reader.skip(UNIT)
            reader.skip(_BEFORE | {"that", "it"})
            if is_before:
                return token.value + 1
    reader.position = mark
    return 0


def _last(reader: Reader) -> tuple[int, str]:
    """``last 7 days``; days before this one alone are another thing."""
    reader.word("last", "past", "latest", "recent")
    rows, unit = read_count(reader)
    if not rows or reader.lower() in _BEFORE | PREVIOUS:
        return 0, ""
    return rows, unit


def read_remark(reader: Reader) -> bool:
    """``(days that have data, fewer at the start)`` says what an average over rows is anyway."""
    mark = reader.position
    if not reader.word("("):
        return False
    while reader.peek() is not None and reader.lower() != ")":
        token = reader.peek()
        if reader.lower() in _REMARK | UNIT or (token is not None and isinstance(token.value, int)):
            reader.next()
        elif (noun := reader.noun()) is None or noun.links[0].column:
            break
    if reader.word(")"):
        return True
    reader.position = mark
    return False
