"""Every kind of step. To add one: write its module, then list its class here."""

from __future__ import annotations

from datamorph.core.steps.step import Step

STEPS: dict[str, type[Step]] = {}
