"""Remarks that a grouped result follows anyway: its heading, samples of a format, what stands in first rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.recipes.grouped.filters import RowTest
from datamorph.planning.offline.recipes.grouped.spots import Scene

_EMPTY = frozenset("null nulls empty blank none".split())
_FIRST = frozenset("first earlier previous earliest no without prior predecessor".split())
_PERIODS = frozenset("day month week year quarter date period".split())
_NOTHING = frozenset("no nothing without none".split())
_VAGUE = frozenset(
    """
    top best worst large big small old new active inactive lapsed recent late early high low heavy good bad major minor
    important key main loyal frequent long short expensive cheap valid relevant typical regular special premium current
    open closed overdue slow fast young successful failed unpaid paid pending all-time yearly first last
    """.split()
)
_LONGEST_HEADING = 10
_LONGEST_REMARK = 16
_TITLES = frozenset(
    (
        "report overview summary table check sheet statistic stats list breakdown analysis profile dashboard kpi ticket"
    ).split()
)


def explain_asides(scene: Scene, quoted: Collection[str], tests: Sequence[RowTest], *, changes: bool) -> None:
    """Give the words of such remarks their meaning."""
    _defaults(scene, quoted)
    _samples(scene)
    _equals(scene, tests)
    _heading(scene)
    _deeds(scene)
    _silent_periods(scene)
    if changes:
        _first_rows(scene)


def _defaults(scene: Scene, quoted: Collection[str]) -> None:
    """What a text stands for: ``'Unknown' for codes that are not in depots``."""
    for place, token in enumerate(scene.brief.said.tokens):
        if token.kind == "text" and token.lower in quoted:
            start, end = scene.chunk(place)
            before = scene.brief.said.tokens[start - 1].text if start else ""
            if before == "," and not scene.said_in(start, place) & _EMPTY and end - start <= 2:  # noqa: PLR2004
                start = scene.chunk(start - 2)[0] if start >= 2 else start  # noqa: PLR2004
            scene.brief.explain(start, end, f"{token.text} stands where nothing is found")


def _samples(scene: Scene) -> None:
    """``2023-07``, ``2023-07-01``: what a month looks like."""
    for match in re.finditer(r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])\b(?!-)", scene.brief.said.prompt):
        places = [i for i, t in enumerate(scene.brief.said.tokens) if match.start() <= t.start < match.end()]
        if places:
            scene.brief.explain(places[0], places[-1] + 1, "what a month looks like")


def _equals(scene: Scene, tests: Sequence[RowTest]) -> None:
    """The sign in ``(state = paid)`` and ``name = definition``."""
    for place, token in enumerate(scene.brief.said.tokens):
        is_test = scene.brief.words[place - 1] in {c.casefold() for test in tests for _, c in test.term.columns}
        if token.text == "=" and (is_test or scene.brief.words[place - 1] in scene.names):
            scene.brief.explain(place, place + 1, "is")


def _deeds(scene: Scene) -> None:
    """``how many customers opened them``: what is done to the rows that are counted anyway."""
    for place in range(1, len(scene.brief) - 1):
        if scene.brief.words[place].endswith("ed") and scene.brief.words[place + 1] in ("them", "it"):
            scene.brief.explain(place, place + 1, "what is counted")


def _heading(scene: Scene) -> None:
    """A heading names what the result is about."""
    tokens = scene.brief.said.tokens
    start = 0
    while (end := _heading_end(scene, start)) is not None:
        is_ticket = tokens[start].lower in ("ticket", "task", "issue", "jira", "request")
        for place in range(start, end):
            token = tokens[place]
            is_word = token.kind == "word" and token.lower not in _VAGUE | NEVER_GLUE
            if (is_word and not scene.brief.said.value(place)[0]) or (is_ticket and place - start in (1, 2, 3)):
                scene.brief.explain(place, place + 1, "heading")
        start = end + 1


def _heading_end(scene: Scene, start: int) -> int | None:
    """Where a heading ends that begins at a place: a colon, or a full stop behind *overview* or *report*."""
    tokens = scene.brief.said.tokens
    end = next(
        (i for i in range(start, min(start + _LONGEST_HEADING, len(tokens))) if tokens[i].text in (":", ".")), None
    )
    if end is None or end == start or any(scene.is_output(i) for i in range(start, end)):
        return None
    is_titled = bool((_TITLES | {"per", "by"}) & set(scene.brief.lemmas[start:end]))
    is_short = end - start <= (6 if is_titled else 4)
    return end if (tokens[end].text == ":" and start == 0) or (is_titled and is_short) else None


def _silent_periods(scene: Scene) -> None:
    """``Days on which nothing was opened don't get a row``: only groups that have rows are there anyway."""
    for place in range(len(scene.brief)):
        start, end = scene.sentence(place)
        said = scene.said_in(start, end)
        if (
            place == start
            and said & _PERIODS
            and said & _NOTHING
            and (
                {"row", "don't"} <= said
                or {"not", "row"} <= said
                or {"no", "row"} <= said
                or said & {"skipped", "absent"}
            )
            and end - start <= _LONGEST_REMARK
            and not said & {"0", "zero"}
        ):
            scene.brief.explain(start, end, "periods without rows are not there")


def _first_rows(scene: Scene) -> None:
    """``null where there is no earlier year``: there is nothing to compare with."""
    for place in scene.brief.places(_EMPTY):
        start, end = scene.chunk(place)
        if scene.said_in(start, end) & _FIRST:
            scene.brief.explain(start, end, "nothing comes before")
