"""A language model fills in the spec; DataMorph checks it, repairs it and records it."""

from __future__ import annotations

import json

import pytest
from messages_server import structured
from scripted import KEY, MODEL, PROMPT, SPEC, WRONG, answer, asking, record, saying, told

from datamorph.core.plan import Plan, Questions, Refusal
from datamorph.errors import ApprovalError, QuestionsOpenError


def test_a_models_spec_becomes_a_published_table(shop):
    with asking(shop, saying(answer())) as (platform, server):
        plan = platform.plan(PROMPT)
        result = platform.run(plan)

    assert isinstance(plan, Plan)
    assert plan.planner == f"anthropic:{MODEL}"
    assert [(phrase.text, phrase.meaning) for phrase in plan.understanding.phrases] == [
        ("total amount", "sum(amount)"),
        ("per customer", "one row for each"),
    ]
    assert result.rows == 3
    assert len(server.requests) == 1
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_the_provenance_is_in_the_run_log_the_folder_and_the_assets_metadata(shop):
    from datamorph.assets.metadata import saved_provenance
    from datamorph.assets.published import published_events
    from datamorph.assets.recording import run_metadata

    usage = {"tokens_in": 100, "tokens_out": 50, "cached": 9000, "written": 400}
    with asking(shop, saying(answer(WRONG), answer(), **usage)) as (platform, _server):
        plan = platform.plan(PROMPT)
        result = platform.run(plan)
        metadata = run_metadata(platform, plan, result)

    facts = record(platform, plan.run_id)["provenance"]
    per_call = (100 * 2 + 50 * 10 + 9000 * 0.1 + 400 * 4) / 1e6
    assert facts["model"] == MODEL
    assert facts["tokens"] == {"in": 19000, "out": 100, "cached": 18000, "cache_writes": 800}
    assert facts["cost_usd"] == pytest.approx(2 * per_call)
    assert len(facts["template"]) == 12
    first, second = facts["attempts"]
    assert first["problems"] == ["totals: no column 'amont' in 'sum(amont)' (did you mean amount?)"]
    assert (second["problems"], second["request_id"]) == ([], "req_2")
    kept = json.loads((shop / "pipelines" / "totals" / "plan.json").read_text())
    assert kept == {"prompt": PROMPT, "spec_hash": plan.spec.hash(), **facts}
    assert metadata["plan_tokens_cached"].value == 18000
    assert metadata["plan_attempts"].value == 2
    table = next(table for table in platform.tables() if str(table.ref) == result.table)
    (published, *_) = published_events(platform, table, platform.history(result.table)[0], {})
    assert published.metadata["plan_model"].value == MODEL
    saved = saved_provenance(platform.pipeline("totals").plan)
    assert saved["plan_cost_usd"].value == pytest.approx(2 * per_call)
    exchanges = shop / ".datamorph" / "llm" / "exchanges"
    assert all((exchanges / f"{attempt['exchange']}.json").exists() for attempt in facts["attempts"])


def test_problems_are_told_to_the_model_with_their_hints(shop):
    with asking(shop, saying(answer(WRONG), answer())) as (platform, server):
        assert isinstance(platform.plan(PROMPT), Plan)

    before, problems = server.requests[1]["messages"][1:]
    assert before["role"] == "assistant"
    assert json.loads(before["content"])["spec"] == WRONG.strip()
    assert "did you mean amount?" in problems["content"]
    assert problems["content"].count("<data problems>") == 1


def test_a_model_that_does_not_get_better_is_asked_no_more(shop):
    with asking(shop, saying(answer(WRONG))) as (platform, server):
        outcome = platform.plan(PROMPT)

    assert len(server.requests) == 2
    assert isinstance(outcome, Plan)
    assert outcome.planner == "offline"
    assert "no column 'amont'" in outcome.understanding.assumptions[0]


def test_there_are_at_most_three_repairs(shop):
    def script(request):
        return structured(answer(SPEC.replace("sum(amount)", f"sum(amont{len(request['messages'])})")))

    with asking(shop, script) as (platform, server):
        platform.plan(PROMPT)

    assert len(server.requests) == 4


def test_where_nobody_knows_the_outcome_is_a_refusal_with_the_problems(shop):
    prompt = "the weighted churn index by cohort, as curated.shop.totals"
    with asking(shop, saying(answer(WRONG, phrases=[(prompt, "all", [])]))) as (platform, _):
        outcome = platform.plan(prompt)

    assert isinstance(outcome, Refusal | Questions)
    assert "no plan that holds" in outcome.message if isinstance(outcome, Refusal) else outcome.questions


def test_words_without_a_meaning_are_told_then_asked_about(shop):
    prompt = "total amount per customer and weekday, as curated.shop.totals"
    with asking(shop, saying(answer())) as (platform, server):
        outcome = platform.plan(prompt)
        ignored = platform.plan(prompt, answers={"unused_words": "ignore"})
        refused = platform.plan(prompt, answers={"unused_words": "refuse"})

    assert "'weekday' of the prompt is in no phrase" in told(server)
    assert isinstance(outcome, Questions)
    assert outcome.questions[0].id == "unused_words"
    assert "weekday" in outcome.questions[0].text
    assert isinstance(ignored, Plan)
    assert ignored.understanding.unexplained == ("weekday",)
    assert "these words have no effect: weekday" in ignored.understanding.assumptions
    assert isinstance(refused, Refusal)


def test_a_phrase_must_be_in_the_spec(shop):
    phrases = [("total amount", "sum", ["amount"]), ("per customer", "by city", ["city"])]
    with asking(shop, saying(answer(phrases=phrases), answer())) as (platform, _server):
        plan = platform.plan(PROMPT)

    assert isinstance(plan, Plan)
    assert "'city', which stands nowhere in the spec" in record(platform)["provenance"]["attempts"][0]["problems"][0]


def test_questions_of_the_model_are_asked_and_answered(shop):
    question = {
        "id": "which_total", "text": "Of which orders?",
        "choices": [{"value": "all orders", "label": "all"}, {"value": "completed orders", "label": "completed"}],
    }  # fmt: skip
    asks = answer("", outcome="questions", questions=[question])
    with asking(shop, saying(asks, answer())) as (platform, server):
        outcome = platform.plan(PROMPT)
        with pytest.raises(QuestionsOpenError):
            platform.run(outcome)
        plan = platform.plan(PROMPT, answers={"which_total": "all orders"})

    assert [question.id for question in outcome.questions] == ["which_total"]
    assert isinstance(plan, Plan)
    assert '{"question": "which_total", "answer": "all orders"}' in server.requests[1]["messages"][0]["content"]


def test_a_question_that_was_answered_is_not_asked_again(shop):
    question = {
        "id": "which", "text": "Which?",
        "choices": [{"value": "a", "label": "a"}, {"value": "b", "label": "b"}],
    }  # fmt: skip
    with asking(shop, saying(answer("", outcome="questions", questions=[question]), answer())) as (platform, server):
        plan = platform.plan(PROMPT, answers={"which": "a"})

    assert isinstance(plan, Plan)
    assert "which was answered" in told(server)


def test_a_refusal_of_the_model_is_a_refusal(shop):
    refusal = {"reason": "impossible", "message": "there are no weights", "hint": "load them"}
    with asking(shop, saying(answer("", outcome="refusal", refusal=refusal))) as (platform, _):
        outcome = platform.plan(PROMPT)

    assert isinstance(outcome, Refusal)
    assert (outcome.reason, outcome.message, outcome.hint) == ("impossible", "there are no weights", "load them")


def test_an_unsafe_prompt_never_reaches_the_model(shop):
    with asking(shop, saying(answer())) as (platform, server):
        outcome = platform.plan("drop all tables and delete raw.shop.orders")

    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unsafe"
    assert server.requests == server.counted == []


def test_a_question_is_answered_with_rows(shop):
    spec = SPEC.replace("{table: curated.shop.totals}", "{table: raw.shop.orders}")
    with asking(shop, saying(answer(spec))) as (platform, _):
        found = platform.ask("total amount per customer?")

    assert found.table.num_rows == 3


def test_the_dry_run_tells_what_only_the_rows_show(shop):
    keyed = SPEC.replace("totals}", "totals, key: [status]}").replace("by: [customer_id]", "by: [customer_id, status]")
    with asking(shop, saying(answer(keyed), answer())) as (platform, _server):
        plan = platform.plan(PROMPT)

    assert isinstance(plan, Plan)
    assert "unique_status: 3 of 4 rows do not fit" in record(platform)["provenance"]["attempts"][0]["problems"][0]


def test_an_empty_result_is_told_once_and_then_believed(shop):
    empty = SPEC.replace("steps:", "steps:\n- {name: kept, filter: {from: orders, where: amount > 1e9}}")
    empty = empty.replace("from: orders, by", "from: kept, by")
    with asking(shop, saying(answer(empty))) as (platform, server):
        plan = platform.plan(PROMPT)

    assert isinstance(plan, Plan)
    assert plan.planner != "offline"
    assert len(server.requests) == 2
    assert "the result has no row on the data of today" in plan.understanding.assumptions


def test_suggested_checks_warn_until_a_person_accepts_them(shop):
    suggested = [
        {"check": "{expect_column_values_to_be_between: {column: total, max_value: 100}}", "why": "usual"},
        {"check": "{expect_column_values_to_be_between: {column: nope, max_value: 100}}", "why": "wrong column"},
        {"check": "rm -rf /", "why": "no check"},
    ]
    with asking(shop, saying(answer(suggested_checks=suggested))) as (platform, _):
        plan = platform.plan(PROMPT)
        result = platform.run(plan)

    (warned,) = [check for check in result.checks if check.name == "between_total"]
    assert not warned.passed
    assert warned.check.severity == "warn"
    assert len(plan.spec.checks) == 2


def test_a_python_step_needs_its_reason_and_a_persons_word(shop):
    spec = """
    sources: {orders: raw.shop.orders}
    steps:
    - name: middle
      python:
        from: [orders]
        why: medians
        code: |
          def step(orders):
              return orders.groupBy("customer_id").agg(F.median("amount").alias("total"))
        columns: {customer_id: bigint, total: double}
    target: {table: curated.shop.totals}
    """
    with asking(shop, saying(answer(spec), answer(spec, python_reason="no step has a mode"))) as (platform, server):
        plan = platform.plan(PROMPT)
        with pytest.raises(ApprovalError, match="def step"):
            platform.run(plan)

    assert "a python step without python_reason" in told(server)

    changed = spec.replace('F.median("amount")', 'F.max("amount")')
    with asking(shop, saying(answer(spec, python_reason="no step"))) as (platform, _):
        platform.run(platform.plan(PROMPT), approve=True)
    with asking(shop, saying(answer(changed, python_reason="no step")), llm_cache=False) as (platform, _):
        with pytest.raises(ApprovalError, match=r'(?s)--- approved.*-.*F.median\("amount"\).*\+.*F.max\("amount"\)'):
            platform.run(platform.plan(PROMPT))


def test_the_prefix_is_the_same_for_every_prompt_and_catalog(own_home):
    with asking(own_home, saying(answer())) as (platform, server):
        platform.plan(PROMPT)
        platform.load(own_home.parent / "orders.csv", "raw.shop.more", force=True)
        platform.plan("count orders per status, as curated.shop.totals", answers={"a": "b"})

    first, second = (request["system"] for request in server.requests[:2])
    assert first == second
    assert first[0]["cache_control"] == {"type": "ephemeral", "ttl": "1h"}
