"""One row of those that are the same, or of those that share a key: the latest, the first, the largest."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.neighbours import key_of
from datamorph.planning.offline.gist.shape import Best
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_REPEATED = Phrases(dict.fromkeys((
    "duplicate", "duplicates", "duplicated", "exact duplicate", "exact duplicates", "deduplicate", "dedupe", "dedup",
    "deduplicated", "repeated", "distinct", "identical", "double entries", "full-row dedupe", "unique", "distinct rows",
    "more than once", "several times", "twice", "a single time", "only once", "just once", "repeats", "the same",
    "doubles", "exact copies", "copies", "redundant", "superseded", "re-scans", "repeat"), True))  # fmt: skip
_ROWS = frozenset("row rows record records line lines entry entries copy copies".split())
_FIRST = Phrases({
    **dict.fromkeys((
        "latest", "newest", "most recent", "last", "current", "freshest", "most up to date", "up-to-date",
        "most recently", "the last"), "new"),
    **dict.fromkeys(("earliest", "oldest", "first", "initial", "original", "very first", "came first"), "old"),
    **dict.fromkeys(("highest", "largest", "greatest", "biggest", "maximum", "max", "most expensive", "priciest",
                     "longest", "dearest", "top"), "large"),
    **dict.fromkeys(("lowest", "smallest", "least", "minimum", "min", "cheapest", "shortest"), "small"),
})  # fmt: skip
_PER = Phrases(dict.fromkeys((
    "per", "for each", "for every", "of each", "of every", "each", "every", "by", "on", "one row per",
    "a single row per",
    "one per", "for one", "of the same", "same", "of an", "within each", "one row for each", "a row per", "on each"),
    True))  # fmt: skip
_NEUTRAL = frozenset({"top", "first"})
"""What comes first by an order that is said elsewhere."""
_OF_BEST = frozenset("""
    keep keeps keeping kept only just wins win survives survive stays stay retain retaining retained remove removing
    drop dropping throw away others other rest older newer old superseded version versions history duplicate duplicates
    dedupe deduplicate deduplicated dedup repeat repeated more than once if occurs appears appear there are several
    many multiple all columns column complete full whole entire row rows record records entry entries line one single
    per each every the that which by with and its going in time should be reduced to remain remaining left delete
    deleting everything fields leave leaving current same person first last top sort sorted order ordered then
    has have someone three keep 1 times date timestamp changed data down
    """.split())  # fmt: skip
_OF_SAME = frozenset("""
    duplicate duplicates duplicated exact exactly deduplicate dedupe dedup repeated repeat distinct identical double
    unique full-row remove removing drop dropping get rid of keep leave keeping only just one once single copy copies
    row rows record records line lines entry entries every all column columns same matches match fully completely
    collapse into time times each recorded loaded more than twice if where two no that are with values counts as
    combination combinations several appears appear also plus other others need first excel-style ticked clean up so
    """.split())  # fmt: skip


def read_versions(made: Works) -> None:
    """``latest row per customer``, ``dedupe by email keeping the lowest id``, ``remove exact duplicates``."""
    repeated = [one for one in made.cues(_REPEATED) if not (made.marks[one[0]].use or made.marks[one[0]].tables)]
    first = [one for one in made.cues(_FIRST) if not made.marks[one[0]].use]
    keys = _keys(made) if first or repeated else []
    if keys:
        _best(made, [link for _, _, link in keys], repeated, keys)
    elif repeated:
        _same(made, repeated)


def _keys(made: Works) -> list[tuple[int, int, Link]]:
    """Keys behind ``per``, with where they stand."""
    found: list[tuple[int, int, Link]] = []
    for start, end, _ in list(made.cues(_PER)):
        at = made.next(end)
        mark = made.at(at)
        link = key_of(made, mark) if not mark.use else None
        if link is not None and made.goes_on(at):
            raise Unfit("it is open where the key ends")
        if link is not None and link.column not in [known.column for _, _, known in found]:
            found.append((start, at, link))
    return found


def _best(
    made: Works, keys: list[Link], repeated: list[tuple[int, int, bool]], spots: list[tuple[int, int, Link]]
) -> None:
    first = [one for one in made.cues(_FIRST) if not made.marks[one[0]].use]
    numbers = [mark for mark in made.marks if mark.kind == "number" and not mark.use and mark.number != 1]
    if not first or numbers or not _asks_for_rows(made, repeated):
        return
    firm = [one for one in first if made.marks[one[0]].text.lower() not in _NEUTRAL] or first
    is_last = _is_last(made, firm, is_firm=firm != first)
    link = _order(made, keys, in_time=any(kind in ("new", "old") for _, _, kind in firm))
    made.rows.best = Best(keys, [(link, is_last)])
    for mark in made.marks:
        if "order" in mark.cues or "sort" in mark.cues:
            mark.use = mark.use or "one row of each"
    for start, at, _ in spots:
        made.take(start, at + 1, "one row of each")
    for start, end, _ in (*first, *repeated):
        made.take(start, end, "one row of each")
    for place, mark in enumerate(made.marks):
        if mark.is_open and mark.kind == "name" and key_of(made, mark) in keys and not made.is_in_list(place):
            mark.use = "one row of each"
    made.speak(_OF_BEST, "one row of each")


def _is_last(made: Works, firm: list[tuple[int, int, str]], *, is_firm: bool) -> bool:
    """True where the largest comes first: as the row is called, or as the rows are sorted before it is chosen."""
    orders = {mark.cues["order"] for mark in made.marks if "order" in mark.cues and not mark.use}
    last = {kind in ("new", "large") for _, _, kind in firm} if is_firm or not orders else orders
    if len(last) != 1 or (orders and orders != last):
        raise Unfit("it is open which row is kept")
    return last.pop()


def _asks_for_rows(made: Works, repeated: list[tuple[int, int, bool]]) -> bool:
    """True where rows are wanted, and not the latest date by itself."""
    words = set(made.brief.words)
    rows = words & (_ROWS | {"keep", "keeping", "columns", "version", "versions", "only", "survives", "wins"})
    is_row = any(made.fact in mark.tables for mark in made.marks)
    return bool(repeated or rows or is_row)


def _order(made: Works, keys: list[Link], *, in_time: bool) -> Link:
    """By what the first row is the first: what is named, else the only date."""
    names = [(mark, link) for mark in made.marks if not mark.use and mark.kind == "name"
             and (link := _sortable(made, mark, in_time=in_time)) is not None and link not in keys]  # fmt: skip
    spots = [(mark, link) for mark, link in names if not made.is_in_list(made.marks.index(mark))]
    exact = [(mark, link) for mark, link in (spots or names) if link.score >= 1.0]
    said = {link.column: link for _, link in (exact or spots or names)}
    if len(said) > 1:
        raise Unfit("it is open by what it is the first")
    for link in said.values():
        for mark, one in spots:
            if one.column == link.column:
                mark.use = "one row of each"
        return link
    dates = made.dates()
    if not in_time or len(dates) != 1:
        raise Unfit("it is open by what it is the first")
    return dates[0]


def _sortable(made: Works, mark: Mark, *, in_time: bool) -> Link | None:
    """A date, or a number; a key numbers rows in the order in which they came."""
    link = made.column(mark)
    if link is None or link.table != made.fact:
        return None
    key = made.brief.said.relations.key(made.fact)
    if made.is_kind(link, "time") or ((link.column,) == key and link.score >= 1.0):
        return link
    return None if in_time else made.column(mark, kinds="number")


def _same(made: Works, repeated: list[tuple[int, int, bool]]) -> None:
    """Rows that are the same in all columns."""
    names = made.brief.said.tables[made.fact].schema.names
    said = {link.column for mark in made.marks if not mark.use and mark.kind == "name"
            and (link := made.column(mark)) is not None and not (mark.tables and link.score < 1.0)}  # fmt: skip
    words = set(made.brief.words)
    is_all = said == set(names) or (not said and bool(words & (_ROWS | {"columns", "fields", "copy"})))
    if not is_all:
        return
    made.rows.is_distinct = made.rows.is_whole = True
    for start, end, _ in repeated:
        made.take(start, end, "each row once")
    for mark in made.marks:
        if mark.is_open and mark.kind == "name" and said and made.column(mark) is not None:
            mark.use = "each row once"
    made.speak(_OF_SAME, "each row once")
