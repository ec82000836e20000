"""Numbers in a plan that the prompt has no word for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.names import words_of

_SUM = re.compile(r"sum\(\w+\)", re.IGNORECASE)
_ADDING = frozenset("""
    highest lowest most fewest best worst largest smallest biggest least top bottom busiest record
    total sum summed summing sums add adds added adding altogether overall combined much spent spend revenue
    takings turnover earned income worth roll rolled aggregate aggregated cumulative running all together share
    percent percentage % lifetime many collected sales grand in-all earnings proceeds per how whole
    accumulated brought brings bring paid pay
    """.split())  # fmt: skip
"""Words with which a number of many rows is added up."""
_COUNTING = frozenset("""
    count counted counting number how many often times total frequency frequent tally volume # n num most fewest
    busiest popular least size several more less fewer quantity rows records entries occurrences distinct
    different unique share percent percentage % rate ratio
    """.split())  # fmt: skip


_NAMING = frozenset({"id", "name", "code", "key"})
"""Last words of names that are those of no number."""


def sums_unasked(evidence: Evidence) -> Iterator[str]:
    """``every customer's name and credit limit`` with the limits added up."""
    said = {token.lemma if token.kind == "word" else token.lower for token in evidence.tokens} | set(evidence.words)
    named = {part for word in said for part in word.split("_")}
    named -= {ref.name.lower() for ref in evidence.spec.sources.values()}
    for kind, fields in evidence.steps:
        if kind != "aggregate":
            continue
        for name, formula in definitions(fields):
            if _SUM.fullmatch(formula) and not named & _ADDING:
                yield f"{name} adds up, which the prompt does not ask for"
            is_identity = words_of(name)[-1] in _NAMING or name.lower() in _NAMING
            if formula.lower() == "count(*)" and not named & _COUNTING and is_identity:
                yield f"{name} counts rows, which the prompt does not ask for"


_CALLS = {"sum": "sum", "count": "count", "avg": "avg", "average": "avg", "min": "min", "max": "max", "mean": "avg",
          "median": "median"}  # fmt: skip
_CALL = re.compile(rf"\b({'|'.join(_CALLS)})\s?\(", re.IGNORECASE)


def lost_calls(evidence: Evidence) -> Iterator[str]:
    """``shop_id, sum(amount)`` with the amounts as they are."""
    for name in dict.fromkeys(_CALLS[found.lower()] for found in _CALL.findall(evidence.said.prompt)):
        if not re.search(rf"\b{name}(_if|_by)?\(", evidence.text):
            yield f"nothing in it is a {name}(...)"


_PART = re.compile(r"\b(year|quarter|month)\(", re.IGNORECASE)


def parts_as_dates(evidence: Evidence) -> Iterator[str]:
    """``group by month(sold_on)`` with its first days as the keys, and not 1 to 12."""
    for name in dict.fromkeys(found.lower() for found in _PART.findall(evidence.said.prompt)):
        is_made = re.search(rf"\b{name}\(|date_format\(", evidence.text)
        if not is_made and f"date_trunc('{name}'" in evidence.text:
            yield f"no number of the {name} is in it"


LOOKS: tuple[Look, ...] = (sums_unasked, lost_calls, parts_as_dates)
