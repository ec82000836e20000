"""SQL models in a real project: checked together, tested, built in order."""

from __future__ import annotations

import pytest

from datamorph.errors import NotFoundError, SpecError

CLEAN = """\
/* ---
description: orders that count
grain: order_id
tags: [daily]
--- */
SELECT order_id, customer_id, ordered_on, amount
FROM raw.shop.orders
WHERE status = '{{ status }}'
"""
TOTALS = """\
/* ---
grain: customer_id
checks:
- expect_column_values_to_be_between: {column: total, min_value: 0}
--- */
SELECT c.customer_id, c.customer_name, SUM(o.amount) AS total
FROM raw.shop.customers AS c
JOIN processed.shop.clean AS o ON o.customer_id = c.customer_id
GROUP BY c.customer_id, c.customer_name
ORDER BY total DESC
"""
TESTS = """\
- name: two orders add up
  given:
    raw.shop.customers: [{customer_id: 1, customer_name: Ada}]
    processed.shop.clean: [{customer_id: 1, amount: 1.5}, {customer_id: 1, amount: 2}]
  expect: [{customer_name: Ada, total: 3.5}]
"""


@pytest.fixture
def write(platform):
    def write(path, text):
        file = platform.settings.path("models") / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


@pytest.fixture
def shop(platform, write):
    """Two models, one over the other, with a variable and a unit test."""
    write("variables.yaml", "status: completed")
    write("processed/shop/clean.sql", CLEAN)
    write("curated/shop/totals.sql", TOTALS)
    write("curated/shop/totals.test.yaml", TESTS)
    return platform


def states(outcomes):
    return {outcome.model.name: outcome.state for outcome in outcomes}


def problems(platform):
    return {found.name: [str(problem) for problem in found.problems] for found in platform.models() if found.problems}


def test_models_are_published_in_order_checked_and_compared_on_a_second_engine(shop):
    outcomes = list(shop.build())

    assert states(outcomes) == {"processed.shop.clean": "built", "curated.shop.totals": "built"}
    assert shop.read("curated.shop.totals").to_pylist() == [
        {"customer_id": 1, "customer_name": "Ada Abbott", "total": 1100.5},
        {"customer_id": 2, "customer_name": "Ben Brandt", "total": 20.0},
    ]
    assert [check.name for check in outcomes[1].result.checks] == [
        "engines_agree", "between_total", "unique_customer_id", "not_null_customer_id",
    ]  # fmt: skip
    assert outcomes[1].result.folder.endswith("dbt_like_sql/curated/shop/totals.sql")
    assert shop.pipelines() == []
    assert states(shop.build()) == dict.fromkeys(("processed.shop.clean", "curated.shop.totals"), "unchanged")
    assert states(shop.build("+totals", force=True)) == states(outcomes)


def test_before_anything_is_built_a_model_has_the_columns_of_those_before_it(shop):
    found = shop.model("totals")

    assert [f"{c.name} {c.type}" for c in found.compiled.checked.schema] == [
        "customer_id bigint", "customer_name string", "total double",
    ]  # fmt: skip
    assert [model.name for model in shop.models("tag:daily")] == ["processed.shop.clean"]


def test_a_unit_test_runs_without_the_tables_and_tells_the_difference(shop, write):
    (passed,) = shop.test_model(shop.model("totals"))
    write("curated/shop/totals.test.yaml", TESTS.replace("3.5", "4"))
    (failed,) = shop.test_model(shop.model("totals"))

    assert passed.passed
    assert list(failed.lines()) == ["~ customer_name Ada: total is 3.5, not 4.0"]


def test_a_unit_test_may_run_on_the_engine_which_keeps_the_spelling(shop, write):
    write("curated/shop/totals.sql", TOTALS.replace("total", "theTotal"))
    write("curated/shop/totals.test.yaml", TESTS.replace("total:", "theTotal:"))

    (found,) = shop.test_model(shop.model("totals"), on_engine=True)

    assert found.passed, list(found.lines())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TESTS.replace("customer_name: Ada}]\n    p", "name: Ada}]\n    p"), "no column 'name'"),
        (TESTS.replace("amount: 1.5", "amount: abc"), "abc"),
        (TESTS.replace("total: 3.5", "sum: 3.5"), "the result has no column 'sum'"),
        (TESTS.replace("raw.shop.customers", "raw.shop.orders"), "which the model does not read"),
    ],
)
def test_a_test_that_cannot_run_says_why(shop, write, text, told):
    write("curated/shop/totals.test.yaml", text)

    (found,) = shop.test_model(shop.model("totals"))

    assert not found.passed
    assert told in found.problem


def test_a_test_gives_the_columns_of_a_table_that_is_not_loaded(platform, write):
    write("curated/web/hits.sql", "SELECT page, COUNT(*) AS hits FROM raw.web.clicks GROUP BY page")
    given = "{raw.web.clicks: {columns: {page: string}, rows: [{page: a}, {page: a}]}}"
    write("curated/web/hits.test.yaml", f"- {{name: counted, given: {given}, expect: [{{page: a, hits: 2}}]}}")

    found = platform.model("hits")

    assert platform.test_model(found)[0].passed
    assert "no table 'raw.web.clicks'" in str(found.problems[0])


def test_a_failed_unit_test_stops_the_model_and_what_reads_it_and_nothing_else(shop, write):
    write("processed/shop/clean.test.yaml", "- {name: never, given: {}, expect: [{order_id: 1}]}")
    write("curated/shop/cities.sql", "SELECT city, COUNT(*) AS n FROM raw.shop.customers GROUP BY city")

    outcomes = {outcome.model.name: outcome for outcome in shop.build()}

    assert states(outcomes.values()) == {
        "processed.shop.clean": "failed", "curated.shop.totals": "skipped", "curated.shop.cities": "built",
    }  # fmt: skip
    assert "fails its unit tests" in outcomes["processed.shop.clean"].error.problem
    assert outcomes["curated.shop.totals"].reason == "processed.shop.clean failed"
    with pytest.raises(NotFoundError):
        shop.history("processed.shop.clean")


def test_a_failed_check_publishes_nothing(shop, write):
    write("curated/shop/totals.sql", TOTALS.replace("min_value: 0", "min_value: 100"))

    outcomes = list(shop.build())

    assert outcomes[1].state == "failed"
    assert "between_total" in outcomes[1].error.problem


def test_what_is_broken_hides_nothing_and_is_told_with_its_place(shop, write):
    write("gold/shop/x.sql", "SELECT 1 AS x")
    write("processed/shop/broken.sql", "SELEC order_id FROM raw.shop.orders")
    write("processed/shop/later.sql", "SELECT nothing FROM raw.shop.orders")
    write("processed/shop/later.test.yaml", "- [")
    write("raw/shop/x.sql", "SELECT order_id FROM raw.shop.orders")

    found = problems(shop)

    assert "tier 'gold' is not one of" in found["gold/shop/x.sql"][0]
    assert "processed/shop/broken.sql:1:" in found["processed.shop.broken"][0]
    assert [problem.split(": ")[0].rpartition("/")[2] for problem in found["processed.shop.later"]] == [
        "later.sql:1:8", "later.test.yaml:1:1",
    ]  # fmt: skip
    assert "raw table" in found["raw.shop.x"][0]
    assert states(shop.build("totals", "clean")) == {"processed.shop.clean": "built", "curated.shop.totals": "built"}
    with pytest.raises(SpecError, match=r"broken\.sql:1:"):
        list(shop.build("broken"))


def test_circles_and_two_writers_are_told(platform, write, totals):
    platform.run(platform.plan_spec(totals))
    write("curated/sales/customer_totals.sql", "SELECT customer_id FROM raw.shop.customers")
    write("processed/shop/a.sql", "SELECT b.x FROM processed.shop.b AS b")
    write("processed/shop/b.sql", "SELECT a.x FROM processed.shop.a AS a")

    found = problems(platform)

    assert "written by pipeline 'customer_totals' too" in found["curated.sales.customer_totals"][0]
    for name in ("processed.shop.a", "processed.shop.b"):
        assert "computed from each other: processed.shop." in found[name][0]


def test_broken_variables_are_told_and_models_without_them_go_on(shop, write):
    write("variables.yaml", "status: [")
    write("curated/shop/cities.sql", "SELECT city, COUNT(*) AS n FROM raw.shop.customers GROUP BY city")

    assert "no variable 'status'" in problems(shop)["processed.shop.clean"][0]
    assert shop.scan({}).broken[0].name == "variables_yaml"
    assert states(shop.build("cities")) == {"curated.shop.cities": "built"}


def test_an_incremental_model_reads_what_is_new(platform, write, home):
    header = "/* ---\nwrite: merge\ngrain: order_id\nincremental: {raw.shop.orders: {by: order_id}}\n--- */\n"
    write("processed/shop/seen.sql", f"{header}SELECT order_id, UPPER(status) AS status FROM raw.shop.orders")
    list(platform.build())
    more = home.parent / "orders.csv"
    more.write_text(more.read_text() + "15,1,2024-03-01,completed,1.00\n")
    platform.load(more, "raw.shop.orders")

    (outcome,) = platform.build("seen")

    assert outcome.state == "built"
    rows = platform.read("processed.shop.seen").to_pylist()
    assert sorted(row["order_id"] for row in rows) == [10, 11, 12, 13, 14, 15]
    assert '"through": 15' in platform.history("processed.shop.seen")[0].properties["watermarks"]


def test_the_demos_models_read_the_tables_that_the_demo_loads():
    from pathlib import Path

    from datamorph.adapters.models.folder import FolderModels

    files = {file.path: file for file in FolderModels(Path(__file__).parents[2] / "dbt_like_sql").files()}

    assert {path.split("/")[0] for path in files} == {"processed", "curated"}
    assert all(file.tests and not file.problem for file in files.values())
