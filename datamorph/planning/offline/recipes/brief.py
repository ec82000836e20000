"""What a prompt says, as recipes look at it: words wherever they stand, names, values, and the columns it lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import Token

_BEST, _AT = frozenset({"top", "best", "worst"}), frozenset({"at", "on", "to", "from", "until"})
_LABELS = frozenset({"result", "output", "outcome", "report"})
_NEAR = 6
_BREAKS = frozenset(",.;:()!?")


@dataclass
class Brief:
    """A prompt before a recipe.

    Attributes:
        ledger: the words that are read already: target and schedule; recipes explain the others.
        work: the plan that a recipe makes; its draft holds target and schedule.
        listed: the columns of the result that the prompt lists.
    """

    said: Said
    ledger: Ledger
    work: Work
    listed: tuple[Listed, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """In lower case; empty for quoted text."""
        return self.said.words

    @cached_property
    def lemmas(self) -> tuple[str, ...]:
        """Singular of each word."""
        return tuple(token.lemma if token.kind == "word" else token.lower for token in self.said.tokens)

    def __len__(self) -> int:
        return len(self.said)

    def places(self, words: Iterable[str], start: int = 0, end: int | None = None) -> list[int]:
        """Where one of these words or lemmas stands."""
        wanted = set(words)
        last = len(self) if end is None else end
        return [i for i in range(start, last) if self.words[i] in wanted or self.lemmas[i] in wanted]

    def has(self, *words: str) -> bool:
        """True where one of these words or lemmas is said."""
        return bool(self.places(words))

    def phrase(self, *words: str) -> int | None:
        """Where these words follow each other for the first time."""
        length = len(words)
        spots = (i for i in range(len(self) - length + 1) if all(self._is(i + k, w) for k, w in enumerate(words)))
        return next(spots, None)

    def _is(self, place: int, word: str) -> bool:
        return word in (self.words[place], self.lemmas[place])

    @cached_property
    def picks_best(self) -> bool:
        """True for *the top drivers*, unlike *largest at the top*: only some are wanted."""
        spots = [i for i in range(len(self)) if self.words[i] in _BEST and not self._has_none(i)]
        return any(not _AT & set(self.words[max(i - 2, 0) : i]) for i in spots)

    def _has_none(self, place: int) -> bool:
        """``The top person has no boss``: tells of one, asks for none."""
        behind = self.words[place + 1 : min(self.clause(place)[1], place + _NEAR)]
        return bool({"has", "have"} & set(behind) and {"no", "nobody"} & set(behind))

    def clause(self, place: int) -> tuple[int, int]:
        """The tokens around a place up to the next marks; around the last one for a place behind them all."""
        place = min(place, len(self) - 1)
        start = next((i + 1 for i in range(place, -1, -1) if self.said.tokens[i].text in _BREAKS), 0)
        end = next((i for i in range(place, len(self)) if self.said.tokens[i].text in _BREAKS), len(self))
        return start, end

    def about(self, listed: Listed) -> list[tuple[int, int]]:
        """Runs of tokens that tell what a listed column is: in the list, and around other mentions of its name."""
        name = listed.name.casefold()
        others = [i for i, w in enumerate(self.words) if i != listed.place and w == name and not self._in_list(i)]
        return [(listed.start, listed.end), *(self.clause(place) for place in others)]

    def _in_list(self, place: int) -> bool:
        return any(one.start - 1 <= place < one.end for one in self.listed)

    def lemmas_about(self, listed: Listed) -> frozenset[str]:
        """Lemmas in those runs."""
        return frozenset(self.lemmas[i] for start, end in self.about(listed) for i in range(start, end))

    def numbers(self, start: int = 0, end: int | None = None) -> list[int]:
        """Where whole numbers stand, in digits or words."""
        last = len(self) if end is None else min(end, len(self))
        return [i for i in range(start, last) if isinstance(self.said.tokens[i].value, int)]

    def explain(self, start: int, end: int, meaning: str) -> None:
        """Give a run of tokens its meaning."""
        self.ledger.explain(start, end, meaning)

    def links(self, name: str, tables: Iterable[TableRef] = ()) -> list[Link]:
        """Columns that are called like a name as a whole, of some tables or of any; best first."""
        allowed = set(tables) or set(self.said.tables)
        exact = [
            Link(ref, column.name, 1.0)
            for ref in sorted(allowed)
            for column in self.said.tables[ref].schema
            if column.name.casefold() == name.casefold()
        ]
        found = [link for link in self.said.names.links(words_of(name)) if link.column and link.table in allowed]
        return exact or [link for link in found if link.score >= OWN]

    @cached_property
    def mentioned(self) -> tuple[TableRef, ...]:
        """Tables that the prompt names, in order, and behind them those that alone have a column that it spells out."""
        spelled = [ref for one in self.said.tokens if (ref := self._owner(one)) is not None]
        return tuple(dict.fromkeys([*(ref for _, ref in self.tables_at()), *spelled]))

    def _owner(self, token: Token) -> TableRef | None:
        """The one table that has a column spelled like a token."""
        owners = [ref for ref, found in self.said.tables.items() if token.text in found.schema.names]
        return owners[0] if len(owners) == 1 and token.is_word else None

    def tables_at(self) -> Iterator[tuple[int, TableRef]]:
        """Where tables are named."""
        for place in range(len(self)):
            found = self.said.table(place)
            if found is not None and not self._is_label(place):
                yield place, found[1]

    def _is_label(self, place: int) -> bool:
        """``Result: year, trips``: what the list is called, not the table of results."""
        behind = self.said.tokens[place + 1].text if place + 1 < len(self) else ""
        return self.lemmas[place] in _LABELS and behind == ":"
