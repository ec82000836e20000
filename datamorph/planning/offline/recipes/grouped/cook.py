"""Plans of grouped results: rows of one table per key, or all rows of an entity with what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from datamorph.core.datatype import is_integer, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped import aside, ordering, vocabulary
from datamorph.planning.offline.recipes.grouped.comparing import Having, flags, havings
from datamorph.planning.offline.recipes.grouped.filters import RowTest, explain_indifferent, row_tests
from datamorph.planning.offline.recipes.grouped.keeping import Kept, kept
from datamorph.planning.offline.recipes.grouped.keys import Key, label_of
from datamorph.planning.offline.recipes.grouped.kinds import MEASURES, Kind, kind_of
from datamorph.planning.offline.recipes.grouped.plan import Measure, finest, is_windowed, keys_of, measures_of
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.windows import Windowed, add_windows, windowed_of
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.slots import digits_of


@dataclass
class Grouped:
    """A grouped result with everything resolved.

    Attributes:
        kinds: of each listed column.
        entity: the table of which every row stays; None for groups of rows.
    """

    scene: Scene
    kinds: dict[str, Kind]
    keys: list[Key]
    measures: list[Measure]
    windowed: list[Windowed] = field(default_factory=list[Windowed])
    tests: list[RowTest] = field(default_factory=list[RowTest])
    havings: list[Having] = field(default_factory=list[Having])
    order: list[str] = field(default_factory=list[str])
    entity: TableRef | None = None
    kept: Kept | None = None

    @property
    def facts(self) -> list[TableRef]:
        """The tables whose rows are counted or added up, each once."""
        return list(dict.fromkeys(one.fact for one in self.measures))


def _fits(brief: Brief) -> bool:
    return bool(brief.listed) and not brief.picks_best


def _cook(brief: Brief) -> Flow | None:
    scene = Scene(brief, brief.listed)
    found = resolve(scene)
    if found is None:
        return None
    flow = Flow(brief.work)
    flow.hint = scene.hinted
    if not (_by_entity if found.entity is not None else _by_groups)(flow, found):
        return None
    _finish(flow, found)
    _explain(found)
    return flow


def resolve(scene: Scene) -> Grouped | None:
    """All parts of the result; None where one of them is not clear."""
    clauses = ordering.mask_order(scene)
    pairs = [(one, kind_of(scene, one)) for one in scene.outputs]
    known = [(one, kind) for one, kind in pairs if kind is not None]
    kinds = {one.name: kind for one, kind in known}
    if len(known) < len(pairs) or not {kind.name for kind in kinds.values()} & MEASURES:
        return None
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
    base = next((m.name for m in found.measures if m.flag is None and not m.is_hidden), "")
    order = ordering.order_of(scene, clauses, names, base if len(found.measures) == 1 or base else "")
    flagged = [m.flag.span for m in found.measures if m.flag is not None]
    tests = row_tests(scene, [key.default for key in found.keys if key.default is not None], flagged)
    if None in windowed or conditions is None or order is None or tests is None or _has_stray_flag(found):
        return False
    found.windowed = [one for one in windowed if one is not None]
    found.havings, found.order, found.tests = conditions, order, tests
    return True


def _has_stray_flag(found: Grouped) -> bool:
    """True for a comparison of columns that no listed column counts."""
    return len(flags(found.scene)) > len(
        {m.flag for m in found.measures if m.flag is not None and not isinstance(m.flag.right, str)}
    )


def _entity(
    scene: Scene, known: Sequence[tuple[Listed, Kind]], facts: Sequence[TableRef]
) -> tuple[TableRef | None, Kept | None]:
    """The table of which every row stays, where the prompt says so."""
    names = [one for one, kind in known if kind.name == "key"]
    paths = scene.brief.said.relations.paths
    for table in scene.tables:
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
    flow.work.root = root
    flow.start(root)
    _filter(flow, found, root)
    _parse(flow, found)
    names = _derive_keys(flow, found)
    measures = {m.name: _aggregate(flow, found.scene, m, root) for m in found.measures}
    if any(sql is None for sql in measures.values()) or _is_shadowed(flow, found):
        return False
    flow.aggregate(names, {name: sql for name, sql in measures.items() if sql is not None})
    return True


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
    for test in sorted(found.tests, key=lambda t: t.table != root):
        flow.filter(test.sql(flow, "inner"))


def _derive_keys(flow: Flow, found: Grouped) -> list[str]:
    """Add the keys under their names; hidden keys of things that share a name stand in front."""
    terms: dict[str, str] = {}
    hidden: list[str] = []
    for key in found.keys:
        sql = key.term.sql(flow, "left" if key.default is not None else "inner")
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
    if key.owner is None or key.default is not None:
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
        return measure.pattern.format(measure.flag.sql(flow))
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
    add_windows(flow, found.windowed)
    rounded = {name: f"round({quote(name)}, {digits})" for name, digits in _digits(flow, found).items()}
    if rounded:
        flow.derive(rounded)
    order = list(found.order)
    if order:
        flow.sort(order)
    flow.show([one.name for one in found.scene.outputs])


def _digits(flow: Flow, found: Grouped) -> dict[str, int]:
    """To how many decimals each measure is rounded: as is said about it, else as is said about all."""
    scene = found.scene
    fractions = [
        one for one in scene.outputs
        if found.kinds[one.name].name in MEASURES and not is_integer(flow.type_of(one.name))
        and not is_time(flow.type_of(one.name))
    ]  # fmt: skip
    own = {one.name: d for one in fractions if (d := _own_digits(scene, one)) is not None}
    everywhere = digits_of(scene.brief)
    if own or everywhere is None:
        return own
    return {one.name: everywhere for one in fractions}


def _own_digits(scene: Scene, one: Listed) -> int | None:
    return next((d for start, end in scene.zones(one) if (d := digits_of(scene.brief, start, end)) is not None), None)


def _explain(found: Grouped) -> None:
    """Give the words that speak of what the plan does their meaning."""
    brief = found.scene.brief
    names = {kind.name for kind in found.kinds.values()} | {m.kind.name for m in found.measures}
    features = {name if name != "change" else "growth" for name in names} & set(vocabulary.FEATURES)
    wanted = {
        "order": bool(found.order),
        "flag": any(m.flag for m in found.measures),
        "cents": any("/ 100" in m.pattern and not m.flag for m in found.measures),
        "digits": digits_of(brief) is not None,
        "calendar": any(key.unit for key in found.keys),
        "person": any(len(key.term.columns) > 1 for key in found.keys),
        "label": any(len(key.term.tables) == 1 and key.owner is not None for key in found.keys),
        "default": any(key.default for key in found.keys),
        ("spelled"): any("lower(" in test.pattern for test in found.tests)
        or any("(" in str(p) for key in found.keys for p in key.term.pieces if isinstance(p, str)),
        "filter": bool(found.tests),
        "having": bool(found.havings),
        "joined": len(found.scene.tables) > 1,
    }
    _explain_places(found)
    told = features | {name for name, is_there in wanted.items() if is_there}
    vocabulary.explain(brief, told, found.scene.masked)


def _explain_places(found: Grouped) -> None:
    brief = found.scene.brief
    explain_indifferent(found.scene)
    for one in found.havings:
        brief.explain(*one.span, f"{one.name} {one.operator} {one.value:g}")
    for measure in found.measures:
        if measure.flag is not None:
            brief.explain(*measure.flag.span, f"what {measure.name} counts")
    if found.kept is not None and found.entity is not None:
        brief.explain(*found.kept.span, f"every row of {found.entity.name} stays")
    quoted = {key.default for key in found.keys if key.default is not None}
    changes = any(one.kind.name in ("growth", "change") for one in found.windowed)
    aside.explain_asides(found.scene, quoted, found.tests, changes=changes)
    _explain_numbers(found)


def _explain_numbers(found: Grouped) -> None:
    """Numbers that tell the range of a column, and the rank of a percentile."""
    brief = found.scene.brief
    for one in found.scene.outputs:
        kind = found.kinds[one.name]
        for start, end in found.scene.zones(one):
            for place in brief.numbers(start, end):
                value = brief.said.tokens[place].value
                ranges = (kind.name == "calendar" and value in (1, 4, 12)) or (
                    kind.name == "share" and value in (0, 1, 100)
                )
                if ranges or (kind.rank and isinstance(value, int) and abs(kind.rank * 100 - value) < 0.01):  # noqa: PLR2004
                    brief.explain(place, place + 1, f"what {one.name} is")


GROUPED = Recipe(
    "a grouped table",
    _fits,
    _cook,
    words=vocabulary.TALK,
    turning=frozenset({"only"}),
)
