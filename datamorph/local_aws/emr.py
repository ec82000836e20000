"""EMR clusters whose steps run, one after another, and which end as they were told to. Follows moto 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false

from __future__ import annotations

import gzip
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.emr.exceptions import ValidationException
from moto.emr.models import Cluster, ElasticMapReduceBackend, Step
from moto.emr.responses import ElasticMapReduceResponse
from moto.iam.models import iam_backends

from datamorph.local_aws.limits import LIMITS
from datamorph.local_aws.processes import PARTITION, RUNNING, JobProcess, Outcome, Scope, write_object

_moto_add, _moto_run = ElasticMapReduceBackend.add_job_flow_steps, ElasticMapReduceBackend.run_job_flow
_moto_status: Any = Cluster.status
OVER = ("TERMINATED", "TERMINATED_WITH_ERRORS")
DONE = ("COMPLETED", "CANCELLED", "FAILED")
_WITH_VALUE = ("--deploy-mode", "--master", "--conf", "--py-files", "--name", "--class")


def install() -> None:
    """Make moto's EMR run steps."""
    ElasticMapReduceBackend.add_job_flow_steps = _add
    ElasticMapReduceResponse.cancel_steps = _cancel
    ElasticMapReduceBackend.run_job_flow = _start_cluster
    ElasticMapReduceBackend.terminate_job_flows = _terminate
    Cluster.status = property(_status)


def _start_cluster(self: ElasticMapReduceBackend, **wanted: Any) -> Cluster:
    """A cluster; one that has steps is ready with the first of them."""
    steps, attributes = wanted["steps"], wanted["instance_attrs"]
    keeps = attributes["keep_job_flow_alive_when_no_steps"]
    own = {"steps": [], "instance_attrs": {**attributes, "keep_job_flow_alive_when_no_steps": True}}
    cluster = _moto_run(self, **{**wanted, **own})
    cluster.keep_job_flow_alive_when_no_steps = keeps
    if steps and _are_enough(self, cluster):
        for step in _moto_add(self, cluster.id, steps):
            step.state = "PENDING"
        _wind_up(cluster, "VALIDATION_ERROR", "The requested number of vCPUs exceeds your EC2 quota.")
    elif steps:
        self.add_job_flow_steps(cluster.id, steps)
        cluster.state, cluster.ready_datetime = "STARTING", None
    elif not keeps:
        cluster.terminate()
    return cluster


def _are_enough(self: ElasticMapReduceBackend, cluster: Cluster) -> bool:
    """Whether there is no room for this one."""
    own = [one for one in self.clusters.values() if not one.keep_job_flow_alive_when_no_steps and one is not cluster]
    return sum(one.state not in OVER for one in own) >= LIMITS.emr_clusters


def _terminate(self: ElasticMapReduceBackend, job_flow_ids: list[str]) -> list[Cluster]:
    found = [self.describe_cluster(job_flow_id) for job_flow_id in job_flow_ids]
    if any(cluster.termination_protected for cluster in found):
        raise ValidationException("Could not shut down one or more job flows since they are termination protected.")
    for cluster in found:
        if cluster.state not in OVER:
            _wind_up(cluster, "USER_REQUEST", "Terminated by user request")
    return found


def _wind_up(cluster: Cluster, code: str, message: str) -> None:
    """End a cluster: what waits is cancelled, and when the last process has ended, so has the cluster."""
    cluster.state, cluster.end_code, cluster.last_state_change_reason = "TERMINATING", code, message
    for step in cluster.steps:
        if step.state == "PENDING" and step.id not in RUNNING:
            step.state = "CANCELLED"
        elif step.id in RUNNING:
            RUNNING[step.id].stop()
    _ended(cluster)


def _ended(cluster: Cluster) -> None:
    if not any(step.id in RUNNING for step in cluster.steps):
        is_bad = cluster.end_code in ("STEP_FAILURE", "VALIDATION_ERROR")
        cluster.end_datetime = utcnow()
        cluster.state = "TERMINATED_WITH_ERRORS" if is_bad else "TERMINATED"


def _status(cluster: Cluster) -> dict[str, Any]:
    found = _moto_status.fget(cluster)
    found["StateChangeReason"]["Code"] = getattr(cluster, "end_code", None)
    return found


def _add(self: ElasticMapReduceBackend, job_flow_id: str, steps: list[dict[str, Any]]) -> list[Step]:
    cluster = self.clusters[job_flow_id]
    if sum(step.state not in DONE for step in cluster.steps) + len(steps) > LIMITS.emr_steps:
        raise ValidationException(
            "Maximum number of active steps(State = 'Running', 'Pending' or 'Cancel_Pending') for cluster exceeded."
        )
    added = _moto_add(self, job_flow_id, steps)
    for step in added:
        step.state = "PENDING"
    _next(cluster, Scope(self.account_id, self.region_name))
    return added


def _next(cluster: Cluster, scope: Scope) -> None:
    """Start as many waiting steps as the cluster runs at once."""
    running = [step for step in cluster.steps if step.state in ("RUNNING", "CANCEL_PENDING") and step.id in RUNNING]
    waiting = [step for step in cluster.steps if step.state == "PENDING" and step.id not in RUNNING]
    for step in waiting[: max(0, (cluster.step_concurrency_level or 1) - len(running))]:
        _run(cluster, step, scope)


def _run(cluster: Cluster, step: Step, scope: Scope) -> None:
    limit_s, args = (int(step.args[1]), step.args[2:]) if step.args[0] == "timeout" else (0, step.args)
    script, modules, arguments = _submitted(args)
    step.start_date_time = utcnow()
    JobProcess(
        key=step.id,
        scope=scope,
        argv=["spark", "{folder}/script.py", *arguments],
        files={script: "script.py"} | {uri: f"{n}.zip" for n, uri in enumerate(modules)},
        began=partial(_begin, cluster, step),
        ended=partial(_end, cluster, step, scope),
        role=_role(cluster.job_flow_role or "", scope),
        timeout_minutes=limit_s / 60 if limit_s else 2880,
    ).start()


def _role(profile: str, scope: Scope) -> str:
    """ARN of the role of an instance profile; empty where there is no such profile."""
    known = iam_backends[scope.account][PARTITION].get_instance_profiles()
    return next((role.arn for found in known if found.name == profile for role in found.roles), "")


def _begin(cluster: Cluster, step: Step) -> None:
    step.state = "RUNNING"
    if cluster.state in ("STARTING", "WAITING"):
        cluster.state, cluster.ready_datetime = "RUNNING", cluster.ready_datetime or utcnow()


def _submitted(args: list[str]) -> tuple[str, list[str], list[str]]:
    """Script, modules and arguments of ``spark-submit [options] script arguments``."""
    rest, modules = list(args), list[str]()
    if rest[:1] != ["spark-submit"]:
        raise ValueError(f"this EMR runs spark-submit only, not {args[:1]}")
    rest = rest[1:]
    while rest and rest[0].startswith("--"):
        option = rest.pop(0)
        if option in _WITH_VALUE:
            value = rest.pop(0)
            modules += value.split(",") if option == "--py-files" else []
    return rest[0], modules, rest[1:]


def _end(cluster: Cluster, step: Step, scope: Scope, outcome: Outcome) -> None:
    step.end_date_time = utcnow()
    if cluster.log_uri:
        uri = f"{cluster.log_uri.rstrip('/')}/{cluster.id}/steps/{step.id}/stdout.gz"
        write_object(scope, uri, gzip.compress("\n".join(outcome.job.lines).encode()))
    if not outcome.is_good and not outcome.job.is_stopped:
        limit = "Command failed with exit code 124"  # of the command timeout
        step.last_state_change_reason = limit if outcome.job.is_timed_out else outcome.last_words
    step.state = "COMPLETED" if outcome.is_good else "CANCELLED" if outcome.job.is_stopped else "FAILED"
    if cluster.state == "TERMINATING":
        _ended(cluster)
    elif step.state == "FAILED" and step.action_on_failure in ("TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW"):
        _wind_up(cluster, "STEP_FAILURE", "Steps completed with errors")
    elif cluster.auto_terminate and all(one.state in DONE for one in cluster.steps):
        _wind_up(cluster, "ALL_STEPS_COMPLETED", "Steps completed")
    else:
        _next(cluster, scope)


def _cancel(self: ElasticMapReduceResponse) -> ActionResult:
    cluster = self.backend.clusters[self._get_param("ClusterId")]
    told = list[dict[str, str]]()
    for step in [found for found in cluster.steps if found.id in self._get_param("StepIds", [])]:
        is_active = step.state in ("PENDING", "RUNNING")
        if is_active and step.id in RUNNING:
            step.state = "CANCEL_PENDING"
            RUNNING[step.id].stop()
        elif is_active:
            step.state = "CANCELLED"
        told.append({"StepId": step.id, "Status": "SUBMITTED" if is_active else "FAILED"})
    return ActionResult({"CancelStepsInfoList": told})
