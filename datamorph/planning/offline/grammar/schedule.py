"""When the pipeline runs by itself: ``every day at 6`` is ``0 6 * * *``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.restarts import is_behind_restart
from datamorph.planning.offline.grammar.run_times import read_run_times
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
    if _run_times(reader, draft):
        return
    for place in range(len(reader.tokens)):
        reader.position = place
        if reader.peek() is not None and (cron := _schedule(reader)) and not is_behind_restart(reader, place):
            draft.cron = cron
            reader.close(_lead(reader, place), reader.position, f"runs at cron {cron}")
            return


_RUNS = frozenset("""
    run runs running refresh refreshed refreshing rebuild rebuilt schedule scheduled execute executed update updated
    recompute recomputed load loaded publish published trigger triggered start started renew renewed produce produced
    recalculate recalculated regenerate regenerated repeat repeated recreate recreated reload reloaded build built due
    job pipeline cadence frequency recurring cron replace replaced redo deliver delivered happens happen
""".split())  # fmt: skip
"""Words that say that something is done again and again, right before or behind the times."""
_BEFORE_TIMES = frozenset("""
    it this that them the job table load result results report please should must to be is are gets get has have
    needs need will shall being for ready there done fresh a an and with as : - on at let us want i we would like
    everything all thing again of can could automatically itself new output dataset model task whole full made up which
    data by way
""".split())  # fmt: skip
_BEHIND_TIMES = frozenset({"please", "thanks", "job", "run", "runs", "load", "refresh", "schedule", "update", "rebuild",
                           "pipeline", "sharp", "utc", "cet", "gmt", "automatically", "build"})  # fmt: skip
_EDGES = frozenset({"", ",", ".", ";", ":", "(", ")", "-", "\u2013", "\u2014", "!", "?"})
_MOST_BEFORE = 7
_COUNTED = frozenset({"nights", "mornings", "evenings"})
"""Alone they are rather counted, or the name of a column: ``guest_id, nights, price``."""


def _run_times(reader: Reader, draft: Draft) -> bool:
    """Times in any order, where a word says that something runs then or where they stand apart."""
    for place in range(len(reader.tokens)):
        reader.position = place
        if place in reader.closed or (found := read_run_times(reader)) is None or is_behind_restart(reader, place):
            continue
        end = reader.position
        start, is_led = _leading(reader, place)
        after = end
        while after < len(reader.tokens) and reader.tokens[after].lower in _BEHIND_TIMES:
            is_led = is_led or reader.tokens[after].lower in _RUNS
            after += 1
        after = after if _ends_clause(reader, after) else end
        is_filled = reader.tokens[place].lower == "at" and after < len(reader.tokens)
        is_filled = is_filled and reader.tokens[after].lower in ("with", "by", "using")
        before = reader.tokens[place - 1].lower if place else ""
        is_sure = reader.tokens[place].lower in _EACH or is_filled or before in _EDGES
        is_timed = bool(found.clocks) or found.minute is not None
        is_sure = (is_sure and is_timed and _ends_clause(reader, after)) or _is_of_job(reader, place, end)
        is_plain = found.is_plain() and not (end == place + 1 and reader.tokens[place].lower in _COUNTED)
        is_free = _is_apart(reader, start, after) if is_led else is_plain and _is_apart(reader, place, after)
        if not is_free and not is_sure:
            continue
        start = start if is_free else place
        draft.cron = found.cron()
        reader.close(start, after, f"runs at cron {draft.cron}")
        return True
    return False


_OFTEN = frozenset({"hourly", "nightly", "daily", "weekly"})
_JOBS = frozenset("merge upsert delta sync refresh rebuild job incremental import run".split())


def _is_of_job(reader: Reader, place: int, end: int) -> bool:
    """``an hourly merge of``, ``the nightly delta``."""
    behind = reader.tokens[end].lower if end < len(reader.tokens) else ""
    return reader.tokens[place].lower in _OFTEN and end == place + 1 and behind in _JOBS


_EACH = frozenset({"every", "each", "daily", "nightly", "weekly", "monthly", "weekdays"})
_GOES_ON = frozenset("""
    with by using into from i we please list show give load write put take get build make compute calculate count
    merge upsert append add copy bring sync ingest insert keep pull move
""".split())  # fmt: skip


def _ends_clause(reader: Reader, end: int) -> bool:
    """True where a clause ends, or goes on with what it is filled with."""
    after = reader.tokens[end].lower if end < len(reader.tokens) else ""
    return after in _EDGES | _GOES_ON | _RUNS or end in reader.closed


def _leading(reader: Reader, place: int) -> tuple[int, bool]:
    """Where the words begin that lead to the times, and whether one of them says that something runs."""
    start, first = place, place
    while start and place - start < _MOST_BEFORE and start - 1 not in reader.closed:
        before = reader.tokens[start - 1].lower
        if before not in _RUNS | _BEFORE_TIMES:
            break
        start -= 1
        is_wish = before in ("need", "want", "have") and reader.tokens[start + 1].lower in ("it", "this", "that")
        if before in _RUNS or is_wish:
            first = start
    if first == place:
        return place, False
    while start < first and reader.tokens[start].lower in (":", "-", "and", "as", "with", "of", "which"):
        start += 1
    return start, True


def _is_apart(reader: Reader, start: int, end: int) -> bool:
    """True where nothing of a clause is left on either side."""
    before = reader.tokens[start - 1].lower if start else ""
    after = reader.tokens[end].lower if end < len(reader.tokens) else ""
    is_before = before in _EDGES or before in ("and", "then", "but") or start - 1 in reader.closed
    return is_before and (after in _EDGES or after in ("and", "then") or end in reader.closed)


def _lead(reader: Reader, place: int) -> int:
    """Where the words that introduce the schedule begin: ``refresh it``, ``run this``."""
    start = place
    lead = _STARTS - {",", ".", ";", ":", "and"}
    while start and reader.tokens[start - 1].lower in lead and start - 1 not in reader.closed:
        start -= 1
    return start


def _schedule(reader: Reader) -> str:
    start = reader.position
    is_of = start > 0 and reader.tokens[start - 1].lower in ("of", "for", "per", "in", "from")
    if not is_of and reader.word("every") and (cron := _interval(reader) or _weekday(reader)):
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
        reader.skip(("a", "every"))
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
