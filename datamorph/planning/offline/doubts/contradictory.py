"""Plans that take back what they do, or show the same twice: strange whatever the prompt says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.core.datatype import is_number, is_time
from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions

_NAME = re.compile(r"`?[^\W\d]\w*`?")


def repeated_columns(evidence: Evidence) -> Iterator[str]:
    """``lot title, auction title`` with the title of the lot under both names."""
    if not evidence.steps or evidence.steps[-1][0] != "select":
        return
    shown = [
        (name, old)
        for one in evidence.steps[-1][1]["columns"]
        for name, old in ([(one, one)] if isinstance(one, str) else one.items())
    ]
    plain = [str(old).strip("`").casefold() for _, old in shown if _NAME.fullmatch(str(old))]
    for old in sorted({one for one in plain if plain.count(one) > 1}):
        yield f"{old} is in it under two names"


def overwritten_columns(evidence: Evidence) -> Iterator[str]:
    """``domain`` in lower case, and then as it stands again."""
    known: dict[str, str] = {}
    if any(kind in ("union", "sql") for kind, _ in evidence.steps):
        return  # the parts compute the same columns, each in its own way
    for kind, fields in evidence.steps:
        if kind != "derive":
            continue
        for name, formula in definitions(fields):
            before = known.get(name)
            is_built_on = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", formula) is not None
            if before is not None and before != formula and not is_built_on:
                yield f"{name} is computed twice, in two ways"
            known[name] = formula


def emptied_rows(evidence: Evidence) -> Iterator[str]:
    """``set city to "unknown" for rows without one``: none is without a city then."""
    filled: set[str] = set()
    for kind, fields in evidence.steps:
        if kind == "fill":
            filled |= {str(name).casefold() for name in fields.get("values") or ()}
        where = str(fields.get("where", "")).casefold() if kind == "filter" else ""
        for name in sorted(filled):
            if re.search(rf"(?<!\w){re.escape(name)}`? is null", where):
                yield f"{name} is filled, and then only rows without it are kept"


def rows_without_subject(evidence: Evidence) -> Iterator[str]:
    """``shops with a sale over 10: name, city`` with a row of nothing for each sale whose shop is unknown."""
    kinds = {kind for kind, _ in evidence.steps}
    joins = [fields for kind, fields in evidence.steps if kind == "join" and fields.get("how") == "left"]
    first = next((found[1] for i in range(len(evidence.words)) if (found := evidence.said.table(i)) is not None), None)
    if len(joins) != 1 or first is None or kinds & {"aggregate", "window", "union", "sql", "pivot", "unpivot", "top"}:
        return
    left, right = (evidence.spec.sources.get(str(joins[0][side])) for side in ("left", "right"))
    if left is None or right is None or right != first or left == right:
        return
    shown = {name.casefold() for name in evidence.columns} - {name for side in evidence.joined for name in side}
    own, other = ({name.casefold() for name in evidence.said.tables[ref].schema.names} for ref in (right, left))
    if shown and shown <= own - other:
        yield f"it has a row for each of {left.name}, and what it shows is of {right.name}"


_MONTHS = re.compile(r"date_format\((\w+), 'yyyy-MM", re.IGNORECASE)


def repeated_years(evidence: Evidence) -> Iterator[str]:
    """``for every month of every year, as 2024-03`` with the year in a column of its own again."""
    keys = {
        name: formula for kind, fields in evidence.steps if kind == "derive" for name, formula in definitions(fields)
    }
    grouped = {str(name) for kind, fields in evidence.steps if kind == "aggregate" for name in fields.get("by") or ()}
    months = {found[1] for name in grouped & set(keys) if (found := _MONTHS.match(keys[name]))}
    for name in sorted(grouped & set(keys)):
        if any(keys[name].lower() == f"year({date.lower()})" for date in months):
            yield f"the year is in its months, and in {name} again"


_BESIDE = frozenset({"empty", "none", "without", "no"})
_ONES = frozenset({"ones", "those", "the", "any"})
_ADDING = frozenset({"spine", "union", "sql"})
_KEEPING = frozenset({"left", "right", "full"})


def lost_empties(evidence: Evidence) -> Iterator[str]:
    """``all shops, including empty ones, with the number of sales``: those without sales too."""
    words = evidence.words
    is_said = any(
        words[i] in ("including", "include", "even", "also") and _BESIDE & set(words[i + 1 : i + 4]) and
        _ONES & set(words[i + 1 : i + 4]) for i in range(len(words))
    )  # fmt: skip
    kinds = [kind for kind, _ in evidence.steps]
    if not is_said or "aggregate" not in kinds or _ADDING & set(kinds):
        return
    grouped = kinds.index("aggregate")
    first = next((fields.get("how") for kind, fields in evidence.steps[:grouped] if kind == "join"), "inner")
    later = {fields.get("how") for kind, fields in evidence.steps[grouped:] if kind == "join"}
    if first not in _KEEPING and not _KEEPING & later:
        yield "those without any are not in it"


_MEASURED = frozenset("number count total sum average mean median".split())
_EACH = frozenset({"per", "each", "every", "by"})
_MARKS = frozenset({".", ":", ";", "?", "!"})


def hidden_measures(evidence: Evidence) -> Iterator[str]:
    """``number of sales per city. Show only cities with 3 or more``: without the number, the cities alone."""
    grouped = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    if len(grouped) != 1 or not evidence.columns or any(kind in ("union", "sql") for kind, _ in evidence.steps):
        return
    end = next((i for i, word in enumerate(evidence.words) if word in _MARKS), len(evidence.words))
    first = next((i for i in range(end) if evidence.words[i] in _MEASURED), end)
    is_asked = bool(_EACH & set(evidence.words[first:end])) and first <= 1
    by = {str(name).casefold() for name in grouped[0].get("by") or ()}
    if is_asked and by and {name.casefold() for name in evidence.columns} <= by:
        yield f"{evidence.said.text(first, end)!r} is not in its columns"


def idle_measures(evidence: Evidence) -> Iterator[str]:
    """A measure that is computed, and then neither shown nor used."""
    if not evidence.columns:
        return
    shown = {name.casefold() for name in evidence.columns}
    for place, (kind, fields) in enumerate(evidence.steps):
        if kind != "aggregate":
            continue
        rest = str([one for _, one in evidence.steps[place + 1 :]]).casefold()
        measures: dict[str, str] = dict(fields.get("measures") or {})
        seen = {formula for name, formula in measures.items() if name.casefold() in f"{shown} {rest}"}
        for name, formula in measures.items():
            if formula in seen or name.casefold() in shown:
                continue
            if not re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", rest):
                yield f"{name} is computed, and not in the result"


_ALSO = frozenset({"with", "also", "showing", "including"})
_ARTICLES = frozenset({"the", "its", "their", "a"})
_EXTREME = re.compile(r"\b(?:max|min)\(", re.IGNORECASE)


def widened_groups(evidence: Evidence) -> Iterator[str]:
    """``longest delay per carrier, also the airport``: that of the longest, and not the longest for each airport."""
    words = evidence.words
    for kind, fields in evidence.steps:
        by = {str(name).casefold() for name in fields.get("by") or ()} if kind == "aggregate" else set[str]()
        measures: dict[str, str] = dict(fields.get("measures") or {})
        if len(by) < _SEVERAL or not _EXTREME.search(" ".join(measures.values())):
            continue
        for place, word in enumerate(words):
            first = place + 1 + (words[place + 1 : place + 2] != () and words[place + 1] in _ARTICLES)
            told = {link.column.casefold() for link in evidence.links(first, 1) if link.column}
            if word in _ALSO and told & by and not any(words[i] in _EACH for i in range(max(place - 1, 0), first)):
                yield f"it has a row for each {evidence.tokens[first].text}"


_SEVERAL = 2
_DAYS = frozenset({"day", "day_of_month", "dayofmonth"})


def days_of_any_month(evidence: Evidence) -> Iterator[str]:
    """``first reading of every day`` by a column of numbers from 1 to 31: days of all months fall together."""
    has_dates = any(is_time(type_) for type_ in evidence.types.values())
    for kind, fields in evidence.steps:
        by = [str(name) for name in fields.get("by") or fields.get("per") or ()]
        days = [name for name in by if name.casefold() in _DAYS and is_number(evidence.types.get(name.casefold(), ""))]
        if kind in ("dedupe", "top") and days and has_dates and not {"month", "date"} & set(by):
            yield f"{days[0]} is the day of any month"


def counted_totals(evidence: Evidence) -> Iterator[str]:
    """``total amount per shop. Columns: shop, n`` where n counts the rows: nothing adds up the amount."""
    text = evidence.text
    for place, word in enumerate(evidence.words[:-1]):
        held = [link.column.lower() for length in (2, 1) for link in evidence.links(place + 1, length)[:1]]
        numbers = [name for name in held if name and is_number(evidence.types.get(name, ""))]
        if word == "total" and numbers and "sum(" not in text and not any(name in text for name in numbers):
            yield f"nothing in it adds up {numbers[0]}"


LOOKS: tuple[Look, ...] = (
    repeated_columns,
    overwritten_columns,
    emptied_rows,
    repeated_years,
    rows_without_subject,
    lost_empties,
    hidden_measures,
    idle_measures,
    widened_groups,
    days_of_any_month,
    counted_totals,
)
