"""Plans: a sentence or a spec to plan, its questions, and the word to go on."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field

from datamorph import documents
from datamorph.core.plan import Plan, Questions
from datamorph.core.spec import parse_spec
from datamorph.documents import plain
from datamorph.errors import NotFoundError
from datamorph.web.api.shapes import Answers, PlanRequest, Shape
from datamorph.web.api.v1.runs import Begun, begun
from datamorph.web.door import MCP
from datamorph.web.failures import documented
from datamorph.web.lookup import find_run
from datamorph.web.planned import PlannedRun, planned_run
from datamorph.web.remembering import remember_answers
from datamorph.web.running import Outcome
from datamorph.web.site import Here, Site

router = APIRouter(prefix="/api/v1/plans", tags=["plans"])
ASSISTANT = "assistant"
"""Who wrote a spec that came by a tool: its plan is held to what that of a language model may do."""


class ChoiceDocument(Shape):
    """One answer to a question."""

    value: str
    label: str


class QuestionDocument(Shape):
    """What must be known before there is a plan."""

    id: str
    text: str
    choices: list[ChoiceDocument]
    takes_words: bool = Field(
        default=False, description="Any other text is an answer too: words for those asked about."
    )


class PlanDocument(Shape):
    """What planning came to."""

    run_id: str
    outcome: Literal["plan", "questions", "refusal"]
    prompt: str
    understanding: dict[str, Any] = Field(default_factory=dict)
    questions: list[QuestionDocument] = Field(default_factory=list)
    plan: dict[str, Any] | None = Field(default=None, description="Spec, code, inputs and explanation.")
    refusal: dict[str, str] | None = Field(default=None, description="Reason, message and hint.")


class RememberedDocument(Shape):
    """What the glossary has now."""

    wordings: dict[str, str] = Field(description="Words of prompts with those that are read in their place.")


class SpecRequest(Shape):
    """A spec that a person wrote or edited."""

    spec: str = Field(min_length=1, max_length=200_000, description="YAML, see docs/spec.md.")
    full: bool = Field(default=False, description="Read incremental sources from the beginning.")
    edits: str | None = Field(
        default=None,
        max_length=64,
        description="The run whose plan this one takes the place of: it is not run any more.",
    )


class RunRequest(Shape):
    """How to run a plan."""

    force: bool = Field(default=False, description="Compute even if nothing has changed since.")


@router.post("", status_code=201, responses=documented(404, 422))
def plan(request: Request, body: PlanRequest, site: Here) -> PlanDocument:
    """Plan a sentence. Nothing is computed yet: the answer is a plan, questions or a refusal."""
    outcome = site.runner.plan(body.prompt, body.answers, observe=lambda run, event: None)
    return _told(request, outcome)


@router.post("/spec", status_code=201, responses=documented(404, 422))
def plan_spec(request: Request, body: SpecRequest, site: Here) -> PlanDocument:
    """Plan a spec against the tables of today."""
    spec = parse_spec(body.spec, origin="the request")
    planner = ASSISTANT if request.scope["about"].get("by") == MCP else ""
    return _told(request, site.runner.plan_spec(spec, full=body.full, edits=body.edits or "", planner=planner))


@router.get("/{run_id}", responses=documented(404))
def planned(run_id: str, site: Here) -> PlanDocument:
    """What planning a run came to, told from the record."""
    return document(planned_run(site, run_id))


@router.post("/{run_id}/answers", status_code=201, responses=documented(404, 422))
def answer(request: Request, run_id: str, body: Answers, site: Here) -> PlanDocument:
    """Plan the same sentence again with answers to its questions."""
    return _told(request, answer_questions(site, run_id, body.answers))


@router.post("/{run_id}/remember", status_code=201, responses=documented(404, 422))
def remember(run_id: str, site: Here) -> RememberedDocument:
    """Keep a plan's answers in words in the glossary: prompts to come that say these words are read so."""
    return RememberedDocument(wordings=dict(remember_answers(site, run_id)))


@router.post("/{run_id}/stage", status_code=202, responses=documented(404, 409, 422, 503))
def stage(request: Request, run_id: str, site: Here) -> Begun:
    """Stage and audit a plan's rows in the background, and publish nothing: the run is `held` then.

    `GET /api/v1/runs/{run_id}/diff` tells what publishing them would change; run or approve publishes them as they are.
    """
    return begun(site, site.runner.stage(run_id), request=request)


@router.post("/{run_id}/run", status_code=202, responses=documented(404, 409, 422, 503))
def run(request: Request, run_id: str, body: RunRequest, site: Here) -> Begun:
    """Run a plan that needs nobody's approval, in the background."""
    return begun(site, site.runner.go_on(run_id, force=body.force), request=request)


@router.post("/{run_id}/approve", status_code=202, responses=documented(404, 409, 422, 503))
def approve(request: Request, run_id: str, body: RunRequest, site: Here) -> Begun:
    """Run a plan with a person's word: it may replace another's table, break readers, or change published rows.

    A run that is held goes on where it stopped.
    """
    return begun(site, site.runner.go_on(run_id, approve=True, force=body.force), request=request)


def answer_questions(site: Site, run_id: str, answers: dict[str, str]) -> Outcome:
    """Plan a run's prompt again, with these answers and those that were given before.

    Raises:
        NotFoundError: no such run.
    """
    found, before = find_run(site.platform, run_id), planned_run(site, run_id).answers
    return site.runner.plan(found.prompt, {**before, **answers}, observe=lambda run, event: None)


def _told(request: Request, outcome: Outcome) -> PlanDocument:
    request.scope["about"].update(run_id=outcome.run_id, prompt=outcome.prompt[:500])
    return of_outcome(outcome)


def of_outcome(outcome: Outcome) -> PlanDocument:
    """An outcome of planning as the API tells it."""
    told = {"run_id": outcome.run_id, "prompt": outcome.prompt, "understanding": plain(outcome.understanding)}
    if isinstance(outcome, Plan):
        return PlanDocument(outcome="plan", plan=documents.plan(outcome), **told)
    if isinstance(outcome, Questions):
        return PlanDocument(outcome="questions", questions=plain(outcome.questions), **told)
    refusal = {"reason": outcome.reason, "message": outcome.message, "hint": outcome.hint}
    return PlanDocument(outcome="refusal", refusal=refusal, **told)


def document(found: PlannedRun) -> PlanDocument:
    """A planned run as the API tells it: whole while this server remembers it, else what the record has.

    Raises:
        NotFoundError: the run never came to an outcome.
    """
    if found.outcome is not None:
        return of_outcome(found.outcome)
    run = found.run
    if run.state.value == "refused":
        refusal = {"reason": "refused", "message": run.reason, "hint": "say it otherwise"}
        return PlanDocument(run_id=run.run_id, outcome="refusal", prompt=run.prompt, refusal=refusal)
    if not found.spec:
        raise NotFoundError(f"run {run.run_id!r} has no plan", fix="plan it again: POST /api/v1/plans")
    return PlanDocument(run_id=run.run_id, outcome="plan", prompt=run.prompt, plan={"spec": found.spec})
