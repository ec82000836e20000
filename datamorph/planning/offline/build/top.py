"""The first rows of an order: which rows they are, and what decides it."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.order import bare, sort_item, sorted_by
from datamorph.planning.offline.build.qualities import column_of_quality
from datamorph.planning.offline.build.ranks import rank_name
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import TopRequest
from datamorph.planning.offline.model import Noun, SortKey


def add_top(work: Work) -> list[str]:
    """Keep the first rows, where the prompt asks for them; gives the order that they stand in."""
    top = work.draft.top
    if top is None:
        return []
    _check_kind(work, top)
    by = _top_order(work, top)
    per = [resolve(work, noun).name for noun in top.per]
    shown = _shown_order(work, by, per)
    said = [sort_item(work, key) for key in work.draft.sorts if key.noun or key.is_in_time] if not shown else []
    items = list(dict.fromkeys([*by, *(item for item in said if bare(item) not in {bare(b) for b in by})]))
    ties = [name for name in work.key if name not in per and name not in {bare(item) for item in items}]
    if ties:
        work.dialog.assume(f"equal ranks are decided by {', '.join(ties)}")
    rank = rank_name(work)
    fields: dict[str, object] = {"n": top.n, "order_by": [*items, *ties], "per": per}
    if rank and per:
        fields["rank_as"] = rank
    work.frames.add("top", f"top_{top.n}", **fields)
    if rank and not per:
        work.frames.add("window", "with_rank", partition_by=[], order_by=[*items, *ties],
                        columns={rank: "row_number()"})  # fmt: skip
    if rank:
        work.made.append(Made(rank, frozenset({"rank", "position"}), is_measure=False))
    rest = [item for item in items if bare(item) not in {bare(one) for one in shown}]
    return [*shown, *rest, *ties] if shown else [*per, *items, *ties]


def _shown_order(work: Work, by: list[str], per: list[str]) -> list[str]:
    """``the 5 most recent sales, smallest amount first``: the order that they stand in, which does not choose them.

    Raises:
        Refused: they are the first of each of several things, the column is none of theirs, or it is the other way
            round.
    """
    top, keys = work.draft.top, [key for key in work.draft.sorts if not key.is_tie]
    keys = [key for key in keys if key.noun is not None or key.is_in_time or key.is_by_group]
    is_own = top is not None and bool(top.by or top.measure or not top.is_bare)
    found = [sort_item(work, key) for key in keys] if is_own else []
    if found in ([*per, *by][: len(found)], by[: len(found)]):
        return []
    is_turned = bare(found[0]) == bare(by[0])
    if per or is_turned or any(bare(item) not in work.frames.schema.names for item in found):
        hint = "say it of one of the two"
        raise Refused("impossible", "the first of each are chosen in one order and shown in another", hint=hint)
    return found


def _check_kind(work: Work, top: TopRequest) -> None:
    """``top 5 customers`` over rows that are no customers would show something else.

    Raises:
        Refused: naming what the rows are.
    """
    table = work.scope.entity(top.what) if top.what is not None and work.scope.is_table(top.what) else None
    if table is not None and not work.is_grouped and work.root is not None and work.root != table:
        message = f"the rows are {work.root.name}, not {table.name}"
        raise Refused("impossible", message, hint=f"say by which measure the {table.name} are ranked")


def _top_order(work: Work, top: TopRequest) -> list[str]:
    suffix = " desc" if top.is_descending else ""
    if top.by and top.by[0].noun is not None:
        name = resolve(work, top.by[0].noun).name
        column = work.frames.schema.get(name)
        if column is not None and column.type == "string" and not top.is_first:
            raise Refused("impossible", f"{name} is text: it has no largest values", hint="say which number decides")
        is_early = top.is_first and column is not None and (is_time(column.type) or column.type == "string")
        return [name + ("" if is_early else suffix), *(sort_item(work, key) for key in top.then)]
    if top.measure is not None:
        return [resolve(work, Noun(top.measure.text, tuple(sorted(top.measure.words)))).name + suffix]
    measures = [made.name for made in work.made if made.is_measure]
    if top.quality and not measures and not work.is_grouped:
        return [column_of_quality(work, top.quality) + suffix]
    said = [sort_item(work, key) for key in work.draft.sorts if not key.is_tie] if top.is_bare else []
    if said:
        return said if top.is_limit else _said_order(work, said, measures, is_certain=top.is_ordered)
    if not measures and top.is_in_time:
        return [sorted_by(work, SortKey(None, is_in_time=True)) + suffix]
    return [_measure_that_decides(work, measures) + suffix]


def _measure_that_decides(work: Work, measures: list[str]) -> str:
    if not measures:
        raise Refused("impossible", "it is not said by what the first rows are chosen", hint="add 'by' and a measure")
    if len(measures) > 1:
        return work.dialog.choose("rank_by", "Which measure decides?", [(m, m) for m in measures])
    return measures[0]


def _said_order(work: Work, said: list[str], measures: list[str], *, is_certain: bool) -> list[str]:
    """``lowest total first, top 2`` are the first of that order; said behind or by a name it may be for show alone."""
    largest = [f"{name} desc" for name in measures]
    if not measures or said[0] in largest or (is_certain and bare(said[0]) in measures):
        return said
    choices = [(item, f"{bare(item)}, {'largest' if bare(item) != item else 'smallest'} first")
               for item in [said[0], *largest]]  # fmt: skip
    return [work.dialog.choose("rank_by", "By what are the first rows chosen?", choices)]
