"""The project's own key, from which everything that is signed gets its own."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from datamorph.web.access.people import write_private


def signing_key(state: Path, purpose: str) -> str:
    """A key for one purpose; the project's key is made when it is first needed."""
    path = state / "web" / "key"
    if not path.exists():
        write_private(path, os.urandom(32).hex())
    return hashlib.blake2b(bytes.fromhex(path.read_text().strip()), person=purpose.encode()[:16]).hexdigest()
