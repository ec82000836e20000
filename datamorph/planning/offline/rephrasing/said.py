"""A prompt with what the catalog knows of its words, and new wordings of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.lexicon.cues import PER
from datamorph.planning.offline.lexicon.names import AMOUNTS, KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.names import OWN, SYNONYM, TAILLESS, Link, NameIndex, token_words, words_of
from datamorph.planning.offline.phrases import Phrases, T, phrase_set
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.tokens import Token, tokenize
from datamorph.planning.offline.values import ValueIndex, ValueLink

_LONGEST = 3
_PER = phrase_set(PER)
_PAIR = 2
_DATING = frozenset({"year", "date"})
_TIES = frozenset({"of", "the", "its", "their"})
_CALENDAR = frozenset({"year", "quarter", "month", "week", "day", "hour", "minute", "second", "weekday"})


@dataclass(frozen=True, slots=True)
class Way:
    """One fuller wording.

    Attributes:
        value: what an answer says to choose it.
        label: what the person sees.
    """

    value: str
    label: str
    prompt: str


@dataclass(frozen=True, slots=True)
class Rephrasing:
    """Wordings of a whole prompt, of which one is meant.

    Attributes:
        topic: of the question, stable for the prompt.
        is_certain: the only way needs no question.
    """

    topic: str
    text: str
    ways: tuple[Way, ...]
    is_certain: bool = False


class Said:
    """The tokens of a prompt, and the tables, columns and values that they name.

    Attributes:
        memory: where what a slot of a pattern holds may end, by its kind and first token.
    """

    def __init__(
        self, prompt: str, catalog: Catalog, names: NameIndex, values: ValueIndex, relations: Relations
    ) -> None:
        self.prompt, self.names, self.relations = prompt.strip().rstrip("?!. "), names, relations
        self._values = values
        self._linked: dict[tuple[int, int], tuple[Link, ...]] = {}
        self._valued: dict[int, tuple[int, tuple[ValueLink, ...]]] = {}
        self._columns: dict[tuple[int, int], tuple[Link, ...]] = {}
        self._named: dict[int, tuple[int, TableRef] | None] = {}
        self.tables: dict[TableRef, CatalogTable] = {table.ref: table for table in catalog.tables}
        self.domains = frozenset(table.ref.domain for table in catalog.tables)
        self.tokens: tuple[Token, ...] = tokenize(self.prompt)
        self.memory: dict[tuple[str, int], tuple[int, ...]] = {}
        self.words = tuple(token.lower if token.kind != "text" else "" for token in self.tokens)

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def column_names(self) -> frozenset[str]:
        """What the columns of all tables are called, as they are spelled."""
        return frozenset(name for table in self.tables.values() for name in table.schema.names)

    def text(self, start: int, end: int) -> str:
        """The prompt's own words for a run of tokens."""
        return self.prompt[self.tokens[start].start : self.tokens[end - 1].end] if end > start else ""

    def swapped(self, start: int, end: int, text: str, tail: str = "") -> str:
        """The prompt with other words for a run of tokens, and a tail behind everything."""
        parts = [self.text(0, start), text, self.text(end, len(self)), tail]
        spoken = " ".join(part for part in parts if part)
        return spoken.replace(" ,", ",").replace(" ;", ";")

    def match(self, phrases: Phrases[T], place: int) -> tuple[int, T] | None:
        """Length and value of the phrase that stands there."""
        return phrases.match(self.tokens, place)

    def table(self, place: int) -> tuple[int, TableRef] | None:
        """Length and table of the name that stands there, or of its address."""
        if place not in self._named:
            self._named[place] = self._table_at(place)
        return self._named[place]

    def _table_at(self, place: int) -> tuple[int, TableRef] | None:
        address = self.words[place] if place < len(self) and self.tokens[place].kind == "name" else ""
        if "." in address:
            found = [ref for ref in self.tables if address in (f"{ref.domain}.{ref.name}".lower(), str(ref).lower())]
            return (1, found[0]) if len(found) == 1 else None
        for length in range(_LONGEST, 0, -1):
            links = [link for link in self.links(place, length) if not link.column and link.score >= SYNONYM * OWN]
            if links and len({link.table for link in links if link.score == links[0].score}) == 1:
                return length, links[0].table
        return None

    def column(self, place: int, table: TableRef | None = None) -> tuple[int, Link] | None:
        """Length and column of the name that stands there, of one table if one is given."""
        for length in range(_LONGEST, 0, -1):
            links = [link for link in self.links(place, length) if link.column and link.score >= TAILLESS]
            links = [link for link in links if table is None or link.table == table]
            if links:
                return length, links[0]
        return None

    def type_of(self, link: Link) -> str:
        """The type of the column that a link means."""
        column = self.tables[link.table].schema.get(link.column)
        return column.type if column is not None else ""

    def links(self, place: int, length: int) -> tuple[Link, ...]:
        """What the catalog knows under a run of tokens."""
        found = self._linked.get((place, length))
        if found is None:
            found = self._linked[place, length] = self._look_up(place, length)
        return found

    def _look_up(self, place: int, length: int) -> tuple[Link, ...]:
        run = self.tokens[place : place + length]
        if len(run) < length or not run or not all(token.is_word for token in run):
            return ()
        return self.names.links(token_words(run))

    def meant(self, place: int, length: int) -> tuple[Link, ...]:
        """The same, or columns that have a part of their names there: ``promo code`` is ``promo_cd`` to the grammar."""
        found = self._columns.get((place, length))
        if found is None:
            found = self._columns[place, length] = self.links(place, length) or self._part_of_name(place, length)
        return found

    def _part_of_name(self, place: int, length: int) -> tuple[Link, ...]:
        run = self.tokens[place : place + length]
        if len(run) < length or not all(token.kind == "word" for token in run) or run[0].lower in GLUE:
            return ()
        words = token_words(run)
        found = self.names.begun(words)
        return found or (self.names.shortened(words) if length > 1 else ())

    def turned(self, place: int, length: int) -> tuple[Link, ...]:
        """Columns called by these words in another form or order: ``year of construction``, ``date of hire``."""
        run = self.tokens[place : place + length]
        words = [token.lower for token in run if token.lower not in _TIES]
        is_plain = len(run) == length and all(token.kind == "word" for token in run)
        if not is_plain or len(words) != _PAIR or run[-1].lower in _TIES or not {words[0], words[-1]} & _DATING:
            return ()
        return () if self.links(place, length) else self._of_roots({root(word) for word in words if word != "date"})

    def _of_roots(self, roots: set[str]) -> tuple[Link, ...]:
        """Columns that these roots are all the words of; what only says that it is a date does not count."""
        return tuple(
            Link(ref, name, SYNONYM)
            for (ref, name), called in sorted(self.names.column_words.items())
            if ref in self.tables and roots == {root(word) for word in called if word not in OF_DATES}
            and (len(roots) == _PAIR or is_time(self.type_of(Link(ref, name, 1.0))))
        )  # fmt: skip

    def begun(self, place: int, length: int) -> tuple[Link, ...]:
        """Columns whose names say only their unit besides the words there: ``duration`` of ``duration_s``."""
        run = self.tokens[place : place + length]
        is_whole = len(run) == length and bool(run) and all(token.is_word for token in run)
        return self.names.begun(token_words(run)) if is_whole and not self.links(place, length) else ()

    def per(self, end: int, times: Phrases[str] | None = None) -> tuple[int, str]:
        """The end and the words of ``per carrier``; the place itself and nothing where it does not stand there."""
        found = self.match(_PER, end)
        first = end + found[0] if found else end
        key = (
            (self.column(first) or self.table(first) or (self.match(times, first) if times else None))
            if found
            else None
        )
        return (first + key[0], self.text(first, first + key[0])) if key is not None else (end, "")

    def count(self, place: int, behind: int) -> tuple[int, int, int]:
        """How many are wanted (0: not said), the first token of the request, and the first of what is wanted."""
        for number, start, after in ((place - 1, place - 1, behind), (behind, place, behind + 1)):
            token = self.tokens[number] if 0 <= number < len(self) else None
            if token is not None and isinstance(token.value, int) and not token.unit:
                return int(token.value), start - (start > 0 and self.words[start - 1] == "top"), after
        return 0, place, behind

    def value(self, place: int) -> tuple[int, tuple[ValueLink, ...]]:
        """Length and holders of the value that stands there; length 0 for none."""
        if place not in self._valued:
            found = self._values.at(self.tokens, place, self.prompt) if place < len(self) else (0, ())
            self._valued[place] = found
        return self._valued[place]

    def holder(self, start: int, end: int) -> str:
        """The one column that holds every value between two places; empty where there is none, or several."""
        spots: set[tuple[TableRef, str]] | None = None
        place = start
        while place < end:
            length, links = self.value(place)
            if length:
                here = {(link.table, link.column) for link in links}
                spots = here if spots is None else spots & here
            place += max(length, 1)
        return self.name(*next(iter(spots))) if spots is not None and len(spots) == 1 else ""

    def word(self, table: TableRef) -> str:
        """What a table is called in a prompt."""
        return table.name if self._is_alone(table) else f"{table.domain}.{table.name}"

    def _is_alone(self, table: TableRef) -> bool:
        return sum(other.name == table.name for other in self.tables) == 1

    def name(self, table: TableRef, column: str) -> str:
        """What a column is called in a prompt, with its table where another one has it too."""
        holders = [ref for ref, found in self.tables.items() if column in found.schema.names]
        return column if len(holders) == 1 else f"{table.name}.{column}"

    def mentioned(self) -> list[TableRef]:
        """Tables that the prompt names."""
        found = [self.table(place) for place in range(len(self))]
        return list(dict.fromkeys(one[1] for one in found if one is not None))

    def numbers(self, table: TableRef) -> list[str]:
        """Numbers of a table that are no keys and no part of a date, as ``minute`` is; ``minutes`` are an amount."""
        return [
            column.name for column in self.tables[table].schema
            if is_number(column.type) and not self._is_key(table, column.name)
            and not (self.names.column_words[table, column.name] == (column.name.lower(),)
                     and column.name.lower() in _CALENDAR)
        ]  # fmt: skip

    def amounts(self, table: TableRef) -> list[str]:
        """Numbers that are called an amount of money."""
        words = self.names.column_words
        return [name for name in self.numbers(table) if words[table, name][-1] in AMOUNTS]

    def dates(self, table: TableRef) -> list[str]:
        """Dates and moments of a table."""
        return [column.name for column in self.tables[table].schema if is_time(column.type)]

    def _is_key(self, table: TableRef, column: str) -> bool:
        words = self.names.column_words[table, column]
        refers = any(
            column in relation.columns for other in self.tables for relation in self.relations.between(table, other)
        )
        return words[-1] in KEY_WORDS or column in self.relations.key(table) or (refers and len(words) == 1)

    def things(self, link: Link) -> TableRef | None:
        """The table whose rows a column identifies, where other tables refer to it: ``carrier`` of airlines."""
        is_key = self.relations.key(link.table) == (link.column,)
        return link.table if is_key and self.referring(link.table) else None

    def referring(self, table: TableRef) -> list[TableRef]:
        """Tables whose rows belong to rows of this one."""
        return [other for other in self.tables if other != table and self.relations.between(other, table)]

    def named(self, table: TableRef, words: Sequence[str]) -> list[str]:
        """Columns of a table with one of these words in their names."""
        found = self.names.column_words
        return [name for name in self.tables[table].schema.names if set(words) & set(found[table, name])]


__all__ = ["Rephrasing", "Said", "Way", "words_of"]
