"""What a column is compared with: a part or a multiple of another one, or a moment and the time since."""

from __future__ import annotations

from datamorph.planning.offline.grammar.expressions import ELAPSED
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Arithmetic, Compare, Condition, Constant, Elapsed, Expression, Noun
from datamorph.planning.offline.phrases import Phrases

_TIMES = Phrases({"twice": 2, "double": 2, "two times": 2, "three times": 3, "thrice": 3, "triple": 3, "half": 0.5,
                  "one half": 0.5, "a third of": 1 / 3, "a quarter of": 0.25, "four times": 4, "five times": 5,
                  "ten times": 10, "one and a half times": 1.5})  # fmt: skip
_PERCENT = frozenset({"%", "percent", "per cent", "pct"})
_AS_MUCH = Phrases({f"as {word} as": word for word in ("much", "many", "high", "large", "big", "long")})
_LATER = frozenset({"after", "past", "behind", "later"})
_EARLIER = frozenset({"before", "earlier", "ahead"})


def read_scaled(reader: Reader) -> Expression | None:
    """``half of seeds_sown``, ``50 % of the price``, ``twice the fee``: of a column, not of a measure."""
    start = reader.position
    percent = _percent(reader)
    factor = reader.take(_TIMES) if percent is None else percent
    if factor is not None:
        reader.take(_AS_MUCH)
        reader.word("of")
        reader.skip(ARTICLES)
        noun = reader.column()
        if noun is not None and percent is not None:
            return Arithmetic("/", Arithmetic("*", noun, Constant(percent)), Constant(100))
        if noun is not None:
            return Arithmetic("/", noun, Constant(2)) if factor == 0.5 else Arithmetic("*", noun, Constant(factor))  # noqa: PLR2004
    reader.position = start
    return None


def _percent(reader: Reader) -> float | None:
    """``50 % of``."""
    token = reader.peek()
    if token is None or not isinstance(token.value, int | float) or token.unit not in ("", "%"):
        return None
    ahead = 1 if token.unit == "%" else 2 if reader.lower(1) in _PERCENT else 0
    if not ahead or reader.lower(ahead) != "of":
        return None
    reader.position += ahead
    return token.value


def read_elapsed(reader: Reader, subject: Expression, operator: str, right: Expression) -> Condition | None:
    """``over 30 minutes after planned``, ``minus planned is over 30 minutes``, ``> planned + 30 minutes``."""
    if isinstance(right, Arithmetic):
        unit = _unit(right.right)
        if unit and right.operator == "+" and _are_times(reader, subject, right.left):
            return Compare(Elapsed(subject, right.left, unit), operator, _bare(right.right))
        return None
    unit = _unit(right)
    if isinstance(subject, Arithmetic) and unit:
        is_between = subject.operator == "-" and _are_times(reader, subject.left, subject.right)
        return Compare(Elapsed(subject.left, subject.right, unit), operator, _bare(right)) if is_between else None
    return _beside(reader, subject, operator, right) if unit else None


def _beside(reader: Reader, subject: Expression, operator: str, right: Expression) -> Condition | None:
    """``planned`` behind ``over 30 minutes after``."""
    start = reader.position
    said = reader.lower()
    if said not in _LATER | _EARLIER:
        return None
    reader.next()
    reader.skip(ARTICLES | {"than", "of"})
    other = reader.column()
    if other is None or not _are_times(reader, subject, other):
        reader.position = start
        return None
    unit = _unit(right)
    found = Elapsed(subject, other, unit) if said in _LATER else Elapsed(other, subject, unit)
    return Compare(found, operator, _bare(right))


def _unit(value: Expression) -> str:
    return ELAPSED.get(value.unit, "") if isinstance(value, Constant) else ""


def _bare(value: Expression) -> Constant:
    assert isinstance(value, Constant)  # noqa: S101 (it has a unit)
    return Constant(value.value)


def _are_times(reader: Reader, *sides: Expression) -> bool:
    return all(
        isinstance(side, Noun)
        and bool(side.links)
        and all(link.column in reader.names.dates[link.table] for link in side.links[:1])
        for side in sides
    )
