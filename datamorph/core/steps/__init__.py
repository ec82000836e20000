"""Every kind of step. To add one: write its module, then list its class here."""

from __future__ import annotations

from datamorph.core.steps.aggregate import Aggregate
from datamorph.core.steps.cast import Cast
from datamorph.core.steps.dedupe import Dedupe
from datamorph.core.steps.derive import Derive
from datamorph.core.steps.fill import Fill
from datamorph.core.steps.filter import Filter
from datamorph.core.steps.join import Join, JoinKey
from datamorph.core.steps.select import Select
from datamorph.core.steps.sort import Sort
from datamorph.core.steps.step import Step
from datamorph.core.steps.top import Top
from datamorph.core.steps.union import Union
from datamorph.core.steps.window import Window

STEPS: dict[str, type[Step]] = {
    step.kind: step for step in (Select, Derive, Cast, Filter, Join, Aggregate, Window, Dedupe, Sort, Top, Union, Fill)
}

__all__ = [
    "STEPS", "Aggregate", "Cast", "Dedupe", "Derive", "Fill", "Filter", "Join", "JoinKey", "Select", "Sort", "Step",
    "Top", "Union", "Window",
]  # fmt: skip
