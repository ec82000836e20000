"""EMR Serverless jobs that run, with client tokens, cancellation and billed usage. Follows moto 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportIndexIssue=false
# pyright: reportOptionalSubscript=false, reportUnhashable=false

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from typing import Any

from moto.emrserverless.models import EMRServerlessBackend, JobRun

from datamorph.local_aws.limits import LIMITS
from datamorph.local_aws.processes import RUNNING, JobProcess, Outcome, Scope

LOGS = "/aws/emr-serverless"
VCPU, MEMORY_GB = 4, 16
HOUR = 3600
_ENVIRONMENT = "spark.emr-serverless.driverEnv."
_OVER = ("SUCCESS", "FAILED", "CANCELLED")
_moto_start, _moto_cancel = EMRServerlessBackend.start_job_run, EMRServerlessBackend.cancel_job_run


def install() -> None:
    """Make moto's EMR Serverless run jobs."""
    EMRServerlessBackend.start_job_run = _start
    EMRServerlessBackend.cancel_job_run = _cancel


def _start(self: EMRServerlessBackend, application_id: str, client_token: str, **order: Any) -> JobRun:
    known = [run for run in self.job_runs.get(application_id, ()) if run.client_token == client_token]
    if known:
        return known[0]
    run = _moto_start(self, application_id=application_id, client_token=client_token, **order)
    if _is_full(self, run):
        run.state = "FAILED"
        run.state_details = (
            "Job failed as account has reached the service limit on the maximum vCPU it can use at once."
        )
        return run
    run.state = "SUBMITTED"
    submit = run.job_driver["sparkSubmit"]
    settings = _settings(submit.get("sparkSubmitParameters", ""))
    modules = [uri for uri in settings.pop("--py-files", "").split(",") if uri]
    JobProcess(
        key=run.id,
        scope=Scope(self.account_id, self.region_name),
        argv=["spark", "{folder}/script.py", *map(str, submit.get("entryPointArguments", []))],
        files={submit["entryPoint"]: "script.py"} | {uri: f"{n}.zip" for n, uri in enumerate(modules)},
        environment={
            name.removeprefix(_ENVIRONMENT): value for name, value in settings.items() if name.startswith(_ENVIRONMENT)
        },
        began=lambda: setattr(run, "state", "RUNNING"),
        ended=lambda outcome: _end(run, outcome),
        logs=_logs(run),
        role=run.execution_role_arn,
        timeout_minutes=run.execution_timeout_minutes,
    ).start()
    return run


def _is_full(self: EMRServerlessBackend, run: JobRun) -> bool:
    others = [other for other in self.job_runs.get(run.application_id, ()) if other is not run]
    return sum(other.state not in _OVER for other in others) >= LIMITS.emr_serverless_runs


def _settings(parameters: str) -> dict[str, str]:
    words, found = shlex.split(parameters), dict[str, str]()
    for option, value in pairwise(words):
        if option == "--conf" and "=" in value:
            name, _, text = value.partition("=")
            found[name] = text
        elif option == "--py-files":
            found[option] = value
    return found


def _logs(run: JobRun) -> tuple[str, str]:
    monitoring = (run.configuration_overrides or {}).get("monitoringConfiguration", {})
    wanted = monitoring.get("cloudWatchLoggingConfiguration", {})
    if not wanted.get("enabled"):
        return "", ""
    prefix = re.sub(r"/$", "", wanted.get("logStreamNamePrefix", ""))
    stream = f"{prefix}/applications/{run.application_id}/jobs/{run.id}/SPARK_DRIVER/stdout"
    return wanted.get("logGroupName", LOGS), stream


def _end(run: JobRun, outcome: Outcome) -> None:
    seconds = outcome.seconds
    run.total_execution_duration_seconds = round(seconds)
    hours = max(60.0, seconds) / HOUR
    run.billed_resource_utilization = {
        "vCPUHour": VCPU * hours, "memoryGBHour": MEMORY_GB * hours, "storageGBHour": 0.0
    }  # fmt: skip
    if outcome.job.is_timed_out:
        run.state_details = "Job run timed out"
    elif not outcome.is_good and not outcome.job.is_stopped:
        code = outcome.code if outcome.code >= 0 else 128 - outcome.code
        run.state_details = f"Job failed. ExitCode: {code}. Last few exceptions: {outcome.last_words}"
    is_cancelled = outcome.job.is_stopped or outcome.job.is_timed_out
    run.state = "SUCCESS" if outcome.is_good else "CANCELLED" if is_cancelled else "FAILED"


def _cancel(self: EMRServerlessBackend, application_id: str, job_run_id: str) -> tuple[str, str]:
    run = self.get_job_run(application_id, job_run_id)
    if run.state not in _OVER and job_run_id in RUNNING:
        run.state = "CANCELLING"
        RUNNING[job_run_id].stop()
    return application_id, job_run_id
