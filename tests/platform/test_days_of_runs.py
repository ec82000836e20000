"""A table over the last days is of the day of its run: the next day computes it anew, a repeated run does not."""

from __future__ import annotations

from datetime import date

import pytest

from datamorph.errors import SpecError

RECENT = """
name: recent
sources: {orders: raw.shop.orders}
steps:
- {name: recent, filter: {from: orders, where: "ordered_on >= date_add(current_date(), -1) and ordered_on <= current_date()"}}
- {name: aged, derive: {from: recent, columns: {age: "datediff(current_date(), ordered_on)"}}}
target: {table: curated.shop.recent}
"""  # noqa: E501 (one line of YAML)


def rows(platform):
    found = platform.read("curated.shop.recent").to_pylist()
    return sorted((row["order_id"], row["age"]) for row in found)


@pytest.fixture
def days(platform):
    """The days of the orders, first to last."""
    return sorted({row["ordered_on"] for row in platform.read("raw.shop.orders").to_pylist()})


def test_every_day_has_its_own_rows_and_the_same_day_changes_nothing(platform, spec_of, days):
    spec = spec_of(RECENT)
    first = platform.run(platform.plan_spec(spec, day=days[0]))
    before = rows(platform)

    again = platform.run(platform.plan_spec(spec, day=days[0]))
    later = platform.run(platform.plan_spec(spec, day=days[-1]))

    assert again.is_unchanged and not later.is_unchanged
    assert before and {age for _, age in before} == {0}
    assert rows(platform) != before
    assert [line.properties["run_day"] for line in platform.history(first.table)] == [str(days[-1]), str(days[0])]


def test_a_repeated_run_is_of_the_day_that_it_was(platform, spec_of, days):
    spec = spec_of(RECENT)
    first = platform.run(platform.plan_spec(spec, day=days[0]))
    before = rows(platform)
    platform.run(platform.plan_spec(spec, day=days[-1]))

    platform.rerun(first.run_id, approve=True)

    assert rows(platform) == before
    assert platform.history(first.table)[0].properties["run_day"] == str(days[0])


def test_a_plan_shows_the_day_and_the_saved_pipeline_does_not(platform, spec_of, days):
    plan = platform.plan_spec(spec_of(RECENT), day=days[0])

    platform.run(plan)

    assert f"DATE '{days[0]}'" in " ".join(plan.explanation)
    assert "current_date()" in platform.pipeline("recent").spec.to_yaml()
    assert str(days[0]) not in platform.pipeline("recent").spec.to_yaml()


def test_today_is_the_day_where_none_is_given(platform, spec_of):
    before = platform.now().date()

    plan = platform.plan_spec(spec_of(RECENT))

    assert plan.day is not None and before <= plan.day <= platform.now().date()


def test_a_day_for_rows_that_depend_on_none_is_told(platform, totals):
    with pytest.raises(SpecError, match="depend on no day"):
        platform.plan_spec(totals, day=date(2024, 1, 1))
