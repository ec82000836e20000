"""Numbers without a word on what is done with them: ``amount per customer``, ``amount above average``."""

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


_BEYOND = frozenset({"above", "below", "over", "under"})
_MEANS = frozenset({"average", "avg", "mean"})
_BEING = frozenset({"is", "are", "was", "were"})
_ENDS = frozenset({"", ",", ".", ";"})


def beyond_average(said: Said, place: int) -> Rephrasing | None:
    """``amount is above average``: above the average of that number; ``orders above average`` does not say of which."""
    words = said.words
    if words[place] not in _BEYOND or words[place + 1 : place + 2] == () or words[place + 1] not in _MEANS:
        return None
    if (words[place + 2] if place + 2 < len(said) else "") not in _ENDS:
        return None
    before = place - (words[place - 1] in _BEING if place else 0)
    for length in (3, 2, 1):
        column = said.column(before - length) if before >= length else None
        if column is not None and column[0] == length:
            spoken = said.text(before - length, before)
            prompt = said.swapped(place, place + 2, f"{words[place]} the average {spoken}")
            return Rephrasing("average_of", "", (Way(spoken, spoken, prompt),), is_certain=True)
        table = said.table(before - length) if before >= length else None
        if table is not None and table[0] == length and before == place:
            ways = tuple(
                Way(f"{table[1].name}.{name}", name,
                    said.swapped(place, place + 2, f"with {name} {words[place]} the average {name}"))
                for name in said.numbers(table[1])
            )  # fmt: skip
            return Rephrasing("average_of", "The average of which number?", ways) if ways else None
    return None
