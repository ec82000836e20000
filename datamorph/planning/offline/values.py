"""Distinct values of small text columns, found by the words of a prompt."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.catalog import Catalog
from datamorph.core.table import TableRef
from datamorph.planning.offline.tokens import Token

LONGEST = 5


@dataclass(frozen=True, slots=True)
class ValueLink:
    """A text value that a column holds."""

    table: TableRef
    column: str
    value: str


class ValueIndex:
    """Finds columns by their values, regardless of case except for short codes."""

    def __init__(self, catalog: Catalog) -> None:
        self._found: dict[str, list[ValueLink]] = {}
        for table in catalog.tables:
            for name in table.schema.names:
                column = table.profile.columns.get(name)
                for value in column.values if column else ():
                    if isinstance(value, str) and value.strip():
                        self._found.setdefault(_fold(value), []).append(ValueLink(table.ref, name, value))

    def exact(self, text: str) -> tuple[ValueLink, ...]:
        """Columns that hold this text, regardless of case."""
        return tuple(self._found.get(_fold(text), ()))

    def at(self, tokens: tuple[Token, ...], position: int, prompt: str) -> tuple[int, tuple[ValueLink, ...]]:
        """The longest run of tokens from a place that is a value, and the columns that hold it."""
        for length in range(min(LONGEST, len(tokens) - position), 0, -1):
            run = tokens[position : position + length]
            if run[0].kind == "mark":
                break
            text = run[0].lower if run[0].kind == "text" and length == 1 else prompt[run[0].start : run[-1].end]
            links = self._found.get(_fold(text), ())
            kept = tuple(link for link in links if _is_meant(text, link.value))
            if kept:
                return length, kept
        return 0, ()


def _fold(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ").strip()


def _is_meant(text: str, value: str) -> bool:
    """Short codes count only as they are written: ``AS`` is a value, ``as`` a word."""
    return text == value if len(value) <= 2 else True  # noqa: PLR2004
