"""The lake's upkeep runs in Dagster as it does at the command line."""

from __future__ import annotations

import dagster as dg

from datamorph.assets.upkeep import lake_upkeep, upkeep_schedule

TABLE = "raw.shop.orders"


def test_the_nightly_job_keeps_what_is_young_and_removes_nothing_that_is_needed(platform, home):
    for _ in range(3):
        platform.load(home.parent / "orders.csv", TABLE, force=True)

    result = lake_upkeep.execute_in_process(resources={"platform": platform})

    assert result.success
    assert len(platform.history(TABLE)) == 4
    assert platform.read(TABLE).num_rows == 5


def test_the_schedule_is_on_at_night_by_default():
    assert upkeep_schedule.default_status is dg.DefaultScheduleStatus.RUNNING
    assert upkeep_schedule.cron_schedule == "17 3 * * *"
