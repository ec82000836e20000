"""Numbers such as 745 as the clock text 07:45."""

from __future__ import annotations

import re

from datamorph.planning.offline.doubts.evidence import EXAMPLE
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.mentions import sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_EXAMPLE = re.compile(r"(?<![\d:.,-])(\d{1,4})(?![\d:.,]\d)(?![\d:])[^\d;]{0,40}?(?<!\d)(\d{1,2}):(\d{2})(?![\d:])")
_PATTERN = re.compile(r"\b(?:hh:mm|\d{1,2}:\d{2})(?![:\d])", re.IGNORECASE)
_OTHER = re.compile(r"hh:mm:ss|\d:\d\d:\d\d|\b(?:am|pm|a\.m|p\.m)\b|12[- ]hour", re.IGNORECASE)
_NAMES = frozenset("clock time hhmm tm at".split())
_CUES = frozenset("clock hh hhmm readable".split())
_WORDS = frozenset(
    """
    clock hh mm hhmm h m time text string number integer numeric int digit digits stored store stores kept holds
    means mean meaning stands stand for like e.g i.e eg format formatted form readable style leading zero zeros
    padded pad example so as is written hour hours minute minutes morning afternoon evening night midnight
    o'clock local real into it come comes become becomes both should proper human 24h 24 plain turn converted
    convert reads read say says would encoded code coded hmm shown such
    """.split()
)
_LEAST_CLOCK = 1440
_DAY = 2400


def clock(output: Output) -> str | None:
    """``concat('07', ':', '45')`` of the number that the prompt shows as a clock."""
    sheet = output.sheet
    if output.own or _OTHER.search(sheet.brief.said.prompt) or not _is_clock(output):
        return None
    column = _source(output)
    if column is None or not _is_hhmm(sheet, column):
        return None
    _explain(sheet, column)
    output.take(_WORDS, "clock")
    name = sheet.sql(column)
    hour, minute = f"floor({name} / 100)", f"{name} - 100 * floor({name} / 100)"
    return f"concat(lpad(cast({hour} as string), 2, '0'), ':', lpad(cast({minute} as string), 2, '0'))"


def _is_clock(output: Output) -> bool:
    prompt = output.sheet.brief.said
    if not _PATTERN.search(prompt.prompt):
        return False
    spoken = any(_PATTERN.search(prompt.text(start, end)) for start, end in output.runs if end > start)
    return spoken or bool(output.words & _CUES) or bool(set(words_of(output.name)) & _NAMES)


def _source(output: Output) -> str | None:
    """The number that is meant: told of with the output, called like it, or shown as a clock; None: not clear."""
    sheet = output.sheet
    shown = {sheet.own(one.name) for one in sheet.brief.listed}
    near = [one for one in output.columns if _may_be_clock(sheet, one)]
    told = [
        one.column for one in sheet.mentions
        if one.column not in shown and _PATTERN.search(_sentence_text(sheet, one.start))
    ]  # fmt: skip
    every = [one for one in sheet.brief.said.tables[sheet.table].schema.names if _is_timed(one)]
    alike = [one for one in every if set(words_of(one)) - _NAMES & set(words_of(output.name))]
    for names in (near, told, [one for one in told if _is_timed(one)], alike):
        found = [one for one in dict.fromkeys(names) if _may_be_clock(sheet, one)]
        if len(found) == 1:
            return found[0]
    return None


def _is_timed(column: str) -> bool:
    return bool({"time", "tm", "clock", "hhmm"} & set(words_of(column)))


def _may_be_clock(sheet: Sheet, column: str) -> bool:
    """True for whole numbers that are no keys and not past midnight."""
    most = sheet.profile(column).maximum
    is_past = isinstance(most, int) and most > _DAY
    return bool(sheet.of_type([column], "int")) and not is_past and words_of(column)[-1] not in KEY_WORDS


def _sentence_text(sheet: Sheet, place: int) -> str:
    return sheet.brief.said.text(*sentence(sheet.brief, place))


def _is_hhmm(sheet: Sheet, column: str) -> bool:
    """True where examples or the values themselves say that hours stand in front of two digits of minutes."""
    prompt = sheet.brief.said.prompt
    shown = [(int(n), int(h), int(m)) for n, h, m in _EXAMPLE.findall(prompt)]
    if any((n // 100, n % 100) != (h, m) for n, h, m in shown):
        return False
    if shown or re.search(r"\bh?hmm\b", prompt, re.IGNORECASE):
        return True
    most = sheet.profile(column).maximum
    return isinstance(most, int) and _LEAST_CLOCK < most <= _DAY


def _explain(sheet: Sheet, column: str) -> None:
    """The examples, and what is said of the number."""
    brief = sheet.brief
    spots = [match.span() for match in (*_EXAMPLE.finditer(brief.said.prompt), *_PATTERN.finditer(brief.said.prompt))]
    for place, token in enumerate(brief.said.tokens):
        if any(token.start < end and start < token.end for start, end in spots):
            brief.explain(place, place + 1, f"{EXAMPLE}a clock")
            take(brief, _WORDS, "clock", *sentence(brief, place))
    for place in brief.places(("readable", "clock", "text")):
        take(brief, _WORDS, "clock", *sentence(brief, place))
    for one in sheet.mentions:
        if one.column == column:
            take(brief, _WORDS, "clock", *sentence(brief, one.start))
