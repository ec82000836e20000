"""Tables and how they are joined: ``join orders and customers on customer_id``."""

from __future__ import annotations

from datamorph.planning.offline.draft import JoinRequest
from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import JOIN
from datamorph.planning.offline.model import Condition, Noun
from datamorph.planning.offline.names import OWN, SYNONYM
from datamorph.planning.offline.phrases import Phrases, phrase_set

_JOIN = Phrases(JOIN)
_WITH = ("with", "to", "and", "onto", "against", ",", "&", "into", "by", "from", "in", "+")
_ON = ("on", "using", "by", "over", "via", "through")
_LEAST = SYNONYM * OWN


def read_table(reader: Reader) -> Noun | None:
    """A noun that names a table."""
    start = reader.position
    noun = reader.noun()
    tables = tuple(link for link in noun.links if not link.column) if noun else ()
    if noun is None or not tables or tables[0].score < _LEAST or tables[0].score < noun.links[0].score - (1 - OWN):
        reader.position = start
        return None
    return Noun(noun.text, noun.words, tables, noun.position)


def read_join(reader: Reader, conditions: list[Condition]) -> JoinRequest | None:
    """Tables after ``join`` and the keys after ``on``."""
    start = reader.position
    how = reader.take(_JOIN) or _plus(reader)
    if how is None:
        return None
    reader.skip(("the", "up", "together", "both", "in"))
    tables: list[Noun] = []
    onto = 0
    mark = reader.position
    while True:
        reader.skip(ARTICLES)
        condition = adjective(reader)
        table = read_table(reader)
        if table is None:
            break
        conditions += [condition] if condition else []
        tables.append(table)
        mark = reader.position
        is_tied = False
        onto = onto or (reader.position if reader.lower() == "onto" else 0)
        while reader.word(*_WITH):
            is_tied = True
        reader.skip(frozenset({"then", "their", "join", "joined"}) if is_tied else frozenset())
        if not is_tied:
            break
    reader.position = mark
    if not tables:
        reader.position = start
        return None
    if reader.word("onto", "to", "with") and not reader.word("them", "it", "these", "those"):
        reader.position = mark
    tables = tables[::-1] if onto else tables  # rows of the second get those of the first
    is_left = how in ("left", "full", "right")
    return JoinRequest(tables, read_on(reader), how if is_left else "inner", is_explicit=True)  # pyright: ignore


def _plus(reader: Reader) -> str | None:
    """``sales + shops on shop_id``."""
    mark = reader.position
    first = read_table(reader)
    is_plus = first is not None and reader.word("+")
    second = read_table(reader) if is_plus else None
    is_join = second is not None and reader.lower() in (*_ON, ",", "+", "")
    reader.position = mark
    return "inner" if is_join else None


_BEHIND_KEY = frozenset({"", ",", ".", ";", "and", ")", "then", "+", "to", "with", "per", "for", "by", "so"})


def read_on(reader: Reader) -> list[tuple[Noun, Noun]]:
    """Key columns after ``on``; ``a = b`` names one on each side."""
    start = reader.position
    reader.skip(("together",))
    if not reader.word(*_ON):
        reader.position = start
        return []
    reader.skip(("the", "their", "common", "shared", "key", "keys"))
    pairs: list[tuple[Noun, Noun]] = []
    mark = reader.position
    while (pair := _pair(reader)) is not None:
        if pairs and reader.lower() not in _BEHIND_KEY:
            break
        pairs.append(pair)
        mark = reader.position
        if not reader.word(",", "and", "+") or (reader.lower() in ("and",) and not reader.word("and")):
            break
    reader.position = mark
    if not pairs:
        reader.position = start
    return pairs


def _pair(reader: Reader) -> tuple[Noun, Noun] | None:
    start = reader.position
    left = reader.noun()
    if left is None or not any(link.column for link in left.links) or reader.lower() in ("count",):
        reader.position = start
        return None
    mark = reader.position
    if reader.word("=", "==", "equals", "matches", "to", "matching") and (right := reader.noun()):
        return left, right
    reader.position = mark
    return left, left


_PURPOSE = phrase_set(
    ("to get", "to bring in", "to look up", "to add", "to find", "to fetch", "to obtain", "to attach", "to show", "for")
)


def read_purpose(reader: Reader) -> list[Noun]:
    """``join customers to get the segment``: what the join is for."""
    start = reader.position
    found: list[Noun] = []
    if reader.take(_PURPOSE) is not None:
        while (noun := reader.noun()) is not None and noun.links[0].column:
            found.append(noun)
            start = reader.position
            if not reader.word(",", "and"):
                break
    reader.position = start
    return found
