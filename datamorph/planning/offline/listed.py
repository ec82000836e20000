"""Names in the prompt's list of columns: they say what the result is called, hardly what the prompt is about."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.tokens import Token

_HEADS = frozenset({"columns", "headings", "headers", "fields"})
_SEPARATORS = frozenset({",", "and", "&", ":"})
_ENDS = frozenset({".", ";", ")", "!", "?", "("})
_ENDS_OF_SENTENCE = frozenset({".", ";", "?", "!"})
_FEWEST, _FEWEST_BARE = 2, 3


def listed(tokens: Sequence[Token]) -> frozenset[int]:
    """Places of the plain words that stand alone between the commas behind ``columns``."""
    found: set[int] = set()
    for start, token in enumerate(tokens):
        run = _run(tokens, start + 1) if token.lower in _HEADS or (start and token.text in _ENDS_OF_SENTENCE) else []
        found |= set(run) if len(run) >= (_FEWEST if token.lower in _HEADS else _FEWEST_BARE) else set()
    return frozenset(place for place in found if tokens[place].kind == "word")


def _run(tokens: Sequence[Token], place: int) -> list[int]:
    found: list[int] = []
    while place < len(tokens) and (tokens[place].is_word or tokens[place].text in _SEPARATORS):
        is_alone = place + 1 >= len(tokens) or tokens[place + 1].lower in _SEPARATORS | _ENDS
        if tokens[place].lower not in _SEPARATORS:
            if not is_alone:
                break
            found.append(place)
        place += 1
    return found
