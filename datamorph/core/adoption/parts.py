"""Derived columns, filters, aggregations and order of a predecessor's document as steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from datamorph.core.adoption.columns import Scope, refuse, spelled
from datamorph.core.adoption.predecessor import OldColumn, OldFilter, OldMeasure, OldSpec, Scalar
from datamorph.core.expression import references
from datamorph.core.inference import is_aggregate
from datamorph.core.problem import nearest

_FUNCTIONS = {"count": "count", "sum": "sum", "avg": "avg", "average": "avg", "mean": "avg", "min": "min", "max": "max",
              "median": "median", "count_if": "count_if"}  # fmt: skip
_DISTINCT = ("count_distinct", "countdistinct", "count distinct")
_COMPARISONS = {"=": "=", "==": "=", "eq": "=", "!=": "<>", "<>": "<>", "ne": "<>", ">": ">", "gt": ">", ">=": ">=",
                "gte": ">=", "<": "<", "lt": "<", "<=": "<=", "lte": "<="}  # fmt: skip
_PAIR = 2


def add_derived(columns: Sequence[OldColumn], scope: Scope) -> None:
    """Columns in order; one that reads an earlier one stands in a step after it."""
    level: dict[str, str] = {}
    for number, column in enumerate(columns):
        text, node = scope.row_expression(column.expression, f"derived_columns.{number}")
        earlier = {name.lower() for name in level}
        if earlier & {column.name.lower(), *(name.lower() for name in references(node))}:
            scope.add("derived", "derive", {"columns": level})
            level = {}
        level[column.name] = text
        scope.columns |= {(source, column.name.lower()): None for source in scope.joined}
        scope.shared.discard(column.name.lower())
    if level:
        scope.add("derived", "derive", {"columns": level})


def add_filters(filters: Sequence[OldFilter], scope: Scope) -> None:
    """One step for each condition."""
    for number, found in enumerate(filters):
        place = f"filters.{number}"
        if (found.condition is None) == (found.column is None):
            refuse(place, "a filter has either a condition or a column", "give a column, operator and value", scope)
        text = found.condition if found.condition is not None else _comparison(found, place, scope)
        scope.add("filtered", "filter", {"where": scope.row_expression(text, place)[0]})


def _comparison(found: OldFilter, place: str, scope: Scope) -> str:
    column = spelled(scope.column(found.column or "", place))
    operator = " ".join(found.operator.lower().replace("_", " ").split())
    if operator in ("is null", "is not null"):
        return f"{column} {operator}"
    write = _OPERATORS.get(operator)
    if write is None and operator not in _COMPARISONS:
        known = nearest(operator, [*_COMPARISONS, *_OPERATORS, "is null", "is not null"])
        refuse(place, f"operator {found.operator!r:.80} is unknown", known, scope)
    values = found.value if isinstance(found.value, tuple) else (found.value,)
    if not values or None in values:
        refuse(place, f"{found.column} {found.operator} has no value", "use is null or is not null", scope)
    constants = [_constant(value) for value in values]
    if write is not None:
        return _written(write(column, constants), found, place, scope)
    single = f"{column} {_COMPARISONS[operator]} {constants[0]}" if not isinstance(found.value, tuple) else ""
    return _written(single, found, place, scope)


def _written(text: str, found: OldFilter, place: str, scope: Scope) -> str:
    if not text:
        hint = "between takes two values, in takes a list, all others take one"
        refuse(place, f"{found.operator!r:.80} does not take {found.value!r:.80}", hint, scope)
    return text


def _constant(value: Scalar) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def _between(column: str, values: list[str]) -> str:
    return f"{column} between {values[0]} and {values[1]}" if len(values) == _PAIR else ""


_OPERATORS: dict[str, Callable[[str, list[str]], str]] = {
    "in": lambda column, values: f"{column} in ({', '.join(values)})",
    "not in": lambda column, values: f"{column} not in ({', '.join(values)})",
    "like": lambda column, values: f"{column} like {values[0]}" if len(values) == 1 else "",
    "not like": lambda column, values: f"not ({column} like {values[0]})" if len(values) == 1 else "",
    "between": _between,
}


def add_aggregation(old: OldSpec, scope: Scope) -> None:
    """All measures in one step: they share their groups."""
    groups = [tuple(old.group_by), *(tuple(found.group_by) for found in old.aggregations)]
    stated = list(dict.fromkeys(group for group in groups if group))
    if len(stated) > 1:
        hint = "write one document for each; a spec joins their results"
        refuse("aggregations", f"measures are grouped by {' and by '.join(map(str, stated))}", hint, scope)
    by = [scope.column(name, "group_by") for name in (stated[0] if stated else ())]
    measures: dict[str, str] = {}
    for number, found in enumerate(old.aggregations):
        for name, text in _measures(found, f"aggregations.{number}", scope):
            if name in measures:
                refuse(f"aggregations.{number}", f"{name!r} is measured twice", "give each its own alias", scope)
            measures[name] = text
    if by or measures:
        body = {key: value for key, value in (("by", by), ("measures", measures)) if value}
        scope.add("totals", "aggregate", body)
        scope.shared.clear()


def _measures(found: OldMeasure, place: str, scope: Scope) -> list[tuple[str, str]]:
    if (found.function is None) == (not found.measures):
        refuse(place, "it has neither a function nor measures, or both", "give function, column and alias", scope)
    if isinstance(found.measures, dict):
        return [(name, _aggregate(text, f"{place}.{name}", scope)) for name, text in found.measures.items()]
    if found.measures:
        return [pair for one in found.measures for pair in _measures(one, place, scope)]
    return [_measure(found, place, scope)]


def _aggregate(text: str, place: str, scope: Scope) -> str:
    found, node = scope.expression(text, place)
    if not is_aggregate(node):
        refuse(place, f"{text!r:.120} is no aggregate", "use sum, avg, count, min or max", scope)
    return found


def _measure(found: OldMeasure, place: str, scope: Scope) -> tuple[str, str]:
    word = (found.function or "").strip().lower()
    name = "count" if word in _DISTINCT else _FUNCTIONS.get(word)
    if name is None:
        refuse(place, f"function {found.function!r:.80} is unknown", nearest(word, _FUNCTIONS), scope)
    if found.column == "*" and word != "count":
        refuse(place, f"{word} has no column", "name the column; * is for count", scope)
    column = "*" if found.column == "*" else spelled(scope.column(found.column, place))
    alias = found.alias or f"{word.replace(' ', '_')}_{found.column.rpartition('.')[2]}".removesuffix("_*")
    if not found.alias:
        scope.assume(f"{word} of {found.column} is called {alias}")
    return alias, f"{name}({'distinct ' if word in _DISTINCT else ''}{column})"


def add_order(old: OldSpec, scope: Scope) -> None:
    """Sort, or keep the first rows in that order."""
    items = [_order(found.column, found.direction, number, scope) for number, found in enumerate(old.order_by)]
    if old.limit is not None and not items:
        refuse("limit", f"which {old.limit} rows are kept is not said", "add order_by", scope)
    if items:
        scope.assume("missing values are sorted last")
    if old.limit is not None:
        scope.add("first_rows", "top", {"n": old.limit, "order_by": items})
    elif items:
        scope.add("sorted", "sort", {"by": items})


def _order(text: str, direction: str, number: int, scope: Scope) -> str:
    name, _, tail = text.strip().rpartition(" ")
    if name and tail.lower() in ("asc", "desc"):
        text, direction = name, tail.lower()
    return scope.column(text, f"order_by.{number}") + (" desc" if direction == "desc" else "")
