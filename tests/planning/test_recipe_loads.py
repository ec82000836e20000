# ruff: noqa: E501 (prompts are read as one line each)
"""Loads, schedules, columns as rows and matrices, with their parts in any order."""

from __future__ import annotations

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal


@pytest.mark.parametrize(("said", "cron"), [
    ("At five past every hour", "5 * * * *"),
    ("Hourly at minute 20", "20 * * * *"),
    ("Every hour on the half hour", "30 * * * *"),
    ("Weekdays at 7:30", "30 7 * * 1-5"),
    ("Every morning at six", "0 6 * * *"),
    ("Weekly on Sunday at 23:15", "15 23 * * 0"),
])  # fmt: skip
def test_times_of_runs(said, cron):
    spec = plan(
        f"{said} merge members into curated.bakery.contacts. Key is member_id, watermark is changed_at, and of several"
        " versions of a member_id the latest changed_at survives. Only member_id, email and changed_at, unchanged."
    ).spec
    assert spec.schedule.cron == cron


@pytest.mark.parametrize("prompt", [
    "Incremental load of sales into curated.bakery.sales: merge key sale_id, cursor column sold_on. Already loaded up to"
    " and including 2024-02-14, so only what was sold later. No column changes.",
    "sales goes into curated.bakery.sales incrementally. sale_id identifies a row, sold_on is the watermark, and the last"
    " run ended at 2024-02-14, so only rows after that day.",
    "Set up an incremental load of bakery.sales into curated.bakery.sales: key sale_id, cursor sold_on. We already have"
    " everything up to and including 14 February 2024, so this run should only bring what was sold later.",
    "Nightly delta of sales. Target curated.bakery.sales, merge key sale_id, cursor sold_on. Our high-water mark is"
    " 2024-02-14; take what is strictly newer. No column changes.",
])  # fmt: skip
def test_rows_that_are_newer_than_the_last_run(prompt):
    spec = plan(prompt, "bakery").spec
    assert spec.target.write == "merge"
    assert {row["sale_id"] for row in run(prompt, "bakery")} == {106, 107}


@pytest.mark.parametrize("prompt", [
    "Tickets from wide to long: for each ticket_id a record per date column (bought_on, starts_on, expired_on); put the"
    " column's name in what and the date in day. Blanks are not needed.",
    "Unpivot bought_on, starts_on and expired_on of tickets. Keep ticket_id. The name column is stage, the value column is"
    " stage_date. Empty dates stay out.",
])  # fmt: skip
def test_names_of_the_new_columns_are_declared_anywhere(prompt):
    assert len(run(prompt, "rink")) == 11


@pytest.mark.parametrize("prompt", [
    "Tickets by kind as a matrix. Rows: trainer of the skater. Columns: trainer, adult, child. Number of tickets in each"
    " cell, 0 where there is none. Skaters with no trainer are left out.",
    "Crosstab: columns trainer, adult and child (kind) with the number of tickets, zero if none; skaters without a trainer"
    " are not shown.",
])  # fmt: skip
def test_rows_without_a_name_are_left_out_where_that_is_said(prompt):
    assert sorted(tuple(row.values()) for row in confirmed(prompt, "rink")) == [("Finn", 2, 1), ("Gro", 0, 1)]


@pytest.mark.parametrize("prompt", [
    "Incremental load of sales into curated.bakery.sales, merging on sale_id; only the new ones since last time.",
    "Keep curated.bakery.contacts fresh from members: merge by member_id every hour; a member may come several times.",
])  # fmt: skip
def test_loads_without_a_cursor_are_not_planned(prompt):
    assert not isinstance(plan(prompt, "bakery"), Proposal)
