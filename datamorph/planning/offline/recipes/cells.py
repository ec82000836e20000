"""The columns of a matrix: values of a column, years, months or quarters, with something around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.shape_words import mentions

_JOINERS = frozenset({",", "and", "&", "/", "+", "plus", "then", "also"})
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_QUARTER = re.compile(r"q[1-4]", re.IGNORECASE)
_FEWEST = 2

Affix = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of the matrix.

    Attributes:
        value: of the class, as SQL has it.
    """

    name: str
    place: int
    value: str | int


@dataclass(frozen=True, slots=True)
class Cells:
    """The columns of a matrix.

    Attributes:
        column: whose values they are; empty for parts of dates.
        part: ``year``, ``quarter`` or ``month``; empty for values.
    """

    cells: tuple[Cell, ...]
    part: str
    table: TableRef | None = None
    column: str = ""

    @property
    def places(self) -> set[int]:
        """Where the names stand."""
        return {one.place for one in self.cells}


def find_cells(brief: Brief) -> Cells | None:
    """The longest enumeration of names that are made from values of one kind; None where two are as long."""
    found = [*_by_value(brief), *_by_date(brief)]
    if not found:
        return None
    most = max(len(one.cells) for one in found)
    longest = [one for one in found if len(one.cells) == most]
    if len(longest) > 1:
        longest = [one for one in longest if _is_mentioned(brief, one)]
        named = {ref for _, ref in brief.tables_at()}
        longest = [one for one in longest if one.table is None or one.table in named] or longest
    return longest[0] if len(longest) == 1 else None


def _is_mentioned(brief: Brief, cells: Cells) -> bool:
    """True where the prompt names the column of the values."""
    return cells.table is None or any(m.column == cells.column for m in mentions(brief, cells.table))


def _by_value(brief: Brief) -> Iterator[Cells]:
    tokens = [(place, token.text, _words(token.text)) for place, token in enumerate(brief.said.tokens) if token.is_word]
    said = {part for _, _, parts in tokens for part in parts}
    for ref, table in brief.said.tables.items():
        for column in table.schema.names:
            values = [(value, _words(value)) for value in sorted(brief.work.values.of(ref, column))]
            values = [(value, parts) for value, parts in values if parts and parts[0] in said]
            if len(values) < _FEWEST:
                continue
            spots: dict[Affix, list[Cell]] = {}
            for place, name, own in tokens:
                for affix, value in _fits(name, own, values):
                    spots.setdefault(affix, []).append(Cell(name, place, value))
            run = _longest(brief, list(spots.values()))
            if run:
                yield Cells(tuple(run), "", ref, column)


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PARTS.findall(text))


def _fits(
    name: str, own: tuple[str, ...], values: Sequence[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[Affix, str]]:
    """Values that a name is made of, with what stands before and behind."""
    for value, words in values:
        for start in range(len(own) - len(words) + 1):
            if own[start : start + len(words)] == words:
                affix = (" ".join(own[:start]), " ".join(own[start + len(words) :]))
                if any(affix) or len(value) > 2 or value == name:  # noqa: PLR2004 (short codes as they are written)
                    yield affix, value
                break


def _by_date(brief: Brief) -> Iterator[Cells]:
    for part, read in (("year", _year), ("quarter", _quarter), ("month", _month)):
        spots: dict[Affix, list[Cell]] = {}
        for place, token in enumerate(brief.said.tokens):
            got = read(token.text) if token.is_word else None
            if got is not None:
                spots.setdefault(got[0], []).append(Cell(token.text, place, got[1]))
        run = _longest(brief, list(spots.values()))
        if run:
            yield Cells(tuple(run), part)


def _year(name: str) -> tuple[Affix, int] | None:
    found = _YEAR.search(name)
    if found is None or len(_YEAR.findall(name)) > 1 or found[0] == name:
        return None
    return (name[: found.start()], name[found.end() :]), int(found[0])


def _quarter(name: str) -> tuple[Affix, int] | None:
    found = _QUARTER.search(name)
    return (
        ((name[: found.start()], name[found.end() :]), int(found[0][1])) if found and not _YEAR.search(name) else None
    )


def _month(name: str) -> tuple[Affix, int] | None:
    parts = _words(name)
    at = [i for i, part in enumerate(parts) if part in MONTHS and (part != "may" or len(parts) > 1)]
    if len(at) != 1 or _YEAR.search(name):
        return None
    return (" ".join(parts[: at[0]]), " ".join(parts[at[0] + 1 :])), MONTHS[parts[at[0]]]


def _longest(brief: Brief, groups: Sequence[Sequence[Cell]]) -> list[Cell]:
    """The longest run of names with different values that stand behind each other."""
    runs: list[list[Cell]] = []
    for group in groups:
        for cell in group:
            last = runs[-1] if runs and runs[-1][0] in group else None
            if last and _follows(brief, last[-1].place, cell.place) and cell.value not in [c.value for c in last]:
                last.append(cell)
            else:
                runs.append([cell])
    runs = [run for run in runs if len(run) >= _FEWEST]
    most = max((len(run) for run in runs), default=0)
    best = [run for run in runs if len(run) == most]
    kept = {tuple((c.name.casefold(), c.value) for c in run): run for run in best}
    return next(iter(kept.values())) if len(kept) == 1 else []


def _follows(brief: Brief, before: int, place: int) -> bool:
    """True where nothing but commas, *and* and parentheses stand between, or both follow each other in the list."""
    depth, is_joined = 0, False
    places = [one.place for one in brief.listed]
    if before in places and place in places:
        return places.index(place) == places.index(before) + 1
    for i in range(before + 1, place):
        text = brief.said.tokens[i].lower
        depth += (text == "(") - (text == ")")
        if depth == 0 and text != ")" and text not in _JOINERS:
            return False
        is_joined = is_joined or text in _JOINERS
    return is_joined
