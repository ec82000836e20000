"""New names for columns: ``rename channel to way and amount to gross``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import words_of

_SWAP = ("swap", "switch", "exchange", "interchange", "swapping", "exchanging", "switching", "interchanging")
_TO = ("to", "as", "into", "->", "=>")


def read_rename(reader: Reader, draft: Draft) -> bool:
    """Pairs of a column and its new name; all other columns stay."""
    if _swap(reader, draft):
        return True
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
        reader.skip(("and", "column", "the"))
    reader.position = mark
    table = read_table(reader) if count and reader.word("in", "of", "from") else None
    if table is not None:
        draft.tables.append(table)
    else:
        reader.position = mark
    return count > 0


def _swap(reader: Reader, draft: Draft) -> bool:
    """``swap from_gate and to_gate``: each is called as the other was."""
    start = reader.position
    if not reader.word(*_SWAP):
        return False
    reader.skip(ARTICLES | {"columns", "values", "names", "of", "contents", "the"})
    first = reader.noun()
    second = reader.noun() if first is not None and reader.word("and", "with", "for", "<", ">") else None
    if first is None or second is None or not (first.links[0].column and second.links[0].column):
        reader.position = start
        return False
    mark = reader.position
    table = read_table(reader) if reader.word("in", "of", "from") else None
    reader.position = mark if table is None else reader.position
    tables = {link.table for link in (table.links if table is not None else first.links)}
    both = [_of_tables(noun, tables) for noun in (first, second)]
    if not all(noun.links for noun in both):
        reader.position = start
        return False
    draft.tables += [table] if table is not None else []
    draft.renames += [(both[0], both[1].links[0].column), (both[1], both[0].links[0].column)]
    return True


def _of_tables(noun: Noun, tables: set[TableRef]) -> Noun:
    links = tuple(link for link in noun.links if link.column and link.table in tables)
    return Noun(noun.text, noun.words, links, noun.position)


def _pair(reader: Reader) -> tuple[Noun, str] | None:
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not reader.word(*_TO):
        return None
    reader.skip(("column", "just"))
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text"):
        return None
    reader.next()
    return noun, str(token.value) if token.kind == "text" else token.text
