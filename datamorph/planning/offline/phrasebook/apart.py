"""Lists of output columns that stand apart, where no word asks for them."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.phrasebook.columns import DASHES, DIRECTIONS, ENDS, Entry, Kind, entries
from datamorph.planning.offline.rephrasing.said import Said

_MOST_OF_TAIL = 8
_MOST_OF_LEAD = 4
_AT_TOP = frozenset(
    """first last top leading ahead bottom ties tie tied equal equals descending ascending desc asc alphabetically
    decides
    high low many few breaks wins smallest largest back point decimals decimal""".split()
)
_TAILS = DIRECTIONS | frozenset(
    """sorted ordered sort order in by with for from where only one no rounded then ties each every nothing nobody
    please
    limited excluding ignoring without whenever if when on equal same at all just so that starting ranked grouped
    arranged listed and""".split()
) - frozenset({"most", "highest", "largest", "lowest", "smallest", "earliest", "latest", "newest", "oldest", "longest",
               "shortest", "biggest", "greatest", "fewest", "least", "top", "cheapest"})  # fmt: skip
_LEADS = frozenset({".", ";", "!", "?", "(", "[", ":", "|", ">", *DASHES})
_OTHER = frozenset(
    """drop remove exclude omit skip sort sorting order keys key merge rename fill trim clean dedupe deduplicate cursor
    partition join unpivot pivot stack hash mask lowercase uppercase round distinct unique duplicates duplicate unless
    without except excluding ignoring melt transpose missing null""".split()
)
_OTHER_LAST = _OTHER | frozenset(
    """by per on over than between in for with from to or not columns column fields field output outputs headers header
    attributes layout schema""".split()
)
_FEWEST = 2


def bare_lists(said: Said, place: int) -> Iterator[tuple[int, int]]:
    """Size and end of a list that stands apart, between marks or at the start: nothing else than output it can be."""
    if not _is_apart(said, place):
        return
    found = entries(said, place)
    is_whole = len(found) >= _FEWEST and _is_certain(said, found) and _is_over(said, found[-1].end)
    if is_whole and not _is_beside_keys(said, place, found):
        yield len(found), found[-1].end


def bare_ends(said: Said, place: int) -> Iterator[int]:
    """The end of a list that stands apart."""
    yield from (end for _, end in bare_lists(said, place))


def announced(said: Said, place: int) -> Iterator[tuple[int, int]]:
    """Size and end of a list behind ``Columns:`` that says nothing but columns."""
    if place < 2 or said.words[place - 2 : place] != ("columns", ":"):  # noqa: PLR2004 (both words)
        return
    found = entries(said, place)
    if found and (found[-1].end >= len(said) or said.words[found[-1].end] in (".", ";")):
        yield len(found), found[-1].end


def _is_certain(said: Said, found: list[Entry]) -> bool:
    """At least one entry is spelled as columns are, and no more than half of them are mere words."""
    bare = sum(entry.kind is Kind.BARE for entry in found)
    told = sum(entry.kind is Kind.TOLD and entry.gloss is None for entry in found)
    glossed = sum(entry.gloss is not None for entry in found)
    is_spelled = any(entry.kind is Kind.SPELLED for entry in found) or glossed > 1
    return is_spelled and 2 * bare <= len(found) and bare + told < len(found)


_KEYED = frozenset({"per", "each", "every", "by"})


def _is_beside_keys(said: Said, place: int, found: list[Entry]) -> bool:
    """``per quarter: trips = how many, ...``: the list says what stands beside the keys, which it does not repeat."""
    if place == 0 or said.words[place - 1] not in (":", *DASHES):
        return False
    start = next((n for n in range(place - 2, -1, -1) if said.words[n] in (".", ";", "!", "?")), -1) + 1
    lead = set(said.words[start : place - 1])
    names = {word for entry in found for word in said.words[entry.name[0] : entry.name[1]]}
    is_keyed = bool(lead & _KEYED) or ("for" in lead and bool(lead & {"each", "every"}))
    has_key = bool(lead & names) or any(_is_plain_column(said, entry) for entry in found)
    return is_keyed and not has_key


def _is_plain_column(said: Said, entry: Entry) -> bool:
    first, end = entry.name
    return entry.gloss is None and any(link.column and link.score >= 1 for link in said.links(first, end - first))


def _is_apart(said: Said, place: int) -> bool:
    if place == 0:
        return True
    if said.words[place - 1] not in _LEADS:
        return False
    if said.words[place - 1] in (".", ";", "!", "?"):
        return True
    lead: list[str] = []
    for before in range(place - 2, -1, -1):
        if said.words[before] in (".", ";", "!", "?", ",", ":", "("):
            break
        lead.insert(0, said.words[before])
    is_short = len(lead) <= _MOST_OF_LEAD and bool(_OTHER.intersection(lead))
    return not (is_short or (lead and lead[-1] in _OTHER_LAST))


def _is_over(said: Said, place: int) -> bool:
    """True where the list is at its end: what follows a comma must be of another kind, or an entry would be lost."""
    if place >= len(said) or said.words[place] in ENDS:
        return True
    if said.words[place] != ",":
        return False
    behind = said.words[place + 1 : place + 1 + _MOST_OF_TAIL]
    behind = behind[: next((n for n, word in enumerate(behind) if word in ENDS | {","}), len(behind))]
    if behind and behind[0] in _TAILS:
        return True
    return bool(behind) and bool(_AT_TOP.intersection(behind[1:]))
