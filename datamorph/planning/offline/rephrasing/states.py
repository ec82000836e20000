"""Words for a state of rows that no column holds: ``late``, ``cancelled``, ``unanswered``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.cues import COMPARISONS
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_LATE = Phrases({
    "late": ">", "delayed": ">", "overdue": ">", "arriving late": ">", "departing late": ">", "arrived late": ">",
    "departed late": ">", "leaving late": ">", "with a delay": ">", "with delay": ">", "on time": "<=",
    "punctual": "<=", "in time": "<=", "early": "<", "arriving early": "<", "departing early": "<"})  # fmt: skip
_SIDES = {"arriving": "arrival", "arrived": "arrival", "departing": "departure", "departed": "departure",
          "leaving": "departure"}  # fmt: skip
_SAID = {">": "over 0", "<=": "at most 0", "<": "below 0"}
_DELAYS = ("delay", "lateness", "tardiness")
_ABSENT = phrase_set(("cancelled", "canceled", "unfinished", "incomplete", "outstanding", "unresolved", "uncompleted"))
_UN = ("un", "non", "in")
_THAT = frozenset({"that", "which", "who", "are", "were", "is", "was", "have", "been", "being"})
_COMPARED = Phrases(COMPARISONS)
_UNITS = frozenset({"minute", "minutes", "hour", "hours", "day", "days", "min", "mins", "h"})
_SHORTEST = 6
_MOST = 3


def state(said: Said, place: int) -> Rephrasing | None:
    """Rows in a state: by a column of delays, or by a column without a value."""
    return _lateness(said, place) or _absence(said, place)


def _lateness(said: Said, place: int) -> Rephrasing | None:
    """``late flights``, ``flights delayed more than two hours``: by a column of delays."""
    found = said.match(_LATE, place)
    if found is None:
        return None
    end, way = place + found[0], said.words[place]
    rows = _rows(said, place, end)
    if rows is None or any(link.column for link in said.links(place, found[0] + 1)):
        return None
    table, first, last, noun = rows
    delays = said.named(table, _DELAYS)
    side = _SIDES.get(way)
    delays = [name for name in delays if side is None or side in said.names.column_words[table, name]]
    limit, last = _limit(said, last, _SAID[found[1]])
    text = said.text(place, end)
    ways = tuple(
        Way(f"{table.name}.{column}", f"{column} is {limit}",
            said.swapped(first, last, f"{noun} with {said.name(table, column)} {limit}"))
        for column in delays[:_MOST]
    )  # fmt: skip
    return Rephrasing(f"state_{text}", f"When is a row of {table.name} {text!r}?", ways) if ways else None


def _limit(said: Said, place: int, plain: str) -> tuple[str, int]:
    """``more than two hours`` behind the word, else the limit that the word itself means."""
    compared = said.match(_COMPARED, place)
    number = place + compared[0] if compared else len(said)
    if compared is None or number >= len(said) or not isinstance(said.tokens[number].value, int | float):
        return plain, place
    end = number + 1
    if end < len(said) and said.words[end] in _UNITS:
        end += 1
    return said.text(place, end), end


def _absence(said: Said, place: int) -> Rephrasing | None:
    """``cancelled flights``, ``unanswered tickets``: something of them is missing."""
    word = said.words[place]
    is_absent = said.match(_ABSENT, place) is not None
    is_denied = word.startswith(_UN) and word.endswith("ed") and len(word) >= _SHORTEST
    if not (is_absent or is_denied) or said.value(place)[0] or said.column(place) is not None:
        return None
    rows = _rows(said, place, place + 1)
    if rows is None:
        return None
    table, first, last, noun = rows
    columns = _incomplete(said, table, word)
    ways = tuple(
        Way(f"{table.name}.{column}", f"{column} has no value",
            said.swapped(first, last, f"{noun} with missing {said.name(table, column)}"))
        for column in columns[:_MOST]
    )  # fmt: skip
    return Rephrasing(f"state_{word}", f"When is a row of {table.name} {word!r}?", ways) if ways else None


def _incomplete(said: Said, table: TableRef, word: str) -> list[str]:
    """Columns of which some rows have no value; those that share the stem of the word alone, if there are any."""
    profiles = said.tables[table].profile.columns
    names = [name for name in said.tables[table].schema.names if (found := profiles.get(name)) and found.nulls]
    stem = word.removeprefix("un").removesuffix("ed")
    near = [name for name in names if any(part.startswith(stem) or stem.startswith(part) for part in name.split("_"))]
    return near or names


def _rows(said: Said, place: int, end: int) -> tuple[TableRef, int, int, str] | None:
    """The table whose rows the word is about, before or behind it, with the words that it is said by."""
    table = said.table(end)
    if table is not None:
        return table[1], place, end + table[0], said.text(end, end + table[0])
    start = place
    while start and said.words[start - 1] in _THAT:
        start -= 1
    for length in (1, 2):
        before = said.table(start - length) if start >= length else None
        if before is not None and before[0] == length:
            return before[1], start - length, end, said.text(start - length, start)
    return None
