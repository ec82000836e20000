"""The joins of a predecessor's document as join steps, each bringing in one more table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datamorph.core.adoption.columns import Scope, refuse
from datamorph.core.adoption.predecessor import OldJoin, OldSpec
from datamorph.core.problem import Problems
from datamorph.core.steps.join import Join
from datamorph.core.table import TableRef, TableSchema

_HOW = {"inner": "inner", "left": "left", "left_outer": "left", "right": "right", "right_outer": "right",
        "full": "full", "outer": "full", "full_outer": "full", "semi": "semi", "left_semi": "semi", "anti": "anti",
        "left_anti": "anti"}  # fmt: skip
_NAME = r"((?:[^\W\d]\w*\s*\.\s*){1,3})([^\W\d]\w*)"
_EQUAL = re.compile(rf"\s*{_NAME}\s*={{1,2}}\s*{_NAME}\s*")
Pair = tuple[str, str]
"""A source and its column."""


def add_joins(old: OldSpec, sources: Mapping[str, str], tables: Mapping[TableRef, TableSchema], scope: Scope) -> None:
    """Join the tables in the order given; every table must come in."""
    schemas = {name: tables.get(TableRef.parse(ref)) for name, ref in sources.items()}
    first = next(iter(sources))
    for number, join in enumerate(old.join_conditions):
        place = f"join_conditions.{number}"
        pairs = _pairs(join, place, scope)
        if not scope.joined:
            first = pairs[0][0][0]
            _begin(first, schemas[first], scope)
        _add_join(join, pairs, schemas, place, scope)
    if not scope.joined:
        _begin(first, schemas[first], scope)
    for name in sources:
        if name not in scope.joined:
            refuse("join_conditions", f"no join brings in {name}", "add one, or leave the table out", scope)


def _begin(first: str, schema: TableSchema | None, scope: Scope) -> None:
    scope.frame, scope.schema, scope.first = first, schema, first
    scope.joined.append(first)


def _pairs(join: OldJoin, place: str, scope: Scope) -> list[tuple[Pair, Pair]]:
    if join.condition is not None:
        found = [_equality(text, place, scope) for text in re.split(r"(?i)\band\b", join.condition)]
    else:
        found = [(_side(join.left_table, join.left_column, "left", place, scope),
                  _side(join.right_table, join.right_column, "right", place, scope))]  # fmt: skip
    left, right = _tables_of(join, found[0], place, scope)
    turned = [pair if pair[0][0] == left else (pair[1], pair[0]) for pair in found]
    if any((l[0], r[0]) != (left, right) for l, r in turned):
        refuse(place, "its equalities are not between the same two tables", "write one join for each pair", scope)
    return turned


def _tables_of(join: OldJoin, pair: tuple[Pair, Pair], place: str, scope: Scope) -> tuple[str, str]:
    left = scope.table(join.left_table, place) if join.left_table else pair[0][0]
    right = scope.table(join.right_table, place) if join.right_table else None
    other = pair[1][0] if pair[0][0] == left else pair[0][0]
    return left, right or other


def _equality(text: str, place: str, scope: Scope) -> tuple[Pair, Pair]:
    found = _EQUAL.fullmatch(text)
    if not found:
        refuse(place, f"{text.strip()!r:.120} is not written a.x = b.y", "joins match equal columns, with and", scope)
    l, x, r, y = found.groups()
    return (_source(l, place, scope), x), (_source(r, place, scope), y)


def _source(qualifier: str, place: str, scope: Scope) -> str:
    return scope.table(qualifier.strip().rstrip("."), place)


def _side(table: str | None, column: str | None, side: str, place: str, scope: Scope) -> Pair:
    if not table or not column:
        refuse(place, f"{side}_table or {side}_column is missing", "give both, or a condition a.x = b.y", scope)
    return scope.table(table, place), column.rpartition(".")[2]


def _add_join(
    join: OldJoin, pairs: list[tuple[Pair, Pair]], schemas: Mapping[str, TableSchema | None], place: str, scope: Scope
) -> None:
    how = _HOW.get(re.sub(r"[\s_]+", "_", join.join_type.strip().lower()).removesuffix("_join"))
    if how is None:
        refuse(place, f"join_type {join.join_type!r:.80} is unknown", f"use one of {', '.join(_HOW)}", scope)
    if pairs[0][1][0] in scope.joined and how == "inner":
        pairs = [(r, l) for l, r in pairs]
    left, right = pairs[0][0][0], pairs[0][1][0]
    if left not in scope.joined or right in scope.joined:
        hint = "order the joins so that each brings one new table to those before, on its right side"
        refuse(place, f"{left} and {right} do not continue the joins before", hint, scope)
    keys = [(scope.column(f"{left}.{l[1]}", place), r[1]) for l, r in pairs]
    on = [l if l.lower() == r.lower() else {"left": l, "right": r} for l, r in keys]
    step = {"left": scope.frame, "right": right, "on": on, **({} if how == "inner" else {"how": how})}
    _follow(Join.model_validate(step), schemas[right], place, scope)
    _follow_keys(how, pairs, keys, scope)
    scope.joined.append(right)
    scope.add("joined", "join", step, reads=False)


def _follow(join: Join, schema: TableSchema | None, place: str, scope: Scope) -> None:
    """Note what the new columns are called, where the columns of both sides are known."""
    if scope.schema is None or schema is None:
        scope.schema = None
        return
    frames, problems = {scope.frame: scope.schema, join.right: schema}, Problems(place)
    output = join.output(frames, problems)
    if problems.found:
        refuse(place, problems.found[0].message, problems.found[0].hint, scope)
    scope.schema = output
    if join.how not in ("semi", "anti"):
        carried = join.carried(frames)
        scope.columns |= {(join.right, c.name.lower()): new for new, c in carried}
        scope.shared |= {c.name.lower() for new, c in carried if new != c.name}


def _follow_keys(how: str, pairs: list[tuple[Pair, Pair]], keys: list[tuple[str, str]], scope: Scope) -> None:
    """The one key that a join leaves holds the values of a side only where no row of it is without a match."""
    if how in ("right", "full"):
        scope.columns |= {(source, column.lower()): None for (source, column), _ in pairs}
    if how in ("inner", "right"):
        scope.columns |= {(r[0], r[1].lower()): l for (_, r), (l, _) in zip(pairs, keys, strict=True)}
