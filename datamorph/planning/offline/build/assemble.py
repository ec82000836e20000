"""From a draft to the body of a spec: rows, groups, windows, result."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.after import take_conditions
from datamorph.planning.offline.build.audit import audit
from datamorph.planning.offline.build.calendar import settle_parts
from datamorph.planning.offline.build.counted import group_by_outputs
from datamorph.planning.offline.build.gathering import focus_gathering
from datamorph.planning.offline.build.groups import plan_groups
from datamorph.planning.offline.build.implied import add_implied
from datamorph.planning.offline.build.loading import focus_load
from datamorph.planning.offline.build.of_rows import settle_rows
from datamorph.planning.offline.build.over import require_measures
from datamorph.planning.offline.build.own_names import settle_own_names
from datamorph.planning.offline.build.partners import imply_counts, settle_partners
from datamorph.planning.offline.build.percents import settle_percents
from datamorph.planning.offline.build.periods import name_periods
from datamorph.planning.offline.build.plain import count_subjects, settle_totals
from datamorph.planning.offline.build.ranks import free_ranks
from datamorph.planning.offline.build.rename import define_renames
from datamorph.planning.offline.build.repeats import count_surplus, settle_repeats
from datamorph.planning.offline.build.rows import plan_rows
from datamorph.planning.offline.build.show import add_result
from datamorph.planning.offline.build.union import focus_union
from datamorph.planning.offline.build.unpivot import forget_long_columns, name_unpivot
from datamorph.planning.offline.build.windowed import prepare_windows
from datamorph.planning.offline.build.windows import add_windows
from datamorph.planning.offline.build.work import Work, aggregates_in
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item, Output, TopRequest
from datamorph.planning.offline.lexicon.names import AMOUNTS
from datamorph.planning.offline.model import Aggregate, Compare, Condition, Exists, Negation, Noun
from datamorph.planning.offline.names import OWN


def assemble(work: Work) -> None:
    """Add every step; afterwards ``work.frames`` holds the spec's body and ``work.key`` its key."""
    forget_long_columns(work)
    settle_repeats(work)
    focus_union(work)
    focus_load(work)
    focus_gathering(work)
    define_renames(work)
    _focus_deduped(work)
    settle_own_names(work)
    _forget_existence_tables(work)
    _mention_counted(work)
    take_conditions(work)
    settle_percents(work)
    prepare_windows(work)
    name_periods(work)
    if work.draft.top is not None:
        _prepare_top(work, work.draft.top)
    group_by_outputs(work)
    name_unpivot(work)
    count_subjects(work)
    settle_totals(work)
    settle_rows(work)
    imply_counts(work)
    add_implied(work)
    settle_partners(work)
    require_measures(work)
    _drop_grain(work)
    settle_parts(work)
    audit(work)
    shown = _show_subjects(work)
    if work.is_grouped:
        plan_groups(work)
    else:
        plan_rows(work)
        count_surplus(work)
    _check_subjects(work)
    _check_shown(work, shown)
    add_windows(work)
    add_result(work)


def _focus_deduped(work: Work) -> None:
    """``from member_changes the newest row per member``: the columns are those of the rows that are chosen from."""
    draft = work.draft
    said = [draft.dedupe.table] if draft.dedupe is not None and draft.dedupe.table is not None else draft.tables
    is_plain = draft.dedupe is not None and not (draft.groups or draft.measures or draft.joins or draft.selves)
    tables = {table for noun in said if (table := work.scope.entity(noun)) is not None} if is_plain else set[TableRef]()
    if len(tables) == 1:
        work.scope.focus = tables.pop()


def _check_subjects(work: Work) -> None:
    """``airlines with more than 1000 flights`` is about a group or a row that the plan has, or it was misread."""
    columns = {(spot.table, spot.column) for spot in work.frames.where}
    tables = {table for table, _ in columns} | {g.entity for g in work.groups if g.entity} | {work.root}
    tables |= {t for t in work.frames.sources.values()}
    _check_tables(work, {t for t in tables if t is not None})
    for noun in work.draft.subjects:
        if work.scope.is_table(noun):
            fits = work.scope.entity(noun) in tables
        else:
            fits = any((link.table, link.column) in columns for link in noun.links if link.column)
        if not fits:
            raise Refused(
                "impossible",
                f"the condition on {noun.text!r} fits nothing in the result",
                hint=f"say 'per {noun.text}'",
            )


def _check_tables(work: Work, used: set[TableRef]) -> None:
    """``visits and returns per gate``: a table that is named is one that the plan reads.

    Raises:
        Refused: nothing in it is of that table.
    """
    for noun in work.draft.tables:
        table = work.scope.entity(noun)
        if table is not None and table not in used:
            raise Refused("impossible", f"nothing in the result is of {noun.text!r}", hint="say what is wanted of it")


def _show_subjects(work: Work) -> list[Noun]:
    """``emails of customers that ordered in 2023``: the column that the condition is about is what is asked for."""
    draft = work.draft
    is_more = draft.outputs or draft.computed or draft.windows or draft.top or draft.dedupe or draft.union
    if work.is_grouped or is_more or draft.unpivot or draft.load:
        return []
    found = [n for n in draft.subjects if n.links and n.links[0].column and n.links[0].score >= OWN]
    found = [noun for noun in found if not work.scope.is_table(noun)]
    draft.outputs = [Output(noun) for noun in found]
    return found


def _check_shown(work: Work, shown: list[Noun]) -> None:
    """Rows of another table would show the same value again and again.

    Raises:
        Refused: the column is of a table whose rows these are not.
    """
    for noun in shown:
        link = work.scope.column(noun)
        if link is not None and link.table != work.root:
            message = f"{noun.text!r} would be there once for each row of {work.root.name if work.root else 'the rows'}"
            raise Refused("impossible", message, hint=f"say 'distinct', or ask for the {link.table.name} themselves")


def _forget_existence_tables(work: Work) -> None:
    """A table that is only tested for a match is not what columns are looked for in."""
    tested = [c.part if isinstance(c, Negation) else c for c in work.draft.conditions]
    others = {work.scope.entity(part.other) for part in tested if isinstance(part, Exists)}
    said = [*work.draft.tables, *(noun for join in work.draft.joins for noun in join.tables)]
    said += [g.expression for g in work.draft.groups if isinstance(g.expression, Noun)]
    said += [a.counted for m in work.draft.measures if (a := m.expression) and hasattr(a, "counted") and a.counted]  # pyright: ignore
    used = {work.scope.entity(noun) for noun in said}
    work.scope.mentioned = [table for table in work.scope.mentioned if table not in others - used]


def _mention_counted(work: Work) -> None:
    """``flight counts`` names the table of flights as much as ``flights`` does."""
    for item in work.draft.measures:
        for aggregate in aggregates_in(item.expression):
            if (
                aggregate.counted is not None
                and work.scope.is_table(aggregate.counted)
                and (t := work.scope.entity(aggregate.counted))
            ):
                work.scope.mention(t)


def _prepare_top(work: Work, top: TopRequest) -> None:
    """A ranking by a measure groups by what is ranked and by what it is ranked within."""
    draft = work.draft
    free_ranks(work)
    _measure_finer(work, top)
    if top.measure is not None and all(not known.words >= top.measure.words for known in draft.measures):
        draft.measures.append(top.measure)
    if not draft.measures:
        _take_groups(work, top)
        if top.what is not None and not work.scope.is_table(top.what) and not draft.outputs:
            draft.outputs.append(Output(top.what))
        return
    if not top.per:
        said = [g.expression for g in draft.groups if isinstance(g.expression, Noun)]
        top.per = (
            [noun for noun in said if top.what is None or noun.words != top.what.words]
            if (top.n == 1 and not top.is_bare) or top.what
            else []
        )
    for noun in [*top.per, *([top.what] if top.what else [])]:
        words = frozenset(noun.words)
        if noun.links and all(words != group.words for group in draft.groups):
            draft.groups.append(Item(noun, words, noun.text))


def _take_groups(work: Work, top: TopRequest) -> None:
    """``for every genre the 3 longest books``: rows are ranked, and the groups say within what."""
    draft = work.draft
    keys = [group.expression for group in draft.groups if isinstance(group.expression, Noun)]
    if not keys or len(keys) != len(draft.groups) or not (top.quality or top.by):
        return
    if top.what is not None and work.scope.is_table(top.what):
        draft.tables.insert(0, top.what)
    top.per = top.per or [noun for noun in keys if top.what is None or noun.words != top.what.words]
    draft.groups = []


def _measure_finer(work: Work, top: TopRequest) -> None:
    """``top 3 products by quantity``, where a product has many lines: the quantities of each are brought to one."""
    said = top.by[0].noun if top.by and top.measure is None else None
    if said is None or top.what is None or work.draft.measures or not said.links or work.scope.is_table(said):
        return
    link = work.scope.column(said)
    if link is None or not _is_finer(work, link.table, top.what):
        return
    function, what = "sum", top.what.text
    is_of_all = f" of the {link.table.name.lower()}" in said.text.lower() and link.table.name.endswith("s")
    if is_of_all or set(work.scope.names.column_words[link.table, link.column]) & (AMOUNTS | {"quantity"}):
        work.dialog.assume(f"{said.text} is added up for each of the {what}")
    else:
        choices = [("sum", f"the sum of its {said.text}"), ("max", f"its largest {said.text}"), ("avg", "the average")]
        function = work.dialog.choose(f"top_{said.text}", f"By what of {said.text} are the {what} ranked?", choices)
    top.measure, top.by = Item(Aggregate(function, said), frozenset(said.words), said.text), []


def _is_finer(work: Work, table: TableRef, what: Noun) -> bool:
    """True where several rows of the table belong to one of what is ranked."""
    relations = work.scope.relations
    if work.scope.is_table(what):
        owner = work.scope.entity(what)
        if owner is None or owner == table:
            return False
        ties = [other for other in work.scope.tables if relations.between(other, owner)]
        return table in ties or any(relations.between(other, table) for other in ties)
    link = work.scope.column(what)
    is_unique = link is None or relations.is_unique(link.table, (link.column,))
    return link is not None and (not is_unique or link.table != table)


def _is_of_values(condition: Condition) -> bool:
    """True for a count of different values, which only groups have."""
    return isinstance(condition, Compare) and isinstance(condition.left, Aggregate) and condition.left.is_distinct


def _drop_grain(work: Work) -> None:
    """``for each order, show ...`` without a measure is about rows, not groups."""
    draft = work.draft
    if draft.measures or not draft.groups or any(map(_is_of_values, draft.conditions)):
        return
    nouns = [g.expression for g in draft.groups if isinstance(g.expression, Noun) and work.scope.is_table(g.expression)]
    if len(nouns) == len(draft.groups):
        draft.tables = [*nouns, *draft.tables]
        draft.groups = []
