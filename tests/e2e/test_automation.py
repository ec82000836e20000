"""`datamorph up` on PostgreSQL: a dropped prompt, a backfill, a failing check, a killed daemon."""

from __future__ import annotations

import json
import os
import signal
from contextlib import closing

import pytest
from postgres_server import new_database
from serving import is_running, serving, until

from datamorph import open_platform
from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.ports import Pipeline

pytestmark = pytest.mark.long

ORDERS = "order_id,day,amount\n1,2024-01-01,700.5\n2,2024-01-09,400\n3,2024-01-30,50\n"
DAILY = """\
    name: daily
    sources: {orders: raw.shop.orders}
    steps: [{name: totals, aggregate: {from: orders, by: [day], measures: {total: sum(amount)}}}]
    target: {table: curated.shop.daily, write: replace_partitions, partition_by: [day]}
    """
STRICT = """\
    name: strict
    sources: {orders: raw.shop.orders}
    target: {table: processed.shop.strict}
    checks: [{expect_column_values_to_be_between: {column: amount, min_value: 100}}]
    """
BEHIND = """\
    name: behind
    sources: {strict: processed.shop.strict}
    target: {table: curated.shop.behind}
    """
BACKFILL = """
mutation Backfill($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
STATE = "query S($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"
RUNS = """
{ runsOrError(filter: {pipelineName: "prompt_pipeline"}) { ... on Runs { results { status tags { key value } } } } }
"""
STATUSES = """
query P($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
    partitionStats { numMaterialized numFailed } } } }
"""
SCHEDULES = """
{ schedulesOrError(repositorySelector: {repositoryName: "__repository__", repositoryLocationName: "datamorph"}) {
    ... on Schedules { results { name cronSchedule executionTimezone scheduleState { status } } } } }
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    import textwrap

    from datamorph.core.spec import parse_spec

    home = tmp_path_factory.mktemp("operating")
    (home / "orders.csv").write_text(ORDERS)
    url = new_database(home)
    (home / "datamorph.toml").write_text(f'database_url = "{url}"\nbackfill_runs = "one"\n')
    with closing(open_platform(home)) as platform:
        platform.load(home / "orders.csv", "raw.shop.orders")
        specs = [parse_spec(textwrap.dedent(text)) for text in (DAILY, STRICT)]
        for spec in specs:
            plan = platform.plan_spec(spec)
            FolderPipelines(home / "pipelines").save(Pipeline(spec, plan.transform, plan.query))
        FolderPipelines(home / "pipelines").save(
            Pipeline(parse_spec(textwrap.dedent(BEHIND)), "def transform(strict):\n    return strict\n", "")
        )
    return home


@pytest.fixture(scope="module")
def served(home):
    with serving(home) as served:
        yield served


def result(home, name):
    return next((json.loads(file.read_text()) for file in home.glob(f"inbox/*/{name}.result.json")), None)


def test_a_dropped_prompt_is_run_once_though_the_daemon_dies_on_the_way(served, home):
    inbox = home / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "counted.yaml").write_text(
        "prompt: count orders per day\ntarget: curated.shop.counted\n"
        "schedule: {cron: 0 6 * * *, timezone: Europe/Vienna}\n"
    )

    until(lambda: served.ask(RUNS)["runsOrError"]["results"], timeout_s=90)
    daemon = next(pid for pid, command in served.family().items() if "dagster._daemon" in command)
    os.kill(daemon, signal.SIGKILL)

    until(lambda: not is_running(daemon), timeout_s=30)
    until(lambda: result(home, "counted"), timeout_s=180)
    assert result(home, "counted")["state"] == "published", result(home, "counted")
    runs = served.ask(RUNS)["runsOrError"]["results"]
    assert [run["status"] for run in runs] == ["SUCCESS"]
    with closing(open_platform(home)) as platform:
        assert len(platform.history("curated.shop.counted")) == 1
    until(lambda: "curated/shop/counted" in served.assets(), timeout_s=60)
    schedules = {one["name"]: one for one in served.ask(SCHEDULES)["schedulesOrError"]["results"]}
    assert schedules["counted_schedule"]["executionTimezone"] == "Europe/Vienna"
    assert schedules["counted_schedule"]["scheduleState"]["status"] == "RUNNING"


def test_a_failed_check_stops_what_is_behind_it(served, home):
    _, status = served.run("__ASSET_JOB", {}, assets=["processed/shop/strict", "curated/shop/behind"], timeout_s=180)

    assert status == "FAILURE"
    with closing(open_platform(home)) as platform:
        assert not {"strict", "behind"} & {table.ref.name for table in platform.tables()}


@pytest.mark.long
def test_a_backfill_of_thirty_days(served, home):
    days = [f"2024-01-{day:02}" for day in range(1, 31)]
    params = {"assetSelection": [{"path": ["curated", "shop", "daily"]}], "partitionNames": days}
    launched = served.ask(BACKFILL, params=params)["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    ended = {"COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED"}

    def status():
        return served.ask(STATE, id=launched["backfillId"])["partitionBackfillOrError"]["status"]

    until(lambda: status() in ended, timeout_s=240)
    assert status() == "COMPLETED_SUCCESS"
    key = {"path": ["curated", "shop", "daily"]}
    assert served.ask(STATUSES, key=key)["assetNodeOrError"]["partitionStats"] == {
        "numMaterialized": 30,
        "numFailed": 0,
    }
    with closing(open_platform(home)) as platform:
        assert platform.read("curated.shop.daily").num_rows == 3
