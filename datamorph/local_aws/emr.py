"""EMR steps that run, one after another on a cluster, and CancelSteps. Follows moto 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false

from __future__ import annotations

import gzip
from functools import partial
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.emr.models import Cluster, ElasticMapReduceBackend, Step
from moto.emr.responses import ElasticMapReduceResponse

from datamorph.local_aws.processes import RUNNING, JobProcess, Outcome, Scope, write_object

_moto_add = ElasticMapReduceBackend.add_job_flow_steps
_WITH_VALUE = ("--deploy-mode", "--master", "--conf", "--py-files", "--name", "--class")


def install() -> None:
    """Make moto's EMR run steps."""
    ElasticMapReduceBackend.add_job_flow_steps = _add
    ElasticMapReduceResponse.cancel_steps = _cancel


def _add(self: ElasticMapReduceBackend, job_flow_id: str, steps: list[dict[str, Any]]) -> list[Step]:
    cluster = self.clusters[job_flow_id]
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
    script, modules, arguments = _submitted(step.args)
    step.start_date_time = utcnow()
    JobProcess(
        key=step.id,
        scope=scope,
        argv=["spark", "{folder}/script.py", *arguments],
        files={script: "script.py"} | {uri: f"{n}.zip" for n, uri in enumerate(modules)},
        began=lambda: setattr(step, "state", "RUNNING"),
        ended=partial(_end, cluster, step, scope),
        role=cluster.job_flow_role or "",
    ).start()


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
        step.last_state_change_reason = outcome.last_words
    step.state = "COMPLETED" if outcome.is_good else "CANCELLED" if outcome.job.is_stopped else "FAILED"
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
