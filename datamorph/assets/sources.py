"""Everything that Dagster gets of a sources file: assets, sensors, schedules. Loading never fails."""

from collections.abc import Callable, Mapping, Sequence

import dagster as dg

from datamorph.assets.broken import broken_asset
from datamorph.assets.launcher import watched_executor
from datamorph.assets.source import source_asset, source_schedule, source_sensor
from datamorph.core.catalog import CatalogTable
from datamorph.core.source_spec import SourceSpec
from datamorph.core.sources_file import SourcesFile
from datamorph.core.table import TableRef, snake_case, unique_names
from datamorph.platform import Platform
from datamorph.platform.scanning import Broken
from datamorph.settings import Settings


def source_definitions(open_: Callable[[], Platform]) -> dg.Definitions:
    """Definitions of the sources alone of the project that ``open_`` opens, for other code locations."""
    try:
        platform = open_()
        tables, file = platform.tables(), platform.sources.file()
    except Exception as error:  # the isolation boundary: the code location must load
        return dg.Definitions(assets=[broken_asset(Broken("sources", f"{type(error).__name__}: {error}"))])
    assets, sensors, schedules, broken = source_parts(file, tables, platform.settings)
    names = unique_names(one.name for one in broken)
    wrong = [broken_asset(Broken(name, one.reason)) for name, one in zip(names, broken, strict=True)]
    return dg.Definitions(
        assets=[*assets, *wrong], sensors=sensors, schedules=schedules, resources={"platform": platform},
        executor=watched_executor,
    )  # fmt: skip


def source_parts(
    file: SourcesFile, tables: Sequence[CatalogTable], settings: Settings
) -> tuple[list[dg.AssetsDefinition], list[dg.SensorDefinition], list[dg.ScheduleDefinition], list[Broken]]:
    """Assets, sensors and schedules of a sources file, and what of it cannot be shown as what it is."""
    published = {table.ref: table for table in tables}
    broken = [
        Broken(snake_case(name.removesuffix(".yaml")) if name else "sources_file", "\n".join(map(str, problems)))
        for name, problems in file.broken.items()
    ]
    assets, sensors, schedules = list[dg.AssetsDefinition](), list[dg.SensorDefinition](), list[dg.ScheduleDefinition]()
    for ref, spec in file.sources.items():
        try:
            asset, sensor, schedule = _parts(ref, spec, published, settings)
        except Exception as error:  # the isolation boundary: whatever is wrong with it, it is one source
            broken.append(Broken(snake_case(str(ref)), f"{type(error).__name__}: {error}"))
            continue
        assets.append(asset)
        sensors += [sensor] if sensor else []
        schedules += [schedule] if schedule else []
    return assets, sensors, schedules, broken


def _parts(
    ref: TableRef, spec: SourceSpec, published: Mapping[TableRef, CatalogTable], settings: Settings
) -> tuple[dg.AssetsDefinition, dg.SensorDefinition | None, dg.ScheduleDefinition | None]:
    asset = source_asset(ref, spec, published.get(ref), settings)
    return asset, source_sensor(ref, spec), source_schedule(ref, spec)
