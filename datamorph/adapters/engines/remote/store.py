"""Job files on S3: what a job is given, what it says, and what it wrote."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from datamorph.adapters.engines.process import entry_script
from datamorph.adapters.engines.remote.failures import code_of
from datamorph.core.plan import PinnedTable

BLOCK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_GONE = ("NoSuchKey", "404", "NotFound")


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an ``s3://`` URI."""
    parts = urlsplit(uri)
    return parts.netloc, parts.path.lstrip("/")


class JobStore:
    """One prefix on S3. What is named by its own hash is written once and never changes.

    Args:
        root: ``s3://bucket/prefix``.
        kms_key: encrypts what is written here; empty for the bucket's own rule.
    """

    def __init__(self, s3: Any, root: str, *, kms_key: str = "") -> None:
        self._s3, self.root = s3, root.rstrip("/")
        self.encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key} if kms_key else {}

    @cached_property
    def script(self) -> str:
        """URI of the entry script."""
        return self._by_hash("scripts", "run_transform.py", entry_script().read_bytes())

    @cached_property
    def modules(self) -> str:
        """URI of a zip of what the entry script imports and no service has: dagster-pipes, one package of Python."""
        return self._by_hash("scripts", "modules.zip", _zip_of("dagster_pipes"))

    def inputs(self, inputs: Mapping[str, PinnedTable]) -> dict[str, list[str]]:
        """Frame name to the URIs of its files; files of this machine are uploaded, each content once."""
        return {
            name: list(table.uris) if table.uris else [self._uploaded(Path(file)) for file in table.files]
            for name, table in inputs.items()
        }

    def put(self, uri: str, document: Mapping[str, Any]) -> None:
        """Write a JSON document."""
        bucket, key = split(uri)
        self._s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(document).encode(), **self.encryption)

    def messages(self, prefix: str, *, after: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Messages of a job that are there, in order, behind the one of that number."""
        bucket, key = split(prefix)
        number = after + 1
        while (text := self._read(bucket, f"{key}/{number:06}.json")) is not None:
            yield number, json.loads(text)
            number += 1

    def outputs(self, prefix: str) -> list[tuple[str, int]]:
        """URI and size of the Parquet files below a prefix, in order of name."""
        bucket, key = split(prefix)
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{key}/")
        found = [(entry["Key"], int(entry["Size"])) for page in pages for entry in page.get("Contents", ())]
        return sorted((f"s3://{bucket}/{name}", size) for name, size in found if name.endswith(".parquet"))

    def encrypt(self, uri: str) -> None:
        """Encrypt what a job wrote with the key that is set; S3 does it in place. Jobs may write as the bucket says."""
        if not self.encryption:
            return
        bucket, key = split(uri)
        used = str(self._s3.head_object(Bucket=bucket, Key=key).get("SSEKMSKeyId", ""))
        if not used.endswith(self.encryption["SSEKMSKeyId"]):
            changes = {**self.encryption, "MetadataDirective": "REPLACE"}
            self._s3.copy({"Bucket": bucket, "Key": key}, bucket, key, ExtraArgs=changes)

    def download(self, uri: str, target: Path) -> None:
        """Bring an object here."""
        bucket, key = split(uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._s3.download_file(bucket, key, str(target))

    def _uploaded(self, file: Path) -> str:
        uri = f"{self.root}/inputs/{_digest(file)}.parquet"
        bucket, key = split(uri)
        if not self._exists(bucket, key):
            self._s3.upload_file(str(file), bucket, key, ExtraArgs=self.encryption or None)
        return uri

    def _by_hash(self, folder: str, name: str, content: bytes) -> str:
        uri = f"{self.root}/{folder}/{hashlib.sha256(content).hexdigest()[:16]}/{name}"
        bucket, key = split(uri)
        if not self._exists(bucket, key):
            self._s3.put_object(Bucket=bucket, Key=key, Body=content, **self.encryption)
        return uri

    def _exists(self, bucket: str, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) in _GONE:
                return False
            raise
        return True

    def _read(self, bucket: str, key: str) -> bytes | None:
        try:
            return self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        except ClientError as error:
            if code_of(error) in _GONE:
                return None
            raise


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:40]


def _zip_of(package: str) -> bytes:
    """A zip of a package's sources, the same bytes for the same sources."""
    found = find_spec(package)
    folder = Path(found.origin).parent if found and found.origin else Path(package)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*.py")):
            entry = zipfile.ZipInfo(f"{package}/{file.relative_to(folder).as_posix()}", _EPOCH)
            archive.writestr(entry, file.read_bytes())
    return content.getvalue()
