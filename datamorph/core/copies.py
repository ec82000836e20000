"""Columns of a result that hold a source column's values as they are: renamed perhaps, never computed."""

# sqlglot leaves much of its scopes untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TypeAlias, cast

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import Scope, build_scope

from datamorph.core.expression import ExpressionError
from datamorph.core.select_statement import qualified_select
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.steps.step import Frames, Origin

Copies: TypeAlias = Mapping[Origin, Origin]
"""A frame and its column in lower case, to the source frame and column whose values these are."""


def copied_columns(spec: PipelineSpec, frames: Frames) -> Mapping[str, Origin]:
    """Columns of the result, in lower case, to the source frame and column that they are a copy of.

    Every step is followed through the SELECT that it compiles to. What cannot be followed, such as hand-written code,
    is no copy: the answer is short rather than wrong.
    """
    known = {(frame, name.casefold()): (frame, name) for frame in spec.sources for name in frames[frame].names}
    for step in spec.steps:
        known.update(((step.name, name), origin) for name, origin in _of_step(step, frames, known).items())
    return {name: origin for (frame, name), origin in known.items() if frame == spec.result}


def _of_step(step: NamedStep, frames: Frames, known: Copies) -> Mapping[str, Origin]:
    if not step.step.has_sql:
        return {}
    inputs = {name: frames[name] for name in step.step.inputs()}
    try:
        tree = cast("exp.Query", sqlglot.parse_one(step.step.sql(frames, "spark"), dialect="spark"))
        root = build_scope(qualified_select(tree, inputs).tree)
        return _Copier(frames, known).outputs(root) if root else {}
    except (ExpressionError, SqlglotError, LookupError, AttributeError, ValueError, RecursionError):
        return {}


class _Copier:
    """Follows bare columns from scope to scope."""

    def __init__(self, frames: Frames, known: Copies) -> None:
        self._frames, self._known = frames, known
        self._done: MutableMapping[int, Mapping[str, Origin]] = {}

    def outputs(self, scope: Scope) -> Mapping[str, Origin]:
        """Copies among the columns that a scope yields."""
        key = id(scope.expression)
        if key not in self._done:
            self._done[key] = self._set_operation(scope) if scope.set_operation_scopes else self._select(scope)
        return self._done[key]

    def _set_operation(self, scope: Scope) -> Mapping[str, Origin]:
        """Columns meet by position; they are a copy where both sides copy the same."""
        left, right = scope.set_operation_scopes
        names = zip(_names(left), _names(right), strict=True)
        pairs = [(mine, self.outputs(left).get(mine), self.outputs(right).get(theirs)) for mine, theirs in names]
        return {name: origin for name, origin, other in pairs if origin is not None and origin == other}

    def _select(self, scope: Scope) -> Mapping[str, Origin]:
        found = {one.alias_or_name.casefold(): self._origin(one.unalias(), scope) for one in _selects(scope)}
        return {name: origin for name, origin in found.items() if origin is not None}

    def _origin(self, value: exp.Expr, scope: Scope) -> Origin | None:
        if isinstance(value, exp.Cast):
            origin = self._origin(value.this, scope)
            return origin if origin and value.to == self._type(origin) else None
        if not isinstance(value, exp.Column):
            return None
        source = scope.sources.get(value.table)
        if isinstance(source, Scope):
            return self.outputs(source).get(value.name.casefold())
        return self._known.get((source.name, value.name.casefold())) if isinstance(source, exp.Table) else None

    def _type(self, origin: Origin) -> exp.DataType | None:
        frame, name = origin
        column = self._frames[frame].get(name)
        return exp.DataType.build(column.type, dialect="spark") if column else None


def _names(scope: Scope) -> list[str]:
    return [one.alias_or_name.casefold() for one in _selects(scope)]


def _selects(scope: Scope) -> list[exp.Expr]:
    return scope.expression.selects if isinstance(scope.expression, exp.Query) else []
