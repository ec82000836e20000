"""Tables under each other, column by column: ``append refunds to sales: kind ('sale' or 'refund'), cents (a or b)``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Output, UnionRequest
from datamorph.planning.offline.grammar.assignments import read_assignment
from datamorph.planning.offline.grammar.contents import read_contents
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.union import tables_of_list
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set

_STACK = phrase_set((
    "stack", "union", "union all", "append", "concatenate", "stack up", "pool", "the union of", "union of",
    "a union of",
    "put together", "stacking", "unioning", "appending", "concatenating", "pooling", "vertically combine", "concat",
    "do a union of", "make a union of", "build a union of", "take the union of", "form the union of"))  # fmt: skip
_COMBINE = phrase_set(("combine", "merge", "put", "bring", "collect", "unite", "place", "write", "list", "lay", "add",
                       "combining", "merging", "putting", "show", "join", "take", "gather", "bring together",
                       "throw"))  # fmt: skip
_LISTS = frozenset({"list", "table", "timeline", "log", "feed", "ledger", "stream", "dataset", "set", "register",
                    "journal", "history", "overview", "directory", "statement", "calendar", "diary", "result",
                    "relation", "column"})  # fmt: skip
_ONE_OF = frozenset({"one", "single", "combined", "common", "joint", "unified", "merged", "shared", "complete"})
_UNDER = phrase_set((
    *(f"{under} {other}" for under in ("on top of", "under", "underneath", "below", "beneath", "after", "behind")
      for other in ("each other", "one another")),
    "one below the other", "one under the other", "one after the other", "one after another", "by rows", "row by row",
    "one on top of the other", "one underneath the other", "one beneath the other", "vertically", "back to back",
    "one behind the other"))  # fmt: skip
_INTO = frozenset({"into", "in", "to", "as", "for", "a", "an", "the", "up", "together", "form", "get", "make", "build"})
_HOW = phrase_set(tuple(f"by {stacking} {them}" for stacking in (
    "stacking", "unioning", "appending", "concatenating", "putting", "pooling", "combining") for them in (
    "them", "the two", "both", "the rows", "their rows", "the tables")))  # fmt: skip
_BUILD = frozenset({"make", "build", "create", "give", "me", "produce", "get", "i", "want", "need", "a", "an", "one",
                    "single", "the", "prepare", "combined", "common", "joint", "long", "compile", "us",
                    "unified"})  # fmt: skip
_OUT_OF = phrase_set(("of", "from", "out of", "with", "made of", "made from", "made out of", "containing", "over",
                      "holding", "with the rows of", "of the rows of", "across", "combining", "uniting"))  # fmt: skip
_OPENS = frozenset({":", "(", ",", "-", "with", "columns", "column", "giving", "having", "the", "following", "namely",
                    "fields", "showing", "–", "—", "and", "."})  # fmt: skip  # noqa: RUF001
_FEWEST, _MOST_WORDS = 2, 2


def read_stack(reader: Reader, draft: Draft) -> bool:
    """The tables, that they stand under each other, and the columns of the list."""
    if draft.union is not None:
        return read_assignment(reader, draft, draft.union)
    if draft.measures or draft.groups:
        return False
    start = reader.position
    tables = _heading(reader)
    if tables is None or not _columns(reader, draft, UnionRequest(tables)):
        reader.position = start
        return False
    return True


def _heading(reader: Reader) -> list[Noun] | None:
    start = reader.position
    is_certain = reader.take(_STACK) is not None
    if is_certain or reader.take(_COMBINE) is not None:
        tables = tables_of_list(reader)
        return tables if len(tables) >= _FEWEST and (_style(reader) or is_certain) else None
    reader.skip(_BUILD)
    named = reader.position
    is_one = bool({token.lower for token in reader.tokens[start:named]} & (_ONE_OF | {"one"}))
    for _ in range(_MOST_WORDS):
        if reader.lower() not in _LISTS and reader.is_kind("word"):
            reader.next()
    if is_one and reader.word(*_LISTS):
        if reader.take(_OUT_OF) is None:
            return None
        tables = tables_of_list(reader)
        _style(reader)
        return tables if len(tables) >= _FEWEST else None
    reader.position = start
    tables = tables_of_list(reader)
    reader.skip(("stacked", "unioned", "appended", "combined", "put", "listed", "pooled", "concatenated"))
    return tables if len(tables) >= _FEWEST and _style(reader) else None


def _style(reader: Reader) -> bool:
    """``into a single timeline by stacking them``, ``underneath each other``."""
    start = reader.position
    reader.skip(("together", "tables", "rows", "both", "all", "up"))
    found = reader.take(_UNDER) is not None
    mark = reader.position
    reader.skip(_INTO)
    is_one = reader.position > mark
    reader.skip(_ONE_OF | {"long"})
    for _ in range(_MOST_WORDS):
        if is_one and reader.is_kind("word") and reader.lower() not in _LISTS | NO_NAMES:
            reader.next()
    if is_one and reader.word(*_LISTS):
        found = True
        mark = reader.position
    reader.position = mark
    found = reader.take(_UNDER) is not None or found
    found = reader.take(_HOW) is not None or found
    if not found:
        reader.position = start
    return found


def _columns(reader: Reader, draft: Draft, union: UnionRequest) -> bool:
    """The items of the list; something has to be said of each."""
    reader.skip(_OPENS)
    outputs: list[Output] = []
    mark = reader.position
    while (output := _item(reader, union)) is not None:
        outputs.append(output)
        mark = reader.position
        if not reader.word(",", "and", ";", "plus"):
            break
        reader.skip(("and", "plus", "a", "the", "an", "also"))
    reader.position = mark
    reader.word(")")
    if len(outputs) < _FEWEST:
        return False
    draft.union = union
    draft.tables.append(union.tables[0])
    draft.outputs += outputs
    return True


def _item(reader: Reader, union: UnionRequest) -> Output | None:
    """``kind ('sale' or 'refund')``, ``cents from fare_cents respectively refund_cents``, ``booking_ref``."""
    reader.skip(ARTICLES | {"column"})
    token = reader.peek()
    if token is None or not (token.is_word and token.lower not in NO_NAMES) or reader.match(_UNDER):
        return None
    noun = _named(reader, union)
    mark = reader.position
    if not read_contents(reader, union, noun):
        reader.position = mark
    if reader.lower() not in ("", ",", "and", ")", ".", ";", "plus"):
        return None
    return Output(noun)


def _named(reader: Reader, union: UnionRequest) -> Noun:
    """A column of one of the tables, or a name of the list's own."""
    tables = {noun.links[0].table for noun in union.tables}
    for length in (3, 2):
        links = [one for one in reader.links(reader.position, length) if one.table in tables and one.column]
        if links and links[0].score >= OWN:
            return reader.unlinked(most=length)
    return reader.unlinked()
