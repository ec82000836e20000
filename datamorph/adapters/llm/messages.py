"""The Messages API through the anthropic SDK: one call as a stream, its retries, its errors in words."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import anthropic
import httpx2
from anthropic.types import Message, ToolUseBlock, Usage

from datamorph.adapters.llm.deadline import Deadline
from datamorph.adapters.llm.estimate import estimate_tokens
from datamorph.adapters.llm.failures import FAILURES, BrokenOffError, Failure, MalformedError, read_failure
from datamorph.core.cost import TokenUsage
from datamorph.core.language_model import Exchange, FailedTry, ModelRequest, Stop, Structure
from datamorph.errors import LanguageModelError

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 20.0
CONNECT_S = 10.0
COUNT_S = 20.0
TOOL = "answer"
_NO_SUCH_CALL = frozenset({404, 405, 501})
_STOPS: dict[str | None, Stop] = {
    "end_turn": "end",
    "stop_sequence": "end",
    "tool_use": "end",
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
        deadline: makes the calls; the client's HTTP layer calls ``watch`` on every response.
        timeout_s: a call takes no longer, retries included.
        silence_s: where nothing arrives for so long, the connection is dead.
        retries: how many times it is made again.
        wait: how to wait between tries.
        chance: for the jitter, between 0 and 1.
    """

    deadline: Deadline
    timeout_s: float
    silence_s: float
    retries: int
    wait: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class MessagesModel:
    """LanguageModel port over a client of the anthropic SDK whose own retries are off.

    Args:
        name: of the adapter.
        structure: how the answer's schema is asked for.
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
        structure: Structure = "schema",
        counts: bool = True,
        secret: str = "",
    ) -> None:
        self.name, self.model, self._structure = name, model, structure
        self._client, self._patience, self._counts, self._secret = client, patience, counts, secret

    def count_tokens(self, request: ModelRequest) -> int:
        """See LanguageModel.count_tokens."""
        if not self._counts:
            return estimate_tokens(request)

        def count(timeout: httpx2.Timeout) -> int:
            found = self._client.messages.count_tokens(timeout=timeout, **self._prompt(request))
            tokens = getattr(found, "input_tokens", None)
            if not isinstance(tokens, int):
                raise MalformedError("the answer to count_tokens holds no number")
            return tokens

        try:
            return self._tried(count, min(COUNT_S, self._patience.timeout_s))[0]
        except LanguageModelError as error:
            if isinstance(error.__cause__, anthropic.APIStatusError) and error.__cause__.status_code in _NO_SUCH_CALL:
                return estimate_tokens(request)
            error.charged_tries = 0
            raise

    def complete(self, request: ModelRequest) -> Exchange:
        """See LanguageModel.complete. The answer is streamed: whoever stops it hangs up, and pays for no more."""
        started = time.monotonic()

        def ask(timeout: httpx2.Timeout) -> Exchange:
            given = self._prompt(request)
            with self._client.messages.stream(timeout=timeout, max_tokens=request.max_tokens, **given) as stream:
                return _exchange(_whole(stream), stream.request_id or "")

        found, failed = self._tried(ask, self._patience.timeout_s)
        return Exchange(
            found.text, found.stop, found.usage, found.request_id, time.monotonic() - started, tuple(failed)
        )

    def _prompt(self, request: ModelRequest) -> dict[str, Any]:
        output: dict[str, Any] = {}
        if request.schema and self._structure == "schema":
            output["format"] = {"type": "json_schema", "schema": dict(request.schema)}
        if request.effort:
            output["effort"] = request.effort
        cached = {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral", "ttl": "1h"}}
        return {
            "model": self.model,
            "system": [cached],
            "messages": [{"role": message.role, "content": message.text} for message in request.messages],
            **({"output_config": output} if output else {}),
            **(_tool(request) if request.schema and self._structure == "tool" else {}),
        }

    def _tried(self, call: Callable[[httpx2.Timeout], Answer], seconds: float) -> tuple[Answer, list[FailedTry]]:
        """Call until it answers, an error is final, the tries are used up or the time is."""
        self._patience.deadline.start(seconds)
        failed: list[Failure] = []
        while True:
            left = max(self._patience.deadline.left, 0.001)
            timeout = httpx2.Timeout(min(left, self._patience.silence_s), connect=min(left, CONNECT_S))
            try:
                return self._patience.deadline.run(partial(call, timeout)), [self._try(one) for one in failed]
            except FAILURES as error:
                failed.append(read_failure(error))
                pause = self._pause(failed[-1], len(failed))
                if pause is None or pause >= self._patience.deadline.left:
                    raise self._told(failed) from error
                self._patience.wait(pause)

    def _pause(self, failure: Failure, tries: int) -> float | None:
        """Seconds before the next try; None when there is none. What may be charged is the caller's to repeat."""
        if tries > self._patience.retries or not failure.is_retryable or failure.may_be_charged:
            return None
        if failure.wait_s is not None:
            return failure.wait_s
        return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (tries - 1)) * (0.5 + self._patience.chance() / 2)

    def _try(self, failure: Failure) -> FailedTry:
        return FailedTry(self._clean(failure.problem), failure.request_id, may_be_charged=failure.may_be_charged)

    def _told(self, failed: list[Failure]) -> LanguageModelError:
        last, tries = failed[-1], f" after {len(failed)} tries" if len(failed) > 1 else ""
        fix = _FIXES.get(last.status, "try again later, or use the offline planner: DATAMORPH_PLANNER=offline")
        told = LanguageModelError(f"{self.name}: {self._clean(last.problem)}{tries}", fix=fix)
        told.retryable = last.is_retryable and self._patience.deadline.left > 0
        told.tries = tuple(self._clean(one.problem) for one in failed)
        told.charged_tries = sum(one.may_be_charged for one in failed)
        return told

    def _clean(self, text: str) -> str:
        """On one line, not too long, and without the key."""
        short = " ".join(text.split())[:300]
        return short.replace(self._secret, "***") if self._secret else short


def _whole(stream: Any) -> Message:
    """The message at the end of a stream.

    Raises:
        BrokenOffError: the provider ended it with an error.
        MalformedError: it is no stream of the Messages API, or it ends too early.
    """
    kind = stream.response.headers.get("content-type", "")
    if "stream" not in kind:
        raise MalformedError(f"the response is no stream of events: its content-type is {kind or 'missing'}")
    has_begun = False
    try:
        for _ in stream:
            has_begun = True
        message = stream.current_message_snapshot if has_begun else None
    except anthropic.APIStatusError as error:
        raise BrokenOffError(error, has_begun=has_begun) from error
    except (anthropic.AnthropicError, httpx2.HTTPError):
        raise
    except Exception as error:  # the SDK puts events together without looking at them
        raise MalformedError(f"the response cannot be read: {error!r}") from error
    if not isinstance(message, Message) or message.stop_reason is None:
        raise MalformedError("the answer breaks off")
    return message


def _tool(request: ModelRequest) -> dict[str, Any]:
    """The answer as the arguments of a call that the model must make: what servers without schemas of answers know."""
    described = {"name": TOOL, "description": "Give the answer.", "input_schema": dict(request.schema)}
    return {"tools": [described], "tool_choice": {"type": "tool", "name": TOOL}}


def _exchange(message: Message, request_id: str) -> Exchange:
    calls = [block for block in message.content if isinstance(block, ToolUseBlock)]
    texts = [json.dumps(call.input, ensure_ascii=False) for call in calls[:1]]
    texts = texts or [getattr(block, "text", None) or "" for block in message.content]
    text = "".join(texts)
    stop, usage = _STOPS.get(message.stop_reason), _usage(message.usage)
    if stop is None or usage is None:
        raise MalformedError("the response has no known stop_reason or no usage")
    return Exchange(text, stop, usage, request_id)


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
