"""Words for codes: ``W = web, P = phone, anything else other``, in any notation."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.made.about import About, Read
from datamorph.planning.offline.made.labels import label_ends

_TIES = frozenset({",", ";", "and"})
_LINKS = (("=",), ("-", ">"), ("→",), ("=", ">"), ("is",), ("means",), ("as",), (":",), ("becomes",), ("to",),
          ("stands", "for"), ("should", "become"), ("by",), ("with",), ("should", "be"))  # fmt: skip
_RESTS = (("otherwise",), ("else",), ("anything", "else"), ("everything", "else"), ("all", "others"), ("the", "rest"),
          ("rest",), ("all", "other", "values"), ("all", "else"), ("others",), ("any", "other"))  # fmt: skip
_LEAST = 2


def pairs_at(said: About, place: int, column: str) -> Read | None:
    """The words for codes of a column that begin there."""
    codes = {str(one) for one in said.profile(column).values if one is not None}
    found: list[tuple[str, str]] = []
    rest, end = "", place
    while not rest:
        one = next(iter(_pair(said, place, codes)), None)
        if one is None:
            rest, end = _rest(said, place, end)
            break
        code, word, end = one
        found.append((code, word))
        place = end
        while place < len(said) and said.words[place] in _TIES:
            place += 1
        if place == end:
            break
    told = {code for code, _ in found}
    if len(found) < _LEAST or len(told) < len(found) or not (rest or told >= codes):
        return None
    whens = " ".join(f"when {column} = {_quoted(code, said, column)} then {word}" for code, word in found)
    return Read(end, f"case {whens}{f' when {column} is not null then {rest}' if rest else ''} end")


def _quoted(code: str, said: About, column: str) -> str:
    return code if said.is_number(column) else "'" + code.replace("'", "''") + "'"


def _pair(said: About, place: int, codes: set[str]) -> Iterator[tuple[str, str, int]]:
    """A code with its word, or ``web for W``: the longest label first."""
    for end in reversed(list(label_ends(said, place))):
        first = said.label(place, end)
        for link in (*_LINKS, ("for",)):
            start = end + len(link)
            if said.words[end:start] != link:
                continue
            for last in reversed(list(label_ends(said, start))):
                second = said.label(start, last)
                code, word = (second, first) if link == ("for",) else (first, second)
                if code.strip("'") in codes:
                    yield code.strip("'"), word, last


def _rest(said: About, place: int, end: int) -> tuple[str, int]:
    """The word for all other codes."""
    for words in _RESTS:
        start = place + len(words)
        if said.words[place:start] != words:
            continue
        start = next((start + len(k) for k in _LINKS if said.words[start : start + len(k)] == k), start)
        last = max(label_ends(said, start), default=0)
        if last:
            return said.label(start, last), last
    return "", end
