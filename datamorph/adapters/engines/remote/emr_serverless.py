"""Service emr_serverless: Spark applications of EMR without machines of one's own."""

from __future__ import annotations

import math
from typing import Any

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase, order_name
from datamorph.core.engine_size import executors
from datamorph.errors import SettingsError

LOGS = "/aws/emr-serverless"
LEAST_TIMEOUT_MINUTES = 5
CORES, MEMORY_GB = 4, 14
PHASES = {
    "SUBMITTED": Phase.WAITING,
    "PENDING": Phase.WAITING,
    "SCHEDULED": Phase.WAITING,
    "QUEUED": Phase.WAITING,
    "RUNNING": Phase.RUNNING,
    "CANCELLING": Phase.RUNNING,
    "SUCCESS": Phase.SUCCEEDED,
    "FAILED": Phase.FAILED,
    "CANCELLED": Phase.STOPPED,
}
_UNITS = {"vCPUHour": "vcpu_h", "memoryGBHour": "memory_gb_h", "storageGBHour": "storage_gb_h"}


class EmrServerlessService:
    """JobService over one application, which is named by the settings."""

    name = "emr_serverless"
    has_tokens, start_s = True, 0.0

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        if not (options.emr_application and options.role):
            raise SettingsError(
                "engine 'emr_serverless' needs an application and a role",
                fix="set emr_application and aws_job_role, see docs/aws.md",
            )
        self._emr, self._options = clients("emr-serverless"), options

    def start(self, order: JobOrder) -> str:
        """See JobService.start: the token is EMR's own client token."""
        found = self._emr.start_job_run(
            applicationId=self._options.emr_application,
            clientToken=order.token,
            name=order_name(order.token),
            executionRoleArn=self._options.role,
            jobDriver={"sparkSubmit": {
                "entryPoint": order.script,
                "entryPointArguments": list(order.arguments),
                "sparkSubmitParameters": _parameters(order),
            }},
            configurationOverrides={"monitoringConfiguration": {
                "cloudWatchLoggingConfiguration": {"enabled": True, "logGroupName": LOGS},
            }},
            executionTimeoutMinutes=max(LEAST_TIMEOUT_MINUTES, math.ceil(order.timeout_s / 60)),
        )  # fmt: skip
        return str(found["jobRunId"])

    def find(self, token: str) -> str | None:
        """See JobService.find."""
        pages = self._emr.get_paginator("list_job_runs").paginate(applicationId=self._options.emr_application)
        runs = (run for page in pages for run in page["jobRuns"])
        return next((str(run["id"]) for run in runs if run.get("name") == order_name(token)), None)

    def state(self, job_id: str) -> JobState:
        """See JobService.state."""
        run: dict[str, Any] = self._emr.get_job_run(
            applicationId=self._options.emr_application, jobRunId=job_id
        )["jobRun"]  # fmt: skip
        word, details = str(run["state"]), str(run.get("stateDetails") or "")
        phase = PHASES.get(word, Phase.RUNNING)
        if phase is Phase.STOPPED and "timed out" in details:
            phase = Phase.TIMED_OUT
        billed: dict[str, Any] = run.get("billedResourceUtilization") or {}
        usage = {unit: float(billed[name]) for name, unit in _UNITS.items() if name in billed}
        return JobState(phase, word, details, usage if phase.is_over else {})

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        if not self.state(job_id).is_over:
            self._emr.cancel_job_run(applicationId=self._options.emr_application, jobRunId=job_id)

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log."""
        return LOGS, f"/applications/{self._options.emr_application}/jobs/{job_id}/SPARK_DRIVER/stdout"


def _parameters(order: JobOrder) -> str:
    settings = {
        "spark.driver.cores": CORES,
        "spark.driver.memory": f"{MEMORY_GB}g",
        "spark.executor.cores": CORES,
        "spark.executor.memory": f"{MEMORY_GB}g",
        "spark.dynamicAllocation.maxExecutors": executors(order.input_bytes),
    }
    told = " ".join(f"--conf {name}={value}" for name, value in settings.items())
    return f"--py-files {order.modules} {told}"
