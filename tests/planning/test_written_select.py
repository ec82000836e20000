"""A prompt that is a SELECT is planned as it is written, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.plan import Proposal, Refusal


def kinds(said):
    """The kinds of the steps of a plan."""
    outcome = plan(said)
    assert isinstance(outcome, Proposal), outcome
    return [step.step.kind for step in outcome.spec.steps]


@pytest.mark.parametrize(("said", "wanted"), [
    ("select channel, count(*) as n from sales group by channel",
     [("counter", 4), ("online", 3), ("phone", 1)]),
    ("channel, count(*) from sales group by channel", [("counter", 4), ("online", 3), ("phone", 1)]),
    ("shop_id, sum(quantity * amount) as worth from sales group by shop_id having sum(amount) > 20 order by 2 desc;",
     [(3, 110.0), (1, 68.0)]),
    ("SELECT count(distinct shop_id) AS shops FROM bakery.sales", [(3,)]),
    ("select s.city, count(*) filter (where x.amount > 5) as big from shops s join raw.bakery.sales x "
     "on x.shop_id = s.shop_id group by s.city order by s.city", [("Leeds", 4), ("York", 1)]),
    ("with big as (select * from sales where amount > 8) select max(amount) as top from big", [(20.0,)]),
    ("select sale_id from sales where discount is null and channel not in ('phone') order by sale_id",
     [(100,), (104,), (106,)]),
])  # fmt: skip
def test_it_runs_as_it_is_written(said, wanted):
    found = [tuple(row.values()) for row in run(said)]

    assert "sql" in kinds(said)
    assert (found if "order by" in said else sorted(found)) == wanted


def test_behind_it_stands_where_the_result_goes_and_when_it_runs():
    outcome = plan("select channel, count(*) as n from sales group by channel; every day at 6, save as curated.ops.mix")

    assert isinstance(outcome, Proposal)
    assert str(outcome.spec.target.table) == "curated.ops.mix"
    assert outcome.spec.schedule is not None
    assert outcome.spec.schedule.cron == "0 6 * * *"
    assert outcome.spec.prompt.startswith("select channel")


def test_columns_that_are_computed_get_names():
    outcome = plan("select channel, sum(amount), sum(amount), avg(quantity) from sales group by channel")

    assert isinstance(outcome, Proposal)
    (step,) = outcome.spec.steps
    assert list(step.step.model_dump(by_alias=True)["columns"]) == [
        "channel", "sum_amount", "sum_amount_2", "avg_quantity",
    ]  # fmt: skip


@pytest.mark.parametrize("said", [
    "channel, amount from sales group by channel",  # no engine would run it
    "select amount from sails",
    "select colour, count(*) from sales group by colour",
    "select count(*) as n from sales; mail it to the boss",
    "count sales from shops in Leeds",
    "select the sales from the shops in Leeds",
])  # fmt: skip
def test_what_is_no_select_over_these_tables_is_read_as_words(said):
    outcome = plan(said)

    is_sql = isinstance(outcome, Proposal) and any(step.step.kind == "sql" for step in outcome.spec.steps)
    assert not is_sql


@pytest.mark.parametrize("said", [
    "drop table sales; select 1 as one from sales",
    "select name from shops; delete from sales",
    "select * from sales; truncate table shops",
])  # fmt: skip
def test_what_destroys_is_refused(said):
    outcome = plan(said)

    assert isinstance(outcome, Refusal)
    assert outcome.reason == "unsafe"
