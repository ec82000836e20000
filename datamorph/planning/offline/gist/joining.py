"""How tables belong together, as it is said: joins, lookups, and rows that stay where nothing belongs to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import nulls
from datamorph.planning.offline.relations import Relation

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.rows import Rows

_LOOKUPS = frozenset({"vlookup", "xlookup", "lookup", "hlookup"})
_OVER = frozenset({"on", "using", "via", "by", "over", "through", "with"})
_OUTER = frozenset({"left", "outer"})
_JOINS = frozenset({"join", "joined", "joining"})
_KEEPING = frozenset("keep keeps keeping kept stay stays staying remain remains include including".split())
_LOSING = frozenset("lose losing lost drop dropping dropped leave leaving left omit omitting skip skipping".split())
_DENYING = frozenset({"don't", "not", "never", "without", "no"})
_LACKING = frozenset("without no missing unmatched unknown lacking none".split())
_BLANK = frozenset({"blank", "null", "empty", "nothing"})
_WHEN = frozenset({"if", "where", "when", "for", "whenever", "=", "match", "means"})
_SAYING = frozenset("""
    a an the it its that those these which who have has had is are be will must should can may there any one ones also
    even still too please with in for of as left leave leaves shown out row rows record records them they then given
    known set match matches partner every all name names value cell field column just stays and but or do not
    """.split())  # fmt: skip


def read_joining(made: Rows) -> None:
    """Take what only says how tables belong together."""
    for place, mark in enumerate(made.marks):
        text = mark.text.lower()
        if mark.use:
            continue
        if text in _JOINS:
            _join(made, place)
        elif text in _LOOKUPS and _hops(made):
            mark.use = "join"
            _keys(made)
    _kept(made)


def _hops(made: Rows) -> list[Relation]:
    """How these rows refer to the tables next to them."""
    hops = [made.brief.said.relations.between(made.fact, other) for other in made.near if other != made.fact]
    return [found[0] for found in hops if len(found) == 1]


def _join(made: Rows, place: int) -> None:
    """``left join authors on author_id``: every row stays; a plain join must lose none."""
    before = {made.at(place - 1).text.lower(), made.at(place - 2).text.lower()}
    other = next((made.table(mark) for mark in made.marks[place + 1 : place + 3] if mark.tables), None)
    hop = next((one for one in _hops(made) if one.target == other), None)
    if hop is None or other == made.fact:
        return
    if not before & _OUTER and _loses(made, hop):
        raise Unfit("it is open whether rows without a match stay")
    for at in (place - 2, place - 1, place):
        if at == place or made.at(at).text.lower() in (*_OUTER, "inner"):
            made.marks[at].use = "join"
    _keys(made)


def _keys(made: Rows) -> None:
    """``on author_id``, ``via sku``: the column that refers to the other table."""
    keys = {(hop.table, column) for hop in _hops(made) for column in hop.columns}
    keys |= {(hop.target, column) for hop in _hops(made) for column in hop.target_columns}
    for place, mark in enumerate(made.marks):
        link = made.column(mark) if mark.kind == "name" and not mark.use else None
        before = made.at(place - 1)
        if link is not None and (link.table, link.column) in keys and before.text.lower() in _OVER and not before.use:
            mark.use = before.use = "join"


def _loses(made: Rows, hop: Relation) -> bool:
    return hop.coverage < 1.0 or any(nulls(made.brief, Link(hop.table, column, 1.0)) for column in hop.columns)


def _kept(made: Rows) -> None:
    """``keep books without author``, ``blank if unknown``, where the author's name is shown: they stay anyway."""
    if not any(made.fact in mark.tables for mark in made.marks):
        return
    is_behind = False
    for run in _clauses(made):
        is_said = _says_kept(run) or (is_behind and any(mark.text.lower() in _BLANK for mark in run))
        is_behind = is_said and all(_is_of_kept(made, mark) for mark in run)
        if not is_behind:
            continue
        outside = [mark for mark in made.marks if mark not in run and mark.kind == "name"]
        shown = {link.table for mark in outside if (link := made.column(mark)) is not None and link.table != made.fact}
        shown |= {table for mark in outside if (table := made.table(mark)) is not None and table != made.fact}
        said = {table for mark in run if (table := _told(made, mark)) is not None}
        if shown and said <= shown:
            for mark in run:
                mark.use = mark.use or "rows without it stay"


def _says_kept(run: Sequence[Mark]) -> bool:
    words = {mark.text.lower() for mark in run}
    words |= {word for mark in run if "empty" in mark.cues or mark.kind == "talk" for word in mark.text.lower().split()}
    is_kept = bool(words & _KEEPING) or bool(words & _LOSING and words & _DENYING)
    is_blank = bool(words & _BLANK) and bool(words & _WHEN) and bool(words & _LACKING or "match" in words)
    is_every = bool(words & _KEEPING) and words <= _SAYING | _KEEPING | {"with", "that"}
    return (is_kept and bool(words & _LACKING)) or is_blank or is_every


def _is_of_kept(made: Rows, mark: Mark) -> bool:
    """A word around it, the rows themselves, or what they refer to."""
    words = set(mark.text.lower().split())
    known = _SAYING | _KEEPING | _LOSING | _LACKING | _BLANK | _WHEN | _DENYING
    return mark.use != "told by a phrase" and (
        words <= known or _told(made, mark) is not None or made.fact in mark.tables
    )


def _told(made: Rows, mark: Mark) -> TableRef | None:
    """The other table that a mark names, itself or by the column that refers to it."""
    if (table := made.table(mark)) is not None and table != made.fact:
        return table
    link = made.column(mark) if mark.kind == "name" else None
    hop = next((one for one in _hops(made) if link is not None and link.column in one.columns), None)
    return hop.target if hop is not None and link is not None and link.table == made.fact else None


def _clauses(made: Rows) -> Iterator[list[Mark]]:
    run: list[Mark] = []
    for mark in made.marks:
        if mark.kind == "break" and mark.text in (",", ".", ";", ":", "(", ")", "?"):
            if run:
                yield run
            run = []
        else:
            run.append(mark)
    if run:
        yield run
