"""Conditions on rows and on groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.clauses import read_clause
from datamorph.planning.offline.grammar.comparisons import LEAD, read_bounded_count, read_comparison, read_shared
from datamorph.planning.offline.grammar.equality import more_values
from datamorph.planning.offline.grammar.existence import read_absent, read_exists, read_missing, read_present
from datamorph.planning.offline.grammar.glosses import columns_of
from datamorph.planning.offline.grammar.places import place_role, placed
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.round_trips import read_round_trip
from datamorph.planning.offline.grammar.sets import is_set_word, read_set
from datamorph.planning.offline.grammar.sizes import read_size
from datamorph.planning.offline.grammar.states import named_tables, read_state
from datamorph.planning.offline.grammar.subjects import is_shown_of, table_before
from datamorph.planning.offline.grammar.timed import read_calendar, read_dated, read_month, read_spanned
from datamorph.planning.offline.grammar.values import held_values, of_parent
from datamorph.planning.offline.grammar.verbs import table_of_verb
from datamorph.planning.offline.model import (
    Both,
    Compare,
    Condition,
    Constant,
    Exists,
    Negation,
    Noun,
    OneOf,
    Period,
    Within,
)
from datamorph.planning.offline.names import OWN, Link
from datamorph.planning.offline.values import ValueLink


def read_condition(reader: Reader) -> Condition | None:
    """Conditions tied by ``and`` and ``or``; ``and`` binds closer."""
    first = _conjunction(reader)
    if first is None:
        return None
    parts = [first]
    while True:
        mark = reader.position
        reader.word(",")
        more = (read_shared(reader, parts[-1]) or _conjunction(reader)) if reader.word("or") else None
        if more is None:
            reader.position = mark
            return parts[0] if len(parts) == 1 else Both("or", tuple(parts))
        parts.append(more)


def _conjunction(reader: Reader) -> Condition | None:
    start = reader.position
    first = read_primary(reader)
    if first is None:
        return None
    parts, is_union = [first], False
    while True:
        mark = reader.position
        reader.word(",")
        is_tied = reader.word("and", "but")
        is_other = is_tied and _names_rows_anew(reader, start)
        if is_other and not reader.removing:
            reader.position = mark
            return None if len(parts) == 1 and reader.lower() == "and" else _joined(parts, "and")
        more = _more(reader, parts[-1]) if is_tied else None
        if more is None:
            reader.position = mark
            return _joined(parts, "or" if is_union else "and")
        is_union = is_union or is_other
        parts.append(more)


def _more(reader: Reader, before: Condition) -> Condition | None:
    """What follows ``and``: another test, which may leave out what the one before said."""
    known = before.part if isinstance(before, Negation) else before
    found = read_set(reader, known=known) if isinstance(known, Exists) else None
    return narrowed(reader, found) if found is not None else read_shared(reader, before) or read_primary(reader)


def _joined(parts: list[Condition], operator: Literal["and", "or"]) -> Condition:
    return parts[0] if len(parts) == 1 else Both(operator, tuple(parts))


def _names_rows_anew(reader: Reader, start: int) -> bool:
    """``cancelled sales and those over 5``, ``... and sales over 5``: rows of either kind, not of both."""
    mark = reader.position
    if reader.lower() in ("those", "ones"):
        return True
    noun = reader.noun()
    is_table = noun is not None and bool(noun.links) and not noun.links[0].column
    is_timed = reader.lower() in ("in", "during", "before", "after", "since", "between", "until", "from", "of")
    reader.position = mark
    if noun is None or not is_table or (is_timed and not reader.removing):
        return False
    if reader.removing:
        return True
    said = {link.table for place in range(start, mark) for link in reader.links(place, 1)[:1] if not link.column}
    return noun.links[0].table in said


def read_primary(reader: Reader) -> Condition | None:
    """One test."""
    found = reader.first_of(
        read_calendar,
        read_round_trip,
        read_set,
        read_missing,
        read_absent,
        read_bounded_count,
        read_comparison,
        read_present,
        read_state,
        read_clause,
        _about,
        read_size,
        _adjective,
        _bare,
        read_exists,
        read_spanned,
        read_month,
        read_dated,
        _alone,
    )
    return narrowed(reader, found) if found is not None else None


def narrowed(reader: Reader, found: Condition) -> Condition:
    """``without a sale in 2024``: a time behind the other table is about its rows."""
    if isinstance(found, Negation):
        part = narrowed(reader, found.part) if isinstance(found.part, Exists) else found.part
        return Negation(part)
    if not isinstance(found, Exists) or found.role:
        return found
    mark = reader.position
    time = read_spanned(reader)
    if time is None:
        reader.position = mark
        time = read_dated(reader) if reader.lower() not in ("with", "that", "who", "which", "only") else None
    if time is None:
        reader.position = mark
        return found
    return replace(found, where=time if found.where is None else Both("and", (found.where, time)))


def _about(reader: Reader) -> Condition | None:
    """``airlines with more than 1000 flights``: what the condition is about stands before it."""
    start = reader.position
    reader.skip(LEAD)
    is_had = bool(_HAD & {token.lower for token in reader.tokens[max(start - 1, 0) : reader.position]})
    subject = reader.noun() or reader.computed_noun() or _loose(reader)
    if subject is None or is_shown_of(reader, subject):
        return None
    if not reader.word("with", "that", "who", "which", "whose", "where", "having", "without"):
        return None
    mark = reader.position
    reader.position -= reader.tokens[mark - 1].lower in ("with", "without", "having")
    condition = read_set(reader)
    if condition is None:
        reader.position = mark - (reader.tokens[mark - 1].lower == "without")
    condition = narrowed(reader, condition) if condition is not None else None
    condition = condition or _one_of_others(reader, subject) or read_primary(reader)
    if is_had and condition is not None and _is_of_others(reader, condition, subject):
        return None  # ``with a discount that were online``: that a discount is there is not to be lost
    if condition is not None and subject.links:
        reader.subjects.append(subject)
    return condition


_HAD = frozenset({"with", "have", "has", "had", "having"})


def _is_of_others(reader: Reader, condition: Condition, subject: Noun) -> bool:
    """True for a condition on other columns than the one that rows are said to have."""
    tested = {(link.table, link.column) for link in columns_of(condition)}
    own = {(link.table, link.column) for link in subject.links[:1] if link.column}
    is_time = isinstance(condition, Compare | Within) and isinstance(condition.left, Period)
    is_date = any(column in reader.names.dates[table] for table, column in own)
    return bool(own) and (bool(tested) or (is_time and not is_date)) and not own & tested


_BEHIND_ONE = frozenset({"", ".", ",", ":", ";", "?", "!", ")", "and", "in", "during", "since", "after", "before"})


def _one_of_others(reader: Reader, subject: Noun) -> Condition | None:
    """``clients with a late payment``: a row of the other table, and no column of it."""
    mark = reader.position
    reader.position -= reader.tokens[mark - 1].lower == "with"
    is_table = bool(subject.links) and not subject.links[0].column
    found = read_exists(reader) if is_table and reader.lower() in ("with", "have", "has", "had") else None
    tables = {link.table for link in subject.links if not link.column}
    if isinstance(found, Exists) and found.other.links[0].table not in tables and reader.lower() in _BEHIND_ONE:
        return narrowed(reader, found)
    reader.position = mark
    return None


def _loose(reader: Reader) -> Noun | None:
    """``customers with 3 orders or more`` where a column is called customer_email."""
    token = reader.peek()
    if token is None or token.kind != "word" or reader.lower(1) not in ("with", "having"):
        return None
    links = [
        Link(table, column, OWN)
        for (table, column), words in sorted(reader.names.column_words.items())
        if len(words) > 1 and words[0] == token.lemma
    ]
    if not links:
        return None
    bare = reader.unlinked()
    return Noun(bare.text, bare.words, tuple(links), bare.position)


def _adjective(reader: Reader) -> Condition | None:
    """``completed orders``."""
    reader.skip(LEAD)
    found = adjective(reader) if not is_set_word(reader, reader.position) else None
    if found is not None:
        mark = reader.position
        noun = reader.noun()
        is_column = noun is not None and len(noun.words) > 1 and not any(not link.column for link in noun.links)
        if is_column or (isinstance(found, OneOf) and noun is not None and _is_held_elsewhere(found, noun)):
            reader.position = mark
        return found
    return _participle(reader) or _in_place(reader)


def _is_held_elsewhere(found: OneOf, noun: Noun) -> bool:
    """``bread sales``: the rows are those of another table than that of the value, and are to be named yet."""
    return not {link.table for link in found.left.links} & {link.table for link in noun.links}


def _participle(reader: Reader) -> Condition | None:
    """``refunded parcels``: those with a row in the table of returns."""
    start = reader.position
    link = table_of_verb(reader)
    if link is None or not reader.lower().endswith("ed"):
        return None
    verb = reader.next()
    owner = reader.noun()
    if owner is None or owner.links[0].column or owner.links[0].table == link.table:
        reader.position = start
        return None
    return Exists(Noun(verb.text, (verb.lower,), (Link(link.table, "", link.score),), start))


_STILL = frozenset({"still", "currently", "now", "already", "yet", "either", "all"})
_COPULAS = frozenset({"are", "were", "is", "was", "be", "being", "been"})
_DENIALS = ("aren't", "isn't", "weren't", "wasn't")


def _bare(reader: Reader) -> Condition | None:
    """``sales that were online``: a value behind a form of to be."""
    is_negated = reader.word(*_DENIALS)
    if not is_negated and (not reader.position or reader.tokens[reader.position - 1].lower not in _COPULAS):
        if reader.lower() not in _COPULAS:
            return None
        reader.next()
    start = reader.position
    reader.skip(_STILL)
    is_negated = reader.word("not") or is_negated
    reader.skip(_STILL)
    if _is_of_all(reader, start):
        return None
    found = held_values(reader, None)
    if found is None:
        return None
    start = reader.position
    reader.position += found[0]
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(reader.ledger.text(start, reader.position), (), links, start)
    values = OneOf(noun, (Constant(found[1][0].value), *more_values(reader, noun)))
    return Negation(values) if is_negated else values


def _alone(reader: Reader) -> Condition | None:
    """``inbound only``: a value that needs no column."""
    found = held_values(reader, None)
    behind = reader.position + found[0] if found is not None else 0
    if found is None or behind >= len(reader.tokens) or reader.tokens[behind].lower != "only":
        return None
    start = reader.position
    reader.position = behind
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    return OneOf(Noun(reader.ledger.text(start, behind), (), links, start), (Constant(found[1][0].value),))


def _is_of_all(reader: Reader, start: int) -> bool:
    """``whose sales are all online``: what is said of every one of them is no test of one row."""
    said = {token.lower for token in reader.tokens[start : reader.position]}
    before = [token.lower for token in reader.tokens[max(start - 4, 0) : start]]
    return "all" in said and "whose" in before


_LONE_ENDS = frozenset({"", ",", ".", ";", "and", "or", "!", "ones", ":", ")"})


def read_lone_value(reader: Reader) -> Condition | None:
    """``only completed``, ``excluding cancelled``: a value and nothing behind it."""
    found = held_values(reader, None)
    start = reader.position
    behind = start + found[0] if found is not None else start
    if found is None or (behind < len(reader.tokens) and reader.tokens[behind].lower not in _LONE_ENDS):
        return None
    reader.position = behind
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(reader.ledger.text(start, behind), (), links, start)
    values = OneOf(noun, (Constant(found[1][0].value), *more_values(reader, noun)))
    reader.word("ones")
    return values


def _in_place(reader: Reader) -> Condition | None:
    """``in Germany``, ``from Paris``: a capitalised or quoted value after a preposition."""
    said = reader.lower()
    role = place_role(reader)
    is_placed = role != "" or reader.word("in", "of", "at", "for", "by")
    following = reader.peek(1)
    if is_placed and following is not None and following.text[0].isupper():
        reader.word("the")
    token = reader.peek()
    is_named = token is not None and (token.text[0].isupper() or token.kind == "text")
    if not is_placed or not (is_named or said in ("of", "for")):
        return None
    found = held_values(reader, None)
    if found is None or not (is_named or _is_of_parent(reader, found)):
        return None
    start = reader.position
    reader.position += found[0]
    text = reader.ledger.text(start, reader.position)
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(text, (), links, start)
    values = OneOf(noun, (Constant(found[1][0].value), *more_values(reader, noun)))
    return placed(reader, values, role, named_tables(reader)) if role else values


def _is_of_parent(reader: Reader, found: tuple[int, tuple[ValueLink, ...]]) -> bool:
    """``sales of bread``: a value of what the table right before refers to, and nothing behind it."""
    table = table_before(reader, reader.position - 1)
    behind = reader.position + found[0]
    is_last = behind >= len(reader.tokens) or reader.tokens[behind].lower in _BEHIND_ONE | {"per", "by"}
    return is_last and table is not None and bool(of_parent(reader, {table}, found[1]))
