"""The first N: ``top 3 destinations per origin by number of flights``, ``the 20 most used ones``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item, TopRequest
from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.expressions import nouns_of
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.sorting import DIRECTION, read_keys, read_sort_noun
from datamorph.planning.offline.grammar.spoken import as_total, read_gloss
from datamorph.planning.offline.lexicon.cues import SUPERLATIVES
from datamorph.planning.offline.lexicon.qualities import QUALITIES
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING
from datamorph.planning.offline.model import Aggregate, Noun, SortKey
from datamorph.planning.offline.phrases import Phrases

_SUPERLATIVES = Phrases(SUPERLATIVES)
_LEAD = frozenset(
    {"the", "only", "keep", "find", "take", "which", "what", "are", "is", "show", "list", "get", "give", "me", "return"}
)
_WITH = frozenset({"with", "having", "that", "which", "have", "has", "get", "gets", "got", "the", "make", "made",
                   "by", "in", "terms",
                   "of", "according", "to", "on", "ranked", "measured", "based"})  # fmt: skip
_IN_TIME = frozenset({"latest", "newest", "earliest", "oldest", "recent"})
_MOST = Phrases({"most": True, "the most": True, "highest": True, "the highest": True, "largest": True, "biggest": True,
                 "the largest": True, "the biggest": True, "greatest": True, "the greatest": True, "longest": True,
                 "the longest": True, "fewest": False, "the fewest": False, "least": False, "the least": False,
                 "lowest": False,
                 "the lowest": False, "smallest": False, "the smallest": False, "shortest": False,
                 "the shortest": False})  # fmt: skip


def read_top(reader: Reader) -> TopRequest | None:
    """A request for the first N, if one stands here."""
    start = reader.position
    reader.skip(_LEAD)
    found = _head(reader)
    if found is None:
        reader.position = start
        return _limit(reader)
    n, is_descending = found
    quality = _quality(reader, start)
    is_number_alone = is_descending and reader.position == start + 2
    what = _what(reader)
    top = TopRequest(n, what, is_descending=is_descending, quality=quality)
    top.is_in_time = any(token.lower in _IN_TIME for token in reader.tokens[start : reader.position])
    top.is_first = any(token.lower == "first" for token in reader.tokens[start : reader.position])
    _tail(reader, top)
    if n == 1 and reader.lower() == "first" and reader.lower(1) in ("", ",", ".", ";", "then", "and"):
        reader.position = start  # ``the part with the most repairs first`` puts all of them in an order
        return None
    is_only = what is None and not top.by and top.measure is None and _only_measure(reader, top)
    is_ones = is_only or (what is None and reader.word("ones"))
    is_alone = is_ones or (reader.tokens[start].lower in ("top", "bottom") and reader.lower() in _ALONE)
    if what is None and not top.by and top.measure is None and not top.per and not is_alone:
        reader.position = start
        return _limit(reader)
    top.is_bare = is_alone and not is_ones and is_number_alone
    return top


_KEPT = _LEAD | {"output", "limit", "restrict", "cut", "it", "them", "to", "just", "and", "then", "result", "results"}
_ROWS = frozenset({"row", "rows", "result", "results", "line", "lines", "record", "records", "entries", "only", "ones",
                   "of", "them", "those", "these"})  # fmt: skip


def _limit(reader: Reader) -> TopRequest | None:
    """``keep the first 5 rows``, ``limit 5``: as many of an order that was said."""
    start = reader.position
    reader.skip(_KEPT)
    is_limited = "limit" in {token.lower for token in reader.tokens[start : reader.position]}
    is_first = reader.word("first", "top")
    n = _number(reader, 0) if is_first or is_limited else None
    if n is not None:
        reader.next()
        reader.skip(_ROWS)
    if n is None or reader.lower() not in _ALONE:
        reader.position = start
        return None
    return TopRequest(n, is_bare=True, is_limit=True)


_ALONE = frozenset({"", ",", ".", ";", ":", "as", "("})
_NUMBERS = frozenset({"total", "sum", "count", "number", "value", "average", "amount", "mean"})
_PAUSES = frozenset({"", ",", ".", ";", ":", "(", ")", "as", "and"})


def _only_measure(reader: Reader, top: TopRequest) -> bool:
    """``the 5 with the most``, ``the 3 with the highest total``: by the one measure that there is."""
    mark = reader.position
    if reader.word(*_BEFORE_MOST):
        reader.skip(("have", "has", "get", "had"))
        direction = reader.take(_MOST)
        reader.skip(_NUMBERS if direction is not None else frozenset())
        if direction is not None and reader.lower() in _PAUSES and not reader.is_kind("text"):
            top.is_descending = direction
            return True
    reader.position = mark
    return False


def _quality(reader: Reader, start: int) -> str:
    """The adjective that was just read, where it says by which column: ``longest``."""
    for phrase in QUALITIES:
        first = reader.position - len(phrase.split())
        if first >= start and " ".join(token.lower for token in reader.tokens[first : reader.position]) == phrase:
            return phrase
    return ""


def _head(reader: Reader) -> tuple[int, bool] | None:
    """``top 3``, ``3 largest``, ``bottom 5``, ``25 destinations with the most``."""
    mark = reader.position
    if reader.lower() in ("top", "bottom", "first", "best") and isinstance(n := _number(reader, 1), int):
        is_descending = reader.next().lower != "bottom"
        reader.next()
        reader.take(_SUPERLATIVES)
        reader.word("first")
        return n, is_descending
    n = _number(reader, 0)
    if n is None:
        return _single(reader)
    reader.next()
    direction = reader.take(_SUPERLATIVES)
    if direction is not None:
        return n, direction == "desc"
    is_with = reader.noun() is not None or reader.lower() in _BEFORE_MOST
    reader.skip(_WITH)
    is_superlative = is_with and reader.match(_MOST) is not None
    reader.position = mark + 1
    if not is_superlative:
        reader.position = mark
        return None
    return n, True


_BEFORE_MOST = frozenset({"with", "that", "which", "having", "who"})


def _single(reader: Reader) -> tuple[int, bool] | None:
    """``the destination with the most flights``, ``most flown route``: one of each group."""
    mark = reader.position
    noun = reader.noun()
    is_singular = (
        noun is not None and reader.tokens[reader.position - 1].lower == reader.tokens[reader.position - 1].lemma
    )
    _skip_with(reader)
    is_superlative = is_singular and reader.position > mark + 1 and reader.match(_MOST) is not None
    reader.position = mark
    return (1, True) if is_superlative else None


_WHO = frozenset({"who", "that", "which", "where", "whose", "at", "from", "for", "to", "in", "had", "has", "did", "was",
                  "been", "is", "are"})  # fmt: skip
_DONE = LINKING | JOINING | {"see", "sees", "saw", "the"}


def _skip_with(reader: Reader) -> None:
    """``with the``, ``at which the``, ``who made the``: the words between a thing and ``most``."""
    reader.skip(_WITH)
    mark = reader.position
    reader.skip(_WHO | _WITH)
    reader.skip(_DONE)
    if reader.match(_MOST) is None:
        reader.position = mark


def _number(reader: Reader, ahead: int) -> int | None:
    token = reader.peek(ahead)
    is_count = token is not None and isinstance(token.value, int) and not token.unit and token.value > 0
    return int(token.value) if is_count and token and isinstance(token.value, int) else None


def _what(reader: Reader) -> Noun | None:
    mark = reader.position
    noun = reader.noun()
    if noun is None:
        reader.position = mark
    return noun


def _tail(reader: Reader, top: TopRequest) -> None:
    while True:
        mark = reader.position
        if _by(reader, top) or _per(reader, top) or _most(reader, top):
            continue
        reader.position = mark
        return


def _per(reader: Reader, top: TopRequest) -> bool:
    if top.per or reader.lower() == "by" or (reader.take(PER_PHRASES) is None and not reader.word("in", "within")):
        return False
    groups = read_groups(reader)
    top.per = [
        g.expression if isinstance(g.expression, Noun) else Noun(g.text, tuple(sorted(g.words)), (), reader.position)
        for g in groups
    ]
    return bool(groups)


def _by(reader: Reader, top: TopRequest) -> bool:
    if top.by or top.measure or not reader.word("by", "on"):
        reader_word = reader.lower()
        if top.by or top.measure or reader_word not in ("ranked", "measured", "according", "in"):
            return False
        reader.skip(("ranked", "measured", "according", "to", "by", "in", "terms", "of"))
    reader.skip(("the", "their"))
    gloss = read_gloss(reader)
    if gloss is not None and (has_aggregate(gloss.expression) or _is_whole(top.what, gloss)):
        top.measure = as_total(gloss)
        reader.defined.append(top.measure)
        return True
    measure = read_measure(reader) if gloss is None else None
    if measure is not None:
        top.measure = measure
        return True
    start = reader.position
    keys = read_keys(reader)
    if not keys:
        return False
    if _is_directed(reader, start):
        top.is_descending, top.is_first = keys[0].is_descending, False
    top.by = [SortKey(keys[0].noun, top.is_descending)]
    top.then = keys[1:]
    return True


def _is_directed(reader: Reader, start: int) -> bool:
    """True where a direction stands with the first key."""
    for place in range(start, reader.position):
        if reader.tokens[place].lower in (",", "then", "and"):
            return False
        if reader.match_at(DIRECTION, place):
            return True
    return False


def _is_whole(what: Noun | None, gloss: Item) -> bool:
    """True for another table: its rows are ranked by a sum over rows that belong to them."""
    if what is None or not what.links or what.links[0].column:
        return False
    tables = [{link.table for link in noun.links if link.column} for noun in nouns_of(gloss.expression)]
    return all(what.links[0].table not in one for one in tables)


def _most(reader: Reader, top: TopRequest) -> bool:
    """``with the most flights``, ``with the highest average delay``."""
    if top.by or top.measure:
        return False
    _skip_with(reader)
    start = reader.position
    direction = reader.take(_MOST)
    if direction is None:
        return False
    counts = reader.tokens[reader.position - 1].lower in ("most", "fewest", "least")
    top.is_descending = direction
    found = read_aggregate(reader)
    if found is not None:
        top.measure = Item(found.aggregate, found.words, found.text)
        return True
    noun = read_sort_noun(reader)
    if noun is None:
        return False
    if any(not link.column for link in noun.links[:1]):
        if not counts:
            reader.position = start
            return False
        counted = Aggregate("count", counted=noun)
        top.measure = Item(counted, frozenset({"number", "count", *noun.words}), f"number of {noun.text}")
    else:
        top.by = [SortKey(noun, direction)]
    return True
