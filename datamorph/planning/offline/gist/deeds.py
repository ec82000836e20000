"""Verbs that tell what the rows of a table tell: ``visited``, ``paid``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.words import MONEY, VERBS
from datamorph.planning.offline.recipes.brief import Brief

_SHORTEST_STEM = 4


def deeds_said(brief: Brief, place: int) -> list[TableRef]:
    """``visited``, ``paid``: what was done is told by the rows of a table."""
    token, word = brief.said.tokens[place], brief.words[place]
    if token.kind != "word" or brief.said.links(place, 1) or brief.said.value(place)[0]:
        return []
    names = brief.said.names.table_words
    stem = word.removesuffix("ing").removesuffix("ed")
    said = VERBS.get(word, "")
    is_verb = stem != word and len(stem) >= _SHORTEST_STEM
    found = [
        ref for ref, words in names.items()
        if ref in brief.said.tables and words and (words[-1] == said or (is_verb and words[-1].startswith(stem)))
    ]  # fmt: skip
    return found if MONEY.match(brief.said.tokens, place) is None else []
