"""Suites: to Great Expectations and back, without a loss."""

from __future__ import annotations

import json

import pytest

from datamorph.core.checks import Check
from datamorph.core.expectations import EXPECTATIONS
from datamorph.core.suite import read_suite, suite_of
from datamorph.errors import SpecError

CHECKS = [
    *(Check(type=found.type, kwargs=dict(found.example)) for found in EXPECTATIONS.values()),
    Check(type="expect_column_values_to_not_be_null", kwargs={"column": "a"}, severity="warn"),
    Check(type="expect_column_values_to_not_be_null", kwargs={"column": "b"}, on_fail="quarantine"),
    Check(type="expect_column_mean_to_be_between", kwargs={"column": "a", "max_value": 3, "row_condition": "b > 'x'"}),
]


def by_name(checks):
    return sorted(json.dumps(check.model_dump(mode="json"), sort_keys=True) for check in checks)


def test_every_check_comes_back_as_it_went():
    assert by_name(read_suite(json.dumps(suite_of("all", CHECKS)))) == by_name(CHECKS)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_great_expectations_reads_the_suite_and_writes_one_that_is_read():
    core = pytest.importorskip("great_expectations.core")

    theirs = core.ExpectationSuite(**suite_of("all", CHECKS))
    written = json.dumps(theirs.to_json_dict())

    assert len(theirs.expectations) == sum(not EXPECTATIONS[check.type].is_own for check in CHECKS)
    again = read_suite(written)
    assert len(again) == len(CHECKS)
    assert [check for check in CHECKS if not any(is_kept(check, found) for found in again)] == []


def is_kept(check, found):
    """The same check; Great Expectations adds its defaults to the arguments."""
    options = [(one.type, one.severity, one.on_fail) for one in (check, found)]
    return options[0] == options[1] and check.kwargs.items() <= found.kwargs.items()


@pytest.mark.parametrize(
    ("build", "told"),
    [
        (lambda c: c("a") > 5, "`a` > 5"),
        (lambda c: (c("a") == "it's") & (c("b").is_not_null()), "(`a` = 'it''s') and (`b` is not null)"),
        (lambda c: (c("a") != 1.5) | (c("b") <= "2024-01-01"), "(`a` <> 1.5) or (`b` <= '2024-01-01')"),
        (lambda c: c("a").is_in(["x", "y"]), "`a` in ('x', 'y')"),
        (lambda c: c("a").is_null(), "`a` is null"),
    ],
)
def test_a_condition_that_the_library_builds_is_read(build, told):
    expectations = pytest.importorskip("great_expectations.expectations")
    rows = pytest.importorskip("great_expectations.expectations.row_conditions")
    core = pytest.importorskip("great_expectations.core")
    suite = core.ExpectationSuite(name="s")
    suite.expectations = [expectations.ExpectColumnValuesToNotBeNull(column="n", row_condition=build(rows.Column))]

    (check,) = read_suite(json.dumps(suite.to_json_dict()))

    assert check.kwargs["row_condition"] == told


def test_types_go_by_the_names_of_spark():
    (check,) = suite_of("s", [Check(type="expect_column_type_to_be", kwargs={"column": "a", "type_": "bigint"})])[
        "expectations"
    ]

    assert check["kwargs"]["type_"] == "LongType"


def test_a_suite_of_an_older_version_is_read():
    suite = {"expectation_suite_name": "s", "expectations": [
        {"expectation_type": "expect_column_values_to_be_unique", "kwargs": {"column": "a", "result_format": "BASIC"}}
    ]}  # fmt: skip

    assert read_suite(json.dumps(suite)) == (Check(type="expect_column_values_to_be_unique", kwargs={"column": "a"}),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[]", "no list of expectations"),
        ('{"expectations": 5}', "no list of expectations"),
        ('{"expectations": [5]}', "no check for"),
        ('{"expectations": [{"type": "expect_the_best"}]}', "no check for 'expect_the_best'"),
        ('{"expectations": [{"type": "expect_column_to_exist", "kwargs": {"column": "a", "row_condition": "a>1",'
         ' "condition_parser": "pandas"}}]}', "row_condition for 'pandas'"),
    ],
)  # fmt: skip
def test_what_is_no_suite_is_refused(text, told):
    with pytest.raises(SpecError, match=told):
        read_suite(text)
