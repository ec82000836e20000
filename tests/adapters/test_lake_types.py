"""Spark's types survive the way through Iceberg."""

from __future__ import annotations

from itertools import count

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyiceberg import types as ice
from pyiceberg.io.pyarrow import schema_to_pyarrow
from pyiceberg.schema import Schema

from datamorph.adapters.lake.types import arrow_to_spark, is_repeated, to_iceberg, to_spark

decimals = st.integers(1, 38).flatmap(lambda p: st.integers(0, p).map(lambda s: f"decimal({p},{s})"))
simple = decimals | st.sampled_from(
    ["boolean", "int", "bigint", "float", "double", "string", "binary", "date", "timestamp", "timestamp_ntz"]
)
names = st.text("abcXYZ09_ .:<>(),`ä", min_size=1, max_size=5).filter(lambda text: text == text.strip())


def struct(fields: list[tuple[str, str]]) -> str:
    return "struct<" + ",".join(f"{quoted(name)}:{type_}" for name, type_ in fields) + ">"


def quoted(name: str) -> str:
    return name if name.replace("_", "a").isalnum() else f"`{name.replace('`', '``')}`"


types = st.recursive(
    simple,
    lambda inner: (
        inner.map(lambda t: f"array<{t}>")
        | st.tuples(simple, inner).map(lambda kv: f"map<{kv[0]},{kv[1]}>")
        | st.lists(st.tuples(names, inner), min_size=1, max_size=3, unique_by=lambda f: f[0].casefold()).map(struct)
    ),
    max_leaves=6,
)


@given(types)
def test_a_type_is_the_same_after_going_to_iceberg_and_back(text):
    ids = count(1)

    assert to_spark(to_iceberg(text, lambda: next(ids))) == text


@given(types)
def test_a_file_with_that_type_is_recognised_as_exact(text):
    ids = count(2)
    schema = Schema(ice.NestedField(1, "c", to_iceberg(text, lambda: next(ids)), required=False))

    assert arrow_to_spark(schema_to_pyarrow(schema).field("c").type) == text


@given(types)
def test_field_ids_are_never_used_twice(text):
    ids = count(2)
    schema = Schema(ice.NestedField(1, "c", to_iceberg(text, lambda: next(ids)), required=False))

    assert len(schema.field_ids) == next(ids) - 1


def test_integers_that_iceberg_lacks_become_int():
    assert [to_spark(to_iceberg(text, lambda: 1)) for text in ("tinyint", "smallint")] == ["int", "int"]


def test_types_of_other_writers_are_read_as_the_nearest_one():
    assert [to_spark(type_) for type_ in (ice.UUIDType(), ice.TimeType(), ice.FixedType(4))] == [
        "string",
        "string",
        "binary",
    ]


def test_a_type_that_spark_lacks_keeps_the_name_that_arrow_gives_it():
    assert arrow_to_spark(pa.timestamp("ns")) == "timestamp[ns]"
    assert arrow_to_spark(pa.timestamp("us", tz="Europe/Berlin")) == "timestamp[us, tz=Europe/Berlin]"


@pytest.mark.parametrize("text", ["void", "interval", "array<bigint", "map<string>", "decimal(10)", "bigint>", ""])
def test_text_that_is_not_a_type_is_refused(text):
    with pytest.raises(ValueError):
        to_iceberg(text, lambda: 1)


def test_lists_and_maps_are_found_at_any_depth():
    ids = count(1)

    assert is_repeated(to_iceberg("struct<a:struct<b:array<int>>>", lambda: next(ids)))
    assert not is_repeated(to_iceberg("struct<a:struct<b:int>>", lambda: next(ids)))
