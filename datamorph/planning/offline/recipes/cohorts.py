"""Who came in the same month or quarter, and how many of them came back in each later one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import is_abbreviation_of, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.gaps import Named, explain_gaps, gaps
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.shape_words import (
    SHAPING,
    explain_words,
    has_nulls,
    keep_rows,
    name_words,
    relation_to,
    sort_as_said,
    stems,
    takes_all,
    time_of,
    times_of,
)

_GRAINS = {"month": 12, "monthly": 12, "quarter": 4, "quarterly": 4, "year": 1, "yearly": 1, "annual": 1}
_FULL = {"monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year"}
_OFFSETS = frozenset(
    "month quarter year later since after offset no number nr num idx index age period m q lag diff from".split()
)
_SHARES = frozenset("share pct percent percentage rate ratio retention fraction".split())
_COUNTED = frozenset("count cnt n active size total number distinct retained returning unique".split())
_FULLY = frozenset("full complete completed elapsed".split())
_QUARTER = re.compile(r"\b(?:\d{4}|[Yy]{4})([- ]?)[Qq](?:[1-4nNxX#qQ]|\b)")
_MONTH = re.compile(r"\b(?:[Yy]{4}-?[Mm]{2}|(?:19|20)\d\d-(?:0[1-9]|1[0-2]))\b(?!-)")
_DAY = re.compile(r"\bfirst (?:calendar )?day of|\bas a date\b|\bdate of the first\b", re.IGNORECASE)
_PARTS = 3
_PERIODS = frozenset({"month", "months", "quarter", "quarters", "year", "years", "period", "periods"})
_PER = frozenset({"per", "each", "every", "by"})
_NUMBER_OF = (("=", "number"), ("=", "count"))
_COUNT_OF = (("the", "number", "of"), ("the", "count", "of"))
_TIMELY = stems(["first", "last", "start", "end", "time", "date", "month", "year", "day"])
_DISTINCT = frozenset({"distinct", "different", "unique"})
_COUNT_IS = (("the", "count"), ("the", "number"), ("this", "count"))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is followed.

    Attributes:
        events: the table with what happens; ``who`` and ``time`` are columns of it.
    """

    events: TableRef
    who: str
    time: str


def _fits(brief: Brief) -> bool:
    return brief.has("cohort", "retention") and (len(brief.listed) == _PARTS or bool(_told(brief)))


def _cook(brief: Brief) -> Flow | None:
    grain, parts = _grain(brief), _parts(brief)
    if not grain or parts is None or brief.has(*_SHARES - {"retention"}) or brief.has(*_FULLY):
        return None
    frame = _frame(brief, parts["count"])
    if frame is None:
        return None
    label, base = _label(brief, grain), _base(brief)
    if not label or base is None:
        return None
    flow = Flow(brief.work)
    flow.start(frame.events)
    keep_rows(brief, flow, frame.events)
    if takes_all(brief) and flow.frames.steps:
        return None
    for name in (frame.who, frame.time):
        if has_nulls(brief, frame.events, name):
            flow.filter(f"{quote(name)} is not null")
    first = flow.frames.fresh("first_time")
    time = quote(frame.time)
    flow.add("window", "with_first", partition_by=[frame.who], columns={first: f"min({time})"})
    names = {part: one.name for part, one in parts.items()}
    flow.derive({names["cohort"]: label.format(first), names["offset"]: _offset(grain, first, time, base)})
    flow.aggregate([names["cohort"], names["offset"]], {names["count"]: f"count(distinct {quote(frame.who)})"})
    flow.show([one.name for one in sorted(parts.values(), key=lambda one: one.start)])
    sort_as_said(brief, flow)
    _explain(brief, frame, parts["count"])
    return flow


def _grain(brief: Brief) -> str:
    found = {_FULL.get(w, w) for w in brief.lemmas if w in _GRAINS}
    found |= {word for one in brief.listed for word in name_words(one.name) if word in ("month", "quarter", "year")}
    found -= {"year"} if len(found) > 1 else set[str]()
    return found.pop() if len(found) == 1 else ""


def _offset(grain: str, first: str, time: str, base: int) -> str:
    factor = _GRAINS[grain]
    years = f"(year({time}) - year({first}))"
    rest = f" * {factor} + {grain}({time}) - {grain}({first})" if factor > 1 else ""
    return f"{years}{rest}" + (f" + {base}" if base else "")


def _label(brief: Brief, grain: str) -> str:
    """How a cohort is written; empty where it is not said."""
    prompt = brief.said.prompt
    quarter, month = _QUARTER.search(prompt), _MONTH.search(prompt)
    if grain == "quarter" and quarter:
        text = f"concat(cast(year({{0}}) as string), '{quarter[1]}Q', cast(quarter({{0}}) as string))"
    elif grain == "month" and month:
        text = f"date_format({{0}}, '{'yyyy-MM' if '-' in month[0] else 'yyyyMM'}')"
    elif grain == "year":
        text = "year({0})"
    else:
        text = f"cast(date_trunc('{grain}', {{0}}) as date)" if _DAY.search(prompt) else ""
    found = quarter if grain == "quarter" else month if grain == "month" else None
    if found and text:
        for place, token in enumerate(brief.said.tokens):
            if found.start() <= token.start < found.end():
                brief.explain(place, place + 1, "how a cohort is written")
    return text


def _base(brief: Brief) -> int | None:
    """The number of the first period itself, 0 unless it is said; None where both are."""
    zero = [p for p in brief.numbers() if brief.said.tokens[p].value == 0]
    one = [p for p in brief.numbers() if brief.said.tokens[p].value == 1 and brief.words[p] == "1"]
    ones = [
        p for p in one if {"first", "same", "cohort", "=", "start", "starts"} & set(brief.words[max(p - 5, 0) : p + 6])
    ]
    if zero:
        for place in (*zero, *ones):
            brief.explain(place, place + 1, "0 is the period of the cohort itself")
        return 0
    if ones:
        brief.explain(ones[0], ones[0] + 1, "1 is the period of the cohort itself")
        return 1
    return 0 if not one else None


def _parts(brief: Brief) -> dict[str, Listed] | None:
    """Which listed column is the cohort, which the number of periods, which the count."""
    if len(brief.listed) != _PARTS:
        return _told(brief)
    cohorts = [one for one in brief.listed if _is_cohort(one)]
    if len(cohorts) != 1:
        return None
    rest = [one for one in brief.listed if one not in cohorts]
    scored = [
        len(name_words(one.name) & _OFFSETS) - 2 * len(name_words(one.name) & _COUNTED) + _is_timed(one) for one in rest
    ]
    if scored[0] == scored[1] or max(scored) <= 0:
        return None
    offset = rest[scored.index(max(scored))]
    (count,) = [one for one in rest if one is not offset]
    if name_words(count.name) & _SHARES:
        return None
    return {"cohort": cohorts[0], "offset": offset, "count": count}


def _told(brief: Brief) -> dict[str, Listed] | None:
    """The three where they are named on the way: *count the clients for each cohort and month_no as clients*."""
    named = _named_together(brief)
    if named:
        return dict(zip(("cohort", "offset", "count"), named, strict=True))
    offsets = [i for i in range(2, len(brief)) if _is_offset(brief, i) and brief.words[i - 1] in ("and", "&")]
    pairs = [i for i in offsets if brief.words[i - 3] in _PER and brief.said.tokens[i - 2].is_word]
    counts = [i for i in range(2, len(brief)) if _is_count_name(brief, i) and not _is_offset(brief, i)]
    names = {brief.said.tokens[i].text for i in counts}
    if not pairs or len(names) != 1 or len({(brief.words[i - 2], brief.words[i]) for i in pairs}) != 1:
        return None
    spots = (pairs[0] - 2, pairs[0], counts[-1])
    return {
        part: Listed(brief.said.tokens[at].text, at, number, number)
        for number, (part, at) in enumerate(zip(("cohort", "offset", "count"), spots, strict=True))
    }


def _named_together(brief: Brief) -> list[Listed]:
    """``Name them cohort, month_no, riders``."""
    for place in brief.places(("them",)):
        spots = [i for i in (place + 1, place + 3, place + 5) if i < len(brief) and brief.said.tokens[i].is_word]
        is_run = len(spots) == _PARTS and brief.said.tokens[place + 2].text == ","
        is_end = spots[-1:] == [len(brief) - 1] or brief.clause(place + 5)[1] == place + 6
        if brief.words[place - 1] in ("name", "call") and is_run and is_end and _is_offset(brief, place + 3):
            return [Listed(brief.said.tokens[i].text, i, i, i) for i in spots]
    return []


def _is_offset(brief: Brief, place: int) -> bool:
    """True for a new name with a part of the calendar in it."""
    name = brief.said.tokens[place].text
    is_new = name not in brief.said.column_names
    return is_new and len(name_words(name)) > 1 and bool(name_words(name) & _PERIODS)


def _is_count_name(brief: Brief, place: int) -> bool:
    """``called clients``, ``as clients.``, ``name the count clients`` at the end, and what is said to be the number of.

    ``clients = number of ...``, ``..., clients the number of ...``.
    """
    behind = brief.words[place + 1 : place + 4]
    if behind[:2] in _NUMBER_OF or (behind in _COUNT_OF and brief.words[place - 1] == ","):
        return True
    if not brief.said.tokens[place].is_word or brief.clause(place)[1] != place + 1:
        return False
    return brief.words[place - 1] in ("called", "named", "as") or brief.words[place - 2 : place] in _COUNT_IS


def _is_cohort(one: Listed) -> bool:
    words = name_words(one.name)
    firsts = words & {"cohort", "start", "first", "begin", "entry", "joined", "acquisition", "signup"}
    return (
        bool(firsts)
        and not words & (_OFFSETS - {"month", "quarter", "year", "period"})
        and not words & {"size", "count", "customers", "share"}
        and not words & {"index", "age"}
    )


def _is_timed(one: Listed) -> int:
    return 3 * bool(name_words(one.name) & {"month", "quarter", "year", "period"})


def _frame(brief: Brief, count: Listed) -> _Frame | None:
    """The events and those who take part: a mentioned table that refers to another one, or has the column named."""
    tables = [t for t in brief.mentioned if times_of(brief, t)] or _shortened(brief)
    found: list[_Frame] = []
    for events in tables:
        for who in _people(brief, events, count):
            time = time_of(brief, events)
            if time:
                found.append(_Frame(events, who, time))
    found = _preferred(brief, found) if len(found) > 1 else found
    return found[0] if len(found) == 1 else None


def _shortened(brief: Brief) -> list[TableRef]:
    """Tables of which the name is short for a word of the prompt: ``purch`` of *purchases*; or the date: ``buy_ts``."""
    words = {word for word in brief.lemmas if word.isalpha()}
    named = [
        t for t in brief.said.tables
        if times_of(brief, t) and any(is_abbreviation_of(t.name.casefold(), word) for word in words)
    ]  # fmt: skip
    deeds = stems(words | {word.removesuffix("er") for one in brief.listed for word in words_of(one.name)}) - _TIMELY
    dated = [
        t for t in brief.said.tables
        if len(times := times_of(brief, t)) == 1 and stems(words_of(times[0])[:-1]) & deeds
    ]  # fmt: skip
    return list(dict.fromkeys([*named, *dated]))


def _people(brief: Brief, events: TableRef, count: Listed) -> set[str]:
    """Keys of the counted things in the table of events."""
    counted = [brief.lemmas[i + 1] for i in brief.places(_DISTINCT) if i + 1 < len(brief)]
    said = stems([*name_words(count.name), *brief.lemmas_about(count), *counted])
    targets = [
        relation for t in brief.said.tables if t != events and (relation := relation_to(brief, events, t)) is not None
    ]
    named = {r.columns[0] for r in targets if stems(brief.said.names.table_words[r.target]) & said}
    held = brief.said.tables[events].schema.names
    told = {brief.words[i] for run in brief.about(count) for i in range(*run)} - {count.name.casefold()}
    spelled = {name for name in held if name.casefold() in told and name not in times_of(brief, events)}
    if len(spelled) == 1:
        return spelled  # different payers (payer_mail)
    keys = [
        n
        for n in held
        if name_words(n) & {"id", "no", "number", "key", "code", "ref"} and n not in times_of(brief, events)
    ]
    own = set(brief.said.relations.key(events))
    called = {name for name in held if words_of(name) == words_of(count.name) and name not in own}
    tails = {"id", "no", "number", "key", "code", "ref"}
    near = called or {name for name in keys if name not in own and _is_about(name_words(name) - tails, said)}
    return (named & near) or named or near


def _is_about(words: set[str], said: set[str]) -> bool:
    """True where a word is said, or one that it is short for."""
    return bool(stems(words) & said) or any(is_abbreviation_of(one, other) for one in words for other in said)


def _preferred(brief: Brief, found: list[_Frame]) -> list[_Frame]:
    """The one whose date is spelled out, or whose table is called what comes first."""
    spelled = [one for one in found if one.time.casefold() in brief.words]
    if len({one.events for one in spelled}) == 1:
        return spelled
    firsts = {
        brief.lemmas[j] for i in brief.places(("first", "earliest")) for j in range(i + 1, min(i + 4, len(brief)))
    }
    return [one for one in found if stems(brief.said.names.table_words[one.events]) & stems(firsts)]


def _explain(brief: Brief, frame: _Frame, count: Listed) -> None:
    explain_words(brief, name_words(frame.time) - {"date", "at", "on"}, frame.time)
    explain_words(brief, name_words(count.name) | name_words(frame.who), frame.who)
    spots = [i for i, word in enumerate(brief.words) if word == frame.time.casefold()]
    empty = gaps(brief, [Named(place, place + 1, frame.events, frame.time) for place in spots])
    explain_gaps(brief, [one for one in empty if not one.counts])
    for table in brief.said.tables:
        relation = relation_to(brief, frame.events, table) if table != frame.events else None
        if relation is not None and relation.columns[0] == frame.who:
            explain_words(brief, brief.said.names.table_words[table], frame.who)
    for place in brief.places(("whatever", "whichever", "regardless", "irrespective")):
        behind = place + 2 + (brief.words[place + 1 : place + 2] in (("the",), ("its",), ("their",), ("of",)))
        brief.explain(place, min(behind, len(brief)), "all of them")
    at = brief.phrase("no", "matter", "what")
    if at is not None:
        brief.explain(at, min(at + 4, len(brief)), "all of them")
    for place in brief.places(("cohort",))[:1]:
        brief.explain(place, place + 1, f"those whose first {frame.time} is in the same period")


COHORTS = Recipe(
    "cohorts",
    _fits,
    _cook,
    words=SHAPING
    | frozenset(
        """
        itself pair success line row customer client user person people like put
        cohort retention analysis curve grid triangle month monthly quarter quarterly year yearly calendar
        first earliest
        later since after between same difference distance apart lie lies pass passed elapse whole any whatever all
        matter regardless irrespective status state stat happen active return returning come back came client
        belong belongs fall falls join joined placed made ever initial written format text string date period time
        0 zero then work until formatted style like how many it's assign assigned acquisition acquired purchase
        sort sorted order ordered again still = event activity did do does got get in cell inside occur
        """.split()
    ),
    turning=frozenset({"no", "not"}),
)
