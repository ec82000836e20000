"""What is put into classes where it is no column: ``by duration (ended_at minus started_at)``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.expressions import ELAPSED, nouns_of, read_expression
from datamorph.planning.offline.grammar.hours import read_hour
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.rows import read_timed
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.model import (
    Arithmetic,
    Both,
    Compare,
    Condition,
    Conditional,
    Constant,
    Elapsed,
    Expression,
    Missing,
    Negation,
    Noun,
    Period,
    Within,
)
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import phrase_set

_MOST_WORDS = 4
_MEANING = frozenset({"=", "meaning", "being", "i.e"})


def read_classed_value(reader: Reader) -> tuple[Noun, Expression] | None:
    """The words that stand for a computed value, with that value."""
    start = reader.position
    reader.skip(ARTICLES)
    found = _defined(reader) or _glossed(reader, start) or _plain(reader, start)
    if found is None:
        reader.position = start
    return found


def _defined(reader: Reader) -> tuple[Noun, Expression] | None:
    """``by duration``, where ``duration`` was said to be a difference of two moments."""
    mark = reader.position
    noun = reader.defined_noun(exactly=True)
    item = next((i for i in reader.defined if noun is not None and i.name.lower() == noun.text.lower()), None)
    if noun is None or item is None or not _is_value(item.expression):
        reader.position = mark
        return None
    return noun, item.expression


def _glossed(reader: Reader, start: int) -> tuple[Noun, Expression] | None:
    """``length of stay (check_out minus check_in)``."""
    first = reader.position
    while reader.position < first + _MOST_WORDS and (reader.is_kind("word") or reader.is_kind("name")):
        reader.next()
    words = reader.tokens[first : reader.position]
    if not words or not reader.word("("):
        reader.position = first
        return None
    reader.skip(_MEANING)
    value = _value(reader)
    if value is None or not reader.word(")"):
        reader.position = first
        return None
    name = "_".join(token.lower for token in words)
    return Noun(name, tuple(words_of(name)), (), start), value


def _plain(reader: Reader, start: int) -> tuple[Noun, Expression] | None:
    """``the time between started_at and ended_at``, ``amount minus discount``."""
    value = _value(reader)
    return (Noun("computed", ("computed",), (), start), value) if value is not None else None


def _value(reader: Reader) -> Expression | None:
    mark = reader.position
    found = read_hour(reader) or read_timed(reader) or _between(reader)
    if found is None:
        reader.position = mark
        found = read_expression(reader)
    if found is None or not _is_value(found):
        reader.position = mark
        return None
    return found


def _between(reader: Reader) -> Expression | None:
    """``the time between started_at and ended_at``: the limits say in which unit."""
    reader.skip(ARTICLES)
    is_said = reader.take(_TIME) is not None
    first = reader.column() if is_said else None
    second = reader.column() if first is not None and reader.word("and", "to", "until") else None
    found = Arithmetic("-", second, first) if first is not None and second is not None else None
    return found if found is not None and _are_moments(reader, found) else None


_TIME = phrase_set(tuple(
    f"{what} {between}" for what in ("time", "duration", "time span", "interval", "gap", "period", "length of time")
    for between in ("between", "from", "passed between", "elapsed between")))  # fmt: skip


def _is_value(found: Expression) -> bool:
    is_hour = isinstance(found, Period) and found.part == "hour"
    return is_hour or (isinstance(found, Arithmetic | Elapsed) and bool(nouns_of(found)))


def with_value(reader: Reader, found: Conditional, noun: Noun, value: Expression) -> Conditional:
    """The classes of the value itself; the time between two moments is told in the unit of the limits."""
    units = [unit for condition, _ in found.branches for unit in _units(condition)]
    unit = next((ELAPSED[unit] for unit in units if unit in ELAPSED), "")
    if isinstance(value, Elapsed):
        value = replace(value, unit=unit or value.unit)
        _redefine(reader, noun, value)
    elif _are_moments(reader, value):
        assert isinstance(value, Arithmetic)  # noqa: S101 (a difference)
        value = Elapsed(value.left, value.right, unit)
        _redefine(reader, noun, value)
    else:
        unit = ""
    branches = tuple((_of(condition, value, unit), label) for condition, label in found.branches)
    return Conditional(branches, found.default)


def forget_classed(reader: Reader, draft: Draft, start: int) -> None:
    """What was defined for its classes alone, and is not spoken of again, is no column of its own."""
    said = {token.lower for token in reader.tokens[start : reader.position]}
    later = {token.lower for token in reader.tokens[reader.position :]}
    draft.computed = [i for i in draft.computed if not (i.name.lower() in said - later and _is_value(i.expression))]


def _redefine(reader: Reader, noun: Noun, value: Expression) -> None:
    """The unit of the limits is that of the value as it was defined before."""
    for item in reader.defined:
        item.expression = value if item.name.lower() == noun.text.lower() else item.expression


def _are_moments(reader: Reader, value: Expression) -> bool:
    if not isinstance(value, Arithmetic) or value.operator != "-":
        return False
    sides = (value.left, value.right)
    return all(
        isinstance(side, Noun) and any(link.column in reader.names.dates[link.table] for link in side.links[:1])
        for side in sides
    )


def _units(condition: Condition) -> list[str]:
    match condition:
        case Compare(_, _, Constant() as limit):
            return [limit.unit]
        case Within():
            return [condition.low.unit, condition.high.unit]
        case Both():
            return [unit for part in condition.parts for unit in _units(part)]
        case _:
            return []


def _of(condition: Condition, value: Expression, unit: str) -> Condition:
    """The condition on the value, its limits in the unit."""
    match condition:
        case Compare(_, operator, Constant() as limit):
            return Compare(value, operator, _in(limit, unit))
        case Within():
            return Within(value, _in(condition.low, unit), _in(condition.high, unit))
        case Both():
            return Both(condition.operator, tuple(_of(part, value, unit) for part in condition.parts))
        case Negation():
            return Negation(_of(condition.part, value, unit))
        case Missing():
            return Missing(value)
        case _:
            return condition


def _in(limit: Constant, unit: str) -> Constant:
    if not unit or not isinstance(limit.value, int | float):
        return limit
    number = limit.value * UNITS[limit.unit][1] / UNITS[unit][1] if limit.unit in ELAPSED else limit.value
    return Constant(round(number) if float(number).is_integer() else number)
