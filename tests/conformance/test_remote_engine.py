"""Whatever happens to AWS, to its machines or to us: the outcome is right, and no job is left running.

Every service runs all of it in the long suite; on every build Glue does most of it, and others some.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from dataclasses import asdict

import pytest
from case_tables import ORDERS
from engine_cases import aws_options
from remote_services import AT_ONCE, ENDLESS, SLOW, often

from datamorph import open_platform
from datamorph.errors import EngineError, SettingsError


@pytest.mark.parametrize("cloud", often("glue", "ecs"), indirect=True)
def test_progress_log_and_usage_arrive_and_a_full_or_throttled_service_is_waited_for(cloud):
    cloud.fail(cloud.start, "ThrottlingException", times=1)
    cloud.fail(cloud.start, cloud.full, times=1)
    cloud.fail(cloud.asked, "InternalServiceException", status=500, times=1)
    cloud.fail(f"GET {cloud.jobs.removeprefix('s3:/')}/", "SlowDown", status=503, times=2)
    cloud.fail(f"GET {cloud.jobs.removeprefix('s3:/')}/", "InternalError", status=500, times=2)

    staged = cloud.run("def transform(orders):\n    print('from the job')\n    return orders\n")

    assert staged.rows == ORDERS.num_rows
    assert cloud.states() == ["SUCCEEDED"]
    assert [what for what, _ in cloud.events if what in ("submitted", "session", "compiled", "written")] == [
        "submitted", "session", "compiled", "written"]  # fmt: skip
    assert not cloud.has_log or ["from the job"] in [facts["lines"] for facts in cloud.told("log")]
    assert cloud.told("usage") == ([{"engine": cloud.name, **cloud.usage}] if cloud.usage else [])


def test_an_order_whose_answer_is_lost_is_not_given_twice(cloud):
    cloud.run()
    cloud.fail(cloud.start, "InternalServiceException", status=500, times=1, is_done=True)

    assert cloud.run().rows == ORDERS.num_rows
    assert cloud.states() == ["SUCCEEDED"] * 2


def test_what_is_not_allowed_starts_nothing_and_says_what_is_missing(cloud):
    cloud.run()
    message = f"User: x is not authorized to perform: {cloud.denied}"
    cloud.fail(cloud.start, "AccessDeniedException", message=message)

    with pytest.raises(EngineError, match=cloud.denied) as error:
        cloud.run()

    assert not error.value.retryable
    assert cloud.states() == ["SUCCEEDED"]
    assert not cloud.claims()


@pytest.mark.parametrize("cloud", ["glue"], indirect=True)
def test_a_job_definition_that_nobody_may_make_is_said(cloud):
    with pytest.raises(SettingsError, match="aws_job_role"):
        cloud.run(glue_job="nobody-made-it", role="")

    assert not cloud.claims()


@pytest.mark.long
def test_a_service_stops_a_job_at_its_timeout_or_we_do_and_it_is_said(cloud):
    if cloud.has_timeout:
        cloud.ask("clock", json.dumps({"minute_s": 0.3}))

    with pytest.raises(EngineError, match="at its timeout" if cloud.has_timeout else "ran longer than 2 s") as error:
        cloud.run(ENDLESS, timeout_s=600 if cloud.has_timeout else 2)

    assert not error.value.retryable
    assert cloud.states() == ["TIMEOUT" if cloud.has_timeout else "STOPPED"]
    assert not cloud.claims()


@pytest.mark.long
def test_a_lost_machine_costs_another_attempt_and_a_wrong_transform_none(cloud):
    lost = []

    def lose(what, facts):
        if what == "submitted":
            lost.append(facts["job_id"])
        if what == "session" and len(lost) == 1:
            cloud.ask("kill", cloud.process(lost[0]))

    assert cloud.run(SLOW, on=lose).rows == ORDERS.num_rows
    with pytest.raises(EngineError, match="no such luck") as error:
        cloud.run("def transform(orders):\n    raise ValueError('no such luck')\n")

    assert cloud.states() == ["FAILED", "SUCCEEDED", "FAILED"]
    assert not error.value.retryable
    assert not cloud.claims()


@pytest.mark.parametrize(
    "moment",
    ["submitted", pytest.param("state", marks=pytest.mark.long), "session",
     pytest.param("compiled", marks=pytest.mark.long), pytest.param("written", marks=pytest.mark.long)],
)  # fmt: skip
def test_a_cancelled_run_stops_its_job_whatever_it_does(cloud, moment):
    cloud.ask("clock", json.dumps({"start_s": 2 if moment in ("submitted", "state") else 0}))

    def cancel(what, _facts):
        if what == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.run(SLOW, on=cancel)

    may_be_too_late = moment in ("compiled", "written")
    assert cloud.states() in ([["STOPPED"], ["SUCCEEDED"]] if may_be_too_late else [["STOPPED"]])
    assert cloud.ask("running") == []
    assert not cloud.claims()


@pytest.mark.long
@pytest.mark.parametrize("cloud", ["ecs"], indirect=True)
@pytest.mark.parametrize(
    ("state", "clock", "ends"),
    [
        ("PROVISIONING", {"start_s": 20}, "STOPPED"), ("PENDING", {"start_s": 12}, "STOPPED"),
        ("RUNNING", {}, "STOPPED"), ("DEPROVISIONING", {"end_s": 8}, "SUCCEEDED"),
    ],
)  # fmt: skip
def test_a_cancelled_run_sees_its_task_stopped_in_every_state_of_it(cloud, state, clock, ends):
    cloud.ask("clock", json.dumps(clock))

    def cancel(what, facts):
        if what == "state" and facts["state"] == state:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.run(ENDLESS if state == "RUNNING" else AT_ONCE, on=cancel)

    assert cloud.states() == [ends]
    assert cloud.ask("running") == []
    assert not cloud.claims()


@pytest.mark.long
def test_a_run_that_is_cancelled_while_its_order_is_on_the_way_leaves_no_job(cloud):
    cloud.run()
    cloud.fail(cloud.start, "", delay_s=2, times=1)
    timer = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()

    with pytest.raises(KeyboardInterrupt):
        cloud.run(ENDLESS)

    assert cloud.states() == ["SUCCEEDED", "STOPPED"]
    assert not cloud.claims()


def test_messages_that_come_late_or_twice_change_nothing(cloud):
    cloud.fail_messages("PUT", "InternalError", status=500, times=3, is_done=True)
    cloud.fail_messages("GET", "NoSuchKey", status=404, times=8)

    assert cloud.run().rows == ORDERS.num_rows

    said = Counter(what for what, _ in cloud.events)
    assert [said[what] for what in ("submitted", "session", "compiled", "written")] == [1, 1, 1, 1]
    assert cloud.states() == ["SUCCEEDED"]


@pytest.mark.long
def test_messages_that_are_slower_than_the_job_are_waited_for(cloud):
    def delay(what, _facts):
        if what == "submitted":
            cloud.fail_messages("GET", "NoSuchKey", status=404, times=24)

    assert cloud.run(on=delay).rows == ORDERS.num_rows
    assert cloud.states() == ["SUCCEEDED"]


@pytest.mark.long
def test_a_job_whose_messages_are_lost_is_not_believed(cloud):
    cloud.fail_messages("GET", "NoSuchKey", status=404, times=100_000)

    with pytest.raises(EngineError, match="last message did not arrive") as error:
        cloud.run(attempts=1)

    assert error.value.retryable
    assert cloud.states() == ["SUCCEEDED"]
    assert not cloud.claims()


def test_expired_credentials_leave_the_job_to_whoever_comes_next(cloud):
    cloud.fail(cloud.asked, "ExpiredTokenException", times=1)
    with pytest.raises(EngineError, match="credentials are not valid"):
        cloud.run(SLOW)

    assert cloud.run(SLOW).rows == ORDERS.num_rows

    assert len(cloud.told("submitted")) == len(cloud.told("re-attached")) == 1
    assert cloud.states() == ["SUCCEEDED"]


ORCHESTRATOR = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from datamorph.adapters.engines import open_engine
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.core.plan import PinnedTable
from datamorph.core.table import TableRef
from datamorph.ports import TransformJob
from case_tables import TYPES
file = {file!r}
table = PinnedTable(TableRef.parse("raw.shop.orders"), 1, TYPES["orders"], (file,), 6, Path(file).stat().st_size)
engine = open_engine({name!r}, Path("."), aws=AwsOptions(**{options!r}))
engine.run(TransformJob("lost", {code!r}, {{"orders": table}}, {into!r}, TYPES["orders"], timeout_s={timeout_s}),
           lambda what, facts: print(what, flush=True))
"""


def killed(cloud, code, moment, *, timeout_s=600):
    """Start a job in a process of its own and kill that at a moment; what it had said."""
    options = asdict(aws_options(cloud.account, **cloud.options))
    script = textwrap.dedent(ORCHESTRATOR).format(
        paths=[path for path in sys.path if path], name=cloud.name, options=options, code=code, timeout_s=timeout_s,
        into=str(cloud.folder / "lost"), file=cloud.inputs["orders"].files[0],
    )  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as orchestrator:
        seen = [orchestrator.stdout.readline().strip()]
        while seen[-1] not in (moment, ""):
            seen.append(orchestrator.stdout.readline().strip())
        orchestrator.send_signal(signal.SIGKILL)
    return seen


@pytest.mark.parametrize("moment", [pytest.param("submitted", marks=pytest.mark.long), "session"])
def test_the_job_of_a_killed_orchestrator_is_found_again_and_not_started_twice(cloud, moment):
    cloud.ask("clock", json.dumps({"start_s": 2 if moment == "submitted" else 0}))

    seen = killed(cloud, SLOW, moment)
    staged = cloud.run(SLOW)

    assert "submitted" in seen
    assert staged.rows == ORDERS.num_rows
    assert cloud.told("re-attached")[0]["run_id"] == "lost"
    assert not cloud.told("submitted")
    assert cloud.states() == ["SUCCEEDED"]


@pytest.mark.long
@pytest.mark.parametrize("cloud", ["transient_emr"], indirect=True)
def test_a_cluster_whose_orchestrator_is_killed_ends_its_job_in_time_and_itself(cloud):
    seen = killed(cloud, ENDLESS, "session", timeout_s=5)

    assert "session" in seen
    assert cloud.states() == ["FAILED"]


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_table_is_what_it_was_after_every_failure_and_new_after_the_next_success(cloud, platform, totals, home):
    settings = {name: value for name, value in cloud.account.settings.items() if name != "lake"}
    own = {name: value for name, value in cloud.options.items() if name not in ("jobs", "lease_s")}
    remote = open_platform(
        home, **{**settings, **own}, engine=cloud.name, aws_jobs=cloud.jobs, aws_job_attempts=1, engine_timeout_s=600
    )
    first = remote.run(remote.plan_spec(totals))
    costs = [event.facts["cost_usd"] for _, event in remote.events(first.run_id) if "cost_usd" in event.facts]
    assert len(costs) == bool(cloud.usage)
    assert all(0 < cost < 1 for cost in costs)
    before, history = remote.read(first.table).to_pylist(), len(remote.history(first.table))
    faults = [
        (cloud.start, {"code": "AccessDeniedException"}), (cloud.start, {"code": "ExpiredTokenException"}),
        (cloud.asked, {"code": "ExpiredTokenException"}), (f"PUT {cloud.jobs.removeprefix('s3:/')}/claims/",
        {"code": "AccessDenied", "status": 403}),
    ]  # fmt: skip

    for when, fault in faults:
        cloud.fail(when, **fault)
        with pytest.raises(EngineError):
            remote.run(remote.plan_spec(totals), force=True)
        assert remote.read(first.table).to_pylist() == before
        assert len(remote.history(first.table)) == history
    again = remote.run(remote.plan_spec(totals), force=True)

    assert remote.read(again.table).to_pylist() == before
    assert {state for state in cloud.states()} == {"SUCCEEDED"}
    remote.close()
