"""How tables refer to each other: declared keys, names and values as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, containment
from datamorph.core.datatype import common_type, is_integer, is_number
from datamorph.core.table import Column, TableRef
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import SYNONYMS_OF, NameIndex

_DECLARED, _SAME_NAME, _NAMED_KEY, _IN_ROLE, _BY_VALUES = 1.0, 0.9, 0.85, 0.69, 0.6
_CONTAINED, _OWN = 0.8, 0.95
_OVERLAP = 0.3
_FEWEST_VALUES = 3
_KEYS = ("id", "key", "code", "number")
_REFERRING = ("ref", "reference", "fk")


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of ``table`` refer to at most one row of ``target`` each.

    Attributes:
        score: strength of the evidence, 1 for a declared key.
        coverage: estimated share of the values that the target holds; below 1 some rows have no match.
    """

    table: TableRef
    columns: tuple[str, ...]
    target: TableRef
    target_columns: tuple[str, ...]
    score: float
    coverage: float


class Relations:
    """All relations of a catalog, found by need."""

    def __init__(self, catalog: Catalog, names: NameIndex) -> None:
        self._tables = {table.ref: table for table in catalog.tables}
        self._names = names
        self._known: dict[tuple[TableRef, TableRef], tuple[Relation, ...]] = {}
        self._paths: dict[tuple[TableRef, TableRef, int], tuple[tuple[tuple[Relation, ...], ...], ...]] = {}

    def between(self, table: TableRef, target: TableRef) -> tuple[Relation, ...]:
        """Ways in which rows of one table refer to rows of the other, best evidence first."""
        known = self._known.get((table, target))
        if known is None:
            found = list(self._find(self._tables[table], self._tables[target]))
            found.sort(key=lambda r: (-r.score, -r.coverage, r.columns, r.target_columns))
            best = found[0].score if found else 0.0
            known = self._known[table, target] = tuple(r for r in found if r.score >= best - 0.1)
        return known

    def roles(self, table: TableRef, target: TableRef) -> tuple[Relation, ...]:
        """Ways with less evidence than the best one: ``rehearsal_hall_id`` beside ``hall_id``."""
        return tuple(r for r in self._find(self._tables[table], self._tables[target]) if r.score == _IN_ROLE)

    def path(self, start: TableRef, goal: TableRef, *, most: int = 4) -> tuple[tuple[Relation, ...], ...]:
        """Hops to the goal, one set of equally good relations per hop; empty when it cannot be reached."""
        return next(iter(self.paths(start, goal, most=most)), ())

    def paths(self, start: TableRef, goal: TableRef, *, most: int = 4) -> tuple[tuple[tuple[Relation, ...], ...], ...]:
        """The shortest ways to the goal, which differ by a table on the way."""
        known = self._paths.get((start, goal, most))
        if known is None:
            known = self._paths[start, goal, most] = self._search(start, goal, most)
        return known

    def _search(self, start: TableRef, goal: TableRef, most: int) -> tuple[tuple[tuple[Relation, ...], ...], ...]:
        near = [table for table in self._tables if table.domain == start.domain]
        seen, frontier = {start}, [(start, ())]
        for _ in range(most if start.domain == goal.domain else 0):
            following: list[tuple[TableRef, tuple[tuple[Relation, ...], ...]]] = []
            for place, hops in frontier:
                for target in near:
                    if target not in seen and (found := self.between(place, target)):
                        following.append((target, (*hops, found)))
            if reached := tuple(hops for place, hops in following if place == goal):
                return reached
            seen |= {place for place, _ in following}
            frontier = following
        return ()

    def key(self, table: TableRef) -> tuple[str, ...]:
        """Columns that identify a row: the declared key, else a unique column that is named like one."""
        found = self._tables[table]
        if found.primary_key:
            return found.primary_key
        unique = [c.name for c in found.schema if found.profile.is_unique(c.name)]
        first = found.schema.names[0] if found.schema.names else ""
        likely = [name for name in unique if self._key_rank(found, name) <= 1 or name == first]
        likely.sort(key=lambda name: (self._key_rank(found, name), found.schema.names.index(name)))
        return tuple(likely[:1])

    def _key_rank(self, table: CatalogTable, name: str) -> int:
        words = self._names.column_words[table.ref, name]
        own = self._names.table_words[table.ref]
        if words in (("id",), ("key",), (*own, "id"), (*own, "key"), (*own, "code"), ("code",)):
            return 0
        return 1 if words[-1] in _KEYS else 2

    def selves(self, table: TableRef) -> list[tuple[str, str]]:
        """Columns whose values are keys of the same table, each with that key: who reports to whom."""
        key = self.key(table)
        found = self._tables[table]
        declared = [(f.columns[0], f.target_columns[0]) for f in found.foreign_keys if f.target == table]
        if declared or len(key) != 1:
            return declared
        outer, held = self._profile(table, key[0]), found.schema.get(key[0])
        return [
            (column.name, key[0])
            for column in found.schema
            if column.name != key[0]
            and held is not None
            and common_type(column.type, held.type) is not None
            and (inner := self._profile(table, column.name)).distinct
            and containment(inner, outer) >= _OWN
        ]

    def is_unique(self, table: TableRef, columns: tuple[str, ...]) -> bool:
        """True when no two rows share these columns, as far as is known."""
        found = self._tables[table]
        if found.primary_key and set(found.primary_key) <= set(columns):
            return True
        return any(found.profile.is_unique(column) for column in columns)

    def coverage(self, table: TableRef, column: str, target: TableRef, target_column: str) -> float:
        """Estimated share of values that the target column holds too."""
        inner, outer = self._profile(table, column), self._profile(target, target_column)
        return containment(inner, outer)

    def _find(self, table: CatalogTable, target: CatalogTable) -> Iterator[Relation]:
        if table.ref == target.ref:
            return
        declared = [key for key in table.foreign_keys if key.target == target.ref]
        for key in declared:
            share = self.coverage(table.ref, key.columns[0], target.ref, key.target_columns[0])
            yield Relation(table.ref, key.columns, target.ref, key.target_columns, _DECLARED, share or 1.0)
        if not declared:
            yield from self._inferred(table, target)

    def _inferred(self, table: CatalogTable, target: CatalogTable) -> Iterator[Relation]:
        whole = [c for c in target.schema if not is_number(c.type) or is_integer(c.type)]  # an amount is no key
        keys = [c for c in whole if self.is_unique(target.ref, (c.name,))]
        for key in keys:
            alike = [column for column in table.schema if common_type(column.type, key.type) is not None]
            found = {column.name: self._evidence(table, column, target, key) for column in alike}
            for column in alike:
                score, share = found[column.name]
                score = score or max((found[twin][0] for twin in self._twins(table.ref, column.name, found)), default=0)
                if score and (share >= _OVERLAP or found[column.name][0]):
                    yield Relation(table.ref, (column.name,), target.ref, (key.name,), score, share)

    def _twins(self, table: TableRef, column: str, others: Iterable[str]) -> list[str]:
        """Columns that play another part for the same kind of thing: ``dest_depot`` beside ``orig_depot``."""
        words = self._names.column_words[table, column]
        if set(words[1:]) <= KEY_WORDS:
            return []
        found = ((other, self._names.column_words[table, other]) for other in others if other != column)
        return [other for other, own in found if len(own) == len(words) > 1 and own[1:] == words[1:]]

    def _evidence(self, table: CatalogTable, column: Column, target: CatalogTable, key: Column) -> tuple[float, float]:
        inner, outer = self._profile(table.ref, column.name), self._profile(target.ref, key.name)
        share = containment(inner, outer)
        is_known = bool(inner.sketch and outer.sketch)
        if is_known and share < _OVERLAP:
            return 0.0, share
        named = self._named(table.ref, column.name, target.ref, key.name)
        if named:
            return named, share if is_known else 1.0
        is_code = column.type == "string" and not is_integer(key.type)
        if is_code and share >= _CONTAINED and inner.distinct >= _FEWEST_VALUES and _looks_like_key(outer):
            return _BY_VALUES, share
        return 0.0, share

    def _named(self, table: TableRef, column: str, target: TableRef, key: str) -> float:
        words, key_words = self._names.column_words[table, column], self._names.column_words[target, key]
        own = self._names.table_words[target]
        if words == key_words and words not in (("id",), ("name",)) and words[-1] in (*_KEYS, *key_words):
            return _SAME_NAME if words[-1] in _KEYS or words[0] != "name" else 0.0
        full = key_words if key_words[: len(own)] == own else (*own, *key_words)
        if words == full or words == (own[-1], *key_words):
            return _NAMED_KEY
        stem = words[:-1] if words[-1] in (*_KEYS, *_REFERRING) else ()
        if key_words[-1] in _KEYS and stem:
            if stem == own or (own[-1] in SYNONYMS_OF.get(stem[-1], ())):
                return _NAMED_KEY - 0.05
            is_in_role = any(words[-len(one) :] == one for one in (full, (own[-1], *key_words)) if len(one) > 1)
            return _IN_ROLE if is_in_role else 0.0  # ``start_station_id`` of a trip
        return 0.0

    def _profile(self, table: TableRef, column: str) -> ColumnProfile:
        return self._tables[table].profile.columns.get(column, ColumnProfile())


def _looks_like_key(profile: ColumnProfile) -> bool:
    return profile.distinct >= _FEWEST_VALUES and not profile.nulls
