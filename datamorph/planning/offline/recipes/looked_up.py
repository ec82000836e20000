"""Columns of another table that the rows refer to: *title of the film*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.recipes.sheet import Output

_WHOLE = 0.999
"""Below it some rows refer to nothing: whether these stay is to be said."""


def looked_up(output: Output) -> str | None:
    """The column of its name in the one table that every row refers to in one way."""
    sheet = output.sheet
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
