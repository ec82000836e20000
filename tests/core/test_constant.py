"""Constants fit a column's type exactly, or are refused."""

from __future__ import annotations

import pytest

from datamorph.core.expression import Literal
from datamorph.core.steps.constant import fits, literal


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, "boolean"),
        ("a", "string"),
        ("2024-01-31", "date"),
        ("2024-01-31 12:00Z", "timestamp"),
        (127, "tinyint"),
        (1, "double"),
        (0.5, "float"),
        (2.25, "decimal(3,2)"),
    ],
)
def test_a_value_of_the_columns_type_fits(value, type_):
    assert fits(value, type_)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, "int"),
        (1, "boolean"),
        ("a", "date"),
        ("2024-02-30", "date"),
        ("2024-01-31", "int"),
        (128, "tinyint"),
        (0.5, "int"),
        (2.255, "decimal(3,2)"),
        (10, "decimal(3,2)"),
        (float("nan"), "double"),
        ("a", "array<string>"),
        (1, "array<int>"),
    ],
)
def test_a_value_that_would_change_does_not_fit(value, type_):
    assert not fits(value, type_)


def test_literals_have_the_type_and_a_form_that_every_engine_reads():
    assert literal(2.5, "decimal(5,2)") == Literal("2.50", "decimal(5,2)")
    assert literal(1, "float") == Literal(1.0, "double")
    assert literal("2024-01-31 12:00Z", "timestamp") == Literal("2024-01-31 12:00:00+00:00", "timestamp")
    assert literal("2024-01-31", "timestamp_ntz") == Literal("2024-01-31", "timestamp_ntz")
