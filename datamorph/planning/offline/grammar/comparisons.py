"""Comparisons: ``amount over 100``, ``status is placed or shipped``, ``at least 2 customers``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import Found, adjective, read_aggregate
from datamorph.planning.offline.grammar.dates import read_month_of_year, read_span, skip_inclusive
from datamorph.planning.offline.grammar.equality import more_values, read_equality
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.hours import read_hour
from datamorph.planning.offline.grammar.intervals import read_elapsed, read_scaled
from datamorph.planning.offline.grammar.operators import COMPARED, is_bare_from, is_year, of_age, take_postfix
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.subjects import implied_noun, table_before
from datamorph.planning.offline.grammar.values import read_date, read_number, read_value, read_year
from datamorph.planning.offline.grammar.weekends import read_weekend
from datamorph.planning.offline.grammar.yardsticks import read_yardstick
from datamorph.planning.offline.lexicon.cues import MISSING, PRESENT
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import (
    Aggregate,
    Both,
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
from datamorph.planning.offline.phrases import Phrases, phrase_set

LEAD = frozenset(
    """
    rows row records record those that which who where are is were was the all have has had with only any
    entries a an if when whenever lines there made placed done held combinations groups pairs
    """.split()
)
IS = frozenset({"is", "are", "was", "were", "be", "has", "have", "being", "of", "equals", "value", "the", "a", "an"})
_NOT = frozenset({"not", "no", "never", "isn't", "aren't", "wasn't", "weren't", "doesn't", "don't", "didn't", "non"})
_DO = frozenset({"does", "do", "did"})
_MUST = phrase_set((
    "must", "should", "shall", "has to", "have to", "needs to", "need to", "ought to", "is to", "are to"))  # fmt: skip
_TESTS = Phrases({"contains": "contains", "containing": "contains", "contain": "contains", "includes": "contains",
                  "starts with": "startswith", "starting with": "startswith", "start with": "startswith",
                  "begins with": "startswith", "beginning with": "startswith", "begin with": "startswith",
                  "ends with": "endswith", "ending with": "endswith", "end with": "endswith",
                  "ends in": "endswith", "ends on": "endswith", "ending in": "endswith", "ending on": "endswith",
                  "end in": "endswith", "mentions": "contains", "mentioning": "contains", "mention": "contains",
                  "include": "contains", "including": "contains", "starts in": "startswith", "has": "contains",
                  "starting": "startswith", "beginning": "startswith", "ending": "endswith"})  # fmt: skip

_HAVING = frozenset(
    """
    offer offers offered offering run runs ran running hold holds held holding own owns owned owning host hosts hosted
    hosting teach teaches taught teaching serve serves served serving provide provides provided providing manage
    manages managed managing operate operates operated operating employ employs employed employing keep keeps kept
    keeping make makes making take takes took taking get gets got getting need needs needed needing require requires
    required requiring contain contains contained containing include includes included including carry carries
    carrying attend attends attended attending maintain maintains maintaining see sees saw list lists comprise
    comprises undergo undergoes underwent receive receives received receiving
    """.split()
)


def read_bounded_count(reader: Reader) -> Condition | None:
    """``more than 1000 flights``, ``at least 2 customers``, ``3 or more albums``."""
    start = reader.position
    reader.skip(LEAD)
    is_done = _having_verb(reader)
    operator = reader.take(COMPARED)
    number = read_number(reader)
    if number is None:
        return None
    operator = take_postfix(reader) or operator
    if number.unit:
        return None
    is_distinct = reader.word("different", "distinct", "unique")
    condition = adjective(reader)
    noun = reader.noun()
    operator = operator or (take_postfix(reader) if noun is not None else None)
    if noun is None or operator is None or (is_done and noun.links[0].column):
        return None
    if condition is None and not is_distinct and _is_own_number(reader, noun, start):
        return Compare(noun, operator, number)
    counted = Aggregate("count", counted=noun, condition=condition, is_distinct=is_distinct)
    return Compare(counted, operator, number)


def _having_verb(reader: Reader) -> bool:
    """``departments that offer more than 4 courses``: a verb that says no more than ``have``."""
    token, before = reader.peek(), reader.tokens[reader.position - 1].lower if reader.position else ""
    if token is None or token.lower not in _HAVING or reader.values.exact(token.text):
        return False
    if before not in ("that", "which", "who") and not token.lower.endswith("ing"):
        return False
    mark = reader.position
    reader.next()
    is_counted = reader.match(COMPARED) is not None or reader.is_kind("number")
    reader.position = mark + is_counted
    return is_counted


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
    is_had = noun is not None and _is_had(reader, noun)
    mark = reader.position
    is_negated = _is(reader)
    found = _test(reader, subject, noun)
    if found is None or (isinstance(found, OneOf) and noun is not None and _is_shown_of(reader, noun, mark)):
        return None
    if is_had and not is_negated and isinstance(found, Negation) and isinstance(found.part, OneOf):
        return Both("and", (found, Negation(Missing(subject))))
    return Negation(found) if is_negated else found


def _is_shown_of(reader: Reader, noun: Noun, start: int) -> bool:
    """``the status of all open orders``: what is shown of these rows."""
    between = {token.lower for token in reader.tokens[start : reader.position - 1]}
    links = reader.links(reader.position, 1) if between & _OF else ()
    return any(not link.column and link.table == own.table for link in links for own in noun.links[:1])


def _is_had(reader: Reader, noun: Noun) -> bool:
    """``with a remark other than 'late'``: rows without any have no other one."""
    before = [token.lower for token in reader.tokens[max(noun.position - 2, 0) : noun.position]]
    return before[-1:] in (["a"], ["an"]) and before[:1] in (["with"], ["having"], ["have"], ["has"])


def read_shared(reader: Reader, before: Condition) -> Condition | None:
    """``over 2000 or under 100``, ``under 5 or missing``: another test of what was compared last."""
    if isinstance(before, Both):
        before = before.parts[-1]
    if isinstance(before, Negation) and isinstance(before.part, Missing):
        before = before.part
    subject = (
        before.operand if isinstance(before, Missing) else before.left if isinstance(before, Compare | OneOf) else None
    )
    if subject is None or isinstance(subject, Aggregate) or (isinstance(subject, Noun) and not subject.links):
        return None
    start = reader.position
    reader.skip(("is", "are", "was", "were", "be"))
    if reader.lower() in MISSING and reader.lower(1) in _SHARED_ENDS and not reader.is_kind("text", 1):
        reader.next()
        return Missing(subject)
    if isinstance(before, Missing) and isinstance(subject, Noun) and reader.is_kind("number"):
        number = read_number(reader)
        if number is not None and reader.lower() in _SHARED_ENDS and not reader.is_kind("text"):
            return Compare(subject, "=", number)
        reader.position = start
        return None
    operator = reader.take(COMPARED) if isinstance(subject, Noun) else None
    value = read_value(reader, subject if isinstance(subject, Noun) else None) if operator else None
    if operator in (None, "=", "<>") or value is None or _is_counted(reader):
        reader.position = start
        return None
    return Compare(subject, of_age(reader.tokens[start].lower, operator, value), value)


_SHARED_ENDS = frozenset({"", ",", ".", ";", ")", ":", "and", "or", "-", "then", "only"})


def _left(reader: Reader) -> Expression | Found | None:
    defined = reader.defined_noun()
    if defined is not None:
        return defined
    found = read_aggregate(reader)
    if found is not None:
        return found
    return read_hour(reader) or implied_noun(reader) or read_expression(reader)


def _is(reader: Reader) -> bool:
    """Skip forms of to be; True when a negation stands among them."""
    is_negated = False
    reader.take(_MUST)
    while reader.lower() in IS or reader.lower() in _NOT or (reader.lower() in _DO and reader.lower(1) == "not"):
        if reader.match(COMPARED):
            break
        is_negated = is_negated or reader.lower() in _NOT
        reader.next()
    return is_negated


def _test(  # noqa: C901, PLR0911, PLR0912 (one line per kind)
    reader: Reader, subject: Expression, noun: Noun | None
) -> Condition | None:
    if reader.lower() in MISSING and reader.lower(1) != "from":
        reader.next()
        return Missing(subject)
    if (
        reader.lower() in PRESENT
        and reader.lower(1) != "in"
        and not PER_PHRASES.match(reader.tokens, reader.position + 1)
    ):
        reader.next()
        if reader.lower() == "in" and reader.lower(1) in _SHARED_ENDS and not reader.is_kind("text", 1):
            reader.next()
        return Negation(Missing(subject))
    if noun and (test := reader.take(_TESTS)):
        text = _pattern(reader)
        return Text(noun, test, text) if text else None
    if (weekend := read_weekend(reader, Period("date", noun) if noun else subject)) is not None:
        return weekend
    if reader.lower() in ("anywhere", "somewhere", "anything") and reader.lower(1) in ("between", "from"):
        reader.next()
    if reader.lower() in ("between", "from") and (found := _between(reader, subject, noun)):
        return found
    if noun is not None and noun.links[:1] and (found := _within(reader, noun)):
        return found
    mark = reader.position
    operator = reader.take(COMPARED)
    if operator and (right := _right(reader, noun)) is not None:
        if isinstance(right, Constant) and is_year(right) and is_bare_from(reader, mark):
            return None
        if noun is not None and _is_thing(noun) and isinstance(right, Constant) and right.unit and not right.is_date:
            return None
        if isinstance(right, Constant) and not right.unit and _is_counted(reader):
            return None
        if noun is not None and _is_thing(noun) and isinstance(right, Constant) and is_year(right):
            said = {token.lower for token in reader.tokens[mark : reader.position]}
            return (
                Compare(Period("year"), of_age(reader.tokens[mark].lower, operator, right), right)
                if said & _WHEN
                else None
            )
        if operator in ("=", "<>") and noun and isinstance(right, Constant):
            found = OneOf(noun, (right, *more_values(reader, noun)))
            return Negation(found) if operator == "<>" else found
        if (elapsed := read_elapsed(reader, subject, operator, right)) is not None:
            return elapsed
        operator = of_age(reader.tokens[mark].lower, operator, right)
        return Compare(subject, take_postfix(reader) or operator, right)
    reader.position = mark
    if noun is not None and _is_thing(noun) and (found := _in_year(reader)) is not None:
        return found
    return read_equality(reader, subject, noun)


def _in_year(reader: Reader) -> Condition | None:
    """``only sales in 2024``: rows are no number, so that is their year."""
    mark = reader.position
    year = read_year(reader) if reader.word("in", "during") else None
    if year is None or reader.lower() not in _SHARED_ENDS:
        reader.position = mark
        return None
    return Compare(Period("year"), "=", year)


_LETTERS = frozenset("the letter letters text string word prefix suffix characters term".split())


def _pattern(reader: Reader) -> str:
    """What a text begins, ends or is written with: in quotes, or a code such as ``HA`` or ``SB-10``."""
    reader.skip(_LETTERS)
    if reader.is_kind("text"):
        return str(reader.next().value)
    first = reader.peek()
    is_code = first is not None and first.is_word and (first.text.isupper() or any(map(str.isdigit, first.text)))
    if first is None or not is_code or reader.links(reader.position, 1):
        return ""
    last = reader.next()
    while (token := reader.peek()) is not None and token.kind in ("word", "number") and token.start == last.end + 1:
        if reader.ledger.prompt[last.end] != "-":
            break
        last = reader.next()
    return reader.ledger.prompt[first.start : last.end]


_OF = frozenset({"of", "for", "from", "in", "among"})
_WHEN = frozenset("after before since until through prior later earlier from older younger newer".split())


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
    start = reader.position
    found = read_scaled(reader) or read_value(reader, noun) or read_expression(reader) or read_yardstick(reader)
    last = reader.tokens[reader.position - 1].text if reader.position > start else ""
    return None if last.endswith(("'s", "\u2019s")) else found  # the owner of what is compared


def _between(reader: Reader, subject: Expression, noun: Noun | None) -> Condition | None:
    mark = reader.position
    if noun is not None and (span := read_span(reader, Period("date", noun))) is not None:
        return span
    reader.next()
    low = read_value(reader, noun)
    high = read_value(reader, noun) if low and reader.word("and", "to") else None
    if isinstance(low, Constant) and isinstance(high, Constant):
        skip_inclusive(reader)
        return Within(subject, low, high)
    reader.position = mark
    return None


def _within(reader: Reader, noun: Noun) -> Condition | None:
    """``opened in Q2 2024``, ``hired in March``, ``sold_on on 2024-03-05``: a column of time before a span."""
    mark = reader.position
    if not any(link.column in reader.names.dates[link.table] for link in noun.links if link.column):
        return None
    if reader.word("on") and (day := read_date(reader)) is not None:
        return Compare(noun, "=", day)
    if reader.word("in", "during"):
        found = read_span(reader, Period("date", noun)) or read_month_of_year(reader, noun)
        if found is not None:
            return found
    reader.position = mark
    return None
