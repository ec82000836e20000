"""Work on dates: parts of them, days between two, days later."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.cook import PARTS_SQL
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_BETWEEN = Phrases(dict.fromkeys((
    "days between", "number of days between", "difference in days", "days elapsed between", "days from",
    "number of days from", "gap in days", "days elapsed from", "days passed between", "day difference", "datediff",
    "how many days are there from", "how many days are there between", "how many days lie between", "days there are",
    "how many days from", "how many days between", "length in days", "days passed from", "number of days",
    "how many days", "duration in days", "in days", "days it took from", "days"), True))  # fmt: skip
_OF_BETWEEN = frozenset("""
    difference days day number elapsed passed gap length duration between from to until and minus less subtract lie
    how many long lag period window its took take for took it until after since
    """.split())  # fmt: skip
_TURNING = frozenset({"minus", "-", "less"})
_LATER = frozenset("plus + after later add added adding forward future past on from following shift moved".split())
_EARLIER = frozenset("minus - before earlier back backward backwards subtract subtracted less ahead".split())
_OF_SHIFT = frozenset("""
    plus after later than add added adding forward future into past on to shift shifted moved move by interval day days
    date new minus before earlier back backwards subtract subtracted weeks week months month from following due
    """.split())  # fmt: skip
_STARTS = Phrases({
    **{f"{lead} {period}": period for period in ("week", "month", "quarter", "year") for lead in (
        "truncated to", "truncated to the", "rounded down to the", "start of the", "first day of the",
        "beginning of the", "first day of that", "start of that", "first of the", "the 1st of the",
        "beginning of that", "first day of its", "start of its", "truncate to", "truncated down to the start of the",
        "down to the start of the", "cut to the", "floored to the")},
    "month start": "month", "month bucket": "month", "week start": "week", "month_start": "month",
    "week_start": "week",
})  # fmt: skip
_OF_STARTS = frozenset("""
    truncate truncated date day first calendar start bucket month week quarter year date_trunc down set back
    round rounded
    """.split())  # fmt: skip
_OF_PARTS = frozenset("""
    name names full english number numeric extract taken from split separate spelled out written start starts date
    falls fall fell numbers word words integer part parts on calendar day
    """.split())  # fmt: skip
_ENDS = 2
"""A span of days has a first and a last one."""
_BEHIND, _BEFORE = 4, 2
"""So many marks behind a part of a date, or in front of it, how it is written may be said."""
_UNITS = {"day": ("date_add", 1), "week": ("date_add", 7), "month": ("add_months", 1), "year": ("add_months", 12)}


def read_moments(made: Works) -> None:
    """Find them, the surest first."""
    _shifts(made)
    _between(made)
    _starts(made)
    _parts(made)


def _is_hinted(made: Works, link: Link) -> bool:
    """``the weekday on which it starts``: by a word of the column in another form."""
    return any(made.is_form_of(mark, link) for mark in made.marks)


def _shifts(made: Works) -> None:
    """``off_sale_date plus 10 days``, ``two weeks after signed_up_on``."""
    for place, mark in enumerate(made.marks):
        unit = made.at(place + 1)
        if mark.kind != "number" or mark.use or made.is_compared(place):
            continue
        if unit.text.lower() == "d":
            unit.cues = {**unit.cues, "part": "day"}
        if unit.cues.get("part") not in _UNITS:
            continue
        around = [made.at(i).text.lower() for i in (place - 2, place - 1, place + 2, place + 3)]
        words = {word for text in around for word in text.split()}
        every = {word for one in made.marks for word in one.text.lower().split()}
        later, earlier = words & _LATER or every & {"add", "shift"}, words & _EARLIER
        if bool(later) == bool(earlier) or not isinstance(mark.number, int):
            raise Unfit("it is open where to the date goes")
        mark.use = unit.use = "date moved"
        link = made.subject(place, place + 2, "time", "date moved")
        call, many = _UNITS[unit.cues["part"]]
        count = mark.number * many * (-1 if earlier else 1)
        made.make([link], f"{call}({{0}}, {count})", f"{link.column}_moved", place)
        for at in range(max(place - 3, 0), min(place + 6, len(made.marks))):
            one = made.marks[at]
            if one.is_open and set(one.text.lower().split()) <= _OF_SHIFT:
                one.use = "date moved"
        made.speak(_OF_SHIFT - {"from", "on", "day", "days", "month", "week"}, "date moved")


def _between(made: Works) -> None:
    """``days between on_sale_date and off_sale_date``, ``off_sale_date - on_sale_date as days``."""
    dates = [
        (place, link)
        for place, mark in enumerate(made.marks)
        if not mark.use and mark.kind == "name" and (link := made.column(mark, kinds="time")) is not None
    ]
    if len({link.column for _, link in dates}) != _ENDS or len(dates) != _ENDS:
        return
    (first, begin), (second, end) = dates
    found = list(made.cues(_BETWEEN))
    between = made.brief.words[made.marks[first].end : made.marks[second].start]
    texts = [mark.text for mark in made.marks[first + 1 : second]]
    if not found and "-" not in texts:
        return
    words = set(made.brief.words)
    is_turned = bool(_TURNING & set(between)) or "after" in between or "-" in texts
    if "subtract" in words or "since" in words:
        is_turned = False
        if "from" not in between:
            raise Unfit("it is open which date is subtracted")
    links = [begin, end] if is_turned else [end, begin]
    made.make(links, "datediff({0}, {1})", "days", found[0][0] if found else first)
    made.take(first, second + 1, "days between")
    for start, stop, _ in found:
        made.take(start, stop, "days between")
    made.speak(_OF_BETWEEN, "days between")


def _starts(made: Works) -> None:
    """``sold_at truncated to month``, ``the first day of the month``."""
    for start, end, period in list(made.cues(_STARTS)):
        if all(mark.use for mark in made.marks[start:end]):
            continue
        made.take(start, end, "start of a period")
        link = made.subject(start, end, "time", "start of a period")
        made.make([link], PARTS_SQL[period, "start"].replace("{}", "{0}"), period, start)
        made.speak(_OF_STARTS, "start of a period")


def _parts(made: Works) -> None:
    """``weekday name of starts_at``, ``signup year and month number``."""
    found = [place for place, mark in enumerate(made.marks)
             if not mark.use and mark.cues.get("part", "day") != "day" and made.at(place - 1).kind != "number"
             and not (mark.columns and made.column(mark) is not None)]  # fmt: skip
    if not found or any("per" in made.at(place - 1).cues for place in found):
        return
    dates = _dates(made)
    forms = [
        (place, mark.cues["form"]) for place, mark in enumerate(made.marks) if "form" in mark.cues and not mark.use
    ]
    parts: dict[str, str] = {}
    for place in found:
        part = made.marks[place].cues["part"]
        form = _form(made, part, place, forms)
        parts[part] = form if parts.get(part, "open") == "open" else parts[part]
    for part, form in parts.items():
        place = next(place for place in found if made.marks[place].cues["part"] == part)
        sql = PARTS_SQL.get((part, form))
        if sql is None:
            raise Unfit("it is open how that part of a date is written")
        made.make([dates], sql.replace("{}", "{0}"), part, place)
    for place in (*found, *(place for place, _ in forms)):
        made.marks[place].use = "part of a date"
    made.speak(_OF_PARTS, "part of a date")


def _form(made: Works, part: str, place: int, forms: list[tuple[int, str]]) -> str:
    """How the part is written: as said close by, else as people expect."""
    text = made.marks[place].text.lower()
    near = [form for at, form in forms if 0 < at - place <= _BEHIND or 0 < place - at <= _BEFORE]
    if part in ("year", "hour", "day"):
        return ""
    if part == "weekday":
        if "number" in near:
            raise Unfit("weekdays have several numbers")
        return "name"
    if near:
        return near[0]
    is_name = "name" in text or any(made.at(place + step).kind == "label" for step in (1, 2))
    return "name" if is_name else "number" if part == "quarter" else "open"


def _dates(made: Works) -> Link:
    """The one date that is named; the only one of the rows."""
    said = [
        mark
        for mark in made.marks
        if mark.kind == "name" and not mark.use and made.column(mark, kinds="time") is not None
    ]
    links = {(link.table, link.column): link for mark in said if (link := made.column(mark, kinds="time")) is not None}
    if not links:
        links = {(link.table, link.column): link for link in made.dates()}
    if len(links) > 1 and not said:
        links = {spot: link for spot, link in links.items() if _is_hinted(made, link)}
    if len(links) != 1:
        raise Unfit("it is open which date is meant")
    for mark in said:
        mark.use = "part of a date"
    return next(iter(links.values()))
