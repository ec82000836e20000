"""Every language model counts, answers, repeats only what may help, ends in time and says what went wrong."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from messages_server import breaking, calling, failure, message, serving_messages

from datamorph.adapters.llm.anthropic import open_anthropic
from datamorph.adapters.llm.bedrock import open_bedrock
from datamorph.adapters.llm.recording import RecordingModel, ReplayModel
from datamorph.core.cost import TokenUsage
from datamorph.core.language_model import Message, ModelRequest
from datamorph.errors import LanguageModelError
from datamorph.ports import LanguageModel

KEY = "key-of-nobody-4711"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}
REQUEST = ModelRequest("You count.", (Message("user", "one & two"),), SCHEMA, max_tokens=500, effort="low")
Open = Callable[..., LanguageModel]


def anthropic(
    url: str, *, timeout_s: float = 20, silence_s: float = 20, retries: int = 2, **more: Any
) -> LanguageModel:
    given = {"timeout_s": timeout_s, "silence_s": silence_s, "retries": retries, **more}
    return open_anthropic(model="m-1", api_key=KEY, base_url=url, **given)


def bedrock(url: str, *, timeout_s: float = 20, silence_s: float = 20, retries: int = 2, **more: Any) -> LanguageModel:
    given = {"timeout_s": timeout_s, "silence_s": silence_s, "retries": retries, **more}
    return open_bedrock(model="eu.anthropic.m-1-v1:0", base_url=url, **given)


@pytest.fixture(params=[anthropic, bedrock], ids=["anthropic", "bedrock"])
def open_model(request, monkeypatch) -> Open:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEY)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    return request.param


def test_an_answer_comes_with_its_usage_and_the_providers_request_id(open_model):
    reply = message('{"a": "b"}', tokens_in=10, tokens_out=20, cached=30, written=40)
    with serving_messages([reply]) as server:
        found = open_model(server.url).complete(REQUEST)

    assert (found.text, found.stop) == ('{"a": "b"}', "end")
    assert found.usage == TokenUsage(input=10, output=20, cache_read=30, cache_write_1h=40)
    assert found.request_id == "req_1"
    assert found.failed == ()


def test_a_server_without_schemas_is_asked_for_the_call_of_a_tool(open_model):
    long = "ä" * 1000
    with serving_messages([calling({"a": long}), message('{"a": "said"}')]) as server:
        model = open_model(server.url, structure="tool")
        called, said = model.complete(REQUEST), model.complete(REQUEST)

    asked = server.requests[0]
    assert asked["tools"] == [{"name": "answer", "description": "Give the answer.", "input_schema": SCHEMA}]
    assert asked["tool_choice"] == {"type": "tool", "name": "answer"}
    assert asked.get("output_config", {}).get("format") is None
    assert (json.loads(called.text), called.stop) == ({"a": long}, "end")
    assert json.loads(said.text) == {"a": "said"}


def test_the_request_has_a_cached_system_block_and_asks_for_structured_output(open_model):
    with serving_messages([message("{}")]) as server:
        open_model(server.url).complete(REQUEST)

    (sent,) = server.requests
    assert sent["system"] == [
        {"type": "text", "text": "You count.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}
    ]
    assert sent["messages"] == [{"role": "user", "content": "one & two"}]
    assert sent["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}, "effort": "low"}
    assert sent["max_tokens"] == 500


@pytest.mark.parametrize(("stop", "meaning"), [("end_turn", "end"), ("max_tokens", "length"), ("refusal", "refusal")])
def test_it_tells_why_an_answer_ends(open_model, stop, meaning):
    with serving_messages([message("x", stop=stop)]) as server:
        assert open_model(server.url).complete(REQUEST).stop == meaning


@pytest.mark.parametrize("status", [429, 529, 500, 503, 408])
def test_what_may_help_is_tried_again(open_model, status):
    with serving_messages([failure(status, "overloaded_error"), message("ok")]) as server:
        found = open_model(server.url).complete(REQUEST)

    assert found.text == "ok"
    (failed,) = found.failed
    assert str(status) in failed.problem
    assert failed.request_id == "req_1"
    assert not failed.may_be_charged


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
def test_what_cannot_help_is_not(open_model, status):
    with serving_messages([failure(status, "invalid_request_error", "that is wrong")]) as server:
        with pytest.raises(LanguageModelError, match="that is wrong") as raised:
            open_model(server.url).complete(REQUEST)

    assert len(server.requests) == 1
    assert not raised.value.retryable
    assert raised.value.charged_tries == 0


def test_the_tries_end(open_model):
    with serving_messages([failure(529, "overloaded_error")]) as server:
        with pytest.raises(LanguageModelError, match="after 2 tries") as raised:
            open_model(server.url, retries=1).complete(REQUEST)

    assert len(server.requests) == 2
    assert raised.value.retryable
    assert len(raised.value.tries) == 2


def test_the_wait_that_a_server_asks_for_is_kept_or_too_long(open_model):
    with serving_messages([failure(429, "rate_limit_error", retry_after="1"), message("ok")]) as server:
        started = time.monotonic()
        open_model(server.url).complete(REQUEST)
        assert 1 <= time.monotonic() - started < 4

    with serving_messages([failure(429, "rate_limit_error", retry_after="3600")]) as server:
        started = time.monotonic()
        with pytest.raises(LanguageModelError, match="429"):
            open_model(server.url).complete(REQUEST)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "how", [{"delay_s": 60}, {"drip_s": 0.3}, {"silent_s": 60}], ids=["no first byte", "dripping", "silent"]
)
def test_a_call_ends_at_its_deadline_and_may_have_charged(open_model, how):
    with serving_messages([message("x" * 4000, **how)]) as server:
        started = time.monotonic()
        with pytest.raises(LanguageModelError, match="no answer in time") as raised:
            open_model(server.url, timeout_s=0.8).complete(REQUEST)

    assert time.monotonic() - started < 20
    assert raised.value.charged_tries == 1
    assert not raised.value.retryable
    assert len(server.requests) == 1


@pytest.mark.parametrize("how", [{"delay_s": 60}, {"silent_s": 60}], ids=["before the answer", "within"])
def test_silence_ends_a_call_long_before_its_deadline(open_model, how):
    with serving_messages([message("x" * 4000, **how)]) as server:
        started = time.monotonic()
        with pytest.raises(LanguageModelError, match="no answer in time") as raised:
            open_model(server.url, timeout_s=600, silence_s=0.5).complete(REQUEST)

    assert time.monotonic() - started < 30
    assert raised.value.charged_tries == 1
    assert raised.value.retryable


def test_a_long_answer_may_take_longer_than_any_silence():
    with serving_messages([message("x" * 100, thinking="hm", drip_s=0.02)]) as server:
        started = time.monotonic()
        found = anthropic(server.url, silence_s=3, timeout_s=600).complete(REQUEST)

    assert found.text == "x" * 100
    assert time.monotonic() - started > 3


def test_whoever_stops_hangs_up_at_once(open_model):
    with serving_messages([message("x" * 4000, silent_s=60)]) as server:
        main = threading.main_thread().ident
        threading.Timer(1.5, signal.pthread_kill, [main, signal.SIGINT]).start()
        with pytest.raises(KeyboardInterrupt):
            open_model(server.url).complete(REQUEST)
        deadline = time.monotonic() + 30
        while not server.hung_up and time.monotonic() < deadline:
            time.sleep(0.02)

    assert server.hung_up == 1


def test_an_error_before_the_answer_costs_nothing_and_is_tried_again(open_model):
    with serving_messages([breaking(message("x"), "overloaded_error", after=0), message("ok")]) as server:
        found = open_model(server.url).complete(REQUEST)

    assert found.text == "ok"
    (failed,) = found.failed
    assert not failed.may_be_charged
    assert failed.request_id == "req_1"


def test_an_error_in_the_middle_may_have_been_charged_and_is_left_to_the_caller(open_model):
    with serving_messages([breaking(message("x"), "overloaded_error", "too much to do")]) as server:
        with pytest.raises(LanguageModelError, match="in the middle of the answer: too much to do") as raised:
            open_model(server.url).complete(REQUEST)

    assert raised.value.retryable
    assert raised.value.charged_tries == 1
    assert len(server.requests) == 1


def test_a_stream_without_an_end_is_no_answer(open_model):
    whole = message('{"a": "b"}')
    with serving_messages([replace(whole, events=list(whole.events)[:-2])]) as server:
        with pytest.raises(LanguageModelError, match="the answer breaks off") as raised:
            open_model(server.url).complete(REQUEST)

    assert raised.value.charged_tries == 1


@pytest.mark.parametrize(
    "events",
    [
        [{"type": "content_block_delta", "index": 3, "delta": {"type": "text_delta", "text": "x"}}],
        [{"type": "message_start"}], [{"type": "message_start", "message": {"content": None}}], [{"type": "other"}], [],
    ],
)  # fmt: skip
def test_events_that_do_not_fit_together_are_an_error_in_words(open_model, events):
    whole = message("x")
    with serving_messages([replace(whole, events=[*events, *list(whole.events)[3:]])]) as server:
        with pytest.raises(LanguageModelError) as raised:
            open_model(server.url).complete(REQUEST)

    assert raised.value.charged_tries == 1


@pytest.mark.parametrize(
    "body", [b"<html>proxy</html>", b'"text"', b"[]", b"{}", b'{"type": "message", "content": null}', b""]
)
def test_a_malformed_answer_is_an_error_in_words(open_model, body):
    with serving_messages([message("")]) as server:
        server._script = [type(message(""))(body=body)]
        with pytest.raises(LanguageModelError) as raised:
            open_model(server.url).complete(REQUEST)

    assert raised.value.charged_tries == 1


def test_no_server_is_an_error_that_costs_nothing(open_model):
    with serving_messages([message("")]) as server:
        url = server.url
    with pytest.raises(LanguageModelError, match="no connection") as raised:
        open_model(url, retries=0).complete(REQUEST)

    assert raised.value.retryable
    assert raised.value.charged_tries == 0


def test_no_message_holds_the_key(open_model):
    with serving_messages([failure(401, "authentication_error", f"the key {KEY} is wrong")]) as server:
        with pytest.raises(LanguageModelError) as raised:
            anthropic(server.url, retries=0).complete(REQUEST)

    assert KEY not in str(raised.value)
    assert "***" in str(raised.value)


def test_tokens_are_counted_by_the_provider_or_estimated_from_above():
    with serving_messages([message("")], tokens=77) as server:
        assert anthropic(server.url).count_tokens(REQUEST) == 77
        (counted,) = server.counted
    with serving_messages([message("")], tokens=None) as server:
        assert anthropic(server.url).count_tokens(REQUEST) > 20

    assert counted["messages"] == [{"role": "user", "content": "one & two"}]


def test_bedrock_estimates_since_it_does_not_count(open_model):
    with serving_messages([message("")], tokens=7) as server:
        assert bedrock(server.url).count_tokens(REQUEST) > 20
        assert server.counted == []


def test_a_recorded_exchange_is_answered_again_without_a_server(tmp_path: Path):
    with serving_messages([message('{"a": "ä\\n"}', tokens_in=5, cached=6)]) as server:
        first = RecordingModel(anthropic(server.url), tmp_path).complete(REQUEST)

    replay = ReplayModel(tmp_path, model="m-1")
    again = replay.complete(REQUEST)

    assert (again.text, again.stop, again.usage, again.request_id) == (
        first.text, first.stop, first.usage, first.request_id,
    )  # fmt: skip
    assert replay.count_tokens(REQUEST) == 11
    assert "one & two" in (tmp_path / f"{REQUEST.key('m-1')}.json").read_text()


def test_what_was_not_recorded_is_an_error_that_names_it(tmp_path: Path):
    with pytest.raises(LanguageModelError, match=REQUEST.key("m-1")):
        ReplayModel(tmp_path, model="m-1").complete(REQUEST)


def test_a_broken_recording_is_an_error(tmp_path: Path):
    (tmp_path / f"{REQUEST.key('m-1')}.json").write_text("{")

    with pytest.raises(LanguageModelError, match="no recorded exchange"):
        ReplayModel(tmp_path, model="m-1").complete(REQUEST)


def test_without_key_and_address_there_is_no_model():
    with pytest.raises(LanguageModelError, match="ANTHROPIC_API_KEY is not set"):
        open_anthropic(model="m", api_key=None, base_url=None, timeout_s=5, silence_s=5, retries=0)
