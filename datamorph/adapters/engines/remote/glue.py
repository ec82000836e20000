"""Service glue: AWS Glue, standard or Flex."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from typing import Any

from botocore.exceptions import ClientError

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.failures import code_of
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase
from datamorph.core.engine_size import glue_size
from datamorph.errors import SettingsError

TOKEN = "--datamorph-token"  # noqa: S105 (an argument's name)
RUNS_AT_ONCE = 50
LOOKED_AT, HOUR_S = 200, 3600.0
"""So many of the latest runs are searched for one of ours: it was started a moment before its orchestrator was lost."""
PHASES = {
    "STARTING": Phase.WAITING,
    "WAITING": Phase.WAITING,
    "RUNNING": Phase.RUNNING,
    "STOPPING": Phase.RUNNING,
    "SUCCEEDED": Phase.SUCCEEDED,
    "STOPPED": Phase.STOPPED,
    "TIMEOUT": Phase.TIMED_OUT,
    "EXPIRED": Phase.TIMED_OUT,
    "FAILED": Phase.FAILED,
    "ERROR": Phase.FAILED,
}


class GlueService:
    """JobService over Glue. All runs share one job definition, which is made where it is missing and a role is set."""

    name = "glue"
    has_tokens, start_s = False, 0.0

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        self._glue, self._once, self._options = clients("glue"), clients("glue", once=True), options

    def start(self, order: JobOrder) -> str:
        """See JobService.start."""
        try:
            return self._start(order)
        except ClientError as error:
            if code_of(error) != "EntityNotFoundException":
                raise
            self._create(order)
            return self._start(order)

    def find(self, token: str) -> str | None:
        """See JobService.find: Glue takes no token, so it is an argument of the run."""
        seen, more = 0, dict[str, Any]()
        while seen < LOOKED_AT:
            page = self._glue.get_job_runs(JobName=self._options.glue_job, MaxResults=100, **more)
            for run in page["JobRuns"]:
                if run.get("Arguments", {}).get(TOKEN) == token:
                    return str(run["Id"])
            seen += len(page["JobRuns"])
            if not page.get("NextToken"):
                break
            more = {"NextToken": page["NextToken"]}
        return None

    def state(self, job_id: str) -> JobState:
        """See JobService.state."""
        run: dict[str, Any] = self._glue.get_job_run(JobName=self._options.glue_job, RunId=job_id)["JobRun"]
        word = str(run["JobRunState"])
        phase = PHASES.get(word, Phase.RUNNING)
        return JobState(phase, word, str(run.get("ErrorMessage", "")), _usage(run) if phase.is_over else {})

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        self._glue.batch_stop_job_run(JobName=self._options.glue_job, JobRunIds=[job_id])

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log."""
        return "/aws-glue/jobs/output", job_id

    def _start(self, order: JobOrder) -> str:
        options = self._options
        worker, workers = glue_size(order.input_bytes, worker=options.glue_worker, workers=options.glue_workers)
        given = list(order.arguments)
        found = self._once.start_job_run(
            JobName=options.glue_job,
            Arguments={
                "--scriptLocation": order.script,
                "--extra-py-files": order.modules,
                "--job-bookmark-option": "job-bookmark-disable",
                TOKEN: order.token,
                **dict(zip(given[::2], given[1::2], strict=True)),
            },
            Timeout=max(1, math.ceil(order.timeout_s / 60)),
            WorkerType=worker,
            NumberOfWorkers=workers,
            ExecutionClass="FLEX" if options.glue_flex else "STANDARD",
        )
        return str(found["JobRunId"])

    def _create(self, order: JobOrder) -> None:
        options = self._options
        if not options.role:
            raise SettingsError(
                f"Glue has no job {options.glue_job!r}", fix="set aws_job_role, and it is made, or name one: glue_job"
            )
        try:
            self._glue.create_job(
                Name=options.glue_job,
                Description="Runs what DataMorph orders; script and arguments come with each run.",
                Role=options.role,
                Command={"Name": "glueetl", "ScriptLocation": order.script, "PythonVersion": "3"},
                GlueVersion=options.glue_version,
                WorkerType="G.1X",
                NumberOfWorkers=2,
                MaxRetries=0,
                ExecutionProperty={"MaxConcurrentRuns": RUNS_AT_ONCE},
            )
        except ClientError as error:
            if code_of(error) not in ("AlreadyExistsException", "IdempotentParameterMismatchException"):
                raise


def _usage(run: dict[str, Any]) -> dict[str, float]:
    """DPU hours: told for Flex and auto scaling only, otherwise the time with all workers, at least a minute."""
    kind = "flex_dpu_h" if run.get("ExecutionClass") == "FLEX" else "dpu_h"
    own = float(run.get("MaxCapacity", 0)) * max(60.0, float(run.get("ExecutionTime", 0)))
    return {kind: float(run.get("DPUSeconds", own)) / HOUR_S}
