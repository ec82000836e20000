"""The first rows of each group: the latest one, the three largest with their rank, the newest version of each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from re import Pattern

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.frames import Shown, has, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases
from datamorph.planning.offline.pieces.order import take_order, take_within, take_within_by

_ROW = "(T|row|record|entry|version|one|line|state)"
_IN_TIME = {True: "latest|newest|most recent|last|current", False: "oldest|earliest|first|least recent"}
_IN_SIZE = {
    True: "highest|largest|biggest|greatest|maximum|max|most|longest",
    False: "lowest|smallest|minimum|min|least|fewest|shortest",
}
_LEADING = {True: "top|best|highest|largest|biggest|greatest", False: "bottom|lowest|smallest|worst"}


def _of_time(*, is_falling: bool) -> tuple[Pattern[str], ...]:
    words = _IN_TIME[is_falling]
    return phrases(f"""
        [the] [single|very] ({words}) {_ROW} [by|according to|based on|going by|judging by] [the] [{{d}}]
        [the] [single|very] ({words}) {_ROW} LP {{d}} RP
        [the] {_ROW} (with|that has|having) [the] ({words}) {{d}}
        [the] {_ROW} whose {{d}} is [the] ({words})
        (keep|keeping|retain|retaining) [just|only] [the] ({words}) [one] [by|according to|based on] [{{d}}]
        [with] [the] ({words}) {{d}} (wins|winning)
    """)


def _of_kept(*, is_falling: bool) -> tuple[Pattern[str], ...]:
    words = f"{_IN_TIME[is_falling]}|{_IN_SIZE[is_falling]}"
    return phrases(f"[with|keep|keeping|retaining] [the] ({words}) {{d}}")


def _of_size(*, is_falling: bool) -> tuple[Pattern[str], ...]:
    words, leading = _IN_SIZE[is_falling], _LEADING[is_falling]
    return phrases(f"""
        [the] [single] {_ROW} (with|that has|having) [the] ({words}) {{d}}
        [the] [single] {_ROW} whose {{d}} is [the] ({words})
        [the] [single] ({leading}) {_ROW} by [the] {{d}}
        (keep|keeping|retain) [the] {_ROW} (with|that has|having) [the] ({words}) {{d}}
    """)


def _several(*, is_falling: bool) -> tuple[Pattern[str], ...]:
    words, leading, time = _IN_SIZE[is_falling], _LEADING[is_falling], _IN_TIME[is_falling]
    return phrases(f"""
        [the] ({leading}) {{n:N}} T by [the] {{x}}
        [the] {{n:N}} ({leading}) T by [the] {{x}}
        [the] {{n:N}} T (with|that have|having) [the] ({words}) {{x}}
        [the] {{n:N}} ({time}) T [by] [{{x}}]
        [the] ({time}) {{n:N}} T [by] [{{x}}]
        (first|top) {{n:N}} T (by|in order of) {"descending" if is_falling else "ascending"} {{x}}
    """)


_ONE = {way: (_of_time(is_falling=way), _of_size(is_falling=way)) for way in (True, False)}
_KEPT = {way: _of_kept(is_falling=way) for way in (True, False)}
"""What stays of rows that are alike in a key: ``one row per order_no, newest updated_at``."""
_SEVERAL = {way: _several(is_falling=way) for way in (True, False)}
_RANK = phrases(
    "[the|a|their|its] <rank> [column|number] [<within> {k:CP}] [LP N <means> RP] [as <last> column]",
    means="(= highest|is the highest|= lowest|= best)",
    rank="(rank|ranking|rank number|rank position|place|position)",
    within="(within the|in the|in its|within its|inside the)",
    last="(last|the last)",
)
_ALIKE = phrases("""
    (deduplicate|dedupe|deduplicating|dedup) [T] (by|on|per) {k:CP}
    T (deduplicated|deduped) (by|on|per) {k:CP}
    [drop|remove|eliminate|discard] (duplicates of|duplicate|duplicated|repeated) {k:CP}
    some {k:CP} (appear|occur|are there) (several times|more than once|twice|repeatedly|multiple times) [. | ,]
    if a {k:CP} (appears|occurs|is there) (several times|more than once|twice|repeatedly) [in T] ,
    unique {k:CP}
    reduce T to one (row|record) per {k:CP}
""")
_TALK = frozenset("""
    deduplicate dedupe reduce drop remove rows entries single of winning wins duplicates according
    """.split())  # fmt: skip


@dataclass(frozen=True)
class Best:
    """The first rows of each group.

    Attributes:
        rank: what the column with the place of each row is called; empty where it is not asked for.
    """

    by: Link
    is_falling: bool
    count: int
    keys: tuple[Link, ...]
    shown: Shown
    rank: str


@dataclass(frozen=True)
class _Asked:
    by: Link | None
    is_falling: bool
    count: int = 1


def read_best(line: Line) -> Best | None:
    """The request, if every piece of the prompt has its place in it."""
    alike = _take_alike(line)
    is_alike = bool(alike) or has(line, "one (row|record|entry) ")
    keys = tuple(dict.fromkeys((*alike, *take_within(line))))
    asked = _take_asked(line, (True, False) if is_alike else ())
    if asked is None:
        return None
    order = None if asked.by is not None else take_order(line)
    keys = keys or take_within_by(line)
    by = asked.by or order or _only(line.dates())
    ranks = line.take(_RANK, "R", _placed) if asked.count > 1 else []
    shown = read_frame(line, ("R",) if ranks else (), _TALK)
    if shown is None or not keys or by is None or by in keys or (ranks and shown.is_whole):
        return None
    return Best(by, asked.is_falling, asked.count, keys, shown, ranks[0] if ranks else "")


def _placed(one: Found) -> str:
    """What the column with the places is called."""
    return next(word for word in ("rank", "ranking", "place", "position") if word in one.match[0].split())


def _only(links: Sequence[Link]) -> Link | None:
    return links[0] if len(links) == 1 else None


def _take_alike(line: Line) -> list[Link]:
    """``deduplicate by order_no``: what rows have in common of which one stays."""

    def key(one: Found) -> Link | None:
        sign = one.sign("k")
        return line.key_of(sign) if sign is not None else None

    return line.take(_ALIKE, "T", key)


def _take_asked(line: Line, kept: Sequence[bool]) -> _Asked | None:
    """By what rows come first, and how many; None where it is not said, or twice."""
    found: list[_Asked] = []
    for way in (True, False):
        found += line.take(_SEVERAL[way], "T", lambda one, way=way: _several_of(line, one, way))
    for way in (True, False):
        in_time, in_size = _ONE[way]
        found += line.take(in_time, "T", lambda one, way=way: _one_of(line, one, way))
        found += line.take(in_size, "T", lambda one, way=way: _by_size(line, one, way))
    for way in kept:
        found += line.take(_KEPT[way], "T", lambda one, way=way: _by_size(line, one, way))
    return found[0] if len(set(found)) == 1 else None


def _several_of(line: Line, one: Found, is_falling: bool) -> _Asked | None:
    count, link = one.sign("n"), one.link("x")
    if count is None or not count.value or (link is not None and not _may_order(line, link)):
        return None
    return _Asked(link, is_falling, count.value)


def _one_of(line: Line, one: Found, is_falling: bool) -> _Asked | None:
    link = one.link("d")
    is_time = link is None or (line.is_time(link) and link.table == line.fact)
    return _Asked(link, is_falling) if is_time else None


def _by_size(line: Line, one: Found, is_falling: bool) -> _Asked | None:
    link = one.link("d")
    return _Asked(link, is_falling) if link is not None and _may_order(line, link) else None


def _may_order(line: Line, link: Link) -> bool:
    return link.table == line.fact and (line.is_time(link) or line.is_number(link))
