"""Caps stop a job on AWS before it is ordered: whoever asks finds no AWS at all, and is told of the cap."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from datamorph.errors import EngineBudgetError
from datamorph.platform.engines import run_job
from datamorph.platform.ports import Ports
from datamorph.ports import TransformJob
from datamorph.settings import load_settings

NOWHERE = {"aws_jobs": "s3://none/jobs", "aws_job_role": "arn:aws:iam::1:role/job", "aws_region": "eu-central-1",
           "aws_endpoint": "http://127.0.0.1:1"}  # fmt: skip


@pytest.fixture
def order(tmp_path):
    """Order a small job of Glue under these settings; an estimate of it is about three cents."""

    def order(engine="glue", **settings):
        ports = Ports(load_settings(tmp_path, **NOWHERE, **settings))
        job = TransformJob("run", "", {}, str(tmp_path / "out"), {}, timeout_s=60)
        return run_job(ports, engine, job, lambda what, facts: None, {})

    return order


def spend(tmp_path, usd):
    ledger = Ports(load_settings(tmp_path, **NOWHERE)).engine_spending
    ledger.settle(ledger.reserve(datetime.now(UTC).date(), usd, cap=100), usd)


def test_a_job_above_the_cap_of_a_run_is_not_started(order):
    with pytest.raises(EngineBudgetError, match=r"engine_usd_per_run is 0\.001; nothing was started"):
        order(engine_usd_per_run=0.001)


def test_a_job_that_the_rest_of_the_day_does_not_pay_is_not_started(order, tmp_path):
    spend(tmp_path, 0.5)

    with pytest.raises(EngineBudgetError, match=r"have cost 0\.50 USD today.* engine_usd_per_day is 0\.5; nothing"):
        order(engine_usd_per_day=0.5)


def test_the_machines_of_a_cluster_are_paid_from_their_start_on(order):
    hour = 2 * 4 * 0.048125  # two machines of four virtual CPUs
    start_and_a_minute = hour * (5 + 1) / 60

    with pytest.raises(EngineBudgetError, match=r"emr would cost about 0\.04 USD"):
        order("emr", emr_instance_profile="profile", engine_usd_per_run=start_and_a_minute * 0.99)
