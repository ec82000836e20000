"""What a language model costs: usage times dated rates, in USD."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from datamorph.errors import SettingsError

MILLION = 1_000_000
_OTHER_NAMES = r"(?:-\d{8})?(?:-v\d.*|[:@].*)?$"
"""What may follow a model's name: a date, Bedrock's version."""


@dataclass(frozen=True, slots=True)
class TokenUsage:
    """Tokens of one call, or of several, each kind at its own rate.

    Attributes:
        input: read at the full rate.
        output: written, reasoning included.
        cache_read: read from the prompt cache.
        cache_write: written to the prompt cache for five minutes.
        cache_write_1h: the same for one hour.
    """

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write + other.cache_write,
            self.cache_write_1h + other.cache_write_1h,
        )

    @property
    def prompt(self) -> int:
        """Everything that the model read."""
        return self.input + self.cache_read + self.cache_write + self.cache_write_1h

    @property
    def cached(self) -> int:
        """What it read from the prompt cache."""
        return self.cache_read


@dataclass(frozen=True, slots=True)
class Rate:
    """USD for a million tokens of one model."""

    input: float
    output: float
    cache_read: float
    cache_write: float
    cache_write_1h: float
    beyond: int = 0
    """Prompts of more tokens than that cost ``long`` instead; 0 for models with one rate."""
    long: Rate | None = None

    def price(self, usage: TokenUsage) -> float:
        """What these tokens cost."""
        if self.long is not None and usage.prompt > self.beyond:
            return self.long.price(usage)
        parts = (
            usage.input * self.input,
            usage.output * self.output,
            usage.cache_read * self.cache_read,
            usage.cache_write * self.cache_write,
            usage.cache_write_1h * self.cache_write_1h,
        )
        return sum(parts) / MILLION

    def most(self, prompt_tokens: int, max_tokens: int) -> float:
        """What one call can cost at most: nothing read from a cache, everything written to one, a full answer."""
        dearest = TokenUsage(output=max_tokens, cache_write_1h=prompt_tokens)
        return max(self.price(dearest), self.price(TokenUsage(input=prompt_tokens, output=max_tokens)))


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one day.

    Attributes:
        as_of: the day on which they were read.
        source: where.
    """

    as_of: str
    source: str
    models: Mapping[str, Rate]

    def of(self, model: str) -> Rate | None:
        """The rate of a model: by its name, with a date or within a name of Bedrock's; None when it is not listed."""
        if model in self.models:
            return self.models[model]
        found = (name for name in self.models if re.search(rf"(?:^|[./]){re.escape(name)}{_OTHER_NAMES}", model))
        best = max(found, key=len, default=None)
        return self.models[best] if best else None


def parse_rates(text: str, *, origin: str) -> Rates:
    """Read a file of rates.

    Args:
        text: YAML with ``as_of``, ``source`` and ``models``; cache rates that are left out follow from ``input``.
        origin: what to call it in errors.

    Raises:
        SettingsError: it is not readable so.
    """
    try:
        data = yaml.safe_load(text)
        models = {str(name): _rate(fields) for name, fields in data["models"].items()}
        return Rates(str(data["as_of"]), str(data["source"]), models)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        example = "{as_of: 2026-01-31, source: the price list, models: {NAME: {input: 3, output: 15}}}"
        raise SettingsError(f"{origin} is no file of rates: {error!r:.200}", fix=f"write it so: {example}") from error


def _rate(fields: object) -> Rate:
    given = cast("dict[str, Any]", fields)
    read = given["input"]
    long = given.get("long")
    rate = Rate(
        input=_usd(read),
        output=_usd(given["output"]),
        cache_read=_usd(given.get("cache_read", read * 0.1)),
        cache_write=_usd(given.get("cache_write", read * 1.25)),
        cache_write_1h=_usd(given.get("cache_write_1h", read * 2)),
        beyond=int(long["beyond"]) if long else 0,
        long=_rate(long) if long else None,
    )
    return rate


def _usd(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < MILLION:
        raise ValueError(f"{value!r} is no price")
    return float(value)
