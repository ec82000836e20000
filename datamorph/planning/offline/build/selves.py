"""Columns of the row that a row refers to: of the same table, or of one that is referred to twice."""

from __future__ import annotations

from datamorph.core.table import unique_names
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import SelfLookup

_KEY = "own_key"


def add_selves(work: Work) -> None:
    """Join the rows with those that they refer to; a row that refers to none keeps an empty place."""
    for lookup in work.draft.selves:
        _add(work, lookup)


def made_of_selves(work: Work) -> list[Made]:
    """The columns that were looked up."""
    return [Made(lookup.name, lookup.words | {"name"}) for lookup in work.draft.selves]


def _add(work: Work, lookup: SelfLookup) -> None:
    frames = work.frames
    place = frames.where.get(ColumnLeaf(lookup.table, lookup.column))
    if work.is_grouped or place is None:
        message = f"the row that {lookup.column} refers to is asked for, but the rows are no {lookup.table.name}"
        raise Refused("out_of_scope", message, hint=f"ask for the {lookup.table.name} alone")
    left, where = frames.current, dict(frames.where)
    other = lookup.other or lookup.table
    frames.start(other)
    shown: str | dict[str, str] = {lookup.name: lookup.shown}
    if not lookup.shown:
        label = unique_names([*frames.schema.names, lookup.name])[-1]
        frames.add("derive", f"named_{other.name}", columns={label: _label(work, lookup)})
        shown = lookup.name if label == lookup.name else {lookup.name: label}
    frames.add("select", f"only_{lookup.name}s", columns=[{_KEY: lookup.key}, shown])
    right = frames.current
    frames.add("join", f"with_{lookup.name}", left=left, right=right, on=[{"left": place, "right": _KEY}], how="left")
    frames.where = where
    if lookup.fill is not None:
        frames.add("fill", "filled", values={lookup.name: lookup.fill.value})
    else:
        work.dialog.assume(f"{lookup.table.name} without a {lookup.name} are kept, with an empty {lookup.name}")


def _label(work: Work, lookup: SelfLookup) -> str:
    """What names a row for people: its name, or first and last name together.

    Raises:
        Refused: no column or several could be meant.
    """
    names = work.scope.names.column_words
    own = set(work.scope.names.table_words[lookup.table])
    said = {c: set(names[lookup.table, c]) for c in work.scope.tables[lookup.table].schema.names}
    first = [c for c, words in said.items() if {"first", "name"} <= words]
    last = [c for c, words in said.items() if words >= {"last", "name"} or "surname" in words]
    if len(first) == 1 and len(last) == 1:
        return f"concat({quote(first[0])}, ' ', {quote(last[0])})"
    whole = [c for c, words in said.items() if words - own in ({"name"}, {"full", "name"}, {"title"}, {"label"})]
    whole = [c for c in whole if "name" in said[c]] or whole
    if len(whole) != 1:
        raise Refused("impossible", f"it is open what names a row of {lookup.table.name}", hint="name the column")
    return quote(whole[0])
