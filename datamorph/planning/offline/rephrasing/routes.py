"""Pairs of places: ``per route`` is per the two columns that refer to the same table."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_ROUTES = frozenset({"route", "routes", "connection", "connections", "leg", "legs", "pair", "pairs"})


def route(said: Said, place: int) -> Rephrasing | None:
    """``median air time per route, routes with at least 100 flights``."""
    if said.words[place] not in _ROUTES or any(link.score for link in said.links(place, 1)):
        return None
    pairs = list(dict.fromkeys(pair for table in said.tables for pair in _pairs(said, table)))
    ways = tuple(Way(f"{one} and {other}", f"{one} and {other} ({table.name})", _worded(said, table, one, other))
                 for table, one, other in pairs)  # fmt: skip
    word = said.words[place]
    return Rephrasing(f"pair_{word}", f"What is a {word.removesuffix('s')!r}?", ways) if ways else None


def _pairs(said: Said, table: TableRef) -> list[tuple[TableRef, str, str]]:
    """Two columns of a table that hold rows of the same other one."""
    found: list[tuple[TableRef, str, str]] = []
    for target in said.tables:
        columns = [r.columns[0] for r in said.relations.between(table, target) if len(r.columns) == 1]
        if target != table and len(set(columns)) == 2:  # noqa: PLR2004 (a pair)
            one, other = sorted(set(columns), key=said.tables[table].schema.names.index)
            found.append((table, one, other))
    return found


def _worded(said: Said, table: TableRef, one: str, other: str) -> str:
    """The prompt with both columns for the word, and without ``routes with`` before a limit."""
    keys = f"{table.name}.{one} and {table.name}.{other}"
    parts: list[str] = []
    for place, token in enumerate(said.tokens):
        if said.words[place] not in _ROUTES:
            parts.append(token.text)
        elif said.words[place + 1 : place + 2] in (("with",), ("having",)) and place:
            parts.append("keep those")
        else:
            parts.append(keys)
    return " ".join(parts).replace(" ,", ",")
