"""``python -m datamorph.web HOST PORT``: the console; ``datamorph up`` runs it."""

from __future__ import annotations

import sys

from datamorph.settings import load_settings
from datamorph.web.serving import serve

if __name__ == "__main__":
    serve(load_settings(), host=sys.argv[1], port=int(sys.argv[2]), ready=print)
