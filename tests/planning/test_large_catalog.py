"""Thousands of tables: the few that a prompt is about are found, and planning ends soon."""

from __future__ import annotations

import time

import pytest
from lake import catalog
from warehouse import ASKED, PLANTED, warehouse

from datamorph.core.catalog import Catalog
from datamorph.core.glossary import Glossary, Note, Term
from datamorph.core.plan import Proposal
from datamorph.core.table import TableRef
from datamorph.planning.offline import OfflinePlanner
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.reach import reachable

GENEROUS_CPU_S = 3.0
WARDS = TableRef.parse("raw.hospital.wards")


def names(prompt, found=None):
    return {str(table.ref) for table in near_tables(prompt, found or warehouse()).tables}


def test_the_warehouse_is_large():
    found = warehouse()

    assert len(found.tables) == 2000
    assert 55_000 < sum(len(table.schema) for table in found.tables)
    assert len(PLANTED) == 20
    assert len(ASKED) == 10


@pytest.mark.parametrize(
    ("prompt", "tables", "mode"),
    [(*planted, "pipeline") for planted in PLANTED.items()] + [(*asked, "question") for asked in ASKED.items()],
)
def test_the_right_tables_are_found_among_two_thousand(prompt, tables, mode):
    started = time.process_time()
    outcome = OfflinePlanner().plan(prompt, reachable(prompt, warehouse()), mode=mode)

    assert time.process_time() - started < GENEROUS_CPU_S
    assert isinstance(outcome, Proposal), outcome
    assert {str(ref) for ref in outcome.spec.sources.values()} == tables


def test_a_question_that_is_weighed_is_planned_soon_too():
    text = "who joined the library first and borrowed the most poetry?"
    started = time.process_time()
    outcome = OfflinePlanner().plan(text, reachable(text, warehouse()), mode="question")

    assert time.process_time() - started < GENEROUS_CPU_S
    assert outcome.understanding.candidates


def test_a_small_lake_is_looked_at_as_a_whole():
    assert near_tables("shops", catalog()) is catalog()


def test_tables_between_two_that_are_named_come_along():
    found = names("average stars per brewery name")

    assert {"raw.brewery.tastings", "raw.brewery.beers", "raw.brewery.breweries"} <= found
    assert len(found) < 60


def test_values_are_looked_at_where_no_name_helps():
    assert "raw.brewery.beers" in names("stout")


def test_the_words_of_a_glossary_bring_up_their_tables():
    notes = {WARDS: Note(synonyms=("sick rooms",))}
    term = Term("capacity", "sum(beds)", "", WARDS)
    glossed = Catalog(warehouse().tables, Glossary((term,), notes))

    assert str(WARDS) in names("number of sick rooms", glossed)
    assert str(WARDS) in names("capacity", glossed)


def test_the_same_tables_are_indexed_once_and_others_anew():
    planner = OfflinePlanner()
    before = planner.plan("number of sales per shop", catalog())
    other = planner.plan("number of sales per shop", catalog("farm"))

    assert planner.plan("number of sales per shop", Catalog(catalog().tables)) == before
    assert other != before
