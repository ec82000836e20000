"""Constants: numbers with units, dates, quoted text and values that columns hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import UNITS
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS
from datamorph.planning.offline.model import Constant, Noun
from datamorph.planning.offline.values import ValueLink

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
CURRENCY = {"$": "dollar", "€": "euro", "£": "pound"}
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False}


def read_number(reader: Reader) -> Constant | None:
    """A number with its unit, if one follows."""
    token = reader.peek()
    if (one := _one_unit(reader)) is not None:
        return one
    if token is None or not isinstance(token.value, int | float) or token.unit in (":", "th"):
        return None
    reader.next()
    unit = CURRENCY.get(token.unit, token.unit)
    word = reader.peek()
    if word and word.kind == "word" and word.lemma in UNITS and not _starts_noun(reader):
        unit = word.lemma
        reader.next()
    return Constant(token.value, unit, written=token.text)


def _one_unit(reader: Reader) -> Constant | None:
    """``under a minute``, ``at least an hour``: one of the unit, behind a comparison."""
    before = reader.tokens[reader.position - 1].lower if reader.position else ""
    word = reader.peek(1)
    if reader.lower() not in ("a", "an") or before not in _BEFORE_ONE or word is None or word.lemma not in _ALONE:
        return None
    reader.position += 2
    return Constant(1, word.lemma, written=word.text)


_BEFORE_ONE = frozenset("than under over above below least most exceeding within beyond".split())
_ALONE = frozenset("minute hour day week euro pound dollar km mile kilometre kilometer metre meter kg gb litre".split())


def _starts_noun(reader: Reader) -> bool:
    """True where a unit word is rather a table, as in ``more than 5 days`` over a table of days."""
    return any(not link.column and link.score >= 1 for link in reader.links(reader.position, 1))


def read_date(reader: Reader) -> Constant | None:
    """``2018-03-15``, ``15 March 2018``, ``March 15, 2018``, ``March 2018``."""
    token = reader.peek()
    if token and token.kind == "date":
        reader.next()
        return Constant(str(token.value), is_date=True)
    start = reader.position
    day = _day(reader)
    month = MONTHS.get(reader.lower())
    if month is None or (month == MONTHS["may"] and reader.lower() == "may" and not _is_year(reader, 1)):
        reader.position = start
        return None
    reader.next()
    day = day or (_day(reader) if not _is_year(reader) else None)
    reader.word(",")
    reader.word("of")
    if not _is_year(reader):
        reader.position = start
        return None
    year = reader.next().value
    return Constant(f"{year}-{month:02d}-{day:02d}" if day else f"{year}-{month:02d}", is_date=True)


def _day(reader: Reader) -> int | None:
    token = reader.peek()
    if token and isinstance(token.value, int) and 1 <= token.value <= 31 and token.unit in ("", "th"):  # noqa: PLR2004
        reader.next()
        return token.value
    return None


def _is_year(reader: Reader, ahead: int = 0) -> bool:
    token = reader.peek(ahead)
    return bool(token and token.kind == "number" and isinstance(token.value, int) and not token.unit
                and _FIRST_YEAR <= token.value <= _LAST_YEAR)  # fmt: skip


def read_year(reader: Reader) -> Constant | None:
    """A plain year."""
    return Constant(reader.next().value) if _is_year(reader) else None


def read_value(reader: Reader, noun: Noun | None) -> Constant | None:
    """Any constant that may stand on the right of a comparison with the noun."""
    start = reader.position
    if (one := _one_unit(reader)) is not None:
        return one
    reader.skip(ARTICLES)
    found = read_date(reader) or read_number(reader) or _text(reader) or _boolean(reader) or _held(reader, noun)
    if found is None:
        reader.position = start
    return found


def _text(reader: Reader) -> Constant | None:
    if not reader.is_kind("text"):
        return None
    text = str(reader.next().value)
    return Constant(text, written=text)


def _boolean(reader: Reader) -> Constant | None:
    return Constant(_BOOLEANS[reader.next().lower]) if reader.lower() in ("true", "false") else None


def _held(reader: Reader, noun: Noun | None) -> Constant | None:
    """A word that one of the noun's columns holds as a value."""
    found = held_values(reader, noun)
    if found is None:
        return None
    length, links = found
    reader.position += length
    return Constant(links[0].value)


def held_values(reader: Reader, noun: Noun | None) -> tuple[int, tuple[ValueLink, ...]] | None:
    """Length and columns of the value that stands here, among the columns that the noun may mean."""
    if reader.peek() is None:
        return None
    length, links = reader.values.at(reader.tokens, reader.position, reader.ledger.prompt)
    if any(reader.position + i in reader.closed for i in range(length)):
        return None
    if noun is not None:
        columns = {(link.table, link.column) for link in noun.links if link.column}
        links = tuple(link for link in links if (link.table, link.column) in columns)
    is_word = length == 1 and reader.lower() in GLUE and not reader.tokens[reader.position].text.isupper()
    return (length, links) if links and not is_word else None


_OF_ITS_OWN = frozenset("status state flag active condition result outcome phase stage".split())


def of_parent(reader: Reader, tables: Collection[TableRef], links: Sequence[ValueLink]) -> list[ValueLink]:
    """``bread sales``: the column of what the rows refer to, where no other column holds the value.

    Not for what each row has for itself: ``active orders`` are not those of active customers.
    """
    spots = {(link.table, link.column) for link in links}
    if len(spots) != 1 or reader.relations is None:
        return []
    table, column = next(iter(spots))
    words = set(reader.names.column_words.get((table, column), ()))
    is_referred_to = any(len(reader.relations.between(child, table)) == 1 for child in tables)
    return list(links) if is_referred_to and not words & _OF_ITS_OWN else []
