"""dbt's tests of columns as checks, and its unit tests as those of models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

from datamorph.core.dbt.project import DbtModel, Note, Properties
from datamorph.core.document import write_document

Check: TypeAlias = dict[str, Any]
_KNOWN_SETTINGS = frozenset({"severity", "name", "description", "config", "tags", "arguments", "meta"})


@dataclass(slots=True)
class Quality:
    """What a model's tests are here.

    Attributes:
        grain: the column that is both unique and never NULL, which a header says in one word.
    """

    grain: str = ""
    checks: list[Check] = field(default_factory=list[Check])
    notes: list[Note] = field(default_factory=list[Note])


def read_tests(model: DbtModel) -> Quality:
    """The tests that the project's YAML gives a model and its columns."""
    quality = Quality()
    for column in _entries(model.properties.get("columns")):
        found = {name: arguments for name, arguments in _tests(column)}
        name = str(column["name"])
        is_plain = all(_severity(found.get(kind, {})) == "error" for kind in ("unique", "not_null"))
        if {"unique", "not_null"} <= found.keys() and is_plain and not quality.grain:
            quality.grain = name
            found = {kind: told for kind, told in found.items() if kind not in ("unique", "not_null")}
        for kind, arguments in found.items():
            _add(quality, model, name, kind, arguments)
    for kind, arguments in _tests(model.properties):
        _add(quality, model, "", kind, arguments)
    return quality


def unit_test(entry: Properties, tables: Callable[[str], str | None]) -> Properties | str:
    """One of dbt's unit tests as a case of a test file, or why it is none.

    Args:
        tables: what ``ref('x')`` or ``source('a', 'b')`` means.
    """
    expect = cast("Properties", entry.get("expect") or {})
    given: dict[str, Any] = {}
    for one in entry.get("given") or ():
        table = tables(str(one.get("input")))
        if table is None or not isinstance(one.get("rows"), list):
            return f"its rows of {one.get('input')} are no list of mappings, or it is no table here"
        given[table] = one["rows"]
    if not isinstance(expect.get("rows"), list):
        return "its expected rows are no list of mappings"
    if entry.get("overrides"):
        return "it overrides macros or variables"
    case: Properties = {"name": str(entry["name"]), "given": given, "expect": expect["rows"]}
    return {"description": str(entry["description"]), **case} if entry.get("description") else case


def test_document(cases: list[Properties]) -> str:
    """The text of a test file."""
    return "".join(write_list_item(case) for case in cases)


def write_list_item(case: Properties) -> str:
    """One entry of a list in YAML."""
    lines = write_document(case).splitlines()
    return "\n".join([f"- {lines[0]}", *(f"  {line}" for line in lines[1:]), ""])


def _add(quality: Quality, model: DbtModel, column: str, kind: str, arguments: Properties) -> None:
    settings = cast("Properties", arguments.get("config") or {})
    values = {**arguments, **cast("Properties", arguments.get("arguments") or {})}
    check = _CHECKS[kind](column, values) if kind in _CHECKS and column else None
    odd = sorted((set(settings) | (set(arguments) & {"where", "limit"})) - {"severity"})
    where = f"test {kind} of {column}" if column else f"test {kind}"
    if check is None:
        reason = "it compares two tables" if kind == "relationships" else "no check says the same"
        quality.notes.append(Note(model.path, where, reason))
    elif odd:
        quality.notes.append(Note(model.path, where, f"it is limited by {', '.join(odd)}"))
    else:
        severity = {"severity": "warn"} if _severity(arguments) == "warn" else {}
        quality.checks.append({**check, **severity})


def _unique(column: str, values: Properties) -> Check:
    return {"expect_column_values_to_be_unique": {"column": column}}


def _not_null(column: str, values: Properties) -> Check:
    return {"expect_column_values_to_not_be_null": {"column": column}}


def _accepted(column: str, values: Properties) -> Check | None:
    accepted = values.get("values")
    return {"expect_column_values_to_be_in_set": {"column": column, "value_set": accepted}} if accepted else None


_CHECKS: Mapping[str, Callable[[str, Properties], Check | None]] = {
    "unique": _unique, "not_null": _not_null, "accepted_values": _accepted,
}  # fmt: skip


def _severity(arguments: Properties) -> str:
    settings = cast("Properties", arguments.get("config") or {})
    return str(arguments.get("severity") or settings.get("severity") or "error").lower()


def _tests(owner: Properties) -> Iterator[tuple[str, Properties]]:
    """Kind and arguments of each test: ``unique``, or ``accepted_values: {values: [...]}``."""
    for test in [*(owner.get("tests") or ()), *(owner.get("data_tests") or ())]:
        if isinstance(test, str):
            yield test, {}
        elif isinstance(test, dict):
            found = cast("Properties", test)
            kind = next((str(key) for key in found if key not in _KNOWN_SETTINGS), str(found.get("test_name", "test")))
            inner = found.get(kind)
            outer = {key: value for key, value in found.items() if key != kind}
            yield kind, {**outer, **(cast("Properties", inner) if isinstance(inner, dict) else {})}


def _entries(value: object) -> list[Properties]:
    entries = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("Properties", entry) for entry in entries if isinstance(entry, dict) and "name" in entry]
