"""Documents of the predecessor: carried over exactly, or refused with what could not be."""

from __future__ import annotations

from typing import Any

import pytest

from datamorph.core.adoption import adopt_spec
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.errors import SpecError

ORDERS = TableSchema.of(
    order_id="bigint", customer_id="bigint", shop_id="int", amount="double", status="string", note="string"
)
CUSTOMERS = TableSchema.of(customer_id="bigint", city="string", note="string")
SHOPS = TableSchema.of(id="int", city="string", open="boolean")
TABLES = {TableRef.parse(f"raw.sales.{name}"): schema
          for name, schema in (("orders", ORDERS), ("customers", CUSTOMERS), ("shops", SHOPS))}  # fmt: skip
JOIN = {"left_table": "orders", "right_table": "customers", "left_column": "customer_id", "right_column": "customer_id"}


def a_document(**parts: Any) -> dict[str, Any]:
    return {"source_tables": ["orders"], "target_table": "totals", **parts}


def adopt(*, tables: Any = TABLES, **parts: Any) -> PipelineSpec:
    spec = adopt_spec(a_document(**parts), domain="sales", tables=tables)
    require_checked(spec, TABLES)
    assert parse_spec(spec.to_yaml()) == spec
    return spec


def steps(spec: PipelineSpec) -> list[dict[str, Any]]:
    return spec.model_dump(mode="json", exclude_defaults=True).get("steps", [])


def test_a_whole_document_runs_in_the_order_of_execution():
    spec = adopt(
        name="Daily Totals",
        description="Totals of paid orders",
        prompt="total per city",
        source_tables=["orders", {"name": "customers", "alias": "c"}],
        transformations=["join", "Group By"],
        aggregations=[{"function": "SUM", "column": "gross", "alias": "total", "group_by": ["c.city"]}],
        filters=["orders.status = 'paid' and gross > 1.5", {"column": "status", "operator": "!=", "value": "it's"}],
        derived_columns={"gross": "orders.amount * 1.19"},
        join_conditions=[
            {"left_table": "orders", "right_table": "c", "condition": "orders.customer_id = c.customer_id"}
        ],
        order_by=["total desc", "city"],
        limit=10,
        schedule="0 6 * * *",
    )

    assert steps(spec) == [
        {"name": "joined", "join": {"left": "orders", "right": "c", "on": ["customer_id"]}},
        {"name": "derived", "derive": {"from": "joined", "columns": {"gross": "amount * 1.19"}}},
        {"name": "filtered", "filter": {"from": "derived", "where": "status = 'paid' and gross > 1.5"}},
        {"name": "filtered_2", "filter": {"from": "filtered", "where": "status <> 'it''s'"}},
        {"name": "totals", "aggregate": {"from": "filtered_2", "by": ["city"], "measures": {"total": "sum(gross)"}}},
        {"name": "first_rows", "top": {"from": "totals", "n": 10, "order_by": ["total desc", "city"]}},
    ]
    assert (spec.name, spec.prompt, spec.description) == ("daily_totals", "total per city", "Totals of paid orders")
    assert spec.schedule is not None
    assert spec.schedule.cron == "0 6 * * *"
    assert spec.assumptions == (
        "table orders is raw.sales.orders",
        "table customers is raw.sales.customers",
        "table totals is curated.sales.totals",
        "missing values are sorted last",
        "the name 'Daily Totals' is written daily_totals",
    )


def test_a_table_with_its_tier_stays_where_it_is():
    spec = adopt(source_tables=["raw.sales.orders"], target_table="processed.clean.orders")

    assert {name: str(ref) for name, ref in spec.sources.items()} == {"orders": "raw.sales.orders"}
    assert (spec.name, str(spec.target.table), spec.assumptions) == ("orders", "processed.clean.orders", ())


def test_a_column_of_the_right_table_is_called_as_the_join_calls_it():
    spec = adopt(
        source_tables=["orders", "customers"], join_conditions=[JOIN], filters=["customers.note = orders.note"]
    )

    assert steps(spec)[1] == {"name": "filtered", "filter": {"from": "joined", "where": "customers_note = note"}}


def test_a_name_that_several_tables_have_is_clear_where_the_document_makes_it_anew():
    spec = adopt(
        source_tables=["orders", "customers"],
        join_conditions=[JOIN],
        derived_columns={"text": "'note'"},
        filters=["orders.note = 'note'"],
        aggregations=[{"group_by": "customers.note", "measures": {"note": "max(orders.note)"}}],
        order_by="note",
    )

    assert steps(spec)[-2]["aggregate"] == {
        "from": "filtered", "by": ["customers_note"], "measures": {"note": "max(note)"},
    }  # fmt: skip


def test_joins_follow_each_other_whichever_side_is_written_first():
    spec = adopt(
        source_tables=["orders", "shops", "customers"],
        join_conditions=[JOIN, "shops.id = orders.shop_id"],
        group_by="shops.city",
        aggregations=[{"function": "count_distinct", "column": "shops.id"}, {"function": "count"}],
    )

    assert steps(spec)[1:] == [
        {"name": "joined_2", "join": {"left": "joined", "right": "shops", "on": [{"left": "shop_id", "right": "id"}]}},
        {
            "name": "totals",
            "aggregate": {
                "from": "joined_2",
                "by": ["shops_city"],
                "measures": {"count_distinct_id": "count(distinct shop_id)", "count": "count(*)"},
            },
        },
    ]


def test_a_derived_column_that_reads_another_stands_in_a_step_after_it():
    spec = adopt(derived_columns=[
        {"name": "net", "expression": "amount / 1.19"},
        {"name": "tax", "expression": "amount - net"},
        {"name": "state", "expression": "upper(status)"},
    ])  # fmt: skip

    assert [step["derive"]["columns"] for step in steps(spec)] == [
        {"net": "amount / 1.19"},
        {"tax": "amount - net", "state": "upper(status)"},
    ]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"column": "amount", "operator": ">=", "value": 5}, "amount >= 5"),
        ({"column": "orders.amount", "operator": "lt", "value": -0.5}, "amount < -0.5"),
        ({"column": "status", "operator": "IN", "value": ["a", "b'c"]}, "status in ('a', 'b''c')"),
        ({"column": "shop_id", "operator": "not_in", "value": 3}, "shop_id not in (3)"),
        ({"column": "amount", "operator": "between", "value": [1, 2]}, "amount between 1 and 2"),
        ({"column": "note", "operator": "is not null"}, "note is not null"),
        ({"column": "status", "operator": "not like", "value": "a%"}, "not (status like 'a%')"),
        ("status = 'orders.note' and orders . amount > 1.5", "status = 'orders.note' and amount > 1.5"),
        ({"condition": "amount > 1"}, "amount > 1"),
    ],
    ids=str,
)
def test_a_filter_becomes_a_condition(given, where):
    assert steps(adopt(filters=[given]))[0]["filter"]["where"] == where


def test_measures_may_share_their_groups():
    spec = adopt(aggregations=[{"group_by": "status", "measures": {"total": "sum(orders.amount) / count(*)"}}])

    assert steps(spec)[0]["aggregate"] == {
        "from": "orders", "by": ["status"], "measures": {"total": "sum(amount) / count(*)"},
    }  # fmt: skip


def test_transformations_with_a_type_belong_to_their_part():
    spec = adopt(
        transformations=[
            {"type": "filter", "column": "amount", "operator": ">", "value": 5},
            {"type": "derive", "name": "double", "expression": "amount * 2"},
            {"type": "aggregate", "function": "max", "column": "double", "alias": "most"},
        ]
    )

    assert [next(key for key in step if key != "name") for step in steps(spec)] == ["derive", "filter", "aggregate"]


def test_distinct_rows_come_before_the_order():
    spec = adopt(transformations=["drop duplicates"], order_by=[{"column": "orders.amount", "direction": "desc"}])

    assert steps(spec) == [
        {"name": "distinct_rows", "dedupe": {"from": "orders"}},
        {"name": "sorted", "sort": {"from": "distinct_rows", "by": ["amount desc"]}},
    ]


def test_columns_of_the_first_table_need_no_catalog():
    spec = adopt(tables=None, source_tables=["orders", "customers"], join_conditions=[JOIN],
                 filters=["orders.note = 'x' and customers.customer_id > 0"])  # fmt: skip

    assert steps(spec)[1]["filter"]["where"] == "note = 'x' and customer_id > 0"


TWO = {"source_tables": ["orders", "customers"]}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"target_table": None}, "target_table"),
        ({"source_tables": []}, "source_tables"),
        ({"colour": "red"}, "colour"),
        ({"source_tables": ["orders", "orders"]}, "'orders' is named twice"),
        ({"source_tables": ["Order Lines"]}, "not snake case"),
        ({"source_tables": ["a.b.c.d"]}, "tier.domain.name"),
        (TWO, "no join brings in customers"),
        ({**TWO, "join_conditions": [{**JOIN, "join_type": "sideways"}]}, "'sideways' is unknown"),
        ({**TWO, "join_conditions": [{**JOIN, "left_column": None}]}, "left_column is missing"),
        ({**TWO, "join_conditions": ["orders.customer_id > customers.customer_id"]}, "not written a.x = b.y"),
        ({**TWO, "join_conditions": ["orders.customer_id = shops.id"]}, "no table 'shops"),
        ({**TWO, "join_conditions": [JOIN, JOIN]}, "do not continue the joins"),
        ({**TWO, "join_conditions": [{**JOIN, "left_column": "colour"}]}, "no column 'colour'"),
        ({**TWO, "join_conditions": [{**JOIN, "left_column": "status"}]}, "differ in type"),
        (
            {**TWO, "join_conditions": [{**JOIN, "join_type": "left"}], "filters": ["customers.customer_id is null"]},
            "filters.0: customers.customer_id is ambiguous",
        ),
        (
            {**TWO, "join_conditions": [{**JOIN, "join_type": "full outer"}], "group_by": "orders.customer_id"},
            "group_by: orders.customer_id is ambiguous",
        ),
        ({**TWO, "join_conditions": [JOIN], "filters": ["amount > 1 and note = 'x'"]}, "'note' is ambiguous"),
        ({**TWO, "join_conditions": [JOIN], "filters": ["`note` = 'x'"]}, "'note' is ambiguous"),
        ({**TWO, "join_conditions": [JOIN], "group_by": "note"}, "'note' is ambiguous"),
        ({**TWO, "join_conditions": [JOIN], "order_by": "note desc"}, "'note' is ambiguous"),
        ({"derived_columns": {"amount": "amount * 2"}, "filters": ["orders.amount > 1"]}, "orders.amount is ambiguous"),
        ({"transformations": ["make it nice"]}, "transformations.0: 'make it nice' has no exact meaning"),
        ({"transformations": ["join"]}, "'join' has no exact meaning"),
        ({"transformations": ["distinct"], "aggregations": [{"function": "count"}]}, "'distinct' has no exact meaning"),
        ({"transformations": [{"type": "pivot"}]}, "type 'pivot' is not one of"),
        ({"transformations": [{"name": "x"}]}, "type None"),
        ({"filters": ["amount >"]}, "filters.0: cannot read"),
        ({"filters": ["amount > 1; drop table orders"]}, "filters.0"),
        ({"filters": ["customer_id in (select id from vip)"]}, "filters.0"),
        ({"filters": ["sum(amount) > 5"]}, "no value of one row"),
        ({"filters": ["sha2(status) = 'x'"]}, "function 'sha2'"),
        ({"filters": ["`orders`.`note` = 'x'"]}, "may be a column or a field"),
        ({"filters": ["orders.note.part = 'x'"]}, "no table 'orders.note"),
        ({"filters": [{"column": "amount", "operator": "~", "value": 1}]}, "operator '~' is unknown"),
        ({"filters": [{"column": "amount", "operator": "="}]}, "has no value"),
        ({"filters": [{"column": "amount", "operator": "between", "value": 1}]}, "does not take 1"),
        ({"filters": [{"column": "amount", "operator": "=", "value": [1, 2]}]}, "does not take"),
        ({"filters": [{"column": "amount", "value": float("nan")}]}, "finite"),
        ({"filters": [{"operator": "="}]}, "either a condition or a column"),
        ({"filters": [{"condition": "a > 1", "column": "a"}]}, "either a condition or a column"),
        ({"derived_columns": {"x": "row_number() over (order by amount)"}}, "derived_columns.0"),
        ({"aggregations": [{"function": "stddev", "column": "amount"}]}, "function 'stddev' is unknown"),
        ({"aggregations": [{"function": "sum"}]}, "sum has no column"),
        ({"aggregations": [{"column": "amount"}]}, "neither a function nor measures"),
        ({"aggregations": [{"measures": {"x": "amount"}}]}, "no aggregate"),
        ({"aggregations": [{"function": "count"}, {"function": "count"}]}, "measured twice"),
        (
            {"aggregations": [{"function": "count", "group_by": "status"}, {"function": "max", "column": "amount",
                                                                           "group_by": "note"}]},
            "grouped by ('status',) and by ('note',)",
        ),
        ({"limit": 5}, "which 5 rows"),
        ({"limit": 0, "order_by": "amount"}, "limit"),
        ({"schedule": "daily"}, "cron"),
        ({"name": 5}, "name"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_has_no_exact_meaning_is_named(parts, message):
    with pytest.raises(SpecError) as refused:
        adopt_spec(a_document(**parts), domain="sales", tables=TABLES, origin="old.json")

    assert message in refused.value.problem
    assert refused.value.problem.startswith("old.json")
    assert refused.value.fix
    assert len(str(refused.value)) < 2000


def test_a_column_of_a_right_table_that_is_not_loaded_is_ambiguous():
    parts = {**TWO, "join_conditions": [JOIN], "filters": ["customers.city = 'Oslo'"]}

    with pytest.raises(SpecError, match=r"filters\.0: customers\.city is ambiguous"):
        adopt_spec(a_document(**parts), domain="sales")


@pytest.mark.parametrize("data", [None, [], "x", 5, {}, {"source_tables": {}}, {"steps": []}], ids=str)
def test_what_is_no_such_document_is_refused(data):
    with pytest.raises(SpecError, match="cannot be imported"):
        adopt_spec(data)
