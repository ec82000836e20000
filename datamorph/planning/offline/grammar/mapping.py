"""Values that become other values: ``treat lost the same as closed``, ``replace 'tel' with 'phone' in channel``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.model import Conditional, Constant, Expression, Noun, OneOf
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.values import ValueLink

_VERBS = phrase_set((
    "treat", "map", "count", "recode", "consider", "regard", "replace", "rename", "fold", "merge", "convert", "turn",
    "translate", "relabel", "change", "treat both"))  # fmt: skip
_TO = phrase_set((
    "the same as", "like", "just like", "as if it were", "as if they were", "the same way as", "as", "to", "into",
    "with", "by", "exactly like", "as equal to", "equal to", "to be"))  # fmt: skip
_CALLED = frozenset({"(", ",", "and", "call", "it", "them", "both", "name", "label", "named", "called", "i.e", "that",
                     "is", "as"})  # fmt: skip
_OTHERS = phrase_set((
    "leave other", "leave the other", "leave all other", "leave others", "keep other", "keep the other",
    "keep all other", "keep others", "leave the rest", "keep the rest", "leave everything else", "all other",
    "other", "the rest", "leave all others", "everything else", "others"))  # fmt: skip
_SAME = phrase_set((
    "unchanged", "as they are", "as it is", "as is", "untouched", "the same", "alone", "stay as they are",
    "stay the same", "stay unchanged", "remain unchanged", "stays as it is", "stays unchanged", "stay",
    "keep their value", "remain as they are", "keep their values"))  # fmt: skip
_IN_NEW = phrase_set((
    "in a new column", "in the new column", "in a column", "as a new column", "into a new column", "in column",
    "into a column", "as a column", "as new column", "in a new field", "in a new column called",
    "in a new column named", "in a column called"))  # fmt: skip


def read_mapping(reader: Reader) -> Item | None:
    """One or more values of a column and what they become; other values stay."""
    start = reader.position
    found = _replaced(reader) if reader.take(_VERBS) is not None else None
    if found is None:
        reader.position = start
        return None
    links, old, new = found
    links = _in_column(reader, links)
    columns = sorted({(link.table, link.column) for link in links})
    called = _called(reader)
    if called and called != new:
        old, new = [*old, Constant(new)], called
    _others(reader)
    name = _new_name(reader)
    _others(reader)
    name = name or _new_name(reader)
    if len(columns) != 1:
        reader.position = start
        return None
    table, column = columns[0]
    noun = Noun(column, reader.names.column_words[table, column], (Link(table, column, 1.1),), start)
    value: Expression = Conditional(((OneOf(noun, tuple(old)), Constant(new)),), noun)
    words = {*noun.words, *name.lower().split("_")} if name else set(noun.words)
    return Item(value, frozenset(words), name or column, name or column)


def _replaced(reader: Reader) -> tuple[tuple[ValueLink, ...], list[Constant], str] | None:
    """``lost and stolen as gone``: values that one column holds, and the value that they get."""
    links: tuple[ValueLink, ...] = ()
    old: list[Constant] = []
    while (value := held_values(reader, None)) is not None:
        reader.position += value[0]
        links = _shared(links, value[1]) if old else value[1]
        old.append(Constant(value[1][0].value))
        reader.skip((",", "and", "or"))
    if not old or not links or reader.take(_TO) is None:
        return None
    new = held_values(reader, None)
    if new is not None:
        reader.position += new[0]
        shared = _shared(links, new[1])
        return (shared or links), old, str(new[1][0].value)
    if reader.is_kind("text"):
        return links, old, str(reader.next().value)
    return None


def _shared(one: tuple[ValueLink, ...], other: tuple[ValueLink, ...]) -> tuple[ValueLink, ...]:
    places = {(link.table, link.column) for link in other}
    return tuple(link for link in one if (link.table, link.column) in places)


def _in_column(reader: Reader, links: tuple[ValueLink, ...]) -> tuple[ValueLink, ...]:
    """``in channel``, ``in the status column``: which column is meant."""
    mark = reader.position
    noun = reader.noun() if reader.word("in", "of", "for") else None
    places = {(link.table, link.column) for link in noun.links if link.column} if noun else set[object]()
    kept = tuple(link for link in links if (link.table, link.column) in places)
    if not kept:
        reader.position = mark
    return kept or links


def _called(reader: Reader) -> str:
    """``(call it 'gone')``."""
    mark = reader.position
    reader.skip(_CALLED)
    if reader.position > mark and reader.is_kind("text"):
        value = str(reader.next().value)
        reader.word(")")
        return value
    reader.position = mark
    return ""


def _others(reader: Reader) -> None:
    """``leave other statuses unchanged``."""
    mark = reader.position
    reader.skip((",", "and", ";", "but"))
    if reader.take(_OTHERS) is not None:
        reader.skip(ARTICLES)
        reader.noun()
        reader.skip(("values", "of", "ones", "them"))
        if reader.take(_SAME) is not None:
            return
    reader.position = mark


def _new_name(reader: Reader) -> str:
    """``in a new column status_group``."""
    mark = reader.position
    reader.skip((",", "and"))
    if reader.take(_IN_NEW) is not None and reader.peek() and reader.tokens[reader.position].is_word:
        return reader.unlinked().text
    reader.position = mark
    return read_name(reader)
