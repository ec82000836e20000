"""Subject areas as people call them: ``the university payments`` are those of ``uni``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.lexicon.names import ABBREVIATIONS, AREAS
from datamorph.planning.offline.names import OWN, NameIndex, token_words
from datamorph.planning.offline.tokens import Token, singular


def called_areas(tokens: tuple[Token, ...], catalog: Catalog, names: NameIndex) -> tuple[Token, ...]:
    """Tokens with every subject area called as in the catalog.

    A word that names a table or a column stays, unless another table of the area stands behind it: ``bike riders``.
    """
    areas = {table.ref.domain for table in catalog.tables}
    called = {word: area for area in areas for word in _words(area)}
    return tuple(
        replace(token, lower=called[token.lower])
        if token.kind == "word"
        and token.lower in called
        and (not names.links(token_words((token,))) or _is_before(tokens, place, called[token.lower], names))
        else token
        for place, token in enumerate(tokens)
    )


def _is_before(tokens: tuple[Token, ...], place: int, area: str, names: NameIndex) -> bool:
    """True where a table of that area is named right behind, and both words together name nothing."""
    if place + 1 == len(tokens) or names.links(token_words(tokens[place : place + 2])):
        return False
    links = names.links(token_words(tokens[place + 1 : place + 2])) if tokens[place + 1].is_word else ()
    own = set(token_words(tokens[place : place + 1]))
    tables = [link.table for link in links if not link.column and link.score >= OWN]
    return any(table.domain == area and set(names.table_words[table]) != own for table in tables)


def _words(area: str) -> set[str]:
    """Other words for it: in full, in the singular and in the plural."""
    full = {area, AREAS.get(area, area), ABBREVIATIONS.get(area, area)}
    found = full | {singular(word) for word in full} | {f"{word}s" for word in full}
    return found - {area}
