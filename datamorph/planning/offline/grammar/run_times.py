"""When a pipeline runs, said in parts in any order: ``weekdays at 7:30``, ``twice a day, 6 am and 6 pm``."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.recurrence import COUNTS, RunTimes
from datamorph.planning.offline.grammar.spoken_clock import clock_at, half_of_day, minutes_past, spoken_clock
from datamorph.planning.offline.grammar.zones import zone_at
from datamorph.planning.offline.lexicon.words import WEEKDAYS
from datamorph.planning.offline.phrases import Phrases

_NOON = 12
_PERIODS = Phrases({
    **dict.fromkeys(("every day", "each day", "daily", "once a day", "once per day", "once daily", "day by day",
                     "on a daily basis", "every single day", "every calendar day", "all days", "7 days a week",
                     "one time a day"), "day"),
    **dict.fromkeys(("every morning", "each morning", "mornings", "in the mornings"), "morning"),
    **dict.fromkeys(("every night", "each night", "nightly", "overnight", "every midnight", "once a night",
                     "on a nightly basis", "nights"), "night"),
    **dict.fromkeys(("every noon", "each noon", "every lunchtime"), "noon"),
    **dict.fromkeys(("every evening", "each evening", "evenings", "in the evenings"), "evening"),
    **dict.fromkeys(("every afternoon", "each afternoon"), "afternoon"),
    **dict.fromkeys(("every hour", "each hour", "hourly", "once an hour", "once per hour", "on the hour",
                     "every full hour", "every hour on the hour", "on an hourly basis", "at the top of every hour",
                     "at the top of the hour", "every 60 minutes"), "hour"),
    **dict.fromkeys(("every week", "each week", "weekly", "once a week", "once per week", "on a weekly basis"), "week"),
    **dict.fromkeys(("every month", "each month", "monthly", "once a month", "once per month",
                     "on a monthly basis"), "month"),
    **dict.fromkeys(("every quarter", "each quarter", "quarterly", "once a quarter", "once per quarter"), "quarter"),
    **dict.fromkeys(("every year", "each year", "yearly", "annually", "once a year", "once per year"), "year"),
    **dict.fromkeys(("twice a day", "twice daily", "two times a day", "twice per day", "2 times a day",
                     "twice each day",                      "twice every day"), "twice"),
    **dict.fromkeys(("three times a day", "thrice a day", "thrice daily", "3 times a day", "three times daily"),
                    "thrice"),
})  # fmt: skip
_DAYS = Phrases({
    **dict.fromkeys(("every weekday", "each weekday", "on weekdays", "weekdays", "every working day", "on working days",
                     "each working day", "working days", "workdays", "on workdays", "every workday", "each workday",
                     "business days", "on business days", "every business day", "each business day",
                     "on every weekday", "on all weekdays", "week days", "on week days"), (1, 2, 3, 4, 5)),
    **dict.fromkeys(("on weekends", "weekends", "every weekend", "at weekends", "at the weekend"), (0, 6)),
})  # fmt: skip
_ABBREVIATED = {**WEEKDAYS, "mon": 1, "tue": 2, "tues": 2, "wed": 3, "thu": 4, "thur": 4, "thurs": 4, "fri": 5,
                "sat": 6, "sun": 0}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10, "fifteenth": 15,
             "twentieth": 20}  # fmt: skip
_GLUE = frozenset(", at on and in @ the always exactly sharp around ; from starting ( - by early late time :".split())
_MARKS_OF_TIMES = frozenset({"o'clock", "h", "hours", "hrs", "sharp"})
_HALF_DAYS = frozenset({"am", "pm", "a.m", "p.m", "a.m.", "p.m.", "noon", "midnight", "morning"})
_JOBS = frozenset("run job refresh load update build rebuild pipeline batch task sync schedule".split())


def read_run_times(reader: Reader) -> RunTimes | None:
    """The times at this place; the reader stands behind them then."""
    if not _may_begin(reader):
        return None
    found, start = RunTimes(), reader.position
    end = start
    while _part(reader, found):
        _zone(reader, found)
        end = reader.position
    reader.position = end
    if end == start or not found.recurs or not found.cron():
        reader.position = start
        return None
    return found


def _part(reader: Reader, found: RunTimes) -> bool:
    """Take one more part, behind glue if need be: *on the hour* is one with it."""
    if any(part(reader, found) for part in _PARTS):
        return True
    reader.skip(_GLUE)
    return any(part(reader, found) for part in _PARTS)


def _may_begin(reader: Reader) -> bool:
    """A quick look that most words do not pass."""
    token = reader.peek()
    if token is None or token.kind in ("text", "number") or isinstance(token.value, int):
        return token is not None
    return token.lower in _FIRSTS or token.lower in _PERIODS.firsts or _day_word(reader) in _ABBREVIATED


def _zone(reader: Reader, found: RunTimes) -> None:
    while reader.word(*_MARKS_OF_TIMES):
        pass
    mark = reader.position
    zone = zone_at(reader)
    if not zone and reader.word("(", ",", "in"):
        zone = zone_at(reader)
        reader.word(")")
    reader.position = reader.position if zone else mark
    found.zone = found.zone or zone


def _literal(reader: Reader, found: RunTimes) -> bool:
    """``cron 0 7 * * 1``, ``"0 7 * * 1"``."""
    token = reader.peek()
    if token is not None and token.kind == "text" and _is_cron(token.lower.split()):
        found.literal = " ".join(token.lower.split())
        reader.next()
        return True
    mark = reader.position
    reader.word("cron")
    reader.skip(("expression", "schedule", "=", ":", "is"))
    begins = reader.peek()
    if reader.position == mark or begins is None:
        reader.position = mark
        return False
    parts = reader.ledger.prompt[begins.start :].split()[:5]
    fields = [part.strip(".,;()'\"`") for part in parts]
    if not _is_cron(fields):
        reader.position = mark
        return False
    length = begins.start
    for part in parts:
        length = reader.ledger.prompt.index(part, length) + len(part)
    while (token := reader.peek()) is not None and token.start < length:
        reader.next()
    found.literal = " ".join(fields)
    return True


def _is_cron(fields: list[str]) -> bool:
    return len(fields) == 5 and all(one and set(one) <= set("0123456789*/,-") for one in fields)  # noqa: PLR2004


def _period(reader: Reader, found: RunTimes) -> bool:
    mark = reader.position
    said = reader.take(_PERIODS) if not found.period else None
    if said is None:
        reader.position = mark
        return False
    found.period = said
    is_adverb = reader.tokens[reader.position - 1].lower.endswith("ly")
    if is_adverb and reader.lower() in _JOBS and (not reader.lower(1) or reader.lower(1) in _GLUE | {"[", "."}):
        reader.next()  # ``nightly run at 2``
    return True


def _every(reader: Reader, found: RunTimes) -> bool:
    """``every 15 minutes``, ``every other day``, ``every half hour``."""
    mark = reader.position
    if not reader.word("every", "each"):
        return False
    token = reader.peek()
    count = token.value if token is not None and isinstance(token.value, int) and not token.unit else 0
    if reader.word("half"):
        reader.skip(("an", "a"))
        found.every, is_said = (30, "minute"), reader.word("hour")
    elif reader.word("quarter"):
        reader.skip(("of", "an", "a"))
        found.every, is_said = (15, "minute"), reader.word("hour")
    else:
        count = 2 if reader.word("other", "second") else count
        if count == 0 and reader.lower() in ("minute", "minutes"):
            count = 1
        elif token is not None and token.value == count and count and reader.peek() is token:
            reader.next()
        unit = {"min": "minute", "mins": "minute", "hrs": "hour"}.get(reader.lower(), reader.lower().rstrip("s"))
        is_said = count > 0 and unit in ("minute", "hour", "day")
        if is_said:
            found.every = (count, unit)
            reader.next()
    if not is_said:
        found.every = (0, "")
        reader.position = mark
    return is_said


def _days(reader: Reader, found: RunTimes) -> bool:
    """``Mondays``, ``every Monday and Thursday``, ``Monday to Friday``, ``Mon-Fri``."""
    if found.days:
        return False
    if (named := reader.take(_DAYS)) is not None:
        found.days, found.is_each = named, True
        _half(reader, found)
        return True
    mark = reader.position
    if reader.word("weekday") and _half(reader, found):
        found.days, found.is_each = (1, 2, 3, 4, 5), True
        return True
    reader.position = mark
    reader.word("on")
    is_each = reader.word("every", "each")
    days: list[int] = []
    while (day := _ABBREVIATED.get(_day_word(reader))) is not None:
        is_each = is_each or reader.lower().endswith("days")
        reader.next()
        last = _until(reader)
        is_each = is_each or last is not None
        days += [day] if last is None else [(day + n) % 7 for n in range((last - day) % 7 + 1)]
        behind = reader.position
        reader.skip(("and", ",", "&", "/", "+", "or", "plus"))
        reader.word("every", "on")
        if _ABBREVIATED.get(_day_word(reader)) is None:
            reader.position = behind
            break
    if not days:
        reader.position = mark
        return False
    is_each = _half(reader, found) or is_each
    found.days, found.is_each = tuple(dict.fromkeys(days)), is_each or len(days) > 1
    return True


def _half(reader: Reader, found: RunTimes) -> bool:
    """``Monday mornings``."""
    if not reader.word("mornings", "nights", "evenings", "afternoons", "morning", "night", "evening", "afternoon"):
        return False
    said = reader.tokens[reader.position - 1].lower
    found.period = found.period or said.rstrip("s")
    return said.endswith("s")


def _day_word(reader: Reader) -> str:
    said = reader.lower()
    return said if said in _ABBREVIATED else said.removesuffix("s")


def _until(reader: Reader) -> int | None:
    """The day up to which it is: behind ``to``, or behind a hyphen."""
    mark = reader.position
    before = reader.tokens[mark - 1]
    is_hyphen = reader.ledger.prompt[before.end : before.end + 1] in ("-", "\u2013")
    if reader.word("to", "through", "till", "until", "thru", "-", "\u2013") or is_hyphen:
        day = _ABBREVIATED.get(_day_word(reader))
        if day is not None:
            reader.next()
            return day
    reader.position = mark
    return None


def _month_day(reader: Reader, found: RunTimes) -> bool:
    """``on the first of every month``, ``each 15th``, ``every month on the 1st``."""
    mark = reader.position
    reader.word("on")
    is_each = reader.word("every", "each")
    reader.word("the")
    reader.word("day")
    token = reader.peek()
    number = _ORDINALS.get(reader.lower(), token.value if token is not None and token.kind == "number" else 0)
    is_ordinal = reader.lower() in _ORDINALS or (token is not None and token.unit == "th")
    if not isinstance(number, int) or not 1 <= number <= 28 or found.month_day or not (is_ordinal or found.period):  # noqa: PLR2004
        reader.position = mark
        return False
    if found.period != "month" and not is_ordinal and reader.tokens[reader.position - 1].lower != "day":
        reader.position = mark
        return False
    reader.next()
    reader.word("day")
    is_monthly = False
    if reader.word("of", "in"):
        is_monthly = reader.word("every", "each", "the", "a") and reader.word("month", "quarter", "year")
        if is_monthly and reader.tokens[reader.position - 1].lower != "month":
            found.period = reader.tokens[reader.position - 1].lower
    if not (is_monthly or found.period in ("month", "quarter", "year")) or (is_each and is_monthly):
        reader.position = mark
        return False
    found.month_day = number
    return True


def _minute(reader: Reader, found: RunTimes) -> bool:
    """``five past every hour``, ``quarter to each hour``; behind ``hourly``: ``at minute 20``, ``at half past``."""
    mark = reader.position
    reader.word("at", "@", "on", "always")
    reader.word("a", "the")
    said = minutes_past(reader)
    is_hourly = found.period == "hour"
    if said is None or found.minute is not None or found.period not in ("", "hour"):
        reader.position = mark
        return False
    behind = reader.position
    is_told = reader.word("every", "each", "the", "of") and (reader.word("hour") or reader.take(_FULL_HOUR) is not None)
    if not is_told:
        reader.position = behind
    if not (is_told or is_hourly):
        reader.position = mark
        return False
    found.minute, found.period = said, "hour"
    return True


_FULL_HOUR = Phrases({"full hour": 1, "every hour": 1, "the hour": 1, "each hour": 1})


def _between(reader: Reader, found: RunTimes) -> bool:
    """``between 8 and 18``, behind ``every hour``."""
    mark = reader.position
    is_often = found.period == "hour" or found.every[1] in ("minute", "hour")
    if not is_often or not reader.word("between", "from"):
        return False
    first = clock_at(reader)
    last = clock_at(reader) if first and reader.word("and", "to", "until", "till", "-") else None
    if first is None or last is None or first[1] or last[1] or not first[0] < last[0]:
        reader.position = mark
        return False
    found.hours = (first[0], last[0])
    return True


def _clocks(reader: Reader, found: RunTimes) -> bool:
    """``at 6``, ``7 am``, ``07:30``, ``at noon``; what has neither ``at`` nor a half of the day is no time."""
    mark = reader.position
    before = reader.tokens[mark - 1].lower if mark else ""
    is_said = before in ("at", "@") or bool(found.clocks and before in ("and", ",")) or found.period in COUNTS
    is_said = reader.word("at", "@", "by", "around", "for") or is_said
    reader.skip(("exactly", "around", "about"))
    spoken = spoken_clock(reader)
    clock = half_of_day(reader, *spoken) if spoken is not None else clock_at(reader, is_said=is_said)
    if clock is None:
        reader.position = mark
        return False
    found.clocks.append(clock)
    said = reader.tokens[mark : reader.position]
    is_spelled = any(token.text.startswith("0") for token in said) or _HALF_DAYS & {token.lower for token in said}
    found.bare |= set() if is_spelled or clock[0] > _NOON else {clock}
    return True


_FIRSTS = frozenset(
    """
    cron expression schedule = : is at @ on always a the minute half quarter every each day weekday by around for
    exactly about noon midday midnight lunchtime between from
    """.split()
) | _ORDINALS.keys() | _DAYS.firsts  # fmt: skip
"""What any of the parts begins with, beside numbers, periods and names of days."""
_PARTS: tuple[Callable[[Reader, RunTimes], bool], ...] = (
    _literal, _minute, _every, _period, _days, _month_day, _between, _clocks)  # fmt: skip
