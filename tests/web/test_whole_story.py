"""The console of a real `datamorph up` in real browsers: three people, from a question to a rollback."""

from __future__ import annotations

import re
import shutil
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from serving import serving

from datamorph.web.access.identity import Role
from datamorph.web.access.people import People
from datamorph.web.audit import AuditLog

PASSWORD = "correct horse"  # noqa: S105 (of users that only this test has)
PATIENCE_MS = 180_000
PEOPLE = {"ada": Role.AUTHOR, "olga": Role.OPERATOR, "vera": Role.VIEWER}
SPEC = """\
name: NAME
prompt: total amount per customer
sources: {orders: raw.shop.orders}
steps:
- {name: totals, aggregate: {from: orders, by: [customer_id], measures: {total_amount: sum(amount)}}}
target: {table: curated.shop.NAME, key: [customer_id]}
checks:
- {expect_column_values_to_be_between: {column: total_amount, min_value: 100}}
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.timeout(1200),
]


@pytest.fixture
def home(shop_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(shop_home, home)
    people = People(home / ".datamorph" / "web" / "users.json")
    for name, role in PEOPLE.items():
        people.put(name, role, PASSWORD)
    return home


@pytest.fixture
def people(home, chromium):
    """A browser for each of them, signed in; at the end none of their consoles has told of a mistake of the page."""
    said, contexts = [], []
    with serving(home) as served:

        def enter(name):
            contexts.append(chromium.new_context(base_url=served.console))
            page = contexts[-1].new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("pageerror", lambda error: said.append(f"{name}: {error}"))
            page.goto("/")
            page.fill("#name", name)
            page.fill("#secret", PASSWORD)
            page.click("button.main")
            page.wait_for_url(f"{served.console}/")
            return page

        yield {name: enter(name) for name in PEOPLE}
        for context in contexts:
            context.close()
    assert said == []


def edit(page, spec):
    """Put a spec in the place of the one that is shown."""
    page.click("summary:has-text('Edit it')")
    page.fill("#spec", spec)
    before = page.url
    page.click("button:has-text('Check it')")
    page.wait_for_url(lambda url: url != before)


def run(page):
    page.click("button:has-text('Run it')")
    page.wait_for_url("**/runs/*")


def badge(page, state):
    return expect(page.locator(f"#outcome .badge.{state}").first).to_be_visible(timeout=PATIENCE_MS)


def numbers(page):
    return page.locator(".event").evaluate_all("found => found.map(one => Number(one.dataset.number))")


def total(page, name):
    answer = page.request.post("/api/v1/query", data={"sql": f"SELECT SUM(total_amount) AS s FROM curated.shop.{name}"})
    return answer.json()["rows"][0][0]


def test_from_a_question_to_a_rollback(people, home):
    ada, olga, vera = people.values()
    name = f"story{uuid4().hex[:6]}"
    table = f"/api/v1/tables/curated.shop.{name}"

    # a question: it is answered, however often one is asked
    ada.fill("#prompt", f"top customers, as curated.shop.{name}")
    ada.click("button:has-text('Understand it')")
    ada.wait_for_url("**/plans/*")
    expect(ada.locator("fieldset").first).to_be_visible()
    while ada.locator("fieldset button").count():
        before = ada.url
        ada.locator("fieldset button").first.click()
        ada.wait_for_url(lambda url, before=before: url != before)
    expect(ada.locator("summary:has-text('Edit it')")).to_be_visible()

    # an edit that fails its check: the rows are shown, there is no table
    edit(ada, SPEC.replace("NAME", name))
    run(ada)
    badge(ada, "failed")
    ada.click("summary:has-text('failing row')")
    expect(ada.get_by_label("Failing rows").first).to_contain_text("5")
    assert ada.request.get(table).status == 404

    # the fix is published, while others follow it; one of them loses the network meanwhile
    ada.click("a:has-text('Edit the spec')")
    edit(ada, SPEC.replace("NAME", name).replace("100}", "1}"))
    run(ada)
    for other in (olga, vera):
        other.goto(ada.url)
    olga.context.set_offline(True)
    olga.wait_for_timeout(700)
    olga.context.set_offline(False)
    for page in (ada, olga, vera):
        badge(page, "published")
        assert numbers(page) == list(range(1, len(numbers(ada)) + 1))
    assert total(vera, name) == 1215.75

    # what changes published rows needs the word of somebody who may give it
    ada.click("a:has-text('its plan')")
    edit(ada, SPEC.replace("NAME", name).replace("100}", "1}").replace("sum(amount)", "max(amount)"))
    run(ada)
    badge(ada, "held")
    expect(ada.locator("text=Approving needs the role operator")).to_be_visible()
    assert ada.locator("button:has-text('Approve')").count() == 0
    assert ada.request.post(ada.url.replace("/runs/", "/api/v1/plans/") + "/approve", data={}).status == 403
    olga.goto(ada.url)
    expect(olga.get_by_label("Changed")).to_contain_text("700.5", timeout=PATIENCE_MS)
    olga.click("button:has-text('Approve and run it')")
    badge(olga, "published")
    assert total(olga, name) < 1215.75

    back_again(ada, olga, vera)
    assert total(vera, name) == 1215.75
    is_on_the_record(home)


def back_again(ada, olga, vera):
    """A rollback, by who may."""
    olga.click("text=History and rollback")
    for page in (ada, vera):
        page.goto(olga.url)
        assert page.locator("button:has-text('Roll back')").count() == 0
    olga.click("button:has-text('Roll back to it')")
    expect(olga.locator("tbody tr:last-child:has-text('current')")).to_have_count(1)
    vera.goto("/")
    assert vera.locator("button:has-text('Understand it')").count() == 0


def is_on_the_record(home):
    """Who did what, and who came in."""
    told = [(one.who, one.action, one.outcome) for one in AuditLog(home / ".datamorph" / "audit.jsonl").entries()]
    assert told[:3] == [(person, "POST /login", "done") for person in PEOPLE]
    done = [(who, re.sub(r".*\}/", "", action)) for who, action, outcome in told if outcome == "done"]
    assert done.count(("ada", "run")) == 3
    assert ("olga", "approve") in done
    assert ("olga", "rollback") in done
    assert ("ada", "POST /api/v1/plans/{run_id}/approve", "denied") in told
    assert {who for who, _ in done} == set(PEOPLE)
