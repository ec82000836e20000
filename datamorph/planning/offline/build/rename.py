"""Columns that the prompt gives another name."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.names import words_of


def define_renames(work: Work) -> None:
    """Let the new names mean their columns in whatever is bound from here on."""
    for noun, name in work.draft.renames:
        work.binder.define(Item(noun, frozenset(words_of(name)), name, name))


def add_renames(work: Work) -> None:
    """One rename step; afterwards both names mean the column."""
    frames = work.frames
    columns: dict[str, str] = {}
    for noun, name in work.draft.renames:
        link = work.scope.column(noun)
        if link is None:
            raise Refused("impossible", f"no column fits {noun.text!r}", hint=work.table_hint())
        spot = ColumnLeaf(link.table, link.column)
        columns[name] = frames.name_of(spot)
        frames.where[spot] = name
    if columns:
        taken = {name.casefold() for name in frames.schema.names} - {old.casefold() for old in columns.values()}
        if clash := sorted(name for name in columns if name.casefold() in taken):
            raise Refused("impossible", f"there is a column {clash[0]!r} already", hint="choose another name")
        frames.add("rename", "renamed", columns=columns)
