"""Measures: aggregates with conditions, names and rounding."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.aggregates import COUNTS_OF, Found, adjective, read_aggregate, total_only
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.expressions import nouns_of, read_expression
from datamorph.planning.offline.grammar.formulas import read_formula
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.naming import read_digits, read_name, read_unit
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.parts import of_rows, read_having_value, read_only
from datamorph.planning.offline.grammar.ratios import read_ratio, read_weighted
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.verbs import table_of_verb
from datamorph.planning.offline.lexicon.names import MONEY
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Both,
    Condition,
    Conditional,
    Constant,
    Noun,
    OneOf,
)
from datamorph.planning.offline.phrases import Phrases, phrase_set

_SHARES = Phrases({"share of": 1, "fraction of": 1, "proportion of": 1, "percentage of": 100, "percent of": 100,
                   "ratio of": 1, "rate of": 1, "% of": 100, "part of": 1, "pct of": 100})  # fmt: skip
_RELATIVE = frozenset({"that", "which", "who", "where", "with", "whose", "being"})
_BESIDE = phrase_set(("next to it", "beside it", "alongside", "in the next column", "behind it"))
_FILLER = frozenset({"are", "were", "is", "was", "have", "has", "had", "been", "be"})


def read_measure(reader: Reader) -> Item | None:
    """One measure with what belongs to it: a condition, a name, decimals."""
    start = reader.position
    item = read_weighted(reader) or read_ratio(reader) or _share(reader) or _average_count(reader) or read_plain(reader)
    if item is None:
        reader.position = start
        return None
    formula = read_formula(reader, item.expression)
    if formula is not None:
        item = Item(formula, frozenset(), reader.ledger.text(start, reader.position))
    finish(reader, item)
    item.name = item.name or _owned(reader, start, item)
    return item


_OWNERS = frozenset({"their", "its"})


def _owned(reader: Reader, start: int, item: Item) -> str:
    """``with their number of flights``: each has flights, and so many; empty for what nobody owns."""
    found = item.expression
    said = {token.lower for token in reader.tokens[max(start - 1, 0) : start + 1]}
    counted = found.counted if isinstance(found, Aggregate) and found.condition is None else None
    if counted is None or not said & _OWNERS or counted.links[:1] == () or counted.links[0].column:
        return ""
    return counted.text.lower().replace(" ", "_")


def finish(reader: Reader, item: Item) -> None:
    """Read the name and the decimals that follow an item, in either order."""
    if isinstance(item.expression, Arithmetic) and reader.unit_said:
        item.unit, reader.unit_said = reader.unit_said, ""
    for _ in range(2):
        if item.digits is None:
            item.digits = read_digits(reader)
        item.unit = item.unit or read_unit(reader)
        reader.take(_BESIDE)
        item.name = item.name or read_name(reader)


_AVERAGE = phrase_set(("average", "mean", "avg", "the average", "the mean", "on average the"))
_BEHIND = frozenset({"by", "per", "in", "within", "across", "for", "over", "of", "with", "and", "", ",", ".", ";", ")",
                     "(", "as"})  # fmt: skip


_WITH_ANY = phrase_set(("that has any", "that have any", "with any", "that has at least one", "with at least one",
                        "that have at least one", "having any", "having at least one", "that has some"))  # fmt: skip


def _average_count(reader: Reader) -> Item | None:
    """``average number of calls per customer``: how many there are, for each of those that have any."""
    start = reader.position
    reader.skip(ARTICLES)
    is_average = reader.take(_AVERAGE) is not None
    found = read_aggregate(reader) if is_average and reader.match(COUNTS_OF) is not None else None
    is_per = reader.word("per") or (reader.word("for", "of", "by") and reader.word("each", "every"))
    reader.skip(ARTICLES)
    owner = reader.noun() if found is not None and is_per else None
    is_any = owner is not None and reader.take(_WITH_ANY) is not None
    if found is None or owner is None or owner.links[0].column or reader.lower() not in _BEHIND:
        reader.position = start
        return None
    owners = Aggregate("count", counted=owner, is_distinct=True, per=() if is_any else (owner,))
    words = frozenset({"average", *found.words, *owner.words})
    return Item(Arithmetic("/", found.aggregate, owners), words, reader.ledger.text(start, reader.position))


_ADDED_UP = (MONEY - {"price", "rate", "salary", "wage", "budget", "balance", "margin"}) | frozenset(
    "quantity unit piece sale order volume distance minute hour second weight click view visit".split()
)
"""Last words of columns whose values several rows may be added up without saying so: ``invoice totals by year``."""
_SPAN = Phrases({f"{unit} between {first} and {last}": unit for unit in ("days", "number of days", "time")
                 for first in ("first", "the first", "earliest", "the earliest", "oldest", "their first", "its first")
                 for last in ("last", "latest", "the last", "the latest", "newest", "most recent")})  # fmt: skip


def _between(reader: Reader) -> Item | None:
    """``days between first and last visit``: of the date of the rows of each group."""
    start = reader.position
    reader.skip(ARTICLES)
    unit = reader.take(_SPAN)
    noun = reader.noun() if unit is not None and unit != "time" else None
    if noun is None:
        reader.position = start
        return None
    if tables := tuple(link for link in noun.links if not link.column):
        noun = Noun(noun.text, noun.words, tables, noun.position)
    ends = Aggregate("max", noun, is_in_time=True), Aggregate("min", noun, is_in_time=True)
    text = reader.ledger.text(start, reader.position)
    return Item(Apply("datediff({}, {})", ends), frozenset({"day", "between", *noun.words}), text, "days_between")


def read_plain(reader: Reader) -> Item | None:
    """One aggregate with its condition, without a name."""
    if (span := _between(reader)) is not None:
        return span
    found = _defined_count(reader) or read_aggregate(reader) or total_only(reader)
    if found is None:
        return None
    aggregate, words = found.aggregate, found.words
    if (only := read_only(reader)) is not None:
        return Item(of_rows(aggregate, only), words, found.text)
    if aggregate.function == "count" and aggregate.condition is None:
        aggregate, words = _with_condition(reader, found)
    return Item(aggregate, words, found.text)


def _defined_count(reader: Reader) -> Found | None:
    """``number of open orders (status placed or shipped)``: the parenthesis says what the word before means."""
    start = reader.position
    reader.skip(ARTICLES)
    if reader.take(COUNTS_OF) is not None:
        reader.skip(ARTICLES | {"of"})
        word = reader.lower()
        condition = _defined_adjective(reader)
        noun = reader.noun() if condition is not None else None
        if condition is not None and noun is not None and _parenthesis(reader) is not None:
            words = frozenset({"number", "count", word, *noun.words})
            counted = Aggregate("count", counted=noun, condition=condition)
            return Found(counted, words, reader.ledger.text(start, reader.position))
    reader.position = start
    return None


def _with_condition(reader: Reader, found: Found) -> tuple[Aggregate, frozenset[str]]:
    """``number of open orders (status placed or shipped)``, ``number of flights that arrived late``."""
    mark = reader.position
    condition = _parenthesis(reader)
    if condition is None:
        condition = read_having_value(reader, found.aggregate.counted)
    if condition is None and reader.word(*_RELATIVE):
        condition = read_condition(reader)
    if condition is None:
        reader.position = mark
        return found.aggregate, found.words
    aggregate = found.aggregate
    return Aggregate("count", counted=aggregate.counted, condition=condition,
                     is_distinct=aggregate.is_distinct), found.words  # fmt: skip


def _parenthesis(reader: Reader) -> Condition | None:
    mark = reader.position
    if reader.word("("):
        reader.skip(("i", "e", "i.e", "meaning", "that", "is", ".", ","))
        condition = read_condition(reader)
        if condition is not None and reader.word(")"):
            return condition
    reader.position = mark
    return None


def _share(reader: Reader) -> Item | None:
    """``share of flights that were cancelled (missing dep_time)``, ``percentage of late orders``."""
    start = reader.position
    reader.skip(ARTICLES)
    scale = reader.take(_SHARES)
    if scale is None:
        return None
    reader.skip(ARTICLES)
    before = adjective(reader) or _defined_adjective(reader)
    noun = reader.noun()
    condition = before or read_only(reader) or read_having_value(reader, noun) or _share_condition(reader)
    condition = condition or _beyond(reader, noun)
    if noun is None or condition is None:
        return None
    text = reader.ledger.text(start, reader.position)
    hit = Conditional(((condition, Constant(1.0)),), Constant(0.0))
    aggregate = Aggregate("avg", hit, counted=noun)
    expression = Arithmetic("*", aggregate, Constant(scale)) if scale != 1 else aggregate
    words = {"share", "percent" if scale != 1 else "rate", *noun.words, *_words(reader, start)}
    return Item(expression, frozenset(words), text)


_LASTING = frozenset({"lasting", "taking", "running"})


def _beyond(reader: Reader, noun: Noun | None) -> Condition | None:
    """``share of calls over 30 minutes``: what is compared is the number that such rows have."""
    is_beyond = reader.match(COMPARED) is not None or reader.lower() in _LASTING
    if noun is None or noun.links[0].column or not is_beyond:
        return None
    end, reader.position = reader.position, noun.position
    found = read_condition(reader)
    if found is None or reader.position <= end:
        reader.position = end
        return None
    return found


def _words(reader: Reader, start: int) -> list[str]:
    return [t.lemma for t in reader.tokens[start : reader.position] if t.kind == "word"]


def _share_condition(reader: Reader) -> Condition | None:
    if not reader.word(*_RELATIVE) and reader.lower() not in _FILLER and reader.lower() != "(":
        if not _is_defined(reader):
            return None
    reader.skip(_FILLER)
    if (defined := _defined(reader)) is not None:
        return defined
    return _parenthesis(reader) or read_condition(reader)


def _is_defined(reader: Reader) -> bool:
    return reader.is_kind("word") and reader.lower(1) == "("


def _defined(reader: Reader) -> Condition | None:
    """``cancelled (missing dep_time)``: the parenthesis says what the word means."""
    mark = reader.position
    if reader.is_kind("word") and reader.lower(1) == "(":
        reader.next()
        condition = _parenthesis(reader)
        if condition is not None:
            return condition
    reader.position = mark
    return None


def _defined_adjective(reader: Reader) -> Condition | None:
    """``cancelled flights (dep_time is null)``: the word before the noun, defined behind it."""
    mark = reader.position
    if not reader.is_kind("word") or reader.links(reader.position, 1):
        return None
    reader.next()
    place = reader.position
    noun = reader.noun()
    condition = _parenthesis(reader) if noun else None
    if condition is None:
        reader.position = mark
        return None
    reader.position = place
    return condition


def read_bare_total(reader: Reader) -> Item | None:
    """``invoice totals by year``: several of a number, per something, are added up."""
    start = reader.position
    noun = reader.noun()
    last = reader.tokens[reader.position - 1]
    reader.position += noun is not None and table_of_verb(reader) is not None
    is_plural = (
        noun is not None
        and noun.words[-1] in _ADDED_UP
        and last.kind == "word"
        and last.lower != last.lemma
        and noun.links[0].column != ""
    )
    if noun is None or not is_plural or reader.match(PER_PHRASES) is None:
        reader.position = start
        return None
    return Item(Aggregate("sum", noun), frozenset({"total", *noun.words}), noun.text)


def read_named_expression(reader: Reader) -> Item | None:
    """``revenue as unit price times quantity``, ``net = amount - discount``."""
    start = reader.position
    name = read_new_name(reader)
    if name is None or not reader.word("as", "=", "is", "being", "equals"):
        reader.position = start
        return None
    measure = _share(reader) or read_plain(reader)
    expression = measure.expression if measure else read_expression(reader)
    if expression is None or isinstance(expression, Noun | Constant):
        reader.position = start
        return None
    words = {*name.words, *(w for noun in nouns_of(expression) for w in noun.words)}
    item = Item(expression, frozenset(words), name.text, name.text)
    finish(reader, item)
    return item


def read_new_name(reader: Reader) -> Noun | None:
    """A name of the prompt's own making, of one or two words."""
    reader.skip(ARTICLES | {"column", "new"})
    for length in (1, 2):
        if reader.lower(length) in ("as", "=", "is") and all(
            reader.peek(i) and reader.tokens[reader.position + i].is_word for i in range(length)
        ):
            return None if reader.lower() in GLUE else reader.unlinked(most=length)
    return None


def both(conditions: list[Condition]) -> Condition | None:
    """Conditions tied by ``and``."""
    if not conditions:
        return None
    return conditions[0] if len(conditions) == 1 else Both("and", tuple(conditions))


__all__ = ["OneOf", "both", "finish", "read_measure", "read_named_expression", "read_new_name"]
