"""Aggregates in words: ``number of orders``, ``average departure delay``, ``90th percentile of price``."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.grammar.expressions import ELAPSED, nouns_of, read_expression
from datamorph.planning.offline.grammar.gaps import read_gap
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sessions import read_session
from datamorph.planning.offline.grammar.spending import read_spending
from datamorph.planning.offline.grammar.states import state_of
from datamorph.planning.offline.grammar.tag_words import tag_of_rows
from datamorph.planning.offline.grammar.timing import read_timing
from datamorph.planning.offline.grammar.values import held_values, of_parent
from datamorph.planning.offline.lexicon.cues import AGGREGATES, COUNTS, DISTINCT, TIME_EXTREMES
from datamorph.planning.offline.model import (
    Aggregate,
    Arithmetic,
    Condition,
    Constant,
    Elapsed,
    Expression,
    Noun,
    OneOf,
    Window,
)
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

COUNTS_OF = phrase_set(COUNTS)
"""Phrases that count."""
_AGGREGATES = Phrases(AGGREGATES)
_OF = frozenset({"of", "the", "all", "value", "values", "up", "their", "its", "a", "an"})
_ROWS = frozenset({"rows", "records", "entries", "lines", "them", "remaining"})
_COUNT_TAIL = frozenset({"count", "counts"})
_FUNCTION_WORDS = {"sum": "total", "avg": "average", "min": "minimum", "max": "maximum", "median": "median",
                   "count": "count", "percentile": "percentile"}  # fmt: skip
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Found:
    """An aggregate as it was said.

    Attributes:
        words: what a later mention of it may say.
    """

    aggregate: Aggregate
    words: frozenset[str]
    text: str


def read_aggregate(reader: Reader) -> Found | None:
    """The aggregate phrase that stands here, if one does."""
    return _count(reader) or _percentile(reader) or _named_function(reader) or _noun_count(reader)


def _is_amount(reader: Reader, place: int, noun: Noun) -> bool:
    """``total amount of sales``, where sales have an amount: it is added up, not counted."""
    if reader.tokens[place].lower != "amount":
        return False
    tables = {link.table for link in noun.links if not link.column}
    is_total = place > 0 and reader.tokens[place - 1].lower == "total"
    amounts = [link.table for link in reader.links(place, 1) if link.column]
    return bool(noun.links[0].column) or any(is_total or table in tables for table in amounts)


def _count(reader: Reader) -> Found | None:
    start = reader.position
    reader.skip(("the", "total", "a"))
    said = reader.position
    if reader.take(COUNTS_OF) is None:
        reader.position = start
        return None
    reader.skip(_OF)
    is_distinct = reader.lower() in DISTINCT
    if is_distinct:
        reader.next()
    if reader.lower() in _ROWS and not _is_element(reader):
        reader.next()
        return Found(
            Aggregate("count"), frozenset({"number", "count", "row"}), reader.ledger.text(start, reader.position)
        )
    condition = adjective(reader) or state_of(reader)
    _skip_new(reader)
    noun = reader.noun()
    if noun is None or _is_amount(reader, said, noun) or _is_repeated(reader, noun):
        reader.position = start
        return None
    return _counted(reader, start, noun, condition=condition, is_distinct=is_distinct)


def _is_repeated(reader: Reader, noun: Noun) -> bool:
    """``number of sales channel by channel``: sales are counted, and no sales channels."""
    last = reader.tokens[reader.position - 1].lower
    return len(noun.words) > 1 and reader.lower() == "by" and reader.lower(1) == last


_BEGUN = frozenset({"year", "quarter", "month", "week", "day"})


def _skip_new(reader: Reader) -> None:
    """``number of new members per month of joining``: those of a month are new in it."""
    mark = reader.position
    noun = reader.noun() if reader.word("new") else None
    is_per = noun is not None and not noun.links[0].column and reader.word("per", "by", "each", "in")
    reader.word("each", "every", "calendar") if is_per else None
    is_begun = is_per and reader.lower() in _BEGUN and reader.lower(1) == "of"
    reader.position = mark + 1 if is_begun else mark


def _is_element(reader: Reader) -> bool:
    """``number of lines`` where lines are the elements of an array."""
    return any(link.table in reader.elements for link in reader.links(reader.position, 1))


def _counted(
    reader: Reader, start: int, noun: Noun, *, condition: Condition | None = None, is_distinct: bool = False
) -> Found:
    aggregate = Aggregate("count", counted=noun, condition=condition, is_distinct=is_distinct)
    words = {"number", "count", *noun.words, *_condition_words(condition)}
    return Found(aggregate, frozenset(words), reader.ledger.text(start, reader.position))


def _condition_words(condition: Condition | None) -> list[str]:
    return [w for v in condition.values for w in str(v.value).lower().split()] if isinstance(condition, OneOf) else []


def adjective(reader: Reader) -> Condition | None:
    """A value right before a noun: ``completed orders``, ``late orders`` where the prompt says when they are."""
    if (tagged := tag_of_rows(reader)) is not None:
        return tagged
    found = held_values(reader, None)
    if found is None:
        return None
    start = reader.position
    reader.position += found[0]
    mark = reader.position
    values = [Constant(found[1][0].value)]
    links = found[1]
    while reader.word("or", "and", ",") and (more := held_values(reader, None)):
        links = tuple(l for l in links if any((l.table, l.column) == (m.table, m.column) for m in more[1])) or links
        values.append(Constant(more[1][0].value))
        reader.position += more[0]
        mark = reader.position
    reader.position = mark
    noun = reader.noun()
    links_here = noun.links if noun else ()
    own = [link for link in links if any((link.table, link.column) == (n.table, n.column) for n in links_here[:1])]
    if own:
        text = reader.ledger.text(start, reader.position)
        return OneOf(Noun(text, (), reader.column_links(own[0].table, own[0].column), start), tuple(values))
    reader.position = mark
    tables = {link.table for link in links_here if not link.column}
    if not tables and noun is not None and len(noun.words) > 1:
        tables = {link.table for link in links_here if link.score >= OWN}
    kept = [link for link in links if link.table in tables] or of_parent(reader, tables, links)
    if not kept:
        reader.position = start
        return None
    text = reader.ledger.text(start, mark)
    holders = tuple(
        dict.fromkeys(link for noun_link in kept for link in reader.column_links(noun_link.table, noun_link.column))
    )
    return OneOf(Noun(text, (), holders, start), tuple(values))


def _percentile(reader: Reader) -> Found | None:
    start = reader.position
    reader.word("the")
    token = reader.peek()
    if token is None or token.kind != "number" or reader.lower(1) not in ("percentile", "percentiles"):
        reader.position = start
        return None
    rank = token.value
    reader.position += 2
    _skip_interpolation(reader)
    reader.skip(_OF)
    noun = reader.noun()
    if noun is None or not isinstance(rank, int | float) or not 0 <= rank <= _HUNDRED:
        reader.position = start
        return None
    aggregate = Aggregate("percentile", noun, fraction=rank / _HUNDRED)
    return Found(aggregate, frozenset({"percentile", f"p{rank}", *noun.words}), f"p{rank} {noun.text}")


def _named_function(reader: Reader) -> Found | None:
    start = reader.position
    reader.skip(ARTICLES)
    if reader.lower() == "date" and reader.lower(1) == "of":
        reader.position += 2
        reader.skip(ARTICLES)
        if reader.lower() not in TIME_EXTREMES | {"most"}:
            reader.position = start
            return None
    if _is_column_name(reader):
        reader.position = start
        return None
    cue = reader.position
    function = reader.take(_AGGREGATES)
    if function is None:
        reader.position = start
        return None
    said = reader.ledger.text(cue, reader.position).lower()
    reader.skip(_OF)
    spoken = reader.position
    argument = explained(reader) or read_gap(reader) or read_session(reader) or _between_dates(reader)
    named = {t.lower for t in reader.tokens[spoken : reader.position] if t.kind == "word"} if argument else set[str]()
    argument = argument or _topic(reader) or read_expression(reader)
    if argument is None or isinstance(argument, Constant):
        reader.position = start
        return None
    words = {_FUNCTION_WORDS[function], *said.split(), *named}
    words |= {w for noun in nouns_of(argument) for w in noun.words}
    text = reader.ledger.text(cue, reader.position)
    return Found(Aggregate(function, argument, is_in_time=said in TIME_EXTREMES), frozenset(words), text)


def _between_dates(reader: Reader) -> Expression | None:
    """``average days from opened_at to closed_at``."""
    mark = reader.position
    found = read_timing(reader)
    if found is None or len(nouns_of(found)) < 2:  # noqa: PLR2004 (two dates)
        reader.position = mark
        return None
    return found


_BEHIND_TOPIC = frozenset({"", ".", ",", ";", ")", "(", "and", "per", "for", "by", "as", "then"})


_IT = ("it", "them", "that", "this", "these", "those")


def _topic(reader: Reader) -> Noun | None:
    """``sum it``, ``the total and the average``: of the column that was spoken of before, or computed."""
    mark = reader.position
    computed = [item for item in reader.defined if item.name and not isinstance(item.expression, Aggregate | Window)]
    if reader.topic is None and computed and reader.word(*_IT):
        return Noun(computed[-1].name, words_of(computed[-1].name), (), mark)
    if reader.topic is not None and reader.topic.position < mark:
        reader.word(*_IT)
        if reader.lower() in _BEHIND_TOPIC and not reader.is_kind("text"):
            return reader.topic
    reader.position = mark
    return None


_MOST_SPOKEN = 7


def explained(reader: Reader) -> Expression | None:
    """``size in MB (bytes / 1048576)``: words of the prompt's own, with the arithmetic behind them."""
    start = reader.position
    while reader.is_kind("word") and reader.position < start + _MOST_SPOKEN:
        reader.next()
    said = [t.lemma for t in reader.tokens[start : reader.position]]
    found = read_expression(reader) if reader.position > start and reader.word("(") else None
    if isinstance(found, Arithmetic) and found.operator == "-" and "in" in said[-2:-1] and said[-1] in ELAPSED:
        found = Elapsed(found.left, found.right, ELAPSED[said[-1]])
    if not isinstance(found, Arithmetic | Elapsed) or reader.lower() not in (")", ","):
        reader.position = start
        return None
    reader.word(")")
    return found


_SEVERAL = frozenset({",", "and", "&", "the", "as", "well", "plus"})


def read_several(reader: Reader) -> list[Found]:
    """``minimum, maximum and average price``: several functions of one argument."""
    start = reader.position
    reader.skip(ARTICLES)
    functions: list[tuple[str, float]] = []
    mark = reader.position
    while (function := _function(reader)) is not None:
        functions.append(function)
        mark = reader.position
        reader.skip(_SEVERAL)
    reader.position = mark
    reader.skip(_OF)
    argument = _topic(reader) or read_expression(reader) if len(functions) > 1 else None
    if argument is None or isinstance(argument, Constant):
        reader.position = start
        return []
    return [_one_of_several(name, fraction, argument) for name, fraction in functions]


def _function(reader: Reader) -> tuple[str, float] | None:
    token = reader.peek()
    if token is not None and token.kind == "number" and reader.lower(1) in ("percentile", "percentiles"):
        reader.position += 2
        _skip_interpolation(reader)
        return ("percentile", token.value / _HUNDRED) if isinstance(token.value, int | float) else None
    name = reader.take(_AGGREGATES)
    return (name, 0.0) if name is not None else None


def _skip_interpolation(reader: Reader) -> None:
    """``(linear interpolation)`` is how percentiles are computed anyway."""
    mark = reader.position
    if reader.word("("):
        reader.skip(("linear", "interpolation", "interpolated", "linearly"))
        if reader.word(")"):
            return
    reader.position = mark


def _one_of_several(function: str, fraction: float, argument: Expression) -> Found:
    said = f"p{fraction * _HUNDRED:g}" if function == "percentile" else _FUNCTION_WORDS[function]
    alias = {"median": "p50"}.get(function, said)
    nouns = nouns_of(argument)
    words = {_FUNCTION_WORDS[function], said, alias, *(word for noun in nouns for word in noun.words)}
    text = f"{said} {nouns[0].text if nouns else 'value'}"
    return Found(Aggregate(function, argument, fraction=fraction), frozenset(words), text)


def _is_column_name(reader: Reader) -> bool:
    """True where the cue is part of a column's name: ``first name``, ``total amount``."""
    for length in (4, 3, 2):
        links = reader.links(reader.position, length)
        if links and links[0].column and links[0].score >= OWN:
            return True
    return False


def _noun_count(reader: Reader) -> Found | None:
    """``flight counts``, ``order count``."""
    start = reader.position
    noun = reader.noun()
    if noun is None or reader.lower() not in _COUNT_TAIL:
        reader.position = start
        return None
    reader.next()
    return _counted(reader, start, noun)


def total_only(reader: Reader) -> Found | None:
    """``total per customer``, ``what they spent``: what is added up is not said."""
    start = reader.position
    spending = read_spending(reader)
    if spending is not None:
        return Found(*spending, reader.ledger.text(start, reader.position))
    reader.skip(ARTICLES)
    function = reader.take(_AGGREGATES)
    if function not in ("sum", "avg") or reader.lower() not in ("per", "for", "by", "each"):
        reader.position = start
        return None
    return Found(
        Aggregate(function), frozenset({_FUNCTION_WORDS[function]}), reader.ledger.text(start, reader.position)
    )
