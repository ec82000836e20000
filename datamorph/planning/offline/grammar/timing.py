"""Values made of dates: ``booked_at + 14 days``, ``last day of the month of joined_on``, ``age on 1 May 2024``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.expressions import ELAPSED, elapsed_unit
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.stamps import read_stamp
from datamorph.planning.offline.grammar.values import read_date
from datamorph.planning.offline.model import Apply, Arithmetic, Constant, Elapsed, Expression, Noun, Period, Shifted
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_DAY_OF = phrase_set((
    "date of", "day of", "calendar day of", "calendar date of", "date part of", "day part of", "date in", "dates of",
    "date portion of", "the date from"))  # fmt: skip
_DAY = "cast({} as date)"
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAYS = {"day": 1, "week": 7, "fortnight": 14}
_WHOLE = frozenset({"completed", "full", "whole", "complete"})
_QUIET = frozenset({"number", "of", "elapsed", "calendar", "how", "many", "time", "in", "total"})
_FROM = phrase_set((
    "between", "from", "passed between", "elapsed between", "it took from", "elapsed from", "passed from", "since",
    "that passed between", "that passed from", "that lie between", "lying between", "counted from", "that elapsed from",
    "that elapsed between", "that went by between", "gone by between", "gone by since", "elapsed since",
    "passed since"))  # fmt: skip
_TO = phrase_set(("and", "to", "until", "till", "up to", "through to", "up until"))
_SPAN = phrase_set(("time", "duration", "span", "length", "interval", "period", "gap", "difference", "time span"))
_BOTH = phrase_set((
    "both days counted", "both days included", "both ends counted", "both ends included", "inclusive", "inclusively",
    "counting both", "counting both days", "including both", "including both days", "both counted", "both included",
    "first and last day counted", "first and last day included", "counting both ends", "including both ends",
    "both days inclusive", "both inclusive", "both count", "both days count", "both ends count",
    "including the first and the last day", "counting the first and the last day"))  # fmt: skip
_AGE = phrase_set(("age", "age in years", "age in completed years", "age in full years", "age in whole years",
                   "completed years of age", "full years of age", "age in complete years"))  # fmt: skip
_ON = phrase_set(("on", "as of", "at", "as at", "by", "as on"))
_BIRTH = (
    ("birth", "date"),
    ("date", "of", "birth"),
    ("dob",),
    ("birthday",),
    ("birthdate",),
    ("born", "on"),
    ("born",),
)
_FIRST = Phrases(
    {f"{first} {day}of the {which}": sign for which, sign in (("", 0), ("next ", 1), ("following ", 1),
                                                              ("previous ", -1), ("preceding ", -1))
     for first in ("first", "1st", "start", "beginning") for day in ("", "day ")}
)  # fmt: skip
_LAST = phrase_set(("last day of the", "end of the", "last of the", "final day of the", "last calendar day of the"))
_LATER = Phrases({"following": 1, "after": 1, "before": -1, "preceding": -1})
_OF = phrase_set(("of", "for", "that contains", "containing", "in which", "which contains", "around", "from"))
_SHIFT = Phrases({"after": 1, "later than": 1, "from": 1, "past": 1, "following": 1, "before": -1, "earlier than": -1,
                  "prior to": -1, "ahead of": -1, "since": 1})  # fmt: skip
_SIGNS = Phrases({"+": 1, "plus": 1, "-": -1, "minus": -1, "less": -1, "moved forward by": 1, "moved back by": -1,
                  "shifted by": 1, "shifted forward by": 1, "shifted back by": -1, "pushed back by": 1,
                  "moved by": 1})  # fmt: skip
_YEARS = ("(year({}) - year({}) - CASE WHEN month({}) * 100 + day({}) < month({}) * 100 + day({})"
          " THEN 1 ELSE 0 END)")  # fmt: skip
_FULL_MONTHS = ("((year({}) - year({})) * 12 + month({}) - month({})"
                " - CASE WHEN day({}) < day({}) THEN 1 ELSE 0 END)")  # fmt: skip


def read_timing(reader: Reader) -> Expression | None:
    """The value made of dates that stands here, if one does."""
    start = reader.position
    found = reader.first_of(
        _part,
        _age,
        _completed,
        _elapsed,
        _duration,
        _border,
        _monday,
        _shifted_from,
        _shifted,
        _difference,
        behind=ARTICLES,
    )
    if found is not None:
        return _stamped(reader, found)
    reader.skip(ARTICLES)
    found = read_moment(reader)
    shown = read_stamp(reader, found) if found is not None else None
    if shown is not None and shown is not found:
        return shown
    if isinstance(found, Apply):  # the day of a moment is a value of its own
        return found
    reader.position = start
    return None


def _stamped(reader: Reader, found: Expression) -> Expression:
    """The date as a text where its form is said: without hours in it, it is a date that is meant."""
    shown = read_stamp(reader, found)
    if isinstance(shown, Apply) and isinstance(found, Shifted) and "HH" not in shown.template:
        return Apply(shown.template, (moved_by(Apply(_DAY, (found.of,)), found.amount, found.unit),))
    return shown


def read_moment(reader: Reader) -> Expression | None:
    """A column that holds dates, the day of one, or a date of the calendar."""
    start = reader.position
    reader.skip(ARTICLES)
    is_day = reader.take(_DAY_OF) is not None
    date = read_date(reader)
    if date is not None and isinstance(date.value, str) and len(date.value) == len("2024-01-31"):
        return Apply(f"DATE '{date.value}'", ())
    reader.skip(ARTICLES)
    noun = (_called(reader) or _dated(reader)) if date is None else None
    if noun is None:
        reader.position = start
        return None
    return Apply(_DAY, (noun,)) if is_day else noun


_WHEN = frozenset({"date", "day", "time", "timestamp", "moment"})
_STEM = 3


def _called(reader: Reader) -> Noun | None:
    """``discharge date``: the one date column whose name begins that word, such as ``disch_ts``."""
    word, start = reader.lower(), reader.position
    whole = reader.links(start, 2)
    if not reader.is_kind("word") or reader.lower(1) not in _WHEN or (whole and whole[0].score >= 1):
        return None
    spots = [
        (table, column)
        for table, dates in sorted(reader.names.dates.items())
        for column in dates
        if any(len(part) >= _STEM and word.startswith(part) for part in reader.names.column_words[table, column])
    ]
    if len(spots) != 1:
        return None
    reader.position += 2
    (table, column) = spots[0]
    return Noun(column, reader.names.column_words[table, column], (Link(table, column, 1.0),), start)


def _dated(reader: Reader) -> Noun | None:
    noun = reader.noun()
    first = noun.links[0] if noun is not None and noun.links else None
    if noun is None or first is None or not first.column:
        return None
    links = tuple(link for link in noun.links if link.column in reader.names.dates.get(link.table, ()))
    return Noun(noun.text, noun.words, links, noun.position) if links and links[0].score >= first.score else None


def _pair(reader: Reader) -> tuple[Expression, Expression] | None:
    first = read_moment(reader)
    second = read_moment(reader) if first is not None and reader.take(_TO) is not None else None
    return (first, second) if first is not None and second is not None else None


def _age(reader: Reader) -> Expression | None:
    """``age in completed years as of 31 December 2024``: of the one date of birth."""
    if reader.take(_AGE) is None:
        return None
    born = _born(reader) if reader.word("of", "from", "by") else None
    reader.take(_IN_YEARS)
    on = (read_moment(reader) or _deed(reader)) if reader.take(_ON) is not None else None
    reader.take(_IN_YEARS)
    born = born or next((noun for words in _BIRTH if (noun := reader.lookup(words)) is not None), None)
    if born is None or on is None:
        return None
    return Apply(_YEARS, (on, born, on, on, born, born))


_PARTS = Phrases({
    "hour of": ("hour", ""), "weekday name of": ("weekday", "name"), "name of the weekday of": ("weekday", "name"),
    "weekday number of": ("weekday", "number"), "month number of": ("month", "number"),
    "quarter number of": ("quarter", "number"), "calendar year of": ("year", ""), "year of": ("year", ""),
    "day of the month of": ("day", "number"), "day of month of": ("day", "number")})  # fmt: skip


def _part(reader: Reader) -> Expression | None:
    """``hour of started_at``: a part of each row's date."""
    found = reader.take(_PARTS)
    noun = _dated(reader) if found is not None else None
    return Period(found[0], noun, found[1]) if found is not None and noun is not None else None


_IN_YEARS = phrase_set((
    "in years", "in full years", "in completed years", "in whole years", "in complete years", ", in full years",
    ", in completed years", ", in whole years", "( full years )", "( completed years )", "( in full years )",
    "( whole years )", "( in completed years )", "( years )", "( in years )", "( in whole years )"))  # fmt: skip


def _born(reader: Reader) -> Expression | None:
    """``of each subscriber``, ``from birth_date``: whose age it is, or the date of birth."""
    found = read_moment(reader)
    if found is None:
        reader.skip(ARTICLES)
        mark = reader.position
        noun = reader.noun()
        if noun is None or not any(not link.column for link in noun.links[:1]):
            reader.position = mark
    return found


def _deed(reader: Reader) -> Expression | None:
    """``age at joining``: the date of it."""
    noun = read_deed(reader)
    return noun if noun is not None and len(noun.links) == 1 else None


def _completed(reader: Reader) -> Expression | None:
    """``completed years from birth_date to 2024-12-31``."""
    reader.skip(_QUIET)
    if not reader.word(*_WHOLE):
        return None
    reader.skip(("calendar",))
    token = reader.peek()
    if token is None or token.lemma not in ("year", "month") or not reader.next() or reader.take(_FROM) is None:
        return None
    pair = _pair(reader)
    if pair is None:
        return None
    early, late = pair
    if token.lemma == "year":
        return Apply(_YEARS, (late, early, late, late, early, early))
    return Apply(_FULL_MONTHS, (late, early, late, early, late, early))


def _elapsed(reader: Reader) -> Expression | None:
    """``days from sent_on to the date of received_at``."""
    reader.skip(_QUIET | {"full", "whole"} if reader.lower(1) in ("day", "days") else _QUIET)
    token = reader.peek()
    unit = ELAPSED.get(token.lemma, "") if token is not None else ""
    if not unit or not reader.next() or reader.take(_FROM) is None:
        return None
    pair = _pair(reader)
    return _both_counted(reader, _between(pair[0], pair[1], unit), unit) if pair is not None else None


def _duration(reader: Reader) -> Expression | None:
    """``time from arrived_at to left_at in minutes``."""
    reader.skip(("elapsed", "total"))
    if reader.take(_SPAN) is None:
        return None
    unit = elapsed_unit(reader)
    pair = _pair(reader) if reader.take(_FROM) is not None else None
    if pair is None:
        return None
    if not unit and reader.word("("):
        reader.word("in")
        token = reader.peek()
        unit = ELAPSED.get(token.lemma, "") if token is not None and reader.lower(1) == ")" else ""
        reader.position += 2 if unit else 0
    unit = unit or elapsed_unit(reader)
    return _both_counted(reader, _between(pair[0], pair[1], unit), unit) if unit else None


def _difference(reader: Reader) -> Expression | None:
    """``closed_at less opened_at in hours``, ``closed_at - opened_at in hours``."""
    late = read_moment(reader)
    early = read_moment(reader) if late is not None and reader.word("-", "less", "minus") else None
    unit = elapsed_unit(reader) if early is not None else ""
    if late is None or early is None or not unit:
        return None
    return _both_counted(reader, _between(early, late, unit), unit)


def _between(early: Expression, late: Expression, unit: str) -> Expression:
    return Apply("datediff({}, {})", (late, early)) if unit == "day" else Elapsed(late, early, unit)


def _both_counted(reader: Reader, found: Expression, unit: str) -> Expression:
    """``+ 1``, ``both days counted``: the first day counts too."""
    mark = reader.position
    reader.word(",", "(")
    is_open = reader.tokens[reader.position - 1].text == "("
    if unit == "day" and reader.take(_BOTH) is not None and (not is_open or reader.word(")")):
        return Arithmetic("+", found, Constant(1))
    reader.position = mark
    if reader.word("+", "plus") and reader.word("1", "one"):
        reader.word("day")
        return Arithmetic("+", found, Constant(1))
    reader.position = mark
    return found


def _border(reader: Reader) -> Expression | None:
    """``first day of the month after joined_on``, ``last day of the quarter of paid_on``."""
    is_last = reader.take(_LAST) is not None
    months = 0 if is_last else reader.take(_FIRST)
    if months is None:
        return None
    if is_last and reader.word("next", "following"):
        months = 1
    token = reader.peek()
    if token is None or token.lemma not in (*_MONTHS, "week") or not reader.next():
        return None
    later = reader.take(_LATER) if not months else None
    months = later if later is not None else months
    if later is None and reader.take(_OF) is None and not (months and reader.word("after", "before")):
        return None
    moment = read_moment(reader)
    return _start(moment, token.lemma, months, is_last=is_last) if moment is not None else None


def _monday(reader: Reader) -> Expression | None:
    """``Monday of the week of sold_at``."""
    if not reader.word("monday") or not reader.word("of", "in", "starting", "before") or not reader.word("the", "its"):
        return None
    if not reader.word("week") or reader.take(_OF) is None:
        return None
    moment = read_moment(reader)
    return _start(moment, "week", 0, is_last=False) if moment is not None else None


def _start(moment: Expression, part: str, later: int, *, is_last: bool) -> Expression:
    first = Apply(f"cast(date_trunc('{part}', {{}}) as date)", (moment,))
    later += is_last
    if not later:
        return first
    moved = moved_by(first, later, part)
    return Apply("date_add({}, -1)", (moved,)) if is_last else moved


def moved_by(moment: Expression, amount: int, unit: str) -> Apply:
    """That many days, weeks, months, quarters or years later; a date."""
    if unit in _MONTHS:
        return Apply(f"add_months({{}}, {amount * _MONTHS[unit]})", (moment,))
    return Apply(f"date_add({{}}, {amount * _DAYS[unit]})", (moment,))


def _amount(reader: Reader) -> tuple[int, str] | None:
    """``14 days``, ``a year``, ``half a year``."""
    start = reader.position
    if reader.word("half") and reader.word("a") and reader.word("year"):
        return 6, "month"
    reader.position = start
    reader.skip(("exactly", "just", "another", "calendar"))
    token = reader.peek()
    number = token.value if token is not None and isinstance(token.value, int) and not token.unit else None
    if number is None and reader.lower() in ("a", "one", "another", "an"):
        number = 1
    if number is not None:
        reader.next()
        reader.skip(("calendar", "whole", "full"))
        unit = reader.peek()
        if unit is not None and unit.lemma in {*_MONTHS, *_DAYS} and reader.next():
            return number, unit.lemma
    reader.position = start
    return None


def _shifted_from(reader: Reader) -> Expression | None:
    """``two weeks after the day of booked_at``, ``30 days before due_on``."""
    start = reader.position
    reader.position = start - 1 if start and reader.tokens[start - 1].lower in ("a", "an") else start
    amount = _amount(reader)
    sign = reader.take(_SHIFT) if amount is not None else None
    moment = read_moment(reader) if sign is not None else None
    if amount is None or sign is None or moment is None:
        return None
    return _moved(moment, sign * amount[0], amount[1])


def _shifted(reader: Reader) -> Expression | None:
    """``TestDate + 6 months``, ``booked_at plus two weeks``."""
    moment = read_moment(reader)
    if moment is None:
        return None
    sign = reader.take(_SIGNS)
    amount = _amount(reader) if sign is not None else None
    if amount is not None and sign is not None:
        return _moved(moment, sign * amount[0], amount[1])
    amount = _amount(reader)
    if amount is not None and reader.word("later", "on", "earlier", "before"):
        sign = -1 if reader.tokens[reader.position - 1].lower in ("earlier", "before") else 1
        return _moved(moment, sign * amount[0], amount[1])
    return None


def _moved(moment: Expression, amount: int, unit: str) -> Expression:
    return Shifted(moment, amount, unit) if isinstance(moment, Noun) else moved_by(moment, amount, unit)
