"""A name and a number in plain words: *each lecturer's full name next to the number of their courses*."""

from __future__ import annotations

from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import sentence

_MANY = (("number", "of"), ("how", "many"), ("count", "of"))
_NAMING = frozenset({"as", "called", "named"})


def counted_with_name(brief: Brief) -> tuple[Listed, ...]:
    """The two columns of a prompt that asks for people's whole names and one number; empty for any other."""
    counts = [i for i in range(len(brief) - 1) if brief.words[i : i + 2] in _MANY]
    names = [i for i in range(len(brief)) if brief.lemmas[i] == "name" and brief.said.tokens[i].kind == "word"]
    if len(counts) != 1 or not names:
        return ()
    (count,), name = counts, names[0]
    start, end = sentence(brief, count)
    first = min(name, count)
    if not start <= first < end:
        return ()
    one = _called(brief, name, count if name < count else end, "full_name")
    two = _called(brief, count, end if name < count else name, _noun(brief, count))
    return (one, two) if first == name else (two, one)


def _noun(brief: Brief, count: int) -> str:
    return brief.words[count + 2] if count + 2 < len(brief) and brief.said.tokens[count + 2].is_word else "number"


def _called(brief: Brief, start: int, end: int, name: str) -> Listed:
    """By the name that is given to it (``as member``, ``called visits``), else by a plain one."""
    for place in range(start, end - 1):
        if brief.words[place] in _NAMING and brief.said.tokens[place + 1].is_word:
            return Listed(brief.said.tokens[place + 1].text, place + 1, start, place)
    before = brief.words[start - 1] if start else ""
    if before == "=" and start > 1:
        return Listed(brief.said.tokens[start - 2].text, start - 2, start, end)
    return Listed(name, start, start, end)
