"""Constants as people write them: quoted texts, numbers, or a few words."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.rephrasing.said import Said

_MOST_WORDS = 3
NO_LABELS = frozenset(
    "if when where for else otherwise and or the a an is are of in with to from as than not under below over above at "
    "between least most more less rest everything anything all up then column null blank empty nothing".split()
)


def label_ends(said: Said, place: int) -> Iterator[int]:
    """Where a constant may end: a quoted text, a number, or up to three words."""
    if place < len(said) and said.tokens[place].kind in ("text", "number"):
        yield place + 1
        return
    if said.words[place : place + 1] == ("-",) and said.tokens[place + 1 : place + 2]:
        if said.tokens[place + 1].kind == "number":
            yield place + 2
        return
    for end in range(place + 1, min(place + _MOST_WORDS, len(said)) + 1):
        if not said.tokens[end - 1].is_word or _is_glue(said, end - 1):
            return
        yield end


def _is_glue(said: Said, place: int) -> bool:
    """``a`` is no label; ``A`` inside of a sentence is one."""
    return said.words[place] in NO_LABELS and not (len(said.words[place]) == 1 and said.tokens[place].text.isupper())
