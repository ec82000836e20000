"""Who planned a prompt, from what, in how many attempts and at what price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from datamorph.core.cost import TokenUsage


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer of a language model and what was wrong with it.

    Attributes:
        exchange: key of the recorded exchange.
        outcome: ``spec``, ``questions``, ``refusal``, ``declined``, ``unreadable``, or ``no answer``.
        problems: as they were told to the model; empty when it was accepted.
        failed_tries: calls before it that gave no answer.
    """

    exchange: str
    outcome: str
    problems: tuple[str, ...] = ()
    usage: TokenUsage = field(default_factory=TokenUsage)
    cost_usd: float = 0.0
    request_id: str = ""
    failed_tries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Provenance:
    """The record of one planning by a language model.

    Attributes:
        planner: who wrote the outcome: the adapter and model, or ``offline`` where the model gave none.
        model: the model that was asked.
        template: version of the instructions.
        prompt_hash: hash of the first request: prompt, tables, instructions and model.
        attempts: every answer, in order.
        cost_usd: of all attempts, with those that failed; a cached plan costs nothing again.
        is_cached: the plan is that of an earlier, equal request.
        price: whose rates the cost follows, and of which day.
        notice: why the offline planner went on; empty when it did not.
        lost: why the last request has no answer: no key, an outage, a cap; empty when it has one.
    """

    planner: str
    model: str
    template: str
    prompt_hash: str
    attempts: tuple[Attempt, ...] = ()
    cost_usd: float = 0.0
    is_cached: bool = False
    price: str = ""
    notice: str = ""
    lost: str = ""

    @property
    def usage(self) -> TokenUsage:
        """Tokens of all attempts."""
        return sum((attempt.usage for attempt in self.attempts), TokenUsage())

    def facts(self) -> dict[str, Any]:
        """The record as JSON values, for run events, files and metadata."""
        usage = self.usage
        return {
            "planner": self.planner,
            "model": self.model,
            "template": self.template,
            "prompt_hash": self.prompt_hash,
            "tokens": {
                "in": usage.prompt,
                "out": usage.output,
                "cached": usage.cached,
                "cache_writes": usage.cache_write + usage.cache_write_1h,
            },
            "cost_usd": round(self.cost_usd, 6),
            "price": self.price,
            "is_cached": self.is_cached,
            "notice": self.notice,
            "attempts": [_attempt(attempt) for attempt in self.attempts],
        }

    @classmethod
    def of_facts(cls, facts: Mapping[str, Any]) -> Provenance:
        """The record that ``facts`` were made of; what older ones do not tell is empty."""
        told = {name: facts[name] for name in _TOLD if name in facts}
        return cls(**told, attempts=tuple(_of_facts(attempt) for attempt in facts.get("attempts", ())))


_TOLD = ("planner", "model", "template", "prompt_hash", "cost_usd", "is_cached", "price", "notice")


def _of_facts(facts: Mapping[str, Any]) -> Attempt:
    return Attempt(
        exchange=facts["exchange"],
        outcome=facts["outcome"],
        problems=tuple(facts.get("problems", ())),
        usage=TokenUsage(**facts.get("usage", {})),
        cost_usd=facts.get("cost_usd", 0.0),
        request_id=facts.get("request_id", ""),
        failed_tries=tuple(facts.get("failed_tries", ())),
    )


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "exchange": attempt.exchange,
        "outcome": attempt.outcome,
        "problems": list(attempt.problems),
        "cost_usd": round(attempt.cost_usd, 6),
        "request_id": attempt.request_id,
        "failed_tries": list(attempt.failed_tries),
        "usage": {kind: count for kind, count in asdict(attempt.usage).items() if count},
    }
