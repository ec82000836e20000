"""One Dagster asset, with blocking checks and a schedule, for each saved pipeline."""

from typing import Any

import dagster as dg

from datamorph.assets.automation import automation
from datamorph.assets.computed import Computation, check_specs, computed_asset
from datamorph.assets.metadata import checked_metadata, code_references, fenced, saved_provenance, table_uri
from datamorph.assets.naming import asset_key, op_name
from datamorph.platform.scanning import ScannedPipeline
from datamorph.ports import Pipeline
from datamorph.settings import Settings


def pipeline_asset(
    scanned: ScannedPipeline, settings: Settings, *, partitions: dg.PartitionsDefinition | None = None
) -> dg.AssetsDefinition:
    """Make the asset of one pipeline; it needs a resource ``platform``.

    Args:
        scanned: with its type-checked spec, the asset has columns and column lineage before its first run.

    Returns:
        An asset keyed ``[tier, domain, name]``, see ``computed_asset``. ``engines_agree`` is left out of a run whose
        input is too large to be computed twice.
    """
    spec = scanned.pipeline.spec
    table = spec.target.table
    how = Computation(
        op=op_name(spec.name),
        table=table,
        reads=list(dict.fromkeys(spec.sources.values())),
        checks=check_specs(asset_key(table), scanned.checks),
        plan=lambda platform, partition, observe: platform.plan_spec(spec, partition=partition, observe=observe),
    )
    return computed_asset(how, _asset_spec(scanned, settings, partitions), settings)


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


def _asset_spec(
    scanned: ScannedPipeline, settings: Settings, partitions: dg.PartitionsDefinition | None
) -> dg.AssetSpec:
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
        partitions_def=partitions,
        **automation(spec.target.table, spec.schedule, settings),
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


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
