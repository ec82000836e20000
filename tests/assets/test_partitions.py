"""Partitioned tables in Dagster: what they are cut by, one run for each, a range in one run, the command line."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.assets.lake_changes import lake_sensor
from datamorph.assets.project import project_definitions
from datamorph.errors import SpecError
from datamorph.ports import Pipeline

DAILY = """\
    name: daily
    sources: {orders: raw.shop.orders}
    steps: [{name: totals, aggregate: {from: orders, by: [ordered_on], measures: {total: sum(amount)}}}]
    target: {table: curated.ops.daily, write: replace_partitions, partition_by: [ordered_on]}
    schedule: {cron: "0 6 * * *", timezone: Europe/Vienna}
    """
KEY = dg.AssetKey(["curated", "ops", "daily"])


@pytest.fixture
def save(platform, spec_of):
    def save(text):
        plan = platform.plan_spec(spec_of(text))
        FolderPipelines(platform.settings.path("pipelines")).save(Pipeline(plan.spec, plan.transform, plan.query))
        return plan.spec

    return save


def call(arguments):
    command = [str(Path(sys.executable).with_name("datamorph")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)


def days(platform):
    return [str(day) for day in platform.read("curated.ops.daily").sort_by("ordered_on")["ordered_on"].to_pylist()]


def test_a_partition_of_a_table_is_run_alone_and_the_others_stay(platform, save, instance, load):
    save(DAILY)

    for key in ("2024-01-05", "2024-02-01"):
        job = load().resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(asset_selection=[KEY], partition_key=key, instance=instance)
        assert result.success

    assert days(platform) == ["2024-01-05", "2024-02-01"]
    assert instance.get_materialized_partitions(KEY) == {"2024-01-05", "2024-02-01"}
    assert platform.history("curated.ops.daily")[0].properties["partition"] == "2024-02-01"


def test_a_range_is_one_run_where_the_settings_say_so(platform, save, instance, home):
    from datamorph import open_platform

    save(DAILY)
    one = open_platform(home, backfill_runs="one")
    job = project_definitions(lambda: one).resolve_implicit_global_asset_job_def()
    tags = {"dagster/asset_partition_range_start": "2024-01-05", "dagster/asset_partition_range_end": "2024-02-03"}

    assert job.execute_in_process(asset_selection=[KEY], tags=tags, instance=instance).success

    assert days(platform) == ["2024-01-05", "2024-01-09", "2024-02-01", "2024-02-03"]
    assert len(instance.get_materialized_partitions(KEY)) == 30
    assert len(platform.history("curated.ops.daily")) == 1


def test_values_are_partitions_once_they_are_published(platform, save, instance, load):
    text = DAILY.replace("ordered_on", "status").replace("daily", "by_status")
    spec = save(text)
    platform.run(platform.plan_spec(spec))

    defs = load()
    sensor = next(found for found in defs.sensors if found.name == "lake_changes")
    with dg.build_sensor_context(instance=instance, resources={"platform": platform}) as context:
        sensor(context)

    assert set(instance.get_dynamic_partitions("curated.ops.by_status")) == {"completed", "cancelled"}
    listed = (
        text + "checks: [{expect_column_values_to_be_in_set: {column: status, value_set: [completed, open]}}]\n    "
    )
    save(listed)
    (asset,) = [spec for spec in load().resolve_all_asset_specs() if spec.key.path[-1] == "by_status"]
    assert asset.partitions_def.get_partition_keys() == ["completed", "open"]


def test_a_schedule_of_a_partitioned_table_asks_for_the_latest_partition_that_is_over(platform, save, load):
    save(DAILY)
    repository = load().get_repository_def()
    schedule = repository.get_schedule_def("daily_schedule")

    with dg.build_schedule_context(repository_def=repository, scheduled_execution_time=datetime.now(UTC)) as context:
        (request,) = schedule.evaluate_tick(context).run_requests

    assert schedule.execution_timezone == "Europe/Vienna"
    assert request.partition_key == repository.asset_graph.get(KEY).partitions_def.get_last_partition_key()


def test_ticks_that_are_made_up_for_each_have_the_partition_of_their_time(platform, save, load):
    save(DAILY)
    repository = load().get_repository_def()
    schedule = repository.get_schedule_def("daily_schedule")

    def partition(tick):
        with dg.build_schedule_context(repository_def=repository, scheduled_execution_time=tick) as context:
            return schedule.evaluate_tick(context).run_requests[0].partition_key

    ticks = [datetime(2024, 3, day, 5, tzinfo=UTC) for day in (2, 3, 4)]
    assert [partition(tick) for tick in ticks] == ["2024-03-01", "2024-03-02", "2024-03-03"]


@pytest.mark.long
def test_the_command_line_fills_a_range(platform, save, home):
    save(DAILY)
    done = call(["backfill", "daily", "--from", "2024-02-01", "--to", "2024-02-03", "--home", str(home)])

    assert done.returncode == 0, done.stderr
    assert "3 of 3 runs published" in done.stdout
    assert days(platform) == ["2024-02-01", "2024-02-03"]


def test_a_table_without_partitions_is_told(platform, totals):
    with pytest.raises(SpecError, match="not partitioned"):
        platform.plan_spec(totals, partition="2024-01-01")


def test_the_sensor_works_without_partitions(platform, instance):
    sensor = lake_sensor([])
    with dg.build_sensor_context(instance=instance, resources={"platform": platform}) as context:
        assert sensor(context) is not None
