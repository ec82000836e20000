"""Prompt to spec, questions or a refusal: planners behind one contract (``ports.Planner``)."""
