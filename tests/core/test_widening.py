"""What may become what, so that no value of either is lost."""

from __future__ import annotations

import pytest

from datamorph.core.load_record import LoadedPiece, LoadRecord, parse_record
from datamorph.core.table import TableSchema
from datamorph.core.widening import settled, together, widest


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("int", "bigint", "bigint"),
        ("float", "double", "double"),
        ("bigint", "double", "double"),
        ("bigint", "decimal(10,2)", "decimal(22,2)"),
        ("decimal(10,2)", "decimal(12,4)", "decimal(12,4)"),
        ("decimal(38,0)", "decimal(38,2)", None),
        ("decimal(10,2)", "double", None),
        ("date", "timestamp_ntz", "timestamp_ntz"),
        ("timestamp_ntz", "timestamp", None),
        ("boolean", "int", None),
        ("bigint", "string", None),
        ("void", "date", "date"),
        ("array<int>", "array<bigint>", "array<bigint>"),
        ("array<struct<a:int>>", "array<void>", "array<struct<a:int>>"),
        ("array<int>", "int", None),
        ("struct<a:int>", "struct<b:date,a:bigint>", "struct<a:bigint,b:date>"),
        ("struct<a:int>", "struct<b:int>", None),
        ("struct<a:int,b:date>", "struct<a:int,b:boolean>", None),
    ],
)
def test_the_wider_of_two_types(old, new, found):
    assert (widest(old, new), widest(old, old), widest(new, new)) == (found, old, new)


def test_what_never_had_a_value_is_text_in_the_end():
    schema = TableSchema.of(a="void", b="array<void>", c="struct<void:int,x:void>", d="int")

    assert settled(schema) == TableSchema.of(a="string", b="array<string>", c="struct<void:int,x:string>", d="int")


def test_files_that_are_loaded_together_find_columns_for_all():
    schemas = [
        TableSchema.of(id="int", v="date"),
        TableSchema.of(ID="bigint", w="void"),
        TableSchema.of(v="int", w="int"),
    ]

    assert together(schemas) == TableSchema.of(id="bigint", v="string", w="int")


def test_a_record_is_read_as_it_was_written():
    record = LoadRecord("abc", {"ä/1.csv": LoadedPiece(1, 2, "f", 3, 4, "run", "part")}, "2024-01-01")

    assert parse_record(record.to_text()) == record
    assert "\n" not in record.to_text()
    assert parse_record("") == LoadRecord()


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"version": 2}', '{"version": 1, "pieces": {"a": {"b": 1}}}'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(ValueError):
        parse_record(text)
