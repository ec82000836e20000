"""What was published outside Dagster reaches its history."""

from __future__ import annotations

import json

import dagster as dg
import pytest

from datamorph.assets import lake_changes
from datamorph.assets.lake_changes import project_shape

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


def test_what_was_just_published_waits_for_the_run_that_may_record_it(published, load, platform, instance):
    result = load().resolve_sensor_def("lake_changes")(dg.build_sensor_context(instance=instance), platform=platform)

    assert TOTALS not in materializations(result.asset_events)
    assert json.loads(result.cursor)["is_settled"] is False


def test_a_new_pipeline_changes_the_shape_of_the_project(saved, platform):
    tables = [table.ref for table in platform.tables()]

    assert project_shape(tables, platform.pipelines(), "") != project_shape(tables, [], "")
