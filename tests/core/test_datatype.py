"""Spark SQL types as text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datamorph.core import datatype as dt

TYPES = [*sorted(dt.SIMPLE), "decimal(10,2)", "decimal(38,0)", "decimal(5,5)"]


@pytest.mark.parametrize(
    ("text", "type_"),
    [("BIGINT", "bigint"), ("long", "bigint"), ("Integer", "int"), ("DECIMAL( 10 , 2 )", "decimal(10,2)"),
     ("numeric(5,1)", "decimal(5,1)"), ("decimal", "decimal(10,0)"), ("text", "string"), ("bool", "boolean")],
)  # fmt: skip
def test_types_have_one_spelling(text, type_):
    assert dt.parse_type(text) == type_


@pytest.mark.parametrize("text", ["", "money", "void", "decimal(39,0)", "decimal(2,3)", "decimal(0,0)", "decimal(a,b)",
                                  "array<int>", "int)", "decimal(10,-2)", "varchar(10)", "int; drop"])  # fmt: skip
def test_other_types_are_refused_with_the_ones_there_are(text):
    with pytest.raises(ValueError, match="bigint"):
        dt.parse_type(text)


@given(st.sampled_from(TYPES), st.sampled_from(TYPES))
def test_a_common_type_does_not_depend_on_the_order(left, right):
    assert dt.common_type(left, right) == dt.common_type(right, left)
    assert dt.common_type(left, left) == left


@pytest.mark.parametrize(
    ("left", "right", "common"),
    [("int", "bigint", "bigint"), ("int", "decimal(4,2)", "decimal(12,2)"), ("bigint", "double", "double"),
     ("date", "timestamp_ntz", "timestamp_ntz"), ("void", "string", "string"), ("string", "int", None),
     ("boolean", "int", None), ("decimal(38,0)", "decimal(38,38)", "decimal(38,38)"), ("float", "float", "float")],
)  # fmt: skip
def test_the_common_type_holds_both(left, right, common):
    assert dt.common_type(left, right) == common


@pytest.mark.parametrize(
    ("source", "target", "is_legal"),
    [("string", "int", True), ("decimal(10,2)", "string", True), ("date", "timestamp", True), ("int", "boolean", True),
     ("double", "string", False), ("date", "int", False), ("int", "date", False), ("array<int>", "string", False),
     ("binary", "string", True), ("binary", "int", False), ("boolean", "date", False), ("void", "date", True)],
)  # fmt: skip
def test_only_casts_with_one_meaning_are_legal(source, target, is_legal):
    assert dt.can_cast(source, target) is is_legal


@pytest.mark.parametrize(
    ("digits", "type_", "text"),
    [("1.005", "decimal(4,2)", "1.01"), ("-1.005", "decimal(4,2)", "-1.01"), ("1e3", "decimal(6,2)", "1000.00"),
     ("99.99", "decimal(4,2)", "99.99"), ("0", "decimal(2,2)", "0.00"), ("0.994", "decimal(2,2)", "0.99"),
     ("12345678901234567890.12", "decimal(22,2)", "12345678901234567890.12")],
)  # fmt: skip
def test_decimals_are_rounded_half_up_to_their_scale(digits, type_, text):
    assert dt.fit_decimal(digits, type_) == text


@pytest.mark.parametrize(
    ("digits", "type_"),
    [
        ("100", "decimal(4,2)"),
        ("99.995", "decimal(4,2)"),
        ("nan", "decimal(4,2)"),
        ("inf", "decimal(4,2)"),
        ("x", "decimal(4,2)"),
        ("1e99", "decimal(38,0)"),
        ("0.995", "decimal(2,2)"),
    ],
)
def test_a_decimal_that_does_not_fit_is_refused(digits, type_):
    with pytest.raises(ValueError, match="does not fit"):
        dt.fit_decimal(digits, type_)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=2))
def test_a_decimal_that_fits_keeps_its_value(value):
    assert Decimal(dt.fit_decimal(str(value), "decimal(10,2)")) == value


@pytest.mark.parametrize(
    ("text", "type_", "is_legal"),
    [("2024-02-29", "date", True), ("2023-02-29", "date", False), ("2024-13-45", "date", False),
     ("2024-1-5", "date", False), ("20240105", "date", False), ("2024-01-05 10:00", "date", False),
     ("2024-01-05", "timestamp", True), ("2024-01-05 10:00:00.5", "timestamp_ntz", True),
     ("2024-01-05T25:00:00", "timestamp", False), ("2024-01-05 10:00:00+02:00", "timestamp", True),
     ("2024-01-05 10:00:00+02:00", "timestamp_ntz", False), ("now", "timestamp", False), ("", "date", False),
     ("0000-01-01", "date", False), ("\u0662024-01-01", "date", False)],
)  # fmt: skip
def test_dates_and_timestamps_are_written_in_iso_8601(text, type_, is_legal):
    assert dt.is_moment(text, type_) is is_legal


def test_integers_have_a_range():
    assert dt.fits_integer(-128, "tinyint")
    assert not dt.fits_integer(128, "tinyint")
    assert dt.fits_integer(2**63 - 1, "bigint")
    assert not dt.fits_integer(2**63, "bigint")
