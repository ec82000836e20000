"""Types of the columns that one SELECT yields, by the rules that expressions have everywhere else in a spec."""

# sqlglot leaves much of its scopes untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.scope import Scope, build_scope

from datamorph.core.datatype import common_type, parse_type
from datamorph.core.expression import ExpressionError
from datamorph.core.expression_parser import parse_expression
from datamorph.core.inference import infer
from datamorph.core.table import Column, TableSchema


def select_types(tree: exp.Query, frames: Mapping[str, TableSchema]) -> dict[str, str | None]:
    """Output column to type; ``void`` for a NULL that is all there is, None where it cannot be told."""
    try:
        root = build_scope(tree)
        found = _Typer(root, frames, tree).outputs(root) if root else {}
    except (SqlglotError, LookupError, AttributeError, ValueError, RecursionError):
        found = {}
    return {name: found.get(name.casefold()) for name in tree.named_selects}


def _by_sqlglot(tree: exp.Query, frames: Mapping[str, TableSchema]) -> dict[str, str]:
    """What sqlglot says of expressions that a spec's own do not have; by their SQL."""
    schema: dict[str, object] = {name: {column.name: column.type for column in found} for name, found in frames.items()}
    annotated = annotate_types(tree.copy(), schema=schema, dialect="spark")
    return {node.sql(): _canonical(node) for query in annotated.find_all(exp.Select) for node in query.selects}


def _canonical(node: exp.Expr) -> str:
    try:
        return parse_type(node.type.sql("spark")) if node.type else ""
    except ValueError:
        return ""


class _Typer:
    """Types of scopes, each found once."""

    def __init__(self, root: Scope, frames: Mapping[str, TableSchema], tree: exp.Query) -> None:
        self._frames, self._tree = frames, tree
        self._done: dict[int, dict[str, str | None]] = {}
        self._owners = {id(node): scope for scope in root.traverse() for node in scope.find_all(exp.Column)}
        self._queries = {id(scope.expression): scope for scope in root.traverse()}

    def outputs(self, scope: Scope) -> dict[str, str | None]:
        """Types of what a scope yields, by column in lower case."""
        key = id(scope.expression)
        if key not in self._done:
            if scope.set_operation_scopes:
                left, right = map(self.outputs, scope.set_operation_scopes)
                pairs = zip(left.items(), right.values(), strict=True)
                self._done[key] = {name: _common(mine, theirs) for (name, mine), theirs in pairs}
            else:
                selects = scope.expression.selects if isinstance(scope.expression, exp.Query) else []
                self._done[key] = {one.alias_or_name.casefold(): self._type(one) for one in selects}
        return self._done[key]

    def _type(self, projection: exp.Expr) -> str | None:
        value = projection.unalias()
        if isinstance(value, exp.Column):
            return self._column(value)
        flat, columns = self._flattened(value)
        if flat is None:
            return None
        try:
            return infer(parse_expression(flat.sql(dialect="spark", copy=False)), TableSchema(tuple(columns)))
        except ExpressionError:
            return self._guesses.get(projection.sql()) or None

    @cached_property
    def _guesses(self) -> dict[str, str]:
        return _by_sqlglot(self._tree, self._frames)

    def _flattened(self, node: exp.Expr) -> tuple[exp.Expr | None, list[Column]]:
        """The expression over columns ``c0, c1 ...`` of one frame; windows and subqueries are what they yield."""
        columns: list[Column] = []
        holder = exp.Paren(this=node.copy())
        pairs = list(zip(node.walk(), holder.this.walk(), strict=True))
        gone: set[int] = set()
        for old, new in pairs:
            if id(old) in gone:
                continue
            if isinstance(old, exp.Window | exp.Filter):
                gone.update(id(part) for name, value in old.args.items() if name != "this" for part in _parts(value))
                new.replace(new.this)
                continue
            type_ = self._leaf(old)
            if type_ == "":
                continue
            if type_ is None:
                return None, []
            gone.update(id(part) for part in old.walk())
            new.replace(exp.column(f"c{len(columns)}"))
            columns.append(Column(f"c{len(columns)}", type_))
        return holder.this, columns

    def _leaf(self, node: exp.Expr) -> str | None:
        """Type of a column or a subquery; empty for everything else."""
        if isinstance(node, exp.Column):
            return self._column(node)
        if isinstance(node, exp.Exists) or (isinstance(node, exp.In) and node.args.get("query")):
            return "boolean"
        if isinstance(node, exp.Subquery):
            inner = self._queries.get(id(node.unnest()))
            return next(iter(self.outputs(inner).values())) if inner else None
        return ""

    def _column(self, column: exp.Column) -> str | None:
        scope: Scope | None = self._owners[id(column)]
        while scope is not None and column.table not in scope.sources:
            scope = scope.parent
        source = scope.sources[column.table] if scope else None
        if isinstance(source, Scope):
            return self.outputs(source)[column.name.casefold()]
        found = self._frames[source.name].get(column.name) if isinstance(source, exp.Table) else None
        return found.type if found else None


def _parts(value: object) -> list[exp.Expr]:
    values = value if isinstance(value, list) else [value]
    return [part for one in values if isinstance(one, exp.Expr) for part in one.walk()]


def _common(left: str | None, right: str | None) -> str | None:
    return None if left is None or right is None else common_type(left, right)
