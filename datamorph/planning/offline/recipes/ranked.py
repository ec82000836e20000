"""The first things in an order: of each group, or of all.

*The three most popular courses of every department*, *our 6 heaviest borrowers*, *the busiest lane per year*, and codes
that another table does not know, the most frequent first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.recipes.amounts import Amount, amount_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.described import described
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, explain_turning, keep, sentence
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.loose import listed
from datamorph.planning.offline.recipes.measured import COUNTS
from datamorph.planning.offline.recipes.order import ALPHABET, DOWN, TIES, UP, is_down, says_a_to_z, tie_runs
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import (
    UNITS,
    column_of,
    label_of,
    mentions,
    nulls,
    persons_name,
    reachable,
    table_called,
)
from datamorph.planning.offline.recipes.things import explain_things

RANKS = frozenset("rank rnk ranking place pos position rk standing".split())
_MOST = DOWN | frozenset("best popular frequent frequently leading often".split())
_PER = frozenset("per each every within a".split())
_STOPS = frozenset("the a an with who which i list give show we by that whose is are was were".split())
_UNKNOWN = frozenset(
    "not missing unknown absent no don't doesn't isn't aren't cannot can't without lack lacks never".split()
)


@dataclass
class Key:
    """One column beside the amount: of a table, a part of a date, or somebody's whole name."""

    one: Listed
    links: tuple[Link, ...]
    form: str = "{0}"
    frame: list[str] = field(default_factory=list[str])

    @property
    def table(self) -> TableRef:
        """Where it comes from."""
        return self.links[0].table

    def sql(self, flow: Flow) -> str:
        """Over the current frame."""
        return self.form.format(*(quote(flow.name(ln.table, ln.column, how="inner")) for ln in self.links))


@dataclass
class Ranking:
    """What is ranked, by what, and how many are kept."""

    shown: tuple[Listed, ...]
    rank: Listed | None
    measure: Listed
    amount: Amount
    keys: list[Key]
    groups: list[Key]
    count: int | None
    is_up: bool
    master: TableRef | None = None


def _fits(brief: Brief) -> bool:
    return bool(brief.places(_MOST | UP))


def _cook(brief: Brief) -> Flow | None:
    ranking = _ranking(brief)
    if ranking is None:
        return None
    flow = Flow(brief.work)
    flow.start(ranking.amount.table)
    return _planned(brief, flow, ranking)


def _ranking(brief: Brief) -> Ranking | None:
    shown = listed(brief) or described(brief)
    rank = next((one for one in shown if set(words_of(one.name)) & RANKS), None)
    rest = [one for one in shown if one is not rank]
    parts = _parts(brief, rest)
    if parts is None:
        return None
    measure, amount, keys = parts
    ups = _direction(brief)
    if ups is None:
        return None
    count = _count(brief, rank)
    if count == -1 or _shares_places(brief):
        return None
    groups = _groups(brief, keys, count)
    found = Ranking(shown, rank, measure, amount, keys, groups, count, ups)
    found.master = _master(brief, found)
    return found if _is_whole(brief, found) else None


def _is_whole(brief: Brief, found: Ranking) -> bool:
    """True where it is said how many are kept of what."""
    entities = [key for key in found.keys if key not in found.groups]
    if not entities or (found.rank is not None and not found.groups and found.count is None):
        return False
    if found.master is not None:
        return not found.groups
    if found.groups and any(
        nulls(brief, link) and not drops_gaps(brief, link) for k in found.groups for link in k.links
    ):
        return False
    return found.count is not None or (bool(found.groups) and _wants_one(brief))


def _wants_one(brief: Brief) -> bool:
    """True where the first one is asked for, not only an order: ``the busiest``, but not ``most first``."""
    orders = {"first", "on", "at", "descending", "top"}
    spots = [
        i for i in brief.places(_MOST | UP) if brief.words[i] not in ("top", "descending", "desc", "down", "ascending")
    ]
    ties = {i for start, end in tie_runs(brief) for i in range(start, end)}
    return any(i not in ties and not orders & set(brief.words[i + 1 : i + 3]) for i in spots)


def _shares_places(brief: Brief) -> bool:
    """``equal counts get the same rank``: then places are not counted one by one."""
    same = brief.places({"same", "equal", "share", "shared", "dense"})
    return any(set(brief.lemmas[i + 1 : i + 3]) & RANKS for i in same)


def _parts(brief: Brief, rest: list[Listed]) -> tuple[Listed, Amount, list[Key]] | None:
    """The measure among the listed columns, what it adds up, and the others as columns."""
    ways: list[tuple[int, Listed, Amount, list[Key]]] = []
    for measure in rest:
        strength = _strength(brief, measure)
        others = [one for one in rest if one is not measure]
        amount = amount_of(brief, measure, others) if strength else None
        if amount is None:
            continue
        keys = [_key(brief, one, amount.table) for one in rest if one is not measure]
        if keys and all(keys):
            ways.append((strength, measure, amount, [key for key in keys if key]))
    best = [way for way in ways if way[0] == max(one[0] for one in ways)]
    return best[0][1:] if len(best) == 1 else None


def _strength(brief: Brief, one: Listed) -> int:
    """3 for what is called a number or a sum, 2 for the name of a table, 1 for what is called like no column."""
    words = {*words_of(one.name), *one.name.lower().split("_"), *brief.lemmas[one.start : one.end]}
    if "name" in words or _is_plain_column(brief, one.name):
        return 0
    if words & (COUNTS | {"total", "sum", "revenue", "value", "amount"}):
        return 3
    tables = tuple(brief.said.tables)
    if table_called(brief, one.name, tables) is not None and one.name.lower() != words_of(one.name)[-1]:
        return 2
    return 1 if column_of(brief, one.name, tables) is None else 0


def _is_plain_column(brief: Brief, name: str) -> bool:
    """True for the name of a column as it is spelled, unless that is an amount."""
    for table in brief.mentioned:
        column = brief.said.tables[table].schema.get(name)
        if column is not None:
            return column.name not in brief.said.numbers(table)
    return False


def _key(brief: Brief, one: Listed, root: TableRef) -> Key | None:
    near = reachable(brief, root)
    words = set(words_of(one.name)) | set(brief.lemmas[one.start : one.end])
    places = _places_of(brief, one)
    link = column_of(brief, one.name, near, places)
    person = _person(brief, one, near) if "name" in words and link is None else None
    if person is not None:
        return person
    if link is not None and _is_elsewhere(brief, link, near):
        return None
    if link is not None:
        return Key(one, (link,), _written(brief, one, "{0}"))
    period = _period(brief, one, root)
    if period is not None:
        return period
    inside = {ln for _, _, ln in mentions(brief, near, one.start, one.end)}
    return Key(one, (inside.pop(),), _written(brief, one, "{0}")) if len(inside) == 1 else None


def _is_elsewhere(brief: Brief, link: Link, near: tuple[TableRef, ...]) -> bool:
    """True where a table that the prompt names, to which no one way leads, has the column too."""
    away = [table for table in brief.mentioned if table not in near]
    return link.table not in brief.mentioned and any(link.column in brief.said.tables[t].schema for t in away)


def _places_of(brief: Brief, one: Listed) -> list[int]:
    """Tokens in parentheses behind the name of an output, wherever it stands."""
    found = list(range(one.start, one.end))
    for place in brief.places({one.name.casefold()}):
        if place + 1 < len(brief) and brief.said.tokens[place + 1].text == "(":
            end = next((i for i in range(place + 1, len(brief)) if brief.said.tokens[i].text == ")"), len(brief))
            found += range(place + 2, end)
    return found


def _person(brief: Brief, one: Listed, near: tuple[TableRef, ...]) -> Key | None:
    """The name of whoever is meant: first and last one, or the only column for it."""
    owner = next((t for i in range(one.start, one.end) if (t := _owner(brief, i, near)) is not None), None)
    own = one.name.lower().replace("name", "").replace("full", "").strip("_ ")
    owner = owner or (table_called(brief, own, near) if own else None)
    told = [t for t in brief.mentioned if t in near[1:] and (label_of(brief, t) or persons_name(brief, t))]
    tables = [owner] if owner else told if len(told) == 1 and not own else []
    for table in tables:
        if label := label_of(brief, table):
            return Key(one, (Link(table, label, 1.0),), _written(brief, one, "{0}"))
        if pair := persons_name(brief, table):
            form = (
                "concat({1}, ', ', {0})" if brief.phrase("last", ",", "first") is not None else "concat({0}, ' ', {1})"
            )
            return Key(one, tuple(Link(table, column, 1.0) for column in pair), _written(brief, one, form))
    return None


def _owner(brief: Brief, place: int, near: tuple[TableRef, ...]) -> TableRef | None:
    found = brief.said.table(place)
    return found[1] if found is not None and found[1] in near else None


def _written(brief: Brief, one: Listed, form: str) -> str:
    words = set(brief.words[one.start : one.end])
    if words & {"capitals", "uppercase", "upper", "caps"}:
        return f"upper({form})"
    return f"lower({form})" if words & {"lowercase", "lower"} else form


def _period(brief: Brief, one: Listed, root: TableRef) -> Key | None:
    """``book_year``: the year of a date."""
    words = set(words_of(one.name))
    parts = words & {"year", "quarter"}
    if len(parts) != 1:
        return None
    dates = brief.said.dates(root)
    near = {w for i in brief.places(parts) for w in brief.words[max(i - 2, 0) : i + 4]} | words
    told = [
        c for c in dates if _begins(set(brief.said.names.column_words[root, c]) - {"date", "timestamp", "on"}, near)
    ]
    found = told if len(told) == 1 else dates
    for place in range(len(brief)) if len(told) == 1 else ():
        if _begins(set(brief.said.names.column_words[root, told[0]]) - {"date"}, {brief.words[place]}):
            brief.explain(place, place + 1, told[0])
    return Key(one, (Link(root, found[0], 1.0),), f"{parts.pop()}({{0}})") if len(found) == 1 else None


def _begins(own: set[str], near: set[str]) -> bool:
    """True where a word of a column begins one that is said: ``book`` and *booking*."""
    return any(word.startswith(stem[:4]) for stem in own for word in near if len(stem) > 2)  # noqa: PLR2004


def _direction(brief: Brief) -> bool | None:
    """Whether the smallest come first; None where both are spoken of."""
    ties = {i for start, end in tie_runs(brief) for i in range(start, end)}
    down = [i for i in brief.places(_MOST) if i not in ties]
    up = [i for i in brief.places(UP) if i not in ties]
    return None if bool(down) == bool(up) else bool(up)


def _count(brief: Brief, rank: Listed | None) -> int | None:
    """How many are kept; None where it is not said, -1 where several numbers may be meant."""
    zone = _rank_zone(brief, rank)
    found: set[int] = set()
    for place in brief.numbers():
        value = brief.said.tokens[place].value
        if brief.said.tokens[place].unit:
            return -1
        digits = place + 1 < len(brief) and brief.lemmas[place + 1] in ("decimal", "digit", "dp")
        if brief.ledger.covers(place) or digits or value == 1 or not isinstance(value, int):
            continue
        if place in zone or any(start <= place < end and value == 2 for start, end in tie_runs(brief)):  # noqa: PLR2004
            brief.explain(place, place + 1, "place")
        else:
            found.add(value)
    return found.pop() if len(found) == 1 else None if not found else -1


def _rank_zone(brief: Brief, rank: Listed | None) -> set[int]:
    """Tokens that tell the values of the place: ``place (1, 2, 3)``, ``pos is 1 or 2``."""
    if rank is None:
        return set()
    zone = set(range(rank.place, rank.end))
    for place in brief.places({rank.name.casefold()}):
        zone |= set(range(place, min(place + 9, sentence(brief, place)[1] if place else len(brief))))
        end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text == ")"), place)
        if place + 1 < len(brief) and brief.said.tokens[place + 1].text == "(":
            zone |= set(range(place, end + 1))
    return zone


def _groups(brief: Brief, keys: list[Key], count: int | None) -> list[Key]:
    """Keys of which each value has its own order: those behind ``per``, ``every``, ``within``."""
    found: list[Key] = []
    for place in brief.places(_PER - {"a"}):
        if brief.lemmas[place + 1 : place + 2] in (("row",), ("line",), ("one",), ("once",)):
            continue
        end = next((i for i in range(place + 1, len(brief)) if brief.said.tokens[i].text in ",.;:!?"), len(brief))
        end = next((i for i in range(place + 2, min(end, place + 6)) if brief.words[i] in _STOPS), min(end, place + 6))
        if (opened := next((i for i in range(place, end) if brief.said.tokens[i].text == "("), 0)) != 0:
            end = next((i for i in range(opened, len(brief)) if brief.said.tokens[i].text == ")"), len(brief))
        found += [key for key in keys if key not in found and _is_told(brief, key, place + 1, end)]
    things = _things(brief, count)
    kept = [key for key in found if not (set(words_of(key.one.name)) | _names(brief, key)) & things]
    return kept if len(kept) < len(keys) else []


def _names(brief: Brief, key: Key) -> set[str]:
    return set(brief.said.names.column_words[key.table, key.links[0].column])


def _is_told(brief: Brief, key: Key, start: int, end: int) -> bool:
    words, lemmas = set(brief.words[start:end]), set(brief.lemmas[start:end])
    own = {key.one.name.casefold(), *(link.column.casefold() for link in key.links if "year" not in key.form)}
    if own & words:
        return True
    said = set(words_of(key.one.name)) - {"name", "code", "number", "id"}
    table = set(brief.said.names.table_words[key.table]) if "name" in _names(brief, key) else set[str]()
    near = set(brief.lemmas[start : start + 3])
    return bool(said & near & lemmas) or bool(table & near)


def _things(brief: Brief, count: int | None) -> set[str]:
    """The noun behind the number: ``top 3 tracks``."""
    places = [i for i in brief.numbers() if brief.said.tokens[i].value == count] if count is not None else []
    return {lemma for i in places for lemma in brief.lemmas[i + 1 : i + 3]}


def _master(brief: Brief, found: Ranking) -> TableRef | None:
    """The table that must not know the values of the only key: ``codes that the depots table does not know``."""
    root = found.amount.table
    if len(found.keys) != 1 or found.keys[0].table != root:
        return None
    column = found.keys[0].links[0].column
    for place, table in brief.tables_at():
        known = (
            [r for r in brief.said.relations.between(root, table) if r.columns == (column,)] if table != root else []
        )
        start, end = sentence(brief, place)
        if known and _UNKNOWN & set(brief.words[start:end]):
            explain_turning(brief, start, end, f"values that {table.name} does not have")
            return table
    return None


def _planned(brief: Brief, flow: Flow, found: Ranking) -> Flow | None:
    apart = [one.place for one in found.shown]
    for key in found.keys:
        drops_gaps(brief, key.links[0])
    if found.master is not None:
        _without(brief, flow, found)
    keep(brief, flow, conditions(brief, _spoken(brief, found), apart))
    ties = _ties(brief, found)
    if ties is None:
        return None
    columns = {f"key_{i}": key.sql(flow) for i, key in enumerate(found.keys)}
    extra = {f"more_{i}": quote(flow.name(link.table, link.column, how="inner")) for i, (link, _) in enumerate(ties[1])}
    measured = found.amount.sql(flow)
    plain = {name: sql.strip("`") for name, sql in {**columns, **extra}.items()}
    made = {name: sql for name, sql in columns.items() if sql.strip("`") not in flow.names}
    flow.derive(made) if made else None
    where = {name: name if name in made else plain[name] for name in plain}
    entity = [where[f"key_{i}"] for i, key in enumerate(found.keys) if key not in found.groups]
    flow.filter(" and ".join(f"{quote(name)} is not null" for name in entity))
    by = list(dict.fromkeys(where.values()))
    flow.aggregate(by, {"amount_ranked": measured})
    explain_things(brief, found.amount.table)
    return _ordered(brief, flow, found, where, ties)


def _without(brief: Brief, flow: Flow, found: Ranking) -> None:
    master, column = found.master, found.keys[0].links[0].column
    if master is None:
        return
    (relation,) = [r for r in brief.said.relations.between(found.amount.table, master) if r.columns == (column,)]
    on = column if relation.target_columns == (column,) else {"left": column, "right": relation.target_columns[0]}
    flow.add("join", "unknown", left=flow.frames.current, right=flow.frames.source(master), on=[on], how="anti")


def _spoken(brief: Brief, found: Ranking) -> tuple[TableRef, ...]:
    """Tables whose values may be meant."""
    own = {found.amount.table, *(key.table for key in found.keys), *brief.mentioned}
    return tuple(table for table in reachable(brief, found.amount.table) if table in own)


def _ordered(
    brief: Brief, flow: Flow, found: Ranking, where: dict[str, str], ties: tuple[list[str], list[tuple[Link, bool]]]
) -> Flow | None:
    order = ["amount_ranked" if found.is_up else "amount_ranked desc"]
    for tie in ties[0]:
        name, _, down = tie.partition(" ")
        order.append(f"{where[name]} {down}".strip())
    for i, key in enumerate(found.keys):
        if key not in found.groups and where[f"key_{i}"] not in {one.split()[0] for one in order}:
            order.append(where[f"key_{i}"])
    order += [
        name for key, name in where.items() if key.startswith("more_") and name not in {o.split()[0] for o in order}
    ]
    per = [where[f"key_{i}"] for i, key in enumerate(found.keys) if key in found.groups]
    if found.count is not None or per:
        fields = {"per": per, "rank_as": found.rank.name if found.rank else None} if per else {}
        flow.add("top", "best", n=found.count or 1, order_by=order, **{k: v for k, v in fields.items() if v})
    back = {f"key_{i}": key.one for i, key in enumerate(found.keys)}
    names = {one.name: where[key] for key, one in back.items()} | {found.measure.name: "amount_ranked"}
    if found.rank is not None:
        names[found.rank.name] = found.rank.name
    brief.work.key = tuple(per) if found.count in (None, 1) and per else ()
    return _shown(flow, found, names, order)


def _shown(flow: Flow, found: Ranking, names: dict[str, str], order: list[str]) -> Flow:
    """The listed columns; what has no groups comes in its order."""
    columns: list[str | dict[str, str]] = [
        one.name if names[one.name] == one.name else {one.name: names[one.name]} for one in found.shown
    ]
    if found.groups:
        flow.show(columns)
        return flow
    held = {old: new for new, old in names.items()}
    more = [one.split()[0] for one in order if one.split()[0] not in held]
    flow.show([*columns, *more])
    by = [" ".join([held.get(name, name), *rest]) for name, *rest in (one.split() for one in order)]
    flow.add("sort", "sorted", by=by, **({"keep": [one.name for one in found.shown]} if more else {}))
    return flow


def _ties(brief: Brief, found: Ranking) -> tuple[list[str], list[tuple[Link, bool]]] | None:
    """Keys that decide between equal amounts, in order, and columns that no listed one is; None where none is clear."""
    order: list[str] = []
    extra: list[tuple[Link, bool]] = []
    for start, end in tie_runs(brief):
        for place, name in _tie_keys(brief, found, start, end, extra):
            if name not in {one.split()[0] for one in order}:
                order.append(f"{name} desc" if is_down(brief, place) else name)
    entities = [f"key_{i}" for i, key in enumerate(found.keys) if key not in found.groups]
    if not order and (brief.places(ALPHABET) or says_a_to_z(brief, 0, len(brief))):
        order = entities[:1]
    if not order:
        told = any(True for _ in tie_runs(brief))
        if told and len(entities) > 1:
            return None
        brief.work.dialog.assume("equal amounts are put in the order of " + ", ".join(_called(found, entities)))
        order = entities
    _add_keys(brief, found, extra)
    return order, extra


def _add_keys(brief: Brief, found: Ranking, extra: list[tuple[Link, bool]]) -> None:
    """What tells two things of the same name apart."""
    for key in found.keys:
        if key not in found.groups and key.table != found.amount.table and _names_rows(brief, key, found):
            more = [Link(key.table, c, 1.0) for c in brief.said.relations.key(key.table)]
            extra += [
                (ln, False) for ln in more if (ln.table, ln.column) not in {(o.table, o.column) for o, _ in extra}
            ]


def _names_rows(brief: Brief, key: Key, found: Ranking) -> bool:
    """True for the name of a thing, of which there may be two alike; not for a town, or a genre."""
    columns = [link.column for link in key.links]
    named = label_of(brief, key.table)
    return (
        columns == [named]
        or len(columns) > 1
        or set(brief.said.names.table_words[key.table]) <= _things(brief, found.count)
    )


def _called(found: Ranking, entities: list[str]) -> list[str]:
    return [found.keys[int(name.removeprefix("key_"))].one.name for name in entities]


def _tie_keys(
    brief: Brief, found: Ranking, start: int, end: int, extra: list[tuple[Link, bool]]
) -> list[tuple[int, str]]:
    """Keys that are named between two places, in order."""
    entities = {i: key for i, key in enumerate(found.keys) if key not in found.groups}
    spots: list[tuple[int, str]] = []
    for place in range(start, end):
        if not brief.said.tokens[place].is_word or brief.words[max(place - 1, 0)] in ("equal", "same"):
            continue
        hits = [i for i, key in entities.items() if _is_key(brief, key, place)]
        if len(hits) == 1:
            spots.append((place, f"key_{hits[0]}"))
            continue
        tables = tuple({key.table for key in entities.values()})
        link = next((ln for _, _, ln in mentions(brief, tables, place, place + 1) if ln.score >= OWN), None)
        if (
            link is not None
            and link.column.casefold() == brief.words[place]
            and link.column in brief.said.relations.key(link.table)
        ):
            name = f"more_{len(extra)}"
            extra.append((link, False))
            spots.append((place, name))
    return spots


def _is_key(brief: Brief, key: Key, place: int) -> bool:
    word, lemma = brief.words[place], brief.lemmas[place]
    own = {key.one.name.casefold(), *(link.column.casefold() for link in key.links)}
    if word in own:
        return True
    words = set(words_of(key.one.name)) | _names(brief, key)
    if lemma in brief.said.names.table_words[key.table] and brief.lemmas[place + 1 : place + 2] == ("name",):
        return False
    return lemma in words and lemma not in ("id", "code", "number") and len(brief.words[place]) > 2  # noqa: PLR2004


RANKED = Recipe(
    "the first ones in an order",
    _fits,
    _cook,
    words=_MOST
    | UP
    | TIES
    | ALPHABET
    | RANKS
    | COUNTS
    | DEEDS
    | frozenset(UNITS)
    | frozenset(
        """
        which who with has have had by per each every within over all together first last next then lower higher earlier
        later smaller larger alphabet wins win winner taken take takes gets get it goes go one several when if is
        count total sum number how many often in worst x z orphan orphaned orphans story issue
        dollars euros cents rounded round to decimal decimals capital
        capitals uppercase name full field above on at only just descending ascending order sorted sort settle settles
        settled decides decide decided break breaks broken popularity defined means i.e ie e.g look consider
        we line lines
        whose match matched dropped drop left out skip skipped ignore ignored problem exist exists existing
        know known used use appear unmatched master code codes from end up beat come comes = - plus × times multiplied a
        among highest-first tiebreak tie-break considered empty blank missing null bring us now kept value amount
        """.split()  # noqa: RUF001 (people type it)
    ),
)
