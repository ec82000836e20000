"""Files on S3 that a KMS key of one's own encrypts: Arrow's S3 cannot ask for that, so boto3 writes them."""

# pyarrow and boto3 have no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import Any, cast

import boto3
from botocore.config import Config
from pyiceberg.io.pyarrow import PyArrowFile, PyArrowFileIO

FILE_IO = "datamorph.adapters.lake.encryption.KmsFileIO"
KEY = "s3.kms-key"
IN_MEMORY = 16 << 20
ATTEMPTS = 5


class KmsFileIO(PyArrowFileIO):
    """Reads as pyiceberg does; S3 encrypts what it writes under the key of ``s3.kms-key``."""

    def new_output(self, location: str) -> PyArrowFile:
        """See FileIO.new_output."""
        scheme, netloc, path = self.parse_location(location, self.properties)
        return _KmsFile(location, path, self.fs_by_scheme(scheme, netloc), self._upload)

    def _upload(self, stream: Any, path: str) -> None:
        bucket, _, key = path.partition("/")
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": str(self.properties[KEY])}
        self._s3.upload_fileobj(stream, bucket, key, ExtraArgs=encryption)

    @cached_property
    def _s3(self) -> Any:
        given = self.properties
        timeout_s = float(given.get("s3.request-timeout", 60))
        retries: Any = {"mode": "standard", "total_max_attempts": ATTEMPTS}
        config = Config(retries=retries, connect_timeout=timeout_s, read_timeout=timeout_s)
        return boto3.client(  # pyright: ignore
            "s3", region_name=given.get("s3.region"), endpoint_url=given.get("s3.endpoint"), config=config
        )


class _KmsFile(PyArrowFile):
    def __init__(self, location: str, path: str, fs: Any, upload: Callable[[Any, str], None]) -> None:
        super().__init__(location, path, fs)
        self._upload = upload

    def create(self, overwrite: bool = False) -> Any:
        """See OutputFile.create: what is written gets to S3 at once, when the stream is closed."""
        if not overwrite and self.exists():
            raise FileExistsError(f"Cannot create file, already exists: {self.location}")
        return _Stream(lambda file: self._upload(file, self._path))


class _Stream:
    """A file for writing, uploaded when it is closed; after an error in its ``with`` block, it is not."""

    def __init__(self, upload: Callable[[Any], None]) -> None:
        self._upload = upload
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)
        self.closed = False

    def write(self, content: Any) -> int:
        return self._file.write(cast(bytes, content))

    def tell(self) -> int:
        return self._file.tell()

    def flush(self) -> None:
        """Nothing gets to S3 before the end."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        with self._file:
            self._file.seek(0)
            self._upload(self._file)

    def __enter__(self) -> _Stream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self.closed = True
            self._file.close()
