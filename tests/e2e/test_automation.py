"""A project that runs by itself, on both storages of Dagster: files, prompts, schedules, a backfill, and deaths."""

from __future__ import annotations

import json
import os
import signal
import textwrap
from contextlib import closing

import pytest
from postgres_server import new_database
from serving import is_running, serving, until

from datamorph import open_platform
from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.core.spec import parse_spec
from datamorph.ports import Pipeline

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]

SALES = "order_id,day,amount\n1,2024-01-01,700.5\n2,2024-01-09,400\n3,2024-01-30,50\n4,2024-02-02,1\n5,2024-02-03,2\n"
SETTINGS = 'run_on_updates = ["processed.shop.clean_*", "curated.shop.per_*"]\n'
SOURCES = "sources:\n  raw.shop.orders: {files: drop/*.csv, key: [order_id]}\n"
CLEAN = """\
/* ---
grain: order_id
checks: [{expect_column_values_to_be_between: {column: amount, min_value: 0}}]
--- */
SELECT order_id, customer_id, amount FROM raw.shop.orders WHERE customer_id IS NOT NULL
"""
PER_CUSTOMER = """\
    name: per_customer
    sources: {orders: processed.shop.clean_orders}
    steps: [{name: totals, aggregate: {from: orders, by: [customer_id], measures: {total: sum(amount)}}}]
    target: {table: curated.shop.per_customer, key: [customer_id]}
    checks: [{expect_column_values_to_be_unique: {column: customer_id}}]
    """
DAILY = """\
    name: {name}
    sources: {{sales: raw.shop.sales}}
    steps: [{{name: totals, aggregate: {{from: sales, by: [day], measures: {{total: sum(amount)}}}}}}]
    target: {{table: curated.shop.{name}, write: replace_partitions, partition_by: [day]}}
    """
STRICT = """\
    name: strict
    sources: {sales: raw.shop.sales}
    target: {table: processed.shop.strict}
    checks: [{expect_column_values_to_be_between: {column: amount, min_value: 100}}]
    """
BEHIND = """\
    name: behind
    sources: {strict: processed.shop.strict}
    target: {table: curated.shop.behind}
    """
LONG_S = 1200
"""Everything here takes seconds, and many minutes where other things are at work."""
CHAIN = ("raw/shop/orders", "processed/shop/clean_orders", "curated/shop/per_customer")

BACKFILL = """
mutation Backfill($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
STATE = "query S($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
RUNS = """
query Runs($filter: RunsFilter!) { runsOrError(filter: $filter) { ... on Runs { results {
    runId status assetSelection { path } tags { key value } } } } }
"""
HISTORY = """
query History($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    assetMaterializations(limit: 200) { runId partition }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }
"""
SCHEDULES = """
{ schedulesOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "datamorph"}) {
    ... on Schedules { results { name cronSchedule executionTimezone scheduleState { id status } } } } }
"""
STOP = "mutation Stop($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def home(request, tmp_path_factory):
    home = tmp_path_factory.mktemp(f"operated_{request.param}")
    database = f'database_url = "{new_database(home)}"\n' if request.param == "postgres" else ""
    (home / "datamorph.toml").write_text(SETTINGS + database)
    (home / "sources.yaml").write_text(SOURCES)
    (home / "drop").mkdir()
    (home / "inbox").mkdir()
    model = home / "dbt_like_sql" / "processed" / "shop" / "clean_orders.sql"
    model.parent.mkdir(parents=True)
    model.write_text(CLEAN)
    (home / "sales.csv").write_text(SALES)
    with closing(open_platform(home)) as platform:
        platform.load(home / "sales.csv", "raw.shop.sales")
    texts = (PER_CUSTOMER, DAILY.format(name="daily"), DAILY.format(name="hurt"), STRICT, BEHIND)
    for text in texts:
        spec = parse_spec(textwrap.dedent(text))
        FolderPipelines(home / "pipelines").save(Pipeline(spec, f"# {spec.name}: compiled from its spec\n", ""))
    return home


@pytest.fixture(scope="module")
def served(home):
    with serving(home) as served:
        yield served


def result(home, name):
    return next((json.loads(file.read_text()) for file in home.glob(f"inbox/*/{name}.result.json")), None)


def rows(home, table):
    with closing(open_platform(home)) as platform:
        return platform.read(table).to_pylist() if table in {str(one.ref) for one in platform.tables()} else []


def orders(home):
    return sorted(row["order_id"] for row in rows(home, "raw.shop.orders"))


def totals(home):
    return {row["customer_id"]: row["total"] for row in rows(home, "curated.shop.per_customer")}


def history(served, key):
    return served.ask(HISTORY, key={"path": key.split("/")})["assetNodeOrError"]


def materialised(served, key):
    return history(served, key)["assetMaterializations"]


def checks(served, key):
    told = {
        one["name"]: one["executionForLatestMaterialization"]
        for one in history(served, key)["assetChecksOrError"]["checks"]
    }
    return {name: one and one["status"] for name, one in told.items()}


def runs(served, **wanted):
    return served.ask(RUNS, filter=wanted)["runsOrError"]["results"]


def runs_of(served, key):
    """The runs that compute a table, maybe among others; the latest first."""
    path = {"path": key.split("/")}
    return [run for run in runs(served) if path in (run["assetSelection"] or ())]


def tags(run):
    return {tag["key"]: tag["value"] for tag in run["tags"]}


def until_idle(served):
    """What is published is seen a moment before its run is over."""
    until(lambda: not runs(served, statuses=["NOT_STARTED", "QUEUED", "STARTING", "STARTED"]), timeout_s=LONG_S)


def kill(served, *names):
    """Kill these processes as the kernel would, all at once; their numbers."""
    family = served.family()
    found = [pid for pid, command in family.items() if any(name in command for name in names)]
    assert len(found) >= len(names), family
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    until(lambda: not any(map(is_running, found)), timeout_s=60)
    return found


def backfill(served, key, days):
    params = {"assetSelection": [{"path": key.split("/")}], "partitionNames": days}
    launched = served.ask(BACKFILL, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    return launched["backfillId"]


def backfill_status(served, backfill_id):
    return served.ask(STATE, id=backfill_id)["partitionBackfillOrError"]["status"]


def test_a_dropped_file_goes_all_the_way_by_itself(served, home):
    """The project is empty before: no table of the chain is there when Dagster loads it."""
    (home / "drop" / "a.csv").write_text("order_id,customer_id,amount\n1,7,700.5\n2,7,400\n3,8,50\n")
    until(lambda: totals(home) == {7: 1100.5, 8: 50.0}, timeout_s=LONG_S)
    (home / "drop" / "b.csv").write_text("order_id,customer_id,amount\n4,9,5\n5,,1\n")
    until(lambda: totals(home) == {7: 1100.5, 8: 50.0, 9: 5.0}, timeout_s=LONG_S)

    until_idle(served)
    assert {key: len(materialised(served, key)) for key in CHAIN} == dict.fromkeys(CHAIN, 2)
    assert {key: [run["status"] for run in runs_of(served, key)] for key in CHAIN} == dict.fromkeys(
        CHAIN, ["SUCCESS"] * 2
    )
    for key in CHAIN:
        found = checks(served, key)
        assert found and set(found.values()) == {"SUCCEEDED"}, (key, found)


def test_a_model_that_is_written_later_is_computed_from_what_is_there(served, home):
    file = home / "dbt_like_sql" / "curated" / "shop" / "per_order.sql"
    file.parent.mkdir(parents=True)
    file.write_text("SELECT order_id, amount FROM processed.shop.clean_orders")

    until(lambda: len(rows(home, "curated.shop.per_order")) == 4, timeout_s=LONG_S)
    until(lambda: [run["status"] for run in runs_of(served, "curated/shop/per_order")] == ["SUCCESS"], timeout_s=LONG_S)


def test_what_fails_its_checks_stops_there_until_it_is_mended(served, home):
    before, curated = totals(home), len(materialised(served, CHAIN[2]))
    (home / "drop" / "c.csv").write_text("order_id,customer_id,amount\n6,9,-1\n")

    until(lambda: [run["status"] for run in runs_of(served, CHAIN[1])].count("FAILURE") == 1, timeout_s=LONG_S)
    assert len(rows(home, "raw.shop.orders")) == 6
    assert totals(home) == before

    (home / "drop" / "c.csv").write_text("order_id,customer_id,amount\n6,9,10\n")
    until(lambda: totals(home) == {**before, 9: 15.0}, timeout_s=LONG_S)
    until_idle(served)
    assert len(materialised(served, CHAIN[2])) == curated + 1
    assert [run["status"] for run in runs_of(served, CHAIN[1])].count("FAILURE") == 1


def test_a_failed_check_stops_what_is_behind_it_in_the_same_run(served, home):
    _, status = served.run("__ASSET_JOB", {}, assets=["processed/shop/strict", "curated/shop/behind"], timeout_s=LONG_S)

    assert status == "FAILURE"
    assert not rows(home, "processed.shop.strict") + rows(home, "curated.shop.behind")


def test_a_dropped_prompt_becomes_an_asset_whose_schedule_runs_it(served, home):
    (home / "inbox" / "minutely.yaml").write_text(
        "prompt: count sales per day\ntarget: curated.shop.minutely\n"
        "schedule: {cron: '* * * * *', timezone: Europe/Vienna}\n"
    )

    until(lambda: result(home, "minutely"), timeout_s=LONG_S)
    assert result(home, "minutely")["state"] == "published", result(home, "minutely")
    until(lambda: "curated/shop/minutely" in served.assets(), timeout_s=60)
    until(lambda: len(materialised(served, "curated/shop/minutely")) >= 2, timeout_s=LONG_S)
    schedules = {one["name"]: one for one in served.ask(SCHEDULES)["schedulesOrError"]["results"]}
    told = schedules["minutely_schedule"]
    served.ask(STOP, id=told["scheduleState"]["id"])
    assert (told["executionTimezone"], told["scheduleState"]["status"]) == ("Europe/Vienna", "RUNNING")
    scheduled = [run for run in runs(served) if {"key": "dagster/schedule_name", "value": told["name"]} in run["tags"]]
    assert scheduled


def test_a_backfill_of_thirty_days_runs_each_day_once(served, home):
    days = [f"2024-01-{day:02}" for day in range(1, 31)]
    found = backfill(served, "curated/shop/daily", days)

    until(lambda: backfill_status(served, found) not in ("REQUESTED", "COMPLETING"), timeout_s=LONG_S)

    assert backfill_status(served, found) == "COMPLETED_SUCCESS"
    made = materialised(served, "curated/shop/daily")
    assert sorted(one["partition"] for one in made) == days
    assert [run["status"] for run in runs_of(served, "curated/shop/daily")] == ["SUCCESS"] * 30
    assert {str(row["day"]): row["total"] for row in rows(home, "curated.shop.daily")} == {
        "2024-01-01": 700.5, "2024-01-09": 400.0, "2024-01-30": 50.0,
    }  # fmt: skip


def test_a_prompt_is_run_once_though_daemon_and_webserver_die_on_the_way(served, home):
    asked = {"pipelineName": "prompt_pipeline"}
    before = {run["runId"] for run in runs(served, **asked)}
    (home / "inbox" / "counted.yaml").write_text("prompt: count sales per day\ntarget: curated.shop.counted\n")

    until(lambda: {run["runId"] for run in runs(served, **asked)} - before, timeout_s=LONG_S)
    kill(served, "dagster._daemon", "ui_server")

    until(lambda: result(home, "counted"), timeout_s=LONG_S)
    assert result(home, "counted")["state"] == "published", result(home, "counted")
    until(lambda: [run for run in runs(served, **asked) if run["runId"] not in before], timeout_s=60)
    assert [run["status"] for run in runs(served, **asked) if run["runId"] not in before] == ["SUCCESS"]
    with closing(open_platform(home)) as platform:
        assert len(platform.history("curated.shop.counted")) == 1
    until(lambda: "curated/shop/counted" in served.assets(), timeout_s=60)


def test_what_died_with_the_code_server_is_run_again_and_published_once(served, home):
    before = orders(home)
    (home / "drop" / "d.csv").write_text("order_id,customer_id,amount\n7,10,3\n")
    until(lambda: any(run["status"] == "STARTED" for run in runs_of(served, CHAIN[0])), timeout_s=LONG_S)
    kill(served, "code-server")

    until(lambda: totals(home).get(10) == 3.0, timeout_s=LONG_S)
    until_idle(served)
    assert orders(home) == [*before, 7]


def test_a_backfill_goes_on_whatever_dies(served, home):
    days = [f"2024-02-{day:02}" for day in range(1, 7)]
    found = backfill(served, "curated/shop/hurt", days)
    until(lambda: materialised(served, "curated/shop/hurt"), timeout_s=LONG_S)
    kill(served, "dagster._daemon", "ui_server", "code-server")

    until(lambda: backfill_status(served, found) not in ("REQUESTED", "COMPLETING"), timeout_s=LONG_S)

    assert backfill_status(served, found) == "COMPLETED_SUCCESS"
    assert {one["partition"] for one in materialised(served, "curated/shop/hurt")} == set(days)
    done = [
        tags(run)["dagster/asset_partition_range_start"]
        for run in runs_of(served, "curated/shop/hurt")
        if run["status"] == "SUCCESS"
    ]
    assert sorted(done) == days
    assert {str(row["day"]): row["total"] for row in rows(home, "curated.shop.hurt")} == {
        "2024-02-02": 1.0, "2024-02-03": 2.0,
    }  # fmt: skip


def test_a_run_that_died_with_everything_is_run_at_the_next_start(served, home):
    before = orders(home)
    (home / "drop" / "e.csv").write_text("order_id,customer_id,amount\n8,11,4\n")
    until(lambda: any(run["status"] == "STARTED" for run in runs_of(served, CHAIN[0])), timeout_s=LONG_S)
    family = served.family()
    for pid in [served.process.pid, *family]:
        os.kill(pid, signal.SIGKILL)
    served.process.wait()
    until(lambda: not any(map(is_running, family)), timeout_s=60)

    with serving(home) as again:
        until(lambda: totals(home).get(11) == 4.0, timeout_s=LONG_S)
        until_idle(again)
    assert orders(home) == [*before, 8]
