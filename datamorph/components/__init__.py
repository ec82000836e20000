"""Dagster components, for ``defs.yaml`` files of this and other Dagster projects."""

from datamorph.components.project import DataMorphProject

__all__ = ["DataMorphProject"]
