"""Whatever happens to AWS, to its machines or to us: the outcome is right, and no job is left running."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest
from aws import BUCKET
from case_tables import ORDERS, TYPES, pin_tables
from engine_cases import aws_options

from datamorph.adapters.engines import open_engine
from datamorph.errors import EngineError, SettingsError
from datamorph.ports import TransformJob

WAIT_S = 90.0
AT_ONCE = "def transform(orders):\n    return orders\n"
SLOW = "import time\ndef transform(orders):\n    time.sleep(2)\n    return orders\n"


class Aws:
    """An account with its levers, and an engine over it that is told nothing of other tests' jobs."""

    def __init__(self, account, folder: Path) -> None:
        self.account, self.folder = account, folder
        self.jobs = f"s3://{BUCKET}/jobs-{uuid4().hex[:8]}"
        self.name = f"job-{uuid4().hex[:8]}"
        self.inputs = {"orders": pin_tables(folder)["orders"]}
        self.events: list[tuple[str, dict]] = []

    def ask(self, what: str, body: str = ""):
        request = urllib.request.Request(f"{self.account.endpoint}/local-aws/{what}", body.encode(), method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def fail(self, when: str, code: str, **more) -> None:
        self.ask("faults", json.dumps({"when": when, "code": code, **more}))

    def engine(self, **changes):
        given = {"jobs": self.jobs, "glue_job": self.name, "lease_s": 2.0, **changes}
        return open_engine("glue", self.folder, aws=aws_options(self.account, **given))

    def run(self, code: str = AT_ONCE, *, on=None, timeout_s: float = 600, **changes):
        def report(what, facts):
            self.events.append((what, dict(facts)))
            if on:
                on(what, facts)

        into = str(self.folder / uuid4().hex)
        return self.engine(**changes).run(
            TransformJob("run", code, self.inputs, into, TYPES["orders"], timeout_s=timeout_s), report
        )

    def told(self, what: str) -> list[dict]:
        return [facts for said, facts in self.events if said == what]

    def states(self) -> list[str]:
        """States of all runs of this test's job, the oldest first."""
        runs = self.account.client("glue").get_job_runs(JobName=self.name)["JobRuns"]
        return [run["JobRunState"] for run in runs]


@pytest.fixture
def cloud(account, tmp_path):
    found = Aws(account, tmp_path)
    found.ask("clock", json.dumps({"minute_s": 60, "start_s": 0}))
    yield found
    deadline = time.monotonic() + WAIT_S
    while (left := found.ask("running")) and time.monotonic() < deadline:
        time.sleep(0.1)
    found.ask("clock", json.dumps({"minute_s": 60, "start_s": 0}))
    assert not left, "a job is left running"


def test_progress_log_and_usage_arrive_and_a_full_or_throttled_service_is_waited_for(cloud):
    cloud.fail("AWSGlue.StartJobRun", "ThrottlingException", times=1)
    cloud.fail("AWSGlue.StartJobRun", "ConcurrentRunsExceededException", times=1)
    cloud.fail("AWSGlue.GetJobRun", "InternalServiceException", status=500, times=1)
    cloud.fail(f"GET /{BUCKET}/", "SlowDown", status=503, times=2)

    staged = cloud.run("def transform(orders):\n    print('from the job')\n    return orders\n")

    assert staged.rows == ORDERS.num_rows
    assert cloud.states() == ["SUCCEEDED"]
    assert [what for what, _ in cloud.events if what in ("submitted", "session", "compiled", "written", "usage")] == [
        "submitted", "session", "compiled", "written", "usage"]  # fmt: skip
    assert ["from the job"] in [facts["lines"] for facts in cloud.told("log")]
    assert cloud.told("usage") == [{"engine": "glue", "dpu_h": pytest.approx(2 * 60 / 3600)}]


def test_an_order_whose_answer_is_lost_is_not_given_twice(cloud):
    cloud.run()
    cloud.fail("AWSGlue.StartJobRun", "InternalServiceException", status=500, times=1, is_done=True)

    assert cloud.run().rows == ORDERS.num_rows
    assert cloud.states() == ["SUCCEEDED"] * 2


def test_what_is_not_allowed_or_does_not_exist_starts_nothing_and_says_what_is_missing(cloud):
    cloud.run()
    message = "User: x is not authorized to perform: glue:StartJobRun"
    cloud.fail("AWSGlue.StartJobRun", "AccessDeniedException", message=message)

    with pytest.raises(EngineError, match="glue:StartJobRun") as error:
        cloud.run()
    with pytest.raises(SettingsError, match="aws_job_role"):
        cloud.run(glue_job="nobody-made-it", role="")

    assert not error.value.retryable
    assert cloud.states() == ["SUCCEEDED"]


@pytest.mark.long
def test_glue_stops_a_job_at_its_timeout_and_we_say_so(cloud):
    cloud.ask("clock", json.dumps({"minute_s": 0.3}))

    with pytest.raises(EngineError, match="at its timeout") as error:
        cloud.run("import time\ndef transform(orders):\n    time.sleep(600)\n", timeout_s=600)

    assert not error.value.retryable
    assert cloud.states() == ["TIMEOUT"]


@pytest.mark.long
def test_a_lost_machine_costs_another_attempt_and_a_wrong_transform_none(cloud):
    lost = []

    def lose(what, facts):
        if what == "submitted":
            lost.append(facts["job_id"])
        if what == "session" and len(lost) == 1:
            cloud.ask("kill", lost[0])

    assert cloud.run(SLOW, on=lose).rows == ORDERS.num_rows
    with pytest.raises(EngineError, match="no such luck") as error:
        cloud.run("def transform(orders):\n    raise ValueError('no such luck')\n")

    assert cloud.states() == ["FAILED", "SUCCEEDED", "FAILED"]
    assert not error.value.retryable


@pytest.mark.parametrize("moment", ["submitted", "session", "compiled"])
def test_a_cancelled_run_stops_its_job_whatever_it_does(cloud, moment):
    cloud.ask("clock", json.dumps({"start_s": 2 if moment == "submitted" else 0}))

    def cancel(what, _facts):
        if what == moment:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.run(SLOW, on=cancel)

    assert cloud.states() == ["STOPPED"]
    assert cloud.ask("running") == []


def test_expired_credentials_leave_the_job_to_whoever_comes_next(cloud):
    cloud.fail("AWSGlue.GetJobRun", "ExpiredTokenException", times=1)
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
engine = open_engine("glue", Path("."), aws=AwsOptions(**{options!r}))
engine.run(TransformJob("lost", {code!r}, {{"orders": table}}, {into!r}, TYPES["orders"]),
           lambda what, facts: print(what, flush=True))
"""


def test_the_job_of_a_killed_orchestrator_is_found_again_and_not_started_twice(cloud):
    names = ("endpoint", "region", "role")
    options = aws_options(cloud.account, jobs=cloud.jobs)
    told = {name: getattr(options, name) for name in names} | {
        "jobs": cloud.jobs,
        "glue_job": cloud.name,
        "lease_s": 2.0,
    }
    script = textwrap.dedent(ORCHESTRATOR).format(
        paths=[path for path in sys.path if path], options=told, code=SLOW, into=str(cloud.folder / "lost"),
        file=cloud.inputs["orders"].files[0],
    )  # fmt: skip
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as orchestrator:
        seen = [orchestrator.stdout.readline().strip()]
        while seen[-1] not in ("session", ""):
            seen.append(orchestrator.stdout.readline().strip())
        orchestrator.send_signal(signal.SIGKILL)

    staged = cloud.run(SLOW)

    assert "submitted" in seen
    assert staged.rows == ORDERS.num_rows
    assert cloud.told("re-attached")[0]["run_id"] == "lost"
    assert not cloud.told("submitted")
    assert cloud.states() == ["SUCCEEDED"]
