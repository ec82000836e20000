"""Things that are there more than once, for the second time or the first: ``repeat customers``, ``second order``."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.cues import PER
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_TWICE = frozenset({"duplicate", "duplicated", "repeated", "double", "duplicates"})
_AGAIN = frozenset({"repeat", "returning", "recurring", "repeating"})
_NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5}
_NEW = frozenset({"new"})
_PER = phrase_set(PER)
_LEAD = frozenset({"the", "show", "list", "find", "get", "give", "me", "which", "are", "all"})
_TIMES = frozenset({"day", "week", "month", "quarter", "year"})


def duplicated(said: Said, place: int) -> Rephrasing | None:
    """``duplicate emails``: values that several rows have."""
    column = said.column(place + 1) if said.words[place] in _TWICE and not _is_led(said, place) else None
    if column is None or place + 1 + column[0] != len(said):
        return None
    table, name = column[1].table, said.name(column[1].table, column[1].column)
    counted = f"number of {said.word(table)}"
    profile = said.tables[table].profile.columns.get(column[1].column)
    present = f" with a {name}" if profile is None or profile.nulls else ""
    prompt = f"{counted}{present} per {name}, keep {counted} over 1"
    return Rephrasing("duplicates", "", (Way("values", name, prompt),), is_certain=True)


def repeating(said: Said, place: int) -> Rephrasing | None:
    """``repeat customers``: those with at least two rows in a table that refers to them."""
    table = said.table(place + 1) if said.words[place] in _AGAIN and not _is_led(said, place) else None
    if table is None:
        return None
    end = place + 1 + table[0]
    ways = tuple(
        Way(other.name, f"with at least 2 rows in {other.name}",
            said.swapped(0, end, f"{said.text(place + 1, end)} with at least 2 {said.word(other)}"))
        for other in said.referring(table[1])
    )  # fmt: skip
    return Rephrasing(f"more_{said.words[place]}", f"What makes {said.text(place, end)!r}?", ways) if ways else None


def nth_of_each(said: Said, place: int) -> Rephrasing | None:
    """``second order of each customer``: numbered in the order of a date."""
    nth = _NTH.get(said.words[place])
    table = said.table(place + 1) if nth and not _is_led(said, place) else None
    end = place + 1 + table[0] if table else len(said)
    per = said.match(_PER, end)
    key = (said.table(end + per[0]) or said.column(end + per[0])) if per else None
    if nth is None or table is None or per is None or key is None or end + per[0] + key[0] != len(said):
        return None
    rows, owner = said.word(table[1]), said.text(end + per[0], len(said))
    keys = said.relations.key(table[1])
    ties = f", {said.name(table[1], keys[0])}" if len(keys) == 1 else ""
    kept = f"as row_number, keep row_number = {nth}"
    ways = tuple(
        Way(f"{table[1].name}.{date}", f"in the order of {date}",
            f"number the {rows} of each {owner} by {said.name(table[1], date)}{ties} {kept}")
        for date in said.dates(table[1])
    )  # fmt: skip
    return Rephrasing("order_of_rows", f"In which order are {rows} counted?", ways, is_certain=True) if ways else None


def new_per_time(said: Said, place: int) -> Rephrasing | None:
    """``new customers per month``: by the date on which they came."""
    table = said.table(place + 1) if said.words[place] in _NEW else None
    end = place + 1 + table[0] if table else len(said)
    per = said.match(_PER, end)
    first = end + per[0] if per else len(said)
    if table is None or first >= len(said) or said.words[first] not in _TIMES:
        return None
    start = place - 2 if said.words[max(place - 2, 0) : place] == ("number", "of") else place
    ways = tuple(
        Way(f"{table[1].name}.{date}", f"by {date}",
            said.swapped(start, first + 1, f"number of {said.text(place + 1, end)} per {said.words[first]} of "
                                           f"{said.name(table[1], date)}"))
        for date in said.dates(table[1])
    )  # fmt: skip
    return Rephrasing("new_since", f"When are {said.text(place + 1, end)} new?", ways) if ways else None


def date_of_rows(said: Said, place: int) -> Rephrasing | None:
    """``first flight date per plane``: the one date of the table."""
    table = said.table(place)
    end = place + table[0] if table else len(said)
    if table is None or end >= len(said) or said.words[end] not in ("date", "dates", "day", "time"):
        return None
    dates = said.dates(table[1])
    if len(dates) != 1 or any(link.column for link in said.links(place, table[0] + 1)):
        return None
    prompt = said.swapped(place, end + 1, said.name(table[1], dates[0]))
    return Rephrasing("date_of_rows", "", (Way(dates[0], dates[0], prompt),), is_certain=True)


def _is_led(said: Said, place: int) -> bool:
    """True where something that matters stands before."""
    return any(word not in _LEAD for word in said.words[:place])
