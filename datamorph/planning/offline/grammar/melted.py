"""Remarks on columns that become rows: what stands for each of them, and what becomes of empty cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.kindred import month_of, shared
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import read_date
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.phrases import phrase_set

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
_NONE = ("nulls", "blanks", "empty cells", "empty ones", "missing values", "empty values", "null values", "empties",
         "missing ones", "missing readings", "gaps", "empty rows")  # fmt: skip
_WITH_NULLS = phrase_set(tuple(f"{none} {kept}" for none in _NONE for kept in ("included", "kept", "too", "as well")) +
                         tuple(f"{keep} {none}" for none in _NONE for keep in ("including", "keep", "keeping", "with",
                                                                               "keep the", "include")))  # fmt: skip
_WITHOUT_NULLS = phrase_set(
    tuple(f"{none} {gone}" for none in _NONE for gone in ("dropped", "excluded", "left out", "removed", "skipped",
                                                          "omitted", "ignored")) +
    tuple(f"{no} {none}" for none in _NONE for no in ("without", "no", "excluding", "dropping", "skipping", "drop",
                                                      "skip", "leave out", "omit", "ignoring", "drop the", "skip the",
                                                      "leave out the", "without the")))  # fmt: skip


def read_labels(reader: Reader, draft: Draft) -> bool:
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


def own_parts(columns: Sequence[str]) -> tuple[str, ...]:
    """What each name has of its own: ``A`` of ``RoomA_RH``."""
    before, after = shared(columns)
    return tuple(column[len(before) : len(column) - len(after)].strip("_") for column in columns)


def _listed(reader: Reader, columns: Sequence[str]) -> list[str]:
    """``A, B or C``: each is what one column's name has of its own."""
    own = {one.lower(): column for one, column in zip(own_parts(columns), columns, strict=True)}
    said: dict[str, str] = {}
    while (token := reader.peek()) is not None:
        text = str(token.value) if token.kind == "text" else token.text
        if text.lower() not in own:
            break
        said[own[text.lower()]] = text
        reader.next()
        reader.skip((",", "or", "and", "/"))
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
        reader.skip(("=", "is", "means", "as", ":", "becomes", "-", ">"))
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
    is_regular = all(month_of(known) == int(day[5:7]) for known, day in said.items() if len(day) > len("2025-01"))
    if len(rests) != 1 or not month_of(column) or not is_regular:
        return ""
    year, rest = next(iter(rests))
    return f"{year}-{month_of(column):02d}{rest}"


def read_without_empty(reader: Reader, draft: Draft) -> bool:
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
    reader.skip(("are", "is", "should", "be", "must", "to"))
    return reader.take(_OUT) is not None


def _thing(reader: Reader) -> bool:
    """``missing readings``, ``empty cells``, ``readings that are missing``."""
    if reader.lower() in MISSING and reader.next():
        return _word(reader)
    mark = reader.position
    if _word(reader) and reader.word("that", "which"):
        reader.skip(("are", "is"))
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
    reader.skip(("are", "is", "should", "be", "must", "to", "get"))
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


def read_empty_remark(reader: Reader, draft: Draft) -> bool:
    """``, nulls dropped``: such a remark behind the columns."""
    start = reader.position
    reader.skip((",", "and", "(", "with", "-", "but"))
    if _keeps(reader, draft):
        return True
    reader.position = start
    reader.skip((",", "and", "(", "with", "-", "but"))
    if not read_empty_cells(reader, draft):
        reader.position = start
        return False
    reader.word(")")
    return True


def read_empty_cells(reader: Reader, draft: Draft) -> bool:
    """``nulls included``, ``without nulls``: what becomes of cells that hold nothing."""
    if reader.take(_WITH_NULLS) is not None:
        return True
    if reader.take(_WITHOUT_NULLS) is None:
        return False
    draft.unpivot_drops_nulls = True
    return True


def _keeps(reader: Reader, draft: Draft) -> bool:
    """``keep day and shop``: the columns that stand beside the two new ones."""
    request = draft.unpivot
    if request is None or not (request.name and request.value) or draft.outputs or not reader.word("keep", "keeping"):
        return False
    reader.skip(ARTICLES | {"columns", "column", "only"})
    table = request.columns[0].links[0].table
    found: list[Noun] = []
    while (noun := reader.noun()) is not None and any(link.table == table and link.column for link in noun.links):
        found.append(noun)
        if not reader.word(",", "and"):
            break
    reader.skip(("as", "is", "it", "they", "are", "beside", "too", "column", "columns"))
    new = [Noun(name, (name,)) for name in (request.name, request.value)]
    draft.outputs += [Output(noun, is_strict=True) for noun in (*found, *new)] if found else []
    return bool(found)


def stands_empty_cells(reader: Reader) -> bool:
    """True where such a remark stands, and no further column."""
    return any(reader.match(phrases) is not None for phrases in (_WITH_NULLS, _WITHOUT_NULLS))
