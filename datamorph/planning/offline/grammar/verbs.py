"""Verbs that stand for a table: what was ``sold`` is in ``sales``, what was ``returned`` in ``returns``."""

from __future__ import annotations

from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING
from datamorph.planning.offline.model import Condition, Exists, Negation, Noun
from datamorph.planning.offline.names import OWN, Link, words_of

_NOUNS = {
    "sold": ("sale", "order line", "order item", "invoice line", "line item"), "sell": ("sale",),
    "bought": ("sale", "purchase", "order"),
    "book": ("booking",), "booked": ("booking",), "buy": ("sale", "purchase"), "paid": ("payment",),
    "shipped": ("shipment",), "delivered": ("delivery",), "subscribed": ("subscription",),
    "enrolled": ("enrollment", "enrolment"), "flown": ("flight",), "lent": ("loan",), "borrowed": ("loan",),
    "hired": ("hire",), "refunded": ("refund",),
}  # fmt: skip
_NEGATIONS = frozenset({"never", "not", "haven't", "hasn't", "didn't", "weren't", "wasn't", "nobody"})
_BEFORE = frozenset(
    "that which who were was have has had been are is later ever did yet also actually never did do does".split()
)


def table_of_verb(reader: Reader, ahead: int = 0) -> Link | None:
    """The table whose rows say that this was done."""
    token = reader.peek(ahead)
    if token is None or token.kind != "word" or token.text[:1].isupper():
        return None
    stems = _NOUNS.get(token.lower, ())
    if token.lower.endswith("ed"):
        stems = (*stems, token.lower[:-2], token.lower[:-1], token.lower[:-2] + "ing")
    stems = (*stems, *_derived(reader, token.lower))
    for stem in stems:
        links = [link for link in reader.names.links(words_of(stem)) if not link.column and link.score >= OWN]
        if links:
            return links[0] if len({link.table for link in links}) == 1 else None
    return None


_SUFFIXES = ("ion", "ment", "al", "ing", "ery", "ance", "ence", "age", "ure")
_SHARED = 4


def _derived(reader: Reader, verb: str) -> tuple[str, ...]:
    """``performance`` of ``performed``, ``admission`` of ``admitted``: a table's noun that is made of the verb."""
    stem = verb[:-2] if verb.endswith("ed") else ""
    stem = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    if len(stem) < _SHARED:
        return ()
    nouns = sorted({words[-1] for words in reader.names.table_words.values()})
    kept = stem[:-1] if stem.endswith(("t", "d", "e", "y", "s", "v")) and len(stem) > _SHARED else stem
    return tuple(noun for noun in nouns if noun.startswith(kept) and noun.endswith(_SUFFIXES))


def read_done(reader: Reader) -> Condition | None:
    """``that were never sold``, ``that have been returned``: without, or with, a row in the table of the verb."""
    start = reader.position
    is_negated = False
    while reader.lower() in _BEFORE | _NEGATIONS and reader.lower():
        is_negated = is_negated or reader.lower() in _NEGATIONS
        reader.next()
    link = table_of_verb(reader) if reader.position > start else None
    if link is None or _goes_on(reader):
        reader.position = start
        return None
    verb = reader.next()
    found = Exists(Noun(verb.text, (verb.lower,), (Link(link.table, "", link.score),), reader.position - 1))
    return Negation(found) if is_negated else found


def _goes_on(reader: Reader) -> bool:
    """True where something is said about what was done: ``sold more than ten``, ``sold in May``."""
    return reader.lower(1) not in (
        "",
        ".",
        "?",
        "!",
        ";",
        ":",
        ",",
        "at",
        "yet",
        "and",
        "in",
        "during",
        "since",
        "after",
        "before",
        "between",
    )


_ACTORS = frozenset("they we he she it people who each".split())
_DID = frozenset("did do does has have had".split())


def _is_tie(reader: Reader) -> bool:
    """``the number of races they sailed``, ``did each shop sell``: a verb that only ties two things together."""
    place = reader.position
    word = reader.lower()
    if not place or not reader.is_kind("word") or not {word, f"{word}ed", f"{word}d"} & (LINKING | JOINING):
        return False
    before = reader.tokens[place - 1]
    if before.lower in _ACTORS:
        return True
    said = [token.lower for token in reader.tokens[max(place - 5, 0) : place]]
    return any(one in _DID and other in ("each", "every") for one, other in pairwise(said))


def read_verb(reader: Reader) -> bool:
    """``quantity sold``: the verb says no more than that the column before is of its table."""
    if _is_tie(reader):
        reader.next()
        return True
    before = reader.position - 1
    link = table_of_verb(reader) if before >= 0 else None
    tables = {found.table for found in reader.links(before, 1) if found.column} if link else set[TableRef]()
    if link is None or link.table not in tables:
        return False
    reader.next()
    return True
