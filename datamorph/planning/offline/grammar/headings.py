"""A name and its groups before a formula: ``Load factor per line: total boarded / total seats``."""

from __future__ import annotations

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.formulas import read_formula
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.measures import finish
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.spoken import spoken_name
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.phrases import phrase_set

_STARTS = frozenset({".", ";", "!", "?", ":"})
_VERBS = frozenset("compute calculate derive show give list report build add we need want please work out me i".split())
_IS = phrase_set(("=", ":", "is", "as", "being", "meaning", "defined as", "i.e", "that is", "calculated as",
                  "computed as", "which is", "measured as", "taken as"))  # fmt: skip
_MOST_WORDS = 5
_LONGEST_NAME = 4


def read_heading(reader: Reader, draft: Draft) -> Item | None:
    """The measure that a formula defines; what stands before it are its name and the groups."""
    start = reader.position
    if start and reader.tokens[start - 1].text not in _STARTS:
        return None
    reader.skip(_VERBS | ARTICLES)
    first = reader.position
    while _is_name(reader, first):
        reader.next()
        said = reader.position
        groups = read_groups(reader) if reader.take(PER_PHRASES) is not None else []
        reader.word(",")
        found = read_formula(reader) if groups and reader.take(_IS) is not None else None
        if found is not None:
            words = [token for token in reader.tokens[first:said] if token.lower not in GLUE]
            name = snake_case(spoken_name(reader, tuple(token.text.lower() for token in words)))
            item = Item(found, frozenset(token.lemma for token in words), name.replace("_", " "), name)
            finish(reader, item)
            known = {group.words for group in draft.groups}
            draft.groups += [group for group in groups if group.words not in known]
            return item
        reader.position = said
    reader.position = start
    return None


def _is_name(reader: Reader, first: int) -> bool:
    """True for a word that may stand in a name: not one that chooses rows."""
    token = reader.peek()
    if token is None or not token.is_word or reader.position >= first + _MOST_WORDS + _LONGEST_NAME:
        return False
    return token.lower not in NEVER_GLUE and not isinstance(token.value, int | float | str)


__all__ = ["read_heading"]
