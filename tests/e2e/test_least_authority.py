"""Every engine does what it must under the two rendered policies, and says which action it misses."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from authority import act_with_least_authority, enforce
from aws import BUCKET, CREDENTIALS, account_on_loopback
from remote_services import ENDLESS, SERVICES

from datamorph import open_platform
from datamorph.errors import EngineError
from datamorph.platform.authority import aws_use
from datamorph.settings import load_settings

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
OWN = ("lake", "aws_region", "aws_endpoint")
OF_ENGINE = {
    "glue": ("aws_job_role",), "emr_serverless": ("aws_job_role", "emr_application"), "emr": ("emr_cluster",),
    "ecs": ("aws_job_role", "ecs_cluster", "ecs_task", "ecs_subnets", "ecs_security_groups"),
    "transient_emr": ("emr_cluster", "emr_instance_profile", "emr_service_role"),
}  # fmt: skip
"""What a project sets that uses this engine."""


@pytest.fixture(scope="module")
def own_account():
    """An account whose IAM is enforced in parts of a test."""
    with pytest.MonkeyPatch.context() as environment, account_on_loopback() as account:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield account


@pytest.fixture(params=SERVICES)
def cloud(request, own_account, tmp_path):
    """A service, with the settings of a project that has no other."""
    found = SERVICES[request.param](own_account, tmp_path)
    lake = f"s3://{BUCKET}/{request.param}-{uuid4().hex[:8]}"
    found.options["jobs"] = found.jobs = f"{lake}/jobs"
    known = {**own_account.settings, **found.options, "lake": lake}
    found.settings = {name: known[name] for name in (*OWN, *OF_ENGINE[request.param]) if name in known}
    yield found
    enforce(own_account, "inf")


def under(cloud, home, monkeypatch, **less):
    use = aws_use(load_settings(home, **cloud.settings))
    assert cloud.name in use.engines
    act_with_least_authority(cloud.account, replace(use, engines=(cloud.name,)), monkeypatch, **less)


def test_a_pipeline_runs_and_a_job_is_found_and_stopped(cloud, home, platform, totals, monkeypatch):
    local = platform.run(platform.plan_spec(totals))
    expected = platform.read(local.table).to_pylist()
    under(cloud, home, monkeypatch)

    on_aws = open_platform(
        home.parent / "on aws", **cloud.settings, engine=cloud.name, glue_prefix=f"p{uuid4().hex[:8]}_"
    )
    for name in ("customers", "orders"):
        on_aws.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
    result = on_aws.run(on_aws.plan_spec(totals))

    def cancel(what, _facts):
        if what == "session":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cloud.run(ENDLESS, on=cancel)
    cloud.fail(cloud.start, "InternalServiceException", status=500, times=1, is_done=True)
    cloud.run("def transform(orders):\n    print('from the job')\n    return orders\n")

    assert on_aws.read(result.table).to_pylist() == expected
    assert not cloud.has_log or ["from the job"] in [facts["lines"] for facts in cloud.told("log")]
    enforce(cloud.account, "inf")
    assert sorted(cloud.states())[:1] == ["STOPPED"]


def test_a_denied_start_names_the_action_that_is_missing(cloud, home, monkeypatch):
    passes_a_role = cloud.name != "emr" or "emr_instance_profile" in cloud.settings

    for action in (cloud.denied, *(["iam:PassRole"] if passes_a_role else [])):
        enforce(cloud.account, "inf")
        under(cloud, home, monkeypatch, without=action)
        with pytest.raises(EngineError, match=f"is not allowed: .*{action}") as error:
            cloud.run()

    assert "datamorph aws-policy" in error.value.fix
    assert not cloud.told("submitted")
    assert cloud.ask("running") == []
