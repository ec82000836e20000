"""Adapters of the LanguageModel port, and what is kept of their calls. The SDK is imported when one is opened."""

from __future__ import annotations

from importlib import resources

from datamorph.core.cost import Rates, parse_rates

RATES = "rates.yaml"


def shipped_rates() -> Rates:
    """The rates that this version knows."""
    text = resources.files(__name__).joinpath(RATES).read_text(encoding="utf-8")
    return parse_rates(text, origin=RATES)
