"""The Dagster UI in a real browser: what a person sees of a pipeline."""

from __future__ import annotations

import itertools
import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest
from serving import serving, until

from datamorph import open_platform
from datamorph.core.spec import parse_spec

ASSET = "/assets/curated/sales/customer_totals"

pytestmark = [
    pytest.mark.browser,
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("ui")


@pytest.fixture(scope="module")
def url(home):
    """A served project: customers and orders, one pipeline that was run by hand, one broken pipeline."""
    (home / "customers.csv").write_text("customer_id,customer_name\n1,Ada Abbott\n2,Ben Brandt\n")
    (home / "orders.csv").write_text("order_id,customer_id,amount\n10,1,700.5\n11,1,400\n12,2,20\n")
    with closing(open_platform(home)) as platform:
        for name in ("customers", "orders"):
            platform.load(home / f"{name}.csv", f"raw.shop.{name}")
        platform.run(platform.plan_spec(totals()))
    broken = home / "pipelines" / "spoiled"
    shutil.copytree(home / "pipelines" / "customer_totals", broken)
    (broken / "spec.yaml").write_text("steps: ]")
    with serving(home) as served:
        until(lambda: materializations(served), timeout_s=60)
        yield served.url


def materializations(served):
    query = "query Seen($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {"
    found = served.ask(f"{query} assetMaterializations {{ runId }} }} }} }}", key={"path": ASSET.split("/")[2:]})
    return found["assetNodeOrError"]["assetMaterializations"]


def totals():
    return parse_spec("""\
name: customer_totals
prompt: Total amount per customer, every day at 6
sources: {customers: raw.shop.customers, orders: raw.shop.orders}
steps:
- {name: joined, join: {left: orders, right: customers, on: [customer_id]}}
- {name: totals, aggregate: {from: joined, by: [customer_name], measures: {total_amount: sum(amount)}}}
target: {table: curated.sales.customer_totals, key: [customer_name]}
checks: [{expect_column_values_to_be_unique: {column: customer_name}}]
schedule: {cron: "0 6 * * *"}
""")


@pytest.fixture
def see(chromium, url, tmp_path, request):
    """Open a page, wait until it shows all these texts, and keep a picture of it: in TEST_PICTURES, if that is set."""
    page = chromium.new_page(viewport={"width": 1500, "height": 1000})
    pictures = Path(os.environ.get("TEST_PICTURES") or tmp_path)
    pictures.mkdir(parents=True, exist_ok=True)
    names = (pictures / f"{request.node.name}_{number}.png" for number in itertools.count(1))

    def see(path, *texts):
        if path:
            page.goto(url + path)
        try:
            for text in texts:
                page.wait_for_function("text => document.body.innerText.includes(text)", arg=text, timeout=120_000)
            page.wait_for_timeout(300)
        finally:
            page.screenshot(path=str(next(names)))
        return page

    yield see
    page.close()


def test_the_asset_page_shows_prompt_steps_columns_origins_schedule_and_code(see):
    see(
        ASSET,
        "Total amount per customer, every day at 6",
        "compute total_amount = sum(amount)",
        "total_amount",
        "From raw.shop.orders.amount",
        "At 06:00 AM UTC",
        "spec.yaml",
        "transform.py",
        "PySpark",
    )


def test_the_lineage_leads_from_the_raw_tables_to_the_asset(see):
    see(f"{ASSET}?view=lineage", "customers", "orders", "customer_totals")


def test_what_was_run_by_hand_has_its_materialisation_and_checks(see):
    see(f"{ASSET}?view=events", "Published outside Dagster")
    see(f"{ASSET}?view=checks", "engines_agree", "unique_customer_name", "This is a", "Passed")


def test_a_raw_table_shows_where_it_came_from(see):
    see("/assets/raw/shop/orders", "Loaded from orders.csv.", "External Asset", "amount", "double")


def test_a_broken_pipeline_says_what_is_wrong(see):
    see("/assets/broken/spoiled", "spoiled cannot be loaded.", "is not readable YAML", "broken_pipelines")


def test_the_launchpad_takes_a_prompt(see):
    see("/locations/datamorph/jobs/prompt_pipeline/playground", "prompt_pipeline", "Launch Run")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_prompt_typed_into_the_launchpad_is_watched_until_its_table_is_there(see):
    page = see("/locations/datamorph/jobs/prompt_pipeline/playground", "Launch Run")
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("prompt: count orders per customer_id\ntarget: curated.shop.typed\n")
    page.wait_for_timeout(1000)  # the editor checks what was typed
    see("")
    page.get_by_role("button", name="Launch Run").click()

    page.wait_for_url("**/runs/*", timeout=60_000)
    see("", "Success", "register")
    see("/assets/curated/shop/typed?view=events", "dagster/row_count", "first_rows", "seconds_publish")
    see("/assets/curated/shop/typed?view=checks", "engines_agree", "Passed")
    see("/assets/curated/shop/typed?view=lineage", "orders", "typed")


@pytest.mark.long
def test_the_lineage_of_the_whole_project_is_one_graph(see):
    see("/asset-groups", "raw", "curated", "broken_pipelines")
