"""Schedules that specs ask for."""

import dagster as dg

from datamorph.assets.naming import asset_key
from datamorph.core.spec import PipelineSpec


def pipeline_schedule(
    spec: PipelineSpec, partitions: dg.PartitionsDefinition | None = None
) -> dg.ScheduleDefinition | None:
    """The schedule that a spec asks for; running from the start, and can be stopped in the UI.

    Of a table that is cut by time, it materialises the latest partition that was over at the time of the tick: ticks
    that are made up for after a pause each have a partition of their own.
    """
    if spec.schedule is None:
        return None
    target = dg.AssetSelection.assets(asset_key(spec.target.table))
    timed = partitions if isinstance(partitions, dg.TimeWindowPartitionsDefinition) else None
    name, cron, zone = f"{spec.name}_schedule", spec.schedule.cron, spec.schedule.timezone
    description = f"Materialises {spec.target.table}: {spec.prompt or spec.name}"
    if timed is None:
        return dg.ScheduleDefinition(
            name=name, target=target, cron_schedule=cron, execution_timezone=zone,
            default_status=dg.DefaultScheduleStatus.RUNNING, description=description,
        )  # fmt: skip

    @dg.schedule(
        name=name, target=target, cron_schedule=cron, execution_timezone=zone,
        default_status=dg.DefaultScheduleStatus.RUNNING, description=description,
    )  # fmt: skip
    def latest_partition(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        with dg.partition_loading_context(effective_dt=context.scheduled_execution_time):
            key = timed.get_last_partition_key()
        return dg.RunRequest(partition_key=key) if key else dg.SkipReason("no partition is over yet")

    return latest_partition
