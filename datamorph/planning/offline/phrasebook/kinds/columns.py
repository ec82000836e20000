"""Slots that hold a column, by its name or as it is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.names import TAILLESS
from datamorph.planning.offline.phrasebook.kinds.ends import Ends, either, listed
from datamorph.planning.offline.phrasebook.kinds.tables import table_ends
from datamorph.planning.offline.rephrasing.said import Said

LONGEST = 4
_TIES = frozenset({",", "and", "&", "+"})
_OF, _OWNERS = frozenset({"of", "from"}), frozenset({"the", "its", "their", "each", "his", "her"})


def column(is_wanted: Callable[[str], bool] | None = None) -> Ends:
    """A column, or one of such a type."""

    def ends(said: Said, place: int) -> Iterator[int]:
        for length in range(LONGEST, 0, -1):
            links = said.meant(place, length)
            rows = max((link.score for link in links if not link.column), default=0.0)
            columns = [link for link in links if link.column and link.score >= max(rows, TAILLESS)]
            if any(is_wanted is None or is_wanted(said.type_of(link)) for link in columns):
                yield place + length

    return ends


def _turned(said: Said, place: int) -> Iterator[int]:
    """A column whose words stand there in another form or order: ``date of hire``."""
    for length in range(LONGEST, 1, -1):
        if said.turned(place, length):
            yield place + length


def column_name(said: Said, start: int, end: int) -> str:
    """What the schema calls the column that stands there; one that holds the value behind it goes first."""
    links = [link for link in said.meant(start, end - start) if link.column]
    held = {(holder.table, holder.column) for holder in said.value(end)[1]}
    named = set(said.mentioned())
    found = [link for link in links if (link.table, link.column) in held] or links
    found = [link for link in found if link.table in named] or found
    names = {said.name(link.table, link.column) for link in found if link.score == found[0].score}
    return next(iter(names)) if len(names) == 1 else said.text(start, end)


def column_names(said: Said, start: int, end: int) -> str:
    """What the schema calls the columns of a list."""
    names: list[str] = []
    while start < end:
        found = next(column()(said, start), start)
        names += [column_name(said, start, found)] if found > start else []
        start = max(found, start + 1)
    return ", ".join(names)


def _keys(said: Said, place: int) -> Iterator[int]:
    """``shop``, ``shop and product``, ``shop, product and month``: a comma alone ends a list, and so does its *and*."""
    one = either(column(), table_ends)
    end = next(one(said, place), None)
    while end is not None:
        tie = said.words[end] if end < len(said) else ""
        second = next(one(said, end + 1), None) if tie in _TIES else None
        if second is None or tie != ",":
            yield second if second is not None and not _goes_on(said, second) else end
            return
        end = second if said.words[second : second + 1] in ((",",), ("and",)) else None


def _goes_on(said: Said, end: int) -> bool:
    """True where another entry may follow."""
    tie = said.words[end] if end < len(said) else ""
    return tie in _TIES and next(either(column(), table_ends)(said, end + 1), None) is not None


def _holder(said: Said, place: int) -> Iterator[int]:
    """A column right before one of its values: ``ward`` in ``ward A1``."""
    for length in range(LONGEST, 0, -1):
        end = place + length
        links = said.meant(place, length)
        held = {(holder.table, holder.column) for holder in said.value(end)[1]} if end < len(said) else ()
        if any((link.table, link.column) in held for link in links if link.column):
            yield end


def _entry(said: Said, place: int) -> Iterator[int]:
    """A column or a name in snake case, and of what it is: ``Title of the production``, ``jan``, ``n_lines``."""
    ends = next(column()(said, place), None)
    if ends is None and place < len(said) and said.tokens[place].kind == "name":
        ends = place + 1
    if ends is None:
        return
    behind = ends + (ends < len(said) and said.words[ends] in _OF)
    behind += behind > ends and behind < len(said) and said.words[behind] in _OWNERS
    owner = said.table(behind) if behind > ends + 1 else None
    if owner is not None:
        yield behind + owner[0]
    yield ends


COLUMNS: Mapping[str, Ends] = {
    "column": column(),
    "any_column": either(column(), _turned),
    "number_column": column(is_number),
    "time_column": column(is_time),
    "text_column": column(lambda type_: type_ == "string"),
    "flag_column": column(lambda type_: type_ == "boolean"),
    "columns": listed(column()),
    "entries": listed(_entry),
    "holder": _holder,
    "keys": _keys,
    "groups": listed(either(column(), table_ends)),
    "key": either(column(), table_ends),
    "group": either(column(), table_ends),
}
