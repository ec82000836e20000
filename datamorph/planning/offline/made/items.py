"""What of a prompt is a column that is made, with its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.core.table import snake_case
from datamorph.planning.offline.made.about import About
from datamorph.planning.offline.made.forms import filled, forms_at, read_at

_BEFORE_OWN = frozenset(
    ", : and with plus show the select list also columns output of sum total average mean compute add".split()
)
_GOING_ON = frozenset({"with", "without", "after", "then", "as", "in"})
_MARKS = {"+": "plus", "-": "minus", "*": "times", "/": "per"}


@dataclass(frozen=True, slots=True)
class Item:
    """A column that is made: a run of tokens with the SQL that they say.

    Attributes:
        name: empty where none is told.
        column: the one that it is another form of.
    """

    start: int
    end: int
    name: str
    sql: str
    column: str = ""


def find_item(said: About) -> Item | None:
    """The longest of the columns that are made, the first of several; one with a name goes before others."""
    found = [item for place in range(len(said)) for item in (*_named(said, place), *_plain(said, place))]
    best = max(found, key=lambda item: (bool(item.name), item.end - item.start, -item.start), default=None)
    return None if best is None or any(_cuts(best, other) for other in found) else best


def _cuts(item: Item, other: Item) -> bool:
    """True for one that begins inside of another, whose other part it leaves alone."""
    return other.start < item.start < other.end < item.end


def _named(said: About, place: int) -> Iterator[Item]:
    for form in forms_at(said, "item", place):
        for end, slots in form.pattern.match(said, place, {}):
            sql = filled(said, form.sql, slots)
            if sql and _is_whole(said, end):
                yield Item(place, end, snake_case(said.tokens[slots["name"][0]].lower), sql)


def _plain(said: About, place: int) -> Iterator[Item]:
    """One that has no name, and stands in a list."""
    for one in read_at(said, "value", place):
        goes_on = said.words[one.end : one.end + 1] and said.words[one.end] in _GOING_ON
        if _is_whole(said, one.end) and not goes_on and (not place or said.words[place - 1] in _BEFORE_OWN):
            yield Item(place, one.end, "", one.sql, one.column)


def _is_whole(said: About, end: int) -> bool:
    """False where a formula goes on."""
    behind = said.words[end] if end < len(said) else ""
    return behind not in (*_MARKS, *_MARKS.values(), "(", "%", "percent")
