"""The Dagster entry point named in ``workspace.yaml``."""

import dagster as dg

from datamorph.defs.project import this_project


@dg.definitions
def defs() -> dg.Definitions:
    """Everything of this project."""
    return this_project().build_defs()
