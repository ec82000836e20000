"""Definitions that stand behind their first use: ``average load by day, where load is boxes times weight``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Arithmetic, Elapsed
from datamorph.planning.offline.names import OWN

_STARTS = frozenset({".", ";", ",", "("})
_LEADS = frozenset({"where", "with", "here", "and", "note", "that"})
_IS = ("is", "=", "means", "equals", "being")
_LONGEST = 3


def read_afterwords(reader: Reader, draft: Draft) -> None:
    """Take every definition whose name is used before it, and close its words."""
    for place in range(1, len(reader.tokens)):
        if reader.tokens[place - 1].text not in _STARTS and reader.tokens[place - 1].lower not in _LEADS:
            continue
        reader.position = place
        item = _definition(reader)
        if item is not None and _is_used(reader, item, place):
            draft.computed.append(item)
            reader.defined.append(item)
            reader.close(place, reader.position, "what a name means")


def _definition(reader: Reader) -> Item | None:
    reader.skip(_LEADS | ARTICLES)
    start = reader.position
    for length in range(1, _LONGEST + 1):
        run = reader.tokens[start : start + length]
        if len(run) < length or not run[-1].is_word or run[0].lower in GLUE:
            return None
        links = reader.links(start, length)
        reader.position = start + length
        if (links and links[0].score >= OWN) or not reader.word(*_IS):
            continue
        expression = read_expression(reader)
        if not isinstance(expression, Arithmetic | Elapsed) or reader.lower() not in ("", ".", ",", ";", ")", "and"):
            return None
        name = "_".join(token.text for token in run)
        return Item(expression, frozenset(token.lemma for token in run), name.replace("_", " "), name)
    return None


def _is_used(reader: Reader, item: Item, place: int) -> bool:
    words = item.name.lower().split("_")
    before = [token.lower for token in reader.tokens[:place]]
    return any(before[n : n + len(words)] == words for n in range(len(before)))
