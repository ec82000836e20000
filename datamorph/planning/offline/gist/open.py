"""What leaves open what a request comes down to, although each of its words has a use."""

from __future__ import annotations

from itertools import pairwise

from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Gist, RowGist
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.resolve import type_of

_PAIRS = frozenset({"pair", "combination"})
_GROUPING = frozenset("group split break aggregate summarise summarize divide roll".split())
_DONE_SO = {(word,) for word in ("by", "in", "on", "at", "per", "for", "since", "between", "before", "after", "during")}
_THOSE = frozenset({"that", "those", "these", "them", "which"})
_NEAR = 3
"""So many marks behind *per* its key stands."""
_OPEN = frozenset(
    "both either neither regardless irrespective whatever whichever respectively otherwise unless".split()
)
"""Words that tie others together in ways that marks do not tell."""


def is_open(brief: Brief, gist: Gist | RowGist, marks: list[Mark]) -> bool:
    """True where the request may be another one."""
    if any(mark.text.lower() in _OPEN and mark.use != "filter" for mark in marks) or any(
        brief.phrase(word, "a", "list") is not None for word in ("in", "into", "as")
    ):
        return True
    if any(
        word == "done" and brief.words[place + 1 : place + 2] not in _DONE_SO for place, word in enumerate(brief.words)
    ):
        return True  # ``repairs that are done``: a state, unless it is said when or by whom
    if len({(link.table, link.column) for link, _ in gist.spans}) < len(gist.spans):
        return True  # ``sales in February and sales in March``
    return _are_rows_open(brief, gist, marks) if isinstance(gist, RowGist) else _are_groups_open(brief, gist, marks)


def _are_groups_open(brief: Brief, gist: Gist, marks: list[Mark]) -> bool:
    is_who = brief.words[:1] == ("who",)
    if _is_head_lost(brief, gist, marks) or (is_who and not _answers_who(gist, marks)):
        return True
    if _is_of_one_part(gist, marks) or (any(one.distinct for one in gist.measures) and _PAIRS & set(brief.lemmas)):
        return True
    functions = [measure for measure in gist.measures if measure.function in ("min", "max")]
    if not gist.keys and len(gist.measures) == 1 and functions and not _is_said(marks, functions[0].of):
        return True  # ``the biggest sale`` is a row
    for place, mark in enumerate(marks):
        before = marks[place - 1] if place else None
        if "per" in mark.cues and mark.use == "per" and before is not None and before.text == "(":
            return True  # ``members (by email)`` says how they are counted
        is_column = any(link.score >= 1.0 for link in mark.columns)
        if (
            "part" in mark.cues
            and mark.use == "key"
            and is_column
            and any(k.part == mark.cues["part"] for k in gist.keys)
        ):
            return True  # ``per year`` of flights, where the planes have a year
    return any(mark.kind == "label" and not gist.keys for mark in marks)


def _is_head_lost(brief: Brief, gist: Gist, marks: list[Mark]) -> bool:
    """``products and how many were sold``: the things that the prompt begins with are not those that are told of."""
    head = _head(marks)
    if head is None or head.use != "named again" or gist.fact in head.tables:
        return False
    is_plural = brief.words[head.end - 1] != brief.lemmas[head.end - 1]
    if not head.tables:
        used = [*(key.link for key in gist.keys), *(one.of for one in gist.measures if one.of is not None)]
        return is_plural and head.kind == "name" and not {(one.table, one.column) for one in used} & {
            (link.table, link.column) for link in head.columns}  # fmt: skip
    between, key_of = brief.said.relations.between, brief.said.relations.key
    told = {key.link.table for key in gist.keys
            if key.owner == key.link.table or key.link.column in key_of(key.link.table)}  # fmt: skip
    told |= {table for table in head.tables for key in gist.keys for hop in between(gist.fact, table)
             if key.link.table == gist.fact and key.link.column in hop.columns}  # fmt: skip
    return is_plural and not told & set(head.tables)


def _head(marks: list[Mark]) -> Mark | None:
    """The first mark that asks for something."""
    return next((mark for mark in marks if mark.kind not in ("talk", "done", "break")), None)


def _is_of_one_part(gist: Gist, marks: list[Mark]) -> bool:
    """``amount, and of that online``, ``visits without a note, and total visits``: of other rows than the rest."""
    texts = [mark.text.lower() for mark in marks]
    filters = [place for place, mark in enumerate(marks) if mark.use.startswith("filter")]
    if any(pair[0] == "of" and pair[1] in _THOSE and at + 2 in filters for at, pair in enumerate(pairwise(texts))):
        return True
    measures = [place for place, mark in enumerate(marks) if mark.use.startswith("measure")]
    head = _head(marks)
    is_grouping = bool(marks) and marks[0].text.lower() in _GROUPING
    if is_grouping or not measures or head is None or head.use != "named again" or gist.fact not in head.tables:
        return False
    behind = next((m for m in marks[marks.index(head) + 1 :] if m.kind not in ("talk", "done")), head)
    is_behind = behind.use == "per" or any(one < measures[0] for one in filters)
    return is_behind and marks[measures[0] - 1].kind == "and"


def _answers_who(gist: Gist, marks: list[Mark]) -> bool:
    """``who paid last in every club``: a club is nobody."""
    pers = [place for place, mark in enumerate(marks) if mark.use == "per"]
    return any(not any(per < key.place <= per + _NEAR for per in pers) for key in gist.keys)


def _is_said(marks: list[Mark], link: object) -> bool:
    """True where the column itself is named."""
    return any(one == link or (one.table, one.column) == (getattr(link, "table", None), getattr(link, "column", None))
               for mark in marks for one in mark.columns if one.score >= 1.0)  # fmt: skip


def _are_rows_open(brief: Brief, gist: RowGist, marks: list[Mark]) -> bool:
    if gist.count and any(isinstance(by, Link) and type_of(brief, by) == "string" for by, _ in gist.order):
        return True  # texts have no largest
    if gist.is_distinct and "pair" in brief.lemmas:
        return True
    if gist.is_distinct and len(gist.outputs) > 1:
        spots = [place for place, mark in enumerate(marks) if mark.use == "each once"]
        first = min((place for place, mark in enumerate(marks) if mark.use == "column"), default=-1)
        return any(place > first >= 0 for place in spots)
    return False
