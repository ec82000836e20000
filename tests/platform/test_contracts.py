"""Contracts: what a table promises, and plans that would break a promise or a reader."""

from __future__ import annotations

import textwrap

import pytest

from datamorph.core.contract import parse_contract
from datamorph.core.spec import parse_spec
from datamorph.errors import ApprovalError, CheckFailedError, ContractError, SpecError

CONTRACT = """\
table: curated.sales.customer_totals
owner: sales-data
columns: {customer_id: bigint, total_amount: double}
checks:
- expect_column_values_to_be_between: {column: total_amount, min_value: 0}
consumers:
- {name: finance dashboard, columns: [total_amount], contact: finance@example.org}
"""
TOTALS = """\
name: customer_totals
sources: {customers: raw.shop.customers, orders: raw.shop.orders}
steps:
- {name: joined, join: {left: orders, right: customers, on: [customer_id]}}
- {name: totals, aggregate: {from: joined, by: [customer_id, customer_name], measures: {total_amount: sum(amount)}}}
target: {table: curated.sales.customer_totals}
"""
READER = """
name: big_customers
sources: {totals: curated.sales.customer_totals}
steps:
- {name: big, filter: {from: totals, where: total_amount > 1000}}
- {name: names, select: {from: big, columns: [customer_name]}}
target: {table: curated.sales.big_customers}
"""


@pytest.fixture
def sign(platform):
    """Write the contract of a table."""

    def write(text=CONTRACT, table="curated.sales.customer_totals"):
        folder = platform.settings.path("contracts")
        folder.mkdir(exist_ok=True)
        (folder / f"{table}.yaml").write_text(textwrap.dedent(text))

    return write


@pytest.fixture
def totals(spec_of):
    return spec_of(TOTALS)


def without(column):
    """The spec with a last step that drops a column."""
    return then(f"drop: {{from: totals, columns: [{column}]}}")


def then(step):
    return parse_spec(TOTALS.replace("target:", f"- {{name: changed, {step}}}\ntarget:"))


def test_checks_of_the_contract_are_judged_at_every_run(platform, totals, sign):
    sign(CONTRACT.replace("min_value: 0", "min_value: 500"))

    with pytest.raises(CheckFailedError, match="between_total_amount: 1 of 2 rows does not fit"):
        platform.run(platform.plan_spec(totals))


def test_a_plan_that_breaks_a_promise_is_refused_with_owner_and_consumers(platform, totals, sign):
    sign()

    with pytest.raises(ContractError) as error:
        platform.plan_spec(without("total_amount"))

    assert "contract of curated.sales.customer_totals (owner: sales-data) promises total_amount" in error.value.problem
    assert "consumer finance dashboard (finance@example.org) reads total_amount" in error.value.problem


def test_a_promise_is_changed_in_the_contract_first_and_only_then_approved(platform, totals, sign):
    sign()
    platform.run(platform.plan_spec(totals))

    with pytest.raises(ContractError) as error:
        platform.plan_spec(without("total_amount"))
    text = "columns: {customer_id: bigint}\n"
    sign(f"table: curated.sales.customer_totals\nowner: sales-data\n{text}")
    with pytest.raises(ApprovalError, match="would lose or retype total_amount"):
        platform.run(platform.plan_spec(without("total_amount")))
    platform.run(platform.plan_spec(without("total_amount")), approve=True)

    assert error.value.fix == (
        "keep these columns; or agree with sales-data and take them out of "
        "contracts/curated.sales.customer_totals.yaml, and change those who read them first "
        "(--approve does not break a promise)"
    )
    assert [column.name for column in platform.read("curated.sales.customer_totals").schema] == [
        "customer_id", "customer_name"]  # fmt: skip


def test_a_plan_that_takes_a_column_from_a_pipeline_is_refused_without_any_contract(platform, totals, first, spec_of):
    platform.run(platform.plan_spec(spec_of(READER)))

    with pytest.raises(ContractError, match=r"pipeline big_customers reads customer_name"):
        platform.plan_spec(without("customer_name"))
    assert platform.plan_spec(without("customer_id")).change.removed == ("customer_id",)
    readers = platform.readers("curated.sales.customer_totals")
    assert [(reader.name, reader.columns) for reader in readers] == [
        ("big_customers", ("customer_name", "total_amount"))
    ]  # fmt: skip


def test_a_retyped_column_breaks_its_readers_too(platform, totals, first, spec_of):
    platform.run(platform.plan_spec(spec_of(READER)))

    with pytest.raises(ContractError, match="would lose or retype total_amount"):
        platform.plan_spec(then("derive: {from: totals, columns: {total_amount: \"'much'\"}}"))


def test_contracts_are_judged_on_the_tables_of_today(platform, totals, sign):
    sign()
    (missing,) = platform.contracts()
    platform.run(platform.plan_spec(totals))
    (kept,) = platform.contracts()
    sign(CONTRACT.replace("min_value: 0", "min_value: 500").replace("customer_id: bigint", "customer_id: string"))
    (broken,) = platform.contracts()

    assert (missing.holds, missing.problem) == (False, "the table is not published yet")
    assert kept.holds
    assert (broken.holds, broken.breaches) == (False, ("customer_id",))
    assert [result.passed for result in broken.results] == [False]


def test_a_stale_table_breaks_its_promise_of_freshness(platform, sign):
    sign("""\
        table: raw.shop.orders
        owner: shop
        columns: {order_id: bigint}
        freshness: {column: ordered_on, within_hours: 24}
        """, "raw.shop.orders")  # fmt: skip

    (state,) = platform.contracts()

    assert not state.holds
    assert state.results[0].observed["age_hours"] > 24


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("owner: x\ncolumns: {a: bigint}", "table"),
        ("table: raw.a.b\nowner: x\ncolumns: {}", "columns"),
        ("table: raw.a.b\nowner: x\ncolumns: {a: number}", "type 'number' is not one of"),
        ("table: raw.a.b\nowner: x\ncolumns: {a: bigint}\nchecks: [{unique: {}}]", "checks.0"),
        ("table: raw.a.b\nowner: ''\ncolumns: {a: bigint}", "owner"),
        ("- a", "is not a contract"),
        ("a: &x 1\nb: *x", "aliases"),
    ],
)
def test_what_is_no_contract_is_refused_with_the_place(text, told):
    with pytest.raises(SpecError, match=told):
        parse_contract(text, origin="contracts/raw.a.b.yaml")


def test_a_contract_is_about_the_table_that_its_file_is_named_after(platform, sign):
    sign(CONTRACT, "curated.sales.others")

    with pytest.raises(SpecError, match=r"is about curated.sales.customer_totals"):
        platform.contracts()


def test_a_contract_that_cannot_be_checked_is_told_before_anything_runs(platform, totals, sign):
    sign(CONTRACT.replace("column: total_amount, min", "column: total_amout, min"))

    with pytest.raises(ContractError, match="did you mean total_amount"):
        platform.plan_spec(totals)
