"""Which rows are meant, in whatever words: each gives the rows that the data has, and no others."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


def keys(said, name, *domains):
    """The keys of the rows of a result, in its order."""
    return [row[name] for row in run(said, *domains)]


@pytest.mark.parametrize("said", [
    "flights with both dep_time and dep_delay missing: carrier and dest",
    "carrier and dest of the flights with neither dep_time nor dep_delay",
    "Flights lacking a dep_time as well as a dep_delay; show carrier, dest",
    "carrier, dest from flights, no dep_time and no dep_delay",
])  # fmt: skip
def test_two_columns_without_a_value(said):
    assert run(said, "air") == [{"carrier": "AA", "dest": "BOS"}]


@pytest.mark.parametrize("said", [
    "sale_id of the sales not made by phone or counter",
    "sales except channel phone and counter: sale_id",
    "sales other than phone and counter ones, just the sale_id",
    "sale_id of sales, channel not in (phone, counter)",
])  # fmt: skip
def test_several_values_that_do_not_count(said):
    assert sorted(keys(said, "sale_id")) == [101, 104, 106]


@pytest.mark.parametrize("said", [
    "sale_id of the sales with an amount between 5 and 9",
    "sales, amount 5-9 (inclusive): sale_id",
    "sale_id for sales with amount >= 5 and <= 9",
    "sales with an amount of at least 5 and at most 9, show sale_id only",
])  # fmt: skip
def test_numbers_between_two_others(said):
    assert sorted(keys(said, "sale_id")) == [100, 103, 105, 107]


@pytest.mark.parametrize("said", [
    "batch_id of the batches over 450 kg",
    "batches heavier than 450 kilos: batch_id",
    "batches whose melt is over 450 kg: batch_id",
])  # fmt: skip
def test_a_unit_tells_the_column(said):
    assert sorted(keys(said, "batch_id", "mint")) == [2, 3, 4]


@pytest.mark.parametrize("said", [
    "name and opened_on of the shops, oldest first",
    "shops by opening date, earliest first: name, opened_on",
    "name and opened_on of shops, from the oldest to the newest",
    "shops starting with the oldest one: name, opened_on",
    "name, date opened of all shops in chronological order",
])  # fmt: skip
def test_dates_tell_an_order(said):
    assert [next(iter(row.values())) for row in run(said)] == ["Mill Lane", "Old Town", "Station", "Harbour"]


@pytest.mark.parametrize(("said", "wanted"), [
    ("name of the shops opened in 2020", ["Old Town"]),
    ("shops opened before 2020: name", ["Mill Lane"]),
    ("name of shops with an opening date since 2021", ["Harbour", "Station"]),
])  # fmt: skip
def test_what_happened_tells_the_date(said, wanted):
    assert sorted(keys(said, "name")) == wanted


@pytest.mark.parametrize("said", [
    "loans with back_on later than the due date: loan_id",
    "loans with back_on past the due date, loan_id only",
    "loan_id of loans where back_on > due_on",
])  # fmt: skip
def test_one_date_against_another(said):
    assert sorted(keys(said, "loan_id", "lib")) == [101, 103]


@pytest.mark.parametrize("said", ["unsettled fines: fine_id", "fine_id of the fines not settled yet"])
def test_what_has_not_happened_has_no_date(said):
    assert sorted(keys(said, "fine_id", "depot")) == [2, 3]


@pytest.mark.parametrize("said", [
    "cities of the shops without repeats, alphabetically",
    "Each city of the shops once, A to Z",
    "city column of shops, remove duplicates, sort ascending",
])  # fmt: skip
def test_each_once(said):
    assert keys(said, "city") == ["Hull", "Leeds", "York"]


@pytest.mark.parametrize("said", [
    "per channel: how many sales and how many with a missing discount",
    "channel | number of sales | number of sales with a missing discount",
    "For each channel count all sales, and how many of them have no discount",
])  # fmt: skip
def test_a_part_of_the_rows_is_counted_beside_all(said):
    assert {tuple(row.values()) for row in run(said)} == {("counter", 4, 1), ("online", 3, 2), ("phone", 1, 1)}


@pytest.mark.parametrize("said", [
    "sum of quantity * amount per channel in sales",
    "For each channel of the sales the total of quantity times amount",
    "channel, sum(quantity * amount) as worth from sales group by channel",
])  # fmt: skip
def test_what_is_reckoned_of_each_row_is_measured(said):
    rows = {row["channel"]: next(v for k, v in row.items() if k != "channel") for row in run(said)}

    assert rows == {"counter": 42.0, "online": 143.0, "phone": 27.0}


@pytest.mark.parametrize("said", [
    "round(avg(amount), 1) per channel from sales",
    "mean amount of the sales by channel, rounded to a single decimal",
])  # fmt: skip
def test_measures_are_rounded(said):
    rows = {row["channel"]: next(v for k, v in row.items() if k != "channel") for row in run(said)}

    assert rows == {"counter": 5.8, "online": 11.0, "phone": 9.0}


@pytest.mark.parametrize("said", [
    "average amount with and without a discount",
    "count all sales per shop_id and the ones without a discount",
    "shops, missing city -> 'Unknown'",
    "sale_id, discount (amount where discount is missing)",
    "top 2 by amount desc within channel from sales; columns channel, sale_id, amount",
])  # fmt: skip
def test_what_may_mean_another_table_is_never_planned_as_rows_alone(said):
    outcome = plan(said)

    kinds = [step.step.kind for step in outcome.spec.steps] if isinstance(outcome, Proposal) else []
    assert kinds not in (["filter"], ["filter", "select"], ["top", "sort", "select"])


@pytest.mark.parametrize(
    ("prompt", "domain", "key", "keys"),
    [
        ("batches absent", "mint", "batch_id", [3]),
        ("batches not absent", "mint", "batch_id", [1, 2, 4]),
        ("visits missing note", "clinic", "visit_id", [2]),
        ("visits missing both note and fee", "clinic", "visit_id", []),
    ],
)
def test_what_is_missing_is_a_value_and_not_the_row(prompt, domain, key, keys):
    assert sorted(row[key] for row in run(prompt, domain)) == keys


@pytest.mark.parametrize(
    ("prompt", "domain", "key", "keys"),
    [
        ("skaters not trained by Gro", "rink", "skater_id", [1, 2, 4]),
        ("skaters who are not trained by Finn", "rink", "skater_id", [2, 3]),
        ("skaters trained by Finn", "rink", "skater_id", [1, 4]),
        ("skaters not trained yet", "rink", "skater_id", [2]),
        ("visits with a note, and only those in the west", "clinic", "visit_id", [3, 4]),
        ("guests with a remark other than tent", "fair", "guest_no", [4]),
        ("guests whose remark is other than tent", "fair", "guest_no", [2, 4]),
    ],
)
def test_what_was_not_done_by_one_was_done_by_others_or_not_at_all(prompt, domain, key, keys):
    assert sorted(row[key] for row in run(prompt, domain)) == keys
