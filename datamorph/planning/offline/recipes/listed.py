"""The columns that a prompt lists for its result, wherever and however it lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import Token

_LEADING = frozenset(
    "and plus then finally also & the a an its their with as well by in only just distinct unique".split()
)
_ENDS = frozenset(".;:!?")
_JOINING = frozenset({"and", "plus", "&", "+", "next"})
_CAMEL = re.compile(r"[A-Za-z][a-z0-9]*[a-z0-9][A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*")
_DEFINING = frozenset({"=", ":", "(", "being", "is", "are", "which", "that", "holds", "for", "by", "as", "from"})
_CUES = frozenset("column columns field fields output outputs named called".split())
_ASKING = frozenset(
    """
    show give need want return output deliver provide display list report select keep get produce with have columns
    fields column called has gets lists carries holding contains containing including include are be name take
    like pull fetch pick extract export print send see put build make
    which tell
    """.split()
)
_TELLING = frozenset(
    "holding holds per of after by from with for in as being counting containing = ( over across".split()
)
_LISTING = frozenset("list show give return output display select report deliver".split())
_CALENDAR = frozenset("year quarter month week day date".split())
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """One column of the result.

    Attributes:
        name: as it is to be called.
        place: of its token.
        start: of what the list says about it; and ``end``, behind that.
    """

    name: str
    place: int
    start: int
    end: int


def find_listed(said: Said) -> tuple[Listed, ...]:
    """The longest list of names in the prompt, the last of several; empty where there is none."""
    return next(iter(find_lists(said)), ())


def find_lists(said: Said) -> list[tuple[Listed, ...]]:
    """All lists of names, the likeliest first."""
    scored: list[tuple[int, int, tuple[Listed, ...]]] = []
    for number, (start, end) in enumerate(_stretches(said)):
        found = tuple(_names(said, start, end))
        strong = sum(is_identifier(said, one.place) for one in found)
        is_said = start > 0 and bool(_CUES & set(said.words[max(start - 4, 0) : start + 3]))
        if len(found) >= (1 if is_said else _FEWEST) and (strong or is_said):
            scored.append((strong * 2 + len(found) + 2 * is_said, number, found))
    return [found for _, _, found in sorted(scored, key=lambda one: one[:2], reverse=True)]


def is_identifier(said: Said, place: int) -> bool:
    """True for what is spelled as columns are: ``order_id``, ``OrderId``, or the name of one as it stands."""
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word:
        return False
    if (token.kind == "name" and "." not in token.text) or _CAMEL.fullmatch(token.text):
        return True
    return any(token.text in table.schema.names for table in said.tables.values())


def parts_of_lists(said: Said) -> Iterator[list[tuple[int, int]]]:
    """For each run between the marks that end a clause, its parts between commas, behind what leads to them."""
    for start, end in _stretches(said):
        parts = [(_lead(said, first, last), last) for first, last in _items(said, start, end)]
        yield [(first, last) for first, last in parts if first < last]


def _stretches(said: Said) -> Iterator[tuple[int, int]]:
    """Runs of tokens between the marks that end a clause, outside of parentheses."""
    start, depth = 0, 0
    for place, token in enumerate(said.tokens):
        depth += (token.text in "([") - (token.text in ")]")
        is_end = token.text in _ENDS and not is_abbreviation(said, place)
        if depth <= 0 and (is_end or _is_dash(said.tokens, place)):
            yield start, place
            start, depth = place + 1, 0
    yield start, len(said)


def is_abbreviation(said: Said, place: int) -> bool:
    """True for the full stop of ``e.g.``, and of ``etc.`` where a comma follows."""
    if said.tokens[place].text != "." or place == 0:
        return False
    behind = said.tokens[place + 1].text if place + 1 < len(said) else ""
    return said.words[place - 1] in ("e.g", "i.e", "incl", "approx") or behind == ","


def _is_dash(tokens: tuple[Token, ...], place: int) -> bool:
    """A dash between blanks, or an arrow."""
    token = tokens[place]
    if token.text in ("–", "—"):  # noqa: RUF001 (dashes are what people type)
        return True
    behind = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.text == ">" and place and tokens[place - 1].text == "-":
        return True
    before = tokens[place - 1] if place else None
    return token.text == "-" and bool(before and behind and before.end < token.start and token.end < behind.start)


def _items(said: Said, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts between commas, and around the ``and`` before the last one."""
    first, depth = start, 0
    for place in range(start, end):
        text = said.tokens[place].text
        depth += (text in "([") - (text in ")]")
        joins = said.words[place] in _JOINING and place + 1 < end and (
            _begins_item(said, place + 1, end) or (place == first + 1 and _ends_list(said, first, place + 1, end))
        )  # fmt: skip
        joins = (joins and not _is_sum(said, first, place) and not _is_range(said, first, place)) or _is_slash(
            said, first, place, end
        )
        is_formula = any(said.tokens[i].text == "=" for i in range(first, place))
        is_more = text == "+" and place > start and said.tokens[place - 1].kind == "number"
        joins = joins and not is_more
        if depth == 0 and (text == "," or (joins and not (is_formula and said.words[place] != "and"))):
            if place > first:
                yield first, place
            first = place + 1
    if end > first:
        yield first, end


def _is_sum(said: Said, first: int, place: int) -> bool:
    """``employee = fname + ' ' + lname``: a plus inside of a definition."""
    is_plus = said.tokens[place].text == "+"
    return is_plus and ("=" in said.words[first:place] or any(t.kind == "text" for t in said.tokens[first:place]))


def _is_range(said: Said, first: int, place: int) -> bool:
    """``days between due_on and paid_on``."""
    words = said.words[first:place]
    return said.words[place] == "and" and "between" in words and "and" not in words[words.index("between") :]


def _is_slash(said: Said, first: int, place: int, end: int) -> bool:
    """``customer_id / remark``: no quotient where nothing is defined."""
    if said.tokens[place].text != "/" or place == first or place + 1 >= end or "=" in said.words[first:place]:
        return False
    return is_identifier(said, place - 1) and is_identifier(said, place + 1)


def _begins_item(said: Said, place: int, end: int) -> bool:
    place = _lead(said, place, end)
    stop = next((i for i in range(place, end) if said.tokens[i].text == ","), end)
    if _named_last(said, place, stop) is not None:
        return True
    return place < end and (is_identifier(said, place) or _is_alone(said, place, end))


def _ends_list(said: Said, before: int, place: int, end: int) -> bool:
    """``last_click and clicks per visit``: behind a name stands one more, with what it is."""
    is_told = place + 1 < end and said.words[place + 1] in _TELLING
    return is_identifier(said, before) and is_told and said.tokens[place].kind == "word"


def _lead(said: Said, place: int, end: int) -> int:
    while place < end and said.words[place] in _LEADING and not _is_alone(said, place, end):
        place += 1
    return place


def _is_alone(said: Said, place: int, end: int) -> bool:
    """True for one word that is a whole part of the list, or has a parenthesis or a formula behind it."""
    token = said.tokens[place]
    if not token.is_word or token.lower in _LEADING or "." in token.text or _is_value(said, place):
        return False
    if said.words[place + 1 : end] in (("please",), ("pls",)):
        return True
    behind = said.tokens[place + 1].text if place + 1 < end else ""
    if token.lower in _CALENDAR and behind == "as":
        return True
    told = (",", "(", "=", "[", "where", "being", "holding", "counting", "showing")
    return place + 1 == end or behind in told or said.words[place + 1] in _JOINING


def _is_value(said: Said, place: int) -> bool:
    """True for what some column holds, as it is written there with a capital, and no column is called."""
    text = said.tokens[place].text
    held = text[:1].isupper() and any(link.value == text for link in said.value(place)[1])
    return held and not is_identifier(said, place)


def _names(said: Said, start: int, end: int) -> Iterator[Listed]:
    found: list[Listed] = []
    for first, last in _items(said, start, end):
        place = _lead(said, first, last)
        if place >= last:
            continue
        named = _named_last(said, place, last)
        if named is not None:
            found.append(Listed(said.tokens[named].text, named, first, named))
            continue
        if said.words[place] in _LISTING and is_identifier(said, place + 1) and len(found) <= 1:
            found, place = [], place + 1
        ends = bool(found) and said.words[first - 1] in _JOINING and _ends_list(said, found[-1].place, place, last)
        if not (ends or is_identifier(said, place) or _is_alone(said, place, last)):
            behind = _behind_asking(said, first, last) if not found else _behind_noun(said, first, last)
            if behind is None:
                if found:  # what follows a name tells about it
                    found[-1] = Listed(found[-1].name, found[-1].place, found[-1].start, last)
                continue
            place = behind
        found.append(Listed(said.tokens[place].text, place, place + 1, last))
    yield from _until_break(said, found)


def _named_last(said: Said, first: int, last: int) -> int | None:
    """``the latest booked_on as last_booking``: where what an item describes gets its name."""
    is_named = last - first > 2 and said.words[last - 2] == "as" and is_identifier(said, last - 1)  # noqa: PLR2004
    return last - 1 if is_named else None


def _behind_asking(said: Said, first: int, last: int) -> int | None:
    """The name in ``I want cust_no`` and ``name the columns signup_year``: where a word that asks stands before it."""
    names = [place for place in range(first, last) if is_identifier(said, place)]
    named = [place - 1 for place in range(first + 1, last) if said.tokens[place].text == "="][:1]
    paren = [place - 1 for place in range(first + 1, last) if said.tokens[place].text == "("][:1]
    for place in named or names or paren or [last - 1]:
        before = [said.words[i] for i in range(max(first, place - 4), place)]
        if not names and not named and before[-1:] and before[-1] not in _ASKING | _LEADING:
            continue
        if set(before) & _ASKING and said.tokens[place].is_word and said.words[place] not in _LEADING:
            return place
    return None


def _behind_noun(said: Said, first: int, last: int) -> int | None:
    """The name in ``the amount amt_ct``: an article, a word or two that say what it is, the name."""
    first += said.words[first] in ("and", "plus")
    is_short = last - first in (3, 4) and said.words[first] in ("the", "its", "their")
    plain = all(said.tokens[i].kind == "word" and not is_identifier(said, i) for i in range(first, last - 1))
    return last - 1 if is_short and plain and is_identifier(said, last - 1) else None


def _until_break(said: Said, found: list[Listed]) -> Iterator[Listed]:
    """Each name once."""
    seen: set[str] = set()
    for one in found:
        if one.name.casefold() not in {*seen, "i.e", "e.g"}:
            seen.add(one.name.casefold())
            yield one
