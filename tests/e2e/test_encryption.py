"""The key that is set encrypts everything that is written to the lake on S3 and to the folder of jobs."""

from __future__ import annotations

from uuid import uuid4

import boto3
import pytest
from aws import BUCKET, CREDENTIALS, REGION, account_on_loopback

from datamorph import open_platform
from datamorph.adapters.lake.encryption import KEY, KmsFileIO


def client(endpoint, service):
    return boto3.client(service, region_name=REGION, endpoint_url=endpoint)


def encryption(endpoint, prefix):
    """Each object below a prefix with the key that encrypts it."""
    s3 = client(endpoint, "s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
    heads = {key: s3.head_object(Bucket=BUCKET, Key=key) for key in keys}
    return {key: (head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")) for key, head in heads.items()}


def of_kind(found, *parts):
    return {key for key in found if all(part in key for part in parts)}


def run_encrypted(home, totals, endpoint, **settings):
    """Run a pipeline below a prefix of its own; what was written there, by its key."""
    prefix, key = f"team-{uuid4().hex[:8]}", client(endpoint, "kms").create_key()["KeyMetadata"]["Arn"]
    below = f"s3://{BUCKET}/{prefix}"
    platform = open_platform(home, **{
        **settings, "lake": f"{below}/lake", "aws_jobs": f"{below}/jobs", "pipelines": f"{below}/pipelines",
        "aws_region": REGION, "aws_endpoint": endpoint, "glue_prefix": f"{prefix.replace('-', '_')}_", "kms_key": key,
    })  # fmt: skip
    for name in ("customers", "orders"):
        platform.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
    result = platform.run(platform.plan_spec(totals))

    found = encryption(endpoint, prefix)

    assert platform.read(result.table)["total_amount"].to_pylist() == [1100.5, 110.25]
    assert platform.pipelines() == [totals.name]
    assert {name: under for name, under in found.items() if under != ("aws:kms", key)} == {}
    return found


def test_every_object_of_lake_and_pipelines_is_under_the_key(aws, home, totals):
    found = run_encrypted(home, totals, aws)

    assert of_kind(found, "/data/", ".parquet")
    assert of_kind(found, "/metadata/", ".avro")
    assert of_kind(found, "/metadata/", ".json")
    assert of_kind(found, "/pipelines/", f"{totals.name}.yaml")


@pytest.mark.long
def test_so_is_every_object_of_a_job(home, totals, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    with account_on_loopback() as account:
        found = run_encrypted(
            home, totals, account.endpoint, engine="glue", aws_job_role=account.settings["aws_job_role"]
        )

    assert of_kind(found, "/jobs/scripts/")
    assert of_kind(found, "/jobs/runs/", "context.json")
    assert of_kind(found, "/jobs/runs/", "/messages/")


def test_a_file_that_fails_half_way_is_not_written(aws):
    io, place = KmsFileIO({"s3.region": REGION, "s3.endpoint": aws, KEY: "alias/one"}), f"s3://{BUCKET}/{uuid4().hex}"

    with pytest.raises(RuntimeError), io.new_output(f"{place}/half").create() as file:
        file.write(b"half")
        raise RuntimeError
    with io.new_output(f"{place}/whole").create() as file:
        file.write(b"whole")

    assert not io.new_input(f"{place}/half").exists()
    assert io.new_input(f"{place}/whole").open().read() == b"whole"
    with pytest.raises(FileExistsError):
        io.new_output(f"{place}/whole").create()
