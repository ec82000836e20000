"""The first things in an order: of each group, or of all.

*The three most popular courses of every department*, *our 6 heaviest borrowers*, *the busiest lane per year*, and codes
that another table does not know, the most frequent first.
"""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.amounts import Amount, amount_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.deeds import DEEDS
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import drops_gaps, explain_turning, sentence
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.measured import COUNTS
from datamorph.planning.offline.recipes.order import ALPHABET, DOWN, TIES, UP, tie_runs
from datamorph.planning.offline.recipes.ranking import Key, Ranking, names_of, planned, things_of
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

RANKS = frozenset("rank rnk ranking place pos position rk standing".split())
_MOST = DOWN | frozenset("best popular frequent frequently leading often".split())
_PER = frozenset("per each every within a".split())
_STOPS = frozenset("the a an with who which i list give show we by that whose is are was were".split())
_UNKNOWN = frozenset(
    "not missing unknown absent no don't doesn't isn't aren't cannot can't without lack lacks never".split()
)


def _fits(brief: Brief) -> bool:
    return bool(brief.places(_MOST | UP))


def _cook(brief: Brief) -> Flow | None:
    ranking = _ranking(brief)
    if ranking is None:
        return None
    flow = Flow(brief.work)
    flow.start(ranking.amount.table)
    return planned(brief, flow, ranking)


def _ranking(brief: Brief) -> Ranking | None:
    shown = brief.listed
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
    things = things_of(brief, count)
    kept = [key for key in found if not (set(words_of(key.one.name)) | names_of(brief, key)) & things]
    return kept if len(kept) < len(keys) else []


def _is_told(brief: Brief, key: Key, start: int, end: int) -> bool:
    words, lemmas = set(brief.words[start:end]), set(brief.lemmas[start:end])
    own = {key.one.name.casefold(), *(link.column.casefold() for link in key.links if "year" not in key.form)}
    if own & words:
        return True
    said = set(words_of(key.one.name)) - {"name", "code", "number", "id"}
    table = set(brief.said.names.table_words[key.table]) if "name" in names_of(brief, key) else set[str]()
    near = set(brief.lemmas[start : start + 3])
    return bool(said & near & lemmas) or bool(table & near)


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
