"""Which rows of a table count: by the values, the numbers of keys and the filled columns that a prompt names."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.mentions import clause
from datamorph.planning.offline.recipes.passing import JUDGING, SIGNALS
from datamorph.planning.offline.recipes.presence import Filled, explain_presence, must_be_filled
from datamorph.planning.offline.recipes.sheet import Sheet
from datamorph.planning.offline.recipes.slots import NEGATIVE, Condition, flag_conditions, value_conditions
from datamorph.planning.offline.values import ValueLink

_IS = frozenset({"=", "is", "no", "number", "#", "id", "equals", ".", "code", "nr", "with", "=="})
_LEADS = frozenset("still currently already now that are is those which were was been have has".split())
_ENDINGS = frozenset("s es d ed ing er or al ly n en led ted ped red ned ling ting ion".split()) | {""}
"""What a word may have behind what another form of it begins with; ``place`` is none of *placebo*."""
_COUNTING = frozenset(
    "oldest earliest first newest latest starts start starting begins begin beginning counting counts from".split()
)
_LONG = 5
_INDIFFERENT = frozenset("regardless irrespective whatever whichever whether if when".split())
_SHORTEST = 4
_FAR = 3


def filter_rows(sheet: Sheet, shown: list[str]) -> int:
    """Keep the rows that the prompt asks for; the number of conditions."""
    brief = sheet.brief
    conditions = [one for one in value_conditions(brief, {sheet.table}) if not _names_table(sheet, one)]
    conditions = [one for one in conditions if not (_is_aside(sheet, one) or _is_article(sheet, one))]
    conditions = [one for one in conditions if not _defines(sheet, one.start)]
    flags = [one for one in flag_conditions(brief, {sheet.table}) if one.column not in shown]
    conditions += [one for one in flags if not _is_indifferent(sheet, one.start)]
    taken = {place for one in conditions for place in range(one.start, one.end)}
    conditions += [
        one
        for one in near_values(sheet)
        if one.start not in taken and not _is_held(one, conditions) and not _defines(sheet, one.start)
    ]
    tests = [one.sql(sheet.sql(one.column)) for one in conditions]
    for one in conditions:
        _explain(sheet, one)
    for column, place in key_numbers(sheet):
        tests.append(f"{sheet.sql(column)} = {brief.said.tokens[place].value}")
        brief.explain(place, place + 1, "filter")
    filled = must_be_filled(brief, sheet.table, shown)
    tests += [f"{sheet.sql(one.column)} is not null" for one in filled]
    explain_presence(brief, filled)
    if tests:
        sheet.flow.filter(" and ".join(tests))
        _explain_only(sheet, filled)
    return len(tests)


def _is_indifferent(sheet: Sheet, place: int) -> bool:
    """``regardless of whether they were scrapped``."""
    words = sheet.brief.words[clause(sheet.brief, place)[0] : place]
    return bool(_INDIFFERENT & set(words)) or sheet.brief.ledger.covers(place)


def _defines(sheet: Sheet, place: int) -> bool:
    """True in the parenthesis that tells what a listed column is: ``boss (empty for the dean)``."""
    tokens = sheet.brief.said.tokens
    return any(one.start <= place < one.end and tokens[one.start].text == "(" for one in sheet.brief.listed)


def _is_article(sheet: Sheet, one: Condition) -> bool:
    """True for *a* where a column holds ``a``, too."""
    return one.end - one.start == 1 and sheet.brief.said.tokens[one.start].text in ("a", "an", "A", "An", "I", "the")


def _is_aside(sheet: Sheet, one: Condition) -> bool:
    """*If two were booked on the same day*, *the dean has no boss*: tells what happens, not which rows count."""
    behind = sheet.brief.words[one.end : clause(sheet.brief, one.start)[1]]
    if behind[:2] in (("has", "no"), ("have", "no"), ("has", "nobody"), ("have", "nobody")):
        return True
    words = set(sheet.brief.words[slice(*clause(sheet.brief, one.start))])
    return bool(words & {"if", "tie", "ties"} or ("same" in words and words & {"day", "date", "moment"}))


def _names_table(sheet: Sheet, one: Condition) -> bool:
    """True for *the Lecturer table* where *Lecturer* is a value, too."""
    found = sheet.brief.said.table(one.start)
    is_written = sheet.brief.said.tokens[one.start].text == one.values[0]
    if is_written and sheet.brief.words[one.start - 1] in ("is", "=", "==", "equals", one.column.casefold()):
        return False
    if one.values[0].casefold() == sheet.table.name.casefold():
        return True
    return found is not None and found[1] == sheet.table and found[0] >= one.end - one.start


def _is_held(one: Condition, conditions: list[Condition]) -> bool:
    return any((one.column, one.values) == (two.column, two.values) for two in conditions)


def _explain(sheet: Sheet, one: Condition) -> None:
    brief = sheet.brief
    brief.explain(one.start, one.end, "filter")
    for place, token in enumerate(brief.said.tokens[:-1]):
        links = brief.said.value(place + 1)[1] if token.text in ("=", "==") else ()
        if any((link.column, link.value) == (one.column, value) for link in links for value in one.values):
            brief.explain(place, place + 1, "filter")
    if one.is_negative:
        first, last = clause(brief, one.start)
        for place in (*range(max(first, one.start - 4), one.start), *range(one.end, min(last, one.end + 5))):
            if brief.words[place] in NEGATIVE or brief.words[place] in ("out", "aside", "away"):
                brief.explain(place, place + 1, "filter")


def _explain_only(sheet: Sheet, _filled: list[Filled]) -> None:
    for place in sheet.brief.places({"only"} & NEVER_GLUE):
        sheet.brief.explain(place, place + 1, "filter")


def near_values(sheet: Sheet) -> list[Condition]:
    """Values that are said a little differently: *on backorder* of ``BACKORD``, *cancelled* of ``CANCEL``."""
    brief = sheet.brief
    found: list[Condition] = []
    values = [
        ValueLink(sheet.table, column.name, value)
        for column in brief.said.tables[sheet.table].schema
        for value in sheet.profile(column.name).values
        if isinstance(value, str) and value.isalpha() and len(value) >= _SHORTEST
    ]
    named = {i for one in sheet.mentions for i in range(one.start, one.end)}
    for place, token in enumerate(brief.said.tokens):
        is_short = len(token.lower) < _SHORTEST or bool({token.lower, token.lemma} & (SIGNALS - JUDGING))
        if token.kind != "word" or place in named or is_short or brief.said.table(place):
            continue
        links = [one for one in values if _is_like(token.lower, one.value.lower())]
        if len(links) == 1 and not brief.ledger.covers(place):
            found.append(
                Condition(sheet.table, links[0].column, (links[0].value,), _is_denied(sheet, place), place, place + 1)
            )
    return found


def _is_like(word: str, value: str) -> bool:
    """One begins with the other, and the rest is an ending."""
    short, long = sorted((word, value), key=len)
    return long.startswith(short) and long[len(short) :] in _ENDINGS and len(short) > _SHORTEST


def _is_denied(sheet: Sheet, place: int) -> bool:
    before = sheet.brief.words[max(place - _FAR, clause(sheet.brief, place)[0]) : place]
    return bool(set(before) & NEGATIVE)


def key_numbers(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """``technician 7``, ``tech_id = 7``: columns that refer to something, each with where its number stands."""
    brief = sheet.brief
    for place in brief.numbers():
        token = brief.said.tokens[place]
        if token.unit or token.kind != "number" or brief.ledger.covers(place) or _is_count_from(sheet, place):
            continue
        spot = place - 1
        while spot > 0 and brief.words[spot] in _IS and spot > place - _FAR:
            spot -= 1
        column = _key_at(sheet, spot)
        if column:
            yield column, place


def _is_count_from(sheet: Sheet, place: int) -> bool:
    """``oldest inspection is 1``, ``starting from 1``: where numbers begin."""
    words = sheet.brief.words[max(clause(sheet.brief, place)[0], place - _LONG) : place]
    return sheet.brief.said.tokens[place].value in (0, 1) and bool(_COUNTING & set(words))


def _key_at(sheet: Sheet, spot: int) -> str:
    """The column of whole numbers that a word stands for: its own, or the one that refers to the table named so."""
    brief = sheet.brief
    if spot < 0:
        return ""
    named = next((one.column for one in sheet.mentions if one.start <= spot < one.end), "")
    if named:
        is_key = words_of(named)[-1] in KEY_WORDS
        return named if is_key and sheet.of_type([named], "int") else ""
    table = brief.said.table(spot)
    if table is None or table[0] != 1:
        return ""
    if table[1] == sheet.table:
        key = brief.said.relations.key(sheet.table)
        return key[0] if len(key) == 1 and sheet.of_type(key, "int") else ""
    relations = [r for r in brief.said.relations.between(sheet.table, table[1]) if len(r.columns) == 1]
    columns = sheet.of_type([r.columns[0] for r in relations], "int")
    return columns[0] if len(columns) == 1 else ""
