"""Fills an empty AWS on this machine with what every engine needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import boto3

REGION = "eu-central-1"
BUCKET = "lake"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
ROLE = "datamorph-job"
CONTAINER = "transform"
_TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {
    "Service": ["glue.amazonaws.com", "emr-serverless.amazonaws.com", "ecs-tasks.amazonaws.com",
                "elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"]}}]}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """What was made, as settings of DataMorph."""

    endpoint: str
    settings: dict[str, Any]

    def client(self, service: str, **more: Any) -> Any:
        """A client that may do everything."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": REGION, **more}
        return boto3.client(service, endpoint_url=self.endpoint, **keys)  # pyright: ignore


def make_bucket(endpoint: str) -> None:
    """Make the bucket that everything lies in."""
    s3 = Account(endpoint, {}).client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})


def furnish(endpoint: str) -> Account:
    """Make a role for jobs and a profile of it, an EMR Serverless application, clusters of EMR and ECS, and a task."""
    account = Account(endpoint, {})
    iam = account.client("iam")
    role = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
    iam.create_instance_profile(InstanceProfileName=ROLE)
    iam.add_role_to_instance_profile(InstanceProfileName=ROLE, RoleName=ROLE)
    serverless = account.client("emr-serverless").create_application(
        name="datamorph", releaseLabel="emr-7.5.0", type="SPARK", clientToken="datamorph"
    )
    cluster = account.client("emr").run_job_flow(
        Name="datamorph", LogUri=f"s3://{BUCKET}/emr-logs/", ReleaseLabel="emr-7.5.0", JobFlowRole=ROLE,
        ServiceRole=ROLE,
        Instances={"MasterInstanceType": "m6g.xlarge", "SlaveInstanceType": "m6g.xlarge", "InstanceCount": 2,
                   "KeepJobFlowAliveWhenNoSteps": True},
    )  # fmt: skip
    account.settings.update(
        lake=f"s3://{BUCKET}/warehouse",
        aws_region=REGION,
        aws_endpoint=endpoint,
        aws_job_role=role,
        emr_application=serverless["applicationId"],
        emr_cluster=cluster["JobFlowId"],
        **_containers(account),
    )
    return account


def _containers(account: Account) -> dict[str, Any]:
    ecs, ec2 = account.client("ecs"), account.client("ec2")
    ecs.create_cluster(clusterName="datamorph", capacityProviders=["FARGATE", "FARGATE_SPOT"])
    log = {"awslogs-group": "/ecs/datamorph", "awslogs-stream-prefix": "job", "awslogs-region": REGION}
    ecs.register_task_definition(
        family="datamorph", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="2048", memory="8192",
        containerDefinitions=[{"name": CONTAINER, "image": "datamorph", "memory": 8192, "essential": True,
                               "logConfiguration": {"logDriver": "awslogs", "options": log}}],
    )  # fmt: skip
    return {
        "ecs_cluster": "datamorph",
        "ecs_task": "datamorph",
        "ecs_subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "ecs_security_groups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
    }
