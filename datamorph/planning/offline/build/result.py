"""What the result's columns are called, which of them are shown, and in which order rows stand."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import canonical, words_of


@dataclass(frozen=True, slots=True)
class Made:
    """A column of the result-to-be.

    Attributes:
        words: how the prompt may refer to it.
        is_measure: True for what was aggregated, which sorting prefers.
    """

    name: str
    words: frozenset[str]
    is_measure: bool = False
    is_hidden: bool = False


def find(noun: Noun, made: list[Made]) -> Made | None:
    """The column that a noun refers to: by its name, else by the words they share."""
    name = noun.text.lower().replace(" ", "_")
    for column in made:
        if column.name.lower() == name:
            return column
    wanted = canonical(noun.words or words_of(noun.text))
    if not wanted:
        return None
    scored = [(_fit(wanted, canonical(column.words)), -position) for position, column in enumerate(made)]
    best, position = max(scored, default=(0.0, 0))
    rivals = [score for score, _ in scored if score > best - 0.05]
    return made[-position] if best >= 0.5 and len(rivals) == 1 else None  # noqa: PLR2004


def _fit(wanted: frozenset[str], offered: frozenset[str]) -> float:
    """Share of words in common where one side holds the other, else 0."""
    shared = wanted & offered
    if not shared or not (wanted <= offered or offered <= wanted):
        return 0.0
    return 0.5 + 0.5 * len(shared) / len(wanted | offered)
