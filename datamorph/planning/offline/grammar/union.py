"""Tables under each other: ``stack customers and suppliers into one list: kind ('customer' or 'supplier'), name``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item, Output, UnionRequest
from datamorph.planning.offline.grammar.derived import read_derived
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.outputs import read_list
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Constant, Expression, Noun
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.phrases import phrase_set

_STACK = phrase_set((
    "stacking", "unioning", "appending", "concatenating", "pooling", "stacking up",
    "stack", "union", "union all", "concatenate", "stack up", "the union of", "union of", "append", "pool",
    "put together"))  # fmt: skip
_COMBINING = phrase_set(("combining", "merging", "putting together", "joining up", "uniting", "collecting"))
_BUILD = frozenset({"build", "make", "create", "produce", "form", "get", "prepare"})
_MOST_WORDS = 3
_COMBINE = phrase_set(("combine", "merge", "put", "bring", "collect", "unite"))
_ONE_LIST = phrase_set((
    "into one list", "in one list", "into a single list", "in a single list", "into one table", "into a single table",
    "on top of each other", "under each other", "one below the other", "one under the other", "into one column",
    "into one long list", "into one set", "to one list", "as one list", "underneath each other", "into one",
    "into one long table", "in one long list", "in a single table", "in one table", "by rows",
    "row by row"))  # fmt: skip
_TIES = frozenset({",", "and", "&", "with", "to", "plus", "or", "union", "+", "onto"})
_ALL = frozenset({"the", "all", "rows", "of", "records", "both", "from", "our", "entries", "lists", "list", "tables"})
_LABEL = frozenset({"column", "that", "which", "says", "saying", "telling", "tells", "with", "of", "showing", "shows",
                    "is", "being", "=", "set", "holding", "value", "values", "the", "either", "marking", ":", "to",
                    "(", "as"})  # fmt: skip
_FEWEST, _SHORTEST_PART = 2, 3


def read_union(reader: Reader, draft: Draft) -> bool:
    """The tables, how the list is made, and its columns behind a colon."""
    if draft.union is not None:
        return _label(reader, draft.union)
    start = reader.position
    is_certain = _heading(reader)
    is_certain = reader.take(_STACK) is not None or (is_certain and reader.take(_COMBINING) is not None)
    if not is_certain and reader.take(_COMBINE) is None:
        return False
    tables = tables_of_list(reader)
    reader.skip(("together", "tables", "rows"))
    is_certain = reader.take(_ONE_LIST) is not None or is_certain
    if len(tables) < _FEWEST or not is_certain:
        reader.position = start
        return False
    _start(draft, tables)
    _columns(reader, draft)
    return True


def _heading(reader: Reader) -> bool:
    """``build one ledger by``: what the list is called."""
    mark = reader.position
    if reader.word(*_BUILD) and reader.word("a", "one", "the", "an", "single"):
        for _ in range(_MOST_WORDS):
            if reader.is_kind("word"):
                reader.next()
            if reader.word("by"):
                return True
    reader.position = mark
    return False


def _start(draft: Draft, tables: list[Noun]) -> None:
    draft.union = UnionRequest(tables)
    draft.tables.append(tables[0])


def tables_of_list(reader: Reader) -> list[Noun]:
    """``customers and suppliers``, ``the orders of north and south``: at least two tables, each once."""
    found: list[Noun] = []
    while True:
        reader.skip(_ALL)
        table = read_table(reader)
        if table is None:
            return _unique(found)
        found += _of_domains(reader, table) or [table]
        mark = reader.position
        reader.skip(_TIES)
        if reader.position == mark:
            return _unique(found)


def _of_domains(reader: Reader, table: Noun) -> list[Noun]:
    """``the orders of north and south``: the same table in several subject areas."""
    mark = reader.position
    found: list[Noun] = []
    if reader.word("of", "from", "in"):
        reader.skip(ARTICLES | {"both"})
        while (domain := reader.lower()) in reader.domains and domain:
            reader.next()
            links = tuple(link for link in table.links if link.table.domain == domain)
            found += [replace(table, links=links[:1])] if links else []
            mark = reader.position
            reader.skip(_TIES)
    reader.position = mark
    return found


def _unique(tables: list[Noun]) -> list[Noun]:
    """One noun per table; a noun that fits several tables is none."""
    found: dict[str, Noun] = {}
    for noun in tables:
        best = [link for link in noun.links if link.score >= noun.links[0].score - 0.02]
        if len(best) == 1:
            found[str(best[0].table)] = replace(noun, links=(best[0],))
    return list(found.values()) if len(found) == len(tables) else []


def _columns(reader: Reader, draft: Draft) -> None:
    """``: kind ('customer' or 'supplier'), name, city``."""
    mark = reader.position
    if not reader.word(":", "with", "("):
        return
    union = draft.union
    while union is not None:
        reader.skip(("columns", "column", "and", ",", "a", "the"))
        if not _label(reader, union):
            outputs = read_list(reader, draft, is_certain=True)
            if not outputs:
                break
            draft.outputs += outputs
        elif union.label:
            draft.outputs.append(Output(Noun(union.label, (union.label.lower(),), (), reader.position)))
        mark = reader.position
        if reader.lower() not in (",", "and"):
            break
    reader.position = mark


def _label(reader: Reader, union: UnionRequest) -> bool:
    """``kind ('customer' or 'supplier')``, ``add a kind column with 'customer' and 'supplier'``."""
    start = reader.position
    reader.skip(ARTICLES | {"add", "with", "plus", "column", "and", ",", "called", "named"})
    name = reader.unlinked() if reader.peek() and reader.tokens[reader.position].is_word else None
    mark = reader.position
    reader.skip(_LABEL)
    values: list[str] = []
    while name is not None and reader.position > mark and reader.is_kind("text"):
        values.append(str(reader.next().value))
        if reader.word("for", "from"):
            reader.skip(ARTICLES)
            read_table(reader)
        reader.skip((",", "or", "and", "/"))
    if name is None or len(values) != len(union.tables) or union.label:
        reader.position = start
        return False
    reader.word(")")
    union.label, union.values = name.text, label_order(values, union.tables)
    reader.defined.append(Item(Noun(union.label, (union.label,)), frozenset({union.label}), union.label, union.label))
    return True


def label_order(values: list[str], tables: list[Noun]) -> list[str]:
    """The values in the order of the tables that they name; as they were said where they name none."""
    return named_order(values, tables) or values


def named_order(values: list[str], tables: list[Noun]) -> list[str]:
    """The values in the order of the tables that they name; none where they name none."""
    for names in (_names, _is_part):
        place = {value: n for n, table in enumerate(tables) for value in values if names(value, table)}
        if len(set(place.values())) == len(values):
            return sorted(values, key=lambda value: place[value])
    return []


def _names(value: str, table: Noun) -> bool:
    ref = table.links[0].table
    return value.lower() in (ref.domain, ref.name, *table.words, ref.name.rstrip("s"))


def _is_part(value: str, table: Noun) -> bool:
    """``move`` of stockmoves."""
    said, name = value.lower(), table.links[0].table.name.lower()
    return name.startswith(said) or (len(said) >= _SHORTEST_PART and said in name)


def read_special(reader: Reader, draft: Draft) -> bool:
    """``in jaffle the name is first name, space, last name``: a column of one of the tables."""
    union = draft.union
    if union is None:
        return False
    is_said = reader.word("in", "for", "from", "of")
    reader.skip(ARTICLES)
    table = _member(reader, union) if is_said else _owner(reader, union)
    reader.skip(ARTICLES | {","})
    is_named = table is not None and (reader.is_kind("word") or reader.is_kind("name"))
    name = _listed_name(draft, reader.unlinked()) if is_named else None
    if name is None or table is None or not reader.word("is", "=", "means", "comes"):
        return False
    reader.skip(("from", "the", "made", "of"))
    value: Expression | None = read_derived(reader) or read_expression(reader)
    if value is None and reader.is_kind("text"):
        value = Constant(str(reader.next().value))
    if value is None:
        return False
    union.special.append((table.links[0].table, name, value))
    return True


def _owner(reader: Reader, union: UnionRequest) -> Noun | None:
    """``a guest's``."""
    token = reader.peek()
    if token is None or not token.text.endswith(("'s", "\u2019s")):
        return None
    tables = {link.table for link in reader.links(reader.position, 1) if not link.column}
    reader.next()
    return next((noun for noun in union.tables if noun.links[0].table in tables), None)


def _listed_name(draft: Draft, name: Noun) -> Noun:
    """``a guest's name`` is ``person_name``, where that is the one column of the list with the word in it."""
    outputs = [output.noun for output in draft.outputs]
    found = [one for one in outputs if words_of(one.text)[-len(name.words) :] == name.words]
    is_own = any(one.text.lower() == name.text.lower() for one in outputs)
    return found[0] if len(found) == 1 and not is_own else name


def _member(reader: Reader, union: UnionRequest) -> Noun | None:
    """The table of the list that is named here, by itself or by its subject area."""
    areas = {noun.links[0].table.domain: noun for noun in union.tables}
    if len(areas) == len(union.tables) and reader.lower() in areas:
        return areas[reader.next().lower]
    table = read_table(reader)
    if table is None:
        return None
    wanted = {link.table for link in table.links}
    return next((noun for noun in union.tables if noun.links[0].table in wanted), None)


def read_origin(reader: Reader, draft: Draft) -> bool:
    """``... where we have customers or employees``: several tables that all have the columns named before."""
    if draft.union is not None or not draft.is_distinct or not draft.outputs:
        return False
    if not reader.word("where", "of", "from", "across", "in", "among", "with"):
        return False
    reader.skip(("we", "there", "have", "are", "all", "our", "either", "both", "the", "they", "live"))
    tables = tables_of_list(reader)
    shared = [_shared(reader, output.noun, tables) for output in draft.outputs]
    if len(tables) < _FEWEST or not all(shared):
        return False
    for output, words in zip(draft.outputs, shared, strict=True):
        output.noun = replace(output.noun, text="_".join(words), words=words, links=reader.names.links(words))
    _start(draft, tables)
    return True


def _shared(reader: Reader, noun: Noun, tables: list[Noun]) -> tuple[str, ...]:
    """The noun's words that name a column in each of the tables, without a table's name in front; else empty."""
    for start in range(len(noun.words)):
        links = reader.names.links(noun.words[start:])
        owners = {link.table for link in links if link.column and link.score >= OWN}
        if tables and owners >= {table.links[0].table for table in tables}:
            return noun.words[start:]
    return ()
