"""What of a person is hidden, measured on values that were labelled by hand."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, TableProfile
from datamorph.core.table import TableRef, TableSchema
from datamorph.planning.language_model.masking import Hiding, kind_of_column, mask_text, mask_value
from datamorph.planning.language_model.rendering import render_tables

with (Path(__file__).parent / "personal_values.csv").open(newline="") as file:
    LABELLED = [tuple(row.values()) for row in csv.DictReader(file)]
DOCS = (Path(__file__).parents[2] / "docs" / "security.md").read_text()


def measured():
    """Precision and recall over the labelled values, with what is wrong."""
    hidden = [mask_value(table, column, value) != value for table, column, value, _ in LABELLED]
    personal = [bool(kind) for *_, kind in LABELLED]
    right = sum(h and p for h, p in zip(hidden, personal, strict=True))
    wrong = [row for row, h, p in zip(LABELLED, hidden, personal, strict=True) if h != p]
    return right / sum(hidden), right / sum(personal), wrong


def test_the_rules_hold_on_the_labelled_set_and_the_docs_say_how_well():
    precision, recall, wrong = measured()

    assert recall >= 0.9, wrong
    assert precision >= 0.95, wrong
    assert f"precision {precision:.3f}, recall {recall:.3f} on {len(LABELLED)} labelled values" in DOCS


@pytest.mark.parametrize(("table", "column", "value", "kind"), [row for row in LABELLED if row[3]])
def test_nothing_of_a_hidden_value_is_left(table, column, value, kind):
    masked = str(mask_value(table, column, value))

    if masked != value:
        assert re.search(r"<\w+>", masked)
        assert not re.search(r"\d{5}|@", masked)


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1112", "DE89370400440532013001", "999.999.1.1", "1.2.3", "a@b", "@home"]
)
def test_what_only_looks_personal_is_shown(text):
    assert mask_text(text) == text


def test_the_name_of_a_column_decides_with_that_of_its_table():
    assert kind_of_column("customers", "name") == "name"
    assert kind_of_column("products", "name") == ""
    assert kind_of_column("x", "customerName") == "name"
    assert kind_of_column("x", "email_count") == ""


CATALOG = Catalog((
    CatalogTable(
        TableRef.parse("raw.shop.customers"),
        TableSchema.of(name="string", note="string", city="string"),
        description="ask ada@abbott.example",
        profile=TableProfile(2, {
            "name": ColumnProfile(distinct=2, values=("Ada Abbott", "Ben Brandt")),
            "note": ColumnProfile(distinct=900, minimum="Call +1 212-555-0199", maximum="z"),
            "city": ColumnProfile(distinct=1, values=("Oslo",)),
        }),
    ),
))  # fmt: skip


def test_tables_are_shown_without_anything_personal():
    shown = render_tables(CATALOG, samples=True)

    assert "Oslo" in shown
    assert not re.search("Ada|Ben|555|abbott", shown)


def test_without_samples_no_value_is_shown():
    assert "Oslo" not in render_tables(CATALOG, samples=False)


def test_texts_of_programs_lose_personal_values_that_the_prompt_does_not_say():
    hiding = Hiding(CATALOG, "orders of ben brandt")

    assert hiding.hide("name = 'Ada Abbott' or name = 'Ben Brandt'") == "name = '<name>' or name = 'Ben Brandt'"
    assert hiding.hide_all({"a": ["Ada Abbott", 1]}) == {"a": ["<name>", 1]}
