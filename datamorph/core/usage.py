"""What jobs on AWS cost: usage by unit times dated rates, in USD."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import yaml

from datamorph.errors import SettingsError

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
    """

    as_of: str
    source: str
    units: Mapping[str, float]

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
        return UsageRates(str(data["as_of"]), str(data["source"]), units)
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        example = "{as_of: 2026-01-31, source: the price list, units: {dpu_h: 0.44}}"
        raise SettingsError(f"{origin} is no file of rates: {error!r:.200}", fix=f"write it so: {example}") from error


def _usd(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"{value!r} is no price")
    return float(value)
