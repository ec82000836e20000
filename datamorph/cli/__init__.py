"""The command line ``datamorph``: an interface over the platform, without logic of its own."""

import sys
from typing import NoReturn

_STOPPED = 130


def main() -> NoReturn:
    """Entry point of the ``datamorph`` command."""
    try:
        from datamorph.cli.edge import enter  # takes as long as many a command: Ctrl-C may come meanwhile
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    enter()
