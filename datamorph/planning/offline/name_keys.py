"""What the names of tables and columns may be looked up by, and how well each fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from datamorph.planning.offline.lexicon.names import KEY_WORDS

EXACT, DATED, OWN, TAILLESS, HEAD, SYNONYM = 1.0, 0.95, 0.9, 0.8, 0.6, 0.85
OF_DATES = frozenset({"on", "at", "date", "time", "timestamp", "day"})
"""What a name says besides the event whose date it is: ``hired_on``, ``paid_at``, ``birth_date``."""
_EMPTY_TAILS = tuple((word,) for word in ("id", "on", "at", "by", "in", "of", "to", "is", "for", "per", "up"))


def squash(words: Iterable[str]) -> str:
    """One key for words however they are separated."""
    return "".join(words)


def table_keys(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """The words of a table's name, and its last ones."""
    yield squash(words), EXACT
    for start in range(1, len(words)):
        yield squash(words[start:]), HEAD


def column_keys(words: tuple[str, ...], table: tuple[str, ...], *, is_time: bool) -> Iterator[tuple[str, float]]:
    """The words of a column's name, alone, behind the table's, without what goes without saying.

    Args:
        table: the words of its name.
        is_time: the column holds dates or moments.
    """
    yield squash(words), EXACT
    yield squash((*table, *words)), EXACT
    if len(table) > 1:
        yield squash((table[-1], *words)), OWN
    if table and len(words) > len(table) and words[: len(table)] == table:
        yield squash(words[len(table) :]), OWN
    if len(words) > 1 and words[-1] in KEY_WORDS:
        yield squash(words[:-1]), TAILLESS
        yield squash((*table, *words[:-1])), TAILLESS
    for extra in ("code", "number", "id") if not words or words[-1] not in KEY_WORDS else ():
        yield squash((*words, extra)), TAILLESS
    for start in range(1, len(words)):
        if words[start:] not in _EMPTY_TAILS:
            yield squash(words[start:]), HEAD
            yield squash((*table, *words[start:])), HEAD
    for key in _date_keys(words, is_time=is_time):
        yield key, DATED


def _date_keys(words: tuple[str, ...], *, is_time: bool) -> Iterator[str]:
    """``hire date`` and ``date hired`` of ``hired_on``, ``date of birth`` of ``birth_date``."""
    at = [place for place, word in enumerate(words) if word in OF_DATES]
    is_dated = len(words) > 1 and (is_time or words[-1] in ("on", "at"))
    if not is_dated or at not in ([0], [len(words) - 1]):
        return
    event = words[:-1] if at[0] else words[1:]
    yield squash((*event, "date"))
    yield squash(("date", *event))
    yield squash(("date", "of", *event))
