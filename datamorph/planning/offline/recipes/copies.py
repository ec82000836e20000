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
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.written import explain_written, read_dates
from datamorph.planning.offline.rephrasing.said import Said

_COPIES = frozenset(
    """
    duplicate duplicates duplicated copy copies dupe dupes identical repeated twice deduplicate deduplicated dedupe
    deduped doubled doubles equal equals same distinct double repeats redelivered repetition repetitions duplication
    """.split()
)
_EXACT = frozenset(
    """
    exact exactly identical every all full fully entire entirely whole complete completely copies byte content contents
    twice wholly throughout
    """.split()
)
_PERIODS = {"year": "year", "yr": "year", "yearly": "year", "month": "month", "mon": "month", "monthly": "month",
            "decade": "decade"}  # fmt: skip
_COUNTS = frozenset("count number many rows records entries profiles total remain remaining left n cnt".split())
_WRITTEN = re.compile(r"\byyyy-mm\b(?!-)|\b\d{4}-\d{2}\b(?!-)", re.IGNORECASE)
_DAY = re.compile(r"\bfirst (?:day )?of (?:the|that|each) month\b|\b1st\b", re.IGNORECASE)
_NAMES = 2


_LEADS = frozenset(". ; : ? ! -> > columns output as fields column called return show call result name named".split())


def _fits(brief: Brief) -> bool:
    return says_copies(brief.said)


def says_copies(said: Said) -> bool:
    """True for *identical in every column*: rows are compared as they are, before anything is read in them."""
    words = {*said.words, *(token.lemma for token in said.tokens if token.kind == "word")}
    is_said = bool(words & _COPIES) or "more than once" in " ".join(said.words)
    return is_said and bool(words & _EXACT)


def _cook(brief: Brief) -> Flow | None:
    tables = [ref for ref in dict.fromkeys(ref for _, ref in brief.tables_at()) if not _is_period(brief, ref)]
    if len(tables) != 1:
        return None
    (table,) = tables
    period = _period(brief)
    if not _is_whole(brief, table) or period is None:
        return None
    flow = Flow(brief.work)
    flow.start(table)
    flow.add("dedupe", "each_once")
    for place in brief.places(_COPIES | {"once"}):
        denied = [i for i in range(max(place - 3, 0), place) if brief.words[i] in ("without", "no")]
        brief.explain(denied[-1] if denied else place, place + 1, "each row once")
    if not period:
        return _plain(brief, flow)
    return _counted(brief, flow, table, period)


def _is_period(brief: Brief, ref: TableRef) -> bool:
    """True for a table that only seems to be named where a year or month is."""
    return all(brief.words[place] in _PERIODS for place, found in brief.tables_at() if found == ref)


def _is_whole(brief: Brief, table: TableRef) -> bool:
    """True where rows are compared in full: no column is named in the clause that tells that they are the same."""
    names = brief.said.tables[table].schema.names
    for place in brief.places(_COPIES):
        _, end = brief.clause(place)
        behind = brief.words[place + 1 : place + 2]
        near = {brief.said.tokens[i].text for i in range(place, min(end, place + 4))}
        if behind in (("on",), ("by",)) or near & set(names):
            return False
    return not (brief.has("per", "newest") and not _period(brief))


def _period(brief: Brief) -> str | None:
    """Which part of a date rows are counted by; empty for none, None where it is not clear which."""
    found = {_PERIODS[word] for place in range(len(brief)) for word in _parts_of(brief, place) if word in _PERIODS}
    if "decade" in found:
        return "decade" if found <= {"decade", "year"} else None
    return None if len(found) > 1 else next(iter(found), "")


def _parts_of(brief: Brief, place: int) -> frozenset[str]:
    token = brief.said.tokens[place]
    return frozenset({token.lemma, token.lower, *words_of(token.text)}) if token.is_word else frozenset()


def _plain(brief: Brief, flow: Flow) -> Flow | None:
    """What is left, whole: rows that differ in other columns would be shown twice."""
    return None if brief.listed or brief.has("count", "many", "number") else flow


def _counted(brief: Brief, flow: Flow, table: TableRef, period: str) -> Flow | None:
    """How many rows are left for each year, decade or month of a date."""
    column, type_ = _date(brief, table)
    shown = _output(brief, period)
    value = quote(column)
    made = _period_sql(brief, period, value)
    if not column or shown is None or not made:
        return None
    name, count = shown
    if not is_time(type_):
        read = read_dates(brief.said, table, column)
        if read is None:
            return None
        explain_written(brief.ledger, [read])
        flow.add("parse", "read", **read.step[1])
    flow.derive({name: made})
    flow.aggregate([name], {count: "count(*)"})
    return flow


def _period_sql(brief: Brief, period: str, value: str) -> str:
    """The part of a date as it is to be shown; empty where it is not said how months are written."""
    if period == "year":
        return f"year({value})"
    if period == "decade":
        for place in brief.numbers():
            if int(str(brief.said.tokens[place].value)) % 10 in (0, 9):
                brief.explain(place, place + 1, "a decade is called by its first year")
        return f"year({value}) - year({value}) % 10"
    return _month_sql(brief, value)


def _month_sql(brief: Brief, value: str) -> str:
    """Months as ``2024-03`` or as their first day; empty where it is not said."""
    written = list(_WRITTEN.finditer(brief.said.prompt))
    if not written:
        return f"date_trunc('month', {value})" if _DAY.search(brief.said.prompt) else ""
    for match in written:
        for place, token in enumerate(brief.said.tokens):
            if token.start < match.end() and token.end > match.start():
                brief.explain(place, place + 1, "months are written as yyyy-MM")
    return f"date_format({value}, 'yyyy-MM')"


def _output(brief: Brief, period: str) -> tuple[str, str] | None:
    """The names of the period and of the count, as they are listed."""
    names = _pair(brief)
    if len(names) != _NAMES:
        return None
    periods = [name for name in names if {_PERIODS.get(word) for word in (name.lower(), *words_of(name))} & {period}]
    if len(periods) != 1:
        return None
    return periods[0], next(name for name in names if name != periods[0])


def _pair(brief: Brief) -> list[str]:
    """The two names of the result: listed ones, those behind ``as``, else the two that stand alone at the end."""
    names = [one.name for one in brief.listed if _is_new(brief, one.name)]
    if len(names) == _NAMES:
        return names
    tokens = brief.said.tokens
    for place in range(1, len(tokens) - 2):
        if tokens[place].text in (",", "and") and all(_is_name(brief, i) for i in (place - 1, place + 1)):
            before = tokens[place - 2].text.lower() if place > 1 else "."
            behind = tokens[place + 2].text
            if before in _LEADS and behind in (".", ";", ",", ")"):
                brief.explain(place - 1, place + 2, "what the columns are called")
                return [tokens[place - 1].text, tokens[place + 1].text]
    if len(tokens) > _NAMES + 1 and tokens[-2].text in (",", "and") and tokens[-4].text.lower() in _LEADS:
        brief.explain(len(tokens) - 3, len(tokens), "what the columns are called")
        return [tokens[-3].text, tokens[-1].text]
    return _apart(brief)


def _apart(brief: Brief) -> list[str]:
    """``birth_year and how many of the rows (versions)``: a new name, and one in parentheses."""
    tokens = brief.said.tokens
    named = [token.text for token in tokens if token.kind == "name" and _is_new(brief, token.text)]
    inside = [
        i for i in range(1, len(tokens) - 1)
        if tokens[i - 1].text == "(" and tokens[i + 1].text == ")" and tokens[i].is_word
    ]  # fmt: skip
    if len(set(named)) != 1 or len(inside) != 1 or not _COUNTS & set(brief.words[max(inside[0] - 9, 0) : inside[0]]):
        return []
    brief.explain(inside[0], inside[0] + 1, "what the count is called")
    return [named[0], tokens[inside[0]].text]


def _is_name(brief: Brief, place: int) -> bool:
    token = brief.said.tokens[place]
    return token.is_word and _is_new(brief, token.text) and token.lower not in _COPIES | _EXACT


def _is_new(brief: Brief, name: str) -> bool:
    known = {table.name for table in brief.said.tables} | {ref.domain for ref in brief.said.tables}
    table = brief.work.root
    return name not in known and (table is None or name not in brief.said.tables[table].schema.names)


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
        formats feed file signup sign joining calendar mixed stored text texts string came removing collapse collapsed
        collapsing rid sometimes partly notation notations stored very more than one each source like sorted needed fall
        falls byte values value holds whole delete deleted deleting eliminate over fold folded merge merged earliest
        oldest leaving = decade months years several times remove birth born joined because there occurs occur
        """.split()
    ),
    turning=frozenset({"only"}),
)  # fmt: skip
