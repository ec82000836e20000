"""The job prompt_pipeline: from a sentence to a table with a history, or to a clear end."""

from __future__ import annotations

import dagster as dg
import pytest
import yaml

from datamorph.assets.waiting import question_failure, refusal_failure
from datamorph.core.plan import Choice, Question, Questions, Refusal
from datamorph.core.run import Stage

ASK = Questions(
    "revenue per city",
    (Question("revenue", "What is revenue?", (Choice("orders.amount", "the amount of orders"), Choice("none", "no"))),),
    run_id="r1",
)


def failure(result):
    (event,) = [event for event in result.all_node_events if event.is_step_failure]
    return event.event_specific_data.user_failure_data


@pytest.fixture
def raised(load, instance):
    """Run the job and catch its failure itself: the event that Dagster keeps of it does not tell of retries."""

    def run(**config):
        with pytest.raises(dg.Failure) as error:
            load().resolve_job_def("prompt_pipeline").execute_in_process(run_config=config, instance=instance)
        return error.value

    return run


def test_a_prompt_becomes_a_table_with_checks_and_a_materialisation(launch, platform, instance, specs):
    result = launch(prompt="count orders per customer_id")

    (event,) = result.asset_materializations_for_node("register")
    table = ".".join(event.asset_key.path)
    assert result.success
    assert platform.read(table).num_rows == event.metadata["dagster/row_count"].value == 3
    assert "dagster/column_lineage" in event.metadata
    assert {check.passed for check in result.get_asset_check_evaluations()} == {True}
    assert event.asset_key.to_user_string() in specs()
    assert instance.get_latest_materialization_event(event.asset_key).run_id == result.run_id


def test_its_materialisation_knows_the_versions_that_it_read(launch, platform):
    (event,) = launch(prompt="count orders per customer_id").asset_materializations_for_node("register")

    read = event.tags["dagster/input_data_version/raw/shop/orders"]
    assert read == str(platform.history("raw.shop.orders")[0].snapshot_id)


def test_the_same_prompt_again_changes_nothing(launch, platform):
    (first,) = launch(prompt="count orders per customer_id").asset_materializations_for_node("register")

    again = launch(prompt="count orders per customer_id")

    assert again.success
    assert again.asset_materializations_for_node("register") == []
    assert len(platform.history(".".join(first.asset_key.path))) == 1


def test_every_stage_is_an_op(launch):
    result = launch(prompt="count orders per customer_id", target="curated.ops.counted", engine="sail")

    assert [event.step_key for event in result.all_node_events if event.is_step_success] == [s.value for s in Stage]
    (event,) = result.asset_materializations_for_node("register")
    assert event.asset_key.to_user_string() == "curated/ops/counted"


def test_a_run_that_needs_approval_waits_and_goes_on_by_its_id(launch, raised, platform, totals):
    platform.run(platform.plan_spec(totals))
    held = raised(prompt="count orders per status", target="curated.sales.customer_totals")
    pasted = yaml.safe_load(held.metadata["answer_with"].value.removeprefix("```yaml\n").removesuffix("```"))

    result = launch(**pasted)

    assert held.description.startswith("It waits for approval.\ncurated.sales.customer_totals would lose or retype")
    assert held.allow_retries is False
    (event,) = result.asset_materializations_for_node("register")
    assert event.metadata["run_id"].value == pasted["resume"]
    assert platform.runs()[0].run_id == pasted["resume"]


def test_a_refusal_ends_the_run_with_its_reason(launch):
    result = launch(prompt="drop table orders")

    told = failure(result)
    assert not result.success
    assert told.description.startswith("Refused (unsafe)")
    assert told.metadata["hint"].value


def test_an_unknown_domain_ends_the_run_with_the_known_ones(launch):
    told = failure(launch(prompt="count orders per status", domains=["shpo"]))

    assert "the domains are shop" in told.metadata["fix"].value


def test_a_question_shows_choices_and_the_configuration_that_answers():
    raised = question_failure(ASK)

    assert raised.allow_retries is False
    assert "What is revenue?\n- revenue: orders.amount (the amount of orders)" in raised.description
    assert raised.metadata["answer_with"].value == (
        "```yaml\nresume: r1\nanswers:\n  revenue: orders.amount  # or none\n```"
    )


def test_the_configuration_that_a_run_shows_answers_its_questions(launch, platform):
    told = failure(launch(prompt="the best orders"))
    pasted = yaml.safe_load(told.metadata["answer_with"].value.removeprefix("```yaml\n").removesuffix("```"))

    result = launch(**pasted)

    (event,) = result.asset_materializations_for_node("register")
    assert set(pasted) == {"resume", "answers"}
    assert event.metadata["run_id"].value == pasted["resume"]
    assert result.success
    assert platform.read(".".join(event.asset_key.path)).num_rows > 0


def test_an_answer_that_is_not_understood_is_said_to_be_so(launch):
    told = failure(launch(prompt="the best orders", answers={"word_best": "nonsense"}))

    assert "'nonsense' is not understood. What is meant by 'nonsense'?" in told.description


def test_words_that_are_not_understood_are_answered_in_words(launch, platform):
    told = failure(launch(prompt="zapped orders, as curated.ops.zapped"))
    pasted = yaml.safe_load(told.metadata["answer_with"].value.removeprefix("```yaml\n").removesuffix("```"))
    assert "- word_zapped: or other words for it" in told.description
    assert ", or other words" in told.metadata["answer_with"].value

    result = launch(**{**pasted, "answers": {"word_zapped": "amount over 500"}})

    assert result.success
    assert platform.read("curated.ops.zapped")["amount"].to_pylist() == [700.5]


def test_a_refusal_is_not_tried_again():
    raised = refusal_failure(Refusal("x", "impossible", "there is no such column", "name a column"))

    assert raised.allow_retries is False
    assert raised.description == "Refused (impossible): there is no such column\nname a column"


def test_an_empty_prompt_ends_the_run_with_an_example(launch):
    assert "datamorph run" in failure(launch()).metadata["fix"].value


@pytest.mark.parametrize("config", [{"promt": "count orders"}, {"prompt": "x", "answers": [1]}])
def test_a_wrong_configuration_is_refused_before_the_run(launch, config):
    with pytest.raises(dg.DagsterInvalidConfigError):
        launch(**config)
