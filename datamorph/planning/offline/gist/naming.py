"""What the numbers of groups are called: ``as total_paid``, ``columns quarter and total``."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Extra, Measure

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups

_FIGURES = frozenset("kpi figure figures value values metric measure measures indicator".split())
"""Words that ask for nothing, unless a number is called so."""
_SIGNS = frozenset("+-*/\u00f7")


def read_names(made: Groups) -> None:
    """``as total_paid``, ``columns quarter and total``: what the measures are called."""
    found: dict[str, list[Mark]] = {}
    for place, mark in enumerate(made.marks):
        if _may_name(made, place):
            found.setdefault(mark.text.lower(), []).append(mark)
        if "named" in mark.cues and not mark.use:
            mark.use = "name"
    if not found:
        return
    _take(made, found)
    wanted: list[Measure | Extra] = [*(m for m in made.gist.measures if m.is_shown), *made.gist.extras]
    if len(found) != len(wanted):
        raise Unfit("it is open what is called so")
    for marks, measure in zip(found.values(), wanted, strict=True):
        measure.name = marks[0].text
        for mark in marks:
            mark.use = "name"
            _signs_beside(made, mark)


def _take(made: Groups, found: Collection[str]) -> None:
    """``sum of amount as owed, desc by owed``: a name that is said again."""
    for mark in made.marks:
        mark.use = "name" if mark.is_open and mark.text.lower() in found else mark.use


def _may_name(made: Groups, place: int) -> bool:
    """``total_paid``, and a word behind ``as`` or in front of ``=``."""
    mark, behind = made.marks[place], made.at(place + 1)
    if mark.text.lower() in _FIGURES and not mark.use:
        return _is_called(made, place)
    if mark.use or mark.kind not in ("other", "money") or (mark.kind == "money" and "_" in mark.text):
        return mark.kind == "money" and not mark.use and "_" in mark.text
    if "_" in mark.text or behind.text == "=":
        return mark.kind == "other"
    at = place - 1
    while at >= 0 and made.marks[at].kind in ("talk", "done", "break"):
        at -= 1
    is_word = made.brief.words[mark.start - 1 : mark.start] not in (("a",), ("an",), ("the",))
    return "named" in made.at(at).cues and is_word


def _is_called(made: Groups, place: int) -> bool:
    """``as figure``, ``columns city and value``: right behind what tells a name, or at the end of a list of columns."""
    before = made.at(place - 1)
    if "named" in before.cues and before.text.lower() not in ("column", "columns"):
        return True
    at = place - 1
    while at >= 0 and (made.marks[at].use == "key" or made.marks[at].kind in ("and", "name", "break")):
        at -= 1
    return at < place - 1 and made.at(at).text.lower() == "columns"


def _signs_beside(made: Groups, mark: Mark) -> None:
    """``avg_price = the mean price``."""
    place = made.marks.index(mark)
    for one in (made.at(place - 1), made.at(place + 1)):
        if one.text == "=" and not one.use:
            one.use = "name"
            _refuse_formula_behind(made, made.marks.index(one))


def _refuse_formula_behind(made: Groups, place: int) -> None:
    """``per_visitor = visits / members``: of measures, which is not read."""
    for mark in made.marks[place + 1 :]:
        if mark.text in _SIGNS:
            raise Unfit("formulas are not read")
        if mark.text in (",", ";", "."):
            return
