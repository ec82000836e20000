"""When the pipeline runs by itself: ``every day at 6`` is ``0 6 * * *``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.words import WEEKDAYS
from datamorph.planning.offline.phrases import Phrases

_NOON = 12
_EVERY = Phrases({
    "every day": "{m} {h} * * *", "each day": "{m} {h} * * *", "daily": "{m} {h} * * *", "once a day": "{m} {h} * * *",
    "every morning": "{m} {h} * * *", "every night": "{m} {h} * * *", "nightly": "{m} {h} * * *",
    "each morning": "{m} {h} * * *", "each night": "{m} {h} * * *", "every evening": "{m} {h} * * *",
    "every hour": "0 * * * *", "each hour": "0 * * * *", "hourly": "0 * * * *", "once an hour": "0 * * * *",
    "on the hour": "0 * * * *", "every week": "{m} {h} * * {d}", "weekly": "{m} {h} * * {d}",
    "each week": "{m} {h} * * {d}", "once a week": "{m} {h} * * {d}",
    "every month": "{m} {h} 1 * *", "monthly": "{m} {h} 1 * *", "each month": "{m} {h} 1 * *",
    "once a month": "{m} {h} 1 * *", "every weekday": "{m} {h} * * 1-5", "on weekdays": "{m} {h} * * 1-5",
    "each weekday": "{m} {h} * * 1-5", "every working day": "{m} {h} * * 1-5",
})  # fmt: skip
_DEFAULT_HOURS = {"morning": 6, "night": 0, "evening": 18}
_CALENDAR = frozenset({"week", "weekly", "month", "monthly", "day", "daily", "hour", "hourly"})
_STARTS = frozenset({",", ".", ";", ":", "refresh", "run", "rebuild", "schedule", "scheduled", "it", "this", "update",
                     "updated", "refreshed", "rebuilt", "executed", "running", "and", "that", "on"})  # fmt: skip


def read_schedule(reader: Reader, draft: Draft) -> None:
    """Find a schedule anywhere in the prompt and close its words."""
    for place in range(len(reader.tokens)):
        reader.position = place
        if reader.peek() is not None and (cron := _schedule(reader)):
            draft.cron = cron
            reader.close(_lead(reader, place), reader.position, f"runs at cron {cron}")
            return


def _lead(reader: Reader, place: int) -> int:
    """Where the words that introduce the schedule begin: ``refresh it``, ``run this``."""
    start = place
    lead = _STARTS - {",", ".", ";", ":", "and"}
    while start and reader.tokens[start - 1].lower in lead and start - 1 not in reader.closed:
        start -= 1
    return start


def _schedule(reader: Reader) -> str:
    start = reader.position
    if reader.word("every") and (cron := _interval(reader) or _weekday(reader)):
        return cron
    reader.position = start
    if reader.word("on") and reader.lower().rstrip("s") in WEEKDAYS and reader.lower().endswith("s"):
        found = _weekday(reader)
        return found if _is_of_run(reader, start) else ""
    reader.position = start
    template = reader.take(_EVERY)
    if template is None or not _is_at_edge(reader, start):
        return ""
    if reader.tokens[start].lower == "on" and not _is_of_run(reader, start):
        return ""
    said = reader.tokens[reader.position - 1].lower
    day = _on_day(reader)
    hour, minute = _clock(reader) or (_DEFAULT_HOURS.get(said, 0), 0)
    if said in _CALENDAR and _is_grouping(reader, start):
        return ""
    return template.format(m=minute, h=hour, d=1 if day is None else day)


def _is_of_run(reader: Reader, start: int) -> bool:
    """``sales on weekdays`` chooses rows; ``save as weekly, on weekdays`` and ``on mondays at 7`` say when it runs."""
    before = reader.tokens[start - 1].lower if start else ","
    is_timed = reader.lower() == "at" or reader.tokens[reader.position - 1].kind == "number"
    return before in _STARTS or start - 1 in reader.closed or is_timed


def _is_at_edge(reader: Reader, start: int) -> bool:
    """A schedule stands at the start or end of a clause; ``per``-like uses stand within one."""
    before = reader.tokens[start - 1].lower if start else ","
    following = reader.lower()
    return before in _STARTS or not following or following in (",", ".", ";", "at", "on", ":", "and", "!")


def _is_grouping(reader: Reader, start: int) -> bool:
    """``for every month``, ``daily totals``: calendar words of the data, not of the clock."""
    before = reader.tokens[start - 1].lower if start else ""
    said = reader.tokens[start].lower
    follows_noun = reader.is_kind("word") and reader.lower() not in _STARTS | {
        "at",
        "then",
        "rebuild",
        "build",
        "load",
        "compute",
    }
    is_adjective = said in ("daily", "weekly", "monthly", "hourly", "nightly")
    return before in ("for", "per", "by", "of", "in") or (is_adjective and follows_noun and before not in _STARTS)


def _interval(reader: Reader) -> str:
    """``every 15 minutes``, ``every 2 hours``."""
    token = reader.peek()
    if token is None or not isinstance(token.value, int) or token.unit:
        return ""
    unit, n = reader.lower(1), token.value
    cron = {"minutes": f"*/{n} * * * *", "hours": f"0 */{n} * * *", "days": f"0 0 */{n} * *"}.get(unit, "")
    if not cron or n < 1:
        return ""
    reader.position += 2
    return cron


def _weekday(reader: Reader) -> str:
    days: list[int] = []
    while (day := WEEKDAYS.get(reader.lower().removesuffix("s"))) is not None:
        reader.next()
        days.append(day)
        mark = reader.position
        if not reader.word("and", ",") or reader.lower().removesuffix("s") not in WEEKDAYS:
            reader.position = mark
    if not days:
        return ""
    hour, minute = _clock(reader) or (0, 0)
    return f"{minute} {hour} * * {','.join(map(str, sorted(days)))}"


def _on_day(reader: Reader) -> int | None:
    mark = reader.position
    if reader.word("on"):
        reader.skip(frozenset({"a", "every"}))
        day = WEEKDAYS.get(reader.lower().removesuffix("s"))
        if day is not None:
            reader.next()
            return day
    reader.position = mark
    return None


def _clock(reader: Reader) -> tuple[int, int] | None:
    """``at 6``, ``at 6:30``, ``at 7 am``, ``at noon``, ``at midnight``."""
    mark = reader.position
    if not reader.word("at", "@"):
        return None
    if reader.word("noon"):
        return _NOON, 0
    if reader.word("midnight"):
        return 0, 0
    token = reader.peek()
    hour, _, minute = str(token.value if token else "").partition(":")
    if token is None or token.kind != "number" or not hour.isdigit() or int(hour) >= 24 or int(minute or 0) >= 60:  # noqa: PLR2004
        reader.position = mark
        return None
    reader.next()
    return _half_day(reader, int(hour)), int(minute or 0)


def _half_day(reader: Reader, hour: int) -> int:
    if reader.lower() == "in" and reader.lower(1) == "the" and reader.lower(2) in ("morning", "afternoon", "evening"):
        reader.position += 3
        is_late = reader.tokens[reader.position - 1].lower != "morning"
        return hour % _NOON + _NOON if is_late else hour
    if reader.word("pm", "p.m"):
        return hour % _NOON + _NOON
    if reader.word("am", "a.m"):
        return hour % _NOON
    reader.word("o'clock", "utc", "h")
    return hour
