"""`datamorph up` for real: its assets, a prompt, what happens outside, a death, a clean stop."""

from __future__ import annotations

import json
import os
import signal
import socket
from contextlib import closing, suppress

import httpx
import pytest
from serving import Served, is_running, serving, start_up, until

from datamorph import open_platform

ORDERS = "order_id,customer_id,amount\n1,7,700.5\n2,7,400\n3,8,50\n"
PATIENCE_S = 240
"""Everything here takes seconds, and minutes where other things are at work."""
COUNTED = "curated/shop/counted"
PIECES = """\
/* ---
grain: item
--- */
SELECT item, SUM(pieces) AS pieces FROM raw.stock.items GROUP BY item
"""
HISTORY = """
query History($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    staleStatus assetMaterializations(limit: 9) { runId metadataEntries { label ... on IntMetadataEntry { intValue } } }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }
"""
CONDITION = """
{ assetNodeOrError(assetKey: {path: ["curated", "stock", "pieces"]}) { ... on AssetNode {
    automationCondition { label } } } }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("up")
    (home / "orders.csv").write_text(ORDERS)
    with closing(open_platform(home)) as platform:
        platform.load(home / "orders.csv", "raw.shop.orders")
    (home / "datamorph.toml").write_text('run_on_updates = ["curated.stock.*"]\n')
    (home / "sources.yaml").write_text("sources: {raw.stock.items: {files: drop/*.csv}}\n")
    model = home / "dbt_like_sql" / "curated" / "stock" / "pieces.sql"
    model.parent.mkdir(parents=True)
    model.write_text(PIECES)
    (home / "drop").mkdir()
    spoiled = home / "pipelines" / "spoiled"
    spoiled.mkdir(parents=True)
    for name in ("spec.yaml", "transform.py", "query.sql"):
        (spoiled / name).write_text("steps: ]")
    return home


@pytest.fixture(scope="module")
def served(home):
    """It is served, and a file was dropped since; what comes of that goes on while other things are tried."""
    with serving(home) as served:
        (home / "drop" / "monday.csv").write_text("item,pieces\nbolt,7\nnut,5\nbolt,3\n")
        yield served


def history(served, key):
    return served.ask(HISTORY, key={"path": key.split("/")})["assetNodeOrError"]


def is_run(served, key):
    """Whether an asset can be materialised."""
    with suppress(AssertionError):  # nothing can be launched without a code location
        return served.run("__ASSET_JOB", {}, assets=[key])[1] == "SUCCESS"


def verdicts(found):
    """The status of each check of an asset, by the check's name."""
    checks = found["assetChecksOrError"]["checks"]
    return {check["name"]: (check["executionForLatestMaterialization"] or {}).get("status") for check in checks}


def is_checked(found):
    """Whether an asset is there and no check of it is still to come: checks are told after the rows are."""
    return found["assetMaterializations"] and not {None, "IN_PROGRESS"} & set(verdicts(found).values())


def test_raw_tables_and_broken_pipelines_are_there(served):
    assets = served.assets()

    assert {key: node["groupName"] for key, node in assets.items()} == {
        "raw/shop/orders": "raw",
        "raw/stock/items": "raw",
        "curated/stock/pieces": "curated",
        "broken/spoiled": "broken_pipelines",
    }
    assert "not readable YAML" in assets["broken/spoiled"]["description"]


def test_a_prompt_becomes_an_asset_with_a_history_and_no_restart(served, home):
    asked = {"prompt": "count orders per customer_id", "target": "curated.shop.counted"}
    _, status = served.run("prompt_pipeline", asked)

    assert COUNTED in served.assets()
    found = history(served, COUNTED)
    (event,) = found["assetMaterializations"]
    assert status == "SUCCESS"
    assert {"label": "dagster/row_count", "intValue": 2} in event["metadataEntries"]
    assert set(verdicts(found).values()) == {"SUCCEEDED"}


@pytest.mark.long
def test_a_prompt_asset_is_materialised_again_by_the_scheduler_process(served):
    run_id, status = served.run("__ASSET_JOB", {}, assets=[COUNTED])

    assert status == "SUCCESS"
    assert history(served, COUNTED)["assetMaterializations"][0]["runId"] == run_id


def test_what_the_command_line_publishes_appears_with_its_history(served, home, spec_of):
    spec = spec_of("""\
        name: large_orders
        sources: {orders: raw.shop.orders}
        steps: [{name: large, filter: {from: orders, where: amount > 100}}]
        target: {table: curated.sales.large_orders}
        """)
    with closing(open_platform(home)) as platform:
        platform.run(platform.plan_spec(spec))

    until(lambda: "curated/sales/large_orders" in served.assets(), timeout_s=PATIENCE_S)
    until(lambda: history(served, "curated/sales/large_orders")["assetMaterializations"], timeout_s=PATIENCE_S)


@pytest.mark.long
def test_a_written_model_appears_is_materialised_and_goes_with_its_file(served, home):
    file = home / "dbt_like_sql" / "curated" / "shop" / "per_customer.sql"
    file.parent.mkdir(parents=True)
    select = "SELECT customer_id, COUNT(*) AS orders FROM raw.shop.orders GROUP BY customer_id"
    file.write_text(f"/* ---\ngrain: customer_id\n--- */\n{select}")

    until(lambda: "curated/shop/per_customer" in served.assets(), timeout_s=PATIENCE_S)
    _, status = served.run("__ASSET_JOB", {}, assets=["curated/shop/per_customer"])
    file.write_text("SELEC nothing")
    until(lambda: "broken/curated_shop_per_customer" in served.assets(), timeout_s=PATIENCE_S)
    file.unlink()
    until(lambda: "broken/curated_shop_per_customer" not in served.assets(), timeout_s=PATIENCE_S)

    assert status == "SUCCESS"
    assert "broken/spoiled" in served.assets()


def test_a_dropped_file_goes_all_the_way_by_itself(served, home):
    until(lambda: is_checked(history(served, "curated/stock/pieces")), timeout_s=PATIENCE_S)

    assert verdicts(history(served, "curated/stock/pieces")) == {
        "engines_agree": "SUCCEEDED",
        "not_null_item": "SUCCEEDED",
        "unique_item": "SUCCEEDED",
    }
    with closing(open_platform(home)) as platform:
        rows = platform.read("curated.stock.pieces").to_pylist()
    assert sorted((row["item"], row["pieces"]) for row in rows) == [("bolt", 10), ("nut", 5)]


@pytest.mark.long
def test_an_edited_contract_and_edited_settings_are_shown_without_a_restart(served, home):
    (home / "contracts").mkdir()
    checks = "checks: [{expect_table_row_count_to_be_between: {min_value: 1, max_value: 99}}]"
    (home / "contracts" / "curated.stock.pieces.yaml").write_text(
        f"table: curated.stock.pieces\nowner: stock\ncolumns: {{item: string}}\n{checks}\n"
    )
    until(lambda: "row_count" in verdicts(history(served, "curated/stock/pieces")), timeout_s=PATIENCE_S)

    (home / "datamorph.toml").write_text("run_on_updates = []\n")

    until(lambda: served.ask(CONDITION)["assetNodeOrError"]["automationCondition"] is None, timeout_s=PATIENCE_S)


def test_the_console_beside_it_runs_a_prompt_and_leads_to_the_ui(served):
    prompt = {"prompt": "count orders per customer_id, as curated.shop.from_console"}
    started = httpx.post(f"{served.console}/start?wait=120", json=prompt, timeout=150).json()

    assert started["status"] == "published"
    assert served.url == f"{served.console}/dagster"
    assert 'href="/dagster/"' in httpx.get(served.console, timeout=60).text
    until(lambda: "curated/shop/from_console" in served.assets(), timeout_s=PATIENCE_S)


def test_a_process_that_dies_is_started_again(served):
    web = next(pid for pid, command in served.family().items() if "ui_server" in command)

    os.kill(web, signal.SIGKILL)

    until(lambda: not is_running(web), timeout_s=5)
    until(served.assets, timeout_s=PATIENCE_S)


@pytest.mark.long
def test_a_code_server_whose_worker_the_kernel_killed_answers_again(served):
    for pid, command in served.family().items():
        if "api grpc" in command:
            os.kill(pid, signal.SIGKILL)

    until(lambda: is_run(served, COUNTED), timeout_s=PATIENCE_S)


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
    assert "cannot be used: Address already in use" in output
    assert "--port 0 picks a free one" in json.dumps(output)


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{nobody.getsockname()[1]}/lake"
        (tmp_path / "datamorph.toml").write_text(f'database_url = "postgresql://ada:s3cret@{address}"\n')
        process = start_up(tmp_path, "--port", "0")
        output, _ = process.communicate(timeout=60)

    assert process.returncode == 11
    assert f"postgresql://ada@{address} cannot be used" in output
    assert "Connection refused" in output
    assert "correct the setting database_url" in output
    assert "s3cret" not in output


def test_ctrl_c_while_it_starts_leaves_nothing(tmp_path):
    process = start_up(tmp_path, "--port", "0")
    starting = Served(tmp_path, process, "", "")
    until(lambda: len(starting.family()) >= 2, timeout_s=PATIENCE_S)
    family = starting.family()

    code = starting.stop()

    assert code == 0
    assert [command for pid, command in family.items() if is_running(pid)] == []


def test_ctrl_c_stops_everything(served, home):
    family = served.family()

    code = served.stop()

    assert len(family) >= 4  # code server, its worker, webserver, daemon
    assert code == 0
    assert [command for pid, command in family.items() if is_running(pid)] == []
    assert not (home / ".datamorph" / "dagster" / "ui.json").exists()
