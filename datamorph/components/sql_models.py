"""The SQL models of a project, in any Dagster code location."""

import dagster as dg
from pydantic import Field

from datamorph.assets.broken import broken_asset
from datamorph.assets.model import model_asset
from datamorph.platform import open_platform


class SqlModels(dg.Component, dg.Model, dg.Resolvable):
    """Every model of a project's ``dbt_like_sql/`` as an asset: ``type: datamorph.components.SqlModels``."""

    home: str | None = Field(default=None, description="The project's folder; DATAMORPH_HOME by default.")

    def build_defs(self, context: dg.ComponentLoadContext | None = None) -> dg.Definitions:
        """Read the folder as it is now; a broken model is one visibly broken asset."""
        platform = open_platform(self.home)
        found = platform.scan({table.ref: table.schema for table in platform.tables()})
        assets: list[dg.AssetsDefinition | dg.AssetSpec] = [
            model_asset(one, one.model, platform.settings) for one in found.models if one.model and one.is_placed
        ]
        return dg.Definitions(assets=[*assets, *map(broken_asset, found.broken)], resources={"platform": platform})
