"""Rows of two tables in one list: constants that tell them apart, and columns that are called the same there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import EXACT, HEAD, OWN, SYNONYM, TAILLESS, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cleaning import Cleaning, cleaning_of, column_at
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed, parts_of_lists
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.slots import ABSENT, ordering
from datamorph.planning.offline.tokens import Token, singular

_STACKS = frozenset(
    """
    union unioned stack stacked stacking append appended concatenate concatenated combine combined merge merged
    underneath under below beneath together both either pool pooled consolidate consolidated single unified
    joint common directory list distinct unique combinations combination pairs pair
    """.split()
)
_DISTINCT = frozenset("distinct unique once deduplicated different duplicates duplicate repeats repeated".split())
_DEFINES = frozenset({"is", "=", "(", "being", "their", "the", "holds", "as", "from", "set", "says", "has", "with"})
_OUT = frozenset(
    "out skip skipped ignore ignored drop dropped exclude excluded excluding omit omitted without leave".split()
)
_FIRST = frozenset({"first", "given", "fore", "forename"})
_LAST = frozenset({"last", "family", "surname", "sur"})
_ORDERS = frozenset("sort sorted order ordered alphabetically alphabetical".split())
_TEXT = frozenset({"text", "string", "varchar"})
_FEWEST, _PAIR, _LONGEST = 2, 2, 8
_SHARED, _SHORTEST = 0.5, 3


@dataclass(frozen=True, slots=True)
class _Value:
    """What stands in a column for the rows of one table."""

    sql: str
    type: str


def _fits(brief: Brief) -> bool:
    is_one = any(brief.phrase("one", thing) is not None for thing in ("table", "list"))
    return (is_one or bool(brief.places(_STACKS | _DISTINCT))) and len(brief.said.tables) > 1


def _cook(brief: Brief) -> Flow | None:
    shown = _listed(brief)
    tables = _tables(brief)
    fewest = 1 if brief.places(_DISTINCT) else _FEWEST
    if len(shown) < fewest or tables is None or brief.phrase("in", "both") is not None:
        return None
    values = [[_value(brief, one, table, tables) for one in shown] for table in tables]
    found = [[value for value in row if value is not None] for row in values]
    if any(len(row) != len(shown) for row in found):
        return None
    texts = [len({row[n].type for row in found}) > 1 or _is_text(brief, one) for n, one in enumerate(shown)]
    flow = Flow(brief.work)
    parts = [_part(brief, flow, table, shown, row, texts) for table, row in zip(tables, found, strict=True)]
    is_distinct = bool(brief.places(_DISTINCT))
    flow.frames.where = {}
    flow.add("union", "all_rows", of=parts, distinct=is_distinct)
    if not _leave_out_empties(brief, flow, shown):
        return None
    order = ordering(brief, shown, ()) or [one.name for one in shown if brief.places(_ORDERS) and len(shown) == 1]
    if not order and brief.places(_ORDERS):
        return None
    if order:
        flow.sort(order)
    _explain_owners(brief, tables)
    for place in brief.places(_STACKS):
        brief.explain(place, place + 1, "one list of two tables")
    brief.work.key = tuple(one.name for one in shown) if is_distinct else ()
    return flow


def _part(
    brief: Brief, flow: Flow, table: TableRef, shown: Sequence[Listed], row: Sequence[_Value], texts: Sequence[bool]
) -> str:
    """The frame of one table's rows as they stand in the list."""
    flow.start(table)
    made: dict[str, str] = {}
    columns: list[str | dict[str, str]] = []
    for one, value, is_text in zip(shown, row, texts, strict=True):
        plain = value.sql.strip("`")
        if plain in brief.said.tables[table].schema.names and (value.type == "string" or not is_text):
            columns.append(plain if plain == one.name else {one.name: plain})
            continue
        made[one.name] = value.sql if value.type == "string" or not is_text else f"cast({value.sql} as string)"
        columns.append(one.name)
    if made:
        flow.add("derive", f"{table.name}_more", columns=made)
    flow.add("select", f"{table.name}_rows", columns=columns)
    return flow.frames.current


def _listed(brief: Brief) -> tuple[Listed, ...]:
    """The columns of the list with what is said of them: the longest run of names that are defined or stand alone."""
    best: tuple[Listed, ...] = ()
    for parts in parts_of_lists(brief.said):
        found: list[Listed] = []
        for place, end in parts:
            token = brief.said.tokens[place]
            behind = brief.said.tokens[place + 1].text if place + 1 < end else ""
            is_name = token.is_word and (place + 1 == end or behind.lower() in _DEFINES) and token.kind != "text"
            if is_name and token.lower not in NEVER_GLUE and token.lower not in ("in", "for", "with", "a"):
                found.append(Listed(token.text, place, place + 1, end))
            elif found:
                found[-1] = Listed(found[-1].name, found[-1].place, found[-1].start, end)
        best = tuple(found) if len(found) > len(best) else best
    return best if len(best) > len(brief.listed) else brief.listed


def _tables(brief: Brief) -> tuple[TableRef, TableRef] | None:
    """The two tables whose rows stand in the list; None where it is not clear which."""
    found = list(dict.fromkeys(_of_domains(brief)))
    if len(found) != _PAIR:
        found = list(dict.fromkeys(_candidates(brief)))
    for least in (OWN, EXACT):
        found = found if len(found) <= _PAIR else list(dict.fromkeys(_candidates(brief, least)))
    domains = {ref.domain for ref in found}
    if len(found) != _PAIR or (len(domains) == 1 and len(brief.said.domains) > 1):
        return None
    return found[0], found[1]


def _of_domains(brief: Brief) -> Iterator[TableRef]:
    """``the food customers``, ``reps of the food company``: a table behind the name of its domain."""
    for place, word in enumerate(brief.words):
        tables = [ref for ref in brief.said.tables if ref.domain.lower() == word]
        for length in (3, 2, 1) if tables else ():
            run = brief.said.tokens[place + 1 : place + 1 + length]
            links = {
                link.table for link in brief.said.links(place + 1, length) if not link.column and link.score >= HEAD
            }
            lemmas = tuple(token.lemma for token in run)
            found = [
                ref for ref in tables
                if ref in links or _abbreviates(ref.name, run) or brief.said.names.table_words[ref][:length] == lemmas
            ]  # fmt: skip
            if len(found) == 1 and len(run) == length:
                yield found[0]
                break


def _explain_owners(brief: Brief, tables: Sequence[TableRef]) -> None:
    """Close ``of the carrier and the software firm`` behind the noun that both tables are called by, and ``reps``."""
    for place, lemma in enumerate(brief.lemmas):
        if len(lemma) >= _SHORTEST and any(ref.name.lower().endswith(lemma) for ref in tables):
            brief.explain(place, place + 1, "one of the tables")
    for place in brief.places(("of", "from")):
        start, end = brief.clause(place)
        behind = range(place + 1, end)
        refs = {link.table for i in range(start, place) for link in brief.said.links(i, 1) if not link.column}
        is_plain = all(
            brief.words[i] not in NEVER_GLUE and brief.said.tokens[i].kind == "word" and not brief.said.value(i)[0]
            for i in behind
        )
        if set(tables) <= refs and is_plain and "and" in brief.words[place:end] and len(behind) <= _LONGEST:
            brief.explain(place, end, "whose tables they are")


def _candidates(brief: Brief, least: float = SYNONYM * OWN) -> Iterator[TableRef]:
    """Tables by their names, those of one name in several domains together; then by columns that only they have."""
    for place in range(len(brief)):
        for length in (3, 2, 1):
            links = [link for link in brief.said.links(place, length) if not link.column and link.score >= least]
            short = [
                ref for ref in brief.said.tables if _abbreviates(ref.name, brief.said.tokens[place : place + length])
            ]
            if links or short:
                yield from [link.table for link in links] or short
                break
    if least < OWN:
        for token in brief.said.tokens:
            owners = [ref for ref, table in brief.said.tables.items() if token.text in table.schema.names]
            if len(owners) == 1 and token.is_word:
                yield owners[0]


def _abbreviates(name: str, tokens: Sequence[Token]) -> bool:
    """True for ``slsrep`` of *sales reps*: the last word whole, and of the others some letters in their order."""
    words = [*(token.lower for token in tokens[:-1]), *(singular(token.lower) for token in tokens[-1:])]
    if len(words) < _PAIR or not all(token.kind == "word" for token in tokens) or not name.lower().endswith(words[-1]):
        return False
    head, letters = "".join(words[:-1]), iter("".join(words[:-1]))
    start = name.lower().removesuffix(words[-1]).rstrip("_")
    return len(start) > 1 and head[0] == start[0] and all(letter in letters for letter in start)


def _value(brief: Brief, one: Listed, table: TableRef, tables: Sequence[TableRef]) -> _Value | None:
    """What stands in a column of the list for the rows of one table."""
    texts = [token for token in brief.said.tokens[one.start : one.end] if token.kind == "text"]
    if len(texts) == len(tables):
        return _constant(brief, texts, table, tables)
    column = _column(brief, one, table, tables)
    done = cleaning_of(brief, one.start, one.end)
    if column:
        type_ = next(c.type for c in brief.said.tables[table].schema if c.name == column)
        sql = done.sql(column, type_) if done else quote(column)
        return _Value(sql, "string" if done else type_)
    pair = _names(brief, one, table)
    if pair is None:
        return None
    return _Value(_dressed(f"concat({quote(pair[0])}, ' ', {quote(pair[1])})", done), "string")


def _dressed(sql: str, done: Cleaning) -> str:
    sql = f"trim({sql})" if done.is_trimmed else sql
    return f"{done.case}({sql})" if done.case else sql


def _constant(brief: Brief, texts: Sequence[Token], table: TableRef, tables: Sequence[TableRef]) -> _Value | None:
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
    return _Value(f"'{text.replace(chr(39), chr(39) * 2)}'", "string")


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
    return alike[0] if len(alike) == 1 else _short(brief, one.name, table, tables)


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
    first = [name for name, own in words.items() if own & _FIRST]
    last = [name for name, own in words.items() if own & _LAST]
    is_name = "name" in words_of(one.name) or brief.places(("name",), one.start, one.end)
    is_said = brief.has("full") or (brief.has(*_FIRST, *first) and brief.has(*_LAST, *last))
    return (first[0], last[0]) if len(first) == 1 == len(last) and is_name and is_said else None


def _is_text(brief: Brief, one: Listed) -> bool:
    return bool(brief.places(_TEXT, one.start, one.end))


def _leave_out_empties(brief: Brief, flow: Flow, shown: Sequence[Listed]) -> bool:
    """Leave out rows without a column of the list, where that is said; false where something else is said of them."""
    for place in brief.places(ABSENT):
        if brief.ledger.covers(place) or any(one.start <= place < one.end for one in shown):
            continue
        start, end = brief.clause(place)
        named = {one.name for one in shown if one.name.casefold() in brief.words[start:end]}
        if not named:
            continue
        if len(named) != 1 or not _OUT & set(brief.words[start:end]):
            return False
        name = named.pop()
        flow.filter(f"{quote(name)} is not null")
        brief.explain(start, end, f"rows without {name} are left out")
    return True


STACKED = Recipe(
    "rows of two tables in one list",
    _fits,
    _cook,
    words=_STACKS | _DISTINCT | _FIRST | _LAST | _TEXT | frozenset(
        """
        other upper lower case capitals over across list source origin name full space blank separated between
        joined company companies side combine make found among from appear appearing occur occurring place serve
        where have are alphabetical sort sorted order ordered then alphabetically by each any entry people
        person staff member underneath below respectively same two firm business system uppercase lowercase
        number into of in put bring lists tables sources / = + resp
        """.split()
    ),
    turning=frozenset({"no", "only", "without"}),
)  # fmt: skip
