"""Materialising a pipeline's asset: what is published, what Dagster's history says of it."""

from __future__ import annotations

import pytest

from datamorph.assets.pipeline import describe_pipeline
from datamorph.core.spec import parse_spec

TOTALS = "curated/sales/customer_totals"
STEP = "pipeline_customer_totals"


def rows(platform):
    return [row["total_amount"] for row in platform.read("curated.sales.customer_totals").to_pylist()]


def save_with(platform, spec, **changes):
    """Let a person edit the saved spec."""
    file = platform.settings.path("pipelines") / spec.name / "spec.yaml"
    edited = spec.model_dump(mode="json", exclude_defaults=True) | changes
    file.write_text(parse_spec(str(edited)).to_yaml())


@pytest.fixture
def failing(platform, published):
    """The saved pipeline with a check that one of its two rows fails."""
    checks = [{"expect_column_values_to_be_between": {"column": "total_amount", "min_value": 200}}]
    save_with(platform, published, checks=checks)
    return published


def test_a_materialisation_publishes_and_records_rows_snapshot_seconds_and_first_rows(saved, platform, materialize):
    result = materialize(TOTALS)

    (event,) = result.asset_materializations_for_node(STEP)
    newest = platform.history("curated.sales.customer_totals")[0]
    assert result.success
    assert event.metadata["dagster/row_count"].value == 2
    assert event.metadata["snapshot_id"].value == str(newest.snapshot_id) == event.tags["dagster/data_version"]
    assert event.metadata["run_id"].value == newest.properties["run_id"]
    assert event.metadata["seconds_stage"].value > 0
    assert "| 1 | Ada Abbott | 1100.5 |" in event.metadata["first_rows"].value


def test_every_check_is_recorded_with_what_it_observed(saved, materialize):
    result = materialize(TOTALS)

    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert {name: check.passed for name, check in found.items()} == {
        "engines_agree": True, "unique_customer_id": True, "not_null_customer_id": True,
    }  # fmt: skip
    assert found["engines_agree"].metadata["engine"].value == "sail"
    assert found["unique_customer_id"].metadata["unexpected_count"].value == 0


def test_a_failed_check_is_recorded_with_its_rows_and_keeps_the_old_table(failing, platform, materialize):
    before = rows(platform)

    result = materialize(TOTALS)

    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert not result.success
    assert result.asset_materializations_for_node(STEP) == []
    assert (found["engines_agree"].passed, found["between_total_amount"].passed) == (True, False)
    assert found["between_total_amount"].metadata["unexpected_count"].value == 1
    assert "Ben Brandt" in found["between_total_amount"].metadata["failing_rows"].value
    assert rows(platform) == before


def test_rows_in_quarantine_are_a_warning_and_checks_of_a_contract_are_asset_checks(published, platform, materialize):
    check = {"expect_column_values_to_be_between": {"column": "total_amount", "min_value": 200}}
    save_with(platform, published, checks=[{**check, "on_fail": "quarantine"}])
    contracts = platform.settings.path("contracts")
    contracts.mkdir()
    (contracts / "curated.sales.customer_totals.yaml").write_text(
        "table: curated.sales.customer_totals\nowner: sales\ncolumns: {customer_id: bigint}\n"
        "checks: [expect_table_row_count_to_equal: {value: 1}]\n"
    )

    result = materialize(TOTALS, {"ops": {STEP: {"config": {"approve": True}}}})  # the edit takes a row away

    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert result.success
    assert (found["between_total_amount"].passed, found["between_total_amount"].severity.value) == (False, "WARN")
    assert found["row_count"].passed
    assert rows(platform) == [1100.5]
    assert platform.read("curated.sales.customer_totals__quarantine")["_failed_checks"].to_pylist() == [
        "between_total_amount"
    ]  # fmt: skip


def test_a_failed_check_ends_the_step_with_what_to_do_next_and_no_retry(failing, materialize):
    (failure,) = [event for event in materialize(TOTALS).all_node_events if event.is_step_failure]

    told = failure.event_specific_data.user_failure_data
    assert "nothing was published" in told.description
    assert "datamorph show --staged" in told.metadata["fix"].value


def test_a_warning_is_recorded_and_does_not_block(platform, saved, materialize):
    check = {"expect_column_values_to_be_between": {"column": "total_amount", "min_value": 200}, "severity": "warn"}
    save_with(platform, saved, checks=[check])

    result = materialize(TOTALS)

    found = {check.check_name: check for check in result.get_asset_check_evaluations()}
    assert result.success
    assert (found["between_total_amount"].passed, found["between_total_amount"].severity.value) == (False, "WARN")


def test_two_checks_of_one_kind_and_column_keep_apart(platform, saved, materialize):
    checks = [{"expect_column_values_to_be_between": {"column": "total_amount", "min_value": n}} for n in (0, 1)]
    save_with(platform, saved, checks=checks)

    result = materialize(TOTALS)

    names = [check.check_name for check in result.get_asset_check_evaluations()]
    assert names == ["engines_agree", "between_total_amount", "between_total_amount_2"]


def test_a_spec_that_does_not_fit_fails_before_anything_is_computed(platform, published, materialize):
    steps = [{"name": "kept", "filter": {"from": "orders", "where": "amuont > 1"}}]
    save_with(platform, published, steps=steps, sources={"orders": "raw.shop.orders"})

    result = materialize(TOTALS)

    (failure,) = [event for event in result.all_node_events if event.is_step_failure]
    assert "no column 'amuont'" in failure.event_specific_data.user_failure_data.description
    assert len(platform.history("curated.sales.customer_totals")) == 1


def test_a_change_that_breaks_readers_needs_approval(platform, published, materialize):
    steps = [{"name": "totals", "aggregate": {"from": "orders", "by": ["customer_id"], "measures": {"n": "count(*)"}}}]
    save_with(platform, published, steps=steps, sources={"orders": "raw.shop.orders"}, checks=[])

    refused = materialize(TOTALS)
    approved = materialize(TOTALS, {"ops": {STEP: {"config": {"approve": True}}}})

    assert (refused.success, approved.success) == (False, True)
    assert platform.read("curated.sales.customer_totals").column_names == ["customer_id", "n"]


def test_a_run_too_large_for_two_engines_leaves_that_check_out(home, platform, saved, materialize):
    object.__setattr__(platform.settings, "verify_rows", 0)

    result = materialize(TOTALS)

    names = [check.check_name for check in result.get_asset_check_evaluations()]
    assert result.success
    assert names == ["unique_customer_id", "not_null_customer_id"]


def test_the_description_reads_like_the_plan(platform, saved):
    assert describe_pipeline(platform.pipeline("customer_totals")) == (
        "Join customers and orders on customer_id, total amount per customer\n\n"
        "1. Read `raw.shop.customers`, `raw.shop.orders`.\n"
        "2. Join orders with customers on customer_id; rows without a match go.\n"
        "3. Per customer_id and customer_name, compute total_amount = sum(amount).\n"
        "4. Sort by total_amount (largest first), then customer_id.\n"
        "5. Publish `curated.sales.customer_totals` when every check passes."
    )
