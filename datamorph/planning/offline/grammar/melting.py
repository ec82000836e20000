"""A wide table as a long one: ``turn readings into a long table: day, room, value``, and what its names become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item, Output, Unpivot
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import read_date
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import TAILLESS, Link, words_of
from datamorph.planning.offline.phrases import phrase_set

_MELT = phrase_set(("unpivot", "melt", "gather", "unpivoting", "melting", "lengthen"))
_TURN = frozenset({"turn", "reshape", "convert", "transform", "bring", "make", "put", "change", "pivot"})
_LONG = frozenset({"long", "longer", "tall", "narrow", "tidy"})
_SHAPE = frozenset({"table", "format", "form", "shape", "list", "version", "one", "layout", "a", "the", "into", "to",
                    "in", "as"})  # fmt: skip
_INTO = frozenset({"into", "to", "as", "in", "with", ":", "columns", "column", "having", "the", ",", "(", "rows", "of",
                   "long", "format", "form", "a", "table"})  # fmt: skip
_WHERE = frozenset({"where", "so", "that", "and", "with", ",", "the", "(", "-"})
_BEING = frozenset({"is", "should", "be", "being", "are", "must", "as", "just", "only", "simply", "the",
                    "shown", "one", "of", "becomes", "plain", ":"})  # fmt: skip
_GO_ON = frozenset({"and", "so", "on", "etc", "etc.", ".", "forth", "...", "…", ",", "likewise", "the", "others"})
_NOT = frozenset({"don't", "do", "not", "doesn't", "does", "must", "should", "never", "no", "won't", "will"})
_MAKE = frozenset({"get", "gets", "have", "produce", "give", "gives", "make", "become", "yield", "create", "need",
                   "a", "any", "their", "own"})  # fmt: skip
_OUT = phrase_set(("left out", "skipped", "dropped", "omitted", "ignored", "not listed", "not included", "excluded",
                   "removed", "not shown", "out"))  # fmt: skip
_DROP = frozenset({"leave", "drop", "skip", "omit", "ignore", "exclude", "remove", "no", "without"})
_NEW = 2


def read_melt(reader: Reader, draft: Draft) -> bool:
    """Columns of a table that are not in the list become rows; the two names of the list that are new hold them."""
    if draft.unpivot is not None:
        return _labels(reader, draft) or _without_empty(reader, draft)
    start = reader.position
    table = _table(reader)
    names = _names(reader, table.links[0].table) if table is not None else []
    found = _request(reader, table, names) if table is not None else None
    if found is None or table is None:
        reader.position = start
        return False
    draft.unpivot = found
    draft.tables.append(table)
    for noun in names:
        draft.outputs.append(Output(noun, is_strict=True))
    for name in (found.name, found.value):
        reader.defined.append(Item(Noun(name, (name,)), frozenset({name}), name, name))
    return True


def _table(reader: Reader) -> Noun | None:
    """``unpivot readings``, ``turn readings into a long table``."""
    if reader.take(_MELT) is not None:
        reader.skip(ARTICLES)
        table = read_table(reader)
        reader.skip(frozenset({"table"}))
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
    found: list[Noun] = []
    mark = reader.position
    while (noun := _name(reader, table)) is not None:
        found.append(noun)
        mark = reader.position
        if not reader.word(",", "and"):
            break
        reader.word("and")
    reader.position = mark
    reader.word(")")
    return found


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
    if len(fresh) != _NEW or len(columns) < _NEW or not _are_alike(columns):
        return None
    first, last = fresh
    if _is_name(last, columns) and not _is_name(first, columns):
        first, last = last, first
    nouns = tuple(Noun(c, reader.names.column_words[ref, c], (Link(ref, c, 1.1),), table.position) for c in columns)
    own = _own(columns) if _is_name(first, columns) and any(_shared(columns)) else ()
    return Unpivot(nouns, first.text, last.text, own=own)


def _are_alike(columns: Sequence[str]) -> bool:
    """True for ``RoomA_RH, RoomB_RH``, for months, for years: names of one kind."""
    before, after = _shared(columns)
    return bool(before or after) or all(_month(c) for c in columns) or all(c.lstrip("_").isdigit() for c in columns)


def _shared(columns: Sequence[str]) -> tuple[str, str]:
    """What all names begin with, and end with."""
    before = _prefix(columns)
    after = _prefix([column[len(before) :][::-1] for column in columns])[::-1]
    return before, after


def _prefix(texts: Sequence[str]) -> str:
    """What all texts begin with."""
    shortest = min(texts, key=len)
    length = next((n for n, sign in enumerate(shortest) if any(text[n] != sign for text in texts)), len(shortest))
    return shortest[:length]


def _month(column: str) -> int:
    return MONTHS.get(column.lower().strip("_"), 0)


def _is_name(noun: Noun, columns: Sequence[str]) -> bool:
    """True for the name that says what the columns are told apart by: ``month``, ``room`` of ``RoomA_RH``."""
    before, _ = _shared(columns)
    words = set(words_of(noun.text))
    if all(map(_month, columns)):
        return "month" in words
    return bool(before) and bool(words & set(words_of(before)))


def _labels(reader: Reader, draft: Draft) -> bool:
    """``Room should be just A, B or C``, ``month is a date (jan = 2025-01-01, feb = 2025-02-01 and so on)``."""
    request = draft.unpivot
    start = reader.position
    reader.skip(_WHERE)
    if request is None or request.labels or reader.lower() != request.name.lower():
        reader.position = start
        return False
    reader.next()
    mark = reader.position
    reader.skip(_BEING)
    columns = [noun.links[0].column for noun in request.columns]
    labels = _dates(reader, columns) if reader.position > mark else []
    is_dates = bool(labels)
    labels = labels or (_listed(reader, columns) if reader.position > mark else [])
    if not labels:
        reader.position = start
        return False
    draft.unpivot = replace(request, labels=tuple(labels), is_dates=is_dates)
    return True


def _own(columns: Sequence[str]) -> tuple[str, ...]:
    """What each name has of its own: ``A`` of ``RoomA_RH``."""
    before, after = _shared(columns)
    return tuple(column[len(before) : len(column) - len(after)].strip("_") for column in columns)


def _listed(reader: Reader, columns: Sequence[str]) -> list[str]:
    """``A, B or C``: each is what one column's name has of its own."""
    own = {one.lower(): column for one, column in zip(_own(columns), columns, strict=True)}
    said: dict[str, str] = {}
    while (token := reader.peek()) is not None:
        text = str(token.value) if token.kind == "text" else token.text
        if text.lower() not in own:
            break
        said[own[text.lower()]] = text
        reader.next()
        reader.skip(frozenset({",", "or", "and", "/"}))
    return [said[column] for column in columns] if len(said) == len(columns) else []


def _dates(reader: Reader, columns: Sequence[str]) -> list[str]:
    """``date (jan = 2025-01-01, ... and so on)``: the others are the same day of their months."""
    mark = reader.position
    reader.skip(ARTICLES)
    reader.word("date", "dates")
    is_open = reader.word("(", ":", ",")
    said: dict[str, str] = {}
    by_name = {column.lower(): column for column in columns}
    while reader.lower() in by_name and reader.lower():
        column = by_name[reader.next().lower]
        reader.skip(frozenset({"=", "is", "means", "as", ":", "becomes", "-", ">"}))
        day = read_date(reader)
        if day is None:
            break
        said[column] = str(day.value)
        reader.word(",")
    before = reader.position
    reader.skip(_GO_ON)
    found = [said.get(column) or _same_day(column, said) for column in columns]
    is_whole = bool(said) and all(found) and (len(said) == len(columns) or reader.position > before)
    if not is_whole:
        reader.position = mark
        return []
    if is_open:
        reader.word(")")
    return [day for day in found if day]


def _same_day(column: str, said: dict[str, str]) -> str:
    """The day for a month that is not spelled out; empty unless the months before it are in one year on one day."""
    rests = {(day[:4], day[7:]) for day in said.values()}
    is_regular = all(_month(known) == int(day[5:7]) for known, day in said.items() if len(day) > len("2025-01"))
    if len(rests) != 1 or not _month(column) or not is_regular:
        return ""
    year, rest = next(iter(rests))
    return f"{year}-{_month(column):02d}{rest}"


def _without_empty(reader: Reader, draft: Draft) -> bool:
    """``Missing readings don't get a row``, ``Months without a target are left out``, ``no rows for empty cells``."""
    start = reader.position
    is_said = _gets_no_row(reader) or _is_left_out(reader, start) or _no_rows(reader, start)
    if not is_said:
        reader.position = start
        return False
    draft.unpivot_drops_nulls = True
    return True


def _gets_no_row(reader: Reader) -> bool:
    reader.skip(ARTICLES)
    if not _thing(reader):
        return False
    mark = reader.position
    reader.skip(_NOT)
    said = {token.lower for token in reader.tokens[mark : reader.position]}
    is_negated = bool(said & {"don't", "not", "doesn't", "never", "no", "won't"})
    reader.skip(_MAKE)
    is_negated = reader.word("no") or is_negated
    if is_negated and reader.word("row", "rows", "line", "lines"):
        return True
    reader.position = mark
    reader.skip(frozenset({"are", "is", "should", "be", "must", "to"}))
    return reader.take(_OUT) is not None


def _thing(reader: Reader) -> bool:
    """``missing readings``, ``empty cells``, ``readings that are missing``."""
    if reader.lower() in MISSING and reader.next():
        return _word(reader)
    mark = reader.position
    if _word(reader) and reader.word("that", "which"):
        reader.skip(frozenset({"are", "is"}))
        if reader.lower() in MISSING and reader.next():
            return True
    reader.position = mark
    return False


def _word(reader: Reader) -> bool:
    if not (token := reader.peek()) or not token.is_word:
        return False
    reader.next()
    return True


def _is_left_out(reader: Reader, start: int) -> bool:
    """``months without a target are left out``, ``leave out months without a target``."""
    reader.position = start
    is_order = reader.word(*(_DROP - {"no", "without"}))
    reader.word("out")
    reader.skip(ARTICLES)
    if not _word(reader) or not (reader.word("without") or (reader.word("with") and reader.word("no"))):
        return False
    reader.skip(ARTICLES)
    if not _word(reader):
        return False
    if is_order:
        return True
    reader.skip(frozenset({"are", "is", "should", "be", "must", "to", "get"}))
    return reader.take(_OUT) is not None or (reader.word("no") and reader.word("row", "rows"))


def _no_rows(reader: Reader, start: int) -> bool:
    """``no rows for empty cells``, ``skip the missing readings``."""
    reader.position = start
    if reader.word("no", "without"):
        if not reader.word("row", "rows") or not reader.word("for", "where"):
            return False
    elif not reader.word(*_DROP):
        return False
    reader.word("out")
    reader.skip(ARTICLES)
    return _thing(reader)
