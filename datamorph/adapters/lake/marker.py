"""The marker of a lake: which version of the format it has."""

from __future__ import annotations

import json
from typing import Any

from datamorph.errors import LakeError, LakeVersionError

LAKE_VERSION = 1
MARKER = "format.json"


def marker_text() -> str:
    """What a new lake's marker says."""
    return json.dumps({"format": "datamorph-lake", "version": LAKE_VERSION}) + "\n"


def check_marker(text: bytes, *, marker: str, lake: str) -> None:
    """Refuse a lake that this version cannot read.

    Raises:
        LakeVersionError: it was written by a newer version.
        LakeError: an unreadable marker.
    """
    try:
        data: dict[str, Any] = json.loads(text)
        version = int(data["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(
            f"{marker!r} is not readable: {error}", fix=f'write {{"version": {LAKE_VERSION}}} into it'
        ) from error
    if version > LAKE_VERSION:
        raise LakeVersionError(
            f"the lake {lake!r} has format {version}, this version reads up to {LAKE_VERSION}",
            fix="pip install --upgrade datamorph",
        )
