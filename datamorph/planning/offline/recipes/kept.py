"""Which rows count: values that they must hold, and gaps that take them out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.slots import ABSENT, NEGATIVE, Condition, value_conditions

_GOES = frozenset(
    """
    skip skipped skipping ignore ignored ignoring drop dropped dropping exclude excluded excluding omit omitted out
    aside discard discarded disregard disregarded remove removed count counted without away not don't
    """.split()
)
_NEAR = 5


def conditions(brief: Brief, tables: Sequence[TableRef], apart: Iterable[int] = ()) -> list[Condition]:
    """Conditions by values, without those at places that mean something else; what turns them round is explained."""
    taken = set(apart)
    found = [one for one in value_conditions(brief, tables) if not taken & set(range(one.start, one.end))]
    explain_only(brief, found)
    for one in found:
        if one.is_negative:
            first, last = brief.clause(one.start)[0], brief.clause(one.end - 1)[1]
            explain_turning(brief, max(one.start - _NEAR, first), min(one.end + _NEAR, last), "what is left out")
    return found


def explain_only(brief: Brief, found: Iterable[Condition]) -> None:
    """``only delivered ones count``: what the condition says."""
    for one in found:
        start, end = brief.clause(one.start)[0], brief.clause(one.end - 1)[1]
        for place in brief.places({"only"}, start, end) if not one.is_negative else ():
            brief.explain(place, place + 1, "filter")


def explain_once(brief: Brief) -> None:
    """``no duplicates``, ``not twice``: each row once."""
    for place in brief.places({"duplicate", "duplicates", "repeat", "repeats", "twice", "once", "repetition"}):
        for before in range(max(place - 3, 0), place):
            if brief.words[before] in ("no", "without", "not", "never", "only"):
                brief.explain(before, before + 1, "each row once")


def explain_turning(brief: Brief, start: int, end: int, meaning: str) -> None:
    """Give the words between two places that turn something round their meaning."""
    for place in range(start, end):
        if brief.words[place] in NEVER_GLUE or brief.words[place] in NEGATIVE:
            brief.explain(place, place + 1, meaning)


def keep(brief: Brief, flow: Flow, found: Sequence[Condition], how: str = "inner") -> None:
    """Filter the rows by conditions."""
    if not found:
        return
    flow.filter(" and ".join(one.sql(flow.column(one.table, one.column, how=how)) for one in found))


def drops_gaps(brief: Brief, link: Link, more: Collection[str] = ()) -> bool:
    """True where rows without a value of a column are said to go: *records without an author are skipped*.

    The words that say so get their meaning.
    """
    words = {*brief.said.names.column_words[link.table, link.column], link.column.casefold(), *more}
    words |= _glossed(brief, link.column.casefold())
    is_said = False
    for place in brief.places(ABSENT):
        start, end = sentence(brief, place)
        said = {*brief.words[start:end], *brief.lemmas[start:end]}
        if said & words and (said & _GOES or {"different", "problem"} <= said):
            explain_turning(brief, start, end, f"rows without {link.column} go")
            is_said = True
    return is_said


def _glossed(brief: Brief, column: str) -> set[str]:
    """``driver`` in *drivers (drv_no)*."""
    return {
        brief.lemmas[i - 1] for i in range(1, len(brief) - 1)
        if brief.said.tokens[i].text == "(" and brief.words[i + 1] == column
    }  # fmt: skip


def sentence(brief: Brief, place: int) -> tuple[int, int]:
    """The tokens around a place up to the next full stop, semicolon or parenthesis."""
    marks = (".", ";", ":", "(", ")", "?", "!")
    start = next((i + 1 for i in range(place, -1, -1) if brief.said.tokens[i].text in marks), 0)
    end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text in marks), len(brief))
    return start, end


def least(brief: Brief, apart: Collection[int] = ()) -> tuple[str, int] | None:
    """How many a group must have at least: ``>= 3`` for *at least 3*, ``> 8`` for *more than 8*; None if not said."""
    found: set[tuple[str, int]] = set()
    for place in brief.numbers():
        value = brief.said.tokens[place].value
        if place in apart or brief.ledger.covers(place) or not isinstance(value, int):
            continue
        if (operator := _operator(brief, place)) is not None:
            found.add((operator, value))
    return found.pop() if len(found) == 1 else None


_BEHIND = (("or", "more"), ("and", "more"), ("or", "above"), ("and", "above"), ("or", "over"), ("and", "up"),
           ("upwards",), ("plus",), ("+",), ("minimum",), ("or", "greater"), ("or", "higher"))  # fmt: skip
_FROM = (("at", "least"), (">", "="), (">=",), ("minimum",), ("minimum", "of"), ("fewer", "than"), ("less", "than"),
         ("under",), ("below",), ("min",))  # fmt: skip
_OVER = (("more", "than"), ("over",), ("above",), (">",), ("exceed",), ("exceeds",), ("exceeding",),
         ("greater", "than"),
         ("upwards", "of"))  # fmt: skip
_TURNED = frozenset({"fewer", "less", "under", "below"})
_REACH = 4


def _operator(brief: Brief, place: int) -> str | None:
    """``>=`` or ``>`` by the words around a number."""
    behind = tuple(brief.words[place + 1 : place + 1 + _REACH])
    before = tuple(brief.words[max(place - 3, 0) : place])
    over = any(before[-len(words) :] == words for words in _OVER)
    start = next((words for words in _FROM if before[-len(words) :] == words), None)
    is_turned = bool(start and set(start) & _TURNED)
    first, last = brief.clause(place)
    says_no = bool(_DROPS & set(brief.words[first:last]))
    if over and not says_no:
        return ">"
    follows = any(behind[k : k + len(words)] == words for words in _BEHIND for k in range(3))
    if behind[:1] == ("+",):
        brief.explain(place + 1, place + 2, "at least")
    if (start and is_turned == says_no) or (follows and not start and not says_no):
        if says_no:
            explain_turning(brief, first, last, "at least")
        return ">="
    return None


_DROPS = frozenset(
    """
    no not nothing none drop dropped dropping skip skipped ignore ignored remove removed exclude excluded excluding hide
    omit omitted leave leaving cut discard don't without go goes gone
    """.split()
)
