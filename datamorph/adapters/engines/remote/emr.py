"""Service emr: steps on a running EMR cluster; without one, a cluster for each job (``emr_transient``)."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.emr_step import spark_step, step_state
from datamorph.adapters.engines.remote.emr_transient import TransientEmrService
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobService, JobState, order_name
from datamorph.errors import SettingsError


def open_emr(clients: Clients, options: AwsOptions) -> JobService:
    """The service: over the cluster that the settings name, else over clusters of its own.

    Raises:
        SettingsError: neither is possible.
    """
    if options.emr_cluster:
        return EmrService(clients, options)
    if options.emr_instance_profile:
        return TransientEmrService(clients, options)
    raise SettingsError(
        "engine 'emr' needs a cluster, or a profile for the machines of clusters of its own",
        fix="set emr_cluster to an id, j-..., or emr_instance_profile, see docs/aws.md",
    )


class EmrService:
    """JobService over one cluster, which is named by the settings. Steps have no time limit of their own.

    A step is billed with its cluster, which may run others: no usage is told.
    """

    name = "emr"
    has_tokens, start_s = False, 0.0

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        self._emr, self._once, self._cluster = clients("emr"), clients("emr", once=True), options.emr_cluster

    def start(self, order: JobOrder) -> str:
        """See JobService.start: EMR takes no token, so it is the step's name."""
        step = spark_step(order, on_failure="CONTINUE")
        return str(self._once.add_job_flow_steps(JobFlowId=self._cluster, Steps=[step])["StepIds"][0])

    def find(self, token: str) -> str | None:
        """See JobService.find."""
        pages = self._emr.get_paginator("list_steps").paginate(ClusterId=self._cluster)
        steps = (step for page in pages for step in page["Steps"])
        return next((str(step["Id"]) for step in steps if step["Name"] == order_name(token)), None)

    def state(self, job_id: str) -> JobState:
        """See JobService.state."""
        return step_state(self._emr.describe_step(ClusterId=self._cluster, StepId=job_id)["Step"])

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        self._emr.cancel_steps(
            ClusterId=self._cluster, StepIds=[job_id], StepCancellationOption="TERMINATE_PROCESS"
        )  # fmt: skip

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log: EMR brings logs of steps to S3, minutes later."""
        return None
