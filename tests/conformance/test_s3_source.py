"""Files on S3 are loaded once, by listing or by events, whatever comes twice, late, broken or in between."""

from __future__ import annotations

import json
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest
from aws import BUCKET, REGION, Account

from datamorph import open_platform
from datamorph.adapters.sources import open_source
from datamorph.assets.source import source_sensor
from datamorph.core.load_record import LoadRecord
from datamorph.core.source_spec import SourceSpec
from datamorph.errors import SourceError

REF = "raw.shop.orders"


class Shop:
    """A prefix of a bucket, a queue that gets its events, and a project that loads it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.account, self.folder, self.name = Account(endpoint, {}), folder, uuid4().hex[:12]
        self.s3, self.sqs = self.account.client("s3"), self.account.client("sqs")
        self.s3.create_bucket(Bucket=self.name, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.root = f"s3://{self.name}/orders"
        self.queue = ""

    def put(self, name: str, text: str) -> None:
        self.s3.put_object(Bucket=self.name, Key=f"orders/{name}", Body=text.encode())

    def with_events(self) -> None:
        self.queue = self.sqs.create_queue(QueueName=f"q{self.name}")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
        self.s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=told)

    def spec(self, path: str = "/", **more) -> SourceSpec:
        events = {"events": self.queue} if self.queue else {}
        return SourceSpec.model_validate({"files": {"path": f"{self.root}{path}", **events, **more}})

    def source(self, path: str = "/", **more):
        spec = self.spec(path, **more)
        return open_source(spec, self.folder, lambda _: "", region=REGION, endpoint=self.account.endpoint)

    def platform(self, **more):
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        files = self.spec(**more).files.model_dump(exclude_defaults=True)
        (home / "sources.yaml").write_text(json.dumps({"sources": {REF: {"files": files}}}))
        return open_platform(home, aws_region=REGION, aws_endpoint=self.account.endpoint)

    def send(self, body) -> None:
        self.sqs.send_message(QueueUrl=self.queue, MessageBody=body if isinstance(body, str) else json.dumps(body))

    def messages(self) -> int:
        """All that the queue holds, hidden or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def event(self, name: str, bucket: str = "", kind: str = "ObjectCreated:Put") -> dict:
        s3 = {"bucket": {"name": bucket or self.name}, "object": {"key": f"orders/{name}"}}
        return {"Records": [{"eventSource": "aws:s3", "eventName": kind, "s3": s3}]}

    def fail(self, when: str, code: str, **more) -> None:
        body = json.dumps({"when": when, "code": code, **more}).encode()
        request = urllib.request.Request(f"{self.account.endpoint}/local-aws/faults", body, method="POST")  # noqa: S310
        with urllib.request.urlopen(request, timeout=30):  # noqa: S310
            pass


@pytest.fixture
def shop(aws, tmp_path):
    return Shop(aws, tmp_path)


@pytest.fixture(scope="module")
def tree(aws, tmp_path_factory):
    """A shop whose prefix holds what is meant to be read, and what is not."""
    shop = Shop(aws, tmp_path_factory.mktemp("tree"))
    for name in ("a.csv", "b.txt.csv", "day=1/c.csv", "day=2/d.csv", "_SUCCESS", ".hidden.csv", "e.csv.tmp", "f.txt",
                 "_temporary/g.csv"):  # fmt: skip
        shop.put(name, "id\n1\n")
    shop.s3.put_object(Bucket=shop.name, Key="orders/folder/", Body=b"")
    shop.s3.put_object(Bucket=shop.name, Key="orders2/x.csv", Body=b"id\n1\n")
    return shop


def names(pending):
    return [piece.name.rpartition("orders/")[2] for piece in pending.pieces]


def ids(platform):
    return sorted(row["id"] for row in platform.read(REF).to_pylist())


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/", ["a.csv", "b.txt.csv", "day=1/c.csv", "day=2/d.csv"]),
        ("", ["a.csv", "b.txt.csv", "day=1/c.csv", "day=2/d.csv"]),
        ("/a.csv", ["a.csv"]),
        ("/*.csv", ["a.csv", "b.txt.csv"]),
        ("/?.csv", ["a.csv"]),
        ("/day=[!2]/*.csv", ["day=1/c.csv"]),
        ("/**/*.csv", ["a.csv", "b.txt.csv", "day=1/c.csv", "day=2/d.csv"]),
        ("/day=*/**", ["day=1/c.csv", "day=2/d.csv"]),
        ("/none/*.csv", []),
    ],
)
def test_a_path_means_what_it_means_in_a_folder(tree, path, found):
    assert names(tree.source(path).pending(LoadRecord())) == found


def test_what_is_not_there_or_not_allowed_is_said_with_what_to_do(shop):
    shop.put("march.csv", "id\n1\n")

    with pytest.raises(SourceError, match="no object") as near:
        shop.source("/marhc.csv").pending(LoadRecord())
    with pytest.raises(SourceError, match="bucket does not exist"):
        open_source(
            SourceSpec.model_validate({"files": "s3://nobody-made-it/x/"}), shop.folder, lambda _: "",
            region=REGION, endpoint=shop.account.endpoint,
        ).pending(LoadRecord())  # fmt: skip
    shop.fail(f"GET /{shop.name}", "AccessDenied", status=403)
    with pytest.raises(SourceError, match="ListObjectsV2 is not allowed") as denied:
        shop.source().pending(LoadRecord())

    assert "march.csv" in near.value.fix
    assert "aws-policy" in denied.value.fix


@pytest.mark.long
def test_an_object_that_is_written_anew_between_looking_and_reading_is_not_read(shop, tmp_path):
    shop.put("a.csv", "id\n1\n")
    source = shop.source()
    (piece,) = source.pending(LoadRecord()).pieces
    shop.put("a.csv", "id\n2\n")

    with pytest.raises(SourceError, match="changed while it was read") as error:
        source.discover(piece, str(tmp_path / "work"), lambda *_: None)

    assert error.value.retryable


def test_objects_are_loaded_once_and_again_where_they_changed(shop):
    shop.put("a.csv", "id,n\n1,x\n2\n")
    shop.put("b.jsonl", '{"id": 3, "n": "y"}\n')
    platform = shop.platform()

    first, again = platform.sources.load(REF), platform.sources.load(REF)
    apart = platform.read(f"{REF}__quarantine").to_pylist()
    shop.put("a.csv", "id,n\n4,z\n")
    waiting = names(platform.sources.waiting(REF))
    changed = platform.sources.load(REF)

    assert (first.rows, first.quarantined, again.is_unchanged) == (2, 1, True)
    assert [(row["_file"], row["_line"]) for row in apart] == [(f"{shop.root}/a.csv", 3)]
    assert waiting == ["a.csv"]
    assert (changed.rows, ids(platform)) == (2, [3, 4])
    assert platform.load(f"{shop.root}/a.csv", "raw.shop.one").rows == 1
    assert platform.load(f"{shop.root}/a.csv", "raw.shop.one").is_unchanged
    platform.close()


def test_many_objects_are_read_at_once_and_their_rows_stay_in_order(shop):
    for number in range(19):
        shop.put(f"{number:02}.csv", f"id\n{number * 2}\n{number * 2 + 1}\n")
    shop.put("07a.csv", "id\n1,2,3\n")
    shop.fail(f"GET /{shop.name}/orders/05.csv", "SlowDown", status=503, times=1)
    platform = shop.platform(bad_lines="refuse")

    result = platform.sources.load(REF)

    assert [row["id"] for row in platform.read(REF).to_pylist()] == list(range(38))
    assert list(result.refused) == [f"{shop.root}/07a.csv"]
    assert not list(shop.folder.rglob(".ahead-*"))


def test_events_bring_new_objects_and_go_when_these_are_published(shop):
    shop.put("a.csv", "id\n1\n")
    shop.with_events()
    platform = shop.platform()
    first, settled = platform.sources.load(REF), platform.sources.load(REF)  # S3's own test is in the queue
    nothing = platform.sources.waiting(REF)
    shop.put("ein Käse+1.csv", "id\n2\n")
    shop.put("b.csv", "id\n3\n")
    waiting = platform.sources.waiting(REF)
    second = platform.sources.load(REF)

    assert settled.is_unchanged
    assert (first.rows, nothing.pieces, len(waiting.pieces)) == (1, (), 1)
    assert sorted(name.rpartition("/")[2] for name in second.loaded) == ["b.csv", "ein Käse+1.csv"]
    assert ids(platform) == [1, 2, 3]
    assert shop.messages() == 0
    platform.close()


def test_objects_without_an_event_are_found_by_a_load_for_which_no_event_waits(shop):
    shop.put("a.csv", "id\n1\n")
    platform = shop.platform()
    platform.sources.load(REF)
    shop.put("b.csv", "id\n2\n")  # before the bucket tells of anything
    shop.with_events()
    platform.close()
    platform = shop.platform()

    platform.sources.load(REF)
    platform.sources.load(REF)

    assert ids(platform) == [1, 2]
    platform.close()


def test_events_that_come_twice_late_broken_or_for_others_harm_nothing(shop):
    shop.with_events()
    shop.put("a.csv", "id\n1\n")
    platform = shop.platform()
    platform.sources.load(REF)  # by listing: the event of a.csv is late
    own = shop.event("b.csv")
    eventbridge = {"detail-type": "Object Created", "detail": {"bucket": {"name": shop.name},
                   "object": {"key": "orders/c d.csv"}}}  # fmt: skip
    for body in (
        own, own, {"Type": "Notification", "Message": json.dumps(own)}, eventbridge, {"Event": "s3:TestEvent"},
        shop.event("a.csv", kind="ObjectRemoved:Delete"), shop.event("gone.csv"), shop.event("b.csv", BUCKET),
        shop.event("x.tmp"), "no JSON", {"Records": [{"eventName": "ObjectCreated:Put"}]}, "[]",
    ):  # fmt: skip
        shop.send(body)
    shop.s3.put_bucket_notification_configuration(Bucket=shop.name, NotificationConfiguration={})
    shop.put("b.csv", "id\n2\n")
    shop.put("c d.csv", "id\n3\n")

    loaded = platform.sources.load(REF)

    assert ids(platform) == [1, 2, 3]
    assert len(loaded.refused) == 3
    assert all("no event of S3" in why for why in loaded.refused.values())
    assert shop.messages() == 3
    shop.send(own)
    assert platform.sources.load(REF).is_unchanged
    assert shop.messages() == 3
    platform.close()


@pytest.mark.long
def test_a_bad_object_keeps_its_event_and_holds_nothing_up(shop):
    shop.put("a.csv", "id\n1\n")
    shop.with_events()
    platform = shop.platform(bad_lines="refuse")
    platform.sources.load(REF)
    shop.put("bad.csv", "id,id2\n1\n")
    shop.put("good.csv", "id\n2\n")

    loaded = platform.sources.load(REF)

    assert ids(platform) == [1, 2]
    assert [name.rpartition("/")[2] for name in loaded.refused] == ["bad.csv"]
    assert shop.messages() == 1
    platform.close()


def test_rows_are_there_once_when_events_cannot_be_removed(shop):
    shop.put("a.csv", "id\n1\n")
    shop.with_events()
    platform = shop.platform()
    platform.sources.load(REF)
    shop.put("b.csv", "id\n2\n")
    shop.fail("AmazonSQS.DeleteMessageBatch", "AccessDeniedException", message="not authorized: sqs:DeleteMessage")

    second = platform.sources.load(REF)
    shop.send(shop.event("b.csv"))
    again = platform.sources.load(REF)

    assert second.rows == 2
    assert "sqs:DeleteMessage" in next(iter(second.refused.values()))
    assert again.is_unchanged
    assert ids(platform) == [1, 2]
    platform.close()


@pytest.mark.long
def test_loaders_at_the_same_time_with_the_same_events_load_each_object_once(shop):
    shop.put("0.csv", "id\n0\n")
    shop.with_events()
    shop.platform().sources.load(REF)
    for number in range(1, 12):
        shop.put(f"{number}.csv", f"id\n{number}\n")
        shop.send(shop.event(f"{number}.csv"))
    platforms = [shop.platform() for _ in range(3)]

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda platform: platform.sources.load(REF), platforms))

    assert ids(platforms[0]) == list(range(12))
    platforms[0].sources.load(REF)
    assert shop.messages() == 0


@pytest.mark.long
def test_other_options_load_all_anew_only_while_all_is_there(shop):
    shop.with_events()
    for name in ("a.csv", "b.csv"):
        shop.put(name, "id\n1\n")
    shop.platform().sources.load(REF)
    shop.s3.delete_object(Bucket=shop.name, Key="orders/b.csv")

    with pytest.raises(SourceError, match=r"1 of its files are gone: .*b\.csv"):
        shop.platform(types={"id": "string"}).sources.load(REF)


@pytest.mark.long
def test_the_sensor_asks_for_a_run_when_events_wait_and_takes_none(shop):
    shop.put("a.csv", "id\n1\n")
    shop.with_events()
    platform = shop.platform()
    for _ in range(2):  # the second one settles S3's own test
        platform.sources.load(REF)
    sensor, instance = source_sensor(*platform.sources.find(REF)), dg.DagsterInstance.ephemeral()

    def tick():
        return sensor(dg.build_sensor_context(instance, resources={"platform": platform}))

    quiet = tick()
    shop.put("b.csv", "id\n2\n")
    asked, asked_again = tick(), tick()

    assert isinstance(quiet, dg.SkipReason)
    assert isinstance(asked, dg.RunRequest)
    assert isinstance(asked_again, dg.RunRequest)
    assert platform.sources.load(REF).rows == 2
    assert isinstance(tick(), dg.SkipReason)
    platform.close()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"path": "s3:///x"}, "s3://bucket/prefix/"),
        ({"path": "orders/", "events": "https://sqs.eu-central-1.amazonaws.com/1/q"}, "a path on S3"),
        ({"path": "s3://b/x", "events": "arn:aws:sqs:eu-central-1:1:q"}, "https://"),
    ],
)
def test_what_cannot_be_is_refused_in_the_file(files, told):
    with pytest.raises(ValueError, match=told):
        SourceSpec.model_validate({"files": files})
