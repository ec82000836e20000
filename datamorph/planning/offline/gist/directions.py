"""In which direction rows stand: ``most visits first``, ``starting with the oldest``, ``from high to low``."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.forms import root
from datamorph.planning.offline.names import TAILLESS, Link
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.recipes.brief import Brief

_DOWN = (
    "most", "highest", "largest", "biggest", "greatest", "dearest", "priciest", "most expensive", "most costly",
    "costliest", "longest", "best", "heaviest", "commonest", "most common", "most frequent", "most popular",
    "busiest", "tallest", "strongest", "richest", "high", "large", "big", "great", "maximum", "max", "top",
)  # fmt: skip
_UP = (
    "fewest", "least", "lowest", "smallest", "cheapest", "least expensive", "shortest", "lightest", "rarest", "worst",
    "weakest", "quietest", "low", "small", "little", "few", "minimum", "min", "bottom", "slowest",
)  # fmt: skip
_LATE = ("latest", "newest", "most recent", "youngest", "late", "new", "young", "last")
_EARLY = ("earliest", "oldest", "longest serving", "longest standing", "least recent", "early", "old")
SUPERLATIVES = Phrases({
    **dict.fromkeys(_DOWN, (True, False)), **dict.fromkeys(_UP, (False, False)),
    **dict.fromkeys(_LATE, (True, True)), **dict.fromkeys(_EARLY, (False, True)),
})  # fmt: skip
"""Whether the largest come first, and whether that is said of dates."""
_TOPS = phrase_set((
    "first", "on top", "at the top", "on the top", "up top", "up front", "at the front", "at the start",
    "at the beginning", "in front", "at top", "comes first", "come first", "leading",
))  # fmt: skip
_LEADS = phrase_set((
    "starting with", "starting from", "starting at", "start with", "start from", "beginning with", "beginning from",
    "begin with", "starting off with", "led by", "opening with", "beginning at", "start at",
))  # fmt: skip
_ARTICLES = frozenset({"the", "a", "its", "their"})
_DOWNWARDS = frozenset({"down", "up", "on", "over", "through"})
_PLAIN = frozenset(
    "one row record entry value amount figure number count total sum date day month year time first price average avg "
    "mean median of ( ) *".split()
)
_MOST_BETWEEN = 3
_BRACKETS = frozenset("()*")


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction that some words tell.

    Attributes:
        end: behind the last of them.
        in_time: they are said of dates.
        columns: what they say it of; none where they do not.
    """

    end: int
    is_descending: bool
    in_time: bool
    columns: tuple[Link, ...]


def direction(brief: Brief, place: int) -> Direction | None:
    """The direction that is told from a place on."""
    tokens = brief.said.tokens
    lead = _LEADS.match(tokens, place)
    is_from = brief.words[place] == "from"
    start = _over_articles(brief, place + (lead[0] if lead is not None else int(is_from)))
    found = SUPERLATIVES.match(tokens, start)
    if found is None:
        return None
    behind, (is_descending, in_time) = start + found[0], found[1]
    end = _closed(brief, behind)
    if end is None and lead is None:
        return None
    middle = _middle(brief, behind, end[0] if end is not None else behind + _MOST_BETWEEN, is_open=end is None)
    if middle is None:
        return None
    at, columns = middle
    return Direction(end[1] if end is not None else at, is_descending, in_time, columns)


def _over_articles(brief: Brief, place: int) -> int:
    return place + (brief.words[place : place + 1] != () and brief.words[place] in _ARTICLES)


def _closed(brief: Brief, place: int) -> tuple[int, int] | None:
    """Where ``first`` begins and ends, or ``to the lowest``; not much may stand before it."""
    tokens = brief.said.tokens
    most = place + _MOST_BETWEEN + sum(word in _BRACKETS for word in brief.words[place : place + 2 * _MOST_BETWEEN])
    for at in range(place, min(most + 1, len(brief))):
        if (top := _TOPS.match(tokens, at)) is not None and not brief.said.links(at, top[0] + 1):
            is_limit = at + top[0] < len(brief) and isinstance(tokens[at + top[0]].value, int | float)
            return None if is_limit else (at, at + top[0])
        to = at + (brief.words[at] in _DOWNWARDS)
        if brief.words[to : to + 1] == ("to",):
            other = SUPERLATIVES.match(tokens, _over_articles(brief, to + 1))
            if other is not None:
                end = _over_articles(brief, to + 1) + other[0]
                return at, end + len(_plain_behind(brief, end))
        if not tokens[at].is_word and tokens[at].text not in _BRACKETS:
            return None
    return None


def _plain_behind(brief: Brief, place: int) -> tuple[str, ...]:
    """``from the oldest to the newest one``."""
    word = brief.words[place : place + 1]
    if word and any(link.column and link.score >= TAILLESS for link in brief.said.links(place, 1)):
        return ()
    is_plain = bool(word) and (brief.lemmas[place] in _PLAIN or brief.said.table(place) is not None)
    return word if is_plain else ()


def _middle(brief: Brief, start: int, end: int, *, is_open: bool) -> tuple[int, tuple[Link, ...]] | None:
    """What stands between, and where that ends; None for words that may ask for something else.

    Args:
        is_open: nothing closes it, so it ends where it does.
    """
    columns: list[Link] = []
    place = start
    while place < min(end, len(brief)):
        run, found = _named(brief, place, end)
        is_known = bool(found) or brief.lemmas[place] in _PLAIN or brief.said.table(place) is not None
        if not is_known and not is_open:
            return None
        if not is_known:
            break
        columns += found
        place += run
    return place, tuple(columns)


def _named(brief: Brief, place: int, end: int) -> tuple[int, list[Link]]:
    """The columns that the words there name, by their names or by what happened then: ``hire`` of ``hired_on``."""
    said = brief.said
    for run in range(end - place, 0, -1):
        links = [link for link in (*said.links(place, run), *said.begun(place, run))
                 if link.column and link.score >= TAILLESS]  # fmt: skip
        if links and not any(not link.column for link in said.links(place, run)):
            return run, links
    names, event = said.names, root(brief.words[place])
    dated = [
        Link(ref, name, TAILLESS) for ref in sorted(said.tables) for name in names.dates.get(ref, ())
        if event in map(root, names.column_words[ref, name])
    ]  # fmt: skip
    return 1, dated
