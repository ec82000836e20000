"""DataMorph: one sentence becomes a typed, checked, atomically published data pipeline.

from datamorph import open_platform

platform = open_platform("my_project")
platform.load("orders.csv", "raw.shop.orders")
plan = platform.plan("count orders per status")      # a Plan, Questions or a Refusal
result = platform.run(plan)
platform.read(result.table)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datamorph.core.plan import Plan, Questions, Refusal
    from datamorph.platform import Answer, Platform, open_platform

__version__ = "0.1.0"
__all__ = ["Answer", "Plan", "Platform", "Questions", "Refusal", "__version__", "open_platform"]

_PLANS = ("Plan", "Questions", "Refusal")


def __getattr__(name: str) -> Any:
    """Import the public names when they are used: ``datamorph --help`` needs none of them."""
    if name not in __all__:
        raise AttributeError(f"module 'datamorph' has no attribute {name!r}")
    return getattr(import_module("datamorph.core.plan" if name in _PLANS else "datamorph.platform"), name)
