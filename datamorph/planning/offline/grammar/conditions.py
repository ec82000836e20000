"""Conditions on rows and on groups."""

from __future__ import annotations

from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.clauses import read_clause
from datamorph.planning.offline.grammar.comparisons import (
    COMPARED,
    LEAD,
    more_values,
    read_bounded_count,
    read_comparison,
    read_weekend,
)
from datamorph.planning.offline.grammar.dates import read_month_of_year, read_span
from datamorph.planning.offline.grammar.existence import read_absent, read_exists, read_missing, read_present
from datamorph.planning.offline.grammar.places import place_role, placed
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.sizes import read_size
from datamorph.planning.offline.grammar.states import named_tables, read_state
from datamorph.planning.offline.grammar.values import held_values, read_date, read_year
from datamorph.planning.offline.grammar.verbs import table_of_verb
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Exists, Negation, Noun, OneOf, Period
from datamorph.planning.offline.names import OWN, Link


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
        _spanned,
        _month,
        _dated,
        _alone,
    ):
        reader.position = start
        found = construct(reader)
        if found is not None:
            return narrowed(reader, found)
    reader.position = start
    return None


_LONGEST_GLOSS = 6


def read_glossed(reader: Reader) -> Condition | None:
    """``parcels that never arrived (arrived_on is null)``: the parenthesis says what the words before it mean."""
    start = reader.position
    noun = reader.noun()
    if noun is None or noun.links[0].column or not reader.word("that", "which", "who"):
        reader.position = start
        return None
    said = reader.position
    while reader.is_kind("word") and reader.position < said + _LONGEST_GLOSS:
        reader.next()
    found = read_condition(reader) if reader.position > said and reader.word("(") else None
    if found is None or not reader.word(")"):
        reader.position = start
        return None
    return found


def narrowed(reader: Reader, found: Condition) -> Condition:
    """``without a sale in 2024``: a time behind the other table is about its rows."""
    if isinstance(found, Negation):
        part = narrowed(reader, found.part) if isinstance(found.part, Exists) else found.part
        return Negation(part)
    if not isinstance(found, Exists) or found.role:
        return found
    mark = reader.position
    time = _spanned(reader)
    if time is None:
        reader.position = mark
        time = _dated(reader) if reader.lower() not in ("with", "that", "who", "which", "only") else None
    if time is None:
        reader.position = mark
        return found
    return Exists(found.other, time if found.where is None else Both("and", (found.where, time)))


def _about(reader: Reader) -> Condition | None:
    """``airlines with more than 1000 flights``: what the condition is about stands before it."""
    reader.skip(LEAD)
    subject = reader.noun() or reader.computed_noun() or _loose(reader)
    if subject is None or not reader.word("with", "that", "who", "which", "whose", "where", "having", "without"):
        return None
    reader.position -= reader.tokens[reader.position - 1].lower == "without"
    condition = _one_of_others(reader, subject) or read_primary(reader)
    if condition is not None and subject.links:
        reader.subjects.append(subject)
    return condition


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
    found = adjective(reader)
    if found is not None:
        mark = reader.position
        noun = reader.noun()
        if noun is not None and len(noun.words) > 1 and not any(not link.column for link in noun.links):
            reader.position = mark
        return found
    return _participle(reader) or _in_place(reader)


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


def _bare(reader: Reader) -> Condition | None:
    """``sales that were online``: a value behind a form of to be."""
    if not reader.position or reader.tokens[reader.position - 1].lower not in _COPULAS:
        if reader.lower() not in _COPULAS:
            return None
        reader.next()
    reader.skip(_STILL)
    is_negated = reader.word("not")
    reader.skip(_STILL)
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


_LONE_ENDS = frozenset({"", ",", ".", ";", "and", "!", "ones"})


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
    role = place_role(reader)
    is_placed = role != "" or reader.word("in", "of", "at", "for", "by")
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
    values = OneOf(noun, (Constant(found[1][0].value), *more_values(reader, noun)))
    return placed(reader, values, role, named_tables(reader)) if role else values


def _spanned(reader: Reader) -> Condition | None:
    """``in Q1 2024``, ``between 2 April and 9 June 2023``, ``for 2021 and 2022``."""
    reader.skip(LEAD)
    is_placed = reader.word("in", "during", "for")
    return read_span(reader) if is_placed or reader.lower() in ("between", "from") else None


def _month(reader: Reader) -> Condition | None:
    """``placed in March``: of every year."""
    reader.skip(LEAD)
    return read_month_of_year(reader) if reader.word("in", "during") else None


def _dated(reader: Reader) -> Condition | None:
    """``after 2018-03-15``, ``in March 2018``, ``since 2020``, ``placed in 2013``: the only date is meant."""
    reader.skip(LEAD)
    if (weekend := read_weekend(reader, Period("date"))) is not None:
        return weekend
    mark = reader.position
    operator = reader.take(COMPARED)
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
