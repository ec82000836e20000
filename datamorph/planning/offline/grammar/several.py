"""Rows that have each of two values among their own: ``members who bought both Rye and Scone``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING
from datamorph.planning.offline.model import Aggregate, Compare, Constant, Noun, OneOf
from datamorph.planning.offline.values import ValueLink

_LONGEST = 4


def read_both(reader: Reader, draft: Draft) -> bool:
    """Group by what is spoken of and keep the groups that hold both values."""
    start = reader.position
    subject = _subject(reader) if reader.word("who", "that", "which") else None
    while reader.lower() in LINKING | JOINING or reader.lower() in ("have", "has", "had"):
        reader.next()
    is_both = subject is not None and reader.word("both")
    first = _value(reader) if is_both else ()
    second = _value(reader) if first and reader.word("and") else ()
    links = [
        (one, other) for one in first for other in second if (one.table, one.column) == (other.table, other.column)
    ]
    if subject is None or not links:
        reader.position = start
        return False
    noun = reader.noun()
    near = {(link.table, link.column) for link in noun.links} if noun is not None else set[object]()
    links = [pair for pair in links if (pair[0].table, pair[0].column) in near] or links
    spots = dict.fromkeys((one.table, one.column) for one, _ in links)
    column = Noun(reader.ledger.text(start, reader.position), (), tuple(
        link for table, name in spots for link in reader.column_links(table, name)), start)  # fmt: skip
    values = tuple(Constant(link.value) for link in links[0])
    draft.conditions += [
        OneOf(column, values),
        Compare(Aggregate("count", counted=column, is_distinct=True), "=", Constant(len(values))),
    ]
    draft.groups.append(Item(subject, frozenset(subject.words), subject.text))
    return True


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
    found = held_values(reader, None)
    if found is None:
        return ()
    reader.position += found[0]
    return found[1]
