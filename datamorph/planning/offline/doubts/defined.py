"""What a prompt says of one column of the result where it names it, and the formula of that column lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions

_NEEDS: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = tuple(
    (re.compile(said), re.compile(made), told)
    for said, made, told in (
        (
            r"\b(?:blanks|spaces|whitespace) (?:off|around|removed|trimmed|stripped|cut|away|gone)\b"
            r"|\b(?:no|without|strip|trim|drop|remove|surrounding|outer|leading|trailing)(?: \w+)? "
            r"(?:blanks|spaces|whitespace)\b|\b(?:trimmed|stripped)\b",
            r"trim\(|replace\(|date\(|cast\(|parse",
            "blanks stay in {}",
        ),
        (r"\b(?:lower[- ]?cased?|small letters)\b", r"lower\(|initcap\(", "{} is not in lower case"),
        (r"\b(?:upper[- ]?cased?|capitals|capital letters)\b", r"upper\(|initcap\(", "{} is not in upper case"),
        (r"\b(?:average|avg|mean)\b", r"avg\(|/|median|moving|mean", "{} is no average"),
        (r"\bmedian\b", r"median|percentile", "{} is no median"),
        (
            r"\bonly (?:the )?digits\b|\bjust (?:the )?digits\b",
            r"replace\(|translate\(|extract",
            "{} keeps more than digits",
        ),
    )
)
_GROUPING = (("each",), ("every",), ("per",), ("by",))
_OPENS = frozenset({":", "=", "("})
_STATES = frozenset({"is", "being", "means", "are"})
_ENDS = frozenset({".", ";", "?", "!"})
_ARTICLES = frozenset({"the", "its", "their", "a"})
_MOST_STEPS = 8


def lost_definitions(evidence: Evidence) -> Iterator[str]:
    """``loyalty: blanks off`` of a column that is not trimmed, ``client is the cl_id`` of one that is a name."""
    formulas = _formulas(evidence)
    for name, first, end in _segments(evidence):
        made = formulas.get(name.casefold(), name).lower()
        said = " ".join(evidence.words[first:end])
        for words, needed, told in _NEEDS:
            if words.search(said) and not needed.search(made):
                yield told.format(name)
        words = [word for word in evidence.words[first:end] if word not in _ARTICLES]
        is_one = len(words) == 1 and not set(evidence.words[end : end + 2]) & evidence.types.keys()
        source = words[0] if is_one else ""
        if source in evidence.types and source not in made:
            yield f"{name} is not made of {source}"


def _segments(evidence: Evidence) -> Iterator[tuple[str, int, int]]:
    """Columns of the result with the run of words that defines each: ``net = price less fee``, ``n (how many)``."""
    shown = {name.casefold(): name for name in evidence.columns}
    heads = [place for place, token in enumerate(evidence.tokens[:-2]) if token.text.casefold() in shown]
    heads = [place for place in heads if evidence.words[place + 1] in _opening(evidence, place)]
    heads = [place for place in heads if evidence.words[place - 1 : place] not in _GROUPING]
    for place in heads:
        first = place + 2
        yield shown[evidence.tokens[place].text.casefold()], first, _end(evidence, place, frozenset(heads))


def _opening(evidence: Evidence, place: int) -> frozenset[str]:
    """What opens a definition there; ``amount is over 5`` is a condition."""
    return _OPENS if evidence.words[place] in evidence.types else _OPENS | _STATES


def _end(evidence: Evidence, head: int, heads: frozenset[int]) -> int:
    opened = evidence.words[head + 1]
    depth = 1 if opened == "(" else 0
    for place in range(head + 2, len(evidence.tokens)):
        text = evidence.tokens[place].text
        depth += (text in "([") - (text in ")]")
        is_head = place in heads or evidence.words[place + 1 : place + 2] == ("=",)
        is_behind = depth == 0 if opened == "(" else depth < 0 or text in _ENDS or is_head
        if is_behind or (opened in _STATES and text == "," and depth == 0):
            return place
    return len(evidence.tokens)


def _formulas(evidence: Evidence) -> dict[str, str]:
    """What each column is made of, with what that is made of, and with the kinds of the steps before it."""
    made: dict[str, str] = {}
    for _, fields in evidence.steps:
        for name, formula in definitions(fields):
            inner = sorted({made[word] for word in re.findall(r"\w+", formula.lower()) if word in made})
            made[name.lower()] = reduce(lambda text, part: f"{text} {part}", inner[:_MOST_STEPS], formula)
    return made


LOOKS: tuple[Look, ...] = (lost_definitions,)
