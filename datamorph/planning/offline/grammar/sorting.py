"""Order of the result: ``sort by average delay descending, then name``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.groups import read_key
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import ASCENDING, DESCENDING, SORT
from datamorph.planning.offline.lexicon.names import MONEY
from datamorph.planning.offline.lexicon.qualities import QUALITIES
from datamorph.planning.offline.model import Noun, SortKey
from datamorph.planning.offline.phrases import Phrases, phrase_set

_SORT = phrase_set(SORT)
DIRECTION = Phrases({**dict.fromkeys(DESCENDING, True), **dict.fromkeys(ASCENDING, False)})
_TIMES = frozenset("newest latest recent oldest earliest chronological chronologically".split())
_SIZES = frozenset({"largest", "biggest", "smallest"})
_SEPARATORS = (",", "and", "then", "by")
_TIES = Phrases(dict.fromkeys((
    "if two tie", "break ties by", "ties by", "ties broken by", "on ties", "breaking ties by", "in case of ties",
    "on equal counts take", "if two statuses tie", "for ties", "ties go to", "on a tie", "when equal",
    "with ties broken by", "with ties by", "tie break by", "resolve ties by", "tie breaker", "ties are broken by",
    "a tie goes to", "on equality", "on equality take", "ties", "in a tie", "on a draw", "tie goes to", "ties prefer",
    "then by", "equal totals by", "equal counts by", "equal totals go by", "equal counts go by", "equal values by",
    "equal numbers by", "equal sums by", "when equal by", "if equal by", "if two are equal", "when two are equal",
    "if two are equal take", "if equal"), ""))  # fmt: skip


def _if_tied(reader: Reader) -> bool:
    """``if two statuses tie``, ``when several have the same count``."""
    mark = reader.position
    if reader.word("if", "when", "where"):
        for _ in range(6):
            if reader.word("tie", "ties", "tied", "equal", "same", "level"):
                reader.skip(("count", "number", "value", "amount", "in", "counts"))
                return True
            if not reader.is_kind("word"):
                break
            reader.next()
    reader.position = mark
    return _with_the_same(reader)


_SAME = frozenset({"same", "equal", "identical"})
_TIED = _SAME | {"tie", "ties", "tied", "equality", "level"}
"""One of these is said wherever something is said about ties behind the keys that decide."""
_BEHIND_SAME = frozenset({"", ",", ":", "by", "in", "go", "are", "come", "alphabetically", "alphabetical", "sorted"})


def _with_the_same(reader: Reader) -> bool:
    """``types with the same count in alphabetical order``, ``equal counts by name``: rows of which none comes first."""
    mark = reader.position
    is_start = mark > 0 and reader.tokens[mark - 1].text in (",", ";", "(", ".", "and")
    while is_start and reader.position < mark + _MOST_BEFORE and reader.is_kind("word") and reader.lower() not in _SAME:
        reader.next()
    first = reader.position
    if is_start and reader.word(*_SAME):
        while reader.is_kind("word") and reader.lower() not in _BEHIND_SAME and reader.position < first + _MOST_BEFORE:
            reader.next()
        if reader.position > first + 1 and reader.lower() in _BEHIND_SAME:
            return True
    reader.position = mark
    return False


def _alphabetical(reader: Reader) -> list[SortKey] | None:
    """``alphabetically first origin, then dest``: the keys behind the word; none where the word stands alone."""
    mark = reader.position
    reader.skip(("the", "in", "are", "come", "sorted", "listed"))
    if not reader.word("alphabetical", "alphabetically", "alphabetic"):
        reader.position = mark
        return None
    reader.skip(("order", "first", "earliest", "smallest", "by"))
    return read_keys(reader)


_MOST_BEFORE = 4
_SMALLER = """lower lowest smaller smallest earlier earliest older oldest shorter shortest cheaper cheapest""".split()
_LARGER = (
    "higher highest larger largest bigger biggest later latest newer newest greater greatest longer longest".split()
)
COMPARATIVES = Phrases({
    **dict.fromkeys((*_SMALLER, "alphabetically first", "alphabetically earlier"), False),
    **dict.fromkeys((*_LARGER, "most recent", "alphabetically last"), True)})  # fmt: skip
"""Which of two rows comes first, where they are compared: ``the lower id``."""
_WINS = frozenset({"decides", "decide", "wins", "win", "breaks", "comes", "come", "first", "goes", "preferred", "is"})


def read_tie_keys(reader: Reader) -> list[SortKey]:
    """``the smaller member_id``, ``earliest month``, ``name, then city``: keys with the direction before or behind."""
    return _listed(reader, _tie_key)


def _tie_key(reader: Reader) -> SortKey | None:
    reader.skip(("the", "one", "row", "with", "a"))
    said = reader.take(COMPARATIVES)
    noun = read_sort_noun(reader)
    if noun is None:
        return None
    behind = read_direction(reader) if said is None else None
    return SortKey(noun, bool(behind) if said is None else said)


ON_TIES = phrase_set((
    "on ties", "when equal", "if equal", "in case of a tie", "on a tie", "for ties", "a tie", "if tied", "ties",
    "when tied", "on equal counts", "if they tie", "the tie", "in case of ties", "on equality",
    "when counts are equal", "if two are equal", "when two are equal", "if several are equal", "if there is a tie",
    "when there is a tie", "if two tie", "where two are equal", "if both are equal", "if they are equal",
    "when they are equal", "if the counts are equal", "if counts are equal", "with equal counts", "on equal totals",
    "if totals are equal", "if several tie", "when several are equal", "in the event of a tie",
    "for equal counts"))  # fmt: skip


def read_sort(reader: Reader) -> list[SortKey]:
    """Sort keys after ``sort by``."""
    start = reader.position
    if reader.lower() == "order" and reader.word("order") and (direction := reader.take(DIRECTION)) is not None:
        return [direction_key(reader, start, is_descending=direction)]
    reader.position = start
    said = reader.match(_SORT)
    if said is None or not (reader.take(_SORT)):
        return []
    if reader.tokens[reader.position - 1].lower in ("by", "on") and reader.word("it", "that", "this"):
        noun = _spoken_of(reader, start)
        return [SortKey(noun, read_direction(reader) or False)] if noun is not None else []
    reader.skip(("the", "result", "results", "rows", "output", "it", "them", "by", "table", "on", "everything"))
    keys = read_keys(reader) if reader.tokens[reader.position - 1].lower in ("by", "on", "sort", "the") else []
    if len(keys) > 1 and _is_what_is_sorted(reader, keys[0].noun):
        reader.subjects += [noun for key in (keys.pop(0),) if (noun := key.noun) is not None]
    if not keys:
        direction = reader.take(DIRECTION)
        if direction is None:
            reader.position = start
            return []
        return [direction_key(reader, start, is_descending=direction)]
    return keys


def _is_what_is_sorted(reader: Reader, noun: Noun | None) -> bool:
    """``sort orders by city``: rows are named, and by what they are sorted behind them."""
    is_table = noun is not None and bool(noun.links) and not noun.links[0].column
    return is_table and noun is not None and reader.tokens[noun.position + len(noun.text.split())].lower in ("by", "on")


_BEFORE_NAME = frozenset({"and", "then", "add", "append", "include", "compute", "calculate", "also", "the", "show"})


def _spoken_of(reader: Reader, place: int) -> Noun | None:
    """``month is the first day of it; sort by it``: what the clause before is about."""
    mark = reader.position
    last = next((i for i in range(place - 1, -1, -1) if reader.tokens[i].kind != "mark"), 0)
    reader.position = next((i + 1 for i in range(last, -1, -1) if reader.tokens[i].text in (".", ";", ":")), 0)
    reader.skip(_BEFORE_NAME)
    noun = reader.defined_noun(exactly=True) or read_sort_noun(reader)
    reader.position = mark
    return noun


def direction_key(reader: Reader, start: int, *, is_descending: bool) -> SortKey:
    """A direction without a column: of names or of time it is no order of the measures."""
    said = {token.lower for token in reader.tokens[start : reader.position]}
    quality = next((one for one in QUALITIES if one not in _SIZES and set(one.split()) <= said), "")
    is_by_group = any(word.startswith(("alphabetic", "chronologic")) for word in said)
    return SortKey(None, is_descending, is_by_group=is_by_group, is_in_time=bool(said & _TIMES), quality=quality)


_WAYS = frozenset({"descending", "desc", "ascending", "asc", "decreasing", "increasing"})


def read_directed(reader: Reader, start: int, *, is_descending: bool) -> list[SortKey]:
    """``total per channel, descending by channel``: what it is sorted by, and no group behind the groups."""
    mark = reader.position
    is_apart = start > 0 and "," in (reader.tokens[start].text, reader.tokens[start - 1].text)
    is_way = is_apart and reader.tokens[mark - 1].lower in _WAYS
    keys = read_keys(reader) if is_way and reader.word("by") else []
    reader.position = reader.position if keys else mark
    return [replace(key, is_descending=is_descending) for key in keys]


def read_keys(reader: Reader) -> list[SortKey]:
    """Sort keys with their directions."""
    return _listed(reader, _sort_key)


_THEN = phrase_set(("then", "then by"))


def read_further_keys(reader: Reader) -> list[SortKey]:
    """``..., then guest_id``: what decides behind the first key."""
    mark = reader.position
    reader.skip((",", "and"))
    keys = read_keys(reader) if reader.take(_THEN) is not None else []
    reader.position = reader.position if keys else mark
    return keys


def _sort_key(reader: Reader) -> SortKey | None:
    noun = read_sort_noun(reader)
    if noun is None:
        return None
    mark = reader.position
    direction = read_direction(reader)
    said = {token.lower for token in reader.tokens[mark : reader.position]}
    if (said & _TIMES or any(word.startswith("alphabet") for word in said)) and _is_amount(noun):
        reader.position, direction = mark, None  # ``by amount, latest first`` is an order of its own
    return SortKey(noun, direction or False)


def _is_amount(noun: Noun) -> bool:
    """True for money, of which nothing is late."""
    return bool(noun.links) and bool(noun.links[0].column) and bool(set(noun.words) & MONEY)


def _listed(reader: Reader, read_key: Callable[[Reader], SortKey | None]) -> list[SortKey]:
    """Keys with separators between them; the reader stands behind the last key."""
    keys: list[SortKey] = []
    mark = reader.position
    while (key := read_key(reader)) is not None:
        keys.append(key)
        mark = reader.position
        is_tied = False
        while reader.lower() in _SEPARATORS and reader.lower():
            is_tied = reader.next().lower != "" or is_tied
        if not is_tied:
            break
    reader.position = mark
    return keys


def read_direction(reader: Reader) -> bool | None:
    """True for descending, False for ascending, None when nothing is said."""
    mark = reader.position
    reader.word("(", ",")
    reader.word("in", "from", "with")
    reader.word("the")
    direction = reader.take(DIRECTION)
    if direction is None:
        reader.position = mark
        direction = reader.take(DIRECTION)
        if direction is None:
            reader.position = mark
        return direction
    if reader.tokens[mark].text == "(":
        reader.word(")")
    return direction


_NO_KEYS = frozenset("in from top first bottom limit only keep take show just list return".split())


def read_sort_noun(reader: Reader) -> Noun | None:
    """What to sort by: a measure as it was said, a defined name or a column."""
    start = reader.position
    reader.word("the")
    if reader.is_kind("name") and reader.lower() and not reader.links(reader.position, 1):
        return reader.unlinked()
    found = read_aggregate(reader)
    if found is not None:
        return Noun(found.text, tuple(sorted(found.words)), (), start)
    key = read_key(reader)
    if key is not None:
        noun = (
            key.expression if isinstance(key.expression, Noun) else Noun(key.text, tuple(sorted(key.words)), (), start)
        )
        return noun
    token = reader.peek()
    said = reader.tokens[start - 1].lower if start else ""
    if (
        token
        and token.kind == "word"
        and said in ("by", "then", ",", "and")
        and reader.match(DIRECTION) is None
        and token.lower not in _NO_KEYS
    ):
        return reader.unlinked()
    reader.position = start
    return None


_IN_ALPHABET = phrase_set((
    "in the alphabet", "alphabetically", "in alphabetical order", "by alphabet", "by the alphabet", "of the alphabet",
    "in alphabetic order", "in the alphabetical order"))  # fmt: skip


def _in_alphabet(reader: Reader) -> list[SortKey] | None:
    """``the first name in the alphabet``, ``alphabetical``: keys, or none where the result's own are meant."""
    mark = reader.position
    reader.skip(("the", "take", "then", "one", "that", "comes"))
    if reader.word("alphabetical", "alphabetically"):
        reader.word("order", "first", "earlier", "earliest")
        if (behind := read_sort_noun(reader)) is not None:
            return [SortKey(behind)]
        return []
    if reader.word("first", "earliest", "lowest"):
        noun = None if reader.match(_IN_ALPHABET) else read_sort_noun(reader)
        if reader.take(_IN_ALPHABET) is not None:
            return [SortKey(noun)] if noun is not None else []
    reader.position = mark
    return None


def read_ties(reader: Reader) -> list[SortKey] | None:
    """``break ties by track name, then track id``; None when nothing is said about ties.

    An empty list means that the keys of the result decide, in their order, as they do anyway.
    """
    start = reader.position
    reader.skip(("and", "(", ",", ";", "with"))
    if reader.take(_TIES) is not None or _if_tied(reader):
        reader.skip((":", ",", "take", "use", "prefer", "keep", "then", "go", "to", "by"))
        keys = _alphabetical(reader)
        keys = keys if keys is not None else read_tie_keys(reader) or None
        reader.skip(_WINS) if keys else None
    elif not reader.is_ahead(_TIED):
        keys = None
    else:
        alphabetical = _in_alphabet(reader)
        keys = read_tie_keys(reader) if alphabetical is None else alphabetical
        reader.skip(_WINS)
        is_tied = reader.take(ON_TIES) is not None or (bool(keys) and _if_tied(reader))
        keys = (keys or alphabetical) if is_tied else None
    if keys is None:
        reader.position = start
    elif reader.tokens[start].text == "(":
        reader.word(")")
    return keys
