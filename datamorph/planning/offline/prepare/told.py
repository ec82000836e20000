"""A column whose texts are read as a prompt says: what was said of it, and the steps for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from datamorph.core.catalog import ColumnProfile
from datamorph.core.table import TableRef
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.grammar.cleaners import DIGITS, LOWER, TRIM, UPPER
from datamorph.planning.offline.prepare.dates import either_way, formats_of, unclear
from datamorph.planning.offline.prepare.preparation import Prepared, Step
from datamorph.planning.offline.scope import Scope

MONEY = re.compile(r"[-+]?\s*[$€£¥]?\s*(\d{1,3}(,\d{3})+|\d+)(\.(\d+))?\s*([$€£¥]|[A-Z]{3})?")
"""Texts that are read as numbers."""

_PYTHON: dict[str, Callable[[str], str]] = {
    LOWER: str.lower, UPPER: str.upper, TRIM: lambda text: text.strip(" "),
    DIGITS: lambda text: re.sub("[^0-9]", "", text),
}  # fmt: skip
_SHORT, _LONG = 12, 18


@dataclass(slots=True)
class Told:
    """What was said of one column.

    Attributes:
        empties: texts that stand for nothing.
        dropped: texts whose rows are left out.
        formats: of dates.
        type: empty for a number with decimals, None for a text.
        is_lenient: what cannot be read has no value.
    """

    table: TableRef
    column: str
    examples: list[str] = field(default_factory=list[str])
    empties: list[str] = field(default_factory=list[str])
    dropped: list[str] = field(default_factory=list[str])
    clean: list[str] = field(default_factory=list[str])
    formats: list[str] = field(default_factory=list[str])
    type: str | None = None
    is_lenient: bool = False


def apply(told: Told, scope: Scope, prepared: Prepared) -> None:
    """Change the column as it was said."""
    profile = scope.tables[told.table].profile.columns.get(told.column, ColumnProfile())
    held = [value for value in profile.values if isinstance(value, str)]
    empties = _spelled([*told.empties, *(told.dropped if told.type is not None else ())], held)
    steps = [*_filtered(told, held), *_cleaned(told, empties)]
    type_ = "string"
    if told.type is not None:
        values = [value for value in held if value not in empties]
        found, type_ = _dates(told, scope, values) if told.type == "date" else _numbers(told, scope, values)
        steps += found
    prepared.add(told.table, *steps)
    prepared.change(told.table, told.column, type_, _profile(profile, told, type_))


def _filtered(told: Told, held: list[str]) -> list[Step]:
    """Rows with texts that are to be left out."""
    name = _name(told.column)
    tests = " AND ".join(f"{name} <> {_text(value)}" for value in _spelled(told.dropped, held))
    return [("filter", {"where": f"{name} IS NULL OR ({tests})"})] if tests else []


def _cleaned(told: Told, empties: list[str]) -> list[Step]:
    """The text cleaned, and without what stands for nothing."""
    expression = _name(told.column)
    for template in told.clean:
        expression = template.format(expression)
    for value in empties:
        expression = f"nullif({expression}, {_text(value)})"
    return [("derive", {"columns": {told.column: expression}})] if expression != _name(told.column) else []


def _fails(told: Told, scope: Scope, odd: list[str], what: str) -> bool:
    """True unless a person answered that texts which cannot be read are left empty."""
    if told.is_lenient or not odd:
        return not told.is_lenient
    text = f"{told.column} also holds {odd[0]!r}, which is no {what}."
    choices = [("null", f"leave {told.column} empty there"), ("fail", "stop the run")]
    return scope.dialog.choose(f"unreadable_{told.column}", text, choices) == "fail"


def _dates(told: Told, scope: Scope, held: list[str]) -> tuple[list[Step], str]:
    """The steps that make dates of the texts; which of day and month is first is asked for where nothing tells."""
    formats = told.formats or formats_of([*told.examples, *held])
    odd = unclear([*told.examples, *held], formats)
    ways = either_way(odd[0]) if odd else None
    if ways is not None:
        choices = [(ways[0], "the day"), (ways[1], "the month")]
        formats = [*formats, scope.dialog.choose(f"first_{told.column}", f"What is first in {odd[0]!r}?", choices)]
        odd = unclear(held, formats)
    if not formats:
        message = f"it is not said how the dates in {told.column} are written"
        raise Refused("impossible", message, hint="give the format, such as dd/mm/yyyy, or an example")
    on_error = "fail" if _fails(told, scope, odd, "such date") else "null"
    return [("parse", {"columns": {told.column: {"as": "date", "formats": formats}}, "on_error": on_error})], "date"


def _numbers(told: Told, scope: Scope, held: list[str]) -> tuple[list[Step], str]:
    """The steps that make numbers of the texts, and their type."""
    odd = [value for value in held if value.strip() and not MONEY.fullmatch(value.strip())]
    fails = _fails(told, scope, odd, "number")
    numbers = [m for text in [*told.examples, *held] if (m := MONEY.fullmatch(text.strip()))]
    scale = max([2, *(len(m[4] or "") for m in numbers)])
    whole = max((len(m[1].replace(",", "")) for m in numbers), default=0)
    type_ = f"decimal({_LONG if whole > _SHORT - scale - 2 else _SHORT},{scale})"
    parser = {"as": "money", "decimal": "point", "type": type_}
    steps: list[Step] = [("parse", {"columns": {told.column: parser}, "on_error": "fail" if fails else "null"})]
    if told.type:
        steps.append(("cast", {"columns": {told.column: told.type}}))
    return steps, told.type or type_


def _profile(profile: ColumnProfile, told: Told, type_: str) -> ColumnProfile:
    """What is known of the column's values then."""
    if type_ != "string":
        return ColumnProfile(profile.nulls, profile.distinct)
    values = [value for value in profile.values if isinstance(value, str)]
    for template in told.clean:
        values = [_PYTHON[template](value) for value in values]
    kept = tuple(sorted(set(values)))
    return ColumnProfile(profile.nulls, len(kept) or profile.distinct, values=kept)


def _spelled(said: list[str], held: list[str]) -> list[str]:
    """The texts in every spelling that the column holds."""
    found = [[value for value in held if value.casefold() == text.casefold()] or [text] for text in said]
    return list(dict.fromkeys(value for values in found for value in values))


def _name(column: str) -> str:
    return column if column.isidentifier() else f"`{column}`"


def _text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
