"""How a part of the calendar is written, where that is shown: ``month (1, 2, 3 ...)``, ``months like 2023-11``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups
    from datamorph.planning.offline.gist.marks import Mark

_EXAMPLES = frozenset({"like", "e.g", "e.g.", "eg", "formatted", "format", "say", "i.e", "i.e."})
_SO_ON = frozenset({"so", "etc", "etc.", "...", "\u2026", "."})
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_OF_DAYS = frozenset({"day", "weekday", "dayname"})
_NUMBERED = frozenset({"month", "quarter"})
_FEWEST, _SURE = 2, 3
_NEAR, _CLOSE = 4, 3
_YEAR_DIGITS = 4


def read_spellings(made: Groups) -> None:
    """Give the words that show it their meaning."""
    _names_of_days(made)
    for place in range(len(made.marks)):
        _example(made, place)
        _numbered(made, place)
        _year_of(made, place)
        _called(made, place)


def _names_of_days(made: Groups) -> None:
    """``per weekday name``, ``on the name of the day``: the day of the week, written out, if none is asked for else."""
    for place, mark in enumerate(made.marks):
        is_label_of_day = mark.kind == "label" and _is_day(made.at(made.next(place + 1)))
        if is_label_of_day:
            day = made.at(made.next(place + 1))
            day.cues, mark.kind = {"part": "weekday", "form": "name"}, "talk"
    months = [mark for mark in made.marks if mark.cues.get("part") == "month"]
    for mark in made.marks:
        if not months and mark.cues.get("form") == "name" and _OF_DAYS & set(mark.text.lower().split()):
            mark.kind, mark.cues = "part", {"part": "weekday", "form": "name"}


def _is_day(mark: Mark) -> bool:
    return mark.cues.get("part") == "day" and mark.text.lower() == "day"


def _example(made: Groups, place: int) -> None:
    """``months like 2023-11``, ``weekday in words (e.g. Friday)``: the word in front of the example."""
    mark = made.marks[place]
    if mark.text.lower() not in _EXAMPLES:
        return
    behind = place + 1
    while made.at(behind).kind in ("talk", "done") or made.at(behind).text in (".", ":", ","):
        behind += 1
    if "form" in made.at(behind).cues or made.at(behind).text.lower() in _DAYS:
        mark.kind, mark.cues, mark.use = "talk", {}, "form"


def _numbered(made: Groups, place: int) -> None:
    """``month (1, 2, 3 ...)``: numbers from 1 on, right behind what they are of."""
    part = made.marks[place]
    if part.cues.get("part") not in _NUMBERED:
        return
    start = next((at for at in range(place + 1, place + _NEAR) if made.at(at).kind == "number"), len(made.marks))
    if any(made.at(at).kind not in ("talk", "break", "named") for at in range(place + 1, start)):
        return
    spots, at = [start], start + 1
    while made.at(at).text == "," and made.at(at + 1).kind == "number":
        spots.append(at + 1)
        at += 2
    is_open = any(made.at(i).text.lower() in _SO_ON for i in range(at, at + _CLOSE))
    numbers = [made.at(spot).number for spot in spots]
    if numbers == list(range(1, len(spots) + 1)) and len(spots) >= (_FEWEST if is_open else _SURE):
        part.cues["form"] = "number"
        for spot in spots:
            made.marks[spot].use = "form"


def _called(made: Groups, place: int) -> None:
    """``month(paid_on)``: written as a call, it is a number."""
    part, sign, column = made.marks[place], made.at(place + 1), made.at(place + 2)
    if part.cues.get("part") not in _NUMBERED or sign.text != "(" or made.at(place + 3).text != ")":
        return
    tokens = made.brief.said.tokens
    if tokens[part.end - 1].end == tokens[sign.start].start and made.column(column, kinds="time") is not None:
        part.cues["form"] = "number"


def _year_of(made: Groups, place: int) -> None:
    """``year(paid_on) = 2024``: days of that year."""
    year, column, span = made.marks[place], made.at(place + 2), made.at(place + 4)
    is_call = made.at(place + 1).text == "(" and made.at(place + 3).text == ")" and column.kind == "name"
    is_year = span.span is not None and span.text[-_YEAR_DIGITS:].isdigit() and "-" not in span.text
    if year.cues.get("part") == "year" and is_call and is_year and made.column(column, kinds="time") is not None:
        year.use = "span"
