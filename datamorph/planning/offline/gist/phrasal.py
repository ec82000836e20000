"""Verbs of two words and the dates of what they tell: ``signed up`` of *signup_date*, ``moved in`` of *move_in_on*."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from datamorph.planning.offline.forms import root
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.recipes.brief import Brief

_PARTICLES = frozenset({"up", "in", "out", "off", "over", "down"})


def event_roots(words: Sequence[str]) -> set[str]:
    """What the name of a date tells of: each word in the form that all its forms share, and verbs of two words."""
    found = {root(word) for word in words if word not in OF_DATES}
    return found | {root(first) + then for first, then in pairwise(words) if then in _PARTICLES}


def is_phrasal(brief: Brief, place: int) -> bool:
    """True for ``signed up``, ``sign-ups``: a verb and its particle, of which a date of these tables tells."""
    if place + 1 >= len(brief) or brief.lemmas[place + 1].removesuffix("s") not in _PARTICLES:
        return False
    said = root(brief.words[place]) + brief.lemmas[place + 1].removesuffix("s")
    names = brief.said.names
    return any(
        said in event_roots(names.column_words[ref, name])
        for ref in brief.said.tables for name in names.dates.get(ref, ())
    )  # fmt: skip
