"""Arithmetic over aggregates: ``total amount / number of sales``, ``quantity in minus quantity out``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.naming import read_unit
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values, read_number
from datamorph.planning.offline.grammar.wholes import IN_PERCENT
from datamorph.planning.offline.lexicon.cues import ARITHMETIC
from datamorph.planning.offline.model import (
    Aggregate,
    Arithmetic,
    Condition,
    Conditional,
    Constant,
    Expression,
    Noun,
    OneOf,
)
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.values import ValueLink

_OPERATORS = Phrases({phrase: sign for phrase, sign in ARITHMETIC.items() if phrase not in ("x", "less")})
_LOOSE = frozenset({"*", "/"})
_SPOKEN = frozenset({"/", "*", "times", "by", "minus", "plus"})
"""Operators that a plain number may follow; ``sales - 2 decimals`` says something else."""
_ALL = frozenset({"all", "total", "overall"})
_HUNDRED = 100


def read_formula(reader: Reader, first: Expression | None = None) -> Expression | None:
    """Two or more operands, at least one of them an aggregate.

    Args:
        first: the operand that was read already.
    """
    start = reader.position
    found = _sum(reader, first)
    if not isinstance(found, Arithmetic) or not (has_aggregate(found) or _is_over_measures(reader, found)):
        reader.position = start
        return None
    return _in_percent(reader, _inlined(reader, found) if has_aggregate(found) else found)


def has_aggregate(expression: Expression) -> bool:
    """True for an aggregate and for arithmetic over one."""
    if isinstance(expression, Arithmetic):
        return has_aggregate(expression.left) or has_aggregate(expression.right)
    return isinstance(expression, Aggregate)


def _is_over_measures(reader: Reader, found: Expression) -> bool:
    """``gap = actual - target``: of measures that have a name already."""
    if isinstance(found, Arithmetic):
        return all(_is_over_measures(reader, side) for side in (found.left, found.right))
    return isinstance(found, Constant) or (isinstance(found, Noun) and _meaning(reader, found) is not None)


def _meaning(reader: Reader, noun: Noun) -> Expression | None:
    """The measure that a name of the prompt's own stands for."""
    text = noun.text.lower().replace(" ", "_")
    items = [item for item in reader.defined if item.name.lower() == text]
    return items[-1].expression if items and has_aggregate(items[-1].expression) else None


def _inlined(reader: Reader, found: Expression) -> Expression:
    """The formula with the measures that it names."""
    if isinstance(found, Arithmetic):
        return replace(found, left=_inlined(reader, found.left), right=_inlined(reader, found.right))
    return (_meaning(reader, found) or found) if isinstance(found, Noun) else found


def _in_percent(reader: Reader, found: Expression) -> Expression:
    mark = reader.position
    reader.word(",")
    if isinstance(found, Arithmetic) and found.operator == "/" and reader.take(IN_PERCENT) is not None:
        return Arithmetic("*", found, Constant(_HUNDRED))
    reader.position = mark
    return found


def _sum(reader: Reader, first: Expression | None = None) -> Expression | None:
    left = _product(reader, first)
    while left is not None:
        mark = reader.position
        _comma(reader)
        operator = reader.take(_OPERATORS)
        right = _product(reader) if operator in ("+", "-") and _may_follow(reader) else None
        if operator is None or right is None:
            reader.position = mark
            return left
        left = Arithmetic(operator, left, right)
    return None


def _product(reader: Reader, first: Expression | None = None) -> Expression | None:
    left = first or read_operand(reader)
    while left is not None:
        mark = reader.position
        _comma(reader)
        operator = reader.take(_OPERATORS)
        right = read_operand(reader) if operator in _LOOSE and _may_follow(reader) else None
        if operator is None or right is None:
            reader.position = mark
            return left
        left = Arithmetic(operator, left, right)
    return None


def _comma(reader: Reader) -> None:
    """``the fares paid, divided by the seats``: a comma before a spoken operator."""
    if reader.lower() == "," and reader.lower(1) in ("divided", "minus", "plus", "times", "multiplied"):
        reader.next()


def _may_follow(reader: Reader) -> bool:
    return not reader.is_kind("number") or reader.tokens[reader.position - 1].lower in _SPOKEN


def read_operand(reader: Reader) -> Expression | None:
    """A measure, a part of one, a number, or a computation in parentheses."""
    start = reader.position
    if reader.word("("):
        inner = _sum(reader)
        if inner is not None and reader.word(")"):
            return inner
    reader.position = start
    found = reader.first_of(_defined, _parted, _measured, _whole, read_number)
    if found is not None:
        _unit(reader)
    return found


def _unit(reader: Reader) -> None:
    """``total pay in pounds divided by total hours``: the unit is that of the quotient."""
    mark = reader.position
    unit = read_unit(reader)
    if unit and reader.match(_OPERATORS) is not None:
        reader.unit_said = unit
    else:
        reader.position = mark


def _defined(reader: Reader) -> Expression | None:
    """A measure of the prompt's own."""
    noun = reader.defined_noun(exactly=True)
    return noun if noun is not None and _meaning(reader, noun) is not None else None


def _measured(reader: Reader) -> Expression | None:
    """An aggregate, with what its rows have in common: ``total amount of online sales``."""
    from datamorph.planning.offline.grammar.measures import read_plain  # noqa: PLC0415 (measures are formulas)

    start = reader.position
    found = read_plain(reader)
    if found is None:
        return None
    aggregate = found.expression
    if not isinstance(aggregate, Aggregate) or aggregate.condition is not None:
        return aggregate
    mark = reader.position
    preposition = reader.lower()
    is_of = reader.word("of", "from", "in", "for", "over", "on")
    reader.skip(ARTICLES)
    condition = adjective(reader) if is_of else None
    noun = reader.noun() if condition is not None else None
    is_first = not start or reader.tokens[start - 1].lower not in ("/", "by")
    is_own = (preposition == "of" and is_first) or reader.match(_OPERATORS) is not None
    if condition is not None and preposition == "of" and not is_own and not _are_told_apart(reader, start):
        reader.position = start
        return None  # "total seats / total places of active ships": of one of them, or of both?
    is_own = is_own or preposition == "of"  # "for active ships" at the end is of all
    if is_own and condition is not None and noun is not None and not noun.links[0].column:
        return restricted(aggregate, condition)
    reader.position = mark
    return aggregate


def _are_told_apart(reader: Reader, end: int) -> bool:
    """``amount of all sales / amount of online sales``: rows are said for the first operand too."""
    before = [token.lower for token in reader.tokens[max(end - _MOST_BEFORE, 0) : end]]
    return "all" in before or "of" in before[1:]


_MOST_BEFORE = 7


def _whole(reader: Reader) -> Expression | None:
    """``all sales`` are counted, ``all seeds sown`` are added up."""
    if not reader.word(*_ALL):
        return None
    reader.skip(("the", "of"))
    noun = reader.noun()
    if noun is None:
        return None
    return Aggregate("sum", noun) if noun.links[0].column else Aggregate("count", counted=noun)


def _parted(reader: Reader) -> Expression | None:
    """``quantity IN``, ``online quantity``, ``online sales``: a number or rows, of one value of a column."""
    reader.skip(ARTICLES | {"all"})
    condition = adjective(reader)
    noun = reader.noun()
    if noun is None:
        return None
    if condition is None:
        condition = _value_behind(reader, noun)
    if condition is None:
        return None
    plain = Aggregate("sum", noun) if noun.links[0].column else Aggregate("count", counted=noun)
    return restricted(plain, condition)


def _value_behind(reader: Reader, noun: Noun) -> OneOf | None:
    """``quantity IN``: what another column of the table holds."""
    mark = reader.position
    reader.word("of", "from", "for", "with")
    found = (held_values(reader, None) or _code(reader)) if noun.links[0].column else None
    tables = {link.table for link in noun.links if link.column}
    values = [one for one in found[1] if one.table in tables] if found else []
    spots = {(one.table, one.column) for one in values}
    if found is None or len(spots) != 1:
        reader.position = mark
        return None
    start = reader.position
    reader.position += found[0]
    links = reader.column_links(*next(iter(spots)))
    return OneOf(Noun(reader.ledger.text(start, reader.position), (), links, start), (Constant(values[0].value),))


def _code(reader: Reader) -> tuple[int, tuple[ValueLink, ...]] | None:
    """``IN``, ``TO``: a value in capitals that is a plain word otherwise."""
    token = reader.peek()
    if token is None or token.kind != "word" or not token.text.isupper():
        return None
    links = tuple(link for link in reader.values.exact(token.text) if link.value == token.text)
    return (1, links) if links else None


def restricted(measure: Aggregate, condition: Condition) -> Aggregate:
    """The measure over the rows that fulfil a condition; a sum over none of them is zero."""
    if measure.function == "sum" and measure.argument is not None:
        return replace(measure, argument=Conditional(((condition, measure.argument),), Constant(0)))
    return replace(measure, condition=condition)


__all__ = ["has_aggregate", "read_formula", "read_operand", "restricted"]
