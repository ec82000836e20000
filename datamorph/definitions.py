"""The Dagster entry point named in ``workspace.yaml``."""

import warnings

import dagster as dg

from datamorph.defs.project import project_definitions
from datamorph.platform import open_platform

# Code references are beta in Dagster; the exact pin of Dagster makes that safe.
warnings.filterwarnings("ignore", category=dg.BetaWarning, module="datamorph")


@dg.definitions
def defs() -> dg.Definitions:
    """The project of ``DATAMORPH_HOME``, or of the folder that Dagster runs in."""
    return project_definitions(open_platform)
