"""What counts where one part of a sum is missing: ``parts_cost plus labour_cost (a missing cost is 0)``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.expressions import nouns_of
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Aggregate, Arithmetic, Constant, Expression, Noun
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set

_LEAD = frozenset({",", "(", "where", "with", "and", "a", "an", "any", "every", "each", "the", "if", "here", "one",
                   "of", "them", "is", "treat", "count", "take", "all"})  # fmt: skip
_THINGS = frozenset({"one", "ones", "value", "values", "amount", "amounts", "part", "parts", "of", "them", "either"})
_IS = phrase_set((
    "is", "are", "counts as", "count as", "as", "=", "counted as", "is taken as", "are taken as", "is treated as",
    "are treated as", "counts for", "means", "being", "is counted as", "are counted as", "counting as", "is to be",
    "should be", "should count as", "must count as", "becomes", "become"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")", ":", "and"})


def read_nought(reader: Reader, draft: Draft, last: Item | None) -> bool:
    """Fill the parts of the sum that was said last with 0."""
    parts = _parts(last.expression) if last is not None else []
    between = range(parts[-1].position, reader.position) if parts else range(0)
    if not parts or any(reader.tokens[place].text in (".", ";") for place in between):
        return False
    is_open = reader.lower() == "(" or reader.tokens[reader.position - 1].text == "("
    reader.skip(_LEAD)
    if reader.lower() not in MISSING or not reader.next():
        return False
    parts = _named(reader, parts) or parts
    reader.skip(_THINGS)
    if reader.match(_IS) is None and (reader.is_kind("word") or reader.is_kind("name")):
        reader.next()
    if reader.take(_IS) is None or not reader.word("0", "zero") or reader.lower() not in _ENDS:
        return False
    if is_open:
        reader.word(")")
    draft.fills += [(noun, Constant(0)) for noun in parts]
    return True


def _named(reader: Reader, parts: list[Noun]) -> list[Noun]:
    """``an empty waiver``: the one part that is named."""
    said = {(link.table, link.column) for link in reader.links(reader.position, 1) if link.score >= OWN}
    found = [noun for noun in parts if (noun.links[0].table, noun.links[0].column) in said]
    return found if len(found) == 1 else []


def _parts(found: Expression) -> list[Noun]:
    """The columns of a sum or a difference."""
    inner = found.argument if isinstance(found, Aggregate) else found
    if not isinstance(inner, Arithmetic) or not _is_sum(inner):
        return []
    nouns = nouns_of(inner)
    return nouns if len(nouns) > 1 and all(noun.links and noun.links[0].column for noun in nouns) else []


def _is_sum(found: Expression) -> bool:
    if isinstance(found, Arithmetic):
        return found.operator in ("+", "-") and _is_sum(found.left) and _is_sum(found.right)
    return isinstance(found, Noun)
