"""Distinct values of small text columns, found by the words of a prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from datamorph.core.catalog import Catalog
from datamorph.core.table import TableRef
from datamorph.planning.offline.tokens import Token, singular
from datamorph.planning.offline.told_codes import told_codes

LONGEST = 5
_SHORTEST = 3
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


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
        self._told: dict[str, list[ValueLink]] = {}
        self._held: dict[tuple[TableRef, str], frozenset[str]] = {}
        self._names = {word for table in catalog.tables for name in (table.ref.name, *table.schema.names)
                       for word in _words(name)}  # fmt: skip
        for table in catalog.tables:
            for name in table.schema.names:
                column = table.profile.columns.get(name)
                texts = frozenset(v for v in (column.values if column else ()) if isinstance(v, str) and v.strip())
                self._held |= {(table.ref, name): texts} if texts else {}
                for value in column.values if column else ():
                    if isinstance(value, str) and value.strip():
                        self._found.setdefault(_fold(value), []).append(ValueLink(table.ref, name, value))
            for said, name, code in told_codes(table):
                self._told.setdefault(_fold(said), []).append(ValueLink(table.ref, name, code))

    def of(self, table: TableRef, column: str) -> frozenset[str]:
        """The texts that a column holds, where they are few enough to be known."""
        return self._held.get((table, column), frozenset())

    def exact(self, text: str) -> tuple[ValueLink, ...]:
        """Columns that hold this text, regardless of case."""
        return tuple(self._found.get(_fold(text)) or self._told.get(_fold(text), ()))

    def at(self, tokens: tuple[Token, ...], position: int, prompt: str) -> tuple[int, tuple[ValueLink, ...]]:
        """The longest run of tokens from a place that is a value, and the columns that hold it."""
        for length in range(min(LONGEST, len(tokens) - position), 0, -1):
            run = tokens[position : position + length]
            if run[0].kind == "mark":
                break
            text = run[0].lower if run[0].kind == "text" and length == 1 else prompt[run[0].start : run[-1].end]
            links = self._found.get(_fold(text), ())
            kept = tuple(link for link in links if _is_meant(text, link.value)) or self._several(run, text)
            kept = kept or tuple(self._told.get(_fold(text), ()))
            if kept:
                return length, kept
        return 0, ()

    def _several(self, run: tuple[Token, ...], text: str) -> tuple[ValueLink, ...]:
        """``matrons`` are those with the value matron, where no table or column is called so."""
        last = run[-1]
        is_plural = last.kind == "word" and last.lemma != last.lower and len(last.lemma) >= _SHORTEST
        if not is_plural or last.lemma in self._names or last.lower in self._names:
            return ()
        return tuple(self._found.get(_fold(text[: last.start - run[0].start] + last.lemma), ()))


def _words(name: str) -> list[str]:
    """The words of a name, and what each is of several: ``visits`` is ``visit``."""
    found = [word.lower() for word in _WORD.findall(name)]
    return [*found, *map(singular, found)]


@lru_cache(maxsize=65_536)
def _fold(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ").strip()


def _is_meant(text: str, value: str) -> bool:
    """Short codes count only as they are written: ``AS`` is a value, ``as`` a word."""
    return text == value if len(value) <= 2 else True  # noqa: PLR2004
