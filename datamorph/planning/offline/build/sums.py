"""Computed numbers that are added up per group."""

from __future__ import annotations

from datamorph.planning.offline.build.levels import is_group_item
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import Aggregate, Arithmetic, Conditional, Noun
from datamorph.planning.offline.names import words_of

_AMOUNTS = frozenset("amount revenue turnover income sales value total sum cost spend spending money profit".split())


def sum_amounts(work: Work) -> None:
    """``per ward the number of visits and the amount (cents / 100)``: an amount of a group is a sum."""
    draft = work.draft
    if draft.outputs or not draft.groups:
        return
    keys = {noun.text for group in draft.groups if isinstance(noun := group.expression, Noun)}
    for item in [i for i in draft.computed if isinstance(i.expression, Arithmetic) and not is_group_item(work, i)]:
        said = {text.replace(" ", "_") for m in draft.measures for text in _arguments(m)}
        is_used = item.name in keys or item.name.lower() in said
        if set(words_of(item.name)) & _AMOUNTS and not is_used:
            work.dialog.assume(f"{item.name} is added up per group")
            item.expression, row = Aggregate("sum", item.expression), item
            draft.computed.remove(row)
            draft.measures.append(item)


def summed(work: Work, noun: Noun) -> Item | None:
    """A computed number that groups are asked for is added up."""
    name = noun.text.lower().replace(" ", "_")
    for item in work.draft.computed:
        if item.name.lower() == name and not is_group_item(work, item) and not isinstance(item.expression, Conditional):
            if not any(aggregates_in(m.expression) and name in _arguments(m) for m in work.draft.measures):
                work.dialog.assume(f"{item.name} is added up per group")
                return Item(Aggregate("sum", item.expression), item.words, item.text, item.name, item.digits)
    return None


def _arguments(item: Item) -> set[str]:
    return {a.argument.text.lower() for a in aggregates_in(item.expression) if isinstance(a.argument, Noun)}
