"""When the pipeline runs by itself: ``every day at 6`` is ``0 6 * * *``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.restarts import is_behind_restart
from datamorph.planning.offline.grammar.run_times import read_run_times

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
                           "pipeline", "sharp", "automatically", "build"})  # fmt: skip
_EDGES = frozenset({"", ",", ".", ";", ":", "(", ")", "[", "]", "-", "\u2013", "\u2014", "!", "?"})
_MOST_BEFORE = 7
_COUNTED = frozenset({"nights", "mornings", "evenings"})
"""Alone they are rather counted, or the name of a column: ``guest_id, nights, price``."""


def read_schedule(reader: Reader, draft: Draft) -> None:
    """Find times in any order, where a word says that something runs then or where they stand apart; close them."""
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
        is_first = before in _EDGES and bool(found.clocks) and reader.tokens[place].lower in _EACH
        is_sure = (is_sure and is_timed and _ends_clause(reader, after)) or _is_of_job(reader, place, end) or is_first
        is_plain = found.is_plain() and not (end == place + 1 and reader.tokens[place].lower in _COUNTED)
        is_plain = is_plain or (bool(found.days) and place - 2 in reader.closed)  # ``save as sums, on weekdays``
        is_free = _is_apart(reader, start, after) if is_led else is_plain and _is_apart(reader, place, after)
        if not is_free and not is_sure:
            continue
        start = start if is_free else place
        draft.cron, draft.timezone = found.cron(), found.zone
        reader.close(start, after, f"runs at cron {draft.cron}")
        return


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
