"""A pipeline on AWS from raw file to published table: S3, a Glue job, the Glue catalog, a run log in DynamoDB."""

from __future__ import annotations

import json

import pytest
from authority import act_with_least_authority, enforce
from aws import BUCKET, CREDENTIALS, REGION, account_on_loopback

from datamorph import open_platform
from datamorph.errors import EngineBudgetError
from datamorph.platform.authority import aws_use
from datamorph.platform.secrets import open_secrets
from datamorph.settings import load_settings

pytestmark = pytest.mark.timeout(600)


def raw_files(account, home) -> str:
    """A bucket with a file, a queue for events of others, and a project that loads them."""
    s3, sqs = account.client("s3"), account.client("sqs")
    s3.create_bucket(Bucket="raw-files", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="raw-files", Key="shops/a.csv", Body=b"shop_id,city\n1,Ulm\n")
    path, queue = "s3://raw-files/shops/", sqs.create_queue(QueueName="new-shops")["QueueUrl"]
    home.mkdir()
    (home / "sources.yaml").write_text(
        json.dumps({"sources": {"raw.shop.shops": {"files": {"path": path, "events": queue}}}})
    )
    return queue


def come_later(account, queue: str) -> None:
    """Another file, and its event."""
    account.client("s3").put_object(Bucket="raw-files", Key="shops/b.csv", Body=b"shop_id,city\n2,Bonn\n")
    s3 = {"bucket": {"name": "raw-files"}, "object": {"key": "shops/b.csv"}}
    event = {"Records": [{"eventName": "ObjectCreated:Put", "s3": s3}]}
    account.client("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps(event))


def test_a_pipeline_gives_the_same_table_on_aws_and_twice_changes_nothing(home, platform, totals, monkeypatch):
    local = platform.run(platform.plan_spec(totals))
    expected = platform.read(local.table).to_pylist()
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)

    with account_on_loopback() as account:
        settings = {
            **account.settings, "runlog": "dynamodb://datamorph-runs", "engines": {totals.name: "glue"},
            "pipelines": f"s3://{BUCKET}/saved", "access_code": "secretsmanager:code#now", "webhook_key": "ssm:/hook",
        }  # fmt: skip
        account.client("secretsmanager").create_secret(Name="code", SecretString='{"now": "c0de"}')
        account.client("ssm").put_parameter(Name="/hook", Value="h00k", Type="SecureString")
        queue = raw_files(account, home.parent / "on aws")
        set_up = load_settings(home.parent / "on aws", **settings)
        act_with_least_authority(account, aws_use(set_up), monkeypatch)
        on_aws, secrets = open_platform(set_up.home, **settings), open_secrets(set_up)
        shops = [on_aws.sources.load("raw.shop.shops").rows]
        for name in ("customers", "orders"):
            on_aws.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
        plan = on_aws.plan_spec(totals)
        first = on_aws.run(plan)
        again = on_aws.run(on_aws.plan_spec(totals))
        elsewhere = open_platform(home.parent / "another machine", **settings)
        poor = open_platform(home.parent / "on aws", **settings, engine_usd_per_run=0.001)

        assert plan.engine.engine == "glue"
        assert 0 < plan.engine.estimate_usd < 0.1
        assert on_aws.read(first.table).to_pylist() == elsewhere.read(first.table).to_pylist() == expected
        assert again.is_unchanged
        assert elsewhere.pipelines() == [totals.name]
        assert elsewhere.pipeline(totals.name).folder == f"s3://{BUCKET}/saved/{totals.name}.yaml"
        assert [secrets.setting(set_up.access_code), secrets.setting(set_up.webhook_key)] == ["c0de", "h00k"]
        assert {run.run_id: run.state for run in elsewhere.runs()}[first.run_id] == "published"
        told = [event.facts for _, event in elsewhere.events(first.run_id) if "cost_usd" in event.facts]
        assert [facts["engine"] for facts in told] == ["glue"]
        assert told[0]["cost_usd"] == pytest.approx(2 / 60 * 0.44, rel=1e-3)
        with pytest.raises(EngineBudgetError, match="engine_usd_per_run"):
            poor.run(poor.plan_spec(totals), force=True)
        enforce(account, "inf")
        come_later(account, queue)
        enforce(account, "0")
        shops.append(on_aws.sources.load("raw.shop.shops").rows)
        enforce(account, "inf")
        assert shops == [1, 2]
        attributes = account.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        assert attributes["ApproximateNumberOfMessagesNotVisible"] == attributes["ApproximateNumberOfMessages"] == "0"
        (job,) = account.client("glue").get_job_runs(JobName="datamorph")["JobRuns"]
        assert job["JobRunState"] == "SUCCEEDED"
        names = [
            table["Name"] for table in account.client("glue").get_tables(DatabaseName="curated_sales")["TableList"]
        ]
        assert names == ["customer_totals"]
