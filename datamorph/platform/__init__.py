"""Use cases over the ports: what the command line, Dagster and the Python API call."""

from datamorph.platform.platform import Platform, open_platform
from datamorph.platform.reading import Answer

__all__ = ["Answer", "Platform", "open_platform"]
