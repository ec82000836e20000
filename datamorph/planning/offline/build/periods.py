"""Names that a list of columns gives to periods: ``adm_date`` for the day, ``cohort_month`` for the month."""

from __future__ import annotations

import re

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.model import Noun, Period
from datamorph.planning.offline.names import Link, words_of

_PARTS = frozenset({"day", "date", "month", "week", "quarter", "year", "hour"})
_WORDS = {"day": {"day", "date"}, "date": {"day", "date"}}


def name_periods(work: Work) -> None:
    """Give the one group of a part of a date the name that the one column of that kind has in the list."""
    draft = work.draft
    groups = [group for group in draft.groups if isinstance(group.expression, Period)]
    for group in groups:
        part = group.expression.part if isinstance(group.expression, Period) else ""
        rivals = [
            one
            for one in groups
            if one is not group and _WORDS.get(_part(one), {_part(one)}) & _WORDS.get(part, {part})
        ]
        named = [output for output in draft.outputs if _WORDS.get(part, {part}) & set(_said(output))]
        plain = [output for output in named if set(_said(output)) <= _WORDS.get(part, {part})]
        named = plain if len(plain) == 1 else named
        if len(named) == 1 and not rivals:
            _settle_date(work, group, named[0])
        if len(named) == 1 and not rivals and not group.name and not _is_column(work, group, named[0]):
            group.name = named[0].name or named[0].noun.text.replace(" ", "_")
            group.words |= frozenset(named[0].noun.words)
            named[0].noun = type(named[0].noun)(
                named[0].noun.text, tuple(sorted(group.words)), (), named[0].noun.position
            )
            named[0].name = named[0].name or group.name


_OF_SEVERAL = re.compile(r"\d[a-z]{0,3}$")
"""``tickets_3m`` is a number of three months."""
_SHORT = {"yr": "year", "ym": "month", "yyyymm": "month", "mth": "month", "mon": "month", "wk": "week", "dt": "day",
          "d": "day", "dow": "weekday", "wd": "weekday", "qtr": "quarter", "q": "quarter", "hr": "hour", "h": "hour",
          "yearmonth": "month"}  # fmt: skip


def claimed_times(work: Work) -> dict[int, str]:
    """``day, refunded`` beside groups by one date column: the name that says so is that of the date, by output."""
    dates = work.scope.names.dates
    groups = [g for g in work.groups if g.is_column and isinstance(g.item.expression, Noun)]
    spots = [(g, link) for g in groups if isinstance(g.item.expression, Noun) for link in g.item.expression.links[:1]]
    dated = [g for g, link in spots if link.column in dates.get(link.table, ())]
    named = [o for o in work.draft.outputs if _WORDS["day"] & set(_said(o)) and not _is_own(work, o)]
    if len(dated) != 1 or len(named) != 1 or any(isinstance(g.item.expression, Period) for g in work.groups):
        return {}
    return {id(named[0]): work.frames.name_of(dated[0].term.leaves[0])}


def _is_own(work: Work, output: Output) -> bool:
    """True for the name of a column that is there as it stands."""
    return any(link.score >= 1 and link.table == work.root for link in output.noun.links if link.column)


def _settle_date(work: Work, group: Item, output: Output) -> None:
    """``adm_date`` says which of several dates the day is of: that which begins with the same words."""
    period = group.expression
    if (
        not isinstance(period, Period)
        or period.of is not None
        or (output.noun.links[:1] and _is_column(work, group, output))
    ):
        return
    rest = [word for word in _said(output) if word not in _PARTS]
    spots = [
        (table, date)
        for table in work.scope.mentioned
        for date in work.scope.names.dates[table]
        if rest and work.scope.names.column_words[table, date][: len(rest)] == tuple(rest)
    ]
    if len(spots) == 1:
        (table, date), words = spots[0], work.scope.names.column_words[spots[0]]
        group.expression = Period(period.part, Noun(date, words, (Link(table, date, 1.0),)))


def _part(group: Item) -> str:
    return group.expression.part if isinstance(group.expression, Period) else ""


def _said(output: Output) -> tuple[str, ...]:
    if output.definition is not None or _OF_SEVERAL.search(output.noun.text):
        return ()
    return tuple(_SHORT.get(word, word) for word in words_of(output.noun.text))


def _is_column(work: Work, group: Item, output: Output) -> bool:
    """True for a column as it stands, which is something else than the group; one of a table that is meant."""
    period = group.expression
    of = period.of if isinstance(period, Period) else None
    dates = [of] if of is not None else work.draft.dates
    tables = {link.table for date in dates for link in date.links if link.score >= 1}
    tables |= {table for noun in work.draft.tables if (table := work.scope.entity(noun)) is not None}
    return any(link.score >= 1 and (not tables or link.table in tables) for link in output.noun.links[:1])
