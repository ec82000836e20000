"""docs/aws.md: the steps from an empty account do what they say, and its permissions are those that are rendered."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import urllib.request

import pytest
from authority import as_moto_reads, enforce
from aws import CREDENTIALS, Account, aws_on_loopback
from docs_words import DOCS

from datamorph.core.aws_policy import AwsUse, job_policy, orchestrator_policy
from datamorph.core.engine_size import estimated_s, rented
from datamorph.core.secret import parse_secret
from datamorph.core.usage import parse_usage_rates
from datamorph.platform.engines import RATES

TEXT = (DOCS / "aws.md").read_text()
STEPS, PERMISSIONS = (
    TEXT.partition(f"\n## {title}")[2].partition("\n## ")[0] for title in ("From an empty", "Permissions")
)
OURS = {"BUCKET": "acme-lake", "PREFIX": "warehouse", "ACCOUNT": "123456789012", "YOU": "ada"}
LONGEST_MANAGED = 6144
"""Characters of a policy that can be attached, without blanks."""
ENGINES = ("glue", "emr_serverless", "emr", "ecs")
SECRETS = tuple(parse_secret(text) for text in ("secretsmanager:prod/x", "ssm:/prod/x"))
EVERYTHING = AwsUse(
    "s3://b/lake", "s3://b/lake/jobs", "arn:aws:iam::1:role/job", ENGINES, "runs", "arn:aws:kms:eu:1:key/1", "s3://b/p",
    SECRETS, (), ("s3://b/raw/",), ("https://sqs.eu.amazonaws.com/1/new",),
)  # fmt: skip


def actions(policy):
    return {action for statement in policy["Statement"] for action in statement["Action"]}


def blocks(kind):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", STEPS, re.DOTALL | re.MULTILINE)
    return [ours(text) for own, text in found if own == kind]


def ours(text):
    for name, value in OURS.items():
        text = re.sub(rf"\b{name}\b", value, text)
    return text


def test_every_action_that_is_rendered_is_told_and_no_other():
    own_clusters = AwsUse("", "s3://b/jobs", "", ("emr",), emr_roles=("a", "b"))
    rendered = set[str]().union(*map(actions, (orchestrator_policy(EVERYTHING), job_policy(EVERYTHING),
                                              orchestrator_policy(own_clusters))))  # fmt: skip
    told, service = set[str](), ""
    for word in re.findall(r"`([\w-]+:)?(\w+(?:\(s\))?)`", PERMISSIONS.partition("\n| action")[2]):
        service = word[0] or service
        names = [word[1].removesuffix("(s)"), word[1].replace("(s)", "s")] if "(s)" in word[1] else [word[1]]
        told |= {f"{service}{name}" for name in names}

    assert {action for action in rendered if action not in told} - {"s3:GetBucketLocation"} == set()
    assert {word for word in told if word.partition(":")[2][:1].isupper()} - rendered == {"s3:BUCKET"}


@pytest.mark.parametrize("use", [EVERYTHING, AwsUse("s3://b/l", "s3://b/l/jobs", "r", ("glue",), "runs")])
def test_a_rendered_policy_can_be_attached(use):
    assert len(json.dumps(orchestrator_policy(use), separators=(",", ":"))) < LONGEST_MANAGED


def test_the_least_that_a_job_costs_is_told_by_the_shipped_rates():
    rates = parse_usage_rates(RATES.read_text(), origin="rates.yaml")
    least = rates.price(rented("glue", 0)) * estimated_s("glue", 0) / 3600

    assert f"2 workers for a minute: {least:.3f} USD" in STEPS


class Person:
    """Follows the document: a shell with the AWS command line, on an AWS of this machine."""

    def __init__(self, account, folder) -> None:
        self.account, self.folder = account, folder
        trust, lifecycle = blocks("json")
        (folder / "trust.json").write_text(trust)
        (folder / "lifecycle.json").write_text(lifecycle)
        (folder / "datamorph.toml").write_text(blocks("toml")[0])
        self.keys = CREDENTIALS

    def does(self, line) -> str:
        command, _, output = line.partition(" > ")
        program, *words = shlex.split(command)
        told = self.asks_aws(words) if program == "aws" else self.runs(words)
        if output:
            (self.folder / output).write_text(told)
        return told

    def asks_aws(self, words) -> str:
        service, operation, *rest = words
        client = self.account.client(service.removesuffix("api"))
        name = operation.replace("-", "_")
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[name]).input_shape
        wanted = {flag.removeprefix("--").replace("-", ""): value
                  for flag, value in zip(rest[::2], rest[1::2], strict=True)}  # fmt: skip
        members = {member.lower(): (member, kind.type_name) for member, kind in shape.members.items()}
        given = {members[flag][0]: self.value(value, members[flag][1]) for flag, value in wanted.items()}
        return str(getattr(client, name)(**given))

    def value(self, text, kind):
        if text.startswith("file://"):
            document = json.loads((self.folder / text.removeprefix("file://")).read_text())
            # moto knows less of IAM than AWS does
            document = as_moto_reads(document) if text.endswith(("job.json", "orchestrator.json")) else document
            return document if kind == "structure" else json.dumps(document)
        return dict([text.split("=", 1)]) if kind == "structure" else text

    def runs(self, words) -> str:
        environment = {**os.environ, **self.keys, "DATAMORPH_AWS_ENDPOINT": self.account.endpoint}
        command = [sys.executable, "-c", "from datamorph.cli import main; main()", *words]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout


@pytest.mark.long
@pytest.mark.timeout(600)
def test_an_empty_account_comes_to_its_first_run_on_glue_with_what_the_document_allows(tmp_path, home):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "orders.csv").write_text((home.parent / "orders.csv").read_text())
    set_up, use = [block.splitlines() for block in blocks("")]

    with aws_on_loopback() as endpoint:
        account = Account(endpoint, {})
        person = Person(account, folder)
        account.client("iam").create_user(UserName="ada")
        for line in set_up:
            person.does(line)
        key = account.client("iam").create_access_key(UserName="ada")["AccessKey"]
        person.keys = {**CREDENTIALS, "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
                       "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}  # fmt: skip
        enforce(account, "0")
        told = [person.does(line) for line in use if "rates --refresh" not in line]  # moto has no price list
        cost = json.loads(person.does("datamorph --json cost --by engine"))
        enforce(account, "inf")
        with urllib.request.urlopen(f"{account.endpoint}/local-aws/seen", timeout=30) as answer:  # noqa: S310
            seen = json.loads(answer.read())
        (job,) = account.client("glue").get_job_runs(JobName="datamorph")["JobRuns"]

    assert "curated" in told[-1]
    assert job["JobRunState"] == "SUCCEEDED"
    assert cost["costs"][0]["engine"] == "glue"
    assert cost["total"]["usd"] == pytest.approx(0.0147, abs=0.001)
    asked = sum(number for request, number in seen.items() if "/acme-lake" in request)
    assert 50 < asked < 1000  # of S3, for a load and a run
