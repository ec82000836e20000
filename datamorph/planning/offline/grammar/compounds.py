"""Two nouns of which the first says what the second is about: ``customer orders`` are orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import OWN, SYNONYM, Link

if TYPE_CHECKING:
    from datamorph.planning.offline.grammar.reader import Reader

Span: TypeAlias = tuple[int, tuple[Link, ...]]

_KEYS = frozenset({"per", "by", "each", "every"})
"""Behind these the first noun stands alone, unless both are said in the singular."""


def is_compound(reader: Reader, first: int, links: tuple[Link, ...], head: Span) -> bool:
    """True where the table that stands next refers to the one that was named: ``customer orders`` are orders.

    Args:
        first: where the name began that ends here.
        links: what it means.
        head: length and meaning of what stands next.
    """
    last, owner, table = reader.tokens[reader.position - 1], _table(links), _table(head[1])
    if reader.relations is None or owner is None or table is None or table == owner:
        return False
    end = reader.tokens[reader.position + head[0] - 1]
    before = reader.tokens[first - 1].lower if first else ""
    is_alone = before in _KEYS and end.lower != end.lemma
    return last.lower == last.lemma and not is_alone and bool(reader.relations.between(table, owner))


def _table(links: tuple[Link, ...]) -> TableRef | None:
    """The one table that words name, where they name no column as well."""
    best = [link for link in links if link.score >= SYNONYM * OWN]
    tables = {link.table for link in best if not link.column}
    return tables.pop() if len(tables) == 1 and not best[0].column else None
