"""Values that are there several times: whether rows without a value count as such."""

from __future__ import annotations

from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Missing, Negation, Noun


def count_surplus(work: Work) -> None:
    """How many rows are there besides the first of each.

    Raises:
        Refused: something else is asked of the rows.
    """
    draft, frames = work.draft, work.frames
    if not draft.surplus:
        return
    if draft.outputs or draft.computed or draft.windows or draft.top or draft.dedupe or draft.sorts:
        raise Refused("out_of_scope", "the number of surplus rows, and more of them", hint="ask for the number alone")
    columns = [column.name for column in frames.schema if column.name not in frames.extra]
    copies = next(name for name in ("copies", "copies_of_it", "times_there") if name not in frames.schema)
    frames.add("aggregate", "each_row", by=columns, measures={copies: "count(*)"})
    frames.add("aggregate", "surplus", measures={draft.surplus: f"coalesce(sum({copies} - 1), 0)"})
    frames.where, work.key = {}, ()
    work.made = [Made(draft.surplus, frozenset({draft.surplus}), is_measure=True)]


def settle_repeats(work: Work) -> None:
    """Several rows without a value share none: a person says whether they are listed as one."""
    draft = work.draft
    if draft.repeats is None:
        return
    for group in draft.groups:
        noun = group.expression
        link = work.scope.column(noun) if isinstance(noun, Noun) else None
        profile = work.scope.tables[link.table].profile.columns.get(link.column) if link is not None else None
        if link is None or profile is None or profile.nulls < 2 or not isinstance(noun, Noun):  # noqa: PLR2004
            continue
        choices = [("drop", f"only values of {link.column}"), ("keep", f"rows without {link.column} are listed too")]
        if work.dialog.choose(f"repeats_{link.column}", "Do rows without a value count?", choices) == "drop":
            draft.conditions.append(Negation(Missing(noun)))
