"""A first look over a prompt: which tables it is about, before any phrase is read."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.names import OWN, SYNONYM, Link
from datamorph.planning.offline.scope import Scope

_LONGEST = 5


def survey(reader: Reader, scope: Scope) -> None:
    """Tell the scope which tables are named and which are needed for a column that only they have."""
    place = 0
    while place < len(reader.tokens):
        length = max((n for n in range(1, _LONGEST + 1) if _is_known(reader.links(place, n))), default=0)
        if length:
            _note(reader.links(place, length), scope)
        place += max(length, 1)


def _is_known(links: tuple[Link, ...]) -> bool:
    return bool(links) and links[0].score >= SYNONYM * OWN


def _note(links: tuple[Link, ...], scope: Scope) -> None:
    best = links[0].score
    top = [link for link in links if link.score >= best - 0.02]
    tables = sorted({link.table for link in top if not link.column})
    columns = sorted({link.table for link in top if link.column})
    if tables and not (columns and links[0].column):
        for table in tables:
            scope.mention(table)
    elif len(columns) == 1 and not tables:
        scope.suggest(columns[0])
