"""A lake on S3: Iceberg tables, with their catalog in the AWS Glue Data Catalog.

Local programs read and write local files: staged files are uploaded when they are published, data files are
downloaded once into a cache. Data files never change, so a cached one is good for ever.
"""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from pyarrow import fs
from pyiceberg.catalog import Catalog
from pyiceberg.catalog.glue import GlueCatalog
from pyiceberg.io.pyarrow import PyArrowFileIO

from datamorph.adapters.lake.encryption import FILE_IO, KEY, KmsFileIO
from datamorph.adapters.lake.marker import MARKER, check_marker, marker_text
from datamorph.core.table import TableRef, Tier
from datamorph.errors import LakeError

CATALOG_NAME = "datamorph"
BLOCK = 1 << 20
REQUEST_TIMEOUT_S = 30.0


class GluePlace:
    """Place of a lake on S3. Credentials are found as AWS programs find them: environment, profile, role.

    Args:
        root: ``s3://bucket/prefix``.
        work: folder on this machine for staged files and the cache of downloaded ones.
        prefix: what the names of this lake's databases begin with, where several lakes share one Glue catalog.
        endpoint: of S3 and Glue, where it is not AWS's own.
        kms_key: encrypts every file that is written; empty for the bucket's own rule.
        timeout_s: an answer of S3 is waited for that long, then asked for again a few times.
    """

    is_remote = True

    def __init__(
        self, root: str, work: Path, *, region: str, prefix: str = "", endpoint: str | None = None,
        kms_key: str = "", timeout_s: float = REQUEST_TIMEOUT_S,
    ) -> None:  # fmt: skip
        self.root = self.name = root.rstrip("/")
        self.work, self._prefix = work.absolute(), prefix
        same: dict[str, str] = {"region": region} | ({"endpoint": endpoint} if endpoint else {})
        self._properties = {
            **{f"{service}.{name}": value for service in ("s3", "glue") for name, value in same.items()},
            "s3.request-timeout": str(timeout_s),
            "s3.connect-timeout": str(timeout_s),
            "glue.skip-archive": "true",
            "warehouse": self.root,
            **({"py-io-impl": FILE_IO, KEY: kms_key} if kms_key else {}),
        }

    def open(self) -> Catalog:
        """See Place.open; the bucket must exist.

        Raises:
            LakeVersionError: the lake was written by a newer version; nothing was touched.
            LakeError: no such bucket, not reachable, or an unreadable marker.
        """
        marker = f"{self.root}/{MARKER}"
        try:
            with self._io.new_input(marker).open() as file:
                check_marker(file.read(), marker=marker, lake=self.name)
        except FileNotFoundError:
            with self._io.new_output(marker).create(overwrite=True) as file:
                file.write(marker_text().encode())
        return GlueCatalog(CATALOG_NAME, **self._properties)

    def identifier(self, ref: TableRef) -> tuple[str, ...]:
        """See Place.identifier: Glue has one level of databases, so tier and domain share it."""
        return f"{self._prefix}{ref.tier.value}_{ref.domain}", ref.name

    def refs(self, catalog: Catalog) -> Mapping[TableRef, str]:
        """See Place.refs."""
        return dict.fromkeys(self._names(catalog), "")

    def _names(self, catalog: Catalog) -> Iterator[TableRef]:
        for namespace in catalog.list_namespaces():
            tier, _, domain = namespace[0].removeprefix(self._prefix).partition("_")
            if not namespace[0].startswith(self._prefix) or tier not in list(Tier):
                continue
            for _, name in catalog.list_tables(namespace):
                try:
                    yield TableRef.parse(f"{tier}.{domain}.{name}")
                except ValueError:
                    continue

    def staging(self, ref: TableRef, location: str) -> Path:
        """See Place.staging."""
        folder = self.work / "staging" / str(ref)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def adopt(self, path: str, location: str) -> str:
        """See Place.adopt: uploads the file, beside those of the same staging folder."""
        local = Path(path)
        uri = f"{location}/data/{local.parent.name}/{local.name}"
        with local.open("rb") as file, self._io.new_output(uri).create(overwrite=True) as out:
            shutil.copyfileobj(file, out, BLOCK)  # pyright: ignore[reportArgumentType]
        return uri

    def settle(self, path: str, uri: str) -> None:
        """See Place.settle: what was just written need not be downloaded."""
        cached = Path(self.path(uri))
        cached.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, cached)

    def path(self, uri: str) -> str:
        """See Place.path."""
        return str(self.work / "cache" / f"{hashlib.sha256(uri.encode()).hexdigest()[:32]}.parquet")

    def fetch(self, uri: str, size: int) -> str:
        """See Place.fetch.

        Raises:
            LakeError: fewer bytes arrived than the table's metadata promise.
        """
        cached = Path(self.path(uri))
        try:
            if cached.stat().st_size == size:
                os.utime(cached)
                return str(cached)
        except FileNotFoundError:
            cached.parent.mkdir(parents=True, exist_ok=True)
        draft = cached.with_name(f".{cached.name}-{uuid4().hex}")
        try:
            with self._io.new_input(uri).open(seekable=False) as file, draft.open("wb") as out:
                shutil.copyfileobj(file, out, BLOCK)  # pyright: ignore[reportArgumentType]
            if (arrived := draft.stat().st_size) != size:
                raise LakeError(f"{uri!r} has {size:,} bytes, {arrived:,} arrived", fix="try again")
            draft.replace(cached)
        finally:
            draft.unlink(missing_ok=True)
        return str(cached)

    def listing(self, uri: str) -> Iterator[tuple[str, float, int]]:
        """See Place.listing."""
        scheme, _, path = uri.partition("://")
        bucket = path.split("/", 1)[0]
        selector = fs.FileSelector(path, recursive=True, allow_not_found=True)
        for info in self._io.fs_by_scheme(scheme, bucket).get_file_info(selector):
            if info.type == fs.FileType.File and info.mtime_ns is not None:
                yield f"{scheme}://{info.path}", info.mtime_ns / 1e9, info.size

    def clean(self, before: float, alive: Collection[str]) -> None:
        """See Place.clean."""
        for kept in (*self.work.glob("cache/*"), *self.work.glob("pinned/*/*/*")):
            if kept.stat().st_mtime < before:
                kept.unlink(missing_ok=True)
        for staged in self.work.glob("staging/*/*"):
            if staged.stat().st_mtime < before and not any(staged.name.startswith(run) for run in alive):
                shutil.rmtree(staged, ignore_errors=True)

    @cached_property
    def _io(self) -> PyArrowFileIO:
        return KmsFileIO(self._properties) if KEY in self._properties else PyArrowFileIO(self._properties)
