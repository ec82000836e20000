"""The whole platform over a lake on S3 with Glue: the engine on this machine, nothing else is different."""

from __future__ import annotations

import pytest
from aws import BUCKET, CREDENTIALS, REGION, aws_on_loopback

from datamorph import open_platform
from datamorph.errors import SettingsError


def test_tables_are_loaded_computed_read_and_rolled_back_on_s3(home, totals, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with aws_on_loopback() as endpoint:
        where = {"lake": f"s3://{BUCKET}/wh", "aws_region": REGION, "aws_endpoint": endpoint, "glue_prefix": "dev_"}
        platform = open_platform(home, **where)
        for name in ("customers", "orders"):
            platform.load(home.parent / f"{name}.csv", f"raw.shop.{name}")

        first = platform.run(platform.plan_spec(totals))
        again = platform.rerun(first.run_id)
        platform.rollback(first.table, first.snapshot_id)

        assert platform.read(first.table)["total_amount"].to_pylist() == [1100.5, 110.25]
        assert platform.diff(first.table, str(first.snapshot_id), str(again.snapshot_id)).is_empty
        assert open_platform(home.parent / "elsewhere", **where).query(
            f"SELECT COUNT(*) AS n FROM {first.table}"
        ).to_pylist() == [{"n": 2}]
        platform.close()


def test_a_lake_on_s3_needs_a_bucket_and_a_region(home):
    for lake, missing in (("s3://", "names no bucket"), (f"s3://{BUCKET}/wh", "needs a region")):
        with pytest.raises(SettingsError, match=missing):
            open_platform(home, lake=lake).tables()
