"""Rows, code and values as Dagster shows them."""

from __future__ import annotations

import pytest

from datamorph.assets.metadata import fenced, rows_table, scalar
from datamorph.assets.naming import check_names


def test_rows_become_a_markdown_table_that_no_value_can_break():
    found = rows_table([{"name": "a|b\nc", "n": None}]).value

    assert found == "| name | n |\n| --- | --- |\n| a&#124;b c | NULL |"


def test_long_values_and_many_columns_are_cut():
    found = rows_table([{f"c{number}": "x" * 200 for number in range(40)}]).value

    assert "…" in found
    assert found.endswith("and 10 more columns")


def test_no_rows_are_said_to_be_none():
    assert rows_table([]).value == "no rows"


def test_code_with_fences_is_fenced_by_more():
    assert fenced('"""```"""', "python").value.startswith("````python\n")


@pytest.mark.parametrize("value", [2**60, 1.5, True, None, "text"])
def test_every_observed_value_has_a_form(value):
    assert scalar(value).value is not None


def test_check_names_are_legal_and_distinct():
    names = check_names(["unique_Größe (cm)", "between_a", "between_a", "engines_agree"])

    assert names == ["unique_gr_e_cm", "between_a", "between_a_2", "engines_agree_2"]
