"""Values over neighbouring rows: running totals, moving averages, changes, shares, ranks."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.balances import read_balance
from datamorph.planning.offline.grammar.gaps import PREVIOUS, read_gap, read_same
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.moving import UNIT, read_frame, read_head, read_remark
from datamorph.planning.offline.grammar.neighbours import read_neighbour, read_walk
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.restarts import read_restart
from datamorph.planning.offline.grammar.sorting import DIRECTION, read_keys, read_ties
from datamorph.planning.offline.grammar.wholes import read_of_it, read_operand, read_whole
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Aggregate, Noun, Period, SortKey, Window
from datamorph.planning.offline.phrases import Phrases, phrase_set

_RUNNING = phrase_set(("running total", "running sum", "cumulative sum", "cumulative total", "cumulative", "running",
                       "accumulated total", "accumulated", "running_total", "cumulative_total", "rolling total",
                       "running count", "cumulative count", "cumulated", "cumulated total", "running number",
                       "cumulative number", "running tally", "cumulative amount", "rolling sum"))  # fmt: skip
_SO_FAR = phrase_set(("so far", "to date", "up to then", "up to that point", "up to that day", "up to that month",
                      "up to and including that day", "up to and including that month", "over time",
                      "up to that date", "up to this point", "till then", "until then"))  # fmt: skip
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
WINDOW_WORDS: dict[str, frozenset[str]] = {"gap": frozenset({"gap", "difference", "interval", "between"}),
                "change": frozenset({"change", "difference"}), "change_pct": frozenset({"change", "growth"}),
                "running": frozenset({"running", "cumulative"}), "moving": frozenset({"moving"}),
                "rank": frozenset({"rank"}), "dense_rank": frozenset({"rank"})}  # fmt: skip
"""By which words a value over neighbouring rows is meant again."""


def read_window(reader: Reader) -> Window | None:
    """The window phrase that stands here, if one does."""
    return reader.first_of(
        read_balance,
        read_neighbour,
        _moving,
        _running_share,
        _running,
        read_whole,
        read_gap,
        _minus_previous,
        _change,
        _before,
        _rank,
        behind=ARTICLES,
    )


@dataclass(slots=True)
class _Places:
    """Where neighbours start anew, in which order they go, and which periods they are groups of."""

    per: tuple[Noun, ...] = ()
    order: tuple[SortKey, ...] = ()
    periods: tuple[Period, ...] = ()


def _places(reader: Reader) -> _Places:
    """``per country``, ``over the dates``, ``by month``."""
    found = _Places()
    while _period(reader, found) or _order(reader, found) or _per(reader, found):
        pass
    return found


def _period(reader: Reader, found: _Places) -> bool:
    """``by month``, ``per shop and day``, ``over the weeks``: rows are groups."""
    mark = reader.position
    is_per = reader.take(PER_PHRASES) is not None or reader.word("over", "along", "across")
    keys = [item.expression for item in read_groups(reader)] if is_per else []
    periods = tuple(key for key in keys if isinstance(key, Period))
    if not periods:
        reader.position = mark
        return False
    found.per = (*found.per, *(key for key in keys if isinstance(key, Noun)))
    found.periods = (*found.periods, *periods)
    return True


def _order(reader: Reader, found: _Places) -> bool:
    mark = reader.position
    if reader.word("over", "by", "along", "across", "ordered") or (
        reader.lower() == "in" and reader.lower(1) == "order"
    ):
        reader.skip(("the", "by", "order", "of", "time", "in"))
        keys = read_walk(reader)
        if keys or reader.tokens[reader.position - 1].lower == "time":
            found.order = found.order or tuple(keys)
            return True
    reader.position = mark
    return False


def _per(reader: Reader, found: _Places) -> bool:
    mark = reader.position
    if reader.take(PER_PHRASES) is not None or reader.word("within", "inside"):
        groups = [g.expression for g in read_groups(reader) if isinstance(g.expression, Noun)]
        if groups:
            found.per = found.per or tuple(groups)
            return True
    reader.position = mark
    return False


_TO_DATE = Phrases(
    {
        phrase: part
        for part, names in {"year": ("year to date", "ytd"), "quarter": ("quarter to date", "qtd"),
                            "month": ("month to date", "mtd"), "week": ("week to date", "wtd")}.items()
        for phrase in (*names, *(f"{name} {noun}" for name in names for noun in ("total", "sum", "count")),
                       f"running total within the {part}", f"running total within each {part}")
    }
    | {"running total per year": "year"}
)  # fmt: skip


_BARE = frozenset({"over", "per", "by", "as", "within", "that", "which", ",", "("})


def _running(reader: Reader) -> Window | None:
    start = reader.position
    part = reader.take(_TO_DATE) or ""
    if not part and reader.take(_RUNNING) is None:
        return _so_far(reader)
    is_count = reader.tokens[reader.position - 1].lower in ("count", "number", "tally")
    is_bare = reader.lower() in _BARE or reader.match(_SO_FAR) is not None or read_of_it(reader)
    operand, said = (None, None) if is_bare else read_operand(reader)
    if is_count and operand is not None and said is None and operand.links:
        said = Aggregate("count", counted=operand)
        text = f"number of {operand.text}"
        operand = Noun(text, ("count", "number", *operand.words), (), start)
    reader.take(_SO_FAR)
    part = part or read_restart(reader)
    places = _places(reader)
    reader.take(_SO_FAR)
    part = part or read_restart(reader)
    return Window("running", operand, places.per, places.order, said=said, unit=part, periods=places.periods)


_RUNNING_SHARE = phrase_set(("cumulative share", "running share", "cumulated share", "cumulative percentage",
                             "running percentage", "cumulative percent", "accumulated share", "accumulated percentage",
                             "cumulative proportion", "cumulative fraction"))  # fmt: skip
_PERCENTS = frozenset({"percentage", "percent"})


def _running_share(reader: Reader) -> Window | None:
    """``cumulative share in percent``: how much of the whole there is up to each row."""
    said = reader.take(_RUNNING_SHARE)
    if said is None:
        return None
    mark = reader.position
    operand, aggregate = read_operand(reader) if reader.word("of") else (None, None)
    if operand is None:
        reader.position = mark
    is_percent = bool(_PERCENTS & set(said.split())) or _in_percent(reader)
    places = _places(reader)
    is_percent = is_percent or _in_percent(reader)
    unit = "%" if is_percent else ""
    return Window("running_share", operand, places.per, places.order, said=aggregate, unit=unit, periods=places.periods)


def _so_far(reader: Reader) -> Window | None:
    """``total amount so far``, ``sum of the fares to date``."""
    found = read_aggregate(reader)
    if found is None or found.aggregate.function not in ("sum", "count") or reader.take(_SO_FAR) is None:
        return None
    noun = Noun(found.text, tuple(sorted(found.words)), (), reader.position)
    places = _places(reader)
    return Window("running", noun, places.per, places.order, said=found.aggregate, periods=places.periods)


def _moving(reader: Reader) -> Window | None:
    """``trailing 7-day average``, ``moving average over 3 rows``, ``average of this and the 2 rows before``."""
    head = read_head(reader)
    if head is None:
        return None
    rows, unit = (head.rows, head.unit) if head.rows else read_frame(reader)
    operand, said = (None, None) if reader.lower() in ("over", "per", "by", "as") else read_operand(reader)
    rows, unit = (rows, unit) if rows else read_frame(reader)
    if not rows:
        return None
    read_remark(reader)
    places = _places(reader)
    read_remark(reader)
    kind = "moving_sum" if head.is_sum else "moving"
    return Window(kind, operand, places.per, places.order, rows, said, unit=unit, periods=places.periods)


_MINUS = frozenset({"minus", "-", "less"})
_EARLIER = frozenset({"before", "earlier"})


def _minus_previous(reader: Reader) -> Window | None:
    """``revenue minus the previous month's revenue``."""
    if not (reader.is_ahead(_MINUS) and reader.is_ahead(PREVIOUS)):
        return None
    operand, said = read_operand(reader)
    if operand is None or not reader.word(*_MINUS):
        return None
    reader.skip(("the", "that", "of"))
    if not _previous(reader):
        return None
    second, _ = read_operand(reader)
    return Window("change", operand, said=said) if second is not None else None


def _previous(reader: Reader) -> bool:
    if reader.lower() not in PREVIOUS:
        return False
    reader.next()
    reader.word("day", "month", "week", "year", "quarter", "row", "one", "period", "value")
    if reader.lower() == "with" and reader.is_kind("word", 1) and reader.lower(2) in ("", ",", ".", ";", ")"):
        reader.position += 2
    reader.skip(frozenset({"in", "order"}) if reader.lower() == "in" and reader.lower(1) == "order" else frozenset())
    return True


def _before(reader: Reader) -> Window | None:
    """``the previous month's revenue``, ``the count of the month before``."""
    if not reader.is_ahead(PREVIOUS | _EARLIER):
        return None
    if _earlier(reader):
        operand, said = read_operand(reader)
        return Window("previous", operand, said=said) if operand is not None else None
    operand = reader.defined_noun()
    if operand is None or not reader.word("of", "in", "from", "for"):
        return None
    reader.skip(ARTICLES)
    return Window("previous", operand) if _earlier(reader) else None


def _earlier(reader: Reader) -> bool:
    """``previous month``, ``month before``."""
    if reader.lower() in PREVIOUS and reader.lower(1) in UNIT:
        reader.position += 2
        return True
    if reader.lower() in UNIT and reader.lower(1) in _EARLIER:
        reader.position += 2
        return True
    return False


def _change(reader: Reader) -> Window | None:
    """``growth in percent over the shop's month before``."""
    said = reader.take(_CHANGE)
    if said is None:
        return None
    is_percent = "percent" in said or "growth" in said
    mark = reader.position
    operand, aggregate = _changed(reader) if reader.word("of", "in") else (None, None)
    if operand is None:
        reader.position = mark
        is_percent = is_percent or "%" in (reader.lower(), reader.lower(1)) or reader.lower(1) == "percent"
        reader.position += 2 if reader.lower() == "in" and reader.lower(1) in ("percent", "%") else 0
    per: list[Noun] = []
    mark = reader.position
    is_previous = _against(reader, per)
    reader.position = reader.position if is_previous else mark
    per += read_same(reader) if is_previous else ()
    is_percent = is_percent or _in_percent(reader)
    looks_back = any(isinstance(i.expression, Window) and i.expression.kind == "previous" for i in reader.defined)
    is_said = is_previous or looks_back or " over " in said or " on " in said or said in ("mom change", "yoy change")
    kind = "change_pct" if is_percent else "change"
    return Window(kind, operand, tuple(per), said=aggregate) if is_said else None


def _changed(reader: Reader) -> tuple[Noun | None, Aggregate | None]:
    """What changes: also a word that only the list of columns explains."""
    operand, aggregate = read_operand(reader)
    reader.skip(ARTICLES)
    if operand is None and reader.is_kind("word") and reader.lower() not in GLUE | {"percent"}:
        operand = reader.unlinked() if reader.lower(1) in ("against", "to", "from", "compared", "versus") else None
    return operand, aggregate


def _in_percent(reader: Reader) -> bool:
    mark = reader.position
    if reader.word("in") and reader.word("percent", "%"):
        return True
    reader.position = mark
    return False


def _against(reader: Reader, per: list[Noun]) -> bool:
    """``over the shop's month before``: True when a previous row is named."""
    while reader.lower():
        if reader.lower() in PREVIOUS:
            return _previous(reader)
        if reader.lower() in UNIT and reader.lower(1) in ("before", "earlier"):
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
    reader.skip(("by", "order", "of", "the", "their"))
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
    """``rank by revenue within each country``: the largest first, unless another order is said."""
    mark = reader.position
    is_dense = reader.word("dense", "dense_rank")
    if reader.take(_RANK) is None and not (is_dense and reader.tokens[mark].lower == "dense_rank"):
        return None
    reader.skip(("them", "the", "rows", "result", "each"))
    found = _Places()
    while _ranked_by(reader, found) or _per(reader, found):
        pass
    kind = "dense_rank" if is_dense else "rank"
    return Window(kind, None, found.per, found.order) if found.order else None


def _ranked_by(reader: Reader, found: _Places) -> bool:
    """``by revenue``, ``by finish time, fastest first``."""
    mark = reader.position
    if not found.order and reader.word("by", "on", "over", "ordered"):
        reader.skip(("the", "by"))
        keys = read_ranking_keys(reader)
        if keys:
            found.order = keys
            return True
    reader.position = mark
    return False


def read_ranking_keys(reader: Reader) -> tuple[SortKey, ...]:
    """What a rank goes by: the largest first, unless a direction is said."""
    start = reader.position
    keys = read_keys(reader)
    if any(reader.match_at(DIRECTION, place) for place in range(start, reader.position)):
        return tuple(keys)
    mark = reader.position
    reader.skip((",", "("))
    direction = reader.take(DIRECTION)
    is_closed = direction is not None and (reader.tokens[mark].text != "(" or reader.word(")"))
    if not is_closed:
        reader.position, direction = mark, None
    return tuple(SortKey(key.noun, True if direction is None else direction) for key in keys)
