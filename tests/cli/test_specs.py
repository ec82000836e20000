"""explain and import: what a spec means, and specs of the predecessor."""

from __future__ import annotations

import ast
import json

import duckdb
import pytest

from datamorph.core.spec import parse_spec

OLD = {
    "source_tables": ["orders", "customers"],
    "target_table": "amount_per_city",
    "join_conditions": ["orders.customer_id = customers.customer_id"],
    "aggregations": [{"function": "sum", "column": "amount", "alias": "total", "group_by": ["customers.city"]}],
}


@pytest.fixture
def old(tmp_path):
    file = tmp_path / "old.json"
    file.write_text(json.dumps(OLD))
    return file


@pytest.fixture
def spec_file(tmp_path, totals):
    file = tmp_path / "spec.yaml"
    file.write_text(totals.to_yaml())
    return file


def test_a_spec_is_explained_step_by_step_with_its_columns(shop, spec_file):
    outcome = shop("explain", "--spec", spec_file, width=200)

    assert outcome.code == 0, outcome
    for part in (
        "customer_totals  Join customers and orders",
        "1. customers: read raw.shop.customers",
        "3. joined: join orders with customers on customer_id; rows without a match go",
        "\n     → customer_id bigint, customer_name string, total_amount",
        "publish sorted as curated.sales.customer_totals (replace), one row per customer_id",
        "readers see it by total_amount (largest first), then customer_id",
        "check unique_customer_id; a failure keeps the table as it was",
    ):
        assert part in outcome.out


def test_a_saved_pipeline_is_explained_by_its_name(shop, platform, totals):
    platform.run(platform.plan_spec(totals))

    outcome = shop("explain", "customer_totals", "--json")

    assert [step["frame"] for step in outcome.document["steps"]] == [
        "customers", "orders", "joined", "totals", "sorted",
    ]  # fmt: skip
    assert "pyspark" not in outcome.document


def test_code_is_written_as_it_is_so_that_it_can_be_piped(shop, spec_file):
    code = shop("explain", "--spec", spec_file, "--as", "pyspark").out
    sql = shop("explain", "--spec", spec_file, "--as", "sql").out
    spark_sql = shop("explain", "--spec", spec_file, "--as", "spark-sql").out

    assert [node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)] == ["transform"]
    assert len(duckdb.extract_statements(sql)) == 1
    assert spark_sql.startswith("WITH joined AS (")


def test_everything_is_shown_under_its_title(shop, spec_file):
    outcome = shop("explain", "--spec", spec_file, "--as", "all")
    document = shop("explain", "--spec", spec_file, "--as", "all", "--json").document

    titles = ["Steps", "Then", "PySpark", "SQL (DuckDB)", "SQL (Spark)"]
    assert [line for line in map(str.strip, outcome.out.splitlines()) if line in titles] == titles
    assert {"steps", "outcome", "pyspark", "sql", "spark_sql"} < set(document)


def test_a_spec_that_cannot_run_is_not_explained(shop, spec_file):
    spec_file.write_text(spec_file.read_text().replace("sum(amount)", "sum(amuont)"))

    outcome = shop("explain", "--spec", spec_file)

    assert outcome.code == 5
    assert "did you mean amount?" in outcome.err


def test_explain_takes_a_name_or_a_file(shop, spec_file):
    assert shop("explain").code == 2
    assert shop("explain", "x", "--spec", spec_file).code == 2
    assert shop("explain", "nope").code == 7
    assert shop("explain", "--spec", "nope.yaml").code == 8


def test_an_old_spec_is_written_as_yaml(shop, old):
    outcome = shop("import", old, "--domain", "shop")

    spec = parse_spec(outcome.out)
    assert outcome.code == 0, outcome
    assert [step.name for step in spec.steps] == ["joined", "totals"]
    assert "assumed: table orders is raw.shop.orders" in outcome.err


def test_what_is_imported_can_be_explained(shop, old, tmp_path):
    file = tmp_path / "new.yaml"

    imported = shop("import", old, "--domain", "shop", "--out", file, "--json")

    assert imported.document["spec"]["name"] == "amount_per_city"
    assert imported.document["out"] == str(file)
    assert shop("explain", "--spec", file).code == 0


def test_a_file_that_exists_is_not_overwritten(shop, old, tmp_path):
    file = tmp_path / "new.yaml"
    file.write_text("mine")

    outcome = shop("import", old, "--domain", "shop", "--out", file)

    assert outcome.code == 8
    assert file.read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "code", "part"),
    [
        (b"{", 5, "not readable JSON"),
        (b'{"a": 1, "a": 2}', 5, "a key stands twice"),
        (b'{"a": NaN}', 5, "NaN is no number"),
        (b"[" * 100_000, 5, "not readable JSON"),
        (b"9" * 5000, 5, "not readable JSON"),
        (b" " * 1_000_001, 5, "at most 1,000,000"),
        (b" " * 4_000_001, 8, "more than"),
        (b"\xff\xfe{", 8, "not UTF-8"),
        (b"[]", 5, "cannot be imported"),
        (json.dumps({**OLD, "transformations": ["polish it"]}).encode(), 5, "'polish it' has no exact meaning"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_what_cannot_be_imported_says_why(shop, old, content, code, part):
    old.write_bytes(content)

    outcome = shop("import", old, "--domain", "shop")

    assert (outcome.code, part in outcome.err) == (code, True), outcome
    assert len(outcome.err) < 2000
