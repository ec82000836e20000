"""Dagster components, for ``defs.yaml`` files of this and other Dagster projects."""

from datamorph.components.project import DataMorphProject
from datamorph.components.sources import Sources

__all__ = ["DataMorphProject", "Sources"]
