"""A reading in plain English."""

from __future__ import annotations

from datamorph.planning.offline.candidates.conditions import alternatives
from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.reading import Reading, Show
from datamorph.planning.offline.candidates.schema import QuestionTable
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.shapes import ROWS

_FUNCTIONS = {"": "", "count": "the number of ", "min": "the lowest ", "max": "the highest ", "sum": "the total of ",
              "avg": "the average "}  # fmt: skip
_OPERATORS = {"=": "is", "<>": "is not", ">": "is more than", "<": "is less than", ">=": "is at least",
              "<=": "is at most"}  # fmt: skip
_TESTS = {"contains": "contains", "startswith": "starts with", "endswith": "ends with"}
_MOST_SHOWN = 6


def describe(search: Search, reading: Reading) -> str:
    """What a reading computes: ``the number of players where college is Adams State``."""
    table, shape = search.tables[reading.table], reading.shape
    shown = [_show(table, show) for show in shape.shown]
    text = _listed(shown) if len(shown) <= _MOST_SHOWN else "every column"
    text = f"each different {text} once" if shape.is_distinct else text
    if not search.is_alone and (table.joined or not any(show.column == ROWS for show in shape.shown)):
        text += " in " + " with ".join([table.table.ref.name, *(relation.target.name for relation in table.joined)])
    if reading.hits:
        tests = [" or ".join(condition_text(table, h) for h in g) for g in alternatives(search.question, reading.hits)]
        text += " where " + " and ".join(tests)
    if shape.groups:
        text += " for each " + _listed([table.columns[place].leaf.column for place in shape.groups])
    for show, operator, number in shape.having:
        text += f" with {_show(table, show)} {_OPERATORS[operator].removeprefix('is ')} {number:g}"
    for place, (show, is_descending) in enumerate(shape.orders):
        first = "the largest" if is_descending else "the smallest"
        if shape.limit:
            count = f"{shape.limit} with " if shape.limit > 1 else "the one with "
            text += f", {count}{first} {_show(table, show)}"
        else:
            end = ", largest first" if is_descending else ""
            text += f"{' and' if place else ', in order of'} {_show(table, show)}{end}"
    return text


def condition_text(table: QuestionTable, hit: Hit) -> str:
    """One condition: ``college is Adams State``."""
    name = table.columns[hit.column].leaf.column
    if hit.operator == "between":
        return f"{name} is between {hit.values[0]} and {hit.high}"
    verb = _TESTS[hit.kind] if hit.operator == "like" else _OPERATORS[hit.operator]
    return f"{name} {verb} {' or '.join(map(str, hit.values))}"


def _show(table: QuestionTable, show: Show) -> str:
    if show.column == ROWS:
        return f"the number of {table.table.ref.name}"
    name = table.columns[show.column].leaf.column
    return f"{_FUNCTIONS[show.function]}{'different ' if show.is_distinct else ''}{name}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
