"""Days without rows: ``include empty days``, ``only empty weeks``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Calendar
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Noun

_PARTS = ("day", "week", "month", "quarter", "year")
_INCLUDE = frozenset({"include", "including", "show", "showing", "with"})


_STARTS = frozenset({"including", "include", "with", "zero", "0", "even", "also", "show", "showing", "fill", "filling",
                     "missing", "put", "count", "report", "days", "weeks", "months", "quarters", "years", "day", "a",
                     "list", "keep", "no"})  # fmt: skip
_SAID = frozenset({"including", "include", "also", "even", "with", "without", "the", "those", "all", "any", "zero", "0",
                   "as", "for", "on", "in", "of", "which", "that", "when", "where", "no", "none", "nothing", "nobody",
                   "had", "has", "have", "having", "are", "is", "were", "was", "there", "happened", "show", "showing",
                   "should", "must", "get", "count", "a", "and", "listed", "shown", "appear", "be", "filled", "fill",
                   "missing", "empty", "put", "use", "report", "reported", "at", "single", "sold", "made", "row",
                   "rows", "entry", "entries", "data", "activity", "too", "value", "to", "not", "if", "did", "filling",
                   "counted", "included", "calendar", "every", "each", "stay", "still", "list", "keep", "gaps",
                   "lack", "lacking", "them", "come", "out", "whatsoever", "then", "so"})  # fmt: skip
_NONE = frozenset({"without", "no", "none", "nothing", "nobody", "missing", "empty", "not", "lack", "lacking"})
_SHOWN = frozenset({"including", "include", "also", "even", "zero", "0", "show", "showing", "fill", "filling", "filled",
                    "too", "included", "listed", "appear", "still", "keep"})  # fmt: skip
_OPEN = (",", "(", "and", "but", ";", "-")


def _said_in_words(reader: Reader) -> Calendar | None:
    """``zero for days with none``, ``including days without sales``, ``months with no orders must show 0``."""
    start = reader.position
    while reader.word(*_OPEN):
        pass
    if reader.lower() not in _STARTS:
        reader.position = start
        return None
    seen: set[str] = set()
    parts: set[str] = set()
    while (token := reader.peek()) is not None:
        if token.lemma in _PARTS and token.kind == "word":
            parts.add(token.lemma)
        elif token.lower not in _SAID or token.kind == "text":
            noun = reader.noun()
            if noun is None or not any(not link.column for link in noun.links[:1]):
                break
            continue
        seen.add(token.lower)
        reader.next()
    is_whole = reader.lower() in ("", ".", ":", ";", ",", ")", "-")
    if len(parts) != 1 or not seen & _NONE or not seen & _SHOWN or not is_whole:
        reader.position = start
        return None
    reader.word(")")
    return Calendar(next(iter(parts)))


def read_calendar(reader: Reader) -> Calendar | None:
    """Which periods stand in the result though nothing happened in them."""
    start = reader.position
    if (found := _said_in_words(reader)) is not None:
        return found
    is_only = reader.word("only")
    if not is_only and not (reader.lower() in _INCLUDE and reader.next()):
        return None
    reader.word("the", "all")
    token = reader.peek(1)
    if reader.lower() == "empty" and token is not None and token.lemma in _PARTS:
        reader.position += 2
        return Calendar(token.lemma, is_only=is_only)
    reader.position = start
    return None


def read_which_date(reader: Reader) -> Noun | None:
    """``dates by booked_at``: which date is meant wherever none is named."""
    start = reader.position
    if reader.word("dates") and reader.word("by"):
        noun = reader.noun()
        if noun is not None and noun.links[0].column and reader.lower() in ("", "."):
            return noun
    reader.position = start
    return None
