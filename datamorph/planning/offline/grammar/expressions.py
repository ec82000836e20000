"""Arithmetic in words: ``unit price times quantity``, ``2013 minus year``, ``amount - discount``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.calls import read_call
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import ARITHMETIC
from datamorph.planning.offline.model import Apply, Arithmetic, Constant, Elapsed, Expression, Noun, Shifted
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import Phrases

_OPERATORS = Phrases(ARITHMETIC)
_BETWEEN = Phrases({"difference between": "-", "product of": "*", "ratio of": "/", "sum of": "+"})
_TEXT = Phrases({"lowercase": "lower({})", "uppercase": "upper({})", "trimmed": "trim({})", "absolute": "abs({})",
                 "absolute value of": "abs({})", "length of": "length({})", "upper cased": "upper({})",
                 "lower cased": "lower({})"})  # fmt: skip
_LOOSE = frozenset({"*", "/"})


def read_expression(reader: Reader) -> Expression | None:
    """An operand, or several with operators between them; products bind closer than sums."""
    left = _product(reader)
    while left is not None:
        mark = reader.position
        operator = reader.take(_OPERATORS)
        right = _product(reader) if operator in ("+", "-") else None
        if operator is None or right is None or _are_rows(left) or _are_rows(right):
            reader.position = mark
            return left
        left = _in_unit(reader, Arithmetic(operator, left, right))
    return None


ELAPSED = {"second": "second", "sec": "second", "minute": "minute", "min": "minute", "hour": "hour", "hr": "hour",
           "day": "day", "week": "week"}  # fmt: skip
"""Units of the time between two moments."""


def elapsed_unit(reader: Reader) -> str:
    """Take ``in minutes``; empty where no unit of time stands."""
    token = reader.peek(1)
    unit = ELAPSED.get(token.lemma, "") if reader.lower() in ("in", "as") and token is not None else ""
    if unit:
        reader.position += 2
    return unit


def _in_unit(reader: Reader, found: Arithmetic) -> Expression:
    """``left_at minus arrived_at in hours``."""
    unit = elapsed_unit(reader) if found.operator == "-" else ""
    return Elapsed(found.left, found.right, unit) if unit else found


def _product(reader: Reader) -> Expression | None:
    left = _operand(reader)
    while left is not None:
        mark = reader.position
        operator = reader.take(_OPERATORS)
        right = _operand(reader) if operator in _LOOSE else None
        if operator is None or right is None:
            reader.position = mark
            return left
        left = Arithmetic(operator, left, right)
    return None


def _are_rows(side: Expression) -> bool:
    """True for a table, of which nothing can be subtracted: ``shops - shop_id, city`` is a heading and its columns."""
    return isinstance(side, Noun) and bool(side.links) and not side.links[0].column


def _operand(reader: Reader) -> Expression | None:
    mark = reader.position
    if reader.word("("):
        inner = read_expression(reader)
        if inner is not None and reader.word(")"):
            return inner
        reader.position = mark
        return None
    if (found := _pair(reader) or read_call(reader, read_expression)) is not None:
        return found
    if template := reader.take(_TEXT):
        operand = reader.noun()
        if operand is not None:
            return Apply(template, (operand,))
        reader.position = mark
    return _part(reader) or reader.defined_noun(exactly=True) or reader.noun() or read_number(reader)


_HUNDRED = 100


def _part(reader: Reader) -> Expression | None:
    """``40% of the exam_mark``, ``half the fare``: a part of a number."""
    mark = reader.position
    number = Constant(0.5) if reader.word("half") else read_number(reader)
    is_part = number is not None and (number.unit == "%" or reader.tokens[mark].lower == "half")
    if not is_part or number is None or not isinstance(number.value, int | float):
        reader.position = mark
        return None
    is_of = reader.word("of")
    whole = reader.defined_noun(exactly=True) or reader.noun()
    is_column = whole is not None and (not whole.links or bool(whole.links[0].column))
    if whole is None or not is_column or (not is_of and whole.links and whole.links[0].score < OWN):
        reader.position = mark
        return None
    share = round(number.value / _HUNDRED, 10) if number.unit == "%" else number.value
    return Arithmetic("*", Constant(share), whole)


def _pair(reader: Reader) -> Expression | None:
    """``the difference between A and B``, ``the product of A and B``."""
    mark = reader.position
    reader.word("the")
    operator = reader.take(_BETWEEN)
    left = reader.noun() if operator else None
    right = reader.noun() if left and reader.word("and", "by") else None
    if operator is None or left is None or right is None:
        reader.position = mark
        return None
    return _in_unit(reader, Arithmetic(operator, left, right))


def nouns_of(expression: Expression) -> list[Noun]:
    """Nouns at the leaves."""
    if isinstance(expression, Noun):
        return [expression]
    if isinstance(expression, Arithmetic):
        return [*nouns_of(expression.left), *nouns_of(expression.right)]
    if isinstance(expression, Elapsed):
        return [*nouns_of(expression.later), *nouns_of(expression.earlier)]
    if isinstance(expression, Shifted):
        return [expression.of]
    if isinstance(expression, Apply):
        return [noun for operand in expression.operands for noun in nouns_of(operand)]
    return []
