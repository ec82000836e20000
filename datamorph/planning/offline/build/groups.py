"""Steps over groups: keys, measures, conditions on them."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.catalog import Scalar
from datamorph.core.table import TableRef, snake_case, unique_names
from datamorph.planning.offline.build.apart import Part, bring_together, find_parts
from datamorph.planning.offline.build.find import look_up
from datamorph.planning.offline.build.kept import keep_all
from datamorph.planning.offline.build.levels import computed_of, is_group_item, is_group_level, measure_of
from datamorph.planning.offline.build.names import group_name, label_of, measure_name
from datamorph.planning.offline.build.nearby import prefer_mentioned
from datamorph.planning.offline.build.of_rows import forget_own_rows
from datamorph.planning.offline.build.over import over_measures
from datamorph.planning.offline.build.owners import check_owners
from datamorph.planning.offline.build.rename import define_renames
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.rows import add_rows, condition_tables, define_early, row_conditions
from datamorph.planning.offline.build.spine import add_calendar
from datamorph.planning.offline.build.strays import has_strays, settle_strays
from datamorph.planning.offline.build.terms import ColumnLeaf, NameLeaf, Term, combine, constant, leaf
from datamorph.planning.offline.build.units import with_unit
from datamorph.planning.offline.build.work import Group, Measured, Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Elapsed,
    Expression,
    Missing,
    Negation,
    Noun,
    Within,
)

_LOOKUP_COLUMNS = 3


def plan_groups(work: Work) -> None:
    """All steps of a request with groups or measures."""
    for item in work.draft.computed:
        if not is_group_item(work, item):
            work.binder.define(item)
    prefer_mentioned(work)
    facts = [table for item in work.draft.measures for table in _fact_tables(work, item.expression)]
    facts = _kept_rows(work) or facts
    work.binder.root = facts[0] if len(set(facts)) == 1 and _has_date(work, facts[0]) else None
    keys = [table for item in work.draft.groups for table in _group_tables(work, item)]
    parts = find_parts(work, _fact_tables, keys)
    if parts:
        havings = _plan_parts(work, parts, keys)
    else:
        havings = _plan_whole(work, facts, keys)
        keep_all(work)
    add_calendar(work)
    computed = {item.name for item in work.draft.computed if is_group_item(work, item)}
    _keep(work, [having for having in havings if not having.names & computed])
    _compute(work)
    _keep(work, [having for having in havings if having.names & computed])


def _plan_parts(work: Work, parts: list[Part], keys: list[TableRef]) -> list[Term]:
    """One aggregation for each table, brought together in one row per group."""
    draft, defined = work.draft, list(work.binder.defined)
    measures, computed, conditions = draft.measures, list(draft.computed), draft.conditions
    totals: list[tuple[str, tuple[str, ...]]] = []
    made: list[Measured] = []
    for part in parts:
        draft.measures, draft.computed, draft.conditions = part.items, list(computed), part.conditions
        work.binder.defined, work.binder.root = list(defined), part.root
        _plan_whole(work, [part.root], keys)
        totals.append((work.frames.current, work.key))
        made += work.measures
        work.taken += [measure.name for measure in work.measures]
    draft.measures, draft.conditions = measures, conditions
    draft.computed = [item for item in computed if is_group_item(work, item)]
    work.late = []
    order = {id(item): place for place, item in enumerate(measures)}
    bring_together(work, totals, sorted(made, key=lambda measure: order[id(measure.item)]))
    return [_having(work, c) for c in conditions if is_group_level(work, c)]


def _plan_whole(work: Work, facts: list[TableRef], keys: list[TableRef]) -> list[Term]:
    """The measures of one table; the limits on groups are for later."""
    if len(set(facts)) == 1 and work.scope.names.dates[facts[0]]:
        work.binder.root = facts[0]
    said = [t for noun in work.draft.tables if (t := work.scope.entity(noun)) is not None] if not facts else []
    needed = [*facts, *said, *work.joins.explicit_tables(), *keys, *condition_tables(work)]
    if not needed:
        raise Refused("impossible", "no table of this catalog is named", hint=work.table_hint())
    work.root = work.binder.root = work.joins.choose_root(facts or said, needed, may_bridge=_only_counts(work))
    forget_own_rows(work)
    _subjects(work)
    _filter_alone(work)
    check_owners(work)
    work.groups = [group for item in work.draft.groups for group in _bind_group(work, item)]
    settle_strays(work)
    summed = {a.argument for item in work.draft.measures for a in aggregates_in(item.expression) if a.argument}
    work.binder.scales_several = len(summed) > 1
    work.measures = []
    for item in work.draft.measures:
        work.measures.append(_bind_measure(work, item))
    havings = [_having(work, c) for c in work.draft.conditions if is_group_level(work, c)]
    tables = [t for group in work.groups for t in work.tables_of(group.term)]
    tables += [t for measure in work.measures for t in work.tables_of(measure.term)]
    used = {n for t in [*(g.term for g in work.groups), *(m.term for m in work.measures)] for n in t.names}
    used |= {n for c in row_conditions(work) for n in work.binder.condition(c).names}
    work.draft.computed = [i for i in work.draft.computed if i not in work.consumed or i.name in used]
    summed = [a.argument for m in work.draft.measures for a in aggregates_in(m.expression)]
    work.draft.computed = [i for i in work.draft.computed if i.name in used or i.expression not in summed]
    work.late = [i for i in work.draft.computed if not is_group_item(work, i) and i.name not in used]
    _check_late(work)
    work.binder.defined.clear()
    define_renames(work)
    define_early(work)
    add_rows(work, [*work.joins.explicit_tables(), *tables, *condition_tables(work)])
    _aggregate(work)
    return havings


def _keep(work: Work, havings: list[Term]) -> None:
    for having in havings:
        work.frames.add("filter", "kept", where=having.render(work.frames.name_of))


def _kept_rows(work: Work) -> list[TableRef]:
    """``each shop's first sale, then count the shops by month``: the rows are the sales that were kept."""
    request = work.draft.dedupe
    table = work.scope.entity(request.table) if request is not None and request.by and request.table else None
    return [table] if table is not None else []


def _has_date(work: Work, table: TableRef) -> bool:
    """``calls per customer and month``: a month without a date is of the rows that are counted."""
    return bool(work.scope.names.dates.get(table))


def _filter_alone(work: Work) -> None:
    """``number of open orders per customer``: customers without any are no rows, unless they are asked for."""
    draft = work.draft
    alone = draft.measures[0].expression if len(draft.measures) == 1 and draft.groups else None
    is_plain = not (draft.is_pivot or draft.keeps_all or draft.unmatched_zero or work.consumed or draft.joins)
    is_all = any(item.is_subject for item in draft.groups)
    is_plain = is_plain and not is_all and not _minds_none(work)
    if is_plain and isinstance(alone, Aggregate) and alone.function == "count" and alone.condition:
        work.dialog.assume(f"{' and '.join(item.text for item in draft.groups)} without any are left out")
        draft.conditions.append(alone.condition)
        draft.measures[0].expression = replace(alone, condition=None)
        for output in draft.outputs:
            output.definition = draft.measures[0].expression if output.definition is alone else output.definition


def _minds_none(work: Work) -> bool:
    """True where a group that counts none changes what is kept, what stands first or what is computed."""
    draft = work.draft
    is_kept = any(is_group_level(work, condition) for condition in draft.conditions)
    is_fewest_first = draft.top is not None and not draft.top.is_descending
    keys = [key for key in draft.sorts if not (key.is_descending or key.is_by_group or key.is_in_time)]
    is_fewest_first = is_fewest_first or any(key.noun is None or measure_of(work, key.noun) for key in keys)
    return is_kept or is_fewest_first or bool(draft.windows)


def _fact_tables(work: Work, expression: Expression) -> list[TableRef]:
    """Tables whose rows are counted or whose numbers are aggregated."""
    found: list[TableRef] = []
    for aggregate in aggregates_in(expression):
        noun = aggregate.counted
        if noun is not None:
            table = work.scope.entity(noun) if work.scope.is_table(noun) else None
            link = work.scope.column(noun) if table is None else None
            found += [table] if table else [link.table] if link else []
        if aggregate.argument is not None:
            found += work.tables_of(work.binder.argument(aggregate))
        elif noun is None and aggregate.condition is not None:
            found += work.tables_of(work.binder.condition(aggregate.condition))
        elif noun is None and aggregate.function != "count":
            found += [link.table for link in work.binder.only_number(aggregate.function).links]
    return found


def _check_late(work: Work) -> None:
    """A column that is computed per row and not used by any group would be lost."""
    wanted = {output.noun.text.lower() for output in work.draft.outputs} | {
        output.name.lower() for output in work.draft.outputs
    }
    for item in work.late:
        if item.name.lower() not in wanted and work.draft.outputs:
            raise Refused(
                "impossible",
                f"{item.name!r} is computed but the result does not use it",
                hint="group by it, or aggregate it",
            )


def _only_counts(work: Work) -> bool:
    """Counts of different things survive a join that repeats rows; sums do not."""
    return all(a.function == "count" for item in work.draft.measures for a in aggregates_in(item.expression))


def _subjects(work: Work) -> None:
    """Columns that the prompt is about: they decide between equally good joins."""
    top = work.draft.top
    nouns = [top.what] if top and top.what else []
    for noun in nouns:
        link = work.scope.column(noun) if not work.scope.is_table(noun) else None
        if link is not None:
            work.joins.subjects.append(link.column)


def _group_tables(work: Work, item: Item) -> list[TableRef]:
    noun = item.expression
    if isinstance(noun, Noun) and work.binder.item(noun) is None:
        if work.scope.is_table(noun):
            table = work.scope.entity(noun)
            return [table] if table else []
        link = work.scope.column(noun)
        return [link.table] if link else []
    return work.tables_of(work.binder.expression(noun))


def _bind_group(work: Work, item: Item) -> list[Group]:
    noun = item.expression
    if isinstance(noun, Noun) and work.binder.item(noun) is None and work.scope.is_table(noun):
        table = work.scope.entity(noun)
        assert table is not None  # noqa: S101
        return _bind_entity(work, item, table)
    term = work.binder.expression(noun)
    return [Group(term, group_name(item, term), item)]


def _bind_entity(work: Work, item: Item, table: TableRef) -> list[Group]:
    """A table as a key: what identifies its rows, with their name where the prompt brings the table in."""
    key = work.binder.key_of(table)
    label = label_of(table, work.scope)
    key_group = Group(key, group_name(item, key), item, table)
    draft = work.draft
    is_kept = draft.keeps_all and (draft.keep_all is not None or draft.keeps_lone or bool(draft.outputs))
    if label is None or table == work.root or is_kept:
        return [key_group]
    label_term = leaf(ColumnLeaf(table, label))
    label_group = Group(label_term, group_name(item, label_term), item, table)
    is_lookup = len(work.scope.tables[table].schema) <= _LOOKUP_COLUMNS and work.scope.relations.is_unique(
        table, (label,)
    )
    if is_lookup and has_strays(work, table):  # those without a match are told apart by their key alone
        return [key_group, label_group]
    if is_lookup:
        work.dialog.assume(f"a {item.text} is shown by its {label}")
        return [label_group]
    if work.draft.keeps_all:
        return [key_group]
    if not work.scope.relations.is_unique(table, (label,)) and _wants_label(work, item):
        return [key_group, label_group]
    return [key_group, label_group] if table in work.joins.explicit_tables() and not work.draft.outputs else [key_group]


def _wants_label(work: Work, item: Item) -> bool:
    return any(output.noun.words == tuple(item.words) for output in work.draft.outputs)


def _bind_measure(work: Work, item: Item) -> Measured:
    term = work.binder.expression(item.expression)
    if item.unit and (work.draft.scale == 1 or kind_of(item.unit) != "money"):
        term = work.binder.in_unit(term, item.unit)
    if item.rounded:
        term = combine(item.rounded, term)
    taken = [*work.taken, *(measure.name for measure in work.measures), *(group.name for group in work.groups)]
    item.name = item.name or measure_name(item, work.scope, taken)
    return Measured(term, item.name, item)


def _aggregate(work: Work) -> None:
    frames = work.frames
    for group in work.groups:
        if not group.is_column and group.name in frames.where.values():  # a source column has that name, and is another
            group.name = unique_names([*frames.schema.names, f"{group.name}_of_date"])[-1]
    computed = {g.name: frames.render(g.term) for g in work.groups if not g.is_column and g.name not in frames.schema}
    names = [frames.name_of(g.term.leaves[0]) if g.is_column else g.name for g in work.groups]
    if computed:
        frames.add("derive", "with_keys", columns=computed)
    by = list(dict.fromkeys(names))
    base = snake_case(f"per_{work.groups[-1].item.text}") if work.groups else "totals"
    frames.add("aggregate", base, by=by, measures={m.name: frames.render(m.term) for m in work.measures})
    frames.where = {found: name for found, name in frames.where.items() if name in by}
    work.key = tuple(by)
    work.made = [Made(n, g.item.words | _leaf_words(work, g)) for n, g in zip(names, work.groups, strict=True)]
    work.made += [Made(m.name, m.item.words, is_measure=True, is_hidden=m.item.is_hidden) for m in work.measures]


def _leaf_words(work: Work, group: Group) -> frozenset[str]:
    words = work.scope.names.column_words
    return frozenset(w for f in group.term.leaves if isinstance(f, ColumnLeaf) for w in words[f.table, f.column])


def _having(work: Work, condition: Condition) -> Term:
    if isinstance(condition, Both):
        parts = [_having(work, part) for part in condition.parts]
        return combine(f" {condition.operator.upper()} ".join(["({})"] * len(parts)), *parts, is_atom=False)
    if isinstance(condition, Negation):
        return combine("NOT ({})", _having(work, condition.part), is_atom=False)
    if isinstance(condition, Compare):
        left = _measured(work, condition.left)
        right = _side(work, condition.right, left)
        return combine(f"{{}} {condition.operator} {{}}", left, right, is_atom=False)
    if isinstance(condition, Within):
        left = _measured(work, condition.left)
        limits = with_unit(condition.low, condition.high.unit), condition.high
        low, high = (_side(work, limit, left) for limit in limits)
        return combine("{} BETWEEN {} AND {}", left, low, high, is_atom=False)
    if isinstance(condition, Missing):
        return combine("{} IS NULL", _measured(work, condition.operand), is_atom=False)
    raise Refused("out_of_scope", "that test of a group is not supported", hint="compare a measure with a number")


def _side(work: Work, expression: Expression, measured: Term) -> Term:
    if isinstance(expression, Constant) and expression.unit:
        return constant(_limit(work, expression, measured))
    is_measure = isinstance(expression, Aggregate) or (isinstance(expression, Noun) and measure_of(work, expression))
    return _measured(work, expression) if is_measure else work.binder.expression(expression)


def _limit(work: Work, value: Constant, measured: Term) -> Scalar:
    """The number in the unit that a measure is shown in."""
    measure = next((one for one in work.measures if one.name in measured.names), None)
    unit = value.unit
    if unit == "%" or (measure and unit in measure.item.words):
        return value.value
    made = measure.item.expression if measure else None
    if measure is None or not isinstance(made, Aggregate) or made.function == "count":
        name = ", ".join(measured.names)
        raise Refused("impossible", f"{name} is not in {unit}", hint="compare it with a plain number")
    shown = measure.item.unit or (made.argument.unit if isinstance(made.argument, Elapsed) else "")
    if not shown and work.draft.scale != 1 and kind_of(unit) == "money":
        shown = "dollar"
    return work.binder.limit(measure.term, value, shown)


def _measured(work: Work, operand: Expression) -> Term:
    """The measure that a condition is about; one that is not shown is computed and left out."""
    if isinstance(operand, Noun) and (item := measure_of(work, operand)):
        return leaf(NameLeaf(item.name))
    if isinstance(operand, Noun) and (item := computed_of(work, operand)):
        return leaf(NameLeaf(item.name))
    found = next((measure for measure in work.measures if measure.item.expression is operand), None)
    if found is not None:
        return leaf(NameLeaf(found.name))
    if not isinstance(operand, Aggregate):
        raise Refused("out_of_scope", "that test of a group is not supported", hint="compare a measure with a number")
    if (said := _said_measure(work, operand)) is not None:
        return leaf(NameLeaf(said.name))
    term = work.binder.aggregate(operand)
    for measure in work.measures:
        if work.binder.expression(measure.item.expression) == term:
            return leaf(NameLeaf(measure.name))
    words = operand.counted.words if operand.counted else ()
    hidden = _bind_measure(work, Item(operand, frozenset({"count", *words}), "", is_hidden=True))
    work.measures.append(hidden)
    return leaf(NameLeaf(hidden.name))


def _said_measure(work: Work, operand: Aggregate) -> Item | None:
    """``total orders`` after ``total order amount`` was asked for: a table cannot be summed, the measure was meant."""
    noun = operand.argument
    if not isinstance(noun, Noun) or not work.scope.is_table(noun):
        return None
    found = [item for item in work.draft.measures if set(noun.words) <= item.words]
    return found[0] if len(found) == 1 else None


def _compute(work: Work) -> None:
    """Computed columns over measures, and over columns that each group has one value of."""
    for item in work.late:
        term = work.binder.expression(item.expression)
        for found in term.leaves:
            if isinstance(found, ColumnLeaf) and found not in work.frames.where:
                look_up(work, found.table)
        item.name = item.name or "computed"
        work.frames.add("derive", "computed", columns={item.name: work.frames.render(term)})
        work.made.append(Made(item.name, item.words))
    for measure in work.measures:
        work.binder.define(measure.item)
    for item in [i for i in work.draft.computed if is_group_item(work, i)]:
        term = over_measures(work, item.expression)
        if item.rounded:
            term = combine(item.rounded, term)
        item.name = item.name or "computed"
        work.frames.add("derive", "computed", columns={item.name: work.frames.render(term)})
        work.made.append(Made(item.name, item.words, is_measure=True))
        work.binder.define(item)
