"""Misspelt names: ``categry`` is read as ``category``, and said so."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz, process

from datamorph.planning.offline.dialog import Dialog
from datamorph.planning.offline.lexicon import cues
from datamorph.planning.offline.lexicon.names import ABBREVIATIONS
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS, NEVER_GLUE, NUMBERS, WEEKDAYS
from datamorph.planning.offline.names import SYNONYMS_OF, NameIndex, words_of
from datamorph.planning.offline.tokens import Token
from datamorph.planning.offline.values import ValueIndex

_SHORTEST = 5
_ALIKE = 88
_TABLES = (
    cues.AGGREGATES, cues.COUNTS, cues.DISTINCT, cues.PER, cues.COMPARISONS, cues.POSTFIX, cues.MISSING, cues.KEEP,
    cues.REMOVE, cues.SORT, cues.DESCENDING, cues.ASCENDING, cues.SUPERLATIVES, cues.VAGUE, cues.OUTPUT, cues.NAMING,
    cues.TARGET, cues.JOIN, cues.ARITHMETIC, cues.TIME_PARTS, cues.UNITS, cues.PRESENT,
)  # fmt: skip


def correct(tokens: tuple[Token, ...], names: NameIndex, values: ValueIndex, dialog: Dialog) -> tuple[Token, ...]:
    """Tokens with misspelt names of the catalog put right; every correction is an assumption."""
    vocabulary = sorted(word for word in names.vocabulary if len(word) >= _SHORTEST)
    return tuple(_corrected(token, vocabulary, names, values, dialog) for token in tokens)


def _corrected(token: Token, vocabulary: list[str], names: NameIndex, values: ValueIndex, dialog: Dialog) -> Token:
    if token.kind != "word" or len(token.text) < _SHORTEST or _is_known(token, names) or values.exact(token.text):
        return token
    nearest = process.extractOne(token.lemma, vocabulary, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    if nearest is None or _is_inflected(token.lemma, nearest[0]):
        return token
    dialog.assume(f"{token.text!r} is read as {nearest[0]!r}")
    return replace(token, text=nearest[0], lower=nearest[0], lemma=nearest[0])


def _is_inflected(word: str, name: str) -> bool:
    """Different words rather than a slip: another first letter, or one is the beginning of the other."""
    return word[0] != name[0] or word.startswith(name) or name.startswith(word)


def _is_known(token: Token, names: NameIndex) -> bool:
    words = words_of(token.text)
    return token.lower in _english() or token.lemma in _english() or all(word in names.vocabulary for word in words)


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    """Every word that the lexicon knows."""
    phrases: set[str] = set()
    for table in _TABLES:
        phrases.update(table)
    words = {word for phrase in phrases for word in phrase.split()}
    return frozenset(words | set(GLUE | NEVER_GLUE) | {*ABBREVIATIONS, *SYNONYMS_OF, *MONTHS, *WEEKDAYS, *NUMBERS})
