"""Service emr without a cluster of its own: each job gets one, which ends with it."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.emr_step import spark_step, step_state
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase, order_name
from datamorph.core.engine_size import CLUSTER_START_S, emr_units, emr_workers

LOOKED_BACK = timedelta(days=2)
"""Clusters that are older are not searched for a lost order."""
NEW = ("STARTING", "BOOTSTRAPPING")
OVER = ("TERMINATED", "TERMINATED_WITH_ERRORS")
STOPPED_BY_PEOPLE = "USER_REQUEST"
WORKERS_TAG = "datamorph-workers"
HOUR_S = 3600.0


class TransientEmrService:
    """JobService that starts a cluster for each job. The job's id is the cluster's.

    The cluster ends with its only step, by itself, whatever becomes of who ordered it. A step that takes too long is
    ended by a command on the cluster, and the cluster with it.
    """

    name = "emr"
    has_tokens, start_s = False, CLUSTER_START_S

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        self._emr, self._once, self._options = clients("emr"), clients("emr", once=True), options

    def start(self, order: JobOrder) -> str:
        """See JobService.start: RunJobFlow takes no token, so it is the cluster's name."""
        options, workers = self._options, emr_workers(order.input_bytes, workers=self._options.emr_workers)
        market = "SPOT" if options.emr_spot else "ON_DEMAND"
        group = {"InstanceType": options.emr_instance}
        found = self._once.run_job_flow(
            Name=order_name(order.token),
            LogUri=f"{options.jobs}/emr-logs/",
            ReleaseLabel=options.emr_release,
            Applications=[{"Name": "Spark"}],
            JobFlowRole=options.emr_instance_profile,
            ServiceRole=options.emr_service_role,
            Instances={
                "InstanceGroups": [
                    {**group, "Name": "primary", "InstanceRole": "MASTER", "InstanceCount": 1, "Market": "ON_DEMAND"},
                    {**group, "Name": "core", "InstanceRole": "CORE", "InstanceCount": workers, "Market": market},
                ],
                "KeepJobFlowAliveWhenNoSteps": False,
                "TerminationProtected": False,
                **({"Ec2SubnetId": options.emr_subnet} if options.emr_subnet else {}),
            },
            Steps=[spark_step(order, on_failure="TERMINATE_CLUSTER", is_limited=True)],
            Tags=[
                {"Key": "for-use-with-amazon-emr-managed-policies", "Value": "true"},
                {"Key": WORKERS_TAG, "Value": str(workers)},
            ],
        )
        return str(found["JobFlowId"])

    def find(self, token: str) -> str | None:
        """See JobService.find."""
        since = datetime.now(UTC) - LOOKED_BACK
        pages = self._emr.get_paginator("list_clusters").paginate(CreatedAfter=since)
        clusters = (cluster for page in pages for cluster in page["Clusters"])
        return next((str(found["Id"]) for found in clusters if found["Name"] == order_name(token)), None)

    def state(self, job_id: str) -> JobState:
        """See JobService.state: the step's, once the cluster is there; a cluster's that ends before its step."""
        cluster: dict[str, Any] = self._emr.describe_cluster(ClusterId=job_id)["Cluster"]
        word, reason = str(cluster["Status"]["State"]), dict[str, Any](cluster["Status"].get("StateChangeReason") or {})
        billed_s = self._billed_s(cluster)
        if word in NEW:
            return JobState(Phase.WAITING, word, billed_s=billed_s)
        step = step_state(self._emr.list_steps(ClusterId=job_id)["Steps"][0])
        if step.phase in (Phase.SUCCEEDED, Phase.FAILED, Phase.TIMED_OUT):
            return replace(step, usage=self._usage(cluster))
        if word in OVER:
            phase = Phase.STOPPED if reason.get("Code") == STOPPED_BY_PEOPLE else Phase.FAILED
            return JobState(phase, word, str(reason.get("Message") or step.message), self._usage(cluster))
        return replace(JobState(Phase.RUNNING, word) if step.is_over else step, billed_s=billed_s)

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        self._emr.terminate_job_flows(JobFlowIds=[job_id])

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log: EMR brings logs of steps to S3, minutes later."""
        return None

    def _usage(self, cluster: Mapping[str, Any]) -> dict[str, float]:
        """Hours of its machines from its order on, at least a minute of each."""
        hours = max(60.0, self._billed_s(cluster)) / HOUR_S
        tags = {str(tag["Key"]): str(tag["Value"]) for tag in cluster.get("Tags", [])}
        options, workers = self._options, int(tags.get(WORKERS_TAG) or self._options.emr_workers or 1)
        units = emr_units(options.emr_instance, workers, is_spot=options.emr_spot)
        return {unit: amount * hours for unit, amount in units.items()}

    @staticmethod
    def _billed_s(cluster: Mapping[str, Any]) -> float:
        """From its order on: machines are billed as soon as they run, which is a little later."""
        timeline: dict[str, Any] = cluster["Status"]["Timeline"]
        ended = timeline.get("EndDateTime") or datetime.now(UTC)
        return (ended - timeline["CreationDateTime"]).total_seconds()
