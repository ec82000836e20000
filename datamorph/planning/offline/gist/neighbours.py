"""Work on rows beside each other: their number, rank, what came before, totals up to them, shares of their group."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Window
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_NUMBERED = Phrases(dict.fromkeys((
    "row_number", "row number", "sequence number", "seq no", "sequence no", "running number", "number the", "enumerate",
    "counter", "chronological index", "numbered", "sequence", "consecutive number", "serial number", "ordinal",
    "number the rows", "number them", "first , second , third", "position number", "count up"), True))  # fmt: skip
_RANKED = Phrases(dict.fromkeys((
    "rank", "ranks", "ranking", "league table", "league position", "which place", "place in", "placing",
    "the place", "where it places", "position in the ranking"), True))  # fmt: skip
_SHIFTED = Phrases({
    **dict.fromkeys((
        "previous", "prior", "preceding", "just before", "the one before", "before this one", "row above", "line above",
        "the time before", "last before", "before that", "lag", "day before", "month before"), "lag"),
    **dict.fromkeys(("next", "following", "subsequent", "row below", "line below", "the one after", "lead"), "lead"),
})  # fmt: skip
_CHANGED = Phrases(dict.fromkeys((
    "change", "changes", "difference", "delta", "diff", "day-over-day", "day over day", "increase", "growth",
    "day to day change", "rise or fall", "more or less than", "month over month", "moved", "grew", "rose or fell"),
    True))  # fmt: skip
_RUNNING = Phrases(dict.fromkeys((
    "running total", "cumulative", "cumulative total", "cumulative sum", "running sum", "cumsum", "accumulated",
    "accumulates", "accumulate", "so far", "to date", "running", "up to and including", "summed up since", "cumulated",
    "rolling total", "added up from the start", "running tally", "cumulatively"), True))  # fmt: skip
_SHARED = Phrases({
    **dict.fromkeys(("percentage", "percent", "%", "percentage share", "in percent", "pct", "percentage of",
                     "percent of", "how many percent", "as a percentage of", "share in percent", "in %"), 100),
    **dict.fromkeys(("share", "fraction", "proportion", "share of", "fraction of", "proportion of", "part of"), 1),
})  # fmt: skip
_WITHIN = Phrases(dict.fromkeys((
    "within each", "within every", "within its", "within the", "within", "per", "for each", "for every", "in each",
    "inside its", "inside the", "inside each", "in its", "of each", "of every", "of its", "of the same",
    "restarts for each",
    "restarts at 1 for every", "restarting per", "restarts per", "partition by", "partitioned by", "by each",
    "among its",
    "of that", "same", "each", "every", "in its own", "in their", "within their", "inside their", "of an", "of the"),
    True))  # fmt: skip
_TALK = frozenset("""
    number numbers rank ranking position place counter count one 1 first second third etc start starts starting from
    restart restarts restarting new extra additional add adding column field previous prior preceding before same next
    following time over order chronological chronologically oldest earliest newest ascending asc up each every within
    inside day row above line last value was were its null empty blank if none there when the is for partition by
    partitioned change difference delta rise fall compare compared versus vs to from than minus less yesterday
    follows telling whether extend = 2 3 no nth running cumulative total sum so far until including all earlier days
    percentage percent share of entire whole
    event's everything sold grand 100 alphabetically then it that index purchase immediately directly
    """.split())  # fmt: skip
_BESIDE = frozenset("row rows line lag lead day day's month month's week week's year value".split())
_LARGE = frozenset("largest biggest highest most greatest top high best".split())
_SMALL = frozenset("smallest lowest fewest least cheapest low".split())
_LATEST = frozenset("newest latest recent descending desc".split())


def read_neighbours(made: Works) -> None:
    """The one such work of a prompt; several are not told apart.

    Raises:
        Unfit: it is open within which rows or in which order it is done.
    """
    for phrases, read in ((_RANKED, _rank), (_NUMBERED, _number), (_CHANGED, _change), (_SHIFTED, _shift),
                          (_RUNNING, _run), (_SHARED, _share)):  # fmt: skip
        found = [one for one in made.cues(phrases) if not made.marks[one[0]].use]
        if found and read(made, found):
            for start, end, _ in found:
                made.take(start, end, "neighbours")
            made.speak(_TALK, "neighbours", of_numbers=read is _share)
            return


def _partition(made: Works) -> list[Link]:
    """Within what: keys or things behind ``within each``, ``per`` or ``of the same``."""
    found: list[Link] = []
    for _, end, _ in list(made.cues(_WITHIN)):
        at = made.next(end)
        link = key_of(made, made.at(at))
        if link is not None and made.goes_on(at):
            raise Unfit("it is open where the key ends")
        if link is not None and made.marks[at].use == "":
            made.take(end - 1, at + 1, "within")
            if link.column not in [one.column for one in found]:
                found.append(link)
    return found


def key_of(made: Works, mark: Mark) -> Link | None:
    """The own column that tells groups of rows apart: as it is named, or by the thing that it refers to."""
    link = made.column(mark, kinds="key") if mark.kind == "name" else None
    if link is not None and link.table == made.fact and not (mark.tables and link.score < 1.0):
        return None if made.is_kind(link, "time") else link
    for table in mark.tables:
        if (found := _reference(made, table)) is not None:
            return found
    return None


def _reference(made: Works, table: TableRef) -> Link | None:
    """The one column of the rows that refers to a table."""
    hops = made.brief.said.relations.between(made.fact, table) if table != made.fact else ()
    return Link(made.fact, hops[0].columns[0], 1.0) if len(hops) == 1 and len(hops[0].columns) == 1 else None


def _time(made: Works) -> Link:
    """By which date: the one that is named, else the only one."""
    said = {
        link.column: (mark, link)
        for mark in made.marks
        if not mark.use and mark.kind == "name" and (link := made.column(mark, kinds="time")) is not None
    }
    if len(said) > 1:
        raise Unfit("it is open which date is meant")
    for mark, link in said.values():
        for one in made.marks:
            if not one.use and one.kind == "name" and made.column(one, kinds="time") == link:
                one.use = "in order of"
        mark.use = "in order of"
        return link
    dates = made.dates()
    if len(dates) != 1:
        raise Unfit("it is open which date is meant")
    return dates[0]


def _is_latest_first(made: Works) -> bool:
    return bool(_LATEST & set(made.brief.words))


def _number(made: Works, found: list[tuple[int, int, bool]]) -> bool:
    keys = _partition(made)
    if not keys:
        return False
    window = Window(keys, [(_time(made), _is_latest_first(made))])
    made.make([], "row_number()", "row_number", found[0][0], window=window)
    return True


def _rank(made: Works, found: list[tuple[int, int, bool]]) -> bool:
    keys = _partition(made) or _right_before(made, found[0][0])
    words = set(made.brief.words)
    is_large, is_small = bool(words & _LARGE) or "descending" in words or "desc" in words, bool(words & _SMALL)
    if is_large == is_small:
        raise Unfit("it is open what comes first")
    numbers = [(mark, link) for mark in made.marks if not mark.use and mark.kind == "name"
               and (link := made.column(mark, kinds="number")) is not None]  # fmt: skip
    if len({link.column for _, link in numbers}) != 1:
        raise Unfit("it is open by what they are ranked")
    for at, mark in enumerate(made.marks):
        if mark.cues.get("order") is not None or "leader" in mark.cues or mark.text.lower() in _LARGE | _SMALL:
            mark.use = mark.use or "rank"
        elif "per" in mark.cues and mark.text.lower() == "by" and _is_number(made, made.at(made.next(at + 1))):
            mark.use = "rank"
    link = numbers[0][1]
    listed = [mark for mark, _ in numbers if made.is_in_list(made.marks.index(mark))]
    for mark, _ in numbers:
        if mark not in listed:
            mark.use = "rank"
    made.make([], "rank()", "rank", found[0][0], window=Window(keys, [(link, is_large)]))
    return True


def _right_before(made: Works, place: int) -> list[Link]:
    """``country ranking``: within what they are ranked."""
    mark = made.at(place - 1)
    link = key_of(made, mark) if mark.kind == "name" and not mark.use else None
    if link is None:
        return []
    mark.use = "within"
    return [link]


def _is_number(made: Works, mark: Mark) -> bool:
    return mark.kind == "name" and made.column(mark, kinds="number") is not None


def _shift(made: Works, found: list[tuple[int, int, str]]) -> bool:
    keys = _partition(made)
    if len({call for _, _, call in found}) != 1:
        return False
    if not keys and not _BESIDE & set(made.brief.words):
        return False
    numbers = _numbers(made)
    time = _time(made)
    link = numbers or time
    made.make([link], f"{found[0][2]}({{0}})", f"{'previous' if found[0][2] == 'lag' else 'next'}_{link.column}",
              found[0][0], window=Window(keys, [(time, False)]))  # fmt: skip
    return True


def _numbers(made: Works) -> Link | None:
    """The one number that is named; it may be shown as well."""
    links = [(place, link) for place, mark in enumerate(made.marks) if not mark.use and mark.kind == "name"
             and (link := made.column(mark, kinds="number")) is not None]  # fmt: skip
    if len({link.column for _, link in links}) > 1:
        raise Unfit("it is open which number is meant")
    return links[0][1] if links else None


def _change(made: Works, found: list[tuple[int, int, bool]]) -> bool:
    before = [one for one in made.cues(_SHIFTED) if one[2] == "lag" and not made.marks[one[0]].use]
    words = set(made.brief.words)
    if not before and not words & {"yesterday", "yesterday's"} and not _says_rows(made, found):
        return False
    keys, link, time = _partition(made), _numbers(made), _ordered(made)
    if link is None:
        raise Unfit("it is open what changes")
    percent = any("share" in mark.cues for mark in made.marks)
    if percent:
        raise Unfit("changes in percent are not read")
    made.make([link], "{0} - lag({0})", f"{link.column}_change", found[0][0], window=Window(keys, [(time, False)]))
    for start, end, _ in before:
        made.take(start, end, "neighbours")
    return True


def _says_rows(made: Works, found: list[tuple[int, int, bool]]) -> bool:
    """``day-over-day``, ``day to day``."""
    return any({"over", "to"} & set(made.brief.words[made.marks[s].start : made.marks[e - 1].end]) or
               "over" in made.marks[s].text for s, e, _ in found)  # fmt: skip


def _ordered(made: Works) -> Link:
    """By which date, which is shown as well if it is in a list."""
    links = {
        link.column: link
        for mark in made.marks
        if not mark.use and mark.kind == "name" and (link := made.column(mark, kinds="time")) is not None
    }
    found = list(links.values()) or made.dates()
    if len(found) != 1 or found[0].table != made.fact:
        raise Unfit("it is open which date is meant")
    return found[0]


def _run(made: Works, found: list[tuple[int, int, bool]]) -> bool:
    keys, link = _partition(made), _numbers(made)
    if link is None or any("avg" == mark.cues.get("function") for mark in made.marks):
        return False
    time = _ordered(made)
    _use_numbers(made)
    made.make([link], "sum({0})", f"running_{link.column}", found[0][0],
              window=Window(keys, [(time, False)], rows="running"))  # fmt: skip
    return True


def _use_numbers(made: Works) -> None:
    """The number is named for what is made of it, unless it stands in a list of columns."""
    for place, mark in enumerate(made.marks):
        if mark.kind == "name" and not mark.use and _is_number(made, mark) and not made.is_in_list(place):
            mark.use = "neighbours"


def _share(made: Works, found: list[tuple[int, int, int]]) -> bool:
    keys, link = _partition(made), _numbers(made)
    if link is None or not keys:
        return False
    scale = max(value for _, _, value in found)
    _use_numbers(made)
    sql = "{0} * 100.0 / sum({0})" if scale > 1 else "{0} * 1.0 / sum({0})"
    made.make([link], sql, f"{link.column}_share", found[0][0], window=Window(keys))
    return True
