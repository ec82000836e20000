"""Arrays as rows: ``explode the lines of carts``, ``flatten carts to cart_id and country``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.outputs import read_list
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.phrases import phrase_set

_EXPLODE = phrase_set((
    "explode", "unnest", "flatten", "unfold", "expand", "blow up", "unroll", "exploding", "unnesting", "flattening",
    "unpack", "split out", "break out"))  # fmt: skip
_KIND = frozenset({"array", "list", "column", "field", "arrays", "elements", "items", "column's"})
_ROWS = phrase_set((
    "into rows", "into separate rows", "to rows", "into one row each", "into single rows", "to one row each",
    "into individual rows", "one row each", "so there is one row each", "row by row", "into rows of their own",
    "to separate rows"))  # fmt: skip
_INTO = frozenset({"to", "into", "as", ":"})


def read_exploding(reader: Reader, draft: Draft) -> bool:
    """The elements of an array are what the rows are; of a flattened table it is what the columns behind say."""
    start = reader.position
    if reader.take(_EXPLODE) is None:
        return False
    table = read_table(reader)
    inside = _elements(reader, table) if table is not None else None
    if inside is not None:
        reader.skip(_KIND)
        _owner(reader, inside)
        reader.take(_ROWS)
        draft.tables.append(inside)
        return True
    if table is not None and (inside := _one_row_per(reader, table)) is not None:
        draft.tables.append(inside)
        return True
    known = len(draft.measures)
    is_flat = table is not None and reader.tokens[start].lower.startswith("flat") and reader.word(*_INTO)
    outputs = read_list(reader, draft, is_certain=True) if is_flat else []
    if table is None or not outputs:
        reader.position = start
        return False
    for output in outputs:
        output.is_strict = True
    draft.outputs += outputs
    if len(draft.measures) > known:
        draft.groups.append(Item(table, frozenset(table.words), table.text, is_subject=True))
    draft.tables.append(table)
    return True


def _one_row_per(reader: Reader, table: Noun) -> Noun | None:
    """``into one row per line``, ``so that every line is a row``: the elements, where they are of that table."""
    mark = reader.position
    reader.skip(("into", "to", "with", "as", "so", "that", "such", "we", "get", "have", "there", "is"))
    is_row = reader.word("one", "a", "single", "separate") and reader.word("row", "record", "line", "entry")
    is_row = is_row and (reader.word("per") or (reader.word("for") and (reader.word("each", "every") or True)))
    noun = read_table(reader) if is_row else None
    inside = _elements(reader, noun) if noun is not None else None
    owners = {link.table for link in table.links}
    if inside is not None and reader.elements[inside.links[0].table] in owners:
        return inside
    reader.position = mark
    return None


def _elements(reader: Reader, table: Noun) -> Noun | None:
    """The noun, where it means the elements of an array."""
    links = tuple(link for link in table.links if link.table in reader.elements)
    return Noun(table.text, table.words, links, table.position) if links and links[0] == table.links[0] else None


def _owner(reader: Reader, inside: Noun) -> None:
    """``of carts``: the table that holds the array."""
    mark = reader.position
    if reader.word("of", "in", "from"):
        reader.skip(ARTICLES)
        owner = read_table(reader)
        if owner is not None and any(
            link.table == reader.elements[inside.links[0].table] for link in owner.links if not link.column
        ):
            return
    reader.position = mark
