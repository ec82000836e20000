"""What the rows of a matrix are, and which of its columns is the total."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cells import Cells
from datamorph.planning.offline.recipes.listed import is_identifier
from datamorph.planning.offline.recipes.shape_words import (
    kind_of,
    mentions,
    name_words,
    owner_of,
    reachable,
    relation_to,
)
from datamorph.planning.offline.recipes.spread import Amount
from datamorph.planning.offline.relations import Relation

_TOTALS = frozenset("total totals sum overall grand all altogether".split())
_LEADS = frozenset("finally and plus then a the last also lastly , ( column".split())
_KEEPS = frozenset("include included including appear appears stay stays keep kept too even still also have".split())
_LEAVES = frozenset("leave left drop dropped exclude excluded skip skipped omit omitted ignore ignored".split())
_NONE = frozenset("none no without missing empty blank null nobody unassigned unknown lacking lack has".split())
_ROWS = ("row", "rows", "per", "each", "every", "by", "down", "line")
_FAR = 7


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column that tells which row it is."""

    name: str
    place: int
    table: TableRef
    column: str


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a matrix.

    Attributes:
        entity: how the amounts refer to the table whose every row is one of the result; None for groups.
        label: what stands where the group has no value.
    """

    columns: tuple[RowColumn, ...]
    entity: Relation | None = None
    label: str = ""


def find_total(brief: Brief, cells: Cells) -> tuple[str, int] | None:
    """The name and the place of the total; None without one."""
    listed = [one for one in brief.listed if one.place not in cells.places and name_words(one.name) & _TOTALS]
    if len(listed) == 1:
        return listed[0].name, listed[0].place
    last = max(cells.places)
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
    return None


def _called(brief: Brief, place: int) -> tuple[str, int] | None:
    """The name in quotes: ``the total as `amount` ``."""
    for i in range(place + 1, min(place + 5, len(brief) - 1)):
        token = brief.said.tokens[i + 1]
        if brief.words[i] in ("as", "called", "named") and token.kind in ("text", "name"):
            brief.explain(place, i + 2, "the total")
            return token.lower, i + 1
    return None


def find_rows(brief: Brief, cells: Cells, amount: Amount, total: int | None) -> Rows | None:
    """What the rows are: a listed column or several, else the one behind *rows*, *per* and the like."""
    tables = reachable(brief, amount.table)
    listed = [one for one in brief.listed if one.place not in cells.places and one.place != total]
    columns = [_listed(brief, tables, amount, one.name, one.place) for one in listed]
    if not listed:
        columns = [_behind_rows(brief, tables, cells, amount)]
    if not columns or None in columns:
        return None
    kept = tuple(one for one in columns if one is not None)
    relation = _entity(brief, amount, kept)
    label = _label(brief, kept)
    if relation is not None and not label:
        names = {one.column for one in kept}
        if names != set(relation.target_columns) or _keeps_all(brief):
            held = tuple(RowColumn(o.name, o.place, *_held(brief, relation, o)) for o in kept)
            return None if _leaves(brief) else Rows(held, relation)
        if _is_open(brief, relation):
            return None
    return Rows(kept, None, label)


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


def _listed(brief: Brief, tables: list[TableRef], amount: Amount, name: str, place: int) -> RowColumn | None:
    owner = owner_of(brief, name, [t for t in tables if t in brief.mentioned] + tables)
    if owner is None:
        owner = _defined(brief, tables, place)
    return RowColumn(name, place, *owner) if owner else None


def _defined(brief: Brief, tables: list[TableRef], place: int) -> tuple[TableRef, str] | None:
    """The column behind a new name: ``support_rep = last name``, ``client (the client_name)``."""
    behind = brief.said.tokens[place + 1].text if place + 1 < len(brief) else ""
    if behind not in ("=", "("):
        return None
    for table in tables:
        found = [m for m in mentions(brief, table) if place + 1 < m.start <= place + 4]
        if found:
            return table, found[0].column
    return None


def _behind_rows(brief: Brief, tables: list[TableRef], cells: Cells, amount: Amount) -> RowColumn | None:
    """The one column that follows *rows* or *per*."""
    found: dict[tuple[TableRef, str], RowColumn] = {}
    for place in brief.places(_ROWS):
        for table in tables:
            for one in mentions(brief, table, spelled=True):
                is_other = (table, one.column) != (cells.table, cells.column) and one.column not in amount.columns
                is_other = is_other and kind_of(brief, table, one.column) != "time"
                if place < one.start <= place + _FAR and is_other and is_identifier(brief.said, one.start):
                    found.setdefault((table, one.column), RowColumn(one.column, -1, table, one.column))
    own = [one for one in found.values() if one.table == amount.table]
    columns = {one.column for one in found.values()}
    if len(columns) == 1:
        return own[0] if own else next(iter(found.values())) if len(found) == 1 else None
    return None


def _entity(brief: Brief, amount: Amount, kept: Iterable[RowColumn]) -> Relation | None:
    """The table whose key is among the columns and that has the others too."""
    columns = list(kept)
    found: list[Relation] = []
    for table in brief.said.tables:
        relation = relation_to(brief, amount.table, table) if table != amount.table else None
        if relation is None:
            continue
        tables = reachable(brief, table)
        has_key = any(
            (own := owner_of(brief, one.name, [table])) and own[1] == relation.target_columns[0] for one in columns
        )
        if has_key and all(owner_of(brief, one.name, tables) for one in columns):
            found.append(relation)
    return found[0] if len(found) == 1 else None


def _label(brief: Brief, kept: tuple[RowColumn, ...]) -> str:
    """What stands for no value: ``with 'nobody' for customers that have none``."""
    texts = [p for p, token in enumerate(brief.said.tokens) if token.kind == "text"]
    if len(texts) != 1 or len(kept) != 1:
        return ""
    near = brief.words[max(texts[0] - 8, 0) : texts[0] + 9]
    if not set(near) & _NONE:
        return ""
    brief.explain(texts[0], texts[0] + 1, "where there is no value")
    return brief.said.tokens[texts[0]].lower


def _without(brief: Brief) -> list[set[str]]:
    """Words of the clauses that speak of things without rows."""
    found: list[set[str]] = []
    for place in brief.places(("without", "no", "not", "nothing")):
        start, end = brief.clause(place)
        found.append(set(brief.words[start:end]))
    return found


def _keeps_all(brief: Brief) -> bool:
    return any(words & _KEEPS for words in _without(brief)) and not _leaves(brief)


def _leaves(brief: Brief) -> bool:
    return any(words & _LEAVES for words in _without(brief))
