"""Which columns a grouped result has: those that are listed or named one by one, and those that it is by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import OWN, is_abbreviation_of, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.gaps import segment
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed, find_lists
from datamorph.planning.offline.recipes.resolve import table_called

MEASURED = frozenset(
    """
    count number many cnt n num sum total average mean avg median percentile share rate percent pct ratio min max
    minimum maximum distinct different revenue amount
    """.split()
)
CLASSES = frozenset("class band bucket bracket tier".split())
"""What the last word of a name says that tells which of a few kinds a row is of."""
_CALLING = frozenset("called named call name".split())
_COLUMN = frozenset("column field".split())
_PER = frozenset("per each every by".split())
_ARTICLES = frozenset("a an the its single".split())
_ENDS = frozenset({".", ",", ";", ")", ":", "(", "and", "with", "for", "then"})
_COUNTING = frozenset(
    "number count many total sum average mean fraction share proportion percentage percent cumulative running".split()
)
_PLACED = re.compile(r"med|medn|p\d\d")
_NEAR = 6
_ROW = frozenset("row line record entry".split())


def wanted(brief: Brief) -> tuple[Listed, ...]:
    """The columns of the result in order; empty where none are named."""
    lists = [brief.listed, *find_lists(brief.said)]
    found = next((some for some in lists if any(_is_new(brief, one) for one in some)), ())
    found = tuple(part for one in found for part in _with_count(brief, one))
    found = tuple(part for at, one in enumerate(found) for part in (*_counted_before(brief, found, at), one))
    if not any(_is_measure(brief, one) for one in found):
        names = {one.name for one in found}
        found = (*found, *(one for one in _named(brief) if one.name not in names)) or brief.listed
    if not found or not all(_is_new(brief, one) for one in found):
        return found
    if len(found) > 1 and not all(_is_measure(brief, one) for one in found):
        return found
    return (*implied(brief, found), *found)


def _with_count(brief: Brief, one: Listed) -> Iterator[Listed]:
    """``per shed the number of cows, ...``, ``By line I need trips, ...``: a key, and behind it the first measure."""
    led = one.place > 0 and brief.words[one.place - 1] in _PER
    words = brief.words[one.start : one.end]
    last = one.end - 1
    counted = words[:-1] in (("the", "number", "of"), ("number", "of")) or (
        len(words) in (2, 3) and bool(set(words[:-1]) & {"need", "want", "give", "show", "list"})
    )
    if not led or one.start != one.place + 1 or not counted or brief.said.tokens[last].kind != "word":
        yield one
        return
    yield replace(one, end=one.start)
    yield Listed(brief.said.tokens[last].text, last, one.start, last)


def _counted_before(brief: Brief, found: Sequence[Listed], at: int) -> Iterator[Listed]:
    """``the number of trips, late, late_share``: a count in the list that has no name but its noun's."""
    end = found[at].place
    while end > 0 and brief.words[end - 1] in (",", "and"):
        end -= 1
    noun = end - 1
    is_count = noun > 1 and noun < found[at].place - 1 and brief.words[noun - 2 : noun] == ("number", "of")
    is_known = brief.words[noun] in {one.name.casefold() for one in found}
    starts = brief.words[max(noun - 4, 0) : noun - 2]
    is_item = starts[-2:] in ((",", "the"), ("and", "the"), ("me", "the")) or starts[-1:] == (",",)
    if at and is_count and is_item and not is_known:
        yield Listed(brief.said.tokens[noun].text, noun, noun - 3, noun)


def _is_new(brief: Brief, one: Listed) -> bool:
    """True for a name that no column of the named tables has, and none of their values."""
    held = any(link.value.casefold() == one.name.casefold() for link in brief.said.value(one.place)[1])
    is_column = any(one.name in brief.said.tables[table].schema.names for table in brief.mentioned)
    return not held and not is_column


def _is_measure(brief: Brief, one: Listed) -> bool:
    """True for what is called, or said to be, a number or an amount of something."""
    told = {*words_of(one.name), *brief.lemmas[one.start : min(one.end, one.start + _NEAR)]}
    if words_of(one.name)[-1] in CLASSES:
        return False
    return (
        bool(told & MEASURED)
        or bool(_PLACED.fullmatch(one.name.lower()))
        or table_called(brief, one.name, brief.said.tables) is not None
    )


def _named(brief: Brief) -> Iterator[Listed]:
    """``in a column called late``, ``(n_orders)``, ``as late_orders``: names that stand alone."""
    seen: set[str] = set()
    for place in range(1, len(brief)):
        if brief.words[place] in seen or not _is_name(brief, place):
            continue
        seen.add(brief.words[place])
        yield Listed(brief.said.tokens[place].text, place, place + 1, place + 1)


def _is_name(brief: Brief, place: int) -> bool:
    token, words = brief.said.tokens[place], brief.words
    if not token.is_word or "." in token.text or brief.ledger.covers(place) or brief.said.value(place)[0]:
        return False
    before = words[place - 1]
    is_last = place + 1 >= len(brief) or words[place + 1] in _ENDS
    is_led = before in _CALLING and bool(_COLUMN & set(brief.lemmas[max(0, place - 3) : place]))
    is_led = is_led or (before in _COLUMN and words[place - 2] in (*_ARTICLES, "(", "into") and place > 1)
    is_column = token.text in brief.said.column_names
    alone = before in ("(", "as") and is_identifier(brief.said, place) and not is_column
    start = segment(brief, place)[0]
    counted = before == "as" and bool(_COUNTING & set(brief.words[start:place])) and token.kind == "word"
    return is_last and (is_led or alone or counted)


def implied(brief: Brief, found: Sequence[Listed]) -> Iterator[Listed]:
    """``per clinic_id``: what the result is by, where the list leaves it out."""
    for place in brief.places({"true"}):
        name = brief.said.tokens[place - 2] if place > 1 else None
        if name is not None and brief.words[place - 1] in ("is", "=", "to", "as", "be") and name.is_word:
            yield Listed(name.text, place - 2, place - 1, place - 1)
            return
    grouping = list(_grouping(brief, found))
    leading = [one for one in grouping if _leads(brief, one.place, found[0].place)]
    yield from (leading or grouping)[:1]


def _grouping(brief: Brief, found: Sequence[Listed]) -> Iterator[Listed]:
    """What stands behind *per*, *by* or *each* and may be called a column."""
    for place in brief.places(_PER):
        start = place + 1
        while start < len(brief) and brief.words[start] in _ARTICLES | {"different", "single"}:
            start += 1
        if start >= len(brief) or brief.lemmas[start] in _ROW or any(one.place == start for one in found):
            continue
        phrase, length = _phrase(brief, start)
        if any(_says(brief, one, start, start + length) for one in found):
            continue
        if brief.lemmas[start] in CLASSES and any(words_of(one.name)[-1] == brief.lemmas[start] for one in found):
            continue
        name = phrase or _column(brief, start) or _glossed(brief, start)
        if name and name.casefold() not in {one.name.casefold() for one in found}:
            yield Listed(name, start, start + 1, start + 1)


def _leads(brief: Brief, place: int, behind: int) -> bool:
    """True in the sentence of the list: ``For each size_class: works and avg_min``."""
    between = brief.said.tokens[min(place, behind) : max(place, behind)]
    return not any(token.text in ".;!?" for token in between)


def _glossed(brief: Brief, place: int) -> str:
    """``st`` in *per state (st)*: the column that a parenthesis names for it."""
    opened = next((i for i in range(place + 1, min(place + 4, len(brief) - 1)) if brief.words[i] == "("), 0)
    token = brief.said.tokens[opened + 1] if opened else None
    is_column = token is not None and any(token.text in brief.said.tables[t].schema.names for t in brief.mentioned)
    return token.text if token is not None and is_column else ""


def _says(brief: Brief, one: Listed, start: int, end: int) -> bool:
    """``by origin dock`` where a column dock is listed, ``per month`` where mth is."""
    said = brief.lemmas[start:end]
    return set(words_of(one.name)) <= set(said) or is_abbreviation_of(one.name.casefold(), said[0])


def _phrase(brief: Brief, place: int) -> tuple[str, int]:
    """The one column that several words name, and how many: ``route_label`` of *per route label*."""
    for length in (3, 2):
        links = [
            x for x in brief.said.links(place, length) if x.column and x.score >= OWN and x.table in brief.mentioned
        ]
        if len({link.column for link in links}) == 1:
            return links[0].column, length
    return "", 1


def _column(brief: Brief, place: int) -> str:
    """The column that is named there, as it is spelled; or a new name that is spelled like one."""
    token = brief.said.tokens[place]
    if not token.is_word:
        return ""
    for table in brief.mentioned:
        same = [n for n in brief.said.tables[table].schema.names if n.casefold() == token.text.casefold()]
        if same:
            return token.text if token.text in same else same[0]
    links = [x for x in brief.said.links(place, 1) if x.column and x.score >= OWN and x.table in brief.mentioned]
    if len({link.column for link in links}) == 1 and brief.said.table(place) is None:
        return links[0].column
    if token.kind == "name" or words_of(token.text)[-1] in ("class", "band"):
        return token.text
    is_known = brief.said.table(place) is not None or any(x.column for x in brief.said.links(place, 1))
    return token.text if not is_known and brief.words.count(token.lower) > 1 and token.lower not in GLUE else ""
