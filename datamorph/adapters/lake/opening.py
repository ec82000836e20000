"""Opens a lake by where it lies."""

from __future__ import annotations

from pathlib import Path

from datamorph.adapters.lake.folder import LOCK_WAIT_S, FolderPlace
from datamorph.adapters.lake.lake import IcebergLake
from datamorph.errors import SettingsError


def open_folder(root: Path, *, lock_wait_s: float = LOCK_WAIT_S) -> IcebergLake:
    """A lake in a folder, with SQLite for its catalog; made at first use when it is new."""
    return IcebergLake(FolderPlace(root, lock_wait_s=lock_wait_s))


def open_s3(
    root: str, work: Path, *, region: str | None, prefix: str = "", endpoint: str | None = None, kms_key: str = ""
) -> IcebergLake:
    """A lake on S3, with Glue for its catalog.

    Args:
        root: ``s3://bucket/prefix``.
        work: folder on this machine for staged files and downloaded ones.
        prefix: what the names of this lake's Glue databases begin with.
        endpoint: of S3 and Glue, where it is not AWS's own.
        kms_key: encrypts every file that is written; empty for the bucket's own rule.

    Raises:
        SettingsError: no bucket, or no region.
    """
    from datamorph.adapters.lake.glue import GluePlace  # noqa: PLC0415 (boto3 costs a third of a second)

    if not root.removeprefix("s3://").partition("/")[0]:
        raise SettingsError(f"lake = {root!r} names no bucket", fix="write s3://BUCKET/PREFIX")
    if not region:
        raise SettingsError(f"lake = {root!r} needs a region", fix="set aws_region, such as eu-central-1")
    return IcebergLake(GluePlace(root, work, region=region, prefix=prefix, endpoint=endpoint, kms_key=kms_key))
