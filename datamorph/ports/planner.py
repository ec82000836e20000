"""Planners, the language models behind them, and what they spend and remember."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, Protocol

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.language_model import Exchange, ModelRequest
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.ports.engine import Engine, Report, StagedOutput, TransformJob
from datamorph.ports.lake import Lake, Publication, Snapshot
from datamorph.ports.models import ModelFile, ModelStore
from datamorph.ports.pipelines import Pipeline, PipelineStore
from datamorph.ports.quality import CheckLibrary, ContractStore
from datamorph.ports.query import QueryEngine
from datamorph.ports.runlog import RunLog
from datamorph.ports.source import Source
from datamorph.ports.upkeep import Freed, Upkeep


class Planner(Protocol):
    """Turns a sentence into a spec, or says what is missing."""

    name: str

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """Plan one prompt over the tables of a catalog.

        Args:
            mode: ``pipeline`` for an instruction whose result is published, ``question`` for a question
                whose rows are shown.
            answers: question id to the value of the chosen answer, from an earlier outcome.

        Returns:
            A proposal has no unexplained content word. The same arguments give the same outcome.
        """
        ...


class LanguageModel(Protocol):
    """A language model behind a provider's interface, or what it once answered."""

    name: str
    model: str

    def count_tokens(self, request: ModelRequest) -> int:
        """How long a request is, counted by the provider or, where it does not count, estimated from above.

        Raises:
            LanguageModelError: as for ``complete``; nothing was charged.
        """
        ...

    def complete(self, request: ModelRequest) -> Exchange:
        """Ask once, and again only where that may help; never longer than the adapter's limit.

        Raises:
            LanguageModelError: no answer; ``charged_tries`` of its tries may have been charged.
        """
        ...


class SpendingLedger(Protocol):
    """What was spent on each day, by all processes together."""

    def reserve(self, day: date, usd: float, *, cap: float) -> str:
        """Set the most that a call can cost aside; it counts until it is settled, also when the process dies.

        Raises:
            BudgetError: the day would come to more than the cap; nothing was set aside.
        """
        ...

    def settle(self, reservation: str, usd: float) -> None:
        """Replace what was set aside by what the call did cost."""
        ...

    def spent(self, day: date) -> float:
        """USD of a day, with what is set aside."""
        ...


class PlanCache(Protocol):
    """Remembers outcomes of planning as text."""

    def recall(self, key: str) -> str | None:
        """What was kept under a key, byte for byte; None when nothing was."""
        ...

    def keep(self, key: str, text: str) -> None:
        """Keep a text; a reader sees all of it or none."""
        ...


__all__ = [
    "CatalogTable", "CheckLibrary", "ContractStore", "Engine", "Freed", "Lake", "LanguageModel", "ModelFile",
    "ModelStore", "Pipeline", "PipelineStore", "PlanCache", "Planner", "Publication", "QueryEngine", "Report", "RunLog",
    "Snapshot", "Source", "SpendingLedger", "StagedOutput", "TransformJob", "Upkeep",
]  # fmt: skip
