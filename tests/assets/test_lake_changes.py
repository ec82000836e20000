"""What was published outside Dagster reaches its history."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from datamorph.assets import lake_changes
from datamorph.assets.running_ui import dagster_home, wanted_at, write_note
from datamorph.core.table import TableRef
from datamorph.platform.ports import Ports
from datamorph.ports import Publication, StagedOutput

TOTALS = dg.AssetKey(["curated", "sales", "customer_totals"])
ORDERS = dg.AssetKey(["raw", "shop", "orders"])


@pytest.fixture
def tick(load, platform, instance, monkeypatch):
    """One tick of the sensor as the daemon does it; published tables need not settle."""
    monkeypatch.setattr(lake_changes, "SETTLED", lake_changes.timedelta(0))
    cursor = [None]

    def run():
        context = dg.build_sensor_context(instance=instance, cursor=cursor[0])
        result = load().resolve_sensor_def("lake_changes")(context, platform=platform)
        if isinstance(result, dg.SkipReason):
            return None
        cursor[0] = result.cursor
        for event in result.asset_events:
            instance.report_runless_asset_event(event)
        return result.asset_events

    return run


def materializations(events):
    return {event.asset_key: event for event in events if isinstance(event, dg.AssetMaterialization)}


def test_loads_and_runs_are_reported_with_rows_checks_and_versions(published, platform, tick):
    events = tick()

    found = materializations(events)
    assert set(found) == {TOTALS, ORDERS, dg.AssetKey(["raw", "shop", "customers"])}
    assert found[TOTALS].metadata["dagster/row_count"].value == 2
    assert found[TOTALS].tags["dagster/code_version"] == published.hash()
    assert (
        found[TOTALS].tags["dagster/input_data_version/raw/shop/orders"] == found[ORDERS].tags["dagster/data_version"]
    )
    checks = [(event.check_name, event.passed) for event in events if isinstance(event, dg.AssetCheckEvaluation)]
    assert ("unique_customer_id", True) in checks


def test_nothing_is_reported_twice(published, tick):
    tick()

    assert tick() is None


def test_what_dagster_published_itself_is_not_reported(saved, materialize, tick):
    materialize("curated/sales/customer_totals")

    assert TOTALS not in materializations(tick())


def test_a_new_publication_is_reported(published, platform, home, tick):
    tick()
    platform.load(home.parent / "customers.csv", "raw.shop.orders")

    assert set(materializations(tick())) == {ORDERS}


def test_joined_files_are_no_new_version_of_a_table_nor_of_what_reads_it(platform, published, tick):
    in_pieces(platform)
    platform.run(platform.plan_spec(published))
    first = materializations(tick())

    (done,) = platform.compact()
    again = tick()
    unforced = platform.run(platform.plan_spec(published))
    forced = platform.run(platform.plan_spec(published), force=True)
    second = materializations(tick())

    versions = [found[TOTALS].tags["dagster/input_data_version/raw/shop/orders"] for found in (first, second)]
    assert done.table == "raw.shop.orders"
    assert not again
    assert unforced.is_unchanged
    assert versions == [first[ORDERS].tags["dagster/data_version"]] * 2
    assert second[TOTALS].tags["dagster/data_version"] == str(forced.snapshot_id)


def test_a_table_whose_files_were_joined_is_told_with_the_run_that_made_its_rows(platform, totals, first, tick):
    in_pieces(platform, "curated.sales.customer_totals", run_id="pieces")
    (done,) = platform.compact()

    found = materializations(tick())[TOTALS]

    assert found.metadata["run_id"].value == "pieces"
    assert found.metadata["snapshot_id"].value == str(done.snapshot_id)


def in_pieces(platform, table="raw.shop.orders", run_id="pieces"):
    """Publish nine rows of a table, some of them twice, as nine files, which are worth joining."""
    lake, ref = Ports(platform.settings).lake, TableRef.parse(table)
    (file,), schema = lake.pin(ref).files, lake.pin(ref).schema
    rows, prefix = pq.read_table(file), Path(lake.staging_prefix(ref, run_id))
    prefix.mkdir(parents=True)
    files = [str(prefix / f"part-{n}.parquet") for n in range(9)]
    for n, part in enumerate(files):
        pq.write_table(rows.take([n % rows.num_rows]), part)
    lake.publish(ref, StagedOutput(str(prefix), tuple(files), schema, len(files), 1), Publication({"run_id": run_id}))


def test_what_was_just_published_waits_for_the_run_that_may_record_it(saved, load, platform, instance):
    platform.run(platform.plan_spec(saved))

    result = load().resolve_sensor_def("lake_changes")(dg.build_sensor_context(instance=instance), platform=platform)

    assert TOTALS not in materializations(result.asset_events)
    assert json.loads(result.cursor)["is_settled"] is False


def test_a_new_table_wants_the_running_ui_to_reload_once_and_one_that_it_computes_does_not(
    saved, platform, home, load, instance, monkeypatch
):
    monkeypatch.setattr(lake_changes, "SETTLED", lake_changes.timedelta(0))
    folder = dagster_home(platform.settings)
    folder.mkdir(parents=True)
    write_note(folder, "http://127.0.0.1:3000/dagster", "unix:/run/web.sock")
    sensor, cursor, wanted = load().resolve_sensor_def("lake_changes"), None, []

    for change in (
        lambda: None,
        lambda: platform.run(platform.plan_spec(saved)),
        lambda: platform.load(home.parent / "orders.csv", "raw.shop.returns"),
        lambda: None,
    ):
        change()
        context = dg.build_sensor_context(instance=instance, cursor=cursor)
        result = sensor(context, platform=platform)
        cursor = cursor if isinstance(result, dg.SkipReason) else result.cursor
        wanted.append(wanted_at(platform.settings))

    assert wanted[:2] == [0, 0]
    assert wanted[2] == wanted[3] > 0
