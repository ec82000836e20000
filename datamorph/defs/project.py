"""The project that this code location shows."""

from datamorph.components.project import DataMorphProject


def this_project() -> DataMorphProject:
    """The project of ``DATAMORPH_HOME``, else of the nearest ``datamorph.toml`` upward, else of this folder."""
    return DataMorphProject()
