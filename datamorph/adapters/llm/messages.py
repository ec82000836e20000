"""The Messages API through the anthropic SDK: one call, its retries, its errors in words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import anthropic
import httpx2
from anthropic.types import Message, Usage

from datamorph.adapters.llm.deadline import Deadline
from datamorph.adapters.llm.estimate import estimate_tokens
from datamorph.core.cost import TokenUsage
from datamorph.core.language_model import Exchange, FailedTry, ModelRequest, Stop
from datamorph.errors import LanguageModelError

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 20.0
CONNECT_S = 10.0
COUNT_S = 20.0
RETRIED = frozenset({408, 409, 429})
_NO_SUCH_CALL = frozenset({404, 405, 501})
_STOPS: dict[str | None, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
}
_FIXES = {
    400: "the request does not fit this model: see llm_model, llm_effort and llm_max_tokens",
    401: "set ANTHROPIC_API_KEY to a valid key (AWS credentials for Bedrock)",
    403: "the key may not use this model: see llm_model",
    404: "llm_model or llm_base_url names nothing that is there",
    413: "send less: lower llm_catalog_tokens",
}
Answer = TypeVar("Answer")


class Client(Protocol):
    """What the SDK's clients have in common."""

    @property
    def messages(self) -> Any:
        """The Messages API."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often a call is tried.

    Attributes:
        deadline: the client's HTTP layer calls its ``watch`` on every response.
        timeout_s: a call takes no longer, retries included.
        retries: how many times it is made again.
        wait: how to wait between tries.
        chance: for the jitter, between 0 and 1.
    """

    deadline: Deadline
    timeout_s: float
    retries: int
    wait: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class MessagesModel:
    """LanguageModel port over a client of the anthropic SDK whose own retries are off.

    Args:
        name: of the adapter.
        counts: the provider counts tokens.
        secret: what no message may hold.
    """

    def __init__(
        self,
        client: Client,
        *,
        name: str,
        model: str,
        patience: Patience,
        counts: bool = True,
        secret: str = "",
    ) -> None:
        self.name, self.model = name, model
        self._client, self._patience, self._counts, self._secret = client, patience, counts, secret

    def count_tokens(self, request: ModelRequest) -> int:
        """See LanguageModel.count_tokens."""
        if not self._counts:
            return estimate_tokens(request)

        def count(timeout: httpx2.Timeout) -> int:
            found = self._client.messages.count_tokens(timeout=timeout, **self._prompt(request))
            tokens = getattr(found, "input_tokens", None)
            if not isinstance(tokens, int):
                raise _MalformedError("the answer to count_tokens holds no number")
            return tokens

        try:
            return self._tried(count, min(COUNT_S, self._patience.timeout_s))[0]
        except LanguageModelError as error:
            if isinstance(error.__cause__, anthropic.APIStatusError) and error.__cause__.status_code in _NO_SUCH_CALL:
                return estimate_tokens(request)
            error.charged_tries = 0
            raise

    def complete(self, request: ModelRequest) -> Exchange:
        """See LanguageModel.complete."""
        started = time.monotonic()

        def ask(timeout: httpx2.Timeout) -> Exchange:
            given = self._prompt(request)
            message = self._client.messages.create(timeout=timeout, max_tokens=request.max_tokens, **given)
            return _exchange(message)

        found, failed = self._tried(ask, self._patience.timeout_s)
        return Exchange(
            found.text, found.stop, found.usage, found.request_id, time.monotonic() - started, tuple(failed)
        )

    def _prompt(self, request: ModelRequest) -> dict[str, Any]:
        output: dict[str, Any] = {}
        if request.schema:
            output["format"] = {"type": "json_schema", "schema": dict(request.schema)}
        if request.effort:
            output["effort"] = request.effort
        cached = {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": self.model,
            "system": [cached],
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            **({"output_config": output} if output else {}),
        }

    def _tried(self, call: Callable[[httpx2.Timeout], Answer], seconds: float) -> tuple[Answer, list[FailedTry]]:
        """Call until it answers, an error is final, the tries are used up or the time is."""
        self._patience.deadline.start(seconds)
        failed: list[FailedTry] = []
        while True:
            left = self._patience.deadline.left
            try:
                return call(httpx2.Timeout(max(left, 0.001), connect=min(CONNECT_S, max(left, 0.001)))), failed
            except (anthropic.AnthropicError, _MalformedError, ValueError, httpx2.HTTPError) as error:
                failed.append(self._failed(error))
                pause = self._pause(error, len(failed))
                if pause is None or pause >= self._patience.deadline.left:
                    raise self._told(error, failed) from error
                self._patience.wait(pause)

    def _pause(self, error: Exception, tries: int) -> float | None:
        """Seconds before the next try; None when there is none. What may be charged is the caller's to repeat."""
        if tries > self._patience.retries or not _may_be_retried(error) or _may_be_charged(error):
            return None
        asked = _retry_after(error)
        if asked is not None:
            return asked
        return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (tries - 1)) * (0.5 + self._patience.chance() / 2)

    def _failed(self, error: Exception) -> FailedTry:
        request_id = getattr(error, "request_id", None) or ""
        return FailedTry(self._sentence(error), request_id, may_be_charged=_may_be_charged(error))

    def _told(self, error: Exception, failed: list[FailedTry]) -> LanguageModelError:
        status = getattr(error, "status_code", 0)
        is_retryable = _may_be_retried(error)
        fix = _FIXES.get(status, "try again later, or use the offline planner: DATAMORPH_PLANNER=offline")
        tries = f" after {len(failed)} tries" if len(failed) > 1 else ""
        told = LanguageModelError(f"{self.name}: {self._sentence(error)}{tries}", fix=fix)
        told.retryable = is_retryable
        told.tries = tuple(one.problem for one in failed)
        told.charged_tries = sum(one.may_be_charged for one in failed)
        return told

    def _sentence(self, error: Exception) -> str:
        text = " ".join(_words(error).split())[:300]
        return text.replace(self._secret, "***") if self._secret else text


class _MalformedError(Exception):
    """A response that is none of the Messages API."""


def _exchange(message: object) -> Exchange:
    if not isinstance(message, Message) or not isinstance(message.content, list):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise _MalformedError("the response is no message")
    text = "".join(getattr(block, "text", None) or "" for block in message.content)
    stop = _STOPS.get(message.stop_reason)
    usage = _usage(message.usage)
    if stop is None or usage is None:
        raise _MalformedError("the response has no known stop_reason or no usage")
    return Exchange(text, stop, usage, message._request_id or "")  # pyright: ignore[reportPrivateUsage]


def _usage(given: object) -> TokenUsage | None:
    if not isinstance(given, Usage):
        return None
    counts = [given.input_tokens, given.output_tokens]
    if not all(isinstance(count, int) and count >= 0 for count in counts):  # pyright: ignore[reportUnnecessaryIsInstance]
        return None
    written, parts = given.cache_creation_input_tokens or 0, given.cache_creation
    an_hour = (parts.ephemeral_1h_input_tokens or 0) if parts else written
    return TokenUsage(
        input=given.input_tokens,
        output=given.output_tokens,
        cache_read=given.cache_read_input_tokens or 0,
        cache_write=max(0, written - an_hour),
        cache_write_1h=an_hour,
    )


def _may_be_retried(error: Exception) -> bool:
    if isinstance(error, anthropic.APIStatusError):
        status = error.status_code
        return status in RETRIED or status >= 500  # noqa: PLR2004 (the server's own errors)
    return isinstance(error, anthropic.APIConnectionError | httpx2.TransportError | ValueError | _MalformedError)


def _may_be_charged(error: Exception) -> bool:
    """A refused request costs nothing; of one whose answer did not arrive nobody knows."""
    if isinstance(error, anthropic.APIStatusError):
        return False
    cause = error.__cause__ if isinstance(error, anthropic.APIConnectionError) else error
    is_unsent = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    return not is_unsent and _may_be_retried(error)


def _retry_after(error: Exception) -> float | None:
    if not isinstance(error, anthropic.APIStatusError):
        return None
    try:
        return max(0.0, float(error.response.headers.get("retry-after") or ""))
    except ValueError:
        return None


def _words(error: Exception) -> str:
    if isinstance(error, anthropic.APITimeoutError):
        return "no answer in time"
    if isinstance(error, anthropic.APIStatusError):
        return f"HTTP {error.status_code}: {error.api_message or error.message}"
    if isinstance(error, anthropic.APIConnectionError):
        return f"no connection: {error.__cause__ or error}"
    return f"{error}" if isinstance(error, _MalformedError) else f"the response cannot be read: {error}"
