"""People by first and last name: two values of one row."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.values import ValueLink

_FIRST = (("first", "name"), ("personal", "name"), ("given", "name"))
_LAST = (("last", "name"), ("family", "name"), ("surname",))
_TWO = 2


def person_at(reader: Reader, place: int) -> tuple[int, tuple[ValueLink, ...]] | None:
    """How many tokens name a person, and the values: first and last name of one table, in turn for each table."""
    run = reader.tokens[place : place + _TWO]
    if run[0].kind == "text":
        parts, length = run[0].lower.split(), 1
    else:
        parts, length = [token.text for token in run if token.is_word and token.text[:1].isupper()], _TWO
    if len(parts) != _TWO:
        return None
    first = [link for link in reader.values.exact(parts[0]) if is_named(link.column, _FIRST)]
    last = [link for link in reader.values.exact(parts[1]) if is_named(link.column, _LAST)]
    pairs = [(one, other) for one in first for other in last if one.table == other.table]
    return (length, tuple(link for pair in pairs for link in pair)) if pairs else None


def is_named(column: str, wanted: tuple[tuple[str, ...], ...]) -> bool:
    """True for a column whose name ends in one of those runs of words."""
    words = words_of(column)
    return any(words[-len(run) :] == run for run in wanted)


def parts_of_name(names: tuple[str, ...]) -> tuple[str, str] | None:
    """The columns of first and last name among these, if there is one of each."""
    first = [name for name in names if is_named(name, _FIRST)]
    last = [name for name in names if is_named(name, _LAST)]
    return (first[0], last[0]) if len(first) == len(last) == 1 else None
