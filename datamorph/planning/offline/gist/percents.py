"""Shares of rows: ``percentage of loans that are late``, ``100 * count(*) / all loans``, ``of every 100``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.shape import Condition, Measure, Picked, Test

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups
    from datamorph.planning.offline.gist.marks import Mark

_SIGNS = frozenset({"/", "\u00f7"})
_DIVIDING = frozenset({"divide", "divided", "dividing"})
_ALL = frozenset({"all", "total", "overall", "whole", "total count", "total count of", "total number of",
                  "total number", "every", "grand total", "entire"})  # fmt: skip
_OF_ALL = _ALL | frozenset({"the", "of", "(", ")", "*", "rows", "records", "count", "count of", "number of", "counts"})
_WHOLES = frozenset({"grand total", "grand totals", "total", "overall total", "sum total"})
_RANGES = frozenset({"to", "-", "\u2013"})
_IN_PERCENT = frozenset({"as", "in"})
_HUNDRED = 100
_CLOSE = 3


def prepare_percents(made: Groups) -> None:
    """Make shares of what is divided by all, and take what only says how a share is written."""
    _divisions(made)
    shares = [place for place, mark in enumerate(made.marks) if "share" in mark.cues]
    if not shares:
        return
    for place, mark in enumerate(made.marks):
        _scale(made, place)
        is_whole = mark.text.lower() in _WHOLES and place - 1 in shares
        if is_whole and made.at(made.next(place + 1)).kind not in ("name", "money", "count"):
            mark.kind, mark.cues = "talk", {}
        if "like" in mark.cues and made.at(place + 1).kind == "number" and made.at(place - 1).text == "(":
            mark.kind, mark.cues, made.marks[place + 1].use = "talk", {}, "share"


def _scale(made: Groups, place: int) -> None:
    """``0 to 100``, ``(0-100)``: that percents are meant."""
    low, high = made.marks[place], made.at(place + 2)
    if low.number == 0 and high.number == _HUNDRED and made.at(place + 1).text.lower() in _RANGES:
        low.use = high.use = "share"


def _divisions(made: Groups) -> None:
    """``100.0 * count(*) / all sales``, ``divide the number of late loans by all loans``."""
    is_said = any(mark.text.lower() in _DIVIDING for mark in made.marks)
    for place, mark in enumerate(made.marks):
        is_sign = mark.text in _SIGNS or (is_said and mark.text.lower() == "by")
        whole = _whole(made, place + 1) if is_sign else []
        if not whole:
            continue
        hundred = next((at for at in range(place - 1, -1, -1) if made.marks[at].number == _HUNDRED), None)
        for at in (place, *whole):
            made.marks[at].use = "share"
        share = made.marks[hundred] if hundred is not None else made.marks[whole[0]]
        share.kind, share.cues, share.use = "share", {"share": _HUNDRED if hundred is not None else 1}, ""
        for one in made.marks:
            one.use = "share" if one.text.lower() in _DIVIDING else one.use
        made.gist.is_ratio = True
        return


def _whole(made: Groups, place: int) -> list[int]:
    """``all loans``, ``(count of all loans)``, ``all rows``: where all rows are said."""
    found: list[int] = []
    while made.at(place).text.lower() in _OF_ALL or made.fact in made.at(place).tables:
        if place >= len(made.marks) or (made.at(place).text == ")" and not _opens(made, found)):
            break
        found.append(place)
        place += 1
    words = {made.marks[at].text.lower() for at in found}
    is_of_rows = bool(words & {"rows", "records"}) or any("count" in w or "number" in w for w in words)
    is_of_rows = is_of_rows or any(made.fact in made.marks[at].tables for at in found)
    return found if words & _ALL and is_of_rows else []


def _opens(made: Groups, found: list[int]) -> bool:
    texts = [made.marks[at].text for at in found]
    return texts.count("(") > texts.count(")")


def read_percents(made: Groups) -> None:
    """``percentage of loans that are late``: of all rows, one number; what they are asked is no condition of all."""
    gist = made.gist
    shares = [mark for mark in made.marks if "share" in mark.cues and not mark.use]
    if not shares or gist.keys or any(m.of is not None for m in gist.measures):
        return
    if gist.measures and not (gist.is_ratio or _is_form_of_count(made, shares)):
        return
    where = _distinct([*gist.conditions, *map(_picked, gist.picked), *map(_tested, gist.tests)])
    if len(where) != 1 or not any(made.fact in mark.tables for mark in made.marks):
        return
    percent = max(mark.cues["share"] for mark in shares)
    gist.measures = [Measure("share", where=where, percent=percent)]
    gist.conditions, gist.picked, gist.tests = [], [], []
    for mark in shares:
        mark.use = "share"


def _is_form_of_count(made: Groups, shares: list[Mark]) -> bool:
    """``how many loans are late, in percent``: the number is wanted in that form, and not beside it."""
    place = made.marks.index(shares[-1])
    words = {mark.text.lower() for mark in made.marks[max(place - _CLOSE, 0) : place]}
    first = shares[-1].text.lower().split()[0]
    return bool(({first} | words) & _IN_PERCENT) and not any(m.kind == "and" for m in made.marks[:place])


def _distinct(found: list[Condition]) -> list[Condition]:
    """``unresolved (no resolved_on)``: what is said twice counts once."""
    kept: list[Condition] = []
    for one in found:
        if not any((one.sql, one.links) == (other.sql, other.links) for other in kept):
            kept.append(one)
    return kept


def _picked(one: Picked) -> Condition:
    values = ", ".join(
        "'" + value.replace("'", "''").replace("{", "{{").replace("}", "}}") + "'" for value in one.values
    )
    sql = f"{{0}} in ({values})"
    return Condition([one.link], f"coalesce(not ({sql}), true)" if one.is_denied else sql, 0)


def _tested(one: Test) -> Condition:
    if one.link is None:
        raise Unfit("groups are limited")
    sql = f"{{0}} {one.operator} {one.number}"
    return Condition([one.link], f"coalesce(not ({sql}), true)" if one.is_denied else sql, 0)
