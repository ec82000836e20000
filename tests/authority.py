"""IAM that is enforced: what runs under the policies that ``datamorph aws-policy`` renders."""

from __future__ import annotations

import json
import urllib.request
from uuid import uuid4

import boto3

from datamorph.core.aws_policy import job_policy, orchestrator_policy
from datamorph.local_aws.account import ROLE


def act_with_least_authority(account, use, monkeypatch, *, without: str = "") -> None:
    """From now on this process and the jobs may do what ``datamorph aws-policy`` lists, and nothing else.

    Args:
        without: an action that the orchestrator may not do after all.
    """
    iam, trust = account.client("iam"), {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}]}  # fmt: skip
    name = f"orchestrator-{uuid4().hex[:8]}"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for role, policy in ((name, _less(orchestrator_policy(use), without)), (ROLE, job_policy(use))):
        iam.put_role_policy(RoleName=role, PolicyName="least", PolicyDocument=json.dumps(as_moto_reads(policy)))
    keys = account.client("sts").assume_role(RoleArn=made, RoleSessionName="test")["Credentials"]
    for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
        variable = {"AccessKeyId": "AWS_ACCESS_KEY_ID", "SecretAccessKey": "AWS_SECRET_ACCESS_KEY"}
        monkeypatch.setenv(variable.get(name, "AWS_SESSION_TOKEN"), keys[name])
    # boto3 keeps the credentials that it found first, which may be those of another test
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    enforce(account, "0")


def as_moto_reads(policy):
    """moto knows resources of S3 and of roles only, and actions for what AWS looks into: a transaction, a batch."""
    for statement in policy["Statement"]:
        if not statement["Action"][0].startswith(("s3:", "iam:")):
            statement["Resource"] = "*"
        if "dynamodb:PutItem" in statement["Action"]:
            statement["Action"].append("dynamodb:TransactWriteItems")
        if "sqs:DeleteMessage" in statement["Action"]:
            statement["Action"].append("sqs:DeleteMessageBatch")
    return policy


def enforce(account, after: str) -> None:
    """IAM is enforced after so many requests; ``inf`` for never."""
    request = urllib.request.Request(f"{account.endpoint}/moto-api/reset-auth", after.encode(), method="POST")  # noqa: S310
    request.add_header("Content-Type", "text/plain")
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


def _less(policy, action: str):
    for statement in policy["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one != action]
    return {**policy, "Statement": [statement for statement in policy["Statement"] if statement["Action"]]}
