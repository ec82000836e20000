"""What jobs on AWS cost: usage by unit times dated rates, in USD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import yaml

from datamorph.errors import SettingsError

KEPT = "; kept from before: "
UNITS = (
    "dpu_h",
    "flex_dpu_h",
    "vcpu_h",
    "memory_gb_h",
    "storage_gb_h",
    "fargate_vcpu_h",
    "fargate_gb_h",
    "spot_fargate_vcpu_h",
    "spot_fargate_gb_h",
    "emr_vcpu_h",
    "spot_emr_vcpu_h",
)
"""Glue's DPU hours (standard, Flex), hours of EMR Serverless, hours of Fargate (on demand, spot), hours of a virtual
CPU of EMR's machines with EMR's own part (on demand, spot)."""


@dataclass(frozen=True, slots=True)
class UsageRates:
    """USD by unit, as of one day.

    Attributes:
        as_of: the day on which they were read.
        source: where, and for which region.
        kept: units that the price list does not have, whose rates stayed as they were before.
    """

    as_of: str
    source: str
    units: Mapping[str, float]
    kept: Sequence[str] = ()

    def price(self, usage: Mapping[str, float]) -> float | None:
        """What it costs; None where nothing is billed, or a unit has no rate."""
        if not usage or any(unit not in self.units for unit in usage):
            return None
        return sum(amount * self.units[unit] for unit, amount in usage.items())


def parse_usage_rates(text: str, *, origin: str) -> UsageRates:
    """Read a file of rates: YAML with ``as_of``, ``source`` and ``units``.

    Raises:
        SettingsError: it is not readable so, or names a unit that nothing is billed by.
    """
    try:
        data = yaml.safe_load(text)
        units = {str(name): _usd(value) for name, value in cast("dict[str, Any]", data["units"]).items()}
        if unknown := [name for name in units if name not in UNITS]:
            raise ValueError(f"{unknown[0]!r} is no unit; the units are {', '.join(UNITS)}")
        kept = tuple(str(name) for name in data.get("kept", ()) if name in units)
        return UsageRates(str(data["as_of"]), str(data["source"]), units, kept)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        example = "{as_of: 2026-01-31, source: the price list, units: {dpu_h: 0.44}}"
        raise SettingsError(f"{origin} is no file of rates: {error!r:.200}", fix=f"write it so: {example}") from error


def _usd(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is no price")
    return float(value)


@dataclass(frozen=True, slots=True)
class ListedPrices:
    """What a price list says; it need not have every unit."""

    source: str
    units: Mapping[str, float]

    def over(self, before: UsageRates, *, as_of: str) -> UsageRates:
        """These rates, and for other units those of before, with whose they are and as of when."""
        kept = [unit for unit in UNITS if unit in before.units and unit not in self.units]
        origin = before.source.partition(KEPT)[2] or f"{before.source}, as of {before.as_of}"
        source = f"{self.source}{KEPT}{origin}" if kept else self.source
        return UsageRates(as_of, source, {**{unit: before.units[unit] for unit in kept}, **self.units}, tuple(kept))


def render_usage_rates(rates: UsageRates) -> str:
    """The text of a file of rates, as ``parse_usage_rates`` reads it."""
    head = "# USD an hour of each unit, written by: datamorph rates --refresh\n"
    kept = {"kept": list(rates.kept)} if rates.kept else {}
    units = {unit: rates.units[unit] for unit in UNITS if unit in rates.units}
    document = {"as_of": rates.as_of, "source": rates.source, "units": units, **kept}
    return head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1000)
