"""Names and shapes of tables."""

import pytest

from datamorph.core.table import TableRef, TableSchema, Tier, compare_schemas, snake_case, unique_names


def test_a_reference_is_read_and_written_the_same():
    ref = TableRef.parse(" raw.shop.orders ")

    assert ref == TableRef(Tier.RAW, "shop", "orders")
    assert str(ref) == "raw.shop.orders"


@pytest.mark.parametrize(
    "text", ["", "orders", "raw.orders", "raw.shop.orders.x", "gold.shop.orders", "raw.Shop.orders", "raw.shop.or-ders",
             "raw..orders", "raw.shop.1st", "raw.shop.order s", "raw.shop.orders\n.x", f"raw.shop.{'a' * 129}"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_its_text(text):
    with pytest.raises(ValueError, match="table"):
        TableRef.parse(text)


def test_columns_are_found_in_any_case():
    schema = TableSchema.of(Id="bigint", ÄRA="string")

    assert schema.get("ID").name == "Id"
    assert "ära" in schema
    assert 5 not in schema


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (TableSchema.of(a="int", b="decimal(10,2)"), "same"),
        (TableSchema.of(a="int", b="decimal(10,2)", c="string"), "compatible"),
        (TableSchema.of(a="bigint", b="decimal(12,2)"), "widening"),
        (TableSchema.of(a="int", b="decimal(12,3)"), "breaking"),
        (TableSchema.of(a="string", b="decimal(10,2)"), "breaking"),
        (TableSchema.of(a="int"), "breaking"),
    ],
)
def test_a_schema_change_is_as_bad_as_it_is_for_a_reader(new, kind):
    assert compare_schemas(TableSchema.of(a="int", b="decimal(10,2)"), new).kind == kind


@pytest.mark.parametrize(
    ("text", "name"),
    [("Total (EUR)", "total_eur"), ("orderCount", "order_count"), ("2024 sales", "_2024_sales"), ("ä", "unnamed"),
     ("", "unnamed"), ("x" * 300, "x" * 128)],
)  # fmt: skip
def test_any_text_becomes_a_legal_name(text, name):
    assert snake_case(text) == name


def test_names_become_distinct_regardless_of_case():
    assert unique_names(["id", "ID", "x", "id"]) == ["id", "ID_2", "x", "id_3"]
