"""The Dagster asset of a table that is computed, by a pipeline or a SQL model: its shape, and what a run of it does."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import dagster as dg
from pydantic import Field

from datamorph.assets.automation import engine_pool
from datamorph.assets.failure import dagster_failure
from datamorph.assets.naming import ENGINES_AGREE, asset_key, check_names
from datamorph.assets.partitions import asked_partition, backfill_policy
from datamorph.assets.recording import Recorder, run_metadata
from datamorph.core.checks import Check
from datamorph.core.plan import Plan
from datamorph.core.table import TableRef
from datamorph.errors import DataMorphError
from datamorph.platform import Platform
from datamorph.platform.journal import Observe
from datamorph.settings import Settings


class MaterializeConfig(dg.Config):
    """What a person may say when materialising a computed table."""

    approve: bool = Field(default=False, description="Allow changes that break the table's readers.")


@dataclass(frozen=True, slots=True)
class Computation:
    """How a table is computed.

    Attributes:
        op: name of its step in runs.
        table: what is computed.
        reads: from what.
        checks: what its runs record besides the materialisation.
        plan: plans a run for a partition, empty for the whole table.
        before: what must pass first, and is recorded whatever comes after.
    """

    op: str
    table: TableRef
    reads: Collection[TableRef]
    checks: Sequence[dg.AssetCheckSpec]
    plan: Callable[[Platform, str, Observe], Plan]
    before: Callable[[Platform], Iterable[dg.AssetCheckResult]] = lambda _: ()


# Made once for all assets: Dagster takes longer for them than for everything else of a pipeline.
_READ = dg.In(dg.Nothing)
_TABLE, _CHECK = dg.Out(dg.Nothing), dg.Out(dg.Nothing, is_required=False)
_CONFIG = MaterializeConfig.to_config_schema()


def computed_asset(how: Computation, asset: dg.AssetSpec, settings: Settings) -> dg.AssetsDefinition:
    """Make the asset; it needs a resource ``platform``.

    Returns:
        An asset whose failed checks are recorded and fail the step, so that no materialisation is recorded and the
        published table keeps its rows.
    """
    sources = {f"source_{number}": asset_key(table) for number, table in enumerate(how.reads)}
    checks = {f"check_{check.name}": check for check in how.checks}
    op = dg.OpDefinition(
        name=how.op,
        pool=engine_pool(settings.engine),
        ins=dict.fromkeys(sources, _READ),
        outs={"table": _TABLE, **dict.fromkeys(checks, _CHECK)},
        config_schema=_CONFIG,
        required_resource_keys={"platform"},
        compute_fn=_materialisation(how),
    )
    return dg.AssetsDefinition(
        keys_by_input_name=sources,
        keys_by_output_name={"table": asset.key},
        check_specs_by_output_name=checks,
        node_def=op,
        backfill_policy=backfill_policy(settings, asset.partitions_def),
        specs=[asset],
    )


def check_specs(key: dg.AssetKey, checks: Sequence[Check]) -> list[dg.AssetCheckSpec]:
    """The comparison of two engines, and these checks under the names that their results will have."""
    agree = "A second engine computes the same rows from the same input."
    return [
        dg.AssetCheckSpec(ENGINES_AGREE, asset=key, blocking=True, description=agree),
        *(
            dg.AssetCheckSpec(name, asset=key, blocking=check.blocks_table, description=describe_check(check))
            for name, check in zip(check_names(check.name for check in checks), checks, strict=True)
        ),
    ]


def describe_check(check: Check) -> str:
    """The check as it stands in the spec: ``expect_column_values_to_be_unique: column customer_id``."""
    arguments = ", ".join(f"{name} {value}" for name, value in check.kwargs.items())
    return f"{check.type}: {arguments}" if arguments else check.type


def _materialisation(how: Computation) -> Callable[..., Iterator[dg.AssetCheckResult | dg.MaterializeResult]]:
    key = asset_key(how.table)

    def materialise(
        context: dg.AssetExecutionContext, _: Mapping[str, object]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        config = MaterializeConfig(**context.op_execution_context.op_config)
        platform: Platform = context.resources.platform
        recorder = Recorder(context.log)
        try:
            yield from how.before(platform)
            plan = how.plan(platform, asked_partition(context), recorder)
            result = platform.run(plan, force=True, approve=config.approve, observe=recorder)
        except DataMorphError as error:
            if not error.retryable:
                yield from (outcome.result(key) for outcome in recorder.outcomes)
            raise dagster_failure(error) from error
        version = dg.DataVersion(str(result.snapshot_id))
        yield dg.MaterializeResult(asset_key=key, metadata=run_metadata(platform, plan, result), data_version=version)
        yield from (outcome.result(key) for outcome in recorder.outcomes)

    return materialise
