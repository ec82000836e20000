"""Days that are told from the day of the run: the plan asks for that day, and its rows are those of then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lake import TABLES, plan, table

from datamorph.core.plan import Proposal, Questions
from datamorph.core.run_day import on_day
from datamorph.planning.offline.run_days.stand_in import FARTHEST, RunDay, expressed, spoken

SALES = TABLES["raw.bakery.sales"]
DAYS = sorted({row["sold_on"] for row in SALES})
DAY = DAYS[-2]


def rows(prompt, *domains, day=DAY):
    found = plan(prompt, *domains)
    assert isinstance(found, Proposal), found
    return table(Proposal(on_day(found.spec, day)), *domains)


def ids(prompt, day=DAY):
    return sorted(row["sale_id"] for row in rows(prompt, day=day))


def sold(first, last):
    return sorted(row["sale_id"] for row in SALES if first <= row["sold_on"] <= last)


def month(day, offset=0):
    first = day.replace(day=1)
    for _ in range(abs(offset)):
        first = (
            (first - timedelta(days=1)).replace(day=1) if offset < 0 else (first + timedelta(days=32)).replace(day=1)
        )
    return first


@pytest.mark.parametrize("day", [DAYS[0], DAYS[len(DAYS) // 2], DAYS[-1], DAYS[-1] + timedelta(days=40)])
@pytest.mark.parametrize(
    ("prompt", "first", "last"),
    [
        ("sales of the last 7 days", lambda d: d - timedelta(7), lambda d: d),
        ("keep sales sold in the last 30 days", lambda d: d - timedelta(30), lambda d: d),
        ("sales from the past two weeks", lambda d: d - timedelta(14), lambda d: d),
        ("keep the last 30 days of sales", lambda d: d - timedelta(30), lambda d: d),
        ("yesterday's sales", lambda d: d - timedelta(1), lambda d: d - timedelta(1)),
        ("sales since yesterday", lambda d: d - timedelta(1), lambda d: date.max),
        ("sales sold today", lambda d: d, lambda d: d),
        ("sales from last month", lambda d: month(d, -1), lambda d: month(d) - timedelta(1)),
        ("last month's sales", lambda d: month(d, -1), lambda d: month(d) - timedelta(1)),
        ("sales of this month", month, lambda d: month(d, 1) - timedelta(1)),
        ("sales in the last 2 full months", lambda d: month(d, -2), lambda d: month(d) - timedelta(1)),
        ("sales this year so far", lambda d: d.replace(month=1, day=1), lambda d: d),
        ("sales older than 30 days", lambda d: date.min, lambda d: d - timedelta(31)),
        ("sales that are at least 30 days old", lambda d: date.min, lambda d: d - timedelta(30)),
        ("sales less than 14 days old", lambda d: d - timedelta(13), lambda d: date.max),
        ("sales more than 30 days ago", lambda d: date.min, lambda d: d - timedelta(31)),
        ("sales between 30 days ago and 7 days ago", lambda d: d - timedelta(30), lambda d: d - timedelta(7)),
        ("sales in the next 7 days", lambda d: d, lambda d: d + timedelta(7)),
        ("sales since the start of this year", lambda d: d.replace(month=1, day=1), lambda d: date.max),
        ("sales after the end of last month", month, lambda d: date.max),
        ("sales since last month", lambda d: month(d, -1), lambda d: date.max),
        ("sales before this month", lambda d: date.min, lambda d: month(d) - timedelta(1)),
    ],
)
def test_rows_lie_in_the_days_that_are_told(prompt, first, last, day):
    assert ids(prompt, day) == sold(first(day), last(day))


def test_groups_orders_and_rows_without_a_match_take_such_days_too():
    recent = [row for row in SALES if DAY - timedelta(90) <= row["sold_on"] <= DAY]
    counts = {shop: sum(row["shop_id"] == shop for row in recent) for shop in {row["shop_id"] for row in recent}}

    found = rows("number of sales of the last 90 days by shop")
    none = rows("shops without sales in the last 90 days")

    assert {row["shop_id"]: row["sale_count"] for row in found} == counts
    assert {row["shop_id"] for row in none} == {row["shop_id"] for row in TABLES["raw.bakery.shops"]} - counts.keys()


def test_the_plan_says_what_the_days_are():
    found = plan("total amount per shop yesterday, every day at 6")

    assert found.spec.prompt == "total amount per shop yesterday, every day at 6"
    assert found.spec.steps[0].step.where == "sold_on = date_add(current_date(), -1)"
    assert "'yesterday' is read as 'on 1 day before the day of the run'" in found.understanding.assumptions
    assert any(phrase.text == "yesterday" for phrase in found.understanding.phrases)
    assert found.spec.schedule.cron == "0 6 * * *"


def test_a_question_speaks_of_the_days_in_words_and_its_answer_leads_to_the_plan():
    asked = plan("the latest sale per shop this year")
    assert isinstance(asked, Questions)

    found = plan(
        "the latest sale per shop this year", answers={asked.questions[0].id: asked.questions[0].choices[0].value}
    )

    assert asked.prompt == "the latest sale per shop this year"
    assert "4" not in asked.questions[0].text
    assert isinstance(found, Proposal) and "current_date()" in found.spec.to_yaml()


def test_an_answer_in_words_may_tell_such_days():
    asked = plan("recent sales per shop: number")
    (question,) = [one for one in asked.questions if one.takes_words][:1]

    found = plan("recent sales per shop: number", answers={question.id: "in the last 30 days"})

    assert "date_add(current_date(), -30)" in found.spec.to_yaml()
    assert [phrase.meaning for phrase in found.understanding.answered] == ["in the last 30 days"]


@pytest.mark.parametrize(
    "prompt",
    [
        "load sales today",
        "sales in the last 24 hours",
        "sales of the last 3 days before 2024-02-01",
        "sales in the last 90 days of the year",
        "sales growth this month versus last month",
        "7-day moving average of amount per shop over the last 30 days",
        "days since the last sale per shop",
        "for each shop the days since its last sale",
        "sales since the last 7 days",
    ],
)
def test_what_may_mean_other_days_is_asked_about(prompt):
    assert isinstance(plan(prompt), Questions)


def test_a_question_may_tell_such_days():
    found = plan("how many sales were there yesterday?", mode="question")

    (row,) = table(Proposal(on_day(found.spec, DAY + timedelta(1))))
    assert list(row.values()) == [len(sold(DAY, DAY))]
    assert not any("saved" in text for text in found.understanding.assumptions)


def test_dates_of_far_centuries_are_what_they_are():
    found = plan("sales before 4075-01-01")

    assert found.spec.steps[0].step.where == "sold_on < DATE '4075-01-01'"


@given(
    st.sampled_from(["day", "months", "week", "month", "quarter", "year"]), st.integers(-FARTHEST, FARTHEST),
    st.integers(-3, 3),
)  # fmt: skip
def test_every_stand_in_is_one_day_of_the_run(unit, offset, days):
    day = RunDay(unit, offset, days)

    found = RunDay.of(day.stand_in)

    assert found is not None and found.sql == day.sql
    assert expressed(f"sold_on >= DATE '{day.stand_in}'") == f"sold_on >= {day.sql}"
    assert day.stand_in not in spoken(day.stand_in)


def test_the_same_words_are_read_in_every_table():
    assert "changed_at < date_add(current_date(), 1)" in plan("members changed in the last week").spec.to_yaml()
