"""Formulas of columns: ``quantity * unit_price``, ``price minus cost``, ``multiply quantity by price``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.planning.offline.gist.attempt import Attempt, Unfit
from datamorph.planning.offline.names import Link

_SIGNS = {
    "+": "+", "plus": "+", "-": "-", "minus": "-", "less": "-", "*": "*", "x": "*", "\u00d7": "*", "times": "*",
    "multiplied": "*", "/": "/", "divided": "/",
}  # fmt: skip
_WITHIN = frozenset({"by", "the", "a", "its", "their"})
_VERBS = {"multiply": "*", "multiplying": "*", "divide": "/", "dividing": "/"}
_OPERANDS = 2
_MOST_APART = 9
_TIES = frozenset({"by", "and", "with"})


@dataclass(frozen=True, slots=True)
class Product:
    """A formula and the marks that tell it.

    Attributes:
        sql: of columns, which stand for ``{0}`` and so on.
    """

    start: int
    end: int
    links: list[Link]
    sql: str


def products_of(made: Attempt) -> Iterator[Product]:
    """Each formula that the marks tell and that has no use yet.

    Raises:
        Unfit: it is open what is reckoned first.
    """
    place = 0
    while place < len(made.marks):
        found = _run(made, place) or _ordered(made, place)
        if found is not None:
            yield found
        place = found.end if found is not None else place + 1


def _ordered(made: Attempt, place: int) -> Product | None:
    """``multiply quantity by unit_price``, ``divide amount by 100``."""
    mark = made.marks[place]
    verb = _VERBS.get(mark.text.lower())
    if mark.use or verb is None:
        return None
    spots = [
        at for at in range(place + 1, min(place + _MOST_APART, len(made.marks))) if number_at(made, at) is not None
    ]
    if len(spots) < _OPERANDS:
        return None
    first, second = (number_at(made, at) for at in spots[:_OPERANDS])
    between = {mark.text.lower() for mark in made.marks[spots[0] : spots[1]]}
    if not isinstance(first, Link) or second is None or not between & _TIES:
        return None
    links = [first, second] if isinstance(second, Link) else [first]
    text = "{1}" if isinstance(second, Link) else str(second)
    return Product(place, spots[1] + 1, links, f"{{0}} * {text}" if verb == "*" else f"{{0}} * 1.0 / {text}")


def _run(made: Attempt, place: int) -> Product | None:
    """A formula that begins with a column, with signs between its columns."""
    first = number_at(made, place)
    if not isinstance(first, Link):
        return None
    links, sql, at, signs = [first], "{0}", place + 1, set[str]()
    while (sign := _sign(made, at)) is not None:
        operator, behind = sign
        operand = number_at(made, behind)
        if operand is None:
            break
        signs.add(operator)
        text = f"{{{len(links)}}}" if isinstance(operand, Link) else str(operand)
        if isinstance(operand, Link):
            links.append(operand)
        text = f"nullif({text}, 0)" if operator == "/" and isinstance(operand, Link) else text
        sql = f"{sql} * 1.0 / {text}" if operator == "/" else f"{sql} {operator} {text}"
        at = behind + 1
    if not signs:
        return None
    if len(signs) > 1:
        raise Unfit("it is open what is reckoned first")
    return Product(place, at, links, sql)


def number_at(made: Attempt, place: int) -> Link | int | float | None:
    """A column of numbers that has no use yet, or a number."""
    mark = made.at(place)
    if mark.use:
        return None
    if mark.kind == "number":
        return mark.number
    return made.column(mark, kinds="number") if mark.kind in ("name", "money") and mark.columns else None


def _sign(made: Attempt, place: int) -> tuple[str, int] | None:
    """What stands between two numbers, and where the second one may be."""
    text = made.at(place).text.lower()
    operator = _SIGNS.get(text)
    if operator is None:
        return None
    behind = place + 1
    while made.at(behind).text.lower() in _WITHIN:
        behind += 1
    return operator, behind
