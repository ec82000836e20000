"""Keys of an order and alternatives that a plan leaves out, and texts that are only compared in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.names import TAILLESS

_SORTING = frozenset({"by", "on", "sort", "sorted", "order", "ordered"})
_OVER = frozenset({"by", "on", "the", "ascending", "descending", "asc", "desc"})
_ENDS = frozenset(".;!?")
_ORDERS = ("by", "order_by")
_EITHER = re.compile(r"\bor (?:with|where|whose|having|that have|which have)\b")
_COMPARED = re.compile(r"\b(?:lower|upper) \( \w+ \) (?:not )?(?:starts|begins|ends|contains|like|=)(?: |$)")


def lost_keys(evidence: Evidence) -> Iterator[str]:
    """``sorted by city, then by price`` in the order of cities alone."""
    sorts = [fields for kind, fields in evidence.steps if kind in ("sort", "top")]
    held = {str(key).split()[0].lower() for fields in sorts for name in _ORDERS for key in fields.get(name) or ()}
    for place, word in enumerate(evidence.words):
        if word != "then" or not sorts or not _SORTING & set(_sentence_before(evidence, place)):
            continue
        at = place + 1
        while evidence.words[at : at + 1] and evidence.words[at] in _OVER:
            at += 1
        columns = {link.column.lower() for length in (1, 2) for link in evidence.links(at, length)
                   if link.column and link.score >= TAILLESS}  # fmt: skip
        if columns and not columns & held and not columns & set(evidence.groups):
            yield f"the rows are not in the order of {sorted(columns)[0]}"


def lost_alternatives(evidence: Evidence) -> Iterator[str]:
    """``whose city is Leeds, or with a discount``: one of both is enough."""
    tests = [str(fields.get("where", "")).lower() for kind, fields in evidence.steps if kind == "filter"]
    is_said = _EITHER.search(" ".join(evidence.words))
    if is_said and tests and not any(" or " in test for test in tests):
        yield "rows have to pass both conditions, of which one is enough"


def _sentence_before(evidence: Evidence, place: int) -> tuple[str, ...]:
    first = next((at + 1 for at in range(place - 1, -1, -1) if evidence.words[at] in _ENDS), 0)
    return evidence.words[first:place]


def made_for_comparing(evidence: Evidence) -> Iterator[str]:
    """``lower(title) starts with 'rust'`` as a column in small letters."""
    is_compared = _COMPARED.search(" ".join(evidence.words))
    made = [text for kind, fields in evidence.steps if kind == "derive" for _, text in definitions(fields)]
    if is_compared and any(re.fullmatch(r"(?:lower|upper)\(\w+\)", text.lower()) for text in made):
        yield "a text is changed that is only compared"


LOOKS: tuple[Look, ...] = (lost_keys, lost_alternatives, made_for_comparing)
