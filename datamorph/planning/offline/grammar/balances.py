"""Balances of signed moves: ``the balance after each move (IN adds, OUT and SCRAP subtract)``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.model import (
    Arithmetic,
    Condition,
    Conditional,
    Constant,
    Expression,
    Noun,
    OneOf,
    Window,
)
from datamorph.planning.offline.names import OWN, Link
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.values import ValueLink

_HEAD = phrase_set((
    "balance", "running balance", "running total", "running stock", "stock level", "stock balance", "running level",
    "running saldo", "cumulative balance", "current balance", "stock", "level", "running sum"))  # fmt: skip
_AFTER = frozenset({"after", "at", "following", "behind"})
_MORE = phrase_set((
    "add", "adds", "added", "is added", "are added", "increase", "increases", "count positive", "counts positive",
    "count as plus", "counts as plus", "counts plus", "count plus", "is plus", "are plus", "is positive",
    "are positive",
    "raise", "raises", "add up", "increase it", "increases it", "raises it", "raise it", "adds to it", "add to it",
    "count up", "counts up", "go in", "goes in", "come in", "comes in"))  # fmt: skip
_LESS = phrase_set((
    "subtract", "subtracts", "subtracted", "is subtracted", "are subtracted", "reduce", "reduces", "decrease",
    "decreases", "lower", "lowers", "count negative", "counts negative", "count as minus", "counts as minus",
    "counts minus", "count minus", "is minus", "are minus", "is negative", "are negative", "deduct", "deducts",
    "is deducted", "are deducted", "take away", "takes away", "take from it", "takes from it", "reduce it",
    "reduces it",
    "lower it", "lowers it", "go out", "goes out", "count down", "counts down", "count against",
    "counts against"))  # fmt: skip
_ADDING, _TAKING = ("adding", "plus", "add"), ("subtracting", "minus", "deducting", "less", "subtract")
_BETWEEN = frozenset({",", ";", "and", "while", "but", "whereas"})
_LEAD = frozenset({"(", ",", ":", ";", "where", "with", "when", "for", "which", "-"})


def read_balance(reader: Reader) -> Window | None:
    """The running sum of an amount whose sign the kind of a row says."""
    start = reader.position
    if reader.take(_HEAD) is None:
        return None
    amount = None
    if reader.word("of"):
        amount = reader.noun()
    per = _around(reader)
    if reader.lower() in _AFTER:
        reader.next()
        reader.skip(ARTICLES)
        if reader.noun() is None and reader.is_kind("word"):
            reader.next()
    is_open = reader.lower() == "("
    reader.skip(_LEAD)
    signs = _signs(reader) or _signs_before(reader)
    value = _signed(reader, signs, amount) if signs else None
    if value is None or (is_open and not reader.word(")")):
        reader.position = start
        return None
    return Window("running", None, per, value=value)


def _around(reader: Reader) -> tuple[Noun, ...]:
    """``per item in moves``: where a balance starts anew, and the table of the moves."""
    per: tuple[Noun, ...] = ()
    while True:
        mark = reader.position
        if reader.take(PER_PHRASES) is not None:
            per = (*per, *(item.expression for item in read_groups(reader) if isinstance(item.expression, Noun)))
        elif not (reader.word("in", "from") and (noun := reader.noun()) is not None and not noun.links[0].column):
            reader.position = mark
            return per


_Signs = list[tuple[OneOf, bool]]


def _signs(reader: Reader) -> _Signs:
    """``IN adds, OUT and SCRAP subtract``."""
    found: _Signs = []
    mark = reader.position
    while (values := _values(reader)) is not None:
        is_more = reader.take(_MORE) is not None
        if not is_more and reader.take(_LESS) is None:
            return []
        found.append((values, is_more))
        mark = reader.position
        reader.skip(_BETWEEN)
    if found:
        reader.position = mark
    return found


def _signs_before(reader: Reader) -> _Signs:
    """``adding IN and subtracting OUT``."""
    mark, found = reader.position, _Signs()
    end = mark
    for words, is_more in ((_ADDING, True), (_TAKING, False)):
        values = _values(reader) if reader.word(*words) else None
        if values is None:
            reader.position = mark
            return []
        found.append((values, is_more))
        end = reader.position
        reader.skip(_BETWEEN)
    reader.position = end
    return found


def _values(reader: Reader) -> OneOf | None:
    """``OUT and SCRAP``: values of one column; a plural stands for its value."""
    start, constants = reader.position, list[Constant]()
    spots: set[tuple[TableRef, str]] = set()
    mark = start
    while (value := _value(reader)) is not None:
        found = {(link.table, link.column) for link in value}
        spots = spots & found if constants else found
        constants.append(Constant(value[0].value))
        mark = reader.position
        if not reader.word("and", "or", ",", "&"):
            break
    reader.position = mark
    links = tuple(Link(table, column, 1.0) for table, column in sorted(spots))
    return (
        OneOf(Noun(reader.ledger.text(start, mark), (), links, start), tuple(constants))
        if links and constants
        else None
    )


def _value(reader: Reader) -> tuple[ValueLink, ...] | None:
    reader.skip(ARTICLES)
    found = held_values(reader, None)
    if found is not None:
        reader.position += found[0]
        return found[1]
    token = reader.peek()
    if token is None or token.kind != "word":
        return None
    written = tuple(link for link in reader.values.exact(token.text) if link.value == token.text)
    links = written or reader.values.exact(token.lemma)
    if links:
        reader.next()
    return links or None


def _signed(reader: Reader, signs: _Signs, amount: Noun | None) -> Expression | None:
    """The amount with the sign of each kind; all kinds are of one column of the table that has the amount."""
    spots = [{(link.table, link.column) for link in values.left.links} for values, _ in signs]
    shared = spots[0].intersection(*spots[1:])
    if not {True, False} <= {is_more for _, is_more in signs} or not shared:
        return None
    if amount is None:
        shared = {spot for spot in shared if reader.names.only_number(spot[0])}
        if len(shared) != 1:
            return None
        table = next(iter(shared))[0]
        name = reader.names.only_number(table)
        amount = Noun(name, reader.names.column_words[table, name], reader.column_links(table, name), reader.position)
    owners = {link.table for link in amount.links if link.column and link.score >= OWN}
    kept = sorted(spot for spot in shared if spot[0] in owners)
    if len(kept) != 1:
        return None
    kind = Noun(kept[0][1], (), reader.column_links(*kept[0]), reader.position)
    branches: list[tuple[Condition, Expression]] = []
    for values, is_more in signs:
        signed: Expression = amount if is_more else Arithmetic("*", amount, Constant(-1))
        branches.append((OneOf(kind, values.values), signed))
    return Conditional(tuple(branches), None)
