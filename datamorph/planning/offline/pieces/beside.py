"""Rows with something of the rows beside them: a running total, a number, the value before or after, a difference."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.frames import Shown, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases
from datamorph.planning.offline.pieces.order import take_order, take_within, take_within_by

_RUNNING = phrases(
    """
    (running|cumulative|cumulated|accumulated) [total|sum] [of|for|over] [the] {x}
    (running|cumulative|cumulated|accumulated) [total|sum] LP {x} RP
    (running|cumulative|cumulated|accumulated) {x} [total|sum]
    {x} (running total|running sum|cumulative total|cumulative sum|cumsum)
    {x} (accumulated|cumulated|cumulative|so far|to date|added up so far|summed up so far|added up row by row)
    cumsum [of] {x}
    cumsum LP {x} RP
    (rolling total|rolling sum|total|sum) of [the] {x} <up_to>
    running tally of {x}
    """,
    up_to="(from the first row on|up to and including that row|so far|up to each row|up to that row|up to this row)",
)
_NUMBERED = phrases(
    """
    <number> [starting at N|starting from N|starting with N]
    row_number LP RP
    (counter|sequence|running index|running count|numbering) (starting at N|starting from N|from N)
    number N , N , N (and so on|...|etc)
    ordinal number
    position
    """,
    number="(row number|sequence number|running number|consecutive number|serial number|sequential number|row_number)",
)
_BEFORE = phrases("""
    [the] (previous|prior|preceding) [T] {x}
    [the] (previous|prior|preceding) (row|record|one|line|entry) {x}
    {x} (of|from|in) the (previous|prior|preceding) (T|row|record|one|line|entry)
    {x} of the (T|row|record|one|line|entry) (before|above|before it|right before|just before)
    {x} (of|from|in) the (row|line|record) above
    [the] (lag|lagged value) of {x}
    lag LP {x} RP
    lagged {x}
""")
_BEHIND = phrases("""
    [the] (next|following|subsequent) [T] {x}
    [the] (next|following|subsequent) (row|record|one|line|entry) {x}
    {x} (of|from|in) the (next|following|subsequent) (T|row|record|one|line|entry)
    {x} of the (T|row|record|one|line|entry) (after it|after|below|right after|just after)
    [the] lead of {x}
    lead LP {x} RP
""")
_CHANGED = phrases(
    """
    <change> (to|from|against|since|with|vs|versus|compared to|relative to) {v:B}
    <change> (in|of) {x} <against> the (previous|prior|preceding|last) <row>
    <change> (in|of) {x} <against> the <row> (before|before it|above)
    {x} <change> <against> the (previous|prior|preceding) <row>
    difference between {x} and {v:B}
    {x} minus {v:B}
    {x} - {v:B}
    how much [the] {x} (changed|differs|changes) <against> the (previous|prior|preceding) <row>
    {x} compared to the previous <row> , as a difference
    """,
    change="(difference|change|delta)",
    against="(to|from|against|since|vs|versus|compared to|compared with)",
    row="(T|row|record|one|line)",
)
_CALLED = phrases("""
    {v:W} (as|called|named|, call it|, named|, called) {w:w}
""")
_NO_NAMES = frozenset({"a", "an", "the", "it", "well", "new", "extra", "last", "column"})
_PAST = ("previous", "prior", "preceding", "lag", "lagged")
_COMING = ("next", "following", "subsequent", "lead")
_GROWING = ("running", "cumulative", "cumulated", "accumulated", "cumsum", "rolling")
_TALK = frozenset({"within", "value"})


@dataclass(frozen=True)
class Work:
    """A column made of rows in an order.

    Attributes:
        sql: over the column, which is ``{0}``.
    """

    sql: str
    name: str
    of: Link | None
    rows: str = "partition"


@dataclass(frozen=True)
class Beside:
    """Rows of a table, in groups and in an order, with what is made of them."""

    work: Work
    keys: tuple[Link, ...]
    order: Link
    shown: Shown


def read_beside(line: Line) -> Beside | None:
    """The request, if every piece of the prompt has its place in it."""
    keys, order = take_within(line), take_order(line)
    work = _take_work(line)
    if work is None:
        return None
    keys = keys or take_within_by(line)
    shown = read_frame(line, ("W",), _TALK)
    if shown is None or order is None or (work.of is None and not keys):
        return None
    if any(isinstance(one, Link) and one.table != line.fact for one in shown.entries):
        return None
    return Beside(work, keys, order, shown)


def _take_work(line: Line) -> Work | None:
    """The one such work, whose sign is ``W`` wherever it is named."""
    found: list[Work] = []
    for table, made in ((_BEFORE, _before), (_BEHIND, _behind)):
        line.take(table, "B" if made is _before else "A", lambda one, made=made: made(line, one))
    found += line.take(_CHANGED, "W", lambda one: _change(line, one))
    for table, made in ((_RUNNING, _run), (_NUMBERED, _number)):
        found += line.take(table, "W", lambda one, made=made: made(line, one))
    bare = phrases("{v:BA}")
    found += line.take(bare, "W", lambda one: None if (sign := one.sign("v")) is None else sign.value)
    if len(set(found)) != 1:
        return None
    return _named(line, found[0])


def _named(line: Line, work: Work) -> Work | None:
    """``as running_price``: what it is called, wherever it is named."""
    line.take(_CALLED, "W", _called)
    named = {one.value for one in line.signs if one.sign == "W" and one.value != work}
    if len(named) > 1:
        return None
    work = named.pop() if named else work
    line.signs = [replace(one, value=work) if one.sign == "W" else one for one in line.signs]
    return work


def _called(one: Found) -> Work | None:
    sign, name = one.sign("v"), one.text("w").strip()
    return replace(sign.value, name=name) if sign is not None and name not in _NO_NAMES else None


def _word(one: Found, words: Sequence[str]) -> str:
    """What it is called by: the word that the prompt has for it, else the first."""
    said = one.match[0].split()
    return next((word for word in words if word in said), words[0])


def _measure(line: Line, one: Found) -> Link | None:
    link = one.link("x")
    return link if link is not None and link.table == line.fact else None


def _number_of(line: Line, one: Found) -> Link | None:
    link = _measure(line, one)
    return link if link is not None and line.is_number(link) else None


def _before(line: Line, one: Found) -> Work | None:
    link = _measure(line, one)
    return Work("lag({0})", f"{_word(one, _PAST)}_{link.column}", link) if link is not None else None


def _behind(line: Line, one: Found) -> Work | None:
    link = _measure(line, one)
    return Work("lead({0})", f"{_word(one, _COMING)}_{link.column}", link) if link is not None else None


def _change(line: Line, one: Found) -> Work | None:
    link, before = _number_of(line, one), one.sign("v")
    held = before.value.of if before is not None else None
    link = link or held
    if link is None or not line.is_number(link) or (held is not None and held != link):
        return None
    return Work("{0} - lag({0})", f"{link.column}_change", link)


def _run(line: Line, one: Found) -> Work | None:
    link = _number_of(line, one)
    return Work("sum({0})", f"{_word(one, _GROWING)}_{link.column}", link, "running") if link is not None else None


def _number(line: Line, one: Found) -> Work | None:
    starts = [sign.value for sign in line.signs if sign.sign == "N"]
    name = "_".join(re.findall(r"[a-z]+", one.match[0].split(" starting ")[0].split(" from ")[0]))
    return Work("row_number()", name, None) if not starts or starts[0] == 1 else None
