"""SQL models: find them, test them, plan them. They run as any spec does."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.core.dependencies import select
from datamorph.core.model_spec import CompiledModel, compile_model, model_error, require_compiled
from datamorph.core.model_test import ModelTest, Row, TestOutcome, compare, rows_sql
from datamorph.core.plan import PinnedTable, Plan
from datamorph.core.problem import nearest
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.sql import compile_sql
from datamorph.core.sql_model import ModelProblem, SqlModel, parse_model
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.errors import DataMorphError, NotFoundError, SpecError
from datamorph.platform.journal import Observe
from datamorph.platform.planning import format_python, plan_spec
from datamorph.platform.ports import Ports
from datamorph.platform.scanning import ProjectScan, ScannedModel, scan_project
from datamorph.ports import TransformJob


def scan(ports: Ports) -> ProjectScan:
    """The project as it is now."""
    return scan_project(ports, {table.ref: table.schema for table in ports.lake.catalog().tables})


def select_models(ports: Ports, selectors: Sequence[str]) -> list[ScannedModel]:
    """Models that the selectors name, in the order in which data moves; see ``Platform.models``.

    Raises:
        SpecError: a selector names a model that cannot be part of the graph.
    """
    found = scan(ports)
    placed = {model.model.ref: model for model in found.models if model.is_placed and model.model}
    unplaced = [model for model in found.models if not model.is_placed]
    reads = {ref: found.reads[ref] for ref in placed}
    tags = {ref: model.model.header.tags for ref, model in placed.items() if model.model}
    for selector in selectors:
        named = next((one for one in unplaced if _is_named(one, selector)), None)
        if named:
            raise model_error(named.problems)
    if not selectors:
        return [*(placed[ref] for ref in select((), reads, tags)), *unplaced]
    return [placed[ref] for ref in select(selectors, reads, tags)]


def find_model(ports: Ports, name: str) -> ScannedModel:
    """The model of that name, which may be short; broken ones included.

    Raises:
        NotFoundError: no such model, or several.
    """
    models = scan(ports).models
    found = [model for model in models if _is_named(model, name)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(model.name for model in found)
        raise NotFoundError(f"{name!r} is more than one model", fix=f"write {names}")
    raise NotFoundError(f"there is no model {name!r}", fix=nearest(name, [model.name for model in models]))


def plan_model(ports: Ports, found: ScannedModel, *, full: bool, partition: str = "", observe: Observe | None) -> Plan:
    """Plan a model over the tables of today; see ``Platform.plan_model``."""
    if found.problems and (found.model is None or not found.is_placed or found.compiled):
        raise model_error(found.problems)
    model = _read(found)
    tables = {table.ref: table.schema for table in ports.lake.catalog().tables}
    compiled = require_compiled(model, tables, writable=ports.settings.writable)
    return plan_spec(ports, compiled.spec, full=full, partition=partition, model=found.location, observe=observe)


def run_tests(ports: Ports, found: ScannedModel, *, on_engine: bool = False) -> list[TestOutcome]:
    """Run a model's unit tests; see ``Platform.test_model``."""
    return [_outcome(ports, found, test, on_engine=on_engine) for test in found.tests]


def _is_named(found: ScannedModel, name: str) -> bool:
    return name in (found.file, found.location) or f".{found.name}".endswith(f".{name}")


def _read(found: ScannedModel) -> SqlModel:
    if found.model is None:
        raise model_error(found.problems)
    return found.model


def _outcome(ports: Ports, found: ScannedModel, test: ModelTest, *, on_engine: bool) -> TestOutcome:
    try:
        compiled = _compiled(ports, found, test)
        expected, rows = _run(ports, compiled, test, on_engine=on_engine)
    except DataMorphError as error:
        return TestOutcome(found.name, test.name, problem=f"{error.problem} ({error.fix})")
    return compare(found.name, test.name, expected, rows)


def _compiled(ports: Ports, found: ScannedModel, test: ModelTest) -> CompiledModel:
    """The model with the test's variables over the test's tables."""
    model = _read(found)
    for ref in test.given:
        if ref not in model.reads:
            fix = nearest(str(ref), map(str, model.reads))
            raise SpecError(f"given {ref}, which the model does not read", fix=fix)
    if test.variables:
        again = parse_model(model.text, ref=model.ref, file=model.file, variables={**found.variables, **test.variables})
        if isinstance(again, ModelProblem):
            raise model_error([again])
        model = again
    schemas = {**found.schemas, **_declared(test)}
    compiled = compile_model(model, schemas, writable=ports.settings.writable)
    if isinstance(compiled, CompiledModel):
        return compiled
    missing = [str(ref) for ref in model.reads if ref not in schemas]
    if missing:
        fix = "load it, or write given: {TABLE: {columns: {name: type}, rows: [...]}}"
        raise SpecError(f"the columns of {', '.join(missing)} are not known", fix=fix)
    raise model_error(compiled)


def _declared(test: ModelTest) -> dict[TableRef, TableSchema]:
    return {
        ref: TableSchema(tuple(Column(name, type_) for name, type_ in given.columns.items()))
        for ref, given in test.given.items()
        if given.columns
    }


def _run(
    ports: Ports, compiled: CompiledModel, test: ModelTest, *, on_engine: bool
) -> tuple[Sequence[Row], Sequence[Row]]:
    """Expected and found rows, in the columns that the test names."""
    checked, folder = compiled.checked, ports.settings.path("state") / "tmp" / f"test-{ports.new_id()}"
    named = list(test.expect[0]) if test.expect else list(checked.schema.names)
    columns = [column for name in named if (column := checked.schema.get(name))]
    expected = _rows(ports, test.expect, TableSchema(tuple(columns)), checked.schema, "expect")
    folder.mkdir(parents=True)
    try:
        inputs = {
            frame: _given(ports, folder / f"{frame}.parquet", ref, checked.frames[frame], test)
            for frame, ref in compiled.spec.sources.items()
        }
        if on_engine:
            found = _on_engine(ports, compiled, inputs, folder)
        else:
            files = {frame: table.files for frame, table in inputs.items()}
            found = ports.queries.query(compile_sql(checked), inputs=files, timeout_s=ports.settings.query_timeout_s)
        return expected, found.select([column.name for column in columns]).to_pylist()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rows(ports: Ports, rows: Sequence[Row], columns: TableSchema, known: TableSchema, what: str) -> list[Row]:
    for name in rows[0] if rows else ():
        if name not in known:
            raise SpecError(f"{what}: the result has no column {name!r}", fix=nearest(name, known.names))
    return ports.queries.query(rows_sql(rows, columns, what=what), inputs={}).to_pylist()


def _given(ports: Ports, file: Path, ref: TableRef, schema: TableSchema, test: ModelTest) -> PinnedTable:
    """The test's rows of one table as a file, as engines read tables."""
    rows = test.given[ref].rows if ref in test.given else ()
    table: pa.Table = ports.queries.query(rows_sql(rows, schema, what=f"given {ref}"), inputs={})
    pq.write_table(table, file)
    return PinnedTable(ref, 0, schema, (str(file),), len(rows), file.stat().st_size)


def _on_engine(ports: Ports, compiled: CompiledModel, inputs: Mapping[str, PinnedTable], folder: Path) -> pa.Table:
    code = format_python(compile_pyspark(compiled.checked))
    timeout_s = ports.settings.engine_timeout_s
    job = TransformJob(ports.new_id(), code, inputs, str(folder / "out"), compiled.checked.schema, timeout_s)
    staged = ports.engine.run(job, lambda what, facts: None)
    return ports.queries.query("SELECT * FROM staged", inputs={"staged": staged.files})
