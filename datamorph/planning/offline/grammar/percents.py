"""Fractions that are wanted times a hundred: ``share of online sales per shop, in percent``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.naming import read_digits, read_unit
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.wholes import IN_PERCENT
from datamorph.planning.offline.model import Aggregate, Arithmetic, Conditional, Constant, Expression, Window
from datamorph.planning.offline.names import words_of

_HUNDRED = 100
_PERCENT = frozenset({"percent", "percentage", "pct", "perc", "prct"})


def read_percent(reader: Reader, last: Item) -> bool:
    """``in percent`` behind a fraction, or behind what is in percent anyway."""
    start = reader.position
    reader.skip((",", "(", "one", "number"))
    if reader.take(IN_PERCENT) is None or not (is_fraction(last.expression) or is_percent(last.expression)):
        reader.position = start
        return False
    if reader.tokens[start].text == "(":
        reader.word(")")
    to_percent(last)
    digits = read_digits(reader)
    last.digits = digits if digits is not None else last.digits
    return True


def read_wanted_unit(reader: Reader, draft: Draft, last: Item) -> bool:
    """``total amount per reason in euros``: the unit of the one measure that is no count, or of the last."""
    measures = [item for item in draft.measures if not _is_count(item.expression)]
    wanted = measures[0] if len(measures) == 1 else last
    reader.word(",")
    unit = read_unit(reader) if has_aggregate(wanted.expression) and not wanted.unit else ""
    wanted.unit = wanted.unit or unit
    return bool(unit)


def _is_count(found: Expression) -> bool:
    return isinstance(found, Aggregate) and found.function == "count"


def to_percent(item: Item) -> None:
    """Make a percentage of a fraction."""
    found = item.expression
    if isinstance(found, Window) and found.kind == "share":
        item.expression = replace(found, kind="share_pct")
    elif is_fraction(found):
        item.expression = Arithmetic("*", found, Constant(_HUNDRED))


def is_share(found: Expression) -> bool:
    """True for a share of rows or of the whole, between 0 and 1."""
    if isinstance(found, Window):
        return found.kind == "share"
    is_mean = isinstance(found, Aggregate) and found.function == "avg"
    argument = found.argument if isinstance(found, Aggregate) and is_mean else None
    if not isinstance(argument, Conditional) or not isinstance(argument.default, Constant):
        return False
    return {argument.default.value, *(v.value for _, v in argument.branches if isinstance(v, Constant))} == {0.0, 1.0}


def is_fraction(found: Expression) -> bool:
    """True for a share, and for one measure over another."""
    return is_share(found) or (isinstance(found, Arithmetic) and found.operator == "/" and has_aggregate(found))


def is_percent(found: Expression) -> bool:
    """True for what is times a hundred already."""
    if isinstance(found, Window):
        return found.kind == "share_pct"
    return isinstance(found, Arithmetic) and found.operator == "*" and found.right == Constant(_HUNDRED)


def is_called_percent(name: str) -> bool:
    """``promo_pct``, ``percent``."""
    return bool(_PERCENT & set(words_of(name)))
