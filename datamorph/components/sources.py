"""The sources of a project as one component: raw assets, sensors for new files, schedules."""

from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from datamorph.assets.sources import source_definitions
from datamorph.platform import open_platform

EXAMPLE = """\
# Where raw tables come from: docs/sources.md says what can stand here.
sources:
  raw.shop.orders:
    description: one row per order
    key: [order_id]
    files: data/orders/*.csv
"""


class SourcesScaffolder(dg.Scaffolder):
    """Writes the component's ``defs.yaml``, and a ``sources.yaml`` beside it."""

    def scaffold(self, request: dg.ScaffoldRequest[Any]) -> None:
        """See dagster's Scaffolder."""
        folder = Path(request.target_path)
        dg.scaffold_component(request, {"file": "sources.yaml"})
        if not (folder / "sources.yaml").exists():
            (folder / "sources.yaml").write_text(EXAMPLE, encoding="utf-8")


@dg.scaffold_with(SourcesScaffolder)
class Sources(dg.Component, dg.Model, dg.Resolvable):
    """Every source of a ``sources.yaml`` as a raw asset: ``type: datamorph.components.Sources``."""

    file: str = Field(default="sources.yaml", description="The sources file, beside this defs.yaml or at home.")
    home: str | None = Field(default=None, description="The DataMorph project's folder; DATAMORPH_HOME by default.")

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Read the file as it is now; what is wrong in it is a broken asset each."""
        beside = Path(context.path) / self.file
        file = str(beside.absolute()) if beside.exists() else self.file
        return source_definitions(lambda: open_platform(self.home, sources=file))
