"""Failures of the file system, SQLite and pyiceberg, told as DataMorph errors."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException, ValidationError, ValidationException
from sqlalchemy.exc import DatabaseError

from datamorph.errors import LakeError, PublishConflictError, StorageFullError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS = ("disk is full", "No space left", "Disk quota exceeded", "File too large")


@contextmanager
def told_as_lake_errors(root: Path) -> Generator[None]:
    """Turn what can go wrong below a lake into LakeError, PublishConflictError or StorageFullError."""
    try:
        yield
    except (CommitFailedException, ValidationException) as error:
        raise PublishConflictError(
            f"other writers kept changing the table: {error}", fix="try again when they are done"
        ) from error
    except (OSError, DatabaseError, pa.ArrowException) as error:
        raise _told(error, root) from error
    except (ValueError, ValidationError) as error:
        raise LakeError(
            f"the lake at {str(root)!r} holds what cannot be read or written: {error}",
            fix="restore that table's metadata folder, or roll the table back",
        ) from error


def is_full(error: BaseException | None) -> bool:
    """True when an error, or one that it was raised from, means that no space is left."""
    while error is not None:
        if getattr(error, "errno", None) in _FULL or any(word in str(error) for word in _FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _told(error: Exception, root: Path) -> StorageFullError | LakeError:
    if is_full(error):
        return StorageFullError(
            f"no space left for the lake at {str(root)!r}; nothing was published", fix=f"free space, see: df -h {root}"
        )
    if isinstance(error, FileNotFoundError):
        return LakeError(
            f"a file of the lake at {str(root)!r} is missing: {error}",
            fix="restore it; if the folder was moved or renamed, put it back where it was",
        )
    if isinstance(error, DatabaseError):
        return LakeError(
            f"the catalog {str(root / 'catalog.db')!r} cannot be used: {error.orig}",
            fix="restore it from a backup, or point to another lake folder",
        )
    return LakeError(
        f"the lake at {str(root)!r} cannot be used: {error}", fix=f"make it a folder that you may write: ls -ld {root}"
    )
