"""Failures of the file system, SQLite, AWS and pyiceberg, told as DataMorph errors."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager

import pyarrow as pa
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError, ValidationError, ValidationException
from sqlalchemy.exc import DatabaseError

from datamorph.adapters.lake.place import Place
from datamorph.errors import LakeError, PublishConflictError, StorageFullError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FULL_WORDS = ("disk is full", "No space left", "Disk quota exceeded", "File too large")


@contextmanager
def told_as_lake_errors(place: Place) -> Generator[None]:
    """Turn what can go wrong below a lake into LakeError, PublishConflictError or StorageFullError."""
    try:
        yield
    except (CommitFailedException, ValidationException) as error:
        raise PublishConflictError(
            f"other writers kept changing the table: {error}", fix="try again when they are done"
        ) from error
    except NoSuchTableError as error:
        raise PublishConflictError(f"the table was dropped meanwhile: {error}", fix="run it again") from error
    except (OSError, DatabaseError, pa.ArrowException) as error:
        raise _told(error, place) from error
    except (ValueError, ValidationError) as error:
        raise LakeError(
            f"the lake at {place.name!r} holds what cannot be read or written: {error}",
            fix="restore that table's metadata folder, or roll the table back",
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("botocore", "boto3", "pyiceberg"):
            raise
        raise _unreachable(error, place) from error


def is_full(error: BaseException | None) -> bool:
    """True when an error, or one that it was raised from, means that no space is left."""
    while error is not None:
        if getattr(error, "errno", None) in _FULL or any(word in str(error) for word in _FULL_WORDS):
            return True
        error = error.__cause__ or error.__context__
    return False


def _told(error: Exception, place: Place) -> StorageFullError | LakeError:
    if is_full(error):
        return StorageFullError(
            f"no space left for the lake at {place.name!r}; nothing was published",
            fix=f"free space, see: df -h {place.work}",
        )
    if place.root.startswith("s3://") and not isinstance(error, DatabaseError):
        return _unreachable(error, place)
    if isinstance(error, FileNotFoundError):
        return LakeError(
            f"a file of the lake at {place.name!r} is missing: {error}",
            fix="restore it; if the folder was moved or renamed, put it back where it was",
        )
    if isinstance(error, DatabaseError):
        return LakeError(
            f"the catalog {str(place.work / 'catalog.db')!r} cannot be used: {error.orig}",
            fix="restore it from a backup, or point to another lake folder",
        )
    return LakeError(
        f"the lake at {place.name!r} cannot be used: {error}",
        fix=f"make it a folder that you may write: ls -ld {place.work}",
    )


def _unreachable(error: Exception, place: Place) -> LakeError:
    return LakeError(
        f"the lake at {place.name!r} cannot be used: {error}",
        fix="check bucket, region, endpoint and credentials (aws sts get-caller-identity), then try again",
    )
