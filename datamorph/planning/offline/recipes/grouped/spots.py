"""Where a prompt names columns of tables, and what it says about each column of its result."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.names import OWN, SYNONYM, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.relations import Relation
from datamorph.planning.offline.tokens import Token

T = TypeVar("T")
_LONGEST, _FEWEST_LETTERS, _STEM = 3, 3, 4
_SENTENCE = frozenset(".;!?")
_CHUNK = frozenset(",.;:!?()–—")  # noqa: RUF001
_INTRODUCING = frozenset("as called named column in into".split())
_DEFINING = frozenset(
    "its their how which that being i.e meaning namely = i.e. : ( is are i the a an defined computed".split()
)
_COMMON = frozenset("number count total average mean share usd eur of n minute name code".split())
_PLAIN_WORDS = frozenset("name number type state code date time value note year month day".split())


_EIGHT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_USING = frozenset("of in less minus over".split())
_ENDS_OF_WAYS = (
    (frozenset({"departure", "origin"}), frozenset("dep orig origin from src start".split())),
    (frozenset({"arrival", "destination"}), frozenset("arr dest destination to end".split())),
)
"""What people call the two ends of a way, and what columns do."""
_TELLING = frozenset("( = is being means written shown".split())
_ABBREVIATED = frozenset("i.e e.g incl resp approx etc vs".split())


def is_new(token: Token) -> bool:
    """True for what is spelled as columns are, and no plain word."""
    return token.kind == "name" or any(c.isdigit() for c in token.text) or not token.text[1:].islower()


@dataclass(frozen=True, slots=True)
class Spot:
    """Words that name a column, of one of several tables."""

    start: int
    end: int
    choices: tuple[tuple[TableRef, str], ...]


@dataclass
class Scene:
    """A prompt with its listed columns and the columns of tables that it speaks of.

    Attributes:
        masked: places that tell something else, such as the order of the rows.
    """

    brief: Brief
    outputs: tuple[Listed, ...]
    masked: set[int] = field(default_factory=set[int])
    _memory: dict[str, list[Any]] = field(default_factory=dict[str, list[Any]])

    def remember(self, name: str, find: Callable[[Scene], list[T]]) -> list[T]:
        """What is looked for once."""
        if name not in self._memory:
            self._memory[name] = find(self)
        return self._memory[name]

    @cached_property
    def names(self) -> dict[str, Listed]:
        """Listed columns by their names in lower case."""
        return {one.name.casefold(): one for one in self.outputs}

    @cached_property
    def tables(self) -> tuple[TableRef, ...]:
        """The tables that are named, or that alone have a column that is spelled out."""
        return self.brief.mentioned

    @cached_property
    def named_tables(self) -> frozenset[TableRef]:
        """The tables that are named, or of which a column is spelled out that no listed column is called like."""
        spelled = {t.text for i, t in enumerate(self.brief.said.tokens) if not self.is_output(i)}
        found = {ref for _, ref in self.brief.tables_at()}
        return frozenset(found | {ref for ref in self.tables if spelled & set(self.columns(ref))} or self.tables)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Where columns are named, apart from the names in the list."""
        found: list[Spot] = []
        place = 0
        while place < len(self.brief):
            spot = None if self.is_output(place) else self._spot(place)
            if spot is not None:
                found.append(spot)
            place = spot.end if spot is not None else place + 1
        return tuple(found)

    def is_output(self, place: int) -> bool:
        """True for the name of a listed column where it is listed."""
        return any(one.place == place for one in self.outputs)

    def _spot(self, place: int) -> Spot | None:
        token = self.brief.said.tokens[place]
        if not token.is_word:
            return None
        exact = self._among(self._spelled(token.text))
        if exact and (is_identifier(self.brief.said, place) or "_" in token.text):
            return Spot(place, place + 1, exact)
        for length in range(_LONGEST, 0, -1):
            links = [link for link in self.brief.said.links(place, length) if link.column and link.score >= OWN]
            if length == 1 and (token.lower in _PLAIN_WORDS or self.brief.said.table(place) is not None):
                continue
            if not links and self.brief.said.table(place) is None:
                links = [link for link in self.brief.said.begun(place, length) if link.table in self.tables]
            if links:
                return Spot(place, place + length, self._among([(link.table, link.column) for link in links]))
        short = self._shortened(place)
        if short:
            return Spot(place, place + 2, short)
        code = self._code(place) if token.lower not in _PLAIN_WORDS and token.kind == "word" else ()
        return Spot(place, place + 1, code) if code else None

    def _code(self, place: int) -> tuple[tuple[TableRef, str], ...]:
        """``zone`` for ``zn``: a word of which the name has only the consonants."""
        lemma = self.brief.lemmas[place]
        bare = lemma[:1] + re.sub("[aeiou]", "", lemma[1:])
        found = [(ref, name) for ref in self.tables for name in self.columns(ref) if name.casefold() == bare]
        is_short = len(bare) > 1 and bare != lemma and self.brief.said.table(place) is None
        return tuple(found) if is_short and len({name for _, name in found}) == 1 else ()

    def _shortened(self, place: int) -> tuple[tuple[TableRef, str], ...]:
        """``ship date`` for ``shp_dt``: two words of which the name has only the consonants."""
        said = self.brief.lemmas[place : place + 2]
        found = [
            (ref, name) for ref in self.tables for name in self.columns(ref)
            if len(own := words_of(name)) == len(said) and own[-1] == said[-1]
            and own[0] == re.sub("[aeiou]", "", said[0]) and own[0] != said[0]
        ]  # fmt: skip
        return tuple(found) if len(found) == 1 else ()

    def _spelled(self, text: str) -> list[tuple[TableRef, str]]:
        tables = self.brief.said.tables
        same = [(ref, c.name) for ref in tables for c in tables[ref].schema if c.name == text]
        return same or [
            (ref, c.name) for ref in tables for c in tables[ref].schema if c.name.casefold() == text.casefold()
        ]

    def _among(self, found: Collection[tuple[TableRef, str]]) -> tuple[tuple[TableRef, str], ...]:
        named = [one for one in found if one[0] in self.tables]
        return tuple(named or found)

    def columns(self, table: TableRef) -> tuple[str, ...]:
        """Names of the columns of a table."""
        return self.brief.said.tables[table].schema.names

    def type_of(self, table: TableRef, column: str) -> str:
        """The type of a column."""
        found = self.brief.said.tables[table].schema.get(column)
        return found.type if found is not None else ""

    def loose_zones(self, listed: Listed) -> list[tuple[int, int]]:
        """Clauses that speak of what a listed column is called like, outside of the list."""
        own = set(words_of(listed.name)) - _COMMON
        places = [
            i for i, lemma in enumerate(self.brief.lemmas)
            if i not in self.masked and not self.is_output(i) and own & set(words_of(lemma) if lemma.isalpha() else ())
        ]  # fmt: skip
        runs = list(dict.fromkeys(self.chunk(i) for i in places))
        inside = {i for one in self.outputs for i in range(one.start, one.end)}
        return [run for run in runs if run[0] not in inside]

    def said_column(self, listed: Listed) -> tuple[TableRef, str] | None:
        """The column that the prompt names, of which the listed name is the end: ``country`` of ``billing_country``."""
        own, words = self.brief.said.names.column_words, words_of(listed.name)
        found = {
            (ref, name) for spot in self.spots for ref, name in spot.choices
            if (ref in self.tables or len(spot.choices) == 1) and own[ref, name][-len(words) :] == words
            and self.type_of(ref, name) == "string"
        }  # fmt: skip
        return found.pop() if len(found) == 1 else None

    def spots_in(self, start: int, end: int, kind: str = "") -> list[Spot]:
        """Columns that are named between two places: all, or only ``number``, ``time`` or ``text``."""
        return [s for s in self.spots if start <= s.start < end and (not kind or self.is_kind(s, kind))]

    def is_kind(self, spot: Spot, kind: str) -> bool:
        """True for a column of numbers, times or texts."""
        found = [choice for choice in spot.choices if _is_kind(self.type_of(*choice), kind)]
        return any(kind != "number" or not self.holds_days(*choice) for choice in found)

    def holds_days(self, table: TableRef, column: str) -> bool:
        """True for a column of days such as ``20240731``, which are no amount."""
        held = self.brief.said.tables[table].profile.columns.get(column)
        known = [one for one in (held.minimum, held.maximum, *held.values) if one is not None] if held else []
        return bool(known) and all(_EIGHT.fullmatch(str(one)) for one in known)

    def zones(self, listed: Listed) -> list[tuple[int, int]]:
        """Runs of tokens that tell what a listed column is: behind each mention of its name, and in front of it."""
        spots = [i for i, w in enumerate(self.brief.words) if w == listed.name.casefold() and self._says(i, listed)]
        spots = [i for i in spots if i == listed.place or not self._is_used(i)] or spots
        return [run for place in spots for run in self._around(place, listed)]

    def _is_used(self, place: int) -> bool:
        """True for a name in what another one is: ``paid`` in *delta = paid less that of the month before*."""
        first, _ = self.sentence(place)
        tokens = self.brief.said.tokens
        if tokens[min(place + 1, len(tokens) - 1)].text in _TELLING:
            return False
        others = [i for i in range(first, place) if self.brief.words[i] in self.names]
        return any(
            tokens[i + 1].text in ("=", "is", "(") for i in others if self.brief.words[i] != self.brief.words[place]
        )

    def _says(self, place: int, listed: Listed) -> bool:
        """True for a mention of the listed column rather than of a table or column that is called so."""
        if place == listed.place:
            return True
        token = self.brief.said.tokens[place]
        behind = tuple(t.text.casefold() for t in self.brief.said.tokens[place + 1 : place + 3])
        is_led = place > 0 and self.brief.words[place - 1] in _INTRODUCING - {"in", "into"}
        is_led = is_led or self._is_in_aside(place)
        is_told = behind[:1] != () and (behind[0] in _TELLING or (behind[0] == "," and behind[-1] in _DEFINING))
        is_source = token.text in self._source_columns
        return is_led or (not is_source and (is_new(token) or is_told))

    def _is_in_aside(self, place: int) -> bool:
        """``total`` in *fares per country (total, 2 decimals)*."""
        texts = [token.text for token in self.brief.said.tokens[max(place - 1, 0) : place + 2]]
        return len(texts) > 2 and texts[0] == "(" and texts[2] == ","  # noqa: PLR2004

    @cached_property
    def _source_columns(self) -> frozenset[str]:
        return frozenset(c.name for table in self.brief.said.tables.values() for c in table.schema)

    def _around(self, place: int, listed: Listed) -> Iterator[tuple[int, int]]:
        if place != listed.place and self._is_in_aside(place):
            yield place + 1, next((i for i in range(place, len(self.brief)) if self.brief.words[i] == ")"), place + 1)
            return
        yield place + 1, self._end_behind(place, listed)
        if place and self.brief.words[place - 1] in _INTRODUCING:
            yield self._start_before(place), place

    def _end_behind(self, place: int, listed: Listed) -> int:
        """Where what is said behind a name ends."""
        depth, commas = 0, [place + 1]
        for i in range(place + 1, len(self.brief)):
            text = self.brief.said.tokens[i].text
            depth += (text in "([") - (text in ")]")
            if depth < 0 or (depth == 0 and self.is_mark(i, _SENTENCE)):
                return i if self._is_told(place, i) else self._first_comma(place, i)
            if text in (",",) and depth == 0:
                commas.append(i)
            if depth == 0 and self._is_other(i, listed):
                led = self.brief.words[i - 1] in _INTRODUCING
                end = commas[-1] if led else i
                return end if self._is_told(place, end) else self._first_comma(place, end)
            if text == ":" and depth == 0 and i > place + 1:
                return i
        return len(self.brief) if self._is_told(place, len(self.brief)) else self._first_comma(place, len(self.brief))

    def _is_told(self, place: int, end: int) -> bool:
        """True where the words behind a name go on to tell what it is."""
        first = self.brief.said.tokens[place + 1].text.casefold() if place + 1 < end else ""
        second = self.brief.words[place + 2] if place + 2 < end else ""
        return first != "," or second in _DEFINING

    def _first_comma(self, place: int, end: int) -> int:
        return next((i for i in range(place + 1, end) if self.brief.said.tokens[i].text == ","), end)

    def _start_before(self, place: int) -> int:
        depth = 0
        for i in range(place - 1, -1, -1):
            text = self.brief.said.tokens[i].text
            depth += (text in ")]") - (text in "([")
            if depth < 0 or (depth == 0 and (self.is_mark(i, _SENTENCE) or text in ",:")) or self.is_output(i):
                return i + 1
        return 0

    def _is_other(self, place: int, listed: Listed) -> bool:
        word = self.brief.words[place]
        other = self.names.get(word)
        if other is None or other == listed:
            return False
        is_part = place != other.place and self.brief.words[place - 1] in _USING  # ``the mean of day_total over``
        return not is_part and self._says(place, other)

    def sentence(self, place: int) -> tuple[int, int]:
        """The sentence around a place."""
        return self.between(place, _SENTENCE)

    def between(self, place: int, marks: Collection[str]) -> tuple[int, int]:
        """The words around a place between some marks."""
        length = len(self.brief)
        start = next((i + 1 for i in range(place - 1, -1, -1) if self.is_mark(i, marks)), 0)
        return start, next((i for i in range(place, length) if self.is_mark(i, marks)), length)

    def is_mark(self, place: int, marks: Collection[str]) -> bool:
        """True for one of these marks, but for the point of an abbreviation."""
        before = self.brief.words[place - 1] if place else ""
        return self.brief.said.tokens[place].text in marks and not (
            before in _ABBREVIATED and self.brief.said.tokens[place].text == "."
        )

    def chunk(self, place: int) -> tuple[int, int]:
        """The words around a place between marks; parentheses and dashes are marks."""
        return self.between(place, _CHUNK)

    def said_in(self, start: int, end: int) -> frozenset[str]:
        """Words and lemmas between two places that tell nothing else."""
        places = [i for i in range(start, end) if i not in self.masked]
        lemmas = (self.brief.lemmas[i] for i in places if not self._means(i))
        words = (self.brief.words[i] for i in places if self.brief.words[i] != "counts" or not self._means(i))
        return frozenset(words) | frozenset(lemmas)

    def _means(self, place: int) -> bool:
        """The verb in ``an empty rebate means 0``, ``counts as 0``."""
        if self.brief.words[place] == "counts":
            return self.brief.words[place + 1 : place + 2] == ("as",)
        return self.brief.words[place] == "means" and self.brief.words[place - 1] not in ("the", "rounded", "equal")

    def hinted(self, hop: Sequence[Relation]) -> Sequence[Relation]:
        """Of several ways to a table, the one whose column the prompt spells out or of which it says the part."""
        spelled = [r for r in hop if all(column.casefold() in self.brief.words for column in r.columns)]
        common = (
            {w for w in words_of(hop[0].columns[0]) if all(w in words_of(r.columns[0]) for r in hop)}
            if hop
            else set[str]()
        )
        said = {*self.brief.lemmas, *joined_words(self.brief.words)}
        stems = {word[:_STEM] for word in said if len(word) >= _STEM}
        own = [(r, set(words_of(r.columns[0])) - common) for r in hop]
        meant = [r for r, words in own if words & said] or [r for r, words in own if {w[:_STEM] for w in words} & stems]
        if not meant:
            meant = [r for r, words in own if any(words & there and said & here for here, there in _ENDS_OF_WAYS)]
            for place in self.brief.places({w for here, _ in _ENDS_OF_WAYS for w in here} if len(meant) == 1 else ()):
                self.brief.explain(place, place + 1, meant[0].columns[0])
        if len(meant) == 1 and len(spelled) != 1:
            named = {word[:_STEM] for word in set(words_of(meant[0].columns[0])) - common}
            for place in [i for i, lemma in enumerate(self.brief.lemmas) if lemma[:_STEM] in named]:
                for i in (place, *self.brief.places(("where",), self.chunk(place)[0], place)):
                    self.brief.explain(i, i + 1, meant[0].columns[0])
        return spelled if len(spelled) == 1 else meant if len(meant) == 1 else hop

    def table_at(self, start: int, end: int) -> TableRef | None:
        """The first table that is named between two places."""
        return next((ref for place, ref in self.brief.tables_at() if start <= place < end), None)

    def has_table(self, word: str) -> TableRef | None:
        """The table that a word names, as well as its description does."""
        links = [x for x in self.brief.said.names.links((word,)) if not x.column and x.score >= SYNONYM * OWN]
        named = [x.table for x in links if x.table in self.tables] or [x.table for x in links[:1]]
        if not named:  # one word of the names of the tables at hand
            named = [ref for ref in self.tables if word in self.brief.said.names.table_words[ref]]
        if not named:  # ``outg`` for outages
            named = [ref for ref in self.tables if _is_short_for(ref.name.casefold(), word)]
        return named[0] if len(set(named)) == 1 else None


def _is_short_for(name: str, word: str) -> bool:
    """True where a word has all letters of a short name in their order, and begins alike."""
    if not _FEWEST_LETTERS <= len(name) < len(word) or name[:2] != word[:2] or not name.isalpha():
        return False
    letters = iter(word)
    return all(letter in letters for letter in name)


def joined_words(words: Sequence[str]) -> list[str]:
    """Two words as one, by the place of the first: ``pickup`` where it says *picked up*."""
    return [re.sub("(ed|ing)$", "", one) + two if len(two) <= _LONGEST else "" for one, two in pairwise(words)]


def _is_kind(type_: str, kind: str) -> bool:
    if kind == "number":
        return is_number(type_)
    return is_time(type_) if kind == "time" else type_ == "string"
