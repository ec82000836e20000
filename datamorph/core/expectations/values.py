"""Expectations about the values of one column, row by row: nulls, sets, ranges, patterns, lengths, dates."""

from __future__ import annotations

from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.building import STRICT, listed, outside, row_check
from datamorph.core.expectations.expectation import Expectation, Kwargs, Rows

RANGE = {"min_value": arg.bound, "max_value": arg.bound, **STRICT}
LENGTHS = {"min_value": arg.length, "max_value": arg.length, **STRICT}


def _value(kwargs: Kwargs, rows: Rows) -> str:
    return rows.value(kwargs["column"])


def _length(kwargs: Kwargs, rows: Rows) -> str:
    return f"LENGTH({_value(kwargs, rows)})"


def _regex(value: str, pattern: object) -> str:
    return f"REGEXP_MATCHES({value}, {arg.constant(pattern)})"


def _like(value: str, pattern: object) -> str:
    return f"{value} LIKE {arg.constant(pattern)}"


def _joined(kwargs: Kwargs, conditions: list[str]) -> str:
    return (" AND " if kwargs.get("match_on") == "all" else " OR ").join(conditions)


def _any_regex(kwargs: Kwargs, rows: Rows) -> str:
    return _joined(kwargs, [_regex(_value(kwargs, rows), pattern) for pattern in kwargs["regex_list"]])


def _any_like(kwargs: Kwargs, rows: Rows) -> str:
    return _joined(kwargs, [_like(_value(kwargs, rows), pattern) for pattern in kwargs["like_pattern_list"]])


def _date(kwargs: Kwargs, rows: Rows) -> str:
    """DuckDB skips blanks around and reads years of any length: the digits are counted first."""
    text, wanted = _value(kwargs, rows), kwargs["strftime_format"]
    plain = f"{text} = TRIM({text})" if wanted == wanted.strip() else "TRUE"
    year = rf" AND REGEXP_MATCHES({text}, '[0-9]{{4}}')" if "%Y" in wanted else ""
    return f"TRY_STRPTIME({text}, {arg.constant(wanted)}) IS NOT NULL AND {plain}{year}"


MATCH_ON = arg.one_of("any", "all")

EXPECTATIONS: tuple[Expectation, ...] = (
    row_check(
        "expect_column_values_to_not_be_null", "not_null",
        lambda kw, rows: f"NOT ({rows.present(kw['column'])})", considered=None,
        summary="every row has a value (NaN is none)", example={"column": "order_id"},
    ),
    row_check(
        "expect_column_values_to_be_null", "null", lambda kw, rows: rows.present(kw["column"]), considered=None,
        summary="no row has a value", example={"column": "note", "mostly": 0.5},
    ),
    row_check(
        "expect_column_values_to_be_between", "between", lambda kw, rows: outside(kw, _value(kw, rows)),
        optional=RANGE, summary="values lie within bounds",
        example={"column": "amount", "min_value": 0, "max_value": 10000, "mostly": 0.99},
    ),
    row_check(
        "expect_column_values_to_be_in_set", "in_set",
        lambda kw, rows: f"{_value(kw, rows)} NOT IN ({listed(kw['value_set'])})",
        required={"value_set": arg.values}, summary="values are among these",
        example={"column": "status", "value_set": ["open", "paid"]},
    ),
    row_check(
        "expect_column_values_to_not_be_in_set", "not_in_set",
        lambda kw, rows: f"{_value(kw, rows)} IN ({listed(kw['value_set'])})",
        required={"value_set": arg.values}, summary="values are none of these",
        example={"column": "status", "value_set": ["unknown"]},
    ),
    row_check(
        "expect_column_values_to_match_regex", "matches",
        lambda kw, rows: f"NOT {_regex(_value(kw, rows), kw['regex'])}", required={"regex": arg.regex},
        summary="the pattern is found in the text", example={"column": "note", "regex": "^[a-z]"},
    ),
    row_check(
        "expect_column_values_to_not_match_regex", "not_matches",
        lambda kw, rows: _regex(_value(kw, rows), kw["regex"]), required={"regex": arg.regex},
        summary="the pattern is not found in the text", example={"column": "note", "regex": "^ "},
    ),
    row_check(
        "expect_column_values_to_match_regex_list", "matches_one_of",
        lambda kw, rows: f"NOT ({_any_regex(kw, rows)})", required={"regex_list": arg.regexes},
        optional={"match_on": MATCH_ON}, summary="one of the patterns is found (`match_on: all`: every one)",
        example={"column": "note", "regex_list": ["^[a-z]", "^[0-9]+$"]},
    ),
    row_check(
        "expect_column_values_to_not_match_regex_list", "matches_none_of",
        _any_regex, required={"regex_list": arg.regexes},
        summary="none of the patterns is found", example={"column": "note", "regex_list": ["^ ", " $"]},
    ),
    row_check(
        "expect_column_values_to_match_like_pattern", "like",
        lambda kw, rows: f"NOT {_like(_value(kw, rows), kw['like_pattern'])}", required={"like_pattern": arg.like},
        summary="the text is like the pattern (% and _)", example={"column": "note", "like_pattern": "a%"},
    ),
    row_check(
        "expect_column_values_to_not_match_like_pattern", "not_like",
        lambda kw, rows: _like(_value(kw, rows), kw["like_pattern"]), required={"like_pattern": arg.like},
        summary="the text is not like the pattern", example={"column": "note", "like_pattern": "%test%"},
    ),
    row_check(
        "expect_column_values_to_match_like_pattern_list", "like_one_of",
        lambda kw, rows: f"NOT ({_any_like(kw, rows)})", required={"like_pattern_list": arg.likes},
        optional={"match_on": MATCH_ON}, summary="the text is like one of the patterns (`match_on: all`: like all)",
        example={"column": "note", "like_pattern_list": ["a%", "b%"]},
    ),
    row_check(
        "expect_column_values_to_not_match_like_pattern_list", "like_none_of",
        _any_like, required={"like_pattern_list": arg.likes},
        summary="the text is like none of the patterns", example={"column": "note", "like_pattern_list": ["%test%"]},
    ),
    row_check(
        "expect_column_value_lengths_to_be_between", "length",
        lambda kw, rows: outside(kw, _length(kw, rows)), optional=LENGTHS,
        summary="texts have that many characters", example={"column": "note", "min_value": 1, "max_value": 500},
    ),
    row_check(
        "expect_column_value_lengths_to_equal", "length",
        lambda kw, rows: f"{_length(kw, rows)} <> {arg.constant(kw['value'])}", required={"value": arg.length},
        summary="texts have exactly that many characters", example={"column": "status", "value": 4},
    ),
    row_check(
        "expect_column_values_to_match_strftime_format", "date_format",
        lambda kw, rows: f"NOT ({_date(kw, rows)})", required={"strftime_format": arg.date_format},
        summary="texts are dates in that format", example={"column": "note", "strftime_format": "%Y-%m-%d"},
    ),
)  # fmt: skip
