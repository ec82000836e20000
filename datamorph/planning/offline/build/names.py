"""Names for result columns that the prompt does not name."""

from __future__ import annotations

from datamorph.core.table import TableRef, snake_case, unique_names
from datamorph.planning.offline.build.terms import ColumnLeaf, Term
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.units import unit_of
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.model import Aggregate, Arithmetic, Noun, Period
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import singular

_UNCOUNTED = frozenset({"euro", "ms", "km", "m", "cm", "mm", "kg", "kb", "mb", "gb", "usd", "feet"})
_PREFIXES = {"text_list": "list", "avg": "avg", "sum": "total", "min": "min", "max": "max", "median": "median"}
_LONGEST = 60


def group_name(item: Item, term: Term) -> str:
    """A key keeps its column's name; ``name`` says whose it is: ``airline_name``."""
    if item.name:
        return item.name
    if isinstance(item.expression, Period):
        return item.expression.part
    found = term.leaves[0] if len(term.leaves) == 1 else None
    if isinstance(found, ColumnLeaf):
        if found.column.lower() in LABELS:
            owner = "_".join(singular(part) for part in snake_case(found.table.name).split("_"))
            return f"{owner}_{found.column.lower()}"
        return found.column
    return snake_case(item.text)


def measure_name(item: Item, scope: Scope, taken: list[str]) -> str:
    """``avg_dep_delay``, ``flight_count``, ``total_amount``."""
    name = _plain_name(item, scope)
    if item.unit and isinstance(item.expression, Aggregate):
        name = _in_unit(name, item.unit)
    if name in taken and isinstance(item.expression, Aggregate) and item.expression.condition is not None:
        name = f"{_condition_name(item.text)}_{name}"
    return unique_names([*taken, name])[-1]


def _condition_name(text: str) -> str:
    """``number of discharged stays``: the words between say which are counted."""
    words = [word for word in snake_case(text).split("_") if word not in ("number", "count", "of", "the", "total")]
    return "_".join(words[:-1] or words)


def _in_unit(name: str, unit: str) -> str:
    """``total_walk_s`` in minutes is ``total_walk_minutes``; a name that says the unit already stays."""
    *head, tail = name.split("_")
    said = unit_of(name, (singular(tail),))
    if said and head and UNITS[said] == UNITS[unit]:
        return name
    kept = "_".join(head) if said and head else name
    return f"{kept}_{unit if unit in _UNCOUNTED else f'{unit}s'}"


def _plain_name(item: Item, scope: Scope) -> str:  # noqa: PLR0911 (one line per kind)
    expression = item.expression
    if isinstance(expression, Arithmetic) and isinstance(expression.left, Aggregate) and expression.operator == "*":
        return f"{_share_name(expression.left, item)}_pct"
    if not isinstance(expression, Aggregate):
        return snake_case(item.text)[:_LONGEST]
    if expression.function == "count":
        return f"{_thing(expression.counted)}_count" if expression.counted else "row_count"
    if expression.argument is None:
        return _PREFIXES.get(expression.function, expression.function)
    if not isinstance(expression.argument, Noun):
        return _share_name(expression, item)
    argument = _argument_name(expression.argument, scope)
    if expression.function == "percentile":
        return f"p{expression.fraction * 100:g}_{argument}"
    prefix = _PREFIXES[expression.function]
    return argument if argument.startswith(prefix) else f"{prefix}_{argument}"


def _argument_name(noun: Noun, scope: Scope) -> str:
    link = next((link for link in noun.links if link.column), None)
    chosen = scope.column(noun) if link else None
    return snake_case(chosen.column if chosen else noun.text)


def _thing(noun: Noun | None) -> str:
    words = noun.text.split() if noun else ["row"]
    return snake_case("_".join(singular(word.lower().split(".")[-1]) for word in words))


def _share_name(aggregate: Aggregate, item: Item) -> str:
    if aggregate.counted is None:
        return snake_case(item.text.partition("(")[0].strip())[:_LONGEST]
    last = [word for word in item.text.replace("(", " ( ").split("(")[0].split() if word.isalpha()]
    return f"{snake_case(last[-1])}_share" if last else "share"


def label_of(table: TableRef, scope: Scope) -> str | None:
    """The column that names a row of a table for people."""
    own = scope.names.table_words[table]
    for word in LABELS[:2]:
        for column in scope.tables[table].schema.names:
            if scope.names.column_words[table, column] in ((word,), (*own, word), (own[-1], word)):
                return column
    return None
