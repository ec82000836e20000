"""Within what, and in which order: the same words beside every work on neighbouring rows."""

from __future__ import annotations

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.line import Found, Line, phrases

_WITHIN = phrases(
    """
    <each> {k:CP}
    (separately|independently|restarting|restarted|again|starting over|anew) <again> {k:CP}
    [partition T] (partition by|partitioned by|grouped by|group by|partitioned on) {k:CP}
    partition T by {k:CP}
    """,
    each="(per|for each|for every|within each|within every|within the same|in each|in every|of each|of every"
    "|of the same|by each|per each)",
    again="(for each|for every|per|at each|with each|with every)",
)
_OWNER = phrases("""
    (each|every) {k:CP}
""")
_WITHIN_BY = phrases("by {k:CP}")
_ALONG = phrases(
    """
    (ordered|sorted|order|sort|arranged) (by|on|along) [the] [ascending|increasing] {d}
    (ordered|sorted|order|sort|arranged) by {d} (ascending|asc)
    by [ascending|increasing] {d}
    by {d} (ascending|asc)
    (in|in the|in ascending|in increasing|in the ascending) order of [the] {d}
    (following|in) the order of [the] {d}
    [in] (in chronological|in ascending|in time|in date|chronological) order (of|by) [the] {d}
    from [the] <low> {d} to the <high>
    from [the] <low> to the <high> {d}
    [ordered|sorted] by {d} , <low> first
    [ordered|sorted] by {d} from <low> to <high>
    (along|over) [the] {d}
    (in|in the) (chronological|time|date) order
    chronologically
    over time
    """,
    low="(earliest|oldest|first|lowest|smallest|old|low)",
    high="(latest|newest|last|highest|largest|new|high)",
)


def take_within(line: Line) -> tuple[Link, ...]:
    """The columns of the groups, which leave the line."""
    found = line.take(_WITHIN, "", lambda one: _key(line, one))
    found += line.take(_OWNER, "", lambda one: _owner(line, one))
    return tuple(dict.fromkeys(found))


def take_within_by(line: Line) -> tuple[Link, ...]:
    """``by category``, where nothing else tells the groups."""
    return tuple(dict.fromkeys(line.take(_WITHIN_BY, "", lambda one: _key(line, one))))


def _owner(line: Line, one: Found) -> Link | None:
    """``each customer's latest job``."""
    sign = one.sign("k")
    is_owner = sign is not None and line.brief.said.tokens[sign.end - 1].text.endswith(("'s", "\u2019s"))
    return _key(line, one) if is_owner else None


def _key(line: Line, one: Found) -> Link | None:
    sign = one.sign("k")
    return line.key_of(sign) if sign is not None else None


def take_order(line: Line) -> Link | None:
    """The column by which rows follow each other; None where it is open."""
    found = set(line.take(_ALONG, "", lambda one: _along(line, one)))
    return found.pop() if len(found) == 1 else None


def _along(line: Line, one: Found) -> Link | None:
    link = one.link("d")
    if link is None:
        dates = line.dates()
        return dates[0] if len(dates) == 1 else None
    return link if link.table == line.fact and line.is_time(link) else None
