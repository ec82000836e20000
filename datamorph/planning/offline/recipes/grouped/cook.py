"""Plans of grouped results: rows of one table per key, or all rows of an entity with what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped import ordering, picking, vocabulary
from datamorph.planning.offline.recipes.grouped.celled import ZERO, cells_of
from datamorph.planning.offline.recipes.grouped.comparing import havings
from datamorph.planning.offline.recipes.grouped.derived import Kind
from datamorph.planning.offline.recipes.grouped.explaining import explain
from datamorph.planning.offline.recipes.grouped.filters import row_tests
from datamorph.planning.offline.recipes.grouped.joins import add_joins
from datamorph.planning.offline.recipes.grouped.keeping import Kept, kept
from datamorph.planning.offline.recipes.grouped.keys import Key, label_of
from datamorph.planning.offline.recipes.grouped.kinds import KEY_KINDS, MEASURE_KINDS, kind_of, summed
from datamorph.planning.offline.recipes.grouped.made import mask_made
from datamorph.planning.offline.recipes.grouped.partnerless import explain_partnerless, partnerless
from datamorph.planning.offline.recipes.grouped.picking import Pick
from datamorph.planning.offline.recipes.grouped.plan import Measure, finest, is_windowed, keys_of, measures_of
from datamorph.planning.offline.recipes.grouped.result import Grouped
from datamorph.planning.offline.recipes.grouped.rounding import digits_by_name
from datamorph.planning.offline.recipes.grouped.row_test import RowTest
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import column_term
from datamorph.planning.offline.recipes.grouped.unclear import filled, is_unclear, mask_limits
from datamorph.planning.offline.recipes.grouped.wanted import implied, wanted
from datamorph.planning.offline.recipes.grouped.windows import add_windows, windowed_of
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe


def _fits(brief: Brief) -> bool:
    return bool(wanted(brief))


def _cook(brief: Brief) -> Flow | None:
    scene = Scene(brief, wanted(brief))
    found = resolve(scene)
    if found is None:
        return None
    if brief.picks_best and found.pick is None:
        return None
    flow = Flow(brief.work)
    flow.hint, flow.named = scene.hinted, brief.mentioned
    if not (_by_entity if found.entity is not None else _by_groups)(flow, found):
        return None
    _finish(flow, found)
    explain(found)
    return flow


def resolve(scene: Scene, *, is_whole: bool = False) -> Grouped | None:
    """All parts of the result; None where one of them is not clear.

    Args:
        is_whole: what the result is by has been added already.
    """
    mask_made(scene)
    clauses = ordering.mask_order(scene)
    pairs = [(one, kind_of(scene, one)) for one in scene.outputs]
    known = [(one, kind) for one, kind in pairs if kind is not None]
    known = [(one, summed(scene, one, kind, dict(known))) for one, kind in known]
    kinds = {one.name: kind for one, kind in known}
    names = {kind.name for kind in kinds.values()}
    if len(known) < len(pairs) or not names & MEASURE_KINDS:
        return None
    if not names & KEY_KINDS:
        wider = _with_keys(scene) if not is_whole else None
        return resolve(wider, is_whole=True) if wider is not None else None
    measures = measures_of(scene, known)
    if measures is None:
        return None
    facts = list(dict.fromkeys(one.fact for one in measures))
    entity, said = _entity(scene, known, facts)
    keys = keys_of(scene, known, [entity] if entity is not None else facts)
    if keys is None or not keys:
        return None
    found = Grouped(scene, kinds, keys, measures, entity=entity, kept=said)
    return found if _complete(found, known, clauses) else None


def _with_keys(scene: Scene) -> Scene | None:
    """The scene with what the result is by, where only measures are listed: *per day the takings as paid and ...*."""
    outputs = (*implied(scene.brief, scene.outputs), *scene.outputs)
    wider = Scene(scene.brief, outputs)
    kinds = [kind for one in outputs if (kind := kind_of(wider, one)) is not None]
    return wider if any(kind.name in KEY_KINDS for kind in kinds) else None


def _complete(found: Grouped, known: Sequence[tuple[Listed, Kind]], clauses: list[tuple[int, int]]) -> bool:
    """Add what is made of other rows, which rows count, and their order; False where one is not clear."""
    scene = found.scene
    if found.kept is not None:
        scene.masked |= set(range(*found.kept.span))
    made = {one.name for one in found.measures}
    rest = [(one, kind) for one, kind in known if is_windowed(kind) and one.name not in made]
    windowed = [windowed_of(scene, one, kind, found.keys, found.measures) for one, kind in rest]
    names = {name: kind.name for name, kind in found.kinds.items()}
    conditions = havings(scene, names)
    mask_limits(found, conditions or ())
    base = next((m.name for m in found.measures if m.flag is None and not m.is_hidden), "")
    flagged = [m.flag.span for m in found.measures if m.flag is not None]
    tests = row_tests(scene, [key.default for key in found.keys if key.default is not None], flagged)
    if None in windowed or conditions is None or tests is None:
        return False
    tests += [
        RowTest(column_term(key.gaps), "{} is not null", key.span) for key in found.keys
        if key.gaps is not None and key.drops and key.gaps not in filled(tests)
    ]  # fmt: skip
    if picking.asks_for_some(scene):
        shown = [m.name for m in found.measures if not m.is_hidden]
        if not windowed and found.entity is None:
            found.pick = picking.pick_of(scene, names, found.keys, shown, filled(tests))
        if found.pick is None or not _is_in_order(found, clauses, found.pick):
            return False
        clauses = _besides(scene, clauses, found.pick)
    names |= {key.name: "calendar" for key in found.keys if key.unit}
    order = ordering.order_of(scene, clauses, names, base)
    if order is None or is_unclear(found, tests, is_chosen=bool(tests or flagged)):
        return False
    found.windowed = [one for one in windowed if one is not None]
    found.havings, found.order, found.tests = conditions, order, tests
    return True


def _is_in_order(found: Grouped, clauses: Sequence[tuple[int, int]], pick: Pick) -> bool:
    """False where another order of the result is told than the one in which the first ones are found."""
    if pick.per:
        return True
    kinds = {name: kind.name for name, kind in found.kinds.items()}
    first = (ordering.order_of(found.scene, clauses, kinds, pick.measure) or [""])[0]
    return first in ("", pick.measure if pick.is_up else f"{pick.measure} desc")


def _besides(scene: Scene, clauses: list[tuple[int, int]], pick: Pick) -> list[tuple[int, int]]:
    """The clauses that tell the order of the result, not which ones come first of a group."""
    left = [run for run in clauses if pick.per and not set(scene.brief.words[slice(*run)]) & picking.LEVEL]
    return [run for run in left if set(scene.brief.words[slice(*run)]) & {"sort", "sorted", "order", "ordered"}]


def _entity(
    scene: Scene, known: Sequence[tuple[Listed, Kind]], facts: Sequence[TableRef]
) -> tuple[TableRef | None, Kept | None]:
    """The table of which every row stays, where the prompt says so."""
    names = [one for one, kind in known if kind.name == "key"]
    paths = scene.brief.said.relations.paths
    for table in scene.tables if not scene.remember("partnerless", partnerless) else ():
        if table in facts or not all(paths(fact, table) for fact in facts):
            continue
        keys = keys_of(scene, known, [table])
        if not names or keys is None or any(key.owner != table for key in keys) or not _tells_apart(scene, table, keys):
            continue
        said = kept(scene, table)
        if said is not None:
            return table, said
    return None, None


def _tells_apart(scene: Scene, table: TableRef, keys: Sequence[Key]) -> bool:
    """True where the keys name the rows of a table."""
    columns = {column for key in keys for _, column in key.term.columns}
    label = label_of(scene, table)
    own = {*scene.brief.said.relations.key(table), *((label[1],) if label is not None else ())}
    return bool(own & columns) or any(len(key.term.columns) > 1 for key in keys)


def _by_groups(flow: Flow, found: Grouped) -> bool:
    """Rows of one table, grouped by the keys."""
    tables = {*found.facts, *(key.owner for key in found.keys if key.owner is not None)}
    tables |= {t for key in found.keys for t in key.term.tables} | {t.table for t in found.tests}
    tables |= {t for m in found.measures if m.term is not None for t in m.term.tables}
    root = finest(found.scene, [*found.facts, *(t for t in tables if t not in found.facts)])
    if root is None or any(m.fact != root and m.kind.name != "count" for m in found.measures):
        return False
    lonely = found.scene.remember("partnerless", partnerless)
    if any(one.other == root for one in lonely) or len(lonely) > 1:
        return False
    flow.work.root = root
    flow.start(root)
    add_joins(flow, found.scene)
    _filter(flow, found, root)
    _parse(flow, found)
    names = _derive_keys(flow, found)
    if found.pick is not None:
        names = _picked_keys(flow, found, found.pick, names)
    measures = {m.name: _aggregate(flow, found.scene, m, root) for m in found.measures}
    if any(sql is None for sql in measures.values()) or _is_shadowed(flow, found):
        return False
    flow.aggregate(names, {name: sql for name, sql in measures.items() if sql is not None})
    return True


def _picked_keys(flow: Flow, found: Grouped, pick: Pick, names: list[str]) -> list[str]:
    """The keys with the columns that settle ties; rows that belong to nothing that could be picked go."""
    gaps = {flow.name(*column, how="inner") for column in picking.entity_gaps(found.scene, found.keys, pick.per)}
    if gaps:
        found.scene.brief.work.dialog.assume("rows without " + ", ".join(sorted(gaps)) + " are none of them")
        flow.filter(" and ".join(f"{quote(name)} is not null" for name in sorted(gaps)))
    return list(dict.fromkeys([*(flow.name(*column, how="inner") for column in pick.hidden), *names]))


def _pick(flow: Flow, pick: Pick) -> None:
    """Keep the first ones."""
    names = [name if isinstance(name, str) else flow.frames.where[ColumnLeaf(*name)] for name, _ in pick.ties]
    order = [pick.measure if pick.is_up else f"{pick.measure} desc"]
    order += [f"{name} desc" if down else name for name, (_, down) in zip(names, pick.ties, strict=True)]
    more = {"per": list(pick.per)} if pick.per else {}
    flow.add("top", "best", n=pick.count, order_by=order, **more, **({"rank_as": pick.rank} if pick.rank else {}))
    if pick.per and pick.count == 1:
        flow.work.key = pick.per
    if not pick.per:
        flow.sort(order)


def _parse(flow: Flow, found: Grouped) -> None:
    """Texts that hold money become numbers."""
    terms = [m.term for m in found.measures if m.term is not None and m.kind.name in ("sum", "avg")]
    texts = {c for term in terms for c in term.columns if found.scene.type_of(*c) == "string"}
    if texts:
        names = sorted(flow.name(*column, how="inner") for column in texts)
        columns = {name: {"as": "money", "decimal": "point"} for name in names}
        flow.add("parse", "parsed", columns=columns, on_error="fail")


def _is_shadowed(flow: Flow, found: Grouped) -> bool:
    """True where a key took the name of a column that a measure reads."""
    used = [c for m in found.measures if m.term is not None for c in m.term.columns]
    plain = {c for key in found.keys if len(key.term.pieces) == 1 and key.default is None for c in key.term.columns}
    taken = {key.name.casefold() for key in found.keys}
    return any(flow.frames.where[ColumnLeaf(*c)].casefold() in taken and c not in plain for c in used)


def _filter(flow: Flow, found: Grouped, root: TableRef) -> None:
    for one in found.scene.remember("partnerless", partnerless):
        left, right = flow.name(one.kept, one.relation.target_columns[0], how="inner"), one.relation.columns[0]
        on = left if left == right else {"left": left, "right": right}
        flow.add(
            "join", "unmatched", left=flow.frames.current, right=flow.frames.source(one.other), on=[on], how="anti"
        )
        explain_partnerless(found.scene, one)
    for test in sorted(found.tests, key=lambda t: t.table != root):
        flow.filter(test.sql(flow, "inner"))


def _derive_keys(flow: Flow, found: Grouped) -> list[str]:
    """Add the keys under their names; hidden keys of things that share a name stand in front."""
    terms: dict[str, str] = {}
    hidden: list[str] = []
    looked_up = {table for key in found.keys if key.default is not None for table in key.term.tables}
    for key in found.keys:
        sql = key.term.sql(flow, "left" if looked_up & set(key.term.tables) else "inner")
        if key.default is not None:
            text = key.default.replace("'", "''")
            sql = f"coalesce({sql}, '{text}')"
        if sql != quote(key.name):
            terms[key.name] = sql
        hidden += _hidden_key(flow, found, key)
    if terms:
        flow.derive(terms)
    return list(dict.fromkeys([*hidden, *(key.name for key in found.keys)]))


def _hidden_key(flow: Flow, found: Grouped, key: Key) -> list[str]:
    """The key of persons and things whose names are not unique, where it is not listed."""
    if key.owner is None or key.default is not None or key.owner in found.facts:
        return []
    relations = found.scene.brief.said.relations
    own = relations.key(key.owner)
    is_full = len(key.term.columns) > 1
    labels = {column for _, column in key.term.columns if words_of(column)[-1] in ("name", "title")}
    if len(own) != 1 or own[0] in {c for k in found.keys for _, c in k.term.columns}:
        return []
    if not is_full and (not labels or relations.is_unique(key.owner, tuple(labels))):
        return []
    return [flow.name(key.owner, own[0], how="inner")]


def _aggregate(flow: Flow, scene: Scene, measure: Measure, root: TableRef) -> str | None:
    """SQL of a measure over the rows of a table."""
    if measure.flag is not None and measure.fact != root:
        return None
    if measure.flag is not None:
        test = measure.flag.term.sql(flow, "inner")
        value = measure.term.sql(flow, "inner") if measure.term is not None else ""
        is_cell = "{test}" in measure.pattern
        return measure.pattern.format(test=test, value=value) if is_cell else measure.pattern.format(test)
    if measure.fact != root:
        key = scene.brief.said.relations.key(measure.fact)
        return f"count(distinct {flow.column(measure.fact, key[0], how='inner')})" if len(key) == 1 else None
    return measure.pattern.format(measure.term.sql(flow, "inner") if measure.term is not None else "")


def _by_entity(flow: Flow, found: Grouped) -> bool:
    """All rows of an entity, with the measures of the rows that belong to each."""
    entity = found.entity
    if entity is None or found.windowed:
        return False
    own = found.scene.brief.said.relations.key(entity)
    if len(own) != 1:
        return False
    parts: list[tuple[str, str, list[Measure]]] = []
    for fact in found.facts:
        measures = [m for m in found.measures if m.fact == fact]
        part = _part(flow, found, fact, (entity, own[0]), measures)
        if part is None:
            return False
        parts.append((*part, measures))
    flow.work.root = entity
    flow.start(entity)
    for test in (t for t in found.tests if t.table == entity):
        flow.filter(test.sql(flow, "inner"))
    hidden = [own[0]] if own[0] not in {key.name for key in found.keys} else []
    terms = {k.name: sql for k in found.keys if (sql := k.term.sql(flow)) != quote(k.name)}
    if terms:
        flow.derive(terms)
    flow.show([*hidden, *(key.name for key in found.keys)])
    left = flow.frames.current
    for frame, key, _ in parts:
        on = own[0] if own[0] == key else {"left": own[0], "right": key}
        left = flow.add("join", "with_measures", left=left, right=frame, on=[on], how="left")
    flow.work.key = (own[0],)
    return _fill(flow, found)


def _part(
    flow: Flow, found: Grouped, fact: TableRef, key: tuple[TableRef, str], measures: Sequence[Measure]
) -> tuple[str, str] | None:
    """The measures of one table per row of the entity: the frame, and its key."""
    flow.work.root = fact
    flow.start(fact)
    paths = found.scene.brief.said.relations.paths
    for test in (t for t in found.tests if t.table != key[0]):
        if test.table != fact and not paths(fact, test.table):
            return None
        flow.filter(test.sql(flow, "inner"))
    name = flow.name(*key, how="inner")
    sqls = {m.name: _aggregate(flow, found.scene, m, fact) for m in measures}
    if any(sql is None for sql in sqls.values()):
        return None
    flow.aggregate([name], {n: sql for n, sql in sqls.items() if sql is not None})
    return flow.frames.current, name


def _fill(flow: Flow, found: Grouped) -> bool:
    """What rows show that nothing belongs to."""
    said = found.kept
    if said is None:
        return False
    zeros = said.zero
    counts = {m.name for m in found.measures if m.kind.name in ("count", "distinct")}
    if zeros is None and cells_of(found.scene) is not None and ZERO & set(found.scene.brief.words):
        zeros = frozenset(m.name.casefold() for m in found.measures)
    if zeros is None:
        if counts != {m.name for m in found.measures}:
            return False
        found.scene.brief.work.dialog.assume("rows that nothing belongs to show 0")
        zeros = frozenset(name.casefold() for name in counts)
    filled = {
        m.name: f"coalesce({quote(m.name)}, 0)" for m in found.measures
        if m.name.casefold() in zeros and not is_time(flow.type_of(m.name))
    }  # fmt: skip
    if filled:
        flow.derive(filled)
    return True


def _finish(flow: Flow, found: Grouped) -> None:
    """Conditions on measures, columns over other rows, digits, order."""
    for one in found.havings:
        flow.filter(f"{quote(one.name)} {one.operator} {one.value:g}")
    if found.pick is not None:
        _pick(flow, found.pick)
    add_windows(flow, found.windowed)
    rounded = {name: f"round({quote(name)}, {digits})" for name, digits in digits_by_name(flow, found).items()}
    if rounded:
        flow.derive(rounded)
    order = list(found.order)
    if order:
        flow.sort(order)
    flow.show([one.name for one in found.scene.outputs])


GROUPED = Recipe(
    "a grouped table",
    _fits,
    _cook,
    words=vocabulary.TALK,
    turning=frozenset({"only"}),
)
