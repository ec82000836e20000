"""Numbers that a plan measures otherwise than the prompt may mean: of totals, of some rows, of a part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from datamorph.core.datatype import is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import TAILLESS

_OUTER = frozenset(
    "average avg mean median maximum max highest largest biggest minimum min lowest smallest typical".split()
)
_INNER = frozenset({"total", "totals", "sum", "sums"})
_BETWEEN = frozenset("of the a all daily weekly monthly quarterly yearly annual their its".split())
_COMPARES = frozenset({"over", "above", "under", "below", "exceeding"})
_LIMITS = frozenset("keep where having whose only with if that drop filter when which are is".split())
_GROUPS = frozenset({"per", "by", "each", "every"})
_LACKING = frozenset({"lack", "lacks", "lacking", "without", "that", "which", "who"})
_NEAR = 5
_WITHIN = frozenset({"in", "since", "between", "before", "after", "during", "within"})
_SUMMED = re.compile(r"sum\((\w+)\)", re.IGNORECASE)
_WHOLE_SHARE = re.compile(r"/\s*sum\(|\*\s*1\.0\s*/\s*sum", re.IGNORECASE)


def nested_functions(evidence: Evidence) -> Iterator[str]:
    """``average of the total amount per shop``: the mean of the totals."""
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    if len(groups) != 1 or len(groups[0]["measures"]) < 2:  # noqa: PLR2004 (both of them, side by side)
        return
    for place, word in enumerate(evidence.words):
        if word not in _OUTER:
            continue
        at = place + 1
        while at < len(evidence.words) and evidence.words[at] in _BETWEEN:
            at += 1
        if at < len(evidence.words) and evidence.words[at] in _INNER:
            yield f"the {word} of totals may be meant"


def parts_of_wholes(evidence: Evidence) -> Iterator[str]:
    """``share of scrapped trips per driver``: of the trips of each driver, or of all that are scrapped."""
    if not {"share", "percentage", "percent", "proportion", "fraction"} & set(evidence.words):
        return
    kinds = [kind for kind, _ in evidence.steps]
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate" and fields.get("by")]
    windows = [fields for kind, fields in evidence.steps if kind == "window" and not fields.get("partition_by")]
    is_of_all = any(_WHOLE_SHARE.search(str(fields["columns"])) for fields in windows)
    if is_of_all and groups and "filter" in kinds[: kinds.index("aggregate")] and _is_share_of_some(evidence):
        yield "it is open whether the share is of each group's own rows"


def _is_share_of_some(evidence: Evidence) -> bool:
    """True where the rows that have the share are told right behind *share of*."""
    for place, word in enumerate(evidence.words):
        if word in ("share", "percentage", "percent", "proportion", "fraction"):
            at = place + 1
            while at < len(evidence.words) and evidence.words[at] in ("of", "the", "all"):
                at += 1
            is_flag = any(evidence.types.get(link.column.lower()) == "boolean" for link in evidence.links(at, 1))
            if evidence.said.value(at)[0] or is_flag or _LACKING & set(evidence.words[at : at + _NEAR]):
                return True
    return False


def limits_of_rows(evidence: Evidence) -> Iterator[str]:
    """``number of sales over 8 by channel``: sales over 8, or channels with more of them."""
    measured = {name.lower() for kind, fields in evidence.steps if kind == "aggregate" for name in fields["measures"]}
    limits = [str(fields["where"]).lower() for kind, fields in evidence.steps if kind == "filter"]
    for place, word in enumerate(evidence.words):
        token = evidence.tokens[place + 1] if place + 1 < len(evidence.words) else None
        if word not in _COMPARES or token is None or token.kind != "number" or not place:
            continue
        is_limit = any(name in text and token.text in text for name in measured for text in limits)
        is_grouped = bool(_GROUPS & set(evidence.words[place + 2 : place + 4]))
        before = evidence.words[max(place - 4, 0) : place]
        is_several = evidence.tokens[place - 1].lemma != evidence.words[place - 1]
        is_of_rows = is_several or evidence.said.table(place - 1) is not None
        if is_limit and is_grouped and is_of_rows and not _LIMITS & set(before):
            yield f"'{word} {token.text}' may be said of the rows"


def totals_of_rows(evidence: Evidence) -> Iterator[str]:
    """``total sales and average price``: not the total of the prices."""
    text = " ".join(evidence.formulas)
    for place, word in enumerate(evidence.words):
        found = evidence.said.table(place + 1) if word == "total" else None
        if found is None or evidence.words[place + 1 + found[0] : place + 2 + found[0]] != ("and",):
            continue
        own = {column.name.lower() for column in evidence.said.tables[found[1]].schema}
        summed = {name.lower() for name in re.findall(r"\bsum\((\w+)\)", text, re.IGNORECASE)}
        if summed and not summed & own:
            yield f"it adds up {', '.join(sorted(summed))}, which is not of {found[1].name}"


def lost_counts(evidence: Evidence) -> Iterator[str]:
    """``keep days over 8, and count them``: one number."""
    phrases = (("count", "them"), ("count", "these"), ("count", "those"), ("how", "many", "remain"))
    is_said = any(evidence.words[i : i + len(p)] == p for p in phrases for i in range(len(evidence.words)))
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    is_kept = bool({"keep", "only", "drop", "remove"} & set(evidence.words))
    if is_said and is_kept and len(groups) == 1 and groups[0].get("by"):
        yield "what is kept is not counted in it"


def loose_arithmetic(evidence: Evidence) -> Iterator[str]:
    """``the difference between amount and price times quantity``: which is reckoned first is open."""
    words = evidence.words
    for place, (word, tie) in enumerate(pairwise(words)):
        if word not in ("difference", "sum", "product", "ratio") or tie not in ("between", "of"):
            continue
        behind = words[place + 2 : place + 10]
        ties = {"times", "divided", "plus", "minus", "multiplied", "*", "/", "+", "-"} & set(behind)
        if "and" in behind and ties and behind.index("and") < min(behind.index(tie) for tie in ties):
            named = [place + 2 + i for i in range(len(behind)) if _is_column(evidence, place + 2 + i)]
            if len(named) > 2:  # noqa: PLR2004 (three columns in one formula)
                yield "it is open what is reckoned first"


def _is_column(evidence: Evidence, place: int) -> bool:
    return any(link.column and link.score >= TAILLESS for link in evidence.links(place, 1))


def parted_dates(evidence: Evidence) -> Iterator[str]:
    """``by month number, sold_on in 2024``: days that rows lie in are no group of their own."""
    spots = [place for place in range(1, len(evidence.words) - 1) if evidence.words[place + 1] in _WITHIN]
    limited = {link.column.lower() for place in spots for link in evidence.links(place, 1) if link.column}
    named = [link.column.lower() for place in range(len(evidence.words)) for link in evidence.links(place, 1)]
    for kind, fields in evidence.steps:
        by = [str(name).lower() for name in fields.get("by") or ()] if kind == "aggregate" else []
        for name in limited & set(by) if len(by) > 1 else ():
            if is_time(evidence.types.get(name, "")) and named.count(name) == 1:
                yield f"it groups by {name}, which only limits the rows"


def repeated_totals(evidence: Evidence) -> Iterator[str]:
    """``running total of price: day, running total``: the one that is made already, not a total of totals."""
    made: set[str] = set()
    for kind, fields in evidence.steps:
        sums = {name: _SUMMED.match(str(text)) for name, text in fields["columns"].items()} if kind == "window" else {}
        for name, found in sums.items():
            if found is not None and found[1] in made:
                yield f"{name} adds up what is added up already"
        made |= {name for name, found in sums.items() if found is not None}


_CALLS = {"average": "avg", "avg": "avg", "mean": "avg", "max": "max", "maximum": "max", "highest": "max",
          "min": "min", "minimum": "min", "lowest": "min", "total": "sum", "sum": "sum",
          "median": "median"}  # fmt: skip


def lost_pairs(evidence: Evidence) -> Iterator[str]:
    """``max and average of wait and stay``: both of both."""
    words = evidence.words
    for place in range(len(words) - 5):
        first, tie, second = words[place : place + 3]
        if tie not in ("and", ",", "&") or not {first, second} <= _CALLS.keys() or first == second:
            continue
        start = place + 3 + (words[place + 3] in ("of", "the"))
        columns = [link.column for at in (start, start + 2) for link in evidence.links(at, 1)[:1] if link.column]
        if words[start + 1 : start + 2] == ("and",) and len(columns) > 1:
            calls = [f"{_CALLS[one]}({column.lower()}" for one in (first, second) for column in columns]
            yield from (f"{call}) is nowhere in it" for call in calls if call not in evidence.text)


LOOKS: tuple[Look, ...] = (
    lost_pairs,
    repeated_totals,
    nested_functions,
    parts_of_wholes,
    limits_of_rows,
    totals_of_rows,
    lost_counts,
    loose_arithmetic,
    parted_dates,
)
