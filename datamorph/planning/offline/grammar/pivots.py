"""Values that become columns, listed one by one: ``a column for each channel (web, shop)``, ``as early, late``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item, SpreadColumn
from datamorph.planning.offline.grammar.aggregates import COUNTS_OF
from datamorph.planning.offline.grammar.groups import read_groups, read_key
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.lexicon.cues import AGGREGATES, MISSING
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Compare, Condition, Constant, Noun, OneOf, Period
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.values import ValueLink

_AND = (",", "and", "/", "&", "|")
_NAMED = phrase_set(("as", "named", "called", "in", "into", "labelled", "labeled", "with the names", "under the names",
                     "name them", "call them", "as columns", "in columns", "into columns", "in the columns",
                     "into the columns", "as the columns", "with columns", "columns", "with the columns"))  # fmt: skip
_BESIDE = phrase_set(("side by side", "next to each other", "beside each other", "in separate columns",
                      "as separate columns", "each in its own column", "each in a column of its own",
                      "in columns of their own", "in their own columns", "in one column each", "one column each",
                      "a column each", "as columns", "in columns", "separately in columns"))  # fmt: skip
_TOTAL = phrase_set(("plus total", "plus a total", "plus the total", "and a total", "and the total", "plus the sum",
                     "with a total", "and total", "plus an overall total", "and an overall total", "plus all",
                     "plus a total column", "and a total column", "plus the overall number", "and the overall number",
                     "plus overall"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")"})
_IS = frozenset({"=", ":", "are", "is"})
_SUMS = Phrases(AGGREGATES)
_FEWEST = 2


def read_spread(reader: Reader, draft: Draft) -> bool:
    """One remark on the columns of a pivot."""
    start = reader.position
    for construct in (_sheet, _of_table, _beside, _listed, _named, _total, _empty):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def _sheet(reader: Reader, draft: Draft) -> bool:
    """``rows = region, columns = low, high, values = number of tickets``: the parts of a sheet, in any order."""
    if not draft.is_pivot:
        return False
    reader.skip((",", ";", "and", "with", "the"))
    part = reader.lower()
    if part not in ("rows", "row", "columns", "column", "cols", "values", "value", "cells") or (
        reader.lower(1) not in _IS
    ):
        return False
    reader.position += 2
    if part.startswith("row"):
        groups = read_groups(reader)
        draft.groups += groups
        return bool(groups)
    if part.startswith("col"):
        return _values_of(reader, draft) or _column(reader, draft)
    measure = read_measure(reader)
    draft.measures += [measure] if measure is not None else []
    return measure is not None


def _column(reader: Reader, draft: Draft) -> bool:
    noun = reader.noun()
    if noun is None or not noun.links[0].column:
        return False
    draft.pivot = noun
    return True


def _of_table(reader: Reader, draft: Draft) -> bool:
    """``pivot readings by kind``, where another clause says what a row is."""
    if not reader.word("pivot", "pivoted", "crosstab", "spread"):
        return False
    reader.skip(ARTICLES)
    table = read_table(reader)
    if table is not None and not reader.word("by", "on", "over"):
        return False
    if table is None and not reader.word("by", "on"):
        return False
    said = [token.lower for token in reader.tokens]
    is_row_said = any(word in ("row", "rows") and "per" in said[n : n + 3] for n, word in enumerate(said))
    item = read_key(reader)
    if item is None or not (is_row_said or _is_period(item)):
        return False
    key = item.expression
    if isinstance(key, Period):
        draft.pivot_period = key
    elif isinstance(key, Noun) and key.links and key.links[0].column:
        draft.pivot = key
    else:
        return False
    draft.is_pivot = True
    draft.tables += [table] if table is not None else []
    mark = reader.position
    return _listed(reader, draft) or _named(reader, draft) or _back(reader, mark)


def _is_period(item: Item) -> bool:
    return isinstance(item.expression, Period)


def _back(reader: Reader, mark: int) -> bool:
    reader.position = mark
    return True


def _listed(reader: Reader, draft: Draft) -> bool:
    """``(web, shop, phone)`` behind the column whose values they are."""
    if not draft.is_pivot or draft.pivot is None or draft.pivot_columns:
        return False
    is_open = reader.word("(")
    if not is_open and not reader.word(":", "="):
        return False
    found = _values_of(reader, draft)
    return found and (not is_open or reader.word(")"))


def _values_of(reader: Reader, draft: Draft) -> bool:
    """Two or more values of one column."""
    found = _values(reader)
    noun = _holder(reader, found, draft.pivot)
    if noun is None:
        return False
    draft.pivot_columns = [SpreadColumn(OneOf(noun, (Constant(one[0].value),)), one[0].value) for one in found]
    draft.pivot = noun
    return True


def _values(reader: Reader) -> list[tuple[ValueLink, ...]]:
    found: list[tuple[ValueLink, ...]] = []
    mark = reader.position
    while (held := held_values(reader, None)) is not None:
        reader.position += held[0]
        found.append(held[1])
        mark = reader.position
        if not reader.word(*_AND):
            break
        reader.word("and")
    reader.position = mark
    return found if len(found) >= _FEWEST else []


def _holder(reader: Reader, found: list[tuple[ValueLink, ...]], said: Noun | None) -> Noun | None:
    """The column that holds all of these values, as a noun; several columns are asked about later."""
    if not found:
        return None
    shared = {(link.table, link.column) for link in found[0]}
    for one in found[1:]:
        shared &= {(link.table, link.column) for link in one}
    if said is not None:
        shared &= {(link.table, link.column) for link in said.links}
    links = [link for spot in sorted(shared) for link in reader.column_links(*spot)]
    if not links:
        return None
    return replace(said, links=tuple(links)) if said is not None else Noun(links[0].column, (), tuple(links))


def _beside(reader: Reader, draft: Draft) -> bool:
    """``number of E, L and N shifts side by side as early, late, night``: one measure for each of the values."""
    if draft.pivot_columns:
        return False
    measure = _spread_measure(reader)
    if measure is None:
        return False
    item, found, noun = measure
    tables = {link.table for link in noun.links}
    kept = [tuple(link for link in one if link.table in tables) for one in found]
    holder = _holder(reader, kept, None) if all(kept) else None
    if holder is None:
        return False
    columns = [SpreadColumn(OneOf(holder, (Constant(one[0].value),)), one[0].value) for one in kept]
    is_beside = reader.take(_BESIDE) is not None
    mark = reader.position
    names = _names(reader) if reader.take(_NAMED) is not None else []
    if len(names) != len(columns):
        reader.position, names = mark, []
    if not is_beside and not names:
        return False
    draft.pivot, draft.is_pivot = holder, True
    draft.pivot_columns = [replace(one, name=n) for one, n in zip(columns, names or [""] * len(columns), strict=True)]
    draft.measures.append(item)
    return True


def _spread_measure(reader: Reader) -> tuple[Item, list[tuple[ValueLink, ...]], Noun] | None:
    """``number of <values> <table>``, ``total amount of <values> <table>``."""
    reader.skip(ARTICLES)
    if reader.take(COUNTS_OF) is not None:
        reader.skip(ARTICLES)
        found = _values(reader)
        noun = reader.noun() if found else None
        counted = Aggregate("count", counted=noun)
    else:
        function = reader.take(_SUMS)
        reader.skip(ARTICLES | {"of"})
        argument = reader.noun() if function is not None else None
        if argument is None or not argument.links[0].column or not reader.word("of", "for", "from", "in"):
            return None
        found = _values(reader)
        noun = reader.noun() if found else None
        counted = Aggregate(function or "", argument)
    if noun is None:
        return None
    words = frozenset({"total", "number", "count", *noun.words})
    return Item(counted, words, f"number of {noun.text}"), found, noun


def _names(reader: Reader) -> list[str]:
    """``early, late, night``: two names or more."""
    found: list[str] = []
    mark, tie = reader.position, ""
    while (token := reader.peek()) is not None and (token.is_word or token.kind == "text"):
        if token.lower in GLUE | NEVER_GLUE or (token.kind == "word" and reader.is_kind("word", 1)
                                                and reader.lower(1) not in ("and", "plus")):  # fmt: skip
            break
        found.append(str(token.value) if token.kind == "text" else token.text)
        reader.next()
        mark = reader.position
        tie = tie or (reader.lower() if reader.lower() in _AND else "")
        if not reader.word(tie or ",", "and"):
            break
        reader.word("and")
    reader.position = mark
    return found if len(found) >= _FEWEST else []


def _named(reader: Reader, draft: Draft) -> bool:
    """``in avg_hr / avg_temp``: names that say which value they stand for, or one name for each listed value."""
    if not draft.is_pivot or any(column.name for column in draft.pivot_columns):
        return False
    said = reader.take(_NAMED)
    reader.skip((":", "the"))
    names = _names(reader) if said is not None else []
    if not names:
        return False
    if len(names) == len(draft.pivot_columns):
        draft.pivot_columns = [replace(one, name=n) for one, n in zip(draft.pivot_columns, names, strict=True)]
        return True
    columns = [_told(reader, draft, name) for name in names]
    if draft.pivot_columns or any(column is None for column in columns):
        return False
    draft.pivot_columns = [column for column in columns if column is not None]
    return len({str(column.condition) for column in draft.pivot_columns}) == len(names)


def _told(reader: Reader, draft: Draft, name: str) -> SpreadColumn | None:
    """The value whose words a name holds: ``HR`` in ``avg_hr``, the year in ``sales_2021``."""
    words = words_of(name)
    if draft.pivot_period is not None:
        years = [int(word) for word in words if word.isdigit() and draft.pivot_period.part == "year"]
        condition: Condition | None = Compare(draft.pivot_period, "=", Constant(years[0])) if len(years) == 1 else None
        return SpreadColumn(condition, str(years[0]), name) if condition is not None else None
    if draft.pivot is None:
        return None
    spots = {(link.table, link.column) for link in draft.pivot.links}
    runs = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    runs |= set(name.lower().split("_"))
    held = {link.value for run in runs for link in reader.values.exact(run) if (link.table, link.column) in spots}
    if len(held) != 1:
        return None
    value = held.pop()
    return SpreadColumn(OneOf(draft.pivot, (Constant(value),)), value, name)


def _total(reader: Reader, draft: Draft) -> bool:
    """``plus total``: what is spread, over all values."""
    reader.word(",")
    if not draft.pivot_columns or reader.take(_TOTAL) is None or reader.lower() not in _ENDS:
        return False
    draft.pivot_total = "total"
    return True


_NEGATIVE = frozenset("no not never none nothing without missing".split())
_LONGEST = 8


def _empty(reader: Reader, draft: Draft) -> bool:
    """``null if that kind was never taken``: what stands where no row has the value."""
    if not draft.is_pivot:
        return False
    reader.skip((",", "and", "with", "leave", "it", "use", "put", "keep", "show"))
    if not reader.word(*(MISSING - {"none"})) or not reader.word("if", "where", "when", "for"):
        return False
    seen: list[str] = []
    while reader.peek() is not None and reader.lower() not in _ENDS and len(seen) < _LONGEST:
        seen.append(reader.next().lower)
    if not set(seen) & _NEGATIVE:
        return False
    draft.pivot_empty = True
    return True
