"""Comparisons: ``amount over 100``, ``status is placed or shipped``, ``at least 2 customers``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.grammar.aggregates import Found, adjective, read_aggregate
from datamorph.planning.offline.grammar.dates import read_month_of_year, read_span
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.subjects import implied_noun, table_before
from datamorph.planning.offline.grammar.values import read_number, read_value
from datamorph.planning.offline.lexicon.cues import COMPARISONS, MISSING, POSTFIX, PRESENT
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Compare,
    Condition,
    Constant,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Period,
    Text,
    Within,
)
from datamorph.planning.offline.phrases import Phrases

COMPARED = Phrases(COMPARISONS)
_POSTFIX = Phrases(POSTFIX)
LEAD = frozenset(
    """
    rows row records record those that which who where are is were was the all have has had with only any
    entries a an if when whenever lines there made placed done held combinations groups pairs
    """.split()
)
IS = frozenset({"is", "are", "was", "were", "be", "has", "have", "being", "of", "equals", "value", "the", "a", "an"})
_NOT = frozenset({"not", "no", "never", "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "non"})
_TESTS = Phrases({"contains": "contains", "containing": "contains", "contain": "contains", "includes": "contains",
                  "starts with": "startswith", "starting with": "startswith", "start with": "startswith",
                  "begins with": "startswith", "beginning with": "startswith", "begin with": "startswith",
                  "ends with": "endswith", "ending with": "endswith", "end with": "endswith",
                  "ends in": "endswith"})  # fmt: skip


def read_bounded_count(reader: Reader) -> Condition | None:
    """``more than 1000 flights``, ``at least 2 customers``, ``3 or more albums``."""
    start = reader.position
    reader.skip(LEAD)
    operator = reader.take(COMPARED)
    number = read_number(reader)
    if number is None:
        return None
    operator = reader.take(_POSTFIX) or operator
    if number.unit:
        return None
    is_distinct = reader.word("different", "distinct", "unique")
    condition = adjective(reader)
    noun = reader.noun()
    operator = operator or (reader.take(_POSTFIX) if noun is not None else None)
    if noun is None or operator is None:
        return None
    if condition is None and not is_distinct and _is_own_number(reader, noun, start):
        return Compare(noun, operator, number)
    counted = Aggregate("count", counted=noun, condition=condition, is_distinct=is_distinct)
    return Compare(counted, operator, number)


def _is_own_number(reader: Reader, noun: Noun, start: int) -> bool:
    """``books under 300 pages``: a number that every row of the table before has."""
    subject = table_before(reader, start)
    link = noun.links[0]
    is_number = link.column in reader.names.numbers[link.table] and noun.words[-1] not in KEY_WORDS
    return bool(link.column) and link.table == subject and is_number


def read_comparison(reader: Reader) -> Condition | None:
    """``amount over 100``, ``status is placed or shipped``, ``shipped_date is after promised_date``."""
    reader.skip(LEAD)
    left = _left(reader)
    if left is None or isinstance(left, Constant):
        return None
    subject = left.aggregate if isinstance(left, Found) else left
    noun = subject if isinstance(subject, Noun) else None
    is_negated = _is(reader)
    found = _test(reader, subject, noun)
    if found is None:
        return None
    return Negation(found) if is_negated else found


def _left(reader: Reader) -> Expression | Found | None:
    defined = reader.defined_noun()
    if defined is not None:
        return defined
    found = read_aggregate(reader)
    if found is not None:
        return found
    return implied_noun(reader) or read_expression(reader)


def _is(reader: Reader) -> bool:
    """Skip forms of to be; True when a negation stands among them."""
    is_negated = False
    while reader.lower() in IS or reader.lower() in _NOT:
        if reader.match(COMPARED):
            break
        is_negated = is_negated or reader.lower() in _NOT
        reader.next()
    return is_negated


def _test(  # noqa: C901, PLR0911 (one line per kind)
    reader: Reader, subject: Expression, noun: Noun | None
) -> Condition | None:
    if reader.lower() in MISSING and reader.lower(1) != "from":
        reader.next()
        return Missing(subject)
    if reader.lower() in PRESENT and not PER_PHRASES.match(reader.tokens, reader.position + 1):
        reader.next()
        return Negation(Missing(subject))
    if noun and (test := reader.take(_TESTS)):
        return Text(noun, test, str(reader.next().value)) if reader.is_kind("text") else None
    if (weekend := read_weekend(reader, Period("date", noun) if noun else subject)) is not None:
        return weekend
    if reader.lower() in ("between", "from") and (found := _between(reader, subject, noun)):
        return found
    if noun is not None and noun.links[:1] and reader.lower() in ("in", "during") and (found := _within(reader, noun)):
        return found
    mark = reader.position
    operator = reader.take(COMPARED)
    if operator and (right := _right(reader, noun)) is not None:
        if noun is not None and _is_thing(noun) and isinstance(right, Constant) and right.unit and not right.is_date:
            return None
        if isinstance(right, Constant) and not right.unit and _is_counted(reader):
            return None
        if operator in ("=", "<>") and noun and isinstance(right, Constant):
            found = OneOf(noun, (right, *more_values(reader, noun)))
            return Negation(found) if operator == "<>" else found
        return Compare(subject, reader.take(_POSTFIX) or operator, right)
    reader.position = mark
    return _equals(reader, subject, noun)


def read_weekend(reader: Reader, date: Expression, *, is_certain: bool = False) -> Condition | None:
    """``on a weekend``, ``on weekdays``: Saturdays and Sundays, or the other days, counted from a Monday."""
    start = reader.position
    reader.skip(frozenset({"on", "at", "during", "a", "the"}))
    said = reader.lower().rstrip("s")
    if (reader.position == start and not is_certain) or said not in ("weekend", "weekday"):
        reader.position = start
        return None
    reader.next()
    found = weekend_of(date)
    return found if said == "weekend" else Negation(found)


def weekend_of(date: Expression) -> Compare:
    """Saturdays and Sundays, counted from a Monday."""
    return Compare(Apply("((datediff({}, DATE '1900-01-01') % 7 + 7) % 7)", (date,)), ">=", Constant(5))


def _is_thing(noun: Noun) -> bool:
    """``calls over 10 minutes``: rows are no number, and their key is in no unit."""
    return bool(noun.links) and not noun.links[0].column


def _is_counted(reader: Reader) -> bool:
    """True where the number before counts what stands here: ``more than two members``."""
    mark = reader.position
    reader.word("different", "distinct", "unique")
    noun = reader.noun()
    reader.position = mark
    return noun is not None and not noun.links[0].column


def _right(reader: Reader, noun: Noun | None) -> Expression | None:
    reader.word("the", "or")
    return read_value(reader, noun) or read_expression(reader) or _measured(reader)


_TIMES = Phrases({"twice": 2, "double": 2, "two times": 2, "three times": 3, "half": 0.5, "thrice": 3})
_ALIKE = frozenset({"same", "own", "its", "their", "that", "each"})
_SAME = _ALIKE | {"of", "for", "in", "within", "the", "across"}


def _measured(reader: Reader) -> Expression | None:
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
    reader.skip(frozenset({"the", "all", "a", "an", "any", "every"}))
    noun = reader.noun() if is_said else None
    reader.position = mark
    return noun


def _between(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    mark = reader.position
    if noun is not None and (span := read_span(reader, Period("date", noun))) is not None:
        return span
    reader.next()
    low = read_value(reader, noun)
    high = read_value(reader, noun) if low and reader.word("and", "to") else None
    if isinstance(low, Constant) and isinstance(high, Constant):
        return Within(subject, low, high)
    reader.position = mark
    return None


def _within(reader: Reader, noun: Noun) -> Condition | None:
    """``opened in Q2 2024``, ``hired in March``: a column of time before a span."""
    mark = reader.position
    is_time = any(link.column in reader.names.dates[link.table] for link in noun.links if link.column)
    reader.next()
    found = (read_span(reader, Period("date", noun)) or read_month_of_year(reader, noun)) if is_time else None
    if found is None:
        reader.position = mark
    return found


def _equals(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    reader.word("in")
    reader.word("either")
    is_open = reader.word("(")
    value = read_value(reader, noun) if noun else read_number(reader)
    if value is None:
        return None
    if (operator := reader.take(_POSTFIX)) is not None:
        return Compare(subject, operator, value)
    values = (value, *more_values(reader, noun)) if noun else (value,)
    reader.word(")") if is_open else None
    if noun is None:
        return Compare(subject, "=", value)
    return OneOf(_holding(reader, noun, values), values)


def _holding(reader: Reader, noun: Noun, values: tuple[Constant, ...]) -> Noun:
    """The noun without columns that hold none of the values, where others do."""
    held = {(link.table, link.column) for value in values for link in reader.values.exact(str(value.value))}
    kept = tuple(link for link in noun.links if (link.table, link.column) in held)
    return replace(noun, links=kept) if kept else noun


def more_values(reader: Reader, noun: Noun) -> list[Constant]:
    """Further values of the noun: ``, placed or shipped``."""
    found: list[Constant] = []
    while True:
        mark = reader.position
        is_tied = reader.word(",", "/")
        is_tied = reader.word("or", "and") or is_tied
        value = read_value(reader, noun) if is_tied else None
        if value is None:
            reader.position = mark
            return found
        found.append(value)
