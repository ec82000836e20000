"""Splits tags into what is asked and a list of columns: ``..., please: isbn and title``, ``... Name and city only.``"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from datamorph.planning.offline.questions.tag import Tag

_ENDS = frozenset({".", ";", ":", "?", "!"})
_TYING = frozenset({"and", "glue", "mark", "distinct"})
_LEADS = frozenset(
    """
    columns column fields field output outputs return give show list select report display keep include only
    just please i want need we would like result results table with their its the me them
    """.split()
)
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Split:
    """The tags without the list, and the tags of the listed columns.

    Attributes:
        asked: what is to be read as a question.
        listed: one tag per column, in the order of the prompt.
    """

    asked: tuple[Tag, ...]
    listed: tuple[Tag, ...] = ()


def split_listing(tags: Sequence[Tag]) -> Split:
    """The last list of columns apart from the rest; a list stands in a sentence of its own or behind ``with``."""
    parts = _sentences(tags)
    for place in range(len(parts) - 1, 0, -1):
        listed = _listed(parts[place])
        if listed:
            rest = [tag for n, part in enumerate(parts) if n != place for tag in part]
            return Split(tuple(_without_end(rest)), listed)
    for place in range(len(tags) - 1, 0, -1):
        is_asked, is_had = tags[place].kind == "open", tags[place].phrase.lower() in ("with", "along with")
        if not is_asked and not is_had:
            continue
        listed = _listed(tags[place + 1 :])
        if len(listed) >= (_FEWEST if is_had else 1):
            return Split(tuple(_without_end(tags[:place])), listed)
    return Split(tuple(tags))


def _sentences(tags: Sequence[Tag]) -> list[list[Tag]]:
    parts: list[list[Tag]] = [[]]
    for tag in tags:
        parts[-1].append(tag)
        if tag.kind == "mark" and tag.phrase in _ENDS:
            parts.append([])
    return [part for part in parts if part]


def _listed(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The columns of a sentence that says nothing else, or none."""
    found: list[Tag] = []
    for tag in tags:
        if tag.kind in ("column", "full_name"):
            found.append(tag)
        elif tag.kind == "open" and tag.phrase.lower() in ("name", "names"):
            found.append(replace(tag, kind="column"))
        elif tag.kind not in _TYING and tag.phrase.lower() not in _LEADS:
            return ()
    return tuple(found)


def _without_end(tags: Sequence[Tag]) -> list[Tag]:
    """Without the comma or colon before the list."""
    kept = list(tags)
    while kept and kept[-1].kind in ("mark", "and") and kept[-1].phrase not in ("?", "."):
        kept.pop()
    return kept
