"""What stands first: ``oldest visit first``, ``highest fare on top``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.deeds import read_deed
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import BY_COUNT, SUPERLATIVES, TIME_EXTREMES
from datamorph.planning.offline.lexicon.qualities import QUALITIES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Aggregate, Noun, SortKey
from datamorph.planning.offline.phrases import Phrases, phrase_set

_MOST = Phrases({phrase: way == "desc" for phrase, way in SUPERLATIVES.items() if phrase not in ("first", "last")})
_BY_COUNT = phrase_set(tuple(sorted(BY_COUNT)))
_FIRST = phrase_set(("first", "on top", "at the top", "comes first", "come first", "to the top", "go first"))


def read_leading(reader: Reader) -> SortKey | None:
    """The column whose largest or smallest values stand at the top."""
    start = reader.position
    reader.skip((",", "and", "the", "with"))
    _skip_owner(reader)
    said = reader.position
    if (glossed := _glossed(reader)) is not None:
        return glossed
    is_descending = reader.take(_MOST)
    is_in_time = (
        reader.ledger.text(said, reader.position).lower() in TIME_EXTREMES if is_descending is not None else False
    )
    noun = _noun(reader, is_in_time=is_in_time) if is_descending is not None else None
    if noun is None or reader.take(_FIRST) is None:
        reader.position = start
        return None
    if is_in_time and noun.links and not noun.links[0].column:
        return SortKey(None, bool(is_descending), is_in_time=True)
    if reader.match_at(_BY_COUNT, said) or _is_text(reader, noun):
        phrase = next((one for one in QUALITIES if reader.match_at(phrase_set((one,)), said)), "")
        return SortKey(None, bool(is_descending), quality=phrase)
    return SortKey(noun, bool(is_descending))


def _is_text(reader: Reader, noun: Noun) -> bool:
    """``the most expensive type first``: types are compared by their price, and not in the order of the alphabet."""
    best = noun.links[0] if noun.links else None
    if best is None:
        return False
    names = reader.names
    if not best.column:
        return any(isinstance(item.expression, Aggregate) for item in reader.defined)
    return all(best.column not in known.get(best.table, ()) for known in (names.numbers, names.dates, names.flags))


def _skip_owner(reader: Reader) -> None:
    """``the part with the most repairs first``: what the rows are, before what they are compared by."""
    mark = reader.position
    if reader.noun() is not None and reader.word("with", "having"):
        reader.word("the")
        if reader.match(_MOST) is not None:
            return
    reader.position = mark


_LONGEST = 4


def _glossed(reader: Reader) -> SortKey | None:
    """``longest stay (earliest adm_ts) first``: the parenthesis says by which column."""
    start = reader.position
    if reader.take(_MOST) is not None or (reader.is_kind("word") and reader.next().lower.endswith("est")):
        while reader.is_kind("word") and reader.position < start + _LONGEST and not reader.match(_FIRST):
            reader.next()
        reader.take(_FIRST)
        is_open = reader.word("(")
        reader.skip(("i.e", "that", "is", "meaning", "by", "the", ","))
        is_descending = reader.take(_MOST) if is_open else None
        noun = reader.noun() if is_descending is not None else None
        reader.take(_FIRST)
        is_said = noun is not None and bool(noun.links[0].column) and reader.word(")")
        is_first = is_said and (reader.take(_FIRST) is not None or reader.lower() in ("", ".", ",", ";"))
        if is_first and noun is not None:
            return SortKey(noun, bool(is_descending))
    reader.position = start
    return None


def starts_order(reader: Reader) -> bool:
    """True where an order stands, and no further column of a list."""
    mark = reader.position
    found = read_leading(reader)
    reader.position = mark
    return found is not None


def _noun(reader: Reader, *, is_in_time: bool) -> Noun | None:
    start = reader.position
    defined = reader.defined_noun()
    if defined is not None:
        return defined
    found = read_aggregate(reader)
    if found is not None:
        return Noun(found.text, tuple(sorted(found.words)), (), start)
    noun = reader.noun()
    if noun is not None:
        return noun
    if not reader.is_kind("word") or reader.lower() in GLUE or reader.match(_FIRST):
        return None
    if is_in_time:
        return read_deed(reader)
    length = 2 if reader.is_kind("word", 1) and reader.lower(1) not in GLUE | {"first"} else 1
    return reader.unlinked(most=length)
