"""`datamorph up` for real: its assets, a prompt, what happens outside, a death, a clean stop."""

from __future__ import annotations

import json
import os
import signal
import socket
from contextlib import closing

import httpx
import pytest
from serving import is_running, serving, start_up, until

from datamorph import open_platform

ORDERS = "order_id,customer_id,amount\n1,7,700.5\n2,7,400\n3,8,50\n"
HISTORY = """
query History($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    staleStatus assetMaterializations(limit: 9) { runId metadataEntries { label ... on IntMetadataEntry { intValue } } }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("up")
    (home / "orders.csv").write_text(ORDERS)
    with closing(open_platform(home)) as platform:
        platform.load(home / "orders.csv", "raw.shop.orders")
    spoiled = home / "pipelines" / "spoiled"
    spoiled.mkdir(parents=True)
    for name in ("spec.yaml", "transform.py", "query.sql"):
        (spoiled / name).write_text("steps: ]")
    return home


@pytest.fixture(scope="module")
def served(home):
    with serving(home) as served:
        yield served


def history(served, key):
    return served.ask(HISTORY, key={"path": key.split("/")})["assetNodeOrError"]


def test_raw_tables_and_broken_pipelines_are_there(served):
    assets = served.assets()

    assert {key: node["groupName"] for key, node in assets.items()} == {
        "raw/shop/orders": "raw",
        "broken/spoiled": "broken_pipelines",
    }
    assert "not readable YAML" in assets["broken/spoiled"]["description"]


def test_a_prompt_becomes_an_asset_with_a_history_and_no_restart(served, home):
    _, status = served.run("prompt_pipeline", {"prompt": "count orders per customer_id"})

    (key,) = [key for key in served.assets() if key.startswith("curated/")]
    found = history(served, key)
    (event,) = found["assetMaterializations"]
    assert status == "SUCCESS"
    assert {"label": "dagster/row_count", "intValue": 2} in event["metadataEntries"]
    checks = found["assetChecksOrError"]["checks"]
    assert {check["executionForLatestMaterialization"]["status"] for check in checks} == {"SUCCEEDED"}


def test_a_prompt_asset_is_materialised_again_by_the_scheduler_process(served):
    (key,) = [key for key in served.assets() if key.startswith("curated/")]

    run_id, status = served.run("__ASSET_JOB", {}, assets=[key])

    assert status == "SUCCESS"
    assert history(served, key)["assetMaterializations"][0]["runId"] == run_id


def test_what_the_command_line_publishes_appears_with_its_history(served, home, spec_of):
    spec = spec_of("""\
        name: large_orders
        sources: {orders: raw.shop.orders}
        steps: [{name: large, filter: {from: orders, where: amount > 100}}]
        target: {table: curated.sales.large_orders}
        """)
    with closing(open_platform(home)) as platform:
        platform.run(platform.plan_spec(spec))

    until(lambda: "curated/sales/large_orders" in served.assets(), timeout_s=60)
    until(lambda: history(served, "curated/sales/large_orders")["assetMaterializations"], timeout_s=60)


@pytest.mark.long
def test_a_written_model_appears_is_materialised_and_goes_with_its_file(served, home):
    file = home / "dbt_like_sql" / "curated" / "shop" / "per_customer.sql"
    file.parent.mkdir(parents=True)
    select = "SELECT customer_id, COUNT(*) AS orders FROM raw.shop.orders GROUP BY customer_id"
    file.write_text(f"/* ---\ngrain: customer_id\n--- */\n{select}")

    until(lambda: "curated/shop/per_customer" in served.assets(), timeout_s=60)
    _, status = served.run("__ASSET_JOB", {}, assets=["curated/shop/per_customer"])
    file.write_text("SELEC nothing")
    until(lambda: "broken/curated_shop_per_customer" in served.assets(), timeout_s=60)
    file.unlink()
    until(lambda: "broken/curated_shop_per_customer" not in served.assets(), timeout_s=60)

    assert status == "SUCCESS"
    assert "broken/spoiled" in served.assets()


def test_the_console_beside_it_runs_a_prompt_and_leads_to_the_ui(served):
    prompt = {"prompt": "count orders per customer_id, as curated.shop.from_console"}
    started = httpx.post(f"{served.console}/start?wait=120", json=prompt, timeout=150).json()

    assert started["status"] == "published"
    assert served.url == f"{served.console}/dagster"
    assert 'href="/dagster/"' in httpx.get(served.console, timeout=60).text
    until(lambda: "curated/shop/from_console" in served.assets(), timeout_s=60)


def test_a_process_that_dies_is_started_again(served):
    web = next(pid for pid, command in served.family().items() if "ui_server" in command)

    os.kill(web, signal.SIGKILL)

    until(lambda: not is_running(web), timeout_s=5)
    until(served.assets, timeout_s=60)


def test_a_project_is_served_once(served, home):
    second = start_up(home, "--port", "0")
    output, _ = second.communicate(timeout=60)

    assert second.returncode == 2
    assert f"served already at {served.url}" in output


def test_a_taken_port_is_told(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start_up(tmp_path, "--port", str(taken.getsockname()[1]))
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "--port 0 picks a free one" in json.dumps(output)


def test_ctrl_c_stops_everything(served, home):
    family = served.family()

    code = served.stop()

    assert len(family) >= 4  # code server, its worker, webserver, daemon
    assert code == 0
    assert [command for pid, command in family.items() if is_running(pid)] == []
    assert not (home / ".datamorph" / "dagster" / "ui.json").exists()
