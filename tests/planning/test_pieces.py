"""Requests whose pieces are each read whole, wherever they stand in their sentences."""

from __future__ import annotations

from typing import Any

import pytest
from composed import catalog, result_of

from datamorph.core.plan import Proposal
from datamorph.planning.offline.planner import OfflinePlanner


def steps(prompt: str, domain: str = "garage") -> list[tuple[str, dict[str, Any]]]:
    found = OfflinePlanner().plan(prompt, catalog(domain))
    assert isinstance(found, Proposal), found
    return [(one.step.kind, one.step.model_dump(exclude_defaults=True)) for one in found.spec.steps]


@pytest.mark.parametrize("said", [
    "Show job_id, started_on, price and the running total of price per customer, ordered by start date.",
    "Partition jobs by customer_id, in order of start date, and show job_id, started_on, price and the cumulative "
    "price.",
    "Could you compute the running sum of price for each customer by start date, oldest first? Show job_id, "
    "started_on, price and the running sum of price of all jobs.",
])  # fmt: skip
def test_a_running_total_is_the_same_in_every_sentence(said):
    (kind, window), (_, shown) = steps(said)

    assert kind == "window"
    assert window["partition_by"] == ("customer_id",)
    assert list(window["columns"].values()) == ["sum(price)"]
    assert shown["columns"][:3] == ("job_id", "started_on", "price")


def test_what_is_made_is_called_as_the_prompt_says():
    found = steps(
        "For each job show job_id, price and the running total of price per category by start date as so_far."
    )

    assert found[-1][1]["columns"] == ("job_id", "price", "so_far")


def test_the_first_rows_of_each_group_have_their_rank():
    found = steps("Find the 3 jobs with the highest price per mechanic. Columns: job_id, mechanic_id, price and rank.")

    assert [kind for kind, _ in found] == ["window", "top", "select"]


def test_rows_of_two_tables_tell_where_they_are_from():
    prompt = "Append shop_orders to web_orders, with a column that tells which table each row is from."
    found = OfflinePlanner().plan(prompt, catalog("depot"))

    assert isinstance(found, Proposal)
    assert {row[-1] for row in result_of(found, "depot")[1]} == {"shop_orders", "web_orders"}


@pytest.mark.parametrize("said", [
    "Show each customer with the latest start date.",
    "Running total of price per customer, job_id, started_on.",
    "Latest job per customer that is not cancelled and not paid: job_id, customer_id",
    "Show job_id and the running total of price per customer by start date without the first job.",
    "Add the running total of price per customer by start date to jobs; output job_id and price.",
    "The previous price and the next price per customer by start date: job_id",
])  # fmt: skip
def test_what_leaves_something_open_is_no_request_of_pieces(said):
    found = OfflinePlanner().plan(said, catalog("garage"))

    assert not isinstance(found, Proposal) or all(
        phrase.meaning != "the pieces of a request" for phrase in found.understanding.phrases
    )


@pytest.mark.parametrize("said", [
    "Customers with at least one job whose price is over 2000: customer_id, name",
    "Which customers have any job with a price above 2000, each only once? I need customer_id and name.",
    "Could you find the customers for which there is at least one job where price > 2000? Show customer_id and name.",
])  # fmt: skip
def test_things_with_such_rows_are_found_however_it_is_said(said):
    assert [kind for kind, _ in steps(said)] == ["filter", "join", "select"]


def test_things_without_rows_stay_where_that_is_said():
    found = steps("List every customer with their jobs, keep customers without jobs: name, job_id, price.")

    assert [(kind, fields.get("how")) for kind, fields in found] == [("join", "left"), ("select", None)]


def test_a_column_that_no_table_has_is_not_passed_over():
    found = OfflinePlanner().plan("Mechanics with at least one job whose price is over 2000: name", catalog("garage"))

    assert not isinstance(found, Proposal) or "full_name" in str(found.spec.steps[-1])
