"""Slots that hold a number, an amount with its unit, or a column of such amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.core.datatype import is_number
from datamorph.planning.offline.grammar.units import unit_of
from datamorph.planning.offline.lexicon.cues import COMPARISONS, POSTFIX, UNITS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrasebook.kinds.columns import column
from datamorph.planning.offline.phrasebook.kinds.ends import Ends, phrase
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Said

_COMPARISONS, _POSTFIXES = Phrases(COMPARISONS), Phrases(POSTFIX)
_STANDS = frozenset("is are being holds has stands given stored kept held recorded in as of euro us = which".split())
_CENTS = frozenset({"cent", "pence", "penny"})
_DEFINES = frozenset("as = is called named ( being".split())


def _number(said: Said, place: int) -> Iterator[int]:
    token = said.tokens[place] if place < len(said) else None
    if token is not None and isinstance(token.value, int | float):
        yield place + 1


def _amount(said: Said, place: int) -> Iterator[int]:
    """``30``, ``£250``, ``30 minutes``, ``a minute``."""
    is_one = place < len(said) and said.words[place] in ("a", "an")
    end = place + 1 if is_one else next(_number(said, place), place)
    if place < end < len(said) and said.tokens[end].kind == "word" and said.tokens[end].lemma in UNITS:
        yield end + 1
    if end > place and not is_one:
        yield end


def _told_unit(said: Said, place: int) -> Iterator[int]:
    """``fare_cents is in cents``: a remark that says what the name of the column says too."""
    for end in column(is_number)(said, place):
        behind = end
        while behind < len(said) and said.words[behind] in _STANDS:
            behind += 1
        if not end < behind < len(said) or not said.tokens[behind].is_word:
            continue
        links = [link for link in said.links(place, end - place) if link.column]
        units = {unit_of(link.column, said.names.column_words[link.table, link.column]) for link in links}
        if len(units) == 1 and (UNITS.get(said.tokens[behind].lemma, ()) == UNITS.get(next(iter(units)), "")):
            yield behind + 1


def _in_unit(units: frozenset[str]) -> Ends:
    """A number whose name says one of these units."""

    def ends(said: Said, place: int) -> Iterator[int]:
        for end in column(is_number)(said, place):
            links = said.meant(place, end - place)
            links = tuple(link for link in links if link.column)
            if links and all(unit_of(k.column, said.names.column_words[k.table, k.column]) in units for k in links):
                yield end

    return ends


def cents_of(said: Said, name: str) -> str:
    """``fare_cents`` for ``fare_eur``; empty where no column of the prompt's tables is its amount in cents."""
    stem = words_of(name)[:-1]
    if words_of(name)[-1] not in ("eur", "euro", "gbp", "pound", "usd", "dollar"):
        return ""
    found = {
        column
        for (_, column), words in said.names.column_words.items()
        if words[-1] in _CENTS and words[:-1] == stem and stem
    }
    return next(iter(found)) if len(found) == 1 else ""


def _whole_money(said: Said, place: int) -> Iterator[int]:
    """A new name for an amount that a column holds in cents: ``fare_eur`` of ``fare_cents``."""
    if place < len(said) and said.tokens[place].kind == "name" and not said.links(place, 1):
        if cents_of(said, said.tokens[place].text) and (
            place + 1 == len(said) or said.words[place + 1] not in _DEFINES
        ):
            if place == 0 or said.words[place - 1] not in _DEFINES:
                yield place + 1


AMOUNTS: Mapping[str, Ends] = {
    "number": _number,
    "comparison": phrase(_COMPARISONS),
    "postfix": phrase(_POSTFIXES),
    "amount": _amount,
    "told_unit": _told_unit,
    "cents_column": _in_unit(_CENTS),
    "seconds_column": _in_unit(frozenset({"second", "sec"})),
    "whole_money": _whole_money,
}
