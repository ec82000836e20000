"""Everything of one project: its tables, its pipelines, the prompt job. Loading never fails."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import dagster as dg

from datamorph.assets.broken import broken_asset
from datamorph.assets.lake_changes import lake_sensor, project_shape
from datamorph.assets.pipeline import pipeline_asset, pipeline_schedule
from datamorph.assets.prompt import prompt_pipeline
from datamorph.assets.scan import Broken, ScannedPipeline, scan_pipelines
from datamorph.assets.table import missing_table_asset, table_asset
from datamorph.assets.upkeep import lake_upkeep, upkeep_schedule
from datamorph.core.catalog import CatalogTable
from datamorph.core.table import TableRef
from datamorph.platform import Platform

Asset = dg.AssetsDefinition | dg.AssetSpec
T = TypeVar("T")


def project_definitions(open_: Callable[[], Platform]) -> dg.Definitions:
    """Definitions of the project that ``open_`` opens.

    What cannot be read is one broken asset each: the settings, the lake, a pipeline. So the UI always comes
    up, and says what is wrong.
    """
    broken: list[Broken] = []
    platform = _isolated(open_, None, "settings", broken)
    if platform is None:
        return dg.Definitions(assets=[broken_asset(found) for found in broken])
    tables = _isolated(platform.tables, (), "lake", broken)
    schemas = {table.ref: table.schema for table in tables}
    pipelines, unusable = _isolated(lambda: scan_pipelines(platform, schemas), ((), ()), "pipelines", broken)
    computed, schedules = _pipelines(platform, pipelines, broken)
    external = _tables(platform, tables, [found.pipeline.spec.target.table for found in pipelines])
    missing = _missing(tables, pipelines)
    names = _isolated(platform.pipelines, (), "pipelines_folder", [])
    versions = {"", *(found.version for found in pipelines)}
    return dg.Definitions(
        assets=[*external, *missing, *computed, *map(broken_asset, [*broken, *unusable])],
        jobs=[prompt_pipeline, lake_upkeep],
        schedules=[*schedules, upkeep_schedule],
        sensors=[lake_sensor(project_shape(schemas, names), versions)],
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )


def _isolated(build: Callable[[], T], instead: T | None, name: str, broken: list[Broken]) -> T:
    try:
        return build()
    except Exception as error:  # the isolation boundary: the code location must load
        broken.append(Broken(name, f"{type(error).__name__}: {error}"))
        return instead  # pyright: ignore[reportReturnType]


def _pipelines(
    platform: Platform, pipelines: Sequence[ScannedPipeline], broken: list[Broken]
) -> tuple[list[Asset], list[dg.ScheduleDefinition]]:
    assets, schedules = list[Asset](), list[dg.ScheduleDefinition]()
    for found in pipelines:
        spec = found.pipeline.spec
        asset = _isolated(lambda found=found: pipeline_asset(found, platform.settings), None, spec.name, broken)
        if asset is None:
            continue
        assets.append(asset)
        schedule = _isolated(lambda spec=spec: pipeline_schedule(spec), None, f"{spec.name}_schedule", broken)
        schedules += [schedule] if schedule else []
    return assets, schedules


def _tables(platform: Platform, tables: Sequence[CatalogTable], computed: Sequence[TableRef]) -> list[Asset]:
    known = set(computed)
    return [table_asset(platform, table) for table in tables if table.ref not in known]


def _missing(tables: Sequence[CatalogTable], pipelines: Sequence[ScannedPipeline]) -> list[Asset]:
    known = {table.ref for table in tables} | {found.pipeline.spec.target.table for found in pipelines}
    wanted = dict.fromkeys(table for found in pipelines for table in found.pipeline.spec.sources.values())
    return [missing_table_asset(table) for table in wanted if table not in known]
