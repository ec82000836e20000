"""Lists of output columns as people write them: ``place (1 to 3), ship_nm, trips [how many] and LeftOn as left_on``.

An entry is a column, a name in snake_case or CamelCase, or a word of its own; behind it may stand what it means, in
brackets or behind ``=``, and its new name behind ``as``. Such a list is told from other words by its spelling alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from datamorph.planning.offline.lexicon.cues import ASCENDING, DESCENDING
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.names import OWN, TAILLESS
from datamorph.planning.offline.rephrasing.said import Said

CAMEL = re.compile(r"[A-Za-z]*[a-z][A-Z]+[A-Za-z]*|[A-Z]+[A-Z][a-z]+[A-Za-z]*")
_ARTICLES = frozenset({"the", "a", "an", "its", "their", "also"})
_OPEN, _CLOSE = {"(": ")", "[": "]"}, frozenset({")", "]"})
DASHES = frozenset({"-", "\u2013", "\u2014"})
_BETWEEN = frozenset({",", "and", "&", "+", "|", "/", "plus", ";"})
_BESIDE = (
    ("-", ">"),
    ("next", "to"),
    ("followed", "by"),
    ("together", "with"),
    ("along", "with"),
    ("as", "well", "as"),
)
_RENAMES = (("under", "the", "name"), ("with", "the", "name"), ("renamed", "to"), ("renamed", "as"), ("renamed",),
            ("called",), ("named",), ("as",), ("labelled",), ("labeled",), ("shown", "as"), ("-", ">"))  # fmt: skip
DIRECTIONS = frozenset(phrase.split()[0] for phrase in (*ASCENDING, *DESCENDING))
_NO_ENTRY = (
    GLUE
    | NEVER_GLUE
    | DIRECTIONS
    | frozenset(
        """by per sort sorted order ordered then drop top bottom where whose limit distinct unique average total sum
        count number median minimum maximum from into save rounded round ties tie tied group grouped keep exclude
        yes each every please over under above below than more less first last""".split()
    )
) - frozenset({"value", "values", "field", "total", "count", "number", "summary", "entry", "entries", "records"})
ENDS = frozenset({".", ";", "!", "?", ")", "]", ":", *DASHES})
_AFTER = frozenset(
    "for of from is are columns column fields please sorted ordered where whose when if in only with".split()
)
_FROM = frozenset({"high", "low", "a", "z", "large", "small", "big", "new", "old", "long", "short", "many", "few"})
_LONGEST, _MOST_OF_GLOSS = 4, 20


class Kind(Enum):
    """How certainly an entry is one: by its spelling, by what stands with it, or by its neighbours alone."""

    SPELLED = 0
    TOLD = 1
    BARE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list; all are places of tokens.

    Attributes:
        name: first token and the one behind the last.
        new: those of the new name, if there is one.
        gloss: those of what it means, if that is said.
    """

    name: tuple[int, int]
    end: int
    kind: Kind
    new: tuple[int, int] | None = None
    gloss: tuple[int, int] | None = None


def lists(said: Said, place: int) -> Iterator[int]:
    """The ends of the list that begins there, longest first."""
    found = [entry.end for entry in entries(said, place)]
    yield from reversed(found)


def spelled_lists(said: Said, place: int) -> Iterator[int]:
    """The end of a list behind a word that asks for columns: at least one entry is spelled as columns are."""
    found = entries(said, place)
    while found:
        if any(entry.kind is Kind.SPELLED for entry in found):
            yield found[-1].end
        found = found[:-1]


def in_plain_words(said: Said, start: int, end: int) -> str:
    """The list with commas between its entries, and each with its new name or its meaning behind it."""
    parts = [_plain(said, entry) for entry in entries(said, start) if entry.end <= end]
    return ", ".join(parts)


def _plain(said: Said, entry: Entry) -> str:
    name = said.text(*entry.name)
    if entry.new is not None:
        return f"{name} as {said.text(*entry.new)}"
    return f"{name} ({said.text(*entry.gloss)})" if entry.gloss is not None else name


def entries(said: Said, place: int) -> list[Entry]:
    """The entries of the list that begins there."""
    found: list[Entry] = []
    while (entry := _entry(said, place)) is not None:
        found.append(entry)
        place = _behind_separator(said, entry.end)
        if place == entry.end:
            break
    return found


def _entry(said: Said, place: int) -> Entry | None:
    start = place
    if (constant := _constant(said, place)) is not None:
        return constant
    while place < len(said) and said.words[place] in _ARTICLES:
        place += 1
    end, kind = _head(said, place)
    if end == place:
        end, kind = _spoken(said, place)
    return _whole(said, start, place, end, kind) if end > place else None


def _whole(said: Said, start: int, place: int, end: int, kind: Kind) -> Entry | None:
    """The entry of that name with what stands behind it."""
    if kind is Kind.BARE and place > start and said.words[place - 1] != "the":
        return None
    for tail in (_swapped, _defined, _computed, _renamed, _glossed):
        if (found := tail(said, place, end, kind)) is not None:
            return found
    if not _is_ended(said, end):
        return None
    return Entry((place, end), end, kind)


def _head(said: Said, place: int) -> tuple[int, Kind]:
    """Where the name ends; the place itself where none stands there."""
    for length in range(_LONGEST, 0, -1):
        links = [link for link in said.links(place, length) if link.column and link.score >= TAILLESS]
        if links and not (length == 1 and said.words[place] in _NO_ENTRY and links[0].score < OWN):
            is_written = any(said.text(place, place + length).lower() == link.column.lower() for link in links)
            return place + length, Kind.SPELLED if is_written else Kind.TOLD
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word or "." in token.text:
        return place, Kind.BARE
    is_told = said.words[place + 1 : place + 2] == ("(",) and token.lower not in GLUE | NEVER_GLUE
    if token.lower in _NO_ENTRY and not is_told:
        return place, Kind.BARE
    if token.kind == "name" or CAMEL.fullmatch(token.text):
        return place + 1, Kind.SPELLED
    is_known = said.table(place) is not None or said.words[place + 1 : place + 2] == ("=",)
    is_known = is_known or is_defined(said, token.lower)
    return place + 1, Kind.TOLD if is_known else Kind.BARE


def _spoken(said: Said, place: int) -> tuple[int, Kind]:
    """``fare in euros (fare_cents / 100)``: up to four words, where a meaning stands right behind them."""
    end = place
    while end < len(said) and said.tokens[end].is_word and end - place < _LONGEST:
        end += 1
    is_name = place < end < len(said) and said.words[end] in _OPEN and said.words[place] not in GLUE | NEVER_GLUE
    return (end, Kind.TOLD) if is_name else (place, Kind.BARE)


_CONSTANT = frozenset(
    """that which always reads says is holds contains has constant constantly fixed with the a value text set to as =
    being equal containing filled literal , : everywhere word every row just reading saying""".split()
)
_COLUMN, _LITERAL = frozenset({"column", "field"}), frozenset({"text", "word", "value", "string"})
_EXTRA = frozenset(
    {"new", "extra", "additional", "constant", "fixed", "further", "literal", "another", "a", "an", "one"}
)
_IN_ROWS = frozenset("in on for every each all row rows of the everywhere throughout line record records".split())


def _renamed_text(said: Said, place: int) -> Entry | None:
    """``the text 'active' as state``."""
    renamed = _renamed(said, place, place + 1, Kind.TOLD)
    if renamed is None or renamed.new is None:
        return None
    return Entry(renamed.new, renamed.end, Kind.TOLD, gloss=(place, place + 1))


def _constant(said: Said, place: int) -> Entry | None:
    """``a column school that always reads 'North'``, ``season, constant 'spring'``: its text is its meaning."""
    while place < len(said) and said.words[place] in _EXTRA | _COLUMN | _ARTICLES | _LITERAL:
        place += 1
    if place < len(said) and said.tokens[place].kind == "text":
        return _renamed_text(said, place)
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word or token.lower in GLUE or "." in token.text:
        return None
    end = place + 1
    while end < len(said) and said.words[end] in _CONSTANT:
        end += 1
    if end == place + 1 or end >= len(said) or said.tokens[end].kind != "text":
        return None
    between = said.words[place + 1 : end]
    if between[-1] == "," or any(link.column for link in said.links(place, 1)):
        return None
    behind = end + 1
    while behind < len(said) and said.words[behind] in _IN_ROWS and not _is_ended(said, behind):
        behind += 1
    return Entry((place, place + 1), behind, Kind.TOLD, gloss=(end, end + 1)) if _is_ended(said, behind) else None


def _defined(said: Said, place: int, end: int, kind: Kind) -> Entry | None:
    """``minutes = duration_s / 60 rounded to 1 decimal``: up to the next comma."""
    if end >= len(said) or said.words[end] != "=":
        return None
    behind, depth = end + 1, 0
    while behind < len(said) and behind - end < _MOST_OF_GLOSS:
        word = said.words[behind]
        depth += (word in _OPEN) - (word in _CLOSE)
        if depth < 0 or (depth == 0 and word in {",", ".", ";", "!", "?", ":", *DASHES} - {"-"}):
            break
        behind += 1
    if behind == end + 1 or depth > 0:
        return None
    if behind == end + 2 and said.tokens[end + 1].kind in ("date", "number"):
        return None
    return Entry((place, end), behind, Kind.TOLD if kind is Kind.BARE else kind, gloss=(end + 1, behind))


def _computed(said: Said, place: int, end: int, kind: Kind) -> Entry | None:
    """``refund_cents / 100 as eur``: a column and a number, under a new name."""
    is_sum = end + 1 < len(said) and said.words[end] in ("/", "*") and said.tokens[end + 1].kind == "number"
    renamed = _renamed(said, place, end + 2, kind) if is_sum else None
    return (
        None
        if renamed is None or renamed.new is None
        else Entry(renamed.new, renamed.end, kind, gloss=(place, end + 2))
    )


def is_defined(said: Said, word: str) -> bool:
    """True where the prompt names something so: ``minutes = ...``, ``as lots``."""
    pairs = list(zip(said.words, said.words[1:], strict=False))
    return any(one == word and other in ("=", "being", "(", "[") for one, other in pairs) or any(
        other == word and one in ("as", "called", "named") for one, other in pairs
    )


def _swapped(said: Said, place: int, end: int, kind: Kind) -> Entry | None:
    """``left_on = LeftOn``: the new name first."""
    if end >= len(said) or said.words[end] != "=":
        return None
    behind, known = _head(said, end + 1)
    is_over = behind >= len(said) or said.words[behind] in ENDS | {",", "and"}
    if behind > end + 1 and known is Kind.SPELLED and is_over and said.links(end + 1, behind - end - 1):
        return Entry((end + 1, behind), behind, Kind.SPELLED, new=(place, end))
    return None


def _renamed(said: Said, place: int, end: int, kind: Kind) -> Entry | None:
    for words in _RENAMES:
        behind = end + len(words)
        token = said.tokens[behind] if behind < len(said) else None
        if said.words[end:behind] != words or token is None:
            continue
        if (token.is_word and token.lower not in GLUE and "." not in token.text) or token.kind == "text":
            is_spelled = kind is Kind.SPELLED or token.kind == "name"
            if _is_ended(said, behind + 1):
                return Entry((place, end), behind + 1, Kind.SPELLED if is_spelled else Kind.TOLD, (behind, behind + 1))
    return None


def _glossed(said: Said, place: int, end: int, kind: Kind) -> Entry | None:
    """``trips (how many)``, ``trips [how many]``."""
    mark = said.words[end] if end < len(said) else ""
    if mark not in _OPEN:
        return None
    depth = 0
    for behind in range(end, min(end + _MOST_OF_GLOSS, len(said))):
        depth += (said.words[behind] in _OPEN) - (said.words[behind] in _CLOSE)
        if depth == 0:
            first = end + 1 + (said.words[end + 1] == "=")
            if first >= behind:
                return None
            known = Kind.TOLD if kind is Kind.BARE else kind
            renamed = _renamed(said, place, behind + 1, known)
            if renamed is not None:
                return Entry(renamed.new or (place, end), renamed.end, known, gloss=(first, behind))
            return Entry((place, end), behind + 1, known, gloss=(first, behind))
    return None


def _is_ended(said: Said, place: int) -> bool:
    """True behind an entry: the end, a mark, or a word that goes on with the list."""
    if place >= len(said):
        return True
    word = said.words[place]
    if word == "from" and said.words[place + 1 : place + 2] and said.words[place + 1] in _FROM:
        return False
    return word in ENDS or _behind_separator(said, place) > place or word in _AFTER


def _behind_separator(said: Said, place: int) -> int:
    start = place
    while place < len(said) and said.words[place] in _BETWEEN:
        place += 1
    if place == start:
        for words in _BESIDE:
            if said.words[place : place + len(words)] == words:
                return place + len(words)
    while place < len(said) and said.words[place] in ("then", "and", "finally") and place > start:
        place += 1
    return place
