"""What stands ahead in the same clause, as a text for forms that are longer than a phrase."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader

_STOPS = frozenset({".", ",", ";", ":", "(", ")"})
_MOST_WORDS = 14


def words_ahead(reader: Reader) -> str:
    """The words up to the next mark, in lower case with single spaces."""
    words: list[str] = []
    while len(words) < _MOST_WORDS and (token := reader.peek(len(words))) is not None and token.text not in _STOPS:
        words.append(token.lower)
    return " ".join(words)
