"""What is said of the rows of another table that must be there: ``at least one unpaid bill``, ``zero bookings``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import nulls

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.rows import Rows

_NEAR = 4
_UN = ("un", "non-", "never-")
_DOING = frozenset("took take taken made make placed put had have has got gotten done".split())
"""Verbs that say no more than the noun behind them: ``never took a trip``."""
_MATCHING = frozenset("match matches matching appear appears occur occurs exist exists found show up turn".split())
_ASIDE = frozenset("at all ever yet any single a an the sheet table list but so far is are there been".split())
_SO_FAR = frozenset({"yet", "so far", "at all", "ever"})
_STATING = frozenset("yet still been is are was were be that which not has have".split())
_SAYING = frozenset({"other", "money", "deed", "talk", "name"})
_WHOSE = frozenset("whose with where having has have without that which is are the a an their its no".split())


def read_existing(made: Rows) -> None:
    """Read what stands around each table whose rows belong to these, before anything else has a use for it."""
    for place, mark in enumerate(made.marks):
        child = made.child(mark) if mark.kind in ("name", "deed") and not mark.use else None
        if child is None:
            continue
        _joined(made, place)
        first = _number(made, place)
        if first is not None and made.marks[first].kind != "denied" and made.denied(first) is not None:
            raise Unfit("it is open whether there is one")
        if first is not None:
            _refuse_states(made)
        found = _before(made, child, place) + _behind(made, child, place)
        mark.where = tuple(found)
        if found or first is not None or made.denied(place) is not None or _is_matched(made, place):
            _aside(made, place)


def _refuse_states(made: Rows) -> None:
    """``which registered skaters have zero laps``: a state that no column tells may be of some of them."""
    for place, mark in enumerate(made.marks):
        state = made.at(place - 1)
        if made.fact in mark.tables and state.kind == "talk" and state.text.lower().endswith("ed") and place:
            raise Unfit(f"it is open which rows are {state.text!r}")


def _joined(made: Rows, place: int) -> None:
    """``anti join``: rows that have none there."""
    for at in range(place):
        word = made.marks[at].text.lower()
        join = next((i for i in (at + 1, at + 2) if made.at(i).text.lower() in ("join", "joined")), None)
        if word in ("anti", "semi") and join is not None and not made.marks[at].use:
            made.marks[at].kind = "denied" if word == "anti" else "talk"
            made.take(at + 1, join + 1, "filter")
            for one in made.marks[join:place]:
                one.use = one.use or ("filter" if one.text.lower() in ("against", "with", "to", "on") else "")


def _number(made: Rows, place: int) -> int | None:
    """``at least one``, ``one or more``: one is enough; ``zero`` is none."""
    for at in range(place - 1, max(place - _NEAR, -1), -1):
        mark, before, behind = made.at(at), made.at(at - 1), made.at(at + 1)
        if mark.kind == "break":
            return None
        if mark.text.lower() in ("0", "zero") and at == place - 1 and not made.is_compared(at):
            mark.kind, mark.cues = "denied", {}
            return at
        is_one = mark.text.lower() in ("one", "1")
        if is_one and before.cues.get("compared") == ">=":
            mark.use = before.use = "filter"
            return at - 1
        if is_one and behind.cues.get("behind") == ">=":
            mark.use = behind.use = "filter"
            return at
    return None


def _before(made: Rows, child: TableRef, place: int) -> list[str]:
    """``an unpaid bill``: what has not happened has no date."""
    mark = made.at(place - 1)
    if any(value.table == child for value in mark.values):
        mark = made.at(place - 2)  # ``an unpaid rent bill``
    text = mark.text.lower()
    bare = next((text.removeprefix(one) for one in _UN if text.startswith(one)), "")
    link = _event(made, child, bare) if bare and not mark.use else None
    if link is None:
        return []
    mark.use = "filter"
    return [f"{link.column} is null"]


def _behind(made: Rows, child: TableRef, place: int) -> list[str]:
    """``bills not yet paid``, ``whose paid_on is blank``, ``without a payment date``."""
    words: list[Mark] = []
    empty: Mark | None = None
    for at in range(place + 1, min(place + 1 + 2 * _NEAR, len(made.marks))):
        mark = made.marks[at]
        if mark.use or (mark.kind == "break" and mark.text != "-") or mark.kind == "and":
            break
        link = _own(mark, child)
        if link is not None and (empty is not None or _is_empty(made.at(made.next(at + 1)))):
            return _gap(made, link, [*words, mark, *([] if empty else made.marks[at + 1 : made.next(at + 1) + 1])])
        done = _event(made, child, mark.text.lower()) if mark.kind in _SAYING and "_" not in mark.text else None
        if done is not None and any(one.kind == "denied" for one in words):
            return _gap(made, done, [*words, mark])
        if not (mark.kind in ("denied", "talk") or mark.text.lower() in _STATING | _WHOSE or _is_empty(mark)):
            break
        empty = mark if _is_empty(mark) or mark.text.lower() in ("without", "no") else empty
        words.append(mark)
    return []


def _is_empty(mark: Mark) -> bool:
    return mark.cues.get("empty") is True


def _gap(made: Rows, link: Link, marks: list[Mark]) -> list[str]:
    """The column has no value in the row that must be there."""
    if not nulls(made.brief, link) or sum(mark.kind == "denied" for mark in marks) > 1:
        return []
    for mark in marks:
        mark.use = mark.use or "filter"
    return [f"{link.column} is null"]


def _own(mark: Mark, child: TableRef) -> Link | None:
    """The column of the other table that a mark names."""
    best = max((link.score for link in mark.columns), default=0.0)
    found = [link for link in mark.columns if link.table == child and link.score == best]
    return found[0] if mark.kind == "name" and len({link.column for link in found}) == 1 else None


def _event(made: Rows, child: TableRef, word: str) -> Link | None:
    """The date of what a word tells, of which some rows have none."""
    said = root(word)
    dates = [Link(child, name, 1.0) for name in made.brief.said.dates(child)]
    found = [one for one in dates if said in map(root, made.event_words(one)) and nulls(made.brief, one)]
    return found[0] if len(found) == 1 else None


def _is_matched(made: Rows, place: int) -> bool:
    """``with a match in orders``, ``whose id appears in orders``, ``where an order exists``."""
    near = [at for at in range(place - _NEAR, place + 2) if at >= 0 and made.at(at).text.lower() in _MATCHING]
    for at in near:
        made.marks[at].use = made.marks[at].use or "filter"
    for at in range(max(place - 2 * _NEAR, 0), place):
        is_key = made.marks[at].text.lower() in ("id", "ids", "key", "number") and made.at(at - 1).text == "whose"
        if near and is_key:
            made.marks[at].use = "filter"
    return bool(near)


def _aside(made: Rows, place: int) -> None:
    """``any trip at all``, ``never took a trip``: what says nothing more."""
    for at in range(max(place - _NEAR, 0), min(place + _NEAR, len(made.marks))):
        mark = made.marks[at]
        is_verb = at < place and mark.text.lower() in _DOING and mark.kind in ("talk", "other", "money", "deed")
        if not mark.use and (is_verb or mark.text.lower() in _ASIDE):
            mark.use = "asks for nothing"
    for mark in made.marks[place + 1 : place + 1 + 2 * _NEAR]:
        if mark.kind == "break":
            return
        mark.use = mark.use or ("asks for nothing" if mark.text.lower() in _SO_FAR else "")


def is_owner_said(made: Rows) -> bool:
    """``rider name where an unpaid bill exists``: whose name it is, says whose rows are wanted."""
    own = set(made.brief.said.names.table_words[made.fact])
    said = [set(made.brief.lemmas[mark.start : mark.end]) for mark in made.marks if mark.use == "column"]
    return bool(made.rows.existence) and any(own <= words and own != words for words in said)
