"""Columns into rows: one select per column, stacked."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import snake_case
from datamorph.planning.offline.build.terms import ColumnLeaf, constant, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item, Unpivot
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import words_of

_NAMES = frozenset({"event", "kind", "type", "measure", "metric", "label", "name", "category", "field", "attribute"})
_VALUES = frozenset({"value", "amount", "at", "on", "date", "time", "timestamp", "when", "day", "number", "quantity"})
"""Words of a column that says which value it is, and of one that holds it."""


def forget_long_columns(work: Work) -> None:
    """The columns of the long table are not what is shown where something is computed over its rows."""
    draft = work.draft
    if draft.groups or draft.measures:
        long = {id(output) for output in draft.unpivot_outputs}
        draft.outputs = [output for output in draft.outputs if id(output) not in long]


def name_unpivot(work: Work) -> None:
    """Take the names of the two new columns from the outputs where the request itself does not say them."""
    request = work.draft.unpivot
    if request is None:
        return
    names = [request.name, request.value]
    if not all(names):
        _unlink(work, request)
        fresh = [o.noun.text for o in work.draft.outputs if not o.noun.links]
        names = fresh[:2] if len(fresh) >= 2 else ["metric", "value"]  # noqa: PLR2004 (one for each new column)
        if set(words_of(names[1])) & _NAMES and not set(words_of(names[0])) & _NAMES:
            names.reverse()
        if set(words_of(names[0])) & _VALUES and not set(words_of(names[1])) & _VALUES:
            names.reverse()
        work.draft.unpivot = replace(request, name=names[0], value=names[1])
    for name in names:
        work.binder.define(Item(Noun(name, (name,)), frozenset(snake_case(name).split("_")), name, name))


def _unlink(work: Work, request: Unpivot) -> None:
    """``ts`` beside columns that become rows is a new column, and none of these."""
    gone = {(link.table, link.column) for noun in request.columns for link in noun.links[:1]}
    for output in work.draft.outputs:
        links = output.noun.links
        if links and (links[0].table, links[0].column) in gone and output.noun.text.lower() != links[0].column.lower():
            output.noun = replace(output.noun, links=())
    own = {table for table, _ in gone}
    others = [o for o in work.draft.outputs if o.noun.links and own.isdisjoint(link.table for link in o.noun.links)]
    if len(others) + sum(not o.noun.links for o in work.draft.outputs) == len(("name", "value")):
        for output in others:
            output.noun = replace(output.noun, links=())


def add_unpivot(work: Work) -> None:
    """Replace the root's frame by one with a row per row and column."""
    request, frames = work.draft.unpivot, work.frames
    if request is None:
        return
    source = frames.current
    melted = [
        frames.name_of(ColumnLeaf(link.table, link.column))
        for noun in request.columns
        if (link := work.scope.column(noun))
    ]
    types = {column.type for column in frames.schema if column.name in melted}
    if len(types) > 1:
        raise Refused("impossible", f"{', '.join(melted)} have different types", hint="cast them to one type first")
    new = {request.name.lower(), request.value.lower()}
    kept = [name for name in frames.schema.names if name not in melted and name.lower() not in new]
    parts: list[str] = []
    labels = request.labels or _labels(work, request, melted)
    for column, label in zip(melted, labels, strict=True):
        frames.current = source
        if label in request.optional:
            frames.add("filter", f"{snake_case(column)}_known", where=f"{quote(column)} IS NOT NULL")
        said = constant(label, "date" if request.is_dates else "string").text
        frames.add("derive", f"with_{snake_case(column)}", columns={request.name: said})
        parts.append(
            frames.add("select", f"{snake_case(column)}_rows", columns=[*kept, request.name, {request.value: column}])
        )
    frames.add("union", "melted", of=parts)
    if work.draft.unpivot_drops_nulls:
        frames.add("filter", "filtered", where=f"{quote(request.value)} IS NOT NULL")
    frames.where = {spot: name for spot, name in frames.where.items() if name in kept}


def _labels(work: Work, request: Unpivot, melted: list[str]) -> tuple[str, ...]:
    """What is written for each column where the prompt does not say it: its name, or what that has of its own."""
    if not request.own:
        work.dialog.assume(f"{request.name} says from which column a value is: {', '.join(melted[:3])}")
        return tuple(melted)
    choices = [("own", f"{', '.join(request.own[:3])}"), ("name", f"{', '.join(melted[:3])}")]
    picked = work.dialog.choose(f"labels_{request.name}", f"What does {request.name} say?", choices)
    return request.own if picked == "own" else tuple(melted)
