"""Columns that hold a part of a date: ``day`` from 1 to 31 is no day of the calendar."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Compare, Condition, Noun, OneOf, Period, Within
from datamorph.planning.offline.names import Link

_ABOVE = {
    "hour": ("date", "month", "day"),
    "day": ("month",),
    "week": ("year",),
    "month": ("year",),
    "quarter": ("year",),
}
_MOST = {"hour": 24, "day": 31, "week": 53, "month": 12, "quarter": 4}


def settle_parts(work: Work) -> None:
    """``per day`` beside a column ``day`` may be the day of the month or the day of the calendar: a person says which.

    Where all rows are of one month, or the month is said too, the two are the same.
    """
    fixed = [side for condition in work.draft.conditions for side in _compared(condition)]
    said = [group.expression for group in work.draft.groups]
    for group in list(work.draft.groups):
        part = _part(work, group)
        noun = group.expression
        if part is None or not isinstance(noun, Noun) or {"of", "number"} & set(group.text.lower().split()):
            continue
        link = work.scope.column(noun)
        above = [] if link is None else [c for p in _ABOVE[part] for c in _columns(work, link.table, p)]
        used = {spot for found in (*said, *fixed) if (spot := _spot(work, found)) is not None}
        open_ = [c for c in above if link and (link.table, c) not in used and _varies(work, link.table, c)]
        if link is None or not open_ or any(isinstance(found, Period) for found in fixed):
            continue
        whole = f"each {part} of the calendar, with {' and '.join(open_)}"
        choices = [("calendar", whole), ("part", f"the column {link.column}, over every {open_[0]}")]
        if work.dialog.choose(f"which_{part}", f"Which {part} is meant?", choices) == "calendar":
            place = work.draft.groups.index(group)
            work.draft.groups[place:place] = [_key(link.table, column) for column in open_]


def _key(table: TableRef, column: str) -> Item:
    return Item(Noun(column, (column,), (Link(table, column, 1.0),)), frozenset({column}), column)


def _part(work: Work, group: Item) -> str | None:
    """The part of a date that a key's column is called by and holds."""
    noun = group.expression
    if not isinstance(noun, Noun) or not noun.links or work.scope.is_table(noun):
        return None
    link = work.scope.column(noun)
    if link is None or link.column.lower() not in _ABOVE:
        return None
    column = work.scope.tables[link.table].schema.get(link.column)
    found = work.scope.tables[link.table].profile.columns.get(link.column)
    is_part = column is not None and is_number(column.type) and found is not None
    return link.column.lower() if is_part and found and 0 < found.distinct <= _MOST[link.column.lower()] else None


def _columns(work: Work, table: TableRef, part: str) -> list[str]:
    return [name for name in work.scope.tables[table].schema.names if name.lower() == part]


def _varies(work: Work, table: TableRef, column: str) -> bool:
    found = work.scope.tables[table].profile.columns.get(column)
    return found is not None and found.distinct > 1


def _compared(condition: Condition) -> list[object]:
    return [condition.left] if isinstance(condition, Compare | OneOf | Within) else []


def _spot(work: Work, found: object) -> tuple[TableRef, str] | None:
    if not isinstance(found, Noun) or not found.links or work.scope.is_table(found):
        return None
    link = work.scope.column(found)
    return (link.table, link.column) if link else None
