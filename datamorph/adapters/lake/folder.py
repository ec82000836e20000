"""The folder of a local lake: its version marker, its SQLite catalog, where its tables lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pyiceberg.catalog.sql import SqlCatalog
from sqlalchemy.exc import OperationalError

from datamorph.errors import LakeError, LakeVersionError

CATALOG_NAME = "datamorph"
"""SqlCatalog scopes its rows by this name: another one on the same file sees no tables."""

LAKE_VERSION = 1
LOCK_WAIT_S = 30
_UNSAFE_IN_URIS = "#?;"


def open_folder(root: Path) -> SqlCatalog:
    """Check the marker, create the folder when it is new, and open its catalog.

    Raises:
        LakeVersionError: the lake was written by a newer version; nothing was touched.
        LakeError: not a folder, not writable, or an unreadable marker.
    """
    if unsafe := [character for character in _UNSAFE_IN_URIS if character in str(root)]:
        raise LakeError(f"the lake folder {str(root)!r} contains {unsafe[0]!r}", fix="choose a folder without it")
    if root.exists() and not root.is_dir():
        raise LakeError(f"the lake folder {str(root)!r} is a file", fix="choose a folder, or remove that file")
    _check_marker(root / "format.json")
    root.mkdir(parents=True, exist_ok=True)
    _write_marker(root / "format.json")
    uri = f"sqlite:///{root / 'catalog.db'}?timeout={LOCK_WAIT_S}"
    try:
        return SqlCatalog(CATALOG_NAME, uri=uri, warehouse=f"file://{root}/tables")
    except OperationalError as error:
        if "already exists" not in str(error):
            raise
        return SqlCatalog(CATALOG_NAME, uri=uri, warehouse=f"file://{root}/tables")


def _check_marker(marker: Path) -> None:
    if not marker.exists():
        return
    try:
        data: dict[str, Any] = json.loads(marker.read_text(encoding="utf-8"))
        version = int(data["version"])
    except (ValueError, KeyError, TypeError) as error:
        raise LakeError(
            f"{str(marker)!r} is not readable: {error}", fix=f'write {{"version": {LAKE_VERSION}}} into it'
        ) from error
    if version > LAKE_VERSION:
        raise LakeVersionError(
            f"the lake {str(marker.parent)!r} has format {version}, this version reads up to {LAKE_VERSION}",
            fix="pip install --upgrade datamorph",
        )


def _write_marker(marker: Path) -> None:
    if not marker.exists():
        draft = marker.with_name(".format.json.tmp")
        draft.write_text(json.dumps({"format": "datamorph-lake", "version": LAKE_VERSION}) + "\n", encoding="utf-8")
        draft.replace(marker)
