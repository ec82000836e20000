"""The command line ``datamorph``: an interface over the platform, without logic of its own."""

from datamorph.cli.edge import main

__all__ = ["main"]
