"""The end of a plan: the first rows, the columns that are shown, the order."""

from __future__ import annotations

from datamorph.core.table import TableRef, snake_case, unique_names
from datamorph.planning.offline.build.find import ask, look_up, resolve
from datamorph.planning.offline.build.gaps import is_walked
from datamorph.planning.offline.build.hidden import hidden_order, lists_own
from datamorph.planning.offline.build.labels import name_of_rows
from datamorph.planning.offline.build.names import label_of
from datamorph.planning.offline.build.order import bare, sort_item
from datamorph.planning.offline.build.qualities import column_of_quality
from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Output, TopRequest
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import canonical, words_of
from datamorph.planning.offline.tokens import singular

_STRONG = 0.9


def add_result(work: Work) -> None:
    """Rank, select and sort."""
    order = _top(work)
    shown = _shown(work)
    _fill(work, shown)
    if not order and (by := hidden_order(work, shown)):
        _sort_and_keep(work, shown, by)
        return
    _select(work, shown)
    if work.draft.is_distinct:
        work.frames.add("dedupe", "distinct_rows")
        work.key = tuple(work.frames.schema.names)
    _sort(work, order, shown)


def _top(work: Work) -> list[str]:
    top = work.draft.top
    if top is None:
        return []
    _check_kind(work, top)
    by = _top_order(work, top)
    per = [resolve(work, noun).name for noun in top.per]
    said = [sort_item(work, key) for key in work.draft.sorts if key.noun is not None]
    items = [*by, *(item for item in said if bare(item) not in {bare(b) for b in by})]
    ties = [name for name in work.key if name not in per and name not in {bare(item) for item in items}]
    if ties:
        work.dialog.assume(f"equal ranks are decided by {', '.join(ties)}")
    rank = _rank_name(work) if per else None
    fields: dict[str, object] = {"n": top.n, "order_by": [*items, *ties], "per": per}
    if rank:
        fields["rank_as"] = rank
        work.made.append(Made(rank, frozenset({"rank", "position"}), is_measure=False))
    work.frames.add("top", f"top_{top.n}", **fields)
    return [*per, *items, *ties]


def _check_kind(work: Work, top: TopRequest) -> None:
    """``top 5 customers`` over rows that are no customers would show something else.

    Raises:
        Refused: naming what the rows are.
    """
    table = work.scope.entity(top.what) if top.what is not None and work.scope.is_table(top.what) else None
    if table is not None and not work.is_grouped and work.root is not None and work.root != table:
        message = f"the rows are {work.root.name}, not {table.name}"
        raise Refused("impossible", message, hint=f"say by which measure the {table.name} are ranked")


def _rank_name(work: Work) -> str | None:
    """The name of an output that asks for the rank itself."""
    names = [
        output.noun.text for output in work.draft.outputs if output.noun.text.lower() in ("rank", "position", "rank_no")
    ]
    return names[0] if names and names[0] not in work.frames.schema else None


def _top_order(work: Work, top: TopRequest) -> list[str]:
    suffix = " desc" if top.is_descending else ""
    if top.by and top.by[0].noun is not None:
        return [resolve(work, top.by[0].noun).name + suffix]
    if top.measure is not None:
        return [resolve(work, Noun(top.measure.text, tuple(sorted(top.measure.words)))).name + suffix]
    measures = [made.name for made in work.made if made.is_measure]
    if top.quality and not measures and not work.is_grouped:
        return [column_of_quality(work, top.quality) + suffix]
    said = [sort_item(work, key) for key in work.draft.sorts if not key.is_tie] if top.is_bare else []
    if said:
        return _said_order(work, said, measures, is_certain=top.is_ordered)
    if not measures:
        raise Refused("impossible", "it is not said by what the first rows are chosen", hint="add 'by' and a measure")
    if len(measures) > 1:
        return [work.dialog.choose("rank_by", "Which measure decides?", [(m, m) for m in measures]) + suffix]
    return [measures[0] + suffix]


def _said_order(work: Work, said: list[str], measures: list[str], *, is_certain: bool) -> list[str]:
    """``lowest total first, top 2`` are the first of that order; said behind or by a name it may be for show alone."""
    largest = [f"{name} desc" for name in measures]
    if not measures or said[0] in largest or (is_certain and bare(said[0]) in measures):
        return said
    choices = [(item, f"{bare(item)}, {'largest' if bare(item) != item else 'smallest'} first")
               for item in [said[0], *largest]]  # fmt: skip
    return [work.dialog.choose("rank_by", "By what are the first rows chosen?", choices)]


def _shown(work: Work) -> list[tuple[str, str]]:
    """``(new name, name in the frame)`` of the result's columns."""
    outputs = work.draft.outputs
    if not outputs:
        return _default(work)
    is_list = any(not output.is_added for output in outputs) or lists_own(work, outputs) or _names_own(work)
    shown = [] if is_list else _without_key(work, _default(work))
    loose: list[Output] = []
    for output in outputs:
        pair = _show(work, output)
        if pair is None:
            loose.append(output)
            shown.append((output.noun.text, ""))
        elif pair not in shown:
            shown = [known for known in shown if known[1] != pair[1] or (is_list and known[0] != known[1])]
            shown.append(pair)
    _settle(work, shown, loose)
    _round(work, shown)
    shown = [*shown, *_lost(work, shown)]
    if not is_list:
        shown = _as_listed(work, shown, loose)
    is_strict = any(output.is_strict for output in outputs) and not work.draft.is_pivot
    return _with_keys(work, shown) if is_list and not is_strict else shown


def _names_own(work: Work) -> bool:
    """``open tickets with ticket_id and status``: the rows have those anyway, so they are what is shown."""
    if work.is_grouped or work.root is None or not all(output.is_with for output in work.draft.outputs):
        return False
    plain = [o for o in work.draft.outputs if o.definition is None and o.noun.links and not work.scope.is_table(o.noun)]
    links = [work.scope.column(output.noun) for output in plain]
    return len(plain) == len(work.draft.outputs) > 1 and any(link and link.table == work.root for link in links)


def _round(work: Work, shown: list[tuple[str, str]]) -> None:
    """Decimals that stand behind a listed column: ``share (4 decimals)``."""
    outputs = work.draft.outputs
    digits = {(output.name or output.noun.text.replace(" ", "_")).lower(): output.digits for output in outputs}
    wanted = {old: n for new, old in shown if (n := digits.get(new.lower())) is not None and old in work.frames.schema}
    if wanted:
        columns = {old: f"round({quote(old)}, {n})" for old, n in wanted.items()}
        work.frames.add("derive", "rounded", columns=columns)


def _lost(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was asked for and computed, but neither shown nor used by any later step: it is shown too."""
    outputs = {old for _, old in shown}
    if any(output.is_strict for output in work.draft.outputs):
        return []
    later = [step for step in work.frames.steps if step.step.kind in ("filter", "window", "derive", "top", "aggregate")]
    texts = [
        str(step.step.model_dump(exclude={"measures"} if step.step.kind == "aggregate" else None)) for step in later
    ]
    found = [m for m in work.made if m.is_measure and not m.is_hidden and m.name not in outputs]
    return [(m.name, m.name) for m in found if sum(m.name in text for text in texts) <= _own(work, m.name)]


def _own(work: Work, name: str) -> int:
    """How many steps name the column only because they make it."""
    makes = [s.step.model_dump() for s in work.frames.steps if s.step.kind in ("derive", "window")]
    return sum(name in step["columns"] for step in makes)


def _as_listed(work: Work, shown: list[tuple[str, str]], loose: list[Output]) -> list[tuple[str, str]]:
    """Columns in the order of a list that names them all; otherwise what was added stands last."""
    outputs = work.draft.outputs
    if loose or not work.is_grouped or len(outputs) != len(shown):
        return shown
    place = {pair: n for n, output in enumerate(outputs) if (pair := _show(work, output))}
    return sorted(shown, key=lambda pair: place[pair]) if set(shown) == set(place) else shown


def _with_keys(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Measures alone would not say which group they belong to."""
    measures = {made.name for made in work.made if made.is_measure}
    if not work.is_grouped or any(old not in measures for _, old in shown):
        return shown
    keys = [(_nice(work, made.name), made.name) for made in work.made if not made.is_measure]
    return [*dict.fromkeys(keys), *shown]


def _without_key(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """``every customer with the full name``: the name stands for the customer, its key is not shown."""
    keys = [g for g in work.groups if g.item.is_subject and g.is_column]
    is_named = any({"name", "title"} & set(output.noun.words) for output in work.draft.outputs)
    hidden: set[str] = (
        {work.frames.name_of(g.term.leaves[0]) for g in keys if g.term.leaves[0] in work.frames.where}
        if is_named
        else set()
    )
    return [pair for pair in shown if pair[1] not in hidden]


def _settle(work: Work, shown: list[tuple[str, str]], loose: list[Output]) -> None:
    """One name without a column and one column without a name belong together.

    Raises:
        Refused: a name is that of a table, whose rows are no column.
    """
    tables = [one.noun for one in loose if one.noun.links and not one.noun.links[0].column and not one.name]
    if tables and not any(made.is_measure for made in work.made):
        message = f"it is not said which columns of {tables[0].text!r} are shown"
        raise Refused("impossible", message, hint="name them")
    used = {old for _, old in shown}
    free = [made for made in work.made if made.name not in used]
    left = [made for made in free if not made.is_hidden] or free
    measures = [made for made in left if made.is_measure]
    is_value = any(not output.name and work.values.exact(output.noun.text) for output in loose)
    is_bare = any(output.is_strict and not output.name for output in loose)
    counts = (len(measures),) if is_bare else (len(measures), len(left))
    if len(loose) > 1 and not is_value and len(loose) in counts:
        _name_in_order(work, shown, loose, measures if len(loose) == len(measures) else left)
        return
    for output in loose:
        place = _place(shown, output)
        options = measures if len(measures) == 1 else left
        if len(loose) == 1 and len(options) == 1 and not is_value:
            work.dialog.assume(f"{output.noun.text!r} is {options[0].name}")
            shown[place] = (output.name or snake_case(output.noun.text), options[0].name)
        else:
            shown[place] = (output.name or snake_case(output.noun.text), ask(work, output.noun).name)


def _place(shown: list[tuple[str, str]], output: Output) -> int:
    """Where a name stands that has no column yet."""
    return shown.index((output.noun.text, ""))


def _name_in_order(work: Work, shown: list[tuple[str, str]], loose: list[Output], measures: list[Made]) -> None:
    """As many names as measures without one: by the words that they share, the others in the prompt's order."""
    left = list(measures)
    for output in loose:
        place = _place(shown, output)
        words = canonical(output.noun.words or words_of(output.noun.text))
        near = [made for made in left if words & canonical(made.words)]
        if len(near) == 1:
            left.remove(near[0])
            shown[place] = (output.name or snake_case(output.noun.text), near[0].name)
    for output, made in zip([one for one in loose if (one.noun.text, "") in shown], left, strict=True):
        place = _place(shown, output)
        work.dialog.assume(f"{output.noun.text!r} is {made.name}")
        shown[place] = (output.name or snake_case(output.noun.text), made.name)


def _default(work: Work) -> list[tuple[str, str]]:
    if not work.is_grouped:
        dropped = {resolve(work, noun).name for noun in work.draft.dropped}
        dropped |= _only_tested(work) | work.frames.extra
        return [(name, name) for name in work.frames.schema.names if name not in dropped]
    names = list(dict.fromkeys(made.name for made in work.made if not made.is_hidden))
    return [(_nice(work, name), name) for name in names]


def _only_tested(work: Work) -> set[str]:
    """Columns of tables that only conditions name: ``members of the shop in Leeds`` are members."""
    draft, scope = work.draft, work.scope
    if draft.joins or draft.union or draft.unpivot or work.root is None or not draft.conditions:
        return set()
    said = [scope.entity(noun) for noun in (*draft.tables, *draft.subjects)]
    kept = {work.root, *(table for table in said if table is not None)}
    needed = {name for spot, name in work.frames.where.items() if spot.table in kept}
    return {name for name in work.frames.where.values() if name not in needed}


def _nice(work: Work, name: str) -> str:
    """``name`` of a joined table becomes ``airline_name`` in the result."""
    for group in work.groups:
        if (
            group.is_column
            and group.term.leaves[0] in work.frames.where
            and work.frames.name_of(group.term.leaves[0]) == name
        ):
            return group.name
    return name


def _show(work: Work, output: Output) -> tuple[str, str] | None:
    noun = output.noun
    if output.definition is not None and (made := _defined(work, output)) is not None:
        return output.name or made.name, made.name
    if (label := _entity_label(work, output) or name_of_rows(work, output)) is not None:
        return label
    if (made := find(noun, work.made)) is not None:
        table = work.scope.entity(noun) if noun.links and work.scope.is_table(noun) else None
        said = snake_case(noun.text) if table is not None and _is_count(work, noun, table) else ""
        is_own = not noun.links or noun.text.lower() == noun.links[0].column.lower()
        if not output.is_added and made.is_measure and is_own and len(noun.words) == 1:
            said = noun.text.replace(" ", "_")
        return output.name or said or _nice(work, made.name), made.name
    link = work.scope.column(noun) if noun.links else None
    if link is None or (link.score < 0.8 and output.name and work.is_grouped):  # noqa: PLR2004
        return None
    spot = ColumnLeaf(link.table, link.column)
    if spot not in work.frames.where:
        if work.is_grouped and link.score < _STRONG:
            return None
        look_up(work, link.table)
    return output.name or _label_name(noun, link.column), work.frames.name_of(spot)


def _defined(work: Work, output: Output) -> Made | None:
    items = [*work.draft.measures, *work.draft.computed, *work.draft.windows]
    item = next((i for i in items if i.expression is output.definition), None)
    return next((made for made in work.made if item and made.name == item.name), None)


def _entity_label(work: Work, output: Output) -> tuple[str, str] | None:
    """A table's name among the columns means the name of its rows: ``genre``."""
    noun = output.noun
    if not noun.links or not work.scope.is_table(noun) or noun.links[0].score < 0.9:  # noqa: PLR2004
        return None
    table = work.scope.entity(noun)
    array = work.frames.array_of(table, work.root) if table and not work.is_grouped else ""
    if array and noun.words == words_of(array) and output.name.lower() in ("", array.lower()):
        return output.name or array, array
    label = label_of(table, work.scope) if table else None
    if table is None or label is None or _is_count(work, noun, table):
        return None
    spot = ColumnLeaf(table, label)
    if spot not in work.frames.where:
        look_up(work, table)
    return output.name or snake_case(noun.text), work.frames.name_of(spot)


def _is_count(work: Work, noun: Noun, table: TableRef) -> bool:
    """``tracks`` beside groups that are no tracks: how many there are."""
    made = find(noun, work.made)
    is_plural = noun.text.lower() != singular(noun.text.lower())
    is_entity = any(group.entity == table for group in work.groups)
    return work.is_grouped and is_plural and not is_entity and made is not None and made.is_measure


def _label_name(noun: Noun, column: str) -> str:
    if column.lower() in LABELS:
        return snake_case(noun.text) if len(noun.words) > 1 else column
    return column


def _fill(work: Work, shown: list[tuple[str, str]]) -> None:
    """Constants that the prompt puts in place of missing values of the result."""
    values: dict[str, object] = {}
    for output in work.draft.outputs:
        if output.fill is not None:
            name = output.name or snake_case(output.noun.text)
            old = next((old for new, old in shown if name in (new, old)), None)
            if old is None and len(work.draft.outputs) == len(shown):
                old = shown[work.draft.outputs.index(output)][1]
            if old is not None:
                values[old] = output.fill.value
    if values:
        work.frames.add("fill", "filled", values=values)


def _select(work: Work, shown: list[tuple[str, str]]) -> None:
    names = [new for new, _ in shown]
    if len({name.casefold() for name in names}) != len(names):
        shown[:] = [(new, old) for new, (_, old) in zip(unique_names(names), shown, strict=True)]
    if [old for _, old in shown] == list(work.frames.schema.names) and all(new == old for new, old in shown):
        return
    columns = [new if new == old else {new: old} for new, old in shown]
    work.frames.add("select", "result", columns=columns)
    renamed = {old: new for new, old in shown}
    work.frames.where = {spot: renamed[name] for spot, name in work.frames.where.items() if name in renamed}
    work.made = [Made(renamed[m.name], m.words, m.is_measure) for m in work.made if m.name in renamed]
    work.key = tuple(renamed[k] for k in work.key) if all(k in renamed for k in work.key) else ()


def _sort(work: Work, order: list[str], shown: list[tuple[str, str]]) -> None:
    renamed = {old: new for new, old in shown}
    keys = [] if is_walked(work, set(work.frames.where.values())) else work.draft.sorts
    items = [] if order else [sort_item(work, key) for key in keys]
    if order and (not items or work.draft.top is not None):
        items = [renamed[bare(item)] + item[len(bare(item)) :] for item in order if bare(item) in renamed]
    if not items:
        return
    ties = [name for name in work.key if name not in {bare(item) for item in items}]
    if ties and not order:
        work.dialog.assume(f"rows that sort equally are ordered by {', '.join(ties)}")
    work.frames.add("sort", "sorted", by=list(dict.fromkeys([*items, *ties])))


def _sort_and_keep(work: Work, shown: list[tuple[str, str]], by: list[str]) -> None:
    """Sort by columns that are left out afterwards."""
    new_names = {old: new for new, old in shown}
    hidden = [name for name in dict.fromkeys(map(bare, by)) if name not in new_names]
    _select(work, [*shown, *((name, name) for name in hidden)])
    items = [new_names.get(bare(item), bare(item)) + item[len(bare(item)) :] for item in by]
    work.frames.add("sort", "sorted", by=items, keep=[new for new, _ in shown])
    work.key = work.key if set(work.key) <= {new for new, _ in shown} else ()
