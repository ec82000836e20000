"""Columns of two values: ``true if that is more than 7``, ``'yes' when nights is above 5, else 'no'``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.operators import COMPARED, take_postfix
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.model import Compare, Condition, Conditional, Constant, Expression, Noun
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import phrase_set

TRUTH = frozenset({"true", "yes"})
_WHEN = frozenset({"when", "if", "where", "for", "whenever"})
_THAT = phrase_set((
    "that", "it", "this", "the latter", "this number", "that number", "the result", "the difference", "this value",
    "that value", "the value", "the number", "the sum", "the total"))  # fmt: skip
_IS = frozenset({"is", "was", "are", "were", "lies", "comes", "to"})
_ENDS = frozenset({"", ",", ".", ";", ")", "and", "else", "otherwise"})
_ELSE = frozenset({",", "and", "else", "otherwise", "or", "(", ";"})
_REST = phrase_set(("otherwise", "else", "if not", "for all others", "for the others", "for the rest",
                    "in all other cases", "for everything else"))  # fmt: skip


def read_flag_value(reader: Reader) -> Item | None:
    """``true when shipped_date is after promised_date``, ``'slow' if that is over 7, 'fast' otherwise``."""
    start = reader.position
    value = Constant(value=True) if reader.word("whether") else _value(reader)
    is_said = value is not None and (reader.tokens[start].lower == "whether" or reader.word(*_WHEN))
    condition = (_of_last(reader) or read_condition(reader)) if is_said else None
    if value is None or condition is None:
        reader.position = start
        return None
    is_truth = isinstance(value.value, bool)
    rest = _rest(reader, is_truth=is_truth)
    if rest is None and not is_truth:
        reader.position = start
        return None
    default: Expression = rest or Constant(value=False)
    return Item(Conditional(((condition, value),), default), frozenset(), "flag")


def _value(reader: Reader) -> Constant | None:
    if reader.is_kind("text"):
        return Constant(str(reader.next().value))
    return Constant(value=True) if reader.word(*TRUTH) else None


def _of_last(reader: Reader) -> Condition | None:
    """``that is more than 7``, ``it exceeds 5``, ``more than 7 days``: the number that was defined just before."""
    start = reader.position
    named = [item for item in reader.defined if item.name and not isinstance(item.expression, Conditional)]
    reader.take(_THAT)
    reader.skip(_IS)
    operator = reader.take(COMPARED)
    number = read_number(reader)
    operator = take_postfix(reader) or operator if number is not None else None
    if not named or operator is None or number is None or (reader.lower() not in _ENDS and not reader.is_kind("text")):
        reader.position = start
        return None
    name = named[-1].name
    return Compare(Noun(name, tuple(words_of(name)), (), start), operator, number)


def _rest(reader: Reader, *, is_truth: bool) -> Constant | None:
    """``and false otherwise``, ``else 'fast'``."""
    mark = reader.position
    reader.skip(_ELSE)
    if not is_truth and reader.is_kind("text"):
        found = Constant(str(reader.next().value))
        reader.take(_REST)
        return found
    if is_truth and reader.word("false", "no"):
        reader.take(_REST)
        return Constant(value=False)
    reader.position = mark
    return None
