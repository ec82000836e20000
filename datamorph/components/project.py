"""A whole project as one component: its tables, its pipelines, the prompt job."""

import dagster as dg
from pydantic import Field

from datamorph.assets.project import project_definitions
from datamorph.platform import open_platform


class DataMorphProject(dg.Component, dg.Model, dg.Resolvable):
    """Shows a project in any Dagster code location: ``type: datamorph.components.DataMorphProject``."""

    home: str | None = Field(default=None, description="The project's folder; DATAMORPH_HOME by default.")

    def build_defs(self, context: dg.ComponentLoadContext | None = None) -> dg.Definitions:
        """Read the project as it is now; what is broken is shown as such, see ``project_definitions``."""
        return project_definitions(lambda: open_platform(self.home))
