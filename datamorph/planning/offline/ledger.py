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
        if any(token.is_merged for token in self.tokens[start:end]):
            return " ".join(token.text for token in self.tokens[start:end])
        return self.prompt[self.tokens[start].start : self.tokens[end - 1].end]

    def unexplained(self) -> tuple[int, ...]:
        """Positions of tokens that carry meaning and have none yet."""
        covered = {position for entry in self.entries for position in range(entry.start, entry.end)}
        return tuple(
            i
            for i, token in enumerate(self.tokens)
            if i not in covered
            and not self._is_arrow(i)
            and not self._is_choosing(i)
            and (is_content(token) or self._asks_for(i) or self._is_alternative(i))
        )

    def _is_alternative(self, place: int) -> bool:
        """An ``or`` that no construct took between two conditions: both together are not what is asked for."""
        if self.tokens[place].lower == "but":
            return self._is_exception(place)
        if self.tokens[place].lower != "or":
            return False
        is_first = all(token.lower != "or" for token in self.tokens[:place])
        if is_first and place + 1 < len(self.tokens) and self.tokens[place + 1].lower in _BOTH:
            return True
        if place + 1 == len(self.tokens) or self.tokens[place + 1].text in (",", ".", ";", ":", ")"):
            return True
        before = next((i for i in range(place - 1, -1, -1) if is_content(self.tokens[i]) or self._ends(i)), place)
        behind = next(
            (i for i in range(place + 1, len(self.tokens)) if is_content(self.tokens[i]) or self._ends(i)), place
        )
        return self._is_condition(before) and self._is_condition(behind)

    def _is_exception(self, place: int) -> bool:
        """``everything but cancelled sailings``."""
        before = self.tokens[max(place - 3, 0) : place]
        return any(token.lower in _ALL for token in before) and not any(token.kind == "mark" for token in before)

    def _ends(self, place: int) -> bool:
        return self.tokens[place].text in (".", ";", "?", "!", ":")

    def _is_condition(self, place: int) -> bool:
        return any(entry.start <= place < entry.end and entry.meaning in _CONDITIONS for entry in self.entries)

    def _is_choosing(self, place: int) -> bool:
        """``take only the rows whose status is open``: the condition that follows says which."""
        if self.tokens[place].lower not in _CHOOSING:
            return False
        for behind in range(place + 1, len(self.tokens)):
            if self._is_condition(behind):
                return True
            if self.tokens[behind].kind == "mark" or (is_content(self.tokens[behind]) and not self._chooses(behind)):
                return False
        return False

    def _chooses(self, place: int) -> bool:
        return self.tokens[place].lower in _CHOOSING or any(
            entry.start <= place < entry.end and entry.meaning == "table" for entry in self.entries
        )

    def _is_arrow(self, place: int) -> bool:
        """``->`` leads on to what follows."""
        before = self.tokens[place - 1] if place else None
        return self.tokens[place].text == ">" and before is not None and before.text == "-"


_ALL = frozenset("all any every everything anything everyone anyone nothing none nobody anywhere everywhere".split())
_CONDITIONS = frozenset({"filter", "what the parenthesis says"})
_BOTH = frozenset({"both", "either", "neither"})
_CHOOSING = frozenset({"keep", "retain", "only"})
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
