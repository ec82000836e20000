"""Service ecs: a task on Fargate, for work that one machine can do; Spark's API over Sail in the container."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datamorph.adapters.engines.remote.clients import Clients
from datamorph.adapters.engines.remote.failures import is_full_told, no_room
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase
from datamorph.errors import EngineError, SettingsError

CONTAINER = Path(__file__).with_name("container.py")
PHASES = {"RUNNING": Phase.RUNNING, "DEACTIVATING": Phase.RUNNING, "STOPPING": Phase.RUNNING,
          "DEPROVISIONING": Phase.RUNNING, "STOPPED": Phase.STOPPED}  # fmt: skip
HOUR_S, MEGABYTES = 3600.0, 1024.0
CPU_UNITS = 1024.0


class EcsService:
    """JobService over one cluster and task definition, which the settings name."""

    name = "ecs"
    has_tokens, start_s = True, 0.0

    def __init__(self, clients: Clients, options: AwsOptions) -> None:
        if not (options.ecs_cluster and options.ecs_task and options.ecs_subnets):
            raise SettingsError(
                "engine 'ecs' needs a cluster, a task definition and subnets",
                fix="set ecs_cluster, ecs_task and ecs_subnets, see docs/aws.md",
            )
        self._ecs, self._options = clients("ecs"), options
        self._container: dict[str, Any] = {}
        self._refused = Counter[str]()

    def start(self, order: JobOrder) -> str:
        """See JobService.start: the token is the client token and the task's startedBy.

        An answer without a task may be given to the same client token again, so there is another one after it.
        """
        options, provider = self._options, "FARGATE_SPOT" if self._options.ecs_spot else "FARGATE"
        command = ["python", "-c", CONTAINER.read_text(), order.script, order.modules, *order.arguments]
        network = {"subnets": list(options.ecs_subnets), "securityGroups": list(options.ecs_security_groups),
                   "assignPublicIp": "DISABLED"}  # fmt: skip
        found = self._ecs.run_task(
            cluster=options.ecs_cluster,
            taskDefinition=options.ecs_task,
            clientToken=f"{order.token}-{refused}" if (refused := self._refused[order.token]) else order.token,
            startedBy=order.token,
            capacityProviderStrategy=[{"capacityProvider": provider, "weight": 1}],
            networkConfiguration={"awsvpcConfiguration": network},
            overrides={
                "containerOverrides": [{"name": self._definition()["name"], "command": command}],
                **({"taskRoleArn": options.role} if options.role else {}),
            },
        )
        if not found["tasks"]:
            self._refused[order.token] += 1
            raise _no_task(found["failures"])
        return str(found["tasks"][0]["taskArn"])

    def find(self, token: str) -> str | None:
        """See JobService.find."""
        for status in ("RUNNING", "STOPPED"):
            found = self._ecs.list_tasks(
                cluster=self._options.ecs_cluster, startedBy=token, desiredStatus=status
            )["taskArns"]  # fmt: skip
            if found:
                return str(found[0])
        return None

    def state(self, job_id: str) -> JobState:
        """See JobService.state."""
        found = self._ecs.describe_tasks(cluster=self._options.ecs_cluster, tasks=[job_id])["tasks"]
        if not found:
            return JobState(Phase.FAILED, "MISSING", "ECS forgot the task")
        task: dict[str, Any] = found[0]
        word = str(task["lastStatus"])
        phase, message = PHASES.get(word, Phase.WAITING), str(task.get("stoppedReason") or "")
        if phase is not Phase.STOPPED:
            return JobState(phase, word)
        return JobState(_ended(task), word, _message(task, message), self._usage(task))

    def stop(self, job_id: str) -> None:
        """See JobService.stop."""
        self._ecs.stop_task(cluster=self._options.ecs_cluster, task=job_id, reason="stopped by datamorph")

    def log(self, job_id: str) -> tuple[str, str] | None:
        """See JobService.log."""
        container = self._definition()
        logging: dict[str, Any] = container.get("logConfiguration") or {}
        if logging.get("logDriver") != "awslogs":
            return None
        options, task = logging["options"], job_id.rpartition("/")[2]
        prefix = options.get("awslogs-stream-prefix", "ecs")
        return str(options["awslogs-group"]), f"{prefix}/{container['name']}/{task}"

    def _definition(self) -> dict[str, Any]:
        """The first container of the task definition."""
        if not self._container:
            found = self._ecs.describe_task_definition(taskDefinition=self._options.ecs_task)["taskDefinition"]
            self._container = {**found["containerDefinitions"][0], "task": found}
        return self._container

    def _usage(self, task: dict[str, Any]) -> dict[str, float]:
        if not task.get("startedAt") or not task.get("stoppedAt"):
            return {}
        definition: dict[str, Any] = self._definition()["task"]
        hours = max(60.0, (task["stoppedAt"] - task["startedAt"]).total_seconds()) / HOUR_S
        kind = "spot_" if self._options.ecs_spot else ""
        return {
            f"{kind}fargate_vcpu_h": float(definition.get("cpu") or 0) / CPU_UNITS * hours,
            f"{kind}fargate_gb_h": float(definition.get("memory") or 0) / MEGABYTES * hours,
        }


def _no_task(failures: Sequence[Mapping[str, Any]]) -> EngineError | SettingsError:
    """What RunTask tells where it could not place a task, which is no error of the request."""
    reasons = [str(failure.get("reason") or failure) for failure in failures]
    told = "; ".join(dict.fromkeys(reasons)) or "no reason was told"
    if all(is_full_told(reason) for reason in reasons):
        return no_room(f"ECS has no room for a task: {told}")
    details = "; ".join(str(failure["detail"]) for failure in failures if failure.get("detail"))
    return SettingsError(f"ECS started no task: {told} {details}".rstrip(), fix="look at the cluster and the task")


def _ended(task: dict[str, Any]) -> Phase:
    if task.get("stopCode") == "UserInitiated":
        return Phase.STOPPED
    codes = [container.get("exitCode") for container in task.get("containers", [])]
    return Phase.SUCCEEDED if codes and all(code == 0 for code in codes) else Phase.FAILED


def _message(task: dict[str, Any], reason: str) -> str:
    """Why it stopped, with what failed containers say; a spot task that was taken away names that itself."""
    failed = [container for container in task.get("containers", []) if container.get("exitCode")]
    told = [str(c.get("reason") or f"exit code {c.get('exitCode')}") for c in failed]
    return ": ".join([part for part in (str(task.get("stopCode") or ""), reason, *told) if part])
