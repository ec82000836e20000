"""All rows of one table with what belongs to each: *every branch with its first loan and how many there were*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.belonging import Part, Scope, bridges_of, facts_of, parts_of, says_other_rows
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.emptiness import NONE, Emptiness, emptiness_of, explain_emptiness, told_of_none
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.filters import explain_indifferent
from datamorph.planning.offline.recipes.grouped.spots import Scene, joined_words
from datamorph.planning.offline.recipes.kept import explain_only
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import sentence, told, words_told
from datamorph.planning.offline.recipes.order import order_clauses
from datamorph.planning.offline.recipes.plain import counted_with_name
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import column_of, label_of, mentions, persons_name, type_of
from datamorph.planning.offline.recipes.slots import Condition, ordering, value_conditions
from datamorph.planning.offline.recipes.things import explain_deeds

_MEASURING = frozenset(
    "first last latest earliest newest recent number count total sum average mean how many cnt num".split()
)
_YEARS = range(1900, 2100)


@dataclass(frozen=True)
class Key:
    """A listed column that is one of the owner's own, or a person's whole name."""

    one: Listed
    links: tuple[Link, ...]
    form: str = "{0}"

    def sql(self, flow: Flow) -> str:
        """Over the current frame."""
        return self.form.format(*(quote(flow.name(link.table, link.column)) for link in self.links))


@dataclass
class Plan:
    """A result of this kind with everything resolved."""

    brief: Brief
    owner: TableRef
    keys: list[Key]
    parts: list[Part]
    empty: Emptiness
    shared: tuple[Condition, ...]
    years: tuple[str, ...]


def _fits(brief: Brief) -> bool:
    return bool(brief.places(NONE) or brief.has("all", "every", "each", "0", "zero"))


def _cook(brief: Brief) -> Flow | None:
    shown = brief.listed or counted_with_name(brief)
    for owner, keys in _owners(brief, shown):
        plan = _plan(brief, shown, owner, keys)
        if plan is not None:
            return _flow(plan, shown)
    return None


def _owners(brief: Brief, shown: Sequence[Listed]) -> list[tuple[TableRef, list[Key]]]:
    """Tables that the prompt names and that have some of the listed columns, among them what tells their rows apart."""
    found: list[tuple[TableRef, list[Key]]] = []
    for table in brief.mentioned:
        keys = [key for one in shown if (key := _key(brief, table, one)) is not None]
        if keys and len(keys) < len(shown) and _tells_apart(brief, table, keys):
            found.append((table, keys))
    return sorted(found, key=lambda one: -len(one[1]))


def _key(brief: Brief, table: TableRef, one: Listed) -> Key | None:
    names = brief.said.tables[table].schema.names
    exact = next((name for name in names if name.casefold() == one.name.casefold()), None)
    if exact is not None:
        return Key(one, (Link(table, exact, 1.0),))
    about = words_told(brief, told(brief, one)[:1])
    person = whole_name(brief, table, one)
    if person is not None:
        return person
    if (about | set(words_of(one.name))) & _MEASURING and "name" not in words_of(one.name):
        return None
    link = column_of(brief, one.name, (table,))
    is_loose = link is not None and type_of(brief, link) not in ("string", "bigint", "int")
    return Key(one, (link,)) if link is not None and not is_loose else None


def whole_name(brief: Brief, table: TableRef, one: Listed) -> Key | None:
    """First and last name of a person in one text, in the order in which they are said."""
    pair = persons_name(brief, table)
    if pair is None:
        return None
    runs = [run for run in told(brief, one)] if one.end > one.start else []
    runs += [
        sentence(brief, i) for i in range(len(brief)) if brief.words[i] == "full" and "name" in brief.lemmas[i : i + 3]
    ]
    runs += [sentence(brief, one.place)] if "name" in words_of(one.name) and not runs else []
    called = set(words_of(one.name)) & (set(brief.said.names.table_words[table]) | {"name", "person", "member"})
    for start, end in runs:
        said = words_told(brief, [(start, end)])
        spots = [(i, link.column) for i, _, link in mentions(brief, (table,), start, end) if link.column in pair]
        both = len({column for _, column in spots}) == 2  # noqa: PLR2004
        if (not both and not ({"full"} <= said or {"first", "last"} <= said)) or not called:
            continue
        order = list(dict.fromkeys(column for _, column in spots)) if both else list(pair)
        form = "concat({0}, ', ', {1})" if "comma" in said else "concat({0}, ' ', {1})"
        return Key(one, tuple(Link(table, column, 1.0) for column in order), form)
    return None


def _tells_apart(brief: Brief, table: TableRef, keys: Sequence[Key]) -> bool:
    """True where the keys name the rows of a table."""
    columns = {link.column for key in keys for link in key.links}
    own = {*brief.said.relations.key(table), label_of(brief, table)}
    return bool(own & columns) or any(len(key.links) > 1 for key in keys)


def _plan(brief: Brief, shown: Sequence[Listed], owner: TableRef, keys: list[Key]) -> Plan | None:
    facts = facts_of(brief, owner)
    outputs = [one for one in shown if one not in [key.one for key in keys]]
    bridges = bridges_of(brief, owner)
    told = told_of_none(brief, owner, shown)
    if not (facts or bridges) or not told or len(brief.said.relations.key(owner)) != 1:
        return None
    scope = Scope(brief, owner, facts, bridges=bridges)
    near = [t for t in (owner, *facts, *brief.mentioned) if t == owner or any(scope.reaches(f, t) for f in facts)]
    aside = {i for runs in told for start, end in runs for i in range(start, end)}
    conditions = [
        c for c in value_conditions(brief, set(near))
        if c.start not in aside and not _is_title(brief, c) and not _is_deed(brief, c)
    ]  # fmt: skip
    scope.conditions = tuple(conditions)
    parts = parts_of(scope, outputs)
    if parts is None:
        return None
    kinds = {p.one.name: "time" if p.of and is_time(type_of(brief, p.of[0])) else "number" for p in parts}
    least = min(scope.depth(p.fact) for p in parts)
    nearest = [p.fact for p in parts if scope.depth(p.fact) == least]
    empty = emptiness_of(brief, owner, nearest, kinds, shown, told)
    if not empty.is_clear:
        return None
    own = [c for p in parts for c in p.only]
    shared = [c for c in conditions if c not in own]
    if any(c.is_negative for c in own) or any(_clashes(c, own) for c in shared):
        return None
    measures = {(part.kind, part.fact, part.of, part.only) for part in parts}
    if len(measures) < len(parts) or any(says_other_rows(scope, part, shared) for part in parts):
        return None  # two columns of the same: what tells them apart is not understood
    years = _years(scope, parts, shown)
    explain_only(brief, [*own, *shared])
    return Plan(brief, owner, keys, parts, empty, tuple(shared), years) if years is not None else None


def _is_title(brief: Brief, one: Condition) -> bool:
    """True for a word in a remark, as ``All`` or ``a``, that some column happens to hold."""
    token = brief.said.tokens[one.start]
    return one.end - one.start == 1 and (len(token.text) == 1 or brief.said.table(one.start) is not None)


def _is_deed(brief: Brief, one: Condition) -> bool:
    """``how many they booked``: the verb of the rows that are counted anyway."""
    before = brief.words[one.start - 1] if one.start else ""
    is_verb = brief.words[one.start] in DEEDS and one.end == one.start + 1
    return is_verb and before in ("they", "we", "it", "ever", "he", "she", "who", "has", "have")


def _clashes(one: Condition, own: Sequence[Condition]) -> bool:
    return any(one.column == other.column and one.table == other.table and one.values != other.values for other in own)


def _years(scope: Scope, parts: Sequence[Part], shown: Sequence[Listed]) -> tuple[str, ...] | None:
    """``in 2023``: the year of a date, with ``{0}`` for it; None where it is not clear which date."""
    brief = scope.brief
    names = {one.place for one in shown}
    years = [i for i in brief.numbers() if brief.said.tokens[i].value in _YEARS and i not in names]
    values = {brief.said.tokens[i].value for i in years}
    return () if not values else None if len(values) > 1 else (str(values.pop()),)


def _flow(plan: Plan, shown: Sequence[Listed]) -> Flow | None:
    brief, owner = plan.brief, plan.owner
    flow = Flow(brief.work)
    flow.hint = Scene(brief, tuple(shown)).hinted
    (key,) = brief.said.relations.key(owner)
    facts = list(dict.fromkeys(part.fact for part in plan.parts))
    frames = [_aggregated(flow, plan, fact, key, facts) for fact in facts]
    brief.work.root = owner
    flow.start(owner)
    for one in plan.shared:
        if one.table == owner:
            flow.filter(one.sql(flow.column(one.table, one.column)))
    on = _show_keys(flow, plan, key)
    left = flow.frames.current
    for part in frames:
        if part is None:
            return None
        pair = on if on == part[1] else {"left": on, "right": part[1]}
        left = flow.add("join", "with_measures", left=left, right=part[0], on=[pair], how="left")
    brief.work.key = (on,)
    _fill(flow, plan)
    order = _order(plan, shown)
    if order is None:
        return None
    if order:
        flow.sort(order)
    flow.show([one.name for one in shown])
    _explain(plan, shown, facts)
    return flow


def _show_keys(flow: Flow, plan: Plan, key: str) -> str:
    """The owner's listed columns, and what its key is called beside them."""
    terms = {k.one.name: sql for k in plan.keys if (sql := k.sql(flow)) != quote(k.one.name)}
    is_shown = any(k.one.name == key and [link.column for link in k.links] == [key] for k in plan.keys)
    hidden = [] if is_shown else ["row_key"]
    terms |= {name: quote(key) for name in hidden}
    if terms:
        flow.derive(terms)
    flow.show([*hidden, *(k.one.name for k in plan.keys)])
    return key if is_shown else "row_key"


def _explain(plan: Plan, shown: Sequence[Listed], facts: Sequence[TableRef]) -> None:
    brief = plan.brief
    explain_emptiness(brief, plan.empty, plan.owner)
    explain_indifferent(Scene(brief, tuple(shown)))
    for part in (one for one in plan.parts if one.is_day):
        for start, end in told(brief, part.one):
            for place in brief.places(("day", "date"), start, end):
                brief.explain(place, place + 1, f"{part.one.name} is a day")
    for fact in facts:
        explain_deeds(brief, fact)
        parts = {w for c in brief.said.tables[fact].schema.names for w in brief.said.names.column_words[fact, c]}
        for place, word in enumerate(joined_words(brief.words)):
            if word in parts:
                brief.explain(place, place + 2, f"{word} of {fact.name}")


def _aggregated(flow: Flow, plan: Plan, fact: TableRef, key: str, facts: Sequence[TableRef]) -> tuple[str, str] | None:
    """The measures of one table per row of the owner: the frame, and what the key is called there."""
    brief = plan.brief
    brief.work.root = fact
    flow.start(fact)
    for one in plan.shared:
        if one.table == plan.owner:
            continue
        if one.table != fact and not brief.said.relations.paths(fact, one.table):
            return None
        flow.filter(one.sql(flow.column(one.table, one.column, how="inner")))
    if plan.years:
        dates = [c for c in brief.said.dates(fact) if c.casefold() in brief.words] or brief.said.dates(fact)
        if len(dates) != 1:
            return None
        flow.filter(f"year({flow.column(fact, dates[0])}) = {plan.years[0]}")
    name = flow.name(plan.owner, key, how="inner")
    measures = {
        p.one.name: p.sql(flow, fills=plan.empty.partial.get(p.one.name, plan.empty.absent.get(p.one.name)) == "0")
        for p in plan.parts if p.fact == fact
    }  # fmt: skip
    if fact == facts[0]:
        measures |= {"rows_there": "count(*)"} if _needs_rows(plan) else {}
    flow.aggregate([name], measures)
    return flow.frames.current, name


def _needs_rows(plan: Plan) -> bool:
    """True where it matters whether there are rows that do not count."""
    return any(_differs(plan, p) for p in plan.parts)


def _differs(plan: Plan, part: Part) -> bool:
    """True where a column is empty without any rows, and 0 without those that count."""
    name = part.one.name
    return plan.empty.absent.get(name) == "null" and plan.empty.partial.get(name) == "0" and not part.only


def _fill(flow: Flow, plan: Plan) -> None:
    """What stands where nothing belongs to a row."""
    filled: dict[str, str] = {}
    silent: list[str] = []
    for part in plan.parts:
        name, column = part.one.name, quote(part.one.name)
        said = plan.empty.absent.get(name) or ("" if plan.empty.absent else plan.empty.partial.get(name, ""))
        is_date = bool(part.of) and is_time(type_of(plan.brief, part.of[0]))
        if _differs(plan, part):
            filled[name] = f"case when rows_there is not null then coalesce({column}, 0) end"
        elif said == "0" and not is_date:
            filled[name] = f"coalesce({column}, 0)"
        elif not said and part.is_number:
            filled[name] = f"coalesce({column}, 0)"
            silent.append(name)
        elif not said and not is_date:
            plan.brief.work.dialog.assume(f"{name} is empty where nothing belongs to a row")
    if silent:
        plan.brief.work.dialog.assume(f"{', '.join(silent)} show 0 where nothing belongs to a row")
    if filled:
        flow.derive(filled)


def _order(plan: Plan, shown: Sequence[Listed]) -> list[str] | None:
    """The order that is said; None where one is said that is not understood."""
    brief = plan.brief
    numbers = [part.one.name for part in plan.parts]
    found = ordering(brief, shown, numbers)
    if found:
        for start, end in order_clauses(brief):
            for place in brief.places(_ORDERING, start, end):
                brief.explain(place, place + 1, "order")
        return found
    return None if brief.has("sort", "sorted", "order by", "ordered by", "descending", "ascending") else []


_ORDERING = frozenset(
    """
    sort sorted order ordered first top descending ascending desc asc most largest highest lowest smallest fewest
    newest oldest latest earliest tie ties equal same alphabetical alphabetically then
    """.split()
)

ENTITIES = Recipe(
    "every row with what belongs to it",
    _fits,
    _cook,
    words=DEEDS
    | frozenset(
        """
        profile grain mart overview summary sheet line specification item computed
        number count how many counted sum total add summed adding altogether multiply times multiplied x * × = +
        first last earliest latest most recent newest oldest date dates of over on
        whatever regardless any every status state counting
        everything amount value charged billed spent lifetime
        cent cents euro euros dollar dollars eur usd convert converted turned into rather than divide divided currency
        hold holds keep kept source stored amounts
        left outer join joined attach link
        full name first last given family forename surname space blank between separated comma single one field
        distinct different unique only registered assigned
        plus / yes i.e e.g i.e. e.g. next beside along other anyone
        decimal decimals round rounded two digit digits
        """.split()  # noqa: RUF001 (people type it)
    ),
)
"""All rows of a table, also those that nothing belongs to."""
