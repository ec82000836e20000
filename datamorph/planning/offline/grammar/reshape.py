"""Columns into rows and values into columns: unpivot and pivot."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Unpivot
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.phrases import phrase_set

_PIVOT = phrase_set((
    "pivot", "pivoted by", "pivot by", "pivot on", "spread", "one column per", "a column per", "one column for each",
    "a column for each",
    "columns for each", "a column for every", "one column for every", "crosstab by", "crosstab", "cross tab",
    "cross tabulation", "pivoted on",
    "cross tabulate", "as columns", "pivoting", "pivoted", "matrix of", "one column each for"))  # fmt: skip
_UNPIVOT = phrase_set(("unpivot", "melt", "turn the columns", "turn columns", "unpivoting", "melting",
                       "reshape to long", "stack the columns",
                       "convert the columns", "gather"))  # fmt: skip
_INTO = frozenset({"into", "to", "in", "as", "columns", "column", "rows", "row", "long", "format", "two", "the",
                   "new", "over", "across", "called", "named", "with",
                   ":", "separate", "form", "a", "of"})  # fmt: skip


def read_pivot(reader: Reader, draft: Draft) -> bool:
    """``pivot status into columns``, ``one column per payment method``."""
    if reader.take(_PIVOT) is None:
        return False
    reader.skip(ARTICLES | {"of"})
    mark = reader.position
    noun = reader.noun()
    if noun is None or not noun.links[0].column or reader.lower() in ("count", "counts"):
        reader.position = mark
        draft.is_pivot = True
        return True
    reader.skip(_INTO - {"with", ":", "to", "of"})
    draft.pivot, draft.is_pivot = noun, True
    return True


def read_pivot_column(reader: Reader, draft: Draft) -> bool:
    """``(the origin)`` behind the columns of a pivot: where their names come from."""
    if not draft.is_pivot or draft.pivot is not None or not reader.word("("):
        return False
    reader.skip(ARTICLES | {"values", "value", "of", "from"})
    noun = reader.noun()
    if noun is None or not noun.links[0].column or not reader.word(")"):
        return False
    draft.pivot = noun
    return True


def read_unpivot(reader: Reader, draft: Draft) -> bool:
    """``unpivot a, b and c of orders into metric and value``."""
    if reader.take(_UNPIVOT) is None:
        return False
    reader.skip(ARTICLES | {"columns"})
    columns: list[Noun] = []
    while (noun := _plain_noun(reader)) is not None:
        columns.append(noun)
        if not reader.word(",") and not reader.word("and"):
            break
        reader.word("and")
    table = _table(reader)
    if len(columns) < 2:  # noqa: PLR2004 (one column is a rename)
        return False
    names = _names(reader)
    draft.unpivot = Unpivot(tuple(columns), *names)
    if table is not None:
        draft.tables.append(table)
    return True


def _plain_noun(reader: Reader) -> Noun | None:
    """A column without an ``of``: that belongs to the whole list."""
    links = next((found for n in (3, 2, 1) if (found := reader.links(reader.position, n)) and found[0].column), ())
    if not links:
        return None
    length = next(n for n in (3, 2, 1) if (found := reader.links(reader.position, n)) and found[0].column)
    noun = reader.unlinked(most=length)
    return Noun(noun.text, noun.words, links, noun.position)


def _table(reader: Reader) -> Noun | None:
    mark = reader.position
    if reader.word("of", "in", "from"):
        reader.skip(ARTICLES)
        table = read_table(reader)
        if table is not None:
            return table
    reader.position = mark
    return None


def _names(reader: Reader) -> tuple[str, str]:
    """The names of the two new columns; left for the outputs where they are not said here."""
    mark = reader.position
    reader.skip(_INTO)
    first = reader.unlinked() if reader.peek() and reader.tokens[reader.position].is_word else None
    reader.skip(frozenset({"(", "the", "column", "name", "names", ")"}) if reader.lower() == "(" else frozenset())
    if first is not None and reader.word("and", ",") and reader.peek() and reader.tokens[reader.position].is_word:
        return first.text, reader.unlinked().text
    reader.position = mark
    reader.skip(("into", "rows", "long", "format", "to"))
    return "", ""
