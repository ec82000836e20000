"""A column whose texts are read as a prompt says: what was said of it, and the steps for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from datamorph.core.catalog import ColumnProfile
from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.cleaners import DIGITS, LOWER, TRIM, UPPER
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
        type: empty for a number with decimals, None for a text.
    """

    table: TableRef
    column: str
    examples: list[str] = field(default_factory=list[str])
    empties: list[str] = field(default_factory=list[str])
    dropped: list[str] = field(default_factory=list[str])
    clean: list[str] = field(default_factory=list[str])
    type: str | None = None


def apply(told: Told, scope: Scope, prepared: Prepared) -> None:
    """Change the column as it was said."""
    profile = scope.tables[told.table].profile.columns.get(told.column, ColumnProfile())
    held = [value for value in profile.values if isinstance(value, str)]
    empties = _spelled([*told.empties, *(told.dropped if told.type is not None else ())], held)
    steps = [*_filtered(told, held), *_cleaned(told, empties)]
    type_ = "string"
    if told.type is not None:
        found, type_ = _numbers(told, held, fails=_fails(told, scope, [v for v in held if v not in empties]))
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


def _fails(told: Told, scope: Scope, held: list[str]) -> bool:
    """True unless a person answered that texts which are no numbers are left empty."""
    odd = [value for value in held if value.strip() and not MONEY.fullmatch(value.strip())]
    if not odd:
        return True
    text = f"{told.column} also holds {odd[0]!r}, which is no number."
    choices = [("null", f"leave {told.column} empty there"), ("fail", "stop the run")]
    return scope.dialog.choose(f"unreadable_{told.column}", text, choices) == "fail"


def _numbers(told: Told, held: list[str], *, fails: bool) -> tuple[list[Step], str]:
    """The steps that make numbers of the texts, and their type."""
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
