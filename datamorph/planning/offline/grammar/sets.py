"""Sets of rows that belong to a row: ``with only online sales``, ``with both a PHONE and a WEB order``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.subjects import table_before
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.model import Both, Condition, Constant, Exists, Negation, Noun, OneOf
from datamorph.planning.offline.names import OWN, SYNONYM, Link
from datamorph.planning.offline.values import ValueLink

_HAVE = frozenset({"with", "have", "has", "had", "having"})
_ONLY = frozenset({"only", "exclusively", "solely"})
_SOME = frozenset({"a", "an", "any", "the", "at", "least", "one", "some", "single"})
_ROWS = frozenset({"rows", "row", "ones", "one"})
_LEAST = SYNONYM * OWN


def read_set(reader: Reader, *, known: Exists | None = None) -> Condition | None:
    """Which rows of another table a row has, where that is more than one of some kind, or said by a column.

    Args:
        known: the test right before, which this one goes on from: ``with KIDS bookings and LOCAL bookings``.
    """
    start = reader.position
    found = _read(reader, known)
    if found is None:
        reader.position = start
    return found


def is_set_word(reader: Reader, place: int) -> bool:
    """True behind ``with both`` and ``with only``: what follows is no condition on one row."""
    before = reader.tokens[place - 1].lower if place else ""
    if before in ("a", "an") and place > 1:
        place, before = place - 1, reader.tokens[place - 2].lower
    return place > 1 and before in _ONLY | {"both"} and reader.tokens[place - 2].lower in _HAVE


@dataclass(slots=True)
class _Kind:
    """How the clause begins: with or without such rows, only these, both of two kinds."""

    is_said: bool
    is_none: bool
    is_only: bool = False
    is_both: bool = False
    is_some: bool = False


def _read(reader: Reader, known: Exists | None) -> Condition | None:
    subject = table_before(reader, reader.position) if known is None else None
    kind = _kind(reader, known)
    if not kind.is_said and known is None:
        return None
    values = _values(reader, most=2 if kind.is_both else 1)
    _skip_holder(reader, values)
    table = _table(reader, subject, values)
    wheres = [where for one in values if table and (where := _test(reader, table, one)) is not None]
    if table is None or len(wheres) != len(values) or len(wheres) < kind.is_only + 2 * kind.is_both:
        return None
    others = _others(reader, table)
    on = _on(reader, subject, table)
    is_more = kind.is_said or bool(values) or kind.is_some
    is_more = known is not None and is_more and _is_beside(reader, known, table)
    if (table == subject and on is None) or not (kind.is_only or kind.is_both or others or on or is_more):
        return None
    on = on or (known.on if known is not None and known.other.links[0].table == table else None)
    noun = Noun(table.name, (), (Link(table, "", 1.0),), reader.position - 1)
    return _condition(kind, noun, [others] if others is not None else wheres, on)


def _kind(reader: Reader, known: Exists | None) -> _Kind:
    is_none = reader.word("without")
    kind = _Kind(is_none or reader.word(*_HAVE), is_none)
    kind.is_none = kind.is_none or (kind.is_said and reader.word("no"))
    kind.is_only = not kind.is_none and reader.word(*_ONLY)
    kind.is_both = not kind.is_none and not kind.is_only and reader.word("both")
    kind.is_some = reader.lower() in ("a", "an", "no") or (reader.lower() == "at" and reader.lower(1) == "least")
    kind.is_none = kind.is_none or (known is not None and reader.word("no"))
    return kind


def _condition(kind: _Kind, noun: Noun, wheres: Sequence[Condition], on: Noun | None) -> Condition:
    if kind.is_only:
        rest = Exists(noun, Negation(wheres[0]), on=on)
        return Both("and", (Exists(noun, on=on), Negation(rest)))
    if kind.is_both:
        return Both("and", tuple(Exists(noun, where, on=on) for where in wheres))
    found = Exists(noun, wheres[0] if wheres else None, on=on)
    return Negation(found) if kind.is_none else found


def _is_beside(reader: Reader, known: Exists, table: TableRef) -> bool:
    """The same table again, or another one that refers to what the first one refers to."""
    first, relations = known.other.links[0].table, reader.relations
    if first == table:
        return True
    if relations is None or relations.between(first, table) or relations.between(table, first):
        return False
    return any(
        relations.between(first, one) and relations.between(table, one)
        for one in sorted(reader.names.table_words) if one.domain == table.domain and one not in (first, table)
    )  # fmt: skip


def _values(reader: Reader, most: int) -> list[tuple[int, int, tuple[ValueLink, ...]]]:
    """The values that stand before the table: where each begins and ends, and who holds it."""
    found: list[tuple[int, int, tuple[ValueLink, ...]]] = []
    mark = reader.position
    while len(found) < most:
        reader.skip(_SOME)
        held = held_values(reader, None)
        if held is None:
            break
        start = reader.position
        reader.position = mark = start + held[0]
        found.append((start, mark, held[1]))
        if len(found) < most and not reader.word("and", "&", "+"):
            break
    reader.position = mark
    if not found:
        reader.skip(_SOME)
    return found


def _skip_holder(reader: Reader, values: list[tuple[int, int, tuple[ValueLink, ...]]]) -> None:
    """``a high priority ticket``: the column that holds the value may stand behind it."""
    held = {(link.table, link.column) for _, _, links in values for link in links}
    found = reader.links(reader.position, 1)
    is_holder = any((link.table, link.column) in held and link.score >= OWN for link in found)
    if is_holder and not any(not link.column for link in found):
        reader.next()


def _table(
    reader: Reader, subject: TableRef | None, values: list[tuple[int, int, tuple[ValueLink, ...]]]
) -> TableRef | None:
    """The other table by its name; ``rows`` are of the one table that refers to the subject and holds the value."""
    mark = reader.position
    if values and reader.word(*_ROWS):
        relations = reader.relations
        held = {link.table for _, _, links in values for link in links}
        near = [
            t for t in sorted(held) if subject is not None and relations is not None and relations.between(t, subject)
        ]
        return near[0] if len(near) == 1 else None
    noun = reader.noun()
    tables = [link for link in noun.links if not link.column and link.score >= _LEAST] if noun is not None else []
    if noun is None or not tables or noun.links[0].score > tables[0].score + (1 - OWN):
        reader.position = mark
        return None
    return tables[0].table


def _test(reader: Reader, table: TableRef, one: tuple[int, int, tuple[ValueLink, ...]]) -> OneOf | None:
    start, end, held = one
    own = [link for link in held if link.table == table]
    links = tuple(link for value in own for link in reader.column_links(value.table, value.column))
    if not links:
        return None
    return OneOf(Noun(reader.ledger.text(start, end), (), links, start), (Constant(own[0].value),))


def _others(reader: Reader, table: TableRef) -> Condition | None:
    """``other than WEB``: rows with another value in that column."""
    mark = reader.position
    if reader.word("other") and reader.word("than"):
        values = _values(reader, most=2)
        tests = [test for one in values if (test := _test(reader, table, one)) is not None]
        if tests and len(tests) == len(values):
            both = tuple(value for test in tests for value in test.values)
            return Negation(OneOf(tests[0].left, both))
    reader.position = mark
    return None


def _on(reader: Reader, subject: TableRef | None, table: TableRef) -> Noun | None:
    """``on shop_id``: the column that says which rows belong together."""
    mark = reader.position
    noun = reader.noun() if reader.word("on") else None
    tables = {subject, table} - {None}
    links = (
        tuple(l for l in noun.links if l.column and l.score >= OWN and l.table in tables) if noun is not None else ()
    )
    if noun is None or not links:
        reader.position = mark
        return None
    return Noun(noun.text, noun.words, links, noun.position)
