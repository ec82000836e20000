"""``python -m datamorph.local_aws``: tells its endpoint and serves until its standard input ends."""

from __future__ import annotations

import sys

from datamorph.local_aws.server import serving

if __name__ == "__main__":
    with serving() as endpoint:
        sys.stdout.write(f"{endpoint}\n")
        sys.stdout.flush()
        sys.stdin.read()
