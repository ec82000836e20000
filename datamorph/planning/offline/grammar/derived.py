"""Computed values in words: full names, cleaned text, days between dates."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.expressions import ELAPSED
from datamorph.planning.offline.grammar.pieces import read_piece
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Elapsed, Expression, Noun, Period
from datamorph.planning.offline.phrases import Phrases, phrase_set

_NAMES = phrase_set((
    "first and last name", "first + last name", "first & last name", "first and last names", "first name and last name",
    "first name + last name", "full name", "first name plus last name", "first plus last name", "first name last name",
    "first name, space, last name", "first and last", "full names", "first_name and last_name",
    "firstname and lastname",
    "first name, a space and last name", "first_name + last_name", "first name , space , last name",
    "first_name plus last_name",
    "firstname + lastname", "first name , a space and last name", "first name followed by last name"))  # fmt: skip
_TOGETHER = frozenset(
    {
        "together",
        "separated",
        "by",
        "a",
        "space",
        "joined",
        "combined",
        "with",
        "single",
        "in",
        "one",
        "between",
        "concatenated",
        "and",
    }
)
_DAYS = Phrases({phrase: False for phrase in ("days between", "number of days between", "difference in days between",
                                              "day difference between")}
                | {phrase: True for phrase in ("days from", "number of days from", "days it took from")})  # fmt: skip
_TIMES = phrase_set(("between", "from", "passed between", "elapsed between", "it took from", "elapsed from"))
_TEXT = Phrases({
    "lowercase": "lower({})", "lower": "lower({})", "lowercased": "lower({})", "in lowercase": "lower({})",
    "uppercase": "upper({})", "upper": "upper({})", "uppercased": "upper({})",
    "trim": "trim({})", "trimmed": "trim({})", "length of": "length({})", "domain of": "lower(split_part({}, '@', 2))",
    "domain part of": "lower(split_part({}, '@', 2))", "initial of": "left({}, 1)", "first letter of": "left({}, 1)",
    "digits of": "regexp_replace({}, '[^0-9]', '')", "only the digits of": "regexp_replace({}, '[^0-9]', '')",
    "absolute value of": "abs({})"})  # fmt: skip


def read_derived(reader: Reader) -> Expression | None:
    """A computed value that has no arithmetic sign."""
    return reader.first_of(read_person, _of_two, _days, _time, _text, _piece, behind=ARTICLES)


def read_person(reader: Reader) -> Apply | None:
    """``first and last name``: both columns with a space between."""
    start = reader.position
    if reader.take(_NAMES) is None or _are_two(reader, start):
        return None
    first, last = reader.lookup(("first", "name")), reader.lookup(("last", "name"))
    if first is None or last is None:
        return None
    mark = reader.position
    if reader.word("of", "for"):
        reader.skip(ARTICLES)
        owner = reader.noun()
        owners = owner.links if owner else ()
        tables = {link.table for link in owners if not link.column}
        first, last = (_within(noun, tables) for noun in (first, last))
        if not first.links or not last.links:
            return None
    else:
        reader.position = mark
    reader.skip(_TOGETHER) if reader.lower() in (
        "together",
        "separated",
        "joined",
        "combined",
        "with",
        "concatenated",
        "in",
    ) else None
    return Apply("concat({}, ' ', {})", (first, last))


_MAKING_ONE = frozenset("combine concatenate concat join merge glue put build make full single one".split())
_AS_ONE = frozenset(
    {"together", "separated", "joined", "combined", "concatenated", "as", "in", "into", "called", "with"}
)


def _are_two(reader: Reader, start: int) -> bool:
    """``first_name and last_name`` in a list are two columns, unless something makes them one."""
    said = [token.lower for token in reader.tokens[start : reader.position]]
    is_pair = "and" in said and sum(word.endswith(("name", "names")) for word in said) > 1
    before = {token.lower for token in reader.tokens[max(start - _NEAR, 0) : start]}
    is_open = start > 0 and reader.tokens[start - 1].text in ("(", "=")
    return is_pair and not (is_open or before & _MAKING_ONE or reader.lower() in _AS_ONE)


_NEAR = 4


def _of_two(reader: Reader) -> Apply | None:
    """``the smaller of from_gate and to_gate``, ``the alphabetically later one of a and b``."""
    reader.skip(("alphabetically", "numerically", "in", "the"))
    function = _ORDERED.get(reader.lower())
    if function is None or not reader.next():
        return None
    reader.skip(("one", "code", "value", "name", "number", "id", "alphabetically", "in", "the", "alphabet"))
    if not reader.word("of", "among", "from", "between"):
        return None
    reader.skip(ARTICLES | {"two", "both"})
    first = reader.noun()
    second = reader.noun() if first is not None and reader.word("and", "or", ",") else None
    if first is None or second is None or not (first.links[0].column and second.links[0].column):
        return None
    return Apply(f"{function}({{}}, {{}})", (first, second))


_ORDERED = {
    **dict.fromkeys(("smaller", "lower", "lesser", "lowest", "smallest", "least", "minimum", "first", "earlier"),
    "least"),
    **dict.fromkeys(("larger", "bigger", "greater", "higher", "highest", "largest", "greatest", "maximum", "later",
                     "last", "second"), "greatest")}  # fmt: skip


def _within(noun: Noun, tables: set[TableRef]) -> Noun:
    return Noun(noun.text, noun.words, tuple(link for link in noun.links if link.table in tables), noun.position)


def _days(reader: Reader) -> Apply | None:
    """``days between order date and ship date``: the later minus the earlier."""
    if reader.take(_DAYS) is None:
        return None
    reader.skip(ARTICLES)
    first = reader.noun()
    second = reader.noun() if first and reader.word("and", "to", "until") else None
    if first is None or second is None:
        return None
    return Apply("datediff({}, {})", (_moment(second), _moment(first)))


def _time(reader: Reader) -> Elapsed | None:
    """``hours between arrived_at and left_at``."""
    reader.skip(("number", "of", "time", "in"))
    token = reader.peek()
    unit = ELAPSED.get(token.lemma, "") if token else ""
    if not unit or not reader.next() or reader.take(_TIMES) is None:
        return None
    reader.skip(ARTICLES)
    first = reader.noun()
    second = reader.noun() if first and reader.word("and", "to", "until") else None
    return Elapsed(_moment(second), _moment(first), unit) if first and second else None


def _moment(noun: Noun) -> Expression:
    """A table stands for its date: ``days between the order and the delivery``."""
    return noun if noun.links[0].column else Period("date", noun)


def _piece(reader: Reader) -> Apply | None:
    found = read_piece(reader)
    return found[0] if found is not None else None


def _text(reader: Reader) -> Apply | None:
    template = reader.take(_TEXT)
    noun = reader.noun() if template else None
    if template is None or noun is None or not noun.links[0].column:
        return None
    return Apply(template, (noun,))
