"""Chooses the table that rows are counted from and joins the others to it, without multiplying rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import JoinRequest
from datamorph.planning.offline.grammar.places import of_role
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.relations import Relation
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import singular

Way: TypeAlias = tuple[tuple[Relation, ...], ...]


class Joins:
    """Join paths of one plan."""

    def __init__(self, scope: Scope, requests: list[JoinRequest]) -> None:
        self._scope = scope
        self._requests = requests
        self.subjects: list[str] = []
        self.side = ""
        self.matched: set[TableRef] = set()
        self.kept: list[TableRef] = []
        self.keeps = False
        self.drops = False

    def explicit_tables(self) -> list[TableRef]:
        """Tables that the prompt says to join, in its order."""
        found = [self._scope.entity(noun) for request in self._requests for noun in request.tables]
        return list(dict.fromkeys(table for table in found if table is not None))

    def choose_root(
        self, facts: Iterable[TableRef], needed: Iterable[TableRef], *, may_bridge: bool = True
    ) -> TableRef:
        """The table whose rows refer, directly or not, to one row of every other needed table."""
        facts, needed = list(dict.fromkeys(facts)), list(dict.fromkeys(needed))
        for root in [*facts, *(table for table in needed if table not in facts)]:
            others = [*facts, *needed]
            if all(table == root or self._reaches(root, table) for table in others):
                return root
        bridge = self._bridge(needed) if may_bridge else None
        if bridge is not None:
            return bridge
        names = ", ".join(table.name for table in needed)
        raise Refused("impossible", f"{names} cannot be brought together without counting rows several times",
                      hint="name the table to count from and the columns to join on")  # fmt: skip

    def _bridge(self, needed: list[TableRef]) -> TableRef | None:
        """A table that is not named but refers to all that are, such as the one between playlists and tracks."""
        lengths = {
            t: [len(self._scope.relations.path(t, n)) for n in needed] for t in self._scope.tables if t not in needed
        }
        found = sorted((sum(hops), str(t), t) for t, hops in lengths.items() if all(hops))
        if not found or (len(found) > 1 and found[0][0] == found[1][0]):
            return None
        self._scope.dialog.assume(f"{' and '.join(t.name for t in needed)} are connected by {found[0][2].name}")
        return found[0][2]

    def _reaches(self, root: TableRef, table: TableRef) -> bool:
        return bool(self._scope.relations.path(root, table)) or self._explicit_keys(root, table) != []

    def bring(self, frames: Frames, root: TableRef, tables: Iterable[TableRef]) -> None:
        """Join everything that is needed to the current frame, which starts from the root.

        Raises:
            Refused: rows of another table than the root are to stay without a partner.
        """
        if lost := [table for table in self.kept if table != root]:
            message = f"rows of {lost[0].name} without a match, where the rows are {root.name}"
            raise Refused("out_of_scope", message, hint=f"ask for the {lost[0].name} themselves")
        joined = {root}
        for table in tables:
            if table not in joined:
                self._bring(frames, root, table, joined)

    def _bring(self, frames: Frames, root: TableRef, table: TableRef, joined: set[TableRef]) -> None:
        if keys := self._explicit_keys(root, table):
            self._join(frames, table, [(left, right) for left, right in keys], 1.0, root)
            joined.add(table)
            return
        for options in self.way(root, table):
            relation = self.pick(options)
            if relation.target in joined:
                continue
            on = list(zip(relation.columns, relation.target_columns, strict=True))
            self._join(frames, relation.target, on, relation.coverage, relation.table)
            joined.add(relation.target)

    def way(self, root: TableRef, table: TableRef) -> Way:
        """The hops from the root to a table: through the table that is said, else the only ones that there are."""
        relations = self._scope.relations
        said = self._scope.through.get(table)
        if said is not None and said not in (root, table) and (first := self.way(root, said)):
            return (*first, *relations.path(said, table))
        ways = relations.paths(root, table)
        known = {*self._scope.mentioned, *self._scope.evident}
        named = [way for way in ways if any(hops[0].target in known for hops in way[:-1])]
        if len(ways) == 1 or len(named) == 1:
            return (named or ways)[0]
        return self._chosen_way(root, table, ways) if ways else ()

    def _chosen_way(self, root: TableRef, table: TableRef, ways: tuple[Way, ...]) -> Way:
        """One of ways through different tables: rows of the one and of the other belong to different rows."""
        names = {" and ".join(hops[0].target.name for hops in way[:-1]): way for way in ways}
        choices = [(name, f"of the {singular(name)} ({name})") for name in names]
        question = f"Which {table.name} of {root.name} are meant?"
        return names[self._scope.dialog.choose(f"way_{root.name}_{table.name}", question, choices)]

    def _join(
        self, frames: Frames, table: TableRef, on: list[tuple[str, str]], coverage: float, left: TableRef
    ) -> None:
        from datamorph.planning.offline.build.terms import ColumnLeaf  # noqa: PLC0415

        how = self._how(table)
        keys = [(frames.where[ColumnLeaf(left, left_key)], right) for left_key, right in on]
        self._state(table, how, coverage, left)
        if not self._scope.relations.is_unique(table, tuple(right for _, right in on)):
            said = " and ".join(right for _, right in on)
            self._scope.dialog.assume(f"{table.name} has at most one row per {said}; otherwise rows would be repeated")
        frames.lookup(frames.source(table), table, keys, how)

    def _how(self, table: TableRef) -> str:
        if self.keeps or self.drops:
            return "left" if self.keeps else "inner"
        for request in self._requests:
            if any(self._scope.entity(noun) == table for noun in request.tables):
                return request.how
        return "inner" if table in self.matched else "left"

    def _state(self, table: TableRef, how: str, coverage: float, left: TableRef) -> None:
        if how == "left" and coverage < 1:
            self._scope.dialog.assume(
                f"{left.name} without a match in {table.name} are kept, with an empty {table.name} part (left join)"
            )
        elif how == "inner":
            self._scope.dialog.assume(f"only {left.name} with a match in {table.name} are used (inner join)")

    def pick(self, options: tuple[Relation, ...]) -> Relation:
        """One of equally good relations: by the prompt's own keys, its subject, or a question."""
        if len(options) == 1:
            return options[0]
        self._scope.dialog.weigh(
            f"the join with {options[0].target.name}", [_weighed(relation) for relation in options]
        )
        for keys in (self._said_keys(), set(self.subjects)):
            kept = [r for r in options if set(r.columns) & keys]
            if len(kept) == 1:
                relation = kept[0]
                self._scope.dialog.assume(
                    f"{relation.target.name} is joined on {relation.columns[0]} = {relation.target_columns[0]}"
                )
                return relation
        if len(sided := of_role(options, self.side)) == 1:
            relation = sided[0]
            self._scope.dialog.assume(f"{relation.target.name} is that of {relation.columns[0]}")
            return relation
        target = options[0].target.name
        choices = [(r.columns[0], f"{r.columns[0]} = {target}.{r.target_columns[0]}") for r in options]
        picked = self._scope.dialog.choose(f"join_{target}", f"On which column is {target} joined?", choices)
        return next(r for r in options if r.columns[0] == picked)

    def _said_keys(self) -> set[str]:
        return {
            link.column
            for request in self._requests
            for pair in request.keys
            for noun in pair
            for link in noun.links
            if link.column
        }

    def _explicit_keys(self, left: TableRef, right: TableRef) -> list[tuple[str, str]]:
        """Key columns that the prompt names for exactly these two tables."""
        for request in self._requests:
            tables = [self._scope.entity(noun) for noun in request.tables]
            if left in tables and right in tables and request.keys:
                pairs = [(_within(a, left), _within(b, right)) for a, b in request.keys]
                swapped = [(_within(b, left), _within(a, right)) for a, b in request.keys]
                for found in (pairs, swapped):
                    if all(one and other for one, other in found):
                        return found
        return []


def _weighed(relation: Relation) -> tuple[str, float, tuple[str, ...]]:
    on = " and ".join(
        f"{left} = {relation.target.name}.{right}"
        for left, right in zip(relation.columns, relation.target_columns, strict=True)
    )
    evidence = "a declared key" if relation.score == 1 else f"names and values fit {relation.score:.0%}"
    return on, relation.score, (evidence, f"{relation.coverage:.0%} of the values have a match")


def _within(noun: Noun, table: TableRef) -> str:
    """The column of that table which a key noun names exactly, or an empty text."""
    return next((link.column for link in noun.links if link.table == table and link.column and link.score >= 0.9), "")  # noqa: PLR2004
