"""Reads a pipeline prompt as a question: either every word has its meaning, or nothing is said."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Stop
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.units import kind_of
from datamorph.planning.offline.grammar.values import CURRENCY
from datamorph.planning.offline.lexicon.cues import VAGUE
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import EXACT, TAILLESS, Link, words_of
from datamorph.planning.offline.questions.build import Answer
from datamorph.planning.offline.questions.columns import Columns, Contradicted, Unclear
from datamorph.planning.offline.questions.query import Query, Shown
from datamorph.planning.offline.questions.read import QuestionReader
from datamorph.planning.offline.questions.tag import Tag
from datamorph.planning.offline.questions.tags import tag
from datamorph.planning.offline.rereading.listing import Split, split_listing
from datamorph.planning.offline.scope import Scope

_TIMES = frozenset({"thousand", "million", "billion"})


def read_exactly(reader: Reader, draft: Draft, scope: Scope) -> Work | None:
    """The steps of a prompt that is read with certainty as a question; None when it is not.

    Args:
        draft: the target and the schedule, which are no part of the question.
    """
    try:
        work = _read(reader, draft, scope)
    except (Unclear, Contradicted, Stop):
        return None
    return work if not scope.dialog.questions else None


def _read(reader: Reader, draft: Draft, scope: Scope) -> Work:
    tags = tag(reader, scope)
    split = split_listing([found for found in tags if not reader.closed.intersection(range(found.start, found.end))])
    _require_plain(reader, split)
    columns = Columns(scope, split.asked)
    query = QuestionReader(list(split.asked), columns).read()
    if query.limit and (query.entities or query.groups):
        raise Unclear("the first rows of each")
    if query.lists_values:
        raise Unclear("every value, or every row")
    if not _measures(query) and not query.groups and any(token.lower == "per" for token in reader.tokens):
        raise Unclear("something per group that is no measure")
    subject = _subject(query, columns)
    _show(query, split.listed, subject, scope)
    frames = Frames({ref: table.schema for ref, table in scope.tables.items()})
    work = Work(draft, scope, frames, reader.values)
    Answer(work, query).build()
    if not _measures(query) and query.sides is None and work.root != subject:
        raise Unclear("rows would repeat")
    for found in (*split.asked, *split.listed):
        reader.ledger.explain(found.start, found.end, found.kind)
    return work


def _require_plain(reader: Reader, split: Split) -> None:
    """What the question reader passes over, or guesses, a pipeline must not.

    Raises:
        Unclear: a parenthesis, a vague word, a number in a unit, a share, or a synonym for a key.
    """
    if (unit := _unit(reader)) is not None:
        raise Unclear(unit)
    for one in (*split.asked, *split.listed):
        said = {token.lower for token in reader.tokens[one.start : one.end]}
        if one.phrase in ("(", "[") or (said & VAGUE and one.kind not in ("value", "text")):
            raise Unclear(one.phrase)
        following = reader.tokens[one.end].lower if one.end < len(reader.tokens) else ""
        if one.kind == "glue" and said & {"share", "shares"} and following == "of":
            raise Unclear("a share")
        best = one.links[0] if one.links else None
        if best is None or not best.column or words_of(one.phrase.lower())[-1] in KEY_WORDS:
            continue
        if best.score < TAILLESS and words_of(best.column)[-1] in KEY_WORDS:
            raise Unclear(one.phrase)


def _unit(reader: Reader) -> str | None:
    """A number in a unit, which a question is read without: ``over 10 minutes``, ``5 million``, ``$10``."""
    for place, token in enumerate(reader.tokens):
        following = reader.tokens[place + 1] if place + 1 < len(reader.tokens) else None
        if token.kind != "number" or place in reader.closed:
            continue
        if token.unit in CURRENCY:
            return token.text
        if following and (kind_of(following.lemma) or following.lemma in _TIMES) and not reader.links(place + 1, 1):
            return f"{token.text} {following.text}"
    return None


def _measures(query: Query) -> bool:
    shown = [*query.shown, *(by for by, _ in query.orders), *(by for by, _, _ in query.having)]
    return any(one.function for one in shown)


def _subject(query: Query, columns: Columns) -> TableRef | None:
    """The table whose rows are asked for: the first that is named, unless a column is asked for by name."""
    leaves = [one.leaf for one in query.implied or query.shown if one.leaf]
    if leaves:
        return leaves[0].table
    return columns.mentioned[0] if columns.mentioned else None


def _show(query: Query, listed: Sequence[Tag], subject: TableRef | None, scope: Scope) -> None:
    """Show the listed columns; without a list, the whole rows of what is asked for.

    Raises:
        Unclear: columns are listed beside others, or the rows are not those of one table.
    """
    if query.shown and not listed:
        return
    if query.shown or subject is None or len(query.implied) > 1:
        raise Unclear("which columns")
    if listed:
        query.shown = _columns(listed, subject, scope)
    elif _measures(query):
        raise Unclear("which columns")
    else:
        query.shown = [Shown("", leaf) for leaf in Columns(scope, ()).all_of(subject)]


def _columns(listed: Sequence[Tag], subject: TableRef, scope: Scope) -> list[Shown]:
    """The listed columns, of the table that is asked for or of tables that it refers to."""
    owner = Tag("table", -1, -1, subject.name, links=(Link(subject, "", EXACT),))
    columns = Columns(scope, [owner, *listed])
    found: list[ColumnLeaf] = []
    for place, one in enumerate(listed, start=1):
        parts = columns.parts_of_name(subject) if one.kind == "full_name" else (columns.column(place),)
        found += parts or ()
        if parts is None or any(leaf.table != subject and not columns.refers(subject, leaf.table) for leaf in parts):
            raise Unclear(one.phrase)
    return [Shown("", leaf) for leaf in found]
