"""The least that roles on AWS must be allowed, rendered from what a project uses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datamorph.core.secret import Secret

_OBJECTS = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
_CATALOG = ("GetDatabase", "GetDatabases", "CreateDatabase", "GetTable", "GetTables", "CreateTable", "UpdateTable",
            "DeleteTable")  # fmt: skip
TRANSIENT_EMR = "emr for each job"
ENGINE_ACTIONS: dict[str, tuple[str, ...]] = {
    "glue": ("glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun", "glue:CreateJob"),
    "emr_serverless": ("emr-serverless:StartJobRun", "emr-serverless:GetJobRun", "emr-serverless:ListJobRuns",
                       "emr-serverless:CancelJobRun"),
    "emr": ("elasticmapreduce:AddJobFlowSteps", "elasticmapreduce:DescribeStep", "elasticmapreduce:ListSteps",
            "elasticmapreduce:CancelSteps"),
    TRANSIENT_EMR: ("elasticmapreduce:RunJobFlow", "elasticmapreduce:AddTags", "elasticmapreduce:DescribeCluster",
                    "elasticmapreduce:ListClusters", "elasticmapreduce:ListSteps",
                    "elasticmapreduce:TerminateJobFlows"),
    "ecs": ("ecs:RunTask", "ecs:DescribeTasks", "ecs:ListTasks", "ecs:StopTask", "ecs:DescribeTaskDefinition"),
}  # fmt: skip
"""What following a job on each engine calls."""
PRICES = "pricing:GetProducts"
"""What ``datamorph rates --refresh`` calls."""
_RUNLOG = ("DescribeTable", "CreateTable", "UpdateTimeToLive", "GetItem", "PutItem", "UpdateItem", "Query")


@dataclass(frozen=True, slots=True)
class AwsUse:
    """What a project uses.

    Attributes:
        lake: ``s3://bucket/prefix`` of the tables; empty for a lake elsewhere.
        jobs: the same of files of jobs.
        role: ARN of the jobs' role.
        engines: on AWS.
        runlog: DynamoDB's table; empty for another.
        kms_key: ARN; empty for none.
        pipelines: ``s3://bucket/prefix`` of saved pipelines; empty for a folder.
        secrets: what settings and sources name; those that are not on AWS need nothing.
        emr_roles: of clusters that are made for a job, by name or ARN; empty where none are.
        sources: ``s3://bucket/path`` of files that are loaded.
        queues: URLs of SQS queues with events of new files.
    """

    lake: str
    jobs: str
    role: str
    engines: Sequence[str]
    runlog: str = ""
    kms_key: str = ""
    pipelines: str = ""
    secrets: Sequence[Secret] = ()
    emr_roles: Sequence[str] = ()
    sources: Sequence[str] = ()
    queues: Sequence[str] = ()


def orchestrator_policy(use: AwsUse) -> dict[str, Any]:
    """For whoever runs ``datamorph``."""
    statements = [*_storage(use, use.lake, use.jobs, use.pipelines), *_sources(use)]
    if use.lake:
        statements.append(_allow([f"glue:{action}" for action in _CATALOG], "*"))
    for engine in use.engines:
        name = TRANSIENT_EMR if engine == "emr" and use.emr_roles else engine
        statements.append(_allow(ENGINE_ACTIONS[name], "*"))
    if use.engines:
        statements.append(_allow(["logs:GetLogEvents"], "*"))
    if passed := [_role_arn(role) for role in (use.role, *use.emr_roles) if role]:
        statements.append(_allow(["iam:PassRole"], *passed))
    if use.runlog:
        statements.append(
            _allow([f"dynamodb:{action}" for action in _RUNLOG], f"arn:aws:dynamodb:*:*:table/{use.runlog}")
        )
    statements += _secrets(use.secrets)
    if use.engines:
        statements.append(_allow([PRICES], "*"))
    return {"Version": "2012-10-17", "Statement": statements}


def job_policy(use: AwsUse) -> dict[str, Any]:
    """For the jobs' role."""
    logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    return {"Version": "2012-10-17", "Statement": [*_storage(use, use.lake, use.jobs), _allow(logs, "*")]}


def _secrets(found: Sequence[Secret]) -> list[dict[str, Any]]:
    kept = sorted({_secret_arn(one) for one in found if one.secretsmanager})
    parameters = sorted({_parameter_arn(one) for one in found if one.ssm})
    reads = [("secretsmanager:GetSecretValue", kept), ("ssm:GetParameter", parameters)]
    return [_allow([action], *places) for action, places in reads if places]


def _secret_arn(secret: Secret) -> str:
    """AWS puts a dash and six letters behind the name; an ARN may have them or not."""
    name = secret.name
    return name if name.startswith("arn:") else f"arn:aws:secretsmanager:*:*:secret:{name}-??????"


def _parameter_arn(secret: Secret) -> str:
    name = secret.name
    return name if name.startswith("arn:") else f"arn:aws:ssm:*:*:parameter/{name.lstrip('/')}"


def _storage(use: AwsUse, *uris: str) -> list[dict[str, Any]]:
    places = [place.removeprefix("s3://").rstrip("/") for place in uris if place]
    outermost = [place for place in dict.fromkeys(places) if not any(place.startswith(f"{o}/") for o in places)]
    if not outermost:
        return []
    buckets = list(dict.fromkeys(f"arn:aws:s3:::{place.partition('/')[0]}" for place in outermost))
    statements = [
        _allow(_OBJECTS, *(f"arn:aws:s3:::{place}/*" for place in outermost)),
        _allow(["s3:ListBucket", "s3:GetBucketLocation"], *buckets),
    ]
    if use.kms_key:
        statements.append(_allow(["kms:Decrypt", "kms:GenerateDataKey"], use.kms_key))
    return statements


def _role_arn(role: str) -> str:
    return role if role.startswith("arn:") else f"arn:aws:iam::*:role/{role}"


def _sources(use: AwsUse) -> list[dict[str, Any]]:
    """Reading what is loaded, and its queues."""
    known = [re.split(r"[*?\[]", path.removeprefix("s3://"), maxsplit=1)[0] for path in use.sources]
    places = [place if "/" in place else f"{place}/" for place in known]
    statements = list[dict[str, Any]]()
    if places:
        buckets = dict.fromkeys(place.partition("/")[0] for place in places)
        statements += [
            _allow(["s3:GetObject"], *dict.fromkeys(f"arn:aws:s3:::{place}*" for place in places)),
            _allow(["s3:ListBucket"], *(f"arn:aws:s3:::{bucket}" for bucket in buckets)),
        ]
    if use.queues:
        actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
        arns = dict.fromkeys(f"arn:aws:sqs:*:*:{url.rpartition('/')[2]}" for url in use.queues)
        statements.append(_allow([f"sqs:{action}" for action in actions], *arns))
    return statements


def _allow(actions: Sequence[str], *resources: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
