"""A run of tokens of a question, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.values import ValueLink


@dataclass(frozen=True, slots=True)
class Tag:
    """Tokens ``start`` to ``end`` (not included) and what they are.

    Attributes:
        kind: ``column``, ``table``, ``value``, ``text``, ``number``, ``unknown``, ``glue``, ``mark`` or a family of
            phrases such as ``count`` and ``compare``.
        phrase: the words of a phrase, or the text as written.
        means: what a phrase stands for: ``avg``, ``>``, ``desc``.
    """

    kind: str
    start: int
    end: int
    phrase: str
    means: str = ""
    number: int | float | None = None
    links: tuple[Link, ...] = ()
    values: tuple[ValueLink, ...] = ()
