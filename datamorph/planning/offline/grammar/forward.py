"""Gaps in a column that are filled with the last value before: ``carry the last reading forward``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.gaps import read_by_date
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.inorder import read_in_order
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Noun, SortKey, Window
from datamorph.planning.offline.phrases import phrase_set

_FILL = phrase_set(("fill", "fill in", "fill up", "replace", "close", "bridge", "patch", "filling"))
_FORWARD = phrase_set(("forward fill", "fill forward", "carry forward", "ffill", "forward filling", "carry"))
_GAPS = frozenset({"gaps", "gap", "holes", "missing", "empty", "null", "nulls", "blank", "blanks", "values", "value",
                   "entries", "ones", "readings", "reading", "weeks", "days", "rows", "cells"})  # fmt: skip
_LAST = phrase_set((
    "the last", "the previous", "the most recent", "the latest", "the preceding", "last", "previous", "the last known",
    "the last available", "the most recent known", "the last non null", "the nearest earlier", "the previous known",
    "the latest known", "the last recorded", "the last measured", "the last valid", "the one", "whatever"))  # fmt: skip
_THING = frozenset({"known", "non", "null", "available", "value", "reading", "entry", "measurement", "one", "recorded",
                    "number", "that", "came", "stood", "was", "there", "seen", "observation"})  # fmt: skip
_BEFORE = frozenset({"before", "it", "earlier", "that", "preceding", "seen", "so", "far", "forward"})


def read_forward(reader: Reader, draft: Draft) -> Item | None:
    """The column whose missing values take the last one before them, with where it starts anew and in which order."""
    start = reader.position
    noun = _carried(reader) or _filled(reader, draft)
    if noun is None:
        reader.position = start
        return None
    per: tuple[Noun, ...] = ()
    order: list[SortKey] = []
    while True:
        mark = reader.position
        if not per and reader.lower() != "by" and (reader.take(PER_PHRASES) is not None or reader.word("within")):
            per = tuple(item.expression for item in read_groups(reader) if isinstance(item.expression, Noun))
            if per:
                continue
        reader.position = mark
        if not order and (found := read_in_order(reader, draft)):
            order = found
            continue
        if not order and (date := read_by_date(reader)) is not None:
            order = [SortKey(date)]
            continue
        reader.position = mark
        break
    name = noun.links[0].column
    return Item(Window("forward", noun, per, tuple(order)), frozenset(noun.words), noun.text, name)


def _carried(reader: Reader) -> Noun | None:
    """``forward-fill room_temp``, ``carry the last room_temp forward``."""
    mark = reader.position
    if reader.take(_FORWARD) is None:
        return None
    is_certain = reader.tokens[reader.position - 1].lower != "carry"
    reader.skip(
        ARTICLES
        | {
            "last",
            "known",
            "latest",
            "most",
            "recent",
            "previous",
            "gaps",
            "missing",
            "values",
            "value",
            "in",
            "of",
            "column",
        }
    )
    noun = reader.column()
    if noun is None or not (reader.word("forward") or is_certain):
        reader.position = mark
        return None
    return noun


def _filled(reader: Reader, draft: Draft) -> Noun | None:
    """``fill the gaps in room_temp with the last value before``, ``room_temp has gaps. Fill each with ...``."""
    mark = reader.position
    noun = _gappy(reader, draft)
    said = reader.position
    if reader.take(_FILL) is None:
        reader.position = mark
        return None
    reader.skip(ARTICLES)
    reader.skip(_GAPS)
    reader.skip(("of", "in", "the", "for"))
    noun = noun or reader.column()
    reader.skip(_GAPS)
    is_forward = reader.word("forward")
    if not is_forward and reader.word("with", "by", "from", "using"):
        is_forward = reader.take(_LAST) is not None
        reader.skip(_THING)
        reader.skip(_BEFORE)
    if noun is None or not is_forward or reader.position == said:
        reader.position = mark
        return None
    return noun


def _gappy(reader: Reader, draft: Draft) -> Noun | None:
    """``room_temp in readings has gaps.``"""
    mark = reader.position
    noun = reader.column()
    if noun is not None:
        if reader.word("in", "of", "from"):
            table = reader.noun()
            if table is not None and table.links and not table.links[0].column:
                draft.tables.append(table)
        if reader.word("has", "have", "contains", "with", "is", "shows"):
            reader.skip(("some", "a", "few", "sometimes", "not", "always", "often"))
            if reader.lower() in _GAPS:
                reader.skip(_GAPS)
                reader.skip((".", ",", ";", ":", "and", "so", "please", "-"))
                return noun
    reader.position = mark
    return None
