"""Crawlers that read what lies below their paths on S3, and write tables to the catalog. Follows moto 5.2.5."""

# moto's classes have few types.
# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportUnknownMemberType=false
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false, reportAssignmentType=false

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import duckdb
from moto.core.exceptions import JsonRESTError
from moto.core.utils import utcnow
from moto.glue.exceptions import CrawlerRunningException
from moto.glue.models import FakeCrawl, FakeCrawler, GlueBackend
from moto.s3.models import s3_backends

from datamorph.local_aws.clock import CLOCK
from datamorph.local_aws.discovery import FoundTable, columns_of, find_tables
from datamorph.local_aws.processes import PARTITION, Scope, write_log

LOGS = "/aws-glue/crawlers"
LAST = {"COMPLETED": "SUCCEEDED", "STOPPED": "CANCELLED", "FAILED": "FAILED", "RUNNING": "RUNNING",
        "STOPPING": "RUNNING"}  # fmt: skip
MADE_BY = "UPDATED_BY_CRAWLER"
_HADOOP, _HIVE, _SERDE = "org.apache.hadoop.mapred", "org.apache.hadoop.hive.ql.io", "org.apache.hadoop.hive.serde2"
STORAGE = {
    "csv": (f"{_HADOOP}.TextInputFormat", f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
            f"{_SERDE}.lazy.LazySimpleSerDe"),
    "json": (f"{_HADOOP}.TextInputFormat", f"{_HIVE}.HiveIgnoreKeyTextOutputFormat",
             "org.openx.data.jsonserde.JsonSerDe"),
    "parquet": (f"{_HIVE}.parquet.MapredParquetInputFormat", f"{_HIVE}.parquet.MapredParquetOutputFormat",
                f"{_HIVE}.parquet.serde.ParquetHiveSerDe"),
}  # fmt: skip
_moto_dict = FakeCrawler.as_dict


class Crawl(FakeCrawl):
    """One crawl; its state is what it does."""

    status = "RUNNING"
    error = ""

    def __init__(self, crawler: FakeCrawler) -> None:
        super().__init__(crawler.name)
        self.status = "RUNNING"

    def advance(self) -> None:
        """Nothing but the work itself changes the state."""


def install() -> None:
    """Make moto's crawlers crawl."""
    FakeCrawler.start_crawler = _start
    FakeCrawler.as_dict = _as_dict


def _start(self: FakeCrawler) -> None:
    if self.crawls and self.crawls[-1].status in ("RUNNING", "STOPPING"):
        raise CrawlerRunningException(f"Crawler with name {self.name} has already started")
    crawl = Crawl(self)
    self.crawls.append(crawl)
    threading.Thread(target=_crawl, args=(self, crawl), daemon=True).start()


def _as_dict(self: FakeCrawler) -> dict[str, Any]:
    found = _moto_dict(self)
    if self.crawls:
        last = next((crawl for crawl in reversed(self.crawls) if crawl.end_time), None)
        found.pop("LastCrawl", None)
        if last:
            found["LastCrawl"] = {
                "Status": LAST[last.status], "StartTime": last.start_time, "LogGroup": LOGS, "LogStream": self.name,
                "MessagePrefix": last.message_prefix, **({"ErrorMessage": last.error} if last.error else {}),
            }  # fmt: skip
    return found


def _crawl(crawler: FakeCrawler, crawl: Crawl) -> None:
    scope = Scope(crawler.backend.account_id, crawler.backend.region_name)
    ends = "FAILED"
    try:
        time.sleep(CLOCK.start_s)
        for bucket, prefix in _places(crawler):
            for table in find_tables(prefix, _objects(scope, bucket, prefix)):
                if crawl.status == "STOPPING":
                    break
                _write(crawler, bucket, table)
        ends = "STOPPED" if crawl.status == "STOPPING" else "COMPLETED"
    except (duckdb.Error, JsonRESTError, OSError, ValueError, KeyError) as error:
        crawl.error = f"{type(error).__name__}: {error}"[:400]
        write_log(scope, LOGS, crawler.name, [crawl.error])
    finally:
        crawl.end_time, crawl.status = utcnow(), ends
        crawler.crawl_elapsed_time = round((crawl.end_time - crawl.start_time).total_seconds() * 1000)


def _places(crawler: FakeCrawler) -> Iterator[tuple[str, str]]:
    for target in (crawler.targets or {}).get("S3Targets", []):
        bucket, _, prefix = str(target["Path"]).removeprefix("s3://").partition("/")
        yield bucket, f"{prefix.rstrip('/')}/" if prefix else ""


def _objects(scope: Scope, bucket: str, prefix: str) -> Iterator[tuple[str, bytes]]:
    known = s3_backends[scope.account][PARTITION].get_bucket(bucket).keys
    for key in sorted(known.keys()):
        if key.startswith(prefix):
            yield key, known[key].value


def _write(crawler: FakeCrawler, bucket: str, table: FoundTable) -> None:
    """Make the table, or bring it up to date; the database too where there is none."""
    glue: GlueBackend = crawler.backend
    database, name = crawler.database_name, f"{crawler.table_prefix or ''}{table.name}"
    if database not in glue.databases:
        glue.create_database(database, {"Name": database})
    wanted = _table_input(crawler, bucket, table, name)
    if name not in glue.databases[database].tables:
        glue.create_table(database, name, wanted)
    elif (crawler.schema_change_policy or {}).get("UpdateBehavior") != "LOG":
        glue.update_table(database, name, wanted)
    own = glue.get_table(database, name)
    for values in sorted(table.partitions):
        if str(list(values)) not in own.partitions:
            folders = "/".join(f"{key}={value}" for key, value in zip(table.keys, values, strict=False))
            place = {**wanted["StorageDescriptor"], "Location": f"s3://{bucket}/{table.folder}{folders}/"}
            own.create_partition({"Values": list(values), "StorageDescriptor": place})


def _table_input(crawler: FakeCrawler, bucket: str, table: FoundTable, name: str) -> dict[str, Any]:
    reads, writes, serde = STORAGE[table.format]
    facts = {
        "classification": table.format, MADE_BY: crawler.name, "typeOfData": "file",
        "objectCount": str(len(table.files)), "sizeKey": str(sum(map(len, table.files.values()))),
        **({"skip.header.line.count": "1"} if table.format == "csv" else {}),
    }  # fmt: skip
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": facts,
        "PartitionKeys": [{"Name": key.lower(), "Type": "string"} for key in table.keys],
        "StorageDescriptor": {
            "Columns": columns_of(table), "Location": f"s3://{bucket}/{table.folder}", "InputFormat": reads,
            "OutputFormat": writes, "SerdeInfo": {"SerializationLibrary": serde}, "Parameters": facts,
        },
    }  # fmt: skip
