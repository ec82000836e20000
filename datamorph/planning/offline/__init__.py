"""The offline planner: controlled English to a typed spec, deterministic, in milliseconds."""

from datamorph.planning.offline.planner import OfflinePlanner

__all__ = ["OfflinePlanner"]
