"""The Dagster entry point named in ``workspace.yaml``."""

import warnings

import dagster as dg

from datamorph.defs.project import this_project

warnings.filterwarnings(
    "ignore", "Parameter `owners` of initializer `SensorDef", dg.BetaWarning
)  # by Dagster, of itself


@dg.definitions
def defs() -> dg.Definitions:
    """Everything of this project."""
    return this_project().build_defs()
