"""Several people at one plan, at the same time: it runs once, and nobody undoes what another has changed unseen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest
from site_server import Served

TOGETHER = 8


def at_once(served: Served, ask: Callable[[httpx.Client, int], httpx.Response]) -> list[httpx.Response]:
    """The answers to requests that set out at the same moment, each over a connection of its own."""
    start, answers = threading.Barrier(TOGETHER), list[httpx.Response]()

    def work(number: int) -> None:
        with httpx.Client(base_url=served.url, timeout=120) as http:
            http.get("/health")
            start.wait(timeout=60)
            answers.append(ask(http, number))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


def a_plan(served: Served, name: str, *, measure: str = "total amount") -> str:
    """The run of a plan for the table curated.shop.NAME."""
    prompt = f"{measure} per customer_id from orders, as curated.shop.{name}"
    return served.post("/api/v1/plans", {"prompt": prompt}).json()["run_id"]


def runs_of(served: Served, table: str) -> list[dict]:
    return [run for run in served.get("/api/v1/runs?limit=500").json()["runs"] if run["table"] == table]


def snapshots(served: Served, table: str) -> int:
    return len(served.get(f"/api/v1/tables/{table}/snapshots").json()["snapshots"])


@pytest.fixture
def name():
    return f"t{uuid4().hex[:8]}"


def held_plan(served: Served, name: str) -> tuple[str, str]:
    """A published table, and a held run of an edited pipeline that would change its rows."""
    first = a_plan(served, name)
    served.post(f"/api/v1/plans/{first}/run", {})
    assert served.ended(first) == "published"
    return first, edit(served, first, "sum(amount)", "max(amount)")


def edit(served: Served, run_id: str, old: str, new: str, *, edits: str | None = None) -> str:
    """Another plan, whose spec differs there."""
    spec = served.site.platform.events(run_id)
    text = next(event.facts["spec"] for _, event in spec if "spec" in event.facts)
    assert old in text
    answer = served.post("/api/v1/plans/spec", {"spec": text.replace(old, new), "edits": edits})
    assert answer.status_code == 201, answer.text
    return answer.json()["plan"]["run_id"]


def test_a_plan_that_is_run_by_many_at_once_runs_once(shop, name):
    run_id = a_plan(shop, name)

    answers = at_once(shop, lambda http, _: http.post(f"/api/v1/plans/{run_id}/run", json={}))

    assert shop.ended(run_id) == "published"
    assert {answer.status_code for answer in answers} == {202}
    assert snapshots(shop, f"curated.shop.{name}") == 1
    stages = [event.stage.value for _, event in shop.site.platform.events(run_id) if event.kind.value == "finished"]
    assert stages.count("publish") == 1


@pytest.mark.long
def test_a_held_plan_that_is_approved_by_many_at_once_is_published_once(shop, name):
    _, run_id = held_plan(shop, name)
    shop.post(f"/api/v1/plans/{run_id}/run", {})
    shop.at_rest(run_id)
    assert shop.get(f"/api/v1/runs/{run_id}").json()["run"]["state"] == "held"

    answers = at_once(shop, lambda http, _: http.post(f"/api/v1/plans/{run_id}/approve", json={}))
    again = shop.post(f"/api/v1/plans/{run_id}/approve", {})

    assert shop.ended(run_id) == "published"
    assert {answer.status_code for answer in (*answers, again)} == {202}
    assert {answer.json()["run_id"] for answer in (*answers, again)} == {run_id}
    assert snapshots(shop, f"curated.shop.{name}") == 2
    assert len(runs_of(shop, f"curated.shop.{name}")) == 2


def test_one_key_at_many_requests_at_once_does_the_request_once(shop, name):
    key = {"idempotency-key": uuid4().hex}
    body = {"prompt": f"total amount per customer_id from orders, as curated.shop.{name}"}

    answers = at_once(shop, lambda http, _: http.post("/api/v1/plans", json=body, headers=key))
    after = shop.post("/api/v1/plans", body, headers=key)

    assert {answer.status_code for answer in answers} <= {201, 409}
    refused = [answer.json()["error"]["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"in_progress"}
    done = {answer.json()["run_id"] for answer in (*answers, after) if answer.status_code == 201}
    assert done == {run["run_id"] for run in runs_of(shop, f"curated.shop.{name}")}
    assert len(done) == 1


def test_a_plan_that_somebody_edited_is_neither_run_nor_approved(shop, name):
    run_id = a_plan(shop, name)
    edited = edit(shop, run_id, "sum(amount)", "max(amount)", edits=run_id)

    refused = [shop.post(f"/api/v1/plans/{run_id}/{what}", {}) for what in ("run", "approve", "stage")]
    page = shop.get(f"/plans/{run_id}").text
    by_form = shop.http.post(f"/plans/{run_id}/approve", headers={"accept": "text/html"})

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in refused] == [(409, "plan_edited")] * 3
    assert edited in refused[0].json()["error"]["message"]
    assert f"/plans/{edited}" in page
    assert f'action="/plans/{run_id}/run"' not in page
    assert (by_form.status_code, edited in by_form.text) == (409, True)


@pytest.mark.long
def test_a_plan_is_not_approved_after_another_version_of_its_pipeline_was_published(shop, name):
    first, waiting = held_plan(shop, name)
    shop.post(f"/api/v1/plans/{waiting}/run", {})
    shop.at_rest(waiting)
    other = edit(shop, first, "sum(amount)", "min(amount)")
    shop.post(f"/api/v1/plans/{other}/approve", {})
    assert shop.ended(other) == "published"

    refused = shop.post(f"/api/v1/plans/{waiting}/approve", {})

    error = refused.json()["error"]
    assert (refused.status_code, error["code"]) == (409, "plan_overtaken")
    assert other in error["message"]
    assert name in error["fix"]


def test_a_plan_to_edit_that_is_not_there_is_told(shop, name):
    run_id = a_plan(shop, name)
    spec = next(event.facts["spec"] for _, event in shop.site.platform.events(run_id) if "spec" in event.facts)

    answer = shop.post("/api/v1/plans/spec", {"spec": spec, "edits": "20200101-000000-nobody"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.long
def test_a_held_run_needs_the_word_that_it_waits_for(shop, name):
    _, run_id = held_plan(shop, name)
    shop.post(f"/api/v1/plans/{run_id}/run", {})
    shop.at_rest(run_id)

    answer = shop.post(f"/api/v1/plans/{run_id}/run", {})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "approval")
    assert snapshots(shop, f"curated.shop.{name}") == 1
