"""A prompt that is read for the columns that it makes from those of one table."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.catalog import Catalog, ColumnProfile
from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.names import TAILLESS, NameIndex
from datamorph.planning.offline.phrasebook.pattern import Node
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.values import ValueIndex

_COLUMNS, _NUMBERS, _LABELS = frozenset("xyz"), frozenset("nmk"), frozenset({"yes", "no", "v"})
_TRUTH = {"true": "true", "false": "false"}


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in a run of tokens, as SQL.

    Attributes:
        column: the one that it is another form of; it has its name where no other is told.
    """

    end: int
    sql: str
    column: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A pattern over words with its SQL."""

    pattern: Node
    sql: str


class About(Said):
    """The tokens of a prompt, of which columns are those of one table.

    Attributes:
        forms: those of each kind that have all their words in the prompt.
        read: what stands in a run of tokens, by kind and place.
    """

    def __init__(
        self, prompt: str, catalog: Catalog, indexes: tuple[NameIndex, ValueIndex, Relations], table: TableRef
    ) -> None:
        super().__init__(prompt, catalog, *indexes)
        self.about = self.tables[table]
        self.forms: dict[str, list[Form]] = {}
        self.spoken = frozenset(self.words)
        self.read: dict[tuple[str, int], tuple[Read, ...]] = {}

    def column_at(self, start: int, end: int) -> str:
        """The one column of the table that is meant there; empty for none or several."""
        found = self.meant(start, end - start) or self.turned(start, end - start)
        links = [k for k in found if k.table == self.about.ref and k.score >= TAILLESS]
        best = {link.column for link in links if link.column and link.score == links[0].score}
        return best.pop() if len(best) == 1 else ""

    def profile(self, column: str) -> ColumnProfile:
        """What is known of the values of a column."""
        return self.about.profile.columns.get(column, ColumnProfile())

    def is_number(self, column: str) -> bool:
        """True for a column of numbers."""
        found = self.about.schema.get(column)
        return found is not None and is_number(found.type)

    def sql(self, slot: str, span: tuple[int, int]) -> str:
        """What a slot of a form holds; empty where it holds nothing of this table."""
        token = self.tokens[span[0]]
        if slot[0] in _COLUMNS and len(slot) == 1:
            return self.column_at(*span)
        if slot in _NUMBERS:
            return "" if token.unit else str(token.value)
        if slot == "p":
            return str(token.value) if token.unit == "%" else ""
        if slot == "d":
            return f"date '{token.value}'" if token.kind == "date" else ""
        if slot in _LABELS:
            return self.label(*span)
        return next((one.sql for one in self.read[slot, span[0]] if one.end == span[1]), "")

    def label(self, start: int, end: int) -> str:
        """A constant as it is written: a number, a truth or a text."""
        token = self.tokens[start]
        if token.lower == "-" and token.kind == "mark":
            return f"-{self.tokens[end - 1].value}"
        if end == start + 1 and token.kind == "number":
            return str(token.value)
        text = token.lower if token.kind == "text" else self.text(start, end)
        return _TRUTH.get(text.lower()) or f"'{text.replace(chr(39), chr(39) * 2)}'"
