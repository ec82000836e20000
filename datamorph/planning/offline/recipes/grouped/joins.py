"""Tables that are joined on the columns that a prompt names, where they do not refer to each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, Term

_JOINING = frozenset(
    """
    join joined match matched matching combine combined link linked merge attach look bring add pair connect lookup
    """.split()
)
_DAYS = frozenset("day date daily".split())


@dataclass(frozen=True, slots=True)
class Joined:
    """One table behind another.

    Attributes:
        pairs: what is equal: a term over the tables so far, and the column of the other table.
    """

    left: TableRef
    right: TableRef
    pairs: tuple[tuple[Term, str], ...]


def joins(scene: Scene) -> list[Joined]:
    """Pairs of tables that the prompt joins on several columns."""
    found: list[Joined] = []
    for one, two in _strangers(scene):
        for left, right in ((one, two), (two, one)):
            pairs = tuple(_pairs(scene, left, right))
            if len(pairs) > 1 and _is_keyed(scene, right, [name for _, name in pairs]):
                found.append(Joined(left, right, pairs))
                break
    paths = scene.brief.said.relations.paths
    return [
        one for one in found
        if not any(two.right == one.right and two.left != one.left and paths(two.left, one.left) for two in found)
    ]  # fmt: skip


def leads(scene: Scene, one: TableRef, other: TableRef) -> bool:
    """True where rows of one table find a row of the other."""
    paths = scene.brief.said.relations.paths
    if one == other or paths(one, other):
        return True
    return any(j.right == other and (j.left == one or paths(one, j.left)) for j in scene.remember("joins", joins))


def add_joins(flow: Flow, scene: Scene) -> None:
    """The joins as steps behind the rows of a table; rows without a match go."""
    for one in scene.remember("joins", joins):
        made = {f"{name}_on": term.sql(flow, "inner") for term, name in one.pairs if len(term.pieces) > 1}
        if made:
            flow.derive(made)
        keys = [
            (f"{name}_on" if len(term.pieces) > 1 else flow.name(*term.columns[0], how="inner"), name)
            for term, name in one.pairs
        ]
        flow.frames.lookup(flow.frames.source(one.right), one.right, keys, "inner")


def explain_joins(scene: Scene) -> None:
    """Give the words of these joins their meaning."""
    for one in scene.remember("joins", joins):
        names = {column for term, name in one.pairs for column in (*term.columns, (one.right, name))}
        for start, end in _sentences(scene, one.right):
            for spot in scene.spots_in(start, end):
                if names & set(spot.choices):
                    scene.brief.explain(spot.start, spot.end, "joined on")
            for place in scene.brief.places(_DAYS | {"=", "reading", "its"}, start, end):
                scene.brief.explain(place, place + 1, "joined on")
            for place, table in scene.brief.tables_at():
                if start <= place < end and table not in scene.brief.work.frames.sources.values():
                    scene.brief.explain(place, place + 1, "joined on")


def _strangers(scene: Scene) -> Iterator[tuple[TableRef, TableRef]]:
    paths = scene.brief.said.relations.paths
    for at, one in enumerate(scene.tables):
        for two in scene.tables[at + 1 :]:
            if not paths(one, two) and not paths(two, one) and one.domain == two.domain:
                yield one, two


def _is_keyed(scene: Scene, table: TableRef, names: list[str]) -> bool:
    """True where these columns may tell the rows of a table apart: its key, or all that is no number."""
    key = scene.brief.said.relations.key(table)
    own = [name for name in scene.columns(table) if not is_number(scene.type_of(table, name))]
    return (len(key) > 1 and set(key) <= set(names)) or len(set(own) - set(names)) <= 1


def _pairs(scene: Scene, left: TableRef, right: TableRef) -> Iterator[tuple[Term, str]]:
    """For each column of the right table that the sentence of the join names: what it must be equal to."""
    runs = _sentences(scene, right)
    done: set[str] = set()
    for start, end in runs:
        for term, name in (*_equal(scene, left, right, start, end), *_alike(scene, left, right, start, end)):
            if name not in done:
                done.add(name)
                yield term, name
        for name in scene.columns(right):
            if scene.type_of(right, name) == "date" and name not in done and _speaks_of_day(scene, start, end):
                day = _day(scene, left, start, end)
                if day is not None:
                    done.add(name)
                    yield day, name


def _sentences(scene: Scene, right: TableRef) -> list[tuple[int, int]]:
    """Sentences that join the table."""
    found = [scene.sentence(place) for place, table in scene.brief.tables_at() if table == right]
    told = [run for run in dict.fromkeys(found) if _JOINING & set(scene.brief.words[slice(*run)])]
    return told


def _equal(scene: Scene, left: TableRef, right: TableRef, start: int, end: int) -> Iterator[tuple[Term, str]]:
    """``(sail_day = seen_on)``."""
    for place in range(start + 1, end - 1):
        if scene.brief.said.tokens[place].text != "=":
            continue
        sides = [s for s in scene.spots_in(start, end) if place in (s.end, s.start - 1)]
        columns = [column for spot in sides for column in spot.choices]
        here = [c for c in columns if c[0] == left]
        there = [c for c in columns if c[0] == right]
        if len(here) == len(there) == 1:
            yield Term((here[0],)), there[0][1]


def _alike(scene: Scene, left: TableRef, right: TableRef, start: int, end: int) -> Iterator[tuple[Term, str]]:
    """Columns of the right table that are named, and called alike in the left one or in one that it leads to."""
    reached = [left, *(t for t in scene.tables if t not in (left, right))]
    reached = [t for t in reached if t == left or scene.brief.said.relations.paths(left, t)]
    for spot in scene.spots_in(start, end):
        for table, name in spot.choices:
            partner = _partner(scene, reached, (table, name), right)
            if partner is not None:
                yield partner
    between = scene.brief.said.relations.between
    for place, table in scene.brief.tables_at():  # ``of its district``: both refer to it
        if start <= place < end and table not in (left, right):
            ways = [scene.hinted(between(one, table)) for one in (left, right)]
            if all(len(way) == 1 and len(way[0].columns) == 1 for way in ways):
                yield Term(((left, ways[0][0].columns[0]),)), ways[1][0].columns[0]


def _partner(scene: Scene, reached: list[TableRef], column: Column, right: TableRef) -> tuple[Term, str] | None:
    """The column of the right table that is called like this one, with the one that it must be equal to."""
    table, name = column
    if table != right and table not in reached:
        return None
    ends = words_of(name)[-1:]
    there = [n for n in scene.columns(right) if n.casefold() == name.casefold()]
    there = there or [n for n in scene.columns(right) if words_of(n) == ends and table in reached]
    if len(there) != 1:
        return None
    here = [(t, n) for t in reached for n in scene.columns(t) if n.casefold() == there[0].casefold()]
    wanted = column if table in reached and table != right else here[0] if here else None
    if wanted is None or scene.type_of(*wanted) != scene.type_of(right, there[0]):
        return None
    return Term((wanted,)), there[0]


def _speaks_of_day(scene: Scene, start: int, end: int) -> bool:
    return bool(_DAYS & set(scene.brief.lemmas[start:end])) or bool(scene.spots_in(start, end, "time"))


def _day(scene: Scene, left: TableRef, start: int, end: int) -> Term | None:
    """The day of a row: the moment that the sentence names, the only one there is, or one made of year, month, day."""
    spots = scene.spots_in(start, end, "time")
    led = [s for s in spots if _DAYS & set(scene.brief.lemmas[max(s.start - 3, start) : s.start])]
    named = {c for s in (led if len(led) == 1 else spots) for c in s.choices if c[0] == left}
    dates = named or {(left, n) for n in scene.columns(left) if is_time(scene.type_of(left, n))}
    if len(dates) == 1:
        (column,) = dates
        return Term((column,)) if scene.type_of(*column) == "date" else Term(("cast(", column, " as date)"))
    return made_day(scene, left) if not dates else None


def made_day(scene: Scene, table: TableRef) -> Term | None:
    """A date out of columns for year, month and day, or out of one that holds ``20240731``."""
    own = scene.brief.said.names.column_words
    parts = [
        [n for n in scene.columns(table) if own[table, n] in tuple((w,) for w in words)]
        for words in (("year",), ("month", "mo", "mon", "mth"), ("day", "dy", "dom"))
    ]
    if not all(len(found) == 1 for found in parts):
        return _unpacked(scene, table)
    year, month, day = ((table, found[0]) for found in parts)
    return Term(("make_date(cast(", year, " as int), cast(", month, " as int), cast(", day, " as int))"))


def is_packed(date: Term) -> bool:
    """True for a date that one column holds as a number."""
    return len(set(date.columns)) == 1


def _unpacked(scene: Scene, table: TableRef) -> Term | None:
    """The date of the one column of eight digits that the prompt spells out."""
    names = [name for name in scene.columns(table) if name.casefold() in scene.brief.words]
    found = [name for name in names if scene.holds_days(table, name)]
    if len(found) != 1:
        return None
    years, months, days = (
        ("cast(floor(cast(", (table, found[0]), f" as bigint) / {size}) as int)") for size in (10000, 100, 1)
    )
    return Term(("make_date(", *years, ", ", *months, " - ", *years, " * 100, ", *days, " - ", *months, " * 100)"))
