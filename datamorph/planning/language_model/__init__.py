"""The language-model planner: a model fills in the spec, everything that must hold is decided outside of it."""

from datamorph.planning.language_model.planner import LanguageModelPlanner, PlannerLimits

__all__ = ["LanguageModelPlanner", "PlannerLimits"]
