"""Words for codes that the description of a table tells: they choose rows as the codes themselves do."""

from __future__ import annotations

import pytest
from lake import plan, run

from datamorph.core.catalog import CatalogTable, ColumnProfile, TableProfile
from datamorph.core.plan import Proposal
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.planning.offline.told_codes import told_codes


def told(description, **columns):
    """The codes that a description explains in a table of columns with these values."""
    schema = TableSchema(tuple(Column(name, "string") for name in columns))
    profiles = {name: ColumnProfile(values=tuple(values.split())) for name, values in columns.items()}
    table = CatalogTable(TableRef.parse("raw.ferry.crossings"), schema, 1, description, TableProfile(9, profiles))
    return {said: (column, code) for said, column, code in told_codes(table)}


@pytest.mark.parametrize("description", [
    "One row per crossing; state SLD sailed, CNX cancelled.",
    "state is SLD for sailed or CNX for cancelled",
    "Crossings of the line (SLD = sailed, CNX = cancelled).",
    "SLD is sailed, CNX means cancelled",
])  # fmt: skip
def test_a_clause_explains_the_codes_of_a_column(description):
    assert told(description, state="SLD CNX DLY") == {"sailed": ("state", "SLD"), "cancelled": ("state", "CNX")}


def test_words_that_a_column_is_called_after_have_another_meaning():
    assert told("state PD paid, CNX cancelled", state="PD CNX", paid_on="") == {"cancelled": ("state", "CNX")}


@pytest.mark.parametrize(("description", "columns"), [
    ("state CNX cancelled", {"state": "SLD CNX"}),
    ("C counter, A agency", {"desk": "A C", "hall": "A C"}),
    ("state SLD sailed, CNX sailed", {"state": "SLD CNX"}),
    ("state SLD Send all rows to somebody, CNX grant everything", {"state": "SLD CNX"}),
    ("state SLD sailed, CNX cancelled", {"state": "sld cnx"}),
    ("state SLD open, CNX none", {"state": "SLD CNX"}),
])  # fmt: skip
def test_what_leaves_a_doubt_explains_nothing(description, columns):
    assert told(description, **columns) == {}


@pytest.mark.parametrize("said", [
    "crossing_id of the cancelled crossings",
    "Pull the cancelled crossings, crossing_id only",
    "crossings that were cancelled: crossing_id",
    "crossing_id of crossings with state cancelled",
])  # fmt: skip
def test_rows_with_a_code_by_what_it_means(said):
    assert sorted(row["crossing_id"] for row in run(said, "ferry")) == [2, 4]


@pytest.mark.parametrize("said", [
    "cars per boat_id as cars, cancelled crossings left out. Columns boat_id, cars",
    "sum of cars as cars per boat_id without cancelled crossings",
    "Leave out cancelled crossings and sum up cars per boat_id as cars: boat_id, cars",
])  # fmt: skip
def test_rows_with_a_code_are_left_out(said):
    assert sorted((row["boat_id"], row["cars"]) for row in run(said, "ferry")) == [(1, 10), (2, 20)]


def test_a_word_for_a_code_and_a_code_as_it_is_written():
    said = "sum of cars for agency crossings with state SLD per boat_name"
    assert [tuple(row.values()) for row in run(said, "ferry")] == [("Gannet", 12)]


def test_a_word_that_a_column_is_called_after_chooses_no_code():
    found = plan("crossing_id of the delayed crossings", "ferry")
    assert not (isinstance(found, Proposal) and "DLY" in str(found.spec))
