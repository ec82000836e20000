"""The column in the margin of a matrix, where the prompt speaks of it as such: *first column monitor = family name*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import take
from datamorph.planning.offline.recipes.resolve import persons_name
from datamorph.planning.offline.recipes.shape_words import mentions, name_words, owner_of

LAYOUT = frozenset("rows row columns column cells cell values".split())
"""What people call the parts of a matrix: ``rows = region, columns = years``."""
_LINKING = frozenset({"is", "named", "called", "being", ":", "=", ",", "(", "the", "a", "an", "should", "be"})
_DEFINING = frozenset({"=", "(", ",", ":", "is", "being", "holds", "holding"})
_FIRST, _LAST = frozenset({"first", "given"}), frozenset({"last", "family", "surname"})
_JOINED = frozenset("space blank between joined combined together".split())
_ODD = frozenset("comma initial initials hyphen dash upper uppercase capitals lower lowercase".split())


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column that tells which row it is.

    Attributes:
        place: where it is named, by which the columns of the result are ordered; -1 for the first one.
        rest: columns of the same table that follow it, with a blank between.
    """

    name: str
    place: int
    table: TableRef
    column: str
    rest: tuple[str, ...] = ()


def shown_columns(brief: Brief, part: str) -> list[Listed]:
    """Listed columns, without what only tells how the matrix is laid out.

    Args:
        part: of the calendar that the cells are of; *in each year* is no column then.
    """
    return [one for one in brief.listed if one.name.lower() not in LAYOUT and name_words(one.name) != {part}]


def find_margin(brief: Brief, tables: Sequence[TableRef], part: str) -> RowColumn | None:
    """The column that is said to be the first one, or what stands behind ``rows =``."""
    spots = [i + 2 for i in brief.places(("rows",)) if [t.text for t in brief.said.tokens[i + 1 : i + 2]] == ["="]]
    columns = _columns(brief, tables, spots[0], brief.clause(spots[0])[1]) if len(spots) == 1 else []
    rows = columns[0] if len(columns) == 1 else None
    start = brief.phrase("first", "column")
    if start is None:
        return RowColumn(rows[1], -1, *rows) if rows else None
    place = start + 2
    while place < len(brief) and brief.said.tokens[place].lower in _LINKING:
        place += 1
    if place >= len(brief) or not brief.said.tokens[place].is_word:
        return None
    found = _defined(brief, tables, place, part)
    if found is None and rows is not None:
        found = RowColumn(brief.said.tokens[place].text, -1, *rows)
    if found is not None:
        brief.explain(start, place + 1, "the column of the rows")
    return found


def _defined(brief: Brief, tables: Sequence[TableRef], place: int, part: str) -> RowColumn | None:
    """The column that a name stands for: what is said behind it, or in parentheses behind the same word elsewhere."""
    name = brief.said.tokens[place].text
    for start, end in _definitions(brief, place):
        words = set(brief.words[start:end])
        columns = [one for one in _columns(brief, tables, start, end) if one[1].lower() != name.lower()]
        if words & _ODD:
            return None
        if words & _FIRST and words & _LAST and (found := _person(brief, tables, start, end)) is not None:
            return RowColumn(name, -1, *found)
        if len(columns) == 1:
            return RowColumn(name, -1, *columns[0])
    owner = owner_of(brief, name, tables) if name.lower() != part else None
    return RowColumn(name, -1, *owner) if owner else None


def _definitions(brief: Brief, place: int) -> list[tuple[int, int]]:
    """Runs of tokens that tell what a name stands for."""
    found: list[tuple[int, int]] = []
    for at in (place, *(i for i in brief.places({brief.lemmas[place]}) if i != place)):
        behind = brief.said.tokens[at + 1].lower if at + 1 < len(brief) else ""
        if behind == "(":
            end = next((i for i in range(at + 1, len(brief)) if brief.said.tokens[i].text == ")"), len(brief))
            found.append((at + 2, end))
        elif at == place and behind in _DEFINING:
            end = next((i for i in range(at + 1, len(brief)) if brief.said.tokens[i].text in ".;"), len(brief))
            found.append((at + 2, end))
        elif at != place and behind == "=":
            found.append((at + 2, brief.clause(at)[1]))
    return found


def _columns(brief: Brief, tables: Sequence[TableRef], start: int, end: int) -> list[tuple[TableRef, str]]:
    """The columns that a run names, of the first table that has one."""
    for spelled in (True, False):
        for table in tables:
            found = [one.column for one in mentions(brief, table, spelled=spelled) if start <= one.start < end]
            if found:
                return [(table, name) for name in dict.fromkeys(found)]
    return []


def _person(
    brief: Brief, tables: Sequence[TableRef], start: int, end: int
) -> tuple[TableRef, str, tuple[str, ...]] | None:
    """*Their first and last name*: of the first table that has both; in the order in which they are said."""
    places = [i for i in range(start, end) if brief.words[i] in _FIRST | _LAST]
    is_turned = brief.words[places[0]] in _LAST
    for table in tables:
        pair = persons_name(brief, table)
        if pair is not None:
            first, last = (pair[1], pair[0]) if is_turned else pair
            take(brief, _JOINED, "the name of a row", start, end)
            return table, first, (last,)
    return None
