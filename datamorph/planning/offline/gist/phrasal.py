"""Names in more words than they have: ``signed up`` of *signup_date*, ``check-in date``, ``email address``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from datamorph.planning.offline.forms import root
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief

_ADDRESSED = frozenset({"email", "mail", "ip", "postal", "web"})
_SAME_EVENTS = tuple(frozenset(map(root, words.split())) for words in (
    "buy purchase acquire", "begin start", "settle pay", "finish complete", "hire recruit", "end finish conclude",
    "borrow loan lend", "create make", "issue bill", "send ship dispatch", "cancel call_off", "terminate end",
))  # fmt: skip
"""What happened, in other words: of use where no date has the word itself."""
_PARTICLES = frozenset({"up", "in", "out", "off", "over", "down"})


def event_roots(words: Sequence[str]) -> set[str]:
    """What the name of a date tells of: each word in the form that all its forms share, and verbs of two words."""
    found = {root(word) for word in words if word not in OF_DATES}
    return found | {root(first) + then for first, then in pairwise(words) if then in _PARTICLES}


def same_events(said: str) -> set[str]:
    """Other words for what happened: ``purchas`` of *buy*."""
    return {other for words in _SAME_EVENTS if said in words for other in words}


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


def is_tail(brief: Brief, place: int, columns: Sequence[Link]) -> bool:
    """True for the ``address`` of an email, and for the ``date`` of a column of dates that is not called so."""
    word = brief.lemmas[place] if place < len(brief) else ""
    names = brief.said.names
    if word == "address":
        return all(_ADDRESSED & set(names.column_words[link.table, link.column]) for link in columns)
    if word != "date":
        return False
    return all(
        link.column in names.dates.get(link.table, ()) and "date" not in names.column_words[link.table, link.column]
        for link in columns)  # fmt: skip
