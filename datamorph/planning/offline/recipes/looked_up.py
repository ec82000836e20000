"""Columns of another table that the rows refer to: *title of the film*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import constant, quote
from datamorph.planning.offline.recipes.defaults import DEFAULTING, MISSING
from datamorph.planning.offline.recipes.mentions import columns_in
from datamorph.planning.offline.recipes.sheet import Output

_INSIDE = frozenset("sits sit inside nested within under in from of lives live part member belongs found comes".split())
_WHOLE = 0.999
"""Below it some rows refer to nothing: whether these stay is to be said."""


def looked_up(output: Output) -> str | None:
    """The column of its name in the one table that every row refers to in one way."""
    sheet = output.sheet
    if (found := _of_owner(output)) is not None:
        return found
    tables = _tables(output)
    if output.own or len(tables) != 1:
        return None
    relations = sheet.brief.said.relations.between(sheet.table, tables[0])
    columns = sheet.brief.said.tables[sheet.table].profile.columns
    if len(relations) != 1 or len(relations[0].columns) != 1 or relations[0].coverage < _WHOLE:
        return None
    if relations[0].columns[0] not in columns or columns[relations[0].columns[0]].nulls:
        return None
    names = sheet.brief.said.tables[tables[0]].schema.names
    column = next(name for name in names if name.casefold() == output.name.casefold())
    return quote(sheet.flow.name(tables[0], column))


def _of_owner(output: Output) -> str | None:
    """The column of the row that an element was in; what stands in for a missing one is told beside it."""
    sheet, brief = output.sheet, output.sheet.brief
    owner = sheet.flow.frames.owner_of(sheet.table)
    if owner is None or output.own:
        return None
    schema = brief.said.tables[owner].schema
    names = [name for name in schema.names if name.casefold() == output.name.casefold()]
    if not names and not output.columns:
        told = columns_in(brief, owner, output.listed.start, output.listed.end)
        names = [name for name in told if not schema.get(name).type.startswith("struct")]  # pyright: ignore[reportOptionalMemberAccess]
    if len(names) != 1:
        return None
    value = quote(sheet.flow.name(owner, names[0]))
    for place in range(output.listed.start, output.listed.end):
        if brief.said.tokens[place].text == names[0]:
            brief.explain(place, place + 1, "which column it is")
    output.take(_INSIDE, "where it is found")
    places = range(output.listed.start, output.listed.end)
    texts = [i for i in places if brief.said.tokens[i].kind == "text"]
    if not texts or not MISSING & output.told_words:
        return value
    output.take(DEFAULTING | {"the", owner.name, brief.lemmas[output.listed.place]}, "in place of a missing value")
    brief.explain(texts[0], texts[0] + 1, "in place of a missing value")
    return f"coalesce({value}, {constant(brief.said.tokens[texts[0]].value, 'string').text})"


def is_elsewhere(output: Output) -> bool:
    """True where another table that the prompt names has a column of this name, and the own table has none."""
    return not output.own and bool(_tables(output))


def _tables(output: Output) -> list[TableRef]:
    """Tables that the prompt names with a column of this name."""
    brief = output.sheet.brief
    named = {ref for _, ref in brief.tables_at()} - {output.sheet.table}
    return [
        ref
        for ref in sorted(named)
        if output.name.casefold() in (name.casefold() for name in brief.said.tables[ref].schema.names)
    ]
