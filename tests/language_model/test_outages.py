"""Without an answer of the language model, or one that holds, the run goes on, says so, and is charged right."""

from __future__ import annotations

import json
import time

import pytest
from messages_server import Reply, breaking, failure, message, structured
from scripted import KEY, MODEL, PROMPT, WRONG, answer, asking, record, saying

from datamorph import open_platform
from datamorph.errors import LanguageModelError

FAILURES = {
    "400": [failure(400, "invalid_request_error", "bad request")],
    "401": [failure(401, "authentication_error", f"bad key {KEY}")],
    "429": [failure(429, "rate_limit_error")],
    "529": [failure(529, "overloaded_error")],
    "slow": [message("x" * 100, delay_s=3)],
    "dripping": [message("x" * 100, drip_s=0.2)],
    "truncated": [message("x" * 100, cut=0.5)],
    "broken off": [breaking(message("x" * 100), "overloaded_error")],
    "silent": [message("x" * 100, silent_s=30)],
    "malformed": [Reply(body=b"<html>")],
    "prose": [message("I would rather not.")],
    "another schema": [structured({"plan": "yes"})],
    "too long": [message("{", stop="max_tokens")],
    "declined": [message("", stop="refusal")],
    "half an object": [message('{"outcome": "spec", "spec": "sour')],
    "not yaml": saying(answer("sources: [")),
    "a list": saying(answer("- a")),
    "deep": [message("[" * 100_000)],
}
CHARGED = {"broken off", "silent", "slow", "dripping", "truncated", "malformed"}
FREE = {"400", "401", "429", "529"}


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_ends_in_a_plan_of_the_offline_planner_that_says_so(shop, name):
    started = time.monotonic()
    with asking(shop, FAILURES[name], llm_timeout_s=0.6, llm_retries=1) as (platform, server):
        plan = platform.plan(PROMPT)

    assert time.monotonic() - started < 8
    assert plan.planner == "offline"
    (notice, *_) = plan.understanding.assumptions
    assert "language model" in notice
    facts = record(platform, plan.run_id)
    assert facts["note"] == notice
    assert facts["provenance"]["planner"] == "offline"
    assert KEY not in json.dumps(facts)
    cost, calls = facts["provenance"]["cost_usd"], len(server.requests)
    most = (1000 * 4 + 16_000 * 10) / 1e6
    if name in FREE:
        assert cost == 0
    elif name in CHARGED:
        assert cost == pytest.approx(most * calls)
    else:
        assert cost == pytest.approx(calls * (1000 * 2 + 200 * 10) / 1e6)


def test_a_run_without_an_answer_is_not_lost(own_home):
    with asking(own_home, FAILURES["malformed"]) as (platform, _):
        result = platform.run(platform.plan(PROMPT))

    assert result.rows == 3


def test_without_fallback_a_failure_is_an_error(shop):
    with asking(shop, FAILURES["401"], llm_fallback=False) as (platform, _):
        with pytest.raises(LanguageModelError, match="401"):
            platform.plan(PROMPT)

    assert platform.runs(most=1)[0].state == "failed"


def test_without_a_key_the_run_goes_on(shop, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    platform = open_platform(shop, planner="anthropic", llm_model=MODEL)

    plan = platform.plan(PROMPT)

    assert plan.planner == "offline"
    assert "ANTHROPIC_API_KEY is not set" in plan.understanding.assumptions[0]


def test_without_a_key_words_are_asked_about_and_answered_in_words(shop, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    platform = open_platform(shop, planner="anthropic", llm_model=MODEL)

    asked = platform.plan("zapped orders")
    plan = platform.plan("zapped orders", answers={"word_zapped": "amount over 500"})

    assert [(one.id, one.takes_words) for one in asked.questions] == [("word_zapped", True)]
    assert plan.planner == "offline"
    assert "'zapped' is read as 'amount over 500', as answered" in plan.understanding.assumptions


def test_without_a_network_the_run_goes_on(shop):
    platform = open_platform(
        shop, planner="anthropic", llm_model=MODEL, llm_base_url="http://127.0.0.1:9", llm_retries=0
    )

    plan = platform.plan(PROMPT)

    assert "no connection" in plan.understanding.assumptions[0]


def test_an_outage_in_the_middle_keeps_the_attempts(shop):
    with asking(shop, [*saying(answer(WRONG)), failure(529, "overloaded_error")], llm_retries=0) as (platform, _):
        plan = platform.plan(PROMPT)

    assert plan.planner == "offline"
    facts = record(platform)["provenance"]
    assert [attempt["outcome"] for attempt in facts["attempts"]] == ["spec", "no answer"]
    assert facts["cost_usd"] == pytest.approx((1000 * 2 + 200 * 10) / 1e6)
