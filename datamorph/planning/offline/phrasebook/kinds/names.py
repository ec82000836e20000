"""Slots that hold a name of the prompt's own making, or an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.planning.offline.lexicon.words import GLUE, MONTHS, NEVER_GLUE
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrasebook.columns import CAMEL
from datamorph.planning.offline.phrasebook.kinds.calls import NO_NAMES, call
from datamorph.planning.offline.phrasebook.kinds.ends import Ends, listed
from datamorph.planning.offline.rephrasing.said import Said

_COUNTS = frozenset({"n", "num", "nr", "cnt", "count", "no", "number", "total"})


def _name(said: Said, place: int) -> Iterator[int]:
    is_name = place < len(said) and said.tokens[place].is_word and said.words[place] not in NO_NAMES
    if is_name and next(call(said, place), None) is None:
        yield place + 1


def _fresh(said: Said, place: int) -> Iterator[int]:
    """A name as columns have them, that no column has."""
    if place < len(said) and said.tokens[place].kind == "name" and "." not in said.words[place]:
        if not any(link.score >= OWN for link in said.links(place, 1)):
            yield place + 1


def _new(said: Said, place: int) -> Iterator[int]:
    """A name of the prompt's own, written as columns are."""
    token = said.tokens[place] if place < len(said) else None
    if token is not None and "." not in token.text and (token.kind == "name" or CAMEL.fullmatch(token.text)):
        yield place + 1


def _unknown(said: Said, place: int) -> Iterator[int]:
    """A name of the prompt's own making: no column, table or value is called so."""
    token = said.tokens[place] if place < len(said) else None
    if token is None or not token.is_word or token.lower in NO_NAMES or said.table(place) or said.value(place)[0]:
        return
    if not said.links(place, 1):
        yield place + 1


def _count_name(said: Said, place: int) -> Iterator[int]:
    """``n_adm``, ``loan_count``: such a name that says that something is counted."""
    parts = said.words[place].split("_") if place < len(said) else []
    if len(parts) > 1 and _COUNTS & {parts[0], parts[-1]}:
        yield from _unknown(said, place)


def _foreign(said: Said, place: int) -> Iterator[int]:
    """A word that neither the catalog nor the calendar knows: ``Germany`` in ``Germany (country DE)``."""
    token = said.tokens[place] if place < len(said) else None
    if token is None or token.kind != "word" or token.lower in GLUE | NEVER_GLUE | MONTHS.keys():
        return
    if not said.links(place, 1) and not said.value(place)[0]:
        yield place + 1


def _address(said: Said, place: int) -> Iterator[int]:
    if place < len(said) and said.words[place].startswith(("curated.", "processed.")):
        yield place + 1


NAMES: Mapping[str, Ends] = {
    "name": _name,
    "names": listed(_name),
    "fresh": _fresh,
    "new": _new,
    "unknown": _unknown,
    "count_name": _count_name,
    "foreign": _foreign,
    "address": _address,
}
