"""The command line ``datamorph``: an interface over the platform, without logic of its own."""

import gc
import sys
from typing import NoReturn

_STOPPED = 130
_FEW_COLLECTIONS = 50_000


def main() -> NoReturn:
    """Entry point of the ``datamorph`` command."""
    gc.set_threshold(_FEW_COLLECTIONS)  # most of a short command is imports, where nothing is garbage: a tenth less
    try:
        from datamorph.cli.edge import enter  # takes as long as many a command: Ctrl-C may come meanwhile
    except KeyboardInterrupt:
        sys.exit(_STOPPED)
    enter()
