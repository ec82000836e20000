"""Columns of several tables in one list: a select per column, a union, and what is done to the values."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.datatype import common_type
from datamorph.core.table import snake_case
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Gathering, Item, Output
from datamorph.planning.offline.model import Exists, Missing, Negation, Noun, SortKey


def focus_gathering(work: Work) -> None:
    """The list has one column; whatever else is asked for would be of rows that are no longer there.

    Raises:
        Refused: something else is asked of the rows.
    """
    request, draft = work.draft.gathering, work.draft
    if request is None:
        return
    names = {output.noun.text.lower() for output in draft.outputs} - {request.name.lower()}
    if request.operation != "union" and (draft.top is not None or draft.measures or names):
        _as_groups(work, request)
        return
    if names or draft.groups or draft.measures or draft.conditions or draft.joins or draft.computed or draft.windows:
        raise Refused("out_of_scope", "a list of several columns, and more of its rows", hint="ask for the list alone")
    schemas = work.scope.tables
    links = [noun.links[0] for noun in request.columns]
    types = [column.type for link in links if (column := schemas[link.table].schema.get(link.column))]
    if any(common_type(types[0], other) is None for other in types):
        said = " and ".join(f"{link.table.name}.{link.column}" for link in links)
        raise Refused("impossible", f"{said} have different types", hint="name columns of one type")
    first = request.columns[0].links[0]
    words = work.scope.names.table_words[first.table]
    draft.tables = [Noun(first.table.name, words, (replace(first, column="", score=1.0),))]
    draft.outputs = [Output(Noun(request.name, (request.name.lower(),)), is_strict=True)]
    if request.order:
        draft.sorts = [SortKey(Noun(request.name, (request.name.lower(),)), request.order == "desc")]
    if request.operation != "union":
        draft.is_distinct, draft.dedupe = False, None
    elif request.is_distinct:
        draft.is_distinct, draft.dedupe = True, None


def _as_groups(work: Work, request: Gathering) -> None:
    """``bike ids of trips that are not in bikes, with their number of trips``: groups of the rows of the first table.

    Raises:
        Refused: the values of more than two columns are compared.
    """
    if len(request.columns) != 2:  # noqa: PLR2004 (one with another)
        raise Refused("out_of_scope", "values of several columns, and more of their rows", hint="compare two columns")
    draft, (first, second) = work.draft, request.columns
    tables = [replace(noun.links[0], column="", score=1.0) for noun in (first, second)]
    names = work.scope.names.table_words
    key = Noun(first.text, first.words, first.links[:1], first.position)
    other = Noun(tables[1].table.name, names[tables[1].table], (tables[1],), second.position)
    same = Exists(other, on=Noun(first.text, first.words, (first.links[0], second.links[0])))
    draft.gathering = None
    draft.is_distinct = False
    draft.tables = [Noun(tables[0].table.name, names[tables[0].table], (tables[0],))]
    draft.conditions += [Negation(Missing(key)), Negation(same) if request.operation == "except" else same]
    if all(set(group.words) != set(key.words) for group in draft.groups):
        draft.groups.insert(0, Item(key, frozenset(key.words), key.text))


def add_gathering(work: Work) -> None:
    """Replace the root's frame by one with the values of all columns."""
    request, frames = work.draft.gathering, work.frames
    if request is None:
        return
    parts: list[str] = []
    for noun in request.columns:
        link = noun.links[0]
        frames.start(link.table)
        columns = [link.column if link.column == request.name else {request.name: link.column}]
        if request.operation != "union":
            frames.add("filter", f"{link.table.name}_known", where=f"{quote(link.column)} IS NOT NULL")
        parts.append(frames.add("select", f"{link.table.name}_{snake_case(request.name)}", columns=columns))
    frames.add(request.operation, "all_values", of=parts)
    value = quote(request.name)
    cleaned = value
    for template in request.clean:
        cleaned = template.format(cleaned)
    if request.clean:
        frames.add("derive", "cleaned", columns={request.name: cleaned})
    if request.drops_empty:
        is_text = any(column.name == request.name and column.type == "string" for column in frames.schema)
        test = f" AND trim({value}) <> ''" if is_text else ""
        frames.add("filter", "filled", where=f"{value} IS NOT NULL{test}")
    frames.where = {}
