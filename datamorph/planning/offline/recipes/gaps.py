"""Whether rows without a value count: *no scan time, no row*, *skip those lacking a phone*, *where a remark exists*."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_abbreviation

_VOID = frozenset(
    """
    missing empty blank null nulls unset unfilled absent unknown unrecorded undefined none nothing
    """.split()
)
_LACKING = frozenset("lack lacks lacking without".split())
_NOT = frozenset(
    "no not isn't aren't wasn't weren't don't doesn't didn't needn't never non hasn't haven't cannot can't".split()
)
_FULL = frozenset("present filled given known available exist exists recorded set entered left noted".split())
_HAVE = frozenset("have has had having with carries contain contains hold holds got get".split())
_ARTICLES = frozenset("a an any some one the their its his her no".split())
_GOES = frozenset(
    """
    skip skips skipped skipping drop drops dropped dropping exclude excludes excluded excluding ignore ignored ignoring
    omit omitted omitting discard discarded disregard disregarded disregarding remove removed removing
    except throw thrown forget excludes out aside away off ignores
    """.split()
)
_NEEDED = frozenset(
    """
    need needed wanted want appear appears include included required belong counted count counts considered matter
    matters interest relevant part enter row rows line lines listed shown mean meant concern concerns get gets entry
    """.split()
)
_STAYS = frozenset("stay stays remain remains still even also too kept incl including includes regardless".split())
_MEANING = frozenset("means mean meaning".split())
_MEANS = frozenset("mean average avg averages median averaged".split())
_FILLS = frozenset("becomes become write instead replaced replace zero zeros fill put treat treated show shows".split())
_GOES_ON = frozenset("they those these such skip ignore drop that which no don't leave exclude omit the".split())
_KNOWN = (
    _VOID | _LACKING | _NOT | _FULL | _HAVE | _GOES | _NEEDED | _MEANS
    | frozenset(
        """
        where only that which those ones one just with please is are be was been left leave stay stays go goes going
        simply altogether entirely completely all at of for yet still any must should can may value values it to do
        assigned record records those set leave out them they other from whose whole
        """.split()
    )
)  # fmt: skip
_RELATING = frozenset("with without that which whose where lacking missing having".split())
_ENDS = frozenset(".,;:!?")
_NEAR, _BEHIND = 5, 4


@dataclass(frozen=True, slots=True)
class Named:
    """Words that name a column."""

    start: int
    end: int
    table: TableRef
    column: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is said about rows without a value of a column.

    Attributes:
        counts: those alone count; otherwise they go.
        is_of_mean: only an average leaves them out.
        start: of the words that say so, and ``end`` behind them.
    """

    table: TableRef
    column: str
    counts: bool
    is_of_mean: bool
    start: int
    end: int


def gaps(brief: Brief, named: Iterable[Named]) -> list[Gap]:
    """For each column of which the prompt says it, once."""
    found: list[Gap] = []
    for one in named:
        gap = _gap(brief, one)
        if gap is not None and (gap.table, gap.column) not in [(two.table, two.column) for two in found]:
            found.append(gap)
    return found


def explain_gaps(brief: Brief, found: Sequence[Gap]) -> None:
    """Give the words that say so their meaning; names and values explain themselves."""
    for one in found:
        what = "count" if one.counts else "are left out of averages" if one.is_of_mean else "go"
        for place in (*_subjects(brief, one), *brief.places(_KNOWN, one.start, one.end), *_glossed(brief, one)):
            brief.explain(place, place + 1, f"rows without {one.column} {what}")


def explain_leaving(brief: Brief, start: int, end: int) -> None:
    """Give the words between two places that say that rows go their meaning, where averages skip them anyway."""
    for place in brief.places(_KNOWN, start, end):
        brief.explain(place, place + 1, "averages skip what is missing")


def _subjects(brief: Brief, one: Gap) -> list[int]:
    """``Calls`` in *Calls with no end are left out*: what the rows are called, there and elsewhere."""
    first = next((i for i in range(one.start, one.end) if brief.words[i] not in ("the", "all", "those")), one.start)
    is_subject = brief.words[first + 1 : first + 2] in tuple((word,) for word in _RELATING)
    if not is_subject or brief.said.tokens[first].kind != "word" or brief.said.value(first)[0]:
        return []
    return brief.places({brief.lemmas[first]}) if brief.words[first] != brief.lemmas[first] else []


def _glossed(brief: Brief, one: Gap) -> list[int]:
    """``not restored`` in *the ones not restored yet (up_ts empty)*: what the parenthesis puts in other words."""
    opened = [i for i in range(one.start, one.end) if brief.said.tokens[i].text == "("]
    inside = [i for i in opened if brief.words[i + 1] == one.column.casefold()]
    if len(inside) != 1:
        return []
    words = range(max(one.start, inside[0] - _NEAR), inside[0])
    return [
        i for i in words if brief.words[i].endswith("ed") or brief.words[i] in _KNOWN | {"yet", "already", "so", "far"}
    ]


def segment(brief: Brief, place: int) -> tuple[int, int]:
    """The words around a place between commas, colons and the like; parentheses and what they hold belong to it."""
    depths = _depths(brief)
    first = next((i + 1 for i in range(place - 1, -1, -1) if not depths[i] and _is_end(brief, i)), 0)
    last = next((i for i in range(place, len(brief)) if not depths[i] and _is_end(brief, i)), len(brief))
    return first, last


def _depths(brief: Brief) -> list[int]:
    depth, found = 0, list[int]()
    for token in brief.said.tokens:
        depth += (token.text in "([") - (token.text in ")]")
        found.append(max(depth, 0))
    return found


def _is_end(brief: Brief, place: int) -> bool:
    token = brief.said.tokens[place]
    if token.text in _ENDS:
        return not is_abbreviation(brief.said, place)
    is_dash = token.text in ("-", "–", "—")  # noqa: RUF001 (dashes are what people type)
    return is_dash and brief.said.prompt[token.start - 1 : token.end + 1].strip() == token.text


def _gap(brief: Brief, one: Named) -> Gap | None:
    chunk = _chunk(brief, one.start)
    before = brief.words[max(chunk[0], one.start - _NEAR) : one.start]
    behind = brief.words[one.end : min(chunk[1], one.end + _BEHIND)]
    state, cue = _state(before, behind)
    if not state or _is_held(brief, one, cue):
        return None
    start, end = chunk if says_gone(brief.words[slice(*chunk)]) else segment(brief, one.start)
    last = _following(brief, end)
    if _is_filled(brief, start, last):
        return None
    words = list(brief.words[start:last])
    if cue in words:
        words.remove(cue)
    goes = says_gone(words)
    if goes and set(words) & _MEANS:
        return Gap(one.table, one.column, counts=False, is_of_mean=True, start=start, end=last)
    if set(words) & _STAYS and not goes and not (state == "present" and "only" in words):
        return None
    if state == "absent" and not goes and not _is_attribute(brief, one, cue):
        return None
    return Gap(one.table, one.column, (state == "absent") != goes, is_of_mean=False, start=start, end=last)


def _is_held(brief: Brief, one: Named, cue: str) -> bool:
    """``result missing`` where *missing* is one of the values of the column."""
    spots = [i for i in range(max(one.start - _NEAR, 0), min(one.end + _BEHIND, len(brief))) if brief.words[i] == cue]
    return any((link.table, link.column) == (one.table, one.column) for i in spots for link in brief.said.value(i)[1])


def _chunk(brief: Brief, place: int) -> tuple[int, int]:
    """The words around a place up to the next mark of any kind."""
    marks = _ENDS | {"(", ")"}
    first = next((i + 1 for i in range(place - 1, -1, -1) if brief.said.tokens[i].text in marks), 0)
    return first, next((i for i in range(place, len(brief)) if brief.said.tokens[i].text in marks), len(brief))


def _state(before: Sequence[str], behind: Sequence[str]) -> tuple[str, str]:
    """``absent`` or ``present`` by the words around a name, and the word that says so; empty for neither."""
    found = _in_front(before)
    return found if found[0] else _behind(behind)


_CHOOSING = frozenset("that which who whose where only if with those just when unless".split())


def _in_front(before: Sequence[str]) -> tuple[str, str]:
    void = next((i for i in range(len(before) - 1, -1, -1) if before[i] in _VOID | _LACKING), -1)
    if void >= 0:
        is_denied = before[void] in _VOID and void and before[void - 1] in _NOT
        return ("present" if is_denied else "absent"), before[void]
    if "no" in before[-2:]:
        return "absent", "no"
    tail = [word for word in before[-3:] if word not in _ARTICLES | _FULL]
    if tail and tail[-1] in _HAVE:
        denied = next((word for word in before if word in _NOT), "")
        is_any = tail[-1] in ("with", "get", "got") or (before[-1] == "the" and not set(before) & _CHOOSING)
        is_said = not is_any or before[-1] in (_ARTICLES | _FULL) - {"the"}
        return ("absent", denied) if denied else ("present", tail[-1]) if is_said else ("", "")
    return "", ""


def _behind(behind: Sequence[str]) -> tuple[str, str]:
    near = behind[:3]
    denied = next((word for word in near if word in _NOT), "")
    void = next((word for word in near if word in _VOID), "")
    leaves = "left" in near and set(behind) & _GOES
    full = next((word for word in near if word in _FULL and not (leaves and word == "left")), "")
    if void and not (full and near.index(full) < near.index(void)):
        return ("present" if denied and near.index(denied) < near.index(void) else "absent"), void
    if full:
        return ("absent", denied) if denied else ("present", full)
    return "", ""


def means_none(brief: Brief, start: int, end: int) -> bool:
    """``an empty rebate means no discount``: a missing value counts as 0."""
    follow = (("no",), ("none",), ("nothing",))
    return any(brief.words[i] in _MEANING and brief.words[i + 1 : i + 2] in follow for i in range(start, end))


def _following(brief: Brief, end: int) -> int:
    """Behind the next clause too where it goes on with the same rows: ``, they don't take part``, ``, no row``."""
    if end >= len(brief) or brief.said.tokens[end].text not in (",", "-", ":", "–", "—"):  # noqa: RUF001
        return end
    start, stop = segment(brief, end + 1) if end + 1 < len(brief) else (end, end)
    words = list(brief.words[start:stop])
    goes_on = bool(words) and words[0] in _GOES_ON and says_gone(words)
    names = {one.name.casefold() for one in brief.listed}
    return stop if goes_on and not set(words) & names else end


_WORKING = tuple([verb] for verb in "work works worked working find figure carry print spell lay set point".split())
"""What stands before an *out* that leaves nothing out."""


def says_gone(said_words: Sequence[str]) -> bool:
    """True where rows are said to go."""
    words = list(said_words)
    said = set(words)
    if said & (_GOES - {"out", "aside", "away", "off", "except"}):
        return True
    if said & {"aside", "away", "off"} or any(
        word == "out" and words[i - 1 : i] not in _WORKING for i, word in enumerate(words)
    ):
        return True
    if said & {"without", "except", "excluding", "minus"}:
        return True
    if any(words[i] == "not" and words[i + 1 : i + 2] in (["those"], ["the"], ["ones"]) for i in range(len(words))):
        return True
    needed = [i for i, word in enumerate(words) if word in _NEEDED]
    denied = [i for i, word in enumerate(words) if word in _NOT]
    return any(0 < n - d <= _NEAR for n in needed for d in denied) or {"can", "go"} <= said


def _is_attribute(brief: Brief, one: Named, cue: str) -> bool:
    """``orders without a price``, ``(closed_on empty)``: the rows that lack it are the ones that count."""
    start, end = segment(brief, one.start)
    words = brief.words[start:end]
    inside = one.start > 0 and brief.said.tokens[one.start - 1].text in ("(", ",")
    return cue in _LACKING or inside or bool({"where", "whose", "only", "with", "having", "have", "has"} & set(words))


def _is_filled(brief: Brief, start: int, end: int) -> bool:
    """True where it is said what stands for the missing value."""
    last = min(len(brief), end)
    for place in range(start, last):
        token = brief.said.tokens[place]
        if token.kind == "text" or (token.kind == "number" and token.value == 0):
            return True
    said = set(brief.words[start:last])
    if means_none(brief, start, last):
        return True
    if said & (_FILLS - {"show", "shows"}) or ("means" in said and said & {"nothing", "zero", "0", "nil"}):
        return True
    is_counted = "as" in said and bool(said & {"counts", "count", "counting", "treated", "taken"})
    return is_counted and bool(brief.numbers(start, end) or said & {"nothing", "zero", "none"})
