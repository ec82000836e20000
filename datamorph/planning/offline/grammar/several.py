"""Rows that have each of two values among their own: ``members who bought both Rye and Scone``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING, TELLING
from datamorph.planning.offline.model import Aggregate, Compare, Constant, Noun, OneOf
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.values import ValueLink

_LONGEST = 4
_MOST_VERBS = 4
_MOST_VALUES = 5
_BOTH = frozenset({"both", "each", "all"})
_HAVE = frozenset({"have", "has", "had", "ever", "at", "some", "point", "once", "on", "in", "with", "for", "of",
                   "been"})  # fmt: skip
_RODE = frozenset(
    """ridden rode driven drove taken took eaten ate seen saw read wrote written tried sat sung swum swam
                     spoken spoke chosen chose drunk drank got gotten been went won lent hired""".split()
)
_SOME = frozenset({"a", "an", "the", "at", "least", "one", "some", "any"})
_ALL = phrase_set(("all of", "each of", "every one of", "all three of", "all of the"))
_AS_WELL = phrase_set(("as well as", "and also", "plus", "along with", "together with", "in addition to", "and as well",
                       "and at least one", "and at least a"))  # fmt: skip


def read_both(reader: Reader, draft: Draft) -> bool:
    """Group by what is spoken of and keep the groups that hold every one of the values."""
    start = reader.position
    subject = _subject(reader) if reader.word("who", "that", "which", "with", "having") else None
    values = _values(reader) if subject is not None and _skip_verbs(reader) else []
    links = _shared(values)
    if subject is None or not links:
        reader.position = start
        return False
    near = _near(reader)
    if reader.tokens[start].lower in ("with", "having") and _is_table_at(reader, reader.position - 1):
        reader.position = start  # ``with both a Rye and a Scone sale`` is of rows of that table: see sets
        return False
    links = [row for row in links if (row[0].table, row[0].column) in near] or links
    spots = dict.fromkeys((row[0].table, row[0].column) for row in links)
    held = tuple(link for table, name in spots for link in reader.column_links(table, name))
    column = Noun(links[0][0].column, (), held, start)
    wanted = tuple(Constant(link.value) for link in links[0])
    draft.conditions += [
        OneOf(column, wanted),
        Compare(Aggregate("count", counted=column, is_distinct=True), "=", Constant(len(wanted))),
    ]
    if all(group.words != frozenset(subject.words) for group in draft.groups):
        draft.groups.append(Item(subject, frozenset(subject.words), subject.text))
    draft.drops_lone = True
    return True


def _skip_verbs(reader: Reader) -> bool:
    """``have ridden``, ``bought``, ``took trips on``: what ties the rows to the values, and says nothing else."""
    mark = reader.position
    while reader.position < mark + _MOST_VERBS and reader.lower() not in _BOTH | {"a", "an", "the", ""}:
        word = reader.lower()
        is_past = word.endswith("ed") and word not in TELLING and held_values(reader, None) is None
        if not (word in LINKING | JOINING | _HAVE | _RODE or is_past or _is_table(reader)):
            return False
        reader.next()
    return True


def _is_table(reader: Reader) -> bool:
    return _is_table_at(reader, reader.position)


def _is_table_at(reader: Reader, place: int) -> bool:
    links = reader.links(place, 1)
    return bool(links) and not links[0].column and links[0].score >= OWN


def _values(reader: Reader) -> list[tuple[ValueLink, ...]]:
    """``both Rye and Scone``, ``a Rye as well as a Scone``, ``all of Rye, Scone and Eclair``."""
    is_all = reader.take(_ALL) is not None
    is_both = not is_all and reader.word("both")
    found: list[tuple[ValueLink, ...]] = []
    is_each = is_all or is_both
    while (value := _value(reader)) and len(found) < _MOST_VALUES:
        found.append(value)
        mark = reader.position
        reader.word(",") if is_all else None
        is_each = reader.take(_AS_WELL) is not None or is_each
        if reader.position == mark and not (is_each and reader.word("and", "&")):
            break
        reader.word("and", "also")
        reader.skip(_SOME)
    is_fit = len(found) == 2 if not is_all else len(found) > 1  # noqa: PLR2004 (two)
    return found if is_each and is_fit else []


def _shared(values: list[tuple[ValueLink, ...]]) -> list[tuple[ValueLink, ...]]:
    """The columns that hold all of the values, with each value there."""
    if not values:
        return []
    rows: list[tuple[ValueLink, ...]] = []
    for one in values[0]:
        row = [one]
        for others in values[1:]:
            row += [other for other in others if (other.table, other.column) == (one.table, one.column)][:1]
        if len(row) == len(values):
            rows.append(tuple(row))
    return rows


def _near(reader: Reader) -> set[object]:
    """``both a Rye and a Scone (the product's name)``: the column that holds them, where it is told."""
    mark = reader.position
    is_open = reader.word("(")
    reader.skip(_SOME | {"its", "their", "as"})
    nouns = [noun for noun in (reader.noun(), reader.noun() if is_open else None) if noun is not None]
    near: set[object] = {(link.table, link.column) for noun in nouns for link in noun.links if link.column}
    if is_open and not (near and reader.word(")")):
        reader.position = mark
    return near


def _subject(reader: Reader) -> Noun | None:
    """The table right before the clause."""
    behind = reader.position
    for length in range(1, _LONGEST):
        reader.position = behind - 1 - length
        table = read_table(reader) if reader.position >= 0 else None
        if table is not None and reader.position == behind - 1:
            reader.position = behind
            return table
    reader.position = behind
    return None


def _value(reader: Reader) -> tuple[ValueLink, ...]:
    """``a Rye``, ``product Rye``: a value with the column that it stands in, if that is said."""
    start = reader.position
    reader.skip(_SOME)
    noun = reader.column() if held_values(reader, None) is None else None
    found = held_values(reader, noun)
    if found is None:
        reader.position = start
        return ()
    reader.position += found[0]
    return found[1]
