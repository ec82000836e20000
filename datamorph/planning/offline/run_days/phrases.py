"""What people say of days seen from the day of the run, and the dates that stand in for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.run_days.stand_in import FARTHEST, RunDay, Unit

_STARTS: dict[str, Unit] = {"week": "week", "month": "month", "quarter": "quarter", "year": "year"}
_ROLLING: dict[str, tuple[Unit, int]] = {
    "day": ("day", 1), "week": ("day", 7), "fortnight": ("day", 14), "month": ("months", 1), "quarter": ("months", 3),
    "year": ("months", 12),
}  # fmt: skip
_LAST = frozenset({"last", "past", "previous", "preceding"})
_PER = frozenset({"per", "by", "a"})
_RHYTHMS = {"day": "daily", "week": "weekly", "fortnight": "fortnightly", "month": "monthly", "quarter": "quarterly",
            "year": "yearly"}  # fmt: skip
_NEXT = frozenset({"next", "coming", "upcoming", "following"})
_THIS = frozenset({"this", "current"})
_WHOLE = frozenset({"full", "complete", "completed", "whole", "calendar", "entire"})
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_TO_DATE: dict[str, Unit] = {"wtd": "week", "mtd": "month", "qtd": "quarter", "ytd": "year"}
_WITHIN = frozenset({"in", "during", "over", "within", "for", "from", "of", "across", "throughout", "on"})
_BOUNDS = frozenset("since before after until till by from to and between through than on".split())
_SIDES = {"since": "first", "before": "first", "after": "last", "until": "last", "till": "last", "through": "last"}
"""Which day of a span bounds what is said; none that is only so many days long."""
_ENDS = frozenset({"end", "last"})
_MORE = {("more", "than"): "before", ("over",): "before", ("at", "least"): "on or before", ("less", "than"): "after",
         ("under",): "after", ("older", "than"): "before"}  # fmt: skip
_AGES = {("older", "than"): "before", ("newer", "than"): "after", ("younger", "than"): "after",
         ("more", "recent", "than"): "after"}  # fmt: skip
_OTHERWISE = frozenset(
    "of before prior preceding after until till up leading ending beforehand ago earlier later back name names".split()
)
"""Behind a span: it is counted from something else than the run."""
_COMPARES = frozenset(
    "than versus vs against compared compare growth change changed difference increase decrease grew".split()
)
_COMPARED_WITH = frozenset({"to", "with", "over", "from", "since", "on"})
_ROWWISE = frozenset("rolling moving trailing sliding running cumulative window lookback".split())
"""The span of each row, not of the run."""


_CUES = re.compile(
    r"\b(?:last|past|previous|preceding|next|coming|upcoming|this|current|yesterday|today|tomorrow|ago|old|older|newer"
    r"|younger|recent|to\s+date|[wmqy]td|start|beginning|end)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A run of tokens, with the dates that say the same."""

    start: int
    end: int
    instead: str


def may_tell_run_days(text: str) -> bool:
    """False for a text without any word of theirs."""
    return _CUES.search(text) is not None


def find_run_days(said: Said) -> Iterator[Told]:
    """All that a prompt tells from the day of the run, in order; nothing where spans move with the rows."""
    if _ROWWISE & set(said.words):
        return
    place = 0
    while place < len(said):
        found = next((found for rule in _RULES if (found := rule(said, place)) is not None), None)
        if found is not None and not _is_name(said, place, found.end):
            yield found
        place = found.end if found is not None else place + 1


def _is_name(said: Said, start: int, end: int) -> bool:
    """True for ``last year`` where a column is called so, or holds that."""
    is_column = any(link.column and link.score >= OWN for link in said.links(start, end - start))
    return is_column or said.value(start)[0] >= end - start


def _word(said: Said, place: int) -> str:
    return said.words[place] if 0 <= place < len(said) else ""


def _lemma(said: Said, place: int) -> str:
    return said.tokens[place].lemma if 0 <= place < len(said) else ""


def _number(said: Said, place: int) -> int:
    """How many, from 1; 0 where no such number stands there."""
    token = said.tokens[place] if place < len(said) else None
    is_count = token is not None and isinstance(token.value, int) and not token.unit
    return token.value if token and is_count and isinstance(token.value, int) and token.value <= FARTHEST else 0


def _length(said: Said, place: int) -> tuple[int, str, bool, int] | None:
    """``7 days``, ``three full months``: how many, of what, whether whole ones are meant, and the end."""
    number, at = _number(said, place), place + 1
    is_whole = _word(said, at) in _WHOLE
    unit = _lemma(said, at + is_whole)
    if not number or unit not in _ROLLING or number * _ROLLING[unit][1] > FARTHEST:
        return None
    return number, unit, is_whole, at + is_whole + 1


def _on(unit: str, number: int) -> RunDay:
    """So many days, weeks, months ... from the day of the run."""
    base, each = _ROLLING[unit]
    return RunDay(base, number * each)


def _span(said: Said, start: int, end: int, first: RunDay, last: RunDay) -> Told | None:
    """From the first to the last day, with the words in front that go with a span."""
    while _word(said, start - 1) in ("the", "these", "our"):
        start -= 1
    before, of = _word(said, start - 1), said.table(end + 1) if _word(said, end) == "of" else None
    if (_word(said, end) in _OTHERWISE and of is None) or _is_compared(said, start):
        return None
    if before in _SIDES:
        edge = first if _SIDES[before] == "first" else last
        return Told(start, end, edge.stand_in) if of is None else None
    span = f"from {first.stand_in} to {last.stand_in}"
    if of is not None:
        return Told(start, end + 1 + of[0], f"{said.text(end + 1, end + 1 + of[0])} {span}")
    return Told(start - (before in _WITHIN), end, span)


def _is_compared(said: Said, start: int) -> bool:
    """``growth over last month``, ``than yesterday``: of two times, of which only one is told here."""
    before = _word(said, start - 1)
    return before in _COMPARES or (before in _COMPARED_WITH and _word(said, start - 2) in _COMPARES)


def _is_grouped(said: Said, unit: str) -> bool:
    """``per month``, ``monthly``: the month before may be that of each row."""
    places = (i for i in range(len(said)) if _lemma(said, i) == unit)
    is_said = any(_word(said, i - 1) in _PER or _word(said, i - 2) == "for" for i in places)
    return is_said or _RHYTHMS[unit] in said.words


def _last_ones(said: Said, place: int) -> Told | None:
    """``in the last 30 days``, ``the past 3 full months``."""
    found = _length(said, place + 1) if _word(said, place) in _LAST else None
    before = {_word(said, place - 1), _word(said, place - 2)}
    if found is None or before & _SIDES.keys() or ("over" in before and _is_grouped(said, found[1])):
        return None
    number, unit, is_whole, end = found
    if is_whole and unit in _STARTS:
        return _span(said, place, end, RunDay(_STARTS[unit], -number), RunDay(_STARTS[unit], 0, -1))
    return _span(said, place, end, _on(unit, -number), RunDay("day", -1 if is_whole else 0))


def _next_ones(said: Said, place: int) -> Told | None:
    """``in the next 7 days``."""
    found = _length(said, place + 1) if _word(said, place) in _NEXT - {"following"} else None
    if found is None or found[2]:
        return None
    return _span(said, place, found[3], RunDay("day", 0), _on(found[1], found[0]))


def _last_one(said: Said, place: int) -> Told | None:
    """``last month`` is that of the calendar, ``the last month`` and ``the past week`` end today."""
    word, at = _word(said, place), place + 1
    is_whole = _word(said, at) in _WHOLE
    unit = _lemma(said, at + is_whole)
    if word not in _LAST - {"preceding"} or unit not in _STARTS or _lemma(said, at) != _word(said, at):
        return None
    if _is_grouped(said, unit):
        return None
    end = at + is_whole + 1
    is_rolling = not is_whole and (word == "past" or (word == "last" and _word(said, place - 1) == "the"))
    if is_rolling:
        is_bound = _word(said, place - 1) in _SIDES or _word(said, place - 2) in _SIDES
        return _span(said, place, end, _on(unit, -1), RunDay("day", 0)) if not is_bound else None
    return _span(said, place, end, RunDay(_STARTS[unit], -1), RunDay(_STARTS[unit], 0, -1))


def _this_one(said: Said, place: int) -> Told | None:
    """``this month``, ``this year so far``, ``next quarter``, ``month to date``, ``YTD``."""
    word, unit = _word(said, place), _STARTS.get(_word(said, place + 1))
    if word in _TO_DATE:
        return _span(said, place, place + 1, RunDay(_TO_DATE[word], 0), RunDay("day", 0))
    if word in _STARTS and said.words[place + 1 : place + 3] == ("to", "date"):
        return _span(said, place, place + 3, RunDay(_STARTS[word], 0), RunDay("day", 0))
    if unit is None or word not in _THIS | {"next"}:
        return None
    if word != "next" and said.words[place + 2 : place + 4] == ("so", "far"):
        return _span(said, place, place + 4, RunDay(unit, 0), RunDay("day", 0))
    offset = int(word == "next")
    return _span(said, place, place + 2, RunDay(unit, offset), RunDay(unit, offset + 1, -1))


def _named_day(said: Said, place: int) -> Told | None:
    """``yesterday``, ``since yesterday``, ``today's sales``; not ``load it today``."""
    word, before = _word(said, place), _word(said, place - 1)
    if word not in _DAYS or _word(said, place - 2) == "as" or _is_compared(said, place):
        return None
    day = RunDay("day", _DAYS[word]).stand_in
    if said.tokens[place].text.lower().endswith("s"):
        return Told(place, place + 1, day)
    if before in ("for", "of", "on", "in", "from") and _word(said, place + 1) != "to":
        return Told(place - 1, place + 1, f"on {day}")
    if before in _BOUNDS:
        return Told(place, place + 1, day)
    is_of_rows = before.endswith("ed") or before in ("made", "sold", "due", "dated", "bought", "born", "sent", "paid")
    return Told(place, place + 1, f"on {day}") if word == "yesterday" or is_of_rows else None


def _ago(said: Said, place: int) -> Told | None:
    """``30 days ago``, ``more than 6 months ago``, ``at least 90 days old``."""
    found = _length(said, place)
    if found is None or found[2] or _word(said, found[3]) not in ("ago", "old"):
        return None
    number, unit, _, end = found
    day, end = _on(unit, -number).stand_in, end + 1
    for words, instead in _MORE.items():
        if said.words[max(place - len(words), 0) : place] == words:
            is_date = _word(said, end - 1) == "ago" or _may_be_date(said, unit, end)
            return Told(place - len(words), end, f"{instead} {day}") if is_date else None
    if _word(said, end - 1) == "old":
        return None
    if _word(said, place - 1) in _BOUNDS:
        return Told(place, end, day)
    return Told(place, end, f"on {day}") if unit == "day" else None


def _aged(said: Said, place: int) -> Told | None:
    """``older than 90 days``."""
    for words, instead in _AGES.items():
        if said.words[place : place + len(words)] != words:
            continue
        found = _length(said, place + len(words))
        if found is not None and not found[2] and _may_be_date(said, found[1], found[3]):
            return Told(place, found[3], f"{instead} {_on(found[1], -found[0]).stand_in}")
    return None


def _may_be_date(said: Said, unit: str, end: int) -> bool:
    """False for ages of people, which count in years, and where a column holds the age itself."""
    held = (words for (table, _), words in said.names.column_words.items() if table in said.tables)
    is_held = any({"age", "old"} & set(words) for words in held)
    return unit != "year" and not is_held and _word(said, end) not in ("than", "before", "after")


def _edge(said: Said, place: int) -> Told | None:
    """``since the start of this year``, ``until the end of last month``."""
    at = place + (_word(said, place) == "the")
    word = _word(said, at)
    if _word(said, place - 1) not in _BOUNDS or word not in ("start", "beginning", "end", "first", "last"):
        return None
    at += 1 + (word in ("first", "last") and _word(said, at + 1) == "day")
    if _word(said, at) != "of" or (word in ("first", "last") and _word(said, at - 1) != "day"):
        return None
    at += 1 + (_word(said, at + 1) == "the")
    is_bare = _word(said, at) in _STARTS
    offset = {"last": -1, "previous": -1, "next": 1}.get(_word(said, at), 0)
    unit = _STARTS.get(_word(said, at if is_bare else at + 1))
    if unit is None or not (is_bare or offset or _word(said, at) in _THIS):
        return None
    day = RunDay(unit, offset + 1, -1) if word in _ENDS else RunDay(unit, offset)
    return Told(place, at + (1 if is_bare else 2), day.stand_in)


_RULES: tuple[Callable[[Said, int], Told | None], ...] = (
    _edge, _last_ones, _next_ones, _aged, _ago, _last_one, _this_one, _named_day,
)  # fmt: skip
