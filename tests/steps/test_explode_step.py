"""Step explode: a row for every element."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, problems, pyspark_body, rows, types

from datamorph.core.lineage import trace
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableSchema

ITEMS = "array<struct<Sku:string,`unit.price`:double,`parts`:array<int>>>"
T = {"baskets": TableSchema.of(Id="bigint", tags="array<string>", items=ITEMS, last="int")}
DATA = [
    (1, ["x", "y"], [{"Sku": "s", "unit.price": 1.5, "parts": [7]}, None], 10),
    (2, [], [], 20),
    (3, None, None, 30),
    (4, [None], [{"Sku": None, "unit.price": None, "parts": None}], 40),
]
TAGS = {"name": "few", "drop": {"from": "baskets", "columns": ["items"]}}
CASES = {
    "in place": [TAGS, {"name": "out", "explode": {"from": "few", "column": "tags"}}],
    "renamed": [TAGS, {"name": "out", "explode": {"from": "few", "column": "TAGS", "as": "a.tag `1`"}}],
    "position": [
        TAGS,
        {"name": "out", "explode": {"from": "few", "column": "tags", "as": "tag", "position_as": "n.th"}},
    ],
    "empty ones stay": [
        TAGS,
        {"name": "out", "explode": {"from": "few", "column": "tags", "position_as": "nth", "keep_empty": True}},
    ],
    "fields": [
        {"name": "out", "explode": {"from": "baskets", "column": "items", "fields": ["SKU", {"price": "unit price"}]}}
    ],
    "fields of empty ones": [
        {
            "name": "out",
            "explode": {
                "from": "baskets",
                "column": "items",
                "fields": ["parts", {"element": "sku"}],
                "position_as": "items",
                "keep_empty": True,
            },
        }
    ],
    "within one another": [
        {"name": "outer_items", "explode": {"from": "baskets", "column": "items", "fields": ["sku", "parts"]}},
        {"name": "out", "explode": {"from": "outer_items", "column": "parts", "as": "part", "keep_empty": True}},
    ],
}


def exploded(column, **body):
    return out("explode", from_="baskets", column=column, **body)


def found(checked):
    return sorted(rows(checked, T, baskets=DATA), key=str)


def test_every_element_gets_a_row_and_rows_without_any_go():
    checked = a_checked(exploded("tags", **{"as": "tag"}), tables=T)

    assert types(checked) == {"Id": "bigint", "tag": "string", "items": ITEMS, "last": "int"}
    assert [(row[0], row[1], row[3]) for row in found(checked)] == [(1, "x", 10), (1, "y", 10), (4, None, 40)]


def test_rows_without_elements_may_stay_and_positions_count_from_one():
    checked = a_checked(exploded("tags", position_as="nth", keep_empty=True), tables=T)

    assert list(types(checked).items())[1:3] == [("nth", "int"), ("tags", "string")]
    assert [row[:3] for row in found(checked)] == [
        (1, 1, "x"),
        (1, 2, "y"),
        (2, None, None),
        (3, None, None),
        (4, 1, None),
    ]


def test_fields_of_the_elements_become_columns_in_place():
    fields = ["sku", {"price": "Unit.Price"}, "parts"]

    checked = a_checked(exploded("items", fields=fields, position_as="nth"), tables=T)

    assert list(types(checked).items())[2:] == [
        ("nth", "int"),
        ("Sku", "string"),
        ("price", "double"),
        ("parts", "array<int>"),
        ("last", "int"),
    ]
    assert [(row[0], *row[2:]) for row in found(checked)] == [
        (1, 1, "s", 1.5, [7], 10),
        (1, 2, None, None, None, 10),
        (4, 1, None, None, None, 40),
    ]


@pytest.mark.parametrize(
    ("column", "body", "code"),
    [
        ("tags", {}, 'baskets.withColumn("tags", F.explode("tags"))'),
        ("tags", {"as": "tag"}, 'baskets.select("Id", F.explode("tags").alias("tag"), "items", "last")'),
        (
            "tags",
            {"position_as": "nth", "keep_empty": True},
            'baskets.select("Id", F.posexplode_outer("tags").alias("nth", "tags"), "items", "last")'
            '.withColumn("nth", F.col("nth") + 1)',
        ),
        (
            "items",
            {"fields": ["sku", {"price": "unit.price"}]},
            'baskets.select("Id", "tags", F.explode("items").alias("element"), "last")'
            '.select("Id", "tags", F.col("element.Sku").alias("Sku"), F.col("element.`unit.price`").alias("price"), "last")',
        ),
    ],
)
def test_the_code_says_no_more_than_it_must(column, body, code):
    assert pyspark_body(a_checked(exploded(column, **body), tables=T)) == [f"return {code}"]


def test_sparks_sql_has_lateral_views():
    checked = a_checked(exploded("tags", position_as="nth", keep_empty=True), tables=T)

    assert "LATERAL VIEW OUTER POSEXPLODE(o.tags) e AS position, element" in compile_sql(checked, "spark")


@pytest.mark.parametrize(
    ("column", "body", "expected"),
    [
        ("tag", {}, ["unknown_column"]),
        ("last", {}, ["type"]),
        ("tags", {"as": "ID"}, ["duplicate_column"]),
        ("tags", {"position_as": "tags"}, ["duplicate_column"]),
        ("tags", {"fields": ["sku"]}, ["type"]),
        ("items", {"fields": ["skuu"]}, ["unknown_column"]),
        ("items", {"fields": ["sku", {"SKU": "unit.price"}]}, ["duplicate_column"]),
        ("items", {"fields": ["sku"], "as": "item"}, ["constant"]),
    ],
)
def test_what_is_no_array_and_names_that_clash_are_problems(column, body, expected):
    assert codes(exploded(column, **body), tables=T) == expected


@pytest.mark.parametrize(
    ("type_", "hint"),
    [("map<string,int>", "explode an array, not a map or a value"), ("struct<a:int>", "take its fields by name")],
)
def test_maps_and_structs_are_refused(type_, hint):
    (problem,) = problems(exploded("m"), tables={"baskets": TableSchema.of(m=type_)})

    assert (problem.code, problem.hint) == ("type", hint)


def test_a_field_that_does_not_exist_has_a_hint():
    (problem,) = problems(exploded("items", fields=["skuu"]), tables=T)

    assert problem.hint == "did you mean Sku?"


def test_lineage_takes_every_new_column_and_the_rows_from_the_array():
    lineage = trace(a_checked(exploded("items", fields=["sku"], position_as="nth"), tables=T))

    assert {name: {c for _, c in origins} for name, origins in lineage.columns.items()} == {
        "Id": {"Id"},
        "tags": {"tags"},
        "nth": {"items"},
        "Sku": {"items"},
        "last": {"last"},
    }
    assert {c for _, c in lineage.rows} == {"items"}
