"""The console in a real browser: from a prompt to a published table and back, and what everybody may expect."""

from __future__ import annotations

import csv
import io
import shutil
from uuid import uuid4

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from site_server import serving_site

from datamorph.web.access.identity import Role
from datamorph.web.access.people import People

PATIENCE_MS = 120_000
MOST_BYTES = 150_000
PAGES = [
    "/",
    "/runs",
    "/tables",
    "/tables/curated.sales.customer_totals",
    "/tables/curated.sales.customer_totals/history",
    "/query?sql=SELECT+status,+COUNT(*)+AS+n+FROM+raw.shop.orders+GROUP+BY+ALL",
    "/pipelines",
    "/pipelines/customer_totals",
    "/cost",
    "/status",
    "/api",
    "/audit",
]

pytestmark = [
    pytest.mark.browser,
]


@pytest.fixture
def browser(chromium, shop):
    """Open pages of the shop; at the end nothing may have been written to any console."""
    said, contexts = [], []

    def open_(path="/", **options):
        context = chromium.new_context(base_url=shop.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.goto(path)
        return page

    open_.said = said
    yield open_
    for context in contexts:
        context.close()
    assert said == []


def understand(page, prompt):
    page.fill("#prompt", prompt)
    page.click("button:has-text('Understand it')")
    page.wait_for_url("**/plans/*")


def test_from_a_prompt_to_a_table_an_edit_a_rollback(browser, shop):
    name = f"t{uuid4().hex[:8]}"
    page = browser("/")
    understand(page, f"total amount per customer_id from orders, as curated.shop.{name}")

    expect(page.locator("mark.phrase").first).to_be_visible()
    expect(page.locator("#transform")).to_contain_text("def transform(")
    page.click("button:has-text('Run it')")
    page.wait_for_url("**/runs/*")
    expect(page.locator(".badge.published")).to_be_visible(timeout=PATIENCE_MS)
    numbers = page.locator(".event").evaluate_all("found => found.map(one => Number(one.dataset.number))")
    assert numbers == list(range(1, len(numbers) + 1))
    assert page.locator(".event.finished .stage").last.inner_text() == "Register"
    expect(page.locator("h2:has-text('Rows')")).to_be_visible()

    page.click("a:has-text('its plan')")
    page.click("summary:has-text('Edit it')")
    edited = page.input_value("#spec").replace("sum(amount)", "sum(nothing)")
    page.fill("#spec", edited)
    page.click("button:has-text('Check it')")
    expect(page.locator("[role=alert]")).to_contain_text("nothing")
    browser.said[:] = [line for line in browser.said if "422" not in line]  # the browser tells of the answer, too
    page.fill("#spec", edited.replace("sum(nothing)", "max(amount)"))
    page.click("button:has-text('Check it')")
    expect(page.locator("#transform")).to_contain_text("F.max")
    page.click("button:has-text('Run it')")
    expect(page.locator("text=A person's word is needed")).to_be_visible(timeout=PATIENCE_MS)
    page.click("button:has-text('Approve and run it')")
    expect(page.locator(".badge.published")).to_be_visible(timeout=PATIENCE_MS)

    page.click("text=History and rollback")
    page.click("text=what changed")
    expect(page.locator("h3:has-text('Changed')")).to_be_visible()
    page.click("button:has-text('Roll back to it')")
    expect(page.locator("tbody tr:last-child:has-text('current')")).to_have_count(1)
    rows = shop.post("/api/v1/query", {"sql": f"SELECT SUM(total_amount) AS s FROM curated.shop.{name}"}).json()["rows"]
    assert rows == [[1215.75]]


@pytest.mark.long
def test_what_a_plan_would_change_is_shown_before_it_is_published(browser, shop):
    name = f"t{uuid4().hex[:8]}"
    page = browser("/")
    understand(page, f"total amount per customer_id from orders, as curated.shop.{name}")
    expect(page.locator("dt:has-text('Cost') + dd")).to_contain_text("0 USD")
    page.click("button:has-text('See its rows first')")
    page.wait_for_url("**/runs/*")
    expect(page.locator("h2:has-text('Nothing is published yet')")).to_be_visible(timeout=PATIENCE_MS)

    expect(page.get_by_label("Added")).to_be_visible(timeout=PATIENCE_MS)
    assert shop.get(f"/api/v1/tables/curated.shop.{name}").status_code == 404
    page.click("button:has-text('Publish it')")
    expect(page.locator(".badge.published")).to_be_visible(timeout=PATIENCE_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_run_is_printed_whole_and_fits_the_paper(browser, shop, scheme):
    run = shop.site.platform.history("curated.sales.customer_totals")[-1].properties["run_id"]
    page = browser(f"/runs/{run}", color_scheme=scheme, viewport={"width": 688, "height": 900})
    page.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    page.click("button:has-text('Print / save as PDF')")
    assert page.evaluate("document.documentElement.dataset.printed") == "yes"

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme=scheme)
    text = page.locator("body").inner_text()
    facts = shop.get(f"/api/v1/runs/{run}").json()
    for told in (
        run,
        facts["run"]["prompt"],
        "Timeline",
        "Checks",
        "Rows",
        "On the record",
        "spec_version",
        "snapshot",
    ):
        assert told in text, told
    assert "Print / save" not in text
    assert "Status" not in text
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    whole = page.pdf(prefer_css_page_size=True)
    assert whole.startswith(b"%PDF")
    assert 1 <= whole.count(b"/Type /Page\n") <= 6


def test_a_failing_check_shows_its_rows_and_leaves_no_table(browser, totals):
    page = browser("/")
    understand(page, f"total amount per customer_id from orders, as curated.shop.f{uuid4().hex[:8]}")
    page.click("summary:has-text('Edit it')")
    check = "checks:\n- expect_column_values_to_be_between: {column: total_amount, min_value: 100}"
    page.fill("#spec", page.input_value("#spec").replace("checks:", check))
    page.click("button:has-text('Check it')")
    page.click("button:has-text('Run it')")

    expect(page.locator(".badge.failed").first).to_be_visible(timeout=PATIENCE_MS)
    page.click("summary:has-text('failing row')")
    expect(page.get_by_label("Failing rows").first).to_be_visible()
    expect(page.locator("h2:has-text('Staged rows, not published')")).to_be_visible()


def test_a_question_is_answered_by_a_button(browser):
    page = browser("/")
    understand(page, "top customers")

    expect(page.locator("fieldset").first).to_be_visible()
    before = page.url
    radios = page.locator("fieldset")
    if page.locator("input[type=radio]").count():
        for index in range(radios.count()):
            radios.nth(index).locator("input[type=radio]").first.check()
        page.click("button:has-text('Answer')")
    else:
        page.locator("fieldset button").first.click()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator("h1")).to_contain_text("top customers")


def test_words_that_are_not_understood_are_answered_in_words_and_remembered(browser, shop, glossary_put_back):
    page = browser("/")
    understand(page, "zapped orders")

    page.get_by_label("In other words").fill("amount over 500")
    before = page.url
    page.keyboard.press("Enter")

    page.wait_for_url(lambda url: url != before)
    expect(page.locator("li:has-text(\"'zapped' is read as 'amount over 500', as answered\")")).to_be_visible()
    page.click("button:has-text('Remember what was answered in words')")
    expect(page.locator("text=What was answered in words is in the glossary.")).to_be_visible()
    later = shop.post("/api/v1/plans", {"prompt": "number of zapped orders per customer"}).json()
    assert "'zapped' is read as 'amount over 500' (glossary.yaml)" in later["understanding"]["assumptions"]


def test_two_browsers_see_the_same_run_and_one_that_comes_back_loses_nothing(browser, shop):
    prompt = f"count orders per status, as curated.shop.t{uuid4().hex[:8]}"
    plan = shop.post("/api/v1/plans", {"prompt": prompt}).json()
    shop.post(f"/api/v1/plans/{plan['run_id']}/run", {})
    one, two = browser(f"/runs/{plan['run_id']}"), browser(f"/runs/{plan['run_id']}")
    two.wait_for_timeout(300)
    two.reload()

    lists = []
    for page in (one, two):
        expect(page.locator(".badge.published")).to_be_visible(timeout=PATIENCE_MS)
        lists.append(page.locator(".event").evaluate_all("found => found.map(one => Number(one.dataset.number))"))

    assert lists[0] == lists[1] == list(range(1, len(lists[0]) + 1))


def test_tables_are_found_while_one_types(browser):
    page = browser("/tables")
    page.keyboard.press("/")
    page.keyboard.type("customer_name")

    expect(page.locator("#found tbody tr:has-text('shop.customers')")).to_have_count(1)
    expect(page.locator("#found tbody tr:has-text('shop.orders')")).to_have_count(0)


def test_the_last_thing_typed_is_what_is_shown_however_slow_the_answers(browser):
    page = browser("/tables")
    held = []

    def hold(route):
        held.append(route)

    page.route("**/tables?search=*", hold)
    for piece in ("c", "customer_", "customer_n", "customer_name"):
        page.locator("#search").fill(piece)
        page.wait_for_timeout(400)
    while held:
        held.pop(0).continue_()
        page.wait_for_timeout(400)

    expect(page.locator("#found tbody tr:has-text('shop.customers')")).to_have_count(1)
    expect(page.locator("#found tbody tr:has-text('shop.orders')")).to_have_count(0)


def test_a_query_shows_rows_a_chart_and_its_mistakes(browser):
    page = browser("/query")
    page.fill("#sql", "SELECT status, COUNT(*) AS n FROM raw.shop.orders GROUP BY ALL")
    page.keyboard.press("Control+Enter")

    expect(page.locator("svg.bars")).to_be_visible()
    assert "sql=SELECT" in page.url
    page.fill("#sql", "DROP TABLE raw.shop.orders")
    page.click("button.main")
    expect(page.locator("#result [role=alert]")).to_be_visible()


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_whole_result_is_a_file(shop, kind):
    sql = "SELECT order_id, '=1+1' AS formula, amount, ordered_on FROM raw.shop.orders ORDER BY order_id"
    answer = shop.get("/query/export", params={"sql": sql, "format": kind})

    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="query.{kind}"'
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert rows[1] == ["10", "'=1+1", "700.5", "2024-01-05"]
    elif kind == "parquet":
        import pyarrow.parquet as pq

        assert pq.read_table(io.BytesIO(answer.content)).num_rows == 5
    else:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert sheet[1][:2] == [10.0, "=1+1"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 390)])
def test_pages_fit_say_nothing_to_the_console_and_have_no_serious_barrier(browser, scheme, width):
    page = browser("/", color_scheme=scheme, viewport={"width": width, "height": 800})
    plan = page.locator("a[href^='/runs/2']").first.get_attribute("href").replace("/runs/", "/plans/")
    run = plan.replace("/plans/", "/runs/")

    found = []
    for path in [*(PAGES if scheme == "light" else PAGES[:4]), plan, run]:
        sizes = []
        page.on("response", lambda response, sizes=sizes: sizes.append(int(response.headers.get("content-length", 0))))
        page.goto(path)
        assert 0 < sum(sizes) < MOST_BYTES, path
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth"), path
        results = Axe().run(page).response["violations"]
        found += [
            (path, v["id"], v["nodes"][0]["html"][:120]) for v in results if v["impact"] in ("serious", "critical")
        ]

    assert found == []


def test_light_and_dark_can_be_chosen(browser):
    page = browser("/", color_scheme="light")
    before = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.click("[data-scheme-switch]")
    after = page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor")
    page.reload()

    assert before != after
    assert page.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == after


def test_reading_needs_no_script(browser):
    page = browser("/", java_script_enabled=False)
    page.goto("/tables?search=orders")
    expect(page.locator("a:has-text('shop.orders')").first).to_be_visible()
    page.goto("/query?sql=SELECT+42+AS+answer")
    expect(page.locator("td:has-text('42')")).to_be_visible()
    page.goto("/runs")
    page.locator("a[href^='/runs/2']").first.click()
    expect(page.locator(".event.finished").first).to_be_visible()


def test_what_comes_from_data_is_never_markup(browser, shop):
    page = browser(
        "/query?sql=" + httpx.QueryParams({"x": "SELECT '<img src=x onerror=alert(1)>' AS \"<b>bold</b>\""})["x"]
    )
    understood = browser("/?prompt=<script>alert(1)</script>")

    expect(page.locator("td").first).to_have_text("<img src=x onerror=alert(1)>")
    expect(page.locator("th").first).to_have_text("<b>bold</b>")
    assert understood.input_value("#prompt") == "<script>alert(1)</script>"


def test_a_project_without_tables_says_how_to_begin(chromium, tmp_path):
    with serving_site(tmp_path / "home") as served:
        texts = {path: served.get(path).text for path in ("/", "/tables", "/pipelines", "/runs", "/cost", "/query")}

    assert all("datamorph load" in texts[path] for path in ("/", "/tables", "/query"))
    assert all("yet" in texts[path] for path in ("/pipelines", "/runs", "/cost"))


def test_people_see_only_what_they_may_do(chromium, shop_home, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(shop_home, home)
    people = People(home / ".datamorph" / "web" / "users.json")
    for role in (Role.VIEWER, Role.OPERATOR):
        people.put(role.value, role, "correct horse")
    with serving_site(home) as served:
        seen = {}
        for name in ("viewer", "operator"):
            context = chromium.new_context(base_url=served.url)
            page = context.new_page()
            page.goto("/")
            page.fill("#name", name)
            page.fill("#secret", "correct horse")
            page.click("button.main")
            page.wait_for_url(served.url + "/")
            seen[name] = (
                page.locator("button:has-text('Understand it')").count(),
                page.locator("nav a:has-text('Audit')").count(),
            )
            context.close()

    assert seen == {"viewer": (0, 0), "operator": (1, 0)}
