"""``current_date()`` is the day of the run, in everything that one run computes."""

from __future__ import annotations

import typing
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.checks import Check
from datamorph.core.run_day import day_of_run, on_day
from datamorph.core.spec import STEPS, parse_spec
from datamorph.core.steps.step import SqlText
from datamorph.core.table import TableSchema

DAY = date(2024, 3, 31)
SPEC = """
name: out
sources: {orders: raw.shop.orders}
steps:
- {name: recent, filter: {from: orders, where: "ordered_on >= date_add(current_date(), -7)"}}
- {name: aged, derive: {from: recent, columns: {age: "datediff(current_date(), ordered_on)"}}}
- {name: numbered, window: {from: aged, order_by: [id], columns: {n: row_number(), late: "current_date() > due"}}}
- name: counted
  aggregate: {from: numbered, by: [late], measures: {overdue: count_if(due < current_date())}}
target: {table: curated.shop.out}
"""


def test_the_day_stands_in_every_expression():
    spec = parse_spec(SPEC)

    found = on_day(spec, DAY)

    assert "current_date" not in found.to_yaml()
    assert found.to_yaml().count("2024-03-31") == 4
    assert found.steps[0].step.where == "ordered_on >= date_add(DATE '2024-03-31', -7)"


def test_a_spec_without_a_day_stays_the_very_same():
    spec = parse_spec(SPEC.replace("current_date()", "due"))

    assert on_day(spec, DAY) is spec
    assert day_of_run(spec, datetime(2024, 3, 31, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a < Current_Date ( )", "a < DATE '2024-03-31'"),
        ("a = 'current_date()'", "a = 'current_date()'"),
        ("a = 'it''s current_date()' and b < current_date()", "a = 'it''s current_date()' and b < DATE '2024-03-31'"),
        ("a = '\\' and b < current_date()", "a = '\\' and b < DATE '2024-03-31'"),
        ("a < `current_date`", "a < `current_date`"),
        ("a < current_date", "a < current_date"),
        ("a < s.current_date", "a < s.current_date"),
    ],
)
def test_only_calls_are_the_day_not_texts_and_columns_of_that_name(text, expected):
    spec = parse_spec(SPEC).model_copy(update={"steps": parse_spec(SPEC).steps[:1]})
    step = spec.steps[0].step.model_copy(update={"where": text})
    spec = spec.model_copy(update={"steps": (spec.steps[0].model_copy(update={"step": step}),)})

    assert on_day(spec, DAY).steps[0].step.where == expected


def test_a_select_may_leave_the_brackets_out():
    spec = parse_spec("""
name: out
sources: {orders: raw.shop.orders}
steps:
- name: dated
  sql:
    from: [orders]
    query: select current_date as a, current_date() as b, o.`current_date` as c, o.current_date as d from orders as o
    columns: {a: date, b: date, c: date, d: date}
target: {table: curated.shop.out}
""")

    query = on_day(spec, DAY).steps[0].step.query

    assert query == (
        "select DATE '2024-03-31' as a, DATE '2024-03-31' as b, o.`current_date` as c, o.current_date as d "
        "from orders as o"
    )


def test_the_day_is_that_of_the_schedules_time_zone():
    at = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)
    spec = parse_spec(SPEC)
    scheduled = parse_spec(SPEC + "schedule: {cron: 30 0 * * *, timezone: Europe/Berlin}\n")

    assert day_of_run(spec, at) == date(2024, 3, 31)
    assert day_of_run(scheduled, at) == date(2024, 4, 1)


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_step_names_all_its_expressions(kind):
    hints = typing.get_type_hints(STEPS[kind], include_extras=True)
    fields = {name for name in STEPS[kind].model_fields if str(SqlText) in str(hints[name])}

    assert set(STEPS[kind].expressions) == fields


@given(st.text(max_size=40), st.dates())
def test_a_text_is_never_changed(text, day):
    quoted = "'" + text.replace("\x00", "").replace("'", "''") + "'"
    spec = parse_spec(SPEC)
    step = spec.steps[0].step.model_copy(update={"where": f"{quoted} = shop and current_date() > due"})
    spec = spec.model_copy(update={"steps": (spec.steps[0].model_copy(update={"step": step}),)})

    found = on_day(spec, day).steps[0].step.where

    assert found == f"{quoted} = shop and DATE '{day.isoformat()}' > due"


def test_a_check_does_not_ask_for_the_day():
    schema = TableSchema.of(ordered_on="date")
    check = Check.model_validate({"expect_column_values_to_not_be_null": {
        "column": "ordered_on", "row_condition": "ordered_on < current_date()"}})  # fmt: skip

    assert [problem.code for problem in check.problems(schema)] == ["unsupported"]
