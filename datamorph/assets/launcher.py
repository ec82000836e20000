"""Where runs are started, and whether the process of a run still lives: one that died is run again.

Dagster's own launcher never looks: a run whose process was killed together with its code server, or with the machine,
would be "started" for ever and keep its place among the runs at once. Its settings in ``dagster.yaml``
(``run_launcher``, ``run_monitoring``, ``run_retries``) are written by ``datamorph up``.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
from dagster._core.execution.context.system import PlanOrchestrationContext  # not public: Dagster is pinned exactly
from dagster._core.execution.plan.plan import ExecutionPlan
from dagster._core.execution.retries import RetryMode
from dagster._core.execution.step_dependency_config import StepDependencyConfig
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, WorkerStatus

from datamorph.assets.lifeline import hold, is_dead, lay


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Dagster's launcher on one host, which knows when the process of a run is gone."""

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start a run, and expect its process to say that it lives; see ``watched_executor``."""
        lay(_lifelines(self._instance), context.dagster_run.run_id, is_over=self._is_over)
        super().launch_run(context)

    def _is_over(self, run_id: str) -> bool:
        found = self._instance.get_run_by_id(run_id)
        return found is None or found.is_finished

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It can tell, so the monitoring of runs asks it."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the process that executes a run lives."""
        if is_dead(_lifelines(self._instance), run.run_id):
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its process is gone; it is run again")
        return CheckRunHealthResult(WorkerStatus.RUNNING)


class WatchedExecutor(dg.Executor):
    """Executes a run as another executor does, in a process that is seen to live."""

    def __init__(self, inner: dg.Executor) -> None:
        self._inner = inner

    @property
    def retries(self) -> RetryMode:
        """See ``dg.Executor``."""
        return self._inner.retries

    @property
    def step_dependency_config(self) -> StepDependencyConfig:
        """See ``dg.Executor``."""
        return self._inner.step_dependency_config

    def execute(
        self, plan_context: PlanOrchestrationContext, execution_plan: ExecutionPlan
    ) -> Iterator[dg.DagsterEvent]:
        """See ``dg.Executor``."""
        hold(_lifelines(plan_context.instance), plan_context.run_id)
        yield from self._inner.execute(plan_context, execution_plan)


@dg.executor(
    name=dg.in_process_executor.name,
    config_schema=dg.in_process_executor.config_schema,  # pyright: ignore[reportArgumentType]
)
def watched_executor(context: dg.InitExecutorContext) -> dg.Executor:
    """All steps in one process, which holds a lock for as long as it lives."""
    return WatchedExecutor(dg.in_process_executor.executor_creation_fn(context))  # pyright: ignore[reportOptionalCall]


def _lifelines(instance: dg.DagsterInstance) -> Path:
    return Path(instance.storage_directory()) / "lifelines"
