"""Remarks about the data and the result: units, formats of dates, groups without rows."""

from __future__ import annotations

import re

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.model import Noun, Period, Window, Within
from datamorph.planning.offline.phrases import Phrases, phrase_set

_MONEY = frozenset({"in", "into", "to", "from", "dollars", "dollar", "cents", "cent", "is", "are", "stored", "so",
                    "divide", "divided", "by", "convert",
                    "converted", "(", ")", ",", "amount", "amounts", "which", "values", "them", "it", "the", "all",
                    "held", "kept", "expressed",
                    "given", "euros", "euro", "recorded", "and", "whole"})  # fmt: skip
_EXAMPLE = re.compile(r"\d{4}-\d{2}")
_SMALL = frozenset({"cents", "cent"})
_LARGE = frozenset({"dollars", "dollar", "euros", "euro", "100"})
_FORMATS = Phrases({
    "yyyy mm dd": "yyyy-MM-dd", "yyyy mm": "yyyy-MM", "yyyy - mm": "yyyy-MM", "year month": "yyyy-MM",
    "yyyymm": "yyyyMM",
})  # fmt: skip
_FORMATTED = frozenset({"formatted", "written", "shown", "like", "as", "in", "format", "the", "form", "text", "such",
                        "(", "style",
                        "a", "string", "e.g", "month", "date", "using"})  # fmt: skip
_WITHOUT = phrase_set(("without", "with no", "with zero", "that have no", "who have no", "having no", "with no such",
                       "nobody has", "nobody uses", "nobody took", "nobody used", "nobody bought", "nobody ordered",
                       "who never",
                       "that never", "without any", "that do not have", "who do not have", "that don't have",
                       "who don't have",
                       "that had no", "who had no", "which have no"))  # fmt: skip
_STAY = phrase_set((
    "must show", "should show", "stay", "must stay", "should stay", "included", "are included", "must appear",
    "should appear",
    "should be included", "must be included", "are kept", "kept", "should be kept", "must be kept", "get",
    "should get", "must get",
    "count as", "show", "remain", "should remain", "must remain", "appear", "should be listed", "must be listed",
    "should be shown",
    "too", "as well", "also", "should have", "must have", "must not be lost", "should not be lost",
    "must not disappear",
    "should not disappear", "come out with", "come with", "shown", "have", "listed", "be included",
    "must not be dropped",
    "included too", "included as well", "must be there", "should still appear", "must still appear",
    "are listed"))  # fmt: skip
_ALONE = frozenset({"any", "has", "uses", "owns", "took", "takes", "used", "bought", "ordered", "sold"})
_INCLUDE = phrase_set(("including", "include", "also include", "even", "even for", "also", "keep", "and keep",
                       "also show", "including those",
                       "include those", "also list", "show", "do not drop", "don't drop", "do not lose",
                       "don't lose", "plus"))  # fmt: skip
_ZERO = frozenset({"with", "a", "0", "zero", "as", "count", "of", "value", "in", "the", "result", "then", "and",
                   "are", "orders", "be", "null", "instead",
                   "rather", "than"})  # fmt: skip
_DEFINITE = frozenset({"such", "must", "should", "included", "include", "including", "stay", "kept", "even", "also",
                       "too", "well", "listed", "remain", "0", "zero",
                       "lose", "drop"})  # fmt: skip


def read_units(reader: Reader, draft: Draft) -> bool:
    """``in dollars (amount is in cents)``, ``convert cents to dollars``, ``stored in cents, so divide by 100``."""
    start = reader.position
    if reader.lower() not in _MONEY and (reader.noun() is None or reader.lower() not in ("is", "are")):
        reader.position = start
        return False
    reader.position = _end_of_units(reader, start)
    if reader.position == start:
        return False
    while reader.word(")", "100"):
        pass
    draft.scale = 0.01
    return True


def _end_of_units(reader: Reader, start: int) -> int:
    """Where the remark ends, or its start when it does not name cents and what they become."""
    seen: set[str] = set()
    mark = start
    while reader.peek() is not None:
        if reader.lower() in _MONEY or reader.lower() == "100":
            seen.add(reader.next().lower)
            if seen & _SMALL and seen & _LARGE:
                mark = reader.position
        elif reader.noun() is None or reader.lower() not in _MONEY:
            break
    return mark


def read_format(reader: Reader, draft: Draft) -> bool:
    """``(month formatted like 2023-07)``, ``month as YYYY-MM``, ``the first day of the month``."""
    start = reader.position
    reader.skip(_FORMATTED)
    found = reader.take(_FORMATS) or _example(reader)
    if not found:
        reader.position = start
        return _first_day(reader)
    reader.word(")")
    draft.date_format = found
    return True


def merge_years(draft: Draft) -> None:
    """``per year and month as YYYY-MM``: one key says both."""
    parts = {
        found.part: item for item in draft.groups if isinstance(found := item.expression, Period) and not item.name
    }
    if set("yM") <= set(draft.date_format) and {"year", "month"} <= parts.keys() and "d" not in draft.date_format:
        found = parts["month"].expression
        draft.groups = [item for item in draft.groups if item is not parts["year"]]
        parts["month"].expression = Period("month", found.of if isinstance(found, Period) else None)


def _example(reader: Reader) -> str:
    """``2023-07``: a month as people write it, which is a number, a dash and a number."""
    token, after = reader.peek(), reader.peek(2)
    if token and after and reader.lower(1) == "-" and _EXAMPLE.fullmatch(f"{token.text}-{after.text}"):
        reader.position += 3
        return "yyyy-MM"
    return ""


_SHOWN_AS = frozenset(
    "month months quarter week year period should be being is are as the its their date dates shown given written use "
    "using with by i.e ( ,".split()
)


def _first_day(reader: Reader) -> bool:
    """``month should be the first day of the month``: how months are shown anyway."""
    start = reader.position
    reader.skip(_SHOWN_AS | {"="})
    if reader.word("first") and (reader.word("day") or reader.lower() == "of"):
        if reader.word("of"):
            reader.skip(ARTICLES | {"that", "calendar", "month", "week", "quarter", "year", "period"})
        reader.skip(("as", "a", "date"))
        reader.word(")")
        return True
    reader.position = start
    return False


def _shown_as_zero(reader: Reader) -> set[str]:
    """``(show 0)``, ``(with 0)`` behind it."""
    mark = reader.position
    if reader.word("(", ","):
        reader.skip(("show", "with", "as", "count", "a", "they", "get", "put"))
        if reader.word("0", "zero", "zeros", "zeroes"):
            reader.word(")")
            return {"0"}
    reader.position = mark
    return set()


def _left_joins(reader: Reader) -> None:
    """``use left joins so that ...``: what follows says for whom."""
    mark = reader.position
    reader.skip(("use", "using", "with", "do", "a"))
    if reader.word("left"):
        reader.word("outer")
        if reader.word("join", "joins") and reader.lower() in ("so", ",", "to"):
            return
    reader.position = mark


_EMPTIES = frozenset({"empty", "null", "blank"})


def read_empty(reader: Reader, draft: Draft) -> bool:
    """``and leave their fields empty``: nothing stands in place of what groups without rows lack."""
    start = reader.position
    reader.skip((",", "and", "but"))
    if not draft.keeps_all or not reader.word("leave", "leaving", "keep", "show"):
        reader.position = start
        return False
    is_theirs = reader.word("their", "its", "the", "those")
    for _ in range(4):
        if is_theirs and reader.word(*_EMPTIES):
            draft.keeps_empty = True
            return True
        if not reader.is_kind("word"):
            break
        reader.next()
    reader.position = start
    return False


def read_unmatched(reader: Reader, draft: Draft) -> bool:
    """``customers without orders must show 0``, ``including playlists without tracks``."""
    start = reader.position
    _left_joins(reader)
    reader.skip(("(", "-", ",", "so", "that"))
    is_included = reader.take(_INCLUDE) is not None
    reader.skip(ARTICLES | {"for", "those", "ones"})
    first = reader.position
    entity = read_table(reader)
    if entity is None:
        reader.word("people", "those", "ones", "ones", "everyone", "groups", "who", "that")
    if reader.take(_WITHOUT) is None:
        reader.position = start
        return False
    is_either = reader.word("either", "both", "them", "those") or (reader.lower() == "any" and reader.lower(1) == "of")
    reader.skip(frozenset({"any", "of", "them", "those", "these"}) if is_either else frozenset())
    reader.skip(ARTICLES | {"any", "single", "a", "such"})
    other = None if is_either else reader.noun()
    is_bare = is_either or (reader.tokens[reader.position - 1].lower in _ALONE and not reader.is_kind("word"))
    if other is None and not is_bare and not reader.word("ordered", "bought", "sold", "placed", "used"):
        reader.position = start
        return False
    reader.word(")") if reader.tokens[start].text == "(" else None
    stay = reader.position
    is_such = "such" in {token.lower for token in reader.tokens[start : reader.position]}
    is_included = is_included and (is_such or reader.tokens[first - 1].lower not in ("keep", "show"))
    reader.skip(frozenset({"should", "must"}) if reader.match(_STAY) is None else frozenset())
    stays = reader.take(_STAY) is not None
    stays = _with_measure_zero(reader) or stays
    reader.skip(_ZERO)
    said = {token.lower for token in reader.tokens[start : reader.position]}
    if not (stays or is_included) or not said & _DEFINITE:
        reader.position = start
        return False
    if reader.position == stay and not is_included:
        reader.position = start
        return False
    reader.word(")")
    said |= _shown_as_zero(reader)
    draft.keeps_all = True
    draft.keep_all = entity or draft.keep_all
    draft.unmatched_zero = draft.unmatched_zero or bool(said & {"0", "zero"})
    return True


def _with_measure_zero(reader: Reader) -> bool:
    """``with balance 0``: a measure by its name; the number is left for what follows."""
    mark = reader.position
    if reader.word("with", "at", "as") and reader.defined_noun(exactly=True) and reader.lower() in ("0", "zero"):
        return True
    reader.position = mark
    return False


_STAYS = frozenset("both it they which that stay stays is are remain remains be being left so all with a , (".split())
_LOOKING_BACK = frozenset({"previous", "change", "change_pct", "gap"})


def read_edge(reader: Reader, draft: Draft) -> bool:
    """``null in the first month``: how values that look back begin anyway."""
    start = reader.position
    reader.skip(_STAYS)
    kinds = {item.expression.kind for item in draft.windows if isinstance(item.expression, Window)}
    is_said = reader.word("null", "empty", "blank", "missing", "nothing") and reader.word("in", "for", "at", "on")
    reader.skip(ARTICLES)
    if is_said and kinds & _LOOKING_BACK and _is_first_month(reader, draft):
        return True
    if not is_said or not kinds & _LOOKING_BACK or not reader.word("first", "earliest"):
        reader.position = start
        return False
    if not reader.word("row", "month", "year", "day", "week", "quarter", "one", "period"):
        reader.noun()
    reader.word(")")
    return True


def _is_first_month(reader: Reader, draft: Draft) -> bool:
    """``null for January`` where the rows begin in January."""
    month = MONTHS.get(reader.lower())
    lows = [condition.low for condition in draft.conditions if isinstance(condition, Within) and condition.low.is_date]
    if month is None or len(lows) != 1 or int(str(lows[0].value)[5:7]) != month:
        return False
    reader.next()
    return True


_GIVE = frozenset({"put", "use", "show", "with", "fill", "in", "set", "and", "to", "write", "it", "them"})
_NEGATIVE = frozenset(
    {
        "not",
        "no",
        "never",
        "without",
        "missing",
        "null",
        "empty",
        "nothing",
        "none",
        "doesn't",
        "don't",
        "isn't",
        "weren't",
        "aren't",
        "wasn't",
        "absent",
        "nobody",
    }
)
_LONGEST = 14


def read_zero(reader: Reader, draft: Draft) -> bool:
    """``put 0 where a method was not used``, ``missing combinations are 0``, ``0 instead of null``."""
    start = reader.position
    reader.skip(_GIVE | {","})
    if reader.lower() in ("missing", "empty") and reader.lower(1) in (
        "combinations",
        "combination",
        "cells",
        "values",
        "groups",
        "pairs",
    ):
        reader.position += 2
        reader.skip(("are", "is", "get", "become", "show", "as", "count", "should", "be", "must", "a", "with", "to"))
        is_said = reader.word("0", "zero")
    else:
        is_said = reader.word("0", "zero") and (_instead(reader) or _unless(reader, draft))
    if not is_said:
        reader.position = start
        return False
    draft.unmatched_zero = True
    return True


def _instead(reader: Reader) -> bool:
    if not (reader.word("instead", "rather") and reader.word("of", "than")):
        return False
    reader.skip(ARTICLES)
    return reader.word("null", "nulls", "empty", "missing", "blank", "nothing")


def _unless(reader: Reader, draft: Draft) -> bool:
    """The rest of a clause that says when there is nothing to show; ``0 for shops without sales`` keeps those shops."""
    if not reader.word("if", "where", "when", "for"):
        return False
    mark = reader.position
    entity = reader.noun()
    is_entity = entity is not None and bool(entity.links) and not entity.links[0].column
    keys = {noun.links[0] for group in draft.groups if isinstance(noun := group.expression, Noun) and noun.links}
    is_entity = is_entity or (entity is not None and not draft.is_pivot and bool(keys & set(entity.links[:1])))
    reader.position = mark
    seen: set[str] = set()
    while reader.peek() is not None and reader.lower() not in (",", ".", ";", ")", ":") and len(seen) < _LONGEST:
        seen.add(reader.next().lower)
    if is_entity and seen & _NEGATIVE:
        draft.keeps_all, draft.keep_all = True, entity or draft.keep_all
    return bool(seen & _NEGATIVE)


def read_nulls(reader: Reader, draft: Draft) -> bool:
    """``drop nulls`` after columns were turned into rows."""
    if draft.unpivot is None or not reader.word(
        "drop", "remove", "ignore", "exclude", "skip", "omit", "leave", "discard", "without"
    ):
        return False
    reader.word("out")
    reader.skip(ARTICLES | {"rows", "with", "dates", "values", "ones"})
    is_said = reader.word("nulls", "null", "missing", "empty", "blanks")
    if not is_said and reader.word("that", "which"):
        reader.skip(("are", "is"))
        is_said = reader.word("missing", "null", "empty")
    reader.skip(frozenset({"values", "value", "ones", "rows", "dates"}) if is_said else frozenset())
    draft.unpivot_drops_nulls = draft.unpivot_drops_nulls or is_said
    return is_said
