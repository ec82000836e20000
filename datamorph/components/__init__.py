"""Dagster components, for ``defs.yaml`` files of this and other Dagster projects."""

from datamorph.components.project import DataMorphProject
from datamorph.components.prompt_pipeline import PromptPipeline
from datamorph.components.sources import Sources
from datamorph.components.sql_models import SqlModels

__all__ = ["DataMorphProject", "PromptPipeline", "Sources", "SqlModels"]
