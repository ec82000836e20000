"""``/api/v1``: plans, runs and their events, pipelines, tables, queries, cost, audit."""

from __future__ import annotations

import json
import threading
from uuid import uuid4

import httpx
import pytest

from datamorph.client import ApiError, Client


@pytest.fixture
def plan(shop):
    """Plan a sentence into a new table."""
    name = f"t{uuid4().hex[:8]}"
    told = shop.post("/api/v1/plans", {"prompt": f"total amount per customer_id from orders, as curated.shop.{name}"})
    assert told.status_code == 201, told.text
    return told.json()


def events_of(served, run_id, *, after=None, most=None):
    """Numbers and kinds of a run's events from its stream, and whether it came to its end."""
    headers = {"last-event-id": str(after)} if after is not None else {}
    numbers, is_done = [], False
    with served.http.stream("GET", f"/api/v1/runs/{run_id}/events", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("id: "):
                numbers.append(int(line[4:]))
            is_done = is_done or line == "event: done"
            if most and len(numbers) == most:
                break
    return numbers, is_done


def test_a_plan_has_spec_code_and_what_was_understood_and_runs(shop, plan):
    begun = shop.post(f"/api/v1/plans/{plan['run_id']}/run", {})
    numbers, is_done = events_of(shop, plan["run_id"])

    assert plan["outcome"] == "plan"
    assert "def transform(" in plan["plan"]["transform"]
    assert plan["understanding"]["phrases"]
    assert begun.status_code == 202
    assert begun.json()["run_id"] == plan["run_id"]
    assert is_done
    assert numbers == list(range(1, len(numbers) + 1))
    detail = shop.get(f"/api/v1/runs/{plan['run_id']}").json()
    assert (detail["run"]["state"], detail["problem"]) == ("published", None)
    assert len(detail["events"]) == len(numbers)


def test_a_reader_that_comes_back_in_the_middle_misses_nothing(shop, plan):
    shop.post(f"/api/v1/plans/{plan['run_id']}/run", {})

    first, _ = events_of(shop, plan["run_id"], most=6)
    rest, is_done = events_of(shop, plan["run_id"], after=first[-1])

    assert is_done
    assert [*first, *rest] == list(range(1, len(first) + len(rest) + 1))


def test_many_readers_of_one_run_see_the_same(shop, plan):
    seen = []

    def read():
        with httpx.Client(base_url=shop.url, timeout=120) as http:
            text = http.get(f"/api/v1/runs/{plan['run_id']}/events").text
            seen.append([line for line in text.splitlines() if line.startswith("id: ")])

    readers = [threading.Thread(target=read) for _ in range(12)]
    shop.post(f"/api/v1/plans/{plan['run_id']}/run", {})
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(timeout=120)

    assert len(seen) == len(readers)
    assert all(one == seen[0] for one in seen)


def test_words_that_are_not_understood_are_answered_in_words(shop):
    asked = shop.post("/api/v1/plans", {"prompt": "zapped orders"}).json()
    (question,) = asked["questions"]
    answers = {"answers": {question["id"]: "amount over 500"}}

    told = shop.post(f"/api/v1/plans/{asked['run_id']}/answers", answers).json()

    assert (question["id"], question["takes_words"]) == ("word_zapped", True)
    assert told["outcome"] == "plan"
    assert told["prompt"] == told["plan"]["spec"]["prompt"] == "zapped orders"
    assert told["understanding"]["answered"] == [{"text": "zapped", "meaning": "amount over 500"}]


def test_an_answer_in_words_is_remembered_and_one_that_is_not_there_is_not(shop, glossary_put_back):
    asked = shop.post("/api/v1/plans", {"prompt": "grommeted orders"}).json()
    answers = {"answers": {"word_grommeted": "amount over 500"}}
    planned = shop.post(f"/api/v1/plans/{asked['run_id']}/answers", answers).json()

    kept = shop.post(f"/api/v1/plans/{planned['run_id']}/remember", {})
    none = shop.post(f"/api/v1/plans/{asked['run_id']}/remember", {})
    later = shop.post("/api/v1/plans", {"prompt": "number of grommeted orders per customer"}).json()

    assert (kept.status_code, kept.json()) == (201, {"wordings": {"grommeted": "amount over 500"}})
    assert (none.status_code, none.json()["error"]["fix"]) == (404, "answer a question in words first")
    assert "'grommeted' is read as 'amount over 500' (glossary.yaml)" in later["understanding"]["assumptions"]


def test_questions_are_answered_and_lead_to_a_plan(shop):
    asked = shop.post("/api/v1/plans", {"prompt": "sum per customer"}).json()
    if asked["outcome"] != "questions":
        asked = shop.post("/api/v1/plans", {"prompt": "top customers"}).json()

    assert asked["outcome"] == "questions"
    answers = {question["id"]: question["choices"][0]["value"] for question in asked["questions"]}
    told = shop.post(f"/api/v1/plans/{asked['run_id']}/answers", {"answers": answers}).json()
    assert told["outcome"] in ("plan", "questions")
    assert shop.get(f"/api/v1/plans/{asked['run_id']}").json()["questions"] == asked["questions"]


def test_a_spec_that_does_not_fit_the_tables_is_refused_with_where(shop, totals):
    text = totals.to_yaml().replace("sum(amount)", "sum(amuont)")

    answer = shop.post("/api/v1/plans/spec", {"spec": text})

    assert answer.status_code == 422
    assert "amuont" in answer.json()["error"]["message"]


def test_the_table_of_another_pipeline_needs_approval(shop):
    taken = "as curated.shop.taken"
    first = shop.post("/start?wait=120", {"prompt": f"count orders per status, {taken}"}).json()
    spec = shop.get(f"/api/v1/plans/{first['run_id']}").json()["plan"]["spec"]
    text = (
        json.dumps({**spec, "name": "another"})
        if isinstance(spec, dict)
        else spec.replace("name: taken", "name: another")
    )
    other = shop.post("/api/v1/plans/spec", {"spec": text})
    assert other.status_code == 201, other.text
    run_id = other.json()["run_id"]

    refused = shop.post(f"/api/v1/plans/{run_id}/run", {}).json()
    shop.site.runner.job(refused["run_id"]).ended.wait(timeout=60)
    detail = shop.get(f"/api/v1/runs/{run_id}").json()
    offered = f'action="/plans/{run_id}/approve"' in shop.get(f"/runs/{run_id}").text
    with pytest.raises(ApiError) as waits:
        Client(shop.url).wait(run_id)
    approved = shop.post(f"/api/v1/plans/{run_id}/approve", {}).json()

    assert offered
    assert waits.value.code == "approval"
    assert detail["run"]["state"] == "held"
    assert detail["problem"]["code"] == "approval"
    assert approved["run_id"] == run_id
    assert events_of(shop, run_id)[1]
    assert shop.get(f"/api/v1/runs/{run_id}").json()["run"]["state"] == "published"


def test_runs_come_in_pages_without_gaps(shop):
    for _ in range(4):
        shop.post("/api/v1/plans", {"prompt": "count orders per status"})

    page = shop.get("/api/v1/runs?limit=2").json()
    following = shop.get(f"/api/v1/runs?limit=2&before={page['next']}").json()
    whole = shop.get("/api/v1/runs?limit=4").json()

    assert [*page["runs"], *following["runs"]] == whole["runs"]


def test_a_run_is_repeated_on_its_own_inputs(shop):
    run_id = shop.site.platform.history("curated.sales.customer_totals")[-1].properties["run_id"]

    begun = shop.post(f"/api/v1/runs/{run_id}/rerun", {"same_inputs": True})

    assert begun.status_code == 202
    assert begun.json()["run_id"] != run_id
    assert shop.ended(begun.json()["run_id"]) == "published"
    assert shop.get(f"/api/v1/runs/{run_id}/why").json()["summary"]
    assert len(shop.get(f"/api/v1/runs/{run_id}/staged?limit=2").json()["rows"]) == 2


def test_tables_snapshots_diff_checks_and_rollback(shop):
    run = shop.post("/api/v1/pipelines/customer_totals/run", {"force": True}).json()
    assert shop.ended(run["run_id"]) == "published"
    found = shop.get("/api/v1/tables?search=total&tier=curated").json()
    states = shop.get("/api/v1/tables/customer_totals/snapshots").json()["snapshots"]
    diff = shop.get("/api/v1/tables/customer_totals/diff").json()
    checks = shop.get("/api/v1/tables/customer_totals/checks").json()

    back = shop.post("/api/v1/tables/customer_totals/rollback", {"snapshot_id": states[-1]["snapshot_id"]})

    assert "curated.sales.customer_totals" in [table["table"] for table in found["tables"]]
    assert (diff["is_empty"], checks["pipeline"]) == (True, "customer_totals")
    assert all(check["passed"] for check in checks["checks"])
    assert back.status_code == 200
    assert back.json()["snapshot_id"] == states[-1]["snapshot_id"]
    missing = shop.post("/api/v1/tables/customer_totals/rollback", {"snapshot_id": "42"})
    assert missing.status_code == 404


def test_pipelines_tell_their_spec_and_their_versions(shop):
    listed = shop.get("/api/v1/pipelines").json()["pipelines"]
    found = shop.get("/api/v1/pipelines/customer_totals").json()
    versions = shop.get("/api/v1/pipelines/customer_totals/versions").json()["versions"]

    assert "customer_totals" in [line["name"] for line in listed]
    assert found["table"] == "curated.sales.customer_totals"
    assert versions[-1]["number"] == 1
    assert shop.get("/api/v1/pipelines/customer_total").status_code == 404


def test_a_query_answers_with_types_and_refuses_more_rows_than_asked_for(shop):
    told = shop.post("/api/v1/query", {"sql": "SELECT 1 AS a, 2.5::DECIMAL(5,2) AS a, NULL AS c"}).json()
    large = shop.post("/api/v1/query", {"sql": "SELECT * FROM range(100)", "limit": 10})

    assert told["rows"] == [[1, "2.50", None]]
    assert [column["type"] for column in told["columns"]][:2] == ["int32", "decimal128(5, 2)"]
    assert large.status_code == 400
    assert "LIMIT 10" in large.json()["error"]["fix"]


@pytest.mark.parametrize("value", ["'infinity'::DATE", "TIMESTAMP '290000-01-01'", "['-infinity'::DATE]"])
def test_times_beyond_the_calendar_are_told(shop, value):
    sql = f"SELECT {value} AS t, 1 AS n"

    assert shop.post("/api/v1/query", {"sql": sql}).json()["rows"] == [["a time beyond the calendar", 1]]
    assert shop.post("/execute/query", {"query": sql}).status_code == 200
    assert "beyond the calendar" in shop.get("/query", params={"sql": sql}).text
    for kind in ("csv", "xlsx"):
        assert shop.get("/query/export", params={"sql": sql, "format": kind}).status_code == 200


def test_cost_and_audit_tell_what_happened(shop, plan):
    cost = shop.get("/api/v1/cost").json()
    entries = shop.get("/api/v1/audit?limit=1000").json()["entries"]

    assert cost["runs"] > 0
    assert cost["days"][0]["engine_s"] > 0
    mine = [entry for entry in entries if entry["facts"].get("run_id") == plan["run_id"]]
    assert [(entry["action"], entry["outcome"], entry["who"]) for entry in mine] == [
        ("POST /api/v1/plans", "done", "local")
    ]


def test_the_same_key_does_the_same_request_once(shop):
    key = {"idempotency-key": uuid4().hex}
    body = {"prompt": "count orders per status"}

    first = shop.post("/api/v1/plans", body, headers=key)
    again = shop.post("/api/v1/plans", body, headers=key)
    other = shop.post("/api/v1/plans", {"prompt": "count customers per city"}, headers=key)

    assert first.json() == again.json()
    assert again.headers["idempotent-replay"] == "true"
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")


def test_a_key_whose_request_failed_may_be_used_again(shop):
    key = {"idempotency-key": uuid4().hex}

    failed = shop.post("/api/v1/plans", {"prompt": ""}, headers=key)
    then = shop.post("/api/v1/plans", {"prompt": "count orders per status"}, headers=key)

    assert (failed.status_code, then.status_code) == (400, 201)
