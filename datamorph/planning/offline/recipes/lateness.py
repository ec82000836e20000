"""Whether one date falls after another, and by how many days."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.mentions import Mention, sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_AFTER = frozenset("after past beyond later exceeds exceeded > passed overran minus".split())
_BEFORE = frozenset("before earlier < ahead".split())
_UNSURE = frozenset("or not on least same never no isn't wasn't equal".split())
_FLAGS = frozenset("true false flag boolean whether bool yes no y n".split())
_KEPT = frozenset("on time ontime punctual kept met ok intime timely early within".split())
_DAYS = frozenset("day days delay overrun".split())
_OTHER_UNITS = frozenset("hour hours week weeks month months minute minutes working business weekday".split())
_ZERO = frozenset("zero".split())
_ELSE = frozenset("else otherwise".split())
_WORDS = frozenset(
    """
    after past beyond later than exceeds exceeded passed before earlier ahead true false flag flagged boolean
    whether if when else otherwise falls fall fell came comes lies lands landed happened happens day days number
    many much how count difference between from to on time early late in zero and for not no was is it they
    positive never negative cases case by rest everything other others instead set means mean dates date ones
    strictly broken missed promise deadline overdue delay delayed overrun punctual over sla kept met only all
    both same late lateness overshot slipped / miss minus payment payments delivery deliveries arrival return
    returned returns completion check were unless calendar whole full amount counts at least minimum floor clamp
    clamped bool indicator two dates close closed complete completed
    """.split()
) - {"not", "no", "unless", "never", "only", "same", "whole", "least"}
_FAR = 9


@dataclass(frozen=True)
class Pair:
    """``later > earlier`` where something is late; told between two places."""

    later: str
    earlier: str
    start: int
    end: int


def late(output: Output) -> str | None:
    """A flag: true where the one date falls after the other."""
    if output.own or _is_days(output):
        return None
    told = output.told_words
    if not (told & _FLAGS or set(words_of(output.name)) & {"is", "late", "flag", "missed", "overdue", "breached"}):
        return None
    pair = _pair(output)
    if pair is None or pair.start < 0:
        return None
    values = _values(output, pair)
    if values is None:
        return None
    output.take(_WORDS | {"0", "1", "no", "yes", "y", "n"}, "late or not")
    _explain(output.sheet, pair)
    sheet = output.sheet
    test = f"{sheet.sql(pair.later)} > {sheet.sql(pair.earlier)}"
    return f"case when {test} then {values[0]} else {values[1]} end"


def days_over(output: Output) -> str | None:
    """By how many days, 0 where it is not."""
    if output.own or not _is_days(output) or output.words & _OTHER_UNITS:
        return None
    pair = _pair(output)
    if pair is None or not _is_floored(output):
        return None
    output.take(_WORDS | {"never", "below", "less", "least", "no", "not"}, "days over")
    _explain(output.sheet, pair)
    later, earlier = output.sheet.sql(pair.later), output.sheet.sql(pair.earlier)
    return f"case when {later} > {earlier} then datediff({later}, {earlier}) else 0 end"


def _is_days(output: Output) -> bool:
    name = set(words_of(output.name))
    return bool(name & _DAYS) or ("day" in output.told_words and not output.told_words & {"true", "false", "flag"})


def _is_floored(output: Output) -> bool:
    """True where a zero is said for what is not late."""
    brief = output.sheet.brief
    spots = [i for start, end in output.runs for i in range(start, end)]
    return any(brief.said.tokens[i].value == 0 or brief.words[i] in _ZERO for i in spots)


def _pair(output: Output) -> Pair | None:
    """The two dates, where the output is told of or elsewhere; None where it is not clear."""
    sheet = output.sheet
    found = [pair for start, end in output.runs for pair in _pairs(sheet, start, end)]
    found = found or _pairs(sheet, 0, len(sheet.brief))
    distinct = {(pair.later, pair.earlier) for pair in found}
    return found[0] if len(distinct) == 1 else None


def _pairs(sheet: Sheet, start: int, end: int) -> list[Pair]:
    dates = [one for one in sheet.mentions if start <= one.start < end and sheet.type_of(one.column) == "date"]
    found = (_compared(sheet, *two) for two in pairwise(dates))
    return [pair for pair in found if pair is not None]


def _compared(sheet: Sheet, one: Mention, two: Mention) -> Pair | None:
    brief = sheet.brief
    between = set(brief.words[one.end : two.start])
    if one.column == two.column or two.start - one.end > _FAR or sentence(brief, one.start)[1] < two.start:
        return None
    is_after, is_before = bool(between & _AFTER), bool(between & _BEFORE)
    if is_after == is_before or between & (_UNSURE - {"on"}) or {"on", "or"} <= between:
        return None
    columns = (one.column, two.column) if is_after else (two.column, one.column)
    return Pair(*columns, one.start, two.end)


def _values(output: Output, pair: Pair) -> tuple[str, str] | None:
    """What stands for late and for not late."""
    brief = output.sheet.brief
    tokens = [(i, brief.said.tokens[i]) for start, end in output.runs for i in range(start, end)]
    if any(token.kind == "text" for _, token in tokens):
        return None
    said = {brief.words[i] for i, _ in tokens}
    truths = [brief.words[i] for i, _ in tokens if _is_truth(brief, i) and i < pair.start]
    is_kept = bool(set(words_of(output.name)) & _KEPT)
    if is_kept and not truths:
        return None
    if said & {"true", "false"} or not said & {"yes", "y", "n", "1", "0"}:
        return ("false", "true") if truths and truths[-1] == "false" else ("true", "false")
    if {"1", "0"} <= said and not is_kept:
        return ("1", "0")
    return None


def _is_truth(brief: Brief, place: int) -> bool:
    """``true`` alone, not the choice in ``true/false``."""
    either = {"/", "or", "and"}
    near = {brief.said.tokens[i].lower for i in (place - 1, place + 1) if 0 <= i < len(brief)}
    return brief.words[place] in ("true", "false") and not near & either


def _explain(sheet: Sheet, pair: Pair) -> None:
    """Everything that is said around the two dates, and of promises that were broken."""
    take(sheet.brief, _WORDS, "late or not", *sentence(sheet.brief, pair.start))
    sheet.brief.explain(pair.start, pair.end, "late or not")
    for place in sheet.brief.places(("late", "overdue", "broken", "missed", "deadline", "promise", "sla")):
        take(sheet.brief, _WORDS, "late or not", *sentence(sheet.brief, place))
