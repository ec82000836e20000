"""What makes a grouped result unclear although each of its parts is: then it is not planned."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.celled import cells_of, covers
from datamorph.planning.offline.recipes.grouped.comparing import Having, flags
from datamorph.planning.offline.recipes.grouped.plan import Measure
from datamorph.planning.offline.recipes.grouped.result import Grouped
from datamorph.planning.offline.recipes.grouped.row_test import RowTest
from datamorph.planning.offline.recipes.grouped.terms import Column
from datamorph.planning.offline.recipes.passing import JUDGING


def mask_limits(found: Grouped, conditions: Sequence[Having]) -> None:
    """``at least 4``, ``at least 90 %``, ``2024 minus yr``: no ranks and no spans of time."""
    for start, end in (*(key.span for key in found.keys), *(one.span for one in conditions)):
        found.scene.masked |= set(range(start, end))
    _mask_years(found)


def is_unclear(found: Grouped, tests: Sequence[RowTest], *, is_chosen: bool) -> bool:
    """True where something that is said has no place in the result.

    Args:
        is_chosen: only some rows count, or are counted by a column.
    """
    gaps = [key.gaps for key in found.keys if key.gaps is not None]
    return (
        _has_stray_flag(found, tests)
        or not set(gaps) <= filled(tests)
        or _is_empty(found, tests)
        or _counts_single_rows(found)
        or _forgets_count(found)
        or _is_doubled(found.measures)
        or _leaves_total_open(found)
        or (not is_chosen and _judges(found))
        or _limits_sums(found, tests)
    )


def _mask_years(found: Grouped) -> None:
    """``as of 2024`` where an age is 2024 less a year: no span of time."""
    brief = found.scene.brief
    pieces = " ".join(str(p) for m in found.measures if m.term is not None for p in m.term.pieces if isinstance(p, str))
    for place in brief.numbers():
        if f"{brief.said.tokens[place].value} - " in pieces:
            found.scene.masked.add(place)


def _forgets_count(found: Grouped) -> bool:
    """True where a number of things is asked for, and no listed column is it."""
    words, scene = found.scene.brief.words, found.scene
    if any(m.kind.name in ("count", "distinct") and m.flag is None for m in found.measures):
        return False
    zones = [*(run for one in scene.outputs for run in (*scene.zones(one), *scene.loose_zones(one)))]
    asked = [i for i in range(len(words) - 1) if words[i : i + 2] == ("number", "of") and i not in scene.masked]
    return any(not any(start <= i < end for start, end in zones) for i in asked)


def _counts_single_rows(found: Grouped) -> bool:
    """True where rows are grouped by what tells them apart: there is nothing to count."""
    by = {column for key in found.keys for column in key.term.columns}
    facts = [m.fact for m in found.measures if m.pattern == "count(*)" and not m.is_hidden]
    keys = [(fact, found.scene.brief.said.relations.key(fact)) for fact in facts]
    return found.entity is None and any(key and {(fact, name) for name in key} <= by for fact, key in keys)


def _is_doubled(measures: Sequence[Measure]) -> bool:
    """True where two columns would count the same rows: what sets them apart is not known."""
    counts = [(m.fact, m.pattern, m.term) for m in measures if m.kind.name == "count" and m.flag is None]
    return len(set(counts)) < len(counts)


def _leaves_total_open(found: Grouped) -> bool:
    """True for a total beside the cells of a matrix that may be of them alone."""
    cells = cells_of(found.scene)
    held = {cell.name for cell in cells.cells} if cells is not None else set[str]()
    kinds = {m.kind.name for m in found.measures if m.name in held}
    totals = [
        m.name for m in found.measures if held and m.name not in held and m.kind.name in kinds and not m.is_hidden
    ]
    return any(not covers(found.scene, name) for name in totals)


def _judges(found: Grouped) -> bool:
    """True for a number of *late* ones where nothing says which they are."""
    counts = [one.name for one in found.scene.outputs if found.kinds[one.name].name in ("count", "share")]
    columns = {word for ref in found.scene.tables for name in found.scene.columns(ref) for word in words_of(name)}
    return any(set(words_of(name)) & JUDGING - columns for name in counts)


def _limits_sums(found: Grouped, tests: Sequence[RowTest]) -> bool:
    """True where rows are chosen by a number that is added up, too: the limit may be one of the sum."""
    summed = {c for m in found.measures if m.kind.name in ("sum", "avg") and m.term for c in m.term.columns}
    return any(test.pattern == "{}" and summed & set(test.term.columns) for test in tests)


def _is_empty(found: Grouped, tests: Sequence[RowTest]) -> bool:
    """True where only rows without a key would count: what is said of its gaps is not understood."""
    keys = {column for key in found.keys for column in key.term.columns}
    return any(test.pattern == "{} is null" and set(test.term.columns) & keys for test in tests)


def filled(tests: Sequence[RowTest]) -> set[Column]:
    """Columns that must have a value for a row to count."""
    return {one.term.columns[0] for one in tests if one.pattern.endswith("is not null")}


def _has_stray_flag(found: Grouped, tests: Sequence[RowTest]) -> bool:
    """True for a comparison of columns that no listed column counts or is."""
    used = {m.flag.span for m in found.measures if m.flag is not None} | {key.span for key in found.keys}
    used |= {test.span for test in tests}
    return any(flag.span not in used for flag in flags(found.scene))
