"""Texts that a spec compares with columns, against the values that these columns have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from datamorph.core.catalog import Catalog
from datamorph.core.problem import Problem, nearest
from datamorph.core.spec import PipelineSpec
from datamorph.planning.language_model.masking import kind_of_column

_COMPARED = re.compile(r"(?<![\w.`])(\w+)\s*(?:=|<>|!=)\s*'([^']*)'")
_LISTED = re.compile(r"(?<![\w.`])(\w+)\s+(?:not\s+)?in\s*\(((?:\s*'[^']*'\s*,?)+)\)", re.IGNORECASE)
_NO_COLUMN = re.compile(r"no column '([^']*)'")


def unknown_values(spec: PipelineSpec, catalog: Catalog) -> list[Problem]:
    """Comparisons with a text that the column does not hold, where all of its values are known."""
    known = dict(_values(spec, catalog))
    found: list[Problem] = []
    for step in spec.steps:
        for expression in _texts(step.step.model_dump(mode="json", by_alias=True)):
            for column, value in _comparisons(expression):
                values = known.get(column.casefold())
                if values and value not in values:
                    message = f"column {column!r} holds no value {value!r} today"
                    found.append(Problem("unknown_value", step.name, message, nearest(value, values)))
    return list(dict.fromkeys(found))


def with_values(problems: Iterable[Problem], spec: PipelineSpec, catalog: Catalog) -> list[Problem]:
    """A name that is no column but a value of one was meant as a text."""
    values = {value.casefold(): value for _, found in _values(spec, catalog) for value in found}
    return [_as_value(problem, values) for problem in problems]


def _as_value(problem: Problem, values: dict[str, str]) -> Problem:
    name = _NO_COLUMN.search(problem.message)
    if problem.code != "unknown_column" or name is None or name[1].casefold() not in values:
        return problem
    return replace(problem, hint=f"it is a value: write it as the text '{values[name[1].casefold()]}'")


def _values(spec: PipelineSpec, catalog: Catalog) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of text columns of the sources with all of their values; personal ones are left out."""
    for ref in spec.sources.values():
        table = catalog.get(ref)
        for column in table.schema if table else ():
            profile = table.profile.columns.get(column.name) if table else None
            values = tuple(str(value) for value in profile.values if value is not None) if profile else ()
            if column.type == "string" and values and not kind_of_column(ref.name, column.name):
                yield column.name.casefold(), values


def _comparisons(expression: str) -> Iterator[tuple[str, str]]:
    yield from ((match[1], match[2]) for match in _COMPARED.finditer(expression))
    for match in _LISTED.finditer(expression):
        yield from ((match[1], value) for value in re.findall(r"'([^']*)'", match[2]))


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(value)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(node, list | tuple):
        for value in node:  # pyright: ignore[reportUnknownVariableType]
            yield from _texts(value)  # pyright: ignore[reportUnknownArgumentType]
