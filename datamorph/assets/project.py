"""Everything of one project: its tables, its pipelines and SQL models, the prompt job. Loading never fails."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

import dagster as dg

from datamorph.assets.alerting import ALERTS
from datamorph.assets.automation import update_sensors
from datamorph.assets.broken import broken_asset
from datamorph.assets.inbox import inbox_sensor
from datamorph.assets.interrupted import interrupted_runs
from datamorph.assets.lake_changes import lake_sensor
from datamorph.assets.launcher import watched_executor
from datamorph.assets.model import model_asset
from datamorph.assets.partitions import begins_later, dynamic_column, partitions_of
from datamorph.assets.pipeline import pipeline_asset
from datamorph.assets.prompt import prompt_pipeline
from datamorph.assets.schedule import pipeline_schedule
from datamorph.assets.sources import source_parts
from datamorph.assets.table import missing_table_asset, table_asset
from datamorph.assets.upkeep import lake_upkeep, upkeep_schedule
from datamorph.core.catalog import CatalogTable
from datamorph.core.model_spec import spec_name
from datamorph.core.sources_file import SourcesFile
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef, unique_names
from datamorph.core.typecheck import CheckedSpec
from datamorph.platform import Platform
from datamorph.platform.scanning import Broken, ProjectScan, ScannedModel, ScannedPipeline

Asset = dg.AssetsDefinition | dg.AssetSpec
Tables = Mapping[TableRef, CatalogTable]
T = TypeVar("T")


def project_definitions(open_: Callable[[], Platform]) -> dg.Definitions:
    """Definitions of the project that ``open_`` opens.

    What cannot be read is one broken asset each: the settings, the lake, a pipeline, a model. So the UI always comes
    up, and says what is wrong.
    """
    broken: list[Broken] = []
    platform = _isolated(open_, None, "settings", broken)
    if platform is None:
        return dg.Definitions(assets=_broken(broken))
    tables = _isolated(platform.tables, (), "lake", broken)
    known, schemas = {table.ref: table for table in tables}, {table.ref: table.schema for table in tables}
    found = _isolated(lambda: platform.scan(schemas), ProjectScan((), (), (), {}), "pipelines", broken)
    computed, schedules = _pipelines(platform, found.pipelines, known, broken)
    modelled, scheduled = _models(platform, found.models, known, broken)
    declared = _isolated(platform.sources.file, SourcesFile(), "sources_file", broken)
    loaded, file_sensors, load_schedules, wrong = source_parts(declared, tables, platform.settings)
    broken += wrong
    made = {*found.reads, *declared.sources}
    external = [table_asset(platform, table) for table in tables if table.ref not in made]
    missing = _missing(tables, found, declared.sources)
    cut_by = _isolated(lambda: _cut_by(found, known), {}, "partitions", broken)
    settled = _isolated(lambda: _settled(found, known), (), "partitions", [])
    return dg.Definitions(
        assets=[*external, *loaded, *missing, *computed, *modelled, *_broken([*broken, *found.broken])],
        jobs=[prompt_pipeline, lake_upkeep],
        schedules=[*schedules, *scheduled, *load_schedules, upkeep_schedule],
        sensors=[
            lake_sensor(schemas, cut_by, computed=settled),
            inbox_sensor,
            interrupted_runs,
            *file_sensors,
            *ALERTS,
            *update_sensors(platform.settings),
        ],
        resources={"platform": platform},
        executor=watched_executor,
    )


def _isolated(build: Callable[[], T], instead: T | None, name: str, broken: list[Broken]) -> T:
    try:
        return build()
    except Exception as error:  # the isolation boundary: the code location must load
        broken.append(Broken(name, f"{type(error).__name__}: {error}"))
        return instead  # pyright: ignore[reportReturnType]


def _broken(found: Sequence[Broken]) -> list[dg.AssetSpec]:
    """One asset each; two of one name would be the end of the code location."""
    names = unique_names(one.name for one in found)
    return [broken_asset(Broken(name, one.reason)) for name, one in zip(names, found, strict=True)]


def _pipelines(
    platform: Platform, pipelines: Sequence[ScannedPipeline], tables: Tables, broken: list[Broken]
) -> tuple[list[Asset], list[dg.ScheduleDefinition]]:
    assets, schedules = list[Asset](), list[dg.ScheduleDefinition]()
    for found in pipelines:
        spec = found.pipeline.spec
        parts = _partitions(found.checked, tables, spec.name, broken)
        build = partial(pipeline_asset, found, platform.settings, partitions=parts)
        asset = _isolated(build, None, spec.name, broken)
        if asset is None:
            continue
        assets.append(asset)
        schedules += _schedules(spec, parts, broken)
    return assets, schedules


def _models(
    platform: Platform, models: Sequence[ScannedModel], tables: Tables, broken: list[Broken]
) -> tuple[list[Asset], list[dg.ScheduleDefinition]]:
    assets, schedules = list[Asset](), list[dg.ScheduleDefinition]()
    for found in models:
        model = found.model if found.is_placed else None
        if model is None:
            continue  # it is among the broken
        name = spec_name(model.ref)
        parts = _partitions(found.compiled.checked if found.compiled else None, tables, name, broken)
        build = partial(model_asset, found, model, platform.settings, partitions=parts)
        asset = _isolated(build, None, name, broken)
        if asset is None:
            continue
        assets.append(asset)
        schedules += _schedules(found.compiled.spec, parts, broken) if found.compiled else []
    return assets, schedules


def _partitions(
    checked: CheckedSpec | None, tables: Tables, name: str, broken: list[Broken]
) -> dg.PartitionsDefinition | None:
    return _isolated(lambda: partitions_of(checked, tables), None, f"{name}_partitions", broken)


def _cut_by(found: ProjectScan, tables: Tables) -> dict[TableRef, str]:
    """Tables whose partitions are the values that they have, with the column."""
    checked = [one.checked for one in found.pipelines] + [one.compiled.checked for one in found.models if one.compiled]
    columns = {one.spec.target.table: dynamic_column(one, partitions_of(one, tables)) for one in checked if one}
    return {ref: column for ref, column in columns.items() if column}


def _settled(found: ProjectScan, tables: Tables) -> Collection[TableRef]:
    """Computed tables, unless one of them waits for the data of another one to know when its partitions begin."""
    waits = any(begins_later(one.checked, tables) for one in found.pipelines)
    waits = waits or any(begins_later(one.compiled.checked, tables) for one in found.models if one.compiled)
    return frozenset() if waits else found.reads.keys()


def _schedules(
    spec: PipelineSpec, partitions: dg.PartitionsDefinition | None, broken: list[Broken]
) -> list[dg.ScheduleDefinition]:
    schedule = _isolated(lambda: pipeline_schedule(spec, partitions), None, f"{spec.name}_schedule", broken)
    return [schedule] if schedule else []


def _missing(tables: Sequence[CatalogTable], found: ProjectScan, loaded: Collection[TableRef]) -> list[Asset]:
    known = {*(table.ref for table in tables), *found.reads, *loaded}
    wanted = dict.fromkeys(table for reads in found.reads.values() for table in sorted(reads))
    return [missing_table_asset(table) for table in wanted if table not in known]
