"""Use cases over the ports: what the command line, Dagster and the Python API call."""

from datamorph.platform.opening import open_platform
from datamorph.platform.platform import Platform
from datamorph.platform.reading import Answer

__all__ = ["Answer", "Platform", "open_platform"]
