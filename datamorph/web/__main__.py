"""``python -m datamorph.web PORT``: the console on the loopback interface; ``datamorph up`` runs it."""

from __future__ import annotations

import sys

from datamorph.settings import load_settings
from datamorph.web.serving import serve

if __name__ == "__main__":
    serve(load_settings(), host="127.0.0.1", port=int(sys.argv[1]), ready=print)
