"""Rows of many kinds, and checks over them of every kind that Great Expectations has too on pandas."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from datamorph.core.checks import Check
from datamorph.core.table import TableSchema

SCHEMA = TableSchema.of(
    id="bigint", text="string", code="string", amount="decimal(10,2)", weight="double", ok="boolean", on="date",
    at="timestamp_ntz", a="bigint", b="bigint", c="bigint",
)  # fmt: skip
ARROW = pa.schema([
    ("id", pa.int64()), ("text", pa.string()), ("code", pa.string()), ("amount", pa.decimal128(10, 2)),
    ("weight", pa.float64()), ("ok", pa.bool_()), ("on", pa.date32()), ("at", pa.timestamp("us")),
    ("a", pa.int64()), ("b", pa.int64()), ("c", pa.int64()),
])  # fmt: skip
TEXTS = ["", "a", "Abc", "größe", "日本", "a b", "it's", "x" * 40, "2024-01-05", "2024-02-30", "12/31/2024", "😀", "7"]


def _row(rng: random.Random, *, nulls: float) -> dict[str, Any]:
    def some(value: Any) -> Any:
        return None if rng.random() < nulls else value

    day = date(2024, 1, 1) + timedelta(days=rng.randrange(60))
    weight = rng.choice([rng.gauss(10, 3), 0.0, -1.5, float("nan") if nulls else 2.5])
    return {
        "id": some(rng.randrange(40)), "text": some(rng.choice(TEXTS)), "code": some(rng.choice(["x", "y", "z"])),
        "amount": some(Decimal(rng.randrange(-500, 20000)).scaleb(-2)), "weight": some(weight),
        "ok": some(rng.random() < 0.5), "on": some(day),
        "at": some(datetime(2024, 1, 1) + timedelta(seconds=rng.randrange(10**6))),
        "a": rng.randrange(5), "b": rng.randrange(5), "c": some(rng.randrange(5)),
    }  # fmt: skip


def battery() -> dict[str, pa.Table]:
    """Tables by name: none, one, all missing, some missing, none missing, all alike."""
    rng = random.Random(7)  # noqa: S311 (the same rows every time)
    sizes = {"empty": (0, 0.0), "one": (1, 0.0), "missing": (5, 1.0), "some": (150, 0.2), "whole": (60, 0.0)}
    rows = {name: [_row(rng, nulls=nulls) for _ in range(count)] for name, (count, nulls) in sizes.items()}
    rows["alike"] = [_row(rng, nulls=0.0)] * 4
    rows["unique"] = [{**_row(rng, nulls=0.0), "id": i} for i in range(30)]
    return {name: pa.Table.from_pylist(found, schema=ARROW) for name, found in rows.items()}


def check(kind: str, **kwargs: Any) -> Check:
    """A check by the end of its name."""
    found = Check.model_validate({f"expect_{kind}": kwargs})
    assert found.problems(SCHEMA) == [], found.problems(SCHEMA)
    return found


COLUMNS = ["id", "text", "amount", "weight", "ok", "on"]
CHECKS = [
    check("table_row_count_to_be_between", min_value=1, max_value=100),
    check("table_row_count_to_be_between", min_value=60, strict_min=True),
    check("table_row_count_to_equal", value=60),
    check("table_column_count_to_be_between", min_value=5, max_value=11),
    check("table_column_count_to_equal", value=10),
    check("table_columns_to_match_ordered_list", column_list=list(SCHEMA.names)),
    check("table_columns_to_match_ordered_list", column_list=["id"]),
    check("table_columns_to_match_set", column_set=["id", "text"], exact_match=False),
    check("table_columns_to_match_set", column_set=["id", "text"]),
    check("column_to_exist", column="amount"),
    check("column_to_exist", column="amount", column_index=3),
    check("column_to_exist", column="amount", column_index=1),
    check("column_to_exist", column="nope"),
    *(check("column_values_to_not_be_null", column=name) for name in COLUMNS),
    *(check("column_values_to_not_be_null", column=name, mostly=0.75) for name in ("id", "weight")),
    *(check("column_values_to_be_null", column=name, mostly=0.2) for name in ("id", "weight")),
    *(check("column_values_to_be_unique", column=name) for name in COLUMNS),
    check("column_values_to_be_unique", column="id", mostly=0.3),
    check("compound_columns_to_be_unique", column_list=["id", "code"]),
    check("compound_columns_to_be_unique", column_list=["id", "code"], ignore_row_if="any_value_is_missing"),
    check("compound_columns_to_be_unique", column_list=["id", "weight"], ignore_row_if="never"),
    check("compound_columns_to_be_unique", column_list=["id", "code", "on"], mostly=0.9),
    check("column_values_to_be_in_set", column="id", value_set=list(range(20))),
    check("column_values_to_be_in_set", column="text", value_set=["a", "it's", "日本", "😀"], mostly=0.1),
    check("column_values_to_be_in_set", column="ok", value_set=[True]),
    check("column_values_to_not_be_in_set", column="text", value_set=["größe", ""]),
    check("column_values_to_not_be_in_set", column="weight", value_set=[0, -1.5], mostly=0.5),
    check("column_values_to_be_between", column="id", min_value=0, max_value=39),
    check("column_values_to_be_between", column="id", min_value=0, max_value=39, strict_max=True, strict_min=True),
    check("column_values_to_be_between", column="weight", min_value=0, mostly=0.7),
    check("column_values_to_be_between", column="amount", min_value=0, max_value=150),
    check("column_values_to_match_regex", column="text", regex="^[a-z]"),
    check("column_values_to_not_match_regex", column="text", regex="[0-9]{4}", mostly=0.5),
    check("column_values_to_match_regex_list", column="text", regex_list=["^a", "ö|日"]),
    check("column_values_to_match_regex_list", column="text", regex_list=["a", "b"], match_on="all", mostly=0.1),
    check("column_values_to_not_match_regex_list", column="text", regex_list=["^a", "'"]),
    check("column_value_lengths_to_be_between", column="text", min_value=1, max_value=10),
    check("column_value_lengths_to_be_between", column="text", max_value=10, strict_max=True, mostly=0.6),
    check("column_value_lengths_to_equal", column="code", value=1),
    check("column_value_lengths_to_equal", column="text", value=1, mostly=0.2),
    check("column_values_to_match_strftime_format", column="text", strftime_format="%Y-%m-%d", mostly=0.05),
    check("column_values_to_match_strftime_format", column="text", strftime_format="%m/%d/%Y"),
    check("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b"),
    check("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="b", or_equal=True, mostly=0.4),
    check("column_pair_values_a_to_be_greater_than_b", column_A="a", column_B="c",
          ignore_row_if="either_value_is_missing", or_equal=True),
    check("column_pair_values_to_be_equal", column_A="a", column_B="b", mostly=0.1),
    check("column_pair_values_to_be_equal", column_A="code", column_B="text", ignore_row_if="both_values_are_missing"),
    check("column_pair_values_to_be_equal", column_A="code", column_B="text", ignore_row_if="neither"),
    check("column_pair_values_to_be_in_set", column_A="a", column_B="b", value_pairs_set=[[1, 2], [2, 1], [0, 0]]),
    check("column_pair_values_to_be_in_set", column_A="code", column_B="text", mostly=0.01,
          value_pairs_set=[["x", None], ["y", "a"]]),
    check("multicolumn_sum_to_equal", column_list=["a", "b"], sum_total=4),
    check("multicolumn_sum_to_equal", column_list=["a", "b", "c"], sum_total=5, ignore_row_if="any_value_is_missing"),
    check("multicolumn_values_to_be_equal", column_list=["a", "b"], mostly=0.1),
    check("multicolumn_values_to_be_equal", column_list=["code", "text"], ignore_row_if="never"),
    check("select_column_values_to_be_unique_within_record", column_list=["a", "b"]),
    check("select_column_values_to_be_unique_within_record", column_list=["a", "b", "c"], mostly=0.4),
    check("column_distinct_values_to_be_in_set", column="code", value_set=["x", "y", "z", "w"]),
    check("column_distinct_values_to_be_in_set", column="code", value_set=["x"]),
    check("column_distinct_values_to_contain_set", column="code", value_set=["x", "y"]),
    check("column_distinct_values_to_contain_set", column="id", value_set=[1, 2, 99]),
    check("column_distinct_values_to_equal_set", column="code", value_set=["x", "y", "z"]),
    check("column_distinct_values_to_equal_set", column="ok", value_set=[True]),
    *(check(f"column_{name}_to_be_between", column=column, min_value=low, max_value=high)
      for column in ("id", "amount", "weight")
      for name, low, high in [("min", -10, 1), ("max", 15, 200), ("mean", 5, 110), ("sum", 0, 5000),
                              ("stdev", 1, 12), ("unique_value_count", 1, 40)]),
    *(check("column_median_to_be_between", column=column, min_value=5, max_value=25) for column in ("id", "weight")),
    check("column_max_to_be_between", column="id", max_value=39, strict_max=True),
    check("column_proportion_of_unique_values_to_be_between", column="id", min_value=0.1, max_value=0.9),
    check("column_proportion_of_non_null_values_to_be_between", column="text", min_value=0.5),
    check("column_quantile_values_to_be_between", column="id",
          quantile_ranges={"quantiles": [0.1, 0.5, 0.9], "value_ranges": [[None, 10], [5, 30], [20, None]]}),
    check("column_quantile_values_to_be_between", column="weight",
          quantile_ranges={"quantiles": [0.25, 0.75], "value_ranges": [[-2, 5], [0, 14]]}),
    check("column_values_to_be_between", column="a", min_value=1, row_condition="b > 2"),
]  # fmt: skip
