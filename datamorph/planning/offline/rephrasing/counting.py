"""The busiest of something: what most rows are of."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.cues import PER
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way
from datamorph.planning.offline.tokens import singular

_BUSY = Phrases({
    "busiest": True, "most popular": True, "most frequent": True, "most common": True, "most active": True,
    "most used": True, "most visited": True, "most frequented": True, "best selling": True, "most sold": True,
    "top selling": True, "most ordered": True, "most bought": True, "least popular": False, "least busy": False,
    "quietest": False, "least frequent": False, "least active": False, "least used": False, "least sold": False,
    "least common": False, "worst selling": False, "rarest": False, "slowest selling": False})  # fmt: skip
_SOLD = frozenset({"selling", "sold", "ordered", "bought"})
_TIMES = Phrases({
    "weekday": "weekday", "day of the week": "weekday", "day of week": "weekday", "hour of the day": "hour",
    "hour of day": "hour", "hour": "hour", "day of the year": "date", "day": "date", "date": "date", "week": "week",
    "month": "month", "month of the year": "month", "quarter": "quarter", "year": "year", "weekdays": "weekday",
    "hours": "hour", "days": "date", "weeks": "week", "months": "month"})  # fmt: skip
_PER = phrase_set(PER)
_LEAD = frozenset({"the", "which", "what", "show", "find", "list", "is", "are", "give", "me", "get", "was"})
_QUANTITIES = frozenset({"quantity", "units", "pieces"})
_MOST = 4


def busiest(said: Said, place: int) -> Rephrasing | None:
    """``busiest hour of the day per origin``: groups by number of rows, and the first of each."""
    found = said.match(_BUSY, place)
    if found is None:
        return None
    behind = place + found[0]
    n, start, behind = said.count(place, behind)
    time = said.match(_TIMES, behind)
    if time is not None:
        end, facts, part = behind + time[0], _dated(said), time[1]
        thing_end = end
        is_plural = said.words[behind].endswith("s")
    else:
        thing = _thing(said, behind)
        if thing is None:
            return None
        end, facts, part = behind + thing[0], thing[1], ""
        thing_end = end
        is_plural = said.words[end - 1] != singular(said.words[end - 1])
    end, per = said.per(end, _TIMES)
    lead, per = _each(said, start, per)
    if lead is None or (is_plural and not n and per):
        return None
    key = part or said.text(behind, thing_end)
    ways = [
        _way(said, measure, fact, key if not part else _part(said, fact, part), per,
             (end, n or (0 if is_plural else 1), found[1]))
        for fact in facts for measure in _measures(said, fact, said.words[place : behind])
    ]  # fmt: skip
    text = f"By what is {said.text(place, place + found[0])!r} decided?"
    return Rephrasing(f"by_{said.text(place, place + found[0])}", text, tuple(ways[: _MOST * 2]))


_MOST_OF = Phrases({"most": True, "the most": True, "fewest": False, "the fewest": False, "least": False,
                    "the least": False, "highest": True, "the highest": True, "lowest": False, "the lowest": False,
                    "largest": True, "the largest": True, "biggest": True, "the biggest": True, "smallest": False,
                    "the smallest": False})  # fmt: skip
_HAVING = frozenset({"with", "had", "has", "have", "having", "that", "which", "when", "were", "saw", "brought"})


def time_with_most(said: Said, place: int) -> Rephrasing | None:
    """``month with the highest amount``, ``which day had the most orders``: the first of the months."""
    time = said.match(_TIMES, place)
    at = place + time[0] if time else len(said)
    if time is None or any(word not in _LEAD for word in said.words[:place]):
        return None
    while at < len(said) and said.words[at] in _HAVING:
        at += 1
    most = said.match(_MOST_OF, at) if at > place + time[0] else None
    first = at + most[0] if most else len(said)
    if most is None or first >= len(said):
        return None
    table = said.table(first)
    is_count = table is not None and said.words[first - 1] in ("most", "fewest", "least")
    measure = said.text(first, len(said))
    measure = f"number of {measure}" if is_count else measure
    part = {"date": "day"}.get(time[1], time[1])
    prompt = f"{measure} per {part}, {'top' if most[1] else 'bottom'} 1"
    return Rephrasing("time_of", "", (Way(part, part, prompt),), is_certain=True)


def _thing(said: Said, place: int) -> tuple[int, list[TableRef]] | None:
    """What is ranked: a table with the tables that refer to it, or a column with its own table."""
    if place >= len(said):
        return None
    column, table = said.column(place), said.table(place)
    if table is not None and (column is None or table[0] >= column[0]):
        facts = said.referring(table[1])
        return (table[0], facts) if facts else None
    if column is None:
        return None
    owner = said.things(column[1])
    return column[0], said.referring(owner) if owner is not None else [column[1].table]


def _dated(said: Said) -> list[TableRef]:
    named = [table for table in said.mentioned() if said.dates(table)]
    return named or [table for table in said.tables if said.dates(table)]


def _part(said: Said, fact: TableRef, part: str) -> str:
    """``weekday of ordered_at``: of the only date; a column that is called so stands for itself."""
    if part in said.tables[fact].schema.names and part != "day":
        return f"{fact.name}.{part}" if said.name(fact, part) != part else part
    dates = said.dates(fact)
    said_part = "day" if part == "date" else part
    if said_part in said.tables[fact].schema.names:
        return said_part
    return f"{said_part} of {said.name(fact, dates[0])}" if len(dates) == 1 else said_part


def _each(said: Said, start: int, per: str) -> tuple[str | None, str]:
    """What stands before: nothing that matters, or ``for each origin``; None where it is something else."""
    words = said.words[:start]
    first = 0
    found = said.match(_PER, 0) if words else None
    if found is not None and not per:
        key = said.column(found[0]) or said.table(found[0])
        if key is not None:
            per, first = said.text(found[0], found[0] + key[0]), found[0] + key[0]
    is_plain = all(word in _LEAD or word == "," for word in words[first:])
    return ("" if is_plain else None), per


def _measures(said: Said, fact: TableRef, words: tuple[str, ...]) -> list[tuple[str, str]]:
    """``(measure, label)``: how many rows, and how many pieces where things are sold."""
    thing = fact.name if singular(fact.name) != fact.name else f"rows of {fact.name}"
    counts = [(f"number of {said.word(fact)}", f"the number of {thing}")]
    if not _SOLD & set(words):
        return counts
    names = said.names.column_words
    sold = [c for c in said.numbers(fact) if names[fact, c][-1] in _QUANTITIES]
    return [*((f"total {said.name(fact, c)}", f"the total {c} ({fact.name})") for c in sold), *counts]


def _way(said: Said, measure: tuple[str, str], fact: TableRef, key: str, per: str, rest: tuple[int, int, bool]) -> Way:
    end, n, is_most = rest
    direction = "descending" if is_most else "ascending"
    last = f"{'top' if is_most else 'bottom'} {n}" if n else f"sorted by {measure[0]} {direction}"
    groups = f"{per} and {key}" if per else key
    tail = f", {last}{f' per {per}' if per and n else ''}"
    behind = said.text(end, len(said))
    return Way(f"{fact.name}: {measure[0]}", measure[1], f"{measure[0]} per {groups} {behind}".strip() + tail)
