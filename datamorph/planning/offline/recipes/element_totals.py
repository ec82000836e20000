"""Totals over the elements of arrays, per field of them: *for every code, all units together*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import Mention, clause, sentence, take
from datamorph.planning.offline.recipes.nested import WORDS, explain_money, money
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.row_filters import filter_rows
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_PER = frozenset({"per", "each", "every", "by", "grouped", "for"})
_SUMS = frozenset("sum sums total totals together added add altogether overall summed all aggregate aggregated".split())
_TIMES = frozenset("times x multiplied multiply * × product".split())  # noqa: RUF001
_COUNTS = frozenset("many number count counted how".split())
_SAID = frozenset("all by = up is how many of as the being then".split())
_OTHER = frozenset(
    "average avg mean median max maximum min minimum distinct highest lowest largest smallest top share percent".split()
)


@dataclass(frozen=True)
class Total:
    """A sum of a column, or of a product of two; a count of no column."""

    name: str
    columns: tuple[str, ...]


def _fits(brief: Brief) -> bool:
    return bool(_elements(brief)) and brief.has(*_SUMS, *_TIMES) and not brief.has(*_OTHER)


def _elements(brief: Brief) -> list[TableRef]:
    """Tables of the elements of arrays."""
    frames = brief.work.frames
    return [ref for ref in brief.said.tables if frames.owner_of(ref) is not None]


def _cook(brief: Brief) -> Flow | None:
    tables = _elements(brief)
    if len(tables) > 1:
        tables = [table for table in tables if table in brief.mentioned]
    if len(tables) != 1:
        return None
    flow = Flow(brief.work)
    flow.start(tables[0])
    sheet = Sheet(brief, tables[0], flow)
    shown = brief.listed
    shown = shown if any(is_identifier(brief.said, one.place) or one.end > one.start for one in shown) else ()
    shown = tuple(_called(brief, one, shown) for one in shown or _defined(brief))
    by = _group(sheet, shown)
    totals = [_total(Output(sheet, one), by) for one in shown if one.name.casefold() != by.casefold()]
    measures = _measures(sheet, totals) if by and totals else None
    if measures is None:
        return None
    filter_rows(sheet, [])
    flow.aggregate([sheet.name(by)], measures)
    _show(sheet, by, shown, measures)
    for place in brief.places(_SUMS | _TIMES | _COUNTS):
        take(brief, _SUMS | _TIMES | _COUNTS | _SAID, "sum", *sentence(brief, place))
    return flow


def _called(brief: Brief, one: Listed, shown: Sequence[Listed]) -> Listed:
    """``qty * price as turnover``: what stands before the name tells of it, where nothing else does."""
    if one.end > one.start or brief.words[one.place - 1] != "as":
        return one
    start = max([clause(brief, one.place)[0], *(two.place + 1 for two in shown if two.place < one.place)])
    return replace(one, start=start, end=one.place)


def _defined(brief: Brief) -> tuple[Listed, ...]:
    """``sold = all pieces together and taken = pieces x price``: names that are told of and not listed."""
    marks = [i for i, token in enumerate(brief.said.tokens) if token.text == "=" and i]
    ends = [*(i - 1 for i in marks[1:]), len(brief)]
    return tuple(
        Listed(brief.said.tokens[i - 1].text, i - 1, i, min(end, sentence(brief, i)[1]))
        for i, end in zip(marks, ends, strict=False)
    )


def _show(sheet: Sheet, by: str, shown: Sequence[Listed], measures: dict[str, str]) -> None:
    names = [one.name for one in shown]
    called = next((name for name in names if name.casefold() == by.casefold()), by)
    first = [] if called in names else [called]
    old = sheet.name(by)
    sheet.flow.show([name if name in measures or name == old else {name: old} for name in (*first, *names)])


def _measures(sheet: Sheet, totals: list[Total | None]) -> dict[str, str] | None:
    """The SQL of each sum; None where one is not clear."""
    found: dict[str, str] = {}
    known = [one for one in totals if one is not None]
    if len(known) < len(totals) or len({one.name for one in known}) < len(known):
        return None
    for one in known:
        names = [money(sheet, column) for column in one.columns]
        if not all(names):
            return None
        found[one.name] = f"sum({' * '.join(names)})" if names else "count(*)"
    explain_money(sheet)
    return found


def _group(sheet: Sheet, shown: Sequence[Listed]) -> str:
    """The one field behind *per*, *for each*, *by*, else the listed one that nothing is told of."""
    brief = sheet.brief
    said = [
        one.column for one in (*sheet.mentions, *_named_by(sheet))
        if set(brief.words[max(one.start - 2, 0) : one.start]) & _PER and not _is_factor(sheet, one)
    ]  # fmt: skip
    plain = [sheet.own(one.name) for one in shown if one.start == one.end and sheet.own(one.name)]
    for names in (said, plain):
        distinct = [one for one in dict.fromkeys(names) if sheet.of_type([one], "string", "int")]
        if len(distinct) == 1:
            return distinct[0]
    return ""


def _named_by(sheet: Sheet) -> list[Mention]:
    """``by Episode`` of ``episode_id``."""
    names = sheet.brief.said.tables[sheet.table].schema.names
    return [
        Mention(place, place + 1, name, is_spelled=False)
        for place, lemma in enumerate(sheet.brief.lemmas)
        for name in names
        if words_of(name)[:-1] == (lemma,) and words_of(name)[-1] in KEY_WORDS
    ]


def _is_factor(sheet: Sheet, one: Mention) -> bool:
    """``multiplied by price``."""
    before = sheet.brief.words[max(one.start - 2, 0) : one.start]
    return bool(set(before) & _TIMES)


def _total(output: Output, by: str) -> Total | None:
    """``units = all Units together``, ``the sum of qty as units``, ``rounds (how many)``."""
    found: list[tuple[str, ...]] = []
    for start, end in output.runs:
        columns = [
            one for one in output.sheet.mentions if start <= one.start < end and one.column != by
            and (one.start != output.listed.place and not _names_output(output, one))
        ]  # fmt: skip
        said = set(output.sheet.brief.words[start:end])
        pair = _factors(output.sheet, columns)
        if pair:
            found.append(pair)
        elif not columns and said & _COUNTS and not said & _SUMS:
            found.append(())
        elif not columns and said & _SUMS and output.own:
            found.append((output.own,))
    distinct = list(dict.fromkeys(found))
    return Total(output.name, distinct[0]) if len(distinct) == 1 else None


def _names_output(output: Output, one: Mention) -> bool:
    """True where a token is the name that is given, not the column that is called alike."""
    brief = output.sheet.brief
    behind = brief.said.tokens[one.end].text if one.end < len(brief) else ""
    is_called = (
        behind in ("=", ":") or brief.words[one.start - 1] == "as" or brief.words[one.end : one.end + 1] == ("is",)
    )
    return brief.words[one.start] == output.name.casefold() and is_called


def _factors(sheet: Sheet, numbers: list[Mention]) -> tuple[str, ...]:
    """One number, or two with *times* between them; empty where it is neither."""
    brief = sheet.brief
    for one, two in pairwise(numbers):
        words = set(brief.words[one.end : two.start])
        if one.column != two.column and (words & (_TIMES - {"product"}) or (brief.words[one.start - 2] == "product")):
            return (one.column, two.column)
    distinct = list(dict.fromkeys(one.column for one in numbers))
    return (distinct[0],) if len(distinct) == 1 else ()


TOTALS = Recipe(
    "totals of elements",
    _fits,
    _cook,
    words=WORDS | frozenset("then together all over has have to must added up came come money".split()),
)
