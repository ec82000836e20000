"""Service emr: steps on a running EMR cluster."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import Any

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase, order_name
from datamorph.errors import SettingsError

PHASES = {
    "PENDING": Phase.WAITING,
    "RUNNING": Phase.RUNNING,
    "CANCEL_PENDING": Phase.RUNNING,
    "COMPLETED": Phase.SUCCEEDED,
    "CANCELLED": Phase.STOPPED,
    "FAILED": Phase.FAILED,
    "INTERRUPTED": Phase.FAILED,
}


class EmrService:
    """JobService over one cluster, which is named by the settings. Steps have no time limit of their own.

    A step is billed with its cluster, which may run others: no usage is told.
    """

    name = "emr"

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        if not options.emr_cluster:
            raise SettingsError("engine 'emr' needs a cluster", fix="set emr_cluster to its id, j-..., see docs/aws.md")
        self._emr, self._once, self._cluster = clients("emr"), clients("emr", once=True), options.emr_cluster

    def start(self, order: JobOrder) -> str:
        """See JobService.start: EMR takes no token, so it is the step's name."""
        submit = ["spark-submit", "--deploy-mode", "cluster", "--py-files", order.modules, order.script]
        step = {
            "Name": order_name(order.token),
            "ActionOnFailure": "CONTINUE",
            "HadoopJarStep": {"Jar": "command-runner.jar", "Args": [*submit, *order.arguments]},
        }
        return str(self._once.add_job_flow_steps(JobFlowId=self._cluster, Steps=[step])["StepIds"][0])

    def find(self, token: str) -> str | None:
        """See JobService.find."""
        pages = self._emr.get_paginator("list_steps").paginate(ClusterId=self._cluster)
        steps = (step for page in pages for step in page["Steps"])
        return next((str(step["Id"]) for step in steps if step["Name"] == order_name(token)), None)

    def state(self, job_id: str) -> JobState:
        """See JobService.state."""
        status: dict[str, Any] = self._emr.describe_step(ClusterId=self._cluster, StepId=job_id)["Step"]["Status"]
        word = str(status["State"])
        details: dict[str, Any] = status.get("FailureDetails") or {}
        message = str(details.get("Message") or status.get("StateChangeReason", {}).get("Message") or "")
        return JobState(PHASES.get(word, Phase.RUNNING), word, message)

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        self._emr.cancel_steps(
            ClusterId=self._cluster, StepIds=[job_id], StepCancellationOption="TERMINATE_PROCESS"
        )  # fmt: skip

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log: EMR brings logs of steps to S3, minutes later."""
        return None
