"""Values that two columns have in common, or one alone: ``the shop_ids in sales that are not in shops``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Gathering
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, TAILLESS, Link, words_of
from datamorph.planning.offline.phrases import phrase_set

Operation = Literal["intersect", "except", "union"]

_LEAD = ARTICLES | frozenset(
    """one with containing single list give me list which what show find all take return only just are distinct
    unique different get i want need be
    us we see please there those both out of work do identify name tell print pull select""".split()
)
_OF_VALUES = frozenset({"addresses", "address", "value", "values", "column", "columns", "entries", "ones"})
_AT = ("of", "in", "on", "from", "within", "inside", "among", "at")
_BETWEEN = frozenset(
    """appearing occurring existing that which who whose are is was were be been do does did not also never
    appear appears occur occurs exist exists
    show shows turn turns up come comes found present listed known used contained recorded registered mentioned missing
    absent lacking minus except excluding without less but and as well in from on among both to common shared by within
    between have has had having no any those ones at all too don't doesn't didn't isn't aren't can cannot be either
    again only what the a an can't found of inside contains contain them seen referenced held there somewhere
    anywhere for with unknown simultaneously counterpart counterparts match matches entry entries value
    values one record records rows row it its recur recurs reappear reappears""".split()
) | {",", "(", ")"}
_AGAINST = frozenset("not never missing absent lacking minus except excluding without less no don't doesn't didn't "
                     "isn't aren't cannot can't unknown".split())  # fmt: skip
_TOGETHER = frozenset("also both common shared too well simultaneously recur recurs reappear reappears".split())
_USED = frozenset("appearing occurring existing showing turning coming standing that which who we are is used "
                  "found listed present appear appears occur occurs exist exists have "
                  "has known recorded contained mentioned show shows turn turns up in on among there with come stored "
                  "registered".split())  # fmt: skip
_ONCE = frozenset("distinct unique different once deduplicated uniquely single duplicates repeats repetition twice "
                  "repetitions dedupe doubles".split())  # fmt: skip
_JOINED = frozenset("together combined merged pooled united jointly".split())
_JOINING = frozenset({"are", "is", "being", "get", "when", "if", "all", "put", "thrown", "taken", "brought", "added",
                      "lumped", "poured", "gathered", "collected", "stacked"})  # fmt: skip
_WE_GET = phrase_set(
    tuple(
        f"{do} {who} {get} {when}"
        for do in ("do", "would", "will")
        for who in ("we", "i", "you")
        for get in ("get", "have", "see", "end up with", "find")
        for when in ("when", "if", "once")
    )
)
"""``countries do we get when``."""
_MOST, _FEWEST = 12, 2


@dataclass(frozen=True, slots=True)
class _Side:
    """A column, a table, or both."""

    links: tuple[Link, ...]
    table: TableRef | None
    position: int


def read_sets(reader: Reader, draft: Draft) -> bool:
    """Two sides, and what is said between them."""
    if draft.gathering is not None or draft.measures or draft.groups:
        return False
    start = reader.position
    for construct in (_overlap, _two_sides, _both_tables, _all_of_them):
        reader.position = start
        found = construct(reader, start)
        if found is not None:
            draft.gathering = found
            return True
    reader.position = start
    return False


def _two_sides(reader: Reader, start: int) -> Gathering | None:
    """``the shop_ids of sales that are missing in shops``, ``values of a.x that also occur in b.y``."""
    reader.skip(_LEAD)
    first = _side(reader)
    if first is None or not first.links:
        return None
    first = _used_in(reader, first)
    mark = reader.position
    operation = _relation(reader)
    second = _side(reader) if operation is not None else None
    if operation is None or second is None:
        return None
    is_between = any(token.lower == "between" for token in reader.tokens[start:mark])
    pair = _pair(reader, first, second)
    if pair is None or is_between:
        return None
    return _gathering(pair, operation)


def _overlap(reader: Reader, start: int) -> Gathering | None:
    """``the overlap between the shop_ids in sales and those in shops``."""
    reader.skip(_LEAD)
    if not reader.word("overlap", "intersection", "commonality") or not reader.word("between", "of"):
        return None
    first = _side(reader)
    second = _side(reader) if first is not None and first.links and reader.word("and", "with") else None
    pair = _pair(reader, first, second) if first is not None and second is not None else None
    return _gathering(pair, "intersect") if pair is not None else None


def _used_in(reader: Reader, first: _Side) -> _Side:
    """``vessel_ids that appear in sailings``: the table that is said with a verb."""
    mark = reader.position
    reader.skip(_USED)
    if first.table is None and reader.position > mark:
        reader.skip(ARTICLES)
        table = _table(reader)
        own = tuple(link for link in first.links if link.table == table)
        if table is not None and own:
            return _Side(own, table, first.position)
    reader.position = mark
    return first


def _relation(reader: Reader) -> Operation | None:
    """What stands between the two sides, where it says one thing only."""
    start = reader.position
    while reader.lower() in _BETWEEN and reader.lower() and reader.position < start + _MOST:
        if reader.position > start and reader.lower() not in ("in", "and", "from") and _stands_side(reader):
            break
        reader.next()
    said = {token.lower for token in reader.tokens[start : reader.position]}
    is_against, is_together = len(said & _AGAINST) == 1, bool(said & _TOGETHER)
    if "only" in said or is_against == is_together or len(said & _AGAINST) > 1 or "either" in said:
        return None
    return "except" if is_against else "intersect"


def _stands_side(reader: Reader) -> bool:
    links = reader.links(reader.position, 1)
    return bool(links) and links[0].score >= OWN


def _both_tables(reader: Reader, start: int) -> Gathering | None:
    """``the DonorIDs found in both accessions and donors``, ``shop_ids common to sales and shops``."""
    reader.skip(_LEAD)
    first = _side(reader, alone=True)
    if first is None or not first.links:
        return None
    begin = reader.position
    while reader.lower() in _BETWEEN and reader.lower() and not _stands_side(reader):
        reader.next()
    said = {token.lower for token in reader.tokens[start : reader.position]}
    if said & _AGAINST or not said & _TOGETHER or reader.position == begin:
        return None
    tables = _tables(reader)
    if len(tables) != _FEWEST:
        return None
    sides = [_Side(_best_in(reader, first, table), table, start) for table in tables]
    pair = _pair(reader, sides[0], sides[1])
    return _gathering(pair, "intersect") if pair is not None else None


def _best_in(reader: Reader, side: _Side, table: TableRef) -> tuple[Link, ...]:
    """The column of one of the tables: ``customer_email`` where both have an email."""
    own = tuple(link for link in side.links if link.table == table)
    if own:
        return own
    wanted = set(words_of(side.links[0].column))
    ends = [c for owner, c in reader.names.column_words if owner == table and wanted <= set(words_of(c))]
    return (Link(table, ends[0], OWN),) if len(ends) == 1 else ()


def _all_of_them(reader: Reader, start: int) -> Gathering | None:
    """``the distinct cities of shops and members``: values of several tables, each once."""
    rest = {token.lower for token in reader.tokens}
    reader.skip(_LEAD)
    mark = reader.position
    if not (reader.is_kind("word") and reader.next() and reader.take(_WE_GET) is not None):
        reader.position = mark
    reader.skip(_LEAD)
    first = _side(reader, alone=True)
    if first is None or not first.links or not rest & _ONCE:
        return None
    if not reader.word(*_AT, "across", "between"):
        return None
    tables = _tables(reader)
    if len(tables) < _FEWEST:
        return None
    mark = reader.position
    reader.skip(_JOINING | _JOINED | {","})
    if not {token.lower for token in reader.tokens[mark : reader.position]} & _JOINED:
        reader.position = mark
    found: list[Noun] = []
    for table in tables:
        links = [link for link in first.links if link.table == table and link.score >= TAILLESS]
        if len({link.column for link in links}) != 1:
            return None
        found.append(_noun(links[0], first.position))
    return Gathering(found, name=found[0].links[0].column, is_distinct=True, is_values=True)


def _tables(reader: Reader) -> list[TableRef]:
    """``accessions and of donors``: each certain."""
    found: list[TableRef] = []
    mark = reader.position
    while True:
        reader.skip(ARTICLES | {"both", "of", "from", "in", "all", "our", "table", "tables"})
        table = _table(reader)
        if table is None:
            break
        found.append(table)
        mark = reader.position
        if not reader.word(",", "and", "&", "plus", "as", "or"):
            break
        reader.skip(("and", "or", "well", "as", "in", "also", "with"))
    reader.position = mark
    return list(dict.fromkeys(found))


def _table(reader: Reader) -> TableRef | None:
    start = reader.position
    noun = read_table(reader) or reader.noun()
    links = [link for link in noun.links if not link.column] if noun is not None else []
    best = [link for link in links if link.score > links[0].score - 0.05]
    if len(best) != 1:
        reader.position = start
        return None
    return best[0].table


def _side(reader: Reader, *, alone: bool = False) -> _Side | None:
    """``staff_no values on the roster``, ``shops.shop_id``, ``the numbers in staff``, ``shops``."""
    start = reader.position
    reader.skip(ARTICLES | {"distinct", "unique", "different", "all", "those", "ones", "set", "of"})
    place = reader.position
    links = _run(reader, place)
    columns = tuple(link for link in links if link.column)
    if links and not links[0].column:
        best = [link for link in links if link.score > links[0].score - 0.05 and not link.column]
        return _Side((), best[0].table, place) if len(best) == 1 else None
    if not columns:
        return _numbers_in(reader, start)
    reader.skip(_OF_VALUES)
    return _Side(columns, None, place) if alone else _owned(reader, columns, place)


def _run(reader: Reader, place: int) -> tuple[Link, ...]:
    """What the longest run of words means that stands here."""
    for length in (4, 3, 2, 1):
        found = tuple(one for one in reader.links(place, length) if one.score >= TAILLESS)
        if found and not any(token.lower in _AT for token in reader.tokens[place : place + length]):
            reader.position += length
            return found
    return ()


def _owned(reader: Reader, columns: tuple[Link, ...], place: int) -> _Side:
    """The column, of the table that is said behind it."""
    mark = reader.position
    if reader.word(*_AT, "having", "with"):
        reader.skip(ARTICLES)
        table = _table(reader)
        own = tuple(link for link in columns if link.table == table)
        if table is not None and own:
            return _Side(own, table, place)
    reader.position = mark
    tables = {link.table for link in columns if link.score > columns[0].score - 0.05}
    return _Side(columns, next(iter(tables)) if len(tables) == 1 else None, place)


def _numbers_in(reader: Reader, start: int) -> _Side | None:
    """``the numbers in staff``: the same thing in another table."""
    reader.position = start
    reader.skip(ARTICLES)
    reader.skip(("same",))
    if not reader.word("numbers", "ids", "codes", "keys", "values", "ones", "those", "entries", "references", "names"):
        return None
    if not reader.word(*_AT):
        return None
    reader.skip(ARTICLES)
    table = _table(reader)
    return _Side((), table, start) if table is not None else None


def _pair(reader: Reader, first: _Side, second: _Side) -> tuple[Link, Link] | None:
    """One certain column of each side; a table alone means its column of the same name, or the one referred to."""
    left = _certain(first)
    if left is None:
        return None
    if second.links:
        others = tuple(one for one in second.links if (one.table, one.column) != (left.table, left.column))
        right = _certain(_Side(others, second.table, 0))
        return (left, right) if right is not None else None
    if second.table is None or second.table == left.table:
        return None
    column = _counterpart(reader, left, second.table)
    return (left, Link(second.table, column, 1.0)) if column else None


def _certain(side: _Side) -> Link | None:
    if not side.links:
        return None
    links = [link for link in side.links if side.table is None or link.table == side.table]
    best = [link for link in links if link.score > links[0].score - 0.05]
    return best[0] if len(best) == 1 and best[0].score >= TAILLESS else None


def _counterpart(reader: Reader, left: Link, table: TableRef) -> str:
    """The column of the other table that holds the same things."""
    known = reader.names.column_words
    wanted = words_of(left.column)
    same = [column for owner, column in known if owner == table and words_of(column) == wanted]
    if len(same) == 1:
        return same[0]
    relations = reader.relations
    if relations is None:
        return ""
    found = [r.target_columns[0] for r in relations.between(left.table, table) if r.columns == (left.column,)]
    found += [r.columns[0] for r in relations.between(table, left.table) if r.target_columns == (left.column,)]
    return found[0] if len(set(found)) == 1 else ""


def _gathering(pair: tuple[Link, Link], operation: Operation) -> Gathering:
    columns = [_noun(link, -1) for link in pair]
    return Gathering(columns, name=pair[0].column, is_distinct=True, operation=operation, is_values=True)


def _noun(link: Link, position: int) -> Noun:
    return Noun(link.column, words_of(link.column), (link,), position)
