"""The lake kept in order every night: compact, expire, sweep."""

import dagster as dg

from datamorph.platform import Platform

UPKEEP_JOB = "lake_upkeep"
NIGHTLY = "17 3 * * *"


@dg.op(out=dg.Out(dg.Nothing))
def compact(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """Join small files; a table that is busy is left for the next night."""
    found = platform.compact()
    for one in found:
        context.log.info(f"{one.table}: {one.files_before:,} files became {one.files_after:,}")
    context.add_output_metadata({"tables": len(found)})


@dg.op(ins={"compacted": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
def expire(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """Forget snapshots that are neither recent, tagged nor read, with the files that only they needed."""
    found = {table: freed for table, freed in platform.expire().items() if freed.snapshots}
    for table, freed in found.items():
        context.log.info(f"{table}: {freed.snapshots:,} snapshots, {freed.files:,} files, {freed.bytes:,} bytes")
    snapshots, size = (sum(getattr(freed, name) for freed in found.values()) for name in ("snapshots", "bytes"))
    context.add_output_metadata({"tables": len(found), "snapshots": snapshots, "bytes": size})


@dg.op(ins={"expired": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
def sweep(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform]) -> None:
    """Remove files that no table names, once they are old enough; never those of living runs."""
    freed = platform.sweep()
    context.add_output_metadata({"files": freed.files, "bytes": freed.bytes})


@dg.job(name=UPKEEP_JOB, description="Compacts tables, expires old snapshots, removes what killed runs left.")
def lake_upkeep() -> None:
    """Readers and runs notice nothing of it; how long things are kept are settings."""
    sweep(expired=expire(compacted=compact()))


upkeep_schedule = dg.ScheduleDefinition(
    job=lake_upkeep,
    cron_schedule=NIGHTLY,
    name=f"{UPKEEP_JOB}_schedule",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Keeps the lake in order every night at 03:17 UTC.",
)
