"""Where results go, when pipelines run, what is loaded and checked, said in many ways; what is asked about."""

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Questions, Refusal


def spec(prompt):
    outcome = plan(prompt)
    assert isinstance(outcome, Proposal), outcome
    return outcome.spec


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Mondays at 7", "0 7 * * 1"),
        ("run it Monday to Friday at 07:30", "30 7 * * 1-5"),
        ("Mon-Fri 6am please", "0 6 * * 1-5"),
        ("twice a day, 6 am and 6 pm", "0 6,18 * * *"),
        ("the job runs every weekday morning at 5:45", "45 5 * * 1-5"),
        ("refreshed every Tuesday and Friday at 9 pm", "0 21 * * 2,5"),
        ("on the 15th of each month at 6:30", "30 6 15 * *"),
        ("schedule: cron 15 3 * * *", "15 3 * * *"),
        ("every half hour", "*/30 * * * *"),
        ("every hour between 8 and 18", "0 8-18 * * *"),
        ("once a week, Monday 6:00", "0 6 * * 1"),
    ],
)
def test_when_it_runs(said, cron):
    found = spec(f"number of sales per shop. {said[0].upper()}{said[1:]}.")

    assert found.schedule.cron == cron
    assert len(found.steps) == 1


@pytest.mark.parametrize(
    "prompt",
    [
        "Replace the contents of curated.bakery.stats by the number of sales per channel",
        "curated.bakery.stats should hold the number of sales per channel",
        "number of sales per channel, which goes into curated.bakery.stats",
        "number of sales per channel (target: curated.bakery.stats)",
        "number of sales per channel --> curated.bakery.stats",
        "number of sales per channel as a table called stats",
        "Name the table stats: number of sales per channel",
        "Fill curated.bakery.stats every day at 3 with the number of sales per channel",
    ],
)
def test_where_it_goes(prompt):
    found = spec(prompt)

    assert str(found.target.table) == "curated.bakery.stats"
    assert {row["sale_count"] for row in run(prompt)} == {4, 3, 1}


def test_a_copy_is_all_rows_as_they_are():
    assert run("Plain copy of products into curated.bakery.wares") == run("products")


@pytest.mark.parametrize(
    "prompt",
    [
        "Delta load of bakery.sales with sold_on as high-water mark, upsert on sale_id",
        "Load bakery.sales incrementally, key sale_id, cursor sold_on",
        "Only new bakery.sales since the last run, told by sold_on, are merged into curated.bakery.sales on sale_id",
        "Keep curated.bakery.sales up to date from bakery.sales, key sale_id, cursor sold_on",
    ],
)
def test_what_is_new_is_merged(prompt):
    found = spec(prompt)

    assert (found.target.write, found.target.key) == ("merge", ("sale_id",))
    assert [increment.by for increment in found.incremental.values()] == ["sold_on"]


def test_what_lies_beyond_a_number_is_appended():
    prompt = "Append to curated.bakery.log only those sales beyond the watermark, which stands at sale_id 105"

    assert (spec(prompt).target.write, spec(prompt).incremental["sales"].by) == ("append", "sale_id")
    assert sorted(row["sale_id"] for row in run(prompt)) == [106, 107]


def test_a_moment_is_a_moment_and_no_day():
    rows = run("members where changed_at > 2024-01-05 07:30:00")

    assert sorted(row["member_id"] for row in rows) == [1, 2, 3]


def test_the_newest_row_of_a_key_wins():
    prompt = "Upsert members into curated.bakery.people, matching on member_id; the row with the newest changed_at wins"

    assert spec(prompt).target.write == "merge"
    assert [row["last_name"] for row in run(prompt) if row["member_id"] == 1] == ["Leigh"]


def test_a_key_that_may_repeat_is_asked_about():
    outcome = plan("merge members into curated.bakery.people on email: email, shop_id")

    assert isinstance(outcome, Questions), outcome


@pytest.mark.parametrize(
    ("said", "type_", "kwargs"),
    [
        ("The load has to fail if channel is ever null", "not_be_null", {"column": "channel"}),
        ("Quality rule: n never negative", "be_between", {"column": "n", "min_value": 0}),
        ("Make the run fail unless n is at most 9", "be_between", {"column": "n", "max_value": 9.0}),
        ("n must not be below 1, otherwise the run fails", "be_between", {"column": "n", "min_value": 1.0}),
        ("channel must be unique", "be_unique", {"column": "channel"}),
    ],
)
def test_checks_that_are_asked_for(said, type_, kwargs):
    checks = [(check.type, check.kwargs) for check in spec(f"number of sales per channel as n. {said}.").checks]

    assert (f"expect_column_values_to_{type_}", kwargs) in checks


def test_rows_without_a_flag_are_those_where_it_is_not_set():
    from datamorph.core.catalog import Catalog, CatalogTable
    from datamorph.core.table import TableRef, TableSchema
    from datamorph.planning.offline import OfflinePlanner

    tours = CatalogTable(TableRef.parse("raw.city.tours"), TableSchema.of(tour_id="bigint", cancelled="boolean"))
    found = OfflinePlanner().plan("tours without the cancelled ones", Catalog((tours,)))

    assert found.spec.steps[0].step.where == "NOT (cancelled = true)"


def test_columns_behind_rows_without_one_are_what_is_shown():
    rows = run("sales without a discount, sale_id and channel only")

    assert [set(row) for row in rows] == [{"sale_id", "channel"}] * 4


@pytest.mark.parametrize(
    "prompt",
    [
        "number of sales per channel, matched with bakery.loyalty_cards on shop_id",
        "litres of milk used per shop",
        "the captain of each shop",
    ],
)
def test_what_does_not_exist_is_refused(prompt):
    outcome = plan(prompt)

    assert isinstance(outcome, Refusal), outcome
    assert outcome.reason == "impossible"


@pytest.mark.parametrize(
    "said",
    [
        "The previous run finished on 2024-02-14; take only sales that were sold after that.",
        "The last successful load reached 2024-02-14, so pick up everything newer.",
        "Everything up to 2024-02-14 is already loaded, so read only what came later.",
        "That load covered everything until 2024-02-14; continue from there.",
        "The last load stopped at 2024-02-14. Only process rows with sold_on later than that.",
        "The last loaded day was 2024-02-14, so only what was sold after it.",
    ],
)
def test_how_far_the_load_before_came(said):
    load = "Load sales incrementally into curated.bakery.sales with sale_id as merge key and sold_on as cursor"

    assert [row["sale_id"] for row in run(f"{load}. {said}")] == [106, 107]


def test_what_else_is_said_of_rows_is_no_part_of_the_load_before():
    load = "Load sales incrementally into curated.bakery.sales with sale_id as merge key and sold_on as cursor"

    assert not isinstance(
        plan(f"{load}. The previous run ended on 2024-02-14; take those returned after that."), Proposal
    )


ALL = {"sale_id", "shop_id", "product_id", "sold_on", "quantity", "amount", "discount", "channel"}


@pytest.mark.parametrize("said", [
    "Sales with quantity over 3. All columns except discount.",
    "Sales with quantity over 3, all columns but the discount",
    "Sales with quantity over 3, all fields other than discount",
])  # fmt: skip
def test_all_columns_except_some(said):
    assert [set(row) for row in run(said)] == [ALL - {"discount"}] * 2


def test_all_columns_and_rows_without_a_value_are_no_columns_left_out():
    found = plan("Sales with quantity over 3, all columns but discount empty")

    assert not isinstance(found, Proposal) or "discount" in str(found.spec.steps[-1])
