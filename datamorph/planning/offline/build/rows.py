"""Steps over single rows: join, filter, fill, dedupe, compute."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.counted import keep_counted
from datamorph.planning.offline.build.dedupe import add_dedupe
from datamorph.planning.offline.build.gathering import add_gathering
from datamorph.planning.offline.build.levels import is_group_item, is_group_level
from datamorph.planning.offline.build.loading import read_since
from datamorph.planning.offline.build.numbered import keep_numbered
from datamorph.planning.offline.build.rename import add_renames
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.selves import add_selves, made_of_selves
from datamorph.planning.offline.build.terms import ColumnLeaf, Term, combine
from datamorph.planning.offline.build.union import add_union
from datamorph.planning.offline.build.unpivot import add_unpivot
from datamorph.planning.offline.build.windows import add_row_windows
from datamorph.planning.offline.build.work import Work, has_exists
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.places import against_role, of_role
from datamorph.planning.offline.model import Both, Condition, Exists, Negation, Noun

_DAYS = frozenset({"date", "day", "on"})
"""Words of names that hold dates without a time of day."""


def plan_rows(work: Work) -> None:
    """All steps of a request without groups."""
    define_early(work)
    tables = _named_tables(work)
    if not tables:
        raise Refused("impossible", "no table of this catalog is named", hint=work.table_hint())
    extra = condition_tables(work)
    tables = [*(table for table in work.joins.kept if table in tables), *tables]
    work.root = work.binder.root = work.joins.choose_root(tables[:1], [*tables, *extra], may_bridge=False)
    if not work.joins.explicit_tables():
        work.scope.focus = work.root
    add_rows(work, [*tables, *extra, *_output_tables(work), *_computed_tables(work)])
    names = work.scope.names.column_words
    work.made = [
        Made(name, frozenset(names.get((found.table, found.column), ()))) for found, name in work.frames.where.items()
    ]
    work.made += [Made(i.name, i.words, is_measure=True) for i in work.draft.computed if not is_group_item(work, i)]
    work.made += made_of_selves(work)
    if work.draft.union is not None or work.draft.gathering is not None:
        known = {made.name for made in work.made}
        more = [name for name in work.frames.schema.names if name not in known]
        work.made += [Made(name, frozenset(name.lower().split("_"))) for name in more]
    if work.draft.unpivot is not None:
        work.made += [
            Made(name, frozenset(name.split("_"))) for name in (work.draft.unpivot.name, work.draft.unpivot.value)
        ]
    work.key = work.key or _row_key(work)
    keep_numbered(work)


def define_early(work: Work) -> None:
    """Let conditions mean what formulas make."""
    for item in work.draft.computed:
        if item.is_early:
            work.binder.define(item)


def _row_key(work: Work) -> tuple[str, ...]:
    assert work.root is not None  # noqa: S101
    key = work.scope.relations.key(work.root)
    if work.draft.union is not None or work.draft.gathering is not None:
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
        nouns = [noun for noun in draft.dedupe.by if isinstance(noun, Noun)]
        deduped = [scope.entity(noun) for noun in nouns if scope.is_table(noun)]
        deduped = deduped or [noun.links[0].table for noun in nouns if len({link.table for link in noun.links}) == 1]
    subjects = [scope.entity(noun) for noun in draft.subjects if scope.is_table(noun)]
    first = [*deduped, *said, *subjects, *work.joins.explicit_tables(), *grouped]
    if not any(first):
        first = [*condition_tables(work), *_output_tables(work), *_computed_tables(work), *work.scope.evident]
    return list(dict.fromkeys(table for table in first if table is not None))


def _computed_tables(work: Work) -> list[TableRef]:
    """The tables that computed columns are made of, each of which may be made of those before it."""
    known, found = work.binder.defined, list[TableRef]()
    for item in work.draft.computed:
        found += sorted(_term(work, item).tables)
        work.binder.defined = [*work.binder.defined, item]
    work.binder.defined = known
    return found


def _output_tables(work: Work) -> list[TableRef]:
    found: list[TableRef] = []
    if work.draft.union is not None or work.draft.gathering is not None:
        return found
    made = {item.name.lower() for item in work.draft.computed}
    for output in work.draft.outputs:
        is_new = output.definition is None and work.binder.item(output.noun) is None
        is_new = is_new and output.noun.text.lower() not in made
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
    add_gathering(work)
    add_unpivot(work)
    read_since(work)
    _exists(work)
    if not work.is_grouped:
        keep_counted(work)
    work.joins.bring(work.frames, work.root, list(dict.fromkeys(tables)))
    add_renames(work)
    _fill(work)
    _compute(work, is_early=True)
    conditions = [work.frames.render(work.binder.condition(c)) for c in row_conditions(work)]
    if conditions:
        parts = [f"({c})" if " OR " in c else c for c in conditions] if len(conditions) > 1 else conditions
        work.frames.add("filter", "filtered", where=" AND ".join(parts))
    add_dedupe(work)
    add_selves(work)
    _compute(work, is_early=False)
    add_row_windows(work)


def _exists(work: Work) -> None:
    found = [c for c in work.draft.conditions if has_exists(c)]
    for condition in [part for one in found for part in _flat(one)]:
        if not has_exists(condition):
            work.frames.add("filter", "filtered", where=work.frames.render(work.binder.condition(condition)))
            continue
        part = condition.part if isinstance(condition, Negation) else condition
        if not isinstance(part, Exists) or isinstance(condition, Both):
            raise Refused("out_of_scope", "an existence test inside 'or'", hint="say it as a filter of its own")
        _semi(work, part, "anti" if isinstance(condition, Negation) else "semi")


def _flat(condition: Condition) -> list[Condition]:
    """Conditions that are tied by ``and``, one by one."""
    if isinstance(condition, Both) and condition.operator == "and":
        return [part for one in condition.parts for part in _flat(one)]
    return [condition]


def _semi(work: Work, part: Exists, how: str) -> None:
    """Keep rows that have, or do not have, a match in the other table."""
    noun = part.other
    root, scope = work.root, work.scope
    other = scope.entity(noun)
    assert root is not None  # noqa: S101
    if other is None:
        raise Refused("impossible", f"no table {noun.text!r}", hint=work.table_hint())
    if part.on is not None:
        _lookup(work, part, other, _said_pair(work, part.on, root, other), how)
        return
    if other == root and how == "semi" and part == Exists(noun):
        return  # ``in the sales table``: that is where the rows are
    if other == root:
        raise Refused("impossible", f"{root.name} is compared with itself", hint="name the table that holds the rows")
    up = scope.relations.between(root, other)
    if part.role:
        up = tuple(one for one in of_role(up, part.role) or up if one not in against_role(up, part.role))
    pairs = [(r.target_columns, r.columns) for r in scope.relations.between(other, root)]
    pairs += [(r.columns, r.target_columns) for r in ([work.joins.pick(up)] if len(up) > 1 and not pairs else up)]
    if not pairs:
        message = f"{other.name} and {root.name} have no key in common"
        raise Refused("impossible", message, hint="say on which columns they match")
    _lookup(work, part, other, _matched(work, other, root) or pairs[0], how)


def _lookup(work: Work, part: Exists, other: TableRef, keys: tuple[tuple[str, ...], tuple[str, ...]], how: str) -> None:
    assert work.root is not None  # noqa: S101
    on = [(work.frames.where[ColumnLeaf(work.root, a)], b) for a, b in zip(*keys, strict=True)]
    base = "without_match" if how == "anti" else "with_match"
    right = _narrowed(work, other, part.where) if part.where is not None else work.frames.source(other)
    work.frames.lookup(right, other, on, how, base=base)


def _said_pair(work: Work, on: Noun, root: TableRef, other: TableRef) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of both tables that the prompt's one column means.

    Raises:
        Refused: one of the tables has no such column.
    """
    left = next((link.column for link in on.links if link.table == root), "")
    right = next((link.column for link in on.links if link.table == other), "")
    relations = [*work.scope.relations.between(root, other)]
    pairs = [(r.columns[0], r.target_columns[0]) for r in relations if len(r.columns) == 1]
    pairs += [(r.target_columns[0], r.columns[0]) for r in work.scope.relations.between(other, root)]
    left = left or next((a for a, b in pairs if b == right), "")
    right = right or next((b for a, b in pairs if a == left), "")
    if not (left and right):
        message = f"{other.name} and {root.name} do not both have {on.text!r}"
        raise Refused("impossible", message, hint="say on which columns they match")
    return (left,), (right,)


def _matched(work: Work, other: TableRef, root: TableRef) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """By which of several columns rows of the other table refer to this one: ``airports without flights``."""
    relations = work.scope.relations.between(other, root)
    if len(relations) < 2 or len({relation.target_columns for relation in relations}) > 1:  # noqa: PLR2004
        return None
    relation = work.joins.pick(relations)
    return relation.target_columns, relation.columns


def _narrowed(work: Work, other: TableRef, where: Condition) -> str:
    """The rows of another table that count, as a frame of their own."""
    frames, scope, binder = work.frames, work.scope, work.binder
    left, home, focus = frames.current, dict(frames.where), scope.focus
    root = work.root
    frames.start(other)
    scope.focus = binder.root = work.root = other
    for one in _flat(where):
        if has_exists(one):
            inner = one.part if isinstance(one, Negation) else one
            if not isinstance(inner, Exists):
                raise Refused("out_of_scope", "an existence test inside 'or'", hint="say it as a filter of its own")
            _semi(work, inner, "anti" if isinstance(one, Negation) else "semi")
        else:
            frames.add("filter", f"{other.name}_that_count", where=frames.render(binder.condition(one)))
    right = frames.current
    work.root = root
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


def _compute(work: Work, *, is_early: bool) -> None:
    items = [i for i in work.draft.computed if i.is_early == is_early and i not in work.late]
    for item in [i for i in items if not is_group_item(work, i)]:
        term = _term(work, item)
        if item.rounded:
            term = combine(item.rounded, term)
        item.name = item.name or "computed"
        same = [name for name in work.frames.schema.names if name.casefold() == item.name.casefold()]
        item.name = same[0] if same else item.name
        work.frames.add("derive", "computed", columns={item.name: work.frames.render(term)})
        work.binder.define(item)


def _term(work: Work, item: Item) -> Term:
    """The term of a computed column; one that is called a date has no time of day.

    Its own name means the column that it takes the place of.
    """
    known = work.binder.defined
    work.binder.defined = [other for other in known if other is not item]
    work.binder.wants_days = bool(_DAYS & set(item.name.lower().split("_")))
    term = work.binder.expression(item.expression)
    work.binder.wants_days = False
    work.binder.defined = known
    return term
