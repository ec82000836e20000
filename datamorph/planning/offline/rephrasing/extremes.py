"""The longest, newest or cheapest rows of a table: by which column?"""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way
from datamorph.planning.offline.tokens import singular

_PRICE = "price cost fare fee amount"
_LENGTH = "duration length distance minute second hour elapsed air runtime"
_AGE = "@date year birthdate born"
_SIZE = "amount total size quantity capacity seat volume area population"
_KINDS: dict[str, tuple[bool, str]] = {
    "cheapest": (False, _PRICE), "least expensive": (False, _PRICE), "most expensive": (True, _PRICE),
    "priciest": (True, _PRICE), "dearest": (True, _PRICE),
    "longest": (True, _LENGTH), "shortest": (False, _LENGTH), "fastest": (True, "speed velocity"),
    "newest": (True, _AGE), "latest": (True, _AGE), "most recent": (True, _AGE), "last": (True, _AGE),
    "oldest": (False, _AGE), "earliest": (False, _AGE), "first": (False, _AGE), "youngest": (True, _AGE),
    "highest": (True, "altitude height elevation"), "tallest": (True, "height"),
    "lowest": (False, "altitude height elevation"), "heaviest": (True, "weight mass"),
    "lightest": (False, "weight mass"),
    "biggest": (True, _SIZE), "largest": (True, _SIZE), "smallest": (False, _SIZE), "greatest": (True, _SIZE),
    "highest paid": (True, "salary wage pay income"), "best paid": (True, "salary wage pay income"),
    "lowest paid": (False, "salary wage pay income"), "worst paid": (False, "salary wage pay income"),
    "best rated": (True, "rating score star grade"), "top rated": (True, "rating score star grade"),
    "highest rated": (True, "rating score star grade"), "worst rated": (False, "rating score star grade"),
    "lowest rated": (False, "rating score star grade"),
}  # fmt: skip
_SUPERLATIVES = Phrases(_KINDS)
_TIMELY = frozenset({"newest", "latest", "most recent", "last", "oldest", "earliest", "first", "youngest"})
_OPENING = frozenset(
    {"the", "which", "what", "show", "find", "list", "is", "are", "give", "me", "get", "all", "top", "was"}
)


def extreme_rows(said: Said, place: int) -> Rephrasing | None:
    """``longest flight per carrier``: the first row of each, by a column that the word may mean."""
    found = said.match(_SUPERLATIVES, place)
    if found is None:
        return None
    behind = place + found[0]
    text = said.text(place, behind).lower()
    n, start, behind = said.count(place, behind)
    if not all(word in _OPENING or word == "," for word in said.words[:start]):
        return None
    rows = _rows(said, behind)
    if rows is None:
        return None
    end, table = rows
    is_plural = said.words[end - 1] != singular(said.words[end - 1])
    is_descending, words = found[1]
    columns = _columns(said, table, words.split())
    is_known = bool(columns)
    columns = columns or ([] if text in _TIMELY or " " in text else said.numbers(table))
    per_end, per = said.per(end)
    if not columns or (per and is_plural and not n):
        return None
    head = f"{said.text(behind, end)} {said.text(per_end, len(said))}".strip()
    count = n or (0 if is_plural else 1)
    ways = [_way(said, table, column, head, per, (count, is_descending)) for column in columns]
    return Rephrasing(
        f"by_{text}",
        f"By which column is {text!r} meant?",
        tuple(ways),
        is_certain=is_known and text not in ("first", "last") and (n > 0 or not is_plural),
    )


def _rows(said: Said, place: int) -> tuple[int, TableRef] | None:
    """The end of ``urgent tickets``, with its table; values before it choose rows. No column may go on behind it."""
    while place < len(said):
        table = said.table(place)
        if table is not None:
            end = place + table[0]
            goes_on = said.column(end, table[1]) is not None or bool(_longer(said, place, table[0]))
            return None if goes_on else (end, table[1])
        length, _ = said.value(place)
        if not length:
            return None
        place += length
    return None


def _longer(said: Said, place: int, length: int) -> bool:
    """True where the table's name is the beginning of a column's: ``order date``."""
    return any(link.column for link in said.links(place, length + 1))


def _columns(said: Said, table: TableRef, words: list[str]) -> list[str]:
    """The columns that the superlative may mean."""
    if "@date" in words:
        dates = said.dates(table)
        return dates or [c for c in said.named(table, words) if c in said.numbers(table) or "year" in c]
    numbers = said.numbers(table)
    return [name for name in said.named(table, words) if name in numbers]


def _way(said: Said, table: TableRef, column: str, head: str, per: str, rest: tuple[int, bool]) -> Way:
    n, is_descending = rest
    name = said.name(table, column)
    last = f"{'top' if is_descending else 'bottom'} {n}" if n else ""
    by = f"{f' per {per}' if per else ''} by {name}"
    tail = f", {last}{by}" if n else f", sorted by {name} {'descending' if is_descending else 'ascending'}"
    label = (
        f"by {column}" if n else f"all, in the order of {column}, {'largest' if is_descending else 'smallest'} first"
    )
    return Way(f"{table.name}.{column}", label, head + tail)
