"""An equal request is planned once, byte for byte; recorded exchanges are answered again without a server."""

from __future__ import annotations

import pytest
from messages_server import failure
from scripted import MODEL, PROMPT, SPEC, WRONG, answer, asking, saying

from datamorph import open_platform


def test_an_equal_request_is_planned_once_byte_for_byte(shop):
    with asking(shop, saying(answer(), answer(SPEC.replace("sum", "max")))) as (platform, server):
        first = platform.plan(PROMPT)
        second = platform.plan(PROMPT)

    assert len(server.requests) == 1
    assert (second.spec.to_yaml(), second.transform, second.query) == (
        first.spec.to_yaml(),
        first.transform,
        first.query,
    )
    assert second.understanding.phrases == first.understanding.phrases
    assert second.understanding.provenance.is_cached
    assert not first.understanding.provenance.is_cached


def test_a_cached_plan_needs_neither_key_nor_network(shop, monkeypatch):
    with asking(shop, saying(answer())) as (platform, _server):
        first = platform.plan(PROMPT)
    monkeypatch.delenv("ANTHROPIC_API_KEY")

    second = open_platform(shop, planner="anthropic", llm_model=MODEL).plan(PROMPT)

    assert second.spec.to_yaml() == first.spec.to_yaml()
    assert second.planner == f"anthropic:{MODEL}"


def test_without_cache_it_is_asked_again(shop):
    with asking(shop, saying(answer()), llm_cache=False) as (platform, server):
        platform.plan(PROMPT)
        platform.plan(PROMPT)

    assert len(server.requests) == 2


@pytest.mark.parametrize("change", ["prompt", "model", "answers", "effort"])
def test_what_decides_the_plan_decides_the_cache(shop, change):
    with asking(shop, saying(answer())) as (platform, server):
        platform.plan(PROMPT)
        url = server.url
        given = {"planner": "anthropic", "llm_model": MODEL, "llm_base_url": url}
        other = open_platform(
            shop, **given | ({"llm_model": "claude-opus-5-5"} if change == "model" else {})
            | ({"llm_effort": "low"} if change == "effort" else {})
        )  # fmt: skip
        prompt = PROMPT.replace("amount per", "amount  per") if change == "prompt" else PROMPT
        other.plan(prompt, answers={"a": "b"} if change == "answers" else None)

        assert len(server.requests) == 2


def test_new_rows_are_planned_anew(own_home):
    with asking(own_home, saying(answer())) as (platform, server):
        platform.plan(PROMPT)
        (own_home.parent / "orders.csv").write_text("order_id,customer_id,amount\n1,2,3.5\n")
        platform.load(own_home.parent / "orders.csv", "raw.shop.orders")
        platform.plan(PROMPT)

    assert len(server.requests) == 2


def test_a_failure_is_not_cached(shop):
    with asking(shop, [failure(529, "overloaded_error"), *saying(answer())], llm_retries=0) as (platform, _):
        assert platform.plan(PROMPT).planner == "offline"
        assert platform.plan(PROMPT).planner == f"anthropic:{MODEL}"


def test_recorded_exchanges_are_replayed_without_key_network_or_cost(shop, monkeypatch):
    with asking(shop, saying(answer(WRONG), answer())) as (platform, _):
        first = platform.plan(PROMPT)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    replayed = open_platform(shop, planner="replay", llm_model=MODEL, llm_cache=False).plan(PROMPT)

    assert replayed.spec.to_yaml() == first.spec.to_yaml()
    assert replayed.planner == f"replay:{MODEL}"
    provenance = replayed.understanding.provenance
    assert [attempt.problems for attempt in provenance.attempts] == [
        attempt.problems for attempt in first.understanding.provenance.attempts
    ]
    assert provenance.cost_usd == 0


def test_a_broken_cache_file_is_planned_again(shop):
    with asking(shop, saying(answer())) as (platform, server):
        platform.plan(PROMPT)
        (file,) = (shop / ".datamorph" / "llm" / "plans").glob("*.json")
        file.write_text(file.read_text()[:200])
        assert platform.plan(PROMPT).planner == f"anthropic:{MODEL}"

    assert len(server.requests) == 2
