"""A run whose process is gone is noticed; one whose process lives is left alone."""

from __future__ import annotations

import subprocess
import sys
import time

import dagster as dg
import pytest
from dagster._core.events import EngineEventData
from dagster._core.launcher import WorkerStatus

from datamorph.assets.interrupted import ASKED, GIVEN_UP, interrupted_runs, will_go_on
from datamorph.assets.launcher import WatchedRunLauncher, is_alive


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def instance():
    overrides = {
        "run_launcher": {"module": "datamorph.assets.launcher", "class": "WatchedRunLauncher"},
        "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False},
    }
    with dg.instance_for_test(overrides=overrides) as instance:
        yield instance


@pytest.fixture
def run(instance):
    """A run that has begun, in a process of that number."""

    def begin(pid: int) -> dg.DagsterRun:
        created = instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
        instance.report_engine_event(f"Started process for run (pid: {pid}).", created, EngineEventData.in_process(pid))
        return created

    return begin


@dg.op
def wrong():
    raise ValueError("wrong")


@dg.job
def broken():
    wrong()


@dg.job
def job():
    dg.op(name="nothing")(lambda: None)()


def test_a_process_is_told_from_a_later_one_of_the_same_number(sleeper):
    assert is_alive(sleeper.pid, time.time())
    assert not is_alive(sleeper.pid, time.time() - 3600)

    sleeper.kill()

    assert not is_alive(sleeper.pid, time.time())
    sleeper.wait()
    assert not is_alive(sleeper.pid, time.time())


def test_what_is_not_told_is_not_dead(sleeper, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert is_alive(sleeper.pid, time.time())


def test_a_run_is_missed_when_its_process_is_gone(instance, run, sleeper):
    begun = run(sleeper.pid)
    launcher = instance.run_launcher

    assert isinstance(launcher, WatchedRunLauncher)
    assert launcher.supports_check_run_worker_health
    assert launcher.check_run_worker_health(begun).status is WorkerStatus.RUNNING
    sleeper.kill()
    sleeper.wait()
    found = launcher.check_run_worker_health(begun)

    assert found.status is WorkerStatus.NOT_FOUND
    assert f"its process {sleeper.pid} is gone" in found.msg


def test_a_run_that_failed_with_its_process_goes_on_and_a_failed_step_does_not(instance, run, sleeper):
    died = run(sleeper.pid)

    instance.report_run_failed(died, "its process is gone")
    failed = broken.execute_in_process(instance=instance, raise_on_error=False)

    assert will_go_on(instance, instance.get_run_by_id(died.run_id))
    assert not will_go_on(instance, instance.get_run_by_id(failed.run_id))


def test_what_dagster_could_not_run_again_is_asked_for_three_times(instance, run, sleeper):
    died = run(sleeper.pid)
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
