"""Shares whose column is called a percentage: they are shown times a hundred."""

from __future__ import annotations

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.grammar.percents import is_called_percent, is_percent, is_share, to_percent


def settle_percents(work: Work) -> None:
    """``share of online sales as online_pct``: by its own name, or by that of the one column it can be."""
    draft = work.draft
    items = [*draft.measures, *draft.windows]
    fractions = [item for item in items if is_share(item.expression)]
    called = [item for item in fractions if is_called_percent(item.name)]
    loose = [item for item in fractions if not item.name]
    names = [output.name or output.noun.text for output in draft.outputs if output.definition is None]
    wanted = [name for name in names if is_called_percent(name)]
    known = [item for item in items if is_percent(item.expression)]
    if loose and len(wanted) - len(known) == len(loose):
        called += loose
    for item in called:
        original = item.expression
        to_percent(item)
        work.dialog.assume(f"{item.name or wanted[-1]} is in percent")
        for output in draft.outputs:
            output.definition = item.expression if output.definition is original else output.definition
