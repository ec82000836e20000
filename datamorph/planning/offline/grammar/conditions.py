"""Conditions on rows and on groups."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import Found, adjective, read_aggregate
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.values import held_values, read_date, read_number, read_value, read_year
from datamorph.planning.offline.lexicon.cues import COMPARISONS, MISSING, POSTFIX, PRESENT
from datamorph.planning.offline.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Exists,
    Expression,
    Missing,
    Negation,
    Noun,
    OneOf,
    Period,
    Text,
    Within,
)  # fmt: skip
from datamorph.planning.offline.names import OWN, SYNONYM
from datamorph.planning.offline.phrases import Phrases

_COMPARISONS = Phrases(COMPARISONS)
_POSTFIX = Phrases(POSTFIX)
_LEAD = frozenset(
    """
    rows row records record those that which who where are is were was the all have has had with only any
    entries a an if when whenever lines there
    """.split()
)
_IS = frozenset({"is", "are", "was", "were", "be", "has", "have", "being", "of", "equals", "value", "the", "a", "an"})
_NOT = frozenset({"not", "no", "never", "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "non"})
_TESTS = Phrases({"contains": "contains", "containing": "contains", "contain": "contains", "includes": "contains",
                  "starts with": "startswith", "starting with": "startswith", "start with": "startswith",
                  "begins with": "startswith", "beginning with": "startswith", "begin with": "startswith",
                  "ends with": "endswith", "ending with": "endswith", "end with": "endswith",
                  "ends in": "endswith"})  # fmt: skip
_EXISTS = Phrases({phrase: phrase for phrase in (
    "have", "has", "had", "with", "with at least one", "placed", "made", "bought", "that appear in", "appear in",
    "exist in", "found in", "present in", "in", "appearing in", "occur in", "listed in", "have placed",
    "have made")})  # fmt: skip
_ABSENT = Phrases({phrase: phrase for phrase in (
    "without", "with no", "have no", "has no", "had no", "missing from", "not in", "absent from", "not found in",
    "do not appear in", "don't appear in", "does not appear in", "not present in", "not listed in", "never appear in",
    "never placed", "never made", "never had", "have never placed", "has never placed", "who never placed",
    "are missing from", "is missing from", "are not in", "is not in", "have not placed", "have never made",
    "do not have", "don't have", "does not have", "never appears in", "not appearing in", "that have no", "lacking",
    "do not exist in", "don't exist in", "does not exist in", "did not place", "didn't place", "unmatched in",
    "no match in", "have no match in", "has no match in", "no", "not matched in", "not appear in", "with zero",
    "have zero", "not have", "never have")})  # fmt: skip


def read_condition(reader: Reader) -> Condition | None:
    """Conditions tied by ``and`` and ``or``; ``and`` binds closer."""
    first = _conjunction(reader)
    if first is None:
        return None
    parts = [first]
    while True:
        mark = reader.position
        reader.word(",")
        more = _conjunction(reader) if reader.word("or") else None
        if more is None:
            reader.position = mark
            return parts[0] if len(parts) == 1 else Both("or", tuple(parts))
        parts.append(more)


def _conjunction(reader: Reader) -> Condition | None:
    first = read_primary(reader)
    if first is None:
        return None
    parts = [first]
    while True:
        mark = reader.position
        reader.word(",")
        more = read_primary(reader) if reader.word("and", "but") else None
        if more is None:
            reader.position = mark
            return parts[0] if len(parts) == 1 else Both("and", tuple(parts))
        parts.append(more)


def read_primary(reader: Reader) -> Condition | None:
    """One test."""
    start = reader.position
    for construct in (
        _missing_first,
        _absent,
        _measured,
        _comparison,
        _present,
        _about,
        _adjective,
        _bare,
        _exists,
        _dated,
    ):
        reader.position = start
        found = construct(reader)
        if found is not None:
            return found
    reader.position = start
    return None


def _missing_first(reader: Reader) -> Condition | None:
    """``missing dep_time``, ``no arrival delay``, ``without a phone``, ``non-empty name``, ``null dest``."""
    reader.skip(_LEAD)
    is_negated = reader.word("non", "not")
    if is_negated and reader.lower() not in MISSING:
        return None
    if reader.lower() not in MISSING and reader.lower() not in ("no", "without", "lacking"):
        return None
    reader.next()
    reader.skip(frozenset({"a", "an", "any", "the", "values", "value", "in", "for", "of"}))
    noun = _column_noun(reader)
    if noun is None:
        return None
    parts: list[Condition] = [Missing(noun)]
    mark = reader.position
    while reader.word("or", "and", ",") and (more := _column_noun(reader)):
        if _starts_test(reader):
            break
        parts.append(Missing(more))
        mark = reader.position
    reader.position = mark
    found: Condition = parts[0] if len(parts) == 1 else Both("or", tuple(parts))
    return Negation(found) if is_negated else found


def _starts_test(reader: Reader) -> bool:
    return reader.lower() in _IS or reader.match(_COMPARISONS) is not None


def _column_noun(reader: Reader) -> Noun | None:
    start = reader.position
    noun = reader.noun()
    if noun and noun.links and noun.links[0].column:
        return noun
    reader.position = start
    return None


def _table_noun(reader: Reader) -> Noun | None:
    start = reader.position
    noun = reader.noun()
    if noun and any(not link.column and link.score >= SYNONYM * OWN for link in noun.links):
        return Noun(noun.text, noun.words, tuple(link for link in noun.links if not link.column), noun.position)
    reader.position = start
    return None


def _absent(reader: Reader) -> Condition | None:
    reader.skip(frozenset({"who", "that", "which", "those", "are", "is"}))
    if reader.take(_ABSENT) is None:
        return None
    reader.skip(frozenset({"a", "an", "any", "the", "single", "matching"}))
    noun = _table_noun(reader)
    if noun is None:
        return None
    reader.skip(frozenset({"at", "all", "table"}))
    return Negation(Exists(noun))


def _exists(reader: Reader) -> Condition | None:
    reader.skip(frozenset({"who", "that", "which", "those", "are", "is"}))
    if reader.take(_EXISTS) is None:
        return None
    reader.skip(frozenset({"a", "an", "any", "the", "at", "least", "one", "some"}))
    noun = _table_noun(reader)
    return Exists(noun) if noun is not None else None


def _measured(reader: Reader) -> Condition | None:
    """``more than 1000 flights``, ``at least 2 customers``, ``3 or more albums``."""
    reader.skip(_LEAD)
    operator = reader.take(_COMPARISONS)
    number = read_number(reader)
    if number is None:
        return None
    operator = reader.take(_POSTFIX) or operator
    if operator is None or number.unit:
        return None
    is_distinct = reader.word("different", "distinct", "unique")
    condition = adjective(reader)
    noun = reader.noun()
    if noun is None:
        return None
    counted = Aggregate("count", counted=noun, condition=condition, is_distinct=is_distinct)
    return Compare(counted, operator, number)


def _comparison(reader: Reader) -> Condition | None:
    """``amount over 100``, ``status is placed or shipped``, ``shipped_date is after promised_date``."""
    reader.skip(_LEAD)
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
    return read_expression(reader)


def _is(reader: Reader) -> bool:
    """Skip forms of to be; True when a negation stands among them."""
    is_negated = False
    while reader.lower() in _IS or reader.lower() in _NOT:
        if reader.match(_COMPARISONS):
            break
        is_negated = is_negated or reader.lower() in _NOT
        reader.next()
    return is_negated


def _test(  # noqa: PLR0911 (one line per kind)
    reader: Reader, subject: Expression, noun: Noun | None
) -> Condition | None:
    if reader.lower() in MISSING and reader.lower(1) != "from":
        reader.next()
        return Missing(subject)
    if reader.lower() in PRESENT:
        reader.next()
        return Negation(Missing(subject))
    if noun and (test := reader.take(_TESTS)):
        return Text(noun, test, str(reader.next().value)) if reader.is_kind("text") else None
    if reader.lower() in ("between", "from") and (found := _between(reader, subject, noun)):
        return found
    mark = reader.position
    operator = reader.take(_COMPARISONS)
    if operator and (right := _right(reader, noun)) is not None:
        if isinstance(right, Constant) and not right.unit and _is_counted(reader):
            return None
        if operator in ("=", "<>") and noun and isinstance(right, Constant):
            found = OneOf(noun, (right, *_more_values(reader, noun)))
            return Negation(found) if operator == "<>" else found
        return Compare(subject, reader.take(_POSTFIX) or operator, right)
    reader.position = mark
    return _equals(reader, subject, noun)


def _is_counted(reader: Reader) -> bool:
    """True where the number before counts what stands here: ``more than two members``."""
    mark = reader.position
    reader.word("different", "distinct", "unique")
    noun = reader.noun()
    reader.position = mark
    return noun is not None and not noun.links[0].column


def _right(reader: Reader, noun: Noun | None) -> Expression | None:
    reader.word("the", "or")
    return read_value(reader, noun) or read_expression(reader)


def _between(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    mark = reader.position
    reader.next()
    low = read_value(reader, noun)
    high = read_value(reader, noun) if low and reader.word("and", "to") else None
    if isinstance(low, Constant) and isinstance(high, Constant):
        return Within(subject, low, high)
    reader.position = mark
    return None


def _equals(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    reader.word("in")
    reader.word("either")
    is_open = reader.word("(")
    value = read_value(reader, noun) if noun else read_number(reader)
    if value is None:
        return None
    if (operator := reader.take(_POSTFIX)) is not None:
        return Compare(subject, operator, value)
    values = (value, *_more_values(reader, noun)) if noun else (value,)
    reader.word(")") if is_open else None
    if noun is None:
        return Compare(subject, "=", value)
    return OneOf(noun, values)


def _more_values(reader: Reader, noun: Noun) -> list[Constant]:
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


def _present(reader: Reader) -> Condition | None:
    """``that have a note``, ``with an e-mail``."""
    reader.skip(frozenset({"that", "who", "which", "rows", "records"}))
    if not reader.word("have", "has", "with", "having") or not reader.word("a", "an", "any", "some"):
        return None
    noun = _column_noun(reader)
    if noun is None or reader.match(_COMPARISONS) or reader.lower() in _IS:
        return None
    return Negation(Missing(noun))


def _about(reader: Reader) -> Condition | None:
    """``airlines with more than 1000 flights``: what the condition is about stands before it."""
    reader.skip(_LEAD)
    subject = reader.noun() or reader.computed_noun()
    if subject is None or not reader.word("with", "that", "who", "which", "whose", "where", "having", "without"):
        return None
    reader.position -= reader.tokens[reader.position - 1].lower == "without"
    condition = read_primary(reader)
    if condition is not None and subject.links:
        reader.subjects.append(subject)
    return condition


def _adjective(reader: Reader) -> Condition | None:
    """``completed orders``."""
    reader.skip(_LEAD)
    found = adjective(reader)
    if found is not None:
        reader.noun()
        return found
    return _in_place(reader)


_COPULAS = frozenset({"are", "were", "is", "was", "be", "being", "been"})


def _bare(reader: Reader) -> Condition | None:
    """``sales that were online``: a value behind a form of to be."""
    if not reader.position or reader.tokens[reader.position - 1].lower not in _COPULAS:
        if reader.lower() not in _COPULAS:
            return None
        reader.next()
    is_negated = reader.word("not")
    found = held_values(reader, None)
    if found is None:
        return None
    start = reader.position
    reader.position += found[0]
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(reader.ledger.text(start, reader.position), (), links, start)
    values = OneOf(noun, (Constant(found[1][0].value), *_more_values(reader, noun)))
    return Negation(values) if is_negated else values


def _in_place(reader: Reader) -> Condition | None:
    """``in Germany``, ``from Paris``: a capitalised or quoted value after a preposition."""
    is_placed = reader.word("in", "from", "of", "to", "at", "for", "by")
    token = reader.peek()
    if not is_placed or token is None or not (token.text[0].isupper() or token.kind == "text"):
        return None
    found = held_values(reader, None)
    if found is None:
        return None
    start = reader.position
    reader.position += found[0]
    text = reader.ledger.text(start, reader.position)
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(text, (), links, start)
    return OneOf(noun, (Constant(found[1][0].value), *_more_values(reader, noun)))


def _dated(reader: Reader) -> Condition | None:
    """``after 2018-03-15``, ``in March 2018``, ``since 2020``, ``placed in 2013``: the only date is meant."""
    reader.skip(_LEAD)
    mark = reader.position
    operator = reader.take(_COMPARISONS)
    if operator is None and not reader.word("in", "during", "on", "for"):
        return None
    date = read_date(reader)
    if date is not None:
        return Compare(Period("date"), operator or "=", date)
    year = read_year(reader)
    if year is None or (reader.lower() and reader.tokens[mark].lower in ("over", "under", "above", "below")):
        return None
    if operator in (None, "=") or (reader.tokens[mark].lower in (
        "after", "before", "since", "until", "from", "through")):  # fmt: skip
        return Compare(Period("year"), operator or "=", year)
    return None
