"""--why: what was weighed, for plans, answers, questions and refusals."""

from __future__ import annotations

AMBIGUOUS = "number of orders per customer id"


def test_a_plan_shows_what_was_weighed(shop):
    plain, told = shop("plan", AMBIGUOUS).out, shop("plan", AMBIGUOUS, "--why").out

    assert "Weighed" not in plain
    assert "Weighed: 'customer id'" in told
    assert "shop.orders.customer_id (the name fits 100%" in told
    assert "Not explained  no word" in told


def test_an_answer_and_a_question_too(shop):
    answered = shop("ask", "How many orders are there per customer id?", "--why")
    asked = shop("plan", "number of frobnicated orders per customer id", "--why")

    assert answered.code == 0
    assert "Weighed" in answered.out
    assert asked.code in (3, 4)
    assert "Not explained" in asked.err
    assert "frobnicated" in asked.err


def test_json_has_it_in_the_understanding(shop):
    (decision,) = shop("plan", AMBIGUOUS, "--json").document["understanding"]["decisions"]

    assert decision["about"] == "'customer id'"
    assert [set(option) for option in decision["options"]] == [{"reading", "score", "reasons"}] * 2


def test_a_refusal_tells_in_json_how_it_was_read(shop):
    refused = shop("plan", "total city per customer id", "--why", "--json")

    assert refused.code == 4
    assert set(refused.document["error"]["understanding"]) >= {"phrases", "decisions", "unexplained"}
