"""Which tables a model is shown, and that what stands in them is data."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, ForeignKey, TableProfile
from datamorph.core.glossary import Glossary, Note, Term
from datamorph.core.steps import STEPS
from datamorph.core.table import TableRef, TableSchema
from datamorph.planning.language_model.fencing import fenced, plain, quoted
from datamorph.planning.language_model.language import instructions, template_version
from datamorph.planning.language_model.rendering import render_glossary, table_facts, table_tokens
from datamorph.planning.language_model.retrieval import choose_tables

ORDERS, CUSTOMERS, CITIES = (TableRef.parse(f"raw.shop.{name}") for name in ("orders", "customers", "cities"))


NO_ROWS = TableProfile()


def table(ref, keys=(), description="", profile=NO_ROWS, **columns):
    return CatalogTable(
        ref, TableSchema.of(**columns), description=description, profile=profile,
        foreign_keys=tuple(ForeignKey((name,), target, (name,)) for name, target in keys),
    )  # fmt: skip


@pytest.fixture
def large():
    """Three tables of a shop among five hundred others."""
    noise = [table(TableRef.parse(f"raw.noise.t{n}"), **{f"c{n}_{i}": "string" for i in range(8)}) for n in range(500)]
    shop = [
        table(CITIES, city_id="bigint", mayor="string"),
        table(CUSTOMERS, keys=[("city_id", CITIES)], customer_id="bigint", city_id="bigint"),
        table(ORDERS, keys=[("customer_id", CUSTOMERS)], order_id="bigint", customer_id="bigint", amount="double"),
    ]
    return Catalog((*noise, *shop))


def names(offer):
    return [found.ref.name for found in offer.catalog.tables]


def test_a_small_catalog_is_shown_whole(large):
    small = Catalog(large.tables[-3:])

    offer = choose_tables("anything at all", small, budget=10_000, samples=True)

    assert (offer.catalog, offer.left_out) == (small, 0)


def test_of_a_large_catalog_the_tables_are_shown_that_the_prompts_words_fit(large):
    offer = choose_tables("total amount of orders", large, budget=1000, samples=True)

    assert "orders" in names(offer)
    assert offer.left_out == 503 - len(names(offer))


def test_tables_on_the_way_between_two_are_shown_with_them(large):
    offer = choose_tables("amount of orders per mayor", large, budget=1000, samples=True)

    assert {"orders", "customers", "cities"} <= set(names(offer))


def test_a_table_that_is_named_is_shown_first(large):
    offer = choose_tables("everything of raw.noise.t321 with orders", large, budget=120, samples=True)

    assert names(offer) == ["t321"]


@pytest.mark.parametrize("budget", [60, 300, 1000, 5000])
def test_the_budget_is_kept(large, budget):
    offer = choose_tables("orders customers cities t1 t2 t3 t4 t5 t6 t7 t8 t9", large, budget=budget, samples=True)

    assert sum(table_tokens(found, large.glossary, samples=True) for found in offer.catalog.tables) <= budget


def test_the_glossary_finds_tables_by_other_words(large):
    glossary = Glossary(tables={CITIES: Note(synonyms=("municipality",))})

    offer = choose_tables("list every municipality", Catalog(large.tables, glossary), budget=200, samples=True)

    assert names(offer) == ["cities"]


def test_wordings_of_the_glossary_are_told_without_what_is_personal():
    wordings = {"arrived late": "delay over 5", "ours": "owner is ann@example.com"}

    text = render_glossary(Catalog((), Glossary(wordings=wordings)))

    assert '{"words": "arrived late", "are read as": "delay over 5"}' in text
    assert "ann@example.com" not in text


def test_values_find_tables(large):
    profile = TableProfile(3, {"city": ColumnProfile(distinct=1, values=("Trondheim",))})
    places = table(TableRef.parse("raw.shop.places"), profile=profile, city="string")

    offer = choose_tables("visitors in Trondheim", Catalog((*large.tables, places)), budget=200, samples=True)

    assert names(offer) == ["places"]


def test_a_column_is_name_type_description_samples_and_statistics():
    profile = TableProfile(10, {"unit_price": ColumnProfile(nulls=2, distinct=3, values=(1, 2, 3))})
    notes = Glossary(columns={(ORDERS, "unit_price"): Note("per piece", ("cost",), "EUR")})

    facts = table_facts(table(ORDERS, profile=profile, unit_price="double"), notes, samples=True)

    described = "per piece; also called cost; in EUR"
    assert facts["columns"] == [["unit_price", "double", described, [1, 2, 3], "3 distinct, 2 of 10 missing"]]


def test_terms_of_the_glossary_are_shown():
    term = Term("turnover", "sum(amount)", "status = 'paid'", ORDERS, ("revenue",))

    shown = render_glossary(Catalog((table(ORDERS, amount="double"),), Glossary((term,))))

    assert json.loads(shown.split("\n")[1])["where"] == "status = 'paid'"
    assert render_glossary(Catalog((table(CITIES, a="int"),), Glossary((term,)))) == ""


@given(st.text())
def test_no_text_ends_its_block_or_starts_another(text):
    block = fenced("tables", [text, {"a": [text]}])
    lines = block.split("\n")

    assert lines[0] == "<data tables>" and lines[-1] == "</data>"
    assert len(lines) == 4
    assert "<" not in lines[1] + lines[2]
    assert json.loads(lines[1]) == text


def test_letters_that_do_not_show_are_escaped_and_taken_out():
    assert quoted("a\u202eb\u200b\x1b[2J") == '"a\\u202eb\\u200b\\u001b[2J"'
    assert plain("a\u202eb\u200b\x1b[2J\nc") == "ab[2J\nc"


def test_the_instructions_describe_every_kind_of_step_and_their_version_follows_the_text():
    text = instructions()

    assert all(f"\n## {kind}\n" in text for kind in STEPS)
    assert '"$defs"' in text
    assert re.fullmatch("[0-9a-f]{12}", template_version())
