"""Columns that the result leaves out: ``drop the phone and fax columns``, ``all columns except internal_note``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set

_DROP = phrase_set(
    ("drop", "remove", "leave out", "omit", "get rid of", "leave off", "dropping", "removing", "exclude", "without",
     "minus", "except", "except for", "excluding", "leaving out", "omitting")
)  # fmt: skip
_BUT = phrase_set(("but", "but not", "apart from", "other than", "save for", "besides", "bar"))
"""Said behind *all columns*."""
_SPOKEN = frozenset({"without", "minus", "except", "excluding"})
"""Words that are about rows unless they say that they are about columns."""
_COLUMN = frozenset({"column", "columns", "field", "fields"})
_ENDS = frozenset({"", ",", ".", ";", "from", "in", "then", "and", "but", ")"})


def read_dropped(reader: Reader) -> list[Noun]:
    """The columns, where nothing behind them could be a condition."""
    start = reader.position
    found: list[Noun] = []
    mark = start
    is_behind = start > 0 and reader.tokens[start - 1].lower in _COLUMN
    if reader.take(_DROP) is not None or (is_behind and reader.take(_BUT) is not None):
        reader.skip(frozenset({"the", "both"}) | _COLUMN)
        while (noun := reader.noun()) is not None and noun.links[0].column and noun.links[0].score >= OWN:
            found.append(noun)
            mark = reader.position
            if not reader.word(",", "and", "&"):
                break
            reader.word("and")
    reader.position = mark
    said = reader.tokens[start:mark]
    is_loose = bool(said) and said[0].lower in _SPOKEN
    is_named = is_behind or any(token.lower in _COLUMN or (token.kind == "name" and not is_loose) for token in said)
    is_column = is_named or (not is_loose and all(noun.text.split()[0] == noun.links[0].column for noun in found))
    if not is_column or reader.lower() not in _ENDS:
        reader.position = start
        return []
    return found
