"""Formats of dates that a prompt shows, by examples and as people spell them, and where it does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.rephrasing.said import Said

_FORMS: tuple[tuple[str, str], ...] = (
    (r"\b\d{4}-\d{2}-\d{2}\b|\byyyy-mm-dd\b|\biso(?: ?8601)?\b", "yyyy-MM-dd"),
    (r"\b(?:1[3-9]|2\d|3[01])\.(?:0\d|1[0-2])\.\d{4}\b|\bdd\.mm\.yyyy\b", "dd.MM.yyyy"),
    (r"\b(?:1[3-9]|2\d|3[01])/(?:0\d|1[0-2])/\d{4}\b|\bdd/mm/yyyy\b", "dd/MM/yyyy"),
    (r"\b(?:0\d|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{4}\b|\bmm/dd/yyyy\b", "MM/dd/yyyy"),
    (r"\b\d{4}/\d{2}/\d{2}\b|\byyyy/mm/dd\b", "yyyy/MM/dd"),
    (r"\b(?:1[3-9]|2\d|3[01])-(?:0\d|1[0-2])-\d{4}\b|\bdd-mm-yyyy\b", "dd-MM-yyyy"),
)
"""What shows a format; examples of which day and month cannot be told apart show none."""
_NUMBERS = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{4}")
_DOTTED = re.compile(r"(?<![\w.'\"/-])\d{1,2}([./-])\d{1,2}\1\d{4}(?![\w'\"/-])")


def with_quotes(prompt: str) -> str:
    """``14.04.1995`` as one text, with quotes around it: a full stop in it would end a sentence."""
    return _DOTTED.sub(lambda match: f"'{match[0]}'", prompt)


def forms_in(said: Said, start: int, end: int) -> Iterator[tuple[str, range]]:
    """Formats that a run of tokens shows, each with the places that show it."""
    first, last = said.tokens[start].start, said.tokens[end - 1].end
    for pattern, form in _FORMS:
        for match in re.finditer(pattern, said.prompt, re.IGNORECASE):
            if first <= match.start() and match.end() <= last:
                places = [i for i, t in enumerate(said.tokens) if t.start < match.end() and t.end > match.start()]
                yield form, range(places[0], places[-1] + 1)


def dates_in(said: Said, start: int, end: int) -> Iterator[int]:
    """Places of dates in a run of tokens, those among them of which it is not clear what is the day."""
    for place in range(start, end):
        token = said.tokens[place]
        if token.kind == "date" or (token.kind == "text" and _NUMBERS.fullmatch(token.lower.strip())):
            yield place
