"""A glossary's terms and synonyms in prompts and questions."""

from __future__ import annotations

import pytest
from lake import catalog, table

from datamorph.core.catalog import Catalog
from datamorph.core.glossary_file import read_glossary
from datamorph.core.plan import Proposal
from datamorph.planning.offline import OfflinePlanner
from datamorph.planning.reach import reachable

TEXT = """\
terms:
  revenue: sum(amount) where channel = 'online'
  big sale: amount > 7
  web order: {means: count(*) where channel = 'online', table: sales, synonyms: [orders on the web]}
  basket: sum(amount) / count(*)
  net: amount - coalesce(discount, 0)
  northern: {means: "city in ('Hull', 'York')", table: shops}
  kinds of product: count(distinct product_id) where amount > 4
  busy: {means: "quantity between 3 and 5", table: sales}
tables:
  sales: {synonyms: [receipts], columns: {quantity: {synonyms: [pieces], unit: pcs}}}
"""


def glossed() -> Catalog:
    tables = catalog().tables
    glossary, mistakes = read_glossary(TEXT, {t.ref: t.schema for t in tables if "products" not in str(t.ref)})
    assert mistakes == ()
    return Catalog(tables, glossary)


def plan(prompt, mode="pipeline"):
    outcome = OfflinePlanner().plan(prompt, reachable(prompt, glossed()), mode=mode)
    assert isinstance(outcome, Proposal), outcome
    return outcome


@pytest.mark.parametrize(
    ("prompt", "rows"),
    [
        ("revenue per shop", {(1, 10.0), (2, 3.0), (3, 20.0)}),
        ("revenue and number of sales per shop", {(1, 10.0, 3), (2, 3.0, 3), (3, 20.0, 2)}),
        ("total revenue per product category", {("bread", 30.0), ("pastry", 3.0)}),
        ("top 2 shops by revenue", {(3, 20.0), (1, 10.0)}),
        ("top 1 shops by number of big sales", {(1, 2)}),
        ("top 1 channels by web orders", {("online", 3)}),
        ("revenue by channel where revenue is over 4", {("online", 33.0)}),
        ("number of big sales per channel", {("counter", 1), ("online", 2), ("phone", 1)}),
        ("web orders per shop", {(1, 1), (2, 1), (3, 1)}),
        ("number of orders on the web per shop", None),
        ("basket per channel", {("counter", 5.75), ("online", 11.0), ("phone", 9.0)}),
        ("average net per channel", {("counter", 4.875), ("online", 10 + 2 / 3), ("phone", 9.0)}),
        ("revenue per northern shop", {(2, 3.0)}),
        ("kinds of products per shop", {(1, 3), (2, 1), (3, 2)}),
        ("number of busy ones among the sales per channel", None),
        ("number of big sales and number of sales per channel", {("counter", 1, 4), ("online", 2, 3), ("phone", 1, 1)}),
        ("number of northern shops and number of shops", {(2, 4)}),
        ("web orders and number of sales per shop", {(1, 1, 3), (2, 1, 3), (3, 1, 2)}),
        ("number of sales per channel without big sales", {("counter", 3), ("online", 1)}),
        ("number of sales per channel, excluding the big sales", {("counter", 3), ("online", 1)}),
        ("number of receipts per channel", {("counter", 4), ("online", 3), ("phone", 1)}),
        ("total pieces per shop", {(1, 8), (2, 5), (3, 7)}),
    ],
)
def test_terms_and_synonyms_mean_what_the_file_says(prompt, rows):
    if rows is None:
        assert not isinstance(OfflinePlanner().plan(prompt, glossed()), Proposal)
        return

    assert {tuple(row.values()) for row in table(plan(prompt))} == rows


@pytest.mark.parametrize("prompt", ["northern shops", "shops which are northern", "list all shops that are northern"])
def test_a_condition_stands_before_or_behind_its_table(prompt):
    assert {row["shop_id"] for row in table(plan(prompt))} == {2, 4}


@pytest.mark.parametrize(
    "prompt", ["shops that are not northern", "shops which aren't northern", "all shops except the northern shops"]
)
def test_a_condition_may_be_denied(prompt):
    found = plan(prompt)

    assert {row["shop_id"] for row in table(found)} == {1, 3}
    assert "such rows are left out" in str(found.understanding.assumptions)


def test_a_denied_condition_keeps_rows_without_a_value():
    glossary, _ = read_glossary("terms: {discounted: discount > 0}", {t.ref: t.schema for t in catalog().tables})

    outcome = OfflinePlanner().plan("sales that are not discounted", Catalog(catalog().tables, glossary))

    assert len(table(outcome)) == 4


def test_every_use_is_stated():
    assumed = plan("revenue per northern shop").understanding.assumptions

    assert "'revenue' is sum(amount) where channel = 'online' (glossary.yaml)" in assumed
    assert "'northern' is city in ('Hull', 'York') (glossary.yaml); only such rows count" in assumed


def test_a_measure_of_the_glossary_may_be_renamed_and_sorted_by():
    spec = plan("revenue per shop as rev, sort by revenue descending").spec

    assert next(list(row) for row in table(plan("revenue per shop as rev"))) == ["shop_id", "rev"]
    assert spec.steps[-1].step.by == ("rev desc", "shop_id")


def test_questions_know_the_terms_too():
    assert table(plan("What is the revenue?", mode="question")) == [{"revenue": 33.0}]
    assert table(plan("How many receipts are there?", mode="question"))[0].popitem()[1] == 8


def test_a_term_whose_table_is_out_of_reach_is_no_term():
    outcome = OfflinePlanner().plan("basket per crop", Catalog(catalog("farm").tables, glossed().glossary))

    assert not isinstance(outcome, Proposal)
