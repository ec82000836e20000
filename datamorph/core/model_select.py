"""The SELECT of a model over the frames of a spec: its frames, the order in which its rows are kept, its columns."""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from datamorph.core.problem import nearest
from datamorph.core.select_statement import SelectError, SelectStatement, offset_of, qualified_select
from datamorph.core.select_types import select_types
from datamorph.core.sql_model import ModelProblem, SqlModel, unnamed_columns
from datamorph.core.steps.step import spare
from datamorph.core.table import TableRef, TableSchema, Tier

_FRAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class ModelMistakes(Exception):
    """Why a model does not compile."""

    def __init__(self, problems: Sequence[ModelProblem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class ModelSelect:
    """A model's SELECT as steps can hold it.

    Attributes:
        frames: table to the name of its frame.
        query: the SELECT over the frames, in Spark's dialect.
        columns: name to type.
        order: order items of the result.
    """

    frames: Mapping[TableRef, str]
    query: str
    columns: Mapping[str, str]
    order: tuple[str, ...]


def resolve_select(model: SqlModel, tables: Mapping[TableRef, TableSchema]) -> ModelSelect:
    """Resolve every name of the SELECT.

    Raises:
        ModelMistakes: names that are not there, columns without a name or a type.
    """
    if problems := [*_missing(model, tables), *unnamed_columns(model)]:
        raise ModelMistakes(problems)
    frames = frame_names(model)
    tree = _over_frames(model, frames)
    order = _take_order(model, tree)
    schemas = {frames[ref]: tables[ref] for ref in model.reads}
    try:
        statement = qualified_select(tree, schemas)
    except SelectError as error:
        raise ModelMistakes([model.problem_at(error.offset, error.message, hint=error.hint)]) from error
    columns = _columns(model, statement, schemas)
    return ModelSelect(frames, tree.sql(dialect="spark", pretty=True, comments=False, copy=False), columns, order)


def frame_names(model: SqlModel) -> dict[TableRef, str]:
    """A frame's name for each table: its own where it is free."""
    taken = {cte.alias.casefold() for cte in model.tree.find_all(exp.CTE)} | {"transform", "spark"}
    found: dict[TableRef, str] = {}
    for ref in model.reads:
        candidates = (ref.name, f"{ref.domain}_{ref.name}", f"{ref.tier.value}_{ref.domain}_{ref.name}"[:60])
        usable = (name for name in candidates if _FRAME.fullmatch(name) and not keyword.iskeyword(name))
        name = next((name for name in usable if name not in taken), None) or spare(candidates[-1], taken)
        taken.add(name)
        found[ref] = name
    return found


def _missing(model: SqlModel, tables: Mapping[TableRef, TableSchema]) -> Iterable[ModelProblem]:
    for ref, offset in model.reads.items():
        if ref not in tables:
            hint = nearest(str(ref), map(str, tables))
            if ref.tier is Tier.RAW and not hint.startswith("did you mean"):
                hint = f"load it: datamorph load FILE {ref}"
            yield model.problem_at(offset, f"no table {str(ref)!r}", hint=hint)


def _over_frames(model: SqlModel, frames: Mapping[TableRef, str]) -> exp.Query:
    """The SELECT over frames in the place of tables."""
    tree = model.tree.copy()
    names = {str(ref): frame for ref, frame in frames.items()}
    for table in list(tree.find_all(exp.Table)):
        frame = names.get(".".join(part.name for part in table.parts).lower())
        if frame is None:
            continue
        if not table.alias and frame != table.name:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(frame))
        table.set("db", None)
        table.set("catalog", None)
    for column in tree.find_all(exp.Column):
        column.set("db", None)
        column.set("catalog", None)
    return tree


def _take_order(model: SqlModel, tree: exp.Query) -> tuple[str, ...]:
    """The order that the rows have for readers; it leaves the SELECT, except where a limit needs it."""
    order = tree.args.get("order")
    if order is None:
        return ()
    items = [_order_item(key, model.tree) for key in order.expressions]
    mode, has_limit = model.header.write, bool(tree.args.get("limit"))
    if not has_limit:
        tree.set("order", None)
    if mode != "replace" and not has_limit:
        message = f"the rows of a table that is written by {mode} have no order"
        raise ModelMistakes([model.problem_at(offset_of(order), message, hint="remove ORDER BY")])
    if None in items and not has_limit:
        hint = "order by columns of the result"
        message = "the result cannot be kept in that order"
        raise ModelMistakes([model.problem_at(offset_of(order), message, hint=hint)])
    return tuple(item for item in items if item) if None not in items and mode == "replace" else ()


def _order_item(key: exp.Expr, tree: exp.Query) -> str | None:
    """``name`` or ``name desc`` where a key is a column of the result."""
    value = key.this
    if isinstance(value, exp.Literal) and value.is_int and int(value.name) <= len(tree.selects):
        name = tree.selects[int(value.name) - 1].alias_or_name
    elif isinstance(value, exp.Column):
        name = value.name
        projection = next((one for one in tree.selects if one.alias_or_name.casefold() == name.casefold()), None)
        is_other = value.table and projection is not None and projection.unalias().sql() != value.sql()
        if is_other or (projection is None and not any(one.is_star for one in tree.selects)):
            return None
    else:
        return None
    return f"{name} desc" if key.args.get("desc") else name if _PLAIN.fullmatch(name) else None


def _columns(model: SqlModel, statement: SelectStatement, schemas: Mapping[str, TableSchema]) -> dict[str, str]:
    """Output columns with their types."""
    notes = {name.casefold(): note for name, note in model.header.columns.items()}
    problems = [
        model.problem_in("columns", f"no column {name!r} in the result", hint=nearest(name, statement.columns))
        for name in model.header.columns
        if name.casefold() not in {column.casefold() for column in statement.columns}
    ]
    columns: dict[str, str] = {}
    spelled = _spelling(model, schemas)
    for folded, inferred in select_types(statement.tree, schemas).items():
        name, note = spelled.get(folded.casefold(), folded), notes.get(folded.casefold())
        type_ = note.type if note and note.type else inferred
        if type_ is None or type_ == "void":
            hint = f"cast it, or write its type into the header: columns: {{{name}: {{type: ...}}}}"
            problems.append(model.problem_at(_projection(model, name), f"the type of {name!r} is not known", hint=hint))
        columns[name] = type_ or ""
    if len(columns) < len(statement.columns):
        twice = next(name for name in statement.columns if statement.columns.count(name) > 1)
        message = f"column {twice!r} stands twice"
        problems.append(model.problem_at(_projection(model, twice), message, hint="give each a name of its own"))
    if problems:
        raise ModelMistakes(problems)
    return columns


def _spelling(model: SqlModel, schemas: Mapping[str, TableSchema]) -> dict[str, str]:
    """Names as people wrote them, by the lower case that resolving leaves: columns of tables, and aliases."""
    inner = {one.alias.casefold(): one.alias for one in model.tree.find_all(exp.Alias)}
    own = {column.name.casefold(): column.name for schema in schemas.values() for column in schema}
    outer = {one.alias.casefold(): one.alias for one in model.tree.selects if isinstance(one, exp.Alias)}
    return {**inner, **own, **outer}


def _projection(model: SqlModel, name: str) -> int | None:
    found = [one for one in model.tree.selects if one.alias_or_name.casefold() == name.casefold()]
    return offset_of(found[-1]) if found else None
