"""Verbs and comparatives of a question, once its nouns are known: which of them only tie two things together."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.lexicon import verbs as tying
from datamorph.planning.offline.questions.nouns import are_akin
from datamorph.planning.offline.questions.tag import Tag


def compared(tags: list[Tag]) -> list[Tag]:
    """``more seats than``: the comparison comes behind its column, as everywhere else."""
    for place in range(len(tags) - 2):
        sign, column, than = tags[place : place + 3]
        means = said.COMPARATIVES.get(sign.phrase.lower(), "")
        if means and column.kind == "column" and than.phrase.lower() == "than":
            compare = Tag("compare", sign.start, than.end, f"{sign.phrase} than", means)
            return [*tags[:place], column, compare, *compared(tags[place + 3 :])]
    return tags


def joined(tags: list[Tag], vocabulary: set[str]) -> list[Tag]:
    """Verbs between two things are glue where keys or values join them; one that stands alone is unknown."""
    named = {tag.links[0].table for tag in tags if tag.kind == "table"}
    several = len(named | {tag.values[0].table for tag in tags if tag.kind == "person"}) > 1
    known = [
        _read_verb(tags, place, several=several, vocabulary=vocabulary) if tag.kind in ("verb", "unknown") else tag
        for place, tag in enumerate(tags)
    ]
    return [_continued(known, place) for place in range(len(known))]


def _read_verb(tags: list[Tag], place: int, *, several: bool, vocabulary: set[str]) -> Tag:
    tag, behind = tags[place], tags[place + 1 :]
    if tag.phrase.lower() in said.UNITS and place and tags[place - 1].kind == "number":
        return replace(tag, kind="glue")
    if tag.kind == "verb":
        return replace(tag, kind="glue" if several or _has_object(behind) else "unknown")
    is_tie = _looks_like_verb(tag) and (_ties(tags, place) if several else _has_place(behind))
    is_tie = is_tie or (_looks_like_verb(tag) and _is_dated(tag, behind, vocabulary))
    return replace(tag, kind="glue") if is_tie else tag


def _is_dated(tag: Tag, behind: list[Tag], vocabulary: set[str]) -> bool:
    """``premiered after 2005`` where a column is called ``premiere_year``."""
    following = next((other.kind for other in behind if other.kind != "glue"), "mark")
    return following in ("number", "between", "compare") and any(are_akin(tag.phrase, word) for word in vocabulary)


def _looks_like_verb(tag: Tag) -> bool:
    word = tag.phrase
    return word.islower() and word.isalpha() and word.endswith(("ed", "ing")) and word not in tying.TELLING


def _ties(tags: list[Tag], place: int) -> bool:
    """A verb between two things that keys or values connect."""
    before = next((tag.kind for tag in reversed(tags[:place]) if tag.kind != "glue"), "")
    return before in ("relative", "open", "table", "person", "value", "text") and _has_object(tags[place + 1 :])


def _has_place(behind: list[Tag]) -> bool:
    """``treated by Ann``: a verb with a preposition and a text says which column holds the text."""
    following = next((tag.kind for tag in behind if tag.kind != "glue"), "mark")
    return following in ("value", "text", "person") and bool(behind) and behind[0].phrase.lower() in tying.PREPOSITIONS


def _has_object(behind: list[Tag]) -> bool:
    following = next((tag.kind for tag in behind if tag.kind != "glue"), "mark")
    return following not in ("mark", "and", "or", "relative", "order")


def _continued(tags: list[Tag], place: int) -> Tag:
    """``phone numbers`` and ``phone number of`` where the column is called ``phone``; ``flight number of`` is a key."""
    tag, before = tags[place], tags[place - 1].kind if place else ""
    if tag.kind == "count" and tag.phrase in ("number of", "numbers of") and before in ("column", "table"):
        return replace(tag, kind="glue") if before == "column" else replace(tag, kind="column", phrase="number")
    return replace(tag, kind="glue") if _continues_name(tags, place) else tag


def _continues_name(tags: list[Tag], place: int) -> bool:
    """``phone numbers`` where the column is called ``phone``: the second word adds nothing."""
    tag, before = tags[place], tags[place - 1] if place else None
    is_bare = tag.kind == "column" and not tag.links and tag.phrase.lower() in said.EMPTY_TAILS
    return is_bare and before is not None and before.kind == "column" and bool(before.links)
