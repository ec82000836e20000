"""Compressed files become plain ones before they are read: gzip, Zstandard, bzip2."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import bz2
import errno
import gzip
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from datamorph.errors import SourceError, StorageFullError

BLOCK = 1 << 20


def _zstd(path: Path) -> Any:
    return pa.input_stream(str(path), compression="zstd")


def _gzip(path: Path) -> Any:
    return gzip.open(path)


def _bzip2(path: Path) -> Any:
    return bz2.open(path)


_OPEN: dict[str, tuple[str, Callable[[Path], IO[bytes]]]] = {
    ".gz": ("gzip", _gzip),
    ".zst": ("zstd", _zstd),
    ".bz2": ("bzip2", _bzip2),
}
COMPRESSED = tuple(_OPEN)


def plain_name(path: Path) -> str:
    """The file's name without the ending of its compression."""
    return path.name[: -len(path.suffix)] if path.suffix.lower() in _OPEN else path.name


def unpacked(path: Path, work: Path, shown: str) -> Path:
    """The file itself, or a plain copy of a compressed one in ``work``.

    Args:
        shown: what errors call it.

    Raises:
        SourceError: it is not whole.
        StorageFullError: no space left for the copy.
    """
    if path.suffix.lower() not in _OPEN:
        return path
    kind, open_ = _OPEN[path.suffix.lower()]
    work.mkdir(parents=True, exist_ok=True)
    copy = work / plain_name(path)
    try:
        with open_(path) as packed, copy.open("wb") as plain:
            shutil.copyfileobj(packed, plain, BLOCK)
    except (gzip.BadGzipFile, EOFError, zlib.error, OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError(f"no space left to unpack {shown!r}", fix="free space: df -h") from error
        raise SourceError(f"{shown!r} is not a whole {kind} file: {error}", fix="compress it again") from error
    return copy
