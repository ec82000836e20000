"""Words that a plan may have taken for less than they say: both, but, as, sorted by, at most, to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.doubts.turned import last_order, tests_of
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import OWN, TAILLESS, words_of

_SORTS = frozenset({"sorted", "ordered", "sort", "order"})
_ENDS = frozenset({",", ".", ";", "and", "then"})
_OF_TEXT = frozenset({"date", "price", "amount", "time", "day", "year", "rent", "booked", "cost"})
_MEASURED = frozenset({"total", "number", "count", "amount", "average"})
_PLACES = frozenset({"rank", "position", "place", "share"})
_UNITS = frozenset({"min", "sec", "minutes", "hours", "seconds"})
_LENGTHS = frozenset({"minute", "minutes", "hour", "hours", "duration", "length", "seconds"})
_SHORT = 2
_FORMULA = re.compile(r"= (\w+) \+ [^\W\d]\w*")
_JOINING = ("+", "||", "concat")
_ZERO = re.compile(r"\b(\w+) = 0\b")
_NOUGHTS = frozenset({"zero", "no", "0", "none"})
_COMPARED = re.compile(r"^\(?(\w+) [<>]=? (\w+)\)?$")


def other_orders(evidence: Evidence) -> Iterator[str]:
    """``a, b, number of c sorted by a``; ``sorted by city, newest first``; dates that are texts."""
    order, words = last_order(evidence), evidence.words
    for place, word in enumerate(words):
        if word not in _SORTS or words[place + 1 : place + 2] != ("by",) or not order:
            continue
        at = place + 2 + (words[place + 2 : place + 3] == ("the",))
        end = next((i for i in range(at, len(words)) if words[i] in _ENDS), len(words))
        said = {part for token in evidence.tokens[at:end] for part in (token.lemma, *words_of(token.text))}
        named = {link.column.lower() for i in range(at, end) for link in evidence.said.links(i, 1) if link.score >= OWN}
        first = order[0][0].lower()
        if named and not set(words_of(first)) & said and first not in named:
            yield f"its rows stand in the order of {first}"
        elif evidence.types.get(first) == "string" and set(words_of(first)) & _OF_TEXT:
            yield f"{first} is sorted as text"
        others = [name for name, _ in order[1:] if words_of(name)[-1] not in KEY_WORDS]
        is_more = words[end : end + 1] == (",",) and "first" in words[end + 2 : end + 4]
        if is_more and not others and not said & _MEASURED and evidence.types.get(first) == "string":
            yield f"nothing in its order is {words[end + 1]!r} first"


def lost_buts(evidence: Evidence) -> Iterator[str]:
    """``sales with discount but amount under 5``: both are conditions."""
    words = evidence.words
    tests = " ".join(text for _, text in tests_of(evidence)).lower()
    for place in range(1, len(words) - 2):
        if words[place] not in ("with", "without") or words[place + 2] != "but":
            continue
        names = {link.column.lower() for link in evidence.links(place + 1, 1) if link.column and link.score >= TAILLESS}
        if names and not any(name in tests for name in names):
            yield f"'{words[place]} {words[place + 1]}' is no condition of it"


def lost_both(evidence: Evidence) -> Iterator[str]:
    """``missing both discount and channel``, ``missing price and category``: both."""
    words = evidence.words
    tests = " ".join(text for _, text in tests_of(evidence)).lower()
    if "missing" not in words or tests.count("is null") != 1:
        return
    at = words.index("missing") + 1
    at += words[at : at + 1] == ("both",)
    if words[at + 1 : at + 2] == ("and",) and all(evidence.links(place, 1) for place in (at, at + 2)):
        yield "only one of both is tested"


def lost_sums_of_names(evidence: Evidence) -> Iterator[str]:
    """``first_name and last_name as full_name``: both together, and not the second under another name."""
    words = evidence.words
    renamed = {(new.lower(), old.lower()) for new, old in _renamed(evidence)}
    for place in range(len(words) - 4):
        is_two = words[place + 1] in ("and", "plus") and words[place + 3] == "as" and evidence.tokens[place].is_word
        if is_two and (words[place + 4], words[place + 2]) in renamed and evidence.links(place, 1):
            yield f"{words[place + 4]} is {words[place + 2]} alone"


def strange_labels(evidence: Evidence) -> Iterator[str]:
    """``as well as the average``; a rank that is a key."""
    if "well" in (name.lower() for name in evidence.columns):
        yield "'well' is no name"
    for name, source in _renamed(evidence):
        if name.lower() in _PLACES and words_of(source)[-1] in KEY_WORDS:
            yield f"{name} is {source}, which is a key"


def _renamed(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """New and old names of the columns that are shown."""
    for kind, fields in evidence.steps:
        for one in cast("list[str | dict[str, str]]", fields["columns"]) if kind == "select" else ():
            if not isinstance(one, str):
                yield from one.items()


def lost_most(evidence: Evidence) -> Iterator[str]:
    """``max 2 sales per shop``: at most so many rows of each."""
    words = evidence.words
    place = 1 if words[:1] in (("max",), ("maximum",)) else 2 if words[:2] == ("at", "most") else 0
    is_number = 0 < place < len(words) and evidence.tokens[place].kind == "number"
    if is_number and not {kind for kind, _ in evidence.steps} & {"top", "window", "sql"}:
        yield "it picks no rows of each"


def longer_texts(evidence: Evidence) -> Iterator[str]:
    """``first_name is longer than last_name``: by its letters."""
    is_said = bool({"longer", "shorter"} & set(evidence.words))
    for _, text in tests_of(evidence):
        found = _COMPARED.match(text)
        if is_said and found and all(evidence.types.get(name.lower()) == "string" for name in found.groups()):
            yield "texts are compared by the alphabet"


def longer_spans(evidence: Evidence) -> Iterator[str]:
    """``visits longer than 60 minutes``: how long they took, not another time of theirs."""
    words = [word for word in evidence.words if len(word) > _SHORT]
    is_said = any(token.lemma in ("minute", "hour", "second") for token in evidence.tokens)
    tests = " ".join(text for _, text in tests_of(evidence))
    times = sum(is_time(type_) for type_ in evidence.types.values())
    for column, type_ in evidence.types.items() if is_said and times > 1 else ():
        if set(words_of(column)) & _LENGTHS:
            continue
        own = [word for word in words_of(column) if len(word) > 1 and word not in _UNITS]
        is_named = any(one in word or word in one for one in own for word in words)
        if is_number(type_) and re.search(rf"\b{re.escape(column)}\b", tests, re.IGNORECASE) and not is_named:
            yield f"{column} may not be how long it took"


def lone_days(evidence: Evidence) -> Iterator[str]:
    """``sales to 2024-02-02``: until then."""
    tests = " ".join(text.lower() for _, text in tests_of(evidence))
    for place in range(1, len(evidence.tokens) - 1):
        is_until = evidence.words[place] == "to" and evidence.tokens[place + 1].kind == "date"
        is_lone = is_until and evidence.tokens[place - 1].kind == "word"
        day = str(evidence.tokens[place + 1].value)
        if is_lone and (f">= date '{day}'" in tests or re.search(rf"(?<![<>])= date '{day}'", tests)):
            yield "only that day is in it"


def lost_sums(evidence: Evidence) -> Iterator[str]:
    """``total = a + b``: nothing of it is a list of columns."""
    found = _FORMULA.search(" ".join(evidence.words))
    if found is not None and not any(sign in text for sign in _JOINING for text in evidence.formulas):
        yield f"nothing in it adds {found[1]} up"


def zeros_of_nothing(evidence: Evidence) -> Iterator[str]:
    """``members with zero sales``: no number of members that may be 0."""
    words = {part for token in evidence.tokens for part in (token.lemma, *words_of(token.text))}
    for _, text in tests_of(evidence):
        for column in _ZERO.findall(text):
            if _NOUGHTS & words and column.lower() in evidence.types and not set(words_of(column)) & words:
                yield f"{column} is not named, yet compared with 0"
            elif column in _row_counts(evidence):
                yield f"no group has 0 rows, yet {column} is compared with 0"


def _row_counts(evidence: Evidence) -> set[str]:
    """Columns that count the rows of groups; none where groups without rows are added."""
    if any(
        kind == "spine" or (kind == "join" and fields.get("how") in ("left", "full")) for kind, fields in evidence.steps
    ):
        return set()
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    return {str(name) for fields in groups for name, text in fields["measures"].items() if text == "count(*)"}


def late_copies(evidence: Evidence) -> Iterator[str]:
    """``the names of shops with sales, no duplicates``: of the names, after the choice of columns."""
    kinds = [kind for kind, _ in evidence.steps]
    is_said = {"duplicates", "repeats", "doubles"} & set(evidence.words[-3:])
    if not is_said or "dedupe" not in kinds or "select" not in kinds[kinds.index("dedupe") :]:
        return
    fields = evidence.steps[kinds.index("dedupe")][1]
    if not fields.get("by") and set(evidence.columns) < set(evidence.types):
        yield "rows are compared before columns are left out, so that the result may repeat some"


LOOKS: tuple[Look, ...] = (
    lost_sums,
    zeros_of_nothing,
    late_copies,
    other_orders,
    lost_buts,
    lost_both,
    lost_sums_of_names,
    strange_labels,
    lost_most,
    longer_texts,
    lone_days,
    longer_spans,
)
