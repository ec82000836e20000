"""A column that says which of the first rows a row is: ``top 3 shops by sales. Columns: place, name``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output

_RANKS = frozenset("rank position rank_no place placement pos rk rnk ranking rank_nr ranknr rankno place_no".split())


def free_ranks(work: Work) -> None:
    """A rank among the columns is no column of a table that the prompt does not speak of."""
    for output in _ranks(work):
        known = [link for link in output.noun.links if link.column and link.table in work.scope.mentioned]
        if not known:
            output.noun = replace(output.noun, links=())


def rank_name(work: Work) -> str | None:
    """The name of an output that asks for the rank itself."""
    made = {one.name.lower() for one in work.made} | {name.lower() for name in work.frames.schema.names}
    names = [output.noun.text for output in _ranks(work)]
    return names[0] if len(names) == 1 and names[0].lower() not in made else None


def _ranks(work: Work) -> list[Output]:
    return [one for one in work.draft.outputs if one.definition is None and one.noun.text.lower() in _RANKS]
