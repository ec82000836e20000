"""References that a prompt states where no name tells of them: ``checked_by points to crew``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from datamorph.core.catalog import Catalog, ColumnProfile, ForeignKey, containment
from datamorph.core.datatype import common_type
from datamorph.core.table import TableRef
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.rephrasing.said import Said

_POINTS = frozenset("points point pointing refers refer referring references leads links".split())
_TO = frozenset({"to", "at", "the", "a", "an", "into", "back"})
_BEHIND = frozenset({"in", "behind", "by", "under", "via", "through"})
_BETWEEN = frozenset(
    """
    member members person people record row one ones who that whom which is are was were the in behind by under via
    through named given listed found stored noted entered whose id number key code column field their its
    """.split()
)
_OF = frozenset({"of", "on", "in"})
_NEAR, _HELD = 6, 0.95


@dataclass(frozen=True, slots=True)
class Stated:
    """A column of a table that refers to another one, said between two places."""

    table: TableRef
    column: str
    target: TableRef
    key: str
    start: int
    end: int


def with_stated(catalog: Catalog, found: list[Stated]) -> Catalog:
    """The catalog with these references as declared keys."""
    if not found:
        return catalog
    tables = list(catalog.tables)
    for one in found:
        at = next(i for i, table in enumerate(tables) if table.ref == one.table)
        key = ForeignKey((one.column,), one.target, (one.key,))
        tables[at] = replace(tables[at], foreign_keys=(*tables[at].foreign_keys, key))
    return Catalog(tuple(tables), catalog.glossary)


def explain_stated(ledger: Ledger, found: list[Stated]) -> None:
    """Close the words that only say how tables refer to each other."""
    for one in found:
        for place in range(one.start, one.end):
            if ledger.tokens[place].lower in _BETWEEN | _POINTS | _TO:
                ledger.explain(place, place + 1, f"{one.table.name} refers to {one.target.name} by {one.column}")


def find_stated(said: Said) -> list[Stated]:
    """Each column that is said to refer to a table, once; none that is said to refer to two.

    ``sales by shop_id`` says nothing of the kind where sales have that column themselves.
    """
    found: dict[tuple[TableRef, str], Stated | None] = {}
    for place in range(len(said)):
        if not is_identifier(said, place):
            continue
        for target, start, end, is_told in _targets(said, place):
            one = _reference(said, place, target, is_told=is_told)
            if one is not None and not (one[0] == target and said.words[place - 1] == "by"):
                spot = one[0], one[1]
                new = Stated(*one, start, end)
                old = found.get(spot, new)
                found[spot] = old if old is not None and old.target == target else None
    return [one for one in found.values() if one is not None]


def _targets(said: Said, place: int) -> Iterator[tuple[TableRef, int, int, bool]]:
    """Tables that are said to be what a column refers to, and between which places; last, whether a verb says so."""
    at = place + 1
    if at < len(said) and said.words[at] in _OF:  # ``keeper_id of the pen points to staff``
        at = next((i for i in range(at, min(at + _NEAR, len(said))) if said.words[i] in _POINTS), at)
    if at < len(said) and said.words[at] in _POINTS:
        behind = at + 1
        while behind < len(said) and said.words[behind] in _TO:
            behind += 1
        if behind < len(said) and (found := said.table(behind)) is not None:
            yield found[1], place, behind, True
        return
    start = place
    while start > 0 and said.words[start - 1] in _BETWEEN and place - start < _NEAR:
        start -= 1
    is_behind = bool(_BEHIND & set(said.words[start:place]))
    is_opened = start > 1 and said.tokens[start - 1].text == "("
    if is_behind and not is_opened and (found := _ending(said, start)) is not None:  # ``the crew member in checked_by``
        yield found, start - 1, place, True
    if is_opened and (found := _ending(said, _nouns(said, start - 1))) is not None:  # ``crew members (checked_by)``
        yield found, start, place, is_behind


def _nouns(said: Said, place: int) -> int:
    """Behind the word before a parenthesis, without *members* and the like."""
    while place > 1 and said.words[place - 1] in ("member", "members", "person", "people", "row", "record"):
        place -= 1
    return place


def _ending(said: Said, place: int) -> TableRef | None:
    """The table whose name ends before a place."""
    for start in range(max(place - 3, 0), place):
        found = said.table(start)
        if found is not None and start + found[0] == place:
            return found[1]
    return None


def _reference(
    said: Said, place: int, target: TableRef, *, is_told: bool
) -> tuple[TableRef, str, TableRef, str] | None:
    """The one column called so whose values are keys of the target."""
    keys = said.relations.key(target)
    text = said.tokens[place].text
    if len(keys) != 1 or (text in said.tables[target].schema.names and text != keys[0] and not is_told):
        return None
    owners = [ref for ref, table in said.tables.items() if ref.domain == target.domain and text in table.schema.names]
    owners = [ref for ref in owners if (ref, text) != (target, keys[0]) and _holds(said, ref, text, target, keys[0])]
    if len(owners) > 1:
        named = {found[1] for i in range(len(said)) if (found := said.table(i)) is not None}
        owners = [ref for ref in owners if ref in named]
    if len(owners) != 1:
        return None
    known = [*said.relations.between(owners[0], target), *said.relations.roles(owners[0], target)]
    is_known = any(relation.columns == (text,) for relation in known)
    if not (is_known or is_told or (not known and _is_key(said, place))):
        return None
    return owners[0], text, target, keys[0]


def _is_key(said: Said, place: int) -> bool:
    """True for a name that ends as keys do, or that is said to be *on the loan*."""
    behind = said.words[place + 1] if place + 1 < len(said) else ""
    return words_of(said.tokens[place].text)[-1] in KEY_WORDS or behind in _OF


def _holds(said: Said, table: TableRef, column: str, target: TableRef, key: str) -> bool:
    """True where the values of a column are keys of the target."""
    types = [found.type for ref, name in ((table, column), (target, key))
             if (found := said.tables[ref].schema.get(name)) is not None]  # fmt: skip
    inner = said.tables[table].profile.columns.get(column, ColumnProfile())
    outer = said.tables[target].profile.columns.get(key, ColumnProfile())
    return common_type(types[0], types[1]) is not None and bool(inner.distinct) and containment(inner, outer) >= _HELD
