"""ECS tasks that run their container's command in this Python; no image is pulled. Follows moto 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportIndexIssue=false
# pyright: reportOptionalSubscript=false, reportUnhashable=false

from __future__ import annotations

import time
from typing import Any

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.models import EC2ContainerServiceBackend, Task
from moto.ecs.responses import EC2ContainerServiceResponse

from datamorph.local_aws.clock import CLOCK
from datamorph.local_aws.limits import LIMITS
from datamorph.local_aws.processes import RUNNING, JobProcess, Outcome, Scope

_moto_run, _moto_stop = EC2ContainerServiceResponse.run_task, EC2ContainerServiceBackend.stop_task
_TOKENS: dict[str, ActionResult] = {}


def install() -> None:
    """Make moto's ECS run tasks."""
    EC2ContainerServiceResponse.run_task = _run
    EC2ContainerServiceBackend.stop_task = _stop
    Task.status = property(_status, lambda task, value: setattr(task, "_status", value))


def _run(self: EC2ContainerServiceResponse) -> ActionResult:
    token = self._get_param("clientToken")
    if token and token in _TOKENS:
        return _TOKENS[token]
    answer = _refused() if _is_full(self) else _moto_run(self)
    for task in answer.result["tasks"]:
        task.status, task.ordered = "PROVISIONING", time.monotonic()
        definition = self.ecs_backend.describe_task_definition(task.task_definition_arn)
        _start(task, definition, Scope(self.current_account, self.region))
    if token:
        _TOKENS[token] = answer
    return answer


def _status(task: Task) -> str:
    """The second half of its start is ``PENDING``: the machine is there, the container is not."""
    if task._status == "PROVISIONING" and time.monotonic() - task.ordered > CLOCK.start_s / 2 > 0:
        return "PENDING"
    return str(task._status)


def _is_full(self: EC2ContainerServiceResponse) -> bool:
    cluster = str(self._get_param("cluster") or "default").rpartition("/")[2]
    tasks: Any = self.ecs_backend.tasks.get(cluster, {})
    return sum(task.status != "STOPPED" for task in tasks.values()) >= LIMITS.ecs_tasks


def _refused() -> ActionResult:
    """What is answered where there is no room: no error, and no task."""
    return ActionResult({"tasks": [], "failures": [{"reason": "RESOURCE:CPU"}]})


def _start(task: Task, definition: Any, scope: Scope) -> None:
    container = definition.container_definitions[0]
    overrides: dict[str, Any] = next(iter((task.overrides or {}).get("containerOverrides", [])), {})
    variables = [*container.get("environment", []), *overrides.get("environment", [])]
    JobProcess(
        key=task.id,
        scope=scope,
        argv=["container", *(overrides.get("command") or container.get("command") or [])],
        files={},
        environment={variable["name"]: variable["value"] for variable in variables},
        began=lambda: _begin(task),
        ended=lambda outcome: _end(task, outcome),
        logs=_logs(task, container),
        role=(task.overrides or {}).get("taskRoleArn") or getattr(definition, "task_role_arn", None) or "",
    ).start()


def _logs(task: Task, container: dict[str, Any]) -> tuple[str, str]:
    wanted = container.get("logConfiguration", {})
    options = wanted.get("options", {})
    if wanted.get("logDriver") != "awslogs":
        return "", ""
    return options["awslogs-group"], f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{task.id}"


def _begin(task: Task) -> None:
    task.status = task.containers[0].last_status = "RUNNING"
    task.started_at = utcnow()


def _end(task: Task, outcome: Outcome) -> None:
    task.containers[0].exitCode = outcome.code if outcome.code >= 0 else 128 - outcome.code
    task.containers[0].last_status = "STOPPED"
    if not outcome.job.is_stopped:
        task.stopped_reason, task.stop_code = "Essential container in task exited", "EssentialContainerExited"
    task.stopped_at, task.desired_status = utcnow(), "STOPPED"
    if CLOCK.end_s:
        task.status = "DEPROVISIONING"
        time.sleep(CLOCK.end_s)
    task.status = "STOPPED"


def _stop(self: EC2ContainerServiceBackend, cluster_str: str, task_str: str, reason: str) -> Task:
    task_id = task_str.rpartition("/")[2]
    task = next(found for tasks in self.tasks.values() for found in tasks.values() if found.id == task_id)
    if task_id in RUNNING:
        task.desired_status, task.stopped_reason, task.stop_code = "STOPPED", reason, "UserInitiated"
        task.status = "STOPPING"
        RUNNING[task_id].stop()
    return task
