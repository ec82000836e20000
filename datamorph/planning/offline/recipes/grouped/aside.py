"""Remarks that a grouped result follows anyway: its heading, samples of a format, what stands in first rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.recipes.gaps import says_gone, segment
from datamorph.planning.offline.recipes.grouped.row_test import RowTest
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.terms import Column
from datamorph.planning.offline.recipes.passing import JUDGING, PARTICIPLES
from datamorph.planning.offline.recipes.shape_words import stems

_EMPTY = frozenset("null nulls empty blank none nothing".split())
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
_ANYWAY = frozenset("0 zero zeros still anyway must should also too even filled".split())
_GONE = frozenset("skipped absent missing omitted".split())
_DENYING = frozenset("not no don't doesn't aren't isn't never".split())
_THERE = frozenset("row rows line lines appear listed shown there included".split())
_CLOSE = 3
_ORDINALS = frozenset("first second third fourth fifth last next another new further extra additional".split())
_NOT = frozenset("not no isn't aren't without don't doesn't can't cannot".split())
_GOES = frozenset("count counted drop dropped skip skipped ignore ignored out excluded omitted".split())
_HOLDS = frozenset("holds hold contains contain has looks look is are".split())
_STEM = 5
_ASKING = frozenset("does do did is are was were why".split())
_LONGEST_HEADING = 10
_LONGEST_REMARK = 16
_TITLES = frozenset(
    (
        "report overview summary table check sheet statistic stats list breakdown analysis profile dashboard kpi "
        "ticket "
        "class"
    ).split()
)


def explain_asides(scene: Scene, quoted: Collection[str], tests: Sequence[RowTest], *, changes: bool) -> None:
    """Give the words of such remarks their meaning."""
    _defaults(scene, quoted)
    _samples(scene)
    _equals(scene, tests)
    _quotients(scene)
    _tells(scene)
    _ordinals(scene)
    _unmatched(scene)
    _sizes(scene)
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
    for place, token in enumerate(scene.brief.said.tokens):
        if scene.brief.words[place - 1] == "like" and re.fullmatch(r"(?:19|20)\d\d[01]\d[0-3]\d", token.text):
            first = next((i for i in range(place, max(place - 5, -1), -1) if scene.brief.words[i] in _HOLDS), place)
            scene.brief.explain(first, place + 1, "what a date looks like")


def _equals(scene: Scene, tests: Sequence[RowTest]) -> None:
    """The sign in ``(state = paid)`` and ``name = definition``."""
    for place, token in enumerate(scene.brief.said.tokens):
        is_test = scene.brief.words[place - 1] in {c.casefold() for test in tests for _, c in test.term.columns}
        is_formula = bool(scene.spots_in(place + 1, place + 3, "number"))
        if token.text == "=" and (is_test or is_formula or scene.brief.words[place - 1] in scene.names):
            scene.brief.explain(place, place + 1, "is")


def _sizes(scene: Scene) -> None:
    """``Two columns``, ``under way``: how wide the result is anyway, and a way of speaking."""
    brief = scene.brief
    for place in brief.numbers():
        is_width = brief.words[place + 1 : place + 2] == ("columns",)
        if is_width and brief.said.tokens[place].value == len(scene.outputs):
            brief.explain(place, place + 1, "how many columns")
    place = brief.phrase("under", "way")
    if place is not None:
        brief.explain(place, place + 2, "not yet done")


def _quotients(scene: Scene) -> None:
    """``late / trips``: listed columns that a share is made of."""
    names, tokens = scene.names, scene.brief.said.tokens
    for place in range(1, len(tokens) - 1):
        if tokens[place].text == "/" and {scene.brief.words[place - 1], scene.brief.words[place + 1]} <= set(names):
            scene.brief.explain(place, place + 1, "divided by")


def explain_aliases(scene: Scene, columns: Collection[tuple[TableRef, str]]) -> None:
    """``listening = sum of seconds_heard``: another word for what is added up."""
    for place, token in enumerate(scene.brief.said.tokens):
        if token.text in ("*", "×", "x") and len(columns) > 1:  # noqa: RUF001
            scene.brief.explain(place, place + 1, "times")
        if token.text in ("+", "&") and 0 < place < len(scene.brief) - 1:
            ends = {scene.brief.words[place - 1], scene.brief.words[place + 1]}
            scene.brief.explain(place, place + 1, "and") if ends <= set(scene.names) else None
        if token.text in ("=", "means", "is", "being") and place:
            _explain_alias(scene, place, columns)


def _explain_alias(scene: Scene, place: int, columns: Collection[tuple[TableRef, str]]) -> None:
    """The word in front of *is* or *=*, where what stands behind is in the plan."""
    brief, text = scene.brief, scene.brief.said.tokens[place].text
    last = scene.chunk(place)[1]
    spots = {c for s in scene.spots_in(place, last, "number") for c in s.choices}
    keys = {one.start for one in scene.spots_in(place, last) if not scene.is_kind(one, "number")}
    counts = bool(scene.said_in(place, last) & {"count", "number"}) and scene.table_at(place, last) is not None
    is_word, word = brief.said.tokens[place - 1].is_word, word_before(scene, place)
    is_sum = bool(spots) and spots <= set(columns) and is_word
    is_count = text == "=" and counts and is_word and not spots
    if is_sum or is_count or (text == "=" and len(keys) > 1 and not spots) or (text == "means" and word in scene.names):
        brief.explain(place, place + 1, "is")
    for i in brief.places((word,)) if (is_sum or is_count) and word not in scene.names else ():
        brief.explain(i, i + 1, "what is counted" if is_count else "what is added up")


def word_before(scene: Scene, place: int) -> str:
    """The word in front of a place."""
    return scene.brief.words[place - 1]


def _ordinals(scene: Scene) -> None:
    """``third column``."""
    for place in scene.brief.places(("column", "field")):
        if place and scene.brief.words[place - 1] in _ORDINALS:
            scene.brief.explain(place - 1, place + 1, "which column")
    for words in (("counts", "once"), ("counted", "once")):
        at = scene.brief.phrase(*words)
        if at is not None and {"every", "each"} & set(scene.brief.words[slice(*scene.chunk(at))]):
            scene.brief.explain(*scene.chunk(at), "all rows count")
    for words in (
        ("no", "decimals"),
        ("with", "decimals"),
        ("not", "rounded"),
        ("no", "rounding"),
        ("without", "rounding"),
        ("unrounded",),
    ):
        at = scene.brief.phrase(*words)
        if at is not None:
            scene.brief.explain(at, at + len(words), "all digits")


def _unmatched(scene: Scene) -> None:
    """``rows whose ward is not in the ward list don't count``: tables are joined so."""
    for place, _ in scene.brief.tables_at():
        start, end = scene.chunk(place)
        said = scene.said_in(start, end)
        tables = {ref for spot, ref in scene.brief.tables_at() if start <= spot < end}
        if len(tables) > 1 and said & {"without", "no"} and said & _GOES:
            scene.brief.explain(start, end, "groups without rows are not there")
        if (
            said & _NOT
            and said & {"list", "table", "match", "matched", "unmatched", "matching", "known", "exist", "found"}
            and said & _GOES
        ):
            scene.brief.explain(start, end, "rows without a match go")


def _tells(scene: Scene) -> None:
    """The word in ``..., where delta is the change``."""
    for place in scene.brief.places(("where", "whereby", "whose")):
        if set(scene.brief.words[place + 1 : place + 3]) & set(scene.names):
            scene.brief.explain(place, place + 1, "tells what a column is")


def _deeds(scene: Scene) -> None:
    """``how many customers opened them``, ``litres pumped``: what is done to the rows that are counted anyway."""
    brief = scene.brief
    for place in range(1, len(brief) - 1):
        word = brief.words[place]
        if not word.endswith("ed") or word in JUDGING:
            continue
        is_own = brief.words[place - 1] in scene.names and not brief.said.value(place)[0] and word not in scene.names
        if brief.words[place + 1] in ("them", "it") or (is_own and not _is_stem_of_column(scene, word)):
            brief.explain(place, place + 1, "what is counted")


def _is_stem_of_column(scene: Scene, word: str) -> bool:
    """True where a column may tell whether it was done: ``refunded``, ``refund_date``."""
    names = scene.brief.said.names.column_words
    return any(stems([word]) & stems(names[ref, name]) for ref in scene.tables for name in scene.columns(ref))


def explain_deeds(scene: Scene, facts: Sequence[TableRef]) -> None:
    """``invoiced`` of invoices: the verb of the rows that are counted or added up; and who does it."""
    brief = scene.brief
    own = stems(word for table in facts for word in brief.said.names.table_words[table])
    for place, word in enumerate(brief.words):
        if len(word) > _STEM and stems([word]) & own and word.endswith(("ed", "ing")):
            if not brief.said.value(place)[0] and not brief.ledger.covers(place):
                brief.explain(place, place + 1, "the rows that count")
    for place, table in brief.tables_at():
        is_doer = (
            place > 0 and brief.words[place - 1] in ("that", "which") and brief.words[place] != brief.lemmas[place]
        )
        behind = brief.said.tokens[place + 1] if place + 1 < len(brief) else None
        does = behind is not None and behind.kind == "word" and behind.lower not in GLUE | NEVER_GLUE
        if is_doer and does and all(brief.said.relations.paths(fact, table) for fact in facts):
            brief.explain(place, place + 1, "whose rows they are")


def _heading(scene: Scene) -> None:
    """A heading names what the result is about."""
    tokens = scene.brief.said.tokens
    start = 0
    while (end := _heading_end(scene, start)) is not None:
        is_ticket = tokens[start].lower in ("ticket", "task", "issue", "jira", "request")
        for place in range(start, end):
            token = tokens[place]
            picks = token.lower in JUDGING or token.lower.endswith(PARTICIPLES)
            is_word = token.kind == "word" and token.lower not in _VAGUE | NEVER_GLUE and not picks
            is_told = place > start and tokens[place - 1].lower in ("per", "by", "each", "every")
            if (is_word and not is_told and not scene.brief.said.value(place)[0]) or (
                is_ticket and place - start in (1, 2, 3)
            ):
                scene.brief.explain(place, place + 1, "heading")
        start = end + 1
    if tokens and tokens[0].lower in _ASKING:
        start = next((i for i, token in enumerate(tokens) if token.text == "?"), 0)
        for place in range(start if start + 1 < len(tokens) else 0):
            is_word = tokens[place].kind == "word" and tokens[place].lower not in NEVER_GLUE
            if is_word and not any(one.place < start for one in scene.outputs):
                scene.brief.explain(place, place + 1, "why it is asked")


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
    brief = scene.brief
    for place in range(len(brief)):
        is_part = place > 0 and brief.said.tokens[place - 1].text in (",", "(")
        start, end = scene.chunk(place) if is_part else scene.sentence(place)
        said = scene.said_in(start, end)
        if not (is_part or place == start) or end - start > _LONGEST_REMARK or said & _ANYWAY:
            continue
        if said & _PERIODS and said & _NOTHING and _is_said_gone(brief.words[start:end]):
            brief.explain(start, end, "periods without rows are not there")


def _is_said_gone(words: Sequence[str]) -> bool:
    """``are missing``, ``don't get a row``, ``have no row``."""
    denied = [i for i, word in enumerate(words) if word in _DENYING]
    there = [i for i, word in enumerate(words) if word in _THERE]
    return bool(set(words) & _GONE) or any(0 < row - no <= _CLOSE for no in denied for row in there)


def explain_silent_groups(scene: Scene, keys: Collection[Column]) -> None:
    """``Branches with nothing out do not appear``: groups without rows are not there anyway."""
    brief = scene.brief
    tables = {table for table, _ in keys}
    for place, table in brief.tables_at():
        start, end = segment(brief, place)
        words = brief.words[start:end]
        is_first = place == start or brief.words[start:place] in (("the",), ("and",), ("any",))
        leaves = says_gone(words) or set(words) & {"absent", "missing", "needn't"}
        named = {c for spot in scene.spots_in(start, end) for c in spot.choices}
        if is_first and leaves and set(words) & (_NOTHING | {"all"}) and not named:
            is_key = table in tables or any(brief.said.relations.between(t, table) for t in tables)
            for i in range(start, end) if is_key else ():
                if brief.said.tokens[i].kind == "word":
                    brief.explain(i, i + 1, "groups without rows are not there")


def _first_rows(scene: Scene) -> None:
    """``null where there is no earlier year``: there is nothing to compare with."""
    for place in scene.brief.places(_EMPTY):
        start, end = scene.chunk(place)
        if start and scene.brief.said.tokens[start - 1].text == ":":
            start = scene.chunk(start - 2)[0]
        said = scene.said_in(start, end)
        if said & _FIRST or {"where", "there", "none"} <= said:
            scene.brief.explain(start, end, "nothing comes before")
    for less in ("less", "fewer"):
        at = scene.brief.phrase("more", "or", less)
        if at is not None:
            scene.brief.explain(at, at + 3, "how it changed")
