"""The job that turns a prompt into a published table and a visible asset: one op for each stage."""

from collections.abc import Callable, Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from datamorph.assets.failure import dagster_failure
from datamorph.assets.launcher import watched_executor
from datamorph.assets.naming import PROMPT_JOB, asset_key
from datamorph.assets.published import version_tags
from datamorph.assets.recording import Recorder, check_outcomes, run_metadata
from datamorph.assets.running_ui import await_asset, find_server, find_ui
from datamorph.assets.waiting import approval_failure, question_failure, refusal_failure
from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.core.result import RunResult
from datamorph.core.run import Stage
from datamorph.core.spec import parse_schedule
from datamorph.errors import ApprovalError, DataMorphError
from datamorph.platform import Platform
from datamorph.platform.auditing import told
from datamorph.platform.reading import parse_ref
from datamorph.platform.stages import Request, Word, Work

RUN_ID = "datamorph/run_id"
"""The tag of a run in Dagster that tells the run in DataMorph's own record."""
WHAT = {
    Stage.GROUND: "Which tables there are, and which of them the prompt is about.",
    Stage.PLAN: "What the prompt means: a spec, a question or a refusal.",
    Stage.CHECK: "The spec against the real columns, types, keys and the target.",
    Stage.COMPILE: "PySpark and SQL from the spec; inputs are pinned to snapshots.",
    Stage.DRY_RUN: "A second engine computes the rows that are expected.",
    Stage.STAGE: "The engine writes the rows where no reader sees them.",
    Stage.AUDIT: "Every check on the staged rows; nothing is published over a failed one.",
    Stage.PUBLISH: "The table is replaced in one commit.",
    Stage.REGISTER: "The pipeline is saved, and its asset shown in the running UI.",
}


class PromptConfig(dg.Config):
    """What the Launchpad asks for."""

    prompt: str = Field(default="", description="What table is wanted, in one sentence.")
    resume: str = Field(default="", description="Go on with this waiting run instead of a prompt.")
    domains: list[str] | None = Field(default=None, description="Use the tables of these domains only.")
    answers: dict[str, str] = Field(
        default_factory=dict,
        description="Answers to a run's questions: question id to value of the choice, or to other words.",
    )
    target: str = Field(default="", description="Publish as this table: tier.domain.name.")
    schedule: str = Field(default="", description="Run it by itself from then on: cron, such as 0 6 * * *.")
    timezone: str = Field(default="UTC", description="Of the schedule, such as Europe/Vienna.")
    approve: bool = Field(
        default=False, description="Allow replacing another pipeline's table, or changes that break its readers."
    )
    force: bool = Field(default=False, description="Compute even if nothing changed since the published snapshot.")
    engine: str = Field(default="", description="Where the transform runs, if not where the settings say.")


@dg.config_mapping
def prompt_config(config: PromptConfig) -> dict[str, Any]:
    """The flat configuration of the job, handed to the ops that need it."""
    word = {"approve": config.approve, "force": config.force, "engine": config.engine}
    asked = {name: getattr(config, name) for name in RequestConfig.model_fields}
    ops = {stage.value: {"config": word} for stage in Stage if stage is not Stage.GROUND}
    return {"ops": {Stage.GROUND.value: {"config": asked}, **ops}}


class RequestConfig(dg.Config):
    """The part of the configuration that decides the plan."""

    prompt: str = ""
    resume: str = ""
    domains: list[str] | None = None
    answers: dict[str, str] = Field(default_factory=dict)
    target: str = ""
    schedule: str = ""
    timezone: str = "UTC"


class WordConfig(dg.Config):
    """The part of the configuration that decides how the plan is run."""

    approve: bool = False
    force: bool = False
    engine: str = ""


@dg.op(name=Stage.GROUND.value, description=WHAT[Stage.GROUND])
def ground(context: dg.OpExecutionContext, config: RequestConfig, platform: dg.ResourceParam[Platform]) -> Work:
    """Begin a run, or take up one that waits; what it has done already is not done again."""
    try:
        work = _begun(platform, config)
        context.log.info(f"run {work.run_id}; its record: datamorph runs {work.run_id}")
        _tag(context, work.run_id)
        return platform.stages.advance(work, Stage.GROUND, observe=Recorder(context.log))
    except DataMorphError as error:
        raise dagster_failure(error) from error


def _begun(platform: Platform, config: RequestConfig) -> Work:
    if config.resume:
        return platform.stages.resume(config.resume, answers=config.answers)
    domains = tuple(config.domains) if config.domains is not None else None
    target = parse_ref(config.target) if config.target else None
    schedule = parse_schedule(config.schedule, config.timezone) if config.schedule else None
    return platform.stages.begin(Request(config.prompt, domains, config.answers, target, schedule))


def _tag(context: dg.OpExecutionContext, run_id: str) -> None:
    if context.run.tags.get(RUN_ID) != run_id:
        context.instance.add_run_tags(context.run_id, {RUN_ID: run_id})


def stage_op(stage: Stage, tell: Callable[[dg.OpExecutionContext, Platform, Work], None]) -> dg.OpDefinition:
    """The op of one stage.

    Args:
        tell: what Dagster's history gets to know when it went well.
    """

    def do(
        context: dg.OpExecutionContext, config: WordConfig, platform: dg.ResourceParam[Platform], work: Work
    ) -> Work:
        recorder = Recorder(context.log, on_run=lambda run: _tag(context, run.run_id))
        word = Word(config.approve, config.force, config.engine)
        try:
            after = platform.stages.advance(work, stage, word=word, observe=recorder)
        except DataMorphError as error:
            if work.plan is not None and not error.retryable:
                _log_checks(context, work.plan, recorder.told)
            raise (approval_failure(error) if isinstance(error, ApprovalError) else dagster_failure(error)) from error
        tell(context, platform, after)
        return after

    return dg.op(name=stage.value, description=WHAT[stage])(do)


def _nothing(context: dg.OpExecutionContext, platform: Platform, work: Work) -> None:
    """Its log lines say it all."""


def _stop_unless_planned(context: dg.OpExecutionContext, platform: Platform, work: Work) -> None:
    if isinstance(work.outcome, Questions):
        raise question_failure(work.outcome)
    if isinstance(work.outcome, Refusal):
        raise refusal_failure(work.outcome)


def _tell_plan(context: dg.OpExecutionContext, platform: Platform, work: Work) -> None:
    if work.plan is None:
        return
    for number, sentence in enumerate(work.plan.explanation, start=1):
        context.log.info(f"step {number}: {sentence}")
    for assumption in work.plan.understanding.assumptions:
        context.log.info(f"assumed: {assumption}")


def _tell_result(context: dg.OpExecutionContext, platform: Platform, work: Work) -> None:
    result = work.result
    if result is None or work.plan is None:
        return
    if result.is_unchanged:
        context.log.info(f"{result.table} is up to date: snapshot {result.snapshot_id} has this spec and these inputs")
    else:
        context.log_event(_materialization(platform, work.plan, result))
        _log_checks(context, work.plan, [told(check) for check in result.checks])
    _show(context, platform, result)


def _show(context: dg.OpExecutionContext, platform: Platform, result: RunResult) -> None:
    """Wait for the running UI to show the asset; without one, it is there at the next start."""
    path = f"assets/{result.table.replace('.', '/')}"
    server = find_server(platform.settings)
    if server is None:
        context.log.info(f"{path} appears when the code location is reloaded, or at the next datamorph up")
    elif await_asset(server, result.table.split(".")):
        context.log.info(f"see {find_ui(platform.settings)}/{path}")
    else:
        context.log.warning(f"the UI does not show it yet; {path} appears when the code location is reloaded")


_TELL = {Stage.PLAN: _stop_unless_planned, Stage.COMPILE: _tell_plan, Stage.REGISTER: _tell_result}
OPS = [stage_op(stage, _TELL.get(stage, _nothing)) for stage in Stage if stage is not Stage.GROUND]


@dg.job(name=PROMPT_JOB, config=prompt_config, tags={"datamorph/kind": "prompt"}, executor_def=watched_executor)
def prompt_pipeline() -> None:
    """One sentence becomes a published table and a pipeline of its own. Configuration: `prompt: count orders`."""
    work = ground()
    for op in OPS:
        work = op(work)


def _log_checks(context: dg.OpExecutionContext, plan: Plan, checks: list[Mapping[str, Any]]) -> None:
    key = asset_key(plan.spec.target.table)
    for found in check_outcomes(checks):
        context.log_event(found.evaluation(key))  # pyright: ignore[reportArgumentType] (accepted, not annotated)


def _materialization(platform: Platform, plan: Plan, result: RunResult) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(
        asset_key=asset_key(plan.spec.target.table),
        metadata=run_metadata(platform, plan, result),
        tags=version_tags(
            snapshot_id=result.snapshot_id,
            spec_hash=plan.spec.hash(),
            inputs={str(table.ref): str(table.snapshot_id) for table in plan.inputs.values()},
        ),
    )
