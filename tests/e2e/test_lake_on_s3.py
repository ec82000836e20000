"""The whole platform over a lake on S3 with Glue: the engine on this machine, nothing else is different."""

from __future__ import annotations

import pytest
from aws import BUCKET, CREDENTIALS, REGION, aws_on_loopback

from datamorph import open_platform
from datamorph.errors import SettingsError


@pytest.fixture(scope="module")
def where():
    """The settings of a lake on S3."""
    with pytest.MonkeyPatch.context() as environment, aws_on_loopback() as endpoint:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield {"lake": f"s3://{BUCKET}/wh", "aws_region": REGION, "aws_endpoint": endpoint, "glue_prefix": "dev_"}


@pytest.fixture
def on_s3(home, where):
    """A platform whose lake on S3 holds customers and orders."""
    platform = open_platform(home, **where)
    for name in ("customers", "orders"):
        platform.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
    yield platform
    platform.close()


def test_tables_are_loaded_computed_read_and_rolled_back_on_s3(on_s3, home, where, totals):
    first = on_s3.run(on_s3.plan_spec(totals))
    again = on_s3.rerun(first.run_id)
    on_s3.rollback(first.table, first.snapshot_id)

    assert on_s3.read(first.table)["total_amount"].to_pylist() == [1100.5, 110.25]
    assert on_s3.diff(first.table, str(first.snapshot_id), str(again.snapshot_id)).is_empty
    assert open_platform(home.parent / "elsewhere", **where).query(
        f"SELECT COUNT(*) AS n FROM {first.table}"
    ).to_pylist() == [{"n": 2}]


def test_failing_rows_are_set_apart_on_s3_and_merged_once_they_are_right(on_s3, home, spec_of):
    merge = spec_of("""
        name: paid
        sources: {orders: raw.shop.orders}
        target: {table: curated.sales.paid, write: merge, key: [order_id]}
        checks: [{expect_column_values_to_not_be_null: {column: customer_id}, on_fail: quarantine}]
        """)
    first = on_s3.run(on_s3.plan_spec(merge))
    apart = on_s3.query("SELECT order_id, _run_id FROM curated.sales.paid__quarantine").to_pylist()
    orders = home.parent / "orders.csv"
    orders.write_text(orders.read_text().replace("14,,", "14,2,") + "15,,2024-02-05,completed,1.00\n")
    on_s3.load(orders, "raw.shop.orders")

    second = on_s3.run(on_s3.plan_spec(merge))

    assert (first.rows, first.quarantined, apart) == (4, 1, [{"order_id": 14, "_run_id": first.run_id}])
    assert (second.rows, second.quarantined) == (5, 1)
    found = on_s3.query("SELECT order_id FROM curated.sales.paid__quarantine ORDER BY 1").to_pylist()
    assert [row["order_id"] for row in found] == [14, 15]


def test_a_lake_on_s3_needs_a_bucket_and_a_region(home):
    for lake, missing in (("s3://", "names no bucket"), (f"s3://{BUCKET}/wh", "needs a region")):
        with pytest.raises(SettingsError, match=missing):
            open_platform(home, lake=lake).tables()
