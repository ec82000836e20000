"""The job that turns a prompt into a published table and a visible asset."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
import yaml
from pydantic import Field

from datamorph.assets.failure import dagster_failure
from datamorph.assets.naming import PROMPT_JOB, asset_key
from datamorph.assets.published import version_tags
from datamorph.assets.recording import Recorder, run_metadata
from datamorph.assets.running_ui import find_ui, reload_ui
from datamorph.core.plan import Plan, Question, Questions, Refusal
from datamorph.core.result import RunResult
from datamorph.errors import DataMorphError
from datamorph.platform import Platform


class PromptConfig(dg.Config):
    """What the Launchpad asks for."""

    prompt: str = Field(default="", description="What table is wanted, in one sentence.")
    domains: list[str] | None = Field(default=None, description="Use the tables of these domains only.")
    answers: dict[str, str] = Field(
        default_factory=dict, description="Answers to an earlier run's questions: question id to value of the choice."
    )
    approve: bool = Field(
        default=False, description="Allow replacing another pipeline's table, or changes that break its readers."
    )
    force: bool = Field(default=False, description="Compute even if nothing changed since the published snapshot.")


@dg.config_mapping
def prompt_config(config: PromptConfig) -> dict[str, Any]:
    """The flat configuration of the job, handed to the ops that need it."""
    approval = {"approve": config.approve, "force": config.force}
    asked = {"prompt": config.prompt, "domains": config.domains, "answers": config.answers}
    return {"ops": {"plan_prompt": {"config": asked}, "run_plan": {"config": approval}}}


class PlanConfig(dg.Config):
    """The part of the configuration that decides the plan."""

    prompt: str
    domains: list[str] | None = None
    answers: dict[str, str] = Field(default_factory=dict)


class RunConfig(dg.Config):
    """The part of the configuration that decides how the plan is run."""

    approve: bool = False
    force: bool = False


@dg.op(description="Ground, plan, check, compile: the prompt becomes a plan, a question or a refusal.")
def plan_prompt(context: dg.OpExecutionContext, config: PlanConfig, platform: dg.ResourceParam[Platform]) -> Plan:
    """Plan the prompt; a question or a refusal ends the run."""
    try:
        outcome = platform.plan(
            config.prompt, domains=config.domains, answers=config.answers, observe=Recorder(context.log)
        )
    except DataMorphError as error:
        raise dagster_failure(error) from error
    if isinstance(outcome, Questions):
        raise question_failure(outcome, config)
    if isinstance(outcome, Refusal):
        raise refusal_failure(outcome)
    for number, sentence in enumerate(outcome.explanation, start=1):
        context.log.info(f"step {number}: {sentence}")
    for assumption in outcome.understanding.assumptions:
        context.log.info(f"assumed: {assumption}")
    return outcome


@dg.op(description="Dry run, stage, audit, publish: the table is replaced in one commit when every check passes.")
def run_plan(
    context: dg.OpExecutionContext, config: RunConfig, platform: dg.ResourceParam[Platform], plan: Plan
) -> Iterator[Any]:
    """Run the plan and record the checks and the materialisation in the history of the new asset."""
    recorder = Recorder(context.log)
    try:
        result = platform.run(plan, force=config.force, approve=config.approve, observe=recorder)
    except DataMorphError as error:
        if not error.retryable:
            _log_checks(context, plan, recorder)
        raise dagster_failure(error) from error
    if result.is_unchanged:
        context.log.info(f"{result.table} is up to date: snapshot {result.snapshot_id} has this spec and these inputs")
    else:
        context.log_event(_materialization(platform, plan, result))
        _log_checks(context, plan, recorder)
    yield dg.Output(result)


@dg.op(description="Show the new asset in the running UI.")
def show_asset(context: dg.OpExecutionContext, platform: dg.ResourceParam[Platform], result: RunResult) -> None:
    """Ask the running UI to reload; without one, the asset is there at its next start."""
    path = f"assets/{result.table.replace('.', '/')}"
    url = find_ui(platform.settings)
    if url is None:
        context.log.info(f"{path} appears when the code location is reloaded, or at the next datamorph up")
        return
    problem = reload_ui(url)
    if problem:
        context.log.warning(f"{problem}; {path} appears when the code location is reloaded")
    else:
        context.log.info(f"see {url}/{path}")


@dg.job(name=PROMPT_JOB, config=prompt_config, tags={"datamorph/kind": "prompt"}, executor_def=dg.in_process_executor)
def prompt_pipeline() -> None:
    """One sentence becomes a published table and a pipeline of its own. Configuration: `prompt: count orders`."""
    show_asset(run_plan(plan_prompt()))


def question_failure(outcome: Questions, config: PlanConfig) -> dg.Failure:
    """The end of a run that needs an answer: the question, its choices and how to give one of them."""
    questions = outcome.questions
    lines = [line for question in questions for line in (question.text, *_choices(question))]
    first = {question.id: question.choices[0].value for question in questions if question.choices}
    answer = {"prompt": config.prompt, "domains": config.domains, "answers": {**config.answers, **first}}
    kept = {k: v for k, v in answer.items() if v is not None}
    text = yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=10_000)
    snippet = "".join(f"{line}{_others(line, questions)}\n" for line in text.splitlines())
    description = "\n".join(["The prompt has more than one reading.", *lines, "", "Answer in the Launchpad:", snippet])
    metadata = {
        "questions": dg.MetadataValue.md("\n\n".join(lines)),
        "answer_with": dg.MetadataValue.md(f"```yaml\n{snippet}```"),
        "run_id": outcome.run_id,
    }
    return dg.Failure(description, metadata=metadata, allow_retries=False)


def refusal_failure(outcome: Refusal) -> dg.Failure:
    """The end of a run that is refused: why, and what would be done instead."""
    metadata = {"reason": outcome.reason, "hint": outcome.hint, "run_id": outcome.run_id}
    return dg.Failure(f"Refused ({outcome.reason}): {outcome.message}\n{outcome.hint}", metadata, allow_retries=False)


def _others(line: str, questions: Sequence[Question]) -> str:
    """The other answers to the question of a line, as a comment."""
    found = next((question for question in questions if line.startswith(f"  {question.id}: ")), None)
    others = [choice.value for choice in found.choices[1:]] if found else []
    return f"  # or {', or '.join(others)}" if others and "\n" not in "".join(others) else ""


def _choices(question: Question) -> list[str]:
    return [f"- {question.id}: {choice.value} ({choice.label})" for choice in question.choices]


def _log_checks(context: dg.OpExecutionContext, plan: Plan, recorder: Recorder) -> None:
    key = asset_key(plan.spec.target.table)
    for found in recorder.outcomes:
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
