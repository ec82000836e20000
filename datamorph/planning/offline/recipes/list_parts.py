"""The parts of a list in a prompt: where clauses end, what stands between commas, and the name in each part."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import Token

LEADING = frozenset(
    "and plus then finally also & the a an its their with as well by in only just distinct unique".split()
)
_ENDS = frozenset(".;:!?")
JOINING = frozenset({"and", "plus", "&", "+", "next"})
_CAMEL = re.compile(r"[A-Za-z][a-z0-9]*[a-z0-9][A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*")
_TELLING = frozenset(
    "holding holds per of after by from with for in as being counting containing = ( over across".split()
)
NO_NAMES = frozenset(
    """
    deduplicated distinct unique unchanged untouched nothing everything once sorted ordered trimmed lowercase lowercased
    uppercase uppercased rounded thanks thx cheers please column columns field fields ascending descending alphabetical
    alphabetically blank blanks space comma chronological chronologically untransformed only null empty none
    first last otherwise separated joined latter former each twice highest lowest biggest smallest largest me us
    hi hello hey dear morning team folks all guys everybody everyone
    """.split()
)
"""Words that stand alone in a list and tell of it, or of what is done to it."""
_NO_TITLES = frozenset(
    "text string number date integer decimal boolean fraction is well they it one first last hh yyyy".split()
)
"""What stands behind *as* and is no name: *as text*."""
_CALENDAR = frozenset("year quarter month week day date".split())
_OPERATORS = frozenset({"*", "times", "x", "-", "minus", "/"})
_CURRENCIES = frozenset("euro euros eur dollar dollars usd pounds gbp cents percent".split())
NAMING = tuple((verb, them) for verb in ("name", "call") for them in ("them", "these"))


def is_identifier(said: Said, place: int) -> bool:
    """True for what is spelled as columns are: ``order_id``, ``OrderId``, or the name of one as it stands."""
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word:
        return False
    if (token.kind == "name" and "." not in token.text) or _CAMEL.fullmatch(token.text):
        return True
    return token.text in said.column_names


def stretches(said: Said) -> Iterator[tuple[int, int]]:
    """Runs of tokens between the marks that end a clause, outside of parentheses."""
    start, depth = 0, 0
    for place, token in enumerate(said.tokens):
        depth += (token.text in "([") - (token.text in ")]")
        is_end = token.text in _ENDS and not is_abbreviation(said, place)
        if depth <= 0 and (is_end or is_dash(said.tokens, place)):
            yield start, place
            start, depth = place + 1, 0
    yield start, len(said)


def is_abbreviation(said: Said, place: int) -> bool:
    """True for the full stop of ``e.g.``, and of ``etc.`` where a comma follows."""
    if said.tokens[place].text != "." or place == 0:
        return False
    behind = said.tokens[place + 1].text if place + 1 < len(said) else ""
    return said.words[place - 1] in ("e.g", "i.e", "incl", "approx", "resp") or behind == ","


def is_dash(tokens: tuple[Token, ...], place: int) -> bool:
    """A dash between blanks, or an arrow."""
    token = tokens[place]
    if token.text in ("–", "—"):  # noqa: RUF001 (dashes are what people type)
        return True
    behind = tokens[place + 1] if place + 1 < len(tokens) else None
    if token.text == ">" and place and tokens[place - 1].text == "-":
        return True
    before = tokens[place - 1] if place else None
    return token.text == "-" and bool(before and behind and before.end < token.start and token.end < behind.start)


def items(said: Said, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Parts between commas, and around the ``and`` before the last one."""
    first, depth = start, 0
    for place in range(start, end):
        text = said.tokens[place].text
        depth += (text in "([") - (text in ")]")
        joins = said.words[place] in JOINING and place + 1 < end and (
            _begins_item(said, place + 1, end) or (place == first + 1 and ends_list(said, first, place + 1, end))
        )  # fmt: skip
        joins = (joins and not _is_sum(said, first, place) and not _is_range(said, first, place)) or _is_slash(
            said, first, place, end
        )
        is_more = text == "+" and place > start and said.tokens[place - 1].kind == "number"
        is_formula = joins and said.words[place] != "and" and "=" in said.words[first:place]
        if depth == 0 and (text == "," or (joins and not is_more and not is_formula)):
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
    place = lead(said, place, end)
    stop = next((i for i in range(place, end) if said.tokens[i].text == ","), end)
    if named_last(said, place, stop) is not None:
        return True
    return place < end and (is_identifier(said, place) or is_alone(said, place, end))


def ends_list(said: Said, before: int, place: int, end: int) -> bool:
    """``last_click and clicks per visit``: behind a name stands one more, with what it is."""
    is_told = place + 1 < end and said.words[place + 1] in _TELLING
    is_listed = is_identifier(said, before) or (before > 0 and said.tokens[before - 1].text == ",")
    return is_listed and is_told and said.tokens[place].kind == "word"


def lead(said: Said, place: int, end: int) -> int:
    """Where the words end that only lead to what is listed: ``and the``, ``name them``."""
    if said.words[place : place + 2] in NAMING and place + 2 < end:  # name them a, b, c
        place += 2
    while place < end and said.words[place] in LEADING and not is_alone(said, place, end):
        place += 1
    is_column = place + 1 < end and said.words[place] in ("column", "field")  # ``and a column pets holding ...``
    return place + 1 if is_column and is_alone(said, place + 1, end) else place


def is_alone(said: Said, place: int, end: int) -> bool:
    """True for one word that is a whole part of the list, or has a parenthesis or a formula behind it."""
    token = said.tokens[place]
    if not token.is_word or token.lower in LEADING | NO_NAMES or "." in token.text or _is_value(said, place):
        return False
    if place and said.words[place - 1] == "in" and token.lower in _CURRENCIES:
        return False
    if said.words[place + 1 : end] in (("please",), ("pls",)):
        return True
    behind = said.tokens[place + 1].text if place + 1 < end else ""
    if token.lower in _CALENDAR and behind == "as":
        return True
    if (
        said.words[place + 1 : place + 3] == ("on", "a")
        and place + 3 < end
        and said.tokens[place + 3].value is not None
    ):
        return True  # on a 0-100 scale
    told = (",", "(", "=", "[", "rounded", "where", "being", "holding", "counting", "showing")
    return place + 1 == end or behind in told or said.words[place + 1] in JOINING


def _is_value(said: Said, place: int) -> bool:
    """True for what some column holds, as it is written there with a capital, and no column is called."""
    text = said.tokens[place].text
    if place + 1 < len(said) and said.tokens[place + 1].text in ("(", "="):
        return False
    held = text[:1].isupper() and any(link.value == text for link in said.value(place)[1])
    return held and not is_identifier(said, place)


def named_last(said: Said, first: int, last: int) -> int | None:
    """``the latest booked_on as last_booking``: where what an item describes gets its name."""
    is_behind = last - first > 3 and said.words[last - 2] == "as" and said.tokens[last - 3].text == ")"  # noqa: PLR2004
    is_title = is_behind and (said.words[last - 1] not in _NO_TITLES or said.words[last - 1] == said.words[first])
    if is_title:
        return last - 1  # share of all (4 decimals) as part
    end = next((i for i in range(first, last) if said.tokens[i].text == "("), last)
    spots = [i for i in range(first + 1, end - 1) if said.words[i] == "as" and _ends_naming(said, i + 2, end)]
    if not spots:
        return _in_parentheses(said, lead(said, first, last), end, last)
    name = spots[-1] + 1
    if is_identifier(said, name):
        return name
    is_led = bool(JOINING & set(said.words[max(first - 2, 0) : first])) and not is_identifier(said, first)
    is_formula = bool(_OPERATORS & set(said.words[first:name]))
    is_told = name - first > 2 and (is_formula or not is_identifier(said, lead(said, first, end)))  # noqa: PLR2004
    is_name = said.tokens[name].kind == "word" and said.words[name] not in _NO_TITLES and name + 1 == end
    return name if (is_told or is_led) and is_name else None


def _in_parentheses(said: Said, first: int, start: int, last: int) -> int | None:
    """``the sum (fines_total)``, ``mean fee (fee_mean, 2 decimals)``: a new name behind plain words."""
    place = start + 1
    if start >= last - 2 or not is_identifier(said, place) or said.tokens[place].text in said.column_names:
        return None
    is_plain = not any(is_identifier(said, i) and said.tokens[i].text not in said.column_names
                       for i in range(first, start))  # fmt: skip
    is_lone = start - first > 1 or not is_identifier(said, first)
    ends = said.tokens[place + 1].text in (")", ",")
    return place if is_plain and is_lone and ends and said.table(place) is None else None


def _ends_naming(said: Said, place: int, end: int) -> bool:
    return place >= end or said.words[place] in ("from", "for", "per", "in", "of")
