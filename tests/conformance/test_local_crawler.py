"""The crawlers of AWS on this machine find what lies on its S3."""

from __future__ import annotations

import gzip
import io
import time
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aws import REGION

WAIT_S = 60.0


class Crawlers:
    def __init__(self, account) -> None:
        self.glue, self.s3, self.name = account.client("glue"), account.client("s3"), f"c{uuid4().hex[:10]}"
        self.s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body if isinstance(body, bytes) else body.encode())

    def make(self, path: str, **more) -> None:
        targets = {"S3Targets": [{"Path": f"s3://{self.name}/{path}"}]}
        self.glue.create_crawler(Name=self.name, Role="x", DatabaseName=self.name, Targets=targets, **more)

    def crawl(self) -> dict:
        self.glue.start_crawler(Name=self.name)
        deadline = time.monotonic() + WAIT_S
        while (found := self.glue.get_crawler(Name=self.name)["Crawler"])["State"] != "READY":
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return found["LastCrawl"]

    def tables(self) -> dict[str, dict]:
        return {table["Name"]: table for table in self.glue.get_tables(DatabaseName=self.name)["TableList"]}


@pytest.fixture
def crawlers(account):
    return Crawlers(account)


def columns(table):
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def test_tables_columns_and_partitions_are_found_and_brought_up_to_date(crawlers):
    parquet = io.BytesIO()
    pq.write_table(pa.table({"id": pa.array([1], pa.int32()), "price": pa.array([None], pa.decimal128(9, 2))}), parquet)
    crawlers.put("raw/orders/a.csv", "id,Paid On,total\n1,2026-01-01,2.5\n")
    crawlers.put("raw/orders/b.csv.gz", gzip.compress(b"id,Paid On,total\nx,,\n"))
    crawlers.put("raw/events/year=2026/month=1/e.jsonl", '{"code": 7, "who": {"name": "a"}, "tags": ["x"]}\n')
    crawlers.put("raw/events/year=2026/month=2/e.jsonl", '{"code": 8.5, "extra": true}\n')
    crawlers.put("raw/items/part-0.parquet", parquet.getvalue())
    crawlers.put("raw/items/_SUCCESS", "")
    crawlers.make("raw/", TablePrefix="found_")

    first = crawlers.crawl()
    tables = crawlers.tables()
    crawlers.put("raw/items/year.csv", "y\n1\n")
    crawlers.put("raw/orders/c.csv", "id,Paid On,total,note\n1,,,hello\n")
    crawlers.put("raw/events/year=2027/month=1/e.jsonl", '{"code": 1}\n')
    crawlers.crawl()

    assert first["Status"] == "SUCCEEDED"
    assert list(tables) == ["found_events", "found_items", "found_orders"]
    assert columns(tables["found_orders"]) == {"id": "string", "paid on": "string", "total": "double"}
    assert columns(tables["found_items"]) == {"id": "int", "price": "decimal(9,2)"}
    assert columns(tables["found_events"]) == {
        "code": "double", "who": "struct<name:string>", "tags": "array<string>", "extra": "boolean"}  # fmt: skip
    assert [key["Name"] for key in tables["found_events"]["PartitionKeys"]] == ["year", "month"]
    assert tables["found_orders"]["Parameters"]["classification"] == "csv"
    assert tables["found_orders"]["StorageDescriptor"]["Location"] == f"s3://{crawlers.name}/raw/orders/"
    assert "note" in columns(crawlers.tables()["found_orders"])
    assert sorted(crawlers.tables()) == ["found_events", "found_items", "found_orders", "found_raw_items_csv"]
    partitions = crawlers.glue.get_partitions(DatabaseName=crawlers.name, TableName="found_events")["Partitions"]
    assert [found["Values"] for found in partitions] == [["2026", "1"], ["2026", "2"], ["2027", "1"]]


def test_what_cannot_be_read_fails_the_crawl_and_is_said(crawlers):
    crawlers.put("raw/orders/a.parquet", "no parquet")
    crawlers.make("raw/orders")

    last = crawlers.crawl()

    assert last["Status"] == "FAILED"
    assert "parquet" in last["ErrorMessage"].lower()
    assert crawlers.glue.get_crawler(Name=crawlers.name)["Crawler"]["State"] == "READY"
