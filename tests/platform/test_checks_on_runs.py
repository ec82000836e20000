"""Profiles, drift against a table's own past, suggested checks, and checks that run in Great Expectations."""

from __future__ import annotations

import pytest

from datamorph import open_platform
from datamorph.core.check_text import sentences
from datamorph.core.checks import Check
from datamorph.errors import CheckFailedError

MEAN = "{expect_column_mean_to_match_history: {column: amount, min_history: 2}}"


@pytest.fixture
def news(tmp_path):
    """Loads rows ``1..count`` with that amount into raw.shop.news, and gives the platform."""
    platform = open_platform(tmp_path / "home")

    def load(amount, count=20):
        lines = [f"{i},{amount + i % 3},{'abc'[i % 3]},2024-01-{i + 1:02}" for i in range(count)]
        (tmp_path / "news.csv").write_text("\n".join(["id,amount,code,day", *lines]) + "\n")
        platform.load(tmp_path / "news.csv", "raw.shop.news", force=True)
        return platform

    yield load
    platform.close()


def test_drift_is_told_once_there_is_a_past_to_compare_with(news):
    for amount in (100, 101, 99, 100):
        news(amount)
    early = news(500).profile("raw.shop.news")
    usual = news(101).profile("raw.shop.news")
    late = news(5000, count=10).profile("raw.shop.news")

    assert (early.points, early.drifts) == (4, ())
    assert usual.drifts == ()
    assert late.points == 6
    assert {(found.column, found.statistic) for found in late.drifts} >= {("", "rows"), ("amount", "mean")}


def test_a_run_is_held_back_that_leaves_its_own_past(news, spec_of):
    spec = spec_of(f"""
        name: copied
        sources: {{news: raw.shop.news}}
        target: {{table: curated.shop.copied}}
        checks: [{MEAN}]
        """)
    for amount in (100, 102):
        platform = news(amount)
        platform.run(platform.plan_spec(spec))
    assert platform.history("curated.shop.copied")[0].rows == 20

    news(5000)
    with pytest.raises(
        CheckFailedError, match=r"mean_as_before_amount: 20 rows, observed 5000.95, expected 101.95, .*history 2"
    ):
        platform.run(platform.plan_spec(spec))


def test_suggestions_fit_the_rows_that_they_come_from_with_room(news):
    suggested = news(100).suggest_checks("raw.shop.news")

    def of(kind):
        return [check.kwargs for check in suggested if check.type == f"expect_{kind}"]

    assert of("table_row_count_to_be_between") == [{"min_value": 10, "max_value": 40}]
    assert of("column_values_to_be_unique") == [{"column": "id"}, {"column": "day"}]
    assert {"column": "code", "value_set": ["a", "b", "c"]} in of("column_values_to_be_in_set")
    assert {"column": "id", "min_value": 0, "max_value": 21} in of("column_values_to_be_between")
    assert {"column": "day", "min_value": "2024-01-01"} in of("column_values_to_be_between")


@pytest.mark.long
def test_what_no_scan_tells_is_judged_by_great_expectations_in_the_same_audit(news, spec_of):
    pytest.importorskip("great_expectations")
    platform = news(100)
    spec = spec_of("""
        name: copied
        sources: {news: raw.shop.news}
        target: {table: curated.shop.copied}
        checks:
        - expect_column_values_to_be_increasing: {column: id, strictly: true}
        - {expect_column_values_to_be_json_parseable: {column: code}, severity: warn}
        - expect_column_values_to_be_unique: {column: id}
        """)

    result = platform.run(platform.plan_spec(spec))

    assert [(check.name, check.passed) for check in result.checks[1:]] == [
        ("increasing_id", True), ("json_code", False), ("unique_id", True)
    ]  # fmt: skip
    assert next(sentences([result.checks[2]])).startswith("json_code: 20 of 20 rows do not fit")


def test_texts_about_checks_are_for_people():
    from datamorph.core.check_text import describe, row_text

    assert describe("t", {"column": "a"}, {"unexpected_count": 0, "row_count": 1200}) == "all 1,200 rows fit"
    assert describe("t", {"value_set": list("abcdefg")}, {"unexpected_count": 1, "row_count": 3}) == (
        "1 of 3 rows does not fit (wanted: value set [a, b, c, d, e, and 2 more])"
    )
    assert row_text({"id": 20240, "name": None, "note": "", "ok": True}) == "id 20,240, name missing, note '', ok true"
    assert row_text({f"c{i}": i for i in range(14)}).endswith("c11 11 and 2 more columns")
    assert Check(type="expect_table_row_count_to_be_between").name == "row_count"
