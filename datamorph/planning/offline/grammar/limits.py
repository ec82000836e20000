"""Limits of a class of numbers: ``under 3 minutes``, ``30-49``, ``above that up to 6``, ``3 or more``, ``longer``."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import COMPARISONS, MISSING, POSTFIX, UNITS
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Missing, Noun, Within
from datamorph.planning.offline.phrases import Phrases, phrase_set

_COMPARISONS = Phrases(
    {
        **COMPARISONS,
        "up to and including": "<=",
        "until and including": "<=",
        "before": "<",
        "after": ">",
        "since": ">=",
        "from": ">=",
        "prior to": "<",
        "upwards of": ">=",
    }
)
_POSTFIX = Phrases({**POSTFIX, "+": ">=", "plus": ">=", "and older": ">=", "and longer": ">=", "and higher": ">=",
                     "onwards": ">=", "onward": ">=", "and later": ">=", "and up": ">=", "or later": ">=",
                     "upwards": ">=",
                     "and upwards": ">=", "and above": ">=", "and over": ">=", "and more": ">=", "and after": ">=",
                     "and beyond": ">=", "and earlier": "<=", "or earlier": "<=", "and below": "<=", "and under": "<=",
                     "and less": "<=", "and newer": ">=", "or newer": ">=", "or older": ">="})  # fmt: skip
_OPEN = phrase_set(("up to but not including", "to below", "to under", "up to just under", "to less than",
                    "but below", "but under", "and under",
                    "and below", "but less than", "and less than", "to just under"))  # fmt: skip
_INCLUDING = phrase_set(("up to and including", "through"))
_UP_TO = phrase_set(("up to", "to", "and", "-", "\u2013", "until"))
_THAT = frozenset({"that", "it", "this"})
_ABOVE = frozenset({"above", "over", "beyond", "from", "after"})


@dataclass(slots=True)
class Limits:
    """What the limits of one list have in common.

    Attributes:
        subject: the number that is classed; None where each class has a condition of its own.
        unit: stands once and is meant for every limit.
        last: the upper limit that was read last, with its operator.
        beyond: the numbers above it, where the last class is theirs (``longer``), without rows that have no number.
    """

    subject: Noun | None
    unit: str = ""
    last: tuple[str, Constant] | None = None
    beyond: Condition | None = None

    def take_beyond(self) -> None:
        """The next class is for everything above the last limit."""
        if self.last is not None and self.subject is not None:
            operator, bound = self.last
            self.beyond = Compare(self.subject, ">" if operator == "<=" else ">=", bound)


def read_limits(reader: Reader, limits: Limits) -> Condition | None:
    """The limits of one class."""
    if limits.subject is None:
        return read_condition(reader)
    mark = reader.position
    for construct in (_missing, _above_last, _from_to, _compared):
        reader.position = mark
        found = construct(reader, limits, limits.subject)
        if found is not None:
            return found
    reader.position = mark
    return None


def _missing(reader: Reader, _: Limits, subject: Noun) -> Condition | None:
    """``where the length is missing``, ``missing``."""
    named = reader.noun()
    if named is not None and not {(l.table, l.column) for l in named.links} & {
        (l.table, l.column) for l in subject.links
    }:
        return None
    reader.skip(("is", "are", "has", "no"))
    if reader.lower() not in MISSING:
        return None
    reader.next()
    return Missing(subject)


def _above_last(reader: Reader, limits: Limits, subject: Noun) -> Condition | None:
    """``above that up to 6``: from where the class before ends."""
    if limits.last is None or not reader.word(*_ABOVE) or not reader.word(*_THAT):
        return None
    operator, bound = limits.last
    low = Compare(subject, ">" if operator == "<=" else ">=", bound)
    reader.skip((",", "and", "but"))
    high = _compared(reader, limits, subject)
    return Both("and", (low, high)) if high is not None else low


def _from_to(reader: Reader, limits: Limits, subject: Noun) -> Condition | None:
    """``from 3 up to but not including 6 minutes``, ``between 3 and 6``, ``30-49``, ``3 or more``."""
    reader.word("from", "between")
    low = read_number(reader)
    if low is None:
        return None
    if (operator := reader.take(_POSTFIX)) is not None:
        limits.unit = low.unit or limits.unit
        return Compare(subject, operator, low)
    operator = "<" if reader.take(_OPEN) is not None else "<=" if reader.take(_INCLUDING) is not None else ""
    if not operator and reader.take(_UP_TO) is None:
        return None
    high = read_number(reader)
    if high is None:
        return None
    return _upper(limits, subject, "<" if _not_including(reader) else operator, high, low)


def _upper(limits: Limits, subject: Noun, operator: str, high: Constant, low: Constant) -> Condition:
    limits.unit = high.unit or low.unit or limits.unit
    limits.last = operator or "<=", high
    if not operator:
        return Within(subject, low, high)
    return Both("and", (Compare(subject, ">=", low), Compare(subject, operator, high)))


def _compared(reader: Reader, limits: Limits, subject: Noun) -> Condition | None:
    """``under 3 minutes``, ``up to and including 4``."""
    operator = reader.take(_COMPARISONS)
    number = (_one(reader) or read_number(reader)) if operator else None
    if operator is None or number is None:
        return None
    limits.unit = number.unit or limits.unit
    if operator in ("<", "<="):
        limits.last = operator, number
    return Compare(subject, operator, number)


def _one(reader: Reader) -> Constant | None:
    """``a minute``, ``an hour``."""
    token = reader.peek(1)
    if reader.lower() not in ("a", "an", "one") or token is None or token.lemma not in UNITS:
        return None
    reader.position += 2
    return Constant(1, token.lemma)


def _not_including(reader: Reader) -> bool:
    mark = reader.position
    reader.skip(("(", ","))
    if reader.word("exclusive", "excluded"):
        reader.word(")")
        return True
    reader.position = mark
    return False


def with_unit(condition: Condition, unit: str) -> Condition:
    """The condition with the unit that stands once in the list."""
    if isinstance(condition, Both):
        return Both(condition.operator, tuple(with_unit(part, unit) for part in condition.parts))
    if isinstance(condition, Within):
        limits = (one if one.unit else Constant(one.value, unit) for one in (condition.low, condition.high))
        return Within(condition.left, *limits)
    if isinstance(condition, Compare) and isinstance(condition.right, Constant) and not condition.right.unit:
        return Compare(condition.left, condition.operator, Constant(condition.right.value, unit))
    return condition
