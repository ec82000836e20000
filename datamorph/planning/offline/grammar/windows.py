"""Values over neighbouring rows: running totals, moving averages, changes, shares, ranks."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import read_keys, read_ties
from datamorph.planning.offline.lexicon.cues import TIME_PARTS
from datamorph.planning.offline.model import Item, Noun, SortKey, Window
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.tokens import singular

_RUNNING = phrase_set(("running total", "running sum", "cumulative sum", "cumulative total", "cumulative", "running",
                       "accumulated total", "accumulated", "running_total", "cumulative_total", "rolling total",
                       "year to date", "running count", "cumulative count"))  # fmt: skip
_MOVING = phrase_set(("moving average", "rolling average", "trailing average", "rolling mean", "moving mean",
                      "sliding average",
                      "running average"))  # fmt: skip
_LEAD = frozenset({"trailing", "rolling", "moving", "sliding"})
_SHARE = phrase_set((
    "share of the total", "share of total", "percentage of the total", "percent of total", "percentage of total",
    "share of all",
    "fraction of the total", "proportion of the total", "fraction of total", "proportion of total",
    "share of the overall",
    "contribution to the total", "share of the grand total", "share in the total"))  # fmt: skip
_PREVIOUS = frozenset({"previous", "prior", "preceding", "last"})
_CHANGE = phrase_set((
    "change", "difference", "delta", "increase", "growth", "month over month change", "year over year change",
    "day over day change", "week over week change", "quarter over quarter change", "month on month change",
    "year on year change", "mom change", "yoy change", "percent change", "percentage change", "growth rate",
    "month over month growth", "year over year growth", "change in percent", "growth in percent",
    "difference in percent",
    "percentage growth"))  # fmt: skip
_RANK = phrase_set(("rank", "ranking", "position"))
_TIE_WORDS = frozenset({"compared", "to", "from", "against", "with", "versus", "vs", "over", "since", "the", "of",
                        "same", "on", "in", "that", "its",
                        "their", "relative", "by", "as", "percent", "between", "each"})  # fmt: skip
_UNIT = frozenset({"day", "days", "month", "months", "week", "weeks", "row", "rows", "period", "periods", "hour",
                   "hours", "year",
                   "years", "order", "orders", "quarter", "quarters"})  # fmt: skip


def read_window(reader: Reader) -> Window | None:
    """The window phrase that stands here, if one does."""
    start = reader.position
    reader.operand = None
    for construct in (_moving, _running, _share, _gap, _minus_previous, _change, _before, _rank):
        reader.position = start
        reader.skip(ARTICLES)
        found = construct(reader)
        if found is not None:
            return found
    reader.position = start
    return None


def _operand(reader: Reader) -> Noun | None:
    """What the window is over: a measure said before, an aggregate or a column."""
    start = reader.position
    reader.skip(ARTICLES | {"of", "in"})
    noun = reader.defined_noun()
    if noun is not None:
        return noun
    found = read_aggregate(reader)
    if found is not None:
        reader.operand = Item(found.aggregate, found.words, found.text)
        return Noun(found.text, tuple(sorted(found.words)), (), start)
    noun = reader.noun()
    if noun is None:
        reader.position = start
    return noun


def _places(reader: Reader) -> tuple[tuple[Noun, ...], tuple[SortKey, ...]]:
    """``per country``, ``over the dates``, ``by month``: where to start anew and in which order to go."""
    per: tuple[Noun, ...] = ()
    order: tuple[SortKey, ...] = ()
    while True:
        mark = reader.position
        if reader.word("over", "by", "along", "across", "ordered") or (
            reader.lower() == "in" and reader.lower(1) == "order"
        ):
            reader.skip(frozenset({"the", "by", "order", "of", "time", "in"}))
            keys = read_keys(reader)
            if keys or reader.tokens[reader.position - 1].lower == "time":
                order = order or tuple(keys)
                continue
        reader.position = mark
        if reader.take(PER_PHRASES) is not None or reader.word("within"):
            groups = [g.expression for g in read_groups(reader) if isinstance(g.expression, Noun)]
            if groups:
                per = per or tuple(groups)
                continue
        reader.position = mark
        return per, order


def _running(reader: Reader) -> Window | None:
    if reader.take(_RUNNING) is None:
        return None
    operand = _operand(reader) if reader.lower() not in ("over", "per", "by", "as", "within") else None
    per, order = _places(reader)
    return Window("running", operand, per, order)


def _moving(reader: Reader) -> Window | None:
    """``trailing 7-day average``, ``moving average over 3 rows``."""
    start = reader.position
    reader.skip(_LEAD)
    rows, unit = _count(reader)
    reader.skip(_LEAD | {"trailing"})
    is_moving = reader.take(_MOVING) is not None or (rows > 0 and reader.word("average", "mean", "avg"))
    if not is_moving:
        reader.position = start
        return None
    operand = _operand(reader)
    mark = reader.position
    if not rows and reader.word("over", "of", "("):
        reader.skip(frozenset({"the", "last", "previous", "past", "current"}))
        rows, unit = _count(reader)
        reader.word(")")
    if not rows:
        reader.position = mark
        return None
    _explained(reader)
    per, order = _places(reader)
    _explained(reader)
    return Window("moving", operand, per, order, rows=rows, unit=unit)


def _count(reader: Reader) -> tuple[int, str]:
    """How many, and of which part of the calendar, if of one."""
    token = reader.peek()
    if token and isinstance(token.value, int) and reader.lower(1) in _UNIT and not token.unit:
        unit = singular(reader.lower(1))
        reader.position += 2
        return token.value, unit if unit in TIME_PARTS else ""
    return 0, ""


def _explained(reader: Reader) -> bool:
    """``(current day and the 6 rows before it, fewer at the start)`` says what a trailing average is anyway."""
    mark = reader.position
    allowed = frozenset({"current", "this", "day", "row", "month", "week", "and", "the", "before", "it", "rows",
                         "days", "preceding", "previous", "fewer",
                         "at", "start", ",", "beginning", "including", "included", "months", "weeks", "less", "of",
                         "in", "first", "a",
                         "with", "period", "periods", "one", "today", "itself", "inclusive", "up", "to", "six",
                         "two"})  # fmt: skip
    if not reader.word("("):
        return False
    while reader.lower() in allowed or reader.is_kind("number"):
        reader.next()
    if reader.word(")"):
        return True
    reader.position = mark
    return False


def _share(reader: Reader) -> Window | None:
    if reader.take(_SHARE) is None:
        return None
    operand = _operand(reader)
    per, _ = _places(reader)
    return Window("share", operand, per)


def _minus_previous(reader: Reader) -> Window | None:
    """``revenue minus the previous month's revenue``."""
    operand = _operand(reader)
    if operand is None or not reader.word("minus", "-", "less"):
        return None
    reader.skip(frozenset({"the", "that", "of"}))
    if not _previous(reader):
        return None
    second = _operand(reader)
    return Window("change", operand) if second is not None else None


def _previous(reader: Reader) -> bool:
    if reader.lower() not in _PREVIOUS:
        return False
    reader.next()
    reader.word("day", "month", "week", "year", "quarter", "row", "one", "period", "value")
    if reader.lower() == "with" and reader.is_kind("word", 1) and reader.lower(2) in ("", ",", ".", ";", ")"):
        reader.position += 2
    reader.skip(frozenset({"in", "order"}) if reader.lower() == "in" and reader.lower(1) == "order" else frozenset())
    return True


def _before(reader: Reader) -> Window | None:
    """``the previous month's revenue``, ``the count of the month before``."""
    if _earlier(reader):
        operand = _operand(reader)
        return Window("previous", operand) if operand is not None else None
    operand = reader.defined_noun()
    if operand is None or not reader.word("of", "in", "from", "for"):
        return None
    reader.skip(ARTICLES)
    return Window("previous", operand) if _earlier(reader) else None


def _earlier(reader: Reader) -> bool:
    """``previous month``, ``month before``."""
    if reader.lower() in _PREVIOUS and reader.lower(1) in _UNIT:
        reader.position += 2
        return True
    if reader.lower() in _UNIT and reader.lower(1) in ("before", "earlier"):
        reader.position += 2
        return True
    return False


def _gap(reader: Reader) -> Window | None:
    """``the days since that customer's previous order``, ``days between consecutive visits``."""
    if not reader.word("days", "day") and not (reader.word("number") and reader.word("of") and reader.word("days")):
        return None
    if not reader.word("since", "after", "between", "from"):
        return None
    per: list[Noun] = []
    while reader.lower():
        if reader.word("consecutive", "successive", *_PREVIOUS):
            rows = reader.noun()
            if not per and reader.take(PER_PHRASES) is not None:
                per = [g.expression for g in read_groups(reader) if isinstance(g.expression, Noun)]
            return Window("gap_days", rows, tuple(per))
        if reader.lower() in _TIE_WORDS | ARTICLES:
            reader.next()
        elif (noun := reader.noun()) is not None:
            per.append(noun)
        else:
            return None
    return None


def _change(reader: Reader) -> Window | None:
    """``the change in percent against the same country's previous year``."""
    said = reader.take(_CHANGE)
    if said is None:
        return None
    is_percent = "percent" in said or "growth" in said
    mark = reader.position
    operand = _operand(reader) if reader.word("of", "in") else None
    if operand is None:
        reader.position = mark
        is_percent = is_percent or "%" in (reader.lower(), reader.lower(1)) or reader.lower(1) == "percent"
    per: list[Noun] = []
    mark = reader.position
    is_previous = _against(reader, per)
    reader.position = reader.position if is_previous else mark
    looks_back = any(isinstance(i.expression, Window) and i.expression.kind == "previous" for i in reader.defined)
    is_said = is_previous or looks_back or " over " in said or " on " in said or said in ("mom change", "yoy change")
    return Window("change_pct" if is_percent else "change", operand, tuple(per)) if is_said else None


def _against(reader: Reader, per: list[Noun]) -> bool:
    """``against the same country's previous year``: True when a previous row is named."""
    while reader.lower():
        if reader.lower() in _PREVIOUS:
            return _previous(reader)
        if reader.lower() in _UNIT and reader.lower(1) in ("before", "earlier"):
            reader.position += 2
            return True
        if reader.lower() in _TIE_WORDS or reader.lower() == "%":
            reader.next()
        elif (noun := reader.noun()) is not None:
            per.append(noun)
        else:
            return False
    return False


_NUMBER = phrase_set(("number", "enumerate", "count up"))


def read_numbering(reader: Reader) -> tuple[Noun | None, Window] | None:
    """``number the orders of each customer by order date``: the table and the window."""
    start = reader.position
    if reader.take(_NUMBER) is None or reader.lower() == "of":
        reader.position = start
        return None
    reader.skip(ARTICLES | {"rows", "records"})
    table = reader.noun()
    per: tuple[Noun, ...] = ()
    if reader.lower() != "by" and reader.take(PER_PHRASES) is not None:
        per = tuple(g.expression for g in read_groups(reader) if isinstance(g.expression, Noun))
    if not reader.word("by", "in", "along", "ordered"):
        reader.position = start
        return None
    reader.skip(frozenset({"by", "order", "of", "the", "their"}))
    order = tuple(read_keys(reader))
    order = (*order, *_numbering_note(reader))
    if not order:
        reader.position = start
        return None
    return table, Window("number", None, per, order)


_PLAIN_NOTE = frozenset({"1", "=", "is", "first", "the", "starting", "at", "from", "with", "one", "earliest", "oldest",
                         "to", "last", ",", ";", "number"})  # fmt: skip


def _numbering_note(reader: Reader) -> tuple[SortKey, ...]:
    """``(1 = first, break ties by order id)``: what a numbering is anyway, and its ties."""
    mark = reader.position
    if reader.word("("):
        reader.skip(_PLAIN_NOTE)
        keys = tuple(read_ties(reader) or ())
        if reader.word(")"):
            return keys
    reader.position = mark
    return ()


def _rank(reader: Reader) -> Window | None:
    """``rank by revenue within each country``."""
    if reader.take(_RANK) is None:
        return None
    reader.skip(frozenset({"them", "the", "rows", "result", "each"}))
    per, order = _places(reader)
    return Window("rank", None, per, order) if order else None
