"""Two sums over one another: ``average price weighted by quantity``, ``ratio of online sales to all sales``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.expressions import nouns_of, read_expression
from datamorph.planning.offline.grammar.formulas import has_aggregate, read_operand
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Aggregate, Arithmetic, Constant, Expression
from datamorph.planning.offline.phrases import Phrases, phrase_set

_WEIGHTED = phrase_set(("weighted average", "weighted mean", "weighted avg", "average", "mean", "avg"))
_BY = phrase_set(("weighted by", "weighted with", "weighted on", "weighted according to", "weighting by",
                  "with weights", "with the weights", "with weight", "using weights", "using as weights",
                  "weights", "weight"))  # fmt: skip
_WITH = phrase_set(("with", "using", "taking", "by", "where"))
_AS_WEIGHTS = phrase_set(("as weights", "as weight", "as the weight", "as the weights", "as its weight", "as a weight",
                          "is the weight", "are the weights"))  # fmt: skip
_OF = frozenset({"of", "the"})
_RATIOS = Phrases({"ratio of": "to", "ratio between": "and", "quotient of": "and", "ratio": "to"})


def read_weighted(reader: Reader) -> Item | None:
    """What is averaged times its weight, over the sum of the weights."""
    start = reader.position
    reader.skip(ARTICLES)
    said = reader.take(_WEIGHTED)
    value = weight = None
    if said is not None:
        reader.skip(_OF)
        value = read_expression(reader)
        mark = reader.position
        weight = _weight(reader) if value is not None and not isinstance(value, Constant) else None
        if weight is None:
            reader.position = mark
    if value is None or weight is None:
        reader.position = start
        return None
    found = Arithmetic("/", Aggregate("sum", Arithmetic("*", value, weight)), Aggregate("sum", weight))
    words = {"weighted", "average", *(word for noun in nouns_of(value) for word in noun.words)}
    text = f"weighted {nouns_of(value)[0].text if nouns_of(value) else 'average'}"
    return Item(found, frozenset(words), text)


def _weight(reader: Reader) -> Expression | None:
    """``weighted by quantity``, ``, using quantity as weights``, ``(weights: quantity)``."""
    is_open = reader.word("(")
    reader.word(",")
    if reader.take(_BY) is not None:
        reader.skip(("=", ":", "is", "are", "the", "being"))
        found = read_expression(reader)
    else:
        found = read_expression(reader) if reader.take(_WITH) is not None else None
        if found is not None and reader.take(_AS_WEIGHTS) is None:
            found = None
    if found is None or isinstance(found, Constant) or (is_open and not reader.word(")")):
        return None
    return found


def read_ratio(reader: Reader) -> Item | None:
    """``ratio of A to B``: two measures, of which the first is divided by the second."""
    start = reader.position
    reader.skip(ARTICLES)
    link = reader.take(_RATIOS)
    left = read_operand(reader) if link is not None else None
    right = read_operand(reader) if left is not None and link is not None and reader.word(link, "to", "over") else None
    if left is None or right is None or not (has_aggregate(left) and has_aggregate(right)):
        reader.position = start
        return None
    text = reader.ledger.text(start, reader.position)
    return Item(Arithmetic("/", left, right), frozenset({"ratio"}), text)
