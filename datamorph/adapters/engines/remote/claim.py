"""Who follows which job: a small object on S3, written under conditions, that its holder renews.

One piece of work has one claim. Whoever holds it writes down how the job was ordered before it is, so that whoever
comes after a lost holder finds the job, even one that was started in the holder's last moment.
"""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from datamorph.adapters.engines.remote.failures import code_of
from datamorph.adapters.engines.remote.store import split
from datamorph.errors import EngineError

POLL_S = 0.5
_TAKEN = ("PreconditionFailed", "412", "ConditionalRequestConflict", "409")
_GONE = ("NoSuchKey", "404", "NotFound")


class ClaimLostError(EngineError):
    """Another process follows the job by now: it is no longer ours to stop."""


@dataclass(frozen=True, slots=True)
class Record:
    """How the job of a claim was ordered.

    Attributes:
        run_id: of the run that ordered it.
        token: of the order; attempts are numbered behind it.
        into: where the job writes.
        messages: prefix of what it says.
        job_id: what the service calls it; empty until it is known.
        uncounted: attempts that no job of ours ran in: the answer was lost, or there was no room.
    """

    run_id: str
    token: str
    into: str
    messages: str
    attempt: int = 1
    job_id: str = ""
    uncounted: int = 0

    @property
    def order(self) -> str:
        """The token of this attempt's order."""
        return f"{self.token}-{self.attempt}"

    @property
    def folder(self) -> str:
        """Prefix of what this attempt's job is given and says."""
        return f"{self.messages}/{self.attempt}"


class Claim:
    """A claim that this process holds.

    Args:
        encryption: what S3 is told with each writing.
    """

    def __init__(
        self, s3: Any, uri: str, etag: str, record: Record, *, lease_s: float, is_taken_over: bool,
        encryption: Mapping[str, str],
    ) -> None:  # fmt: skip
        self._s3, self._uri, self._etag, self._lease_s, self._encryption = s3, uri, etag, lease_s, encryption
        self.record, self.is_taken_over = record, is_taken_over
        self._renewed = time.monotonic()

    def write(self, record: Record) -> None:
        """Write down how the job is ordered now.

        Raises:
            ClaimLostError: another process has taken over meanwhile.
        """
        bucket, key = split(self._uri)
        try:
            found = self._s3.put_object(
                Bucket=bucket, Key=key, Body=_text(record), IfMatch=self._etag, **self._encryption
            )
        except ClientError as error:
            if code_of(error) not in (*_TAKEN, *_GONE):
                raise
            raise ClaimLostError(
                f"another process follows the job of run {self.record.run_id} by now", fix="look at its run instead"
            ) from error
        self._etag, self.record, self._renewed = found["ETag"], record, time.monotonic()

    @property
    def renewed_every_s(self) -> float:
        """It must be renewed as often as that."""
        return self._lease_s / 4

    def renew(self) -> None:
        """Say that this process lives, where it is time to."""
        if time.monotonic() - self._renewed > self._lease_s / 3:
            self.write(self.record)

    def release(self) -> None:
        """Give it up: the next one who has this work starts anew."""
        bucket, key = split(self._uri)
        self._s3.delete_object(Bucket=bucket, Key=key)


def take(
    s3: Any, uri: str, record: Record, *, lease_s: float, waiting: Callable[[str], None],
    encryption: Mapping[str, str],
) -> Claim:  # fmt: skip
    """Take a claim; where another process holds it, wait until it gives it up, or take over when it is lost.

    Args:
        record: how the job is ordered where nobody has.
        waiting: told the run that is waited for, once.
        encryption: what S3 is told with each writing.
    """
    bucket, key = split(uri)
    is_told = False
    while True:
        try:
            found = s3.put_object(Bucket=bucket, Key=key, Body=_text(record), IfNoneMatch="*", **encryption)
            return Claim(s3, uri, found["ETag"], record, lease_s=lease_s, is_taken_over=False, encryption=encryption)
        except ClientError as error:
            if code_of(error) not in _TAKEN:
                raise
        held = _read(s3, bucket, key)
        if held is None:
            continue
        earlier, etag, age_s = held
        if age_s > lease_s:
            claim = Claim(s3, uri, etag, earlier, lease_s=lease_s, is_taken_over=True, encryption=encryption)
            try:
                claim.write(earlier)
                return claim
            except ClaimLostError:
                continue  # another one was faster
        if not is_told:
            waiting(earlier.run_id)
            is_told = True
        time.sleep(POLL_S)


def _read(s3: Any, bucket: str, key: str) -> tuple[Record, str, float] | None:
    """The record, its tag and its age by S3's own clock; None where it is gone."""
    try:
        found = s3.get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in _GONE:
            return None
        raise
    now = parsedate_to_datetime(found["ResponseMetadata"]["HTTPHeaders"]["date"])
    return Record(**json.loads(found["Body"].read())), found["ETag"], (now - found["LastModified"]).total_seconds()


def _text(record: Record) -> bytes:
    # The moment makes each writing another one, with a tag of its own.
    return json.dumps(asdict(record)).encode() + b" " * (time.time_ns() % 997)
