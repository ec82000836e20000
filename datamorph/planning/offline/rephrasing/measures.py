"""A number per group without a word on what is done with it: ``amount per customer``."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.planning.offline.lexicon.cues import PER
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_PER = phrase_set(PER)
_LEAD = frozenset({"the", "show", "list", "give", "me", "get", "report", "what", "is", "find"})
_DONE = frozenset("sold ordered bought given flown paid shipped delivered earned spent used made".split())
_FUNCTIONS = (("total", "the total"), ("average", "the average"), ("highest", "the highest"))


def unmeasured(said: Said, place: int) -> Rephrasing | None:
    """The total, the average or the highest of it."""
    column = said.column(place)
    end = place + column[0] if column else len(said)
    after = end
    end += end < len(said) and said.words[end] in _DONE and not said.value(end)[0]
    if column is None or any(word not in _LEAD for word in said.words[:place]) or said.match(_PER, end) is None:
        return None
    found = said.tables[column[1].table].schema.get(column[1].column)
    if found is None or not is_number(found.type):
        return None
    spoken = said.text(place, after)
    ways = tuple(
        Way(function, f"{label} {column[1].column}", said.swapped(place, end, f"{function} {spoken}"))
        for function, label in _FUNCTIONS
    )
    return Rephrasing(f"measure_{spoken}", f"Which {spoken} is meant?", ways)
