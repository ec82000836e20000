"""Slots that hold a formula, or the words for a column that may stand in one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from datamorph.planning.offline.grammar.calls import CALLS, SIGNS
from datamorph.planning.offline.names import HEAD, SYNONYM, Link, token_words
from datamorph.planning.offline.phrasebook.kinds.columns import LONGEST
from datamorph.planning.offline.phrasebook.kinds.ends import Ends
from datamorph.planning.offline.rephrasing.said import Said

NO_NAMES = frozenset(
    "the a an of in on at by per for to and or is are was with from as not no than it its "
    "what which where who how when this that there here i we you they".split()
)
_LEAST = HEAD * SYNONYM
_LISTS = frozenset({"recode", "classed", "choose"})
_STOPS, _OPERATORS = frozenset(".;"), frozenset("/*+-")
_POSSESSIVE = ("'s", "\u2019s")
_CLOSING = frozenset("(),.;:!?")


def call(said: Said, place: int) -> Iterator[int]:
    """``lower(trim(city))``: a value as it is written in formulas."""
    yield from _spelled_call(said, place, CALLS)


def _spelled_call(said: Said, place: int, names: frozenset[str]) -> Iterator[int]:
    if place + 1 >= len(said) or said.words[place] not in names or said.words[place + 1] != "(":
        return
    if said.tokens[place + 1].start != said.tokens[place].end:
        return
    depth = 0
    for end in range(place + 1, len(said)):
        depth += {"(": 1, ")": -1}.get(said.words[end], 0)
        if not depth:
            yield end + 1
            return


def calls_of(said: Said) -> Iterator[tuple[int, int]]:
    """Where formulas begin and end, and where definitions do that need no more words: ``town = upper(city).``"""
    for place in range(len(said)):
        for end in _spelled_call(said, place, CALLS | _LISTS):
            yield place, end
            is_defined = place > 1 and said.words[place - 1] == "=" and (place == 2 or said.words[place - 3] in _STOPS)  # noqa: PLR2004
            if is_defined and (end == len(said) or said.words[end] in _STOPS or said.words[end] in _OPERATORS):
                yield place - 3, end


def _termed(is_wanted: Callable[[str], bool] | None = None) -> Ends:
    """A call, or words that may mean a column of such a type: which one is for the grammar to say."""

    def ends(said: Said, place: int) -> Iterator[int]:
        ended = list(call(said, place))
        if ended or (place < len(said) and said.words[place] in NO_NAMES):
            yield from ended
            return
        for length in range(LONGEST, 0, -1):
            links = [link for link in _loosely(said, place, length) if not is_wanted or is_wanted(said.type_of(link))]
            if links:
                yield from _of_table(said, place + length, links)
                yield place + length

    return ends


def _of_table(said: Said, place: int, links: list[Link]) -> Iterator[int]:
    """``name of the shop``: the table that the column is of."""
    if said.words[place : place + 1] not in (("of",), ("in",), ("from",)):
        return
    start = place + 1 + (said.words[place + 1 : place + 2] in (("the",), ("a",), ("each",), ("every",), ("all",)))
    found = said.table(start)
    if found is not None and any(link.table == found[1] for link in links):
        yield start + found[0]


def _loosely(said: Said, place: int, length: int) -> list[Link]:
    """The columns that words may mean, as loosely as the grammar takes them."""
    run = said.tokens[place : place + length]
    if len(run) < length or not all(token.is_word for token in run) or run[-1].lower in NO_NAMES:
        return []
    if run[-1].text.endswith(_POSSESSIVE):
        return []
    words = token_words(run)
    links = said.names.links(words) or said.names.begun(words) or said.names.shortened(words)
    return [link for link in links if link.column and link.score >= _LEAST]


def _owner(said: Said, place: int) -> Iterator[int]:
    """``patron's``: whose value it is."""
    if place < len(said) and said.tokens[place].is_word and said.tokens[place].text.endswith(_POSSESSIVE):
        yield place + 1


def _sign(said: Said, place: int) -> Iterator[int]:
    """``dash``, ``at sign``, ``@``, ``'; '``."""
    token = said.tokens[place] if place < len(said) else None
    if token is None or (token.kind not in ("text", "mark") and token.lemma not in SIGNS) or token.text in _CLOSING:
        return
    if said.words[place + 1 : place + 2] in (("sign",), ("symbol",), ("stop",), ("slash",), ("signs",)):
        yield place + 2
    yield place + 1


FORMULAS: Mapping[str, Ends] = {
    "call": call,
    "term": _termed(lambda type_: type_ == "string"),
    "any_term": _termed(),
    "owner": _owner,
    "sign": _sign,
}
