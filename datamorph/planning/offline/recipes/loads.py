"""Incremental loads: what tells new rows, what the last run had, and by which key rows are merged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf, compare_date, constant, infix, leaf
from datamorph.planning.offline.draft import LoadRequest
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import EXACT, SYNONYM, TAILLESS, Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaning import column_at, sentences
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.passing import explain_plain
from datamorph.planning.offline.recipes.recipe import Recipe

LOADING = frozenset(
    "merge merged merging merges upsert upserted upserts upserting incremental incrementally delta deltas".split()
)
_CURSOR = frozenset("cursor watermark high-water highwater water bookmark checkpoint incrementing".split())
_DELTA = frozenset("incremental incrementally delta deltas".split())
_TELLS = frozenset("column field on".split())
_KEY = frozenset("key keys keyed identified identifier identifies identify".split())
_NEWER = frozenset("newer later after beyond past since following new".split())
_HELD = frozenset(
    """
    already hold holds held have had loaded stopped ended reached got covered processed ran run last previous
    earlier watermark cursor stands stood until through including inclusive upto mark high-water highwater taken
    successful
    """.split()
)
_FROM = frozenset("from starting beginning onwards onward".split())
_GLUE = frozenset(
    """
    the is are be = : being as on by column of business merge primary unique natural a set to ( for mark row record
    field
    """.split()
)
_AND = frozenset({"and", "+", "&", "/"})
_MERGING = LOADING - _DELTA
_NEAR = 4

WORDS = LOADING | _CURSOR | frozenset(
    """
    load loads loaded loading key keys keyed business watermark nightly last run runs previous already hold
    holds held have had everything stopped ended reached got covered ingest ingested import imported copy copied
    bring brought sync synchronise newer later new only since up including inclusive until set use using pick
    picks picked fetch fetched come comes delta feed pull pulled pipeline schedule job refresh update arrive
    arrived past point through us read land append stand stood stands take takes row rows record records
    previously next should start starts starting onwards from go goes high-water highwater mark into within batch rest
    remaining strictly taken successful far so fed feeding piece can identify identifies fresh keep kept = than append
    appended successfully process processed later time yet day that used after primary unique over track tracks tracked
    carry travel travels came
    """.split()
)  # fmt: skip


def cursor_of(brief: Brief, table: TableRef) -> str:
    """The column that is called the cursor or the watermark; empty where none is."""
    names = brief.said.tables[table].schema.names
    for place in brief.places(_CURSOR):
        for step in (1, -1):
            found = _beside(brief, table, names, place, step)
            if found:
                brief.explain(place, place + 1, f"new rows are told by {found[0]}")
                return found[0]
    times = [name for name in names if is_time(brief.said.type_of(Link(table, name, EXACT)))]
    for place in brief.places(_DELTA):
        if brief.words[place + 1 : place + 2] and brief.words[place + 1] in _TELLS:
            found = _beside(brief, table, times, place + 1, 1)
            if found:
                return found[0]
    return _only_time(brief, times) if brief.has(*LOADING) else ""


def _only_time(brief: Brief, times: Sequence[str]) -> str:
    """``changedAt tells how far we got``: the one time that is spelled out, where it is told of outside of the list."""
    spots = [i for i, token in enumerate(brief.said.tokens) if token.text in times]
    told = [i for i in spots if not any(one.place == i for one in brief.listed)]
    if not told or len({brief.said.tokens[i].text for i in spots}) != 1:
        return ""
    start, end = brief.clause(told[0])
    explain_plain(brief, start, end, "what tells new rows")
    brief.work.dialog.assume(f"new rows are told by {brief.said.tokens[told[0]].text}")
    return brief.said.tokens[told[0]].text


def keys_of(brief: Brief, table: TableRef) -> list[str]:
    """The columns that are called the key, or that rows are merged on."""
    names = brief.said.tables[table].schema.names
    for place in brief.places(_KEY):
        for step in (1, -1):
            if found := _beside(brief, table, names, place, step):
                return found
    cursor = cursor_of(brief, table)
    for place in [*brief.places(_MERGING), *brief.places(_DELTA)]:
        for behind in range(place + 1, len(brief)):
            if brief.words[behind] in ("on", "by") and (found := _beside(brief, table, names, behind, 1)) not in (
                [],
                [cursor],
            ):
                return found
    is_told = cursor and brief.has(*_MERGING)
    return [cursor] if is_told and brief.said.relations.key(table) == (cursor,) else []


def _beside(brief: Brief, table: TableRef, names: Sequence[str], place: int, step: int) -> list[str]:
    """Columns behind a word (``key is customer_id``) or before it (``customer_id as the key``)."""
    spot = place + step
    while 0 <= spot < len(brief) and (
        brief.words[spot] in _GLUE or brief.said.tokens[spot].text in (":", "(", "-", "high")
    ):
        spot += step
    found: list[str] = []
    while 0 <= spot < len(brief):
        length, column = column_at(brief, table, names, spot, len(brief), least=TAILLESS * SYNONYM)
        if not column:
            break
        found.append(column)
        spot += length if step > 0 else -1
        if not (0 <= spot < len(brief)) or brief.words[spot] not in _AND:
            break
        spot += step
    return found if step > 0 else found[::-1]


def read_load(brief: Brief, table: TableRef, keys: Sequence[str]) -> bool:
    """Put what the prompt says of merging into the draft; false where it says so and not enough."""
    if not brief.places(LOADING) and not brief.places(_CURSOR):
        return True
    cursor = cursor_of(brief, table)
    if not cursor or brief.work.draft.target is None:
        return False
    brief.work.draft.load = LoadRequest([_noun(table, key) for key in keys], _noun(table, cursor))
    return _since(brief, table, cursor)


def _noun(table: TableRef, column: str) -> Noun:
    return Noun(column, words_of(column), (Link(table, column, EXACT),))


def _since(brief: Brief, table: TableRef, cursor: str) -> bool:
    """Read up to where the last run came; false where a moment or a number is said and it is not clear what it is."""
    tokens = brief.said.tokens
    is_dated = is_time(brief.said.type_of(Link(table, cursor, EXACT)))
    kind = "date" if is_dated else "number"
    spots = [i for i, token in enumerate(tokens) if token.kind == kind and not brief.ledger.covers(i)]
    _explain_deeds(brief)
    spots = _without_next_day(brief, spots)
    if not spots:
        return True
    if len({tokens[i].value for i in spots}) > 1:
        return False
    place = spots[0]
    start, end = next(run for run in sentences(brief) if run[0] <= place < run[1])
    words = set(brief.words[start:end])
    before = set(brief.words[max(start, place - 3) : place])
    is_from = bool(before & (_FROM | {"before"})) or {"excluding", "exclusive"} & words
    if not words & (_NEWER | _HELD | _FROM) or not _is_plain(brief, start, end):
        return False
    if (is_from and words & {"after", "including", "inclusive", "newer", "later"}) or {"on", "or"} <= words:
        return False
    value = tokens[place].value
    term = leaf(ColumnLeaf(table, cursor))
    type_ = brief.work.binder.type_of(term)
    if value is None:
        return False
    sign = ">=" if is_from else ">"
    condition = compare_date(term, sign, str(value), type_) if is_dated else infix(sign, term, constant(value))
    brief.work.frames.add("filter", "newer", where=brief.work.frames.render(condition))
    first = place - 1 if brief.words[place - 1] == "before" else place
    brief.explain(first, place + 1, f"only rows with {cursor} {sign} {tokens[place].text} are new")
    return True


def _without_next_day(brief: Brief, spots: Sequence[int]) -> list[int]:
    """``loaded up to 2024-03-31, so start with 2024-04-01``: the first of both tells the other."""
    values = {str(brief.said.tokens[i].value): i for i in spots}
    if len(values) != 2:  # noqa: PLR2004 (the last day and the next one)
        return list(spots)
    (first, _), (last, place) = sorted(values.items())
    try:
        is_next = date.fromisoformat(last) - date.fromisoformat(first) == timedelta(days=1)
    except ValueError:
        return list(spots)
    if not is_next or not set(brief.words[max(place - 3, 0) : place]) & (_FROM | {"start", "starts"}):
        return list(spots)
    brief.explain(place, place + 1, "the next day")
    return [i for i in spots if i != place]


_DEEDS = frozenset(
    """
    issued booked created added entered logged recorded registered placed made changed updated modified inserted
    received arrived loaded saved written sold
    """.split()
)
"""What comes into being then; what happens to it later is another date."""


def _explain_deeds(brief: Brief) -> None:
    """Close ``issued`` in *what was issued later*, ``bookings`` in *only bookings after that day*, and the like."""
    for place in brief.places(_NEWER):
        for spot in (place - 1, place + 1):
            word = brief.words[spot] if 0 <= spot < len(brief) else ""
            if (word in _DEEDS or word.endswith("ings")) and not brief.said.value(spot)[0]:
                brief.explain(spot, spot + 1, "is told by the cursor")
    for place in brief.places(("water",)):
        if brief.words[place - 1 : place] == ("high",) or brief.words[place - 2 : place - 1] == ("high",):
            brief.explain(max(place - 2, 0) if brief.words[place - 1] != "high" else place - 1, place + 1, "the cursor")
    for place in brief.places(("before",)):
        if brief.words[place - 1] in _HELD and (place + 1 == len(brief) or brief.said.tokens[place + 1].text in ".;,)"):
            brief.explain(place, place + 1, "is loaded already")


def _is_plain(brief: Brief, start: int, end: int) -> bool:
    """True where nothing turns a sentence round but ``everything later is not``, behind what is loaded already."""
    for place in brief.places(("not", "never", "no", "isn't", "hasn't"), start, end):
        if brief.ledger.covers(place):
            continue
        if not set(brief.words[max(start, place - 3) : place]) & _NEWER or brief.words[place] in ("never", "no"):
            return False
        brief.explain(place, place + 1, "what is newer is not loaded yet")
    return True


def _fits(brief: Brief) -> bool:
    return bool(brief.places(LOADING) or brief.places(_CURSOR)) and brief.work.draft.target is not None


def _cook(brief: Brief) -> Flow | None:  # noqa: PLR0911 (each thing that is missing)
    tables = [ref for _, ref in brief.tables_at()]
    if len(set(tables)) != 1:
        return None
    (table,) = set(tables)
    keys = keys_of(brief, table)
    if not keys or not brief.said.relations.is_unique(table, tuple(keys)):
        return None
    listed = _asked(brief, {*keys, cursor_of(brief, table)})
    shown = [links[0].column for one in listed if (links := brief.links(one.name, [table]))]
    if len(shown) != len(listed):
        return None
    flow = Flow(brief.work)
    flow.start(table)
    brief.work.key = tuple(keys)
    if not read_load(brief, table, keys):
        return None
    if len(shown) == 1 and shown[0] not in (*keys, cursor_of(brief, table)):
        return None
    if len(shown) > 1 and not set(keys) <= set(shown):
        return None
    if len(shown) > 1:
        flow.show([one if one == named.name else {named.name: one} for one, named in zip(shown, listed, strict=True)])
    return flow


def _asked(brief: Brief, roles: Collection[str]) -> Sequence[Listed]:
    """The listed columns; none where each is only named beside what it is for: ``job_id is the key``."""
    cues = brief.places(_KEY | _CURSOR)
    is_told = all(one.name in roles and any(abs(one.place - cue) <= _NEAR for cue in cues) for one in brief.listed)
    return () if is_told else tuple(one for one in brief.listed if not brief.ledger.covers(one.place))


LOADS = Recipe("new rows of a table", _fits, _cook, words=WORDS, turning=frozenset({"only"}))
