"""Brings the tables of a question together by their keys, and never a row twice."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import ColumnLeaf
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.relations import Relation


class Joining:
    """Joins over keys; raises Unclear where there is not exactly one way."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def bring(self, root: TableRef, tables: list[TableRef]) -> None:
        """Join all tables to the current frame, which starts from the root."""
        joined = {root}
        for table in tables:
            for options in () if table in joined else self._work.scope.relations.path(root, table):
                if options[0].target in joined:
                    continue
                relation = self._only(options)
                on = [
                    (self._work.frames.where[ColumnLeaf(relation.table, left)], right)
                    for left, right in zip(relation.columns, relation.target_columns, strict=True)
                ]
                if relation.coverage < 1:
                    left, right = relation.table.name, relation.target.name
                    self._work.dialog.assume(f"only {left} with a match in {right} are used (inner join)")
                self._work.frames.lookup(self._work.frames.source(relation.target), relation.target, on, "inner")
                joined.add(relation.target)
        if len(joined - set(tables)) > 1:
            raise Unclear("too far apart")

    def _only(self, options: tuple[Relation, ...]) -> Relation:
        back = self._work.scope.relations.between(options[0].target, options[0].table)
        turned = [(relation.target_columns, relation.columns) for relation in back]
        if len(options) != 1 or any(pair != (options[0].columns, options[0].target_columns) for pair in turned):
            raise Unclear("several ways to join")
        is_turned = any(relation.score == 1 for relation in back)
        is_key = options[0].target_columns == self._work.scope.relations.key(options[0].target)
        if options[0].score < 1 and not is_turned and not is_key:
            raise Unclear("joined by likeness")
        return options[0]

    def match(self, root: TableRef, table: TableRef, how: str) -> None:
        """Keep rows with, or without, a row of the other table."""
        relations = self._work.scope.relations.between(table, root)
        if len(relations) != 1:
            raise Unclear(f"how {table.name} refers to {root.name}")
        relation, where = relations[0], self._work.frames.where
        on = [
            (where[ColumnLeaf(root, mine)], theirs)
            for theirs, mine in zip(relation.columns, relation.target_columns, strict=True)
        ]
        self._work.frames.lookup(self._work.frames.source(table), table, on, how, base=how)

    def adds_no_rows(self, table: TableRef, used: list[TableRef], root: TableRef) -> bool:
        """True for a table that the others refer to, that ties them, or that holds at most one row for each."""
        relations = self._work.scope.relations
        if table == root or relations.between(root, table):
            return True
        behind = [found[0] for other in used if len(found := relations.between(table, other)) == 1]
        profile = self._work.scope.tables[table].profile
        return len(behind) == len(used) == 1 and all(profile.is_unique(column) for column in behind[0].columns)
