"""Reads everything of a project that computes tables; one bad pipeline or model never hides the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import cast

from datamorph.core.checks import Check
from datamorph.core.document import read_document
from datamorph.core.model_spec import CompiledModel, declared_checks, spec_name
from datamorph.core.model_test import ModelTest, parse_tests
from datamorph.core.problem import Problem
from datamorph.core.project_graph import Outcome, ProjectGraph, arrange
from datamorph.core.sql_model import ModelProblem, SqlModel, model_ref, parse_model
from datamorph.core.sql_template import Variable
from datamorph.core.table import TableRef, TableSchema, snake_case
from datamorph.core.typecheck import CheckedSpec
from datamorph.errors import DataMorphError, SpecError
from datamorph.platform.contracts import demanded_checks, unreadable_contracts
from datamorph.platform.ports import Ports
from datamorph.ports import ModelFile, Pipeline


@dataclass(frozen=True, slots=True)
class ScannedPipeline:
    """A pipeline that can be read.

    Attributes:
        version: hash of the spec.
        checked: the spec with all its schemas; None when it cannot run on the tables of today.
        problems: why it cannot.
        demanded: checks of its table's contract.
    """

    pipeline: Pipeline
    version: str
    checked: CheckedSpec | None
    problems: tuple[Problem, ...] = ()
    demanded: tuple[Check, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """What a run judges, the same whatever tables there are: the spec's checks, then those of the contract."""
        own = self.pipeline.spec.all_checks
        return (*own, *(check for check in self.demanded if check not in own))


@dataclass(frozen=True, slots=True)
class ScannedModel:
    """A SQL model's file, and what came of reading it.

    Attributes:
        name: ``tier.domain.name``; of a file in no such place, its path.
        file: the file as people name it.
        location: its absolute path.
        model: None when it cannot be read.
        compiled: None when it cannot run on the tables of today.
        problems: why it cannot be built; empty where it can.
        is_placed: False for what cannot be part of the graph: not readable, rival or circular.
        schemas: the tables that it reads, as far as they are known.
        variables: of the project.
        demanded: checks of its table's contract.
    """

    name: str
    file: str
    location: str
    model: SqlModel | None = None
    compiled: CompiledModel | None = None
    problems: tuple[ModelProblem, ...] = ()
    tests: tuple[ModelTest, ...] = ()
    is_placed: bool = False
    schemas: Mapping[TableRef, TableSchema] = field(default_factory=dict[TableRef, TableSchema])
    variables: Mapping[str, Variable] = field(default_factory=dict[str, Variable])
    demanded: tuple[Check, ...] = ()

    @property
    def checks(self) -> tuple[Check, ...]:
        """What a run judges, the same whatever tables there are: the model's checks, then those of the contract."""
        own = declared_checks(self.model) if self.model else ()
        return (*own, *(check for check in self.demanded if check not in own))

    @property
    def version(self) -> str:
        """Changes with its meaning; with the file, as long as it has none."""
        if self.compiled:
            return self.compiled.spec.hash()
        return self.model.version if self.model else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that cannot be shown as what it is, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProjectScan:
    """What a project computes.

    Attributes:
        pipelines: those that can be part of the graph, in the order in which data moves.
        models: all of them; those that can be part of the graph first, in the order in which data moves.
        broken: what cannot be part of the graph.
        reads: computed table to the tables that it is computed from.
    """

    pipelines: Sequence[ScannedPipeline]
    models: Sequence[ScannedModel]
    broken: Sequence[Broken]
    reads: Mapping[TableRef, frozenset[TableRef]]


def scan_project(ports: Ports, tables: Mapping[TableRef, TableSchema]) -> ProjectScan:
    """Read and check every saved pipeline and every SQL model.

    Args:
        tables: the published tables. A table that is not published yet has the columns that its pipeline or model
            gives it, so a new project shows its columns before the first run.
    """
    pipelines, broken = _pipelines(ports)
    variables, mistakes = _variables(ports)
    read = [_model(ports, file, variables) for file in ports.models.files()]
    models = {found.model.file: found for found in read if found.model}
    graph = arrange(
        [pipeline.spec for pipeline in pipelines.values()],
        [found.model for found in models.values() if found.model],
        tables,
        writable=ports.settings.writable,
    )
    unreadable = [found for found in read if not found.model]
    broken += mistakes + [Broken(_broken_name(found), _told(found.problems)) for found in unreadable]
    misplaced = _misplaced(graph, models)
    broken += [Broken(one.name, one.reason) for one in graph.misplaced]
    broken += [Broken(name, reason) for name, reason in unreadable_contracts(ports).items()]
    scanned = [
        _placed(models[node.file], outcome, graph) for node, outcome in graph.nodes if isinstance(node, SqlModel)
    ]
    return ProjectScan(
        [
            _scanned(ports, pipelines[node.name], outcome)
            for node, outcome in graph.nodes
            if not isinstance(node, SqlModel)
        ],
        [*scanned, *misplaced, *unreadable],
        broken,
        graph.reads,
    )


def _pipelines(ports: Ports) -> tuple[dict[str, Pipeline], list[Broken]]:
    loaded, broken = dict[str, Pipeline](), list[Broken]()
    for name in ports.pipelines.names():
        try:
            loaded[name] = ports.pipelines.load(name)
        except Exception as error:  # the isolation boundary: whatever is wrong with it, it is one pipeline
            broken.append(Broken(name, f"{type(error).__name__}: {error}"))
    return loaded, broken


def _variables(ports: Ports) -> tuple[dict[str, Variable], list[Broken]]:
    file = f"{ports.settings.models}/variables.yaml"
    try:
        data = read_document(ports.models.variables(), origin=file)
        if data is None:
            return {}, []
        if not isinstance(data, dict):
            raise SpecError(f"{file} is no mapping of names to values", fix="write name: value")
        return cast("dict[str, Variable]", data), []
    except (DataMorphError, OSError, ValueError) as error:
        return {}, [Broken("variables_yaml", str(error))]


def _model(ports: Ports, file: ModelFile, variables: Mapping[str, Variable]) -> ScannedModel:
    shown = f"{ports.settings.models}/{file.path}"
    unread = partial(ScannedModel, file=shown, location=file.location)
    ref = model_ref(file.path, file=shown)
    if file.problem:
        hint = "restore the file, or remove it"
        return unread(name=file.path, problems=(ModelProblem(shown, 1, 1, file.problem, hint),))
    if isinstance(ref, ModelProblem):
        return unread(name=file.path, problems=(ref,))
    try:
        model = parse_model(file.text, ref=ref, file=shown, variables=variables)
    except Exception as error:  # the isolation boundary: whatever is wrong with it, it is one model
        hint = "write it more simply"
        model = ModelProblem(shown, 1, 1, f"{type(error).__name__}: {error}", hint)
    if isinstance(model, ModelProblem):
        return unread(name=str(ref), problems=(model,))
    demanded = demanded_checks(ports, ref)
    return _with_tests(unread(name=str(ref), model=model, variables=variables, demanded=demanded), file)


def _with_tests(found: ScannedModel, file: ModelFile) -> ScannedModel:
    tests = f"{found.file.removesuffix('.sql')}.test.yaml"
    try:
        return replace(found, tests=parse_tests(file.tests, file=tests))
    except SpecError as error:
        return replace(found, problems=(ModelProblem(tests, 1, 1, error.problem, error.fix),))


def _scanned(ports: Ports, pipeline: Pipeline, outcome: Outcome) -> ScannedPipeline:
    version, demanded = pipeline.spec.hash(), demanded_checks(ports, pipeline.spec.target.table)
    if isinstance(outcome, CheckedSpec):
        return ScannedPipeline(pipeline, version, outcome, demanded=demanded)
    problems = tuple(one for one in outcome if isinstance(one, Problem)) if isinstance(outcome, tuple) else ()
    return ScannedPipeline(pipeline, version, None, problems, demanded)


def _placed(found: ScannedModel, outcome: Outcome, graph: ProjectGraph) -> ScannedModel:
    reads = found.model.reads if found.model else ()
    schemas = {ref: graph.schemas[ref] for ref in reads if ref in graph.schemas}
    if isinstance(outcome, CompiledModel):
        return replace(found, compiled=outcome, is_placed=True, schemas=schemas)
    problems = tuple(one for one in outcome if isinstance(one, ModelProblem)) if isinstance(outcome, tuple) else ()
    return replace(found, problems=(*problems, *found.problems), is_placed=True, schemas=schemas)


def _misplaced(graph: ProjectGraph, models: Mapping[str, ScannedModel]) -> list[ScannedModel]:
    hint = "read other tables, or remove one of the two"
    return [
        replace(models[one.model.file], problems=(one.model.problem_at(None, one.reason, hint=hint),))
        for one in graph.misplaced
        if one.model
    ]


def _broken_name(found: ScannedModel) -> str:
    try:
        return spec_name(TableRef.parse(found.name))
    except ValueError:
        return snake_case(found.name.removesuffix(".sql"))


def _told(problems: Sequence[ModelProblem]) -> str:
    return "\n".join(map(str, problems))


__all__ = ["Broken", "ProjectScan", "ScannedModel", "ScannedPipeline", "scan_project"]
