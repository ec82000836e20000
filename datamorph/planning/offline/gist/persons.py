"""Words for the persons that tables hold: ``people``, ``visitors``, ``payers``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.words import PEOPLE, VERBS
from datamorph.planning.offline.recipes.brief import Brief

_SHORTEST_STEM, _SHORTEST_DOER = 4, 3
_PERSONS = frozenset(
    "customer client buyer user shopper guest member patron subscriber student patient passenger attendee visitor "
    "rider driver player tenant resident donor pupil candidate employee account reader borrower citizen "
    "participant staff worker colleague".split()
)


def persons_said(brief: Brief, place: int) -> list[TableRef]:
    """The tables whose persons a word may mean; none for a word that names something else."""
    token = brief.said.tokens[place]
    if token.kind != "word" or brief.said.links(place, 1) or brief.said.value(place)[0]:
        return []
    if brief.words[place] not in PEOPLE and not _is_doer(brief, brief.lemmas[place]):
        return []
    return [ref for ref in brief.said.tables if _holds_persons(brief, ref)]


def _is_doer(brief: Brief, lemma: str) -> bool:
    """``visitor``, ``payer``: who did what the rows of a table tell of."""
    stem = lemma.removesuffix("er").removesuffix("or")
    done = VERBS.get(stem + "ing", VERBS.get(stem, ""))
    names = brief.said.names.table_words
    return stem != lemma and len(stem) >= _SHORTEST_DOER and any(
        words and (words[-1] == done or (len(stem) >= _SHORTEST_STEM and words[-1].startswith(stem)))
        for ref, words in names.items() if ref in brief.said.tables)  # fmt: skip


def _holds_persons(brief: Brief, table: TableRef) -> bool:
    words = set(brief.said.names.table_words.get(table, ()))
    return bool(words & _PERSONS)
