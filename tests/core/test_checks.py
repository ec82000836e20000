"""Checks: their arguments, and their verdicts on real rows."""

import re
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from core_words import create
from hypothesis import given, settings
from hypothesis import strategies as st

from datamorph.core.catalog import ColumnProfile, TableProfile
from datamorph.core.checks import Check, audit_sql, failing_rows_sql, judge, measured, more_sql
from datamorph.core.expectations import EXPECTATIONS, Scope
from datamorph.core.table import TableRef, TableSchema

SCHEMA = TableSchema.of(
    id="bigint", **{"od'd \"name": "string"}, price="decimal(10,2)", on="date", ok="boolean", tags="array<string>"
)
ROWS = [
    (1, "a", "1.00", "2024-01-01", True, None),
    (2, "b", "5.00", "2024-06-01", False, None),
    (2, None, None, None, None, None),
    (None, "it's", "9.99", "2025-01-01", True, None),
]
ODD = "od'd \"name"
OTHERS = [
    "ATTACH ':memory:' AS raw",
    "CREATE SCHEMA raw.shop",
    "CREATE TABLE raw.shop.keys AS SELECT * FROM (VALUES (1, 10.99), (2, 5.0), (NULL, 0)) AS t(id, price)",
]


def audit(check, rows=ROWS, schema=SCHEMA, tables=(), **known):
    scope = Scope(schema, **known)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for statement in tables:
            connection.execute(statement)
        create(connection, "staged", schema, rows)
        (found,) = measured([check], one_row(connection, audit_sql([check], scope)))
        if more := more_sql(check, found, scope):
            found |= one_row(connection, more)
        failing = failing_rows_sql(check, scope)
        return judge(check, found, scope), connection.execute(failing).fetchall() if failing else []


def one_row(connection, sql):
    result = connection.execute(sql)
    ((row),) = result.fetchall()
    return dict(zip([column[0] for column in result.description], row, strict=True))


def a_check(kind, severity="error", **kwargs):
    check = Check.model_validate({f"expect_{kind}": kwargs, "severity": severity})
    assert check.problems(SCHEMA) == []
    return check


@pytest.mark.parametrize(
    ("check", "passed", "unexpected", "failing"),
    [
        (a_check("table_row_count_to_be_between", min_value=4, max_value=4), True, None, 0),
        (a_check("table_row_count_to_be_between", max_value=3), False, None, 0),
        (a_check("table_row_count_to_be_between", min_value=0, max_value=0), False, None, 0),
        (a_check("column_values_to_not_be_null", column="id"), False, 1, 1),
        (a_check("column_values_to_not_be_null", column="id", mostly=0.75), True, 1, 1),
        (a_check("column_values_to_not_be_null", column="id", mostly=0.76), False, 1, 1),
        (a_check("column_values_to_be_unique", column="ID"), False, 2, 2),
        (a_check("column_values_to_be_unique", column=ODD), True, 0, 0),
        (a_check("compound_columns_to_be_unique", column_list=["id", ODD]), True, 0, 0),
        (a_check("compound_columns_to_be_unique", column_list=["id"]), False, 2, 2),
        (a_check("column_values_to_be_between", column="price", min_value=1, max_value=9.99), True, 0, 0),
        (a_check("column_values_to_be_between", column="price", min_value=1.01), False, 1, 1),
        (a_check("column_values_to_be_between", column="price", max_value=5, mostly=0.66), True, 1, 1),
        (a_check("column_values_to_be_between", column="price", max_value=5, mostly=0.67), False, 1, 1),
        (a_check("column_values_to_be_between", column="on", max_value="2024-12-31"), False, 1, 1),
        (a_check("column_values_to_be_between", column=ODD, min_value="b"), False, 1, 1),
        (a_check("column_values_to_be_in_set", column=ODD, value_set=["a", "b", "it's"]), True, 0, 0),
        (a_check("column_values_to_be_in_set", column=ODD, value_set=["a"]), False, 2, 2),
        (a_check("column_values_to_be_in_set", column="ok", value_set=[True]), False, 1, 1),
        (a_check("column_values_to_match_regex", column=ODD, regex="^[a-z]$"), False, 1, 1),
        (a_check("column_values_to_match_regex", column=ODD, regex="a|b|'"), True, 0, 0),
    ],
    ids=str,
)  # fmt: skip
def test_verdicts_on_rows_with_nulls_and_duplicates(check, passed, unexpected, failing):
    verdict, rows = audit(check)

    assert verdict.passed is passed
    assert verdict.observed.get("unexpected_count") == unexpected
    assert len(rows) == failing


def test_no_rows_fail_nothing_but_a_least_count():
    for check in (
        a_check("column_values_to_not_be_null", column="id"),
        a_check("column_values_to_be_unique", column="id"),
    ):
        assert audit(check, [])[0].passed
    assert not audit(a_check("table_row_count_to_be_between", min_value=1), [])[0].passed


def test_a_share_is_counted_exactly():
    rows = [(i, "x" if i else "y", None, None, None, None) for i in range(10)]

    assert audit(a_check("column_values_to_be_in_set", column=ODD, value_set=["x"], mostly=0.9), rows)[0].passed


def test_a_warning_blocks_nothing():
    verdict, _ = audit(a_check("column_values_to_not_be_null", severity="warn", column="id"))

    assert not verdict.passed
    assert not verdict.blocks
    assert audit(a_check("column_values_to_not_be_null", column="id"))[0].blocks


def test_many_checks_are_one_scan():
    checks = [a_check("column_values_to_not_be_null", column="id"), a_check("column_values_to_be_unique", column="id")]

    assert audit_sql(checks, Scope(SCHEMA)).count("FROM staged") == 1
    assert audit_sql([], Scope(SCHEMA)) == "SELECT COUNT(*) AS row_count\nFROM staged"


def test_names_are_short_and_stable():
    assert a_check("column_values_to_be_unique", column="id").name == "unique_id"
    assert a_check("compound_columns_to_be_unique", column_list=["id", "on"]).name == "unique_id_on"
    assert a_check("table_row_count_to_be_between", min_value=1).name == "row_count"


@pytest.mark.parametrize(
    ("kind", "kwargs", "codes"),
    [
        ("column_values_to_be_unique", {"column": "idd"}, ["unknown_column"]),
        ("column_values_to_be_unique", {}, ["check_argument"]),
        ("column_values_to_be_unique", {"column": 5}, ["check_argument"]),
        ("column_values_to_be_unique", {"column": "id", "mostly": 5}, ["check_argument"]),
        ("column_values_to_not_be_null", {"column": "id", "mostly": 1.5}, ["check_argument"]),
        ("column_values_to_not_be_null", {"column": "id", "mostly": "1 OR TRUE"}, ["check_argument"]),
        ("compound_columns_to_be_unique", {"column_list": "id"}, ["check_argument"]),
        ("compound_columns_to_be_unique", {"column_list": []}, ["check_argument"]),
        ("compound_columns_to_be_unique", {"column_list": ["id", "ID"]}, ["duplicate_column"]),
        ("column_values_to_be_between", {"column": "price", "min_value": "1"}, ["check_argument"]),
        ("column_values_to_be_between", {"column": "price", "min_value": ["1) OR (TRUE"]}, ["check_argument"]),
        ("column_values_to_be_between", {"column": "price", "min_value": float("nan")}, ["check_argument"]),
        ("column_values_to_be_between", {"column": "on", "min_value": "soon"}, ["check_argument"]),
        ("column_values_to_be_between", {"column": "ok", "min_value": 1}, ["check_argument"]),
        ("column_values_to_be_between", {"column": "tags", "min_value": 1}, ["check_argument"]),
        ("column_values_to_be_in_set", {"column": "id", "value_set": []}, ["check_argument"]),
        ("column_values_to_be_in_set", {"column": "id", "value_set": [1, None]}, ["check_argument"]),
        ("column_values_to_be_in_set", {"column": "id", "value_set": ["x"]}, ["check_argument"]),
        ("column_values_to_be_in_set", {"column": "id", "value_set": {"a": 1}}, ["check_argument"]),
        ("column_values_to_match_regex", {"column": ODD, "regex": "("}, ["check_argument"]),
        ("column_values_to_match_regex", {"column": "id", "regex": "a"}, ["check_argument"]),
        ("table_row_count_to_be_between", {"min_value": "many"}, ["check_argument"]),
        ("table_row_count_to_be_between", {"min_value": -1}, ["check_argument"]),
        ("column_values_to_be_odd", {"column": "id"}, ["unknown_check"]),
    ],
)  # fmt: skip
def test_arguments_that_no_audit_could_run_are_problems(kind, kwargs, codes):
    check = Check.model_validate({f"expect_{kind}": kwargs})

    assert [problem.code for problem in check.problems(SCHEMA)] == codes


names = st.sampled_from([*SCHEMA.names, *SCHEMA.names, "nope"])
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from(["2024-01-31", "a%", "%Y"]),
)
PLAUSIBLE = {
    "column": names, "column_A": names, "column_B": names, "table_column": names,
    "column_list": st.lists(names, max_size=3), "column_set": st.lists(names, max_size=3),
    "row_condition": st.sampled_from(["id > 1", "ok", "on is null", "sum(id) > 1", "tags"]),
    "mostly": st.floats(0, 1), "regex": st.text("ab[]()*\\", max_size=4), "type_": st.just("LongType"),
    "quantile_ranges": st.just({"quantiles": [0.5, 0.1], "value_ranges": [[None, 1], [1, None]]}),
    "value_set": st.lists(scalars, max_size=3), "regex_list": st.lists(st.text("ab.", max_size=3), max_size=2),
    "like_pattern_list": st.lists(st.text("ab%_", max_size=3), max_size=2), "min_history": st.integers(0, 9),
    "value_pairs_set": st.lists(st.tuples(scalars, scalars).map(list), max_size=2),
    "table": st.just("raw.shop.keys"), "other_table_name": st.just("raw.shop.keys"),
    "ignore_row_if": st.sampled_from(["never", "neither", "all_values_are_missing", "either_value_is_missing"]),
}  # fmt: skip
KEYS = {TableRef.parse("raw.shop.keys"): TableSchema.of(id="bigint", price="decimal(5,2)")}


FITTING = {
    "bigint": st.integers(0, 9), "string": st.text("ab%_", max_size=3), "decimal(10,2)": st.floats(0, 9),
    "date": st.dates().map(str), "boolean": st.booleans(), "array<string>": scalars,
}  # fmt: skip
TEXTUAL = ("regex", "like", "length", "strftime", "parseable")


@st.composite
def any_check(draw):
    """A check of any kind, with arguments that are mostly of the right kind."""
    expectation = EXPECTATIONS[draw(st.sampled_from(sorted(EXPECTATIONS)))]
    is_textual = any(word in expectation.type for word in TEXTUAL) and draw(st.integers(0, 9))
    column = ODD if is_textual else draw(names)
    fitting = FITTING[SCHEMA.get(column).type] if column in SCHEMA else scalars
    same = st.just(column)
    plausible = {**PLAUSIBLE, "column": same, "column_A": same, "column_B": same | names,
                 "value_set": st.lists(fitting, max_size=3), "min_value": fitting, "max_value": fitting,
                 "strftime_format": st.just("%Y-%m"), "value": st.integers(0, 9)}  # fmt: skip
    optional = draw(st.sets(st.sampled_from(sorted({*expectation.optional, "row_condition"})), max_size=2))
    kwargs = {name: draw(plausible.get(name, scalars)) for name in (*expectation.required, *sorted(optional))}
    if kwargs and not draw(st.integers(0, 9)):
        kwargs[draw(st.sampled_from(sorted(kwargs)))] = draw(scalars | st.lists(scalars, max_size=2))
    return Check(type=expectation.type, kwargs=kwargs)


@settings(max_examples=400)
@given(any_check(), st.sampled_from([ROWS, []]))
def test_any_arguments_are_a_problem_or_an_audit_that_runs(check, rows):
    if check.problems(SCHEMA, KEYS) or EXPECTATIONS[check.type].path == "great_expectations":
        return

    verdict, failing = audit(check, rows, tables=OTHERS, now=datetime(2024, 6, 1, tzinfo=UTC))

    assert isinstance(verdict.passed, bool)
    if "unexpected_count" in verdict.observed and EXPECTATIONS[check.type].blames_rows:
        assert len(failing) == (0 if verdict.passed else min(verdict.observed["unexpected_count"], 5)) or (
            "mostly" in check.kwargs
        )


@pytest.mark.parametrize(
    "data",
    [{"expect_column_values_to_be_unique": {"column": "id"}},
     {"expect_column_values_to_be_unique": {"column": "id"}, "severity": "warn"},
     {"expect_table_row_count_to_be_between": {"min_value": 1}}],
)  # fmt: skip
def test_a_check_is_written_as_it_was_read(data):
    assert Check.model_validate(data).model_dump(mode="json") == data


@pytest.mark.parametrize(
    "data",
    [
        {},
        {1: 2},
        {"unique": {}},
        {"expect_a": {}, "expect_b": {}},
        {"expect_a": [1]},
        "x",
        None,
        {"expect_a": {}, "severity": "fatal"},
    ],
)
def test_what_is_no_check_is_refused(data):
    with pytest.raises(ValueError, match=r"check|Check|kwargs|severity"):
        Check.model_validate(data)


@pytest.mark.parametrize(
    ("check", "passed", "observed", "failing"),
    [
        (a_check("column_values_to_exist_in_table", column="id", table="raw.shop.keys"), True,
         {"unexpected_count": 0}, 0),
        (a_check("column_values_to_exist_in_table", column="price", table="raw.shop.keys", table_column="id"), False,
         {"unexpected_count": 2, "missing_count": 1}, 2),
        (a_check("table_row_count_to_equal_other_table", other_table_name="raw.shop.keys"), False,
         {"other_rows": 3}, 0),
        (a_check("column_sum_to_equal_other_table", column="price", table="raw.shop.keys"), True, {}, 0),
        (a_check("column_sum_to_equal_other_table", column="id", table="raw.shop.keys"), False, {"other_value": 3}, 0),
        (a_check("column_sum_to_equal_other_table", column="id", table="raw.shop.keys", tolerance=0.7), True, {}, 0),
    ],
    ids=str,
)  # fmt: skip
def test_another_table_is_read_in_the_same_statement(check, passed, observed, failing):
    verdict, rows = audit(check, tables=OTHERS)

    assert verdict.passed is passed
    assert observed.items() <= dict(verdict.observed).items()
    assert len(rows) == failing


@pytest.mark.parametrize(("hour", "passed"), [(1, True), (2, True), (3, False)])
def test_freshness_goes_by_the_clock_of_the_run(hour, passed):
    check = a_check("table_to_be_fresh", column="on", within_hours=2)
    now = datetime(2025, 1, 2, hour, tzinfo=UTC) - timedelta(microseconds=1)

    verdict, _ = audit(check, now=now)

    assert verdict.passed is passed
    assert not audit(check, [], now=now)[0].passed


def test_a_row_condition_leaves_the_other_rows_out():
    check = a_check("column_values_to_be_between", column="price", max_value=5, row_condition="id <= 2 and ok")

    verdict, failing = audit(check)

    assert (verdict.passed, verdict.observed["row_count"], failing) == (True, 1, [])
    assert not audit(a_check("column_values_to_be_between", column="price", max_value=5, row_condition="ok"))[0].passed


def like(pattern):
    return re.compile(re.escape(pattern).replace("%", ".*").replace("_", "."), re.DOTALL)


@pytest.mark.parametrize("kind", ["match_like_pattern", "not_match_like_pattern"])
@pytest.mark.parametrize("pattern", ["a%", "%", "_", "it's", "a\\%", "[a]", "", "%a%b%"])
def test_like_is_as_a_regular_expression_that_says_the_same(kind, pattern):
    texts = ["a", "ab", "it's", "", "%", "a\\b", "[a]", "a\nb", "xaxbx", None]
    fits = [bool(like(pattern).fullmatch(text)) is (kind == "match_like_pattern") for text in texts if text is not None]

    verdict, _ = audit(
        a_check(f"column_values_to_{kind}", column=ODD, like_pattern=pattern),
        [(None, text, None, None, None, None) for text in texts],
    )

    assert verdict.observed["unexpected_count"] == fits.count(False)


def profiles(*means, nulls=0, rows=100):
    deciles = tuple(float(10 * i) for i in range(1, 10))
    return tuple(
        TableProfile(rows, {"id": ColumnProfile(nulls=nulls, distinct=50, mean=mean, quantiles=deciles)})
        for mean in means
    )


@pytest.mark.parametrize(
    ("kind", "history", "passed"),
    [
        ("column_mean_to_match_history", profiles(1.6, 1.7, 1.7, 1.6, 1.65), True),
        ("column_mean_to_match_history", profiles(5.0, 5.1, 5.0, 4.9, 5.0), False),
        ("column_mean_to_match_history", profiles(5.0, 5.0, 5.0, 5.0), True),
        ("column_mean_to_match_history", (), True),
        ("column_null_share_to_match_history", profiles(*[1.0] * 5, nulls=25), True),
        ("column_null_share_to_match_history", profiles(*[1.0] * 5, nulls=90), False),
        ("column_distinct_count_to_match_history", profiles(*[1.0] * 5), False),
        ("column_distribution_to_match_history", profiles(*[1.0] * 5), False),
        ("column_distribution_to_match_history", profiles(*[1.0] * 4), True),
    ],
)
def test_a_check_against_history_judges_from_the_fifth_publication_on(kind, history, passed):
    verdict, _ = audit(a_check(kind, column="id"), history=history)

    assert verdict.passed is passed
    assert ("no_verdict_below" in verdict.observed) is (len(history) < 5)


def test_rows_spread_as_before_are_no_drift():
    rows = [(i, None, None, None, None, None) for i in range(1, 101)]

    verdict, _ = audit(a_check("column_distribution_to_match_history", column="id"), rows, history=profiles(*[1.0] * 5))

    assert verdict.passed
    assert verdict.observed["observed_value"] < 0.001


def test_a_row_count_is_compared_with_those_before():
    check = a_check("table_row_count_to_match_history")

    assert audit(check, history=profiles(*[1.0] * 5, rows=4))[0].passed
    assert not audit(check, history=profiles(*[1.0] * 5, rows=5))[0].passed


def test_nan_is_no_value():
    schema = TableSchema.of(x="double")
    rows = [(1.0,), (float("nan"),), (None,), (float("inf"),)]

    def judged(kind, **kwargs):
        check = Check.model_validate({f"expect_{kind}": {"column": "x", **kwargs}})
        assert check.problems(schema) == []
        return audit(check, rows, schema)[0]

    assert judged("column_values_to_not_be_null").observed["unexpected_count"] == 2
    assert judged("column_values_to_be_between", max_value=10).observed["unexpected_count"] == 1
    assert judged("column_stdev_to_be_between", max_value=10).observed["observed_value"] is None
