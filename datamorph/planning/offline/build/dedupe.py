"""One row of each: which one stays, and what decides between rows that are equal in that."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.loading import newest_by_cursor
from datamorph.planning.offline.build.qualities import column_of_quality
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work, dates_of
from datamorph.planning.offline.dialog import Asked, Refused
from datamorph.planning.offline.draft import DedupeRequest
from datamorph.planning.offline.model import Noun, SortKey


def add_dedupe(work: Work) -> None:
    """The step that keeps one row of each, and what is asked of the kept ones."""
    request = work.draft.dedupe
    if request is None:
        return
    if request.is_open and not request.by and work.draft.load is not None:
        request = replace(request, by=tuple(work.draft.load.keys))
    _check(work, request)
    made = _made_keys(work, request)
    by = [_column(work, one) if isinstance(one, Noun) else made[place] for place, one in enumerate(request.by)]
    if not by and work.draft.outputs and any(named.step.kind == "join" for named in work.frames.steps):
        work.draft.is_distinct = True  # of what is shown: joined rows differ in what is not
        return
    if not by:
        work.frames.add("dedupe", "distinct_rows")
        return
    order = _order(work, request, by)
    is_descending = order[0].endswith(" desc")
    work.frames.add("dedupe", "latest" if is_descending else "earliest", by=by, order_by=order)
    if made:
        work.frames.add("drop", "kept", columns=list(made.values()))
    else:
        work.key = tuple(by)
    if request.after is not None:
        work.frames.add("filter", "kept", where=work.frames.render(work.binder.condition(request.after)))


def _check(work: Work, request: DedupeRequest) -> None:
    if request.is_open and not request.by:
        raise Refused("impossible", "it is not said what makes two rows the same", hint="say 'by' and the columns")
    if request.is_of_groups and work.is_grouped:
        message = "one row of each, and something computed over all rows of each"
        raise Refused("out_of_scope", message, hint="ask for the two apart")


def _order(work: Work, request: DedupeRequest, by: list[str]) -> list[str]:
    order = [_order_item(work, key) for key in request.order if key.noun is not None and not key.is_tie]
    if not order and request.order and request.order[0].is_descending:
        order = newest_by_cursor(work)
    if not order and request.quality:
        column = column_of_quality(work, request.quality)
        order = [f"{column} desc" if request.order[0].is_descending else column]
    order = order or _which_row(work, by, request.order)
    ties = [key for key in (*request.order, *work.draft.sorts) if key.noun is not None and key.is_tie]
    order += [_order_item(work, key) for key in ties]
    return [*order, *_row_ties(work, [*by, *(item.removesuffix(" desc") for item in order)], order[0])]


def _made_keys(work: Work, request: DedupeRequest) -> dict[int, str]:
    """Columns for what makes rows the same and is no column: the day of a time, a cleaned text; by place."""
    made = {place: one for place, one in enumerate(request.by) if not isinstance(one, Noun)}
    names = {place: f"same_{place + 1}" for place in made}
    columns = {names[place]: work.frames.render(work.binder.expression(one)) for place, one in made.items()}
    if columns:
        work.frames.add("derive", "with_keys", columns=columns)
    return names


def _column(work: Work, noun: Noun) -> str:
    if work.scope.is_table(noun) and (table := work.scope.entity(noun)):
        own = [link for link in noun.links if link.column and link.table == work.root]
        if own and (table == work.root or not work.scope.relations.between(own[0].table, table)):
            return work.frames.name_of(ColumnLeaf(own[0].table, own[0].column))
        return work.frames.render(work.binder.key_of(table))
    own = tuple(link for link in noun.links if link.column and link.table == work.root and link.score >= 1)
    return work.frames.render(work.binder.noun(replace(noun, links=own) if own else noun))


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
    if said and times:
        choices = [choice for choice in choices if choice[0].endswith(" desc") == said[0].is_descending]
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
