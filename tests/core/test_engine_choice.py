"""Which engine runs, on how many machines, and what that costs."""

from __future__ import annotations

import pytest

from datamorph.core.aws_policy import AwsUse, job_policy, orchestrator_policy
from datamorph.core.engine_choice import GIGABYTE, choose_engine
from datamorph.core.engine_size import estimated_s, glue_size, rented
from datamorph.core.usage import UNITS, parse_usage_rates
from datamorph.errors import SettingsError
from datamorph.platform.engines import RATES


def chosen(size, *, wanted="auto", pipelines=None, costs=None):
    return choose_engine(
        wanted=wanted, pipeline="totals", pipelines=pipelines or {}, input_bytes=size, local_bytes=5 * GIGABYTE,
        costs={"glue": 0.8, "ecs": 0.2, "emr": None} if costs is None else costs,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("case", "engine", "reason"),
    [
        ({"size": 1000}, "sail", "reads 1,000 bytes, not more than auto_local_gb = 5"),
        ({"size": 9 * GIGABYTE}, "ecs", "reads 9.0 GB, more than auto_local_gb = 5; cheapest (others: glue 0.80 USD)"),
        ({"size": 9 * GIGABYTE, "costs": {"emr": None}}, "emr", "more than"),
        ({"size": 9 * GIGABYTE, "costs": {}}, "sail", "no engine on AWS is set up"),
        ({"size": 1, "wanted": "glue"}, "glue", "set by engine"),
        ({"size": 1, "wanted": "jvm", "pipelines": {"totals": "emr"}}, "emr", "set for pipeline totals"),
        ({"size": 1, "wanted": "glue", "pipelines": {"totals": "auto"}}, "sail", "auto"),
    ],
)
def test_an_engine_is_chosen_with_its_reason(case, engine, reason):
    found, why = chosen(**case)

    assert found == engine
    assert reason in why


def test_more_bytes_get_more_machines_within_bounds_and_settings_win():
    assert glue_size(0) == ("G.1X", 2)
    assert glue_size(20 * GIGABYTE) == ("G.1X", 11)
    assert glue_size(200 * GIGABYTE) == ("G.2X", 35)
    assert glue_size(10_000 * GIGABYTE)[1] == 50
    assert glue_size(10_000 * GIGABYTE, worker="G.4X", workers=3) == ("G.4X", 3)
    assert estimated_s("glue", 0) == 60
    assert estimated_s("ecs", 100 * GIGABYTE) > estimated_s("glue", 100 * GIGABYTE) > 60


def test_the_shipped_rates_price_everything_that_engines_are_billed_by():
    rates = parse_usage_rates(RATES.read_text(), origin="rates.yaml")

    assert set(rates.units) == set(UNITS)
    assert rates.as_of and rates.source
    assert rates.price(rented("glue", 0)) == pytest.approx(0.88)
    assert rates.price(rented("glue", 0, is_spare=True)) == pytest.approx(0.58)
    assert all(rates.price(rented(engine, GIGABYTE)) for engine in ("emr_serverless", "ecs"))
    assert rates.price(rented("emr", 0, worker="m6g.xlarge")) == pytest.approx(8 * 0.048125)
    assert rented("emr", 20 * GIGABYTE, worker="r6g.2xlarge", is_spare=True) == {"emr_vcpu_h": 8, "spot_emr_vcpu_h": 24}
    assert rented("emr", 0) == {}  # a cluster that runs anyway
    assert estimated_s("emr", 0, worker="m6g.large") == 300 + 60  # its machines are billed while they start
    assert rates.price({}) is None
    assert rates.price({"unknown": 1.0}) is None


@pytest.mark.parametrize("text", ["", "units: {}", "{as_of: 1, source: x, units: {dpu_h: -1}}",
                                  "{as_of: 1, source: x, units: {gold: 1}}"])  # fmt: skip
def test_a_bad_file_of_rates_is_refused_with_an_example(text):
    with pytest.raises(SettingsError, match="mine is no file of rates") as error:
        parse_usage_rates(text, origin="mine")

    assert "dpu_h" in error.value.fix


def test_a_policy_names_what_files_on_s3_and_clusters_of_ones_own_need():
    use = AwsUse(
        "", "s3://jobs/x", "", ("emr",), emr_roles=("EMR_DefaultRole", "arn:aws:iam::1:role/machine"),
        sources=("s3://raw/orders/*.csv", "s3://raw/a", "s3://all"), queues=("https://sqs.eu.amazonaws.com/1/new",),
    )  # fmt: skip

    allowed = {(action, resource) for statement in orchestrator_policy(use)["Statement"]
               for action in statement["Action"] for resource in statement["Resource"]}  # fmt: skip

    assert {("s3:GetObject", f"arn:aws:s3:::{place}") for place in ("raw/orders/*", "raw/a*", "all/*")} <= allowed
    assert {("s3:ListBucket", f"arn:aws:s3:::{bucket}") for bucket in ("raw", "all")} <= allowed
    assert ("sqs:DeleteMessage", "arn:aws:sqs:*:*:new") in allowed
    assert ("elasticmapreduce:RunJobFlow", "*") in allowed
    assert {
        ("iam:PassRole", "arn:aws:iam::*:role/EMR_DefaultRole"),
        ("iam:PassRole", "arn:aws:iam::1:role/machine"),
    } <= allowed
    assert not any(action == "elasticmapreduce:AddJobFlowSteps" for action, _ in allowed)


def test_a_policy_holds_what_the_project_uses_and_nothing_else():
    role = "arn:aws:iam::1:role/job"
    use = AwsUse("s3://lake/wh", "s3://lake/wh/jobs", role, ("glue",), runlog="runs")

    orchestrator, job = orchestrator_policy(use), job_policy(use)

    actions = {action for statement in orchestrator["Statement"] for action in statement["Action"]}
    assert {"glue:StartJobRun", "glue:BatchStopJobRun", "iam:PassRole", "dynamodb:PutItem"} <= actions
    assert not [action for action in actions if action.startswith(("ecs:", "elasticmapreduce:", "emr-serverless:"))]
    assert job["Statement"][0]["Resource"] == ["arn:aws:s3:::lake/wh/*"]
    assert not [a for s in job["Statement"] for a in s["Action"] if a.startswith(("glue:", "iam:", "dynamodb:"))]
    assert orchestrator_policy(AwsUse("", "", "", ()))["Statement"] == []
