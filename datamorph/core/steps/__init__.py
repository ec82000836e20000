"""Every kind of step. To add one, write its module: every module of this package is found by itself."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from datamorph.core.steps.step import Step


def _kinds(base: type[Step]) -> Iterator[type[Step]]:
    for found in base.__subclasses__():
        if "kind" in vars(found):
            yield found
        yield from _kinds(found)


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

STEPS: dict[str, type[Step]] = {step.kind: step for step in sorted(_kinds(Step), key=lambda step: step.kind)}

__all__ = ["STEPS", "Step"]
