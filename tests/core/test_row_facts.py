"""Predicted rows and keys: certain where they say so, and said before a join multiplies rows."""

from __future__ import annotations

from core_words import a_spec
from hypothesis import given
from spec_strategies import pipelines
from test_laws import checked_pipeline, law, result

from datamorph.core.catalog import CatalogTable, ColumnProfile, TableProfile
from datamorph.core.prediction import explain_with_rows, predict
from datamorph.core.table import TableRef, TableSchema


def a_table(table, rows, **distinct):
    columns = {column: ColumnProfile(distinct=count) for column, count in distinct.items()}
    schema = TableSchema.of(**dict.fromkeys(distinct, "bigint"))
    return CatalogTable(TableRef.parse(f"raw.t.{table}"), schema, profile=TableProfile(rows, columns))


ORDERS = a_table("orders", 1000, id=1000, shop=20, quantity=5)
SHOPS = a_table("shops", 20, shop=20, name=10)


def said(*steps, shops=SHOPS):
    spec = a_spec(*steps)
    facts = predict(spec, {table.ref: table for table in (ORDERS, shops)})
    return explain_with_rows(spec, facts)[-1].partition("; ")[2], facts["out"]


def a_join(how="inner", left="orders", right="shops"):
    return {"name": "out", "join": {"left": left, "right": right, "on": ["shop"], "how": how}}


def test_a_join_with_a_unique_key_keeps_the_number_of_rows():
    text, facts = said(a_join("left"))

    assert text == "every row of orders stays; each row of orders matches at most one of shops; 1,000 rows"
    assert facts.identifies(["ID"])


def test_a_join_that_multiplies_rows_says_so_with_an_estimate():
    text, facts = said(a_join(), shops=a_table("shops", 60, shop=20, name=10))

    assert text.endswith("shop is not unique in shops: one row of orders may become several; about 3,000 rows")
    assert not facts.identifies(["id"])


def test_the_other_side_may_be_the_unique_one():
    assert "each row of orders matches at most one of shops" in said(a_join(left="shops", right="orders"))[0]


def test_groups_are_no_more_than_their_values_allow():
    by_shop = {
        "name": "out",
        "aggregate": {"from": "orders", "by": ["shop", "quantity"], "measures": {"n": "count(*)"}},
    }

    text, facts = said(by_shop)

    assert text == "about 126 rows"
    assert facts.identifies(["shop", "quantity"])


def test_what_is_known_follows_renamed_columns_and_ends_with_changed_ones():
    renamed = [{"name": "first", "select": {"from": "orders", "columns": [{"order": "id"}]}}]

    assert said(*renamed, {"name": "out", "sort": {"from": "first", "by": ["order"]}})[1].identifies(["order"])
    changed = {"name": "out", "derive": {"from": "first", "columns": {"order": "`order` % 3"}}}
    assert not said(*renamed, changed)[1].keys


def test_without_statistics_nothing_is_said():
    spec = a_spec(a_join())

    assert explain_with_rows(spec, predict(spec, {})) == (spec.steps[0].step.explain(),)


def profiled(name, schema, rows):
    values = {column.name: [row[i] for row in rows] for i, column in enumerate(schema)}
    columns = {
        column: ColumnProfile(nulls=found.count(None), distinct=len(set(found) - {None}))
        for column, found in values.items()
    }
    return CatalogTable(TableRef.parse(f"raw.t.{name}"), schema, profile=TableProfile(len(rows), columns))


@law
@given(pipelines())
def test_what_is_said_to_be_certain_is_true(pipeline):
    data, tables, rows = pipeline
    checked = checked_pipeline(data, tables)
    found = result(checked, tables, rows)
    known = [profiled(name, schema, rows[name]) for name, schema in tables.items()]

    facts = predict(checked.spec, {table.ref: table for table in known})[checked.spec.result]

    if facts.is_exact:
        assert facts.rows == found.num_rows
    for key in facts.keys:
        columns = [name for name in found.column_names if name.casefold() in key]
        assert len(set(zip(*(map(str, found[name].to_pylist()) for name in columns), strict=True))) == found.num_rows
