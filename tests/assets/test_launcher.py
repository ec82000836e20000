"""A run whose process is gone is noticed and run again; one whose process lives is left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.launcher import WorkerStatus

from datamorph.assets import lifeline
from datamorph.assets.interrupted import ASKED, GIVEN_UP, interrupted_runs, will_go_on
from datamorph.assets.launcher import watched_executor

HOLD = """
import sys, time
from pathlib import Path
from datamorph.assets.lifeline import hold
hold(Path(sys.argv[1]), sys.argv[2])
print("held", flush=True)
time.sleep(600)
"""


@pytest.fixture
def holder():
    """Starts a process that holds the lifeline of a run, and ends it at last."""
    started = []

    def hold(folder: Path, run_id: str) -> subprocess.Popen:
        process = subprocess.Popen([sys.executable, "-c", HOLD, folder, run_id], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield hold
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture(scope="module")
def instance():
    overrides = {
        "run_launcher": {"module": "datamorph.assets.launcher", "class": "WatchedRunLauncher"},
        "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False},
    }
    with dg.instance_for_test(overrides=overrides) as instance:
        yield instance


@pytest.fixture
def run(instance):
    """A run that has begun."""
    return instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)


@dg.op
def wrong():
    raise ValueError("wrong")


@dg.job
def broken():
    wrong()


@dg.job
def job():
    dg.op(name="nothing")(lambda: None)()


@dg.job(executor_def=watched_executor)
def watched():
    dg.op(name="nothing")(lambda: None)()


def lay(folder, run_id):
    lifeline.lay(folder, run_id, is_over=lambda _: True)


def test_a_lifeline_lasts_as_long_as_the_process_that_holds_it(holder, tmp_path):
    lay(tmp_path, "one")
    assert not lifeline.is_dead(tmp_path, "one")  # it is just starting

    process = holder(tmp_path, "one")
    assert not lifeline.is_dead(tmp_path, "one")
    process.kill()
    process.wait()

    assert lifeline.is_dead(tmp_path, "one")
    assert not lifeline.is_dead(tmp_path, "never_laid")


def test_what_never_came_to_hold_its_lifeline_died_on_the_way(tmp_path):
    lay(tmp_path, "one")

    long_ago = time.time() - lifeline.BEGINS_S - 1
    os.utime(tmp_path / "one", (long_ago, long_ago))

    assert lifeline.is_dead(tmp_path, "one")


def test_lifelines_of_long_ago_are_removed_unless_they_are_held_or_their_runs_were_not_missed_yet(holder, tmp_path):
    for name in ("old", "held", "new", "unmissed"):
        lay(tmp_path, name)
    holder(tmp_path, "held")
    for name in ("old", "held", "unmissed"):
        os.utime(tmp_path / name, (0, 0))

    lifeline.lay(tmp_path, "next", is_over=lambda run_id: run_id != "unmissed")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["held", "new", "next", "unmissed"]
    assert lifeline.is_dead(tmp_path, "unmissed")


def test_a_run_is_missed_when_its_process_is_gone(instance, run, holder):
    folder = Path(instance.storage_directory()) / "lifelines"
    launcher = instance.run_launcher
    lay(folder, run.run_id)
    process = holder(folder, run.run_id)

    assert launcher.supports_check_run_worker_health
    assert launcher.check_run_worker_health(run).status is WorkerStatus.RUNNING
    process.kill()
    process.wait()

    assert launcher.check_run_worker_health(run).status is WorkerStatus.NOT_FOUND


def test_a_run_holds_its_lifeline_once_it_executes(instance):
    folder = Path(instance.storage_directory()) / "lifelines"
    laid, not_laid = (instance.create_run_for_job(watched) for _ in range(2))
    lay(folder, laid.run_id)

    assert all(execute_run(InMemoryJob(watched), one, instance).success for one in (laid, not_laid))

    assert (folder / laid.run_id).read_text() == "held\n"
    assert not lifeline.is_dead(folder, laid.run_id)
    assert not (folder / not_laid.run_id).exists()


def test_a_run_that_failed_with_its_process_goes_on_and_a_failed_step_does_not(instance, run):
    died = run

    instance.report_run_failed(died, "its process is gone")
    failed = broken.execute_in_process(instance=instance, raise_on_error=False)

    assert will_go_on(instance, instance.get_run_by_id(died.run_id))
    assert not will_go_on(instance, instance.get_run_by_id(failed.run_id))


def test_what_dagster_could_not_run_again_is_asked_for_three_times(instance, run):
    died = run
    instance.report_run_failed(died, "its process is gone")

    def now():
        return instance.get_run_by_id(died.run_id)

    for time_ in range(1, 4):
        instance.report_engine_event(GIVEN_UP, died)  # as Dagster's daemon does
        instance.add_run_tags(died.run_id, {"dagster/will_retry": "false"})
        assert will_go_on(instance, now())
        interrupted_runs(dg.build_sensor_context(instance))
        assert (now().tags["dagster/will_retry"], now().tags[ASKED]) == ("true", str(time_))
        assert will_go_on(instance, now())

    instance.add_run_tags(died.run_id, {"dagster/will_retry": "false"})
    assert not will_go_on(instance, now())
    assert interrupted_runs(dg.build_sensor_context(instance)).skip_message == "no run was left behind"


@pytest.mark.parametrize(("ended", "now"), [("COMPLETED_FAILED", "REQUESTED"), ("CANCELED", "CANCELED")])
def test_a_backfill_that_ended_over_such_a_run_goes_on_unless_a_person_ended_it(instance, ended, now):
    instance.add_backfill(PartitionBackfill(ended, BulkActionStatus[ended], False, {}, 0.0, asset_selection=[]))
    died = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={"dagster/backfill": ended})
    instance.report_run_failed(died, "its process is gone")
    instance.report_engine_event(GIVEN_UP, died)
    instance.add_run_tags(died.run_id, {"dagster/will_retry": "false"})

    interrupted_runs(dg.build_sensor_context(instance))

    assert instance.get_backfill(ended).status is BulkActionStatus[now]
