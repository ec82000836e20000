"""Totals over the elements of arrays, per field of them: *for every code, all units together*."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.mentions import Mention, clause, sentence, take
from datamorph.planning.offline.recipes.nested import explain_money, money
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.row_filters import filter_rows
from datamorph.planning.offline.recipes.sheet import Sheet

_PER = frozenset({"per", "each", "every", "by", "grouped", "for"})
_SUMS = frozenset("sum sums total totals together added add altogether overall summed all aggregate aggregated".split())
_TIMES = frozenset("times x multiplied multiply * × product".split())  # noqa: RUF001
_OTHER = frozenset(
    "average avg mean median max maximum min minimum distinct highest lowest largest smallest top share percent".split()
)


@dataclass(frozen=True)
class Total:
    """A sum of a column, or of a product of two."""

    name: str
    columns: tuple[str, ...]


def _fits(brief: Brief) -> bool:
    return bool(_elements(brief)) and brief.has(*_SUMS) and not brief.has(*_OTHER)


def _elements(brief: Brief) -> list[TableRef]:
    """Tables of the elements of arrays."""
    frames = brief.work.frames
    return [ref for ref in brief.said.tables if frames.owner_of(ref) is not None]


def _cook(brief: Brief) -> Flow | None:
    tables = _elements(brief)
    if len(tables) != 1:
        return None
    flow = Flow(brief.work)
    flow.start(tables[0])
    sheet = Sheet(brief, tables[0], flow)
    by = _group(sheet)
    totals = _totals(sheet, by) if by else []
    if not by or not totals or len({one.name for one in totals}) != len(totals):
        return None
    filter_rows(sheet, [])
    measures: dict[str, str] = {}
    for one in totals:
        names = [money(sheet, column) for column in one.columns]
        if not all(names):
            return None
        measures[one.name] = f"sum({' * '.join(names)})"
    explain_money(sheet)
    flow.aggregate([sheet.name(by)], measures)
    shown = [one.name for one in brief.listed] or [by, *(one.name for one in totals)]
    if set(shown) != {by, *measures}:
        return None
    flow.show(shown)
    for place in brief.places(_SUMS | _TIMES):
        take(brief, _SUMS | _TIMES | {"all", "by", "=", "up", "is", "how", "many"}, "sum", *sentence(brief, place))
    return flow


def _group(sheet: Sheet) -> str:
    """The text field behind *per*, *for each*, *by*."""
    brief = sheet.brief
    found = [
        one.column for one in sheet.mentions
        if set(brief.words[max(one.start - 2, 0) : one.start]) & _PER and sheet.type_of(one.column) == "string"
    ]  # fmt: skip
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else ""


def _totals(sheet: Sheet, by: str) -> list[Total]:
    """``units = all Units together``, ``sum the quantity as units``."""
    brief = sheet.brief
    found: list[Total] = []
    for start, end in _parts(brief):
        name = _name_in(sheet, start, end, by)
        if not name:
            continue
        columns = [one for one in sheet.mentions if start <= one.start < end and one.column != by]
        numbers = [one for one in columns if brief.words[one.start] != name.casefold() or one.start != start]
        chosen = _factors(sheet, [one for one in numbers if not _names_output(brief, one.start, name)])
        if chosen:
            found.append(Total(name, chosen))
    return found


def _parts(brief: Brief) -> list[tuple[int, int]]:
    """Runs of tokens around each ``name =`` and ``as name``, up to the next one."""
    marks = [i for i, token in enumerate(brief.said.tokens) if token.text in ("=", ":") or brief.words[i] == "as"]
    runs: list[tuple[int, int]] = []
    for i in marks:
        if brief.said.tokens[i].text == "=" or brief.said.tokens[i].text == ":":
            end = next((j - 1 for j in marks if j > i and brief.said.tokens[j].text == "="), sentence(brief, i)[1])
            runs.append((max(i - 1, 0), min(end, sentence(brief, i)[1])))
        else:
            runs.append((clause(brief, i)[0], i + 2))
    return runs


def _name_in(sheet: Sheet, start: int, end: int, by: str) -> str:
    """What the sum is called."""
    brief = sheet.brief
    tokens = brief.said.tokens
    spot = start if start + 1 < len(brief) and tokens[start + 1].text in ("=", ":") else end - 1
    if spot >= len(brief) or not tokens[spot].is_word or tokens[spot].text == by:
        return ""
    if tokens[min(start + 1, len(brief) - 1)].text == ":" and not any(o.place == spot for o in brief.listed):
        return ""
    return tokens[spot].text if brief.words[spot] not in _SUMS | {"a", "the", "text", "it"} else ""


def _names_output(brief: Brief, place: int, name: str) -> bool:
    """True where a token is the name that is given, not the column that is called alike."""
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else ""
    return brief.words[place] == name.casefold() and (behind in ("=", ":") or brief.words[place - 1] == "as")


def _factors(sheet: Sheet, numbers: list[Mention]) -> tuple[str, ...]:
    """One number, or two with *times* between them; empty where it is neither."""
    brief = sheet.brief
    if len(numbers) == 1 and is_number(sheet.type_of(numbers[0].column)):
        return (numbers[0].column,)
    if len(numbers) == 2 and set(brief.words[numbers[0].end : numbers[1].start]) & _TIMES:  # noqa: PLR2004
        return (numbers[0].column, numbers[1].column)
    return ()


TOTALS = Recipe(
    "totals of elements",
    _fits,
    _cook,
    words=frozenset(
        """
        unnest unnested explode exploded flatten flattened unroll expand array list then become number numeric decimal
        together all over inside entry element text string cast convert converted into has have to must added up
        come came money
        """.split()
    ),
)
