"""Services without room are waited for, and an order without an answer never gives two jobs that both go on."""

from __future__ import annotations

import json
import threading

import pytest
from case_tables import ORDERS
from remote_services import SERVICES, SLOW, often

from datamorph.errors import EngineError

WAITS = """
import time
from pathlib import Path
def transform(orders):
    while not Path({file!r}).exists():
        time.sleep(0.1)
    return orders
"""
FIRST_IS_ENDLESS = """
import sys
import time
from dagster_pipes import decode_param
def transform(orders):
    told = sys.argv[sys.argv.index("--dagster-pipes-context") + 1]
    if decode_param(told)["key"].endswith("/1/context.json"):
        time.sleep(600)
    return orders
"""
WITHOUT_TOKENS = [name for name, service in SERVICES.items() if service.listing]


@pytest.mark.long
@pytest.mark.parametrize("cloud", SERVICES, indirect=True)
def test_a_full_service_is_waited_for_and_its_words_are_told(cloud):
    cloud.allow(1)
    works, may_end = threading.Event(), cloud.folder / "may end"
    other = threading.Thread(
        target=lambda: cloud.engine_run(WAITS.format(file=str(may_end)), on=lambda what, _: works.set()), daemon=True
    )
    other.start()
    assert works.wait(90)

    def make_room(what, _facts):
        if what == "waiting":
            may_end.touch()

    staged = cloud.run(on=make_room)
    other.join(90)

    assert staged.rows == ORDERS.num_rows
    assert cloud.told("waiting")[0]["because"]
    assert not cloud.told("retry")
    assert cloud.states().count("SUCCEEDED") == 2


@pytest.mark.parametrize("cloud", often("ecs"), indirect=True)
def test_a_service_that_stays_full_fails_the_run_at_its_timeout_and_leaves_nothing(cloud):
    cloud.allow(0)

    with pytest.raises(EngineError, match="room") as error:
        cloud.run(timeout_s=1)

    assert error.value.retryable
    assert "SUCCEEDED" not in cloud.states()
    assert not cloud.claims()


def test_a_run_that_is_cancelled_while_it_waits_for_room_has_ordered_nothing(cloud):
    cloud.allow(0)

    def cancel(what, _facts):
        if what == "waiting":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.run(on=cancel)

    assert "SUCCEEDED" not in cloud.states()
    assert not cloud.claims()


@pytest.mark.parametrize("cloud", [name for name in often("transient_emr") if name.values[0] in WITHOUT_TOKENS],
                         indirect=True)  # fmt: skip
def test_the_job_of_a_lost_answer_that_is_listed_late_is_ended_and_the_other_one_counts(cloud):
    cloud.allow(50)
    cloud.fail(cloud.start, "InternalServiceException", status=500, times=1, is_done=True)
    cloud.hide(3)

    staged = cloud.run(FIRST_IS_ENDLESS, unclear_s=1.0, attempts=1)

    assert staged.rows == ORDERS.num_rows
    assert sorted(cloud.states()) == ["STOPPED", "SUCCEEDED"]
    assert not cloud.claims()
    assert not cloud.objects("doubts")


@pytest.mark.long
@pytest.mark.parametrize("cloud", ["glue", "transient_emr"], indirect=True)
def test_the_job_of_a_lost_answer_that_is_listed_after_its_run_is_ended_by_the_next_run(cloud):
    cloud.allow(50)
    cloud.fail(cloud.start, "InternalServiceException", status=500, times=1, is_done=True)
    cloud.hide(100_000)
    cloud.run(FIRST_IS_ENDLESS, unclear_s=1.0, attempts=1)
    assert len(cloud.objects("doubts")) == 1
    cloud.ask("healed")

    cloud.run()

    assert sorted(cloud.states()) == ["STOPPED", "SUCCEEDED", "SUCCEEDED"]
    assert not cloud.objects("doubts")


@pytest.mark.parametrize("cloud", often("glue"), indirect=True)
def test_an_attempt_that_took_what_a_job_may_cost_is_the_last(cloud):
    def lose(what, facts):
        if what == "submitted":
            job.append(facts["job_id"])
        if what == "session":
            cloud.ask("kill", cloud.process(job[0]))

    job: list[str] = []
    with pytest.raises(EngineError):
        cloud.run(SLOW, on=lose, billed_s=0.01)

    assert cloud.states() == ["FAILED"]
    assert not cloud.told("retry")
    assert not cloud.claims()


@pytest.mark.parametrize("cloud", ["transient_emr"], indirect=True)
def test_a_start_that_is_billed_counts_against_what_a_job_may_cost(cloud):
    cloud.ask("clock", json.dumps({"start_s": 600}))

    with pytest.raises(EngineError, match="start included, the job has cost engine_usd_per_run") as error:
        cloud.run(billed_s=1.5)

    (step,) = cloud.steps()
    assert step["Config"]["Args"][:2] == ["timeout", "75"]  # of a job that nobody follows: a minute, and a little more
    assert not error.value.retryable
    assert cloud.states() == ["STOPPED"]
    assert not cloud.claims()
