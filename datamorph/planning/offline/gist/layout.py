"""Groups told by the layout of a pivot table, or by what rows are grouped on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamorph.planning.offline.gist.attempt import Unfit

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups
    from datamorph.planning.offline.gist.marks import Mark

_NEAR = 6
_PIVOTS = frozenset({"pivot", "pivoted", "pivoting", "crosstab"})
_GROUPING = frozenset({"group", "grouped", "grouping"})
_ROWS, _VALUES = frozenset({"row", "rows"}), frozenset({"value", "values"})
_TELLING = frozenset({"=", ":", "is", "are"})
_PLACING = frozenset({"as", "in"})
_BEFORE_ON = frozenset({"the", "all", "them", "list", "table", "sheet", "rows", "data"})
_SPREAD = frozenset({"column", "columns", "as columns", "in columns", "as a column"})


def read_layout(made: Groups) -> None:
    """Make *per* of what says the same: ``rows = year of paid_on``, ``channel in rows``, ``group sales on channel``.

    Raises:
        Unfit: values of a column are columns of the pivot table.
    """
    _grouped_on(made)
    for place, mark in enumerate(made.marks):
        if mark.text.lower() == "mix" and _is_own_key(made, place - 1) and made.key(place - 1):
            mark.use = "per"  # ``the channel mix of the sales``
    pivots = [place for place, mark in enumerate(made.marks) if _PIVOTS & set(mark.text.lower().split())]
    if not pivots:
        return
    _of_rows(made, pivots[0])
    found = [_rows(made, place) for place in range(len(made.marks))] + [
        _values(made, p) for p in range(len(made.marks))
    ]
    if any(found) and any(mark.text.lower() in _SPREAD for mark in made.marks):
        raise Unfit("values may be columns")


def _grouped_on(made: Groups) -> None:
    """``group the sales on channel then shop_id``."""
    for place, mark in enumerate(made.marks):
        if mark.text.lower() not in _GROUPING:
            continue
        at = place + 1
        while made.at(at).text.lower() in _BEFORE_ON or _is_fact(made, made.at(at)):
            at += 1
        behind = made.next(at + 1)
        is_key = "part" in made.at(behind).cues or made.column(made.at(behind), kinds="key") is not None
        if made.at(at).text.lower() == "on" and is_key:
            _turn(made.marks[at], "per")
            _use_up_together(made, behind)
            if made.at(behind + 1).text.lower() == "then":
                made.marks[behind + 1].kind = "and"


def _use_up_together(made: Groups, place: int) -> None:
    """``on channel and shop_id together``: as keys always are."""
    for mark in made.marks[place : place + _NEAR]:
        if mark.text.lower() == "together" and mark.kind == "other":
            mark.use = "key"


def _of_rows(made: Groups, place: int) -> None:
    """``pivot on sales``: of which rows it is."""
    if "per" in made.marks[place].cues and _is_fact(made, made.at(made.next(place + 1))):
        _turn(made.marks[place], "talk")


def _rows(made: Groups, place: int) -> bool:
    """``rows: channel``, ``channel as rows``: what the rows stand for."""
    mark, before, behind = made.marks[place], made.at(place - 1), made.at(place + 1)
    if mark.text.lower() not in _ROWS:
        return "per" in mark.cues and mark.text.lower() == "rows ="
    at = place - 2
    if before.text.lower() in _PLACING and made.column(made.at(at), kinds="key") is not None and made.key(at):
        mark.use = before.use = "per"
        return True
    if behind.text.lower() in _TELLING and made.at(made.next(place + 2)).kind in ("name", "part"):
        _turn(mark, "per")
        behind.use = "per"
        return True
    return False


def _values(made: Groups, place: int) -> bool:
    """``values = sum of amount``, ``number of sales as value``: that the numbers stand there goes without saying."""
    mark, before, behind = made.marks[place], made.at(place - 1), made.at(place + 1)
    if mark.text.lower() not in _VALUES or mark.columns:
        return False
    if before.text.lower() in _PLACING:
        before.use = "layout"
    elif behind.text.lower() in _TELLING:
        behind.use = "layout"
    elif "function" not in behind.cues and "count" not in behind.cues and "compared" not in behind.cues:
        return False
    _turn(mark, "talk")
    return True


def _turn(mark: Mark, kind: str) -> None:
    mark.kind = "per" if kind == "per" else "talk"
    mark.cues = {"per": True} if kind == "per" else {}


def _is_own_key(made: Groups, place: int) -> bool:
    """True for the name of a column of the rows that are no numbers."""
    mark = made.at(place)
    link = made.column(mark, kinds="key") if mark.kind == "name" else None
    return link is not None and link.table == made.fact and not mark.tables and not mark.values


def _is_fact(made: Groups, mark: Mark) -> bool:
    return mark.kind == "name" and made.fact in mark.tables
