"""Columns that a prompt makes: read as the table's own wherever they stand, and not at all where they may be other."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal


@pytest.mark.parametrize("said", [
    "Count sales per size by amount (small under 5, mid 5 to under 10, large from 10)",
    "Add size by amount (large from 10, mid from 5 to under 10, small below 5) to sales, then count sales per size.",
])  # fmt: skip
def test_rows_are_counted_by_classes_in_any_notation(said):
    rows = run(said)

    assert {row["size"] for row in rows} <= {"small", "mid", "large"}
    assert sum(row["sale_count"] for row in rows) == len(run("all sales"))


@pytest.mark.parametrize("said", [
    "sales: sale_id, size by amount (small below 5, mid 5 to 8, large from 7)",
    "sales: sale_id, size by amount (small below 5, large from 10)",
])  # fmt: skip
def test_classes_that_share_rows_or_leave_some_out_are_asked_about(said):
    assert not isinstance(plan(said), Proposal)


def test_rows_are_sorted_by_what_is_computed():
    nets = [row["net"] for row in run("sales: sale_id, net (amount minus quantity), highest net first")]

    assert nets == sorted(nets, reverse=True)


def test_a_share_of_a_number_is_no_number_of_its_own():
    shown = run("sales: sale_id, amount, amount plus 10% as gross")

    assert all(row["gross"] == pytest.approx(row["amount"] * 1.1) for row in shown)


def test_what_is_filled_first_is_computed_afterwards():
    rows = run("treat a missing discount as 0 and compute net = amount - discount. show sale_id and net of sales")

    assert all(row["net"] is not None for row in rows)
