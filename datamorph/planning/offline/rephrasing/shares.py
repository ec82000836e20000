"""Shares without a group: ``share of each status``, ``share of wholesale orders``."""

from __future__ import annotations

from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_SHARE = phrase_set(("share of", "percentage of", "percent of", "proportion of", "fraction of"))
_EACH = frozenset({"each", "every"})
_PERCENT = frozenset({"percentage", "percent"})


def share(said: Said, place: int) -> Rephrasing | None:
    """Either what every value accounts for, or the rows of a value that another table holds."""
    found = said.match(_SHARE, place)
    if found is None or (place and said.words[place - 1] not in ("the", "show", "what", "is")):
        return None
    word = "percentage" if said.words[place] in _PERCENT else "share"
    return _of_each(said, place + found[0], word) or _of_value(said, place + found[0], word)


def _of_each(said: Said, place: int, word: str) -> Rephrasing | None:
    column = said.column(place + 1) if said.words[place : place + 1] and said.words[place] in _EACH else None
    if column is None or place + 1 + column[0] != len(said):
        return None
    rows = said.word(column[1].table)
    prompt = f"what {word} of all {rows} does each {said.name(column[1].table, column[1].column)} account for"
    return Rephrasing("share_of_each", "", (Way("rows", rows, prompt),), is_certain=True)


def _of_value(said: Said, place: int, word: str) -> Rephrasing | None:
    length, holders = said.value(place)
    table = said.table(place + length) if length else None
    if table is None or any(holder.table == table[1] for holder in holders):
        return None
    near = [one for one in holders if said.relations.between(table[1], one.table)]
    rows = said.text(place + length, place + length + table[0])
    rest = said.text(place + length + table[0], len(said))
    ways = tuple(
        Way(f"{one.table.name}.{one.column}", f"{one.column} of {one.table.name} is {one.value}",
            f"{word} of {rows} where {said.name(one.table, one.column)} is {one.value} {rest}".strip())
        for one in near
    )  # fmt: skip
    return Rephrasing("share_of", "", ways, is_certain=True) if ways else None
