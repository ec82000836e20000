"""Measures that a value is compared with: ``twice the average price of its own category``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Arithmetic, Constant, Expression, Noun
from datamorph.planning.offline.phrases import Phrases

_TIMES = Phrases({"twice": 2, "double": 2, "two times": 2, "three times": 3, "half": 0.5, "thrice": 3})
_ALIKE = frozenset({"same", "own", "its", "their", "that", "each"})
_SAME = _ALIKE | {"of", "for", "in", "within", "the", "across"}


def read_yardstick(reader: Reader) -> Expression | None:
    """``twice the average price of its own category``: a measure of all rows, or of those alike."""
    factor = reader.take(_TIMES)
    reader.word("the")
    found = read_aggregate(reader)
    if found is None or found.aggregate.function not in ("avg", "median", "min", "max"):
        return None
    mark = reader.position
    reader.skip(_SAME)
    is_alike = bool(_ALIKE & {token.lower for token in reader.tokens[mark : reader.position]})
    key = reader.noun() if is_alike else None
    if key is None:
        reader.position = mark
    beside = _beside(reader) if key is None else None
    aggregate = replace(found.aggregate, per=(key,) if key else (), beside=beside)
    return Arithmetic("*", Constant(factor), aggregate) if factor else aggregate


def _beside(reader: Reader) -> Noun | None:
    """``of the shop``, ``per shop`` behind a measure; the words stay for who takes them."""
    mark = reader.position
    is_said = reader.take(PER_PHRASES) is not None or reader.word("of", "for", "in", "within", "across")
    reader.skip(("the", "all", "a", "an", "any", "every"))
    noun = reader.noun() if is_said else None
    reader.position = mark
    return noun
