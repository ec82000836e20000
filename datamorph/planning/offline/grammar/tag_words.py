"""A word that the prompt gave to rows, before the noun for them: ``number of late payments``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Condition


def tag_of_rows(reader: Reader) -> Condition | None:
    """The same where the rows are chosen: in ``trips and long trips`` both are counted, and none is chosen."""
    start = reader.position
    found = tag_before(reader)
    if found is None or reader.peek() is None:
        return found
    place = start - 1
    while place > 0 and reader.tokens[place].lower in ARTICLES:
        place -= 1
    is_beside = place > 0 and reader.tokens[place].lower in ("and", ",", "&", "plus", "versus", "vs")
    if is_beside and reader.tokens[place - 1].lemma == reader.tokens[reader.position].lemma:
        reader.position = start
        return None
    return found


def tag_before(reader: Reader) -> Condition | None:
    """``late`` in ``number of late payments``: the rows that were called so."""
    for tag in reader.tags:
        length = len(tag.words)
        run = reader.tokens[reader.position : reader.position + length]
        if len(run) == length and frozenset(token.lemma for token in run) == tag.words:
            reader.position += length
            mark = reader.position
            noun = reader.noun()
            reader.position = mark
            if noun is not None and not noun.links[0].column:
                tag.is_used = True
                return tag.condition
            reader.position -= length
    return None
