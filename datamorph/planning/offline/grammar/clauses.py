"""Rows that took part in something: ``who bought by phone``, ``worked no shift in May``, ``sailed to Oban once``."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.dates import read_span
from datamorph.planning.offline.grammar.places import ROLES, place_role
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.states import state_at, state_of
from datamorph.planning.offline.grammar.subjects import table_before
from datamorph.planning.offline.grammar.values import held_values, read_date, read_year
from datamorph.planning.offline.grammar.verbs import table_of_verb
from datamorph.planning.offline.lexicon.cues import COMPARISONS
from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING, TELLING
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Both, Compare, Condition, Constant, Exists, Negation, Noun, OneOf, Period
from datamorph.planning.offline.names import OWN, SYNONYM, Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_WHO = frozenset({"who", "that", "which"})
_BEING = frozenset("have has had been be was were are is ever also actually did do does already".split())
_NOT = frozenset({"never", "not", "haven't", "hasn't", "didn't", "weren't", "wasn't", "don't", "doesn't", "aren't"})
_NONE = phrase_set(("no", "not a single", "not one", "not any", "zero"))
_SOME = frozenset({"a", "an", "any", "some", "one", "the", "single", "at", "least", "their", "its", "matching"})
_ONCE = phrase_set(("at least once", "at all", "ever", "once or more", "one or more times", "at any time", "so far",
                    "at some point", "before"))  # fmt: skip
_PREPOSITIONS = frozenset(
    {"over", "by", "via", "through", "on", "with", "in", "at", "for", "of", "using", "as", *ROLES}
)
_ENDS = frozenset({"", ".", ",", ":", ";", "?", "!", ")", "-"})
_TIMES = Phrases({phrase: COMPARISONS[phrase] for phrase in ("after", "before", "since", "until")})
_STEM = 5
_NEUTRAL = frozenset(
    "staged held shown seen sailed flew flown travelled traveled called scheduled logged noted".split()
)
_NO_VERBS = GLUE | TELLING | {"whose", "where", "only", "then"}


@dataclass(slots=True)
class _Clause:
    """What one clause says of the rows that are looked for in another table."""

    table: TableRef | None = None
    is_none: bool = False
    is_verb: bool = False
    has_object: bool = False
    verb: str = ""
    values: list[OneOf] = field(default_factory=list[OneOf])
    conditions: list[Condition] = field(default_factory=list["Condition"])
    times: list[Condition] = field(default_factory=list["Condition"])
    roles: dict[int, str] = field(default_factory=dict[int, str])


def read_clause(reader: Reader) -> Condition | None:
    """The clause behind a table, as rows of another table that are there or not."""
    start = reader.position
    subject = table_before(reader, start)
    if subject is None or reader.relations is None:
        return None
    is_clause = reader.word(*_WHO) or (start > 0 and reader.tokens[start - 1].lower in _WHO)
    is_negated = False
    mark = reader.position
    while reader.lower() in _BEING | _NOT and reader.lower():
        is_negated = is_negated or reader.lower() in _NOT
        reader.next()
    is_clause = is_clause or reader.position > mark or _is_noun_behind(reader, subject, start)
    found = _parts(reader, subject, is_negated=is_negated) if is_clause else None
    if found is None:
        reader.position = start
    return found


def _parts(reader: Reader, subject: TableRef, *, is_negated: bool) -> Condition | None:
    """One clause, or two of ``both bought by phone and paid in cash``, ``bought both by phone and over the web``."""
    if reader.word("both"):
        first = _clause(reader, subject, is_negated=is_negated)
        second = _clause(reader, subject, is_negated=is_negated) if first and reader.word("and") else None
        return Both("and", (first, second)) if first and second else None
    return _clause(reader, subject, is_negated=is_negated)


def _clause(reader: Reader, subject: TableRef, *, is_negated: bool) -> Condition | None:
    clause = _Clause(is_none=is_negated)
    if not _verb(reader, clause, subject):
        return None
    _complements(reader, clause)
    alternatives: list[_Clause] = []
    if reader.word("both"):
        for _ in range(2):
            one = _Clause()
            _complements(reader, one)
            alternatives.append(one)
            reader.word("and") if len(alternatives) == 1 else None
        _complements(reader, clause)
        if not all(one.values or one.conditions for one in alternatives) or alternatives[0].times:
            return None
        clause.times += alternatives[1].times  # "both A and B in May" is of both
    if clause.is_none and not (clause.is_verb or clause.has_object or clause.values or alternatives or clause.table):
        clause.table = _only_child(reader, subject)
    is_said = clause.is_verb or clause.has_object or clause.values or alternatives or clause.table
    if not _is_ended(reader) or not is_said:
        return None
    if not alternatives:
        return _condition(reader, subject, clause)
    parts = [_condition(reader, subject, _merged(clause, one)) for one in alternatives]
    return Both("and", tuple(part for part in parts if part)) if all(parts) else None


def _merged(clause: _Clause, one: _Clause) -> _Clause:
    return _Clause(
        clause.table or one.table, clause.is_none, clause.is_verb, clause.has_object or one.has_object, clause.verb,
        [*clause.values, *one.values], [*clause.conditions, *one.conditions], [*clause.times, *one.times],
        clause.roles | one.roles)  # fmt: skip


def _state(reader: Reader, subject: TableRef) -> tuple[TableRef, Condition] | None:
    """``productions that were cancelled``: what the rows of the one table that refers to the subject may be."""
    relations = reader.relations
    others = [t for t in sorted(reader.names.table_words) if t.domain == subject.domain and t != subject]
    found = [
        (t, state) for t in others
        if relations is not None and relations.between(t, subject) and (state := state_at(reader, t)) is not None
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _verb(reader: Reader, clause: _Clause, subject: TableRef) -> bool:
    token = reader.peek()
    if token is None or token.kind != "word":
        return False
    clause.verb = token.lower
    if (state := _state(reader, subject)) is not None:
        clause.table, clause.is_verb = state[0], True
        clause.conditions.append(state[1])
        reader.next()
        return True
    if token.lower in _NO_VERBS - (LINKING | JOINING):
        return False
    link = table_of_verb(reader)
    is_verb = token.lower.endswith("ed") or token.lower in LINKING | JOINING or token.lower in ROLES
    if link is None and not is_verb:
        return False
    role = ROLES.get(token.lower)
    if link is not None:
        clause.table, clause.is_verb = link.table, True
    reader.next()
    if role:
        reader.position -= 1
    return True


def _complements(reader: Reader, clause: _Clause) -> None:
    """Objects, values, times and how often, in any order."""
    while True:
        mark = reader.position
        for construct in (_often, _object, _value, _time, _note):
            reader.position = mark
            if construct(reader, clause):
                break
        else:
            reader.position = mark
            return


def _often(reader: Reader, clause: _Clause) -> bool:
    return reader.take(_ONCE) is not None


def _object(reader: Reader, clause: _Clause) -> bool:
    """``no shift``, ``a high priority ticket``: the other table, with what is said of its rows."""
    if clause.has_object:
        return False
    if reader.word("nothing", "nobody", "none", "no-one"):
        clause.is_none = True
        return True
    is_none = reader.take(_NONE) is not None
    if reader.lower() == "by" and clause.verb in ROLES:
        return False  # ``from March to May by shop`` groups
    reader.word(*_PREPOSITIONS) if not is_none else None
    reader.skip(_SOME)
    where = adjective(reader) or state_of(reader)
    noun = reader.noun()
    tables = [link.table for link in noun.links if not link.column and link.score >= SYNONYM * OWN] if noun else []
    if not tables or (noun is not None and noun.links[0].column and noun.links[0].score > SYNONYM):
        return False
    clause.table = clause.table if clause.table in tables else tables[0]
    clause.is_none = clause.is_none or is_none
    clause.has_object = True
    clause.conditions += [where] if where is not None else []
    return True


def _value(reader: Reader, clause: _Clause) -> bool:
    """``over the WEB``, ``into Skerry Point``, ``France``."""
    role = place_role(reader)
    is_placed = role != "" or reader.word(*_PREPOSITIONS)
    reader.skip(("the", "our", "a"))
    start = reader.position
    found = held_values(reader, None)
    token = reader.peek()
    if found is None or token is None or not (is_placed or token.text[0].isupper() or token.kind == "text"):
        return False
    reader.position += found[0]
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    one = OneOf(Noun(reader.ledger.text(start, reader.position), (), links, start), (Constant(found[1][0].value),))
    clause.values.append(one)
    if role:
        clause.roles[start] = role
    return True


def _time(reader: Reader, clause: _Clause) -> bool:
    operator = reader.take(_TIMES)
    if operator is None and not reader.word("in", "during", "on") and reader.lower() not in ("between", "from"):
        return False
    found = read_span(reader) if operator is None else None
    if found is None and (date := read_date(reader)) is not None:
        found = Compare(Period("date"), operator or "=", date)
    if found is None and operator and (year := read_year(reader)) is not None:
        found = Compare(Period("year"), operator, year)
    clause.times += [found] if found is not None else []
    return found is not None


def _note(reader: Reader, clause: _Clause) -> bool:
    """``bought (PAID)``: a value that goes without saying."""
    return reader.word("(") and _value_alone(reader, clause) and reader.word(")")


def _value_alone(reader: Reader, clause: _Clause) -> bool:
    found = held_values(reader, None)
    if found is None:
        return False
    start = reader.position
    reader.position += found[0]
    links = tuple(link for value in found[1] for link in reader.column_links(value.table, value.column))
    noun = Noun(reader.ledger.text(start, reader.position), (), links, start)
    clause.values.append(OneOf(noun, (Constant(found[1][0].value),)))
    return True


def _is_ended(reader: Reader) -> bool:
    token = reader.peek()
    return token is None or (token.kind == "mark" and token.text in _ENDS) or reader.lower() in ("and", "but")


def _condition(reader: Reader, subject: TableRef, clause: _Clause) -> Condition | None:
    """The clause as a test of the subject's rows; None where it is open which table holds what was done."""
    if clause.table is None and (own := _of_subject(reader, subject, clause)) is not None:
        return own
    table = clause.table or _holder(reader, subject, clause.values)
    if table is None or table == subject or reader.relations is None or not _is_about(reader, table, clause):
        return None
    if not (reader.relations.between(table, subject) or reader.relations.between(subject, table)):
        return None
    parts: list[Condition] = [*clause.conditions, *clause.times]
    for one in clause.values:
        part = _of_table(reader, table, one, clause.roles.get(one.left.position, ""))
        if part is None:
            return None
        parts.append(part)
    where = parts[0] if len(parts) == 1 else Both("and", tuple(parts)) if parts else None
    found = Exists(Noun(table.name, (), (Link(table, "", 1.0),), reader.position), where)
    return Negation(found) if clause.is_none else found


def _of_subject(reader: Reader, subject: TableRef, clause: _Clause) -> Condition | None:
    """``sailings that left Oban``: the places are those of the rows themselves."""
    if clause.verb not in ROLES or not clause.values:
        return None
    parts = [_of_table(reader, subject, one, clause.roles.get(one.left.position, "")) for one in clause.values]
    found = [*(part for part in parts if part is not None), *clause.conditions, *clause.times]
    if not all(parts) or clause.is_none:
        return None
    return found[0] if len(found) == 1 else Both("and", tuple(found))


def _is_about(reader: Reader, table: TableRef, clause: _Clause) -> bool:
    """True where the verb says no more than that there is a row: it ties, or the table is named after it."""
    if clause.is_verb or clause.verb in LINKING | JOINING or clause.verb in ROLES or clause.verb in _NEUTRAL:
        return True
    stem = clause.verb[:_STEM]
    return any(
        word.startswith(stem)
        for (owner, _), words in reader.names.column_words.items()
        for word in words
        if owner == table and len(stem) == _STEM
    )


def _holder(reader: Reader, subject: TableRef, values: list[OneOf]) -> TableRef | None:
    """The one table that refers to the subject and holds the values, or refers to the table that does."""
    relations = reader.relations
    if relations is None or not values:
        return None
    children = [
        t for t in sorted(reader.names.table_words) if t.domain == subject.domain and relations.between(t, subject)
    ]
    found = [
        t for t in children
        if all(any(link.table == t or relations.between(t, link.table) for link in one.left.links) for one in values)
    ]  # fmt: skip
    direct = [t for t in found if any(link.table == t for one in values for link in one.left.links)]
    found = direct or found
    return found[0] if len(found) == 1 else None


def _only_child(reader: Reader, subject: TableRef) -> TableRef | None:
    """``vessels that never sailed``: the one table that refers to vessels tells what they did."""
    relations = reader.relations
    found = [
        t for t in sorted(reader.names.table_words)
        if t.domain == subject.domain and relations is not None and relations.between(t, subject)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _of_table(reader: Reader, table: TableRef, one: OneOf, role: str) -> Condition | None:
    """The value in a column of the table, or in the table that it refers to: by the preposition's column."""
    own = tuple(link for link in one.left.links if link.table == table)
    if own:
        return OneOf(Noun(one.left.text, (), own, one.left.position), one.values)
    relations = reader.relations
    near = [link for link in one.left.links if relations is not None and relations.between(table, link.table)]
    tables = list(dict.fromkeys(link.table for link in near))
    if len(tables) != 1:
        return None
    held = OneOf(Noun(one.left.text, (), tuple(near), one.left.position), one.values)
    return Exists(Noun(tables[0].name, (), (Link(tables[0], "", 1.0),), one.left.position), held, role)


def _is_noun_behind(reader: Reader, subject: TableRef, start: int) -> bool:
    """``which staff worked no shift``: the verb stands right behind its subject, or behind a parenthesis."""
    place = start - 1
    if place > 0 and reader.tokens[place].text == ")":
        while place > 0 and reader.tokens[place].text != "(":
            place -= 1
        return True
    links = reader.links(place, 1) if place >= 0 else ()
    return bool(links) and any(link.table == subject and not link.column for link in links)
