"""Remarks in parentheses behind a column: ``(2 decimals)``, ``(YYYY-MM)``, ``(1-3)``, ``('none' if missing)``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, Output
from datamorph.planning.offline.grammar.groups import read_period_note
from datamorph.planning.offline.grammar.naming import read_digits
from datamorph.planning.offline.grammar.parts_of_dates import read_date_of_group
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.reshape import read_pivot_column
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Apply, Constant, Noun, Period
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.prepare.preparation import POSITION

_HARMLESS = frozenset(
    """
    fraction between and to from a an the number value its name as text is are not unique that in of by same
    column columns whole numbers per starting at at, with names playlist first one for each formatted as is id
    percent ratio
    """.split()
)
_OF = phrase_set(("that's", "that is", "from", "the", "i.e", "which is", "this is", "="))
_INSTEAD = phrase_set(("instead of", "in place of", "rather than", "not"))
_DATED = frozenset({"date", "day"})
_WHEN = frozenset({"if", "when", "where", "for"})


def read_note(reader: Reader, draft: Draft, output: Output) -> None:
    """Read a parenthesis that says more about an output; leaves it alone when it says something else."""
    digits = read_digits(reader)
    if digits is not None:
        output.digits = digits
        return
    start = reader.position
    if _dated(reader, draft, output) or read_date_of_group(reader, draft, output):
        return
    reader.position = start
    if _formed(reader, draft):
        return
    reader.position = start
    if read_pivot_column(reader, draft):
        return
    reader.position = start
    if draft.union is not None and reader.lower(1) in _DATED and reader.lower(2) == ")":
        draft.union.dates.add(output.noun.text)
        reader.position += 3
        return
    if not reader.word("("):
        return
    is_read = (
        _filled(reader, output)
        or _cleaned(reader, draft, output)
        or _source(reader, output)
        or _remark(reader, output)
        or _optional(reader, output)
    )
    if not is_read or not reader.word(")"):
        reader.position = start
        output.fill = None
        _close_count(reader)


def _close_count(reader: Reader) -> None:
    """``(how many of them are open)``, where it is not read: what it says of its column is no filter of all rows."""
    mark = reader.position
    reader.word("(")
    if reader.lower() in ("how", "number", "count", "counts", "only", "of", "those", "share", "percentage", "rows"):
        end = next((n for n in range(mark, len(reader.tokens)) if reader.tokens[n].text == ")"), mark)
        reader.shut(range(mark + 1, end))
    reader.position = mark


_STARTS = phrase_set((
    "first day of the month", "first of the month", "first day of month", "1st of the month", "1st of month",
    "month start", "start of the month", "the first day of the month", "the 1st of the month", "first of month",
    "first day of each month", "monday of the week", "the monday of the week", "start of the week", "week start",
    "monday",
    "the monday", "first day of the quarter", "first day of the week", "first day of the year", "start of the quarter",
    "the first of the month", "a date", "as a date", "date", "as date", "first day", "the first day",
    "beginning of the month", "day one of the month", "always the first of the month", "always the first",
    "month as date", "its first day",
    "day 1 of the month", "first day as date", "first day as a date", "dated the first", "starting monday",
    "monday date", "the monday date", "date of the monday", "date of monday", "the date of the monday"))  # fmt: skip
_PERIODS = frozenset({"month", "week", "quarter", "year"})


def _formed(reader: Reader, draft: Draft) -> bool:
    """``month (first day of the month)``: how it is shown anyway, where rows are groups of such a part of a date."""
    parts = {group.expression.part for group in draft.groups if isinstance(group.expression, Period)}
    if not parts & _PERIODS or not reader.word("("):
        return False
    said = reader.take(_STARTS)
    if said is None or (set(said.split()) & (_PERIODS - parts)) or ("monday" in said and "week" not in parts):
        return False
    return reader.word(")")


def _dated(reader: Reader, draft: Draft, output: Output) -> bool:
    """``day (date of booked_at)``: the group of that part of a date, or a column of its own."""
    period = read_period_note(reader)
    if period is None:
        return False
    name = output.name or output.noun.text.replace(" ", "_")
    for group in draft.groups:
        known = group.expression
        if isinstance(known, Period) and known.part == period.part and known.of in (None, period.of):
            group.expression, group.name = period, group.name or name
            group.words |= frozenset(output.noun.words)
            return True
    item = Item(period, frozenset({period.part, *output.noun.words}), name, name)
    (draft.groups if draft.groups or draft.measures else draft.computed).append(item)
    return True


def _filled(reader: Reader, output: Output) -> bool:
    """``0 instead of null``, ``'Unknown' if the code is not in airports``."""
    mark = reader.position
    value = _value(reader)
    if value is None:
        return False
    if reader.take(_INSTEAD) is not None and reader.lower() in MISSING:
        reader.next()
        output.fill = value
        return True
    if reader.word(*_WHEN):
        while reader.peek() is not None and reader.lower() != ")":
            if reader.lower() in MISSING | {"not", "no", "never", "without", "unmatched", "isn't"}:
                output.fill = value
            reader.next()
        if output.fill is not None:
            return True
    reader.position = mark
    return False


_CLEANED = frozenset({"cleaned", "clean", "normalised", "normalized", "trimmed", "lowercased", "lowercase", "compared"})
_ONE = frozenset({"one", "version", "value", "form", "text", "up"})


def _cleaned(reader: Reader, draft: Draft, output: Output) -> bool:
    """``email (the cleaned one)``: as it was cleaned for finding duplicates."""
    mark = reader.position
    reader.skip(ARTICLES)
    keys = draft.dedupe.by if draft.dedupe else ()
    own = {(link.table, link.column) for link in output.noun.links if link.column}
    found = [key for key in keys if isinstance(key, Apply) and own & {(l.table, l.column) for l in _column(key).links}]
    if reader.lower() not in _CLEANED or len(found) != 1:
        reader.position = mark
        return False
    reader.skip(_CLEANED | {",", "and"})
    reader.skip(_ONE)
    column = next(link.column for link in _column(found[0]).links if (link.table, link.column) in own)
    draft.computed.append(Item(found[0], frozenset(output.noun.words), output.noun.text, column))
    output.definition = found[0]
    output.name = output.name or output.noun.text
    return True


def _column(found: Apply) -> Noun:
    """The column in the middle of what is done to it."""
    inner = found.operands[0]
    while isinstance(inner, Apply):
        inner = inner.operands[0]
    return inner if isinstance(inner, Noun) else Noun("", ())


def _value(reader: Reader) -> Constant | None:
    if reader.is_kind("text"):
        return Constant(str(reader.next().value))
    return read_number(reader)


def _source(reader: Reader, output: Output) -> bool:
    """``(that's user_id)``: the column behind the name."""
    mark = reader.position
    reader.take(_OF)
    is_own = reader.lower() in ("its", "their", "his", "her")
    reader.skip(ARTICLES)
    noun = reader.noun()
    if is_own and noun is not None:
        owners = {link.table for link in output.noun.links if not link.column}
        own = tuple(link for link in noun.links if link.column and link.table in owners)
        noun = Noun(noun.text, noun.words, own, noun.position) if own else noun
        output.name = output.name or output.noun.text.replace(" ", "_")
    if noun is not None and _is_place(reader, noun):
        _from_one(reader)
    if noun is not None and noun.links[0].column and reader.lower() != ")":
        digits = read_digits(reader)
        output.digits = digits if digits is not None else output.digits
    if noun is not None and noun.links[0].column and reader.lower() == ")":
        output.name = output.name or output.noun.text.replace(" ", "_")
        output.noun = noun
        return True
    reader.position = mark
    return False


_FROM_ONE = frozenset("starting starts start counting counted beginning from at with is first the".split())


def _is_place(reader: Reader, noun: Noun) -> bool:
    """True for the place of an element in its array."""
    return noun.links[0].table in reader.elements and noun.links[0].column == POSITION


def _from_one(reader: Reader) -> None:
    """``starting at 1``: how places are counted anyway."""
    mark = reader.position
    reader.word(",")
    reader.skip(_FROM_ONE)
    if reader.position == mark or not reader.word("1", "one"):
        reader.position = mark


def _remark(reader: Reader, output: Output) -> bool:
    """Words that only describe: ``fraction between 0 and 1, 4 decimals``; a format of dates."""
    mark = reader.position
    while reader.peek() is not None and reader.lower() != ")":
        digits = read_digits(reader)
        if digits is not None:
            output.digits = digits
        elif reader.lower() in _HARMLESS or reader.is_kind("number") or reader.lower() in (",", "-", ".."):
            reader.next()
        else:
            reader.position = mark
            return False
    return True


_EMPTY = frozenset({"empty", "null", "blank", "missing", "nothing", "none"})
_MAY = phrase_set((
    "may be", "can be", "could be", "might be", "is sometimes", "sometimes", "stays", "left", "is", "leave", "keep",
    "if any", "if there is one", "if there is any", "if present", "if known", "where known", "optional",
    "where present",
    "if it exists", "if it has one", "if they have one"))  # fmt: skip
_WHENCE = frozenset({"if", "when", "where", "for", "as", "because", ",", "some", "since", "unless", "in"})


def _optional(reader: Reader, output: Output) -> bool:
    """``(may be empty, some lots have no donor)``, ``(if any)``: the row stays, as it does anyway."""
    mark = reader.position
    said = reader.take(_MAY)
    is_open = said is not None and said.split()[0] in ("if", "where", "optional")
    is_empty = reader.word(*_EMPTY)
    if not (is_empty or is_open) or (reader.lower() != ")" and reader.lower() not in _WHENCE):
        reader.position = mark
        return False
    while reader.peek() is not None and reader.lower() not in (")", "("):
        if reader.is_kind("number") or reader.is_kind("text"):
            reader.position = mark
            return False
        reader.next()
    return reader.lower() == ")"
