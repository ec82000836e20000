"""Conditions of a part of the rows: those of a share, of what is counted beside all."""

from __future__ import annotations

from itertools import pairwise

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Aggregate

_MARKS = frozenset({".", ",", ";", ":", "(", ")", "-", "–", "—"})  # noqa: RUF001
_SHARES = frozenset("share shares percentage percent proportion fraction rate".split())
_PASSED = frozenset({"the", "just", "only"})


def is_of_part(reader: Reader, draft: Draft) -> bool:
    """``share of sales per shop without a discount``, ``count all sales and those without one``: of a part only."""
    start = reader.position
    words = [token.lower for token in reader.tokens[:start]]
    first = max((i for i, word in enumerate(words) if word in _MARKS), default=-1) + 1
    said = words[first:]
    if _SHARES & set(said) and draft.groups and {"per", "each", "every"} & set(said):
        return True
    behind = [token.lower for token in reader.tokens[start : start + 2]]
    tail = [word for word in (*said[-3:], *behind[:1]) if word not in _PASSED]
    is_second = any(a == "and" and b in ("ones", "those") for a, b in pairwise(tail))
    is_tied = next((word for word in reversed(said) if word not in _PASSED), "") == "and"
    is_second = is_second or (is_tied and _is_counted_again(reader, draft))
    return is_second and bool(draft.measures)


def _is_counted_again(reader: Reader, draft: Draft) -> bool:
    """``count all sales and the late sales``: the rows that are counted already, with what some of them are."""
    start = reader.position
    reader.skip(ARTICLES)
    noun = reader.noun() if adjective(reader) is not None else None
    reader.position = start
    counted = [item.expression.counted for item in draft.measures if isinstance(item.expression, Aggregate)]
    known = {link.table for noun in (*draft.tables, *counted) if noun is not None for link in noun.links[:1]}
    return noun is not None and any(link.table in known for link in noun.links if not link.column)
