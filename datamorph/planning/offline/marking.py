"""The text of a prompt with marks where it names tables: what may not be changed is told by these."""

from __future__ import annotations

import re

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.lexicon.spoken import RAW, TABLE, TARGET

_DOTTED = re.compile(r"\b[a-z_]\w*(?:\.[a-z_]\w*)+\b")
_SAID = re.compile(
    r"\b(?:(?:the|our|my|a) )?(?:tables? (?:called |named )?([a-z_]\w*)|([a-z_]\w*)(?: source)? tables?)\b"
)
_SOURCE = re.compile(
    r"\b(?:the |our |my )?(?:raw|source|original|production|prod|underlying|upstream|bronze) "
    r"(?:(?:tables?|data|dataset|database|rows|records|system|layer|files?|schema)\b|([a-z_]\w*)(?: (?:table|data))?\b)"
)
_ITSELF = re.compile(r"\b([a-z_]\w*) (itself|in place(?! of)|at the source|in the source)\b")
_NAME = re.compile(r"\b[a-z]\w*_\w+\b")


def mark_tables(text: str, catalog: Catalog) -> str:
    """The text with ``§raw`` for a source that is called one, ``§table`` for another, ``§target`` for a result.

    Args:
        text: lower case, one blank between words.
    """
    text = text.replace("§", " ")
    said = set(re.findall(r"[a-z_]\w*(?:\.[a-z_]\w*)*", text))
    known = _known(said, catalog)
    text = _DOTTED.sub(lambda m: _address(m[0], known), text)
    text = _SOURCE.sub(lambda m: RAW if m[1] is None or m[1] in known else m[0], text)
    text = _SAID.sub(lambda m: TABLE if (m[1] or m[2]) in known else m[0], text)
    text = _ITSELF.sub(lambda m: f"{TABLE} {m[2]}" if m[1] in known else m[0], text)
    text = _NAME.sub(lambda m: TABLE if m[0] in known else m[0], text)
    domains = {table.ref.domain.lower() for table in catalog.tables} & said
    return re.sub(rf"\b(?:{'|'.join(sorted(map(re.escape, domains)))}) {TABLE}", TABLE, text) if domains else text


_SPOKEN = {RAW: "a source", TABLE: "a table", TARGET: "a result"}


def unmarked(text: str) -> str:
    """The text with words that a person understands for its marks."""
    for mark, words in _SPOKEN.items():
        text = text.replace(mark, words)
    return text


def _known(said: set[str], catalog: Catalog) -> set[str]:
    """Which of the words name a table, with or without what stands before its name."""
    return {
        name
        for table in catalog.tables
        for name in (table.ref.name.lower(), f"{table.ref.domain}.{table.ref.name}".lower(), str(table.ref).lower())
        if name in said
    }


def _address(text: str, known: set[str]) -> str:
    if text.startswith("raw."):
        return RAW
    if text.startswith(("curated.", "processed.")):
        return TARGET
    return TABLE if text in known else text
