"""Steps over single rows: join, filter, fill, dedupe, compute."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.counted import keep_counted
from datamorph.planning.offline.build.levels import is_group_item, is_group_level
from datamorph.planning.offline.build.loading import newest_by_cursor, read_since
from datamorph.planning.offline.build.qualities import column_of_quality
from datamorph.planning.offline.build.rename import add_renames
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.terms import ColumnLeaf, combine
from datamorph.planning.offline.build.union import add_union
from datamorph.planning.offline.build.unpivot import add_unpivot
from datamorph.planning.offline.build.windows import add_row_windows
from datamorph.planning.offline.build.work import Work, dates_of, has_exists
from datamorph.planning.offline.dialog import Asked, Refused
from datamorph.planning.offline.model import Both, Condition, Exists, Negation, Noun, SortKey


def plan_rows(work: Work) -> None:
    """All steps of a request without groups."""
    tables = _named_tables(work)
    if not tables:
        raise Refused("impossible", "no table of this catalog is named", hint=work.table_hint())
    extra = condition_tables(work)
    work.root = work.binder.root = work.joins.choose_root(tables[:1], [*tables, *extra], may_bridge=False)
    if not work.joins.explicit_tables():
        work.scope.focus = work.root
    add_rows(work, [*tables, *extra, *_output_tables(work), *_computed_tables(work)])
    names = work.scope.names.column_words
    work.made = [
        Made(name, frozenset(names.get((found.table, found.column), ()))) for found, name in work.frames.where.items()
    ]
    work.made += [Made(i.name, i.words, is_measure=True) for i in work.draft.computed if not is_group_item(work, i)]
    if work.draft.union is not None:
        known = {made.name for made in work.made}
        more = [name for name in work.frames.schema.names if name not in known]
        work.made += [Made(name, frozenset(name.lower().split("_"))) for name in more]
    if work.draft.unpivot is not None:
        work.made += [
            Made(name, frozenset(name.split("_"))) for name in (work.draft.unpivot.name, work.draft.unpivot.value)
        ]
    work.key = work.key or _row_key(work)


def _row_key(work: Work) -> tuple[str, ...]:
    assert work.root is not None  # noqa: S101
    key = work.scope.relations.key(work.root)
    if work.draft.union is not None:
        return ()
    if work.draft.unpivot is not None:
        return (*key, work.draft.unpivot.name) if key else ()
    return tuple(work.frames.where[ColumnLeaf(work.root, name)] for name in key)


def _named_tables(work: Work) -> list[TableRef]:
    draft, scope = work.draft, work.scope
    said = [scope.entity(noun) for noun in draft.tables]
    grouped = [
        scope.entity(g.expression)
        for g in draft.groups
        if isinstance(g.expression, Noun) and scope.is_table(g.expression)
    ]
    deduped = [scope.entity(draft.dedupe.table)] if draft.dedupe and draft.dedupe.table else []
    if draft.dedupe and not deduped and not said:
        ordered = [key.noun for key in draft.dedupe.order if key.noun is not None and key.noun.links]
        deduped = [link.table for noun in ordered[:1] if (link := scope.column(noun))]
    if draft.dedupe and not deduped and not said:
        deduped = [scope.entity(noun) for noun in draft.dedupe.by if scope.is_table(noun)]
    subjects = [scope.entity(noun) for noun in draft.subjects if scope.is_table(noun)]
    first = [*deduped, *said, *subjects, *work.joins.explicit_tables(), *grouped]
    if not any(first):
        first = [*condition_tables(work), *_output_tables(work), *_computed_tables(work), *work.scope.evident]
    return list(dict.fromkeys(table for table in first if table is not None))


def _computed_tables(work: Work) -> list[TableRef]:
    return [t for item in work.draft.computed for t in sorted(work.binder.expression(item.expression).tables)]


def _output_tables(work: Work) -> list[TableRef]:
    found: list[TableRef] = []
    if work.draft.union is not None:
        return found
    for output in work.draft.outputs:
        is_new = output.definition is None and work.binder.item(output.noun) is None
        link = work.scope.column(output.noun) if is_new and output.noun.links else None
        found += [link.table] if link else []
    return found


def condition_tables(work: Work) -> list[TableRef]:
    """Tables that conditions on rows read."""
    terms = [work.binder.condition(c) for c in row_conditions(work)]
    return [table for term in terms for table in work.tables_of(term)]


def row_conditions(work: Work) -> list[Condition]:
    """Conditions that are decided before grouping, without those on other tables."""
    return [c for c in work.draft.conditions if not has_exists(c) and not is_group_level(work, c)]


def add_rows(work: Work, tables: list[TableRef]) -> None:
    """Start from the root, join, filter, compute: everything before groups."""
    assert work.root is not None  # noqa: S101
    work.frames.start(work.root)
    add_union(work)
    add_unpivot(work)
    read_since(work)
    _exists(work)
    if not work.is_grouped:
        keep_counted(work)
    work.joins.bring(work.frames, work.root, list(dict.fromkeys(tables)))
    add_renames(work)
    _fill(work)
    conditions = [work.frames.render(work.binder.condition(c)) for c in row_conditions(work)]
    if conditions:
        parts = [f"({c})" if " OR " in c else c for c in conditions] if len(conditions) > 1 else conditions
        work.frames.add("filter", "filtered", where=" AND ".join(parts))
    _dedupe(work)
    _compute(work)
    add_row_windows(work)


def _exists(work: Work) -> None:
    for condition in [c for c in work.draft.conditions if has_exists(c)]:
        part = condition.part if isinstance(condition, Negation) else condition
        if not isinstance(part, Exists) or isinstance(condition, Both):
            raise Refused("out_of_scope", "an existence test inside 'or'", hint="say it as a filter of its own")
        _semi(work, part, "anti" if isinstance(condition, Negation) else "semi")


def _semi(work: Work, part: Exists, how: str) -> None:
    """Keep rows that have, or do not have, a match in the other table."""
    noun = part.other
    root, scope = work.root, work.scope
    other = scope.entity(noun)
    assert root is not None  # noqa: S101
    if other is None:
        raise Refused("impossible", f"no table {noun.text!r}", hint=work.table_hint())
    if other == root:
        raise Refused("impossible", f"{root.name} is compared with itself", hint="name the table that holds the rows")
    pairs = [(r.target_columns, r.columns) for r in scope.relations.between(other, root)]
    pairs += [(r.columns, r.target_columns) for r in scope.relations.between(root, other)]
    if not pairs:
        message = f"{other.name} and {root.name} have no key in common"
        raise Refused("impossible", message, hint="say on which columns they match")
    left, right = pairs[0]
    on = [(work.frames.where[ColumnLeaf(root, a)], b) for a, b in zip(left, right, strict=True)]
    base = "without_match" if how == "anti" else "with_match"
    right = _narrowed(work, other, part.where) if part.where is not None else work.frames.source(other)
    work.frames.lookup(right, other, on, how, base=base)


def _narrowed(work: Work, other: TableRef, where: Condition) -> str:
    """The rows of another table that count, as a frame of their own."""
    frames, scope, binder = work.frames, work.scope, work.binder
    left, home, focus = frames.current, dict(frames.where), scope.focus
    frames.start(other)
    scope.focus = binder.root = other
    right = frames.add("filter", f"{other.name}_that_count", where=frames.render(binder.condition(where)))
    frames.current, frames.where, scope.focus, binder.root = left, home, focus, work.root
    return right


def _fill(work: Work) -> None:
    values: dict[str, object] = {}
    for noun, value in work.draft.fills:
        link = work.scope.column(noun) if noun is not None else None
        if link is not None:
            values[work.frames.name_of(ColumnLeaf(link.table, link.column))] = value.value
    if values:
        work.frames.add("fill", "filled", values=values)


def _dedupe(work: Work) -> None:
    request = work.draft.dedupe
    if request is None:
        return
    by = [_column(work, noun) for noun in request.by]
    order = [_order_item(work, key) for key in request.order if key.noun is not None and not key.is_tie]
    if not by:
        work.frames.add("dedupe", "distinct_rows")
        return
    if request.is_of_groups and work.is_grouped:
        message = "one row of each, and something computed over all rows of each"
        raise Refused("out_of_scope", message, hint="ask for the two apart")
    if not order and request.order and request.order[0].is_descending:
        order = newest_by_cursor(work)
    if not order and request.quality:
        column = column_of_quality(work, request.quality)
        order = [f"{column} desc" if request.order[0].is_descending else column]
    if not order:
        order = _which_row(work, by, request.order)
    order += [
        _order_item(work, key) for key in (*request.order, *work.draft.sorts) if key.noun is not None and key.is_tie
    ]
    order += _row_ties(work, [*by, *(item.removesuffix(" desc") for item in order)], order[0])
    is_descending = order[0].endswith(" desc")
    work.frames.add("dedupe", "latest" if is_descending else "earliest", by=by, order_by=order)
    work.key = tuple(by)
    if request.after is not None:
        work.frames.add("filter", "kept", where=work.frames.render(work.binder.condition(request.after)))


def _row_ties(work: Work, used: list[str], first: str) -> list[str]:
    """Of rows that are equally late the one with the higher key stays, of equally early ones that with the lower."""
    key = work.scope.relations.key(work.root) if work.root is not None else ()
    spots = [ColumnLeaf(work.root, name) for name in key] if work.root is not None else []
    names = [work.frames.where[spot] for spot in spots if spot in work.frames.where]
    ties = [name for name in names if name not in used]
    column = work.frames.schema.get(first.removesuffix(" desc"))
    is_last = first.endswith(" desc") and column is not None and is_time(column.type)
    if ties:
        way = "higher" if is_last else "lower"
        work.dialog.assume(
            f"of rows with equal {first.removesuffix(' desc')} the one with the {way} {', '.join(ties)} is kept"
        )
    return [f"{name} desc" if is_last else name for name in ties]


def _column(work: Work, noun: Noun) -> str:
    if work.scope.is_table(noun) and (table := work.scope.entity(noun)):
        own = [link for link in noun.links if link.column and link.table == work.root]
        if own and (table == work.root or not work.scope.relations.between(own[0].table, table)):
            return work.frames.name_of(ColumnLeaf(own[0].table, own[0].column))
        return work.frames.render(work.binder.key_of(table))
    return work.frames.render(work.binder.noun(noun))


def _which_row(work: Work, by: list[str], said: tuple[SortKey, ...]) -> list[str]:
    """Which of several rows stays: asked for, unless ``latest`` was said and there is one date."""
    times = _times(work)
    if said and len(times) == 1:
        work.dialog.assume(f"{'latest' if said[0].is_descending else 'earliest'} is by {times[0]}")
        return [f"{times[0]} desc" if said[0].is_descending else times[0]]
    shown = _shown_times(work, times)
    if said and len(shown) == 1:
        work.dialog.assume(
            f"{'latest' if said[0].is_descending else 'earliest'} is by {shown[0]}, the date that is shown"
        )
        return [f"{shown[0]} desc" if said[0].is_descending else shown[0]]
    choices = [(f"{t} desc", f"the latest by {t}") for t in times[:2]] + [
        (t, f"the earliest by {t}") for t in times[:2]
    ]
    others = [c.name for c in work.frames.schema if c.name not in by][:1]
    choices += [(f"{name} desc", f"the one with the highest {name}") for name in others if len(choices) < 2]  # noqa: PLR2004
    choices += [(name, f"the one with the lowest {name}") for name in others if len(choices) < 2]  # noqa: PLR2004
    if not choices:
        raise Asked("which row")
    return [work.dialog.choose("keep_which", f"Which row per {', '.join(by)} is kept?", choices)]


def _times(work: Work) -> list[str]:
    """Dates of the rows that are told apart; those of joined tables only where these have none."""
    request = work.draft.dedupe
    table = work.scope.entity(request.table) if request is not None and request.table is not None else work.root
    times = [column.name for column in work.frames.schema if is_time(column.type)]
    own = [name for spot, name in work.frames.where.items() if spot.table == table and name in times]
    return own or times


def _shown_times(work: Work, times: list[str]) -> list[str]:
    """Dates that the prompt wants to see, sorts by or groups by."""
    nouns = [output.noun for output in work.draft.outputs if output.definition is None]
    nouns += [key.noun for key in work.draft.sorts if key.noun is not None] + dates_of(work.draft)
    links = {(link.table, link.column) for noun in nouns for link in noun.links[:1]}
    return [name for spot, name in work.frames.where.items() if name in times and (spot.table, spot.column) in links]


def _order_item(work: Work, key: SortKey) -> str:
    assert key.noun is not None  # noqa: S101
    name = work.frames.render(work.binder.noun(key.noun))
    return f"{name} desc" if key.is_descending else name


def _compute(work: Work) -> None:
    for item in [i for i in work.draft.computed if not is_group_item(work, i) and i not in work.late]:
        term = work.binder.expression(item.expression)
        if item.digits is not None:
            term = combine(f"round({{}}, {item.digits})", term)
        item.name = item.name or "computed"
        work.frames.add("derive", "computed", columns={item.name: work.frames.render(term)})
        work.binder.define(item)
