"""Rows that are there twice in full: each is kept once, and what is left is shown, or counted per part of a date."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import HEAD, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaning import column_at
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe

_COPIES = frozenset(
    "duplicate duplicates duplicated copy copies dupe dupes identical repeated twice deduplicate dedupe doubled".split()
)
_EXACT = frozenset(
    "exact exactly identical every all full fully entire entirely whole complete completely copies".split()
)
_PARTS = ("year", "month", "quarter")
_COUNTS = frozenset("count number many rows records entries profiles total remain remaining left".split())
_FORMS: tuple[tuple[str, str], ...] = (
    (r"\b\d{4}-\d{2}-\d{2}\b|\byyyy-mm-dd\b|\biso(?: ?8601)?\b", "yyyy-MM-dd"),
    (r"\b(?:1[3-9]|2\d|3[01])\.(?:0\d|1[0-2])\.\d{4}\b|\bdd\.mm\.yyyy\b", "dd.MM.yyyy"),
    (r"\b(?:1[3-9]|2\d|3[01])/(?:0\d|1[0-2])/\d{4}\b|\bdd/mm/yyyy\b", "dd/MM/yyyy"),
    (r"\b(?:0\d|1[0-2])/(?:1[3-9]|2\d|3[01])/\d{4}\b|\bmm/dd/yyyy\b", "MM/dd/yyyy"),
    (r"\b\d{4}/\d{2}/\d{2}\b|\byyyy/mm/dd\b", "yyyy/MM/dd"),
    (r"\b(?:1[3-9]|2\d|3[01])-(?:0\d|1[0-2])-\d{4}\b|\bdd-mm-yyyy\b", "dd-MM-yyyy"),
)


def date_forms(brief: Brief) -> list[str]:
    """How dates are written in a column of texts, by examples and by letters; their words are explained."""
    found: list[str] = []
    for pattern, form in _FORMS:
        for match in re.finditer(pattern, brief.said.prompt, re.IGNORECASE):
            found += [form] if form not in found else []
            for place, token in enumerate(brief.said.tokens):
                if token.start < match.end() and token.end > match.start():
                    brief.explain(place, place + 1, f"dates are written as {form}")
    return found


def _fits(brief: Brief) -> bool:
    return bool(brief.places(_COPIES)) and bool(brief.places(_EXACT) or brief.has("twice"))


def _cook(brief: Brief) -> Flow | None:
    tables = list(dict.fromkeys(ref for _, ref in brief.tables_at()))
    if len(tables) != 1 or not _is_whole(brief):
        return None
    (table,) = tables
    flow = Flow(brief.work)
    flow.start(table)
    flow.add("dedupe", "each_once")
    place = brief.places(_COPIES)[0]
    brief.explain(place, place + 1, "each row once")
    part = next((part for part in _PARTS if any(part in _parts_of(brief, place) for place in range(len(brief)))), "")
    if not part:
        return _plain(brief, flow, table)
    return _counted(brief, flow, table, part)


def _is_whole(brief: Brief) -> bool:
    """True where rows are compared in full: no column is named beside what tells that they are the same."""
    is_dated = brief.has(*_PARTS, "every", "exact")
    return all(
        is_dated or (brief.words[place + 1 : place + 2] not in (("on",), ("by",)) and not brief.has("per", "newest"))
        for place in brief.places(_COPIES)
    )


def _parts_of(brief: Brief, place: int) -> frozenset[str]:
    return frozenset(words_of(brief.said.tokens[place].text)) if brief.said.tokens[place].is_word else frozenset()


def _plain(brief: Brief, flow: Flow, table: TableRef) -> Flow | None:
    """What is left as it is, whole or in some columns."""
    shown = [links[0].column if (links := brief.links(one.name, [table])) else "" for one in brief.listed]
    if not all(shown) or brief.has("count", "many", "number"):
        return None
    if shown:
        return None  # rows that differ in other columns would be shown twice
    return flow


def _counted(brief: Brief, flow: Flow, table: TableRef, part: str) -> Flow | None:
    """How many rows are left for each year or month of a date."""
    column, type_ = _date(brief, table)
    shown = _output(brief, part)
    if not column or shown is None:
        return None
    period, count = shown
    value = quote(column)
    if not is_time(type_):
        forms = date_forms(brief)
        if len(forms) < 1:
            return None
        flow.add("parse", "read", columns={column: {"as": "date", "formats": forms}}, on_error="fail")
    made = f"date_trunc('month', {value})" if part == "month" else f"{part}({value})"
    if part != "year":
        return None  # how a month or a quarter is to be written is not said
    flow.derive({period: made})
    flow.aggregate([period], {count: "count(*)"})
    return flow


def _output(brief: Brief, part: str) -> tuple[str, str] | None:
    """The names of the period and of the count, as they are listed."""
    listed = _pair(brief)
    if len(listed) != 2:  # noqa: PLR2004 (period and count)
        return None
    periods = [name for name in listed if part in words_of(name)]
    if len(periods) != 1:
        return None
    return periods[0], next(name for name in listed if name != periods[0])


def _pair(brief: Brief) -> list[str]:
    """The two names of the result: those that are listed, else the two that stand alone at the end."""
    names = [one.name for one in brief.listed if _is_new(brief, one)]
    if len(names) == 2:  # noqa: PLR2004
        return names
    tokens = brief.said.tokens
    if len(tokens) > 3 and tokens[-2].text in (",", "and") and tokens[-3].is_word and tokens[-1].is_word:  # noqa: PLR2004
        is_apart = len(tokens) == 3 or tokens[-4].text in (".", ";", ":", "?", "!", "->", ">") or (  # noqa: PLR2004
            brief.words[-4] in ("columns", "output", "as", "fields", "column", "called", "return", "show", "call")
        )  # fmt: skip
        if is_apart:
            brief.explain(len(tokens) - 3, len(tokens), "what the columns are called")
            return [tokens[-3].text, tokens[-1].text]
    return []


def _is_new(brief: Brief, one: Listed) -> bool:
    return all(one.name not in table.schema.names for table in brief.said.tables.values())


def _date(brief: Brief, table: TableRef) -> tuple[str, str]:
    """The one column of a table that is named and is a date, or a text that dates are written in."""
    names = [c.name for c in brief.said.tables[table].schema if is_time(c.type) or c.type == "string"]
    types = {c.name: c.type for c in brief.said.tables[table].schema}
    found = {column for column in _named(brief, table, names)}
    spelled = {token.text for token in brief.said.tokens if token.text in names}
    chosen = spelled or found or {name for name in names if is_time(types[name])}
    if len(chosen) != 1:
        return "", ""
    (column,) = chosen
    return column, types[column]


def _named(brief: Brief, table: TableRef, names: list[str]) -> Iterator[str]:
    for place in range(len(brief)):
        _, column = column_at(brief, table, names, place, len(brief), least=HEAD)
        if column:
            yield column


COPIES = Recipe(
    "rows that are there twice",
    _fits,
    _cook,
    words=_COPIES | _EXACT | _COUNTS | frozenset(
        """
        remove removed drop dropped partly delivered twice first then again another other same column columns
        read both either some others parse parsed style format formats form written come comes date dates two
        year yearly per by clean strip discard throw away out keep kept once only after that how remain remains
        remaining left deduplicated many exist exists loaded contain contains has have hold holds counted up
        formats feed file signup sign joining calendar mixed stored text texts string
        """.split()
    ),
    turning=frozenset({"only"}),
)  # fmt: skip
