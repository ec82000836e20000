"""Values of a column that become columns: one measure for each of them."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Both,
    Condition,
    Conditional,
    Constant,
    Expression,
    Noun,
    OneOf,
)
from datamorph.planning.offline.names import Link, words_of

_MOST_VALUES = 30


def spread_all(work: Work) -> None:
    """``pivot status into columns`` without their names: one measure per value that the column holds."""
    draft = work.draft
    _zeros_in_cells(work)
    link = work.scope.column(draft.pivot) if draft.pivot is not None else None
    if link is None or not draft.measures or any(o.definition is None and not o.noun.links for o in draft.outputs):
        return
    profile = work.scope.tables[link.table].profile.columns.get(link.column)
    values = [v for v in profile.values if isinstance(v, str)] if profile else []
    if not 1 < len(values) <= _MOST_VALUES:
        raise Refused(
            "impossible", f"{link.column} has no short list of values to make columns from", hint="name the columns"
        )
    main = draft.measures.pop(0)
    draft.outputs = [o for o in draft.outputs if o.definition is not main.expression]
    draft.groups = [g for g in draft.groups if not _is_column(work, g, link)]
    work.dialog.assume(f"one column per value of {link.column}: {', '.join(values)}")
    for value in values:
        condition = OneOf(Noun(link.column, (), (link,)), (Constant(value),))
        expression: Expression = restricted(main.expression, condition)
        if draft.pivot_zero and isinstance(main.expression, Aggregate) and main.expression.function != "count":
            expression = Apply("coalesce({}, 0)", (expression,))
        draft.measures.append(Item(expression, frozenset(words_of(value)), value, snake_case(value), main.digits))


def _zeros_in_cells(work: Work) -> None:
    """Of a grid whose rows are values of a column, none is without rows: zeros are those of its cells."""
    draft = work.draft
    nouns = [group.expression for group in draft.groups]
    if draft.keeps_all and not any(isinstance(one, Noun) and work.scope.is_table(one) for one in nouns):
        draft.keeps_all, draft.pivot_zero = False, True


def _count_rows(work: Work) -> None:
    """``tickets by priority, the statuses as columns``: where nothing is measured, rows are counted."""
    draft = work.draft
    if not draft.measures and len(draft.tables) == 1 and draft.groups and not draft.computed:
        counted = Aggregate("count", counted=draft.tables[0])
        draft.measures.append(Item(counted, frozenset({"number"}), "number of rows"))
        work.dialog.assume("what stands in the columns is the number of rows")


def spread_listed(work: Work) -> None:
    """One measure for each of the listed values, and one over all of them where a total is asked for."""
    draft = work.draft
    _count_rows(work)
    _zeros_in_cells(work)
    mains = [m for m in draft.measures if not any(a.condition for a in aggregates_in(m.expression))]
    if len(mains) != 1:
        raise Refused("impossible", "what stands in the columns is not said", hint="name one measure to spread")
    main = mains[0]
    draft.measures.remove(main)
    draft.outputs = [o for o in draft.outputs if o.definition is not main.expression]
    if draft.pivot_period is not None:
        _mention_measured(work, main)
    link = work.scope.column(draft.pivot) if draft.pivot is not None else None
    if link is not None:
        draft.groups = [g for g in draft.groups if not _is_column(work, g, link)]
    draft.groups = [g for g in draft.groups if draft.pivot_period is None or g.expression != draft.pivot_period]
    for column in draft.pivot_columns:
        expression: Expression = restricted(main.expression, column.condition, is_empty=draft.pivot_empty)
        if draft.pivot_empty and isinstance(main.expression, Aggregate) and main.expression.function == "count":
            expression = Apply("nullif({}, 0)", (expression,))
        if draft.pivot_zero and isinstance(main.expression, Aggregate) and main.expression.function != "count":
            expression = Apply("coalesce({}, 0)", (expression,))
        name = column.name or snake_case(column.value)
        words = frozenset({*words_of(column.value), *words_of(name)})
        draft.measures.append(Item(expression, words, column.value, name, main.digits, main.unit))
    if draft.pivot_total:
        main.name = draft.pivot_total
        _add_total(work, main, link)


def _mention_measured(work: Work, main: Item) -> None:
    """The date of a pivot by years is one of the table that is measured."""
    for aggregate in aggregates_in(main.expression):
        noun = aggregate.argument if isinstance(aggregate.argument, Noun) else aggregate.counted
        link = work.scope.column(noun) if noun is not None and noun.links and not work.scope.is_table(noun) else None
        table = link.table if link is not None else work.scope.entity(noun) if noun is not None else None
        if table is not None:
            work.scope.mention(table)


def _add_total(work: Work, main: Item, link: Link | None) -> None:
    """The measure over all rows; where there are rows of other values, it is asked whether they count."""
    columns = work.draft.pivot_columns
    profile = work.scope.tables[link.table].profile.columns.get(link.column) if link is not None else None
    others = sorted({str(v) for v in profile.values} - {column.value for column in columns}) if profile else []
    if others or profile is None or profile.nulls:
        choices = [("all", "of all rows"), ("listed", f"of {', '.join(column.value for column in columns)} alone")]
        if work.dialog.choose("pivot_total", "What is the total of?", choices) == "listed":
            parts = [column.condition for column in columns]
            main.expression = restricted(main.expression, Both("or", tuple(parts)))
    work.draft.measures.append(main)


def drop_source(work: Work) -> None:
    """The measure that was spread over columns is not shown by itself unless the prompt lists it."""
    draft = work.draft
    mains = {id(m.expression) for m in draft.measures if _is_spread(work, m)}
    if any(not output.is_added for output in draft.outputs):
        draft.outputs = [o for o in draft.outputs if not (o.is_added and id(o.definition) in mains)]
    shown = {id(output.definition) for output in draft.outputs}
    spread = [m for m in draft.measures if id(m.expression) in shown]
    if spread and len(draft.measures) > len(spread):
        wanted = [output.noun for output in draft.outputs if output.definition is None]
        kept = [
            m
            for m in draft.measures
            if id(m.expression) in shown or any(find(n, [Made(m.name, m.words)]) for n in wanted)
        ]
        draft.measures = kept


def _is_spread(work: Work, measure: Item) -> bool:
    """True for the measure that other ones are, each for one value."""
    main = measure.expression
    if not isinstance(main, Aggregate) or main.condition is not None:
        return False
    others = [m.expression for m in work.draft.measures if m is not measure]
    return any(
        isinstance(one, Aggregate) and one.condition is not None and replace(one, condition=None) == main
        for one in others
    )


def drop_groups(work: Work) -> None:
    """The column whose values became columns is no key of the rows."""
    spread = [a.condition.left for m in work.draft.measures for a in aggregates_in(m.expression)
              if isinstance(a.condition, OneOf)]  # fmt: skip
    links = {(link.table, link.column) for noun in spread if (link := work.scope.column(noun))}
    work.draft.groups = [g for g in work.draft.groups if not any(_is_spot(work, g, table, c) for table, c in links)]


def _is_spot(work: Work, group: Item, table: TableRef, column: str) -> bool:
    return _is_column(work, group, Link(table, column, 1.0))


def _is_column(work: Work, group: Item, link: Link) -> bool:
    found = (
        work.scope.column(group.expression) if isinstance(group.expression, Noun) and group.expression.links else None
    )
    return found is not None and (found.table, found.column) == (link.table, link.column)


def restricted(expression: object, condition: Condition, *, is_empty: bool = False) -> Aggregate:
    """The measure over the rows of one value; a sum over none of them is zero unless it is to be empty."""
    if not isinstance(expression, Aggregate) or expression.condition is not None:
        raise Refused(
            "out_of_scope", "that measure cannot be spread over columns", hint="use a sum, an average or a count"
        )
    if expression.function == "sum" and expression.argument is not None and not is_empty:
        value = Conditional(((condition, expression.argument),), Constant(0))
        return Aggregate("sum", value)
    return replace(expression, condition=condition)
