"""What cannot be loaded, as a visible asset that cannot be materialised."""

from __future__ import annotations

import dagster as dg

from datamorph.assets.naming import BROKEN_GROUP
from datamorph.platform.scanning import Broken

MOST_TEXT = 4000


def broken_asset(broken: Broken) -> dg.AssetSpec:
    """One asset in the group ``broken_pipelines`` whose description says what is wrong."""
    return dg.AssetSpec(
        key=dg.AssetKey(["broken", broken.name]),
        group_name=BROKEN_GROUP,
        kinds={"error"},
        description=f"{broken.name} cannot be loaded.\n\n```\n{broken.reason[:MOST_TEXT]}\n```",
    )
