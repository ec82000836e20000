"""Where a running total starts anew: ``that starts again every month``, ``resetting at the start of each year``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.phrases import phrase_set

PARTS = frozenset({"year", "quarter", "month", "week"})
_TIES = frozenset({",", "(", "that", "which", "and", "it", "always", "with", "but"})
_STARTS = phrase_set((
    *(f"{verb}{again}" for verb in ("starts", "start", "starting", "begins", "begin", "beginning", "started")
      for again in (" again", " anew", " afresh", " over", " new", " fresh", " at zero", " from zero", " at 0",
                    " from 0", " again at zero", " again at 0", " over again", " again from zero", " again from 0",
                    " from scratch")),
    *(f"{verb}{to}" for verb in ("resets", "reset", "resetting", "is reset", "being reset", "gets reset", "restarts",
                                 "restart", "restarting", "is restarted", "restarted", "a restart", "a reset",
                                 "goes back", "going back", "falls back", "dropping back")
      for to in ("", " to zero", " to 0", " at zero", " at 0", " from zero", " from 0"))))  # fmt: skip
_AT = phrase_set((
    "every", "each", "with every", "with each", "per", "for each", "for every", "in each", "in every", "by", "on each",
    "at the start of each", "at the start of every", "at the start of a", "at the start of the",
    "at the beginning of each", "at the beginning of every", "at the beginning of a", "at the beginning of the",
    "on the first day of each", "on the first day of every", "on the first of each", "on the first of every",
    "on the first day of the", "when a", "when the", "whenever a", "whenever the", "as soon as a", "with a",
    "at each", "at every", "from each", "from", "within each", "within every"))  # fmt: skip
_NEW = frozenset({"new", "calendar", "single"})
_BEGINS = frozenset({"starts", "begins", "changes", "start", "boundary", "boundaries", "change"})
_INSIDE = phrase_set((
    "within the", "within each", "within every", "within a", "inside the", "inside each", "within the same",
    "inside every", "within the current", "of the current", "within the calendar", "within each calendar"))  # fmt: skip
_LONGEST = 6


def read_restart(reader: Reader) -> str:
    """The part of the calendar with which a running total starts anew; empty where none is said."""
    start = reader.position
    reader.skip(_TIES)
    is_said = reader.take(_STARTS) is not None and reader.take(_AT) is not None
    if not is_said:
        reader.position = start
        is_said = reader.take(_INSIDE) is not None
    reader.skip(_NEW)
    token = reader.peek() if is_said else None
    if token is None or token.lemma not in PARTS or not reader.next():
        reader.position = start
        return ""
    reader.skip(_BEGINS)
    if any(other.text == "(" for other in reader.tokens[start : start + 2]):
        reader.word(")")
    return token.lemma


def is_behind_restart(reader: Reader, place: int) -> bool:
    """True where the words before a place say that something starts anew then: ``which resets every month``."""
    if place and reader.tokens[place - 1].lower in ("within", "inside"):
        return True
    for length in range(1, _LONGEST):
        found = _STARTS.match(reader.tokens, place - length) if place >= length else None
        if found is not None and found[0] == length:
            return True
    return False
