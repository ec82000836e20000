"""Column lineage through one SELECT: subqueries, WITH, set operations, windows and correlated columns included."""

# sqlglot leaves much of its scopes untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from datamorph.core.table import TableSchema

Origin: TypeAlias = tuple[str, str]
"""A column of a frame: ``(frame, column)``."""
Origins: TypeAlias = frozenset[Origin]
Outputs: TypeAlias = tuple[dict[str, Origins], Origins]
"""Output column, in lower case, to its origins; then the origins that decide which rows there are."""
_DECIDING = ("where", "group", "having", "qualify")


@dataclass(frozen=True, slots=True)
class SelectLineage:
    """Where a SELECT's output comes from.

    Attributes:
        columns: output column, in order, to the columns that its values are computed from.
        rows: columns that decide which rows there are.
    """

    columns: Mapping[str, Origins]
    rows: Origins


def select_lineage(tree: exp.Query, frames: Mapping[str, TableSchema]) -> SelectLineage:
    """Where the columns of a qualified SELECT come from.

    What cannot be followed, such as a recursive WITH, is answered by the truth that is always true: every column may
    come from every column.
    """
    try:
        root = build_scope(tree)
        if root is None:
            return _anything(tree, frames)
        columns, rows = _Tracer(root, frames).outputs(root)
        return SelectLineage({name: columns[name.casefold()] for name in tree.named_selects}, rows)
    except (SqlglotError, LookupError, AttributeError, ValueError, RecursionError):
        return _anything(tree, frames)


def _anything(tree: exp.Query, frames: Mapping[str, TableSchema]) -> SelectLineage:
    every = frozenset((frame, column) for frame, schema in frames.items() for column in schema.names)
    return SelectLineage(dict.fromkeys(tree.named_selects, every), every)


class _Tracer:
    """Follows columns from scope to scope; each scope is traced once."""

    def __init__(self, root: Scope, frames: Mapping[str, TableSchema]) -> None:
        self._frames = frames
        self._done: dict[int, Outputs] = {}
        self._owners = {id(node): scope for scope in root.traverse() for node in scope.find_all(exp.Column)}

    def outputs(self, scope: Scope) -> Outputs:
        """What a scope yields."""
        key = id(scope.expression)
        if key not in self._done:
            self._done[key] = self._set_operation(scope) if scope.set_operation_scopes else self._select(scope)
        return self._done[key]

    def _set_operation(self, scope: Scope) -> Outputs:
        """Columns meet by position; what compares whole rows is decided by every column."""
        (left, left_rows), (right, right_rows) = map(self.outputs, scope.set_operation_scopes)
        columns = {name: mine | theirs for (name, mine), theirs in zip(left.items(), right.values(), strict=True)}
        is_plain = isinstance(scope.expression, exp.Union) and not scope.expression.args.get("distinct")
        compared = frozenset[Origin]() if is_plain else _all(columns.values())
        return columns, left_rows | right_rows | compared

    def _select(self, scope: Scope) -> Outputs:
        select = scope.expression
        columns = {one.alias_or_name.casefold(): self._read(one) for one in _selects(scope)}
        deciding = [select.args.get(part) for part in _DECIDING]
        deciding += [join.args.get("on") for join in select.args.get("joins") or ()]
        deciding += [select.args.get("order")] if select.args.get("limit") else []
        rows = _all(self._read(part) for part in deciding if part is not None)
        if select.args.get("distinct"):
            rows |= _all(columns.values())
        inner = [source for _, source in scope.selected_sources.values() if isinstance(source, Scope)]
        return columns, rows | _all(self.outputs(source)[1] for source in inner)

    def _read(self, part: exp.Expr) -> Origins:
        return _all(self._origins(column) for column in part.find_all(exp.Column))

    def _origins(self, column: exp.Column) -> Origins:
        scope: Scope | None = self._owners[id(column)]
        if not column.table:  # an alias of the same SELECT
            same = {one.alias_or_name: one for one in _selects(scope)}[column.name]
            return self._read(same) if same is not column else frozenset()
        while scope is not None and column.table not in scope.sources:
            scope = scope.parent
        source = scope.sources[column.table] if scope else None
        if isinstance(source, Scope):
            return self.outputs(source)[0][column.name.casefold()]
        if not isinstance(source, exp.Table):
            raise LookupError(column.sql())
        found = self._frames[source.name].get(column.name)
        return frozenset({(source.name, found.name)}) if found else frozenset()


def _all(parts: Iterable[Origins]) -> Origins:
    return frozenset[Origin]().union(*parts)


def _selects(scope: Scope) -> list[exp.Expr]:
    return scope.expression.selects if isinstance(scope.expression, exp.Query) else []
