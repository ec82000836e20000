"""What a grouped result consists of: its keys, measures and rows, each resolved to columns of tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from datamorph.core.datatype import is_number as is_numeric
from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.units import kind_of as size_kind
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.celled import ZERO, cell_of
from datamorph.planning.offline.recipes.grouped.comparing import Flag, flags, valued
from datamorph.planning.offline.recipes.grouped.derived import Kind
from datamorph.planning.offline.recipes.grouped.filters import zero_filled
from datamorph.planning.offline.recipes.grouped.joins import joins, leads
from datamorph.planning.offline.recipes.grouped.keys import Key, calendar_key, key_of
from datamorph.planning.offline.recipes.grouped.made import made_key
from datamorph.planning.offline.recipes.grouped.operands import unit_of
from datamorph.planning.offline.recipes.grouped.partnerless import partnerless
from datamorph.planning.offline.recipes.grouped.reckoned import reckoned
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Term, column_term, divisor_of, is_in_cents
from datamorph.planning.offline.recipes.listed import Listed

WINDOWED = frozenset({"running", "moving", "growth", "change", "share", "quotient"})
_ONE_EACH = frozenset({"count", "distinct"})
_COUNTING = frozenset("number count many distinct different unique counts".split())
_GENERIC = frozenset("share count number rate percent pct total n num fraction average mean of".split())
_AGGREGATES = {"sum": "sum({})", "avg": "avg({})", "min": "min({})", "max": "max({})", "median": "median({})"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One aggregate over the rows of a table.

    Attributes:
        pattern: SQL with ``{}`` for the term; without a term, of rows.
        fact: whose rows are counted or added up.
        flag: what rows must be to count.
    """

    name: str
    kind: Kind
    fact: TableRef
    pattern: str
    term: Term | None = None
    flag: Flag | None = None
    is_hidden: bool = False


def is_windowed(kind: Kind) -> bool:
    """True for what is made of other rows of the result."""
    return kind.name in WINDOWED


def flag_of(scene: Scene, one: Listed, kind: Kind) -> Flag | None:
    """The comparison that a listed column counts, by a word in its name, or the value that a cell is of."""
    cell = cell_of(scene, one) if kind.name == "count" else None
    if cell is not None:
        return cell
    if kind.name not in ("count", "share", "sum"):
        return None
    value = valued(scene, one) if kind.name in ("count", "share") else None
    if value is not None:
        return value
    own = set(words_of(one.name)) - _GENERIC
    found = [f for f in flags(scene) if {w for w in own & f.words if scene.has_table(w) is None}]
    return found[0] if len(found) == 1 else None


def measures_of(scene: Scene, kinds: Sequence[tuple[Listed, Kind]]) -> list[Measure] | None:
    """All aggregates of the result; None where one of them is not clear."""
    found: list[Measure] = []
    waiting: list[tuple[Listed, Kind]] = []
    taken = [
        (ref, name) for one, kind in kinds if kind.name in ("key", "calendar") for ref in scene.tables
        for name in scene.columns(ref) if name.casefold() == one.name.casefold()
    ]  # fmt: skip
    made = _made_of(scene, kinds)
    for one, kind in kinds:
        if kind.name in ("key", "calendar", "rank") or (is_windowed(kind) and flag_of(scene, one, kind) is None):
            continue
        if kind.name in _ONE_EACH or flag_of(scene, one, kind) is not None:
            waiting.append((one, kind))
            continue
        measure = _apart(scene, one, kind, taken, made)
        measure = _in_cell(scene, one, measure) if measure is not None else None
        if measure is None:
            return None
        found.append(measure)
    for one, kind in waiting:
        measure = _counted(scene, one, kind, [m.fact for m in found], kinds)
        if measure is None:
            return None
        found.append(measure)
    if not found:
        base = _silent_base(scene, taken)
        found = [base] if base is not None else []
    return found or None


def _in_cell(scene: Scene, one: Listed, measure: Measure) -> Measure | None:
    """The measure of the rows of a cell alone."""
    cell = cell_of(scene, one)
    if cell is None:
        return measure
    call = measure.pattern.partition("(")[0]
    if call == "sum" and not ZERO & set(scene.brief.words):
        return None
    inner = f"{call}(case when {{test}} then {{value}} end)"
    inner = f"coalesce({inner}, 0)" if call == "sum" else inner
    fact = finest(scene, {measure.fact, *cell.tables})
    pattern = measure.pattern.replace(f"{call}({{}})", inner)
    return replace(measure, pattern=pattern, flag=cell, fact=fact) if fact is not None else None


def _made_of(scene: Scene, kinds: Sequence[tuple[Listed, Kind]]) -> list[tuple[TableRef, str]]:
    """Columns that classes and flags are made of."""
    made = [made_key(scene, one) for one, kind in kinds if kind.name == "key"]
    return [column for one in made if one is not None for column in one.term.columns]


def _apart(
    scene: Scene, one: Listed, kind: Kind, taken: Sequence[tuple[TableRef, str]], made: Sequence[tuple[TableRef, str]]
) -> Measure | None:
    """A measure of another column than the classes are made of, unless it is called like that one."""
    apart = [c for c in made if not set(words_of(c[1])) & set(words_of(one.name))]
    measure = _measure(scene, one, kind, [*taken, *apart])
    is_same = any(_is_same_unit(one, column) for column in apart)
    return _measure(scene, one, kind, taken) if measure is None and is_same else measure


def _is_same_unit(one: Listed, column: tuple[TableRef, str]) -> bool:
    """``avg_kg`` of ``weight_g``, ``mean_min`` of ``length_s``."""
    own = size_kind(unit_of(column[1]))
    return bool(own) and own in {size_kind(word) for word in (*words_of(one.name), unit_of(one.name))}


def _measure(scene: Scene, one: Listed, kind: Kind, taken: Sequence[tuple[TableRef, str]]) -> Measure | None:
    kinds = ("time", "number") if kind.name in ("min", "max") and _speaks_of_time(scene, one) else ("number",)
    if kind.name in ("min", "max") and "time" not in kinds:
        kinds = ("number", "time")
    term = next((t for k in kinds if (t := reckoned(scene, one, taken, k)) is not None), None)
    if term is None:
        return None
    fact = finest(scene, term.tables)
    pattern = f"percentile({{}}, {kind.rank:g})" if kind.name == "percentile" else _AGGREGATES[kind.name]
    if fact is None:
        return None
    is_number = all(is_numeric(scene.type_of(*column)) for column in term.columns)
    in_cents = is_number and is_in_cents(scene, term, one.name)
    divisor = divisor_of(scene, one)
    if divisor and kind.name != "percentile" and not any("/" in str(piece) for piece in term.pieces):
        pattern = f"{pattern} / {divisor}"
    elif in_cents and not any("/" in str(piece) for piece in term.pieces):
        pattern = f"{pattern} / 100"
    return Measure(one.name, kind, row_of(scene, fact), pattern, _filled(scene, term))


def row_of(scene: Scene, fact: TableRef) -> TableRef:
    """The table whose rows the prompt gives those of another one: *attach the weather to each trip*.

    So does *every trip costs the fare of its zone*: what is added up is that of each trip.
    """
    joined = [one.left for one in scene.remember("joins", joins) if one.right == fact]
    paths = scene.brief.said.relations.paths
    each = [
        table for place, table in scene.brief.tables_at()
        if table != fact and place and scene.brief.words[place - 1] in ("each", "every") and paths(table, fact)
    ]  # fmt: skip
    found = set(joined) or set(each)
    return found.pop() if len(found) == 1 else fact


def _speaks_of_time(scene: Scene, one: Listed) -> bool:
    runs = scene.zones(one)
    return any(scene.spots_in(start, end, "time") for start, end in runs) or bool(
        {"first", "last", "latest", "earliest", "newest", "oldest"} & set(words_of(one.name))
    )


def _filled(scene: Scene, term: Term) -> Term:
    zeros = zero_filled(scene)
    pieces: list[str | tuple[TableRef, str]] = []
    for piece in term.pieces:
        if not isinstance(piece, str) and piece in zeros:
            scene.brief.explain(*zeros[piece], f"a missing {piece[1]} counts as 0")
            pieces += ["coalesce(", piece, ", 0)"]
        else:
            pieces.append(piece)
    return Term(tuple(pieces))


def finest(scene: Scene, tables: Iterable[TableRef]) -> TableRef | None:
    """The table from whose rows all others are found."""
    wanted = list(dict.fromkeys(tables))
    found = [one for one in wanted if all(leads(scene, one, other) for other in wanted)]
    return found[0] if len(found) == 1 else None


def _counted(
    scene: Scene, one: Listed, kind: Kind, facts: Sequence[TableRef], kinds: Sequence[tuple[Listed, Kind]]
) -> Measure | None:
    flag = flag_of(scene, one, kind)
    if flag is not None:
        return _flagged(scene, one, kind, flag)
    lonely = scene.remember("partnerless", partnerless)
    noun = lonely[0].kept if len(lonely) == 1 else _noun(scene, one)
    if kind.name == "distinct":
        return _distinct(scene, one, kind, noun, facts)
    fact = noun or _silent_fact(scene, facts, kinds)
    return Measure(one.name, kind, fact, "count(*)") if fact is not None else None


def _flagged(scene: Scene, one: Listed, kind: Kind, flag: Flag) -> Measure | None:
    noun = _noun(scene, one)
    nouns = {noun} if noun is not None else set[TableRef]()
    fact = finest(scene, flag.tables | nouns)
    if fact is None:
        return None
    count = "count_if({})"
    hundred = "100.0 * " if kind.is_percent else ""
    pattern = f"{hundred}{count} / count(*)" if kind.name == "share" else count
    return Measure(one.name, kind, fact, pattern, flag=flag)


def _noun(scene: Scene, one: Listed) -> TableRef | None:
    """The table whose rows a count is of: in what is said about it, else in its name, which is first if it is one."""
    words = words_of(one.name)
    own = scene.has_table(words[0]) if len(words) == 1 else None
    for start, end in scene.zones(one):
        found = [
            ref for place, ref in scene.brief.tables_at()
            if start <= place < end and place not in scene.masked and (own is None or _is_counted(scene, place))
        ]  # fmt: skip
        if found:
            return found[0]
    words = [w for w in words_of(one.name) if w not in _GENERIC]
    named = [ref for word in [one.name.casefold(), *reversed(words)] if (ref := scene.has_table(word)) is not None]
    return named[0] if named else None


def _is_counted(scene: Scene, place: int) -> bool:
    """``number of orders``, ``different clients``."""
    return bool(set(scene.brief.words[max(place - 3, 0) : place]) & _COUNTING)


def _silent_fact(scene: Scene, facts: Sequence[TableRef], kinds: Sequence[tuple[Listed, Kind]]) -> TableRef | None:
    """The table that is counted where nothing names it: that of the other measures, else the finest one."""
    if len(set(facts)) == 1:
        return facts[0]
    return finest(scene, scene.tables) if not facts else None


def _distinct(
    scene: Scene, one: Listed, kind: Kind, noun: TableRef | None, facts: Sequence[TableRef]
) -> Measure | None:
    """``different customers``: by the key of the table."""
    if noun is None:
        return None
    key = scene.brief.said.relations.key(noun)
    others = [t for t in scene.tables if t != noun and scene.brief.said.relations.paths(t, noun)]
    fact = facts[0] if len(set(facts)) == 1 else finest(scene, others) or (noun if not others else None)
    if len(key) != 1 or fact is None:
        return None
    hops = scene.brief.said.relations.between(fact, noun) if fact != noun else ()
    own = [(fact, hop.columns[0]) for hop in hops if hop.target_columns == (key[0],)]  # with those that are nowhere
    column = own[0] if len(hops) == 1 and own else (noun, key[0])
    return Measure(one.name, kind, fact, "count(distinct {})", column_term(column))


def _silent_base(scene: Scene, taken: Sequence[tuple[TableRef, str]]) -> Measure | None:
    """The total or the number that a share is of, where the result does not show it."""
    fact = finest(scene, scene.tables)
    numbers = scene.spots_in(0, len(scene.brief), "number")
    if fact is None or [s for s in numbers if not set(s.choices) <= set(taken)]:
        return None
    return Measure("base_count", Kind("count"), fact, "count(*)", is_hidden=True)


def keys_of(scene: Scene, kinds: Sequence[tuple[Listed, Kind]], preferred: Sequence[TableRef]) -> list[Key] | None:
    """The keys of the result; None where one is not clear."""
    found: list[Key] = []
    periods = [one.name for one, kind in kinds if kind.name == "calendar"]
    for one, kind in kinds:
        if kind.name not in ("key", "calendar"):
            continue
        key = calendar_key(scene, one, periods) if kind.name == "calendar" else key_of(scene, one, preferred)
        if key is None:
            return None
        found.append(key)
    return found
