"""A first look over a prompt: which tables it is about, before any phrase is read."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.cutting import read_cuts
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.ways import read_ways
from datamorph.planning.offline.grammar.written import formula_columns
from datamorph.planning.offline.listed import listed
from datamorph.planning.offline.names import OWN, SYNONYM, Link
from datamorph.planning.offline.scope import Scope

_LONGEST = 5


def survey(reader: Reader, scope: Scope, draft: Draft) -> None:
    """Tell the scope which tables are named and which are needed for a column that only they have.

    What formulas read has no words of its own in the prompt any more; what a text is cut into is no column yet.
    """
    scope.mentioned += read_cuts(reader, draft)
    for noun in formula_columns(draft):
        tables = {link.table for link in noun.links if link.column and link.score >= noun.links[0].score}
        if len(tables) == 1:
            scope.suggest(tables.pop())
    place = 0
    names = listed(reader.tokens)
    late: list[tuple[Link, ...]] = []
    while place < len(reader.tokens):
        if _is_area(reader, place):
            place += 1
            continue
        length = max((n for n in range(1, _LONGEST + 1) if _is_known(reader.links(place, n))), default=0)
        if length and place in names:
            late.append(reader.links(place, length))
        elif length:
            _note(reader.links(place, length), scope)
        place += max(length, 1)
    for links in late if not scope.mentioned else ():
        _note(links, scope)
    read_ways(reader, scope)


def _is_area(reader: Reader, place: int) -> bool:
    """True for a subject area in other words than its own."""
    token = reader.tokens[place]
    return token.lower in reader.domains and token.text.lower() != token.lower


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
