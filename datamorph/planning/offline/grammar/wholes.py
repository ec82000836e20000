"""What part of everything a group is: ``percentage of all sales``, ``share of the total amount within its shop``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import read_aggregate
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.naming import read_digits
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import SHARES
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Noun, Window
from datamorph.planning.offline.phrases import Phrases, phrase_set

_KINDS = Phrases(SHARES)
_WHOLE = phrase_set(("the total", "total", "all", "all the", "the overall", "overall", "the grand total", "grand total",
                     "the whole", "the entire", "the sum of all", "the overall total", "the total of all", "all of the",
                     "the grand total of", "the total of", "the sum of"))  # fmt: skip
_WITHIN = phrase_set(tuple(f"{lead} {which}".strip() for lead in ("within", "inside", "of", "in")
                           for which in ("the same", "that same", "its own", "their own", "the respective", "its",
                                         "their", "each", "every", "that", "the", "")
                           if lead in ("within", "inside") or which not in ("", "each", "every", "the")))  # fmt: skip
IN_PERCENT = phrase_set(("as a percentage", "as percentage", "as a percent", "as percent", "in percent", "as %", "in %",
                         "expressed as a percentage", "expressed in percent", "as a % value", "as a pct", "in per cent",
                         "as a percentage of it", "as percentages", "as percents", "as a percentage value",
                         "in percentage", "in percentages", "given in percent"))  # fmt: skip
"""How a fraction is said to be times a hundred."""
_CLAUSES = NEVER_GLUE | frozenset(
    "that which who where with whose being were was are is used use have has had having contain contains got get came "
    "made by".split()
)
"""What stands behind a share of rows that fulfil a condition, which is no share of the whole."""


def read_whole(reader: Reader) -> Window | None:
    """The window; where it starts anew only if that is said with it."""
    start = reader.position
    kind = reader.take(_KINDS)
    if kind is None or reader.take(_WHOLE) is None:
        reader.position = start
        return None
    operand, said = read_operand(reader)
    per = _within(reader)
    mark = reader.position
    is_rounded = read_digits(reader) is not None
    reader.position = mark
    if not is_rounded and (reader.lower() in _CLAUSES or reader.lower() == "("):
        reader.position = start
        return None
    reader.word(",")
    if reader.take(IN_PERCENT) is None:
        reader.position = mark
    else:
        kind = "share_pct"
    return Window("share" if kind == "share" else "share_pct", operand, per or _within(reader), said=said)


def _within(reader: Reader) -> tuple[Noun, ...]:
    """``within the shop``, ``of the same channel``."""
    mark = reader.position
    reader.word("(")
    noun = reader.noun() if reader.take(_WITHIN) is not None else None
    if noun is None:
        reader.position = mark
        return ()
    if reader.tokens[mark].text == "(":
        reader.word(")")
    return (noun,)


def read_operand(reader: Reader) -> tuple[Noun | None, Aggregate | None]:
    """What the window is over: a measure said before, an aggregate or a column; with the aggregate that was said."""
    start = reader.position
    reader.skip(ARTICLES | {"of", "in"})
    noun = reader.defined_noun()
    if noun is not None:
        return noun, None
    found = read_aggregate(reader)
    if found is not None:
        return Noun(found.text, tuple(sorted(found.words)), (), start), found.aggregate
    noun = reader.noun()
    if noun is None:
        reader.position = start
    return noun, None


_BEHIND_IT = frozenset({"", ",", ".", ";", "(", ")", "as", "over", "within", "that", "which", "and", "by", "per"})


def read_of_it(reader: Reader) -> bool:
    """``a running total of it``: of the measure said before."""
    is_said = reader.lower() in ("of", "over") and reader.lower(1) in ("it", "them", "this", "that", "these", "those")
    mark, reader.position = reader.position, reader.position + (2 if is_said else 0)
    if is_said and reader.lower() not in _BEHIND_IT and reader.match(PER_PHRASES) is None:
        reader.position, is_said = mark, False
    return is_said
