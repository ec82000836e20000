"""The columns of a result of which the prompt lists none."""

from __future__ import annotations

from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.headers import nice
from datamorph.planning.offline.build.work import Work


def default_columns(work: Work) -> list[tuple[str, str]]:
    """``(new name, name in the frame)`` of every column that the rows or groups are shown with."""
    if not work.is_grouped:
        dropped = {resolve(work, noun).name for noun in work.draft.dropped}
        dropped |= _only_tested(work) | _only_looked_up(work) | work.frames.extra
        return [(name, name) for name in work.frames.schema.names if name not in dropped]
    names = list(dict.fromkeys(made.name for made in work.made if not made.is_hidden))
    return [(nice(work, name), name) for name in names]


def _only_looked_up(work: Work) -> set[str]:
    """Columns of tables that are joined for one of them: ``sales with the shop name`` are sales, and that name."""
    draft, scope = work.draft, work.scope
    if draft.joins or draft.union or draft.unpivot or draft.gathering or work.root is None:
        return set()
    said = [scope.entity(noun) for noun in (*draft.tables, *draft.subjects)]
    added = {link.table for output in draft.outputs if output.definition is None and output.noun.links
             and (link := scope.column(output.noun))}  # fmt: skip
    found = added - {work.root, *said}
    needed = {name for spot, name in work.frames.where.items() if spot.table not in found}
    return {name for spot, name in work.frames.where.items() if spot.table in found and name not in needed}


def _only_tested(work: Work) -> set[str]:
    """Columns of tables that only conditions name: ``members of the shop in Leeds`` are members."""
    draft, scope = work.draft, work.scope
    if draft.joins or draft.union or draft.unpivot or work.root is None or not draft.conditions:
        return set()
    owners = {noun.position for noun in draft.owners}
    said = [scope.entity(noun) for noun in (*draft.tables, *draft.subjects) if noun.position not in owners]
    kept = {work.root, *(table for table in said if table is not None)}
    needed = {name for spot, name in work.frames.where.items() if spot.table in kept}
    return {name for name in work.frames.where.values() if name not in needed}
