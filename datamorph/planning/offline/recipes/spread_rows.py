"""What the rows of a matrix are, which of them there are, and which of its columns is the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cells import Cells
from datamorph.planning.offline.recipes.list_parts import is_identifier
from datamorph.planning.offline.recipes.listed import Listed, parts_of_lists
from datamorph.planning.offline.recipes.margin import LAYOUT, RowColumn, find_margin, shown_columns
from datamorph.planning.offline.recipes.shape_words import (
    aliases,
    kind_of,
    mentions,
    name_words,
    owner_of,
    reachable,
    relation_to,
)
from datamorph.planning.offline.recipes.spread import Amount
from datamorph.planning.offline.recipes.spread_gaps import Gaps, find_gaps
from datamorph.planning.offline.relations import Relation

_TOTALS = frozenset("total totals sum overall grand all altogether".split())
_ADDS = frozenset("sum total added together altogether everything".split())
_SUMS = ("sum", "everything", "altogether")
_LEADS = frozenset("finally and plus then a the last also lastly , ( column".split())
_ROWS = ("row", "rows", "per", "each", "every", "by", "down", "line", "left", "side")
_NOUNS = frozenset("per each every by".split())
_NAMES = frozenset("name nm first last surname given family full".split())
_FAR, _NEXT = 7, 4


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a matrix.

    Attributes:
        entity: how the amounts refer to the table whose every row is one of the result; None for groups.
        owner: the table whose rows are meant where none of the columns is its key.
    """

    columns: tuple[RowColumn, ...]
    gaps: Gaps
    entity: Relation | None = None
    owner: TableRef | None = None


def find_total(brief: Brief, cells: Cells) -> tuple[str, int] | None:
    """The name and the place of the total; None without one."""
    others = [one for one in shown_columns(brief, cells.part) if one.place not in cells.places]
    listed = [one for one in others if name_words(one.name) & _TOTALS]
    last = max(cells.places)
    listed = listed or [one for one in others if one.place > last and _ADDS & set(_told(brief, one))]
    if len(listed) == 1:
        named = _apposed(brief, listed[0], others)
        return named.name, named.place
    for place in brief.places(("total", "totals")):
        before = brief.words[place - 1] if place else ""
        behind = brief.said.tokens[place + 1].lower if place + 1 < len(brief) else "."
        called = _called(brief, place)
        if place > last and called is not None:
            return called
        if (
            place > last
            and before in _LEADS
            and behind in ("for", "of", "over", "=", "(", ",", ".", ";", "across", "holding")
        ):
            return brief.said.tokens[place].text, place
    called = (_called(brief, place) for place in brief.places(_SUMS, last + 1))
    return next((one for one in called if one is not None), None)


def _told(brief: Brief, one: Listed) -> tuple[str, ...]:
    """What the prompt says about a listed column, before its name and behind it."""
    return brief.words[min(one.start, one.place) : max(one.end, one.place + _NEXT + 2)]


def _apposed(brief: Brief, total: Listed, others: Sequence[Listed]) -> Listed:
    """``paid, their total``: the name that the words for the total stand behind."""
    before = brief.said.tokens[max(total.place - 2, 0) : total.place]
    is_behind = [token.lower for token in before] in ([",", "their"], [",", "its"], [",", "the"])
    return next((one for one in others if is_behind and one.place == total.place - 3), total)


def _called(brief: Brief, place: int) -> tuple[str, int] | None:
    """The name behind *as* or *called*: ``the total as `amount` ``, ``everything together as paid``."""
    last = brief.clause(place)[1]
    for i in range(place + 1, min(place + 6, last - 1)):
        token = brief.said.tokens[i + 1]
        is_name = token.kind in ("text", "name") or (token.kind == "word" and i + 2 == last)
        if brief.words[i] in ("as", "called", "named") and is_name:
            brief.explain(place, i + 2, "the total")
            return token.lower, i + 1
    return None


def find_rows(brief: Brief, cells: Cells, amount: Amount, total: int | None) -> Rows | None:
    """What the rows are: listed columns, those in front of the cells, else the one behind *rows* or *per*."""
    tables = reachable(brief, amount.table)
    noun = _noun(brief, amount, tables)
    named = [noun] if noun else []
    meant = [*_referred(brief, tables), *named, *tables]
    margin = find_margin(brief, meant, cells.part)
    taken = {total, total + 3 if total is not None else None}
    listed = [
        (one.name, one.place)
        for one in shown_columns(brief, cells.part)
        if one.place not in cells.places and one.place not in taken and (margin is None or one.name != margin.name)
    ]
    listed = listed or (_in_front(brief, cells) if margin is None else [])
    columns = [_row_column(brief, [noun, *tables] if noun else tables, name, place) for name, place in listed]
    columns = [one for one in columns if one is None or (one.table, one.column) != (cells.table, cells.column)]
    columns = [*([margin] if margin else []), *columns] or [_behind_rows(brief, tables, cells, amount)]
    kept = tuple(one for one in columns if one is not None)
    if len(kept) != len(columns):
        return None
    inner = {cells.part, *words_of(cells.column), *aliases(brief, cells.column)} - {""}
    return _with_gaps(brief, amount, kept, noun, inner)


def _referred(brief: Brief, tables: Sequence[TableRef]) -> list[TableRef]:
    """Tables that the rows refer to by a column that the prompt spells: ``the member of staff in HandledBy``."""
    spelled = {token.text for token in brief.said.tokens if token.is_word}
    relations = [
        r for one in tables for other in tables if one != other for r in brief.said.relations.between(one, other)
    ]
    return [r.target for r in relations if set(r.columns) & spelled and not set(r.target_columns) & spelled]


def _with_gaps(
    brief: Brief, amount: Amount, kept: tuple[RowColumn, ...], noun: TableRef | None, inner: set[str]
) -> Rows | None:
    """The rows with what is said of those without an amount or without a name."""
    relation = _entity(brief, amount, kept, noun)
    things = {amount.table, *([noun] if noun else []), *([relation.target] if relation else [])}
    gaps = find_gaps(brief, [(one.table, one.column) for one in kept], things, amount.table, inner)
    if gaps.keeps and gaps.leaves:
        return None
    is_called = any(
        words_of(one.column)[-1] in LABELS or one.rest for one in kept
    )  # unlike a segment, which many share
    if relation is None or gaps.label:
        is_owned = noun is not None and all(one.table == noun for one in kept) and not gaps.label and is_called
        owner = noun if is_owned else None if gaps.label else _named_things(brief, amount, kept)
        return None if gaps.keeps else Rows(kept, gaps, None, owner)
    has_key = relation.target_columns[0] in {
        own[1] for one in kept if (own := owner_of(brief, one.name, [noun or relation.target]))
    }
    is_more = {one.column for one in kept} != set(relation.target_columns)
    if gaps.keeps or (has_key and is_more and not gaps.leaves):
        return Rows(tuple(RowColumn(o.name, o.place, *_held(brief, relation, o)) for o in kept), gaps, relation)
    if has_key and not gaps.leaves and _is_open(brief, relation):
        return None
    return Rows(kept, gaps, None, relation.target if is_called and not has_key else None)


def _named_things(brief: Brief, amount: Amount, kept: Sequence[RowColumn]) -> TableRef | None:
    """The table whose rows a single name stands for that several of them have: two people of one family name."""
    one = kept[0]
    is_name = bool(_NAMES & set(words_of(one.column))) and len(kept) == 1 and one.table != amount.table
    is_unique = one.place >= 0 and brief.said.relations.is_unique(one.table, (one.column,))
    return one.table if is_name and not is_unique else None


def _held(brief: Brief, relation: Relation, one: RowColumn) -> tuple[TableRef, str]:
    own = owner_of(brief, one.name, [relation.target])
    return own or (one.table, one.column)


def _is_open(brief: Brief, relation: Relation) -> bool:
    """True where it is not said whether things without any amount have a row, and where there are such things."""
    is_named = relation.target in {ref for _, ref in brief.tables_at()}
    found = brief.has("found", "occur", "occurring", "present")
    share = brief.said.relations.coverage(
        relation.target, relation.target_columns[0], relation.table, relation.columns[0]
    )
    return is_named and not found and share < 1


def _in_front(brief: Brief, cells: Cells) -> list[tuple[str, int]]:
    """The names in front of the cells in their list: ``Trainer (LastName of the trainer), Y2022, Y2023``."""
    first = min(cells.places)
    for parts in parts_of_lists(brief.said):
        at = next((n for n, (start, end) in enumerate(parts) if start <= first < end), 0)
        found = [spot for start, end in parts[:at] if (spot := _part_name(brief, start, end)) is not None]
        found = [place for place in found if brief.words[place] not in LAYOUT]
        if found:
            return [(brief.said.tokens[place].text, place) for place in found]
    return []


def _part_name(brief: Brief, start: int, end: int) -> int | None:
    """Where the name of one part of a list stands: before what defines it, alone, or spelled as names are."""
    for place in range(start, end):
        behind = brief.said.tokens[place + 1].text if place + 1 < end else ""
        if brief.said.tokens[place].is_word and behind in ("(", "="):
            return place
    if end - start == 1 and brief.said.tokens[start].is_word:
        return start
    named = [place for place in range(start, end) if is_identifier(brief.said, place)]
    return named[-1] if named and named[-1] == end - 1 else None


def _row_column(brief: Brief, tables: list[TableRef], name: str, place: int) -> RowColumn | None:
    owner = _defined(brief, tables, place) or owner_of(
        brief, name, [t for t in tables if t in brief.mentioned] + tables
    )
    return RowColumn(name, place, *owner) if owner else None


def _defined(brief: Brief, tables: list[TableRef], place: int) -> tuple[TableRef, str] | None:
    """The column behind a new name: ``support_rep = last name``, ``client (the client_name)``."""
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else ""
    if behind not in ("=", "("):
        return None
    for spelled in (True, False):
        for table in tables:
            found = [m for m in mentions(brief, table, spelled=spelled) if place + 1 < m.start <= place + _NEXT]
            if found:
                return table, found[0].column
    return None


def _behind_rows(brief: Brief, tables: list[TableRef], cells: Cells, amount: Amount) -> RowColumn | None:
    """The one column that stands beside *rows*, *per* and the like."""
    found: dict[tuple[TableRef, str], RowColumn] = {}
    for table, one in [(ref, one) for ref in tables for one in mentions(brief, ref, spelled=True)]:
        is_other = (table, one.column) != (cells.table, cells.column) and one.column not in amount.columns
        is_other = is_other and kind_of(brief, table, one.column) != "time" and is_identifier(brief.said, one.start)
        is_near = any(place < one.start <= place + _FAR for place in brief.places(_ROWS))
        is_near = is_near or set(brief.words[one.end : one.end + 3]) & {"down", "rows", "left"}
        if is_other and is_near:
            found.setdefault((table, one.column), RowColumn(one.column, -1, table, one.column))
    own = [one for one in found.values() if one.table == amount.table]
    columns = {one.column for one in found.values()}
    if len(columns) == 1:
        return own[0] if own else next(iter(found.values())) if len(found) == 1 else None
    return None


def _noun(brief: Brief, amount: Amount, tables: Sequence[TableRef]) -> TableRef | None:
    """The table behind *per*, *every* or *one row for each*, of which each row is one of the result."""
    found = [ref for ref in _nouns(brief) if ref in tables and ref != amount.table]
    return found[0] if len(set(found)) == 1 else None


def _nouns(brief: Brief) -> Iterator[TableRef]:
    named = list(brief.tables_at())
    for place in brief.places(_NOUNS):
        _, end = brief.clause(place)
        behind = [
            ref for at, ref in named if place < at < min(end, place + _NEXT) and not is_identifier(brief.said, at)
        ]
        yield from behind[:1]


def _entity(brief: Brief, amount: Amount, kept: Sequence[RowColumn], noun: TableRef | None) -> Relation | None:
    """How the amounts refer to the table that has all of the columns: its key among them, or its rows are the noun."""
    found: list[Relation] = []
    for table in brief.said.tables:
        relation = relation_to(brief, amount.table, table) if table != amount.table else None
        if relation is None:
            continue
        tables = reachable(brief, table)
        has_key = any(
            (own := owner_of(brief, one.name, [table])) and own[1] == relation.target_columns[0] for one in kept
        )
        is_noun = noun == table and all(one.table == table for one in kept)
        if is_noun or (has_key and all(owner_of(brief, one.name, tables) for one in kept)):
            found.append(relation)
    return found[0] if len(found) == 1 else None
