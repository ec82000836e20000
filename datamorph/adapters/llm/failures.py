"""What the anthropic SDK raises, as one kind of failure: in words, and whether another try may help or was paid for."""

from __future__ import annotations

from dataclasses import dataclass

import anthropic
import httpx2

RETRIED = frozenset({408, 409, 429})
OWN_ERRORS = 500
_STATUS = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "timeout_error": 504,
    "overloaded_error": 529, "validationException": 400, "throttlingException": 429, "modelTimeoutException": 504,
    "serviceUnavailableException": 503,
}  # fmt: skip
"""What an error within a stream would have been as a response of its own; the second line is Bedrock's words."""


class MalformedError(Exception):
    """A response that is none of the Messages API, or not all of it."""


class BrokenOffError(Exception):
    """A stream that ended with an error of the provider.

    Args:
        has_begun: the answer was on its way.
    """

    def __init__(self, error: anthropic.APIStatusError, *, has_begun: bool) -> None:
        super().__init__(str(error))
        self.error, self.has_begun = error, has_begun


FAILURES = (anthropic.AnthropicError, BrokenOffError, MalformedError, ValueError, httpx2.HTTPError)
"""Everything that a call may raise."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One try without an answer.

    Attributes:
        status: of HTTP; 0 where there was no response.
        is_retryable: the same request may be answered later.
        may_be_charged: the provider may have done the work: nobody knows of an answer that did not arrive.
        wait_s: what the server asks to wait.
    """

    problem: str
    status: int = 0
    request_id: str = ""
    is_retryable: bool = True
    may_be_charged: bool = False
    wait_s: float | None = None


def read_failure(error: Exception) -> Failure:
    """Tell what one of ``FAILURES`` means."""
    if isinstance(error, BrokenOffError):
        return _refused(error.error, _STATUS.get(str(error.error.type), OWN_ERRORS), may_be_charged=error.has_begun)
    if isinstance(error, anthropic.APIStatusError):
        return _refused(error, error.status_code)
    return _lost((error.__cause__ or error) if isinstance(error, anthropic.APIConnectionError) else error)


def _lost(cause: BaseException) -> Failure:
    """There is no response, or none that can be read."""
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Failure(f"no connection: {cause}")
    if isinstance(cause, httpx2.TimeoutException | anthropic.APITimeoutError):
        return Failure("no answer in time", may_be_charged=True)
    if isinstance(cause, httpx2.TransportError | anthropic.APIConnectionError):
        return Failure(f"the connection broke: {cause}", may_be_charged=True)
    if isinstance(cause, MalformedError):
        return Failure(str(cause), may_be_charged=True)
    if isinstance(cause, ValueError):
        return Failure(f"the response cannot be read: {cause}", may_be_charged=True)
    return Failure(str(cause), is_retryable=False)


def _refused(error: anthropic.APIStatusError, status: int, *, may_be_charged: bool = False) -> Failure:
    """A refused request costs nothing; of one that was begun nobody knows."""
    where = " in the middle of the answer" if may_be_charged else ""
    return Failure(
        f"HTTP {status}{where}: {error.api_message or error.message}",
        status,
        error.request_id or "",
        is_retryable=status in RETRIED or status >= OWN_ERRORS,
        may_be_charged=may_be_charged,
        wait_s=_wait(error),
    )


def _wait(error: anthropic.APIStatusError) -> float | None:
    try:
        return max(0.0, float(error.response.headers.get("retry-after") or ""))
    except ValueError:
        return None
