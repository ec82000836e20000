"""SQL models in Dagster: assets with checks and lineage; a failed unit test stops a run, a broken file nothing else."""

from __future__ import annotations

import dagster as dg
import pytest

CITIES = """\
/* ---
description: customers by city
owner: ada@example.org
grain: city
columns: {n: how many}
tags: [nightly]
schedule: 0 6 * * *
--- */
SELECT city, COUNT(*) AS n
FROM raw.shop.customers
WHERE city IS NOT NULL
GROUP BY city
"""
TESTS = """\
- name: two of one city
  given: {raw.shop.customers: [{city: Oslo}, {city: Oslo}, {city: null}]}
  expect: [{city: Oslo, n: 2}]
"""
KEY = "processed/shop/cities"


@pytest.fixture
def write(platform):
    def write(path, text):
        file = platform.settings.path("models") / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    return write


@pytest.fixture
def cities(write):
    write("processed/shop/cities.sql", CITIES)
    write("processed/shop/cities.test.yaml", TESTS)


def test_a_model_is_an_asset_among_the_others(cities, specs, load):
    spec = specs()[KEY]

    assert spec.group_name == "processed"
    assert (spec.kinds, list(spec.owners)) == ({"sail", "sql", "iceberg"}, ["ada@example.org"])
    assert (spec.tags["domain"], "nightly" in spec.tags) == ("shop", True)
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["raw/shop/customers"]
    assert "customers by city" in spec.description
    assert load().resolve_schedule_def("processed_shop_cities_schedule").cron_schedule == "0 6 * * *"


def test_its_columns_origins_and_files_are_on_it(cities, specs):
    metadata = specs()[KEY].metadata

    (city,) = metadata["dagster/column_lineage"].deps_by_column["city"]
    assert (city.asset_key.to_user_string(), city.column_name) == ("raw/shop/customers", "city")
    columns = {column.name: column for column in metadata["dagster/column_schema"].columns}
    assert (columns["n"].type, columns["n"].description) == ("bigint", "how many")
    files = [one.label for one in metadata["dagster/code_references"].code_references]
    assert files == ["cities.sql", "cities.test.yaml"]


def test_a_materialisation_records_unit_tests_checks_and_rows(cities, materialize, platform):
    result = materialize(KEY)

    found = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert result.success
    assert found == {
        "test_two_of_one_city": True, "engines_agree": True, "unique_city": True, "not_null_city": True,
    }  # fmt: skip
    (event,) = result.asset_materializations_for_node("model_processed_shop_cities")
    assert event.metadata["dagster/row_count"].value == 2
    assert platform.pipelines() == []


def test_a_failed_unit_test_is_recorded_with_the_difference_and_nothing_runs(cities, write, materialize, platform):
    write("processed/shop/cities.test.yaml", TESTS.replace("n: 2", "n: 3"))

    result = materialize(KEY)

    (check,) = result.get_asset_check_evaluations()
    assert (result.success, check.passed, check.blocking) == (False, False, True)
    assert "~ city Oslo: n is 2, not 3" in check.metadata["difference"].value
    assert [str(table.ref) for table in platform.tables()] == ["raw.shop.customers", "raw.shop.orders"]


def test_what_cannot_run_shows_why_and_what_cannot_be_read_is_one_broken_asset(cities, write, specs):
    write("processed/shop/typo.sql", "SELECT cty FROM raw.shop.customers")
    write("processed/shop/unread.sql", "SELEC city FROM raw.shop.customers")
    write("processed/shop/a.sql", "SELECT b.x FROM processed.shop.b AS b")
    write("processed/shop/b.sql", "SELECT a.x FROM processed.shop.a AS a")
    write("gold/shop/x.sql", "SELECT 1 AS x")
    write("gold_shop/x.sql", "SELECT 1 AS x")
    write("curated/web/hits.sql", "SELECT page FROM raw.web.clicks")

    found = specs()

    assert "typo.sql:1:8: no column 'cty'" in found["processed/shop/typo"].description
    assert "error" in found["processed/shop/typo"].kinds
    assert "no table 'raw.web.clicks'" in found["curated/web/hits"].description
    assert "datamorph load FILE raw.web.clicks" in found["raw/web/clicks"].description
    broken = {key: spec.description for key, spec in found.items() if key.startswith("broken/")}
    assert set(broken) == {
        "broken/gold_shop_x", "broken/gold_shop_x_2", "broken/processed_shop_unread", "broken/processed_shop_a",
        "broken/processed_shop_b",
    }  # fmt: skip
    assert "computed from each other" in broken["broken/processed_shop_a"]
    assert KEY in found


def test_materialising_what_cannot_run_fails_with_the_place(write, materialize):
    write("processed/shop/typo.sql", "SELECT cty FROM raw.shop.customers")

    result = materialize("processed/shop/typo")

    (failure,) = [event for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_FAILURE]
    assert "typo.sql:1:8: no column 'cty'" in str(failure.step_failure_data.user_failure_data.description)


def test_pipelines_and_models_read_each_other_before_anything_is_published(write, saved, specs):
    write("curated/shop/best.sql", "SELECT customer_name FROM curated.sales.customer_totals WHERE total_amount > 100")

    spec = specs()["curated/shop/best"]

    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["curated/sales/customer_totals"]
    assert "error" not in spec.kinds


def test_a_written_changed_or_removed_file_changes_what_is_written(cities, write, platform):
    versions = [platform.written_version()]
    write("processed/shop/cities.sql", CITIES.replace("customers by city", "towns"))
    versions.append(platform.written_version())
    write("processed/shop/more.sql", CITIES)
    versions.append(platform.written_version())
    (platform.settings.path("models") / "processed/shop/more.sql").unlink()
    versions.append(platform.written_version())

    assert len({*versions[:3]}) == 3
    assert versions[3] == versions[1]


def test_its_checks_are_the_same_before_and_after_its_tables_exist(load, platform, write, home):
    header = "grain: order_id\nwrite: merge\nchecks: [{expect_column_values_to_not_be_null: {column: n}}]"
    write("processed/stock/items.sql", f"/* ---\n{header}\n--- */\nSELECT order_id, n FROM raw.stock.items")
    key = dg.AssetKey(["processed", "stock", "items"])

    def checks():
        return {one.name for one in load().resolve_asset_graph().asset_check_keys if one.asset_key == key}

    before = checks()
    (home.parent / "items.csv").write_text("order_id,n\n1,2\n")
    platform.load(home.parent / "items.csv", "raw.stock.items")

    assert before == checks()
    assert before == {"engines_agree", "unique_order_id", "not_null_order_id", "not_null_n"}


def test_checks_of_its_contract_are_asset_checks(write, platform, materialize):
    write("processed/shop/cities.sql", CITIES)
    contracts = platform.settings.path("contracts")
    contracts.mkdir()
    (contracts / "processed.shop.cities.yaml").write_text(
        "table: processed.shop.cities\nowner: ada@example.org\ncolumns: {city: string, n: bigint}\n"
        "checks: [{expect_column_values_to_be_between: {column: n, min_value: 1}}]\n"
    )

    result = materialize(KEY)

    assert result.success
    assert "between_n" in {check.check_name for check in result.get_asset_check_evaluations()}


def test_contracts_that_cannot_be_read_are_told_where_their_tables_are_shown(cities, platform, specs):
    contracts = platform.settings.path("contracts")
    contracts.mkdir()
    (contracts / "processed.shop.cities.yaml").write_text("table: processed.shop.cities\nowner: [")

    told = specs()
    (contracts / "cities.yaml").write_text("")
    misnamed = specs()

    assert "processed.shop.cities.yaml" in told["broken/contract_of_processed_shop_cities"].description
    assert "name it after its table" in misnamed["broken/contracts"].description
    assert KEY in told and KEY in misnamed
