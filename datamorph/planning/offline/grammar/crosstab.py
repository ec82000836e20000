"""A table as a grid: ``cross table of tickets: priority down the side, status across, counts inside``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, SpreadColumn
from datamorph.planning.offline.grammar.groups import read_groups, read_key
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import held_values, read_year
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS, NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Compare, Condition, Constant, Noun, OneOf, Period
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_GRIDS = ("cross table", "crosstable", "cross tab", "crosstab", "cross tabulation", "grid", "matrix", "pivot table",
          "contingency table", "two way table", "pivot")  # fmt: skip
_GRID = phrase_set(_GRIDS)
_GRID_OF = phrase_set(tuple(f"{grid} {tie}" for grid in _GRIDS for tie in ("of", "from", "for", "over", "with", "on")))
_LEAD = frozenset({"a", "an", "the", "as", "make", "build", "give", "me", "create", "show", "produce", "draw", "up",
                   "in", "form", "into", "i", "want", "need", "arrange", "lay", "out", "set", "put"})  # fmt: skip
_DOWN = phrase_set((
    "down the side", "down the left", "down the page", "down the rows", "down", "as rows", "as the rows", "in rows",
    "in the rows", "on the rows", "on the left", "along the side", "along the left", "vertically", "on the side",
    "per row", "one per row", "as row labels", "as the row labels", "for the rows"))  # fmt: skip
_ACROSS = phrase_set((
    "across the top", "across the page", "across the columns", "across", "along the top", "on top", "over the top",
    "on the top", "as columns", "as the columns", "in columns", "in the columns", "on the columns", "over the columns",
    "horizontally", "side by side", "next to each other", "beside each other", "alongside each other",
    "in separate columns", "as separate columns", "each in its own column", "each in a column of its own",
    "in columns of their own", "in their own columns", "in one column each", "one column each", "a column each",
    "as column headings", "as column headers", "for the columns", "spread over columns", "spread across columns",
    "spread out over columns", "as headings", "turned into columns", "into columns", "spread into columns",
    "each as a column", "each as its own column", "each a column", "each with its own column"))  # fmt: skip
_SPREAD = phrase_set((
    "spread by", "split by", "broken down by", "broken out by", "broken up by", "divided by", "pivoted by",
    "pivoted on", "laid out by", "separated by", "fanned out by", "spread over", "spread across", "split across",
    "split over", "split into columns by", "spread into columns by", "split out by", "split up by"))  # fmt: skip
_CELLS = phrase_set((
    "inside", "in the cells", "in each cell", "as values", "as the values", "as cell values", "in the body",
    "in the middle", "as content", "as the content", "in the fields", "as the cells", "within", "in it"))  # fmt: skip
_HOLDING = frozenset({"holding", "containing", "showing", "with", "filled", "values", "cells", "the", "a", "are", "is",
                      "being", "hold", "contain", "show", "each", "cell", "=", ":", "by"})  # fmt: skip
_COUNTS = frozenset({"count", "counts", "frequencies", "frequency", "tallies", "tally"})
_OF_VALUES = frozenset({"value", "values", "code", "codes", "type", "types", "kind", "kinds", "category", "categories",
                        "groups", "classes"})  # fmt: skip
_NAMES = frozenset({"as", ":", "(", "named", "called", "with", "columns", "column", "into", "in", "the", "namely", "-",
                    "separate", "under", "names", "=", "i.e", "i.e."})  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")", "and"})
_WEEKDAYS = {day: n for n, days in enumerate((
    ("mon", "monday"), ("tue", "tuesday", "tues"), ("wed", "wednesday"), ("thu", "thursday", "thur", "thurs"),
    ("fri", "friday"), ("sat", "saturday"), ("sun", "sunday")), 1) for day in days}  # fmt: skip
_TOTAL = frozenset({"total", "overall", "all"})
_FEWEST, _MOST = 2, 31


def read_crosstab(reader: Reader, draft: Draft) -> bool:
    """One remark on a grid: what it is of, its rows, its columns, what stands in the cells."""
    start = reader.position
    for construct in (_heading, _side, _across, _spread, _per_period, _cells, _edge):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def groups_before(reader: Reader) -> list[Item]:
    """The keys behind ``per``; what is said to stand across is none of them: ``by channel, months across the top``."""
    closed = set[int]()
    start = reader.position
    for place in range(start, len(reader.tokens)):
        if reader.tokens[place].text in (".", ";", ":"):
            break
        if reader.tokens[place].text == ",":
            reader.position = place + 1
            if _across(reader, Draft()):
                closed = {place} - reader.closed
                break
    reader.position = start
    reader.shut(closed)
    found = read_groups(reader)
    reader.reopen(closed)
    return found


def _heading(reader: Reader, draft: Draft) -> bool:
    """``cross table of tickets``, ``calls as a grid``."""
    reader.skip(_LEAD)
    is_first = reader.take(_GRID_OF) is not None
    reader.skip(ARTICLES | {"our", "all"})
    table = read_table(reader)
    if table is None:
        return False
    if not is_first:
        if not reader.word("as", "in", "into"):
            return False
        reader.skip(_LEAD)
        if reader.take(_GRID) is None:
            return False
    draft.is_pivot = True
    draft.tables.append(table)
    if is_first and reader.word(*_COUNTS):
        words = frozenset({"count", "number"})
        draft.measures.append(Item(Aggregate("count", counted=table), words, "number of rows"))
    mark = reader.position
    reader.skip((",", ":", "with", "of", "-"))
    if not _by(reader, draft):
        reader.position = mark
    return True


def _by(reader: Reader, draft: Draft) -> bool:
    """``country by quarter of started_at (q1, q2)``: rows by columns."""
    row = read_key(reader)
    if row is None or not reader.word("by", "against", "versus", "vs", "x"):
        return False
    column = read_key(reader)
    mark = reader.position
    if column is None or not _take_column(reader, draft, column, is_certain=False):
        return False
    if not draft.pivot_columns:
        reader.position = mark
    draft.groups.append(row)
    return True


def _side(reader: Reader, draft: Draft) -> bool:
    """``priority down the side``: a row for each."""
    if not _is_grid_said(reader, draft):
        return False
    reader.skip(("with", "and", ",", "put"))
    groups = read_groups(reader)
    if not groups or reader.take(_DOWN) is None:
        return False
    draft.groups += groups
    return True


def _is_grid_said(reader: Reader, draft: Draft) -> bool:
    """True where something stands across, before or behind."""
    return draft.is_pivot or reader.stands(_ACROSS, reader.position, len(reader.tokens))


def _across(reader: Reader, draft: Draft) -> bool:
    """``status across as open, pending, closed``, ``the three kinds side by side as hr, temp, spo2``."""
    if draft.pivot is not None or draft.pivot_period is not None or draft.pivot_columns:
        return False
    if not reader.stands(_ACROSS, reader.position, len(reader.tokens)):
        return False
    reader.skip(frozenset({"with", "and", ",", "put", "for"}) | ARTICLES)
    if isinstance(getattr(reader.peek(), "value", None), int):
        reader.next()
        reader.skip(ARTICLES | {"different"})
    key = read_key(reader)
    if key is None:
        return False
    year = _within_year(reader, key)
    reader.skip(_OF_VALUES)
    listed = _names(reader, key)
    if reader.take(_ACROSS) is None:
        return False
    if not _take_column(reader, draft, key, listed=listed):
        return False
    draft.conditions += [year] if year is not None else []
    return True


def _per_period(reader: Reader, draft: Draft) -> bool:
    """``with one column per quarter: q1, q2, q3, q4``."""
    if draft.pivot is not None or draft.pivot_period is not None or draft.pivot_columns:
        return False
    reader.skip(("with", ",", "and", "in"))
    if not reader.word("one", "a") or not reader.word("column") or not reader.word("per", "for"):
        return False
    reader.skip(("each", "every", "of", "the"))
    key = read_key(reader)
    if key is None or not isinstance(key.expression, Period):
        return False
    return _take_column(reader, draft, key) and bool(draft.pivot_columns)


def _within_year(reader: Reader, key: Item) -> Condition | None:
    """``months of SoldAt in 2025``."""
    mark = reader.position
    if isinstance(key.expression, Period) and reader.word("in", "of", "during", "within"):
        year = read_year(reader)
        if year is not None:
            return Compare(Period("year", key.expression.of), "=", year)
    reader.position = mark
    return None


def _spread(reader: Reader, draft: Draft) -> bool:
    """``Qty totals spread by MoveType into qty_in, qty_out``."""
    if draft.pivot is not None or draft.pivot_period is not None or draft.pivot_columns:
        return False
    reader.word(",")
    if reader.take(_SPREAD) is None:
        return False
    key = read_key(reader)
    if key is None:
        return False
    is_said = reader.take(_ACROSS) is not None
    return _take_column(reader, draft, key, is_certain=is_said) and bool(is_said or draft.pivot_columns)


def _take_column(
    reader: Reader, draft: Draft, key: Item, *, listed: list[str] | None = None, is_certain: bool = True
) -> bool:
    """What becomes columns, and the names of these behind it: one for each listed value, or telling which it is."""
    noun = key.expression
    if isinstance(noun, Noun) and (not noun.links or not noun.links[0].column):
        return False
    if not isinstance(noun, Noun | Period):
        return False
    mark = reader.position
    is_open = _opens(reader)
    names = _names(reader, key)
    if is_open and not reader.word(")"):
        names = []
    total = names.pop() if names and names[-1].lower() in _TOTAL and len(names) > _FEWEST else ""
    columns = _columns(reader, noun, names, listed or [])
    if columns is None:
        reader.position = mark
        if not is_certain or not isinstance(noun, Noun):
            return False
    if isinstance(noun, Period):
        draft.pivot_period = Period(noun.part, noun.of, style="number")
    else:
        draft.pivot = noun
    draft.is_pivot = True
    draft.pivot_columns = columns or []
    draft.pivot_total = total if columns else ""
    return True


def _opens(reader: Reader) -> bool:
    reader.skip(_NAMES - {"("})
    is_open = reader.word("(")
    reader.skip(_NAMES - {"("})
    return is_open


def _columns(reader: Reader, noun: Noun | Period, names: list[str], listed: list[str]) -> list[SpreadColumn] | None:
    if listed:
        values = [value_of(reader, noun, one) for one in listed]
        if len(names) not in (0, len(listed)) or any(value is None for value in values):
            return None
        called = names or [""] * len(listed)
        return [SpreadColumn(one[0], one[1], name) for one, name in zip(values, called, strict=True) if one]
    found = [value_of(reader, noun, name) for name in names]
    if len(names) < _FEWEST or any(one is None for one in found) or len({one[1] for one in found if one}) != len(names):
        return None
    return [SpreadColumn(one[0], one[1], name) for one, name in zip(found, names, strict=True) if one]


def value_of(reader: Reader, noun: object, name: str) -> tuple[Condition, str] | None:
    """The value that a name is or has in it: ``IN`` of ``qty_in``, January of ``jan``."""
    if isinstance(noun, Period):
        number = _part(noun, name)
        period = Period(noun.part, noun.of, style="number")
        return (Compare(period, "=", Constant(number)), str(number)) if number else None
    if not isinstance(noun, Noun):
        return None
    spots = {(link.table, link.column) for link in noun.links}
    words = words_of(name)
    runs = {" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    for said in ([name], sorted({*runs, *name.lower().split("_")})):
        held = {link.value for run in said for link in reader.values.exact(run) if (link.table, link.column) in spots}
        if len(held) == 1:
            value = held.pop()
            return OneOf(noun, (Constant(value),)), value
    return None


def _part(period: Period, name: str) -> int:
    """The number of a month, quarter, weekday or year that a name says; 0 for none."""
    found: set[int] = set()
    for word in name.lower().replace("-", "_").split("_"):
        digits = "".join(sign for sign in word if sign.isdigit())
        letters = word[: len(word) - len(digits)]
        if period.part == "month":
            found |= {MONTHS[word]} if word in MONTHS else set()
        elif period.part == "quarter" and digits in ("1", "2", "3", "4") and letters in ("q", "quarter", "qtr"):
            found.add(int(digits))
        elif period.part == "year" and len(digits) == len("2025") and letters in ("", "y"):
            found.add(int(digits))
        elif period.part == "weekday":
            found |= {_WEEKDAYS[word]} if word in _WEEKDAYS else set()
    return found.pop() if len(found) == 1 else 0


def _names(reader: Reader, key: Item) -> list[str]:
    """``early, late and night``: two names or more; a column of the rows before them is none of these."""
    found: list[str] = []
    mark = reader.position
    noun = key.expression if isinstance(key.expression, Noun) else None
    while len(found) < _MOST:
        links = reader.links(reader.position, 1)
        is_column = bool(links) and bool(links[0].column) and links[0].score >= OWN
        if not (name := _name(reader, noun)):
            break
        is_key = not found and is_column and value_of(reader, key.expression, name) is None
        found += [] if is_key else [name]
        mark = reader.position
        reader.word(",", "/", "|", "+", "&")
        reader.word("and", "plus")
        reader.skip(ARTICLES)
        if reader.position == mark:
            break
    reader.position = mark
    return found if len(found) >= _FEWEST else []


def _name(reader: Reader, noun: Noun | None) -> str:
    token = reader.peek()
    if token is None:
        return ""
    held = held_values(reader, noun) if noun is not None else None
    if held is not None:
        start = reader.position
        reader.position += held[0]
        return held[1][0].value if held[0] > 1 or token.kind == "text" else reader.ledger.text(start, start + 1)
    if token.kind == "text":
        return str(reader.next().value)
    is_number = token.kind == "number" and isinstance(token.value, int) and not token.unit
    is_plain = token.kind == "name" or (token.kind == "word" and reader.lower(1) in {*_ENDS, "/", "plus", "|", "side",
                                                                                   "as", "in"})  # fmt: skip
    if not (is_number or is_plain):
        return ""
    if noun is not None and token.lower in GLUE | NEVER_GLUE and not _is_held(reader, noun, token.text):
        return ""
    return reader.next().text


def _is_held(reader: Reader, noun: Noun, text: str) -> bool:
    spots = {(link.table, link.column) for link in noun.links}
    return any((link.table, link.column) in spots for link in reader.values.exact(text))


def _cells(reader: Reader, draft: Draft) -> bool:
    """``counts inside``, ``holding call counts``, ``the number of calls in the cells``."""
    if not draft.is_pivot or draft.measures:
        return False
    reader.skip((",", "and"))
    mark = reader.position
    reader.skip(_HOLDING)
    is_held = reader.position > mark
    table = None if reader.lower() in _COUNTS else read_table(reader)
    if reader.word(*_COUNTS):
        is_inside = reader.take(_CELLS) is not None
        if not (is_held or is_inside):
            return False
        words = frozenset({"count", "number"})
        draft.measures.append(Item(Aggregate("count", counted=table), words, "number of rows"))
        return True
    reader.position = mark
    reader.skip(_HOLDING)
    measure = read_measure(reader)
    if measure is None or not isinstance(measure.expression, Aggregate) or reader.take(_CELLS) is None:
        return False
    draft.measures.append(measure)
    return True


_EDGES = Phrases(
    {"zero in the cells without rows": True, "zeros included": True, "null in the cells without rows": False}
)


def _edge(reader: Reader, draft: Draft) -> bool:
    """What stands where no row has the value, in the words of the phrase book."""
    reader.skip((",", "and", "with", "."))
    is_zero = reader.take(_EDGES) if draft.is_pivot else None
    if is_zero is None:
        return False
    draft.pivot_zero, draft.pivot_empty = is_zero, not is_zero
    return True
