"""Calls within the caps: counted before, paid after, also when there was no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from datamorph.core.cost import Rate
from datamorph.core.language_model import Exchange, ModelRequest
from datamorph.errors import BudgetError, LanguageModelError
from datamorph.ports import LanguageModel, SpendingLedger

TRIES = 2
"""A call whose answer was lost is made once more, and paid for twice."""


@dataclass(frozen=True, slots=True)
class Caps:
    """USD that may be spent: on one plan, on one day (UTC)."""

    per_run: float
    per_day: float


@dataclass(frozen=True, slots=True)
class Paid:
    """An answer and what it cost, with tries that were lost before it."""

    exchange: Exchange
    cost_usd: float
    failed: tuple[str, ...] = ()


@dataclass(slots=True)
class Meter:
    """The calls of one plan.

    Attributes:
        rate: None for answers that cost nothing: recorded ones.
        price: whose rates these are, and of which day.
        today: the day that is charged, UTC.
        spent_usd: so far, with what may have been charged for lost answers.
        lost: the tries of a call that gave no answer at all.
    """

    model: LanguageModel
    rate: Rate | None
    ledger: SpendingLedger
    caps: Caps
    today: Callable[[], date]
    price: str = ""
    spent_usd: float = 0.0
    lost: list[str] = field(default_factory=list[str])

    def ask(self, request: ModelRequest) -> Paid:
        """Make one call.

        Raises:
            BudgetError: it could cost more than is left; it was not made.
            LanguageModelError: there is no answer.
        """
        if self.rate is None:
            return Paid(self.model.complete(request), 0.0)
        tokens = self.model.count_tokens(request)
        failed: list[str] = []
        before, tries_left = self.spent_usd, TRIES
        while True:
            tries_left -= 1
            try:
                exchange = self._pay(request, self.rate, self._within_run(self.rate, tokens, request))
            except LanguageModelError as error:
                failed += error.tries
                self.lost = failed
                if not (error.charged_tries and error.retryable and tries_left):
                    raise
                continue
            self.lost = []
            failed += [one.problem for one in exchange.failed]
            return Paid(exchange, self.spent_usd - before, tuple(failed))

    def _within_run(self, rate: Rate, tokens: int, request: ModelRequest) -> float:
        most = rate.most(tokens, request.max_tokens)
        if self.spent_usd + most > self.caps.per_run:
            raise BudgetError(
                f"this plan has cost {self.spent_usd:.4f} USD, the next call ({tokens:,} tokens in, up to "
                f"{request.max_tokens:,} out) could cost {most:.4f} more, and llm_usd_per_run is {self.caps.per_run:g}",
                fix="raise llm_usd_per_run, or lower llm_max_tokens or llm_catalog_tokens",
            )
        return most

    def _pay(self, request: ModelRequest, rate: Rate, most: float) -> Exchange:
        """Set the most aside, call, settle. A process that dies here leaves the most on the books."""
        reservation = self.ledger.reserve(self.today(), most, cap=self.caps.per_day)
        try:
            exchange = self.model.complete(request)
        except LanguageModelError as error:
            self._settle(reservation, most * error.charged_tries)
            raise
        self._settle(reservation, rate.price(exchange.usage))
        return exchange

    def _settle(self, reservation: str, usd: float) -> None:
        self.spent_usd += usd
        self.ledger.settle(reservation, usd)
