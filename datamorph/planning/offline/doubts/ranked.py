"""Orders that a plan may have turned round, or that it puts other rows in than those that are meant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.names import OWN, words_of

_GRADES = {"fastest": "quick", "slowest": "slow", "quickest": "quick", "best": "good", "worst": "bad"}
_SPEEDS = frozenset("speed velocity pace kmh mph kph knots rate throughput".split())
_TIMES = frozenset(
    """
    s sec secs second seconds ms min mins minute minutes h hr hrs hour hours day days duration time times lap laps
    delay delays wait waits latency runtime elapsed length
    """.split()
)
_BAD = frozenset(
    """
    delay delays late lateness error errors complaint complaints fault faults loss losses defect defects wait waits
    failure failures failed missing cancelled canceled return returns damage damages injury injuries penalty penalties
    overdue unpaid debt churn absence absences accident accidents scrapped lost rejected
    """.split()
)
_GOOD = frozenset(
    """
    score scores rating ratings grade grades stars point points mark marks win wins revenue profit margin amount sales
    income turnover goals success passed
    """.split()
)
_CALENDAR = frozenset("year quarter month week day date weekday hour minute".split())
_FEWEST = frozenset({"fewest", "least"})


def graded_orders(evidence: Evidence) -> Iterator[str]:
    """``race_s, fastest first`` with the largest on top, ``worst first`` by a number of which nothing is bad."""
    items = [item for item in _orders(evidence) if is_number(_type(evidence, item.removesuffix(" desc")))]
    for word, behind in pairwise(evidence.words):
        grade = _GRADES.get(word) if behind in ("first", "at", "on") else None
        if grade and items and not any(_fits(item, grade) for item in items[:1]):
            yield f"it is open whether {items[0].removesuffix(' desc')} is '{word} first' that way"


def _fits(item: str, grade: str) -> bool:
    """True where the direction is that of the grade, as far as the name of the column tells."""
    name, is_down = item.removesuffix(" desc"), item.endswith(" desc")
    words = set(words_of(name))
    if grade in ("quick", "slow"):
        is_speed = bool(words & _SPEEDS)
        return bool(words & (_SPEEDS | _TIMES)) and is_down is (is_speed is (grade == "quick"))
    is_bad = bool(words & _BAD)
    return bool(words & (_BAD | _GOOD)) and is_down is (is_bad is (grade == "bad"))


def _orders(evidence: Evidence) -> list[str]:
    """By what the rows of the result are sorted; else by what the first of them are chosen."""
    found = [fields.get("by") if kind == "sort" else fields.get("order_by") for kind, fields in evidence.steps
             if kind in ("sort", "top")]  # fmt: skip
    return [str(item) for item in (found[-1] or ())] if found else []


def _type(evidence: Evidence, name: str) -> str:
    """The type of a column; numbers are measured."""
    return evidence.types.get(name.lower(), "string" if name in evidence.groups else "double")


def lost_chronology(evidence: Evidence) -> Iterator[str]:
    """``sales in chronological order per shop`` in no order of time."""
    if not any(word.startswith("chronologic") for word in evidence.words):
        return
    names = {item.removesuffix(" desc").lower() for _, fields in evidence.steps for key in ("by", "order_by")
             for item in map(str, fields.get(key) or ())}  # fmt: skip
    if not any(is_time(evidence.types.get(name, "")) or _CALENDAR & set(words_of(name)) for name in names):
        yield "nothing in it is in the order of time"


def turned_alphabet(evidence: Evidence) -> Iterator[str]:
    """``with city alphabetically: name, city`` in the order of the names."""
    order = next((item.removesuffix(" desc") for item in _orders(evidence)), "")
    for place, word in enumerate(evidence.words[1:], 1):
        links = evidence.links(place - 1, 1) if word.startswith("alphabetic") and order else []
        said = {link.column.lower() for link in links if link.column and link.score >= OWN}
        is_first = evidence.words[place - 2 : place - 1] not in (("and",), (",",)) or place < 2  # noqa: PLR2004
        if said and is_first and order.lower() in evidence.types and order.lower() not in said:
            yield f"it is sorted by {order}, where '{evidence.words[place - 1]} {word}' may tell the order"


def lost_last(evidence: Evidence) -> Iterator[str]:
    """``the shops with the fewest members``, where shops have none: these have the fewest."""
    if not _FEWEST & set(evidence.words) or any(fields.get("how") == "left" for _, fields in evidence.steps[-4:]):
        return
    for number, (kind, fields) in enumerate(evidence.steps):
        by = [str(name) for name in fields.get("by") or ()] if kind == "aggregate" else []
        counts = {name for name, formula in definitions(fields) if formula.lower() == "count(*)"}
        ordered = {str(item) for kind, one in evidence.steps[number:] if kind == "top" for item in one["order_by"][:1]}
        if len(by) == 1 and counts & ordered and (whole := _without_rows(evidence, by[0])):
            yield f"some {whole} have no rows at all, which is fewer"


def _without_rows(evidence: Evidence, column: str) -> str:
    """The table whose key a column refers to, and of which it does not name every row."""
    for ref in evidence.spec.sources.values():
        held = evidence.said.tables[ref].profile.columns.get(column)
        for other in evidence.said.tables if held is not None else ():
            hops = evidence.relations.between(ref, other) if other != ref else ()
            rows = evidence.said.tables[other].profile.rows
            if any(hop.columns == (column,) for hop in hops) and held is not None and 0 < held.distinct < rows:
                return other.name
    return ""


LOOKS: tuple[Look, ...] = (graded_orders, lost_chronology, lost_last, turned_alphabet)
