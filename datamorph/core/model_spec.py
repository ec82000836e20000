"""From a SQL model to a spec: sources, one step ``sql``, a target. Everything that runs a spec then runs a model."""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from datamorph.core.checks import Check
from datamorph.core.lineage import trace
from datamorph.core.problem import Problem, nearest
from datamorph.core.select_statement import SelectError, SelectStatement, offset_of, qualified_select
from datamorph.core.select_types import select_types
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.sql_model import ModelProblem, SqlModel, unnamed_columns
from datamorph.core.steps.step import listed, spare
from datamorph.core.table import TableRef, TableSchema, Tier
from datamorph.core.typecheck import WRITABLE, CheckedSpec, typecheck
from datamorph.errors import SpecError

_FRAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELDS = {"target": "write", "checks": "checks", "incremental": "incremental"}


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model that can run, with the spec that says the same."""

    model: SqlModel
    checked: CheckedSpec

    @property
    def spec(self) -> PipelineSpec:
        """Its meaning."""
        return self.checked.spec


def compile_model(
    model: SqlModel, tables: Mapping[TableRef, TableSchema], *, writable: Sequence[str] = WRITABLE
) -> CompiledModel | tuple[ModelProblem, ...]:
    """The model as a checked spec, or every problem that could be told.

    Args:
        tables: the tables that exist, by name.
        writable: see ``typecheck``.
    """
    if problems := [*_missing(model, tables), *unnamed_columns(model)]:
        return tuple(problems)
    frames = frame_names(model)
    tree = _over_frames(model, frames)
    order = _take_order(model, tree)
    if isinstance(order, ModelProblem):
        return (order,)
    schemas = {frames[ref]: tables[ref] for ref in model.reads}
    try:
        statement = qualified_select(tree, schemas)
    except SelectError as error:
        return (model.problem_at(error.offset, error.message, hint=error.hint),)
    columns = _columns(model, statement, schemas)
    if isinstance(columns, tuple):
        return columns
    try:
        spec = _spec(model, frames, tree, columns, order)
    except SpecError as error:
        return (model.problem_at(None, error.problem, hint=error.fix),)
    checked = typecheck(spec, tables, writable=writable)
    if not isinstance(checked, CheckedSpec):
        return _placed(model, checked)
    return _torn_partitions(model, checked) or CompiledModel(model, checked)


def require_compiled(
    model: SqlModel, tables: Mapping[TableRef, TableSchema], *, writable: Sequence[str] = WRITABLE
) -> CompiledModel:
    """The compiled model.

    Raises:
        SpecError: lists every problem with file, line and column.
    """
    found = compile_model(model, tables, writable=writable)
    if isinstance(found, CompiledModel):
        return found
    raise model_error(found)


def model_error(problems: Sequence[ModelProblem]) -> SpecError:
    """The problems as an error for people."""
    first = problems[0]
    lines = [f"{p.file}:{p.line}:{p.column}: {p.message}" for p in problems]
    return SpecError("\n  ".join(lines), fix=first.hint)


def spec_name(ref: TableRef) -> str:
    """What a model is called where pipelines have a name."""
    return f"{ref.tier.value}_{ref.domain}_{ref.name}"[:128]


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


def _take_order(model: SqlModel, tree: exp.Query) -> tuple[str, ...] | ModelProblem:
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
        return model.problem_at(offset_of(order), message, hint="remove ORDER BY")
    if None in items and not has_limit:
        hint = "order by columns of the result"
        return model.problem_at(offset_of(order), "the result cannot be kept in that order", hint=hint)
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


def _columns(
    model: SqlModel, statement: SelectStatement, schemas: Mapping[str, TableSchema]
) -> dict[str, str] | tuple[ModelProblem, ...]:
    """Output columns with their types."""
    notes = {name.casefold(): note for name, note in model.header.columns.items()}
    problems = [
        model.problem_in("columns", f"no column {name!r} in the result", hint=nearest(name, statement.columns))
        for name in model.header.columns
        if name.casefold() not in {column.casefold() for column in statement.columns}
    ]
    columns: dict[str, str] = {}
    for name, inferred in select_types(statement.tree, schemas).items():
        note = notes.get(name.casefold())
        type_ = note.type if note and note.type else inferred
        if type_ is None or type_ == "void":
            hint = f"cast it, or write its type into the header: columns: {{{name}: {{type: ...}}}}"
            problems.append(model.problem_at(_projection(model, name), f"the type of {name!r} is not known", hint=hint))
        columns[name] = type_ or ""
    if len(columns) < len(statement.columns):
        twice = next(name for name in statement.columns if statement.columns.count(name) > 1)
        message = f"column {twice!r} stands twice"
        problems.append(model.problem_at(_projection(model, twice), message, hint="give each a name of its own"))
    return tuple(problems) if problems else columns


def _projection(model: SqlModel, name: str) -> int | None:
    found = [one for one in model.tree.selects if one.alias_or_name.casefold() == name.casefold()]
    return offset_of(found[-1]) if found else None


def _spec(
    model: SqlModel, frames: Mapping[TableRef, str], tree: exp.Query, columns: Mapping[str, str], order: Sequence[str]
) -> PipelineSpec:
    header, read = model.header, [frames[ref] for ref in model.reads]
    selected = spare("selected", read)
    query = tree.sql(dialect="spark", pretty=True, comments=False)
    steps: list[dict[str, Any]] = [{"name": selected, "sql": {"from": read, "query": query, "columns": dict(columns)}}]
    if order:
        steps.append({"name": spare("ordered", [*read, selected]), "sort": {"from": selected, "by": list(order)}})
    target: dict[str, Any] = {"table": str(model.ref), "write": header.write, "key": list(header.grain)}
    target |= {"partition_by": list(header.partition), "changed_at": header.changed_at}
    incremental = {frames.get(ref, str(ref)): how.model_dump(mode="json") for ref, how in header.incremental.items()}
    data: dict[str, Any] = {
        "name": spec_name(model.ref),
        "description": header.description,
        "sources": {frames[ref]: str(ref) for ref in model.reads},
        "steps": steps,
        "target": target,
        "incremental": incremental,
        "checks": [check.model_dump(mode="json") for check in _checks(model)],
    }
    if header.schedule:
        data["schedule"] = header.schedule.model_dump(mode="json")
    return build_spec(data, origin=model.file)


def _checks(model: SqlModel) -> list[Check]:
    """The checks of the header, and that the grain is one; versions of a row share it, so ``scd2`` has its own."""
    checks, grain = list(model.header.checks), list(model.header.grain)
    if not grain or model.header.write == "scd2":
        return checks
    if len(grain) == 1:
        unique = Check(type="expect_column_values_to_be_unique", kwargs={"column": grain[0]})
    else:
        unique = Check(type="expect_compound_columns_to_be_unique", kwargs={"column_list": grain})
    nulls = [Check(type="expect_column_values_to_not_be_null", kwargs={"column": name}) for name in grain]
    return [*checks, *(check for check in (unique, *nulls) if check not in checks)]


def _torn_partitions(model: SqlModel, checked: CheckedSpec) -> tuple[ModelProblem, ...]:
    """A partition of which only some rows are read again would be replaced by these: it must be read as a whole."""
    if model.header.write != "replace_partitions":
        return ()
    found, lineage = list[ModelProblem](), trace(checked)
    kinds = {name: checked.schema.get(name) for name in model.header.partition}
    for frame, how in checked.spec.incremental.items():
        ref, by = checked.spec.sources[frame], checked.frames[frame].get(how.by)
        whole = {(ref, by.name)} if by else set[tuple[TableRef, str]]()
        is_whole = any(c and by and c.type == by.type and lineage.columns[c.name] == whole for c in kinds.values())
        if not is_whole or how.read != "partitions":
            message = (
                f"{ref} is read by {how.by}, which may give a part of a partition by {listed(model.header.partition)}"
            )
            hint = f"partition: [{how.by}] with read: partitions, or write: merge"
            found.append(model.problem_in("incremental", message, hint=hint))
    return tuple(found)


def _placed(model: SqlModel, problems: Sequence[Problem]) -> tuple[ModelProblem, ...]:
    """Problems of the spec at the place in the file that they are about."""
    return tuple(_place(model, problem) for problem in problems)


def _place(model: SqlModel, problem: Problem) -> ModelProblem:
    field = _FIELDS.get(problem.where, "")
    if field == "checks" and "checks" not in model.found.lines:
        field = "grain"
    if field == "write" and problem.code in ("unknown_column", "no_key", "type"):
        field = next((name for name in ("grain", "partition") if name in model.found.lines), field)
    if field in model.found.lines:
        return model.problem_in(field, problem.message, hint=problem.hint)
    return model.problem_at(None, problem.message, hint=problem.hint)
