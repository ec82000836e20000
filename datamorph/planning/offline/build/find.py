"""Finds the column of the current frame that a noun means."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import words_of


def resolve(work: Work, noun: Noun) -> Made:
    """The column that a noun means: made by the request, else a source column; a question otherwise."""
    found = find(noun, work.made)
    if found is not None:
        return found
    link = work.scope.column(noun) if noun.links else None
    if link is not None:
        spot = ColumnLeaf(link.table, link.column)
        if spot in work.frames.where:
            return Made(work.frames.where[spot], frozenset(noun.words))
        if work.is_grouped and any(
            work.scope.relations.between(known.table, link.table) for known in work.frames.where
        ):
            look_up(work, link.table)
            return Made(work.frames.name_of(spot), frozenset(noun.words))
    shown = [name for name in work.frames.schema.names if noun.words and set(noun.words) <= set(words_of(name))]
    return Made(shown[0], frozenset(noun.words)) if len(shown) == 1 else ask(work, noun)


def ask(work: Work, noun: Noun) -> Made:
    """Let the person say which column is meant."""
    names = list(dict.fromkeys(made.name for made in work.made if not made.is_hidden))
    if len(names) < 2:  # noqa: PLR2004 (nothing to choose from)
        raise Refused(
            "impossible", f"nothing in the result is called {noun.text!r}", hint=f"there is {', '.join(names)}"
        )
    picked = work.dialog.choose(f"what_{noun.text}", f"What is {noun.text!r}?", [(name, name) for name in names])
    return next(made for made in work.made if made.name == picked)


def look_up(work: Work, table: TableRef) -> None:
    """Bring in a table for its columns alone: at most one row of it per row of the result."""
    for spot in list(work.frames.where):
        options = tuple(
            r for r in work.scope.relations.between(spot.table, table)
            if len(r.columns) == 1 and ColumnLeaf(spot.table, r.columns[0]) in work.frames.where
        )  # fmt: skip
        if options:
            relation = work.joins.pick(options)
            key = relation.columns[0]
            how = "inner" if work.joins.drops else "left"
            if relation.coverage < 1 and how == "left":
                work.dialog.assume(
                    f"{key} without a match in {table.name} is kept, with an empty {table.name} part (left join)"
                )
            on = [(work.frames.where[ColumnLeaf(spot.table, key)], relation.target_columns[0])]
            work.frames.lookup(work.frames.source(table), table, on, how, base=f"with_{table.name}")
            return
    raise Refused("impossible", f"{table.name} cannot be reached from the result", hint="group by its key first")
