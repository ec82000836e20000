"""Rows of one table by the values that a prompt names, with all their columns."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.mentions import clauses
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.row_filters import filter_rows
from datamorph.planning.offline.recipes.sheet import Sheet

_COLUMNS = frozenset({"column", "columns", "field", "fields", "attribute", "attributes"})
_ALL = frozenset("all every each full complete whole entire any".split())
_SAME = frozenset("untouched unchanged unmodified alone intact touch change changing altering same is are they".split())
_WHOLE = (
    ("full", "row"), ("complete", "row"), ("whole", "row"), ("entire", "row"), ("full", "record"),
    ("complete", "record"), ("whole", "record"), ("all", "detail"), ("entire", "record"), ("complete", "line"),
)  # fmt: skip


def says_all_columns(brief: Brief) -> bool:
    """True for *every column*, *don't touch the columns*, *complete rows*."""
    if any(brief.phrase(*words) is not None for words in _WHOLE):
        return True
    for start, end in clauses(brief):
        words = set(brief.words[start:end])
        if words & _COLUMNS and words & (_ALL | (_SAME - {"is", "are", "they", "same"})):
            return True
        if words & _COLUMNS and "as" in words and words & {"is", "are"}:
            return True
    return False


def _fits(brief: Brief) -> bool:
    return says_all_columns(brief)


def _cook(brief: Brief) -> Flow | None:
    table = _table_of(brief)
    if table is None:
        return None
    flow = Flow(brief.work)
    flow.start(table)
    if not filter_rows(Sheet(brief, table, flow), []):
        return None
    brief.work.key = brief.said.relations.key(table)
    for start, end in clauses(brief):
        if set(brief.words[start:end]) & _COLUMNS:
            for place in brief.places(("not", "no", "don't", "never", "without"), start, end):
                brief.explain(place, place + 1, "all columns stay")
    return flow


def _table_of(brief: Brief) -> TableRef | None:
    """The one table that is named, or of several the one that refers to the others."""
    named = list(dict.fromkeys(table for _, table in brief.tables_at())) or list(brief.mentioned)
    relations = brief.said.relations
    owners = [one for one in named if all(two == one or relations.between(one, two) for two in named)]
    return owners[0] if len(owners) == 1 else None


KEEP = Recipe(
    "rows that hold some values",
    _fits,
    _cook,
    words=frozenset(
        """
        column field attribute touch untouched unchanged unmodified alone intact keep kept change changing altering
        whose where with still currently only entire exactly as they is that are pull extract leave hold by full
        complete whole all every detail status state sitting stuck filter filtered subset those remain stay stays record
        """.split()
    ),
    turning=frozenset(),
)
