"""What rows are about: groups of the prompt that the plan does not group by, and groups that cannot be meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import OWN, SYNONYM, words_of
from datamorph.planning.offline.phrases import phrase_set

_PER = phrase_set(("per", "each", "every", "the same"))
_LONGEST = 4
_NUMBERS = frozenset("no nr num number".split())
_ARTICLES = frozenset({"the", "a", "an", "its", "their"})
_DISTINCT = frozenset({"distinct", "different", "unique", "separate", "days", "dates"})
_COUNTED = re.compile(r"count\(\s*distinct\s+(\w+)", re.IGNORECASE)
_DIVIDED = re.compile(r"count\(\s*distinct\s+(\w+)\s*\)\s*/", re.IGNORECASE)
_SUM = re.compile(r"\w [-+*/] \w")
_CALLING = frozenset({"i'd", "i'll", "i've", "we'd"})
"""Who asks, and no ``id`` behind a noun."""
_CALENDAR = frozenset("day week month quarter year hour minute morning evening night weekday monday date".split())
_MOMENTS = frozenset({"on", "at", "date", "time", "timestamp"})
_BY_ROW = frozenset({"aggregate", "dedupe", "top", "window"})


def missing_groups(evidence: Evidence) -> Iterator[str]:
    """``for every driver the latest ...`` where no step groups by a key of drivers."""
    if not any(kind in _BY_ROW and (fields.get("by") or kind != "dedupe") for kind, fields in evidence.steps):
        return
    for place in range(len(evidence.tokens)):
        found = _PER.match(evidence.tokens, place)
        if found is None:
            continue
        first = place + found[0]
        while first < len(evidence.words) and evidence.words[first] in _ARTICLES:
            first += 1
        length, wanted = _wanted(evidence, first)
        named = {token.lemma for token in evidence.tokens[first : first + length]}
        if _is_of_rows(evidence, place, first, length) or _is_no_group(evidence, place, first, first + length):
            continue
        if wanted and not _meet(wanted | named, evidence):
            yield f"no step groups by {evidence.said.text(first, first + length)!r}"


_COUNTS = frozenset({"counts", "matters", "count", "matter"})
_MARKS = frozenset({",", "(", "by", "going", "the", "in", "for"})


def what_counts_as_groups(evidence: Evidence) -> Iterator[str]:
    """``only 2024 counts, by sold_on`` with a row for each day: the date only tells which rows count."""
    for place, word in enumerate(evidence.words):
        if word not in _COUNTS or "only" not in evidence.words[max(place - 4, 0) : place]:
            continue
        first = place + 1
        while first < len(evidence.words) and evidence.words[first] in _MARKS:
            first += 1
        told = {link.column.lower() for length in (1, 2) for link in evidence.links(first, length) if link.column}
        if first > place + 1 and told & {name.lower() for name in evidence.groups}:
            yield f"it groups by {evidence.tokens[first].text}, by which only some rows are meant to count"


_THEIR = frozenset({"their", "its", "his", "her"})
_BESIDE = frozenset({"and", "with", "plus", "&", "beside", "alongside"})
_MEASURING = frozenset("total sum number count average avg mean median minimum maximum highest lowest share".split())


def lost_owners(evidence: Evidence) -> Iterator[str]:
    """``shops and their total amount`` where no step groups by shops."""
    for place in range(2, len(evidence.words)):
        is_owned = evidence.words[place] in _THEIR and evidence.words[place - 1] in _BESIDE
        if not is_owned or not _MEASURING & set(evidence.words[place + 1 : place + 3]):
            continue
        first = next((i for i in (place - 3, place - 2) if i >= 0 and _tables(evidence, i, place - 1 - i)), place)
        tables = _tables(evidence, first, place - 1 - first)
        wanted = {name.lower() for table in tables for name in evidence.said.tables[table].schema.names}
        if tables and not _meet(wanted.union(*map(evidence.keys, tables)), evidence):
            said = evidence.said.text(first, place + 1)
            yield f"no step groups by {evidence.said.text(first, place - 1)!r}, yet the prompt says {said!r}"


def _tables(evidence: Evidence, first: int, length: int) -> set[TableRef]:
    found = evidence.links(first, length) if length > 0 else []
    return {link.table for link in found if not link.column and link.score >= OWN}


def counts_as_groups(evidence: Evidence) -> Iterator[str]:
    """``per dock, the number of rides`` where the plan groups by ``ride_no`` and counts nothing."""
    ends = {words_of(name)[0] for name in evidence.groups if words_of(name)[-1] in _NUMBERS and len(words_of(name)) > 1}
    for place in range(len(evidence.words) - 2):
        token = evidence.tokens[place + 2]
        is_asked = evidence.words[place : place + 2] == ("number", "of") and token.lower != token.lemma
        if is_asked and token.lemma in ends and "count(" not in evidence.text:
            yield f"nothing counts {token.text!r}"


def _is_of_rows(evidence: Evidence, place: int, first: int, length: int) -> bool:
    """``add the fee and the deposit of each visit, total it per hall``: a number of every row is computed first."""
    tables = {link.table for link in evidence.links(first, length) if not link.column} if length else set[TableRef]()
    if not tables or evidence.words[place - 1 : place] != ("of",):
        return False
    names = {name for table in tables for name in evidence.said.tables[table].schema.names}
    return any(
        _SUM.search(formula) and len([name for name in names if re.search(rf"\b{re.escape(name)}\b", formula)]) > 1
        for formula in evidence.formulas
    )


_AMOUNTS = frozenset("number count amount total sum size".split())
_ROW = frozenset({"each", "every"})
_MATCHING = frozenset("match matched join joined attach attached link linked pair connect".split())
_INDIFFERENT = frozenset("count counts counted qualifies qualify matters matter included".split())


def _is_no_group(evidence: Evidence, place: int, first: int, end: int) -> bool:
    """``lanes with the same number of shipments``, ``two of the same name``, ``orders of every state count``.

    So are ``counting every state``, and ``match each order to its day``: a join is of each row.
    """
    if evidence.words[place - 1 : place] in (("counting",), ("including",)) and place:
        return True
    is_row = evidence.words[place] in _ROW and bool(_MATCHING & set(evidence.words[max(place - 2, 0) : place]))
    if is_row and any(not k.column for k in evidence.links(first, end - first)):
        return any(kind == "join" for kind, _ in evidence.steps)
    if evidence.words[place + 1 : place + 2] == ("same",):
        is_amount = bool(_AMOUNTS & set(evidence.words[first : first + 1]))
        return (
            is_amount
            or evidence.words[place - 1 : place] == ("of",)
            or bool(set(evidence.words[first : first + 1]) & {name for pair in evidence.joined for name in pair})
        )
    return bool(_INDIFFERENT & set(evidence.words[end : end + 1]))


def _meet(wanted: set[str], evidence: Evidence) -> bool:
    """True for a column in both; that of a group may have its table in front, or more words: ``WeightClass``."""
    groups = evidence.groups | evidence.divided
    tails = {words_of(str(name))[-1] for _, fields in evidence.steps for name in fields.get("by") or ()}
    return bool(wanted & tails) or any(
        group == n or group.endswith(f"_{n}") or (len(n) >= _LONGEST and group.startswith(n))
        for n in wanted for group in groups
    )  # fmt: skip


def _wanted(evidence: Evidence, first: int) -> tuple[int, set[str]]:
    """Columns of which one must be grouped by; none for parts of the calendar, which schedules and formats say too."""
    if first < len(evidence.words) and evidence.tokens[first].lemma in _CALENDAR:
        return 0, set()
    spoken = range(first + 1, first + _LONGEST)
    last = next((i for i in spoken if i < len(evidence.words) and evidence.words[i] in _CALLING), first + _LONGEST)
    for length in range(last - first, 0, -1):
        links = [link for link in evidence.links(first, length) if link.score >= OWN * SYNONYM]
        if links and length == 1 and _is_owner(evidence, first):
            return _wanted(evidence, first + 1)
        if links:
            columns = {link.column.lower() for link in links if link.column}
            keys = {key for link in links if not link.column for key in evidence.keys(link.table)}
            own = {name.lower() for k in links if not k.column for name in evidence.said.tables[k.table].schema.names}
            return length, columns | keys | own
    return 0, set()


def _is_owner(evidence: Evidence, place: int) -> bool:
    """``each student's faculty``: the group is what stands behind it."""
    return evidence.tokens[place].text.endswith(("'s", "\u2019s")) and bool(evidence.links(place + 1, 1))


def strange_groups(evidence: Evidence) -> Iterator[str]:
    """One row for each moment, put in the order of that moment; two measures that are the same."""
    for kind, fields in evidence.steps:
        by = {str(name).lower() for name in fields.get("by") or ()}
        ordered = [str(item).lower().split()[0] for item in cast("list[Any]", fields.get("order_by") or ())]
        if kind == "dedupe" and ordered and ordered[0] in by:
            yield f"it keeps one row for each {ordered[0]}, in the order of {ordered[0]}"
        measures = cast("dict[str, str]", fields.get("measures") or {}) if kind == "aggregate" else {}
        shown = {name: formula for name, formula in measures.items() if name.lower() in evidence.shown}
        twice = [formula for formula, count in Counter(shown.values()).items() if count > 1]
        if twice:
            names = [name for name, formula in shown.items() if formula == twice[0]]
            yield f"{names[0]} and {names[1]} are the same"


def strange_counts(evidence: Evidence) -> Iterator[str]:
    """Different moments are counted, where the prompt does not say that they differ."""
    if _DISTINCT & set(evidence.words):
        return
    types = {
        column.name.lower(): column.type
        for ref in evidence.spec.sources.values()
        for column in evidence.said.tables[ref].schema
    }
    for name in _COUNTED.findall(" ".join(evidence.formulas)):
        if is_time(types.get(name.lower(), "string")) or words_of(name)[-1] in _MOMENTS:
            yield f"it counts the different values of {name}"
    keys = {key.lower() for ref in evidence.said.tables for key in evidence.keys(ref)}
    for name in _DIVIDED.findall(" ".join(evidence.formulas)):
        if name.lower() not in keys:
            yield f"it counts the different values of {name}"


_ONE = phrase_set(("one row", "a single row", "single row", "one record", "single record", "one line", "single line",
                   "one entry", "single entry", "exactly one row", "only one row"))  # fmt: skip
_PER_KEY = frozenset({"per", "for", "of"})
_BEHIND = 4


def bare_keys(evidence: Evidence) -> Iterator[str]:
    """``should have a single row per guest`` as the guests alone, where a table has several rows of each."""
    grouping = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    if len(grouping) != 1 or grouping[0].get("measures") or len(grouping[0].get("by") or ()) != 1:
        return
    for place in range(len(evidence.tokens)):
        found = _ONE.match(evidence.tokens, place)
        if found and _PER_KEY & set(evidence.words[place + found[0] : place + found[0] + _BEHIND]):
            yield f"it has {grouping[0]['by'][0]} alone: which of several rows is kept is not said"
            return


_LARGEST = frozenset("largest biggest highest greatest most".split())


_TURNED = frozenset("desc descending z reverse reversed highest higher last latest later".split())
_CLOSE = 3


def strange_orders(evidence: Evidence) -> Iterator[str]:
    """``largest group on top`` as an order by the group's name: it is the largest measure that is meant.

    So it is in ``largest sum first and code as tie-break`` as an order by code from Z to A.
    """
    if not any(kind == "aggregate" for kind, _ in evidence.steps) or not _LARGEST & set(evidence.words):
        return
    orders = [str(one) for kind, fields in evidence.steps if kind in ("sort", "top")
              for one in (*(fields.get("by") or ()), *(fields.get("order_by") or ()))]  # fmt: skip
    for one in dict.fromkeys(orders):
        name, _, way = one.partition(" ")
        spots = [i for i, word in enumerate(evidence.words) if word == name.lower()]
        is_turned = any(_TURNED & set(evidence.words[max(i - _CLOSE, 0) : i + _CLOSE]) for i in spots)
        if way == "desc" and evidence.types.get(name.lower()) == "string" and not is_turned:
            yield f"it is sorted by {name}, a text, from Z to A"


_SPREAD = phrase_set(("column per", "columns per", "column for each", "columns for each", "column for every"))


def columns_as_groups(evidence: Evidence) -> Iterator[str]:
    """``one column per state`` where rows are grouped by the state and show it."""
    grouping = next((fields for kind, fields in reversed(evidence.steps) if kind == "aggregate"), None)
    by = {str(name).lower() for name in (grouping or {}).get("by") or ()} & {one.lower() for one in evidence.columns}
    for place in range(len(evidence.tokens)):
        found = _SPREAD.match(evidence.tokens, place)
        length, wanted = _wanted(evidence, place + found[0]) if found else (0, set[str]())
        columns = {link.column.lower() for link in evidence.links(place + (found[0] if found else 0), length)} & wanted
        if columns & by:
            yield f"it has a row for each {min(columns & by)}, not a column"


def hidden_keys(evidence: Evidence) -> Iterator[str]:
    """``for each machine how many, in a column called backlog``: a number for each of something that is not shown."""
    grouping = next((fields for kind, fields in reversed(evidence.steps) if kind == "aggregate"), None)
    keys = {str(name).lower() for name in (grouping or {}).get("by") or ()}
    kinds = [kind for kind, _ in evidence.steps]
    last = len(kinds) - kinds[::-1].index("aggregate") if keys else 0
    selected = [str(fields["columns"]).lower() for kind, fields in evidence.steps[last:] if kind == "select"]
    if not keys or not selected or not any(_PER.match(evidence.tokens, i) for i in range(len(evidence.tokens))):
        return
    after = kinds[last:]
    shown = selected[-1]
    if set(after) <= {"select", "sort", "filter"} and not any(key in shown for key in keys):
        yield f"{', '.join(sorted(keys))} is not in the result"


LOOKS: tuple[Look, ...] = (
    what_counts_as_groups,
    columns_as_groups,
    counts_as_groups,
    missing_groups,
    lost_owners,
    strange_groups,
    bare_keys,
    hidden_keys,
    strange_orders,
    strange_counts,
)
