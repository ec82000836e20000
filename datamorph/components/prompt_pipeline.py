"""One pipeline, written as a prompt in ``defs.yaml``."""

import dagster as dg
from pydantic import Field

from datamorph.assets.launcher import watched_executor
from datamorph.assets.prompt import OPS, ground
from datamorph.core.spec import parse_schedule
from datamorph.platform import open_platform
from datamorph.platform.reading import parse_ref


class PromptPipeline(dg.Component, dg.Model, dg.Resolvable):
    """A job that turns its prompt into a published table: ``type: datamorph.components.PromptPipeline``."""

    name: str = Field(description="Name of the job.", pattern=r"^[A-Za-z0-9_]+$")
    prompt: str = Field(description="What table is wanted, in one sentence.")
    target: str = Field(default="", description="Publish as this table: tier.domain.name.")
    answers: dict[str, str] = Field(default_factory=dict, description="Answers to the questions of the prompt.")
    approve: bool = Field(default=False, description="Allow changes that break the table's readers.")
    schedule: str = Field(default="", description="Run the job by itself: cron, such as 0 6 * * *.")
    timezone: str = Field(default="UTC", description="Of the schedule.")
    home: str | None = Field(default=None, description="The project's folder; DATAMORPH_HOME by default.")

    def build_defs(self, context: dg.ComponentLoadContext | None = None) -> dg.Definitions:
        """The job with its configuration, and its schedule; a bad target or schedule fails here."""
        if self.target:
            parse_ref(self.target)
        asked = {"prompt": self.prompt, "target": self.target, "answers": dict(self.answers)}
        word = {"approve": self.approve}
        config = {"ops": {"ground": {"config": asked}, **{op.name: {"config": word} for op in OPS}}}

        @dg.graph(name=self.name, description=self.prompt)
        def stages() -> None:
            work = ground()
            for op in OPS:
                work = op(work)

        job = stages.to_job(
            config=config,
            tags={"datamorph/kind": "prompt"},
            executor_def=watched_executor,
            resource_defs={"platform": dg.ResourceDefinition(lambda _: open_platform(self.home))},
        )
        return dg.Definitions(jobs=[job], schedules=self._schedules(job))

    def _schedules(self, job: dg.JobDefinition) -> list[dg.ScheduleDefinition]:
        if not self.schedule:
            return []
        when = parse_schedule(self.schedule, self.timezone)
        return [dg.ScheduleDefinition(job=job, cron_schedule=when.cron, execution_timezone=when.timezone)]
