"""Checks in Great Expectations' vocabulary, compiled to one SELECT that scans the staged rows once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, model_serializer, model_validator


class Check(BaseModel):
    """One expectation about the rows of a table, written ``expect_...: {argument: value}``.

    ``severity: error`` (the default) blocks publishing; ``warn`` reports only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    type: str
    kwargs: dict[str, Any] = {}
    severity: Literal["error", "warn"] = "error"

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "type" in data:
            return data  # pyright: ignore[reportUnknownVariableType]
        fields = cast("dict[str, Any]", data)
        kinds = [key for key in fields if key != "severity"]
        if len(kinds) != 1 or not kinds[0].startswith("expect_"):
            raise ValueError(f"a check is one expect_... with its arguments, not {kinds}")
        severity = fields.get("severity", "error")
        return {"type": kinds[0], "kwargs": fields[kinds[0]] or {}, "severity": severity}

    @model_serializer
    def _fold(self) -> dict[str, Any]:
        folded: dict[str, Any] = {self.type: dict(self.kwargs)}
        return folded if self.severity == "error" else {**folded, "severity": self.severity}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Outcome of one check on staged rows.

    Attributes:
        name: stable within a table, such as ``unique_customer_id``.
        observed: what was measured, in the check's own terms.
        failing: a few of the rows that fail, at most ``SAMPLES``.
    """

    name: str
    check: Check
    passed: bool
    observed: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failing: tuple[Mapping[str, Any], ...] = ()

    @property
    def blocks(self) -> bool:
        """True when the failure keeps the table from being published."""
        return not self.passed and self.check.severity == "error"
