"""Weekdays of dates, as names or as numbers."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import Term, combine
from datamorph.planning.offline.dialog import Dialog

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBER = "((datediff({}, DATE '1900-01-01') % 7 + 7) % 7 + 1)"
"""1900 began on a Monday."""
_CASES = " ".join(f"WHEN {_NUMBER} = {place} THEN '{name}'" for place, name in enumerate(_NAMES[:-1], 1))
NAMED_WEEKDAY = f"CASE {_CASES} ELSE '{_NAMES[-1]}' END"
"""The name of a weekday, with ``{}`` wherever its date belongs."""


def weekday(date: Term, style: str, dialog: Dialog) -> Term:
    """The name of a weekday, or its number from Monday on."""
    number = combine(_NUMBER, date)
    if not style:
        dialog.assume("a weekday is shown by its number: 1 is Monday, 7 is Sunday")
    if style != "name":
        return number
    cases = " ".join(f"WHEN {{}} = {place} THEN '{name}'" for place, name in enumerate(_NAMES[:-1], 1))
    return combine(f"CASE {cases} ELSE '{_NAMES[-1]}' END", *([number] * (len(_NAMES) - 1)))
