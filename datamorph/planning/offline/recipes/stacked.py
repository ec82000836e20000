"""Rows of two tables in one list: constants that tell them apart, and columns that are called the same there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import EXACT, HEAD, OWN, SYNONYM, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed, parts_of_lists
from datamorph.planning.offline.recipes.mentions import sentence
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.slots import ABSENT, ordering
from datamorph.planning.offline.recipes.stacked_values import (
    FIRST,
    LAST,
    ORDERS,
    Value,
    is_short,
    shared_value,
    value_of,
)
from datamorph.planning.offline.tokens import Token, singular

_STACKS = frozenset(
    """
    union unioned stack stacked stacking append appended concatenate concatenated combine combined merge merged
    underneath under below beneath together both either pool pooled consolidate consolidated single unified
    joint common directory list distinct unique combinations combination pairs pair
    """.split()
)
_DISTINCT = frozenset(
    """
    distinct unique once deduplicated de-duplicated duplicated different duplicates duplicate repeats repeated
    repetition
    """.split()
)
_MERGES = frozenset("merging merge dedupe deduplication deduplicating deduplicate matching".split())
_FILLERS = frozenset("then resp ascending descending alphabetical blank space comma".split())
_DEFINES = frozenset({"is", "=", "(", "being", "their", "the", "holds", "as", "from", "set", "says", "has", "with"})
_OUT = frozenset(
    "out skip skipped ignore ignored drop dropped exclude excluded excluding omit omitted without leave".split()
)
_TEXT = frozenset({"text", "string", "varchar"})
_LIVING = frozenset(
    "live lives living base based sit sits located situated come comes reside resides home from is are".split()
)
"""How somebody or something has a place."""
_JOINERS = frozenset({"and", "/", "+", "&", ",", "with"})
_FEWEST, _PAIR, _LONGEST = 2, 2, 8
_SHORTEST = 3


def _fits(brief: Brief) -> bool:
    is_one = any(brief.phrase("one", thing) is not None for thing in ("table", "list", "another"))
    is_one = is_one or brief.phrase("on", "top", "of") is not None
    return (is_one or bool(brief.places(_STACKS | _DISTINCT))) and len(brief.said.tables) > 1


def _cook(brief: Brief) -> Flow | None:
    tables = _tables(brief)
    pair = _combination(brief, tables) if tables else ()
    shown = pair or _listed(brief)
    fewest = 1 if _is_distinct(brief) else _FEWEST
    _explain_no_merging(brief)
    if len(shown) < fewest or tables is None or _asks_for_both(brief, shown):
        return None
    if _is_distinct(brief) and _compares(brief):
        return None
    values = [
        [
            shared_value(brief, one.place, table) if pair
            else value_of(brief, one, table, tables, is_keyed=not _is_distinct(brief))
            for one in shown
        ]
        for table in tables
    ]  # fmt: skip
    found = [[value for value in row if value is not None] for row in values]
    if any(len(row) != len(shown) or len({value.sql for value in row}) < len(row) for row in found):
        return None
    texts = [
        len({row[n].type for row in found}) > 1 or bool(brief.places(_TEXT, one.start, one.end))
        for n, one in enumerate(shown)
    ]
    flow = Flow(brief.work)
    parts = [_part(brief, flow, table, shown, row, texts) for table, row in zip(tables, found, strict=True)]
    is_distinct = _is_distinct(brief)
    flow.frames.where = {}
    flow.add("union", "all_rows", of=parts, distinct=is_distinct)
    if not _leave_out_empties(brief, flow, shown):
        return None
    if not _sorts(brief, flow, shown):
        return None
    _explain_owners(brief, tables)
    if is_distinct:
        _explain_living(brief, tables)
    for place in brief.places(_STACKS):
        brief.explain(place, place + 1, "one list of two tables")
    brief.work.key = tuple(one.name for one in shown) if is_distinct else ()
    return flow


def _sorts(brief: Brief, flow: Flow, shown: Sequence[Listed]) -> bool:
    """Order the list as it is said; false where that is not understood."""
    order = ordering(brief, shown, ()) or _plain_order(brief, shown)
    order = order or [one.name for one in shown if brief.places(ORDERS) and len(shown) == 1]
    if order:
        flow.sort(order)
        for place in brief.places(ORDERS):
            brief.explain(place, place + 1, "the order")
    return bool(order) or not brief.places(ORDERS)


def _plain_order(brief: Brief, shown: Sequence[Listed]) -> list[str]:
    """``by country and within that by city``, where every column of the list is said behind *by*; one, from A to Z."""
    is_one = len(shown) == 1 and bool(brief.places(("alphabetical", "alphabetically")) or brief.phrase("a", "to", "z"))
    if is_one and not brief.has("reverse", "descending"):
        return [shown[0].name]
    names = {one.name.casefold(): one.name for one in shown}
    spots = [i for i in brief.places(("by",)) if i + 1 < len(brief) and brief.words[i + 1] in names]
    end = sentence(brief, spots[0])[1] if spots else 0
    said = [names[brief.words[i]] for i in range(spots[0], end) if brief.words[i] in names] if spots else []
    return said if sorted(said) == sorted(names.values()) else []


def _is_distinct(brief: Brief) -> bool:
    return any(not brief.ledger.covers(place) for place in brief.places(_DISTINCT))


def _explain_no_merging(brief: Brief) -> None:
    """Close ``No merging of people who are in both.``: all rows stand in the list."""
    for place in brief.places(_MERGES):
        end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text in ".;!"), len(brief))
        start = brief.clause(place)[0]
        if set(brief.words[max(start, place - 3) : place]) & {"no", "not", "don't", "without"}:
            brief.explain(start, end, "all rows stand in the list")


def _part(
    brief: Brief, flow: Flow, table: TableRef, shown: Sequence[Listed], row: Sequence[Value], texts: Sequence[bool]
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
    best, said = _in_parts(brief), [one for one in brief.listed if not _is_column_of_one(brief, one.name)]
    told = [place for one in best for place in (one.place, *range(one.start, one.end))]
    is_whole = len(best) >= _FEWEST and all(one.place in told for one in brief.listed)
    best = best if is_whole or len(best) > len(said) else brief.listed
    names = {one.name for one in best}
    return (*(one for one in _told_apart(brief) if one.name not in names), *best)


def _combination(brief: Brief, tables: Sequence[TableRef]) -> tuple[Listed, ...]:
    """``town / country pairs``, ``each city and country``: the longest run of names that both tables have."""
    if not _is_distinct(brief):
        return ()
    runs: list[list[Listed]] = []
    spots = [place for place in range(len(brief)) if _is_shared(brief, place, tables)]
    for place in spots:
        is_next = bool(runs) and runs[-1][-1].place == place - 2 and brief.said.tokens[place - 1].lower in _JOINERS
        one = Listed(brief.said.tokens[place].text, place, place + 1, place + 1)
        if is_next and one.name.casefold() not in {other.name.casefold() for other in runs[-1]}:
            runs[-1].append(one)
        else:
            runs.append([one])
    best = max(runs, key=len) if runs else []
    columns = {tuple(shared_value(brief, one.place, table) for table in tables) for one in best}
    is_whole = all(tuple(shared_value(brief, place, table) for table in tables) in columns for place in spots)
    return tuple(best) if is_whole and (len(best) >= _FEWEST or not _listed(brief)) else ()


def _asks_for_both(brief: Brief, shown: Sequence[Listed]) -> bool:
    """True for *who are in both*, unlike *the name is first and last name in both*."""
    both = brief.phrase("in", "both")
    if both is None or brief.ledger.covers(both):
        return False
    start = sentence(brief, both)[0]
    names = {words_of(one.name) for one in shown} | {(one.name.casefold(),) for one in shown}
    is_told = any(
        tuple(brief.lemmas[i - len(name) : i]) == name
        for name in names for i in brief.places(("is", "=", "being"), start, both)
    )  # fmt: skip
    return not is_told


def _compares(brief: Brief) -> bool:
    """True for *where both a guest and a host live*, and for *how many towns*: no list of what either has."""
    both = [i for i in brief.places(("both",)) if brief.words[i + 1 : i + 2] not in (("tables",), ("lists",))]
    return bool(both) or brief.has("many", "count", "counted") or brief.phrase("number", "of") is not None


def _is_shared(brief: Brief, place: int, tables: Sequence[TableRef]) -> bool:
    """True for a word that one column of each table is called by."""
    token = brief.said.tokens[place]
    if not token.is_word or token.lower in NEVER_GLUE or brief.said.table(place) is not None:
        return False
    return all(shared_value(brief, place, table) for table in tables)


def _told_apart(brief: Brief) -> Iterator[Listed]:
    """``with a column business that says 'food' or 'service'``."""
    for place in brief.places(("column", "field")):
        token = brief.said.tokens[place + 1] if place + 1 < len(brief) else None
        end = brief.clause(place)[1]
        texts = [i for i in range(place + 2, end) if brief.said.tokens[i].kind == "text"]
        if token is not None and token.is_word and len(texts) == _PAIR and token.text not in brief.said.column_names:
            yield Listed(token.text, place + 1, place + 2, end)


def _in_parts(brief: Brief) -> tuple[Listed, ...]:
    """The longest run of names that are defined or stand alone."""
    best: tuple[Listed, ...] = ()
    for parts in parts_of_lists(brief.said):
        found: list[Listed] = []
        for place, end in parts:
            token = brief.said.tokens[place]
            behind = brief.said.tokens[place + 1].text if place + 1 < end else ""
            is_new = is_identifier(brief.said, place) and token.text not in brief.said.column_names
            is_name = token.is_word and (place + 1 == end or behind.lower() in _DEFINES or is_new)
            is_name = is_name and token.kind != "text" and token.text not in [one.name for one in found]
            if is_name and token.lower not in NEVER_GLUE and token.lower not in ("in", "for", "with", "a", *_FILLERS):
                found.append(Listed(token.text, place, place + 1, end))
            elif found:
                found[-1] = Listed(found[-1].name, found[-1].place, found[-1].start, end)
        best = tuple(found) if len(found) > len(best) else best
    return best


def _is_column_of_one(brief: Brief, name: str) -> bool:
    """True for what one table alone calls a column: the list of two may be made of it, but is not called so."""
    return sum(name in table.schema.names for table in brief.said.tables.values()) == 1


def _tables(brief: Brief) -> tuple[TableRef, TableRef] | None:
    """The two tables whose rows stand in the list; None where it is not clear which."""
    found = list(dict.fromkeys(_of_domains(brief)))
    if len(found) != _PAIR:
        found = list(dict.fromkeys(_owners(brief)))
    if len(found) != _PAIR or len({ref.domain for ref in found}) < len(found):
        found = list(dict.fromkeys(_candidates(brief)))
    for least in (OWN, EXACT):
        found = found if len(found) <= _PAIR else list(dict.fromkeys(_candidates(brief, least)))
    domains = {ref.domain for ref in found}
    if len(found) != _PAIR or (len(domains) == 1 and len(brief.said.domains) > 1):
        return None
    return found[0], found[1]


def _owners(brief: Brief) -> Iterator[TableRef]:
    """``where place is VenueName or siteName``: the tables that alone have the columns that are spelled out."""
    listed = {one.name for one in brief.listed}
    for place, token in enumerate(brief.said.tokens):
        owners = [ref for ref, table in brief.said.tables.items() if token.text in table.schema.names]
        is_plain = token.kind == "word" and token.text == token.lower
        if len(owners) == 1 and is_identifier(brief.said, place) and not is_plain and token.text not in listed:
            yield owners[0]


def _of_domains(brief: Brief) -> Iterator[TableRef]:
    """``the food customers``, ``customers of food``: a table beside the name of its domain, or named with it."""
    for place, word in enumerate(brief.words):
        found = brief.said.table(place)
        if found is not None and brief.said.tokens[place].text.count(".") and found[1].domain.lower() in word:
            yield found[1]
            continue
        tables = [ref for ref in brief.said.tables if ref.domain.lower() == word]
        is_of = place > 1 and brief.words[place - 1] in ("of", "from")
        spots = [(place + 1, length) for length in (3, 2, 1)]
        spots += [(place - 1 - length, length) for length in (3, 2, 1) if is_of and place - 1 - length >= 0]
        yield from [ref for spot in spots if tables and (ref := _linked(brief, tables, *spot)) is not None][:1]


def _linked(brief: Brief, tables: Sequence[TableRef], place: int, length: int) -> TableRef | None:
    """The one of some tables that a run of words names."""
    run = brief.said.tokens[place : place + length]
    links = {link.table for link in brief.said.links(place, length) if not link.column and link.score >= HEAD}
    lemmas = tuple(token.lemma for token in run)
    found = [
        ref for ref in tables
        if ref in links or _abbreviates(ref.name, run) or brief.said.names.table_words[ref][:length] == lemmas
    ]  # fmt: skip
    return found[0] if len(found) == 1 and len(run) == length else None


def _explain_owners(brief: Brief, tables: Sequence[TableRef]) -> None:
    """Close ``of the carrier and the software firm`` behind the noun that both tables are called by, and ``reps``."""
    on_top = brief.phrase("on", "top", "of")
    if on_top is not None:
        brief.explain(on_top, on_top + 3, "one list of two tables")
    short = {lemma for lemma in brief.lemmas for ref in tables if is_short(ref.name.lower(), lemma)}
    for place in brief.places(short):
        brief.explain(place, place + 1, "one of the tables")
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


def _explain_living(brief: Brief, tables: Sequence[TableRef]) -> None:
    """Close ``in which a guest or a host lives`` and ``only once``: how places belong to those that have them."""
    for place in brief.places(_LIVING):
        start = brief.clause(place)[0]
        owners = {link.table for i in range(start, place) for link in brief.said.links(i, 1) if not link.column}
        if owners & set(tables):
            brief.explain(place, place + 1, "whose columns they are")
    for place in brief.places(("only", "exactly", "just")):
        if brief.words[place + 1 : place + 2] == ("once",):
            brief.explain(place, place + 1, "each once")


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
        yield from _owners(brief)


def _abbreviates(name: str, tokens: Sequence[Token]) -> bool:
    """True for ``slsrep`` of *sales reps*: the last word whole, and of the others some letters in their order."""
    words = [*(token.lower for token in tokens[:-1]), *(singular(token.lower) for token in tokens[-1:])]
    if len(words) < _PAIR or not all(token.kind == "word" for token in tokens) or not name.lower().endswith(words[-1]):
        return False
    head, letters = "".join(words[:-1]), iter("".join(words[:-1]))
    start = name.lower().removesuffix(words[-1]).rstrip("_")
    return len(start) > 1 and head[0] == start[0] and all(letter in letters for letter in start)


def _leave_out_empties(brief: Brief, flow: Flow, shown: Sequence[Listed]) -> bool:
    """Leave out rows without a column of the list, where that is said; false where something else is said of them."""
    for place in brief.places(ABSENT):
        if brief.ledger.covers(place) or any(one.start <= place < one.end for one in shown):
            continue
        start, end = brief.clause(place)
        if set(brief.words[start:end]) <= {"blank", "a", "one", "then", "and"}:  # what stands between two names
            continue
        named = {one.name for one in shown if one.name.casefold() in brief.words[start:end]}
        if not named and set(brief.words[start:end]) & (_DISTINCT | {"repetition", "repetitions"}):
            brief.explain(place, place + 1, "each once")
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
    words=_STACKS | _DISTINCT | FIRST | LAST | _TEXT | frozenset(
        """
        other upper lower case capitals over across list source origin name full space blank separated between
        joined company companies side combine make found among from appear appearing occur occurring place serve
        where have are alphabetical sort sorted order ordered then alphabetically by each any entry people
        person staff member underneath below respectively same two firm business system uppercase lowercase
        number into of in put bring lists tables sources / = + resp out plus within contact everyone everybody keep says
        say that those all every repetition exist exists work which comma another then i.e resp. columns
        turn up we add de z listed directly immediately already log register came come
        """.split()
    ),
)  # fmt: skip
