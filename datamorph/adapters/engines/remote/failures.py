"""Errors of AWS and of jobs as errors of ours: what happened, what to do, and whether trying again may help."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
)

from datamorph.errors import DataMorphError, EngineError, SettingsError

BUSY = ("ConcurrentRunsExceededException", "ResourceNumberLimitExceededException", "ServiceQuotaExceededException",
        "LimitExceededException", "ClusterContainsTasksException")  # fmt: skip
"""There is no place for another job now."""
THROTTLED = ("Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException",
             "RequestLimitExceeded", "SlowDown", "ProvisionedThroughputExceededException")  # fmt: skip
EXPIRED = ("ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException", "InvalidClientTokenId",
           "RequestExpired", "InvalidAccessKeyId", "SignatureDoesNotMatch")  # fmt: skip
DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Forbidden", "403")
MISSING = ("EntityNotFoundException", "ResourceNotFoundException", "ClusterNotFoundException", "NoSuchBucket",
           "InvalidRequestException")  # fmt: skip
SERVER_ERROR = 500
_FULL = re.compile(
    r"active steps|pending steps|reached the limit on the number of|RESOURCE:\w+|capacity is unavailable"
    r"|insufficient\w* .*capacity|service limit on the maximum vCPU|exceeded (the )?maximum ?(allowed|capacity)"
    r"|exceeds your EC2 quota|(Vcpu|Instance)LimitExceeded|maximum number of (active |running )?clusters",
    re.IGNORECASE,
)
"""How services say that there is no room where they have no code for it."""
_UNSENT = (EndpointConnectionError, ConnectTimeoutError, NoCredentialsError, ParamValidationError)
_PASSING = re.compile(
    r"exit ?code:? 13[47]|lost (executor|worker|node|task)|executor lost|spot (interruption|instance)|host ec2"
    r"|resource ?(is )?unavailable|internal (service|server) (error|exception)|InternalServiceException"
    r"|reached max retries|insufficient.*capacity|capacity is unavailable|SlowDown|503 Slow"
    r"|TerminationNotice|CannotPullContainer",
    re.IGNORECASE,
)


class NoRoomError(EngineError):
    """A service has no room for another job now."""


def no_room(problem: str, *, fix: str = "run it later, or raise the quota that it names") -> NoRoomError:
    """That there is no room, in a service's words."""
    error = NoRoomError(problem, fix=fix)
    error.retryable = True
    return error


def code_of(error: ClientError) -> str:
    """AWS's word for what went wrong."""
    details: dict[str, Any] = error.response.get("Error", {})
    return str(details.get("Code", ""))


def may_pass(error: Exception) -> bool:
    """Whether the same request may be answered well a little later."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= SERVER_ERROR or code_of(error) in (*THROTTLED, *BUSY)
    is_ours = isinstance(error, ParamValidationError | NoCredentialsError)
    return isinstance(error, BotoCoreError | ConnectionError | TimeoutError) and not is_ours


def is_unclear(error: Exception) -> bool:
    """Whether the request may have been done although it failed."""
    if isinstance(error, ClientError):
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        return status >= SERVER_ERROR and code_of(error) not in (*THROTTLED, *BUSY)
    return isinstance(error, BotoCoreError) and not isinstance(error, _UNSENT)


def is_full(error: Exception) -> bool:
    """Whether there is no room for another job now."""
    if isinstance(error, ClientError):
        return code_of(error) in BUSY or is_full_told(words_of(error))
    return isinstance(error, NoRoomError)


def is_full_told(message: str) -> bool:
    """Whether a service says so."""
    return _FULL.search(message) is not None


def words_of(error: Exception) -> str:
    """What an error says, in its service's words."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message", "")) or str(error)
    return error.problem if isinstance(error, DataMorphError) else str(error)


@contextmanager
def told(engine: str) -> Generator[None]:
    """Turn what AWS refuses within the block into errors of ours."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise told_error(engine, error) from error


def told_error(engine: str, error: ClientError | BotoCoreError) -> DataMorphError:
    """An error of ours for one of AWS."""
    if not isinstance(error, ClientError):
        fix = "look at aws_region, aws_endpoint, the network and the credentials"
        return _engine_error(f"engine {engine!r} does not reach AWS: {error}", fix=fix, retryable=True)
    code, message = code_of(error), words_of(error)
    where = f"{engine}: {error.operation_name}"
    if code in DENIED:
        return _engine_error(f"{where} is not allowed: {message}",
                             fix="grant it to who runs datamorph: datamorph aws-policy, see docs/aws.md")  # fmt: skip
    if code in EXPIRED:
        fix = "log in again and run it again: a job that runs already is found, not started twice"
        return _engine_error(f"{where}: the credentials are not valid (any more): {message}", fix=fix)
    if code in MISSING:
        return SettingsError(f"{where}: {message}", fix="look at the settings of this engine, see docs/aws.md")
    return _engine_error(f"{where} failed with {code}: {message}", fix="try again later", retryable=may_pass(error))


def job_failed(engine: str, job_id: str, message: str, *, retryable: bool | None = None) -> EngineError:
    """A job that did not end well.

    Args:
        retryable: whether another attempt may help; None to tell from the message.
    """
    may_help = is_passing(message) if retryable is None else retryable
    return _engine_error(f"the transform failed on {engine}: {message or 'no message'}",
                         fix=f"see the log of job {job_id}", retryable=may_help)  # fmt: skip


def is_passing(message: str) -> bool:
    """Whether a job failed by what happens to machines, not to programs."""
    return _PASSING.search(message) is not None


def _engine_error(problem: str, *, fix: str, retryable: bool = False) -> EngineError:
    error = EngineError(problem, fix=fix)
    error.retryable = retryable
    return error
