"""A prompt in which some words stand for others: as answered by a person, or as the project's glossary says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from datamorph.core.plan import Phrase, Proposal, Questions, Refusal
from datamorph.core.table import snake_case
from datamorph.planning.offline.dialog import WORD
from datamorph.planning.offline.tokens import Token, tokenize

ANSWERED = ", as answered"
"""How an assumption ends whose words came with an answer."""
REWORDED = ", as said anew"
"""How one ends that takes the place of the whole prompt."""
LISTED = " (glossary.yaml)"
"""How one ends whose words the project's glossary has."""
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt.

    Attributes:
        said: the person's own words that it takes the place of; empty for what stands behind the prompt.
        text: what is read there.
        words: the words that it is about, where these are read otherwise.
        meaning: the other words for them.
        source: who says so; empty for a part that stands as it was said.
    """

    said: str
    text: str
    words: str = ""
    meaning: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Swap:
    """Other words for a run of characters.

    Attributes:
        start: of what is taken out; and ``end``, behind it.
        text: what is read there.
        behind: what is read behind the whole prompt.
    """

    start: int
    end: int
    text: str
    behind: str = ""


@dataclass(frozen=True)
class Wording:
    """The parts of a prompt in order; ``prompt`` is what the person said."""

    prompt: str
    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, prompt: str) -> Wording:
        """A prompt as it was said."""
        return cls(prompt, (Piece(prompt, prompt),))

    @property
    def text(self) -> str:
        """What is read."""
        return "".join(piece.text for piece in self.pieces)

    def swapped(self, swap: Swap, words: str, meaning: str, source: str) -> Wording:
        """The wording with other words for a run; what was swapped before stays one part with what it holds."""
        before: list[Piece] = []
        after: list[Piece] = []
        said, head, tail, at = "", "", "", 0
        held: list[Piece] = []
        for piece in self.pieces:
            first, at = at, at + len(piece.text)
            if at <= swap.start:
                before.append(piece)
                continue
            if first >= swap.end:
                after.append(piece)
                continue
            left, right = (
                piece.text[: max(swap.start - first, 0)],
                piece.text[swap.end - first :] if at > swap.end else "",
            )
            if piece.source:
                held.append(piece)
                said, head, tail = said + piece.said, head + left, tail + right
                continue
            before += [Piece(left, left)] if left else []
            after += [Piece(right, right)] if right else []
            said += piece.text[len(left) : len(piece.text) - len(right)]
        if len(held) == 1 and words in held[0].meaning:
            words, meaning = held[0].words, held[0].meaning.replace(words, meaning, 1)
        elif held:
            words, meaning = said, f"{head}{swap.text}{tail}".strip()
        made = Piece(said, f"{head}{swap.text}{tail}", words, meaning, source)
        behind = [Piece("", swap.behind, source=source)] if swap.behind else []
        return Wording(self.prompt, (*before, made, *after, *behind))

    @property
    def swaps(self) -> tuple[Piece, ...]:
        """The parts that are read otherwise than they were said."""
        return tuple(piece for piece in self.pieces if piece.words)

    def around(self, start: int, end: int) -> Piece | None:
        """The part that is read otherwise in which a run of characters lies."""
        at = 0
        for piece in self.pieces:
            first, at = at, at + len(piece.text)
            if piece.source and first < end and start < at:
                return piece
        return None

    def told(self, outcome: Proposal | Questions | Refusal) -> Proposal | Questions | Refusal:
        """The outcome of what was read as that of the prompt itself, with what was swapped among its assumptions."""
        if not self.swaps:
            return outcome
        if not isinstance(outcome, Proposal):
            return replace(
                outcome, prompt=self.prompt, understanding=replace(outcome.understanding, answered=self._answered())
            )
        notes = tuple(f"{one.words!r} is read as {one.meaning!r}{one.source}" for one in self.swaps)
        understood = outcome.understanding
        own = [phrase for phrase in understood.phrases if phrase.text in self.prompt]
        own += [Phrase(one.words, f"read as {one.meaning!r}") for one in self.swaps if one.words in self.prompt]
        found = replace(
            understood,
            assumptions=(*notes, *understood.assumptions),
            phrases=tuple(sorted(own, key=lambda phrase: self.prompt.index(phrase.text))),
            answered=self._answered(),
        )
        update = {"prompt": self.prompt, "assumptions": (*notes, *outcome.spec.assumptions)}
        return Proposal(outcome.spec.model_copy(update=update), found)

    def _answered(self) -> tuple[Phrase, ...]:
        return tuple(Phrase(one.words, one.meaning) for one in self.swaps if one.source == ANSWERED)


def runs_of(text: str, key: str, open_at: Collection[int]) -> list[tuple[int, int]]:
    """Where the words stand that a question with this id asks about, as characters; those without a meaning first.

    Args:
        open_at: where words begin that nothing explains. If the words stand there as well as elsewhere, only the
            former are asked about.
    """
    found = list(_runs(text, tokenize(text), key))
    asked = [(start, end) for start, end in found if any(start <= place < end for place in open_at)]
    return asked or found


def phrases_of(wording: Wording, phrases: Collection[str]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Those of the phrases that the prompt says, longest first, with where they stand as characters.

    Args:
        phrases: in lower case; whole words count, and none that a longer phrase has.
    """
    tokens = [token for token in tokenize(wording.text)]
    words = [token.lower if token.kind != "text" else "" for token in tokens]
    taken: set[int] = set()
    listed = [(phrase, [token.lower for token in tokenize(phrase)]) for phrase in phrases]
    for phrase, run in sorted(listed, key=lambda one: (-len(one[1]), one[0])):
        starts = [i for i in range(len(words) - len(run) + 1) if run and words[i : i + len(run)] == run]
        found: list[tuple[int, int]] = []
        for start in starts:
            places = range(start, start + len(run))
            if taken.isdisjoint(places):
                taken.update(places)
                found.append((tokens[start].start, tokens[places[-1]].end))
        if found:
            yield phrase, found


def _runs(text: str, tokens: tuple[Token, ...], key: str) -> Iterator[tuple[int, int]]:
    behind = 0
    for place, token in enumerate(tokens):
        if token.start < behind or not key.startswith(snake_case(f"{WORD}{token.text}")):
            continue
        for last in tokens[place : place + _LONGEST]:
            if snake_case(f"{WORD}{text[token.start : last.end]}") == key:
                behind = last.end
                yield token.start, last.end
                break
