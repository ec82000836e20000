"""Where from and where to: which of two columns that refer to one table of places is meant."""

from __future__ import annotations

from collections.abc import Set

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.questions import SOURCES, TARGETS
from datamorph.planning.offline.model import Condition, Exists, Noun, OneOf
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.relations import Relation

SOURCE, TARGET = "source", "target"
ROLES = {
    "from": SOURCE, "leave": SOURCE, "leaves": SOURCE, "leaving": SOURCE, "left": SOURCE, "departing": SOURCE,
    "departed": SOURCE, "departs": SOURCE, "depart": SOURCE, "originating": SOURCE, "starting": SOURCE,
    "to": TARGET, "into": TARGET, "towards": TARGET, "toward": TARGET, "reach": TARGET, "reaching": TARGET,
    "reached": TARGET, "arriving": TARGET, "arrived": TARGET, "arrive": TARGET, "bound": TARGET, "entering": TARGET,
    "destined": TARGET, "heading": TARGET, "headed": TARGET,
}  # fmt: skip
ROLES_OF = {side: [word for word, role in ROLES.items() if role == side] for side in (SOURCE, TARGET)}
_WORDS = {
    SOURCE: SOURCES | {"orig", "sender", "pickup", "dep"},
    TARGET: TARGETS | {"dest", "receiver", "dropoff", "arr"},
}
SIDES = {side: frozenset({*words, *ROLES_OF[side]}) for side, words in _WORDS.items()}
"""Words that say the side where something begins, and where it ends."""

_TIES = frozenset({"from", "at", "in", "for", "to", "the", "out", "of"})


def place_role(reader: Reader) -> str:
    """Take ``from``, ``leaving``, ``bound for`` and say which side it is; an empty text without."""
    role = SOURCE if reader.lower() == "out" and reader.lower(1) == "of" else ROLES.get(reader.lower(), "")
    if role:
        reader.next()
        reader.skip(_TIES)
    return role


def of_role(options: tuple[Relation, ...], role: str) -> list[Relation]:
    """The relations whose column says that side."""
    return [one for one in options if _words(one.columns[0]) & _WORDS.get(role, frozenset())]


def against_role(options: tuple[Relation, ...], role: str) -> list[Relation]:
    """The relations whose column says the other side: ``trips to York`` are none that start there."""
    other = {SOURCE: TARGET, TARGET: SOURCE}.get(role, "")
    return [one for one in options if one not in of_role(options, role) and one in of_role(options, other)]


def _words(column: str) -> set[str]:
    return {*words_of(column), *column.lower().split("_")}


def placed(reader: Reader, found: OneOf, role: str, tables: Set[TableRef]) -> Condition:
    """``sailings from Oban``: by the one column of the named table that refers to places and says that side."""
    relations = reader.relations
    homes = {link.table for link in found.left.links}
    if relations is None or not role or homes & tables:
        return found
    for home in sorted(homes):
        for table in sorted(tables):
            options = relations.between(table, home)
            kept = of_role(options, role) if len(options) > 1 else against_role(options, role)
            if len(kept) == 1:
                links = tuple(link for link in found.left.links if link.table == home)
                held = OneOf(Noun(found.left.text, (), links, found.left.position), found.values)
                return Exists(Noun(home.name, (), (Link(home, "", 1.0),), found.left.position), held, role)
    return found
