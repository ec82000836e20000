"""Columns that a prompt lists in plain words: *the ward's name, its beds and how many samples it sent*."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from datamorph.planning.offline.names import HEAD, OWN
from datamorph.planning.offline.recipes.list_parts import is_alone, is_dash, is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.rephrasing.said import Said

_ASKING = frozenset(
    """
    show shown give need want return output deliver report display list get include send print tell columns fields with
    like as
    """.split()
)
_LEADING = frozenset("the a an each every its their his her our your all both me us i i'd i'll we please just".split())
_COUNTING = frozenset("number count many".split())
_SUMMING = frozenset("total sum summed combined overall average mean".split())
_TAILS = ("total", "count"), ("altogether",), ("together",)
_NAMING = frozenset("name title label".split())
_LINKING = frozenset("join joined joining link linked match matched combine combined combining merge merged".split())
_ORDERING = frozenset(
    """
    first last top ascending descending asc desc order ordered sort sorted ranked tie ties level equal equals 
    alphabetical alphabetically highest-first
    """.split()
)
_HEAD_ENDS = frozenset(
    """
    in rounded as like with that which who they from for per where on at over if when being registered held made
    taken by - ( : = including included includes
    """.split()
)
_SENTENCE = frozenset(".;?!\n")
_JOINED = (("as", "well", "as"), ("together", "with"), ("along", "with"), ("next", "to"), ("followed", "by"))
_FEWEST = 2
_LONGEST_HEAD = 6


def find_prose(said: Said) -> tuple[Listed, ...]:
    """The longest list of things that the tables have, or that can be counted; empty where there is none."""
    lists = [tuple(_outputs(said, parts)) for parts in _lists(said)]
    lists = [some for some in lists if len(some) >= _FEWEST and len({one.name for one in some}) == len(some)]
    return max(lists, key=len, default=())


def _outputs(said: Said, parts: Iterable[tuple[int, int]]) -> Iterator[Listed]:
    """The columns up to the first part that is none; what only says more about the one before belongs to it."""
    found: list[Listed] = []
    for start, end in parts:
        if found and _is_apposition(said, found[-1], start):
            found[-1] = replace(found[-1], end=end)
            continue
        one = _output(said, start, end)
        if one is None:
            break
        found.append(one)
    yield from found


def _is_apposition(said: Said, before: Listed, start: int) -> bool:
    """``mean_fee, the mean of all fees``: behind a new name stands what it is."""
    is_new = is_identifier(said, before.place) and before.name not in said.column_names
    return is_new and said.tokens[start - 1].text == "," and said.words[start] in ("the", "a", "an")


def _lists(said: Said) -> Iterator[list[tuple[int, int]]]:
    """The parts of each run of tokens that may be a list."""
    for start, end in _sentences(said):
        starts = [start]
        starts += [
            i + 1 for i in range(start, end - 1)
            if (_asks(said, start, i) or said.tokens[i].text == ":" or is_dash(said.tokens, i))
            and _depth(said, start, i) == 0
        ]  # fmt: skip
        for first in starts:
            yield list(_parts(said, first, end))


def _asks(said: Said, start: int, place: int) -> bool:
    """True for a word that leads to a list: ``show``, and ``with`` where nothing is joined."""
    joins = said.words[place] == "with" and bool(_LINKING & set(said.words[start:place]))
    return said.words[place] in _ASKING and not joins


def _sentences(said: Said) -> Iterator[tuple[int, int]]:
    start, depth = 0, 0
    for place, token in enumerate(said.tokens):
        depth += (token.text in "([") - (token.text in ")]")
        if depth <= 0 and token.text in _SENTENCE:
            yield start, place
            start, depth = place + 1, 0
    yield start, len(said)


def _depth(said: Said, start: int, place: int) -> int:
    texts = [said.tokens[i].text for i in range(start, place)]
    return texts.count("(") - texts.count(")")


def _parts(said: Said, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between commas and words that join, outside of parentheses and asides between dashes."""
    first, depth, aside = start, 0, False
    place = start
    while place < end:
        text = said.tokens[place].text
        depth += (text in "([") - (text in ")]")
        if depth == 0 and is_dash(said.tokens, place):
            if not aside and not any(is_dash(said.tokens, i) for i in range(place + 1, end)):
                end = place
                break
            aside = not aside
        length = _joint(said, place) if depth == 0 and not aside else 0
        if length:
            if place > first:
                yield first, place
            first = place + length
        place += length or 1
    if end > first:
        yield first, end


def _joint(said: Said, place: int) -> int:
    """How many tokens join two parts there."""
    if said.tokens[place].text == "," or said.words[place] in ("and", "plus"):
        return 1
    if said.tokens[place].text in ("+", "&") and place:
        return int(is_identifier(said, place - 1) and is_identifier(said, place + 1))
    return next((len(words) for words in _JOINED if said.words[place : place + len(words)] == words), 0)


def _output(said: Said, start: int, end: int) -> Listed | None:
    """What a part of a list is called; None for one that is no column of a result."""
    start = _led(said, start, end)
    words = said.words[start:end]
    if start >= end or _is_no_column(said, start, end) or _orders(said, start, end):
        return None
    if is_identifier(said, start):
        return Listed(said.tokens[start].text, start, start + 1, end)
    head = _head(said, start, end)
    if head == start or head - start > _LONGEST_HEAD:
        return None
    glossed = _glossed(said, start, head, end)
    if glossed is not None:
        return Listed(said.tokens[glossed].text, glossed, start, end)
    name = _called([token.lower for token in said.tokens[start:head] if token.is_word])
    is_measure = bool(set(words[:2]) & (_COUNTING | _SUMMING)) or any(words[-len(t) :] == t for t in _TAILS)
    is_column = is_alone(said, start, end) or bool(_NAMING & set(words[: head - start])) or _is_known(said, start, head)
    if name and (is_measure or is_column) and not _is_sample(said, head, end):
        return Listed(name, head - 1, start, end)
    return None


def _glossed(said: Said, start: int, head: int, end: int) -> int | None:
    """``number of loans (loans)``, ``mean fee (fee_mean)``: the name that a parenthesis gives to a number."""
    texts = [said.tokens[i].text for i in range(head, min(head + 3, end))]
    is_lone = len(texts) > 2 and texts[0] == "(" and texts[2] in (")", ",")  # noqa: PLR2004
    is_measure = bool(set(said.words[start:head]) & (_COUNTING | _SUMMING))
    if not is_lone or not is_measure or head - start < _FEWEST or texts[1] in said.column_names:
        return None
    is_name = is_identifier(said, head + 1) or said.tokens[head + 1].lower == said.tokens[head - 1].lower
    return head + 1 if is_name else None


def _called(words: Sequence[str]) -> str:
    """``number_loans`` for *number of loans*, ``site_name`` for *name of the site*."""
    if "of" in words and words[words.index("of") - 1] in _NAMING:
        at = words.index("of")
        words = [*words[at + 1 :], *words[:at]]
    return "_".join(word.removesuffix("'s") for word in words if word not in _SMALL)


def _is_no_column(said: Said, start: int, end: int) -> bool:
    """``count the loans``, ``loans with 4 or more copies``, ``loans``: work, rows, and what is left open."""
    words = said.words[start:end]
    is_verb = words[:1] == ("count",) and words[1:2] != ("of",)
    limits = any(
        said.tokens[i].value not in (None, 1) and said.tokens[i].kind == "number" and said.tokens[i + 1 : i + 2]
        and said.tokens[i + 1].lemma not in _DIGITS and _depth(said, start, i) == 0
        for i in range(start, end)
    )  # fmt: skip
    is_rows = said.tokens[start].kind == "word" and said.table(start) is not None and _is_plural(said, start, end)
    stop = next((i for i in range(start, end) if is_dash(said.tokens, i)), end)
    plain = {said.words[i] for i in range(start, stop) if _depth(said, start, i) == 0}
    return (
        is_verb
        or limits
        or is_rows
        or ":" in words
        or bool(_OPEN & set(words) or (_TELLING & plain and not is_identifier(said, start)))
    )


def _is_plural(said: Said, start: int, end: int) -> bool:
    """True for the rows of a table with nothing that makes a column of them."""
    token = said.tokens[start]
    behind = said.words[start + 1 : start + 2]
    is_alone = start + 1 == end or behind[0] in _HEAD_ENDS - {"(", "=", "-"}
    return token.lower != token.lemma and is_alone


_DIGITS = frozenset("decimal digit dp place".split())
_OPEN = frozenset("whatever whichever any either".split())
_TELLING = frozenset("only per is are was were have has = where".split())
"""What leaves open what a column is; and what tells groups or conditions, and is no part of a plain name."""
_SMALL = frozenset("of the their its a an how each every".split())


def _is_sample(said: Said, start: int, end: int) -> bool:
    """``its name and city like 'Palace (Cork)'``: one column that is made of several."""
    return said.words[start : start + 1] == ("like",) and any(said.tokens[i].kind == "text" for i in range(start, end))


def _led(said: Said, start: int, end: int) -> int:
    while start < end and (said.words[start] in _LEADING | _ASKING or said.words[start] == "then"):
        start += 1
    return start


def _orders(said: Said, start: int, end: int) -> bool:
    """``largest first``, ``ties by name``: how rows come, no column."""
    words = [w for i, w in enumerate(said.words[start:end], start) if _depth(said, start, i) == 0]
    return bool(set(words) & (_ORDERING - {"first", "last"})) or bool({"first", "last"} & set(words[-1:]))


def _head(said: Said, start: int, end: int) -> int:
    """Where what is told about a column begins."""
    first = start + 1
    return next((i for i in range(first, end) if said.words[i] in _HEAD_ENDS or not said.tokens[i].is_word), end)


def _is_known(said: Said, start: int, end: int) -> bool:
    """True where a column is called like the words, or ends in what its table is called."""
    return any(
        link.score >= (OWN if link.column else HEAD)
        for length in range(end - start, 0, -1)
        for link in said.links(start, length)
        if length == end - start or link.column
    )
