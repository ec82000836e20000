"""Pipelines on S3: readable objects, written under conditions, encrypted where a key is set."""

from __future__ import annotations

import boto3
import pytest
import yaml
from aws import BUCKET, REGION

from datamorph.adapters.pipelines.s3 import PipelinesPlace, S3Pipelines
from datamorph.core.spec import build_spec
from datamorph.errors import LakeError, SpecError
from datamorph.ports import Pipeline

ROOT = f"s3://{BUCKET}/team/pipelines"
KEY = "team/pipelines/totals.yaml"


@pytest.fixture
def s3(aws):
    return boto3.client("s3", region_name=REGION, endpoint_url=aws)


@pytest.fixture
def store(aws, s3):
    s3.delete_object(Bucket=BUCKET, Key=KEY)
    return S3Pipelines(PipelinesPlace(ROOT, REGION, aws))


def a_pipeline(prompt="totals"):
    target = {"table": "curated.sales.totals"}
    spec = build_spec({"name": "totals", "prompt": prompt, "sources": {"orders": "raw.shop.orders"}, "target": target})
    return Pipeline(spec, "def transform(orders):\n    return orders\n", "SELECT *\nFROM orders\n")


def text(s3):
    return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read().decode()


def test_people_can_read_it(store, s3):
    saved = store.save(a_pipeline())

    assert saved.folder == f"s3://{BUCKET}/{KEY}"
    assert "\nspec: |\n  spec_version: 1\n  name: totals\n" in text(s3)
    assert "\ntransform: |\n  def transform(orders):\n      return orders\n" in text(s3)


def test_an_equal_pipeline_is_not_written_again(store, s3):
    store.save(a_pipeline())
    first = s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"]
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=text(s3).encode() + b"# mine\n")

    store.save(a_pipeline())

    assert text(s3).endswith("# mine\n")
    assert s3.head_object(Bucket=BUCKET, Key=KEY)["LastModified"] >= first


def test_an_edited_spec_counts_and_edited_code_is_told_and_kept(store, s3):
    store.save(a_pipeline())
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=text(s3).replace("prompt: totals", "prompt: mine").encode())
    changed = store.load("totals")
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=text(s3).replace("return orders", "return orders.limit(1)").encode())

    with pytest.raises(SpecError, match=r"transform of s3://.* was edited by hand"):
        store.load("totals")
    store.save(a_pipeline())

    assert changed.spec.prompt == "mine"
    assert store.load("totals").transform == a_pipeline().transform
    assert "return orders.limit(1)" in yaml.safe_load(text(s3))["edited"]["transform"]


@pytest.mark.parametrize(
    ("body", "problem"), [("a: [", "cannot be read"), ("- 1", "holds no pipeline"), ("spec: 1", "has no spec")]
)
def test_a_broken_object_is_one_broken_pipeline(store, s3, body, problem):
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=body.encode())

    with pytest.raises(SpecError, match=problem):
        store.load("totals")
    assert list(store.names()) == ["totals"]


def test_other_objects_are_no_pipelines(store, s3):
    store.save(a_pipeline())
    for key in ("team/pipelines/readme.md", "team/pipelines/deeper/x.yaml", "team/pipelines/Not-One.yaml"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    assert list(store.names()) == ["totals"]


def test_the_key_that_is_set_encrypts_it(aws, s3):
    key = boto3.client("kms", region_name=REGION, endpoint_url=aws).create_key()["KeyMetadata"]["Arn"]
    store = S3Pipelines(PipelinesPlace(f"{ROOT}-encrypted", REGION, aws, kms_key=key))

    store.save(a_pipeline())

    found = s3.head_object(Bucket=BUCKET, Key="team/pipelines-encrypted/totals.yaml")
    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", key)
    assert store.load("totals").spec.name == "totals"


def test_a_bucket_that_is_not_there_is_said(aws):
    with pytest.raises(LakeError, match="NoSuchBucket") as caught:
        S3Pipelines(PipelinesPlace("s3://no-such-bucket/x", REGION, aws)).names()

    assert "pipelines" in caught.value.fix
