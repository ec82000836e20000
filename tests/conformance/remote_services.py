"""Services that run jobs, as tests see them: an account with its levers, and what each service knows of its jobs."""

from __future__ import annotations

import json
import math
import time
import urllib.request
from collections.abc import Generator, Mapping
from pathlib import Path
from uuid import uuid4

import pytest
from aws import BUCKET
from case_tables import TYPES, pin_tables
from engine_cases import aws_options

from datamorph.adapters.engines import open_engine
from datamorph.local_aws.account import ROLE
from datamorph.ports import TransformJob

AT_ONCE = "def transform(orders):\n    return orders\n"
SLOW = "import time\ndef transform(orders):\n    time.sleep(2)\n    return orders\n"
ENDLESS = "import time\ndef transform(orders):\n    time.sleep(600)\n"
WAIT_S = 90.0
QUICK = {"minute_s": 60, "start_s": 0, "end_s": 0}
ROOM = {"ecs_tasks": 500, "emr_steps": 256, "emr_clusters": 500, "emr_serverless_runs": 500}
WORDS = {"SUCCESS": "SUCCEEDED", "COMPLETED": "SUCCEEDED", "CANCELLED": "STOPPED"}


class Cloud:
    """An account with its levers, and an engine over one service that is told nothing of other tests' jobs.

    Attributes:
        start, asked: what requests for a job's start and for its state are, in the words of ``local_aws.faults``.
        denied: the action that a start needs.
        full: its word for no place left.
        usage: what a job of less than a minute is billed; empty where none is told.
        has_timeout: the service itself ends jobs that take too long.
        has_log: it writes what jobs print to CloudWatch Logs.
        limit: of ``local_aws.limits``; empty where the service itself is told.
        listing: how jobs are listed, and what is answered by a listing that knows of none; empty where a service
            takes an order twice under one token for one.
    """

    name: str
    start: str
    asked: str
    denied: str
    full = "ThrottlingException"
    usage: Mapping[str, float] = {}
    has_timeout, has_log = False, True
    limit = ""
    listing: tuple[str, dict] | None = None

    def __init__(self, account, folder: Path) -> None:
        self.account, self.folder = account, folder
        self.jobs = f"s3://{BUCKET}/jobs-{uuid4().hex[:8]}"
        self.inputs = {"orders": pin_tables(folder)["orders"]}
        self.events: list[tuple[str, dict]] = []
        self.options = {"jobs": self.jobs, "lease_s": 2.0, **self.place(f"t{uuid4().hex[:8]}")}

    def place(self, name: str) -> dict:
        """Make a place of this test's own for jobs; the options that name it."""
        raise NotImplementedError

    def states(self) -> list[str]:
        """How the jobs of this test stand, the oldest first: SUCCEEDED, FAILED, STOPPED, TIMEOUT or another word."""
        raise NotImplementedError

    def ask(self, what: str, body: str = ""):
        request = urllib.request.Request(f"{self.account.endpoint}/local-aws/{what}", body.encode(), method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def fail(self, when: str, code: str, **more) -> None:
        self.ask("faults", json.dumps({"when": when, "code": code, **more}))

    def engine(self, **changes):
        return open_engine(self.name, self.folder, aws=aws_options(self.account, **{**self.options, **changes}))

    def run(self, code: str = AT_ONCE, *, on=None, **changes):
        """Run a job whose events are kept; ``changes`` are of the job, or else of the engine's options."""

        def report(what, facts):
            self.events.append((what, dict(facts)))
            if on:
                on(what, facts)

        return self.engine_run(code, on=report, **changes)

    def engine_run(self, code: str, *, on, timeout_s: float = 600, billed_s: float = math.inf, **changes):
        into = str(self.folder / uuid4().hex)
        job = TransformJob("run", code, self.inputs, into, TYPES["orders"], timeout_s=timeout_s, billed_s=billed_s)
        return self.engine(**changes).run(job, on)

    def told(self, what: str) -> list[dict]:
        return [facts for said, facts in self.events if said == what]

    def process(self, job_id: str) -> str:
        """What the lever ``kill`` calls a job."""
        return job_id.rpartition("/")[2]

    def allow(self, jobs: int) -> None:
        """So many jobs of this test may run at once."""
        self.ask("limits", json.dumps({self.limit: jobs}))

    def hide(self, times: int) -> None:
        """So many listings know of no job."""
        when, answer = self.listing
        self.ask("faults", json.dumps({"when": when, "answer": answer, "times": times}))

    def objects(self, folder: str) -> list[str]:
        """Keys below a folder of this test's job files."""
        prefix = f"{self.jobs.removeprefix(f's3://{BUCKET}/')}/{folder}/"
        found = self.account.client("s3").list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def claims(self) -> list[str]:
        """Claims of this test's work that somebody holds."""
        return self.objects("claims")

    def fail_messages(self, method: str, code: str, **more) -> None:
        """Fail requests for what this test's jobs say."""
        self.fail(f"{method} {self.jobs.removeprefix('s3:/')}/ /messages/", code, **more)


class Glue(Cloud):
    name, start, asked, denied = "glue", "AWSGlue.StartJobRun", "AWSGlue.GetJobRun", "glue:StartJobRun"
    full, usage, has_timeout = "ConcurrentRunsExceededException", {"dpu_h": 2 / 60}, True
    listing = "AWSGlue.GetJobRuns", {"JobRuns": []}

    def place(self, name):
        return {"glue_job": name}

    def allow(self, jobs):
        name, role = self.options["glue_job"], self.account.settings["aws_job_role"]
        wanted = {"Role": role, "Command": {"Name": "glueetl", "ScriptLocation": "s3://none/x"},
                  "ExecutionProperty": {"MaxConcurrentRuns": jobs}}  # fmt: skip
        client = self.account.client("glue")
        known = client.list_jobs()["JobNames"]
        client.update_job(JobName=name, JobUpdate=wanted) if name in known else client.create_job(Name=name, **wanted)

    def states(self):
        runs = self.account.client("glue").get_job_runs(JobName=self.options["glue_job"])["JobRuns"]
        return [run["JobRunState"] for run in runs]


class EmrServerless(Cloud):
    limit = "emr_serverless_runs"
    name, denied, has_timeout = "emr_serverless", "emr-serverless:StartJobRun", True
    full, usage = "ServiceQuotaExceededException", {"vcpu_h": 4 / 60, "memory_gb_h": 16 / 60, "storage_gb_h": 0.0}

    def place(self, name):
        made = self.account.client("emr-serverless").create_application(
            name=name, releaseLabel="emr-7.5.0", type="SPARK", clientToken=name
        )
        self.start = f"POST /applications/{made['applicationId']}/jobruns"
        self.asked = f"GET /applications/{made['applicationId']}/jobruns/"
        return {"emr_application": made["applicationId"]}

    def states(self):
        client, application = self.account.client("emr-serverless"), self.options["emr_application"]
        runs = sorted(client.list_job_runs(applicationId=application)["jobRuns"], key=lambda run: run["createdAt"])
        return [
            "TIMEOUT" if "timed out" in run.get("stateDetails", "") else WORDS.get(run["state"], run["state"])
            for run in runs
        ]


class Emr(Cloud):
    limit, listing = "emr_steps", ("ElasticMapReduce.ListSteps", {"Steps": []})
    name, start, denied = "emr", "ElasticMapReduce.AddJobFlowSteps", "elasticmapreduce:AddJobFlowSteps"
    asked, has_log = "ElasticMapReduce.DescribeStep", False

    def place(self, name):
        made = self.account.client("emr").run_job_flow(
            Name=name, ReleaseLabel="emr-7.5.0", JobFlowRole=ROLE, ServiceRole=ROLE,
            Instances={"MasterInstanceType": "m6g.xlarge", "InstanceCount": 1, "KeepJobFlowAliveWhenNoSteps": True},
        )  # fmt: skip
        return {"emr_cluster": made["JobFlowId"]}

    def states(self):
        steps = self.account.client("emr").list_steps(ClusterId=self.options["emr_cluster"])["Steps"]
        return [WORDS.get(step["Status"]["State"], step["Status"]["State"]) for step in reversed(steps)]


class TransientEmr(Emr):
    """A cluster for each job; a job's state is told when its cluster has ended."""

    limit, listing = "emr_clusters", ("ElasticMapReduce.ListClusters", {"Clusters": []})

    start, denied = "ElasticMapReduce.RunJobFlow", "elasticmapreduce:RunJobFlow"
    asked, usage = "ElasticMapReduce.DescribeCluster", {"emr_vcpu_h": 8 / 60}

    def place(self, name):
        return {"emr_cluster": "", "emr_instance_profile": ROLE, "emr_service_role": ROLE}

    def states(self):
        emr = self.account.client("emr")
        known = [emr.describe_cluster(ClusterId=one["Id"])["Cluster"] for one in emr.list_clusters()["Clusters"]]
        own = [found for found in known if str(found.get("LogUri", "")).startswith(self.jobs)]
        own.sort(key=lambda found: found["Status"]["Timeline"]["CreationDateTime"])
        return [self._ended(emr, found["Id"]) for found in own]

    def steps(self):
        emr = self.account.client("emr")
        return [emr.list_steps(ClusterId=facts["job_id"])["Steps"][0] for facts in self.told("submitted")]

    def process(self, job_id):
        return self.account.client("emr").list_steps(ClusterId=job_id)["Steps"][0]["Id"]

    @staticmethod
    def _ended(emr, cluster):
        deadline = time.monotonic() + 60
        while not (state := emr.describe_cluster(ClusterId=cluster)["Cluster"]["Status"]["State"]).startswith(
            "TERMINATED"
        ):
            assert time.monotonic() < deadline, f"cluster {cluster} is {state}"
            time.sleep(0.1)
        word = emr.list_steps(ClusterId=cluster)["Steps"][0]["Status"]["State"]
        return WORDS.get(word, word)


class Ecs(Cloud):
    limit = "ecs_tasks"
    name, start, denied = "ecs", "AmazonEC2ContainerServiceV20141113.RunTask", "ecs:RunTask"
    asked = "AmazonEC2ContainerServiceV20141113.DescribeTasks"
    full, usage = "LimitExceededException", {"fargate_vcpu_h": 2 / 60, "fargate_gb_h": 8 / 60}

    def place(self, name):
        self.account.client("ecs").create_cluster(clusterName=name, capacityProviders=["FARGATE", "FARGATE_SPOT"])
        return {"ecs_cluster": name}

    def states(self):
        client, cluster = self.account.client("ecs"), self.options["ecs_cluster"]
        arns = {
            arn
            for status in ("RUNNING", "STOPPED")
            for arn in client.list_tasks(cluster=cluster, desiredStatus=status)["taskArns"]
        }
        tasks = client.describe_tasks(cluster=cluster, tasks=sorted(arns))["tasks"] if arns else []
        return [self._word(task) for task in sorted(tasks, key=lambda task: str(task.get("startedAt", "")))]

    @staticmethod
    def _word(task):
        if task["lastStatus"] != "STOPPED":
            return task["lastStatus"]
        if task.get("stopCode") == "UserInitiated":
            return "STOPPED"
        return "SUCCEEDED" if all(c.get("exitCode") == 0 for c in task["containers"]) else "FAILED"


SERVICES = {"glue": Glue, "emr_serverless": EmrServerless, "emr": Emr, "transient_emr": TransientEmr, "ecs": Ecs}


def opened(account, folder: Path, name: str) -> Generator[Cloud]:
    """A service by its name; whatever a test does to it, afterwards nothing may run there."""
    found = SERVICES[name](account, folder)
    found.ask("clock", json.dumps(QUICK))
    yield found
    for what, body in (("healed", ""), ("limits", json.dumps(ROOM))):
        found.ask(what, body)
    deadline = time.monotonic() + WAIT_S
    while (left := found.ask("running")) and time.monotonic() < deadline:
        time.sleep(0.1)
    found.ask("clock", json.dumps(QUICK))
    assert not left, "a job is left running"


def often(*names: str) -> list:
    """Every service, those that are not named in the long suite only."""
    return [pytest.param(name, marks=() if name in names else pytest.mark.long) for name in SERVICES]
