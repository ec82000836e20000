"""New names for columns: ``rename channel to way and amount to gross``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import words_of

_TO = ("to", "as", "into", "->", "=>")


def read_rename(reader: Reader, draft: Draft) -> bool:
    """Pairs of a column and its new name; all other columns stay."""
    if not reader.word("rename", "renaming"):
        return False
    reader.skip(ARTICLES | {"column", "columns", "field", "fields", ":"})
    mark, count = reader.position, 0
    while (pair := _pair(reader)) is not None:
        draft.renames.append(pair)
        noun, name = pair
        reader.defined.append(Item(noun, frozenset(words_of(name)), name, name))
        mark, count = reader.position, count + 1
        if not reader.word(",", "and", ";"):
            break
        reader.skip(frozenset({"and", "column", "the"}))
    reader.position = mark
    table = read_table(reader) if count and reader.word("in", "of", "from") else None
    if table is not None:
        draft.tables.append(table)
    else:
        reader.position = mark
    return count > 0


def _pair(reader: Reader) -> tuple[Noun, str] | None:
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not reader.word(*_TO):
        return None
    reader.skip(frozenset({"column", "just"}))
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text"):
        return None
    reader.next()
    return noun, str(token.value) if token.kind == "text" else token.text
