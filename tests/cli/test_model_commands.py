"""models, build, test, and import of a dbt project."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1] / "fixtures" / "jaffle_shop"
CITIES = (
    "/* ---\ndescription: customers by city\ngrain: city\n--- */\nSELECT city, COUNT(*) AS n FROM raw.shop.customers "
)
TESTS = """\
- name: one city
  given: {raw.shop.customers: [{city: Oslo}, {city: Oslo}]}
  expect: [{city: Oslo, n: 2}]
"""


@pytest.fixture
def write(home):
    def write(path, text):
        file = home / "dbt_like_sql" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


@pytest.fixture
def cities(write, shop):
    """A model with a test; its third row has no city, so that a build fails its grain."""
    write("curated/shop/cities.sql", f"{CITIES}GROUP BY city")
    write("curated/shop/cities.test.yaml", TESTS)
    return shop


def test_models_are_listed_with_what_is_wrong_and_where(cities, write):
    write("curated/shop/later.sql", "SELECT cty FROM raw.shop.customers")

    outcome = cities("models", width=120)

    assert outcome.code == 0
    assert "curated.shop.cities" in outcome.out
    assert "dbt_like_sql/curated/shop/later.sql:1:8  no column 'cty'" in outcome.out
    assert "did you mean city?" in outcome.out


def test_a_model_is_shown_with_the_origins_of_its_columns(cities):
    document = cities("models", "cities", "--json").document

    assert document["columns"] == [
        {"name": "city", "type": "string", "from": ["raw.shop.customers.city"]},
        {"name": "n", "type": "bigint", "from": []},
    ]
    assert (document["owner"], document["grain"], document["tests"]) == ("shop", ["city"], ["one city"])
    assert cities("models", "citys").code == 7


def test_a_project_without_models_says_where_to_begin(shop):
    assert "docs/sql-models.md" in shop("models").out
    assert shop("build").code == 0


def test_a_build_that_fails_a_check_says_so_and_ends_with_its_code(cities):
    outcome = cities("build", width=120)

    assert outcome.code == 6
    assert "✗ curated.shop.cities" in outcome.out
    assert "not_null_city" in outcome.out
    assert "1 failed" in outcome.out


def test_a_build_as_json_is_one_document(cities, write):
    write("curated/shop/cities.sql", f"{CITIES}WHERE city IS NOT NULL GROUP BY city ORDER BY city")

    document = cities("build", "--json").document

    (built,) = document["models"]
    assert (document["built"], built["state"], built["result"]["rows"]) == (1, "built", 2)
    assert built["tests"] == [{"test": "one city", "passed": True, "difference": []}]
    assert "= curated.shop.cities" in cities("build", width=120).out
    assert cities("build", "nothing").code == 7


def test_a_failing_test_shows_the_difference_and_ends_with_code_six(cities, write):
    passed = cities("test", width=120)
    write("curated/shop/cities.test.yaml", TESTS.replace("n: 2", "n: 3"))
    failed = cities("test", "cities", width=120)

    assert (passed.code, failed.code) == (0, 6)
    assert "1 of 1 test passed" in passed.out
    assert "~ city Oslo: n is 2, not 3" in failed.out
    assert cities("test", "--json").document["tests"][0]["changed"][0]["columns"] == {"n": [3, 2]}


def test_a_dbt_project_is_written_and_the_rest_is_reported(shop, home, tmp_path):
    outcome = shop("import", PROJECT, "--domain", "jaffle", width=160)
    again = shop("import", PROJECT, "--domain", "jaffle", "--json")

    assert outcome.code == again.code == 0
    assert "✓ dbt_like_sql/processed/jaffle/stg_orders.sql" in outcome.out
    assert "test relationships of customer_id: it compares two tables" in outcome.out
    assert "raw.jaffle.raw_payments" in outcome.out
    assert again.document["raw"]["raw.jaffle.raw_orders"] == "seeds/raw_orders.csv"
    assert (home / "dbt_like_sql" / "variables.yaml").read_text() == "cents: 100\n"


def test_files_of_others_are_not_overwritten(shop, write, home):
    write("curated/jaffle/orders.sql", "SELECT 1 AS x FROM raw.shop.orders")
    write("variables.yaml", "cents: 1\nmine: 2\n")

    outcome = shop("import", PROJECT, "--domain", "jaffle")

    assert outcome.code == 8
    assert "curated/jaffle/orders.sql" in outcome.err
    assert (home / "dbt_like_sql" / "variables.yaml").read_text() == "cents: 1\nmine: 2\n"
    (home / "dbt_like_sql" / "curated" / "jaffle" / "orders.sql").unlink()
    assert shop("import", PROJECT, "--domain", "jaffle").code == 0
    assert (home / "dbt_like_sql" / "variables.yaml").read_text() == "cents: 1\nmine: 2\n"


def test_a_folder_that_is_no_dbt_project_is_refused(shop, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(PROJECT / "LICENSE.md", folder)

    assert shop("import", folder).code == 5
    assert shop("import", PROJECT, "--out", "x.yaml").code == 2
