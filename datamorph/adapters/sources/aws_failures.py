"""What AWS refuses a source, told as SourceError."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from datamorph.errors import SourceError

MISSING = ("NoSuchKey", "404", "NotFound")
DENIED = ("AccessDenied", "AccessDeniedException", "403", "Forbidden", "AWS.SimpleQueueService.AccessDenied")
NO_PLACE = ("NoSuchBucket", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "InvalidAddress")
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "InvalidAccessKeyId", "RequestExpired",
           "SignatureDoesNotMatch", "UnrecognizedClientException")  # fmt: skip
THROTTLED = ("SlowDown", "Throttling", "ThrottlingException", "RequestThrottled", "RequestLimitExceeded")
SERVER_ERROR = 500


def code_of(error: ClientError) -> str:
    """AWS's word for what went wrong."""
    details: dict[str, Any] = error.response.get("Error", {})
    return str(details.get("Code", ""))


@contextmanager
def telling(place: str) -> Generator[None]:
    """Turn what AWS refuses within the block into errors of ours; ``place`` is what was asked for."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise _told(place, error) from error


def _told(place: str, error: ClientError | BotoCoreError) -> SourceError:
    if not isinstance(error, ClientError):
        return _not_reached(place, error)
    code, message = code_of(error), str(error.response.get("Error", {}).get("Message", "")) or str(error)
    where = f"{place!r}: {error.operation_name}"
    if code in DENIED:
        return SourceError(f"{where} is not allowed: {message}",
                           fix="grant it to who runs datamorph: datamorph aws-policy orchestrator")  # fmt: skip
    if code in EXPIRED:
        return SourceError(f"{where}: the credentials are not valid (any more): {message}", fix="log in again")
    if code in NO_PLACE:
        return SourceError(f"{where}: {message}", fix="correct the bucket or the queue in sources.yaml")
    found = SourceError(f"{where} failed with {code}: {message}", fix="try again later")
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    return _retryable(found) if status >= SERVER_ERROR or code in THROTTLED else found


def _not_reached(place: str, error: BotoCoreError) -> SourceError:
    if isinstance(error, NoRegionError):
        return SourceError(f"{place!r} needs a region", fix="set aws_region, such as eu-central-1")
    if isinstance(error, NoCredentialsError):
        return SourceError(f"{place!r}: there are no credentials of AWS", fix="log in, or set AWS_PROFILE")
    fix = "look at aws_region, aws_endpoint and the network"
    return _retryable(SourceError(f"{place!r} is not reached: {error}", fix=fix))


def _retryable(error: SourceError) -> SourceError:
    error.retryable = True
    return error
