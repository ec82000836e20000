"""One Dagster asset for each source of ``sources.yaml``, and a sensor that loads new files as they come."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import dagster as dg
from pydantic import Field

from datamorph.assets.failure import dagster_failure
from datamorph.assets.file_runs import ask_for
from datamorph.assets.metadata import column_schema, rows_table, scalar, table_uri
from datamorph.assets.naming import asset_key
from datamorph.assets.recording import SHOWN_ROWS, Recorder
from datamorph.core.catalog import CatalogTable
from datamorph.core.result import RunResult
from datamorph.core.source_spec import SourceSpec
from datamorph.core.table import TableRef
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.settings import Settings

COMPLETE = "loaded_completely"
"""The check that nothing of a source was refused or set apart."""
INTERVAL_S, S3_INTERVAL_S = 5, 30
"""A look at a folder costs nothing, one at a bucket a request for each thousand objects."""
MOST_NAMES = 20

_KINDS = {".csv": "csv", ".tsv": "csv", ".parquet": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json",
          ".xlsx": "excel", ".xls": "excel", ".xlsb": "excel", ".ods": "excel"}  # fmt: skip
_FORMATS = {"csv": "csv", "tsv": "csv", "json": "json", "jsonl": "json", "parquet": "parquet", "excel": "excel"}


class LoadConfig(dg.Config):
    """What a person may say when loading a source."""

    full: bool = Field(default=False, description="Load it from the beginning: what is there now is all.")


def source_asset(
    ref: TableRef, spec: SourceSpec, table: CatalogTable | None, settings: Settings
) -> dg.AssetsDefinition:
    """Make the asset of one source; it needs a resource ``platform``.

    Args:
        table: as it is published; None before the first load.

    Returns:
        An asset keyed ``[raw, domain, name]``. What cannot be loaded fails its check and holds up nothing else.
    """
    key = asset_key(ref)
    about = "Nothing of the source was refused, and no line was set apart."
    check = dg.AssetCheckSpec(COMPLETE, asset=key, blocking=False, description=about)
    return dg.AssetsDefinition(
        keys_by_input_name={},
        keys_by_output_name={"table": key},
        check_specs_by_output_name={"check": check},
        node_def=dg.op(
            name=f"source_{'_'.join((ref.domain, ref.name))}",
            out={"table": dg.Out(dg.Nothing), "check": dg.Out(dg.Nothing, is_required=False)},
        )(_load(ref)),
        specs=[_asset_spec(ref, spec, table, settings)],
    )


def source_sensor(ref: TableRef, spec: SourceSpec) -> dg.SensorDefinition | None:
    """The sensor that requests a run for new files; None where only a request tells what is new."""
    if not spec.files:
        return None
    has_events = spec.files.events is not None

    @dg.sensor(
        name=f"{ref.tier.value}_{ref.domain}_{ref.name}_files",
        target=dg.AssetSelection.assets(asset_key(ref)),
        minimum_interval_seconds=S3_INTERVAL_S if spec.files.is_on_s3 else INTERVAL_S,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Loads new and changed files of {spec.place} into {ref}.",
    )
    def new_files(context: dg.SensorEvaluationContext, platform: dg.ResourceParam[Platform]) -> Any:
        try:
            pieces = platform.sources.waiting(ref).pieces
        except DataMorphError as error:
            return dg.SkipReason(error.problem)
        if not pieces:
            return dg.SkipReason(f"no new file at {spec.place}")
        asked = ask_for(context.instance, ref, pieces, now=platform.now(), are_named=not has_events)
        if isinstance(asked, str):
            return dg.SkipReason(asked)
        return dg.RunRequest(run_key=asked.run_key, asset_selection=[asset_key(ref)], tags=asked.tags)

    return new_files


def source_schedule(ref: TableRef, spec: SourceSpec) -> dg.ScheduleDefinition | None:
    """The schedule that the sources file asks for; running from the start."""
    if spec.schedule is None:
        return None
    return dg.ScheduleDefinition(
        name=f"{ref.tier.value}_{ref.domain}_{ref.name}_load",
        target=dg.AssetSelection.assets(asset_key(ref)),
        cron_schedule=spec.schedule.cron,
        execution_timezone=spec.schedule.timezone,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=f"Loads {spec.place} into {ref}.",
    )


def _asset_spec(ref: TableRef, spec: SourceSpec, table: CatalogTable | None, settings: Settings) -> dg.AssetSpec:
    owner = spec.owner or ref.domain
    place = f"Loaded from `{spec.place}` ({spec.kind}), as `{settings.sources}` says."
    known = {"dagster/column_schema": column_schema(table.schema)} if table else {}
    return dg.AssetSpec(
        key=asset_key(ref),
        group_name=ref.tier.value,
        description="\n\n".join(part for part in (spec.description, place) if part),
        kinds={_kind(spec), "iceberg"},
        owners=[owner if "@" in owner else f"team:{owner}"],
        tags={"domain": ref.domain},
        metadata={
            "dagster/table_name": str(ref),
            "dagster/uri": table_uri(settings, ref),
            "dagster/code_references": _code_reference(settings),
            "source": scalar(spec.place),
            **known,
        },
    )


def _code_reference(settings: Settings) -> dg.CodeReferencesMetadataValue:
    file = settings.path("sources")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # the exact pin of Dagster makes beta classes safe
        reference = dg.LocalFileCodeReference(file_path=str(file), label=file.name)
        return dg.CodeReferencesMetadataValue(code_references=[reference])


def _kind(spec: SourceSpec) -> str:
    if not spec.files:
        return spec.kind
    if spec.files.format:
        return _FORMATS[spec.files.format]
    suffixes = PurePath(spec.files.path).suffixes
    return next((_KINDS[suffix.lower()] for suffix in suffixes if suffix.lower() in _KINDS), "file")


def _load(ref: TableRef) -> Callable[..., Iterator[dg.AssetCheckResult | dg.MaterializeResult]]:
    def load(
        context: dg.AssetExecutionContext, config: LoadConfig, platform: dg.ResourceParam[Platform]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        try:
            result = platform.sources.load(ref, full=config.full, observe=Recorder(context.log))
        except DataMorphError as error:
            if not error.retryable:
                yield _complete(ref, {str(ref): error.problem}, 0)
            raise dagster_failure(error) from error
        yield dg.MaterializeResult(
            asset_key=asset_key(ref),
            metadata=_metadata(platform, ref, result),
            data_version=dg.DataVersion(str(result.snapshot_id)),
        )
        yield _complete(ref, result.refused, result.quarantined)

    return load


def _complete(ref: TableRef, refused: Any, quarantined: int) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if refused else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        asset_key=asset_key(ref),
        check_name=COMPLETE,
        passed=not refused and not quarantined,
        severity=severity,
        metadata={
            "refused": rows_table([{"piece": name, "reason": why} for name, why in list(refused.items())[:MOST_NAMES]]),
            "quarantined": scalar(quarantined),
        },
    )


def _metadata(platform: Platform, ref: TableRef, result: RunResult) -> dict[str, Any]:
    first = platform.read(ref, snapshot_id=result.snapshot_id, most=SHOWN_ROWS)
    shown = [{"piece": name} for name in result.loaded[:MOST_NAMES]]
    return {
        "dagster/row_count": result.rows,
        "dagster/column_schema": column_schema(result.schema),
        "snapshot_id": scalar(str(result.snapshot_id)),
        "run_id": scalar(result.run_id),
        "files": scalar(len(result.loaded)),
        "loaded": rows_table(shown),
        "quarantined": scalar(result.quarantined),
        "unchanged": scalar(result.is_unchanged),
        "first_rows": rows_table(first.to_pylist()),
        **{f"seconds_{stage}": scalar(round(seconds, 3)) for stage, seconds in result.seconds.items()},
    }
