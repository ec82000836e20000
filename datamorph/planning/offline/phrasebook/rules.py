"""The rules of the phrase book, from its text files.

A rule is one or more patterns, a line each, and below them the plain words for all of them behind ``->``; nothing
behind it says that the words ask for nothing. ``=>`` in its place is a rule that applies also where it covers no word
that was not understood, before all others; ``>>`` is one that comes after these. ``++`` puts what follows at the end of
the prompt, as a sentence of its own. ``<class> = a | b`` gives a name to a part that many patterns share. ``#`` begins
a comment. A pattern behind ``?`` is tried only where some words were not understood, and never where a plan fails for
another reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from datamorph.planning.offline.phrasebook.pattern import Node, PatternError, parse_pattern

SLOT = re.compile(r"\{(\w+)(?:\.(names?|column|cents))?\}")
_APPEND = "++"
_ARROWS = ("=>", ">>", "->")
_CHOOSING = ("only ", "keep ", "exclude ", "drop ")
_PACKAGE = "datamorph.planning.offline.phrasebook"


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern with its plain words.

    Attributes:
        source: file and line, for a person who looks for it.
        instead: stands where the pattern matched; slots in it hold the prompt's own words, ``{name.column}`` the column
            that holds the values of a slot.
        behind: a sentence for the end of the prompt, empty for none.
        is_guess: applies only to words that were not understood.
        turn: the rules whose turn is first go before all others.
    """

    source: str
    pattern: Node
    instead: str
    behind: str = ""
    is_guess: bool = False
    turn: int = 2

    @property
    def is_free(self) -> bool:
        """True where it applies also to words that were understood, where others were not."""
        return _ARROWS[self.turn] != "->"

    @property
    def is_certain(self) -> bool:
        """A list that stands apart is one, also where other words than its own were not understood."""
        return "{bare_outputs}" in self.behind

    @property
    def is_condition(self) -> bool:
        """True where the sentence for the end chooses the rows of the whole prompt."""
        return self.behind.lower().startswith(_CHOOSING)


def load_rules(part: str = "") -> tuple[Rule, ...]:
    """Every rule of the phrase book, or of a folder of it, the files in their order; ``classes.txt`` goes first."""
    folder = files(_PACKAGE).joinpath(part) if part else files(_PACKAGE)
    found = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".txt")}
    classes: dict[str, Node] = {}
    names = sorted(found, key=lambda name: (name != "classes.txt", name))
    return tuple(rule for name in names for rule in parse_rules(found[name], name, classes))


def parse_rules(text: str, name: str, classes: dict[str, Node]) -> Iterator[Rule]:
    """The rules of one file; its classes are added to the given ones.

    Raises:
        PatternError: with file and line.
    """
    waiting: list[tuple[str, Node, bool]] = []
    for number, line in enumerate(text.splitlines(), 1):
        spoken, source = line.strip(), f"{name}:{number}"
        try:
            if not spoken or spoken.startswith("#"):
                continue
            if spoken.startswith(_ARROWS):
                yield from (_rule(at, node, spoken, is_guess=guess) for at, node, guess in waiting)
                waiting = []
            elif spoken.startswith("<") and "> = " in spoken:
                _define(spoken, classes)
            else:
                is_guess = spoken.startswith("? ")
                waiting.append((source, parse_pattern(spoken[2 * is_guess :], classes), is_guess))
        except PatternError as error:
            raise PatternError(f"{source}: {error}") from error
    if waiting:
        raise PatternError(f"{waiting[0][0]}: no '->' below this pattern")


def _define(line: str, classes: dict[str, Node]) -> None:
    key, _, body = line.partition(" = ")
    name = key.strip()[1:-1]
    if name in classes:
        raise PatternError(f"<{name}> is defined already")
    classes[name] = parse_pattern(body, classes)


def _rule(source: str, pattern: Node, line: str, *, is_guess: bool) -> Rule:
    plain = line[2:]
    unknown = [slot for slot, _ in SLOT.findall(plain) if slot not in pattern.slots]
    if unknown:
        raise PatternError(f"{{{unknown[0]}}} is in no pattern above")
    instead, _, behind = plain.partition(_APPEND)
    return Rule(source, pattern, instead.strip(), behind.strip(), is_guess, _ARROWS.index(line[:2]))
