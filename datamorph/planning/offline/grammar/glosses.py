"""Words that are explained behind them: ``open admissions (no disch_ts)``, ``who stay, i.e. left_on is empty``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.ledger import Entry, is_content
from datamorph.planning.offline.lexicon.cues import AGGREGATES, COMPARISONS, COUNTS, SUPERLATIVES
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Missing,
    Negation,
    Noun,
    OneOf,
    Text,
    Within,
)
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import phrase_set

_FILTERS = frozenset({"filter", "values into columns"})
_LONGEST = 6
_NEGATIONS = NEVER_GLUE | {"haven't", "hasn't", "aren't", "isn't", "weren't", "wasn't", "didn't", "don't", "hadn't",
                           "doesn't", "nobody", "nothing"}  # fmt: skip
_EMPTY = frozenset({"no", "empty", "null", "missing", "without", "blank", "unset", "not"})
_TELLING = frozenset(
    word for table in (AGGREGATES, COMPARISONS, COUNTS, SUPERLATIVES) for phrase in table for word in phrase.split()
)
_REMOVALS = frozenset(
    "excluded exclude excluding left dropped drop ignored ignore omitted omit removed remove skipped skip out".split()
)
"""``leavers excluded (left_on filled)`` turns what the parenthesis says round."""
_LEADS = phrase_set(("i.e", "ie", "that is", "meaning", "in other words", "which means", "that means"))
_LONGEST_LEAD = 4
_BEFORE_TOLD = frozenset({",", ";", "-", "\u2013", "\u2014"})
_BY_TELLING = "what is said behind it"
_STOPS = frozenset({".", ",", ";", ":", "(", ")", "?", "!"})


def settle_glosses(reader: Reader) -> None:
    """Explain the words before every condition that says what they mean: in parentheses, or behind *i.e.*."""
    ledger = reader.ledger
    open_places = set(ledger.unexplained())
    for entry in [one for one in ledger.entries if one.meaning in _FILTERS]:
        opening = _opening(reader, entry)
        told = _told(reader, entry) if opening is None else None
        if told is not None:
            opening = told - (reader.tokens[told - 1].text in _BEFORE_TOLD)
        if opening is None:
            continue
        places = _before(reader, opening, open_places)
        if places and _is_meant(reader, places, entry):
            ledger.explain(places[0], places[-1] + 1, "what the parenthesis says" if told is None else _BY_TELLING)
            ledger.explain(told, entry.start, _BY_TELLING) if told is not None else None


def columns_of(condition: Condition) -> set[Link]:
    """Columns that a condition is about."""
    match condition:
        case Both():
            return {link for part in condition.parts for link in columns_of(part)}
        case Negation():
            return columns_of(condition.part)
        case Missing():
            noun = condition.operand
        case Compare() | OneOf() | Within() | Text():
            noun = condition.left
        case _:
            return set()
    return {replace(link, score=1.0) for link in noun.links} if isinstance(noun, Noun) else set()


def _opening(reader: Reader, entry: Entry) -> int | None:
    """The place of the parenthesis that holds nothing but the condition."""
    tokens = reader.tokens
    first = entry.start if tokens[entry.start].text == "(" else entry.start - 1
    end = entry.end - 1 if tokens[entry.end - 1].text == ")" else entry.end
    if first <= 0 or tokens[first].text != "(" or end >= len(tokens) or tokens[end].text != ")":
        return None
    return first


def _told(reader: Reader, entry: Entry) -> int | None:
    """The place of the words that lead to the explanation, where the condition is the whole of it."""
    mark = reader.position
    behind = reader.tokens[entry.end].text if entry.end < len(reader.tokens) else "."
    found = None
    for start in range(max(entry.start - _LONGEST_LEAD, 1), entry.start):
        reader.position = start
        if found is None and reader.take(_LEADS) is not None and (reader.word(".", ",", ":") or True):
            found = start if reader.position == entry.start else None
    reader.position = mark
    return found if behind in _STOPS - {"("} else None


def _before(reader: Reader, opening: int, open_places: set[int]) -> list[int]:
    """Open words right before, over the table that they describe."""
    found: list[int] = []
    for place in range(opening - 1, max(opening - 1 - _LONGEST, -1), -1):
        token = reader.tokens[place]
        if token.text in _STOPS or token.kind in ("text", "number", "date"):
            break
        if place in open_places:
            found.append(place)
        elif is_content(token) and not _is_table(reader, place):
            break
    return sorted(found)


def _is_table(reader: Reader, place: int) -> bool:
    links = reader.links(place, 1)
    return bool(links) and not links[0].column


def _is_meant(reader: Reader, places: list[int], entry: Entry) -> bool:
    """False where the words say something of their own: a measure, a comparison, a negation that the gloss lacks."""
    words = {reader.tokens[place].lower for place in range(places[0], places[-1] + 1)}
    said = {reader.tokens[place].lower for place in range(entry.start, entry.end)}
    if (
        words & _REMOVALS
        or words & (_TELLING - {"at", "all", "last", "first", "no", "of", "the"})
        or any(reader.values.exact(reader.tokens[place].text) for place in places)
    ):
        return False
    return not words & _NEGATIONS or bool(said & _EMPTY)
