"""The steps of a ranking: amounts, ties, places, and the columns that are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.recipes.amounts import Amount
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, keep
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.order import ALPHABET, is_down, says_a_to_z, tie_runs
from datamorph.planning.offline.recipes.resolve import (
    label_of,
    mentions,
    reachable,
)
from datamorph.planning.offline.recipes.things import explain_things


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


def planned(brief: Brief, flow: Flow, found: Ranking) -> Flow | None:
    """All steps, from the rows that are ranked to the columns that are shown; None where the order is not clear."""
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
        or set(brief.said.names.table_words[key.table]) <= things_of(brief, found.count)
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
    words = set(words_of(key.one.name)) | names_of(brief, key)
    if lemma in brief.said.names.table_words[key.table] and brief.lemmas[place + 1 : place + 2] == ("name",):
        return False
    return lemma in words and lemma not in ("id", "code", "number") and len(brief.words[place]) > 2  # noqa: PLR2004


def names_of(brief: Brief, key: Key) -> set[str]:
    """The words of the column that a key is."""
    return set(brief.said.names.column_words[key.table, key.links[0].column])


def things_of(brief: Brief, count: int | None) -> set[str]:
    """The noun behind the number: ``top 3 tracks``."""
    places = [i for i in brief.numbers() if brief.said.tokens[i].value == count] if count is not None else []
    return {lemma for i in places for lemma in brief.lemmas[i + 1 : i + 3]}
