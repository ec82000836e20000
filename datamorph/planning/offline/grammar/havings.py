"""Limits on the groups of the result: ``only combinations costing more than 100``, ``min 30 visits to be listed``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.cues import KEEP, POSTFIX, REMOVE, UNITS
from datamorph.planning.offline.model import (
    Aggregate,
    Both,
    Compare,
    Condition,
    Constant,
    Elapsed,
    Expression,
    Negation,
    Noun,
    Period,
)
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import Phrases, phrase_set

_KEEP = phrase_set((*KEEP, "show only", "list only", "return only", "i only want", "we only want", "show", "list",
                    "leave only", "report only"))  # fmt: skip
_REMOVE = phrase_set(REMOVE)
_POSTFIX = Phrases(POSTFIX)
_GROUPS = frozenset(
    "combination combinations group groups pair pairs result results row rows ones those total totals sum sums "
    "line lines".split()
)
_WITH = phrase_set(("with", "having", "that have", "which have", "who have", "of", "that are", "which are", "where",
                    "that is", "coming to", "that come to", "that cost", "costing", "worth", "totalling", "totaling",
                    "that total", "which total", "reaching", "that reach", "amounting to", "that amount to",
                    "adding up to", "that add up to", "whose total is", "where the total is", "where it is",
                    "where that is", "with a total of", "with a total", "that took", "that took in", "bringing in",
                    "that bring in", "that brought in", "making", "that make", "which cost", "with a value",
                    "with a sum", "that get", "that got", "whose sum is", "that"))  # fmt: skip
_IF = phrase_set(("if", "when", "where", "only if", "only when", "only where", "but only if", "but only when",
                  "but only where", "provided", "as long as", "so long as"))  # fmt: skip
_THEM = frozenset("only just the those these ones all any anything everything what whatever it them that this".split())
_BEING = frozenset("that which who is are was were be being have has".split())
_COSTING = frozenset("costing cost costs worth took bringing bring brought".split())
_QUALIFY = phrase_set(("to be listed", "to be included", "to qualify", "to count", "to be shown", "to show up",
                       "to appear", "to be kept", "required", "needed", "to make the list", "to be in the list",
                       "to be reported", "to stay"))  # fmt: skip
_LEAST = Phrases({"min": ">=", "minimum": ">=", "at least": ">=", "minimum of": ">=", "a minimum of": ">=",
                  "at minimum": ">=", "max": "<=", "maximum": "<=", "at most": "<=", "no more than": "<=",
                  "more than": ">", "no fewer than": ">="})  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")", "and", "then", "are", "sort", "sorted", "save", "order", "ordered"})


def read_having(reader: Reader, draft: Draft) -> Condition | None:
    """A limit whose number no column and no table is named with: it is about a measure of the result."""
    start = reader.position
    for construct in (_limited, _qualified):
        reader.position = start
        found = construct(reader, draft)
        if found is not None:
            return found
    reader.position = start
    return None


def _limited(reader: Reader, draft: Draft) -> Condition | None:
    """``only combinations costing more than 3,000 euro``, ``drop shops under 20``, ``if it is over 5``."""
    reader.skip((",", "and", "then", "finally", "but"))
    is_removed = reader.take(_REMOVE) is not None
    is_verb = is_removed or reader.take(_KEEP) is not None
    is_if = reader.take(_IF) is not None
    is_kept = is_verb or is_if
    if not _subject(reader, draft) and is_verb and not is_if:
        return None
    said = reader.position
    reader.take(_WITH)
    is_money = bool(_COSTING & {token.lower for token in reader.tokens[said : reader.position]})
    limits = _limits(reader)
    is_of_rows = bool(limits and draft.groups) and reader.word("row", "rows", "record", "records", "entries")
    is_last = reader.lower() in _ENDS or (bool(draft.groups) and reader.word("only") and reader.lower() in _ENDS)
    if not limits or not is_last or not (is_kept or reader.tokens[reader.position - 1].lower == "only"):
        return None
    item = _measure_in(draft, limits[0][1].unit, is_money=is_money) if not is_of_rows else None
    if item is None and not is_of_rows:
        return None
    side = _side(draft, item) if item is not None else Aggregate("count")
    parts = tuple(Compare(side, operator, number) for operator, number in limits)
    found = parts[0] if len(parts) == 1 else Both("and", parts)
    return Negation(found) if is_removed else found


def _subject(reader: Reader, draft: Draft) -> bool:
    """What is kept: ``those that are``, ``everything``, ``it``, or what the rows are grouped by."""
    start = reader.position
    reader.skip(ARTICLES | {"only", "just"})
    if _group(reader, draft):
        return True
    reader.position = start
    reader.skip(_THEM)
    is_said = reader.position > start
    if is_said and reader.take(_IF) is not None:
        reader.skip(_THEM)
    reader.skip(_BEING)
    return is_said


def _limits(reader: Reader) -> list[tuple[str, Constant]]:
    """``over 15``, ``15 or more``, ``between 15 and 100``."""
    mark = reader.position
    if reader.word("between", "from"):
        low = read_number(reader)
        high = read_number(reader) if low is not None and reader.word("and", "to") else None
        if low is not None and high is not None:
            return [(">=", low), ("<=", high)]
        reader.position = mark
    operator = reader.take(COMPARED)
    number = read_number(reader)
    operator = reader.take(_POSTFIX) or operator if number is not None else None
    return [(operator, number)] if operator is not None and number is not None else []


def _group(reader: Reader, draft: Draft) -> bool:
    """``combinations``, ``month / city combinations``, or what the rows are grouped by."""
    mark = reader.position
    while reader.lower() not in _GROUPS and reader.position < mark + 5 and reader.lower():
        if reader.word("/", "and", "&", "-", ","):
            continue
        if reader.noun() is None and reader.defined_noun(exactly=True) is None and not _part(reader):
            break
    if reader.word(*_GROUPS):
        return True
    reader.position = mark
    token = reader.peek()
    if token and any(isinstance(g.expression, Period) and g.expression.part == token.lemma for g in draft.groups):
        reader.next()
        return True
    noun = reader.noun()
    if noun is None:
        return False
    spots = {(link.table, link.column) for link in noun.links}
    keys = [group.expression for group in draft.groups]
    return any({(link.table, link.column) for link in key.links} & spots for key in keys if isinstance(key, Noun))


def _part(reader: Reader) -> bool:
    return reader.word("month", "day", "week", "year", "quarter", "hour")


def _measure_in(draft: Draft, unit: str, *, is_money: bool) -> Item | None:
    """The one measure that the limit can be about: the only one, or the only one in such a unit."""
    measures = [item for item in (*draft.measures, *draft.computed) if _is_measure(draft, item)]
    if is_money or unit:
        kinds = {kind_of(unit)} if unit else _MONIES
        fitting = [item for item in measures if kinds & _kinds(item)]
        measures = fitting or ([] if len(measures) > 1 else measures)
    return measures[0] if len(measures) == 1 else None


def _is_measure(draft: Draft, item: Item) -> bool:
    if item.is_hidden:
        return False
    return has_aggregate(item.expression) or any(item is known for known in draft.measures)


_MONEY = frozenset("cost price pay amount revenue fee fare value turnover wage salary total net gross".split())


_MONIES = {"money", "sterling"}


def _kinds(item: Item) -> set[str]:
    """Kinds of unit that a measure's name and argument say."""
    words = {*words_of(item.name), *item.words}
    found = {kind_of(unit) for unit in (item.unit, unit_of(item.name, words_of(item.name))) if unit}
    found |= {kind_of(word) for word in words if word in UNITS}
    argument = item.expression.argument if isinstance(item.expression, Aggregate) else None
    if isinstance(argument, Elapsed):
        found.add("time")
    is_count = isinstance(item.expression, Aggregate) and item.expression.function == "count"
    return found | (_MONIES if words & _MONEY and not is_count else set[str]())


def _side(draft: Draft, item: Item) -> Expression:
    """What stands for a measure in a condition: itself, or the name of what is computed of measures."""
    return item.expression if any(item is known for known in draft.measures) else Noun(item.name, ())


def _qualified(reader: Reader, draft: Draft) -> Condition | None:
    """``min 30 visits to be listed``: of a measure that has the name, or of rows that are counted."""
    reader.skip((",", "with", "a", "and", "but"))
    operator = reader.take(_LEAST)
    number = read_number(reader) if operator is not None else None
    if number is None or operator is None or number.unit:
        return None
    noun = reader.defined_noun(exactly=True)
    thing = noun or reader.noun()
    if thing is None or reader.take(_QUALIFY) is None:
        return None
    named = [item for item in draft.measures if thing.text.lower() in (item.name.lower(), item.text.lower())]
    if noun is not None or named:
        return Compare(_side(draft, named[0]) if named else thing, operator, number)
    counts = [item for item in draft.measures if isinstance(item.expression, Aggregate) and _counts(item, thing)]
    if len(counts) == 1:
        return Compare(_side(draft, counts[0]), operator, number)
    is_table = bool(thing.links) and not thing.links[0].column
    return Compare(Aggregate("count", counted=thing), operator, number) if is_table else None


def _counts(item: Item, thing: Noun) -> bool:
    found = item.expression
    counted = found.counted if isinstance(found, Aggregate) and found.function == "count" else None
    return counted is not None and bool(set(counted.words) & set(thing.words))


__all__ = ["read_having"]
