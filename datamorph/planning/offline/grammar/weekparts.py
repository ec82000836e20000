"""Working days against weekends: ``weekdays versus weekends``, ``split by weekday or weekend``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.weekends import read_weekend
from datamorph.planning.offline.model import Conditional, Constant, Negation, Period
from datamorph.planning.offline.phrases import phrase_set

_LEADS = frozenset({"compare", "comparing", "comparison", "split", "broken", "down", "by", "for", "on", "of", "between",
                    "separately", "whether", "it", "is", "was", "a", "an", "the", "grouped"})  # fmt: skip
_DAYS = {"weekday": "weekday", "weekdays": "weekday", "workday": "weekday", "workdays": "weekday",
         "weekend": "weekend", "weekends": "weekend"}  # fmt: skip
_TIES = phrase_set(("versus", "vs", "vs.", "and", "or", "against", "with", "to", "compared to", "compared with", "/",
                    "from", "-"))  # fmt: skip
_BOTH = frozenset({"of", "the", "two", "both", "them", "these", "those", "groups", "kinds", "parts"})
_ENDS = frozenset({"", ".", ",", ";", ":", ")", "!", "?"})


def read_week_parts(reader: Reader) -> Item | None:
    """The group of days that are a weekend and of those that are none."""
    start = reader.position
    reader.take(PER_PHRASES)
    reader.skip(_LEADS)
    first = _DAYS.get(reader.lower(), "")
    if first and reader.next() and reader.take(_TIES) is not None:
        reader.skip(ARTICLES | {"on"})
        second = _DAYS.get(reader.lower(), "")
        if second and second != first:
            reader.next()
            reader.skip(("days", "day"))
            return _item(reader)
    reader.position = start
    return None


def _item(reader: Reader) -> Item | None:
    mark = reader.position
    place = next(i for i in range(mark - 1, -1, -1) if _DAYS.get(reader.tokens[i].lower) == "weekend")
    reader.position = place
    weekend = read_weekend(reader, Period("date"), is_certain=True)
    reader.position = mark
    if weekend is None or isinstance(weekend, Negation):
        return None
    found = Conditional(((weekend, Constant("weekend")),), Constant("weekday"))
    return Item(found, frozenset({"day", "kind", "weekday", "weekend", "type", "part"}), "day_kind", "day_kind")


_APART = phrase_set((
    "years as separate rows", "years in separate rows", "each year separately", "years separately", "years apart",
    "separately for each year", "separate rows per year", "separate rows for each year", "each year on its own",
    "with years apart", "years on separate rows", "not mixing years", "every year on its own"))  # fmt: skip


def read_years_apart(reader: Reader, draft: Draft) -> bool:
    """``per quarter, years as separate rows``: the year is a group of its own, and the others are numbers."""
    mark = reader.position
    reader.skip((",", "with", "the", "and"))
    periods = [group.expression for group in draft.groups if isinstance(group.expression, Period)]
    parts = {period.part for period in periods}
    if not parts & {"month", "quarter", "week"} or "year" in parts or reader.take(_APART) is None:
        reader.position = mark
        return False
    reader.word("too", "as", "also")
    for group in draft.groups:
        period = group.expression
        if isinstance(period, Period) and period.part in ("month", "quarter", "week"):
            group.expression = Period(period.part, period.of, style="number")
    draft.groups.insert(0, Item(Period("year", periods[0].of), frozenset({"year"}), "year"))
    return True


def read_each_of_them(reader: Reader, draft: Draft) -> bool:
    """``for each of the two``: the groups that were said."""
    mark = reader.position
    reader.word(",")
    is_each = reader.take(PER_PHRASES) is not None or reader.word("for", "of")
    start = reader.position
    reader.skip(_BOTH)
    is_both = reader.position > start and reader.tokens[reader.position - 1].lower not in ("of", "the")
    if not (draft.groups and is_each and is_both and reader.lower() in _ENDS):
        reader.position = mark
        return False
    return True
