"""Checks that a prompt asks for: ``fail if shop_id is null``, ``quality rule: amount never negative``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, SaidCheck
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.model import Constant
from datamorph.planning.offline.phrases import Phrases, phrase_set

_RULE = phrase_set((
    "quality rule", "quality check", "data quality rule", "data quality check", "data check", "check",
    "checks", "rule",
    "quality rules", "quality checks", "dq rule", "dq check", "assertion", "expectation", "constraint", "test",
    "assert",
    "validation", "validation rule", "add a check that", "with a check that", "add a test that", "check that",
    "verify that", "verify", "assert that", "validate that", "test that", "expect that", "confirm that",
    "please check that",
    "add the check that", "as a check", "with the check that", "also check that", "guard", "sanity check",
    "with a test that", "quality gate", "add a quality check", "data rule", "acceptance rule", "double check that",
    "check whether", "please verify that", "and check that", "and verify that"))  # fmt: skip
_WHAT = frozenset({"the", "load", "run", "job", "pipeline", "build", "it", "publish", "publishing", "refresh", "this",
                   "whole", "thing", "everything", "task", "process", "update", "write", "should", "must",
                   "shall", "has",
                   "have", "needs", "to", "is", "be", "will", "please", "let", "make", "and", "then", "hard",
                   "loudly", "immediately", "not", "we", "want", "may", "can", "with", "an", "error",
                   "of"})  # fmt: skip
_FAILS = frozenset({"fail", "fails", "abort", "aborts", "stop", "stops", "break", "breaks", "reject",
                   "rejected", "block",
                    "blocked", "error", "raise", "crash", "refuse", "refused", "aborted", "stopped", "halt", "halted",
                    "failing", "cancel", "cancelled", "published"})  # fmt: skip
_IF = frozenset({"if", "when", "whenever", "once"})
_MUST = phrase_set((
    "must", "should", "shall", "has to", "have to", "needs to", "need to", "is to", "are to", "may", "can",
    "is", "are",
    "must always", "should always", "is always", "will", "is supposed to", "ought to", "cannot", "can't", "mustn't",
    "must never", "may never", "should never", "shall never", "can never", "is never", "are never", "never",
    "has", "have",
    "may not", "must not", "should not", "shall not", "can not", "is not", "are not", "isn't", "does not", "do not",
    "is ever", "are ever", "is ever", "ever", "contains", "contain", "was", "turns out", "comes out", "shows",
    "stays",
    "holds", "becomes"))  # fmt: skip
_NEGATIONS = frozenset({"never", "not", "cannot", "can't", "mustn't", "isn't", "no", "n't"})
_NULL = phrase_set(("null", "empty", "missing", "blank", "nulls", "null values", "gaps", "missing values", "unset",
                    "blanks", "empty values", "without a value", "without value", "unfilled"))  # fmt: skip
_FULL = phrase_set(("filled", "set", "present", "there", "mandatory", "required", "given", "populated", "complete",
                    "known", "filled in", "non-null", "non null", "non-empty", "non empty"))  # fmt: skip
_UNIQUE = phrase_set(("unique", "distinct", "a unique key", "the unique key", "a key", "a primary key"))
_REPEATED = phrase_set((
    "duplicated", "duplicates", "repeated", "repeat", "twice", "duplicate", "duplicate values", "occur twice",
    "repeats",
    "appear twice", "occurs twice", "appears twice", "be repeated", "double", "doubles", "occur more than once",
    "appear more than once", "occurs more than once", "appears more than once", "there twice", "not unique",
    "more than once", "non-unique", "non unique"))  # fmt: skip
_BOUNDS = Phrases({
    "negative": (None, 0, True), "below zero": (None, 0, True), "less than zero": (None, 0, True),
    "under zero": (None, 0, True), "below 0": (None, 0, True), "less than 0": (None, 0, True),
    "non-negative": (0, None, False), "non negative": (0, None, False), "positive": (0, None, True),
    "zero or more": (0, None, False), "zero or positive": (0, None, False), "greater than zero": (0, None, True),
    "above zero": (0, None, True), "at least zero": (0, None, False)})  # fmt: skip
_LIMITS = Phrases({
    **dict.fromkeys(("at least", "no less than", "not less than", "not below", "a minimum of", ">="), (True, False)),
    **dict.fromkeys(("at most", "no more than", "not more than", "not above", "a maximum of", "up to", "<="),
                    (False, False)),
    **dict.fromkeys(("above", "over", "more than", "greater than", "higher than", ">"), (True, True)),
    **dict.fromkeys(("below", "under", "less than", "lower than", "<"), (False, True)),
})  # fmt: skip
_ENDS = frozenset({"", ".", ";", ")", ","})


def read_checks(reader: Reader, draft: Draft) -> None:
    """Find checks that are clauses of their own, and close their words."""
    for place in range(len(reader.tokens)):
        before = reader.tokens[place - 1].lower if place else ""
        if place in reader.closed or (
            before not in _ENDS | {"(", "-", ":", "and", "\u2013", "\u2014"} and place - 1 not in reader.closed
        ):
            continue
        reader.position = place
        if (found := _check(reader)) is not None and reader.lower() in _ENDS | {"and"}:
            draft.checks += found
            reader.word(")") if before == "(" else None
            reader.close(place, reader.position, "a check of the result")


def _check(reader: Reader) -> list[SaidCheck] | None:
    start = reader.position
    reader.skip(("and", "please", "the", "a", "as", "also", ","))
    is_rule = reader.take(_RULE) is not None
    if is_rule:
        reader.skip((":", "that", "is", "-", "on", "for", "="))
        found = _body(reader, is_violation=False, is_explicit=True)
    else:
        reader.position = start
        violated = _failing(reader)
        if violated is None:
            reader.position = start
        behind = _fails_behind(reader) if violated is None else 0
        found = _body(reader, is_violation=bool(violated), is_explicit=violated is not None or bool(behind))
        if found is not None and behind:
            reader.position = behind
    if found is None:
        reader.position = start
    return found


def _fails_behind(reader: Reader) -> int:
    """The end of ``..., otherwise the run fails`` in this sentence; 0 where nothing is said to fail."""
    end = reader.position
    while end < len(reader.tokens) and reader.tokens[end].text not in (".", ";"):
        end += 1
    said = [token.lower for token in reader.tokens[reader.position : end]]
    place = next((n for n, word in enumerate(said) if word in ("otherwise", "else")), -1)
    return end if place >= 0 and _FAILS & set(said[place:]) else 0


def _failing(reader: Reader) -> bool | None:
    """Whether what follows ``fail if`` (or ``unless``, then not) is what must not be; None where nothing fails."""
    reader.skip(_WHAT - _FAILS)
    is_failing = False
    while reader.lower() in _WHAT | _FAILS:
        is_failing = is_failing or reader.lower() in _FAILS
        reader.next()
    if not is_failing:
        return None
    if reader.word("unless"):
        return False
    if reader.word("in"):
        return True if reader.word("case") else None
    if reader.word("as"):
        return True if reader.word("soon") and reader.word("as") else None
    return True if reader.word(*_IF) else None


def _body(reader: Reader, *, is_violation: bool, is_explicit: bool) -> list[SaidCheck] | None:
    reader.skip(ARTICLES | {"that", "any", "there", "all", "every", "each", "is", "are", "ever"})
    if reader.word("no") or (is_violation and reader.lower() in ("duplicate", "duplicates", "duplicated", "negative")):
        return _none_of(reader, is_explicit=is_explicit)
    columns = _columns(reader)
    if not columns:
        return None
    first = reader.position
    while reader.take(_MUST) is not None or reader.word(
        "be", "ever", "always", "any", "a", "strictly", "contain", "have", "-"
    ):
        pass
    negations = sum(token.lower in _NEGATIONS for token in reader.tokens[first : reader.position])
    is_plain = reader.position == first
    is_bad = (negations + is_violation) % 2 == 1
    kind = _kind(reader, is_bad=is_bad)
    if kind is None or (is_plain and not is_explicit) or (not is_explicit and kind[0] != "unique"):
        return None
    return [
        SaidCheck(kind[0], column, kind[1], kind[2], is_strict=kind[3], is_explicit=is_explicit) for column in columns
    ]


_Kind = tuple[str, float | None, float | None, bool]


def _kind(reader: Reader, *, is_bad: bool) -> _Kind | None:
    """What is asked of the column; what must not be is turned round."""
    if reader.take(_REPEATED) is not None:
        return ("unique", None, None, False) if is_bad else None
    if reader.take(_UNIQUE) is not None:
        return None if is_bad else ("unique", None, None, False)
    if reader.take(_NULL) is not None:
        return ("not_null", None, None, False) if is_bad else None
    if reader.take(_FULL) is not None:
        return None if is_bad else ("not_null", None, None, False)
    return _bound(reader, is_bad=is_bad)


def _bound(reader: Reader, *, is_bad: bool) -> _Kind | None:
    said = reader.take(_BOUNDS)
    if said is not None:
        low, high, is_strict = said
        return ("between", high, low, not is_strict) if is_bad else ("between", low, high, is_strict)
    if reader.word("between"):
        low, high = read_number(reader), read_number(reader) if reader.word("and") else None
        return ("between", _value(low), _value(high), False) if low and high and not is_bad else None
    limit = reader.take(_LIMITS)
    number = read_number(reader) if limit is not None else None
    if limit is None or number is None:
        return None
    is_low, is_strict = (not limit[0], not limit[1]) if is_bad else limit
    return ("between", _value(number) if is_low else None, None if is_low else _value(number), is_strict)


def _value(number: Constant) -> float:
    return float(str(number.value))


def _none_of(reader: Reader, *, is_explicit: bool) -> list[SaidCheck] | None:
    """``no nulls in shop_id``, ``no duplicate shop_id``: behind ``no``, or as what must not be."""
    kind = ("unique", None, None, False) if reader.take(_REPEATED) is not None else None
    if kind is None and reader.take(_NULL) is not None:
        kind = ("not_null", None, None, False)
    if kind is None and reader.word("negative"):
        kind = ("between", 0, None, False)
        reader.skip(("values", "value", "numbers", "amounts"))
    if kind is None:
        return None
    reader.skip(("are", "is", "be", "should", "must", "may"))
    is_explicit = reader.word("allowed", "permitted", "tolerated", "accepted") or is_explicit
    if not is_explicit:
        return None
    reader.skip(ARTICLES | {"in", "of", "for", "on", "column", "values", "are"})
    columns = _columns(reader)
    return [
        SaidCheck(kind[0], column, kind[1], kind[2], is_strict=kind[3], is_explicit=True) for column in columns
    ] or None


def _columns(reader: Reader) -> list[str]:
    """Names of the result: a column that is known, or a name that the prompt gives."""
    found: list[str] = []
    mark = reader.position
    while (token := reader.peek()) is not None and token.is_word and _is_name(reader):
        found.append(token.text)
        reader.next()
        mark = reader.position
        if not (reader.word(",") or reader.word("and", "or")):
            break
        reader.word("and")
    reader.position = mark
    return found


def _is_name(reader: Reader) -> bool:
    said = reader.tokens[reader.position].lower
    is_said_twice = sum(token.lower == said for token in reader.tokens) > 1
    return is_said_twice or any(link.column for link in reader.links(reader.position, 1))
