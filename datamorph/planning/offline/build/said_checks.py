"""Checks that the prompt asks for, on the columns of the result."""

from __future__ import annotations

from typing import Any

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Asked, Refused
from datamorph.planning.offline.draft import SaidCheck
from datamorph.planning.offline.names import words_of


def said_checks(work: Work) -> list[dict[str, Any]]:
    """Each check with its arguments.

    Raises:
        Asked: a column is to be unique, and neither is it a key nor is it said that the load fails otherwise.
    """
    return [_check(work, said) for said in work.draft.checks]


def _check(work: Work, said: SaidCheck) -> dict[str, Any]:
    column = _column(work, said.column)
    if said.kind == "unique":
        if not said.is_explicit and work.key != (column,):
            choices = [("fails", "the load fails"), ("other", "one of them is kept: I will say which in other words")]
            picked = work.dialog.require(f"unique_{column}", f"What if {column} is there twice?", choices)
            if picked != "fails":
                raise Asked(f"{column} twice")
        return {"expect_column_values_to_be_unique": {"column": column}}
    if said.kind == "not_null":
        return {"expect_column_values_to_not_be_null": {"column": column}}
    bounds = {"min_value": said.low, "max_value": said.high}
    strict = {
        "strict_min": said.is_strict and said.low is not None,
        "strict_max": said.is_strict and said.high is not None,
    }
    given = {name: value for name, value in (bounds | strict).items() if value is not None and value is not False}
    return {"expect_column_values_to_be_between": {"column": column} | given}


def _column(work: Work, said: str) -> str:
    names = work.frames.schema.names
    found = [name for name in names if name.lower() == said.lower()]
    found = found or [name for name in names if words_of(name) == words_of(said)]
    if len(found) != 1:
        raise Refused("impossible", f"the result has no column {said!r} to check", hint=f"it has {', '.join(names)}")
    return found[0]
