"""The page of a plan: what it costs, what is not explained, and what it would change before anybody reads it."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from datamorph.core.engine_choice import EngineChoice
from datamorph.web.pages.rendering import marked
from datamorph.web.spending import price_of


@pytest.fixture
def name():
    return f"t{uuid4().hex[:8]}"


def planned(shop, name):
    prompt = f"total amount per customer_id from orders, as curated.shop.{name}"
    return shop.post("/api/v1/plans", {"prompt": prompt}).json()["run_id"]


def published(shop, name):
    run_id = planned(shop, name)
    shop.post(f"/api/v1/plans/{run_id}/run", {})
    assert shop.ended(run_id) == "published"
    return run_id


def edited(shop, run_id, old, new):
    spec = next(event.facts["spec"] for _, event in shop.site.platform.events(run_id) if "spec" in event.facts)
    answer = shop.http.post(f"/plans/{run_id}/spec", data={"spec": spec.replace(old, new)}, follow_redirects=True)
    return answer.url.path.removeprefix("/plans/"), answer.text


def state(shop, run_id):
    return shop.get(f"/api/v1/runs/{run_id}").json()["run"]["state"]


def test_a_plan_says_what_it_costs_how_long_it_takes_and_how_much_it_reads(shop, totals):
    planned = shop.post("/api/v1/plans/spec", {"spec": totals.to_yaml()}).json()

    page = shop.get(f"/plans/{planned['run_id']}").text

    assert "0 USD: sail runs on this machine" in page
    assert re.search(
        r"about [\d.]+ s, (as its latest run took|the median of its latest \d runs); it reads [\d.]+ k?B", page
    )


def test_engines_that_are_billed_say_their_rates_and_those_without_a_rate_say_so():
    assert price_of(EngineChoice("glue", "", 0.034, "2026-01-31")) == "about 0.03 USD on glue (rates as of 2026-01-31)"
    assert price_of(EngineChoice("emr")) == "not known: there is no rate for emr"
    assert price_of(EngineChoice("jvm")) == "0 USD: jvm runs on this machine"


def test_words_are_marked_where_they_stand_as_words():
    text = marked("superb orders per shop", {"per": "for each", "bogus": "", "shop": ""})

    assert text.startswith("superb orders <mark")
    assert '<mark class="phrase" title="for each">per</mark>' in text
    assert '<mark class="unexplained" title="nothing explains this">shop</mark>' in text


@pytest.mark.long
def test_what_an_edit_would_change_is_seen_before_it_is_published(shop, name):
    run_id = published(shop, name)
    before = shop.get(f"/api/v1/tables/curated.shop.{name}/rows").json()
    other, page = edited(shop, run_id, "sum(amount)", "max(amount)")
    assert f'action="/plans/{other}/stage"' in page

    staged = shop.http.post(f"/plans/{other}/stage", follow_redirects=True)
    shop.at_rest(other)
    changes = shop.get(f"/runs/{other}/changes", headers={"hx-request": "true"}).text

    assert staged.url.path == f"/runs/{other}"
    assert state(shop, other) == "held"
    assert shop.get(f"/api/v1/tables/curated.shop.{name}/rows").json() == before
    assert "changed (total_amount" in changes
    assert "<html" not in changes
    assert f"/runs/{other}/changes" in shop.get(f"/runs/{other}").text
    assert f"/runs/{other}/changes" in shop.get(f"/plans/{other}").text
    assert "<html" in shop.get(f"/runs/{other}/changes", headers={"accept": "text/html"}).text
    shop.post(f"/api/v1/plans/{other}/approve", {})
    assert shop.ended(other) == "published"
    finished = [e.stage.value for _, e in shop.site.platform.events(other) if e.kind.value == "finished"]
    assert finished.count("stage") == 1


def test_rows_that_need_no_approval_are_seen_first_and_published_by_their_author(shop, name):
    run_id = planned(shop, name)

    shop.post(f"/api/v1/plans/{run_id}/stage", {})
    shop.at_rest(run_id)
    told = shop.get(f"/api/v1/runs/{run_id}").json()
    page = shop.get(f"/runs/{run_id}").text
    diff = shop.get(f"/api/v1/runs/{run_id}/diff").json()

    assert (told["run"]["state"], told["problem"]["code"]) == ("held", "staged")
    assert shop.get(f"/api/v1/tables/curated.shop.{name}").status_code == 404
    assert (diff["added"], diff["removed"]) == (diff["rows_after"], 0)
    assert f'action="/plans/{run_id}/run"' in page
    assert shop.post(f"/api/v1/plans/{run_id}/run", {}).status_code == 202
    assert shop.ended(run_id) == "published"


@pytest.mark.long
def test_the_table_of_another_pipeline_is_compared_and_still_needs_approval(shop, name):
    run_id = published(shop, name)
    other, _ = edited(shop, run_id, f"name: {name}", f"name: other_{name}")

    shop.post(f"/api/v1/plans/{other}/stage", {})
    shop.at_rest(other)
    run = shop.get(f"/api/v1/runs/{other}").json()["run"]

    assert run["state"] == "held"
    assert "was made by pipeline" in run["reason"]
    assert shop.get(f"/api/v1/runs/{other}/diff").json()["changed"] == 0
    assert shop.post(f"/api/v1/plans/{other}/run", {}).status_code == 409
    assert shop.post(f"/api/v1/plans/{other}/approve", {}).status_code == 202
    assert shop.ended(other) == "published"


@pytest.mark.long
def test_what_has_run_already_is_not_staged(shop, name):
    run_id = published(shop, name)

    answer = shop.post(f"/api/v1/plans/{run_id}/stage", {})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_waiting")
    missing = shop.get("/runs/20200101-000000-nobody/changes", headers={"accept": "text/html"})
    assert missing.status_code == 404
