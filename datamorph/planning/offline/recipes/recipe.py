"""A kind of work: how it is recognised, how it is planned, and which words people say about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow

TALK = frozenset(
    """
    pls please ticket report table sheet check quality list overview finance team ops sales marketing analytics we us
    need want give show per each every line row record entry column field output result named called call name final
    one single along next beside together grain deliver produce introduce tell know known there whole complete
    full version everything anything something somebody someone anybody nobody plain simple basic standard own real
    specification spec layout actual current own following written shown based going go get got say see look turn data
    resulting schema header heading headings headers base form crm erp bi dwh ac1 ac2 ac3 ac4
    """.split()
)
"""Words around a request that ask for nothing themselves."""


@dataclass(frozen=True)
class Recipe:
    """One kind of work.

    Attributes:
        fits: a quick look whether the prompt may be about it.
        cook: the plan, or None where something that it needs is not said.
        words: lemmas that people say about this work besides names, values and numbers.
        turning: those of them that elsewhere turn a request round (*without*, *not*), and that the plan accounts for.
    """

    name: str
    fits: Callable[[Brief], bool]
    cook: Callable[[Brief], Flow | None]
    words: frozenset[str] = frozenset()
    turning: frozenset[str] = frozenset()

    def speaks(self, word: str, lemma: str) -> bool:
        """True for a word that belongs to talk about this work, or to any."""
        if word in NEVER_GLUE:
            return word in self.turning
        return word in self.words or lemma in self.words or word in TALK or lemma in TALK
