"""A question as tags: every run of tokens is a name, a value, a number, a phrase or a word that adds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import EXACT, HEAD, SYNONYM, TAILLESS, Link, squash, words_of
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import Token
from datamorph.planning.offline.values import ValueLink

_LONGEST_VALUE, _LONGEST_NAME, _SHORTEST = 12, 10, 2
SURE, _BEGINNING = 0.1, 0.55
_EMPTY = frozenset("date name number total time day is has num no average max min count other of the in".split())


@dataclass(frozen=True, slots=True)
class Tag:
    """Tokens ``start`` to ``end`` (not included) and what they are.

    Attributes:
        kind: ``column``, ``table``, ``value``, ``text``, ``number``, ``unknown``, ``glue``, ``mark`` or a family of
            phrases such as ``count`` and ``compare``.
        phrase: the words of a phrase, or the text as written.
        means: what a phrase stands for: ``avg``, ``>``, ``desc``.
    """

    kind: str
    start: int
    end: int
    phrase: str
    means: str = ""
    number: int | float | None = None
    links: tuple[Link, ...] = ()
    values: tuple[ValueLink, ...] = ()


def _families() -> Phrases[tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    tables: list[tuple[str, Mapping[str, str]]] = [
        ("relative", dict.fromkeys(said.RELATIVES, "")), ("open", dict.fromkeys(said.OPENERS, "")),
        ("distinct", dict.fromkeys(said.DISTINCT, "")), ("per", dict.fromkeys(said.PER, "")),
        ("count", dict.fromkeys(said.COUNTS, "")), ("measure", said.MEASURES), ("compare", said.COMPARISONS),
        ("extreme", said.EXTREMES), ("frequency", said.FREQUENCY), ("order", said.ORDERS),
        ("direction", said.DIRECTIONS), ("by_age", said.BY_AGE), ("like", said.LIKE),
        ("not", dict.fromkeys(said.NEGATIONS, "")), ("absent", dict.fromkeys(said.ABSENT, "")),
        ("between", {"between": "", "ranging from": "", "in the range of": ""}), ("top", {"top": "desc"}),
        ("and", {"and": "", "as well as": "", "&": "", "along with": "", "together with": "", "but": "", "plus": ""}),
        ("or", {"or": ""}), ("glue", dict.fromkeys(said.NOTHING, "")),
    ]  # fmt: skip
    for family, phrases in tables:
        known |= {phrase: (family, means) for phrase, means in phrases.items()}
    return Phrases(known)


_PHRASES = _families()


def tag(reader: Reader, scope: Scope) -> list[Tag]:
    """The tags of a question, left to right without gaps."""
    tags = list(_first(reader, _own_names(reader)))
    tables = {found.links[0].table for found in tags if found.kind == "noun" and _names_only_a_table(found.links)}
    return [_entity(_decided(found, tables), scope) for found in tags]


def _first(reader: Reader, own: Mapping[str, tuple[Link, ...]]) -> Iterator[Tag]:
    place = 0
    while place < len(reader.tokens):
        found = _at(reader, place, own)
        yield found
        place = found.end


def _at(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag:
    token = reader.tokens[place]
    if token.kind == "text":
        return Tag("text", place, place + 1, str(token.value), values=reader.values.exact(str(token.value)))
    offers = [o for o in (_name(reader, place, own), _value(reader, place), _phrase(reader, place)) if o]
    if offers:
        return max(offers, key=lambda offer: (offer.end, _rank(offer, token)))
    if isinstance(token.value, int | float) and token.unit not in (":",):
        return Tag("number", place, place + 1, token.text, number=token.value)
    kind = "mark" if token.kind == "mark" and token.text in ",.;:()!?'\"-" else "unknown"
    if token.lower in said.LINKING or (token.lower in GLUE and token.lower not in said.MEANT):
        kind = "glue"
    return Tag(kind, place, place + 1, token.text)


def _rank(offer: Tag, token: Token) -> int:
    """Of equally long readings: a phrase before a name before a value, but a capital letter speaks for a value."""
    if offer.kind in ("column", "table", "noun"):
        return 2
    if offer.kind == "value":
        return 3 if token.text[:1].isupper() and token.start > 0 else 1
    return 4


def _phrase(reader: Reader, place: int) -> Tag | None:
    found = _PHRASES.match(reader.tokens, place)
    if found is None:
        return None
    length, (family, means) = found
    if place and reader.tokens[place].lower in said.FIRST_OPENERS and family == "open":
        return None
    phrase = " ".join(token.lower for token in reader.tokens[place : place + length])
    return Tag(family, place, place + length, phrase, means)


def _value(reader: Reader, place: int) -> Tag | None:
    """The longest run that a column holds as a value; a single everyday word is none."""
    tokens, prompt = reader.tokens, reader.ledger.prompt
    for length in range(min(_LONGEST_VALUE, len(tokens) - place), 0, -1):
        run = tokens[place : place + length]
        text = prompt[run[0].start : run[-1].end]
        found = reader.values.exact(text) or reader.values.exact(f'"{text}"')
        if found and _is_value(run, text, found):
            number = run[0].value if length == 1 and isinstance(run[0].value, int | float) else None
            kind = "number" if number is not None else "value"
            return Tag(kind, place, place + length, text, number=number, values=found)
    return None


def _is_value(run: tuple[Token, ...], text: str, found: tuple[ValueLink, ...]) -> bool:
    word = run[0].lower
    if run[-1].kind == "mark" and not any(link.value.endswith(run[-1].text) for link in found):
        return False
    if len(run) > 1:
        return any(token.lower not in GLUE for token in run)
    if len(text) <= _SHORTEST or word in GLUE or word in said.LINKING:
        return any(link.value == text for link in found) and (text != text.lower() or text.isdigit())
    return True


def _own_names(reader: Reader) -> dict[str, tuple[Link, ...]]:
    """Columns by their names without marks: ``fleet series (quantity)``, ``18-49 (rating/share)``."""
    found: dict[str, tuple[Link, ...]] = {}
    for (table, column), words in reader.names.column_words.items():
        if not column.isalpha():
            key = _squashed(column)
            found[key] = (*found.get(key, ()), Link(table, column, 1.0))
        for part in {squash(words[:end]) for end in range(1, len(words))} - _EMPTY:
            found[f" {part}"] = (*found.get(f" {part}", ()), Link(table, column, _BEGINNING))
    return found


def _squashed(text: str) -> str:
    return re.sub(r"[^\w#]|_", "", text.casefold())


def _name(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag | None:
    for length in range(min(_LONGEST_NAME, len(reader.tokens) - place), 0, -1):
        run = reader.tokens[place : place + length]
        text = reader.ledger.prompt[run[0].start : run[-1].end]
        links: tuple[Link, ...] = (
            own.get(_squashed(text), ()) if any(not t.is_word for t in run) and run[0].kind != "mark" else ()
        )
        links = links or reader.links(place, length) or _lowered(reader, run) or _beginning(run, own)
        if links and links[0].score >= HEAD * SYNONYM and not (length == 1 and run[0].lower in GLUE):
            return Tag("noun", place, place + length, text, links=links)
    return None


def _lowered(reader: Reader, run: tuple[Token, ...]) -> tuple[Link, ...]:
    """``IDs`` and ``NAMES`` are no names of two words."""
    if not all(token.is_word for token in run) or all(token.text[1:].islower() for token in run):
        return ()
    return reader.names.links(tuple(word for token in run for word in words_of(token.lower)))


def _beginning(run: tuple[Token, ...], own: Mapping[str, tuple[Link, ...]]) -> tuple[Link, ...]:
    """``email`` for ``email_address``: names that begin with these words."""
    if not all(token.is_word for token in run):
        return ()
    return own.get(f" {squash(word for token in run for word in words_of(token.lower))}", ())


def _names_only_a_table(links: tuple[Link, ...]) -> bool:
    return not links[0].column and all(not link.column or link.score < links[0].score for link in links)


def _decided(found: Tag, tables: set[TableRef]) -> Tag:
    """A noun is a table where it names one at least as well as a column."""
    if found.kind != "noun":
        return found
    named = [link for link in found.links if not link.column]
    elsewhere = [link for link in found.links if link.column and link.table in tables - {n.table for n in named[:1]}]
    columns = [link.score for link in found.links if link.column]
    best = max([*columns, *(EXACT + SURE for link in elsewhere if link.score >= EXACT)], default=0.0)
    is_table = bool(named) and named[0].score >= max(best, HEAD)
    return Tag("table" if is_table else "column", found.start, found.end, found.phrase, links=found.links)


def _entity(found: Tag, scope: Scope) -> Tag:
    """``the festival`` where only ``festival_id`` is called so: the table that this is the key of."""
    if found.kind != "column" or found.links[0].score > TAILLESS or words_of(found.phrase)[-1] in KEY_WORDS:
        return found
    owners = [link.table for link in found.links if scope.relations.key(link.table) == (link.column,)]
    if len(owners) != 1:
        return found
    return Tag("table", found.start, found.end, found.phrase, links=(Link(owners[0], "", TAILLESS),))
