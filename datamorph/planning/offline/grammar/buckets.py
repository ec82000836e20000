"""Classes of a number: ``'short' is under 3 minutes, 'medium' from 3 up to 6, 'long' otherwise``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import COMPARISONS, POSTFIX
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Conditional,
    Constant,
    Expression,
    Item,
    Noun,
)  # fmt: skip
from datamorph.planning.offline.phrases import Phrases, phrase_set

_COMPARISONS = Phrases(COMPARISONS)
_POSTFIX = Phrases(POSTFIX)
_OTHERWISE = phrase_set(("otherwise", "else", "for the rest", "for everything else", "for all others",
                         "in all other cases",
                         "for anything else", "everything else", "the rest"))  # fmt: skip
_OPEN = phrase_set(("up to but not including", "to below", "to under", "up to just under", "to less than",
                    "but below", "but under", "and under",
                    "and below", "but less than", "and less than", "to just under"))  # fmt: skip
_IS = frozenset({"is", "are", "for", "if", "when", "means", "=", ":", "where", "covers", "has", "have"})
_FEWEST = 2


def read_buckets(reader: Reader, subject: Noun | None = None) -> Conditional | None:
    """Two or more classes with their limits, the last one usually ``otherwise``."""
    start = reader.position
    if subject is None and reader.lower() not in ("",) and not reader.is_kind("text"):
        subject = reader.noun()
        reader.skip(frozenset({":", "into", "as", "is"}))
    branches: list[tuple[Condition, Expression]] = []
    default: Expression | None = None
    unit = ""
    mark = reader.position
    while reader.is_kind("text"):
        label = Constant(str(reader.next().value))
        reader.skip(_IS)
        if reader.take(_OTHERWISE) is not None:
            default = label
            mark = reader.position
            break
        condition, unit = _limits(reader, subject, unit)
        if condition is None:
            break
        branches.append((condition, label))
        mark = reader.position
        reader.skip(frozenset({",", "and", ";", "or"}))
        if reader.match(_OTHERWISE):
            reader.take(_OTHERWISE)
            reader.skip(_IS | {",", "it"})
    reader.position = mark
    if len(branches) + (default is not None) < _FEWEST:
        reader.position = start
        return None
    return Conditional(tuple(_in_unit(branches, unit)), default)


_REQUEST = phrase_set(("bucket", "classify", "categorise", "categorize", "bin", "group", "split", "label", "divide"))


def read_bucket_request(reader: Reader) -> Item | None:
    """``bucket orders by amount: 'small' is under 10, 'large' otherwise``."""
    start = reader.position
    if reader.take(_REQUEST) is None:
        return None
    reader.skip(frozenset({"the"}))
    table = reader.noun()
    reader.skip(
        frozenset(
            {"by", "on", "into", "classes", "buckets", "their", "the", "according", "to", "groups", "bands", "based"}
        )
    )
    subject = reader.noun() or table
    name = read_name(reader)
    reader.skip(frozenset({":", "into", "as", "-", "where", "with", "("}))
    found = read_buckets(reader, subject) if subject is not None and reader.is_kind("text") else None
    if found is None:
        reader.position = start
        return None
    name = name or read_name(reader) or "bucket"
    return Item(found, frozenset({"bucket", "class", *name.lower().split("_")}), name, name)


def _limits(reader: Reader, subject: Noun | None, unit: str) -> tuple[Condition | None, str]:
    """``under 3 minutes``, ``from 3 up to but not including 6 minutes``, ``between 3 and 6``, ``3 or more``."""
    if subject is None:
        return read_condition(reader), unit
    mark = reader.position
    word = reader.lower()
    reader.word("from", "between")
    low = read_number(reader)
    if low is not None:
        if (operator := reader.take(_POSTFIX)) is not None:
            return Compare(subject, operator, low), low.unit or unit
        is_open = reader.take(_OPEN) is not None
        reader.skip(frozenset({"up", "to", "and", "-"}))
        high = read_number(reader)
        if high is not None:
            is_open = is_open or _not_including(reader)
            parts = (Compare(subject, ">=", low), Compare(subject, "<" if is_open else "<=", high))
            return Both("and", parts), high.unit or low.unit or unit
        reader.position = mark
        return None, unit
    reader.position = mark
    operator = reader.take(_COMPARISONS)
    number = read_number(reader)
    if operator is None or number is None or word == "between":
        reader.position = mark
        return None, unit
    return Compare(subject, operator, number), number.unit or unit


def _not_including(reader: Reader) -> bool:
    mark = reader.position
    reader.skip(frozenset({"(", ","}))
    if reader.word("exclusive", "excluded"):
        reader.word(")")
        return True
    reader.position = mark
    return False


def _in_unit(branches: list[tuple[Condition, Expression]], unit: str) -> list[tuple[Condition, Expression]]:
    """A unit that stands once is meant for every limit."""
    return [(_with_unit(condition, unit), label) for condition, label in branches]


def _with_unit(condition: Condition, unit: str) -> Condition:
    if isinstance(condition, Both):
        return Both(condition.operator, tuple(_with_unit(part, unit) for part in condition.parts))
    if isinstance(condition, Compare) and isinstance(condition.right, Constant) and not condition.right.unit:
        return Compare(condition.left, condition.operator, Constant(condition.right.value, unit))
    return condition
