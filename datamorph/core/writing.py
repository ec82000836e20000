"""Write modes and incremental reads are steps, too: the spec of one run, over the rows that are published now.

Both compilers, the verification and the plan in words then cover them like anything else. Semantics: ``docs/spec.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.increment import Watermark, beyond
from datamorph.core.spec import NamedStep, PipelineSpec
from datamorph.core.sql import compile_sql
from datamorph.core.sql_expression import identifier
from datamorph.core.steps.step import exact, spare
from datamorph.core.table import TableRef, TableSchema, quarantine_of
from datamorph.core.target import Target, tracked_columns
from datamorph.core.typecheck import CheckedSpec, require_checked

Body = dict[str, Any]
ACCEPTED, PUBLISHED = "accepted", "published"
"""Views of the SELECT that puts accepted rows into the table."""


class _Steps:
    """Steps of the spec as they grow, with names that are not taken yet."""

    def __init__(self, spec: PipelineSpec) -> None:
        self.sources = dict(spec.sources)
        self.steps = list(spec.steps)
        self._first = spec.result

    @property
    def result(self) -> str:
        """The frame that the steps yield so far."""
        return self.steps[-1].name if self.steps else self._first

    def add(self, name: str, kind: str, **body: Any) -> str:
        """Append a step; returns the name of its frame."""
        named = self._spare(name)
        self.steps.append(NamedStep.model_validate({"name": named, kind: body}))
        return named

    def read(self, name: str, ref: TableRef) -> str:
        """Add a source; returns its frame."""
        named = self._spare(name)
        self.sources[named] = ref
        return named

    def _spare(self, name: str) -> str:
        return spare(name, [*self.sources, *(step.name for step in self.steps)])


def spec_of_run(
    spec: PipelineSpec,
    *,
    result: TableSchema,
    published: TableSchema | None = None,
    sources: Mapping[str, TableSchema] | None = None,
    watermarks: Mapping[str, Watermark] | None = None,
) -> PipelineSpec:
    """The spec that one run computes: it yields the rows to publish, or to append.

    Args:
        result: columns of the spec's own result.
        published: columns of the target as it is; None where it does not exist yet, or is made anew.
        sources: columns of the sources by frame name, for those that are read incrementally.
        watermarks: how far each of them was read before.
    """
    steps = _Steps(spec)
    for frame, mark in (watermarks or {}).items():
        _read_newer(steps, spec, frame, mark, (sources or {})[frame])
    write = _WRITES.get(spec.target.write)
    if write:
        write(steps, spec.target, result, published)
    return spec.model_copy(
        update={"sources": steps.sources, "steps": tuple(steps.steps), "incremental": {},
                "target": spec.target.model_copy(update={"write": "replace"})}
    )  # fmt: skip


def sets_rows_apart(spec: PipelineSpec) -> bool:
    """True when failing rows must go before the others meet the rows that are published."""
    return spec.target.write in _WRITES and any(check.quarantines for check in spec.checks)


def batch_of(spec: PipelineSpec) -> PipelineSpec:
    """The same spec, for the new rows alone."""
    return spec.model_copy(update={"target": spec.target.model_copy(update={"write": "append"})})


def merge_of(checked: CheckedSpec, published: TableSchema | None) -> CheckedSpec:
    """What puts new rows that were accepted into the table, as a spec of its own over ``accepted``."""
    spec, accepted = checked.spec, quarantine_of(checked.spec.target.table)
    alone = spec.model_copy(update={"sources": {ACCEPTED: accepted}, "steps": (), "incremental": {}, "checks": ()})
    merged = spec_of_run(alone, result=checked.schema, published=published)
    tables = {accepted: checked.schema, **({spec.target.table: published} if published is not None else {})}
    return require_checked(merged, tables, may_read_target=True, writable=("*",))


def merge_sql(merge: CheckedSpec) -> str:
    """That spec as one SELECT for DuckDB, with exactly the columns of the table."""
    names = [(identifier(column.name, "duckdb"), duckdb_type(column.type)) for column in merge.schema]
    columns = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in names)
    return f"SELECT {columns} FROM ({compile_sql(merge)}) AS merged"


def _read_newer(steps: _Steps, spec: PipelineSpec, frame: str, mark: Watermark, schema: TableSchema) -> None:
    """The source under another name, and a filter under its own."""
    incremental = spec.incremental[frame]
    whole = steps.read(f"all_{frame}", spec.sources[frame])
    steps.sources = {whole if name == frame else name: ref for name, ref in steps.sources.items() if name != whole}
    column = schema.get(incremental.by)
    where = beyond(incremental, mark.through, column.type if column else "string")
    steps.steps.insert(0, NamedStep.model_validate({"name": frame, "filter": {"from": whole, "where": where}}))


def _merge(steps: _Steps, target: Target, result: TableSchema, published: TableSchema | None) -> None:
    if published is not None:
        new = steps.result
        _put_over(steps, target, result, published, new, target.key)


def _replace_partitions(steps: _Steps, target: Target, result: TableSchema, published: TableSchema | None) -> None:
    if published is not None:
        new = steps.result
        touched = steps.add("touched", "aggregate", **{"from": new, "by": target.partition_by})
        _put_over(steps, target, result, published, new, target.partition_by, touched)


def _put_over(
    steps: _Steps, target: Target, result: TableSchema, published: TableSchema, new: str, by: tuple[str, ...],
    touched: str | None = None,
) -> str:  # fmt: skip
    """Published rows that no new row takes the place of, then the new ones."""
    before = _aligned(steps, target, result, published)
    kept = steps.add("kept", "join", left=before, right=touched or new, on=by, how="anti")
    return steps.add("written", "union", of=[new, kept])


def _aligned(steps: _Steps, target: Target, result: TableSchema, published: TableSchema) -> str:
    """The published rows with exactly the result's columns: new columns are NULL, dropped ones go."""
    frame = steps.read(PUBLISHED, target.table)
    known = [column for column in result if column.name in published]
    columns = [exact(column.name, published) for column in known]
    renamed = [old if old == column.name else {column.name: old} for old, column in zip(columns, known, strict=True)]
    if renamed != list(published.names):
        frame = steps.add("published_rows", "select", **{"from": frame, "columns": renamed})
    missing = {column.name: f"cast(null as {column.type})" for column in result if column.name not in published}
    return steps.add("published_columns", "derive", **{"from": frame, "columns": missing}) if missing else frame


def _scd2(steps: _Steps, target: Target, result: TableSchema, published: TableSchema | None) -> None:
    """All versions of each key in order; a version that changes nothing goes, and each ends where the next begins.

    A version that arrives late takes its place in between; one with the time of a known version corrects it.
    """
    new = steps.result
    since = exact(target.changed_at or "", result)
    if published is not None:
        new = _put_over(steps, target, result, published, new, (*target.key, since))
    flags = {spare(f"_same_{i}", result.names): f"{_name(c)} <=> lag({_name(c)})"
             for i, c in enumerate(tracked_columns(target, result))}  # fmt: skip
    nth = spare("_nth", result.names)
    order: Body = {"partition_by": target.key, "order_by": [since]}
    compared = steps.add("compared", "window", **{"from": new, **order, "columns": {nth: "row_number()", **flags}})
    is_same = " and ".join([f"{_name(nth)} > 1", *map(_name, flags)])
    changed = steps.add("changed", "filter", **{"from": compared, "where": f"not ({is_same})"})
    versions = steps.add("versions", "select", **{"from": changed, "columns": list(result.names)})
    columns = {"valid_from": _name(since), "valid_to": f"lead({_name(since)})"}
    dated = steps.add("dated", "window", **{"from": versions, **order, "columns": columns})
    steps.add("written", "derive", **{"from": dated, "columns": {"is_current": "valid_to is null"}})


def _name(column: str) -> str:
    return f"`{column.replace('`', '``')}`"


_WRITES: dict[str, Callable[[_Steps, Target, TableSchema, TableSchema | None], Any]] = {
    "merge": _merge, "replace_partitions": _replace_partitions, "scd2": _scd2,
}  # fmt: skip
