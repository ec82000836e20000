"""What was understood: questions, the plan, the spec to edit, and the word to go on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.core.spec import parse_spec
from datamorph.errors import DataMorphError
from datamorph.web.failures import Problem, problem_of
from datamorph.web.pages.home import show_plan
from datamorph.web.pages.rendering import marked, page
from datamorph.web.planned import planned_run
from datamorph.web.remembering import is_forgotten, remember_answers
from datamorph.web.running import Job, Outcome
from datamorph.web.site import Here, Site
from datamorph.web.spending import expected_of, price_of
from datamorph.web.superseding import edited_as

router = APIRouter(prefix="/plans")
RECORDED_S = 60.0
_ANSWER, _WORDS = "answer.", "words."


@router.get("/{run_id}")
def plan(request: Request, run_id: str, site: Here) -> Response:
    """The page of a prompt: what was understood of it, and what is next."""
    return _show(request, site, run_id)


async def _given(request: Request) -> dict[str, str]:
    """Answers of the form, by question: the choice, or the words that were typed instead."""
    form = await request.form()
    chosen = {name.removeprefix(_ANSWER): str(value) for name, value in form.items() if name.startswith(_ANSWER)}
    typed = {name.removeprefix(_WORDS): str(value) for name, value in form.items() if name.startswith(_WORDS)}
    return {**chosen, **{name: words for name, words in typed.items() if words.strip()}}


@router.post("/{run_id}/answers")
def answer(request: Request, run_id: str, site: Here, given: Annotated[dict[str, str], Depends(_given)]) -> Response:
    """Plan it again with answers."""
    found = planned_run(site, run_id)
    return show_plan(request, site.runner.start(found.run.prompt, {**found.answers, **given}, runs=False))


@router.post("/{run_id}/remember")
def remember(request: Request, run_id: str, site: Here) -> Response:
    """Keep its answers in words in the glossary."""
    try:
        remember_answers(site, run_id)
    except DataMorphError as error:
        return _show(request, site, run_id, problem=problem_of(error)[1])
    return RedirectResponse(f"/plans/{run_id}", 303)


@router.post("/{run_id}/spec")
def edit(request: Request, run_id: str, site: Here, spec: Annotated[str, Form(max_length=200_000)] = "") -> Response:
    """Plan a spec that a person edited; a mistake in it is shown beside it."""
    try:
        parsed = parse_spec(spec.replace("\r\n", "\n"), origin="your spec")
        plan = site.runner.plan_spec(parsed, edits=run_id)
    except DataMorphError as error:
        return _show(request, site, run_id, edited=spec, problem=problem_of(error)[1])
    request.scope["about"].update(new_run_id=plan.run_id)
    return RedirectResponse(f"/plans/{plan.run_id}", 303)


@router.post("/{run_id}/stage")
def stage(request: Request, run_id: str, site: Here) -> Response:
    """Stage its rows, to see what publishing them would change."""
    return _to_run(request, site.runner.stage(run_id))


@router.post("/{run_id}/run")
def run(request: Request, run_id: str, site: Here) -> Response:
    """Run it."""
    return _run(request, site, run_id, approve=False)


@router.post("/{run_id}/approve")
def approve(request: Request, run_id: str, site: Here) -> Response:
    """Run it with a person's word."""
    return _run(request, site, run_id, approve=True)


def _run(request: Request, site: Site, run_id: str, *, approve: bool) -> Response:
    return _to_run(request, site.runner.go_on(run_id, approve=approve))


def _to_run(request: Request, job: Job) -> Response:
    new_id = job.run_id.result(timeout=RECORDED_S)
    request.scope["about"].update(run_id=new_id)
    return RedirectResponse(f"/runs/{new_id}", 303)


def _show(
    request: Request, site: Site, run_id: str, *, edited: str | None = None, problem: Problem | None = None
) -> Response:
    found = planned_run(site, run_id)
    outcome = found.outcome
    spec = outcome.spec.to_yaml() if isinstance(outcome, Plan) else found.spec
    return page(
        request,
        "plan.html",
        status=200 if problem is None else 422,
        run=found.run,
        outcome=outcome,
        kind=_kind(outcome),
        spec=spec if edited is None else edited,
        is_edited=edited is not None,
        problem=problem,
        understanding=outcome.understanding if outcome else None,
        prompt=marked(found.run.prompt, _words(outcome)),
        job=site.runner.job(run_id),
        to_remember=is_forgotten(site, outcome),
        edited_as=edited_as(site.platform, found.run.run_id),
        price=price_of(outcome.engine) if isinstance(outcome, Plan) else "",
        expected=expected_of(site.platform, outcome.spec.name) if isinstance(outcome, Plan) else None,
        size=sum(table.bytes for table in outcome.inputs.values()) if isinstance(outcome, Plan) else 0,
    )


def _kind(outcome: Outcome | None) -> str:
    kinds = {Plan: "plan", Questions: "questions", Refusal: "refusal"}
    return kinds[type(outcome)] if outcome is not None else "none"


def _words(outcome: Outcome | None) -> dict[str, str]:
    if outcome is None:
        return {}
    understood = outcome.understanding
    return {phrase.text: phrase.meaning for phrase in understood.phrases} | dict.fromkeys(understood.unexplained, "")
