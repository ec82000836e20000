"""Groups: ``per airline name``, ``for each origin and month``, ``by year and quarter of the invoice date``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.keys import read_derived_key
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.grammar.ways import read_owner_note
from datamorph.planning.offline.grammar.weekdays import read_weekday, read_weekday_note
from datamorph.planning.offline.lexicon.cues import COUNTS, PER, SHARES, TIME_PARTS
from datamorph.planning.offline.model import Noun, Period
from datamorph.planning.offline.names import OWN, token_words
from datamorph.planning.offline.phrases import Phrases, phrase_set

PER_PHRASES = phrase_set(PER)
_AND = (",", "and", "&", "+", "/")
_LONGEST_NAME = 3
_CHOSEN = ("first", "last", "latest", "earliest", "newest", "oldest")
_CLAUSE = frozenset({"without", "who", "that", "which", "whose"})
_OF = frozenset({"of", "in", "from"})
_COUNTS = phrase_set(COUNTS)
_SHARES = Phrases(SHARES)
_MOST_SPOKEN = 3
_TIED = frozenset({"and", "or", "with", "of", "per", "by", "for", "in"})
_TIME_WORDS = frozenset(TIME_PARTS)


def read_groups(reader: Reader) -> list[Item]:
    """What stands after ``per``: one or more keys."""
    found: list[Item] = []
    mark = reader.position
    while (item := read_key(reader)) is not None:
        if any(item.words == known.words for known in found) or (found and reader.lower() in _CLAUSE):
            break
        found.append(item)
        _format(reader, item)
        mark = reader.position
        is_tied = False
        while reader.lower() in _AND and reader.lower():
            is_tied = True
            reader.next()
        if not is_tied or reader.match(PER_PHRASES) or _is_clause(reader) or _is_ranked(reader) or _is_owned(reader):
            break
    reader.position = mark
    return _share_dates(found)


def _is_owned(reader: Reader) -> bool:
    """``lowest price per category and the product it belongs to``: what is told of the one row, and no key."""
    mark = reader.position
    is_said = reader.word("the", "that", "its", "their") and reader.noun() is not None
    is_owned = is_said and (reader.lower() in _OWNING or _is_extreme(reader, mark))
    reader.position = mark
    return is_owned


def _is_extreme(reader: Reader, end: int) -> bool:
    """True where the first that is asked for is a largest or smallest value, and the key had no article."""
    return any(token.lower in _EXTREMES for token in reader.tokens[:end]) and reader.tokens[end].lower == "the"


_OWNING = frozenset({"it", "they", "that", "which", "who", "with", "whose", "where", "having"})
_EXTREMES = frozenset({"max", "min", "maximum", "minimum", *_CHOSEN}) | frozenset(
    "highest lowest largest smallest biggest greatest longest shortest cheapest".split()
)
_MOST = frozenset("most fewest highest lowest largest smallest biggest greatest longest shortest".split())
_BEHIND = frozenset(",.;:()")


def _is_ranked(reader: Reader) -> bool:
    """``for each district, the station where most trips start``: what is ranked within the group."""
    ahead = 1 if reader.lower() in ("the", "that") else 0
    if not ahead or not any(not link.column for link in reader.links(reader.position + 1, 1)):
        return False
    while ahead < _MOST_AHEAD and reader.lower(ahead) not in _BEHIND | {""}:
        if reader.lower(ahead) in _MOST:
            return True
        ahead += 1
    return False


_MOST_AHEAD = 8


def _format(reader: Reader, item: Item) -> None:
    """``per month of sold_on (YYYY-MM) and channel``: how the part of a date is shown, among the keys."""
    from datamorph.planning.offline.grammar.remarks import read_format  # noqa: PLC0415 (remarks name tables)

    note = Draft()
    start = reader.position
    if isinstance(item.expression, Period) and read_format(reader, note) and note.date_format:
        reader.date_format = note.date_format
    else:
        reader.position = start


def _is_clause(reader: Reader) -> bool:
    """True where rows are chosen or counted behind the keys: ``by ward, urgent visits only``, ``and count lots``."""
    mark = reader.position
    reader.skip(ARTICLES)
    is_share = reader.match(_SHARES) is not None
    reader.position = mark
    if is_share:
        return True
    counting = reader.match(_COUNTS)
    if counting is not None and not any(link.score >= OWN for link in reader.links(reader.position, counting[0])):
        return True
    if reader.lower() in ("name", "call", "label") and reader.lower(1) in ("it", "this", "that", "the", "them"):
        return True
    found = held_values(reader, None) if reader.tokens[reader.position - 1].text == "," else None
    if found is None:
        return False
    mark = reader.position
    reader.position += found[0]
    noun = reader.noun()
    is_only = reader.lower() == "only"
    reader.position = mark
    return is_only and (noun is None or not noun.links[0].column)


_RHYTHMS = {"monthly": "month", "daily": "day", "weekly": "week", "yearly": "year", "annual": "year",
            "quarterly": "quarter", "hourly": "hour"}  # fmt: skip


def read_rhythm(reader: Reader) -> Item | None:
    """``monthly revenue``: one row per month, where a number or a count of rows follows."""
    part = _RHYTHMS.get(reader.lower())
    if part is None or not (reader.is_kind("word", 1) or reader.is_kind("name", 1)):
        return None
    links = reader.links(reader.position, 2)
    if links and links[0].column and links[0].score >= OWN:
        return None
    reader.next()
    return Item(Period(part), frozenset({part}), part)


_WITHIN = {"hour": "day", "day": "week", "month": "year", "quarter": "year"}


def read_key(reader: Reader) -> Item | None:
    """One key: a column, a table (an entity) or a part of a date."""
    start = reader.position
    reader.skip(ARTICLES)
    first = reader.position
    if (made := read_derived_key(reader) or _named_period(reader)) is not None:
        return made
    if reader.lower() == "calendar" and reader.peek(1) is not None and reader.tokens[first + 1].lemma in _TIME_WORDS:
        reader.next()
    if (melted := _melted(reader)) is not None:
        return melted
    period = _period(reader)
    if period is not None:
        text = reader.ledger.text(first, reader.position)
        return Item(period, frozenset({period.part, *(period.of.words if period.of else ())}), text)
    noun = _explained(reader) or reader.defined_noun(exactly=True) or _of_classes(reader)
    noun = noun or reader.noun() or reader.computed_noun()
    if noun is None:
        reader.position = start
        return None
    noun = read_owner_note(reader, noun)
    return Item(noun, frozenset(noun.words), noun.text)


def _melted(reader: Reader) -> Item | None:
    """``month`` where columns called by months have become rows: the new column of that name."""
    for item in reader.defined:
        noun = item.expression
        if isinstance(noun, Noun) and noun.text == item.name and not noun.links and reader.lower() == item.name.lower():
            reader.next()
            return Item(replace(noun, position=reader.position - 1), item.words, item.text, item.name)
    return None


def _of_classes(reader: Reader) -> Noun | None:
    """``per class`` behind classes that the prompt makes, where no column is called so."""
    if any(link.score >= OWN for link in reader.links(reader.position, 1)):
        return None
    return reader.computed_noun()


def _named_period(reader: Reader) -> Item | None:
    """``sale date (date of SoldAt)``, ``cohort (month of joined_on)``: a name with the part of a date behind it."""
    start = reader.position
    while reader.is_kind("word") or reader.is_kind("name"):
        if reader.position - start == _LONGEST_NAME:
            break
        reader.next()
    length = reader.position - start
    found = read_period_note(reader) if length else None
    if found is None:
        reader.position = start
        return None
    tokens = reader.tokens[start : start + length]
    name = "_".join(token.text for token in tokens)
    is_plain = length == 1 and tokens[0].lemma == found.part
    words = frozenset({found.part, *(token.lemma for token in tokens)})
    return Item(found, words, name, "" if is_plain else name)


def read_period_note(reader: Reader) -> Period | None:
    """``(date of booked_at)``, ``(the month of it)``: a part of a date in parentheses, and nothing else."""
    start = reader.position
    if reader.word("("):
        reader.skip(ARTICLES | {"calendar", "=", "i.e", "as"})
        token = reader.peek()
        if token is not None and token.lemma in _TIME_WORDS and reader.next() and reader.word("of", "from", "in"):
            noun = _date_noun(reader)
            first = noun.links[0] if noun is not None and noun.links else None
            is_date = first is not None and first.column in reader.names.dates.get(first.table, ())
            if is_date and reader.word(")"):
                return Period("day" if token.lemma == "date" else token.lemma, noun)
    reader.position = start
    return None


def _explained(reader: Reader) -> Noun | None:
    """``per collection country (CountryCd of the accession)``: the column behind the words for it."""
    start = reader.position
    while reader.is_kind("word") and reader.lower() not in _TIED and reader.position < start + _MOST_SPOKEN:
        reader.next()
    end = reader.position
    noun = reader.noun() if end > start and reader.word("(") else None
    if noun is None or not noun.links[0].column or not reader.word(")"):
        reader.position = start
        return None
    words = (*noun.words, *token_words(reader.tokens[start:end]))
    return Noun(noun.text, words, noun.links, start)


def _period(reader: Reader) -> Period | None:
    """``month``, ``month of the order date``, ``order month``, ``invoice year``."""
    start = reader.position
    if (style := read_weekday(reader)) is not None:
        date = _date_noun(reader) if reader.word("of") else None
        return Period("weekday", date, read_weekday_note(reader) or style)
    token = reader.peek()
    if token and token.lemma in _TIME_WORDS and not _is_exact_column(reader):
        reader.next()
        if _is_numbered(reader, token.lemma):
            return Period(token.lemma, _date_noun(reader) if reader.word("of", "from", "in") else None, style="number")
        return _part_of_date(reader, token.lemma, start)
    return _prefixed(reader, start)


def _part_of_date(reader: Reader, part: str, start: int) -> Period | None:
    """What stands behind ``month``: ``of the order date``, ``of the year``, ``of that first purchase``."""
    mark = reader.position
    if part in _WITHIN and reader.lower() == "of":
        reader.next()
        reader.word("the", "a")
        if reader.word(_WITHIN[part]):
            return Period({"day": "weekday"}.get(part, part), _date_behind(reader))
        reader.position = mark
    if reader.word("of", "from", "in"):
        if _that_one(reader):
            return Period(part) if part != "date" else _give_up(reader, start)
        if (noun := _date_noun(reader)) and not _is_other(reader, noun):
            return Period(part, noun)
    reader.position = mark
    return Period(part) if part != "date" else _give_up(reader, start)


def _date_behind(reader: Reader) -> Noun | None:
    """``hour of the day of started_at``: the date that it is a part of."""
    mark = reader.position
    noun = _date_noun(reader) if reader.word("of", "from", "in") else None
    if noun is None or _is_other(reader, noun) or not (noun.links and noun.links[0].column):
        reader.position = mark
        return None
    return noun


def _is_numbered(reader: Reader, part: str) -> bool:
    """``month number``, ``day of the month``: a number from 1 on, over all years."""
    mark = reader.position
    if part in ("month", "quarter") and reader.word("number", "no", "num", "numbers"):
        return True
    if part == "day" and reader.word("of"):
        reader.word("the", "a")
        if reader.word("month"):
            return True
    reader.position = mark
    return False


def _that_one(reader: Reader) -> bool:
    """``month of that first purchase``: the date of the rows that were chosen before."""
    mark = reader.position
    is_said = any(token.lower in _CHOSEN for token in reader.tokens[:mark])
    if is_said and reader.word("that", "this", "their", "its", "his", "her", "those") and reader.word(*_CHOSEN):
        if reader.noun() is not None or (reader.is_kind("word") and reader.next()):
            return True
    reader.position = mark
    return False


def _give_up(reader: Reader, start: int) -> None:
    reader.position = start


def _is_exact_column(reader: Reader) -> bool:
    links = reader.links(reader.position, 1)
    return bool(links and links[0].column and links[0].score >= OWN)


def _is_other(reader: Reader, noun: Noun) -> bool:
    """True for a column that holds no dates: ``per month in cents``."""
    columns = [link for link in noun.links if link.column]
    is_table = any(not link.column for link in noun.links)
    return (
        bool(columns)
        and not is_table
        and not any(link.column in reader.names.dates.get(link.table, ()) for link in columns)
    )


def _date_noun(reader: Reader) -> Noun | None:
    mark = reader.position
    noun = reader.noun()
    if noun is None:
        reader.position = mark
        noun = read_deed(reader)
    return noun


def _prefixed(reader: Reader, start: int) -> Period | None:
    for length in (1, 2):
        part = reader.peek(length)
        if part is None or part.lemma not in _TIME_WORDS - {"date", "day", "hour"}:
            continue
        whole = reader.links(start, length + 1)
        if whole and whole[0].column and whole[0].score >= OWN:
            return None
        if links := reader.links(start, length):
            reader.position = start + length
            text = reader.ledger.text(start, reader.position)
            noun = Noun(text, tuple(t.lemma for t in reader.tokens[start : reader.position]), links, start)
            reader.next()
            return Period(part.lemma, noun)
    return None


def _share_dates(items: list[Item]) -> list[Item]:
    """``year and quarter of the invoice date``: the date stands once for all parts before it."""
    last: Noun | None = None
    for item in reversed(items):
        if isinstance(item.expression, Period):
            if item.expression.of is None and last is not None:
                item.expression = Period(item.expression.part, last)
            last = item.expression.of
    parts = {item.expression.part for item in items if isinstance(item.expression, Period)}
    for item in items:
        if (
            isinstance(item.expression, Period)
            and "year" in parts
            and item.expression.part in ("month", "quarter", "week")
        ):
            item.expression = Period(item.expression.part, item.expression.of, style="number")
    return items
