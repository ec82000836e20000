"""An average per thing: whether things without any rows count is told, or asked."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused


def check_owners(work: Work) -> None:
    """``average number of calls per customer``: those without a call are no rows of the table of calls.

    Raises:
        Refused: they are to count, which no step can do yet.
    """
    owners = [a.counted for m in work.draft.measures for a in aggregates_in(m.expression) if a.per and a.counted]
    for noun in owners:
        table = work.scope.entity(noun)
        if table is None or work.root is None or table == work.root or _have_all(work, table):
            continue
        rows = work.root.name
        choices = [("with", f"only {table.name} with {rows} count"), ("all", f"{table.name} without {rows} count as 0")]
        text = f"Some {table.name} have no {rows}: do they count in the average?"
        if work.dialog.choose(f"average_over_{table.name}", text, choices) == "all":
            message = f"an average over {table.name} that have no {rows}"
            raise Refused("out_of_scope", message, hint=f"count {rows} per {table.name} first")


def _have_all(work: Work, table: TableRef) -> bool:
    """True where every row of the table has at least one, as far as no condition leaves rows out."""
    if work.draft.conditions or work.root is None:
        return False
    rows = work.scope.tables[table].profile.rows
    for relation in work.scope.relations.between(work.root, table):
        profile = work.scope.tables[work.root].profile.columns.get(relation.columns[0])
        if profile is not None and len(relation.columns) == 1 and relation.coverage == 1 and profile.distinct >= rows:
            return True
    return False
