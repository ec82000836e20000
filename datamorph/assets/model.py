"""One Dagster asset for each SQL model, with its checks and its unit tests as blocking asset checks."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg

from datamorph.assets.automation import automation
from datamorph.assets.computed import Computation, check_specs, computed_asset
from datamorph.assets.metadata import checked_metadata, column_schema, fenced, table_uri
from datamorph.assets.naming import asset_key, check_names
from datamorph.core.lineage import trace
from datamorph.core.model_spec import CompiledModel, spec_name
from datamorph.core.model_test import TestOutcome
from datamorph.core.sql_model import SqlModel
from datamorph.core.table import TableSchema
from datamorph.platform import Platform
from datamorph.platform.building import require_passed
from datamorph.platform.scanning import ScannedModel
from datamorph.settings import Settings


def model_asset(
    found: ScannedModel, model: SqlModel, settings: Settings, *, partitions: dg.PartitionsDefinition | None = None
) -> dg.AssetsDefinition:
    """Make the asset of one model; it needs a resource ``platform``.

    Returns:
        An asset keyed ``[tier, domain, name]``, see ``computed_asset``. Its unit tests run first: a failed one is
        recorded and fails the step like a failed check.
    """
    key = asset_key(model.ref)
    how = Computation(
        op=f"model_{spec_name(model.ref)}",
        table=model.ref,
        reads=tuple(model.reads),
        checks=[*check_specs(key, found.checks), *_test_specs(found, key)],
        plan=lambda platform, partition, observe: platform.plan_model(found, partition=partition, observe=observe),
        before=lambda platform: _tested(platform, found, key),
    )
    return computed_asset(how, _asset_spec(found, model, settings, partitions), settings)


def _asset_spec(
    found: ScannedModel, model: SqlModel, settings: Settings, partitions: dg.PartitionsDefinition | None
) -> dg.AssetSpec:
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
        partitions_def=partitions,
        **automation(model.ref, found.compiled.spec.schedule if found.compiled else None, settings),
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


def _test_names(found: ScannedModel) -> list[str]:
    """Names of the unit tests as checks, apart from all the others."""
    others = [check.name for check in found.checks]
    return check_names([*others, *(f"test {test.name}" for test in found.tests)])[len(others) :]


def _test_specs(found: ScannedModel, key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(name, asset=key, blocking=True, description=f"Unit test: {test.description or test.name}.")
        for name, test in zip(_test_names(found), found.tests, strict=True)
    ]


def _tested(platform: Platform, found: ScannedModel, key: dg.AssetKey) -> Iterator[dg.AssetCheckResult]:
    """The results of its unit tests.

    Raises:
        CheckFailedError: one of them failed.
    """
    outcomes = platform.test_model(found)
    yield from _test_results(found, outcomes, key)
    require_passed(found.name, outcomes)


def _test_results(
    found: ScannedModel, outcomes: Sequence[TestOutcome], key: dg.AssetKey
) -> Iterator[dg.AssetCheckResult]:
    for name, outcome in zip(_test_names(found), outcomes, strict=True):
        difference = "\n".join(outcome.lines())
        metadata = {"difference": fenced(difference, "diff")} if difference else {}
        yield dg.AssetCheckResult(asset_key=key, check_name=name, passed=outcome.passed, metadata=metadata)
