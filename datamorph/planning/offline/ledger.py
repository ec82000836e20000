"""Which words of a prompt are explained, and as what."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.plan import Phrase
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.tokens import Token


@dataclass(frozen=True, slots=True)
class Entry:
    """Tokens ``start`` to ``end`` (not included) mean something."""

    start: int
    end: int
    meaning: str


@dataclass(slots=True)
class Ledger:
    """Every stage writes down which tokens it has explained; what is left is nobody's."""

    prompt: str
    tokens: tuple[Token, ...]
    entries: list[Entry] = field(default_factory=list[Entry])
    asks: bool = False

    def explain(self, start: int, end: int, meaning: str) -> None:
        """Record the meaning of a run of tokens."""
        if end > start:
            self.entries.append(Entry(start, end, meaning))

    def covers(self, position: int) -> bool:
        """True when some entry explains that token."""
        return any(entry.start <= position < entry.end for entry in self.entries)

    def _asks_for(self, place: int) -> bool:
        """``Where is ...``: the word that opens a question says what to show."""
        return self.asks and place == 0 and self.tokens[0].lower in _ASKED

    def phrases(self) -> tuple[Phrase, ...]:
        """The explained parts in the order of the prompt."""
        ordered = sorted(self.entries, key=lambda entry: (entry.start, -entry.end))
        return tuple(Phrase(self.text(entry.start, entry.end), entry.meaning) for entry in ordered)

    def text(self, start: int, end: int) -> str:
        """The prompt's own words for a run of tokens."""
        return self.prompt[self.tokens[start].start : self.tokens[end - 1].end]

    def unexplained(self) -> tuple[int, ...]:
        """Positions of tokens that carry meaning and have none yet."""
        covered = {position for entry in self.entries for position in range(entry.start, entry.end)}
        return tuple(
            i
            for i, token in enumerate(self.tokens)
            if i not in covered and not self._is_arrow(i) and (is_content(token) or self._asks_for(i))
        )

    def _is_arrow(self, place: int) -> bool:
        """``->`` leads on to what follows."""
        before = self.tokens[place - 1] if place else None
        return self.tokens[place].text == ">" and before is not None and before.text == "-"


_ASKED = frozenset({"who", "whom", "where", "when", "whose"})


_LONGEST_CODE = 3


def is_code(token: Token) -> bool:
    """``US`` is a country, ``us`` a word that says nothing."""
    return token.kind == "word" and 1 < len(token.text) <= _LONGEST_CODE and token.text.isupper()


def is_content(token: Token) -> bool:
    """True for a token that a plan must not skip."""
    if token.kind == "mark":
        return token.text not in ",.;:()!?-–—'\"[]{}"  # noqa: RUF001 (dashes are what people type)
    if token.text == "May" or is_code(token):
        return True
    return token.lower in NEVER_GLUE or token.lower not in GLUE
