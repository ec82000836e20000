"""What stands in a column of a list of two tables, for the rows of each: a column, a full name, a constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import SYNONYM, TAILLESS, is_abbreviation_of, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaned import Cleaning
from datamorph.planning.offline.recipes.cleaning import cleaning_of, column_at
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.mentions import clause
from datamorph.planning.offline.tokens import Token

BETWEEN = frozenset("name space blank + plus comma joined concatenated".split())
FIRST = frozenset({"first", "given", "fore", "forename"})
LAST = frozenset({"last", "family", "surname", "sur"})
ORDERS = frozenset("sort sorted order ordered alphabetically alphabetical".split())
_WHOLE = (("full", "name"), ("complete", "name"), ("whole", "name"))
_PERSONS = frozenset("person people full contact member display complete".split())
_LONGEST, _SHARED = 8, 0.5
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a column for the rows of one table."""

    sql: str
    type: str


def value_of(brief: Brief, one: Listed, table: TableRef, tables: Sequence[TableRef], *, is_keyed: bool) -> Value | None:
    """What stands in a column of the list for the rows of one table.

    Args:
        is_keyed: ``person_id`` may be the key of the table, where nothing is said of it.
    """
    runs = _about(brief, one)
    texts = [token for start, end in runs for token in brief.said.tokens[start:end] if token.kind == "text"]
    if len(texts) == len(tables):
        return _constant(brief, texts, table, tables)
    runs = _of_table(brief, runs, table, tables)
    cleaned = [cleaning_of(brief, start, end) for start, end in runs]
    done = next((found for found in cleaned if found), Cleaning())
    parts = next((found for found in [_parts(brief, run, table) for run in runs] if len(found) > 1), list[str]())
    said = {word for run in runs for word in brief.words[slice(*run)]} | set(words_of(one.name))
    if parts and said & BETWEEN:
        mark = "', '" if any(brief.places(("comma",), *run) for run in runs) else "' '"
        return Value(_dressed(f"concat({f', {mark}, '.join(quote(part) for part in parts)})", done), "string")
    for start, end in runs:
        column = _column(brief, Listed(one.name, one.place, start, end), table, tables)
        if column:
            type_ = next(c.type for c in brief.said.tables[table].schema if c.name == column)
            sql = done.sql(column, type_) if done else quote(column)
            return Value(sql, "string" if done else type_)
    pair = _names(brief, one, table)
    if pair is None:
        return _key(brief, one, table) if is_keyed else None
    return Value(_dressed(f"concat({quote(pair[0])}, ' ', {quote(pair[1])})", done), "string")


def _of_table(
    brief: Brief, runs: Sequence[tuple[int, int]], table: TableRef, tables: Sequence[TableRef]
) -> list[tuple[int, int]]:
    """What is told of a column for one table: ``seat_no for guests; for hosts 'H' followed by host_id``."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        marks = [i for i in range(start, end) if brief.said.tokens[i].text in ";,()."]
        parts = [(a + 1, b) for a, b in pairwise([start - 1, *marks, end]) if b > a + 1]
        owners = [{one for one in tables if _speaks_of(brief, part, one, tables)} for part in parts]
        if not any(len(owner) == 1 for owner in owners):
            before = {one for one in tables if _speaks_of(brief, (clause(brief, start - 1)[0], start - 1), one, tables)}
            found += [(start, end)] if table in before or len(before) != 1 else []
            continue
        last = next(owner for owner in owners if len(owner) == 1)
        for part, owner in zip(parts, owners, strict=True):
            last = owner if len(owner) == 1 else last
            if last == {table} and found and found[-1][1] + 1 == part[0]:
                found[-1] = (found[-1][0], part[1])
            elif last == {table}:
                found.append(part)
    return found


def _speaks_of(brief: Brief, run: tuple[int, int], table: TableRef, tables: Sequence[TableRef]) -> bool:
    """True where a run of tokens names a table or its domain, and not as a part of what it tells of another."""
    others = {word for one in tables if one != table for word in (*words_of(one.name), *words_of(one.domain))}
    own = {*words_of(table.name), *words_of(table.domain), table.name.casefold()} - others
    own |= {word for place in range(*run) if (word := brief.lemmas[place]) and _names_table(brief, place, table)}
    return bool(own & ({*brief.lemmas[slice(*run)]} | {*brief.words[slice(*run)]}))


def is_short(name: str, lemma: str) -> bool:
    """True for ``plr`` of *player*: its letters in their order, from the first to the last."""
    letters = iter(lemma)
    is_same = len(name) >= _SHORTEST and len(lemma) > len(name) and lemma[0] == name[0] and lemma[-1] == name[-1]
    return is_same and all(letter in letters for letter in name)


def _names_table(brief: Brief, place: int, table: TableRef) -> bool:
    found = brief.said.table(place)
    return (found is not None and found[1] == table) or is_short(table.name.lower(), brief.lemmas[place])


def _key(brief: Brief, one: Listed, table: TableRef) -> Value | None:
    """The key of a table for ``person_id``, where nothing is said of it."""
    keys = brief.said.relations.key(table)
    if words_of(one.name)[-1] not in ("id", "number") or len(keys) != 1:
        return None
    brief.work.dialog.assume(f"{one.name} of {table.name} is {keys[0]}")
    return Value(quote(keys[0]), next(c.type for c in brief.said.tables[table].schema if c.name == keys[0]))


def _about(brief: Brief, one: Listed) -> list[tuple[int, int]]:
    """What tells of a column: in the list, and from where it is named again to the end of that sentence."""
    words = words_of(one.name)
    runs = [(one.start, one.end)]
    for place in range(len(brief) - len(words) + 1):
        is_named = tuple(brief.lemmas[place : place + len(words)]) == words or brief.said.tokens[place].text == one.name
        if is_named and not (one.place <= place < one.end):
            end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text in ".!?"), len(brief))
            runs.append((place + 1, end))
    runs = [(start, min([*brief.places(ORDERS, start, end), end])) for start, end in runs]
    told = [run for run in runs[1:] if {"is", "=", "being"} & set(brief.words[run[0] : run[0] + _LONGEST])]
    return [*told, runs[0]]


def _parts(brief: Brief, run: tuple[int, int], table: TableRef) -> list[str]:
    """First and last name of a table in the order in which a run of tokens puts them together."""
    names = brief.said.tables[table].schema.names
    words = {name: set(brief.said.names.column_words[table, name]) for name in names}
    persons = [name for name in names if words[name] & (FIRST | LAST)]
    found: list[str] = []
    for place in range(*run):
        spelled = brief.said.tokens[place].text
        worded = [name for name in persons if _is_part(brief, place, words[name])]
        one = spelled if spelled in names else worded[0] if len(worded) == 1 else ""
        if one and one not in found:
            found.append(one)
    return found if set(found) <= set(persons) else []


def _is_part(brief: Brief, place: int, words: set[str]) -> bool:
    """True for ``given`` and ``family`` before ``name``, and for ``surname``."""
    lemma = brief.lemmas[place]
    behind = brief.lemmas[place + 1 : place + 4]
    for role in (FIRST, LAST):
        if lemma in role and words & role:
            return lemma in ("surname", "forename") or bool({"name", "and"} & set(behind[:1])) or "name" in behind
    return False


def _dressed(sql: str, done: Cleaning) -> str:
    sql = f"trim({sql})" if done.is_trimmed else sql
    return f"{done.case}({sql})" if done.case else sql


def _constant(brief: Brief, texts: Sequence[Token], table: TableRef, tables: Sequence[TableRef]) -> Value | None:
    """The text that tells a table's rows: the one that is called like it or its domain; None where none is."""
    said = [str(token.value) for token in texts]
    own = [text for text in said if _is_of(text, table)]
    others = [text for text in said if any(_is_of(text, other) for other in tables if other != table)]
    if len(own) == 1:
        text = own[0]
    elif not own and len(others) == 1:
        text = next(one for one in said if one != others[0])
    else:
        return None
    return Value(f"'{text.replace(chr(39), chr(39) * 2)}'", "string")


def _is_of(text: str, table: TableRef) -> bool:
    words = set(words_of(text))
    return words <= set(words_of(table.domain)) or words <= set(words_of(table.name))


def _column(brief: Brief, one: Listed, table: TableRef, tables: Sequence[TableRef]) -> str:
    """The column of a table that is spelled out for one of the list, or is called so; empty for none."""
    names = brief.said.tables[table].schema.names
    spelled = [token.text for token in brief.said.tokens[one.start : one.end] if token.text in names]
    if spelled:
        return spelled[0] if len(set(spelled)) == 1 else ""
    if one.name in names:
        return one.name
    said = [
        (length, column)
        for place in range(one.start, one.end)
        if (found := column_at(brief, table, names, place, one.end, least=SYNONYM * TAILLESS))[1]
        for length, column in [found]
        if not _names(brief, one, table)
    ]
    if said:
        longest = max(length for length, _ in said)
        best = {column for length, column in said if length == longest}
        return best.pop() if len(best) == 1 else ""
    if _names(brief, one, table) is not None:
        return ""
    links = brief.links(one.name, [table])
    if links:
        return links[0].column
    words = set(words_of(one.name))
    alike = [
        name
        for name in names
        if set(words_of(name)) <= words | set(words_of(table.name)) and words_of(name)[-1] in words
    ]
    alike = alike or [name for name in names if _is_time_of(name, one.name)]
    return alike[0] if len(alike) == 1 else _whole(one.name, names) or _short(brief, one.name, table, tables)


def _is_time_of(column: str, name: str) -> bool:
    """``rcvd_dt`` and ``received_on`` of *received*: when that was."""
    first, *rest = column.lower().split("_") if "_" in column else words_of(column)
    is_same = words_of(first) == words_of(name) or is_abbreviation_of(first, name.casefold())
    return is_same and len(rest) == 1 and rest[0] in _TIMES


_TIMES = frozenset("on at dt date ts time day".split())


def _whole(name: str, names: Sequence[str]) -> str:
    """The full name of a person, where a column of the list is called *person_name*."""
    ends = [one for one in names if words_of(one)[-1] == "name"]
    found = [one for one in names if words_of(one) in _WHOLE] or (ends if len(ends) == 1 else [])
    return found[0] if len(found) == 1 and words_of(name)[-1] == "name" and set(words_of(name)) & _PERSONS else ""


def shared_value(brief: Brief, place: int, table: TableRef) -> Value | None:
    """The column of a table that one word names: ``city`` of *home_city*; None for none, or for several."""
    schema = brief.said.tables[table].schema
    whole = next((name for name in schema.names if name.casefold() == brief.words[place]), "")
    said = column_at(brief, table, schema.names, place, place + 1, least=SYNONYM * TAILLESS)[1]
    ends = [name for name in schema.names if words_of(name)[-1:] == (brief.lemmas[place],)]
    column = whole or said or (ends[0] if len(ends) == 1 else "")
    return next((Value(quote(one.name), one.type) for one in schema if one.name == column), None)


def _short(brief: Brief, name: str, table: TableRef, tables: Sequence[TableRef]) -> str:
    """``st_cd`` for *state*: what begins so, and holds what the other table's column of that name holds."""
    relations = brief.said.relations
    twins = [(ref, name) for ref in tables if ref != table and name in brief.said.tables[ref].schema.names]
    found = [
        column
        for column in brief.said.tables[table].schema.names
        if name.lower().startswith(column.split("_")[0].lower())
        and set(words_of(column)[1:]) <= {"code", "name", "number"}
        and any(relations.coverage(ref, own, table, column) >= _SHARED for ref, own in twins)
    ]
    if len(found) == 1:
        brief.work.dialog.assume(f"{name} of {table.name} is {found[0]}")
    return found[0] if len(found) == 1 else ""


def _names(brief: Brief, one: Listed, table: TableRef) -> tuple[str, str] | None:
    """First and last name of a person, where a column of the list is a name and the prompt speaks of both."""
    words = {name: set(brief.said.names.column_words[table, name]) for name in brief.said.tables[table].schema.names}
    first = [name for name, own in words.items() if own & FIRST]
    last = [name for name, own in words.items() if own & LAST]
    is_name = "name" in words_of(one.name) or brief.places(("name",), one.start, one.end)
    is_said = brief.has("full") or (brief.has(*FIRST, *first) and brief.has(*LAST, *last))
    return (first[0], last[0]) if len(first) == 1 == len(last) and is_name and is_said else None
