"""Work on the columns of rows, said in many ways: each gives the table that one plain way gives, or a question."""

from __future__ import annotations

import pytest
from lake import plan, run, table

from datamorph.core.plan import Proposal


def confirmed(said):
    """The rows of what is planned, or asked about as it is planned."""
    return table(plan(said, answers={"doubt": "as_planned"}))


@pytest.mark.parametrize("said", [
    "Multiply quantity by amount for each sale; I need sale_id and the product, nothing else",
    "sales: sale_id, quantity * amount as product",
])  # fmt: skip
def test_columns_are_reckoned_with(said):
    wanted = {row["sale_id"]: row["quantity"] * row["amount"] for row in run("all sales") if row["amount"] is not None}
    rows = confirmed(said)

    assert len(rows) == len(run("all sales"))
    assert all(len(row) == 2 for row in rows)
    got = {row["sale_id"]: next(v for k, v in row.items() if k != "sale_id") for row in rows}
    assert {k: v for k, v in got.items() if v is not None} == wanted


@pytest.mark.parametrize("said", [
    "round the amount of the sales to one decimal and show it with sale_id only",
    "sale_id with round(amount, 1), from sales",
    "sales: sale_id, amount rounded to 1 decimal",
])  # fmt: skip
def test_numbers_are_rounded(said):
    wanted = {row["sale_id"]: row["amount"] for row in run("all sales")}

    for row in confirmed(said):
        assert set(row) == {"sale_id", "amount"}
        assert row["amount"] == pytest.approx(wanted[row["sale_id"]], abs=0.0501)


@pytest.mark.parametrize("said", [
    "sales with missing discounts set to zero, all columns",
    "Replace missing discount by 0 in sales, leave the rest",
    "the sales with empty discount filled with 0, everything else unchanged",
])  # fmt: skip
def test_gaps_are_filled(said):
    before = run("all sales")
    rows = confirmed(said)

    assert len(rows) == len(before)
    assert {key for row in rows for key in row} == set(before[0])
    known = {row["sale_id"]: row["discount"] for row in before}
    assert {row["sale_id"]: row["discount"] for row in rows} == {k: v or 0 for k, v in known.items()}


@pytest.mark.parametrize("said", [
    "Give every sale a sequence number within its shop by sold_on, and keep all the other columns",
    "number the sales within each shop by sold_on in a new column",
])  # fmt: skip
def test_rows_are_numbered_within_their_group(said):
    rows = confirmed(said)
    before = run("all sales")

    assert len(rows) == len(before)
    (number,) = set(rows[0]) - set(before[0])
    for shop in {row["shop_id"] for row in rows}:
        group = sorted((row for row in rows if row["shop_id"] == shop), key=lambda row: row[number])
        assert [row[number] for row in group] == list(range(1, len(group) + 1))
        assert [(row["sold_on"], row["sale_id"]) for row in group] == sorted(
            (row["sold_on"], row["sale_id"]) for row in group
        )


@pytest.mark.parametrize(("said", "kind"), [
    ("Add up the sales amount by month of sold_on as taken, and the change to the preceding month", "aggregate"),
    ("average number of sales per shop by city", "aggregate"),
    ("amount of the sales over quantity", "filter"),
    ("sales without a discount or 0", "filter"),
])  # fmt: skip
def test_what_asks_for_something_else_is_no_work_on_columns(said, kind):
    found = plan(said)

    assert not isinstance(found, Proposal) or kind in {named.step.kind for named in found.spec.steps}


@pytest.mark.parametrize("said", [
    "Throw away older sales so that only the last one by sold_on is left for each shop.",
    "Keep the latest sale per shop, all columns",
])  # fmt: skip
def test_of_rows_that_are_equal_the_key_decides(said):
    rows = confirmed(said)
    before = run("all sales")

    best = {row["shop_id"]: max((r["sold_on"], r["sale_id"]) for r in before if r["shop_id"] == row["shop_id"])
            for row in before}  # fmt: skip
    assert {row["shop_id"]: (row["sold_on"], row["sale_id"]) for row in rows} == best
    assert len(rows) == len(best)


def test_what_is_computed_at_the_head_of_a_list_is_one_of_its_columns():
    found = run("days between bought_on and starts_on, kind, skater_name", "rink")

    assert [list(row) for row in found][:1] == [["days", "kind", "skater_name"]]
    assert sorted(row["days"] for row in found if row["days"] is not None) == [1, 1, 1, 1]
