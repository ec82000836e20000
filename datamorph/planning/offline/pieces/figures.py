"""A figure of the rows that belong to each thing: how many, or a total, with 0 for things that have none."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.frames import Shown, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases

_COUNTED = phrases(
    """
    [total] <number> of [the|their|its|all] O
    O (count|counts)
    how many O [there are|it has|they have|each has]
    # of [their] O
    """,
    number="(number|count|amount|tally|no.)",
)
_SUMMED = phrases(
    """
    <total> [of] [the] {x} (of|over|for|across|from|in) [the|their|its|all] O
    <total> O {x}
    <total> of [the|their] O ['] {x}
    sum LP {x} RP [of|over] [the] O
    <total> [of] [the] {x}
    """,
    total="(total|sum|summed|overall|sum total)",
)
_AGAIN = phrases("[the] (count|number|total)")
_ZERO = phrases(
    """
    [with|and|as|show|put|give|gives] [a] <zero> (for|if|where|when) [T|those|there|they|it|one] <none> [any|a] [O]
    [with|and|as|show] [a] <zero> (if|when|for) [a|an] T <none> [any|a] [O]
    T <none> [any|a] [O] (count as|get|gets|should show|show|with|appear with|as|have|are shown with) [a] <zero>
    <keep> [the] T <none> [any] [O] [,] [with|as] [a] [<zero>]
    <keep> [the] T <none> [any] [O] LP <zero> RP
    <keep> T with <zero> O [,] [with|as] [a] [<zero>]
    """,
    zero="(zero|N)",
    none="(without|with no|lacking|that have no|who have no|has no|have no|having no|that have none|with none|are no"
    "|are none|that has no)",
    keep="(including|include|keep|keeping|also)",
)
_EACH = phrases("(per|by|for each|for every|of each|of every|for all) {k:TC}")


@dataclass(frozen=True)
class Figure:
    """The number of rows, or the total of a column."""

    of: Link | None


@dataclass(frozen=True)
class Figures:
    """All things, with a figure of their rows."""

    figure: Figure
    shown: Shown


def read_figures(line: Line) -> Figures | None:
    """The request, if every piece of the prompt has its place in it."""
    hops = line.brief.said.relations.between(line.other, line.fact) if line.other is not None else ()
    is_zero = all(sign.value == 0 for sign in line.signs if sign.sign == "N")
    if len(hops) != 1 or len(hops[0].columns) != 1 or not line.is_named or not is_zero:
        return None
    if not line.take(_ZERO, "T", lambda _: True):
        return None
    found = [*line.take(_COUNTED, "M", lambda _: Figure(None)), *line.take(_SUMMED, "M", lambda one: _sum(line, one))]
    if len(set(found)) != 1:
        return None
    line.take(_AGAIN, "M", lambda _: found[0])
    line.take(_EACH, "T", lambda one: _is_each(line, one))
    shown = read_frame(line, ("M",), frozenset({"left", "join", "T", "O", "compute"}))
    is_fitting = (
        shown is not None
        and not shown.is_whole
        and all(one.table == line.fact for one in shown.entries if isinstance(one, Link))
    )
    return Figures(found[0], shown) if shown is not None and is_fitting else None


def _sum(line: Line, one: Found) -> Figure | None:
    link = one.link("x")
    is_number = link is not None and link.table == line.other and line.is_number(link)
    return Figure(link) if is_number else None


def _is_each(line: Line, one: Found) -> bool | None:
    """``per customer``, ``per customer_id``."""
    sign = one.sign("k")
    key = line.brief.said.relations.key(line.fact)
    is_key = sign is not None and isinstance(sign.value, Link) and (sign.value.column,) == key
    return True if sign is not None and (sign.sign == "T" or is_key) else None
