"""Names that a list of columns gives to periods: ``adm_date`` for the day, ``cohort_month`` for the month."""

from __future__ import annotations

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
        if len(named) == 1 and not rivals:
            _settle_date(work, group, named[0])
        if len(named) == 1 and not rivals and not group.name and not _is_column(named[0]):
            group.name = named[0].name or named[0].noun.text.replace(" ", "_")
            group.words |= frozenset(named[0].noun.words)
            named[0].noun = type(named[0].noun)(
                named[0].noun.text, tuple(sorted(group.words)), (), named[0].noun.position
            )
            named[0].name = named[0].name or group.name


def _settle_date(work: Work, group: Item, output: Output) -> None:
    """``adm_date`` says which of several dates the day is of: that which begins with the same words."""
    period = group.expression
    if not isinstance(period, Period) or period.of is not None or (output.noun.links[:1] and _is_column(output)):
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
    return words_of(output.noun.text) if output.definition is None else ()


def _is_column(output: Output) -> bool:
    """True for a column as it stands, which is something else than the group."""
    return bool(output.noun.links) and output.noun.links[0].score >= 1
