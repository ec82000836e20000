"""Glue jobs that run: StartJobRun, GetJobRun(s), BatchStopJobRun. Follows moto's classes of version 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportIndexIssue=false
# pyright: reportOptionalSubscript=false, reportUnhashable=false

from __future__ import annotations

import time
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.glue.models import FakeJob, FakeJobRun
from moto.glue.responses import GlueResponse

from datamorph.local_aws.processes import RUNNING, JobProcess, Outcome, Scope, write_log

LOGS = "/aws-glue/jobs"
DPU = {"Standard": 1.0, "G.025X": 0.25, "G.1X": 1.0, "G.2X": 2.0, "G.4X": 4.0, "G.8X": 8.0}
LEAST_BILLED_S = 60
_moto_start, _moto_dict = GlueResponse.start_job_run, FakeJobRun.as_dict


class _Facts:
    """What moto's job run has no place for."""

    def __init__(self, job: FakeJob, execution_class: str) -> None:
        self.execution_class, self.error, self.version = execution_class, "", job.glue_version or "5.0"
        self.began, self.seconds, self.is_over = time.monotonic(), 0.0, False

    @property
    def execution_s(self) -> int:
        return round(self.seconds if self.is_over else time.monotonic() - self.began)


def install() -> None:
    """Make moto's Glue run jobs."""
    GlueResponse.start_job_run = _start
    GlueResponse.batch_stop_job_run = _stop
    FakeJobRun.status = property(lambda run: run._status, lambda run, value: setattr(run, "_status", value))
    FakeJobRun.as_dict = _as_dict


def _start(self: GlueResponse) -> ActionResult:
    answer = _moto_start(self)
    job = self.glue_backend.get_job(self._get_param("JobName"))
    run = next(found for found in job.job_runs if found.job_run_id == answer.result["JobRunId"])
    run.facts = _Facts(job, self._get_param("ExecutionClass") or job.execution_class)
    arguments = {str(name): str(value) for name, value in (run.arguments or {}).items()}
    script = arguments.get("--scriptLocation") or job.command["ScriptLocation"]
    modules = [uri for uri in arguments.get("--extra-py-files", "").split(",") if uri]
    argv = ["--JOB_NAME", job.name, "--JOB_RUN_ID", run.job_run_id, "--TempDir", "{folder}"]
    for name, value in arguments.items():
        argv += [name, value]
    JobProcess(
        key=run.job_run_id,
        scope=Scope(self.current_account, self.region),
        argv=["spark", "{folder}/script.py", *argv],
        files={script: "script.py"} | {uri: f"{n}_{uri.rpartition('/')[2]}" for n, uri in enumerate(modules)},
        began=lambda: _begin(run),
        ended=lambda outcome: _end(run, outcome),
        logs=(f"{LOGS}/output", run.job_run_id),
        role=job.role,
        timeout_minutes=run.timeout or 2880,
    ).start()
    return answer


def _begin(run: FakeJobRun) -> None:
    run.status, run.facts.began = "RUNNING", time.monotonic()


def _end(run: FakeJobRun, outcome: Outcome) -> None:
    run.facts.seconds, run.facts.is_over, run.completed_on = outcome.seconds, True, utcnow()
    if outcome.is_good:
        run.status = "SUCCEEDED"
        return
    if outcome.job.is_stopped or outcome.job.is_timed_out:
        run.status = "STOPPED" if outcome.job.is_stopped else "TIMEOUT"
        return
    run.facts.error = outcome.last_words
    write_log(outcome.job.scope, f"{LOGS}/error", run.job_run_id, outcome.job.lines[-50:])
    run.status = "FAILED"


def _as_dict(run: FakeJobRun) -> dict[str, Any]:
    facts: _Facts = run.facts
    dpu = float(run.number_of_workers or 10) * DPU.get(run.worker_type or "G.1X", 1.0)
    found = _moto_dict(run)
    found.update(LogGroupName=LOGS, GlueVersion=facts.version, ExecutionTime=facts.execution_s, MaxCapacity=dpu,
                 ExecutionClass=facts.execution_class)  # fmt: skip
    scales = (run.arguments or {}).get("--enable-auto-scaling") == "true"
    if facts.is_over and (facts.execution_class == "FLEX" or scales):  # as documented: only then
        found["DPUSeconds"] = dpu * max(facts.seconds, LEAST_BILLED_S)
    if not facts.is_over:
        found.pop("CompletedOn")
    return found | ({"ErrorMessage": facts.error} if facts.error else {})


def _stop(self: GlueResponse) -> ActionResult:
    job = self.glue_backend.get_job(self._get_param("JobName"))
    known, done, errors = {run.job_run_id: run for run in job.job_runs}, list[Any](), list[Any]()
    for run_id in self._get_param("JobRunIds"):
        if run_id in known and not known[run_id].facts.is_over:
            known[run_id].status = "STOPPING"
            if run_id in RUNNING:
                RUNNING[run_id].stop()
            done.append({"JobName": job.name, "JobRunId": run_id})
        else:
            detail = {"ErrorCode": "InvalidInputException", "ErrorMessage": "it does not run"}
            errors.append({"JobName": job.name, "JobRunId": run_id, "ErrorDetail": detail})
    return ActionResult({"SuccessfulSubmissions": done, "Errors": errors})
