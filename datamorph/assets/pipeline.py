"""One Dagster asset, with blocking checks and a schedule, for each saved pipeline."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from datamorph.assets.automation import automated, engine_pool
from datamorph.assets.failure import dagster_failure
from datamorph.assets.metadata import checked_metadata, code_references, fenced, saved_provenance, table_uri
from datamorph.assets.naming import ENGINES_AGREE, asset_key, check_names, op_name
from datamorph.assets.partitions import asked_partition, backfill_policy
from datamorph.assets.recording import Recorder, run_metadata
from datamorph.core.checks import Check
from datamorph.core.spec import PipelineSpec
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.platform.scanning import ScannedPipeline
from datamorph.ports import Pipeline
from datamorph.settings import Settings

Step = dg.AssetCheckResult | dg.MaterializeResult


class MaterializeConfig(dg.Config):
    """What a person may say when materialising a pipeline's table."""

    approve: bool = Field(default=False, description="Allow changes that break the table's readers.")


def pipeline_asset(
    scanned: ScannedPipeline, settings: Settings, *, partitions: dg.PartitionsDefinition | None = None
) -> dg.AssetsDefinition:
    """Make the asset of one pipeline; it needs a resource ``platform``.

    Args:
        scanned: with its type-checked spec, the asset has columns and column lineage before its first run.

    Returns:
        An asset keyed ``[tier, domain, name]``. A failed check is recorded and fails the step; no
        materialisation is recorded and the published table keeps its rows. ``engines_agree`` is left out of a
        run whose input is too large to be computed twice.
    """
    spec = scanned.pipeline.spec
    tables = dict.fromkeys(spec.sources.values())
    sources = {f"source_{number}": asset_key(table) for number, table in enumerate(tables)}
    checks = _check_specs(scanned)
    return dg.AssetsDefinition(
        keys_by_input_name=sources,
        keys_by_output_name={"table": asset_key(spec.target.table)},
        check_specs_by_output_name={f"check_{check.name}": check for check in checks},
        node_def=dg.op(
            name=op_name(spec.name),
            pool=engine_pool(settings.engine),
            ins={name: dg.In(dg.Nothing) for name in sources},
            out={"table": dg.Out(dg.Nothing)}
            | {f"check_{check.name}": dg.Out(dg.Nothing, is_required=False) for check in checks},
        )(_compute(spec)),
        backfill_policy=backfill_policy(settings, partitions),
        specs=[automated(_asset_spec(scanned, settings), spec, settings).replace_attributes(partitions_def=partitions)],
    )


def describe_pipeline(pipeline: Pipeline) -> str:
    """The prompt and what is done for it, step by step, as Markdown."""
    spec = pipeline.spec
    read = ", ".join(f"`{table}`" for table in spec.sources.values())
    steps = [f"Read {read}.", *(f"{_sentence(step.step.explain())}." for step in spec.steps)]
    steps.append(f"Publish `{spec.target.table}` when every check passes.")
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    assumed = "\n".join(f"- {assumption}" for assumption in spec.assumptions)
    return "\n\n".join(
        part for part in (spec.prompt or spec.description, numbered, assumed and f"Assumed:\n\n{assumed}") if part
    )


def describe_check(check: Check) -> str:
    """The check as it stands in the spec: ``expect_column_values_to_be_unique: column customer_id``."""
    arguments = ", ".join(f"{name} {value}" for name, value in check.kwargs.items())
    return f"{check.type}: {arguments}" if arguments else check.type


def _asset_spec(scanned: ScannedPipeline, settings: Settings) -> dg.AssetSpec:
    spec, problems = scanned.pipeline.spec, "\n".join(map(str, scanned.problems))
    warning = f"It cannot run on the tables of today.\n\n```\n{problems}\n```\n\n" if problems else ""
    return dg.AssetSpec(
        key=asset_key(spec.target.table),
        deps=[asset_key(table) for table in dict.fromkeys(spec.sources.values())],
        group_name=spec.target.table.tier.value,
        description=warning + describe_pipeline(scanned.pipeline),
        kinds={settings.engine, "pyspark", "error" if problems else "iceberg"},
        owners=[f"team:{spec.target.table.domain}"],
        tags={"domain": spec.target.table.domain, "pipeline": spec.name},
        code_version=scanned.version,
        metadata=_definition_metadata(scanned, settings),
    )


def _definition_metadata(scanned: ScannedPipeline, settings: Settings) -> dict[str, Any]:
    pipeline, checked = scanned.pipeline, scanned.checked
    table = pipeline.spec.target.table
    metadata: dict[str, Any] = {
        "dagster/table_name": str(table),
        "dagster/uri": table_uri(settings, table),
        "dagster/code_references": code_references(pipeline.folder),
        "spec": fenced(pipeline.document, "yaml"),
        "transform": fenced(pipeline.transform, "python"),
        **saved_provenance(pipeline.plan),
    }
    return metadata | checked_metadata(checked) if checked else metadata


def _check_specs(scanned: ScannedPipeline) -> list[dg.AssetCheckSpec]:
    """The checks and the comparison of two engines; without schemas, the checks are not known to fit."""
    key, checks = asset_key(scanned.pipeline.spec.target.table), scanned.checks
    specs = [
        dg.AssetCheckSpec(
            name,
            asset=key,
            blocking=check.blocks_table,
            description=describe_check(check),
        )
        for name, check in zip(check_names(check.name for check in checks), checks, strict=True)
    ]
    description = "A second engine computes the same rows from the same input."
    return [dg.AssetCheckSpec(ENGINES_AGREE, asset=key, blocking=True, description=description), *specs]


def _compute(spec: PipelineSpec) -> Callable[..., Iterator[Step]]:
    def materialise(
        context: dg.AssetExecutionContext, config: MaterializeConfig, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Step]:
        recorder, key = Recorder(context.log), asset_key(spec.target.table)
        try:
            plan = platform.plan_spec(spec, partition=asked_partition(context), observe=recorder)
            result = platform.run(plan, force=True, approve=config.approve, observe=recorder)
        except DataMorphError as error:
            if not error.retryable:
                yield from (found.result(key) for found in recorder.outcomes)
            raise dagster_failure(error) from error
        version = dg.DataVersion(str(result.snapshot_id))
        yield dg.MaterializeResult(asset_key=key, metadata=run_metadata(platform, plan, result), data_version=version)
        yield from (found.result(key) for found in recorder.outcomes)

    return materialise


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
