"""Step unpivot: names and values in rows."""

from __future__ import annotations

import pytest
from core_words import a_checked, codes, out, pyspark_body, rows, types
from hypothesis import strategies as st

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

T = {"orders": TableSchema.of(k="string", N="int", w="double", **{"x.y": "int"})}
DATA = [("a", 1, 1.5, None), (None, 2, None, None)]
CASES = {
    "a column that is never null beside one that is": [
        {
            "name": "first",
            "window": {"from": "orders", "order_by": ["id"], "columns": {"n": "count(*)", "m": "lag(id)"}},
        },
        {"name": "out", "unpivot": {"from": "first", "columns": ["n", "m"], "name_as": "what", "value_as": "value"}},
    ],
    "numbers of many types": [
        {
            "name": "out",
            "unpivot": {
                "from": "orders",
                "columns": ["amount", "weight", "quantity"],
                "name_as": "measure",
                "value_as": "value",
            },
        }
    ],
    "exact numbers with nulls": [
        {
            "name": "out",
            "unpivot": {
                "from": "orders",
                "columns": ["id", "AMOUNT", "quantity"],
                "name_as": "shop 1",
                "value_as": "x.y",
                "keep_nulls": True,
            },
        }
    ],
    "dates and times": [
        {
            "name": "out",
            "unpivot": {"from": "orders", "columns": ["ordered_on", "ordered_at"], "name_as": "what", "value_as": "at"},
        }
    ],
    "every column": [
        {
            "name": "texts",
            "select": {"from": "orders", "columns": ["shop", {"e.mail": "email"}, {"tick`": "weird name"}]},
        },
        {
            "name": "out",
            "unpivot": {"from": "texts", "columns": ["tick`", "shop", "e.mail"], "name_as": "shop", "value_as": "it's"},
        },
    ],
    "nothing": [
        {"name": "none", "filter": {"from": "orders", "where": "id < 0"}},
        {"name": "out", "unpivot": {"from": "none", "columns": ["id"], "name_as": "n", "value_as": "v"}},
    ],
}


def random_step(draw, frames, frame, other):
    type_ = draw(st.sampled_from(sorted({column.type for column in frames[frame]})))
    alike = [column.name for column in frames[frame] if column.type == type_]
    return {
        "from": frame,
        "columns": draw(st.lists(st.sampled_from(alike), min_size=1, unique=True)),
        "name_as": draw(st.sampled_from(["name", *alike])),
        "value_as": "the value",
        "keep_nulls": draw(st.booleans()),
    }


def unpivot(*columns, **body):
    return out("unpivot", columns=columns, name_as="name", value_as="value", **body)


def test_every_value_gets_a_row_with_its_name_and_nulls_get_none():
    checked = a_checked(unpivot("n", "w"), tables=T)

    assert types(checked) == {"k": "string", "x.y": "int", "name": "string", "value": "double"}
    assert sorted(rows(checked, T, orders=DATA), key=str) == [
        ("a", None, "N", 1.0),
        ("a", None, "w", 1.5),
        (None, None, "N", 2.0),
    ]


def test_nulls_may_be_kept():
    checked = a_checked(unpivot("w", "x.y", keep_nulls=True), tables=T)

    assert sorted((row[-2:] for row in rows(checked, T, orders=DATA)), key=str) == [
        ("w", 1.5),
        ("w", None),
        ("x.y", None),
        ("x.y", None),
    ]


def test_the_code_casts_only_what_has_another_type():
    assert pyspark_body(a_checked(unpivot("N", "x.y", keep_nulls=True), tables=T)) == [
        'return orders.select("k", "w", F.stack(F.lit(2), F.lit("N"), F.col("N"), F.lit("x.y"), F.col("`x.y`"))'
        '.alias("name", "value"))'
    ]
    assert pyspark_body(a_checked(unpivot("n", "w"), tables=T)) == [
        'return orders.select("k", "`x.y`", F.stack(F.lit(2), F.lit("N"), F.col("N").cast("double"), F.lit("w"), '
        'F.col("w")).alias("name", "value"))'
        '.filter(F.col("value").isNotNull())'
    ]


def test_columns_that_are_turned_may_give_their_names():
    checked = a_checked(out("unpivot", columns=["k"], name_as="K", value_as="k2"), tables=T)

    assert list(types(checked)) == ["N", "w", "x.y", "K", "k2"]
    assert rows(checked, T, orders=DATA) == [(1, 1.5, None, "k", "a")]


@pytest.mark.parametrize(
    ("columns", "body", "found"),
    [
        (["nn"], {}, ["unknown_column"]),
        (["n", "N"], {}, ["duplicate_column"]),
        (["n", "k"], {}, ["type"]),
        (["n"], {"name_as": "K"}, ["duplicate_column"]),
        (["n"], {"name_as": "value"}, ["duplicate_column"]),
    ],
)
def test_unlike_types_and_names_that_clash_are_problems(columns, body, found):
    step = out("unpivot", **{"columns": columns, "name_as": "name", "value_as": "value", **body})

    assert codes(step, tables=T) == found


def test_nested_columns_of_one_type_are_values_too():
    checked = a_checked(out("unpivot", columns=["tags"], name_as="name", value_as="value"))

    assert types(checked)["value"] == "array<string>"


def test_lineage_gives_values_their_columns_and_names_none():
    lineage = trace(a_checked(unpivot("n", "w"), tables=T))

    assert {name: {c for _, c in found} for name, found in lineage.columns.items()} == {
        "k": {"k"},
        "x.y": {"x.y"},
        "name": set(),
        "value": {"N", "w"},
    }
    assert {c for _, c in lineage.rows} == {"N", "w"}
    assert trace(a_checked(unpivot("n", keep_nulls=True), tables=T)).rows == frozenset()
