"""What engines on AWS are told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AwsOptions:
    """See the settings of the same names.

    Attributes:
        jobs: ``s3://bucket/prefix`` for job files.
        role: ARN that jobs run under.
        attempts: how often a job is started where a failure may pass.
        lease_s: an orchestrator that did not say for so long that it lives is taken for lost.
        unclear_s: so long the job of an order without an answer is looked for, before it is ordered again.
    """

    jobs: str
    region: str | None
    endpoint: str | None = None
    role: str = ""
    attempts: int = 2
    lease_s: float = 60.0
    unclear_s: float = 30.0
    glue_job: str = "datamorph"
    glue_version: str = "5.0"
    glue_worker: str = ""
    glue_workers: int = 0
    glue_flex: bool = False
    emr_application: str = ""
    emr_cluster: str = ""
    emr_instance_profile: str = ""
    emr_service_role: str = "EMR_DefaultRole"
    emr_release: str = "emr-7.5.0"
    emr_instance: str = "m6g.xlarge"
    emr_workers: int = 0
    emr_spot: bool = False
    emr_subnet: str = ""
    ecs_cluster: str = ""
    ecs_task: str = ""
    ecs_subnets: tuple[str, ...] = ()
    ecs_security_groups: tuple[str, ...] = ()
    ecs_spot: bool = False
    kms_key: str = ""
