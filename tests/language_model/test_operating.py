"""Operators are told why a run failed, are offered a change within bounds, and decide about suggested checks."""

from __future__ import annotations

import pytest
from messages_server import failure
from scripted import PROMPT, SPEC, answer, asking, saying, told

from datamorph import open_platform
from datamorph.cli.edge import run_command
from datamorph.core.spec import parse_spec
from datamorph.errors import CheckFailedError, DataMorphError, NotFoundError, SettingsError
from datamorph.platform.spending import costs_since

STRICT = f"name: totals{SPEC}checks: [{{expect_column_values_to_be_between: {{column: total, max_value: 100}}}}]"
NAMES = """
name: people
prompt: every customer
sources: {customers: raw.shop.customers}
steps:
- {name: kept, select: {from: customers, columns: [customer_id, customer_name]}}
target: {table: curated.shop.people}
checks: [{expect_column_values_to_be_in_set: {column: customer_name, value_set: [nobody]}}]
"""


def failed_run(platform, text):
    with pytest.raises(DataMorphError):
        platform.run(platform.plan_spec(parse_spec(text)))
    return platform.runs(most=1)[0].run_id


def test_a_failed_check_is_explained_with_its_rows_and_what_to_do(platform):
    run_id = failed_run(platform, STRICT)

    found = platform.why(run_id)

    assert found.summary == f"run {run_id} (totals) failed while checking the staged rows"
    assert found.findings[0].startswith("check between_total (column total, max_value 100) blocks: unexpected count 2")
    assert any("row: customer_id=1" in line for line in found.findings)
    assert "the rows were computed, but they break what was asked of them" in found.findings
    assert found.effect == "no row of curated.shop.totals was changed"
    assert any(f"datamorph show --staged {run_id}" in step for step in found.next_steps)
    assert found.timeline[-1].startswith("audit failed in")
    assert parse_spec(found.spec).name == "totals"


def test_a_spec_that_does_not_fit_is_explained(platform):
    run_id = failed_run(platform, STRICT.replace("sum(amount)", "sum(amont)"))

    found = platform.why(run_id)

    assert found.stage == "check"
    assert any("did you mean amount?" in line for line in found.findings)
    assert any("was renamed, retyped or removed" in line for line in found.findings)


def test_a_failing_computation_is_explained(platform):
    run_id = failed_run(platform, STRICT.replace("sum(amount)", "sum(cast(status as bigint))"))

    found = platform.why(run_id)

    assert found.stage == "dry_run"
    assert any("completed" in line for line in found.findings)


def test_runs_that_did_not_fail_are_told_as_what_they_are(own_home):
    platform = open_platform(own_home)
    plan = platform.plan(PROMPT)
    assert "was planned and not run" in platform.why(plan.run_id).summary

    result = platform.run(plan)
    assert "it did not fail" in platform.why(result.run_id).summary
    refused = platform.plan("drop all tables")
    assert "was refused" in platform.why(refused.run_id).summary
    with pytest.raises(NotFoundError, match="no run 'nope'"):
        platform.why("nope")


def test_the_note_of_the_offline_planner_is_in_the_explanation(platform, home):
    with asking(home, [failure(401, "authentication_error")]) as (asked, _):
        plan = asked.plan(PROMPT)

    assert any("the language model was not used" in line for line in platform.why(plan.run_id).timeline)


def test_a_change_is_proposed_as_a_diff_and_changes_nothing(platform, home):
    run_id = failed_run(platform, STRICT)
    better = (
        SPEC.replace("sum(amount)", '"least(sum(amount), 100.0)"') + "name: other\nprompt: approved\nschedule: null"
    )
    said = answer(better, phrases=[], assumptions=["totals above 100 are cut"])
    with asking(home, saying(said)) as (asked, server):
        change = asked.propose_change(asked.why(run_id))

    assert "+    measures: {total: 'least(sum(amount), 100.0)'}" in change.diff.replace('"', "'")
    assert "-    measures: {total: sum(amount)}" in change.diff
    assert change.spec.name == "totals"
    assert change.spec.checks == parse_spec(STRICT).checks
    assert change.explanation[0] == "totals above 100 are cut"
    assert change.cost_usd > 0
    assert "between_total" in told(server)
    assert platform.pipelines() == []
    assert platform.run(platform.plan_spec(change.spec)).rows == 3


@pytest.mark.parametrize(
    "hostile",
    [
        SPEC.replace("raw.shop.orders", "raw.shop.customers"),
        SPEC + "checks: []",
        SPEC.replace("curated.shop.totals", "curated.shop.other"),
    ],
    ids=["another table", "no checks", "another target"],
)
def test_a_change_reads_no_other_table_writes_nowhere_else_and_drops_no_check(platform, home, hostile):
    run_id = failed_run(platform, STRICT)
    with asking(home, saying(answer(hostile, phrases=[]))) as (asked, _):
        change = asked.propose_change(asked.why(run_id))

    if change.spec is not None:
        assert change.spec.checks == parse_spec(STRICT).checks
        assert str(change.spec.target.table) == "curated.shop.totals"
        assert [str(ref) for ref in change.spec.sources.values()] == ["raw.shop.orders"]
        with pytest.raises(CheckFailedError):
            platform.run(platform.plan_spec(change.spec))
    else:
        assert "no change that holds" in change.explanation[0]


def test_what_a_question_about_a_run_costs_is_counted_with_that_run(platform, home):
    run_id = failed_run(platform, STRICT)
    before = platform.why(run_id)
    with asking(home, saying(answer(SPEC, phrases=[]))) as (asked, _):
        change = asked.propose_change(before)

    (cost,) = [found.cost for found in costs_since(platform) if found.run_id == run_id]
    assert cost.planning_usd == pytest.approx(change.cost_usd, abs=1e-6)
    assert cost.planning_usd > 0
    assert platform.why(run_id) == before


def test_failing_rows_do_not_leave_the_project(platform, home):
    run_id = failed_run(platform, NAMES)
    with asking(home, saying(answer("", outcome="refusal", refusal={
        "reason": "impossible", "message": "the data is to blame", "hint": "load other names",
    }))) as (asked, server):  # fmt: skip
        diagnosis = asked.why(run_id)
        change = asked.propose_change(diagnosis)

    assert any("Ada Abbott" in line for line in diagnosis.findings)
    assert "Ada Abbott" not in told(server)
    assert change.explanation == ("the data is to blame", "load other names")


def test_without_a_language_model_there_is_no_proposal(platform):
    run_id = failed_run(platform, STRICT)

    with pytest.raises(SettingsError, match="no language model"):
        platform.propose_change(platform.why(run_id))


@pytest.fixture
def suggested(platform, home):
    """A published pipeline with two suggested checks."""
    checks = [
        {"check": "{expect_column_values_to_be_between: {column: total, max_value: 100}}", "why": ""},
        {"check": "{expect_column_values_to_not_be_null: {column: total}}", "why": ""},
    ]
    with asking(home, saying(answer(suggested_checks=checks))) as (asked, _):
        asked.run(asked.plan(PROMPT), approve=True)
    return platform


def test_an_accepted_check_blocks_the_next_run(suggested):
    suggested.settle_checks("totals", accept=["between_total"], drop=["not_null_total"])

    with pytest.raises(CheckFailedError, match="between_total"):
        suggested.run(suggested.plan_spec(suggested.pipeline("totals").spec))
    assert [c.name for c in suggested.pipeline("totals").spec.checks] == ["row_count", "between_total"]
    with pytest.raises(NotFoundError, match="no warning 'row_count'"):
        suggested.settle_checks("totals", drop=["row_count"])


def test_the_commands(suggested, home, capsys, tmp_path):
    def call(*arguments):
        code = run_command(["--home", str(home), *map(str, arguments)])
        return code, capsys.readouterr().out

    assert "warns" in call("checks", "list", "totals")[1]
    assert call("checks", "list", "totals", "--accept", "between_total")[0] == 0
    assert call("run", "--pipeline", "totals", "--force")[0] == 6
    run_id = suggested.runs(most=1)[0].run_id
    code, shown = call("why", run_id)
    assert code == 0
    assert "failed while checking the staged rows" in shown
    assert call("why", run_id, "--out", tmp_path / "x.yaml")[0] == 2
    assert call("why", run_id, "--ask")[0] == 2
    assert call("why", "nope", "--json")[0] == 7
