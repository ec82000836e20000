"""From a SQL model to a spec: sources, one step ``sql``, a target. Everything that runs a spec then runs a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from datamorph.core.checks import Check
from datamorph.core.model_select import ModelMistakes, ModelSelect, resolve_select
from datamorph.core.problem import Problem, nearest
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.sql_model import ModelProblem, SqlModel
from datamorph.core.steps.step import spare
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.target import Target
from datamorph.core.typecheck import WRITABLE, CheckedSpec, typecheck
from datamorph.errors import SpecError

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
    unread = next((ref for ref in model.header.incremental if ref not in model.reads), None)
    if unread:
        hint = nearest(str(unread), map(str, model.reads))
        return (model.problem_in("incremental", f"the SELECT does not read {str(unread)!r}", hint=hint),)
    try:
        select = resolve_select(model, tables)
        spec = _spec(model, select)
    except ModelMistakes as error:
        return error.problems
    except SpecError as error:
        return (model.problem_at(None, error.problem, hint=error.fix),)
    checked = typecheck(spec, tables, writable=writable)
    if not isinstance(checked, CheckedSpec):
        return tuple(_place(model, problem) for problem in checked)
    return CompiledModel(model, checked)


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


def declared_checks(model: SqlModel) -> tuple[Check, ...]:
    """What every run of a model judges, whatever tables there are: the same as ``all_checks`` of its spec."""
    own = tuple(_checks(model))
    try:
        target = Target.model_validate(_target(model))
    except ValidationError:  # a problem of the model: it cannot run
        return own
    return (*own, *(check for check in target.checks() if check not in own))


def spec_name(ref: TableRef) -> str:
    """What a model is called where pipelines have a name."""
    return f"{ref.tier.value}_{ref.domain}_{ref.name}"[:128]


def _spec(model: SqlModel, select: ModelSelect) -> PipelineSpec:
    header, frames = model.header, select.frames
    read = [frames[ref] for ref in model.reads]
    selected = spare("selected", read)
    sql = {"from": read, "query": select.query, "columns": dict(select.columns)}
    steps: list[dict[str, Any]] = [{"name": selected, "sql": sql}]
    if select.order:
        by = list(select.order)
        steps.append({"name": spare("ordered", [*read, selected]), "sort": {"from": selected, "by": by}})
    incremental = {frames[ref]: how.model_dump(mode="json") for ref, how in header.incremental.items()}
    data: dict[str, Any] = {
        "name": spec_name(model.ref),
        "description": header.description,
        "sources": {frames[ref]: str(ref) for ref in model.reads},
        "steps": steps,
        "target": _target(model),
        "incremental": incremental,
        "checks": [check.model_dump(mode="json") for check in _checks(model)],
    }
    if header.schedule:
        data["schedule"] = header.schedule.model_dump(mode="json")
    return build_spec(data, origin=model.file)


def _target(model: SqlModel) -> dict[str, Any]:
    header = model.header
    return {
        "table": str(model.ref),
        "write": header.write,
        "key": list(header.grain),
        "partition_by": list(header.partition),
        "changed_at": header.changed_at,
    }


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


def _place(model: SqlModel, problem: Problem) -> ModelProblem:
    field = _FIELDS.get(problem.where, "")
    if field == "checks" and "checks" not in model.found.lines:
        field = "grain"
    if field == "write" and problem.code in ("unknown_column", "no_key", "type"):
        field = next((name for name in ("grain", "partition") if name in model.found.lines), field)
    if field in model.found.lines:
        return model.problem_in(field, problem.message, hint=problem.hint)
    return model.problem_at(None, problem.message, hint=problem.hint)
