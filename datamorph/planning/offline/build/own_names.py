"""Names of a list that are the prompt's own, where parts of them are words of columns too."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.grammar.expressions import nouns_of
from datamorph.planning.offline.model import Aggregate, Expression, Noun
from datamorph.planning.offline.names import OWN

_SEVERAL = 2


def settle_own_names(work: Work) -> None:
    """``repair_cost`` of groups, which is made of ``parts_cost`` and ``labour_cost``: it is neither of these."""
    draft = work.draft
    if not (draft.measures and draft.groups):
        return
    computed = {item.name.lower() for item in draft.computed if item.name}
    read = {spot for item in (*draft.measures, *draft.computed) for spot in _read(item.expression)}
    for output in draft.outputs:
        meant = _meant(output)
        is_own = output.noun.text.lower() in computed and output.definition is None
        if is_own or (len(meant) >= _SEVERAL and meant <= read):
            output.noun = Noun(output.noun.text, output.noun.words, (), output.noun.position)


def _meant(output: Output) -> set[tuple[TableRef, str]]:
    """The columns that a name in snake case fits, where it is that of none."""
    links = output.noun.links
    if output.definition is not None or "_" not in output.noun.text or not links or links[0].score >= OWN:
        return set()
    return {(link.table, link.column) for link in links if link.column and link.score == links[0].score}


def _read(found: Expression) -> set[tuple[TableRef, str]]:
    """The columns that a measure, or what it is of, is made of."""
    inner = found.argument if isinstance(found, Aggregate) else found
    nouns = nouns_of(inner) if inner is not None else []
    return {(link.table, link.column) for noun in nouns for link in noun.links[:1]}
