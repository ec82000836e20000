"""Words that no rule knows: planned where the finished plan does what they say, asked about where it may not."""

from __future__ import annotations

from typing import Any

import pytest
from lake import confirmed, plan, run

from datamorph.core.plan import Proposal, Questions, Refusal


def values(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row.values()) for row in rows), key=str)


@pytest.mark.parametrize(
    "prompt",
    [
        "Per channel the 95th percentile of the sale amounts, interpolated linearly: channel, sales_cnt (number of "
        "sales) and p95 (2 decimals).",
        "Sales statistics per channel. Wanted: channel, sales_cnt (how many sales) and p95, the 95th percentile of "
        "amount (linear interpolation), rounded to 2 decimals.",
    ],
)
def test_an_ordinal_is_the_number_of_the_percentile(prompt: str) -> None:
    assert values(run(prompt, "bakery")) == [("counter", 4, 7.7), ("online", 3, 19.0), ("phone", 1, 9.0)]


def test_the_label_of_a_list_and_particles_say_nothing_more() -> None:
    found = run(
        "Sales money per shop from bakery.sales: work out the sum of amount as total_amt, then bring in the shop's "
        "name. Needed: shop_id, name, total_amt.",
        "bakery",
    )

    assert values(found) == [(1, "Mill Lane", 24.0), (2, "Old Town", 16.0), (3, "Station", 25.0)]


def test_a_sentence_about_copies_is_why_one_row_of_each_is_kept() -> None:
    found = run(
        "Some members were entered twice. Remove duplicates on member_id and keep the one with the latest changed_at. "
        "Return member_id, first_name, last_name.",
        "bakery",
    )

    assert values(found)[0] == (1, "Ann", "Leigh")


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Which shops have Rye sales and also Eclair sales? Both are needed, one is not enough. shop_id, city.",
         [(1, "Leeds"), (2, "York")]),
        ("Need the shops that sold Rye as well as Eclair (not necessarily on the same day). shop_id and name.",
         [(1, "Mill Lane"), (2, "Old Town")]),
        ("In sales the channels 'online' and 'phone' mean the same to us, so map both to 'remote' in a new field way; "
         "the rest stay as they are. How many different shops (shop_id) are there in each way? Call that shops.",
         [("counter", 3), ("remote", 3)]),
        ("Per channel code the sum of amount from sales: channel, total_amt.",
         [("counter", 23.0), ("online", 33.0), ("phone", 9.0)]),
    ],
)  # fmt: skip
def test_what_the_plan_does_anyway_is_no_more_work(prompt: str, expected: list[tuple[Any, ...]]) -> None:
    assert values(run(prompt, "bakery")) == expected


@pytest.mark.parametrize(
    "prompt",
    [
        "Which shops have Rye sales and also Eclair sales, one is not enough unless discounted? shop_id, city.",
        "Need the shops that sold Rye as well as Eclair, not on the same day. shop_id and name.",
        "Per channel the mean amount and the number of sales that mean the same. channel, m, n",
        "Per shop the number of lapsed sales from bakery.sales with the sum of amount: shop_id, sales_cnt, total_amt.",
        "Statistics per channel. Wanted: channel, sales_cnt (how many sales) and p90, the 95th percentile of amount.",
        "Per shop the sum of amount as total_amt from bakery.sales, anonymised beforehand. Needed: shop_id, total_amt.",
        "Per shop the sum of amount as total_amt; sales of odd channels are left out. Needed: shop_id, total_amt.",
    ],
)
def test_a_word_that_may_pick_rows_or_change_values_is_asked_about(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bakery"), Proposal)


def test_a_caution_about_counting_twice_is_no_request_where_nothing_is_multiplied() -> None:
    found = run(
        "Shop overview: shop_id, name, sales_cnt (number of sales) and total_amt (sum of amount). Shops that never "
        "sold anything must still be listed, with 0 in both. Mind that a shop with several sales "
        "must not be counted twice.",
        "bakery",
    )

    assert values(found) == [
        (1, "Mill Lane", 3, 24.0),
        (2, "Old Town", 3, 16.0),
        (3, "Station", 2, 25.0),
        (4, "Harbour", 0, 0.0),
    ]


@pytest.mark.parametrize(
    ("prompt", "least"),
    [
        (
            "Sum of amount per shop as total_amt, but drop every shop whose total is 16 or less. shop_id, total_amt.",
            24.0,
        ),
        ("Sum of amount per shop as total_amt, of the shops with a total of 16 or more. shop_id, total_amt.", 16.0),
    ],
)
def test_a_bound_behind_its_number_is_the_one_that_the_plan_has(prompt: str, least: float) -> None:
    assert min(row["total_amt"] for row in run(prompt, "bakery")) == least


def test_hours_in_parentheses_are_those_of_the_schedule() -> None:
    outcome = plan(
        "Every 6 hours on the hour (0, 6, 12, 18) merge members into curated.bakery.member_mail. Key member_id, "
        "watermark changed_at, last version per member only. We just need member_id, email (as it is) and changed_at.",
        "bakery",
    )

    assert isinstance(outcome, Proposal)
    assert outcome.spec.schedule is not None
    assert outcome.spec.schedule.cron == "0 */6 * * *"


def test_a_plan_that_is_doubted_gives_way_to_one_that_is_not() -> None:
    found = confirmed(
        "Sales by the shop's city and the month sold: city, month (2024-01), total (sum of amount), nothing else.",
        "bakery",
    )

    assert ("Leeds", "2024-01", 18.0) in values(found)


@pytest.mark.parametrize(
    "prompt",
    [
        "Of the shops that sold twice from bakery.sales the number of distinct channels: shop_id and channels_cnt.",
        "Sales of real customers per shop with the sum of amount as total_amt. Needed are shop_id, total_amt.",
    ],
)
def test_a_word_that_may_be_a_limit_is_not_accounted_for_by_chance(prompt: str) -> None:
    assert not isinstance(plan(prompt, "bakery"), Proposal)


@pytest.mark.parametrize(
    "prompt",
    [
        "How regularly do shops sell? Number each shop's sales by sold_on as nth, ties by sale_id. Keep sale_id, "
        "shop_id, nth.",
        "Every sale is worth quantity times amount. Per shop_id the sum of that as worth_total: shop_id, worth_total, "
        "maybe the simplest of tables.",
    ],
)
def test_a_question_in_front_and_other_talk_asks_for_nothing(prompt: str) -> None:
    assert isinstance(plan(prompt, "bakery"), Proposal)


def test_who_asks_is_no_key() -> None:
    prompt = "For every shop I'd like the number of its sales and their mean amount: name, n_sales, mean_amount."

    found = values(run(prompt))

    assert ("Old Town", 3, pytest.approx(16 / 3)) in found


@pytest.mark.parametrize(
    ("prompt", "domain", "expected"),
    [
        (
            "How many loans ended in each lending_year? Name the number n_loans, largest on top, ties by lending_year.",
            "lib",
            [(2022, 2), (2023, 3)],
        ),
        (
            "Walk time of the visits by ward: for each ward the median of walk_s as med_walk. Columns ward, med_walk.",
            "clinic",
            [("east", 150.0), ("west", 75.0)],
        ),
    ],
)
def test_what_all_rows_did_and_what_a_column_holds_asks_for_nothing(
    prompt: str, domain: str, expected: list[tuple[object, ...]]
) -> None:
    assert values(run(prompt, domain)) == expected


OPEN = (
    "Who sells what? per shop_id the number of rebooked sales and their sum of amount: shop_id, sales_cnt, total_amt, "
    "lapsed ones doubled."
)


def test_a_plan_that_leaves_words_open_is_shown_to_be_confirmed() -> None:
    asked = plan(OPEN, "bakery")

    assert isinstance(asked, Questions)
    assert "nothing in it is for 'sells', 'rebooked', 'lapsed', 'doubled'" in asked.questions[0].text
    assert "compute total_amt = sum(amount) and sales_cnt = count(*)" in asked.questions[0].text
    assert asked.understanding.unexplained == ("sells", "rebooked", "lapsed", "doubled")


def test_a_confirmed_plan_says_what_it_leaves_open() -> None:
    planned = plan(OPEN, "bakery", answers={"doubt": "as_planned"})

    assert isinstance(planned, Proposal)
    assert planned.understanding.unexplained == ()
    assert (
        "'sells', 'rebooked', 'lapsed', 'doubled': nothing more to do, as answered" in planned.understanding.assumptions
    )
    assert isinstance(plan(OPEN, "bakery", answers={"doubt": "rephrase"}), Refusal)


def test_a_plan_that_lacks_a_number_is_not_shown() -> None:
    asked = plan(OPEN.replace("lapsed ones doubled", "lapsed ones 7 times"), "bakery")

    assert isinstance(asked, Questions)
    assert "Is this what is meant?" not in asked.questions[0].text


@pytest.mark.parametrize(
    ("prompt", "step"),
    [
        (
            "Amounts per channel of the sales: median and 90 % quantile, interpolated linearly. Name them channel, med "
            "and q90.",
            "percentile(amount, 0.9)",
        ),
        (
            "Who buys where? per shop_id the number of sales and their sum of amount: shop_id, sales_cnt, total_amt.",
            "sum(amount)",
        ),
        (
            "Sales per channel that aren't remote, meaning channel counter. channel, sales_cnt (how many sales) and "
            "p95, the 95th percentile of amount, please.",
            "channel = 'counter'",
        ),
        (
            "Sum of amount over all members by channel of the sales: channel, sales_cnt (how many sales) and total_amt",
            "sum(amount)",
        ),
    ],
)
def test_words_that_the_plan_does_in_others_ask_for_nothing(prompt: str, step: str) -> None:
    planned = plan(prompt, "bakery", answers={"doubt": "as_planned"})

    assert isinstance(planned, Proposal), planned
    assert step in " ".join(one.step.explain() for one in planned.spec.steps)


def test_a_gap_that_a_count_would_see_is_asked_about() -> None:
    asked = plan(
        "Per shop_id the number of sales and the median discount as med_discount; sales nobody discounted don't count. "
        "Columns shop_id, sales_cnt, med_discount.",
        "bakery",
    )

    assert isinstance(asked, Questions)
