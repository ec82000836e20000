"""Rows with columns of what each of them refers to."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.frames import Shown, has, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases
from datamorph.planning.offline.recipes.resolve import nulls

_OWNED = phrases("""
    [the|their|its|each T] [matching|related] {p:P} {x}
    {x} of [the|their|its] [matching|related] {p:P}
    {x} (from|in) [the] {p:P} [table]
""")
_TIES = phrases("""
    (on|via|by|using|over) {k}
""")
_TALK = frozenset("""
    join joined left inner match matched enrich look lookup vlookup combine link linked up P enriched
    """.split())  # fmt: skip


@dataclass(frozen=True)
class Lookup:
    """All rows, some of whose columns are those of what they refer to."""

    shown: Shown


def read_lookup(line: Line) -> Lookup | None:
    """The request, if every piece of the prompt has its place in it."""
    if not line.take(_OWNED, "C", lambda one: _owned(line, one)) or not line.is_named:
        return None
    line.take(_TIES, "", lambda one: _tie(line, one))
    if has(line, " per C "):
        return None
    shown = read_frame(line, (), _TALK)
    if shown is None or shown.is_whole:
        return None
    tables = {one.table for one in shown.entries if isinstance(one, Link)}
    others = tables - {line.fact}
    is_whole = line.fact in tables and bool(others) and not any(_may_lose(line, table) for table in others)
    return Lookup(shown) if is_whole else None


def _owned(line: Line, one: Found) -> Link | None:
    """``the customer's name``: a column of the table that the rows refer to."""
    link, owner = one.link("x"), one.sign("p")
    if link is None or owner is None:
        return None
    if link.table == owner.value:
        return link
    columns = line.brief.said.tables[owner.value].schema.names
    return Link(owner.value, link.column, link.score) if link.column in columns else None


def _tie(line: Line, one: Found) -> bool | None:
    """``on customer_id``: how the tables belong together, which is known."""
    link = one.link("k")
    hops = [hop for table in line.parents for hop in line.brief.said.relations.between(line.fact, table)]
    return True if link is not None and any(link.column in hop.columns for hop in hops) else None


def _may_lose(line: Line, table: TableRef) -> bool:
    """True where a join that is said may leave rows out: some refer to nothing."""
    (hop,) = line.brief.said.relations.between(line.fact, table)
    has_gaps = any(nulls(line.brief, Link(line.fact, column, 1.0)) for column in hop.columns)
    return "join" in line.brief.lemmas and "left" not in line.brief.words and (hop.coverage < 1.0 or has_gaps)
