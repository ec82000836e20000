"""What is wrong with a spec, as data: shown to people and to planners alike."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

MAX_MESSAGE = 600
MOST_TOLD = 12
MOST_SHOWN = 80
_SHORT = reprlib.Repr()
_SHORT.maxlevel, _SHORT.maxstring, _SHORT.maxother, _SHORT.maxlong = 3, MOST_SHOWN, MOST_SHOWN, 40


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a spec cannot run.

    Attributes:
        code: stable identifier, such as ``unknown_column``.
        where: the place in the spec: a step's name, ``target``, ``checks`` or ``sources``.
        message: what is wrong, with the offending value quoted.
        hint: what to write instead.
    """

    code: str
    where: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message} ({self.hint})"


@dataclass(slots=True)
class Problems:
    """Collects the problems of one place of a spec."""

    where: str = ""
    found: list[Problem] = field(default_factory=list[Problem])

    def add(self, code: str, message: str, *, hint: str) -> None:
        """Record a problem of the current place; a message of a whole list is cut."""
        self.found.append(Problem(code, self.where, _cut(message), _cut(hint)))

    def unknown_column(self, name: str, known: Iterable[str]) -> None:
        """Record a column that does not exist, with the nearest names."""
        names = list(known)
        self.add("unknown_column", f"no column {name!r}", hint=nearest(name, names))

    def at(self, where: str) -> Problems:
        """The same collection, at another place."""
        return Problems(where, self.found)


def told(problems: Sequence[Problem]) -> list[str]:
    """The first problems as sentences, and how many more there are."""
    more = len(problems) - MOST_TOLD
    lines = [str(problem)[: MAX_MESSAGE * 2] for problem in problems[:MOST_TOLD]]
    return [*lines, f"and {more:,} more"] if more > 0 else lines


def shown(value: object) -> str:
    """A value of any type and depth as a few characters."""
    try:
        return _SHORT.repr(value)[:MOST_SHOWN]
    except ValueError:
        return "a number of many digits"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]} …"


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> str:
    """A hint that names the most similar of the known names, or lists them."""
    names = list(known)
    folded = {candidate.casefold(): candidate for candidate in names}
    close = get_close_matches(name.casefold(), folded, n=most, cutoff=0.6)
    if close:
        return f"did you mean {' or '.join(folded[c] for c in close)}?"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")  # noqa: PLR2004
    return f"there is {shown}" if shown else "there is none"
