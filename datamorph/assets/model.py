"""One Dagster asset for each SQL model, with its checks and its unit tests as blocking asset checks."""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg

from datamorph.assets.automation import automated, engine_pool
from datamorph.assets.failure import dagster_failure
from datamorph.assets.metadata import checked_metadata, column_schema, fenced, table_uri
from datamorph.assets.naming import ENGINES_AGREE, asset_key, check_names
from datamorph.assets.partitions import asked_partition, backfill_policy
from datamorph.assets.pipeline import MaterializeConfig, Step, describe_check
from datamorph.assets.recording import Recorder, run_metadata
from datamorph.core.lineage import trace
from datamorph.core.model_spec import CompiledModel, spec_name
from datamorph.core.model_test import TestOutcome
from datamorph.core.sql_model import SqlModel
from datamorph.core.table import TableSchema
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.platform.building import require_passed
from datamorph.platform.scanning import ScannedModel
from datamorph.settings import Settings


def model_asset(
    found: ScannedModel, model: SqlModel, settings: Settings, *, partitions: dg.PartitionsDefinition | None = None
) -> dg.AssetsDefinition:
    """Make the asset of one model; it needs a resource ``platform``.

    Returns:
        An asset keyed ``[tier, domain, name]``. Its unit tests run first, then the model; a failed test or check is
        recorded and fails the step, so that no materialisation is recorded and the published table keeps its rows.
    """
    key = asset_key(model.ref)
    sources = {f"source_{number}": asset_key(table) for number, table in enumerate(model.reads)}
    checks = [*_check_specs(found, key), *_test_specs(found, key)]
    return dg.AssetsDefinition(
        keys_by_input_name=sources,
        keys_by_output_name={"table": key},
        check_specs_by_output_name={f"check_{check.name}": check for check in checks},
        node_def=dg.op(
            name=f"model_{spec_name(model.ref)}",
            pool=engine_pool(settings.engine),
            ins={name: dg.In(dg.Nothing) for name in sources},
            out={"table": dg.Out(dg.Nothing)}
            | {f"check_{check.name}": dg.Out(dg.Nothing, is_required=False) for check in checks},
        )(_compute(found, key)),
        backfill_policy=backfill_policy(settings, partitions),
        specs=[
            automated(
                _asset_spec(found, model, settings), found.compiled.spec if found.compiled else None, settings
            ).replace_attributes(partitions_def=partitions)
        ],
    )


def _asset_spec(found: ScannedModel, model: SqlModel, settings: Settings) -> dg.AssetSpec:
    header, problems = model.header, "\n".join(map(str, found.problems))
    warning = f"It cannot run.\n\n```\n{problems}\n```" if problems else ""
    read = ", ".join(f"`{table}`" for table in model.reads)
    written = f"Computed from {read} by `{found.file}`; written with `{header.write}`."
    return dg.AssetSpec(
        key=asset_key(model.ref),
        deps=[asset_key(table) for table in model.reads],
        group_name=model.ref.tier.value,
        description="\n\n".join(part for part in (warning, header.description, written) if part),
        kinds={settings.engine, "sql", "error" if problems else "iceberg"},
        owners=[model.owner if "@" in model.owner else f"team:{model.owner}"],
        tags={**dict.fromkeys(header.tags, ""), "domain": model.ref.domain},
        code_version=found.version,
        metadata={
            "dagster/table_name": str(model.ref),
            "dagster/uri": table_uri(settings, model.ref),
            "dagster/code_references": _code_references(found),
            "sql": fenced(model.text, "sql"),
            **(_columns(found.compiled) if found.compiled else {}),
        },
    )


def _columns(compiled: CompiledModel) -> dict[str, Any]:
    """Columns with the header's words about them, and where they come from."""
    notes = {name.casefold(): note.description for name, note in compiled.model.header.columns.items()}
    described = [
        replace(column, description=notes.get(column.name.casefold(), "")) for column in compiled.checked.published
    ]
    schema = column_schema(TableSchema(tuple(described)), trace(compiled.checked))
    return {**checked_metadata(compiled.checked), "dagster/column_schema": schema}


def _code_references(found: ScannedModel) -> dg.CodeReferencesMetadataValue:
    file = Path(found.location)
    files = [file, *([file.with_name(f"{file.stem}.test.yaml")] if found.tests else [])]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # the exact pin of Dagster makes beta classes safe
        return dg.CodeReferencesMetadataValue(
            code_references=[dg.LocalFileCodeReference(file_path=str(one), label=one.name) for one in files]
        )


def _check_specs(found: ScannedModel, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    checks = found.checks
    agree = "A second engine computes the same rows from the same input."
    return [
        dg.AssetCheckSpec(ENGINES_AGREE, asset=key, blocking=True, description=agree),
        *(
            dg.AssetCheckSpec(name, asset=key, blocking=check.severity == "error", description=describe_check(check))
            for name, check in zip(check_names(check.name for check in checks), checks, strict=True)
        ),
    ]


def _test_names(found: ScannedModel) -> list[str]:
    """Names of the unit tests as checks, apart from all the others."""
    others = [check.name for check in found.checks]
    return check_names([*others, *(f"test {test.name}" for test in found.tests)])[len(others) :]


def _test_specs(found: ScannedModel, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(name, asset=key, blocking=True, description=f"Unit test: {test.description or test.name}.")
        for name, test in zip(_test_names(found), found.tests, strict=True)
    ]


def _compute(found: ScannedModel, key: dg.AssetKey) -> Callable[..., Iterator[Step]]:
    def materialise(
        context: dg.AssetExecutionContext, config: MaterializeConfig, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Step]:
        recorder = Recorder(context.log)
        try:
            outcomes = platform.test_model(found)
            yield from _test_results(found, outcomes, key)
            require_passed(found.name, outcomes)
            plan = platform.plan_model(found, partition=asked_partition(context), observe=recorder)
            result = platform.run(plan, force=True, approve=config.approve, observe=recorder)
        except DataMorphError as error:
            if not error.retryable:
                yield from (outcome.result(key) for outcome in recorder.outcomes)
            raise dagster_failure(error) from error
        version = dg.DataVersion(str(result.snapshot_id))
        yield dg.MaterializeResult(asset_key=key, metadata=run_metadata(platform, plan, result), data_version=version)
        yield from (outcome.result(key) for outcome in recorder.outcomes)

    return materialise


def _test_results(
    found: ScannedModel, outcomes: Sequence[TestOutcome], key: dg.AssetKey
) -> Iterator[dg.AssetCheckResult]:
    for name, outcome in zip(_test_names(found), outcomes, strict=True):
        difference = "\n".join(outcome.lines())
        metadata = {"difference": fenced(difference, "diff")} if difference else {}
        yield dg.AssetCheckResult(asset_key=key, check_name=name, passed=outcome.passed, metadata=metadata)
