"""One row of each: the newest version of a key, the smallest id of what is the same, cleaned and merged if said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaned import Cleaning
from datamorph.planning.offline.recipes.cleaning import WORDS as CLEANING
from datamorph.planning.offline.recipes.cleaning import find_cleaning, sentences
from datamorph.planning.offline.recipes.defaults import defaults
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.loads import LOADING, read_load
from datamorph.planning.offline.recipes.loads import WORDS as LOAD_WORDS
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.sameness import SAME, find_keys, is_sameness, spelled
from datamorph.planning.offline.recipes.sheet import Sheet
from datamorph.planning.offline.recipes.slots import ABSENT

NEW = frozenset("newest latest recent recently freshest youngest current".split())
OLD = frozenset("oldest earliest original".split())
_MOST = frozenset("highest largest greatest biggest maximum max".split())
_LEAST = frozenset("smallest lowest minimum min least".split())
_FIRST, _LAST = frozenset({"first"}), frozenset({"last"})
_OWN = frozenset(
    """
    own group one same equal equals value itself like alike together counts count single identical agree agrees match
    matches coincide
    """.split()
)
_CLEANED = frozenset("cleaned normalised normalized tidied standardised standardized resulting".split())
_LOWER, _HIGHER = frozenset("lower smaller earlier".split()), frozenset("higher larger greater bigger later".split())
_TIED = frozenset("if tie ties tied otherwise when where".split())
_EACH = frozenset("each every never all always not don't stay kept individually separately".split())
_NEAR = 7


@dataclass(frozen=True, slots=True)
class Order:
    """Which row of several is kept: the first by this column."""

    column: str
    is_down: bool
    place: int

    @property
    def sql(self) -> str:
        """As a step says it."""
        return f"{self.column} desc" if self.is_down else self.column


def _fits(brief: Brief) -> bool:
    return brief.has(*NEW, *OLD, *_MOST, *_LEAST, *_FIRST, *_LAST, *LOADING)


def _cook(brief: Brief) -> Flow | None:
    table = table_of(brief)
    if table is None:
        return None
    names = brief.said.tables[table].schema.names
    shown = [column_of(brief, one, table) for one in brief.listed]
    if not all(shown):
        return None
    same = [run for run in sentences(brief) if is_sameness(brief, run)]
    cleaned = _cleaned(brief, table, set(shown) or set(names), same)
    order = _order(brief, table)
    keys = find_keys(brief, table, order.column if order else "")
    if cleaned is None or order is None or not keys or order.column in keys:
        return None
    apart = find_cleaning(brief, table, keys, same)
    for run in same:
        _explain_sameness(brief, run)
    if not _settle(brief, cleaned, apart, keys) or _others_said(brief, table, [*keys, order.column, *cleaned]):
        return None
    return _planned(brief, table, keys, order, shown, cleaned, apart)


def _planned(
    brief: Brief, table: TableRef, keys: list[str], order: Order, shown: list[str],
    cleaned: dict[str, Cleaning], apart: dict[str, Cleaning],
) -> Flow | None:  # fmt: skip
    flow = Flow(brief.work)
    flow.start(table)
    if not _empties(brief, table, keys, flow) or not read_load(brief, table, keys):
        return None
    by = _made_keys(brief, flow, keys, apart)
    flow.add("dedupe", "kept", by=by, order_by=[order.sql, *_tie(brief, table, order)])
    brief.explain(order.place, order.place + 1, f"one row per {', '.join(keys)}: the first by {order.sql}")
    _show(brief, flow, table, shown, cleaned)
    brief.work.key = _key(brief, keys, order, shown or list(brief.said.tables[table].schema.names))
    return flow


def _cleaned(
    brief: Brief, table: TableRef, names: set[str], same: Sequence[tuple[int, int]]
) -> dict[str, Cleaning] | None:
    """What is done to the columns that are shown; None where it is not clear what stands in for a missing value."""
    found = find_cleaning(brief, table, names, [run for run in sentences(brief) if run not in same])
    fallbacks = defaults(Sheet(brief, table, Flow(brief.work)))
    if fallbacks is None or not set(fallbacks) <= names:
        return None
    for name, sql in fallbacks.items():
        found.setdefault(name, Cleaning()).default = sql
    return found


def table_of(brief: Brief) -> TableRef | None:
    """The one table that has every listed column, where the prompt names it or no other one has them all."""
    named = [ref for _, ref in brief.tables_at()]
    columns = {name for table in brief.said.tables.values() for name in table.schema.names}
    said = {token.text for token in brief.said.tokens if token.text in columns and token.kind == "name"}
    whole = [ref for ref in dict.fromkeys(named) if said <= set(brief.said.tables[ref].schema.names)]
    if len(whole) == 1 and len(said) > 1:
        return whole[0]
    spelled = [ref for place, ref in brief.tables_at() if brief.said.tokens[place].kind == "name"]
    having = [ref for ref in brief.said.tables if all(column_of(brief, one, ref) for one in brief.listed)]
    for refs in (spelled, named):
        found = list(dict.fromkeys(ref for ref in refs if ref in having))
        if found:
            return found[0] if len(found) == 1 or (brief.listed and refs is spelled) else _by_words(brief, found)
    return having[0] if len(having) == 1 and brief.listed else None


def _by_words(brief: Brief, found: Sequence[TableRef]) -> TableRef | None:
    """Of several tables that are named, the one whose whole name stands there first."""
    exact = [ref for _, ref in brief.tables_at() if ref in found and ref.name.lower() in brief.words]
    return exact[0] if len(set(exact)) == 1 else None


def column_of(brief: Brief, listed: Listed, table: TableRef) -> str:
    """The column of a table that is listed: by its name, or by what is told of it; empty for none."""
    names = brief.said.tables[table].schema.names
    if listed.name in names:
        return listed.name
    told = {token.text for token in brief.said.tokens[listed.start : listed.end] if token.text in names}
    if len(told) == 1:
        return told.pop()
    links = brief.links(listed.name, [table])
    return links[0].column if links and not told else ""


def _is_compared_clean(brief: Brief, name: str) -> bool:
    """``one row per cleaned plate``."""
    spots = [i for i in brief.places(_CLEANED) if brief.words[i + 1 : i + 2] in ((name.casefold(),), words_of(name))]
    for place in brief.places(_CLEANED):
        brief.explain(place, place + 1, f"{name} as it is cleaned")
    return bool(spots)


def _settle(brief: Brief, cleaned: dict[str, Cleaning], apart: dict[str, Cleaning], keys: Sequence[str]) -> bool:
    """Tell what is shown from what is compared; false where it is not clear which of both is meant."""
    for name, done in list(cleaned.items()):
        if done.is_caseless:
            apart[name] = cleaned.pop(name)
        elif name in keys and name not in apart and _is_compared_clean(brief, name):
            apart[name] = done
        elif name in keys and name not in apart:
            return False
    return set(apart) <= set(keys)


def _others_said(brief: Brief, table: TableRef, known: Sequence[str]) -> bool:
    """True where a sentence that tells which rows are the same names a column that the plan does not compare."""
    names = brief.said.tables[table].schema.names
    own = brief.said.relations.key(table)
    for start, end in sentences(brief):
        if not brief.places(SAME, start, end):
            continue
        last = min([one.place for one in brief.listed if start <= one.place < end], default=end)
        said = {spelled(brief, table, names, place, end) for place in range(start, last)}
        if said - {"", *known, *own}:
            return True
    return False


def _order(brief: Brief, table: TableRef) -> Order | None:
    """Which row is kept; None where it is not said, or said in two ways."""
    names = brief.said.tables[table].schema.names
    times = [column.name for column in brief.said.tables[table].schema if is_time(column.type)]
    found: list[Order] = []
    _explain_adverbs(brief)
    for place in range(len(brief)):
        word = brief.words[place]
        if word == "date" and brief.words[place - 2 : place] == ("up", "to"):
            word = "latest"
            brief.explain(place - 2, place, "newest")
        if brief.ledger.covers(place) or word not in NEW | OLD | _MOST | _LEAST | _FIRST | _LAST:
            continue
        is_down = word in NEW | _MOST | _LAST
        column = _near(brief, table, place, times if word in NEW | OLD else names)
        if not column and word in NEW | OLD:
            column = _only_time(brief, table, times)
        if column:
            found.append(Order(column, is_down, place))
    if len({(one.column, one.is_down) for one in found}) != 1:
        return None
    for one in found:
        brief.explain(one.place, one.place + 1, f"the first by {one.sql}")
    return found[0]


def _tie(brief: Brief, table: TableRef, order: Order) -> list[str]:
    """``and the lower listing_id if that was the same day``: which row is kept of those that come first together."""
    names = [name for name in brief.said.tables[table].schema.names if name != order.column]
    for place in brief.places(_LOWER | _HIGHER):
        start, end = brief.clause(place)
        column = _near(brief, table, place, names)
        if column and place > order.place and set(brief.words[start:end]) & _TIED:
            brief.explain(start, end, "of those that come first together")
            return [f"{column} desc" if brief.words[place] in _HIGHER else column]
    return []


def _explain_adverbs(brief: Brief) -> None:
    """``with the dots removed first``: in which order something is done to a text."""
    for place in brief.places(_FIRST):
        ends = place + 1 == len(brief) or brief.said.tokens[place + 1].text in ",.;)"
        if ends and brief.words[place - 1] in ("removed", "stripped", "trimmed", "dropped", "cleaned", "deleted"):
            brief.explain(place, place + 1, "before the rest is done")


def _explain_sameness(brief: Brief, run: tuple[int, int]) -> None:
    """Close ``two rows`` and what the same thing is called, where it is told which rows are the same."""
    for place in range(*run):
        is_thing = brief.words[place - 1] in ("same", "duplicate", "identical") if place else False
        is_plain = brief.said.tokens[place].kind == "word" and not brief.said.links(place, 1)
        if brief.words[place] in ("two", "twice", "both", "several") or (is_thing and is_plain):
            brief.explain(place, place + 1, "tells which rows are the same")


def _near(brief: Brief, table: TableRef, place: int, names: Sequence[str]) -> str:
    """The one column of some that is named beside a word, in its sentence; one that is spelled out before others."""
    start, end = next(run for run in sentences(brief) if run[0] <= place < run[1])
    is_in_time = brief.words[place] in NEW | OLD
    spots = [
        (brief.said.tokens[i].text != column, abs(i - place), column)
        for i in range(max(start, place - _NEAR), min(end, place + _NEAR))
        if (column := spelled(brief, table, names, i, end)) and not _is_listed(brief, i)
    ]
    sure = [spot for spot in spots if is_in_time or not spot[0]]
    return min(sure)[2] if sure else ""


def _is_listed(brief: Brief, place: int) -> bool:
    return any(one.place == place for one in brief.listed)


def _only_time(brief: Brief, table: TableRef, times: Sequence[str]) -> str:
    """The time that tells which row is newest: the only one that is named outside of the list, or that there is."""
    named = {
        column
        for place in range(len(brief))
        if (column := spelled(brief, table, times, place, len(brief))) and not _is_listed(brief, place)
    }
    if len(named) == 1:
        return named.pop()
    if len(times) != 1 or named:
        return ""
    brief.work.dialog.assume(f"which row is newest is told by {times[0]}")
    return times[0]


def _empties(brief: Brief, table: TableRef, keys: Sequence[str], flow: Flow) -> bool:
    """Read what is said of rows without a key: a group of their own, or left out; false where it is unclear."""
    for place in brief.places(ABSENT):
        if brief.ledger.covers(place):
            continue
        start, end = next(run for run in sentences(brief) if run[0] <= place < run[1])
        start, end = max(start, place - _NEAR), min(end, place + 2 * _NEAR)
        first, last = brief.clause(place)
        if first and brief.said.tokens[first - 1].text == "(":
            start, end = first, last
        column = next((c for i in range(place, end) if (c := spelled(brief, table, keys, i, end))), "") or next(
            (c for i in range(start, place) if (c := spelled(brief, table, keys, i, end))),
            _in_part(brief, keys, place),
        )
        if not column:
            continue
        words = {brief.words[i] for i in range(start, end) if brief.words[i : i + 2] != ("each", "other")}
        if words & _OWN and not words & _EACH:
            brief.explain(start, end, f"rows without {column} are a group of their own")
        elif words & {"out", "ignore", "ignored", "skip", "skipped", "drop", "dropped", "excluded", "omitted"}:
            flow.filter(f"{quote(column)} is not null")
            brief.explain(start, end, f"rows without {column} are left out")
        else:
            return False
    return True


def _in_part(brief: Brief, keys: Sequence[str], place: int) -> str:
    """``blank composers`` where *ComposerName* is compared."""
    found = [key for key in keys if set(brief.lemmas[place + 1 : place + 2]) & set(words_of(key))]
    return found[0] if len(found) == 1 else ""


def _made_keys(brief: Brief, flow: Flow, keys: Sequence[str], apart: dict[str, Cleaning]) -> list[str]:
    """The keys, with columns for those that are compared trimmed or in one case."""
    made = {f"{name}_compared": apart[name].sql(name, flow.type_of(name)) for name in keys if apart.get(name)}
    if made:
        flow.derive(made)
    return [f"{name}_compared" if f"{name}_compared" in made else name for name in keys]


def _show(brief: Brief, flow: Flow, table: TableRef, shown: Sequence[str], cleaned: dict[str, Cleaning]) -> None:
    if cleaned:
        flow.derive({name: done.sql(name, flow.type_of(name)) for name, done in cleaned.items()})
    columns = shown or list(brief.said.tables[table].schema.names)
    called = [one.name for one in brief.listed] or columns
    if list(flow.names) != columns or called != columns:
        flow.show([old if old == new else {new: old} for old, new in zip(columns, called, strict=True)])


def _key(brief: Brief, keys: Sequence[str], order: Order, shown: Sequence[str]) -> tuple[str, ...]:
    """What tells rows of the result apart."""
    called = dict(zip(shown, [one.name for one in brief.listed] or shown, strict=True))
    own = brief.said.relations
    table = brief.work.root
    if table is not None and own.key(table) == (order.column,) and order.column in called:
        return (called[order.column],)
    return tuple(called[key] for key in keys) if set(keys) <= set(called) else ()


VERSIONS = Recipe(
    "one row of each",
    _fits,
    _cook,
    words=CLEANING | LOAD_WORDS | NEW | OLD | frozenset(
        """
        version versions several different multiple more most than once keep keeps kept retain retains retained
        stay stays survive survives win wins winning count counts going according judged measured told tell
        determined reduce reduced bring down dedupe deduplicate deduped deduplicated duplicate duplicates dupes
        copies copy group groups together remain remains left appear appears appearing come comes exist exists
        have has hold holds product thing alphabetically numerically nothing else out after where other rather
        unchanged same identical equal match matches matching time times many row rows = interest + share shares
        dupe judge occur occurs de duplicated remove removed contain contains agree agrees person rule rules tie
        ties record records feed list entry contact state status date update updated sent arrive synced changed
        pick picked take taken choose chosen unique result results need required relevant whichever belonging
        belong otherwise keeping survives leave leaves doubles twin set sets enough pair entered meaning master collapse
        decided mean means treat really become becomes sometimes differently
        """.split()
    ),
    turning=frozenset({"only"}),
)  # fmt: skip
