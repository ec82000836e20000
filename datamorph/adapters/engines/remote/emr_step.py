"""Steps of EMR: how one is ordered, and what its status says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from datamorph.adapters.engines.remote.service import JobOrder, JobState, Phase, order_name

PHASES = {
    "PENDING": Phase.WAITING,
    "RUNNING": Phase.RUNNING,
    "CANCEL_PENDING": Phase.RUNNING,
    "COMPLETED": Phase.SUCCEEDED,
    "CANCELLED": Phase.STOPPED,
    "FAILED": Phase.FAILED,
    "INTERRUPTED": Phase.FAILED,
}
TIMED_OUT = "exit code 124"
"""How the command ``timeout`` ends."""
GRACE_S = 15
"""Who follows a job stops it at its timeout; the command is for one that nobody follows."""


def spark_step(order: JobOrder, *, on_failure: str, is_limited: bool = False) -> dict[str, Any]:
    """A step that runs the order's script.

    Args:
        on_failure: what EMR does then.
        is_limited: it ends a little after the order's timeout; steps know none, so a command sees to it.
    """
    submit = ["spark-submit", "--deploy-mode", "client" if is_limited else "cluster", "--py-files", order.modules]
    limit = ["timeout", str(math.ceil(order.timeout_s) + GRACE_S)] if is_limited else []
    return {
        "Name": order_name(order.token),
        "ActionOnFailure": on_failure,
        "HadoopJarStep": {"Jar": "command-runner.jar", "Args": [*limit, *submit, order.script, *order.arguments]},
    }


def step_state(step: Mapping[str, Any]) -> JobState:
    """Where a step stands."""
    status: dict[str, Any] = step["Status"]
    word, details = str(status["State"]), dict[str, Any](status.get("FailureDetails") or {})
    reason: dict[str, Any] = status.get("StateChangeReason") or {}
    message = str(details.get("Message") or reason.get("Message") or "")
    phase = PHASES.get(word, Phase.RUNNING)
    return JobState(Phase.TIMED_OUT if phase is Phase.FAILED and TIMED_OUT in message else phase, word, message)
