"""Columns that are reckoned out of others of the row: ``net = gross - tax``, ``price_eur`` of ``price_cents``."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_SCALES = (
    (frozenset("eur euro euros usd dollar dollars gbp pound pounds".split()), frozenset("cents cent ct cts c".split()),
     100),
    (frozenset({"kg", "kilo", "kilos", "kilograms"}), frozenset({"g", "grams", "gram"}), 1000),
    (frozenset({"km", "kilometres", "kilometers"}), frozenset({"m", "metres", "meters"}), 1000),
    (frozenset({"l", "litres", "liters"}), frozenset({"ml"}), 1000),
)  # fmt: skip
"""Units of results, of what is stored, and how many of these make one."""
_SIGNS = {
    "*": "*", "times": "*", "x": "*", "\u00d7": "*", "-": "-", "minus": "-", "less": "-", "+": "+", "plus": "+",
    "/": "/",
}  # fmt: skip
_LONG_SIGNS = {"multiplied by": "*", "divided by": "/"}
_LEADS = frozenset("= is i.e which that being as computed calculated , ( the namely means : meaning".split())
_ENDS = frozenset(", ) . ; and in rounded where with to".split())


def in_units(output: Output) -> str | None:
    """The column in cents, grams or metres as euros, kilograms or kilometres, where its name says so."""
    sheet = output.sheet
    if output.own:
        return None
    words = set(words_of(output.name))
    for large, small, scale in _SCALES:
        names = [name for name in sheet.brief.said.tables[sheet.table].schema.names if _is_in(name, small)]
        same = [name for name in names if set(words_of(name)) - small == words - large]
        if words & large and len(same) == 1 and is_number(sheet.type_of(same[0])) and not output.columns:
            output.take(large | small, f"{same[0]} in another unit")
            _explain_units(sheet, large | small)
            return f"{sheet.sql(same[0])} / {scale}"
    return None


def _is_in(name: str, units: frozenset[str]) -> bool:
    return words_of(name)[-1] in units


def _explain_units(sheet: Sheet, units: frozenset[str]) -> None:
    """``amounts in euros, not cents``."""
    brief = sheet.brief
    for place in brief.places(units | {"euro", "cent", "dollar"}):
        brief.explain(place, place + 1, "the unit")
        if brief.words[place - 1] == "not":
            brief.explain(place - 1, place, "the unit")


def formula(output: Output) -> str | None:
    """``= gross - tax``, ``gross minus tax``: numbers of the row and what stands between them."""
    if output.own:
        return None
    found = [sql for start, end in output.runs if (sql := _parsed(output.sheet, start, end))]
    return found[0] if len(set(found)) == 1 else None


def _parsed(sheet: Sheet, start: int, end: int) -> str:
    """The formula that a run of tokens begins with; empty where it does not begin with one."""
    brief = sheet.brief
    while start < end and brief.said.tokens[start].text.lower() in _LEADS:
        start += 1
    parts: list[str] = []
    place = start
    while place < end:
        length, sql = _operand(sheet, place)
        if not length:
            break
        parts.append(sql)
        place += length
        sign, length = _sign(sheet, place, end)
        if not sign:
            is_end = place >= end or brief.said.tokens[place].text.lower() in _ENDS
            columns = [part for part in parts[::2] if not part.replace(".", "").isdigit()]
            if not is_end or len(parts) < 3 or not columns:  # noqa: PLR2004 (two operands and a sign)
                return ""
            brief.explain(start, place, "what the column is made of")
            return " ".join(parts)
        parts.append(sign)
        place += length
    return ""


def _operand(sheet: Sheet, place: int) -> tuple[int, str]:
    """A column of numbers or a number, and how many tokens it takes."""
    if place >= len(sheet.brief):
        return 0, ""
    named = next((one for one in sheet.mentions if one.start == place), None)
    if named is not None and is_number(sheet.type_of(named.column)):
        return named.end - named.start, quote(sheet.name(named.column))
    token = sheet.brief.said.tokens[place]
    is_plain = token.kind == "number" and isinstance(token.value, int | float) and not token.unit
    return (1, f"{token.value:g}") if is_plain else (0, "")


def _sign(sheet: Sheet, place: int, end: int) -> tuple[str, int]:
    words = " ".join(token.text.lower() for token in sheet.brief.said.tokens[place : min(place + 2, end)])
    if words in _LONG_SIGNS:
        return _LONG_SIGNS[words], 2
    sign = _SIGNS.get(words.split(" ")[0], "")
    return sign, len(sign)
