"""The language-model planner: ask, judge, repair; where there is no answer, the offline planner's outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from datamorph.core.catalog import Catalog
from datamorph.core.language_model import ModelRequest
from datamorph.core.plan import Proposal, Questions, Refusal, Understanding
from datamorph.core.problem import Problem
from datamorph.core.provenance import Attempt, Provenance
from datamorph.core.spec import PipelineSpec
from datamorph.errors import LanguageModelError
from datamorph.planning.language_model.gates import Asked
from datamorph.planning.language_model.judging import IGNORE, REFUSE, Judged, Probe, ask_about_words, judge
from datamorph.planning.language_model.language import template_version
from datamorph.planning.language_model.memory import Outcome, plan_key, read_outcome, write_outcome
from datamorph.planning.language_model.meter import Meter, Paid
from datamorph.planning.language_model.requests import UNUSED_WORDS, first_request, repair_request
from datamorph.planning.language_model.retrieval import choose_tables
from datamorph.planning.language_model.words import lost_names
from datamorph.ports import PlanCache, Planner

MOST_REPAIRS = 3


@dataclass(frozen=True, slots=True)
class PlannerLimits:
    """What a plan may take.

    Attributes:
        catalog_tokens: tables are shown as long as they fit into so many tokens.
        samples: show masked sample values.
        writable: patterns of the tables that pipelines may write.
        falls_back: the offline planner goes on where there is no answer; else that is an error.
    """

    catalog_tokens: int = 20_000
    max_tokens: int = 16_000
    effort: str = ""
    samples: bool = True
    writable: tuple[str, ...] = ("processed.*", "curated.*")
    falls_back: bool = True


@dataclass(slots=True)
class _Conversation:
    """One plan on its way."""

    asked: Asked
    request: ModelRequest
    meter: Meter | None = None
    attempts: list[Attempt] = field(default_factory=list[Attempt])
    lost: set[str] = field(default_factory=set[str])


class LanguageModelPlanner:
    """Planner port over a language model.

    Args:
        name: of the adapter, ``anthropic``.
        model: the model that is asked.
        open_meter: opens the model with its budget when a call is needed; it may raise LanguageModelError.
        offline: gives hints, refuses what is unsafe, and goes on where there is no answer.
        cache: None asks again for every plan.
        probe: computes a spec that type-checks, on a small input.
    """

    def __init__(
        self,
        *,
        name: str,
        model: str,
        open_meter: Callable[[], Meter],
        offline: Planner,
        cache: PlanCache | None,
        limits: PlannerLimits,
        probe: Probe = lambda checked: (),
    ) -> None:
        self.name = f"{name}:{model}"
        self._model, self._open_meter, self._offline, self._cache = model, open_meter, offline, cache
        self._limits, self._probe = limits, probe

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """See Planner.plan. A word without a meaning is asked about; only a person's answer lets it pass."""
        given = dict(answers or {})
        offline = self._offline.plan(prompt, catalog, mode=mode, answers=given)
        if isinstance(offline, Refusal) and offline.reason == "unsafe":
            return offline
        talk = self._begin(prompt, catalog, mode, given, offline)
        key = plan_key(
            talk.request.key(self._model), prompt=prompt, mode=mode, answers=given, template=template_version()
        )
        if (kept := self._recall(key)) is not None:
            return kept
        try:
            judged = self._converse(talk)
        except LanguageModelError as error:
            self._keep_lost(talk, error)
            if not self._limits.falls_back:
                raise
            notice = f"the language model was not used, the offline planner went on: {error.problem}"
            return self._without_model(offline, talk, notice, lost=error.problem)
        outcome = self._settled(judged, talk, offline)
        if self._cache is not None:
            self._cache.keep(key, write_outcome(outcome))
        return outcome

    def change(
        self, failed: PipelineSpec, findings: tuple[str, ...], catalog: Catalog
    ) -> Proposal | Questions | Refusal:
        """Ask for a change of a spec that failed.

        Args:
            findings: why it failed; they may hold values of rows, which are masked.
            catalog: the tables that the spec reads; the changed one may read no other.

        Raises:
            LanguageModelError: there is no answer.
        """
        limits = self._limits
        asked = Asked(failed.prompt, catalog, writable=limits.writable, failed=failed, findings=findings)
        request = first_request(asked, None, samples=limits.samples, max_tokens=limits.max_tokens, effort=limits.effort)
        talk = _Conversation(asked, request)
        judged = self._converse(talk)
        if isinstance(judged.outcome, Proposal | Refusal):
            return self._signed(_with_mild(judged), talk)
        told = "; ".join(str(problem) for problem in judged.problems[:3]) or "it asks back"
        refusal = Refusal(
            failed.prompt, "impossible", f"the language model gave no change that holds: {told}", "see why"
        )
        return self._signed(refusal, talk)

    def _begin(
        self,
        prompt: str,
        catalog: Catalog,
        mode: Literal["pipeline", "question"],
        answers: dict[str, str],
        offline: Outcome,
    ) -> _Conversation:
        limits = self._limits
        offer = choose_tables(prompt, catalog, budget=limits.catalog_tokens, samples=limits.samples)
        asked = Asked(prompt, offer.catalog, mode, limits.writable, answers, offer.left_out)
        request = first_request(
            asked, offline, samples=limits.samples, max_tokens=limits.max_tokens, effort=limits.effort
        )
        return _Conversation(asked, request)

    def _recall(self, key: str) -> Outcome | None:
        text = self._cache.recall(key) if self._cache is not None else None
        return read_outcome(text) if text is not None else None

    def _converse(self, talk: _Conversation) -> Judged:
        """Ask and repair until the answer holds, nothing gets better, or the rounds are used up."""
        talk.meter = self._open_meter()
        request, previous = talk.request, frozenset[Problem]()
        for _ in range(1 + MOST_REPAIRS):
            paid = talk.meter.ask(request)
            judged = judge(paid.exchange, talk.asked, self._probe)
            talk.attempts.append(self._attempt(request, paid, judged))
            talk.lost |= lost_names(talk.asked.prompt, judged.problems)
            problems = frozenset(judged.problems)
            if judged.is_done or judged.kind == "declined" or (previous and not previous - problems):
                return judged
            request, previous = repair_request(request, paid.exchange.text, judged.problems, talk.asked), problems
        return judged  # pyright: ignore[reportPossiblyUnboundVariable] (there is at least one round)

    def _attempt(self, request: ModelRequest, paid: Paid, judged: Judged) -> Attempt:
        exchange = paid.exchange
        return Attempt(
            exchange=request.key(self._model),
            outcome=judged.kind,
            problems=tuple(map(str, judged.problems)),
            usage=exchange.usage,
            cost_usd=paid.cost_usd,
            request_id=exchange.request_id,
            failed_tries=paid.failed,
        )

    def _keep_lost(self, talk: _Conversation, error: LanguageModelError) -> None:
        """A call without an answer is an attempt, too, with what it may have cost."""
        if talk.meter is None or not talk.meter.lost:
            return
        cost = talk.meter.spent_usd - sum(attempt.cost_usd for attempt in talk.attempts)
        tries = tuple(talk.meter.lost)
        key = talk.request.key(self._model)
        talk.attempts.append(Attempt(key, "no answer", (error.problem,), cost_usd=cost, failed_tries=tries))

    def _settled(self, judged: Judged, talk: _Conversation, offline: Outcome) -> Outcome:
        is_ignored = talk.asked.answers.get(UNUSED_WORDS) == IGNORE
        words = judged.words or (() if is_ignored else tuple(sorted(talk.lost)))
        if words and isinstance(judged.outcome, Proposal):
            if talk.asked.answers.get(UNUSED_WORDS) == REFUSE:
                left = ", ".join(words)
                refusal = Refusal(
                    talk.asked.prompt, "impossible", f"no plan gives a meaning to {left}", "say it otherwise"
                )
                return self._signed(refusal, talk)
            return self._signed(ask_about_words(judged.outcome, words, talk.asked), talk)
        if judged.outcome is not None:
            return self._signed(_with_mild(judged), talk)
        told = "; ".join(str(problem) for problem in judged.problems[:3])
        rounds = len(talk.attempts)
        problem = (
            f"the language model gave no plan that holds in {rounds} {'answers' if rounds > 1 else 'answer'}: {told}"
        )
        if not isinstance(offline, Refusal):
            return self._without_model(offline, talk, f"{problem}; this is the offline planner's reading")
        hint = f"say it otherwise; the offline planner: {offline.hint}"
        return self._signed(Refusal(talk.asked.prompt, "impossible", problem, hint), talk)

    def _without_model(self, offline: Outcome, talk: _Conversation, notice: str, *, lost: str = "") -> Outcome:
        understood = offline.understanding
        told = replace(understood, assumptions=(notice, *understood.assumptions))
        return self._signed(replace(offline, understanding=told), talk, notice=notice, lost=lost)

    def _signed(self, outcome: Outcome, talk: _Conversation, *, notice: str = "", lost: str = "") -> Outcome:
        provenance = Provenance(
            planner=self._offline.name if notice else self.name,
            model=self._model,
            template=template_version(),
            prompt_hash=talk.request.key(self._model),
            attempts=tuple(talk.attempts),
            cost_usd=talk.meter.spent_usd if talk.meter else 0.0,
            price=talk.meter.price if talk.meter else "",
            notice=notice,
            lost=lost,
        )
        return replace(outcome, understanding=replace(outcome.understanding, provenance=provenance))


def _with_mild(judged: Judged) -> Outcome:
    """The outcome with what is still odd about it among the assumptions."""
    assert judged.outcome is not None  # noqa: S101 (checked by the caller)
    if not judged.problems or not isinstance(judged.outcome, Proposal):
        return judged.outcome
    understood: Understanding = judged.outcome.understanding
    told = (*understood.assumptions, *(problem.message for problem in judged.problems))
    return replace(judged.outcome, understanding=replace(understood, assumptions=told))
