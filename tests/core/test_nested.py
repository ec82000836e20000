"""Nested types are taken apart, at any depth and with any names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.nested import array_of, element_type, find_field, map_types, struct_fields, struct_of

names = st.text("abcXYZ09_ .:<>(),`ä\n", min_size=1, max_size=5)
types = st.recursive(
    st.sampled_from(["bigint", "string", "decimal(10,2)", "timestamp_ntz"]),
    lambda inner: (
        inner.map(array_of)
        | st.tuples(inner, inner).map(lambda pair: f"map<{pair[0]},{pair[1]}>")
        | st.dictionaries(names, inner, max_size=3).map(struct_of)
    ),
    max_leaves=6,
)


@given(types)
def test_the_elements_of_an_array_are_found(type_):
    assert element_type(array_of(type_)) == type_


@given(types, types)
def test_the_keys_and_values_of_a_map_are_found(key, value):
    assert map_types(f"map<{key},{value}>") == (key, value)


@given(st.dictionaries(names, types, max_size=4))
def test_the_fields_of_a_struct_are_found_in_order_whatever_they_are_called(fields):
    found = struct_fields(struct_of(fields))

    assert found is not None
    assert list(found.items()) == list(fields.items())


def test_an_example():
    element = element_type("array<struct<a:bigint,b:array<string>,`unit price`:decimal(10,2)>>")

    assert struct_fields(element or "") == {"a": "bigint", "b": "array<string>", "unit price": "decimal(10,2)"}


@pytest.mark.parametrize("take_apart", [element_type, map_types, struct_fields])
def test_a_simple_type_has_nothing_inside(take_apart):
    assert [take_apart(type_) for type_ in ("bigint", "decimal(10,2)", "string", "")] == [None] * 4


def test_one_kind_of_nesting_is_not_another():
    assert element_type("map<string,int>") is None
    assert map_types("struct<a:int,b:int>") is None
    assert struct_fields("array<struct<a:int>>") is None


def test_a_field_is_found_in_any_case():
    assert find_field({"Unit": "int"}, "uNIT") == "Unit"
    assert find_field({"Unit": "int"}, "units") is None


def test_duckdb_has_a_name_for_every_nested_type():
    types = {"array<array<string>>": "VARCHAR[][]", "map<string,timestamp>": "MAP(VARCHAR, TIMESTAMPTZ)"}
    types |= {'array<struct<a:bigint,`x "y`:decimal(5,2)>>': 'STRUCT("a" BIGINT, "x ""y" DECIMAL(5,2))[]'}

    assert {type_: duckdb_type(type_) for type_ in types} == types
