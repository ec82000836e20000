"""Columns under other names in a list: ``: sale_id, sku as article, town = city, from_port (was to_port)``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, Link

_STARTS = frozenset({".", ":", ";", "?", "!", "-", "–", "—", "(", ","})  # noqa: RUF001
_LEADS = frozenset({"columns", "column", "output", "show", "give", "return", "list", "select", "with", "just", "only",
                    "the", ":", "me", "fields", "i.e", "i.e.", ",", "namely", "as", "being", "that", "is", "e.g",
                    "take", "report"})  # fmt: skip
_OLD = frozenset({"was", "formerly", "from", "the", "old", "previously", "now", "holding", "is", "being", "taken",
                  "=", "of", "which", "contains", "with", "value", "values", "column", "former", "original",
                  "originally", "that", "i.e", "i.e."})  # fmt: skip
_ENDS = frozenset({"", ".", ";", "!", "?", ")"})
_FEWEST = 2


def read_aliases(reader: Reader, draft: Draft) -> list[Output]:
    """The columns of a list of which at least one gets another name; to the end of the sentence."""
    start = reader.position
    before = reader.tokens[start - 1].text if start else ""
    if before not in _STARTS or draft.union is not None or draft.gathering is not None:
        return []
    reader.skip(_LEADS)
    found: list[Output] = []
    renamed = 0
    while (output := _entry(reader)) is not None:
        found.append(output)
        renamed += bool(output.name)
        if not reader.word(",", "and", ";"):
            break
        reader.skip(("and",))
    names = [(output.name or output.noun.text).lower() for output in found]
    is_closed = reader.lower() in _ENDS and not reader.is_kind("text")
    if not renamed or len(found) < _FEWEST or len(set(names)) != len(names) or not is_closed:
        reader.position = start
        return []
    if before == "(":
        reader.word(")")
    return found


def _entry(reader: Reader) -> Output | None:
    """``sku as article``, ``town = city``, ``from_port (was to_port)``, ``sale_id``."""
    reader.skip(ARTICLES)
    start = reader.position
    first = _column(reader)
    if first is not None:
        mark = reader.position
        if reader.word("as") or (reader.word("renamed", "called", "named") and (reader.word("to", "as") or True)):
            name = _name(reader)
            return Output(first, name, is_strict=True) if name else None
        if reader.word("(") and reader.word("as", "renamed", "called", "named") and (reader.word("to", "as") or True):
            name = _name(reader)
            return Output(first, name, is_strict=True) if name and reader.word(")") else None
        reader.position = mark
    reader.position = start
    name = _name(reader)
    mark = reader.position
    source = _source(reader) if name else None
    if source is not None:
        return Output(source, name, is_strict=True)
    reader.position = mark
    if first is None:
        return None
    reader.position = start
    noun = _column(reader)
    return Output(noun, is_strict=True) if noun is not None else None


def _source(reader: Reader) -> Noun | None:
    """``= city``, ``(was to_port)``, ``from to_port``."""
    is_open = reader.word("(")
    if not is_open and reader.lower() not in ("=", "from"):
        return None
    reader.skip(_OLD)
    noun = _column(reader)
    return noun if noun is not None and (not is_open or reader.word(")")) else None


def _column(reader: Reader) -> Noun | None:
    for length in (3, 2, 1):
        links = tuple(one for one in reader.links(reader.position, length) if one.column and one.score >= OWN)
        if links and links[0].score > _table_score(reader.links(reader.position, length)):
            noun = reader.unlinked(most=length)
            return Noun(noun.text, noun.words, links, noun.position)
    return None


def _table_score(links: tuple[Link, ...]) -> float:
    return max((link.score for link in links if not link.column), default=0.0)


def _name(reader: Reader) -> str:
    token = reader.peek()
    if token is None or not (token.is_word and "." not in token.text) or token.lower in NO_NAMES:
        return ""
    return reader.next().text
