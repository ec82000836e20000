"""Words around an order that carry none: greetings, reasons, remarks on the data, and what a person takes back."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.duplicates import tells_same
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.framing import BROAD, COURTESIES, ONCE, REPEATED, TOGETHER
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.phrases import phrase_set

_COURTESIES = phrase_set(COURTESIES)
_REPEATED = phrase_set(REPEATED)
_ONCE = phrase_set(ONCE)
_TOGETHER = phrase_set(TOGETHER)
_ENDS = frozenset({".", "?", "!", ";"})
_PURPOSES = frozenset(
    "audit report dashboard review meeting presentation newsletter team boss manager board finance analysis auditors "
    "controller controllers newsroom website intranet colleagues".split()
)
_GREETINGS = frozenset({"hi", "hello", "hey", "morning", "thanks", "dear"})
_GREETED = frozenset({"team", "all", "folks", "everyone", "everybody", "there", "colleagues", "guys", "you", "a", "lot",
                      "in", "advance", "good", "again"})  # fmt: skip
_LONGEST = 8
_SELF = frozenset(
    {"sorry", "wait", "scratch", "correction", "rather", "meant", "mean", "that", "i", "no", "oh", "make"}
)


def read_framing(reader: Reader) -> None:
    """Close words that say nothing on the result, before anything else is read."""
    _take_back(reader)
    for start, end in _sentences(reader):
        reader.position = start
        if not _greeting(reader, end):
            _purpose(reader)
        reader.skip((",", "please", "then", "and"))
        _storing(reader)
        for place in range(start, end):
            reader.position = place
            if place not in reader.closed and not _courtesy(reader) and not _left(reader):
                _broad(reader)


_ROWS = frozenset({"rows", "records", "entries", "lines"})
_LEFT = phrase_set(tuple(
    f"{that} {left}" for that in ("that", "which")
    for left in ("are left", "were left", "are left over", "are remaining", "remain", "are kept", "are still there",
                 "then remain", "stay", "are then left")))  # fmt: skip


def _left(reader: Reader) -> bool:
    """``count the rows that are left``: those that the steps before leave, which are there anyway."""
    start = reader.position
    if start == 0 or reader.tokens[start - 1].lower not in _ROWS or reader.take(_LEFT) is None:
        reader.position = start
        return False
    reader.close(start, reader.position, "the rows that there are")
    return True


_CHOOSES = frozenset("wins win counts prevails newest latest recent oldest earliest survives".split())
"""Words that say which of several versions stays: no mere remark."""


def read_versions(reader: Reader) -> list[tuple[int, int]]:
    """Close ``contacts has several versions per client``, which only says why rows are made one.

    Returns:
        The places of each, to be opened again where nothing in the prompt makes rows one.
    """
    found: list[tuple[int, int]] = []
    for start, end in _sentences(reader):
        run = reader.tokens[start:end]
        if not 2 < len(run) <= _LONGEST * 2 or any(token.kind in ("text", "date", "number") for token in run):  # noqa: PLR2004
            continue
        is_versions = any(one.lower in ("has", "have", "holds", "contains", "with", "are", "were") for one in run)
        places = [place for place in range(start, end) if _REPEATED.match(reader.tokens, place)]
        is_told = any(one.lower in _CHOOSES for one in run)
        if is_versions and places and not (is_told or _orders(reader, start, end) or tells_same(reader, start)):
            reader.close(start, end, "a remark on the data")
            found.append((start, end))
    return found


def check_versions(reader: Reader, draft: Draft, places: list[tuple[int, int]]) -> None:
    """Take the explanation of such remarks away again unless the prompt makes rows one."""
    if draft.dedupe is None and not draft.is_distinct and not (draft.load and draft.load.keys) and not draft.groups:
        for start, end in places:
            reader.ledger.entries = [one for one in reader.ledger.entries if (one.start, one.end) != (start, end)]


_ORDERS = frozenset(
    "keep remove drop take use only ignore exclude count show give list return where whose sort per-row deduplicate "
    "dedupe without except not no flag mark find".split()
)


def _orders(reader: Reader, start: int, end: int) -> bool:
    return any(token.lower in _ORDERS for token in reader.tokens[start:end])


def _sentences(reader: Reader) -> Iterator[tuple[int, int]]:
    start = 0
    for place, token in enumerate(reader.tokens):
        if token.text in _ENDS:
            yield start, place
            start = place + 1
    yield start, len(reader.tokens)


def _courtesy(reader: Reader) -> bool:
    start = reader.position
    if reader.take(_COURTESIES) is None:
        return False
    reader.close(start, reader.position, "no order")
    return True


def _storing(reader: Reader) -> None:
    """``store all inbound calls``: an order to keep rows, and no shop."""
    while reader.position in reader.closed:
        reader.position += 1
    if reader.lower() == "store" and reader.lower(1) in ("all", "every", "the", "each", "only", "them", "it", "just"):
        reader.close(reader.position, reader.position + 1, "no order")


def _greeting(reader: Reader, end: int) -> bool:
    """``Hi team,``, ``Good morning,``, ``Thanks a lot!``."""
    start = reader.position
    reader.word("good", "many")
    if not reader.word(*_GREETINGS):
        reader.position = start
        return False
    reader.skip(_GREETED)
    if reader.lower() not in (",", ":", "-", "!") and reader.position != end:
        reader.position = start
        return False
    reader.close(start, reader.position, "a greeting")
    return True


def _purpose(reader: Reader) -> bool:
    """``For the audit,``, ``For our weekly review:``: what the table is for."""
    start = reader.position
    if not reader.word("for"):
        return False
    reader.skip(ARTICLES | {"weekly", "monthly", "annual", "yearly", "next", "quarterly"})
    while reader.is_kind("word") and reader.lower() in _PURPOSES and reader.position < start + _LONGEST:
        reader.next()
        if reader.lower() in (",", ":"):
            reader.next()
            reader.close(start, reader.position, "what it is for")
            return True
    reader.position = start
    return False


def _broad(reader: Reader) -> bool:
    """``hospital-wide``, ``across the whole company``: no part of the rows, but all of them."""
    start = reader.position
    if reader.is_kind("word") and reader.lower(1) == "wide" and _is_compound(reader, start):
        reader.close(start, start + 2, "over everything")
        return True
    if not (reader.word("across", "over", "throughout", "for", "in") and reader.word("the", "our", "all")):
        reader.position = start
        return False
    reader.word("whole", "entire")
    if not reader.word(*BROAD) or reader.lower() not in ("", ",", ".", ";", ":"):
        reader.position = start
        return False
    reader.close(start, reader.position, "over everything")
    return True


def _is_compound(reader: Reader, place: int) -> bool:
    return reader.tokens[place + 1].start == reader.tokens[place].end + 1 and (
        reader.ledger.prompt[reader.tokens[place].end] == "-"
    )


def _take_back(reader: Reader) -> None:
    """``store yesterday's... no: store all calls``: what is said again from the same word on counts as said last."""
    tokens = reader.tokens
    for place in range(1, len(tokens) - 2):
        if tokens[place].lower not in _SELF or tokens[place - 1].text not in (".", ",", "-", "–", "—", "…"):  # noqa: RUF001
            continue
        again = place
        while again < len(tokens) - 1 and tokens[again].lower in _SELF | {","}:
            again += 1
        if tokens[again].text not in (":", ",", "-") and tokens[again - 1].text != ",":
            continue
        again += tokens[again].text in (":", ",", "-")
        first = next((n for n in range(place - 1, -1, -1) if tokens[n].lower == tokens[again].lower), None)
        if first is not None and place - first <= _LONGEST and tokens[again].kind == "word":
            reader.close(first, again, "taken back")
            return


def read_once(reader: Reader, draft: Draft) -> bool:
    """``once each``, ``each vessel should show up a single time``: no row stands twice in the result."""
    start = reader.position
    reader.skip((",", "and", "with", "("))
    is_each = reader.word("every", "each")
    if is_each or reader.word("no"):
        _named(reader)
    reader.skip(("should", "must", "is", "may", "can", "shall", "to", "be", "will", "only"))
    reader.take(_TOGETHER)
    if reader.take(_ONCE) is None and not (is_each and reader.word("once")):
        reader.position = start
        return False
    reader.take(_TOGETHER)
    reader.skip(("please", ")"))
    if reader.lower() not in ("", ".", ",", ";", ":", "and"):
        reader.position = start
        return False
    draft.is_distinct = True
    return True


def starts_once(reader: Reader) -> bool:
    """True where such a remark stands, and no further column of a list."""
    mark = reader.position
    found = read_once(reader, Draft())
    reader.position = mark
    return found


def _named(reader: Reader) -> None:
    """``vessel``, ``address``: what a row is, by whatever word."""
    if reader.noun() is None and reader.is_kind("word") and reader.lower() not in GLUE | {"should", "must", "only"}:
        reader.next()
    elif reader.lower() in ("one", "row", "entry"):
        reader.next()
