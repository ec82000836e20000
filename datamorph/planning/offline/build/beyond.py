"""Rows against a measure of all rows: ``products with price above the average price of their own category``."""

from __future__ import annotations

from datamorph.core.table import unique_names
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import Aggregate, Arithmetic, Compare, Condition, Constant, Expression, Noun
from datamorph.planning.offline.names import words_of


def is_beyond(condition: Condition) -> bool:
    """True for a column that is compared with a measure."""
    return isinstance(condition, Compare) and not aggregates_in(condition.left) and bool(aggregates_in(condition.right))


def keep_beyond(work: Work, condition: Condition) -> None:
    """Compute the measure beside every row, keep the rows, and leave the measure out again.

    Raises:
        Refused: other rows are left out too, so that it is open which ones the measure is of.
    """
    if not isinstance(condition, Compare) or len(work.draft.conditions) > 1:
        raise Refused("impossible", "a measure of all rows beside other conditions", hint="say one after the other")
    (aggregate,) = aggregates_in(condition.right)
    _check_beside(work, aggregate)
    frames, binder = work.frames, work.binder
    names = list(frames.schema.names)
    measure = unique_names([*names, f"{aggregate.function}_of_all"])[-1]
    call = f"{aggregate.function}({frames.render(binder.argument(aggregate))})"
    per = [frames.render(binder.noun(noun)) for noun in aggregate.per]
    frames.add("window", "with_all", partition_by=per, columns={measure: call})
    left = frames.render(binder.expression(_number(work, condition.left, aggregate)))
    frames.add("filter", "kept", where=f"{left} {condition.operator} {_scaled(condition.right, aggregate, measure)}")
    frames.add("select", "without_measure", columns=names)


def _number(work: Work, left: Expression, aggregate: Aggregate) -> Expression:
    """``orders above the average amount``: their amount."""
    is_table = isinstance(left, Noun) and work.binder.item(left) is None and work.scope.is_table(left)
    return aggregate.argument if is_table and aggregate.argument is not None else left


def _check_beside(work: Work, aggregate: Aggregate) -> None:
    """``the average amount of the shop`` of a sale may be of all sales, or of those of one shop.

    Raises:
        Refused: something else than the rows is named behind the measure, or a key in place of a number.
    """
    beside = aggregate.beside
    if beside is not None and not (work.scope.is_table(beside) and work.scope.entity(beside) == work.root):
        message = f"it is open of which rows the measure beside {beside.text!r} is"
        raise Refused("impossible", message, hint=f"say 'of the same {beside.text}' or 'of all rows'")
    keys = [leaf.column for leaf in work.binder.argument(aggregate).leaves if isinstance(leaf, ColumnLeaf)]
    if aggregate.function in ("avg", "median") and any(words_of(key)[-1] in KEY_WORDS for key in keys):
        message = f"{keys[0]} is a key, and no number to take the {aggregate.function} of"
        raise Refused("impossible", message, hint="name the number, and 'of the same' what its rows have in common")


def _scaled(right: object, aggregate: Aggregate, measure: str) -> str:
    if right is aggregate:
        return quote(measure)
    if isinstance(right, Arithmetic) and isinstance(right.left, Constant) and right.right is aggregate:
        return f"{right.left.value} * {quote(measure)}"
    raise Refused("out_of_scope", "that computation with a measure of all rows", hint="compare with the measure itself")
