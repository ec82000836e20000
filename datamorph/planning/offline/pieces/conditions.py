"""What is asked of the rows of one table, in the phrases that may stand behind any noun."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.pieces.line import Found, Line, Sign, phrases

_LEAD = "(whose|where|with|having|that has|that have|that had|which has|of) [a|an|the]"
_COMPARED = {
    ">=": "(at least|>=|no less than|not below|not less than|a minimum of)",
    ">": "(over|above|>|more than|greater than|larger than|higher than|bigger than|exceeding)",
    "<=": "(at most|<=|no more than|up to|not above|not more than)",
    "<": "(under|below|<|less than|lower than|smaller than)",
    "=": "(=|equal to|exactly)",
}
_BEHIND = {
    ">=": "(or more|or above|or higher|or over|and up|and more|upwards|and above)",
    "<=": "(or less|or below|or lower|or fewer|and below)",
}
_NUMBERS = {
    operator: phrases("<lead> {x} [is|of|lies] [of] <op> {n:N}", lead=_LEAD, op=words)
    + (phrases("<lead> {x} [is|of|from] {n:N} <op>", lead=_LEAD, op=_BEHIND[operator]) if operator in _BEHIND else ())
    for operator, words in _COMPARED.items()
} | {
    "> ": phrases("whose {x} exceeds {n:N}"),
    "between": phrases(
        """
        <lead> {x} [is|lies] between {n:N} and {m:N}
        <lead> {x} [ranging] from {n:N} to {m:N}
        """,
        lead=_LEAD,
    ),
}
_GAPS = {
    "is null": phrases(
        """
        (without|lacking) [a|an|the|any] {x}
        (with|having|that has|that have) no {x}
        with a missing {x}
        <lead> {x} is (null|missing|empty|blank|not filled in|not filled|unknown)
        with {x} (empty|missing|null)
        """,
        lead="(whose|where) [the]",
    ),
    "is not null": phrases(
        """
        <lead> {x} is (not null|filled|known|not empty|filled in|present|not missing|not blank|there)
        where there is a {x}
        """,
        lead="(whose|where) [the]",
    ),
}
_TEXTS = {
    "=": phrases(
        """
        <lead> {x} [is|equals|=|of] {v:VQ}
        with {v:VQ} as {x}
        """,
        lead=_LEAD,
    ),
    "<>": phrases(
        """
        <lead> {x} (is not|<>|!=|other than|is anything but|isn't) {v:VQ}
        not of {x} {v:VQ}
        """,
        lead=_LEAD,
    ),
    "in": phrases(
        """
        <lead> {x} [is] [either|one of|in] [LP] {v:VQ} (or|,) {w:VQ} [RP]
        """,
        lead=_LEAD,
    ),
}
_DAYS = phrases("<lead> {x} [is|falls|lies|that is] {d:S}", lead=_LEAD)
_WRITTEN_DAYS = phrases("<lead> {x} (>=|<=|<|>) {q:Q}", lead=_LEAD)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Condition:
    """SQL over the columns of a table."""

    sql: str


def take_conditions(line: Line) -> None:
    """Make a sign ``K`` of each condition on the rows of the other table."""
    for operator, table in _NUMBERS.items():
        line.take(table, "K", lambda one, operator=operator: _number(line, one, operator))
    for test, table in _GAPS.items():
        line.take(table, "K", lambda one, test=test: _gap(line, one, test))
    for operator in ("in", "<>", "="):
        line.take(_TEXTS[operator], "K", lambda one, operator=operator: _text(line, one, operator))
    line.take(_DAYS, "K", lambda one: _day(line, one))
    line.take(_WRITTEN_DAYS, "K", lambda one: _written_day(line, one))
    line.take(phrases("{v:V}"), "K", lambda one: _adjective(line, one))


def _column(line: Line, one: Found) -> str:
    """The column of the other table; empty for one of another."""
    link = one.link("x")
    return link.column if link is not None and link.table == line.other else ""


def _number(line: Line, one: Found, operator: str) -> Condition | None:
    column, low, high = _column(line, one), one.sign("n"), one.sign("m")
    if not column or low is None or (line.other is not None and column not in line.brief.said.numbers(line.other)):
        return None
    if high is not None:
        return Condition(f"{quote(column)} between {low.value} and {high.value}")
    return Condition(f"{quote(column)} {operator.strip()} {low.value}")


def _gap(line: Line, one: Found, test: str) -> Condition | None:
    column = _column(line, one)
    return Condition(f"{quote(column)} {test}") if column else None


def _text(line: Line, one: Found, operator: str) -> Condition | None:
    column = _column(line, one)
    values = [_value(line, sign, column) for name in ("v", "w") if (sign := one.sign(name)) is not None]
    if not column or not all(values):
        return None
    held = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return Condition(f"{quote(column)} in ({held})" if operator == "in" else f"{quote(column)} {operator} {held}")


def _value(line: Line, sign: Sign, column: str) -> str:
    """The value as the column holds it; empty where it holds none such."""
    links = line.brief.said.value(sign.start)[1]
    return next((link.value for link in links if (link.table, link.column) == (line.other, column)), "")


def _day(line: Line, one: Found) -> Condition | None:
    link, span = one.link("x"), one.sign("d")
    if link is None or span is None or link.table != line.other or not line.is_time(link):
        return None
    is_date = line.brief.said.type_of(link) == "date"
    return Condition("(" + span.value.sql(is_date=is_date).replace("{}", quote(link.column)) + ")")


def _written_day(line: Line, one: Found) -> Condition | None:
    link, day = one.link("x"), one.sign("q")
    if link is None or day is None or link.table != line.other or not line.is_time(link):
        return None
    operator = one.match[0].split()[-2]
    is_day = _ISO.fullmatch(str(day.value)) is not None
    return Condition(f"{quote(link.column)} {operator} date '{day.value}'") if is_day else None


def _adjective(line: Line, one: Found) -> Condition | None:
    """``open`` of *open jobs*."""
    sign = one.sign("v")
    links = sign.value if sign is not None else ()
    found = {(link.column, link.value) for link in links if link.table == line.other}
    if len(found) != 1 or not one.match.string[one.match.end() :].startswith("O "):
        return None
    ((column, value),) = found
    return Condition(f"{quote(column)} = '{value.replace(chr(39), chr(39) * 2)}'")
