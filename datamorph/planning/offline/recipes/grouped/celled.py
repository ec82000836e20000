"""Listed columns that are cells of a matrix: *card_eur, cash_eur*, *kg_2022, kg_2023*; each counts some rows only."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.cells import Cell, Cells, find_cells
from datamorph.planning.offline.recipes.grouped.comparing import Flag
from datamorph.planning.offline.recipes.grouped.derived import PLAIN, Kind
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column, only, pattern_term
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.shape_words import has_nulls

ZERO = frozenset("zero zeros zeroes 0".split())
_ALL = frozenset("all everything every overall altogether whole entire".split())
_AMOUNTS = frozenset("amount revenue value money weight sum total spend takings income fee paid billed".split())
_NUMBERS = frozenset({"number", "many", "count", "counts"})


def cells_of(scene: Scene) -> Cells | None:
    """The cells among the listed columns, one kind of them; None where there are none."""
    found = scene.remember("cells", _found)
    return found[0] if found else None


def _found(scene: Scene) -> list[Cells]:
    cells = find_cells(scene.brief)
    names = {one.name for one in scene.outputs}
    is_listed = cells is not None and {one.name for one in cells.cells} <= names and cells.part in ("", "year")
    is_date = cells is not None and (cells.table is not None or _date(scene) is not None)
    return [cells] if cells is not None and is_listed and is_date else []


def cell_of(scene: Scene, one: Listed) -> Flag | None:
    """Which rows a cell counts or adds up; None for a column that is no cell."""
    cells = cells_of(scene)
    cell = next((c for c in cells.cells if c.name == one.name), None) if cells is not None else None
    if cells is None or cell is None:
        return None
    if cells.table is not None:
        text = str(cell.value).replace("'", "''")
        return Flag(pattern_term(f"{{}} = '{text}'", (cells.table, cells.column)), frozenset(), (one.place, one.place))
    date = _date(scene)
    test = f"year({{}}) = {cell.value}"
    return Flag(pattern_term(test, date), frozenset(), (one.place, one.place)) if date is not None else None


def cell_kind(scene: Scene, one: Listed) -> Kind | None:
    """Whether the cells are means, sums or counts, by their names and what is said; None where that is open."""
    cells = cells_of(scene)
    if cells is None or one.name not in {cell.name for cell in cells.cells}:
        return None
    own = {word for cell in cells.cells for word in words_of(cell.name)}
    said = scene.said_in(0, len(scene.brief))
    if own & PLAIN["avg"]:
        return Kind("avg")
    if any(kind_of(unit_of(cell.name, words_of(cell.name))) for cell in cells.cells) or own & _AMOUNTS:
        return Kind("sum") if said & ZERO else None
    listed = [scene.names[cell.name.casefold()] for cell in cells.cells]
    told = frozenset(word for other in listed for run in scene.zones(other) for word in scene.said_in(*run))
    said = told if told & (_NUMBERS | PLAIN["sum"]) else said
    is_counted = bool(said & _NUMBERS) or _names_rows(scene, cells.cells)
    if is_counted == bool(said & (PLAIN["sum"] | _AMOUNTS) - _NUMBERS):
        return None
    return Kind("count") if is_counted else Kind("sum") if ZERO & set(scene.brief.words) else None


def _names_rows(scene: Scene, cells: Sequence[Cell]) -> bool:
    """``loans_2023``: what stands beside the value is a table's noun."""
    return any(scene.has_table(word) is not None for word in words_of(cells[0].name) if word.isalpha())


def covers(scene: Scene, total: str) -> bool:
    """True where a total beside the cells is clear: there are no other values, or it is said to be of all."""
    cells = cells_of(scene)
    if cells is None:
        return True
    held = {str(cell.value) for cell in cells.cells}
    if cells.table is not None and not has_nulls(scene.brief, cells.table, cells.column):
        if set(scene.brief.work.values.of(cells.table, cells.column)) == held:
            return True
    one = scene.names[total.casefold()]
    runs = [*scene.zones(one), *(scene.sentence(i) for i in scene.brief.places({total.casefold()}))]
    return any(scene.said_in(start, end) & _ALL for start, end in runs)


def explain_cells(scene: Scene) -> None:
    """``Catch by gear and year, wide``, ``no catch means 0``: how a matrix is laid out, and what fills its gaps."""
    brief = scene.brief
    if cells_of(scene) is None:
        return
    for place in brief.places(_LAYOUT):
        brief.explain(place, place + 1, "a matrix")
    for zero in brief.places(ZERO):
        for place in brief.places(_GAPS | ZERO, *scene.chunk(zero)):
            brief.explain(place, place + 1, "0 where there is nothing")


_LAYOUT = frozenset("wide matrix crosstab pivot pivoted spread across column columns side cell cells grid".split())
_GAPS = frozenset(
    """
    no nothing not none never without didn't missing empty blank gap gaps means mean = paid spent charged billed
    received sold bought taken earned collected
    """.split()
)


def _date(scene: Scene) -> Column | None:
    """The one date that the prompt names; None where there are several."""
    columns = {only(scene, spot) for spot in scene.spots_in(0, len(scene.brief), "time")}
    return columns.pop() if len(columns) == 1 else None
