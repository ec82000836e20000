"""Nouns of a question: runs of tokens that name a table or a column, in any of the ways that people name them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import EXACT, HEAD, OWN, SYNONYM, Link, squash, words_of
from datamorph.planning.offline.tokens import Token

_LONGEST, _BEGINNING, _ROOT = 10, 0.55, 5
_EMPTY = frozenset("date name number total time day is has num no average max min count other of the in".split())


def own_names(reader: Reader) -> dict[str, tuple[Link, ...]]:
    """Columns by their names without marks: ``fleet series (quantity)``, ``18-49 (rating/share)``."""
    found: dict[str, tuple[Link, ...]] = {}
    for (table, column), words in reader.names.column_words.items():
        if not column.isalpha():
            key = _squashed(column)
            found[key] = (*found.get(key, ()), Link(table, column, 1.0))
        tail = [words[start:-1] for start in range(1, len(words) - 1)] if words[-1] in KEY_WORDS else []
        for part in {squash(some) for some in tail} - _EMPTY:
            found[f" {part}"] = (*found.get(f" {part}", ()), Link(table, column, _BEGINNING))
        for part in {squash(words[:end]) for end in range(1, len(words))} - _EMPTY:
            found[f" {part}"] = (*found.get(f" {part}", ()), Link(table, column, _BEGINNING))
    return found


def _squashed(text: str) -> str:
    return re.sub(r"[^\w#]|_", "", text.casefold())


def noun_at(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> tuple[int, tuple[Link, ...]] | None:
    """How many tokens from that place name a table or a column, and which."""
    for length in range(min(_LONGEST, len(reader.tokens) - place), 0, -1):
        run = reader.tokens[place : place + length]
        text = reader.ledger.prompt[run[0].start : run[-1].end]
        links: tuple[Link, ...] = (
            own.get(_squashed(text), ()) if any(not t.is_word for t in run) and run[0].kind != "mark" else ()
        )
        links = links or reader.links(place, length) or _lowered(reader, run) or _beginning(run, own)
        links = links if links and links[0].score >= HEAD * SYNONYM else _alias(reader, run)
        if links and not (length == 1 and run[0].lower in GLUE and not _is_thing(reader, place, links)):
            return length, links
    return None


def _is_thing(reader: Reader, place: int, links: tuple[Link, ...]) -> bool:
    """``people`` and ``a show`` are no glue where a table is called so."""
    token, before = reader.tokens[place], reader.tokens[place - 1].lower if place else ""
    is_noun = token.lower in said.ONE_SELF or before in said.ARTICLES
    return is_noun and not links[0].column and links[0].score >= EXACT


def _alias(reader: Reader, run: tuple[Token, ...]) -> tuple[Link, ...]:
    if len(run) != 1:
        return ()
    found = [reader.names.links(tuple(words.split())) for words in said.ALIASES.get(run[0].lemma, ())]
    return next((links for links in found if links and links[0].score >= OWN), ())


def shared_head(reader: Reader, place: int) -> tuple[int, tuple[Link, ...]] | None:
    """``start`` in ``start and end dates``: words that share the last word of the name behind them."""
    tokens = reader.tokens
    for length in (2, 1):
        ahead = place + length
        if not all(token.is_word for token in tokens[place:ahead]) or _text(tokens, ahead) not in ("and", ",", "or"):
            continue
        words = _words(tokens[place:ahead])
        for other in (2, 1):
            behind = tokens[ahead + 1 : ahead + 2 + other]
            if len(behind) <= other or not all(token.is_word for token in behind) or behind[0].lower in GLUE:
                continue
            whole, twin = reader.names.links((*words, *_words(behind[-1:]))), reader.names.links(_words(behind))
            if whole and twin and whole[0].score >= OWN and twin[0].score >= OWN and twin[0].column:
                return length, whole
    return None


def _text(tokens: tuple[Token, ...], place: int) -> str:
    return tokens[place].lower if place < len(tokens) else ""


def _words(run: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(word for token in run for word in words_of(token.lower))


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


def are_akin(one: str, other: str) -> bool:
    """True for words of one root: ``advised`` and ``advisor``."""
    return len(one) >= _ROOT and len(other) >= _ROOT and one[:_ROOT].lower() == other[:_ROOT].lower()
