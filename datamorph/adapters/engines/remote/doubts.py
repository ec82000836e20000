"""Orders whose answer was lost and whose job was not found: it may be listed later, and must not run on then.

Each is a small object on S3 until its job is found and ended, or cannot come any more. Every run of the engine looks
for them, so that a job of a lost order ends even where the run that ordered it is over.
"""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from datamorph.adapters.engines.remote.service import JobService
from datamorph.adapters.engines.remote.store import JobStore, split

KEPT = timedelta(days=1)
LOOK_EVERY_S = 15.0


class Doubts:
    """The lost orders of one engine.

    Args:
        s3: a client.
    """

    def __init__(self, service: JobService, s3: Any, store: JobStore) -> None:
        self._service, self._s3, self._store = service, s3, store
        self._folder = f"{store.root}/doubts/{service.name}"
        self._are_own, self._look_at = False, 0.0

    def note(self, token: str) -> None:
        """Remember an order."""
        self._store.put(f"{self._folder}/{token}.json", {"token": token})
        self._are_own = True

    def look(self) -> None:
        """Settle them now and then, where this run has lost an order itself."""
        if time.monotonic() >= self._look_at:
            self.look_again()

    def look_again(self) -> None:
        """Settle them now, where this run has lost an order itself."""
        if self._are_own:
            self._look_at = time.monotonic() + LOOK_EVERY_S
            self.settle()

    def settle(self) -> None:
        """End the jobs of lost orders that can be found by now. What fails is left to the next run."""
        with suppress(ClientError, BotoCoreError):
            bucket, prefix = split(self._folder)
            for key, age in list(self._noted(bucket, prefix)):
                if age > KEPT or self._is_settled(key.rpartition("/")[2].removesuffix(".json")):
                    self._s3.delete_object(Bucket=bucket, Key=key)

    def _noted(self, bucket: str, prefix: str) -> Iterator[tuple[str, timedelta]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}/")
        for page in pages:
            for entry in page.get("Contents", ()):
                yield str(entry["Key"]), datetime.now(UTC) - entry["LastModified"]

    def _is_settled(self, token: str) -> bool:
        """Whether its job was found; then it has been told to end."""
        with suppress(ClientError, BotoCoreError):
            job_id = self._service.find(token)
            if job_id and not self._service.state(job_id).is_over:
                self._service.stop(job_id)
            return job_id is not None
        return False
