"""A wide table as a long one: ``turn readings into a long table: day, room, value``, and what its names become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item, Output, Unpivot
from datamorph.planning.offline.grammar.kindred import are_alike, longest_run, month_of, months_among, shared
from datamorph.planning.offline.grammar.melted import (
    own_parts,
    read_empty_cells,
    read_empty_remark,
    read_labels,
    read_without_empty,
    stands_empty_cells,
)
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import TAILLESS, Link, words_of
from datamorph.planning.offline.phrases import phrase_set

_MELT = phrase_set(("unpivot", "melt", "gather", "unpivoting", "melting", "lengthen"))
_TURN = frozenset({"turn", "reshape", "convert", "transform", "bring", "make", "put", "change", "pivot",
                   "transpose", "flip", "rotate", "collapse", "fold", "unstack", "swing", "stack",
                   "unpivot", "melt"})  # fmt: skip
_LONG = frozenset({"long", "longer", "tall", "narrow", "tidy"})
_SHAPE = frozenset({"table", "format", "form", "shape", "list", "version", "one", "layout", "a", "the", "into", "to",
                    "in", "as"})  # fmt: skip
_INTO = frozenset({"into", "to", "as", "in", "with", ":", "columns", "column", "having", "the", ",", "(", "rows", "of",
                   "long", "format", "form", "a", "table", "-", "–", "—", "shape", "list", "layout", "tidy", "narrow",  # noqa: RUF001
                   "which", "has", "namely", "giving", "columns:"})  # fmt: skip
_NEW, _MOST_SAID = 2, 3
_NAME_SIGN, _VALUE_SIGN = "<name>", "<value>"
_BECOME = frozenset({"should", "must", "shall", "are", "to", "need", "have", "become", "be", "turned", "into", "turn",
                     "go", "stacked", "as", "made", "will", "converted", "in", "melted"})  # fmt: skip


def read_melt(reader: Reader, draft: Draft) -> bool:
    """Columns of a table that are not in the list become rows; the two names of the list that are new hold them."""
    if draft.unpivot is not None:
        return read_labels(reader, draft) or read_without_empty(reader, draft) or read_empty_remark(reader, draft)
    start = reader.position
    draft.unpivot_drops_nulls, known = False, draft.unpivot_drops_nulls
    table = _table(reader)
    if table is None:
        reader.position = start
        table = _columns_of(reader, draft)
    names = _names(reader, table.links[0].table) if table is not None else []
    found = _request(reader, table, names) if table is not None else None
    if found is None or table is None:
        reader.position, draft.unpivot_drops_nulls = start, known
        return False
    draft.unpivot = found
    draft.tables.append(table)
    for noun in names:
        draft.unpivot_outputs.append(Output(noun, is_strict=True))
    draft.outputs += draft.unpivot_outputs
    for name in (found.name, found.value):
        reader.defined.append(Item(Noun(name, (name,)), frozenset({name}), name, name))
    return True


def _columns_of(reader: Reader, draft: Draft) -> Noun | None:
    """``the three humidity columns in readings should become rows``, ``turn the monthly columns of plan into rows``."""
    is_order = reader.word(*_TURN)
    reader.skip(ARTICLES | {"all"})
    token = reader.peek()
    count = token.value if token is not None and isinstance(token.value, int) else 0
    if count:
        reader.next()
    said: list[str] = []
    while reader.is_kind("word") and reader.lower() not in ("columns", "fields") and len(said) < _MOST_SAID:
        said.append(reader.next().lemma)
    if not reader.word("columns", "fields") or not reader.word("of", "in", "from", "on"):
        return None
    reader.skip(ARTICLES)
    table = read_table(reader)
    is_rows = table is not None and (_become_rows(reader, is_order=is_order) or (is_order and reader.lower() == "into"))
    if table is None or not is_rows or not _are_meant(reader, table.links[0].table, count, said):
        return None
    mark = reader.position
    reader.skip((",", "and", "(", "with"))
    if read_empty_cells(reader, draft):
        reader.word(")")
    else:
        reader.position = mark
    return table


def _become_rows(reader: Reader, *, is_order: bool) -> bool:
    mark = reader.position
    reader.skip(_BECOME if not is_order else frozenset({"into", "to", "as", "in", "be"}))
    return reader.position > mark and reader.word("rows", "lines", "records")


def _are_meant(reader: Reader, table: TableRef, count: int, said: Sequence[str]) -> bool:
    """True where the number of columns of one kind, or their names, are what is said of them."""
    columns = [column for owner, column in reader.names.column_words if owner == table]
    kinds = [run for run in (months_among(columns), longest_run(columns)) if len(run) >= _NEW]
    words = {word for run in kinds for word in words_of("_".join(shared(run)))}
    words |= {"month", "monthly"} if months_among(columns) else set()
    return any(len(run) == count for run in kinds) or (bool(said) and not count and set(said) <= words)


def _own_months(reader: Reader, table: TableRef) -> list[str]:
    return months_among([column for owner, column in reader.names.column_words if owner == table])


def _table(reader: Reader) -> Noun | None:
    """``unpivot readings``, ``turn readings into a long table``."""
    if reader.take(_MELT) is not None:
        reader.skip(ARTICLES)
        mark = reader.position
        is_months = reader.word("months", "monthly", "month")
        reader.skip(("columns", "column", "figures", "values"))
        if reader.position > mark and not reader.word("of", "in", "from"):
            return None
        reader.skip(ARTICLES)
        table = read_table(reader)
        if is_months and (table is None or not _own_months(reader, table.links[0].table)):
            return None
        reader.skip(("table",))
        return table
    if not reader.word(*_TURN):
        return None
    reader.skip(ARTICLES)
    table = read_table(reader)
    reader.skip(_SHAPE)
    if table is None or not reader.word(*_LONG):
        return None
    reader.skip(_SHAPE)
    return table


def _names(reader: Reader, table: TableRef) -> list[Noun]:
    """The columns of the long table; those that the wide one has are linked to it."""
    reader.skip(_INTO)
    if reader.lower() in (".", ";") and reader.lower(1) in ("columns", "output", "fields"):
        reader.position += 2
        reader.skip(_INTO)
    found: list[Noun] = []
    mark = reader.position
    while not stands_empty_cells(reader) and (noun := _name(reader, table)) is not None:
        found.append(noun)
        if reader.lower() == "(" and not _is_told(reader, found):
            break
        mark = reader.position
        if not reader.word(",", "and"):
            break
        reader.word("and")
    reader.position = mark
    reader.word(")")
    return found


_COLUMN_NAME = frozenset("the old column name header heading former original its it was came from which of where "
                         "holding columns".split())  # fmt: skip
_VALUE = frozenset("the value values number reading cell content figure what it held old its of that column".split())


def _is_told(reader: Reader, found: list[Noun]) -> bool:
    """``room (the old column name)``, ``rh (the value)``: which of the two new columns a name is."""
    end = reader.position + 1
    while end < len(reader.tokens) and reader.tokens[end].text != ")":
        end += 1
    said = {token.lower for token in reader.tokens[reader.position + 1 : end]}
    is_name = bool(said) and said <= _COLUMN_NAME and bool(said & {"name", "header", "heading", "column"})
    is_value = bool(said) and said <= _VALUE and not is_name
    if not (is_name or is_value) or end >= len(reader.tokens):
        return False
    found[-1] = replace(found[-1], words=(*found[-1].words, _NAME_SIGN if is_name else _VALUE_SIGN))
    reader.position = end + 1
    return True


def _name(reader: Reader, table: TableRef) -> Noun | None:
    reader.skip(ARTICLES)
    for length in (3, 2, 1):
        links = [one for one in reader.links(reader.position, length) if one.table == table and one.column]
        if links and links[0].score >= TAILLESS:
            bare = reader.unlinked(most=length)
            return Noun(bare.text, bare.words, (links[0],), bare.position)
    token = reader.peek()
    if token is None or not token.is_word or token.lower in GLUE | {"where"}:
        return None
    return reader.unlinked()


def _request(reader: Reader, table: Noun, names: Sequence[Noun]) -> Unpivot | None:
    """The columns that become rows, where it is clear which they are."""
    ref = table.links[0].table
    kept = {noun.links[0].column for noun in names if noun.links}
    fresh = [noun for noun in names if not noun.links]
    columns = [column for owner, column in reader.names.column_words if owner == ref and column not in kept]
    if len(fresh) != _NEW or len(columns) < _NEW or not are_alike(columns):
        return None
    first, last = fresh
    is_told = _NAME_SIGN in last.words or _VALUE_SIGN in first.words
    if is_told or (_is_name(last, columns) and not _is_name(first, columns)
                   and _NAME_SIGN not in first.words and _VALUE_SIGN not in last.words):  # fmt: skip
        first, last = last, first
    nouns = tuple(Noun(c, reader.names.column_words[ref, c], (Link(ref, c, 1.1),), table.position) for c in columns)
    own = own_parts(columns) if _is_name(first, columns) and any(shared(columns)) else ()
    own = () if _NAME_SIGN in first.words else own
    return Unpivot(nouns, first.text, last.text, own=own)


def _is_name(noun: Noun, columns: Sequence[str]) -> bool:
    """True for the name that says what the columns are told apart by: ``month``, ``room`` of ``RoomA_RH``."""
    before, _ = shared(columns)
    words = set(words_of(noun.text))
    if all(map(month_of, columns)):
        return "month" in words
    return bool(before) and bool(words & set(words_of(before)))
