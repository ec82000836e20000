"""Groups: ``per airline name``, ``for each origin and month``, ``by year and quarter of the invoice date``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.grammar.weekdays import read_weekday
from datamorph.planning.offline.lexicon.cues import COUNTS, PER, TIME_PARTS
from datamorph.planning.offline.model import Noun, Period
from datamorph.planning.offline.names import OWN, token_words
from datamorph.planning.offline.phrases import phrase_set

PER_PHRASES = phrase_set(PER)
_AND = (",", "and", "&", "+", "/")
_LONGEST_NAME = 3
_CHOSEN = ("first", "last", "latest", "earliest", "newest", "oldest")
_CLAUSE = frozenset({"without", "who", "that", "which", "whose"})
_OF = frozenset({"of", "in", "from"})
_COUNTS = phrase_set(COUNTS)
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
        mark = reader.position
        is_tied = False
        while reader.lower() in _AND and reader.lower():
            is_tied = True
            reader.next()
        if not is_tied or reader.match(PER_PHRASES) or _is_clause(reader):
            break
    reader.position = mark
    return _share_dates(found)


def _is_clause(reader: Reader) -> bool:
    """True where rows are chosen or counted behind the keys: ``by ward, urgent visits only``, ``and count lots``."""
    counting = reader.match(_COUNTS)
    if counting is not None and not any(link.score >= OWN for link in reader.links(reader.position, counting[0])):
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
    if (dated := _named_period(reader)) is not None:
        return dated
    if reader.lower() == "calendar" and reader.peek(1) is not None and reader.tokens[first + 1].lemma in _TIME_WORDS:
        reader.next()
    period = _period(reader)
    if period is not None:
        text = reader.ledger.text(first, reader.position)
        return Item(period, frozenset({period.part, *(period.of.words if period.of else ())}), text)
    noun = _explained(reader) or reader.defined_noun(exactly=True) or reader.noun() or reader.computed_noun()
    if noun is None:
        reader.position = start
        return None
    return Item(noun, frozenset(noun.words), noun.text)


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
        return Period("weekday", _date_noun(reader) if reader.word("of") else None, style)
    token = reader.peek()
    if token and token.lemma in _TIME_WORDS and not _is_exact_column(reader):
        reader.next()
        mark = reader.position
        if token.lemma in _WITHIN and reader.lower() == "of":
            reader.next()
            reader.word("the", "a")
            if reader.word(_WITHIN[token.lemma]):
                return Period({"day": "weekday"}.get(token.lemma, token.lemma))
            reader.position = mark
        if reader.word("of", "from", "in"):
            if _that_one(reader):
                return Period(token.lemma) if token.lemma != "date" else _give_up(reader, start)
            if noun := _date_noun(reader):
                return Period(token.lemma, noun)
        reader.position = mark
        return Period(token.lemma) if token.lemma != "date" else _give_up(reader, start)
    return _prefixed(reader, start)


def _that_one(reader: Reader) -> bool:
    """``month of that first purchase``: the date of the rows that were chosen before."""
    mark = reader.position
    if reader.word("that", "this", "their", "its", "his", "her", "those") and reader.word(*_CHOSEN):
        if reader.noun() is not None or (reader.is_kind("word") and reader.next()):
            return True
    reader.position = mark
    return False


def _give_up(reader: Reader, start: int) -> None:
    reader.position = start


def _is_exact_column(reader: Reader) -> bool:
    links = reader.links(reader.position, 1)
    return bool(links and links[0].column and links[0].score >= OWN)


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
